/* tables.c: targets for data that a person brings along: tables, folders, single rows and pictures for a model. */
#include <math.h>

#include "data/table.h"
#include "fuzz.h"

/* ---- tables --------------------------------------------------------------------------------------- */

static void check_table(const denpa_data *data) {
  double *x = malloc((data->features + 1) * sizeof *x);
  denpa_error err = {0};
  if (x == NULL) abort();
  for (int split = 0; split < DNP_SPLITS; split++)
    for (size_t i = 0; i < data->split[split].rows; i++) {
      FUZZ_DEMAND(denpa_data_row(data, (denpa_split)split, i, x, &err) == DENPA_OK, "row %zu is not to be had", i);
      for (size_t k = 0; k < data->features; k++) FUZZ_DEMAND(isfinite(x[k]), "input %zu of row %zu is %g", k, i, x[k]);
      const int label = denpa_data_label(data, (denpa_split)split, i);
      FUZZ_DEMAND(
          label < (int)data->classes && (label >= 0) == (data->classes > 0), "row %zu is of class %d", i, label);
    }
  free(x);
}

static const char *given(char **rest) {
  const char *line = fuzz_line(rest);
  return line[0] != '\0' ? line : NULL;
}

/* Six lines of options (target, task, header, ignore, category, share of test rows; empty: the default), the table. */
void target_table(const uint8_t *data, size_t size) {
  char *text = fuzz_text(data, size), *rest = text;
  denpa_data_options options = {.size = sizeof options, .seed = 1, .offline = 1, .test_share = 0.2};
  options.target = given(&rest);
  options.task = given(&rest);
  options.header = given(&rest);
  options.ignore = given(&rest);
  options.category = given(&rest);
  const char *share = given(&rest);
  if (share != NULL && !dnp_parse_real(share, &options.test_share)) options.test_share = 0;
  const size_t from = (size_t)(rest - text);
  const char *path = fuzz_file("a.csv", data + from, size - from);
  denpa_data *learned, *again;
  denpa_error err = {0};
  if (fuzz_told(denpa_data_open(&learned, path, &options, &err), &err) == DENPA_OK) {
    check_table(learned);
    /* by what the model keeps, the same file gives the same rows */
    const denpa_data_options known = {.size = sizeof known, .table = learned->table_text, .seed = 1, .offline = 1};
    FUZZ_DEMAND(fuzz_told(denpa_data_open(&again, path, &known, &err), &err) == DENPA_OK, "a table is not read again");
    char a[65], b[65];
    FUZZ_DEMAND(dnp_data_sha256(learned, a, &err) == DENPA_OK && dnp_data_sha256(again, b, &err) == DENPA_OK &&
                    strcmp(a, b) == 0,
        "by its own description a table becomes another one");
    denpa_data_free(learned);
    denpa_data_free(again);
  }
  free(text);
}

void target_table_json(const uint8_t *data, size_t size) {
  char *text = fuzz_text(data, size);
  const dnp_table *table;
  void *memory[DNP_TABLE_BLOCKS];
  denpa_error err = {0};
  dnp_csv row = {0};
  static const char *const names[] = {"a", "b", "c"}, *const fields[] = {"1", "red", ""};
  if (fuzz_told(dnp_table_from_json(text, "model", &table, memory, &err), &err) == DENPA_OK) {
    dnp_table_reader reader = {0};
    double *x = malloc((table->features + 1) * sizeof *x);
    FUZZ_DEMAND(dnp_csv_of_row(table->header ? names : NULL, fields, 3, &row, &err) == DENPA_OK, "no row");
    if (fuzz_told(dnp_table_reader_open(&reader, table, &row, "row", false, false, &err), &err) == DENPA_OK)
      fuzz_told(dnp_table_inputs(&reader, 0, x, &err), &err);
    dnp_table_reader_close(&reader);
    dnp_csv_free(&row);
    free(x);
  }
  for (size_t i = 0; i < DNP_TABLE_BLOCKS; i++) dnp_free(memory[i]);
  free(text);
}

/* ---- what a model is asked ------------------------------------------------------------------------- */

static void check_answer(const denpa_answer *answer) {
  FUZZ_DEMAND(dnp_text_is_utf8(answer->name), "an answer that is not UTF-8");
  FUZZ_DEMAND(answer->class_number < 10 && answer->probability >= 0 && answer->probability <= 1, "class %d with %g",
      answer->class_number, answer->probability);
}

/* A line with a name and a line with a text for each field; no name: by place. */
void target_fields(const uint8_t *data, size_t size) {
  enum { MOST = 16 };
  char *text = fuzz_text(data, size), *rest = text;
  denpa_field field[MOST];
  denpa_answer answer;
  double y[2];
  size_t count = 0;
  denpa_error err = {0};
  while (*rest != '\0' && count < MOST) {
    field[count].column = given(&rest);
    field[count].text = fuzz_line(&rest);
    field[count].number = 0;
    if (field[count].text[0] == '#') {
      dnp_parse_real(field[count].text + 1, &field[count].number);
      field[count].text = NULL;
    }
    count++;
  }
  if (fuzz_told(denpa_net_answer_fields(fuzz_colours_model(), field, count, &answer, y, &err), &err) == DENPA_OK)
    check_answer(&answer);
  free(text);
}

/* A picture file, and the same bytes as pixels. */
void target_answer(const uint8_t *data, size_t size) {
  static denpa_net *net;
  denpa_answer answer;
  denpa_error err = {0};
  if (net == NULL) FUZZ_DEMAND(denpa_net_create(&net, "784-10", &fuzz_plain, &err) == DENPA_OK, "no network");
  if (fuzz_told(denpa_net_answer_file(net, fuzz_file("a.png", data, size), &answer, NULL, &err), &err) == DENPA_OK)
    check_answer(&answer);
  if (size < 3) return;
  const size_t height = data[0], width = data[1], channels = data[2] % 5;
  if (height * width * channels > size - 3) return;
  const denpa_status status = denpa_net_answer_pixels(net, data + 3, height, width, channels, &answer, NULL, &err);
  if (fuzz_told(status, &err) == DENPA_OK) check_answer(&answer);
}

/* ---- folders --------------------------------------------------------------------------------------- */

void target_folder(const uint8_t *data, size_t size) {
  static const char *const names[] = {"set/train-images-idx3-ubyte", "set/train-labels-idx1-ubyte",
      "set/t10k-images-idx3-ubyte", "set/t10k-labels-idx1-ubyte", "set/train-labels.idx1-ubyte.gz", "set/cat/a.png",
      "set/cat/b.pgm", "set/cat/c.ppm", "set/dog/a.png", "set/dog/b.pgm", "set/\033[1m/a.pgm", NULL};
  denpa_data *opened;
  denpa_error err = {0};
  const denpa_data_options options = {.size = sizeof options, .offline = 1, .seed = 1, .test_share = 0.2};
  if (fuzz_unpack(data, size, names) > 0 &&
      fuzz_told(denpa_data_open(&opened, fuzz_path("set"), &options, &err), &err) == DENPA_OK) {
    check_table(opened);
    for (size_t i = 0; i < denpa_data_classes(opened); i++) {
      const char *name = denpa_data_class_name(opened, i);
      FUZZ_DEMAND(name == NULL || (dnp_text_is_utf8(name) && strchr(name, '\n') == NULL), "a class name of two lines");
    }
    denpa_data_free(opened);
  }
  fuzz_clear();
}
