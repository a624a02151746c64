/* fuzz_files.c: a libFuzzer target for every reader of src/file (fuzz/README.md says how to build and run it). The
 * first byte of an input chooses the format, the rest is the file; with DENPA_FUZZ_FORMAT=pickle (or another name of
 * the table below) the whole input is the file. A failure is never wrong here; a crash, a leak, or a result that
 * promises more than it holds is. */
#define _GNU_SOURCE /* memfd_create */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory.h"
#include "file/files.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile unsigned char sink;

/* Reads every byte that the shape promises. */
static void touch(const dnp_array *array) {
  size_t count;
  if (array->axes < 0 || array->axes > DNP_MAX_AXES || !dnp_shape_count(array->axes, array->shape, &count)) abort();
  for (size_t i = 0; i < count * dnp_dtype_size(array->dtype); i++)
    sink = (unsigned char)(sink + ((const unsigned char *)array->values)[i]);
}

static void one(denpa_status status, dnp_array *array) {
  if (status == DENPA_OK) touch(array);
  if (status != DENPA_OK && array->values != NULL) abort();
  dnp_free(array->values);
}

static void many(denpa_status status, dnp_arrays *arrays) {
  if (status != DENPA_OK && arrays->item != NULL) abort();
  for (size_t i = 0; i < arrays->count; i++) touch(&arrays->item[i]);
  dnp_arrays_free(arrays);
}

static void idx(const char *path, denpa_error *err) {
  dnp_array array;
  void *block;
  denpa_status status = dnp_idx_read(path, 0, &array, &block, err);
  if (status == DENPA_OK) touch(&array);
  if (status != DENPA_OK && block != NULL) abort();
  dnp_free(block);
}
static void npy(const char *path, denpa_error *err) {
  dnp_array array;
  one(dnp_npy_read(path, &array, err), &array);
}
static void npz(const char *path, denpa_error *err) {
  dnp_arrays arrays;
  many(dnp_npz_read(path, &arrays, err), &arrays);
}
static void safetensors(const char *path, denpa_error *err) {
  dnp_arrays arrays;
  dnp_pairs metadata;
  many(dnp_safetensors_read(path, &arrays, &metadata, err), &arrays);
  dnp_pairs_free(&metadata);
}
static void pickle(const char *path, denpa_error *err) {
  dnp_arrays arrays;
  many(dnp_pickle_read(path, &arrays, err), &arrays);
}
static void picture(const char *path, denpa_error *err) {
  dnp_array array;
  one(dnp_picture_read(path, &array, err), &array);
}

static void csv(const char *path, denpa_error *err) {
  dnp_csv table;
  if (dnp_csv_read(path, 0, DNP_HEADER_AUTO, &table, err) != DENPA_OK && table.text != NULL) abort();
  for (size_t k = 0; k < table.columns; k++) sink = (unsigned char)(sink + strlen(table.name[k]));
  for (size_t i = 0; i < table.rows * table.columns; i++) {
    const char *text = dnp_csv_field(&table, i / table.columns, i % table.columns);
    double value = 0;
    char quoted[64];
    sink = (unsigned char)(sink + dnp_csv_quote(quoted, sizeof quoted, text) + (size_t)dnp_csv_number(text, &value));
  }
  dnp_csv_free(&table);
}

static const struct {
  const char *name;
  void (*read)(const char *path, denpa_error *err);
} formats[] = {{"idx", idx}, {"npy", npy}, {"npz", npz}, {"safetensors", safetensors}, {"pickle", pickle},
    {"picture", picture}, {"csv", csv}};
enum { FORMATS = sizeof formats / sizeof *formats };

static int chosen = -1; /* -1: the first byte chooses */
static int file = -1;
static char path[64];

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  const char *name = getenv("DENPA_FUZZ_FORMAT");
  for (int i = 0; name != NULL && i < FORMATS; i++)
    if (strcmp(name, formats[i].name) == 0) chosen = i;
  if (name != NULL && chosen < 0) {
    fprintf(stderr, "DENPA_FUZZ_FORMAT=%s is no format\n", name);
    exit(2);
  }
  file = memfd_create("fuzz", 0);
  if (file < 0) abort();
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (chosen < 0 && size == 0) return 0;
  size_t skipped = chosen < 0;
  int format = chosen < 0 ? data[0] % FORMATS : chosen;
  if (ftruncate(file, 0) != 0 || pwrite(file, data + skipped, size - skipped, 0) != (ssize_t)(size - skipped)) abort();
  char text[1024];
  denpa_error err = {0};
  formats[format].read(path, &err);
  denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text); /* the message is made of the file's own texts */
  return 0;
}
