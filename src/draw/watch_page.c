/* watch_page.c: the page of a recorded run: the data, written frame by frame, and the texts; what it looks like is
 * watch.js's and watch.css's. */
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/data.h"
#include "learn/learn.h"
#include "draw/inputs.h"
#include "draw/network.h"
#include "draw/page.h"
#include "draw/watch.h"
#include "draw/weights.h"
#include "uPlot_LICENSE.h"
#include "uPlot_iife_min_js.h"
#include "uPlot_min_css.h"
#include "watch_css.h"
#include "watch_js.h"

enum { WALL = 200, FEWEST_FRAMES = 8, TABLE_ROWS = 200 };
#define WEIGHT_BYTES 7300000 /* of all frames' weights as base64, unless FEWEST_FRAMES take more */

/* Every word that the script shows. */
static const struct {
  const char *key, *text;
} words[] = {
    {"play", DNP_N("Play")},
    {"pause", DNP_N("Pause")},
    {"back", DNP_N("One frame back")},
    {"forward", DNP_N("One frame on")},
    {"speed", DNP_N("Speed")},
    {"per_second", DNP_N("{1} {1|frame|frames} a second")},
    {"time", DNP_N("Update")},
    {"now", DNP_N("update {1}, epoch {2}")},
    {"keys", DNP_N("Keys: space plays and pauses, the arrows left and right go one frame, Home and End go to the first "
                   "and the last.")},
    {"curves", DNP_N("Loss and accuracy")},
    {"loss_alone", DNP_N("Loss")},
    {"curves_hint", DNP_N("A click goes to the frame that is nearest.")},
    {"logarithm", DNP_N("stretch the start (logarithm of the updates)")},
    {"loss", DNP_N("loss")},
    {"accuracy", DNP_N("accuracy")},
    {"training", DNP_N("training data")},
    {"test", DNP_N("test data")},
    {"layers", DNP_N("What the layers look for")},
    {"units", DNP_N("{1}: what each unit looks for")},
    {"units_hint", DNP_N("Each picture is one column of {1}, laid out as the pixels are. Ink on orange makes the unit "
                         "answer more strongly, ink on blue less; elsewhere ink does not matter.")},
    {"units_channels_hint",
        DNP_N("Each picture is one column of {1}, laid out as the pictures that come in are, a tile for each of {2} "
              "channels. Orange: what is large there makes the unit answer more strongly; blue: less.")},
    {"units_colours_hint", DNP_N("Each picture is one column of {1}, laid out as the pixels are.")},
    {"filters", DNP_N("{1}: what each filter looks for")},
    {"filters_hint", DNP_N("Each picture is one filter of {1}, a window that moves over the whole picture. It answers "
                           "strongly where what it sees is large under orange and small under blue.")},
    {"filters_channels_hint",
        DNP_N("Each picture is one filter of {1}, a window that moves over all {2} channels that come in, with a tile "
              "for each of them. It answers strongly where what it sees is large under orange and small under blue.")},
    {"filters_colours_hint", DNP_N("Each picture is one filter of {1}, a window that moves over the whole picture.")},
    {"colours_hint",
        DNP_N("Small pictures show the weights for red, green and blue as these colours; middle grey is zero. In the "
              "large picture the three stand below each other, each in orange and blue.")},
    {"table", DNP_N("{1}: what each unit makes of the columns")},
    {"table_hint", DNP_N("A row for each input of the table, a column for each unit. Orange: the larger this input, "
                         "the more strongly the unit answers; blue: the less.")},
    {"channels", DNP_N("{1}: a number for each channel")},
    {"channels_hint",
        DNP_N("Of a batch normalisation: the normalised numbers of a channel are multiplied by its gamma, "
              "and its beta is added.")},
    {"some_units", DNP_N("The first {1} of {2} are shown.")},
    {"weights", DNP_N("weights")},
    {"since_start", DNP_N("change since the start")},
    {"since_last", DNP_N("change since the frame before")},
    {"show", DNP_N("Show")},
    {"fixed", DNP_N("the same colours in all frames")},
    {"unit", DNP_N("Unit")},
    {"filter", DNP_N("Filter")},
    {"cell", DNP_N("{1} = {2}   (row {3}, column {4})")},
    {"cell_channel", DNP_N("{1} = {2}   (channel {5}, row {3}, column {4})")},
    {"cell_colour", DNP_N("{1} = {2}   ({5}: row {3}, column {4})")},
    {"cell_input", DNP_N("{1} = {2}   (input \"{3}\", unit {4})")},
    {"red", DNP_N("red")},
    {"green", DNP_N("green")},
    {"blue", DNP_N("blue")},
    {"cell_hint",
        DNP_N("Point at the large picture, or go to it with Tab and move with the arrows, to read one weight.")},
    {"scale", DNP_N("blue: {1} or less, orange: {2} or more")},
    {"other", DNP_N("The other matrices")},
    {"parameters", DNP_N("The parameters")},
    {"other_hint", DNP_N("One cell for each number; rows go down, columns go right. Filters and the blocks of long "
                         "matrices stand side by side.")},
    {"histograms", DNP_N("How the numbers are spread")},
    {"histograms_hint", DNP_N("The numbers of each parameter in {1} bins of equal width; bars are square roots of the "
                              "counts, so that rare numbers are seen, and the range stays the same over time.")},
    {"spread", DNP_N("{1}: {2} numbers, from {3} to {4}, mean {5}")},
    {"confusion", DNP_N("What is taken for what")},
    {"confusion_hint", DNP_N("All {1} test samples: how many of each label (row) get each answer (column). Right "
                             "answers are on the diagonal.")},
    {"label", DNP_N("label, down")},
    {"answer", DNP_N("answer, across")},
    {"wall", DNP_N("Test samples and their answers")},
    {"wall_hint", DNP_N("The first {1} test samples. Under each its label, and the answer where that is wrong; a dot "
                        "marks an answer that has just changed.")},
    {"right", DNP_N("{1} of {2} right")},
    {"sample", DNP_N("sample {1}: label {2}, answer {3}, {4} % sure")},
    {"sample_answer", DNP_N("sample {1}: label {2}, answer {3}")},
};

/* ---- what does not change ------------------------------------------------------------------------- */

static void put_key(dnp_page *page, const char *key) {
  dnp_page_raw(page, ",\n");
  dnp_page_string(page, key);
  dnp_page_raw(page, ":");
}

static void put_sizes(dnp_page *page, const size_t *size, size_t count) {
  dnp_page_raw(page, "[");
  for (size_t i = 0; i < count; i++) {
    if (i > 0) dnp_page_raw(page, ",");
    dnp_page_size(page, size[i]);
  }
  dnp_page_raw(page, "]");
}

static void put_words(dnp_page *page) {
  dnp_page_raw(page, "{\"lang\":");
  dnp_page_string(page, page->lang == DENPA_LANG_JA ? "ja" : "en");
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    put_key(page, words[i].key);
    dnp_page_string(page, dnp_translate(page->lang, words[i].text));
  }
  dnp_page_raw(page, "}");
}

/* As what its numbers are shown (weights.h). */
static void put_form(dnp_page *page, const dnp_weights *w) {
  static const char *const as[] = {[DNP_WEIGHTS_UNITS] = "units",
      [DNP_WEIGHTS_FILTERS] = "filters",
      [DNP_WEIGHTS_TABLE] = "table",
      [DNP_WEIGHTS_CHANNELS] = "channels"};
  const struct {
    const char *key;
    size_t value;
  } size[] = {{"units", w->units}, {"together", w->together}, {"planes", w->planes}, {"height", w->height},
      {"width", w->width}, {"by_input", w->by_input}};
  const bool a_row = w->as == DNP_WEIGHTS_UNITS && w->height == 1 && w->together == 1; /* no picture */
  if (w->as == DNP_WEIGHTS_PLAIN || a_row) return;
  put_key(page, "as");
  dnp_page_string(page, as[w->as]);
  for (size_t i = 0; i < sizeof size / sizeof *size; i++) {
    put_key(page, size[i].key);
    dnp_page_size(page, size[i].value);
  }
}

static void put_parameters(dnp_page *page, const denpa_net *net, const denpa_data *data) {
  dnp_page_raw(page, "[");
  for (size_t i = 0; i < denpa_net_parameter_tensors(net); i++) {
    const denpa_parameter p = denpa_net_parameter(net, i);
    const dnp_weights form = dnp_weights_of(net, data, net->exec->parameter[i].tensor);
    dnp_page_raw(page, i > 0 ? ",{\"name\":" : "{\"name\":");
    dnp_page_string(page, p.name);
    dnp_page_raw(page, ",\"shape\":");
    put_sizes(page, p.shape, (size_t)p.axes);
    put_form(page, &form);
    dnp_page_raw(page, "}");
  }
  dnp_page_raw(page, "]");
}

/* What the inputs are called that columns of a table became. */
static void put_inputs(dnp_page *page, const denpa_data *data) {
  char name[DNP_INPUT_NAME];
  dnp_page_raw(page, "[");
  for (size_t i = 0; data->table != NULL && i < data->table->features && i < TABLE_ROWS; i++) {
    if (i > 0) dnp_page_raw(page, ",");
    dnp_page_string(page, dnp_input_name(data->table, i, page->lang, name));
  }
  dnp_page_raw(page, "]");
}

static void put_names(dnp_page *page, const denpa_data *data) {
  dnp_page_raw(page, "[");
  for (size_t i = 0; i < denpa_data_classes(data); i++) {
    char name[DNP_CLASS_NAME];
    if (i > 0) dnp_page_raw(page, ",");
    dnp_page_string(page, dnp_class_name(NULL, data, i, name));
  }
  dnp_page_raw(page, "]");
}

/* The wall's samples: labels, and pixels where there are any. */
static void put_wall(dnp_page *page, const denpa_data *data, size_t wall) {
  const uint8_t *pixels = denpa_data_pixels(data, DENPA_SPLIT_TEST, 0);
  dnp_page_raw(page, "{\"label\":[");
  for (size_t i = 0; i < wall; i++) {
    if (i > 0) dnp_page_raw(page, ",");
    dnp_page_size(page, (size_t)denpa_data_label(data, DENPA_SPLIT_TEST, i));
  }
  dnp_page_raw(page, "],\"pixels\":");
  if (pixels != NULL && wall > 0)
    dnp_page_base64(page, pixels, wall * denpa_data_features(data));
  else
    dnp_page_raw(page, "null");
  dnp_page_raw(page, "}");
}

/* ---- one frame ------------------------------------------------------------------------------------ */

/* count[label * outputs + answer] */
static denpa_status put_confusion(dnp_page *page, const dnp_watch *watch, denpa_error *err) {
  const size_t classes = denpa_data_classes(watch->dataset);
  size_t *count;
  DNP_TRY(DNP_NEW(&count, classes * watch->outputs, err)); /* zeros */
  for (size_t i = 0; classes > 0 && i < watch->rows; i++)
    if (watch->answer[i] != DNP_NO_ANSWER)
      count[(size_t)denpa_data_label(watch->dataset, DENPA_SPLIT_TEST, i) * watch->outputs +
            (size_t)watch->answer[i]]++;
  put_sizes(page, count, classes * watch->outputs);
  dnp_free(count);
  return DENPA_OK;
}

/* All parameters one after the other, as they lie in a model file. */
static denpa_status put_weights(dnp_page *page, const denpa_net *net, denpa_error *err) {
  const size_t size = dnp_dtype_size(denpa_net_dtype(net));
  unsigned char *all;
  size_t length = 0;
  DNP_TRY(DNP_NEW(&all, denpa_net_parameter_count(net) * size, err));
  for (size_t i = 0; i < denpa_net_parameter_tensors(net); i++) {
    const denpa_parameter p = denpa_net_parameter(net, i);
    memcpy(all + length, p.value, p.count * size);
    length += p.count * size;
  }
  dnp_page_base64(page, all, length);
  dnp_free(all);
  return DENPA_OK;
}

static denpa_status put_frame(dnp_page *page, const dnp_watch *watch, size_t k, size_t wall, denpa_error *err) {
  const denpa_epoch *f = &watch->frame[k];
  const struct {
    const char *key;
    double value;
  } number[] = {{"epoch", f->epoch}, {"train_loss", f->train_loss}, {"train_accuracy", f->train_accuracy},
      {"test_loss", f->test_loss}, {"test_accuracy", f->test_accuracy}};
  dnp_page_raw(page, "{\"step\":");
  dnp_page_size(page, f->step);
  for (size_t i = 0; i < sizeof number / sizeof *number; i++) {
    put_key(page, number[i].key);
    dnp_page_real(page, number[i].value);
  }
  put_key(page, "answer");
  dnp_page_raw(page, "[");
  for (size_t i = 0; i < wall; i++) {
    if (i > 0) dnp_page_raw(page, ",");
    if (watch->answer[i] != DNP_NO_ANSWER)
      dnp_page_size(page, (size_t)watch->answer[i]);
    else
      dnp_page_raw(page, "null");
  }
  dnp_page_raw(page, "]");
  put_key(page, "sure"); /* in percent; null where outputs are no probabilities */
  dnp_page_raw(page, "[");
  for (size_t i = 0; i < wall; i++) {
    char text[16] = "null";
    if (dnp_exec_probabilities(watch->net->exec)) snprintf(text, sizeof text, "%.0f", 100 * watch->sure[i]);
    if (i > 0) dnp_page_raw(page, ",");
    dnp_page_raw(page, text);
  }
  dnp_page_raw(page, "]");
  put_key(page, "confusion");
  DNP_TRY(put_confusion(page, watch, err));
  put_key(page, "weights");
  DNP_TRY(put_weights(page, watch->net, err));
  dnp_page_raw(page, "}");
  return DENPA_OK;
}

/* ---- the whole ------------------------------------------------------------------------------------ */

/* How many frames a page has room for. */
static size_t room(const dnp_watch *watch) {
  const size_t bytes = denpa_net_parameter_count(watch->net) * dnp_dtype_size(denpa_net_dtype(watch->net)),
               most = WEIGHT_BYTES / (bytes / 3 * 4 + 4);
  const size_t wanted = most > FEWEST_FRAMES ? most : FEWEST_FRAMES;
  return wanted < watch->frames ? wanted : watch->frames;
}

/* Number i of the frames that are kept, evenly chosen, the first and the last among them. */
static size_t chosen(const dnp_watch *watch, size_t kept, size_t i) {
  return kept > 1 ? i * (watch->frames - 1) / (kept - 1) : 0;
}

/* Which of them is the one at which the page opens: the first that is chosen from there on gives its place to it. The
 * last one is never taken for this, nor is the first. */
static size_t place_of_at(const dnp_watch *watch, size_t kept) {
  size_t i = 0;
  while (chosen(watch, kept, i) < watch->at) i++;
  return i + 1 == kept && kept > 2 && watch->at + 1 < watch->frames ? i - 1 : i;
}

static denpa_status put_frames(dnp_page *page, dnp_watch *watch, size_t wall, size_t kept, denpa_error *err) {
  const size_t at = place_of_at(watch, kept);
  dnp_page_raw(page, "[");
  for (size_t i = 0; i < kept; i++) {
    const size_t k = i == at ? watch->at : chosen(watch, kept, i);
    if (i > 0) dnp_page_raw(page, ",\n");
    DNP_TRY(dnp_watch_look(watch, k, err));
    DNP_TRY(put_frame(page, watch, k, wall, err));
  }
  dnp_page_raw(page, "]");
  return DENPA_OK;
}

static void put_heading(dnp_page *page, const dnp_watch *watch) {
  const denpa_epoch *last = &watch->frame[watch->frames - 1];
  dnp_page_raw(page, "<style>\n");
  dnp_page_bytes(page, uPlot_min_css, sizeof uPlot_min_css);
  dnp_page_bytes(page, watch_css, sizeof watch_css);
  dnp_page_raw(page, "</style>\n<p>");
  dnp_page_say(page,
      "{1} training and {2} test {2|sample|samples} of {3}; {4} {4|update|updates}, {5} {5|epoch|epochs}. Every "
      "picture and number here comes from the exact weights of its frame, which are in this page.",
      dnp_u(denpa_data_rows(watch->dataset, DENPA_SPLIT_TRAIN)), dnp_u(watch->rows),
      dnp_s(denpa_data_name(watch->dataset)), dnp_u(last->step), dnp_d(last->epoch));
  dnp_page_raw(page, "</p>\n<div id=\"watch\"></div>\n<!-- uPlot, which draws the curves:\n");
  dnp_page_bytes(page, uPlot_LICENSE, sizeof uPlot_LICENSE);
  dnp_page_raw(page, "-->\n");
}

static denpa_status put_data(dnp_page *page, dnp_watch *watch, size_t *kept, denpa_error *err) {
  size_t shape[3];
  const int axes = denpa_data_shape(watch->dataset, shape);
  const size_t classes = denpa_data_classes(watch->dataset), wall = classes == 0         ? 0
                                                                    : watch->rows < WALL ? watch->rows
                                                                                         : WALL;
  dnp_page_raw(page, "<script type=\"application/json\" id=\"run\">{\"net\":");
  dnp_page_string(page, denpa_net_text(watch->net));
  put_key(page, "kind");
  dnp_page_string(page, dnp_dtype_name(denpa_net_dtype(watch->net)));
  put_key(
      page, "image"); /* rows and columns of an input that is a picture, and its planes: grey, or red, green, blue */
  put_sizes(page, shape + (axes == 3), axes >= 2 ? 2 : 0);
  put_key(page, "planes");
  dnp_page_size(page, axes == 3 ? shape[0] : 1);
  put_key(page, "classes");
  dnp_page_size(page, classes);
  put_key(page, "names");
  put_names(page, watch->dataset);
  put_key(page, "outputs");
  dnp_page_size(page, watch->outputs);
  put_key(page, "rows");
  dnp_page_size(page, watch->rows);
  put_key(page, "parameters");
  put_parameters(page, watch->net, watch->dataset);
  put_key(page, "inputs");
  put_inputs(page, watch->dataset);
  put_key(page, "wall");
  put_wall(page, watch->dataset, wall);
  put_key(page, "words");
  put_words(page);
  *kept = room(watch);
  put_key(page, "at"); /* which of the frames the page shows first */
  dnp_page_size(page, place_of_at(watch, *kept));
  put_key(page, "frames");
  DNP_TRY(put_frames(page, watch, wall, *kept, err));
  dnp_page_raw(page, "}</script>\n<script>\n");
  dnp_page_bytes(page, uPlot_iife_min_js, sizeof uPlot_iife_min_js);
  dnp_page_raw(page, "</script>\n");
  dnp_page_script(page, watch_js, sizeof watch_js);
  return DENPA_OK;
}

denpa_status dnp_watch_page(dnp_watch *watch, denpa_lang lang, const char *path, size_t *kept, denpa_error *err) {
  char title[DNP_NETWORK_NAME + 64], name[DNP_NETWORK_NAME];
  dnp_page page;
  *kept = 0;
  DNP_TRY(dnp_watch_look(watch, watch->frames - 1, err)); /* what all frames have in common is the last one's */
  dnp_render(title, sizeof title, lang, "How {1} learned",
      (const denpa_arg[]){dnp_s(dnp_network_name(watch->net, lang, name)), DNP_END});
  dnp_page_open(&page, lang, title);
  put_heading(&page, watch);
  dnp_page_made(&page, watch->origin);
  denpa_status status = put_data(&page, watch, kept, err);
  if (status == DENPA_OK) return dnp_page_write(&page, path, err);
  dnp_page_free(&page);
  return status;
}
