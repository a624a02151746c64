/* npz.formats.c: NumPy's .npz, a zip archive of .npy blocks. Reads stored and deflated members, writes stored ones with
 * a fixed time, so that equal arrays give equal files. No zip64, no encryption, no archives in several parts: refused
 * by name. Layout of the records: PKWARE's APPNOTE. */
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/write.h"
#include "file/bytes.h"
#include "file/files.h"
#include "file/inflate.h"
#include "file/npy.h"

enum { LOCAL_MAGIC = 0x04034b50, CENTRAL_MAGIC = 0x02014b50, END_MAGIC = 0x06054b50, LOCATOR64_MAGIC = 0x07064b50 };
enum { LOCAL_SIZE = 30, CENTRAL_SIZE = 46, END_SIZE = 22, LOCATOR64_SIZE = 20, COMMENT_MOST = 65535 };
enum { METHOD_STORED = 0, METHOD_DEFLATED = 8, VERSION_MOST = 63 };
enum { FLAG_ENCRYPTED = 0x1, FLAG_SIZES_LATER = 0x8, FLAG_PATCH = 0x20, FLAG_STRONGLY = 0x40, FLAG_UTF8 = 0x800 };

typedef struct archive {
  const char *path;
  const unsigned char *data;
  size_t size;
  size_t directory, directory_end; /* offsets of the central directory */
  size_t entries;
  size_t used; /* end of the last member read: members stand one after the other */
} archive;

typedef struct member {
  char name[DNP_MAX_NAME + sizeof ".npy"];
  unsigned flags, method;
  uint32_t crc;
  size_t packed, unpacked, local; /* bytes in the archive, bytes of the .npy, offset of the local header */
  const unsigned char *data;
} member;

/* ---- reading ---------------------------------------------------------------------------------- */

static denpa_status zip64(const archive *a, denpa_error *err) {
  return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
      "{1}: a zip64 archive (larger than 4 GiB or with more than 65535 members) is not read here; split it",
      dnp_s(a->path));
}

/* The end record is the last thing in the file, but for a comment of its own. */
static denpa_status find_end(archive *a, denpa_error *err) {
  if (a->size < 4 || memcmp(a->data, "PK", 2) != 0)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: this is not a .npz file: it does not start with PK", dnp_s(a->path));
  for (size_t comment = 0; comment <= COMMENT_MOST && comment + END_SIZE <= a->size; comment++) {
    size_t at = a->size - END_SIZE - comment;
    const unsigned char *p = a->data + at;
    if (dnp_le32(p) != END_MAGIC || dnp_le16(p + 20) != comment) continue;
    if (at >= LOCATOR64_SIZE && dnp_le32(p - LOCATOR64_SIZE) == LOCATOR64_MAGIC) return zip64(a, err);
    if (dnp_le16(p + 4) != 0 || dnp_le16(p + 6) != 0 || dnp_le16(p + 8) != dnp_le16(p + 10))
      return dnp_fail(err, DENPA_ERROR_UNSUPPORTED, "{1}: the archive is one part of several", dnp_s(a->path));
    a->entries = dnp_le16(p + 10);
    a->directory = dnp_le32(p + 16);
    a->directory_end = at;
    if (a->directory > at || at - a->directory != dnp_le32(p + 12))
      return dnp_fail(err, DENPA_ERROR_FORMAT,
          "{1}: the list of members should lie at byte {2} with {3} bytes, but it ends at byte {4}", dnp_s(a->path),
          dnp_u(a->directory), dnp_u(dnp_le32(p + 12)), dnp_u(at));
    return DENPA_OK;
  }
  return dnp_fail(
      err, DENPA_ERROR_FORMAT, "{1}: the archive's end record is missing; the file is cut short", dnp_s(a->path));
}

static bool is_ascii(const char *text) {
  for (; *text != '\0'; text++)
    if ((unsigned char)*text > 127) return false;
  return true;
}

/* What a zip archive says beside the sizes of a member that has to be known to read it. */
static denpa_status check_member(const archive *a, const member *m, unsigned version, denpa_error *err) {
  if (!dnp_text_is_utf8(m->name) || ((m->flags & FLAG_UTF8) == 0 && !is_ascii(m->name)))
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "{1}: the name of the member {2} is neither plain ASCII nor marked as UTF-8, so that each program reads "
        "another "
        "one; save the arrays anew under plain names",
        dnp_s(a->path), dnp_s(m->name));
  if (version > VERSION_MOST)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "{1}: the member {2} needs version {3} of the zip format; up to {4} is read here", dnp_s(a->path),
        dnp_s(m->name), dnp_u(version), dnp_u(VERSION_MOST));
  if ((m->flags & (FLAG_ENCRYPTED | FLAG_STRONGLY)) != 0)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED, "{1}: the member {2} is encrypted", dnp_s(a->path), dnp_s(m->name));
  if ((m->flags & FLAG_PATCH) != 0)
    return dnp_fail(
        err, DENPA_ERROR_UNSUPPORTED, "{1}: the member {2} is a patch of another file", dnp_s(a->path), dnp_s(m->name));
  if (m->method != METHOD_STORED && m->method != METHOD_DEFLATED)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "{1}: the member {2} is packed by method {3}; stored (0) and deflated (8) are read here", dnp_s(a->path),
        dnp_s(m->name), dnp_u(m->method));
  return DENPA_OK;
}

/* Extra fields are a kind, a size and so many bytes each; a rest too short for a kind is nothing. */
static denpa_status check_extra(
    const archive *a, const member *m, const unsigned char *extra, size_t size, denpa_error *err) {
  for (size_t at = 0; size - at >= 4;) {
    const size_t length = dnp_le16(extra + at + 2);
    if (length > size - at - 4)
      return dnp_fail(err, DENPA_ERROR_FORMAT,
          "{1}: an extra field of the member {2} should have {3} {3|byte|bytes} at byte {4}", dnp_s(a->path),
          dnp_s(m->name), dnp_u(length), dnp_u((size_t)(extra - a->data) + at));
    at += 4 + length;
  }
  return DENPA_OK;
}

/* One entry of the central directory at *at, which moves to the next. */
static denpa_status read_entry(const archive *a, size_t *at, member *m, denpa_error *err) {
  const unsigned char *p = a->data + *at;
  size_t left = a->directory_end - *at;
  if (left < CENTRAL_SIZE || dnp_le32(p) != CENTRAL_MAGIC)
    return dnp_fail(
        err, DENPA_ERROR_FORMAT, "{1}: the list of members is damaged at byte {2}", dnp_s(a->path), dnp_u(*at));
  size_t name = dnp_le16(p + 28), length = CENTRAL_SIZE + name + dnp_le16(p + 30) + dnp_le16(p + 32);
  if (length > left)
    return dnp_fail(
        err, DENPA_ERROR_FORMAT, "{1}: the list of members is damaged at byte {2}", dnp_s(a->path), dnp_u(*at));
  *m = (member){.flags = dnp_le16(p + 8),
      .method = dnp_le16(p + 10),
      .crc = dnp_le32(p + 16),
      .packed = dnp_le32(p + 20),
      .unpacked = dnp_le32(p + 24),
      .local = dnp_le32(p + 42)};
  if (name >= sizeof m->name || memchr(p + CENTRAL_SIZE, 0, name) != NULL)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: the name of the member listed at byte {2} is longer than {3} bytes or has a zero in it", dnp_s(a->path),
        dnp_u(*at), dnp_u(sizeof m->name - 1));
  memcpy(m->name, p + CENTRAL_SIZE, name);
  if (m->packed == UINT32_MAX || m->unpacked == UINT32_MAX || m->local == UINT32_MAX) return zip64(a, err);
  DNP_TRY(check_member(a, m, p[6], err));
  DNP_TRY(check_extra(a, m, p + CENTRAL_SIZE + name, dnp_le16(p + 30), err));
  if (m->method == METHOD_STORED ? m->packed != m->unpacked : m->unpacked / DNP_INFLATE_MOST > m->packed)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: the member {2} cannot unpack from {3} to {4} bytes", dnp_s(a->path),
        dnp_s(m->name), dnp_u(m->packed), dnp_u(m->unpacked));
  *at += length;
  return DENPA_OK;
}

/* The local header must agree with the directory, and the member must lie between the one before and the directory. */
static denpa_status find_data(archive *a, member *m, denpa_error *err) {
  const unsigned char *p = a->data + m->local;
  if (m->local < a->used || m->local > a->directory || a->directory - m->local < LOCAL_SIZE)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: the member {2} should lie at byte {3}, over another one or outside of the file", dnp_s(a->path),
        dnp_s(m->name), dnp_u(m->local));
  size_t name = dnp_le16(p + 26), start = m->local + LOCAL_SIZE + name + dnp_le16(p + 28);
  if (start > a->directory || a->directory - start < m->packed)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: the member {2} should have {3} bytes from byte {4} on, but the file has no room for them", dnp_s(a->path),
        dnp_s(m->name), dnp_u(m->packed), dnp_u(start));
  uint32_t sizes[2] = {dnp_le32(p + 18), dnp_le32(p + 22)};
  /* NumPy writes all ones and the sizes in an extra field */
  int sized = (m->flags & FLAG_SIZES_LATER) == 0 && sizes[0] != UINT32_MAX;
  if (dnp_le32(p) != LOCAL_MAGIC || dnp_le16(p + 6) != m->flags || dnp_le16(p + 8) != m->method ||
      name != strlen(m->name) || memcmp(p + LOCAL_SIZE, m->name, name) != 0 ||
      (sized && (dnp_le32(p + 14) != m->crc || sizes[0] != m->packed || sizes[1] != m->unpacked)))
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: the member {2} says something else at byte {3} than in the list of members", dnp_s(a->path),
        dnp_s(m->name), dnp_u(m->local));
  m->data = a->data + start;
  a->used = start + m->packed;
  return DENPA_OK;
}

static denpa_status unpack(
    const archive *a, const member *m, const char *where, unsigned char **out, denpa_error *err) {
  dnp_inflate stream;
  size_t got = 0, more = 0;
  unsigned char one;
  DNP_TRY(dnp_alloc((void **)out, m->unpacked, 1, err));
  denpa_status status = dnp_inflate_open(&stream, DNP_INFLATE_RAW, m->data, m->packed, where, err);
  if (status == DENPA_OK) status = dnp_inflate_take(&stream, *out, m->unpacked, &got, err);
  if (status == DENPA_OK) status = dnp_inflate_take(&stream, &one, 1, &more, err);
  if (status == DENPA_OK && (got != m->unpacked || more != 0 || stream.z.avail_in != 0))
    status = dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: the member {2} does not unpack to the {3} bytes that are promised",
        dnp_s(a->path), dnp_s(m->name), dnp_u(m->unpacked));
  dnp_inflate_close(&stream);
  return status;
}

static denpa_status read_block(const archive *a, const member *m, const char *where, const unsigned char *block,
    dnp_arrays *out, denpa_error *err) {
  dnp_array array, *item;
  size_t length = strlen(m->name), suffix = sizeof ".npy" - 1;
  char name[sizeof m->name];
  if (crc32_z(0, block, m->unpacked) != m->crc)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: the check sum of the member {2} is wrong; the file is damaged",
        dnp_s(a->path), dnp_s(m->name));
  if (length <= suffix || strcmp(m->name + length - suffix, ".npy") != 0)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: the member {2} is not a .npy array", dnp_s(a->path), dnp_s(m->name));
  memcpy(name, m->name, length - suffix);
  name[length - suffix] = '\0';
  if (dnp_arrays_find(out, name) != NULL)
    return dnp_fail(
        err, DENPA_ERROR_FORMAT, "{1}: the member {2} stands twice in the archive", dnp_s(a->path), dnp_s(m->name));
  DNP_TRY(dnp_npy_parse(where, block, m->unpacked, &array, err));
  const size_t none[] = {0}; /* an empty item that takes the parsed block over */
  denpa_status status = dnp_arrays_add(out, name, array.dtype, 1, none, &item, err);
  if (status != DENPA_OK) {
    dnp_free(array.values);
    return status;
  }
  dnp_free(item->values);
  memcpy(array.name, item->name, sizeof array.name);
  *item = array;
  return DENPA_OK;
}

static denpa_status read_member(const archive *a, const member *m, dnp_arrays *out, denpa_error *err) {
  char *where;
  unsigned char *unpacked = NULL;
  size_t path = strlen(a->path), name = strlen(m->name);
  DNP_TRY(DNP_NEW(&where, path + name + 2, err)); /* "file.npz:member.npy" */
  memcpy(where, a->path, path);
  where[path] = ':';
  memcpy(where + path + 1, m->name, name);
  denpa_status status = DENPA_OK;
  if (m->method == METHOD_DEFLATED) status = unpack(a, m, where, &unpacked, err);
  if (status == DENPA_OK) status = read_block(a, m, where, unpacked != NULL ? unpacked : m->data, out, err);
  dnp_free(unpacked);
  dnp_free(where);
  return status;
}

static denpa_status read_archive(archive *a, dnp_arrays *out, denpa_error *err) {
  DNP_TRY(find_end(a, err));
  size_t at = a->directory;
  for (size_t i = 0; i < a->entries; i++) {
    member m;
    DNP_TRY(read_entry(a, &at, &m, err));
    DNP_TRY(find_data(a, &m, err));
    DNP_TRY(read_member(a, &m, out, err));
  }
  if (at != a->directory_end)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: the list of members goes on at byte {2}, after its {3} members",
        dnp_s(a->path), dnp_u(at), dnp_u(a->entries));
  return DENPA_OK;
}

denpa_status dnp_npz_read(const char *path, dnp_arrays *out, denpa_error *err) {
  unsigned char *data;
  archive a = {.path = path};
  *out = (dnp_arrays){0};
  DNP_TRY(dnp_load(path, DNP_FILE_LIMIT, &data, &a.size, err));
  a.data = data;
  denpa_status status = read_archive(&a, out, err);
  if (status != DENPA_OK) dnp_arrays_free(out);
  dnp_free(data);
  return status;
}

/* ---- writing ---------------------------------------------------------------------------------- */

enum { VERSION = 20, YEAR_1980 = 0x0021 }; /* 1980-01-01 00:00, the first day that a zip archive knows */

/* What is written for one array: local header, name and .npy header in one piece, the data, and its entry in the
 * directory. */
typedef struct part {
  unsigned char head[LOCAL_SIZE + DNP_MAX_NAME + 4 + DNP_NPY_HEADER];
  unsigned char entry[CENTRAL_SIZE + DNP_MAX_NAME + 4];
  size_t head_size, entry_size, data_size;
} part;

/* The fields that both kinds of header have, from "version needed" to "extra length": 26 bytes. */
static void put_common(unsigned char *p, const char *name, uint32_t crc, size_t size) {
  memset(p, 0, 26);
  dnp_put_le16(p, VERSION);
  dnp_put_le16(p + 2, is_ascii(name) ? 0 : FLAG_UTF8);
  dnp_put_le16(p + 8, YEAR_1980);
  dnp_put_le32(p + 10, crc);
  dnp_put_le32(p + 14, (uint32_t)size);
  dnp_put_le32(p + 18, (uint32_t)size);
  dnp_put_le16(p + 22, (uint16_t)(strlen(name) + sizeof ".npy" - 1));
}

static denpa_status make_part(const char *path, const dnp_array *array, size_t offset, part *out, denpa_error *err) {
  const size_t stem = strlen(array->name), name = stem + 4;
  unsigned char *name_at = out->head + LOCAL_SIZE, *npy = name_at + name;
  size_t header = dnp_npy_header(array, npy);
  out->data_size = dnp_array_count(array) * dnp_dtype_size(array->dtype);
  size_t size = header + out->data_size, end;
  out->head_size = LOCAL_SIZE + name + header;
  out->entry_size = CENTRAL_SIZE + name;
  if (!dnp_size_add(offset, LOCAL_SIZE + name, &end) || !dnp_size_add(end, size, &end) || end >= UINT32_MAX)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "{1}: the arrays up to '{2}' are more than the 4 GiB of a zip archive; write .npy or .safetensors files",
        dnp_s(path), dnp_s(array->name));
  uLong crc = crc32_z(0, npy, header);
  /* no data may be NULL, which would start anew */
  if (out->data_size > 0) crc = crc32_z(crc, array->values, out->data_size);
  memcpy(name_at, array->name, stem);
  memcpy(name_at + stem, (const unsigned char[]){'.', 'n', 'p', 'y'}, 4);
  dnp_put_le32(out->head, LOCAL_MAGIC);
  put_common(out->head + 4, array->name, (uint32_t)crc, size);
  memset(out->entry, 0, CENTRAL_SIZE);
  dnp_put_le32(out->entry, CENTRAL_MAGIC);
  dnp_put_le16(out->entry + 4, VERSION);
  put_common(out->entry + 6, array->name, (uint32_t)crc, size);
  dnp_put_le32(out->entry + 42, (uint32_t)offset);
  memcpy(out->entry + CENTRAL_SIZE, name_at, name);
  return DENPA_OK;
}

static denpa_status write_archive(
    const char *path, const dnp_array *arrays, size_t count, part *parts, dnp_piece *pieces, denpa_error *err) {
  size_t offset = 0, directory = 0;
  for (size_t i = 0; i < count; i++) {
    part *p = &parts[i];
    for (size_t j = 0; j < i; j++)
      if (strcmp(arrays[j].name, arrays[i].name) == 0)
        return dnp_fail(
            err, DENPA_ERROR_ARGUMENT, "{1}: two arrays have the name '{2}'", dnp_s(path), dnp_s(arrays[i].name));
    DNP_TRY(make_part(path, &arrays[i], offset, p, err));
    pieces[2 * i] = (dnp_piece){p->head, p->head_size};
    pieces[2 * i + 1] = (dnp_piece){arrays[i].values, p->data_size};
    pieces[2 * count + i] = (dnp_piece){p->entry, p->entry_size};
    offset += p->head_size + p->data_size;
    directory += p->entry_size;
  }
  unsigned char end[END_SIZE] = {0};
  dnp_put_le32(end, END_MAGIC);
  dnp_put_le16(end + 8, (uint16_t)count);
  dnp_put_le16(end + 10, (uint16_t)count);
  dnp_put_le32(end + 12, (uint32_t)directory);
  dnp_put_le32(end + 16, (uint32_t)offset);
  pieces[3 * count] = (dnp_piece){end, END_SIZE};
  return dnp_write_file(path, pieces, 3 * count + 1, err);
}

denpa_status dnp_npz_write(const char *path, const dnp_array *arrays, size_t count, denpa_error *err) {
  part *parts = NULL;
  dnp_piece *pieces = NULL;
  if (count >= UINT16_MAX)
    return dnp_fail(
        err, DENPA_ERROR_UNSUPPORTED, "{1}: {2} arrays are more than a zip archive holds", dnp_s(path), dnp_u(count));
  DNP_TRY(DNP_NEW(&parts, count, err));
  denpa_status status = DNP_NEW(&pieces, 3 * count + 1, err);
  if (status == DENPA_OK) status = write_archive(path, arrays, count, parts, pieces, err);
  dnp_free(pieces);
  dnp_free(parts);
  return status;
}
