/* data.c: `denpa data list|get|show`: which data sets there are, fetching one, looking at one. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "cli/shared.h"
#include "draw/picture.h"
#include "interop/export.h"
#include "cli/tables.h"
#include "data/table.h"
#include "draw/samples.h"

static denpa_status list(const cli_options *options, denpa_error *err) {
  denpa_lang lang = cli_lang(options);
  denpa_data *mnist = NULL;
  denpa_data_options wanted = denpa_data_options_default();
  wanted.offline = 1;
  denpa_error why = {0};
  denpa_status found = denpa_data_open(&mnist, "mnist", &wanted, &why);
  if (found != DENPA_OK && found != DENPA_ERROR_NOT_FOUND) {
    if (err != NULL) *err = why;
    return found;
  }
  denpa_data_free(mnist);
  if (options->json)
    return cli_print_json(json_pack("{s:[{s:s,s:b},{s:s,s:b}]}", "data", "name", "mnist", "here", found == DENPA_OK,
                              "name", "digits", "here", 1),
        err);
  dnp_say(stdout, lang, "mnist   60000 handwritten digits for training and 10000 for testing, 28x28: {1}\n",
      dnp_t(found == DENPA_OK ? DNP_N("here") : DNP_N("not here yet (denpa data get mnist fetches 11.6 MB)")));
  dnp_say(stdout, lang,
      "digits  handwritten-like digits of the same form, made by denpa itself: always here (digits:5000:7 for 5000 "
      "samples and seed 7)\n");
  dnp_say(stdout, lang, "FOLDER  a folder with four IDX files, as MNIST's relatives have them\n");
  dnp_say(stdout, lang, "TABLE   a file of rows and columns: .csv or .tsv (denpa data show TABLE)\n");
  dnp_say(stdout, lang,
      "FOLDER  a folder of pictures (PNG, PGM, PPM), a sub-folder for each class (photos:28x28:grey for a size and "
      "channels)\n");
  return DENPA_OK;
}

static denpa_status get(const cli_options *options, const char *name, denpa_error *err) {
  denpa_data *data;
  DNP_TRY(cli_open_data(options, name != NULL ? name : "mnist", &data, err));
  denpa_status status = options->out != NULL ? dnp_export_data(options->out, data, err) : DENPA_OK;
  if (status != DENPA_OK) {
    denpa_data_free(data);
    return status;
  }
  size_t train = denpa_data_rows(data, DENPA_SPLIT_TRAIN), test = denpa_data_rows(data, DENPA_SPLIT_TEST);
  if (options->json)
    status = cli_print_json(
        json_pack("{s:s,s:I,s:I}", "data", denpa_data_name(data), "train", (json_int_t)train, "test", (json_int_t)test),
        err);
  else
    dnp_say(stdout, cli_lang(options), "{1} is here: {2} training and {3} test {3|sample|samples}\n",
        dnp_s(denpa_data_name(data)), dnp_u(train), dnp_u(test));
  if (options->out != NULL) cli_tell(options, "Saved as {1}: x_train, t_train, x_test, t_test.\n", dnp_s(options->out));
  denpa_data_free(data);
  return status;
}

/* A sample that is a picture, and where it is from. */
typedef struct sample {
  const denpa_data *dataset;
  denpa_split split;
  size_t row, planes, height, width;
  const uint8_t *pixels;
} sample;

enum { VARIANTS = 4 };

/* x[VARIANTS, planes, height, width]: the picture as the first updates of a training would see it. */
static denpa_status augment(const cli_options *options, const sample *s, double *x, denpa_error *err) {
  for (size_t v = 0; v < VARIANTS; v++)
    DNP_TRY(denpa_data_augmented(s->dataset, s->split, s->row, options->train.augment, options->train.seed, v,
        x + v * denpa_data_features(s->dataset), err));
  return DENPA_OK;
}

static denpa_status draw_augmented(const cli_options *options, const sample *s, const double *x, denpa_error *err) {
  const bool colour = dnp_want_colour(stdout, options->color);
  dnp_say(stdout, cli_lang(options),
      "With --augment {1}, as the first {2} updates of a training with seed {3} would see it:\n",
      dnp_s(options->train.augment), dnp_i(VARIANTS), dnp_u(options->train.seed));
  if (s->planes == 1) return dnp_draw_shares(stdout, x, VARIANTS, s->height, s->width, colour, err);
  const size_t features = denpa_data_features(s->dataset);
  uint8_t *pixels;
  DNP_TRY(DNP_NEW(&pixels, features, err));
  denpa_status status = DENPA_OK;
  for (size_t v = 0; v < VARIANTS && status == DENPA_OK; v++) {
    for (size_t i = 0; i < features; i++) pixels[i] = (uint8_t)(x[v * features + i] * 255 + 0.5);
    status = dnp_draw_rgb(stdout, pixels, s->height, s->width, colour, err);
  }
  dnp_free(pixels);
  return status;
}

/* x: what augment() gave, or NULL. */
static denpa_status sample_json(const sample *s, const double *x, denpa_error *err) {
  const size_t features = denpa_data_features(s->dataset), shape[3] = {s->planes, s->height, s->width};
  const int label = denpa_data_label(s->dataset, s->split, s->row);
  const char *class = label >= 0 ? denpa_data_class_name(s->dataset, (size_t)label) : NULL;
  json_t *pixels = json_array(), *augmented = x != NULL ? json_array() : NULL;
  for (size_t i = 0; i < features; i++) dnp_json_add(&pixels, json_integer(s->pixels[i]));
  for (size_t v = 0; v < VARIANTS && x != NULL; v++) {
    json_t *one = json_array();
    for (size_t i = 0; i < features; i++) dnp_json_add(&one, cli_real(x[v * features + i]));
    dnp_json_add(&augmented, one);
  }
  json_t *all = json_pack("{s:s,s:I,s:i,s:s*,s:o,s:o}", "data", denpa_data_name(s->dataset), "sample",
      (json_int_t)s->row, "label", label, "class", class, "shape",
      s->planes == 1 ? cli_sizes(2, shape + 1) : cli_sizes(3, shape), "pixels", pixels);
  if (x != NULL) dnp_json_put(&all, "augmented", augmented);
  return cli_print_json(all, err);
}

static denpa_status draw_sample(const cli_options *options, const sample *s, const double *x, denpa_error *err) {
  const bool colour = dnp_want_colour(stdout, options->color);
  const int label = denpa_data_label(s->dataset, s->split, s->row);
  const char *class = label >= 0 ? denpa_data_class_name(s->dataset, (size_t)label) : NULL;
  const denpa_arg part = dnp_t(s->split == DENPA_SPLIT_TRAIN ? DNP_N("training data") : DNP_N("test data"));
  if (class != NULL)
    dnp_say(stdout, cli_lang(options), "{1}, {2}, sample {3}: label {4} ({5})\n", dnp_s(denpa_data_name(s->dataset)),
        part, dnp_u(s->row), dnp_i(label), dnp_s(class));
  else
    dnp_say(stdout, cli_lang(options), "{1}, {2}, sample {3}: label {4}\n", dnp_s(denpa_data_name(s->dataset)), part,
        dnp_u(s->row), dnp_i(label));
  if (s->planes == 3)
    DNP_TRY(dnp_draw_rgb(stdout, s->pixels, s->height, s->width, colour, err));
  else
    dnp_draw_picture(stdout, s->pixels, s->height, s->width, colour);
  return x != NULL ? draw_augmented(options, s, x, err) : DENPA_OK;
}

/* ---- rows of a table ------------------------------------------------------------------------------ */

/* The numbers that a network is given, and the answer: a class, or the number in the table's units. */
static denpa_status row_json(const sample *s, double right, denpa_error *err) {
  const size_t features = denpa_data_features(s->dataset);
  const int label = denpa_data_label(s->dataset, s->split, s->row);
  double *x;
  DNP_TRY(DNP_NEW(&x, features, err));
  const denpa_status status = denpa_data_row(s->dataset, s->split, s->row, x, err);
  json_t *inputs = json_array();
  for (size_t i = 0; i < features; i++) dnp_json_add(&inputs, cli_real(x[i]));
  dnp_free(x);
  json_t *all = json_pack("{s:s,s:I,s:o,s:s*,s:o,s:o}", "data", denpa_data_name(s->dataset), "sample",
      (json_int_t)s->row, "label", label >= 0 ? json_integer(label) : json_null(), "class",
      label >= 0 ? denpa_data_class_name(s->dataset, (size_t)label) : NULL, "right",
      label >= 0 ? json_null() : cli_real(right), "inputs", inputs);
  if (status == DENPA_OK) return cli_print_json(all, err);
  json_decref(all);
  return status;
}

static denpa_status show_row(const cli_options *options, const sample *s, denpa_error *err) {
  const denpa_arg part = dnp_t(s->split == DENPA_SPLIT_TRAIN ? DNP_N("training data") : DNP_N("test data"));
  const dnp_column *target = dnp_table_target(s->dataset->table);
  const int label = denpa_data_label(s->dataset, s->split, s->row);
  double answer, right = (double)NAN;
  char number[40];
  if (options->train.augment != NULL)
    return dnp_fail(
        err, DENPA_ERROR_ARGUMENT, "--augment changes pictures; {1} is a table", dnp_s(denpa_data_name(s->dataset)));
  if (label < 0) dnp_table_numbers(s->dataset, s->split, s->row, 0, &answer, &right);
  if (options->json) return row_json(s, right, err);
  dnp_format_real(number, sizeof number, right, 9);
  dnp_say(stdout, cli_lang(options), "{1}, {2}, row {3}: {4} is {5}\n", dnp_s(denpa_data_name(s->dataset)), part,
      dnp_u(s->row), dnp_s(target->name), dnp_s(label < 0 ? number : denpa_data_class_name(s->dataset, (size_t)label)));
  return dnp_sample_text(stdout, cli_lang(options), s->dataset, s->split, s->row, s->dataset->features,
      dnp_want_colour(stdout, options->color), err);
}

/* One sample as a picture, or as a row of a table. */
static denpa_status show_sample(
    const cli_options *options, const denpa_data *data, denpa_split split, size_t row, denpa_error *err) {
  size_t shape[3] = {0};
  const int axes = denpa_data_shape(data, shape);
  const sample s = {data, split, row, axes == 3 ? shape[0] : 1, shape[axes == 3 ? 1 : 0], shape[axes == 3 ? 2 : 1],
      denpa_data_pixels(data, split, row)};
  double *x = NULL;
  if (row >= denpa_data_rows(data, split))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "{1} has {2} {2|sample|samples} in this split; sample {3} is not among them (they count from 0)",
        dnp_s(denpa_data_name(data)), dnp_u(denpa_data_rows(data, split)), dnp_u(row));
  if (data->table != NULL) return show_row(options, &s, err);
  if (s.pixels == NULL || axes < 2)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED, "the samples of {1} are not pictures", dnp_s(denpa_data_name(data)));
  denpa_status status = options->train.augment != NULL ? DNP_NEW(&x, VARIANTS * denpa_data_features(data), err)
                                                       : DENPA_OK;
  if (status == DENPA_OK && x != NULL) status = augment(options, &s, x, err);
  if (status == DENPA_OK) status = options->json ? sample_json(&s, x, err) : draw_sample(options, &s, x, err);
  dnp_free(x);
  return status;
}

static denpa_status show_table(const cli_options *options, const char *path, denpa_error *err) {
  const denpa_data_options wanted = cli_data_options(options);
  json_t *json = NULL;
  DNP_TRY(cli_check_form(options, path, err));
  DNP_TRY(dnp_table_show(path, &wanted, stdout, cli_lang(options), dnp_want_colour(stdout, options->color),
      options->json ? &json : NULL, err));
  return options->json ? cli_print_json(json, err) : DENPA_OK;
}

static denpa_status show(const cli_options *options, int argc, char **argv, denpa_error *err) {
  size_t row = options->sample;
  denpa_data *data;
  if (argc > 1 && !dnp_parse_size(argv[1], &row))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "'{1}' is not a sample number; give one from 0 on", dnp_s(argv[1]));
  if (argc == 1 && dnp_is_table(argv[0]) && !cli_given(options, CLI_OPTION_SAMPLE))
    return show_table(options, argv[0], err);
  DNP_TRY(cli_open_data(options, argc > 0 ? argv[0] : NULL, &data, err));
  denpa_status status = show_sample(
      options, data, options->split == 0 ? DENPA_SPLIT_TRAIN : DENPA_SPLIT_TEST, row, err);
  denpa_data_free(data);
  return status;
}

int cli_data(const cli_options *options, int argc, char **argv) {
  denpa_error err = {0};
  denpa_status status;
  char *plain[] = {"list"};
  if (argc == 0) argc = 1, argv = plain;
  if (options->train.augment != NULL && strcmp(argv[0], "show") != 0)
    status = dnp_fail(&err, DENPA_ERROR_ARGUMENT,
        "--augment has no meaning for data {1}; it belongs to data show and to train", dnp_s(argv[0]));
  else if (options->out != NULL && strcmp(argv[0], "get") != 0)
    status = dnp_fail(&err, DENPA_ERROR_ARGUMENT,
        "--out has no meaning for data {1}; it belongs to data get [DATA] --out FILE.npz", dnp_s(argv[0]));
  else if (strcmp(argv[0], "list") == 0 && argc == 1)
    status = list(options, &err);
  else if (strcmp(argv[0], "get") == 0 && argc <= 2)
    status = get(options, argc > 1 ? argv[1] : NULL, &err);
  else if (strcmp(argv[0], "show") == 0)
    status = show(options, argc - 1, argv + 1, &err);
  else
    status = dnp_fail(&err, DENPA_ERROR_ARGUMENT,
        "data does not know '{1}' with these arguments; use data list, data get [DATA] or data show [DATA] [SAMPLE]",
        dnp_s(argv[0]));
  return status == DENPA_OK ? CLI_DONE : cli_fail(options, &err);
}
