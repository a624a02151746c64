/* idx.formats.c: the IDX format of LeCun's MNIST: a magic number 00 00 08 axes, one big-endian 32-bit size for each
 * axis, then the bytes. Plain or gzipped. Only unsigned bytes (type 08); it does not know what the rows mean. Called by
 * the data room, from several threads at once.
 *
 * The bytes are read, or unpacked, once and stay where they came to lie. A plain file is read, not mapped: a mapping
 * would change under a training when somebody writes to the file, and kill the program when somebody shortens it; MNIST
 * takes less than 10 ms more this way. */
#include <string.h>

#include "base/memory.h"
#include "base/write.h"
#include "file/bytes.h"
#include "file/files.h"
#include "file/inflate.h"

enum { TYPE_UINT8 = 0x08, HEADER_MOST = 4 + 4 * DNP_MAX_AXES };

/* Where the unpacked bytes come from: the file itself, or the stream inside it. */
typedef struct source {
  const char *path;
  const unsigned char *data;
  size_t size, at; /* of the file as it lies on the disk */
  int zipped;
  dnp_inflate stream;
} source;

static denpa_status take(source *from, void *out, size_t want, const char *what, denpa_error *err) {
  size_t got;
  if (from->zipped) {
    DNP_TRY(dnp_inflate_take(&from->stream, out, want, &got, err));
  } else {
    got = from->size - from->at < want ? from->size - from->at : want;
    memcpy(out, from->data + from->at, got);
  }
  from->at += got;
  if (got == want) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_FORMAT,
      "{1}: the file ends at byte {2} inside its {3}; {4} more {4|byte|bytes} {4|belongs|belong} there",
      dnp_s(from->path), dnp_u(from->at), dnp_t(what), dnp_u(want - got));
}

/* Nothing may follow the promised data, neither unpacked nor after the gzip stream. */
static denpa_status expect_end(source *from, denpa_error *err) {
  size_t left = from->size - from->at;
  if (from->zipped) {
    unsigned char one;
    size_t got;
    DNP_TRY(dnp_inflate_take(&from->stream, &one, 1, &got, err));
    if (got > 0)
      return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: unpacks to more than the {2} bytes that its header promises",
          dnp_s(from->path), dnp_u(from->at));
    left = from->stream.z.avail_in;
  }
  if (left > 0)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: {2} {2|byte|bytes} {2|follows|follow} the end of the data, from byte {3} on", dnp_s(from->path),
        dnp_u(left), dnp_u(from->size - left));
  return DENPA_OK;
}

static denpa_status read_header(source *from, int expected_axes, dnp_array *out, denpa_error *err) {
  unsigned char header[HEADER_MOST];
  DNP_TRY(take(from, header, 4, "header", err));
  if (header[0] != 0 || header[1] != 0)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: starts with {2:x}; an IDX file of bytes starts with 0x8 and the number of axes (0x801, 0x803)",
        dnp_s(from->path), dnp_u(dnp_be32(header)));
  if (header[2] != TYPE_UINT8)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED, "{1}: the elements are of IDX type {2:x}; denpa reads bytes (0x8)",
        dnp_s(from->path), dnp_u(header[2]));
  int axes = header[3];
  if (axes < 1 || axes > DNP_MAX_AXES)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: {2} {2|axis|axes}; an IDX file here has 1 to {3}", dnp_s(from->path),
        dnp_i(axes), dnp_i(DNP_MAX_AXES));
  if (expected_axes != 0 && axes != expected_axes)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: {2} {2|axis|axes} where {3} {3|is|are} expected; images and labels may be mixed up", dnp_s(from->path),
        dnp_i(axes), dnp_i(expected_axes));
  DNP_TRY(take(from, header + 4, 4 * (size_t)axes, "header", err));
  *out = (dnp_array){.dtype = DENPA_DTYPE_UINT8, .axes = axes};
  for (int i = 0; i < axes; i++) out->shape[i] = dnp_be32(header + 4 + 4 * i);
  return DENPA_OK;
}

/* What the header promises must be possible for a file of this size, before any memory is asked for. */
static denpa_status check_size(const source *from, const dnp_array *array, size_t *count, denpa_error *err) {
  char shape[96];
  size_t most = from->zipped ? from->size * DNP_INFLATE_MOST : from->size - from->at;
  if (!dnp_shape_count(array->axes, array->shape, count) || *count > most)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: the header promises the shape {2}, more than a file of {3} bytes can hold; it is damaged or cut short",
        dnp_s(from->path), dnp_s(dnp_shape_text(array->axes, array->shape, shape)), dnp_u(from->size));
  return DENPA_OK;
}

/* All that the stream holds, header included, into a block of just that size. What libdeflate does not take, zlib goes
 * on with: it says what is wrong, and where. */
static denpa_status unpack(source *from, size_t count, void **block, denpa_error *err) {
  const size_t header = from->at;
  DNP_TRY(dnp_alloc_raw(block, header + count, err));
  if (dnp_inflate_whole(from->data, from->size, *block, header + count)) return DENPA_OK;
  DNP_TRY(take(from, (unsigned char *)*block + header, count, "data", err));
  return expect_end(from, err);
}

/* A plain file is its own block; of a zipped one *block becomes the unpacked one, or stays NULL. */
static denpa_status read_source(source *from, int expected_axes, dnp_array *array, void **block, denpa_error *err) {
  size_t count;
  DNP_TRY(read_header(from, expected_axes, array, err));
  DNP_TRY(check_size(from, array, &count, err));
  const size_t header = from->at;
  if (from->zipped) {
    DNP_TRY(unpack(from, count, block, err));
  } else {
    from->at += count;
    DNP_TRY(expect_end(from, err));
  }
  array->values = (unsigned char *)*block + header;
  return DENPA_OK;
}

static denpa_status read_zipped(source *from, int expected_axes, dnp_array *array, void **block, denpa_error *err) {
  DNP_TRY(dnp_inflate_open(&from->stream, DNP_INFLATE_GZIP, from->data, from->size, from->path, err));
  denpa_status status = read_source(from, expected_axes, array, block, err);
  dnp_inflate_close(&from->stream);
  return status;
}

denpa_status dnp_idx_read(const char *path, int expected_axes, dnp_array *out, void **block, denpa_error *err) {
  unsigned char *data;
  source from = {.path = path};
  dnp_array array = {0};
  *out = array;
  *block = NULL;
  DNP_TRY(dnp_load(path, DNP_FILE_LIMIT, &data, &from.size, err));
  from.data = data;
  from.zipped = from.size >= 2 && data[0] == 0x1f && data[1] == 0x8b;
  void *rows = from.zipped ? NULL : data;
  denpa_status status = (from.zipped ? read_zipped : read_source)(&from, expected_axes, &array, &rows, err);
  if (from.zipped) dnp_free(data);
  if (status != DENPA_OK) {
    dnp_free(rows);
    return status;
  }
  *out = array;
  *block = rows;
  return DENPA_OK;
}

denpa_status dnp_idx_write(const char *path, const dnp_array *array, denpa_error *err) {
  char shape[96];
  if (array->dtype != DENPA_DTYPE_UINT8)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1}: IDX files hold bytes, not {2}", dnp_s(path),
        dnp_s(dnp_dtype_name(array->dtype)));
  if (array->axes < 1)
    return dnp_fail(
        err, DENPA_ERROR_ARGUMENT, "{1}: IDX files hold arrays of at least one axis, not single numbers", dnp_s(path));
  unsigned char header[HEADER_MOST] = {0, 0, TYPE_UINT8, (unsigned char)array->axes};
  for (int i = 0; i < array->axes; i++) {
    size_t n = array->shape[i];
    if (n > UINT32_MAX)
      return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1}: the shape {2} is too large for an IDX file", dnp_s(path),
          dnp_s(dnp_shape_text(array->axes, array->shape, shape)));
    for (int b = 0; b < 4; b++) header[4 + 4 * i + b] = (unsigned char)(n >> (24 - 8 * b));
  }
  dnp_piece pieces[] = {{header, 4 + 4 * (size_t)array->axes}, {array->values, dnp_array_count(array)}};
  return dnp_write_file(path, pieces, 2, err);
}
