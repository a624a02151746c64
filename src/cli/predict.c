/* predict.c: `denpa predict MODEL INPUT...`: what the network sees in a picture, or in a sample of its data set. */
#include <math.h>

#include "base/memory.h"
#include "cli/shared.h"
#include "see/picture.h"

#define SIDE 28

typedef struct view {
  const cli_options *options;
  denpa_net *net;
  json_t *list;  /* for --json */
  double *y;     /* [outputs] */
  size_t outputs;
} view;

/* A picture that is to be drawn. */
typedef struct seen {
  const uint8_t *pixels; /* [planes, height, width]; NULL: there is nothing to draw */
  size_t planes, height, width;
} seen;

static denpa_status draw(const seen *picture, bool colour, denpa_error *err) {
  if (picture->pixels == NULL) return DENPA_OK;
  if (picture->planes == 3) return dnp_draw_rgb(stdout, picture->pixels, picture->height, picture->width, colour, err);
  dnp_draw_picture(stdout, picture->pixels, picture->height, picture->width, colour);
  return DENPA_OK;
}

static json_t *class_json(const view *v, int class_number) {
  char name[CLI_CLASS_NAME];
  return class_number >= 0 && denpa_net_class_name(v->net, (size_t)class_number, name, sizeof name) > 0 ? json_string(name) : json_null();
}

/* Shows one answer. label: the right one, or -1. */
static denpa_status show(view *v, const char *name, const seen *picture, denpa_dtype dtype, const void *x, int label, bool inverted, denpa_error *err) {
  const cli_options *options = v->options;
  char class[CLI_CLASS_NAME], right[CLI_CLASS_NAME];
  denpa_lang lang = cli_lang(options);
  int32_t answer;
  DNP_TRY(denpa_net_predict(v->net, 1, dtype, x, v->y, &answer, err));
  if (!isfinite(v->y[answer])) return dnp_fail(err, DENPA_NUMERIC, "{1}: the network's answer is not finite (NaN or infinity); the model is damaged", dnp_s(name));
  if (options->json) {
    json_t *probabilities = json_array();
    for (size_t i = 0; i < v->outputs; i++) json_array_append_new(probabilities, cli_real(v->y[i]));
    json_t *one = json_pack("{s:s,s:i,s:o,s:o,s:o}", "input", name, "answer", (int)answer, "class", class_json(v, answer), "label", label < 0 ? json_null() : json_integer(label), "probabilities", probabilities);
    if (json_array_append_new(v->list, one) != 0) return dnp_fail(err, DENPA_FORMAT, "{1}: this name is not UTF-8, so it cannot stand in JSON", dnp_s(name));
    return DENPA_OK;
  }
  bool colour = dnp_want_colour(stdout, options->color);
  dnp_say(stdout, lang, "{1}\n", dnp_s(name));
  if (inverted) dnp_say(stdout, lang, "(dark on light: inverted, as the network was trained on light strokes)\n");
  DNP_TRY(draw(picture, colour, err));
  int widest = 3;
  for (size_t i = 0; i < v->outputs; i++) {
    const int width = (int)dnp_text_width(cli_class_name(v->net, i, class));
    widest = width > widest ? width : widest;
  }
  for (size_t i = 0; i < v->outputs; i++) {
    const char *of = cli_class_name(v->net, i, class);
    fprintf(stdout, "%*s", widest - (int)dnp_text_width(of), "");
    dnp_say(stdout, lang, "{1}  {2:.4f}  ", dnp_s(of), dnp_d(v->y[i]));
    dnp_draw_bar(stdout, v->y[i], 40, colour);
    fputc('\n', stdout);
  }
  cli_class_name(v->net, (size_t)answer, class);
  if (label < 0)
    dnp_say(stdout, lang, "answer: {1} (probability {2:.4f})\n", dnp_s(class), dnp_d(v->y[answer]));
  else if (label == answer)
    dnp_say(stdout, lang, "answer: {1} (probability {2:.4f}), which is right\n", dnp_s(class), dnp_d(v->y[answer]));
  else
    dnp_say(stdout, lang, "answer: {1} (probability {2:.4f}), which is wrong: it is a {3}\n", dnp_s(class), dnp_d(v->y[answer]), dnp_s(cli_class_name(v->net, (size_t)label, right)));
  return DENPA_OK;
}

/* A picture in the form of the folder that the network was trained on: resized, not centred. */
static denpa_status show_picture(view *v, const char *path, const char *form, denpa_error *err) {
  uint8_t *pixels;
  seen picture = {0};
  DNP_TRY(dnp_picture_from_file(path, form, &pixels, &picture.planes, &picture.height, &picture.width, err));
  picture.pixels = pixels;
  const size_t numbers = picture.planes * picture.height * picture.width;
  denpa_status status = numbers == denpa_net_inputs(v->net)
                            ? show(v, path, &picture, DENPA_UINT8, pixels, -1, false, err)
                            : dnp_fail(err, DENPA_SHAPE, "the network {1} takes {2} numbers, but pictures of {3} have {4}; the model is damaged", dnp_s(denpa_net_text(v->net)), dnp_u(denpa_net_inputs(v->net)), dnp_s(form), dnp_u(numbers));
  dnp_free(pixels);
  return status;
}

static denpa_status show_file(view *v, const char *path, denpa_error *err) {
  const char *form = denpa_net_metadata(v->net, "pictures");
  if (form != NULL && form[0] != '\0') return show_picture(v, path, form, err);
  uint8_t grey[SIDE * SIDE];
  bool inverted;
  if (denpa_net_inputs(v->net) != SIDE * SIDE) return dnp_fail(err, DENPA_SHAPE, "the network {1} takes {2} numbers; pictures of digits are made into {3} (28 x 28)", dnp_s(denpa_net_text(v->net)), dnp_u(denpa_net_inputs(v->net)), dnp_i(SIDE * SIDE));
  DNP_TRY(dnp_digit_from_file(path, grey, &inverted, err));
  return show(v, path, &(seen){grey, 1, SIDE, SIDE}, DENPA_UINT8, grey, -1, inverted, err);
}

static denpa_status show_sample(view *v, denpa_error *err) {
  const cli_options *options = v->options;
  denpa_split split = options->split == 0 ? DENPA_TRAIN : DENPA_TEST;
  denpa_data *data = NULL;
  double *x = NULL;
  char name[DENPA_ERROR_STORE];
  size_t shape[3] = {0};
  denpa_status status = cli_open_data_of(options, v->net, NULL, &data, err);
  if (status == DENPA_OK) status = cli_check_fit(v->net, data, err);
  if (status == DENPA_OK) status = DNP_NEW(&x, denpa_data_features(data), err);
  if (status == DENPA_OK) status = denpa_data_row(data, split, options->sample, x, err);
  if (status == DENPA_OK) {
    const int axes = denpa_data_shape(data, shape);
    const seen picture = {axes >= 2 ? denpa_data_pixels(data, split, options->sample) : NULL, axes == 3 ? shape[0] : 1, shape[axes == 3 ? 1 : 0], shape[axes == 3 ? 2 : 1]};
    snprintf(name, sizeof name, "%s %s %zu", denpa_data_name(data), split == DENPA_TRAIN ? "train" : "test", options->sample);
    status = show(v, name, &picture, DENPA_FLOAT64, x, denpa_data_label(data, split, options->sample), false, err);
  }
  dnp_free(x);
  denpa_data_free(data);
  return status;
}

int cli_predict(const cli_options *options, int argc, char **argv) {
  denpa_error err = {0};
  view v = {.options = options};
  denpa_status status = cli_load(options, argv[0], &v.net, &err);
  if (status == DENPA_OK && argc < 2 && !cli_given(options, CLI_OPTION_SAMPLE)) status = dnp_fail(&err, DENPA_ARGUMENT, "predict needs a picture (PNG or PGM) after the model, or --sample K");
  if (status == DENPA_OK) v.outputs = denpa_net_outputs(v.net);
  if (status == DENPA_OK) status = DNP_NEW(&v.y, v.outputs, &err);
  if (options->json) v.list = json_array();
  if (status == DENPA_OK && cli_given(options, CLI_OPTION_SAMPLE)) status = show_sample(&v, &err);
  for (int i = 1; status == DENPA_OK && i < argc; i++) status = show_file(&v, argv[i], &err);
  if (status == DENPA_OK && options->json) status = cli_print_json(json_pack("{s:O}", "predictions", v.list), &err);
  json_decref(v.list);
  dnp_free(v.y);
  denpa_net_free(v.net);
  return status == DENPA_OK ? CLI_DONE : cli_fail(options, &err);
}
