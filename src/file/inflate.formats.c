/* inflate.formats.c: zlib with denpa's allocator and messages; libdeflate for what is unpacked at one go. zlib unpacks
 * MNIST's largest file in 100 ms, libdeflate in 45, and the training waits for it; but it has no streams and does not
 * say what is wrong. Called by the IDX and npz readers. */
#include "file/inflate.h"

#include <libdeflate.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static void *zlib_alloc(void *context, unsigned count, unsigned size) {
  void *block;
  (void)context;
  return dnp_alloc(&block, count, size, NULL) == DENPA_OK ? block : NULL;
}

static void zlib_free(void *context, void *block) {
  (void)context;
  dnp_free(block);
}

denpa_status dnp_inflate_open(
    dnp_inflate *stream, int kind, const unsigned char *data, size_t size, const char *where, denpa_error *err) {
  *stream = (dnp_inflate){.where = where};
  stream->z.zalloc = zlib_alloc;
  stream->z.zfree = zlib_free;
  stream->z.next_in = data;
  stream->z.avail_in = (uInt)size;
  if (inflateInit2(&stream->z, kind) != Z_OK)
    return dnp_fail(err, DENPA_ERROR_MEMORY, "{1}: not enough memory to unpack it", dnp_s(where));
  return DENPA_OK;
}

/* zlib says it in English, and in more detail than helps: its words sorted into what a person can do something with. */
static const char *trouble_of(const z_stream *z) {
  if (z->msg == NULL) return DNP_N("a preset dictionary is needed");
  if (strstr(z->msg, "length check") != NULL) return DNP_N("the length is wrong");
  if (strstr(z->msg, "data check") != NULL || strstr(z->msg, "crc mismatch") != NULL)
    return DNP_N("the checksum is wrong");
  if (strstr(z->msg, "header") != NULL || strstr(z->msg, "method") != NULL || strstr(z->msg, "window size") != NULL)
    return DNP_N("the header is wrong");
  return DNP_N("its code makes no sense");
}

denpa_status dnp_inflate_take(dnp_inflate *stream, void *out, size_t want, size_t *got, denpa_error *err) {
  z_stream *z = &stream->z;
  *got = 0;
  while (*got < want && !stream->ended) {
    size_t room = want - *got < (1u << 30) ? want - *got : 1u << 30;
    z->next_out = (unsigned char *)out + *got;
    z->avail_out = (uInt)room;
    int result = inflate(z, Z_NO_FLUSH);
    *got += room - z->avail_out;
    stream->ended = result == Z_STREAM_END;
    if (result == Z_OK || result == Z_STREAM_END) continue;
    if (result == Z_MEM_ERROR)
      return dnp_fail(err, DENPA_ERROR_MEMORY, "{1}: not enough memory to unpack it", dnp_s(stream->where));
    if (result == Z_BUF_ERROR)
      return dnp_fail(err, DENPA_ERROR_FORMAT,
          "{1}: the compressed data ends too early, at byte {2}; the file is cut short", dnp_s(stream->where),
          dnp_u(z->total_in));
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: the compressed data is damaged near byte {2} ({3})",
        dnp_s(stream->where), dnp_u(z->total_in), dnp_t(trouble_of(z)));
  }
  return DENPA_OK;
}

void dnp_inflate_close(dnp_inflate *stream) { inflateEnd(&stream->z); }

bool dnp_inflate_whole(const unsigned char *data, size_t size, void *out, size_t want) {
  struct libdeflate_decompressor *machine = libdeflate_alloc_decompressor();
  if (machine == NULL) return false;
  size_t used;
  /* NULL: neither less nor more than `want` */
  enum libdeflate_result result = libdeflate_gzip_decompress_ex(machine, data, size, out, want, &used, NULL);
  libdeflate_free_decompressor(machine);
  return result == LIBDEFLATE_SUCCESS && used == size;
}
