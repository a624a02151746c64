/* kind.c: what a file is, by its first bytes, so that a message can say what was given instead of what was asked for.
 */
#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "file/bytes.h"
#include "file/files.h"

typedef struct mark {
  const char *bytes;
  size_t length, at;
  const char *what; /* in the catalogue */
} mark;

#define MARK(bytes, at, what) \
  { bytes, sizeof(bytes) - 1, at, what }

static const mark marks[] = {MARK("\x89PNG\r\n\x1a\n", 0, DNP_N("a PNG picture")),
    MARK("\xff\xd8\xff", 0, DNP_N("a JPEG picture")), MARK("GIF8", 0, DNP_N("a GIF picture")),
    MARK("WEBP", 8, DNP_N("a WebP picture")), MARK("BM", 0, DNP_N("a BMP picture")),
    MARK("%PDF", 0, DNP_N("a PDF document")), MARK("\x93NUMPY", 0, DNP_N("a NumPy array (.npy)")),
    MARK("\x89HDF", 0, DNP_N("an HDF5 file (.h5)")), MARK("SQLite", 0, DNP_N("a SQLite database")),
    MARK("PAR1", 0, DNP_N("a Parquet table")),
    MARK("PK\x03\x04", 0, DNP_N("a zip archive, as .xlsx, .npz and .pt files are")),
    MARK("\x1f\x8b", 0, DNP_N("a file packed by gzip")), MARK("\xfd\x37zXZ", 0, DNP_N("a file packed by xz")),
    MARK("\x28\xb5\x2f\xfd", 0, DNP_N("a file packed by zstd")), MARK("BZh", 0, DNP_N("a file packed by bzip2")),
    MARK("\x80\x02", 0, DNP_N("a Python pickle")), MARK("\x80\x03", 0, DNP_N("a Python pickle")),
    MARK("\x80\x04", 0, DNP_N("a Python pickle")), MARK("\x80\x05", 0, DNP_N("a Python pickle"))};

const char *const dnp_file_model = DNP_N("a model (safetensors)");
static const mark model = MARK("\0\0\0\0{\"", 4, NULL); /* a header of less than 4 GiB */

static bool begins_with(const unsigned char *head, size_t size, const mark *m) {
  return size >= m->at + m->length && memcmp(head + m->at, m->bytes, m->length) == 0;
}

/* Letters, blanks and line ends of any encoding that keeps ASCII. */
static bool is_text(const unsigned char *head, size_t size) {
  static const char steering[] = {'\t', '\n', '\r', '\f'};
  for (size_t i = 0; i < size; i++)
    if (head[i] < ' ' && memchr(steering, head[i], sizeof steering) == NULL) return false;
  return size > 0;
}

const char *dnp_file_kind(const unsigned char *head, size_t size) {
  enum { LOOKED_AT = 512 };
  static const char after_magic[] = {' ', '\t', '\r', '\n', '#'};
  const bool text = is_text(head, size < LOOKED_AT ? size : LOOKED_AT);
  if (begins_with(head, size, &model)) return dnp_file_model; /* before its length is taken for another mark */
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (begins_with(head, size, &marks[i]) && (!text || marks[i].length > 3)) /* "BMI,age" is not a bitmap */
      return marks[i].what;
  if (size >= 3 && head[0] == 'P' && head[1] >= '1' && head[1] <= '6' &&
      memchr(after_magic, head[2], sizeof after_magic) != NULL)
    return DNP_N("a PNM picture (.pgm, .ppm)");
  return text ? dnp_file_text : NULL;
}

const char *const dnp_file_text = DNP_N("a text or a table");
