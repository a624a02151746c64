/* safetensors.formats.c: the model file. Eight bytes (little-endian) with the length of a header, the header as JSON
 * {"__metadata__": {"key": "text"}, "W1": {"dtype": "F32", "shape": [784, 50], "data_offsets": [0, 156800]}}, then the
 * data without gaps. It does not know what the metadata means. Called by the model files of the learn room and by
 * whoever exports. */
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/write.h"
#include "file/bytes.h"
#include "file/files.h"
#include "file/json.h"

enum { LENGTH_SIZE = 8, HEADER_MOST = 100000000 }; /* the specification's own limit */

static const char *const dtype_of[DENPA_DTYPES] = {[DENPA_DTYPE_FLOAT32] = "F32",
    [DENPA_DTYPE_FLOAT64] = "F64",
    [DENPA_DTYPE_UINT8] = "U8",
    [DENPA_DTYPE_INT32] = "I32",
    [DENPA_DTYPE_INT64] = "I64"};
static const char metadata_key[] = "__metadata__";

/* ---- reading ---------------------------------------------------------------------------------- */

typedef struct tensor {
  const char *name; /* inside the parsed header */
  denpa_dtype dtype;
  int axes;
  size_t shape[DNP_MAX_AXES], begin, end, order; /* order: its place in the header */
} tensor;

typedef struct reader {
  const char *path;
  const unsigned char *data; /* what follows the header */
  size_t data_size;
  tensor *tensors;
  size_t count;
} reader;

/* A whole number of JSON that is not negative. */
static int get_size(const json_t *value, size_t *out) {
  if (!json_is_integer(value) || json_integer_value(value) < 0) return 0;
  *out = (size_t)json_integer_value(value);
  return 1;
}

static denpa_status read_dtype(const reader *r, tensor *t, const json_t *value, denpa_error *err) {
  const char *name = json_string_value(value);
  if (name == NULL)
    return dnp_fail(
        err, DENPA_ERROR_FORMAT, "{1}: the header gives no dtype for '{2}'", dnp_s(r->path), dnp_s(t->name));
  for (int i = 0; i < DENPA_DTYPES; i++)
    if (strcmp(name, dtype_of[i]) == 0) return t->dtype = (denpa_dtype)i, DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_UNSUPPORTED, "{1}: '{2}' has the dtype {3}; F32, F64, U8, I32 and I64 are read here",
      dnp_s(r->path), dnp_s(t->name), dnp_s(name));
}

static denpa_status read_shape(const reader *r, tensor *t, const json_t *value, denpa_error *err) {
  if (!json_is_array(value))
    return dnp_fail(
        err, DENPA_ERROR_FORMAT, "{1}: the header gives no shape for '{2}'", dnp_s(r->path), dnp_s(t->name));
  if (json_array_size(value) > DNP_MAX_AXES)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED, "{1}: '{2}' has {3} axes; at most {4} are read here", dnp_s(r->path),
        dnp_s(t->name), dnp_u(json_array_size(value)), dnp_i(DNP_MAX_AXES));
  t->axes = (int)json_array_size(value);
  for (int i = 0; i < t->axes; i++)
    if (!get_size(json_array_get(value, (size_t)i), &t->shape[i]))
      return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: axis {3} of '{2}' is not a whole number from 0 on", dnp_s(r->path),
          dnp_s(t->name), dnp_i(i));
  return DENPA_OK;
}

static denpa_status read_offsets(const reader *r, tensor *t, const json_t *value, denpa_error *err) {
  char shape[96];
  size_t bytes;
  if (json_array_size(value) != 2 || !get_size(json_array_get(value, 0), &t->begin) ||
      !get_size(json_array_get(value, 1), &t->end))
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: the data_offsets of '{2}' are not two whole numbers from 0 on",
        dnp_s(r->path), dnp_s(t->name));
  if (t->begin > t->end || t->end > r->data_size)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: '{2}' should lie at {3} to {4} of the data, which has {5} bytes; the file is damaged or cut short",
        dnp_s(r->path), dnp_s(t->name), dnp_u(t->begin), dnp_u(t->end), dnp_u(r->data_size));
  dnp_shape_text(t->axes, t->shape, shape);
  if (!dnp_shape_bytes(t->dtype, t->axes, t->shape, &bytes))
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: the shape {3} of '{2}' is larger than this machine can address",
        dnp_s(r->path), dnp_s(t->name), dnp_s(shape));
  if (bytes != t->end - t->begin)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: '{2}' of shape {3} takes {4} {4|byte|bytes}, but its data_offsets give it {5}", dnp_s(r->path),
        dnp_s(t->name), dnp_s(shape), dnp_u(bytes), dnp_u(t->end - t->begin));
  return DENPA_OK;
}

static denpa_status read_tensor(const reader *r, tensor *t, const json_t *entry, denpa_error *err) {
  if (strlen(t->name) > DNP_MAX_NAME)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED, "{1}: the name '{2}' is longer than {3} bytes", dnp_s(r->path),
        dnp_s(t->name), dnp_i(DNP_MAX_NAME));
  if (!json_is_object(entry) || json_object_size(entry) > 3)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: the header's entry for '{2}' is not made of dtype, shape and data_offsets", dnp_s(r->path),
        dnp_s(t->name));
  DNP_TRY(read_dtype(r, t, json_object_get(entry, "dtype"), err));
  DNP_TRY(read_shape(r, t, json_object_get(entry, "shape"), err));
  return read_offsets(r, t, json_object_get(entry, "data_offsets"), err);
}

static denpa_status read_metadata(const reader *r, const json_t *object, dnp_pairs *out, denpa_error *err) {
  const char *key;
  json_t *value;
  if (!json_is_object(object))
    return dnp_fail(
        err, DENPA_ERROR_FORMAT, "{1}: the __metadata__ of the header is not a list of texts", dnp_s(r->path));
  json_object_foreach((json_t *)object, key, value) {
    if (!json_is_string(value))
      return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: the metadata '{2}' is not a text", dnp_s(r->path), dnp_s(key));
    if (out != NULL) DNP_TRY(dnp_pairs_add(out, key, json_string_value(value), err));
  }
  return DENPA_OK;
}

static int by_place(const void *a, const void *b) {
  const tensor *x = a, *y = b;
  if (x->begin != y->begin) return x->begin < y->begin ? -1 : 1;
  if (x->end != y->end) return x->end < y->end ? -1 : 1;
  return x->order < y->order ? -1 : 1;
}

/* Sorted by place, each tensor must begin where the one before ends, and the last must end with the file. */
static denpa_status check_places(const reader *r, denpa_error *err) {
  size_t at = 0;
  for (size_t i = 0; i < r->count; i++) {
    const tensor *t = &r->tensors[i];
    if (t->begin < at)
      return dnp_fail(err, DENPA_ERROR_FORMAT,
          "{1}: '{2}' begins at {3} of the data, inside the tensor before it, which ends at {4}", dnp_s(r->path),
          dnp_s(t->name), dnp_u(t->begin), dnp_u(at));
    if (t->begin > at)
      return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: bytes {3} to {4} of the data, before '{2}', belong to no tensor",
          dnp_s(r->path), dnp_s(t->name), dnp_u(at), dnp_u(t->begin));
    at = t->end;
  }
  if (at != r->data_size)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: bytes {2} to {3} of the data belong to no tensor", dnp_s(r->path),
        dnp_u(at), dnp_u(r->data_size));
  return DENPA_OK;
}

static denpa_status read_entries(reader *r, json_t *header, dnp_pairs *metadata, denpa_error *err) {
  const char *key;
  json_t *entry;
  json_object_foreach(header, key, entry) {
    if (strcmp(key, metadata_key) == 0) {
      DNP_TRY(read_metadata(r, entry, metadata, err));
      continue;
    }
    tensor *t = &r->tensors[r->count];
    *t = (tensor){.name = key, .order = r->count};
    DNP_TRY(read_tensor(r, t, entry, err));
    r->count++;
  }
  qsort(r->tensors, r->count, sizeof *r->tensors, by_place);
  return check_places(r, err);
}

static denpa_status read_tensors(reader *r, json_t *header, dnp_arrays *out, dnp_pairs *metadata, denpa_error *err) {
  DNP_TRY(DNP_NEW(&r->tensors, json_object_size(header), err));
  DNP_TRY(read_entries(r, header, metadata, err));
  for (size_t i = 0; i < r->count; i++) {
    const tensor *t = &r->tensors[i];
    dnp_array *array;
    DNP_TRY(dnp_arrays_add(out, t->name, t->dtype, t->axes, t->shape, &array, err));
    memcpy(array->values, r->data + t->begin, t->end - t->begin);
  }
  return DENPA_OK;
}

/* Something else that was given for a model is told by its name, before anything is said of headers. */
static denpa_status check_kind(const char *path, const unsigned char *file, size_t size, denpa_error *err) {
  const char *kind = dnp_file_kind(file, size);
  if (kind == NULL || (size > LENGTH_SIZE && file[LENGTH_SIZE] == '{')) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: this is {2}, not a model (.safetensors)", dnp_s(path), dnp_t(kind));
}

static denpa_status read_header(
    const char *path, const unsigned char *file, size_t size, json_t **out, size_t *length, denpa_error *err) {
  DNP_TRY(check_kind(path, file, size, err));
  if (size < LENGTH_SIZE)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: {2} {2|byte|bytes}, less than the length of a header takes, so this is not a safetensors file",
        dnp_s(path), dnp_u(size));
  uint64_t promised = dnp_le64(file);
  if (promised > HEADER_MOST || promised > size - LENGTH_SIZE)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: the header should have {2} bytes, but the file has only {3} more (and {4} is the limit); it is cut "
        "short, or it is not a safetensors file",
        dnp_s(path), dnp_u(promised), dnp_u(size - LENGTH_SIZE), dnp_u(HEADER_MOST));
  if (promised == 0 || file[LENGTH_SIZE] != '{')
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: the header does not start with an opening brace at byte 8; this is not a safetensors file", dnp_s(path));
  json_error_t why;
  const denpa_status status = dnp_json_read(
      path, (const char *)file + LENGTH_SIZE, (size_t)promised, JSON_REJECT_DUPLICATES, out, &why, err);
  if (status == DENPA_ERROR_MEMORY) return status;
  if (status != DENPA_OK)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: the header is not valid JSON near byte {2}: {3}", dnp_s(path),
        dnp_u(LENGTH_SIZE + (uint64_t)(why.position > 0 ? why.position : 0)), dnp_t(dnp_json_trouble(&why)));
  *length = (size_t)promised;
  return DENPA_OK;
}

static denpa_status read_file(
    const char *path, const unsigned char *file, size_t size, dnp_arrays *out, dnp_pairs *metadata, denpa_error *err) {
  json_t *header = NULL;
  size_t length = 0;
  DNP_TRY(read_header(path, file, size, &header, &length, err));
  size_t start = LENGTH_SIZE + length;
  reader r = {.path = path, .data = file + start, .data_size = size - start};
  denpa_status status = read_tensors(&r, header, out, metadata, err);
  dnp_free(r.tensors);
  json_decref(header);
  return status;
}

static denpa_status read_bytes(
    const char *path, const unsigned char *file, size_t size, dnp_arrays *out, dnp_pairs *metadata, denpa_error *err) {
  *out = (dnp_arrays){0};
  if (metadata != NULL) *metadata = (dnp_pairs){0};
  denpa_status status = read_file(path, file, size, out, metadata, err);
  if (status != DENPA_OK) dnp_arrays_free(out);
  if (status != DENPA_OK && metadata != NULL) dnp_pairs_free(metadata);
  return status;
}

denpa_status dnp_safetensors_read(const char *path, dnp_arrays *out, dnp_pairs *metadata, denpa_error *err) {
  unsigned char *file;
  size_t size;
  *out = (dnp_arrays){0};
  if (metadata != NULL) *metadata = (dnp_pairs){0};
  DNP_TRY(dnp_load(path, DNP_FILE_LIMIT, &file, &size, err));
  denpa_status status = read_bytes(path, file, size, out, metadata, err);
  dnp_free(file);
  return status;
}

denpa_status dnp_safetensors_from_memory(
    const unsigned char *bytes, size_t size, dnp_arrays *out, dnp_pairs *metadata, denpa_error *err) {
  return read_bytes(DNP_IN_MEMORY, bytes, size, out, metadata, err);
}

/* ---- writing ---------------------------------------------------------------------------------- */

/* Adds `value` (taken over; NULL: could not be made), which is `text` if that is not NULL, to the object; a key twice,
 * or what is not UTF-8, is a caller's mistake. */
static denpa_status put(
    const char *path, json_t *object, const char *key, const char *text, json_t *value, denpa_error *err) {
  if (json_object_get(object, key) != NULL) {
    json_decref(value);
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1}: the name '{2}' is used twice", dnp_s(path), dnp_s(key));
  }
  if (!dnp_text_is_utf8(key) || (text != NULL && !dnp_text_is_utf8(text))) {
    json_decref(value);
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1}: '{2}' cannot be written: its name or its text is not UTF-8",
        dnp_s(path), dnp_s(key));
  }
  if (json_object_set_new(object, key, value) == 0) return DENPA_OK; /* law: it is the header's to let go */
  return dnp_fail(err, DENPA_ERROR_MEMORY, "{1}: not enough memory for the header", dnp_s(path));
}

static denpa_status put_metadata(const char *path, json_t *header, const dnp_pairs *metadata, denpa_error *err) {
  json_t *object = json_object();
  DNP_TRY(put(path, header, metadata_key, NULL, object, err));
  for (size_t i = 0; i < metadata->count; i++)
    DNP_TRY(
        put(path, object, metadata->item[i].key, metadata->item[i].value, json_string(metadata->item[i].value), err));
  return DENPA_OK;
}

static denpa_status put_array(
    const char *path, json_t *header, const dnp_array *array, size_t begin, size_t end, denpa_error *err) {
  if (strcmp(array->name, metadata_key) == 0)
    return dnp_fail(
        err, DENPA_ERROR_ARGUMENT, "{1}: an array cannot have the name '{2}'", dnp_s(path), dnp_s(array->name));
  json_t *shape = json_array();
  for (int i = 0; i < array->axes; i++) dnp_json_add(&shape, json_integer((json_int_t)array->shape[i]));
  return put(path, header, array->name, NULL,
      json_pack("{s:s, s:o, s:[I, I]}", "dtype", dtype_of[array->dtype], "shape", shape, "data_offsets",
          (json_int_t)begin, (json_int_t)end),
      err);
}

static denpa_status make_header(const char *path, const dnp_array *arrays, size_t count, const dnp_pairs *metadata,
    json_t *header, denpa_error *err) {
  if (metadata != NULL && metadata->count > 0) DNP_TRY(put_metadata(path, header, metadata, err));
  size_t at = 0;
  for (size_t i = 0; i < count; i++) {
    size_t end = at + dnp_array_count(&arrays[i]) * dnp_dtype_size(arrays[i].dtype);
    DNP_TRY(put_array(path, header, &arrays[i], at, end, err));
    at = end;
  }
  return DENPA_OK;
}

/* Where the pieces of a file go: into one of this name, or together into memory. */
typedef struct target {
  const char *path;
  bool memory;
  unsigned char *bytes; /* memory: freed by dnp_free */
  size_t size;
} target;

static denpa_status join(target *to, const dnp_piece *pieces, size_t count, denpa_error *err) {
  to->size = 0;
  for (size_t i = 0; i < count; i++)
    if (!dnp_size_add(to->size, pieces[i].size, &to->size)) to->size = SIZE_MAX;
  DNP_TRY(dnp_alloc_raw((void **)&to->bytes, to->size, err));
  unsigned char *at = to->bytes;
  for (size_t i = 0; i < count; i++) {
    if (pieces[i].size > 0) memcpy(at, pieces[i].data, pieces[i].size);
    at += pieces[i].size;
  }
  return DENPA_OK;
}

static denpa_status write_with(
    target *to, const char *header, const dnp_array *arrays, size_t count, denpa_error *err) {
  static const char spaces[] = "       ";
  unsigned char length[LENGTH_SIZE];
  size_t size = strlen(header), padding = (LENGTH_SIZE - size % LENGTH_SIZE) % LENGTH_SIZE;
  if (size + padding > HEADER_MOST)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1}: the header would have {2} bytes; {3} is the limit",
        dnp_s(to->path), dnp_u(size), dnp_u(HEADER_MOST));
  dnp_put_le32(length, (uint32_t)(size + padding));
  dnp_put_le32(length + 4, 0);
  dnp_piece *pieces;
  DNP_TRY(DNP_NEW(&pieces, count + 3, err));
  pieces[0] = (dnp_piece){length, LENGTH_SIZE};
  pieces[1] = (dnp_piece){header, size};
  pieces[2] = (dnp_piece){spaces, padding};
  for (size_t i = 0; i < count; i++)
    pieces[3 + i] = (dnp_piece){arrays[i].values, dnp_array_count(&arrays[i]) * dnp_dtype_size(arrays[i].dtype)};
  denpa_status status = to->memory ? join(to, pieces, count + 3, err)
                                   : dnp_write_file(to->path, pieces, count + 3, err);
  dnp_free(pieces);
  return status;
}

static denpa_status write_to(
    target *to, const dnp_array *arrays, size_t count, const dnp_pairs *metadata, denpa_error *err) {
  json_t *header = json_object();
  denpa_status status = make_header(to->path, arrays, count, metadata, header, err);
  if (status != DENPA_OK) return json_decref(header), status;
  char *text;
  DNP_TRY(dnp_json_text(header, JSON_COMPACT, &text, err));
  status = write_with(to, text, arrays, count, err);
  dnp_free(text);
  return status;
}

denpa_status dnp_safetensors_write(
    const char *path, const dnp_array *arrays, size_t count, const dnp_pairs *metadata, denpa_error *err) {
  return write_to(&(target){.path = path}, arrays, count, metadata, err);
}

denpa_status dnp_safetensors_to_memory(const dnp_array *arrays, size_t count, const dnp_pairs *metadata,
    unsigned char **bytes, size_t *size, denpa_error *err) {
  target to = {.path = DNP_IN_MEMORY, .memory = true};
  const denpa_status status = write_to(&to, arrays, count, metadata, err);
  *bytes = to.bytes;
  *size = status == DENPA_OK ? to.size : 0;
  return status;
}
