/* user_gradients.c: a person's gradients from a file: which array is which parameter's, whether its shape is right, and
 * if not, what it looks like. Shapes are judged here, numbers are not (diagnose.c). */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/write.h"
#include "file/files.h"
#include "gradcheck/diagnose.h"

#define CSV_LIMIT ((size_t)1 << 30) /* bytes */

/* ---- files ------------------------------------------------------------------------------------- */

/* "dW1" of "folder/dW1.csv" */
static void name_after(const char *path, char out[DNP_MAX_NAME + 1]) {
  const char *from = dnp_text_file_name(path), *dot = strrchr(from, '.');
  size_t length = dot != NULL ? (size_t)(dot - from) : strlen(from);
  if (length > DNP_MAX_NAME) length = DNP_MAX_NAME;
  memcpy(out, from, length);
  out[length] = '\0';
}

static bool between(char c) { return c == ',' || c == ';' || c == ' ' || c == '\t' || c == '\r'; }

/* The numbers of one line, of which the first `most` are kept; to NULL counts. Returns how many, or SIZE_MAX if one of
 * them is none. */
static size_t split_line(char *line, size_t most, double *to) {
  size_t count = 0;
  while (*line != '\0') {
    while (between(*line)) line++;
    if (*line == '\0') break;
    char *end = line;
    while (*end != '\0' && !between(*end)) end++;
    const char kept = *end;
    double value;
    *end = '\0';
    const int good = dnp_parse_real(line, &value);
    *end = kept;
    if (!good) return SIZE_MAX;
    if (to != NULL && count < most) to[count] = value;
    count++;
    line = end;
  }
  return count;
}

/* Lines of equal length; a first line that holds words, or one that begins with '#', is passed over. to NULL
 * measures. */
static denpa_status read_lines(
    const char *path, char *text, double *to, size_t *rows, size_t *columns, denpa_error *err) {
  size_t number = 0;
  *rows = 0;
  for (char *line = text, *next; line != NULL && *line != '\0'; line = next) {
    char *end = strchr(line, '\n');
    next = end != NULL ? end + 1 : NULL;
    if (end != NULL) *end = '\0';
    number++;
    const size_t count = line[0] == '#' ? 0 : split_line(line, *columns, to != NULL ? to + *rows * *columns : NULL);
    if (end != NULL) *end = '\n';
    if (count == 0 || (count == SIZE_MAX && number == 1)) continue;
    if (count == SIZE_MAX)
      return dnp_fail(
          err, DENPA_ERROR_FORMAT, "{1}: line {2} holds something that is not a number", dnp_s(path), dnp_u(number));
    if (*rows == 0) *columns = count;
    if (count != *columns)
      return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: line {2} has {3} {3|number|numbers}, the lines before it have {4}",
          dnp_s(path), dnp_u(number), dnp_u(count), dnp_u(*columns));
    ++*rows;
  }
  return *rows > 0 ? DENPA_OK : dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: holds no numbers", dnp_s(path));
}

static denpa_status read_csv(const char *path, dnp_arrays *out, denpa_error *err) {
  char name[DNP_MAX_NAME + 1];
  unsigned char *bytes;
  size_t size, shape[2] = {0, 0};
  dnp_array *array;
  DNP_TRY(dnp_read_file(path, CSV_LIMIT, &bytes, &size, err));
  char *text = (char *)bytes; /* a zero byte follows */
  denpa_status status = strlen(text) == size ? DENPA_OK
                                             : dnp_fail(err, DENPA_ERROR_FORMAT,
                                                   "{1}: holds a zero byte, so it is not a text", dnp_s(path));
  if (status == DENPA_OK) status = read_lines(path, text, NULL, &shape[0], &shape[1], err);
  name_after(path, name);
  if (status == DENPA_OK) status = dnp_arrays_add(out, name, DENPA_DTYPE_FLOAT64, 2, shape, &array, err);
  if (status == DENPA_OK) status = read_lines(path, text, array->values, &shape[0], &shape[1], err);
  dnp_free(bytes);
  return status;
}

static denpa_status read_npy(const char *path, dnp_arrays *out, denpa_error *err) {
  dnp_array one, *array;
  char name[DNP_MAX_NAME + 1];
  name_after(path, name);
  DNP_TRY(dnp_npy_read(path, &one, err));
  denpa_status status = dnp_arrays_add(out, name, one.dtype, one.axes, one.shape, &array, err);
  if (status == DENPA_OK) memcpy(array->values, one.values, dnp_array_count(&one) * dnp_dtype_size(one.dtype));
  dnp_free(one.values);
  return status;
}

static denpa_status read_safetensors(const char *path, dnp_arrays *out, denpa_error *err) {
  dnp_pairs metadata = {0};
  denpa_status status = dnp_safetensors_read(path, out, &metadata, err);
  dnp_pairs_free(&metadata);
  return status;
}

denpa_status dnp_given_read(const char *path, dnp_arrays *out, denpa_error *err) {
  static const struct {
    const char *ending;
    denpa_status (*read)(const char *path, dnp_arrays *out, denpa_error *err);
  } kinds[] = {{".npz", dnp_npz_read}, {".npy", read_npy}, {".csv", read_csv}, {".txt", read_csv},
      {".safetensors", read_safetensors}, {".pkl", dnp_pickle_read}, {".pickle", dnp_pickle_read}};
  *out = (dnp_arrays){0};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (!dnp_text_ends(path, kinds[i].ending)) continue;
    denpa_status status = kinds[i].read(path, out, err);
    if (status != DENPA_OK) dnp_arrays_free(out);
    return status;
  }
  return dnp_fail(err, DENPA_ERROR_ARGUMENT,
      "{1}: gradients are read from .npz, .npy, .csv, .safetensors and .pkl files; in Python: np.savez('my.npz', "
      "W1=grad_W1, b1=grad_b1, ...)",
      dnp_s(path));
}

/* ---- names ------------------------------------------------------------------------------------- */

/* What people call the gradient of W1; the parameter's own name comes last, as a file may hold the weights beside their
 * gradients. */
static const char *const befores[] = {"d", "grad_", "grad", "g", "g_", "d_", "dL_d", "dLd", "delta_", "nabla_", ""};
static const char *const afters[] = {"", "_grad", ".grad"};

static const dnp_array *find_array(const dnp_arrays *arrays, const char *name) {
  for (size_t b = 0; b < sizeof befores / sizeof *befores; b++)
    for (size_t a = sizeof afters / sizeof *afters; a-- > 0;) {
      char called[DNP_MAX_NAME + 24];
      snprintf(called, sizeof called, "%s%s%s", befores[b], name, afters[a]);
      const dnp_array *found = dnp_arrays_find(arrays, called);
      if (found != NULL) return found;
    }
  return NULL;
}

/* ---- shapes ------------------------------------------------------------------------------------ */

static double element(const dnp_array *a, size_t i) { return dnp_number(a->dtype, a->values, i); }

static bool is_shape(const dnp_array *a, int axes, size_t s0, size_t s1, size_t s2) {
  const size_t shape[] = {s0, s1, s2};
  if (a->axes != axes) return false;
  for (int i = 0; i < axes; i++)
    if (a->shape[i] != shape[i]) return false;
  return true;
}

static bool has_given_shape(const dnp_given *g, const dnp_array *a) {
  return a->axes == g->axes && memcmp(a->shape, g->shape, (size_t)g->axes * sizeof *g->shape) == 0;
}

static void copy_plain(const dnp_array *a, double *to, size_t count) {
  for (size_t i = 0; i < count; i++) to[i] = element(a, i);
}

/* Sums over axis 0 of `times` slices. */
static void copy_summed(const dnp_array *a, size_t times, double *to, size_t count) {
  memset(to, 0, count * sizeof *to);
  for (size_t i = 0; i < times * count; i++) to[i % count] += element(a, i);
}

static void blame(dnp_given *g, const char *id, dnp_given_state state) {
  g->mistake = dnp_mistake_find(id);
  g->state = state;
}

static void place_bias(dnp_given *g, const dnp_array *a, size_t rows, double *to) {
  const size_t k = g->shape[0];
  if (is_shape(a, 1, k, 0, 0) || is_shape(a, 2, 1, k, 0) || is_shape(a, 2, k, 1, 0)) { /* keepdims does no harm */
    copy_plain(a, to, k);
  } else if (a->axes == 0 || is_shape(a, 1, 1, 0, 0) || is_shape(a, 2, 1, 1, 0)) {
    blame(g, "bias-summed-over-all", DNP_GIVEN_UNUSABLE);
  } else if (is_shape(a, 2, rows, k, 0)) {
    blame(g, "bias-not-summed", DNP_GIVEN_TURNED);
    copy_summed(a, rows, to, k);
  } else if (is_shape(a, 1, rows, 0, 0) || is_shape(a, 2, rows, 1, 0) || is_shape(a, 2, 1, rows, 0)) {
    blame(g, "bias-wrong-axis", DNP_GIVEN_UNUSABLE);
  } else {
    blame(g, "wrong-shape", DNP_GIVEN_UNUSABLE);
  }
}

static void place_weights(dnp_given *g, const dnp_array *a, size_t rows, double *to) {
  const size_t c = g->shape[0], k = g->shape[1];
  if (has_given_shape(g, a)) {
    copy_plain(a, to, g->count);
  } else if (is_shape(a, 2, k, c, 0)) {
    blame(g, "transposed-gradient", DNP_GIVEN_TURNED);
    for (size_t i = 0; i < g->count; i++) to[i % c * k + i / c] = element(a, i);
  } else if (is_shape(a, 3, rows, c, k)) {
    blame(g, "weights-not-summed", DNP_GIVEN_TURNED);
    copy_summed(a, rows, to, g->count);
  } else {
    blame(g, "wrong-shape", DNP_GIVEN_UNUSABLE);
  }
}

/* A shape that is another parameter's. */
static bool is_of_another(const dnp_review *r, const dnp_given *g, const dnp_array *a) {
  for (size_t i = 0; i < r->given_count; i++)
    if (&r->given[i] != g && has_given_shape(&r->given[i], a)) return true;
  return false;
}

static void place_array(dnp_review *r, dnp_given *g, const dnp_array *a, double *to) {
  const size_t count = dnp_array_count(a);
  memcpy(g->called, a->name, sizeof g->called);
  g->given_axes = a->axes;
  memcpy(g->given_shape, a->shape, sizeof g->given_shape);
  for (g->bad = 0; g->bad < count && isfinite(element(a, g->bad)); g->bad++) continue;
  if (g->bad < count) {
    blame(g, "not-finite", DNP_GIVEN_UNUSABLE);
    return;
  }
  (g->axes == 1 ? place_bias : place_weights)(g, a, r->rows, to);
  if (g->state == DNP_GIVEN_UNUSABLE && is_of_another(r, g, a)) blame(g, "arrays-swapped", DNP_GIVEN_UNUSABLE);
}

denpa_status dnp_given_place(dnp_review *r, const dnp_arrays *arrays, bool whole, double *flat, denpa_error *err) {
  size_t known = 0;
  for (size_t i = 0; i < r->given_count; i++) {
    dnp_given *g = &r->given[i];
    const dnp_array *a = find_array(arrays, g->name);
    snprintf(g->called, sizeof g->called, "%s", g->name);
    if (a == NULL) {
      g->state = DNP_GIVEN_MISSING;
      if (whole) g->mistake = dnp_mistake_find("missing-array");
      continue;
    }
    known++;
    place_array(r, g, a, flat + g->offset);
  }
  if (known == 0) {
    const char *first = arrays->count > 0 ? arrays->item[0].name : "";
    return dnp_fail(err, DENPA_ERROR_NOT_FOUND,
        "no array in the file is named after a parameter of the network {1} (W1 b1 ..., dW1 db1 ..., grad_W1 ...); the "
        "first one is called '{2}'",
        dnp_s(denpa_net_text(r->net)), dnp_s(first));
  }
  for (size_t i = 0; i < arrays->count; i++) {
    bool taken = false;
    for (size_t k = 0; k < r->given_count && !taken; k++)
      taken = strstr(arrays->item[i].name, r->given[k].name) != NULL;
    if (!taken && r->strangers++ == 0) memcpy(r->stranger, arrays->item[i].name, sizeof r->stranger);
  }
  return DENPA_OK;
}
