/* differential.c: denpa's readers behind a pipe, for differential.py: `differential npy|npz|safetensors`. Each input is
 * a length of four bytes and the file; each answer one byte (1 accepted, 0 refused), four bytes of a check sum of the
 * arrays' names, types, shapes and values (0 if refused), and the message as a length of two bytes and its text. The
 * numbers are little-endian. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/memory.h"
#include "file/bytes.h"
#include "file/files.h"

/* Of "NAME TYPE AXIS AXIS ...\n" and the values, array after array. */
static uint32_t sum_of(uint32_t sum, const dnp_array *array) {
  char text[256];
  size_t used = (size_t)snprintf(text, sizeof text, "%s %s", array->name, dnp_dtype_name(array->dtype));
  for (int i = 0; i < array->axes; i++)
    used += (size_t)snprintf(text + used, sizeof text - used, " %zu", array->shape[i]);
  text[used++] = '\n';
  const size_t size = dnp_array_count(array) * dnp_dtype_size(array->dtype);
  sum = (uint32_t)crc32_z(sum, (const unsigned char *)text, used);
  return size > 0 ? (uint32_t)crc32_z(sum, array->values, size) : sum; /* NULL would start anew */
}

static uint32_t sum_of_all(dnp_arrays *arrays) {
  uint32_t sum = 0;
  for (size_t i = 0; i < arrays->count; i++) sum = sum_of(sum, &arrays->item[i]);
  dnp_arrays_free(arrays);
  return sum;
}

static denpa_status npy(const char *path, uint32_t *sum, denpa_error *err) {
  dnp_array array;
  DNP_TRY(dnp_npy_read(path, &array, err));
  *sum = sum_of(0, &array);
  dnp_free(array.values);
  return DENPA_OK;
}

static denpa_status npz(const char *path, uint32_t *sum, denpa_error *err) {
  dnp_arrays arrays;
  DNP_TRY(dnp_npz_read(path, &arrays, err));
  *sum = sum_of_all(&arrays);
  return DENPA_OK;
}

static denpa_status safetensors(const char *path, uint32_t *sum, denpa_error *err) {
  dnp_arrays arrays;
  dnp_pairs metadata;
  DNP_TRY(dnp_safetensors_read(path, &arrays, &metadata, err));
  *sum = sum_of_all(&arrays);
  for (size_t i = 0; i < metadata.count; i++) {
    *sum = (uint32_t)crc32_z(*sum, (unsigned char *)metadata.item[i].key, strlen(metadata.item[i].key) + 1);
    *sum = (uint32_t)crc32_z(*sum, (unsigned char *)metadata.item[i].value, strlen(metadata.item[i].value) + 1);
  }
  dnp_pairs_free(&metadata);
  return DENPA_OK;
}

static const struct {
  const char *name;
  denpa_status (*read)(const char *path, uint32_t *sum, denpa_error *err);
} formats[] = {{"npy", npy}, {"npz", npz}, {"safetensors", safetensors}};
enum { FORMATS = sizeof formats / sizeof *formats, MOST = 1 << 20 };

int main(int argc, char **argv) {
  size_t format = 0;
  while (argc == 2 && format < FORMATS && strcmp(argv[1], formats[format].name) != 0) format++;
  const char *root = getenv("TMPDIR");
  char path[512];
  if (snprintf(path, sizeof path, "%s/input-XXXXXX", root != NULL ? root : "/tmp") >= (int)sizeof path) return 2;
  unsigned char *data = malloc(MOST), length[4];
  if (argc != 2 || format == FORMATS || data == NULL) return 2;
  const int file = mkstemp(path);
  if (file < 0) return 2;
  while (fread(length, 1, sizeof length, stdin) == sizeof length) {
    const size_t size = dnp_le32(length);
    if (size > MOST || fread(data, 1, size, stdin) != size) return 2;
    if (ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != (ssize_t)size) return 2;
    denpa_error err = {0};
    uint32_t sum = 0;
    unsigned char answer[7] = {0};
    char text[2048] = "";
    const denpa_status status = formats[format].read(path, &sum, &err);
    if (status != DENPA_OK) denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    answer[0] = status == DENPA_OK;
    dnp_put_le32(answer + 1, status == DENPA_OK ? sum : 0);
    dnp_put_le16(answer + 5, (uint16_t)strlen(text));
    fwrite(answer, 1, sizeof answer, stdout);
    fwrite(text, 1, strlen(text), stdout);
  }
  free(data);
  unlink(path);
  return fflush(stdout) == 0 ? 0 : 2;
}
