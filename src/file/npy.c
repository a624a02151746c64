/* npy.c: NumPy's .npy format: magic, version, a Python dictionary of three keys as text, and the numbers. Little-endian
 * only. The dictionary is read by a small parser that knows strings, True, False and tuples of whole numbers; nothing
 * else can stand there. The archives of such blocks are npz.formats.c. */
#include "file/npy.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/write.h"
#include "file/bytes.h"
#include "file/files.h"

static const unsigned char magic[6] = {0x93, 'N', 'U', 'M', 'P', 'Y'};
enum { HEADER_MOST = 10000 }; /* NumPy's own limit */
static const char *const descr_of[DENPA_DTYPES] = {[DENPA_DTYPE_FLOAT32] = "<f4",
    [DENPA_DTYPE_FLOAT64] = "<f8",
    [DENPA_DTYPE_UINT8] = "|u1",
    [DENPA_DTYPE_INT32] = "<i4",
    [DENPA_DTYPE_INT64] = "<i8"};

/* ---- the dictionary --------------------------------------------------------------------------- */

typedef struct cursor {
  const char *where;
  const unsigned char *start, *p, *end; /* start: the file's first byte, so that p - start is an offset */
  int version;                          /* 1 to 3 */
} cursor;

/* A carriage return is what a transfer as text leaves, which damages the numbers too. */
static void skip_spaces(cursor *c) {
  while (c->p < c->end && (*c->p == ' ' || *c->p == '\n' || *c->p == '\t')) c->p++;
}

/* Passes over `text` if it comes next. */
static int accept(cursor *c, const char *text) {
  size_t length = strlen(text);
  skip_spaces(c);
  if ((size_t)(c->end - c->p) < length || memcmp(c->p, text, length) != 0) return 0;
  c->p += length;
  return 1;
}

static denpa_status expected(const cursor *c, const char *what, denpa_error *err) {
  return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: the header has no {2} at byte {3}, where one belongs", dnp_s(c->where),
      dnp_t(what), dnp_u((uint64_t)(c->p - c->start)));
}

static denpa_status parse_string(cursor *c, char *out, size_t room, denpa_error *err) {
  skip_spaces(c);
  if (c->p == c->end || (*c->p != '\'' && *c->p != '"')) return expected(c, DNP_N("text in quotes"), err);
  const unsigned char *from = c->p + 1, *to = memchr(from, *c->p, (size_t)(c->end - from));
  if (to == NULL || (size_t)(to - from) >= room) return expected(c, DNP_N("short text in quotes"), err);
  memcpy(out, from, (size_t)(to - from));
  out[to - from] = '\0';
  c->p = to + 1;
  return DENPA_OK;
}

/* As Python writes it: 03 is none, and a 3L is one of Python 2's, which knew no format but the first two. */
static denpa_status parse_size(cursor *c, size_t *out, denpa_error *err) {
  size_t n = 0;
  skip_spaces(c);
  const unsigned char *first = c->p;
  for (; c->p < c->end && *c->p >= '0' && *c->p <= '9'; c->p++)
    if (!dnp_size_mul(n, 10, &n) || !dnp_size_add(n, (size_t)(*c->p - '0'), &n))
      return expected(c, DNP_N("number that this machine can hold"), err);
  if (c->p == first || (*first == '0' && n > 0)) {
    c->p = first;
    return expected(c, DNP_N("whole number"), err);
  }
  if (c->version <= 2 && c->p < c->end && *c->p == 'L') c->p++;
  *out = n;
  return DENPA_OK;
}

static denpa_status parse_shape(cursor *c, dnp_array *array, denpa_error *err) {
  if (!accept(c, "(")) return expected(c, DNP_N("tuple"), err);
  for (array->axes = 0; !accept(c, ")"); array->axes++) {
    if (array->axes == DNP_MAX_AXES)
      return dnp_fail(
          err, DENPA_ERROR_UNSUPPORTED, "{1}: the array has more than {2} axes", dnp_s(c->where), dnp_i(DNP_MAX_AXES));
    DNP_TRY(parse_size(c, &array->shape[array->axes], err));
    if (accept(c, ",")) continue;
    /* (3) would be a number in Python */
    if (array->axes == 0 || !accept(c, ")")) return expected(c, DNP_N("comma or closing bracket"), err);
    array->axes++;
    return DENPA_OK;
  }
  return DENPA_OK;
}

static denpa_status parse_dtype(cursor *c, denpa_dtype *out, denpa_error *err) {
  char descr[32];
  if (accept(c, "["))
    return dnp_fail(
        err, DENPA_ERROR_UNSUPPORTED, "{1}: the elements are records; save one column at a time", dnp_s(c->where));
  DNP_TRY(parse_string(c, descr, sizeof descr, err));
  /* The order of the bytes is left out by some writers, and others give single bytes one. */
  const char *kind = descr + strspn(descr, "<|=>");
  const bool ordered = descr[0] != '>' || strcmp(kind, "u1") == 0;
  for (int i = 0; i < DENPA_DTYPES && kind <= descr + 1 && ordered; i++)
    if (strcmp(kind, descr_of[i] + 1) == 0) return *out = (denpa_dtype)i, DENPA_OK;
  if (strchr(descr, 'O') != NULL)
    return dnp_fail(err, DENPA_ERROR_REFUSED,
        "{1}: holds Python objects (dtype {2}), which would have to run code; save plain numbers", dnp_s(c->where),
        dnp_s(descr));
  if (descr[0] == '>')
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "{1}: the numbers are big-endian (dtype {2}); save them little-endian, e.g. with astype('<f4')",
        dnp_s(c->where), dnp_s(descr));
  return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
      "{1}: dtype {2} is not read here; float32, float64, uint8, int32 and int64 are", dnp_s(c->where), dnp_s(descr));
}

enum { DESCR, FORTRAN, SHAPE, KEYS };
static const char *const keys[KEYS] = {"descr", "fortran_order", "shape"};

static denpa_status parse_entry(cursor *c, unsigned *seen, dnp_array *array, int *fortran, denpa_error *err) {
  char name[32];
  int key = 0;
  DNP_TRY(parse_string(c, name, sizeof name, err));
  while (key < KEYS && strcmp(name, keys[key]) != 0) key++;
  if (key == KEYS || (*seen >> key & 1) != 0)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: the header's key '{2}' is unknown or stands twice", dnp_s(c->where),
        dnp_s(name));
  *seen |= 1u << key;
  if (!accept(c, ":")) return expected(c, DNP_N("colon"), err);
  if (key == DESCR) return parse_dtype(c, &array->dtype, err);
  if (key == SHAPE) return parse_shape(c, array, err);
  *fortran = accept(c, "True");
  return *fortran || accept(c, "False") ? DENPA_OK : expected(c, DNP_N("True or False"), err);
}

static denpa_status parse_dictionary(cursor *c, dnp_array *array, int *fortran, denpa_error *err) {
  unsigned seen = 0;
  while (c->p < c->end && (*c->p == ' ' || *c->p == '\t')) c->p++; /* on the first line, as Python has it */
  if (c->p == c->end || *c->p != '{') return expected(c, DNP_N("opening brace"), err);
  c->p++;
  for (int last = 0; !accept(c, "}"); last = !accept(c, ",")) {
    if (last) return expected(c, DNP_N("comma or closing brace"), err);
    DNP_TRY(parse_entry(c, &seen, array, fortran, err));
  }
  skip_spaces(c);
  if (c->p != c->end) return expected(c, DNP_N("end of the header"), err);
  for (int key = 0; key < KEYS; key++)
    if ((seen >> key & 1) == 0)
      return dnp_fail(
          err, DENPA_ERROR_FORMAT, "{1}: the header's key '{2}' is missing", dnp_s(c->where), dnp_s(keys[key]));
  return DENPA_OK;
}

/* ---- reading ---------------------------------------------------------------------------------- */

/* The dictionary's place: versions 1 to 3 differ in the width of its length (and in its characters, which are ASCII for
 * plain numbers). */
static denpa_status find_dictionary(
    const char *where, const unsigned char *data, size_t size, cursor *c, denpa_error *err) {
  if (size < sizeof magic || memcmp(data, magic, sizeof magic) != 0)
    return dnp_fail(
        err, DENPA_ERROR_FORMAT, "{1}: this is not a .npy file: it does not start with \\x93NUMPY", dnp_s(where));
  if (size < 10)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: {2} {2|byte|bytes}; the file is cut short inside its header",
        dnp_s(where), dnp_u(size));
  if (data[6] < 1 || data[6] > 3 || data[7] != 0)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "{1}: version {2}.{3} of the .npy format; 1.0, 2.0 and 3.0 are read here", dnp_s(where), dnp_u(data[6]),
        dnp_u(data[7]));
  size_t start = data[6] == 1 ? 10 : 12;
  if (size < start)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: {2} {2|byte|bytes}; the file is cut short inside its header",
        dnp_s(where), dnp_u(size));
  size_t length = data[6] == 1 ? dnp_le16(data + 8) : dnp_le32(data + 8);
  if (length > size - start)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: the header should have {2} bytes, but only {3} are left; the file is cut short", dnp_s(where),
        dnp_u(length), dnp_u(size - start));
  if (length > HEADER_MOST)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: the header has {2} bytes; {3} is the limit", dnp_s(where),
        dnp_u(length), dnp_u(HEADER_MOST));
  *c = (cursor){where, data, data + start, data + start + length, data[6]};
  return DENPA_OK;
}

/* An axis of 0 leaves no numbers, but makes no room for the other axes: without it they have to fit too. */
static int fits(const dnp_array *array, size_t *bytes) {
  size_t without[DNP_MAX_AXES];
  for (int i = 0; i < array->axes; i++) without[i] = array->shape[i] > 0 ? array->shape[i] : 1;
  return dnp_shape_bytes(array->dtype, array->axes, without, bytes) && *bytes <= PTRDIFF_MAX &&
         dnp_shape_bytes(array->dtype, array->axes, array->shape, bytes);
}

denpa_status dnp_npy_parse(
    const char *where, const unsigned char *data, size_t size, dnp_array *out, denpa_error *err) {
  cursor c = {0};
  dnp_array array = {0};
  int fortran = 0;
  size_t bytes;
  char shape[96];
  *out = array;
  DNP_TRY(find_dictionary(where, data, size, &c, err));
  DNP_TRY(parse_dictionary(&c, &array, &fortran, err));
  size_t left = size - (size_t)(c.end - data);
  if (!fits(&array, &bytes))
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: the shape {2} of {3} is larger than this machine can address",
        dnp_s(where), dnp_s(dnp_shape_text(array.axes, array.shape, shape)), dnp_s(dnp_dtype_name(array.dtype)));
  if (bytes != left)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: {2} {2|byte|bytes} of data {2|does|do} not fit the shape {3} of {4}; the file is cut short or has more "
        "in it",
        dnp_s(where), dnp_u(left), dnp_s(dnp_shape_text(array.axes, array.shape, shape)),
        dnp_s(dnp_dtype_name(array.dtype)));
  DNP_TRY(dnp_alloc(&array.values, bytes, 1, err));
  if (fortran)
    dnp_copy_fortran(&array, c.end);
  else
    memcpy(array.values, c.end, bytes);
  *out = array;
  return DENPA_OK;
}

denpa_status dnp_npy_read(const char *path, dnp_array *out, denpa_error *err) {
  unsigned char *data;
  size_t size;
  *out = (dnp_array){0};
  DNP_TRY(dnp_load(path, DNP_FILE_LIMIT, &data, &size, err));
  denpa_status status = dnp_npy_parse(path, data, size, out, err);
  dnp_free(data);
  return status;
}

/* ---- writing ---------------------------------------------------------------------------------- */

size_t dnp_npy_header(const dnp_array *array, unsigned char out[DNP_NPY_HEADER]) {
  char shape[96];
  enum { START = 10, UNIT = 64 };
  char *text = (char *)out + START;
  size_t length = (size_t)snprintf(text, DNP_NPY_HEADER - START,
      "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr_of[array->dtype],
      dnp_shape_text(array->axes, array->shape, shape));
  size_t total = (START + length + 1 + UNIT - 1) / UNIT * UNIT; /* the data starts at a multiple of 64 */
  memset(text + length, ' ', total - START - length - 1);
  out[total - 1] = '\n';
  memcpy(out, magic, sizeof magic);
  out[6] = 1;
  out[7] = 0;
  dnp_put_le16(out + 8, (uint16_t)(total - START));
  return total;
}

denpa_status dnp_npy_write(const char *path, const dnp_array *array, denpa_error *err) {
  unsigned char header[DNP_NPY_HEADER];
  dnp_piece pieces[] = {
      {header, dnp_npy_header(array, header)}, {array->values, dnp_array_count(array) * dnp_dtype_size(array->dtype)}};
  return dnp_write_file(path, pieces, 2, err);
}
