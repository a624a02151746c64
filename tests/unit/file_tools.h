/* file_tools.h: what the tests of the file formats share: a folder of their own, small files in it, bad files that must
 * be refused in the right words, mutated files, a failing allocator, and Python as a witness. Include it after
 * <cmocka.h>'s own headers; it includes cmocka. */
#ifndef FILE_TOOLS_H
#define FILE_TOOLS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "file/files.h"

/* ---- a folder and files in it ----------------------------------------------------------------- */

static char folder[] = "/tmp/denpa-file-XXXXXX";

static inline int make_folder(void **state) {
  (void)state;
  return mkdtemp(folder) == NULL || chmod(folder, 0755) != 0;
}

static inline int remove_folder(void **state) {
  char command[64];
  (void)state;
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  return system(command);
}

/* The path of a file in the folder, in one of four buffers taken in turn. */
static inline const char *in_folder(const char *name) {
  static char paths[4][256];
  static int turn;
  char *path = paths[turn++ % 4];
  assert_true(snprintf(path, 256, "%s/%s", folder, name) < 256);
  return path;
}

static inline const char *put_file(const char *name, const void *data, size_t size) {
  const char *path = in_folder(name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(data, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
  return path;
}

/* The bytes of a file, freed by free(). */
static inline unsigned char *get_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  fseek(file, 0, SEEK_END);
  *size = (size_t)ftell(file);
  rewind(file);
  unsigned char *data = malloc(*size + 1);
  assert_int_equal(fread(data, 1, *size, file), *size);
  fclose(file);
  return data;
}

static inline void assert_same_file(const char *a, const char *b) {
  size_t x_size, y_size;
  unsigned char *x = get_file(a, &x_size), *y = get_file(b, &y_size);
  assert_int_equal(x_size, y_size);
  assert_memory_equal(x, y, x_size);
  free(x);
  free(y);
}

/* A block of bytes that a test puts together. */
typedef struct block {
  unsigned char data[1 << 16];
  size_t size;
} block;

static inline void put_bytes(block *b, const void *data, size_t size) {
  assert_true(b->size + size <= sizeof b->data);
  memcpy(b->data + b->size, data, size);
  b->size += size;
}
static inline void put_number(block *b, uint64_t n, int width) { /* little-endian */
  for (int i = 0; i < width; i++) put_bytes(b, &(unsigned char){(unsigned char)(n >> (8 * i))}, 1);
}

/* ---- arrays ----------------------------------------------------------------------------------- */

#define OK(call) \
  do { \
    denpa_error ok_err_ = {0}; \
    denpa_error *err = &ok_err_; \
    if ((call) != DENPA_OK) { \
      char ok_text_[512]; \
      denpa_error_text(err, DENPA_LANG_EN, ok_text_, sizeof ok_text_); \
      fail_msg("%s", ok_text_); \
    } \
  } while (0)

static inline dnp_array *add_filled(
    dnp_arrays *arrays, const char *name, denpa_dtype dtype, int axes, const size_t *shape) {
  dnp_array *array;
  OK(dnp_arrays_add(arrays, name, dtype, axes, shape, &array, err));
  size_t size = dnp_array_count(array) * dnp_dtype_size(dtype);
  unsigned char *bytes = array->values;
  /* any bits must survive, NaN too */
  for (size_t i = 0; i < size; i++) bytes[i] = (unsigned char)(i * 73 + (size_t)axes * 5 + (size_t)dtype);
  return array;
}

static inline void assert_same_array(const dnp_array *a, const dnp_array *b) {
  assert_string_equal(a->name, b->name);
  assert_int_equal(a->dtype, b->dtype);
  assert_int_equal(a->axes, b->axes);
  for (int i = 0; i < a->axes; i++) assert_int_equal(a->shape[i], b->shape[i]);
  assert_memory_equal(a->values, b->values, dnp_array_count(a) * dnp_dtype_size(a->dtype));
}

/* Every dtype with 0 to 4 axes, one of them empty. */
static inline void fill_all(dnp_arrays *arrays) {
  static const size_t shape[5][4] = {{0}, {7}, {3, 5}, {2, 3, 4}, {2, 1, 3, 2}};
  char name[32];
  for (int dtype = 0; dtype < DENPA_DTYPES; dtype++)
    for (int axes = 0; axes <= 4; axes++) {
      snprintf(name, sizeof name, "%s.%d", dnp_dtype_name((denpa_dtype)dtype), axes);
      add_filled(arrays, name, (denpa_dtype)dtype, axes, shape[axes]);
    }
  add_filled(arrays, "empty", DENPA_DTYPE_FLOAT32, 2, (const size_t[]){0, 3});
}

/* ---- readers under attack --------------------------------------------------------------------- */

/* Reads the file, touches every byte that the result promises (the sanitizer watches) and frees it; after a failure
 * nothing may be left. */
typedef denpa_status attempt(const char *path, denpa_error *err);

static inline void touch(const dnp_array *array) {
  static volatile unsigned char sink;
  assert_in_range(array->axes, 0, DNP_MAX_AXES);
  assert_in_range(array->dtype, 0, DENPA_DTYPES - 1);
  size_t count, size;
  assert_true(dnp_shape_count(array->axes, array->shape, &count));
  size = count * dnp_dtype_size(array->dtype);
  for (size_t i = 0; i < size; i++) sink = (unsigned char)(sink + ((const unsigned char *)array->values)[i]);
}

static inline denpa_status done_array(denpa_status status, dnp_array *array) {
  if (status == DENPA_OK)
    touch(array);
  else
    assert_null(array->values);
  dnp_free(array->values);
  return status;
}

static inline denpa_status done_arrays(denpa_status status, dnp_arrays *arrays) {
  for (size_t i = 0; i < arrays->count; i++) touch(&arrays->item[i]);
  if (status != DENPA_OK) assert_null(arrays->item);
  dnp_arrays_free(arrays);
  return status;
}

/* Three words of small Latin letters in a row in a Japanese message are a library's English. */
static inline void assert_no_english(const denpa_error *err) {
  char text[1024];
  int words = 0, letters = 0;
  denpa_error_text(err, DENPA_LANG_JA, text, sizeof text);
  for (const char *c = text; *c != '\0'; c++) {
    const int letter = *c >= 'a' && *c <= 'z', space = *c == ' ' && letters > 0;
    words = letter ? words + (letters == 0) : space ? words : 0;
    letters = letter ? letters + 1 : 0;
    if (words == 3) fail_msg("English in: %s", text);
  }
}

/* The file must be refused with this status, and the message must name the file and hold the fragment. */
static inline void assert_refused(attempt *read, const char *path, denpa_status status, const char *fragment) {
  char text[1024];
  denpa_error err = {0};
  denpa_status got = read(path, &err);
  denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
  if (got != status)
    fail_msg("%s instead of %s: %s", denpa_status_name(got), denpa_status_name(status),
        got == DENPA_OK ? "it was read" : text);
  assert_int_equal(err.status, status);
  assert_no_english(&err);
  if (strstr(text, fragment) == NULL) fail_msg("'%s' is not in: %s", fragment, text);
  if (strstr(text, path) == NULL) fail_msg("the file is not named in: %s", text);
  if (strstr(text, "{1}") != NULL || strstr(text, "{2}") != NULL || strstr(text, "{3}") != NULL)
    fail_msg("an argument is missing in: %s", text);
  assert_int_equal(read(path, NULL), status); /* nobody needs to listen */
}

/* What every reader must say about files that are not there, not files, not readable, or empty. */
static inline void assert_file_trouble(attempt *read) {
  assert_refused(read, in_folder("absent"), DENPA_ERROR_NOT_FOUND, "no such file");
  assert_refused(read, folder, DENPA_ERROR_IO, "folder");
  assert_refused(read, put_file("empty", "", 0), DENPA_ERROR_FORMAT, "the file is empty");
  const char *locked = put_file("locked", "x", 1);
  assert_int_equal(chmod(locked, 0), 0);
  int root = geteuid() == 0; /* who may read everything borrows somebody else's rights */
  if (root) assert_int_equal(seteuid(65534), 0);
  assert_refused(read, locked, DENPA_ERROR_IO, "cannot be opened");
  if (root) assert_int_equal(seteuid(0), 0);
}

/* 2,000 copies of a good file, each with one change: a bit flipped, bytes overwritten, the end cut off, or bytes put
 * in. None may crash or read out of bounds; returns how many were still readable. */
static inline size_t mutate(attempt *read, const char *good, uint64_t seed) {
  size_t size, good_ones = 0;
  unsigned char *data = get_file(good, &size), *copy = malloc(size + 16);
  uint64_t draw = 0;
#define DRAW(limit) ((size_t)dnp_draw_below(seed, DNP_STREAM(DNP_FOR_TEST, 0), draw++, limit))
  for (int turn = 0; turn < 2000; turn++) {
    size_t at = DRAW(size), length = size;
    static const unsigned char telling[] = {0, 1, 0x7f, 0x80, 0xff, '.', '9', '}'};
    memcpy(copy, data, size);
    switch (DRAW(4)) {
      case 0: copy[at] ^= (unsigned char)(1u << DRAW(8)); break;
      case 1: copy[at] = telling[DRAW(sizeof telling)]; break;
      case 2: length = at; break;
      default:
        length = size + 1 + DRAW(15);
        memmove(copy + at + (length - size), data + at, size - at);
        for (size_t i = at; i < at + (length - size); i++) copy[i] = (unsigned char)DRAW(256);
    }
    denpa_error err = {0};
    denpa_status status = read(put_file("mutant", copy, length), &err);
    good_ones += status == DENPA_OK;
    if (status != DENPA_OK && status != DENPA_ERROR_FORMAT && status != DENPA_ERROR_UNSUPPORTED &&
        status != DENPA_ERROR_REFUSED)
      fail_msg("mutant %d: %s", turn, denpa_status_name(status));
  }
#undef DRAW
  free(copy);
  free(data);
  assert_true(good_ones < 2000);
  return good_ones;
}

/* The first allocation fails, then the second ...: each time the status says so, until there are no more. */
static inline void starve(attempt *read, const char *path) {
  denpa_status status = DENPA_ERROR_MEMORY;
  size_t n = 0;
  while (status != DENPA_OK) {
    denpa_error err = {0};
    dnp_alloc_fail_at(++n);
    status = read(path, &err);
    dnp_alloc_fail_at(0);
    if (status != DENPA_OK) {
      assert_int_equal(status, DENPA_ERROR_MEMORY);
      assert_int_equal(err.status, DENPA_ERROR_MEMORY);
    }
    assert_true(n < 10000);
  }
  assert_true(n > 2); /* at least the file and the data */
}

/* One cmocka case for each row of a table whose first member is its name. */
#define CASES(list, used, table, function) \
  do { \
    for (size_t row_ = 0; row_ < sizeof(table) / sizeof *(table); row_++) { \
      assert(used < sizeof(list) / sizeof *(list)); \
      list[used++] = (struct CMUnitTest){ \
          (table)[row_].name, function, NULL, NULL, (void *)(uintptr_t) & (table)[row_]}; \
    } \
  } while (0)

/* ---- Python ----------------------------------------------------------------------------------- */

#define PYTHON "/usr/bin/python3"

static inline void need_numpy(void) {
  if (system(PYTHON " -c 'import numpy' >/dev/null 2>&1") != 0) skip();
}

/* Runs a program in the folder. */
static inline void python(const char *program) {
  char command[512];
  put_file("witness.py", program, strlen(program));
  snprintf(command, sizeof command, "cd '%s' && " PYTHON " -B witness.py >witness.out 2>&1", folder);
  if (system(command) != 0) {
    size_t size;
    char *out = (char *)get_file(in_folder("witness.out"), &size);
    out[size] = '\0';
    print_error("%s\n", out);
    free(out);
    fail_msg("the witness disagrees");
  }
}

/* The array's bytes must be those of the file NAME.raw that Python wrote (row-major, little-endian). */
static inline void assert_raw(const dnp_array *array, const char *name) {
  size_t size;
  char file[192];
  snprintf(file, sizeof file, "%s.raw", name);
  unsigned char *raw = get_file(in_folder(file), &size);
  assert_int_equal(size, dnp_array_count(array) * dnp_dtype_size(array->dtype));
  assert_memory_equal(raw, array->values, size);
  free(raw);
}

#endif
