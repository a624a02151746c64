/* predict.c: `denpa predict MODEL INPUT...`: what the network sees in a picture, or in a sample of its data set. */
#include <math.h>
#include <string.h>

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

/* A single output is a number by itself; above 0.5 it means the second of two classes. */
static denpa_status show_lone(view *v, const char *name, const uint8_t *grey, int label, bool inverted, int32_t answer, denpa_error *err) {
  const denpa_lang lang = cli_lang(v->options);
  const bool probability = strcmp(denpa_net_loss(v->net), "bce") == 0;
  if (!isfinite(v->y[0])) return dnp_fail(err, DENPA_NUMERIC, "{1}: the network's answer is not finite (NaN or infinity); the model is damaged", dnp_s(name));
  if (v->options->json) {
    json_t *one = json_pack("{s:s,s:i,s:o,s:o,s:o}", "input", name, "answer", (int)answer, "label", label < 0 ? json_null() : json_integer(label), "output", cli_real(v->y[0]), "probabilities",
                            probability ? json_pack("[o,o]", cli_real(1 - v->y[0]), cli_real(v->y[0])) : json_null());
    if (json_array_append_new(v->list, one) != 0) return dnp_fail(err, DENPA_FORMAT, "{1}: this name is not UTF-8, so it cannot stand in JSON", dnp_s(name));
    return DENPA_OK;
  }
  dnp_say(stdout, lang, "{1}\n", dnp_s(name));
  if (inverted) dnp_say(stdout, lang, "(dark on light: inverted, as the network was trained on light strokes)\n");
  if (grey != NULL) dnp_draw_picture(stdout, grey, SIDE, SIDE, dnp_want_colour(stdout, v->options->color));
  if (probability)
    dnp_say(stdout, lang, "answer: {1} (probability of 1: {2:.4f})\n", dnp_i(answer), dnp_d(v->y[0]));
  else
    dnp_say(stdout, lang, "answer: {1:.6g}\n", dnp_d(v->y[0]));
  if (label >= 0) dnp_say(stdout, lang, "right is: {1}\n", dnp_i(label));
  return DENPA_OK;
}

/* Shows one answer. label: the right one, or -1; grey: 28x28, or NULL. */
static denpa_status show(view *v, const char *name, const uint8_t *grey, denpa_dtype dtype, const void *x, int label, bool inverted, denpa_error *err) {
  const cli_options *options = v->options;
  denpa_lang lang = cli_lang(options);
  int32_t answer;
  DNP_TRY(denpa_net_predict(v->net, 1, dtype, x, v->y, &answer, err));
  if (v->outputs == 1) return show_lone(v, name, grey, label, inverted, answer, err);
  if (!isfinite(v->y[answer])) return dnp_fail(err, DENPA_NUMERIC, "{1}: the network's answer is not finite (NaN or infinity); the model is damaged", dnp_s(name));
  if (options->json) {
    json_t *probabilities = json_array();
    for (size_t i = 0; i < v->outputs; i++) json_array_append_new(probabilities, cli_real(v->y[i]));
    json_t *one = json_pack("{s:s,s:i,s:o,s:o}", "input", name, "answer", (int)answer, "label", label < 0 ? json_null() : json_integer(label), "probabilities", probabilities);
    if (json_array_append_new(v->list, one) != 0) return dnp_fail(err, DENPA_FORMAT, "{1}: this name is not UTF-8, so it cannot stand in JSON", dnp_s(name));
    return DENPA_OK;
  }
  bool colour = dnp_want_colour(stdout, options->color);
  dnp_say(stdout, lang, "{1}\n", dnp_s(name));
  if (inverted) dnp_say(stdout, lang, "(dark on light: inverted, as the network was trained on light strokes)\n");
  if (grey != NULL) dnp_draw_picture(stdout, grey, SIDE, SIDE, colour);
  for (size_t i = 0; i < v->outputs; i++) {
    dnp_say(stdout, lang, "{1:3}  {2:.4f}  ", dnp_u(i), dnp_d(v->y[i]));
    dnp_draw_bar(stdout, v->y[i], 40, colour);
    fputc('\n', stdout);
  }
  if (label < 0)
    dnp_say(stdout, lang, "answer: {1} (probability {2:.4f})\n", dnp_i(answer), dnp_d(v->y[answer]));
  else if (label == answer)
    dnp_say(stdout, lang, "answer: {1} (probability {2:.4f}), which is right\n", dnp_i(answer), dnp_d(v->y[answer]));
  else
    dnp_say(stdout, lang, "answer: {1} (probability {2:.4f}), which is wrong: it is a {3}\n", dnp_i(answer), dnp_d(v->y[answer]), dnp_i(label));
  return DENPA_OK;
}

static denpa_status show_file(view *v, const char *path, denpa_error *err) {
  uint8_t grey[SIDE * SIDE];
  bool inverted;
  if (denpa_net_inputs(v->net) != SIDE * SIDE) return dnp_fail(err, DENPA_SHAPE, "the network {1} takes {2} numbers; pictures of digits are made into {3} (28 x 28)", dnp_s(denpa_net_text(v->net)), dnp_u(denpa_net_inputs(v->net)), dnp_i(SIDE * SIDE));
  DNP_TRY(dnp_digit_from_file(path, grey, &inverted, err));
  return show(v, path, grey, DENPA_UINT8, grey, -1, inverted, err);
}

static denpa_status show_sample(view *v, denpa_error *err) {
  const cli_options *options = v->options;
  denpa_split split = options->split == 0 ? DENPA_TRAIN : DENPA_TEST;
  denpa_data *data = NULL;
  double *x = NULL;
  char name[128];
  size_t shape[3] = {0};
  denpa_status status = cli_open_data(options, denpa_net_metadata(v->net, "data"), &data, err);
  if (status == DENPA_OK) status = cli_check_fit(v->net, data, err);
  if (status == DENPA_OK) status = DNP_NEW(&x, denpa_data_features(data), err);
  if (status == DENPA_OK) status = denpa_data_row(data, split, options->sample, x, err);
  if (status == DENPA_OK) {
    bool picture = denpa_data_shape(data, shape) == 2 && shape[0] == SIDE && shape[1] == SIDE;
    snprintf(name, sizeof name, "%s %s %zu", denpa_data_name(data), split == DENPA_TRAIN ? "train" : "test", options->sample);
    status = show(v, name, picture ? denpa_data_pixels(data, split, options->sample) : NULL, DENPA_FLOAT64, x, denpa_data_label(data, split, options->sample), false, err);
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
