/* data.c: `denpa data list|get|show`: which data sets there are, fetching one, looking at one. */
#include <string.h>

#include "base/memory.h"
#include "cli/shared.h"
#include "see/picture.h"
#include "study/export.h"
#include "study/tables.h"

static denpa_status list(const cli_options *options, denpa_error *err) {
  denpa_lang lang = cli_lang(options);
  denpa_data *mnist = NULL;
  denpa_data_options wanted = denpa_data_options_default();
  wanted.offline = 1;
  denpa_error why = {0};
  denpa_status found = denpa_data_open(&mnist, "mnist", &wanted, &why);
  if (found != DENPA_OK && found != DENPA_NOT_FOUND) {
    if (err != NULL) *err = why;
    return found;
  }
  denpa_data_free(mnist);
  if (options->json) return cli_print_json(json_pack("{s:[{s:s,s:b},{s:s,s:b}]}", "data", "name", "mnist", "here", found == DENPA_OK, "name", "digits", "here", 1), err);
  dnp_say(stdout, lang, "mnist   60000 handwritten digits for training and 10000 for testing, 28x28: {1}\n", dnp_t(found == DENPA_OK ? DNP_N("here") : DNP_N("not here yet (denpa data get mnist fetches 11.6 MB)")));
  dnp_say(stdout, lang, "digits  handwritten-like digits of the same form, made by denpa itself: always here (digits:5000:7 for 5000 samples and seed 7)\n");
  dnp_say(stdout, lang, "FOLDER  a folder with four IDX files, as MNIST's relatives have them\n");
  dnp_say(stdout, lang, "TABLE   a file of rows and columns: .csv or .tsv (denpa data show TABLE)\n");
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
  size_t train = denpa_data_rows(data, DENPA_TRAIN), test = denpa_data_rows(data, DENPA_TEST);
  if (options->json)
    status = cli_print_json(json_pack("{s:s,s:I,s:I}", "data", denpa_data_name(data), "train", (json_int_t)train, "test", (json_int_t)test), err);
  else
    dnp_say(stdout, cli_lang(options), "{1} is here: {2} training and {3} test samples\n", dnp_s(denpa_data_name(data)), dnp_u(train), dnp_u(test));
  if (options->out != NULL) cli_tell(options, "Saved as {1}: x_train, t_train, x_test, t_test.\n", dnp_s(options->out));
  denpa_data_free(data);
  return status;
}

/* One sample as a picture, or as numbers if it is none. */
static denpa_status show_sample(const cli_options *options, const denpa_data *data, denpa_split split, size_t row, denpa_error *err) {
  size_t shape[3] = {0};
  const uint8_t *pixels = denpa_data_pixels(data, split, row);
  if (row >= denpa_data_rows(data, split)) return dnp_fail(err, DENPA_ARGUMENT, "{1} has {2} samples in this split; sample {3} is not among them (they count from 0)", dnp_s(denpa_data_name(data)), dnp_u(denpa_data_rows(data, split)), dnp_u(row));
  if (pixels == NULL || denpa_data_shape(data, shape) != 2) return dnp_fail(err, DENPA_UNSUPPORTED, "the samples of {1} are no pictures", dnp_s(denpa_data_name(data)));
  if (options->json) {
    json_t *values = json_array();
    for (size_t i = 0; i < shape[0] * shape[1]; i++) json_array_append_new(values, json_integer(pixels[i]));
    return cli_print_json(json_pack("{s:s,s:I,s:i,s:[I,I],s:o}", "data", denpa_data_name(data), "sample", (json_int_t)row, "label", denpa_data_label(data, split, row), "shape", (json_int_t)shape[0], (json_int_t)shape[1], "pixels", values), err);
  }
  dnp_say(stdout, cli_lang(options), "{1}, {2}, sample {3}: label {4}\n", dnp_s(denpa_data_name(data)), dnp_t(split == DENPA_TRAIN ? DNP_N("training data") : DNP_N("test data")), dnp_u(row), dnp_i(denpa_data_label(data, split, row)));
  dnp_draw_picture(stdout, pixels, shape[0], shape[1], dnp_want_colour(stdout, options->color));
  return DENPA_OK;
}

static denpa_status show_table(const cli_options *options, const char *path, denpa_error *err) {
  const denpa_data_options wanted = cli_data_options(options);
  json_t *json = NULL;
  DNP_TRY(dnp_table_show(path, &wanted, stdout, cli_lang(options), dnp_want_colour(stdout, options->color), options->json ? &json : NULL, err));
  return options->json ? cli_print_json(json, err) : DENPA_OK;
}

static denpa_status show(const cli_options *options, int argc, char **argv, denpa_error *err) {
  size_t row = options->sample;
  denpa_data *data;
  if (argc > 1 && !dnp_parse_size(argv[1], &row)) return dnp_fail(err, DENPA_ARGUMENT, "'{1}' is no sample number; give one from 0 on", dnp_s(argv[1]));
  if (argc == 1 && dnp_is_table(argv[0]) && !cli_given(options, CLI_OPTION_SAMPLE)) return show_table(options, argv[0], err);
  DNP_TRY(cli_open_data(options, argc > 0 ? argv[0] : NULL, &data, err));
  denpa_status status = show_sample(options, data, options->split == 0 ? DENPA_TRAIN : DENPA_TEST, row, err);
  denpa_data_free(data);
  return status;
}

int cli_data(const cli_options *options, int argc, char **argv) {
  denpa_error err = {0};
  denpa_status status;
  if (options->out != NULL && strcmp(argv[0], "get") != 0)
    status = dnp_fail(&err, DENPA_ARGUMENT, "--out has no meaning for data {1}; it belongs to data get [DATA] --out FILE.npz", dnp_s(argv[0]));
  else if (strcmp(argv[0], "list") == 0 && argc == 1)
    status = list(options, &err);
  else if (strcmp(argv[0], "get") == 0 && argc <= 2)
    status = get(options, argc > 1 ? argv[1] : NULL, &err);
  else if (strcmp(argv[0], "show") == 0)
    status = show(options, argc - 1, argv + 1, &err);
  else
    status = dnp_fail(&err, DENPA_ARGUMENT, "data does not know '{1}' with these arguments; use data list, data get [DATA] or data show [DATA] [SAMPLE]", dnp_s(argv[0]));
  return status == DENPA_OK ? CLI_DONE : cli_fail(options, &err);
}
