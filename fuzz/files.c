/* files.c: targets for the readers of src/file. What is read, written and read again is the same. */
#include "file/inflate.h"
#include "file/json.h"
#include "fuzz.h"

/* ---- arrays --------------------------------------------------------------------------------------- */

static void check_many(denpa_status status, dnp_arrays *arrays, const denpa_error *err) {
  FUZZ_DEMAND(fuzz_told(status, err) == DENPA_OK || arrays->item == NULL, "a failure with arrays");
  for (size_t i = 0; i < arrays->count; i++) fuzz_touch(&arrays->item[i]);
}

static void check_again(denpa_status status, const dnp_arrays *before, dnp_arrays *again, const denpa_error *err) {
  FUZZ_DEMAND(fuzz_told(status, err) == DENPA_OK && again->count == before->count,
      "%zu arrays, %zu after they were written and read again", before->count, again->count);
  for (size_t i = 0; i < again->count; i++) fuzz_same(&before->item[i], &again->item[i]);
  dnp_arrays_free(again);
}

void target_idx(const uint8_t *data, size_t size) {
  dnp_array array, again;
  void *block, *other;
  denpa_error err = {0};
  if (fuzz_told(dnp_idx_read(fuzz_file("a-idx", data, size), 0, &array, &block, &err), &err) != DENPA_OK) {
    FUZZ_DEMAND(block == NULL, "a failure with a block");
    return;
  }
  fuzz_touch(&array);
  FUZZ_DEMAND(dnp_idx_write(fuzz_path("b-idx"), &array, &err) == DENPA_OK &&
                  dnp_idx_read(fuzz_path("b-idx"), array.axes, &again, &other, &err) == DENPA_OK,
      "IDX is not read again");
  fuzz_same(&array, &again);
  dnp_free(block);
  dnp_free(other);
}

void target_npy(const uint8_t *data, size_t size) {
  dnp_array array, again;
  denpa_error err = {0};
  if (fuzz_told(dnp_npy_read(fuzz_file("a.npy", data, size), &array, &err), &err) != DENPA_OK) {
    FUZZ_DEMAND(array.values == NULL, "a failure with numbers");
    return;
  }
  fuzz_touch(&array);
  FUZZ_DEMAND(dnp_npy_write(fuzz_path("b.npy"), &array, &err) == DENPA_OK &&
                  dnp_npy_read(fuzz_path("b.npy"), &again, &err) == DENPA_OK,
      ".npy is not read again");
  fuzz_same(&array, &again);
  dnp_free(array.values);
  dnp_free(again.values);
}

void target_npz(const uint8_t *data, size_t size) {
  dnp_arrays arrays, again;
  denpa_error err = {0};
  denpa_status status = dnp_npz_read(fuzz_file("a.npz", data, size), &arrays, &err);
  check_many(status, &arrays, &err);
  if (status == DENPA_OK && arrays.count > 0) {
    FUZZ_DEMAND(fuzz_told(dnp_npz_write(fuzz_path("b.npz"), arrays.item, arrays.count, &err), &err) == DENPA_OK,
        ".npz is not written again");
    status = dnp_npz_read(fuzz_path("b.npz"), &again, &err);
    check_again(status, &arrays, &again, &err);
  }
  dnp_arrays_free(&arrays);
}

static void check_pairs(const dnp_pairs *a, const dnp_pairs *b) {
  FUZZ_DEMAND(a->count == b->count, "%zu texts, %zu after they were written and read again", a->count, b->count);
  for (size_t i = 0; i < a->count; i++)
    FUZZ_DEMAND(strcmp(a->item[i].key, b->item[i].key) == 0 && strcmp(a->item[i].value, b->item[i].value) == 0,
        "text %zu is another one after it was written and read again", i);
}

void target_safetensors(const uint8_t *data, size_t size) {
  dnp_arrays arrays, again;
  dnp_pairs texts, texts_again;
  unsigned char *bytes;
  denpa_error err = {0};
  denpa_status status = dnp_safetensors_from_memory(data, size, &arrays, &texts, &err);
  check_many(status, &arrays, &err);
  if (status == DENPA_OK) {
    status = dnp_safetensors_to_memory(arrays.item, arrays.count, &texts, &bytes, &size, &err);
    FUZZ_DEMAND(fuzz_told(status, &err) == DENPA_OK, "safetensors are not written again");
    status = dnp_safetensors_from_memory(bytes, size, &again, &texts_again, &err);
    check_again(status, &arrays, &again, &err);
    check_pairs(&texts, &texts_again);
    dnp_pairs_free(&texts_again);
    dnp_free(bytes);
  }
  dnp_arrays_free(&arrays);
  dnp_pairs_free(&texts);
}

void target_pickle(const uint8_t *data, size_t size) {
  dnp_arrays arrays;
  denpa_error err = {0};
  check_many(dnp_pickle_read(fuzz_file("a.pkl", data, size), &arrays, &err), &arrays, &err);
  dnp_arrays_free(&arrays);
}

/* ---- pictures ------------------------------------------------------------------------------------- */

void target_picture(const uint8_t *data, size_t size) {
  dnp_array grey, colour, again;
  size_t height, width;
  denpa_error err = {0};
  const char *path = fuzz_file("a.png", data, size);
  const denpa_status known = fuzz_told(dnp_picture_size(path, &height, &width, &err), &err);
  if (fuzz_told(dnp_picture_read(path, &grey, &err), &err) != DENPA_OK) {
    FUZZ_DEMAND(grey.values == NULL, "a failure with pixels");
    return;
  }
  fuzz_touch(&grey);
  FUZZ_DEMAND(known == DENPA_OK && grey.axes == 2 && grey.shape[0] == height && grey.shape[1] == width,
      "a picture of %zux%zu is %zux%zu", height, width, grey.shape[0], grey.shape[1]);
  if (height * width < (1 << 20)) {
    FUZZ_DEMAND(dnp_picture_read_rgb(path, &colour, &err) == DENPA_OK, "a picture is read in grey and not in colour");
    fuzz_touch(&colour);
    dnp_free(colour.values);
    FUZZ_DEMAND(dnp_png_write(fuzz_path("b.png"), &grey, &err) == DENPA_OK &&
                    dnp_picture_read(fuzz_path("b.png"), &again, &err) == DENPA_OK,
        "a PNG is not read again");
    fuzz_same(&grey, &again);
    dnp_free(again.values);
  }
  dnp_free(grey.values);
}

/* ---- texts ---------------------------------------------------------------------------------------- */

/* The table as text again; of a single column the empty fields would be empty lines. */
static void write_again(const dnp_csv *table, dnp_csv *again) {
  char *text;
  size_t size;
  denpa_error err = {0};
  FILE *out = open_memstream(&text, &size);
  for (size_t i = 0; i < (table->rows + 1) * table->columns; i++) {
    const size_t row = i / table->columns, k = i % table->columns;
    const char *field = row == 0 ? table->name[k] : dnp_csv_field(table, row - 1, k);
    const size_t length = dnp_csv_quote(NULL, 0, field) + 1;
    char *quoted = malloc(length);
    dnp_csv_quote(quoted, length, field);
    fprintf(out, "%s%s", quoted, k + 1 < table->columns ? "," : "\n");
    free(quoted);
  }
  fclose(out);
  const denpa_status status = dnp_csv_read(fuzz_file("b.csv", text, size), ',', DNP_HEADER_YES, again, &err);
  FUZZ_DEMAND(fuzz_told(status, &err) == DENPA_OK, "a table is not read again: %s", text);
  free(text);
}

void target_csv(const uint8_t *data, size_t size) {
  dnp_csv table, again;
  denpa_error err = {0};
  if (fuzz_told(dnp_csv_read(fuzz_file("a.csv", data, size), 0, DNP_HEADER_AUTO, &table, &err), &err) != DENPA_OK) {
    FUZZ_DEMAND(table.text == NULL, "a failure with a table");
    return;
  }
  for (size_t k = 0; k < table.columns; k++) {
    size_t next;
    FUZZ_DEMAND(dnp_csv_find(&table, table.name[k], &next) <= k, "column '%s' is not found", table.name[k]);
  }
  for (size_t i = 0; i < table.rows * table.columns; i++) {
    double value = 0;
    (void)strlen(dnp_csv_whole(&table, i / table.columns, i % table.columns));
    (void)dnp_csv_number(dnp_csv_field(&table, i / table.columns, i % table.columns), &value);
  }
  if (table.columns > 1 && table.rows * table.columns < 2000) {
    write_again(&table, &again);
    FUZZ_DEMAND(again.rows == table.rows && again.columns == table.columns, "%zux%zu is %zux%zu when read again",
        table.rows, table.columns, again.rows, again.columns);
    for (size_t i = 0; i < table.rows * table.columns; i++)
      FUZZ_DEMAND(strcmp(dnp_csv_field(&table, i / table.columns, i % table.columns),
                      dnp_csv_field(&again, i / table.columns, i % table.columns)) == 0,
          "field %zu is another one when read again", i);
    dnp_csv_free(&again);
  }
  dnp_csv_free(&table);
}

void target_gzip(const uint8_t *data, size_t size) {
  enum { MOST = 8 << 20 };
  static unsigned char whole[MOST], once[MOST];
  dnp_inflate stream;
  denpa_error err = {0};
  size_t got = 1, length = 0;
  denpa_status status = dnp_inflate_open(&stream, DNP_INFLATE_GZIP, data, size, "a.gz", &err);
  for (size_t want = 1; status == DENPA_OK && got > 0 && length < MOST; length += got, want = want * 2 + 1)
    status = dnp_inflate_take(&stream, whole + length, want < MOST - length ? want : MOST - length, &got, &err);
  dnp_inflate_close(&stream);
  fuzz_told(status, &err);
  FUZZ_DEMAND(length <= size * DNP_INFLATE_MOST, "%zu bytes out of %zu", length, size);
  if (status == DENPA_OK && length < MOST && dnp_inflate_whole(data, size, once, length))
    FUZZ_DEMAND(memcmp(whole, once, length) == 0, "in pieces and at once are not the same");
}

void target_json(const uint8_t *data, size_t size) {
  json_t *object, *again;
  json_error_t trouble;
  denpa_error err = {0};
  char *text;
  denpa_status status = dnp_json_read(
      "a.json", (const char *)data, size, JSON_REJECT_DUPLICATES, &object, &trouble, &err);
  FUZZ_DEMAND(status == DENPA_OK || object == NULL, "a failure with an object");
  FUZZ_DEMAND(status != DENPA_ERROR_MEMORY, "JSON that takes more memory than it warrants");
  if (status != DENPA_OK) return;
  FUZZ_DEMAND(dnp_json_text(json_incref(object), JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(17), &text,
                  &err) == DENPA_OK,
      "JSON is not written again");
  status = dnp_json_read("b.json", text, strlen(text), JSON_REJECT_DUPLICATES, &again, &trouble, &err);
  FUZZ_DEMAND(status == DENPA_OK && json_equal(object, again), "JSON is another one after it was written: %s", text);
  json_decref(object);
  json_decref(again);
  dnp_free(text);
}
