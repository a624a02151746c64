/* kind.c: what a file is, by its first bytes, so that a message can say what was given instead of what was asked for.
 */
#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "file/bytes.h"
#include "file/files.h"

typedef struct mark {
  const char *bytes; /* '*' stands for any byte */
  size_t length;
  const char *what; /* in the catalogue */
} mark;

#define MARK(bytes, what) \
  { bytes, sizeof(bytes) - 1, what }

/* Long enough that no table begins so: "BMI,age", "PAR1,PAR2" and "SQLite,MySQL" are names of columns. */
static const mark marks[] = {MARK("\x89PNG\r\n\x1a\n", DNP_N("a PNG picture")),
    MARK("\xff\xd8\xff", DNP_N("a JPEG picture")), MARK("GIF8*a", DNP_N("a GIF picture")),
    MARK("RIFF****WEBP", DNP_N("a WebP picture")), MARK("BM****\0\0\0\0", DNP_N("a BMP picture")),
    MARK("%PDF-", DNP_N("a PDF document")), MARK("\x93NUMPY", DNP_N("a NumPy array (.npy)")),
    MARK("\x89HDF", DNP_N("an HDF5 file (.h5)")), MARK("SQLite format 3\0", DNP_N("a SQLite database")),
    MARK("PAR1\x15", DNP_N("a Parquet table")),
    MARK("PK\x03\x04", DNP_N("a zip archive, as .xlsx, .npz and .pt files are")),
    MARK("\x1f\x8b", DNP_N("a file packed by gzip")), MARK("\xfd\x37zXZ", DNP_N("a file packed by xz")),
    MARK("\x28\xb5\x2f\xfd", DNP_N("a file packed by zstd")), MARK("BZh*1AY&SY", DNP_N("a file packed by bzip2")),
    MARK("\x80\x02", DNP_N("a Python pickle")), MARK("\x80\x03", DNP_N("a Python pickle")),
    MARK("\x80\x04", DNP_N("a Python pickle")), MARK("\x80\x05", DNP_N("a Python pickle"))};

const char *const dnp_file_model = DNP_N("a model (safetensors)");
static const mark model = MARK("****\0\0\0\0{\"", NULL); /* a header of less than 4 GiB */

static bool begins_with(const unsigned char *head, size_t size, const mark *m) {
  if (size < m->length) return false;
  for (size_t i = 0; i < m->length; i++)
    if (m->bytes[i] != '*' && head[i] != (unsigned char)m->bytes[i]) return false;
  return true;
}

/* Behind P1 to P6 a blank and a size, or a remark. (A tab: the columns P1 and P2 of a table.) */
static bool is_pnm(const unsigned char *head, size_t size) {
  static const char blanks[] = {' ', '\r', '\n'};
  return size >= 4 && head[0] == 'P' && head[1] >= '1' && head[1] <= '6' &&
         memchr(blanks, head[2], sizeof blanks) != NULL &&
         (head[3] == '#' || (head[3] >= '0' && head[3] <= '9') || memchr(blanks, head[3], sizeof blanks) != NULL);
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
  if (begins_with(head, size, &model)) return dnp_file_model; /* before its length is taken for another mark */
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (begins_with(head, size, &marks[i])) return marks[i].what;
  if (is_pnm(head, size)) return DNP_N("a PNM picture (.pgm, .ppm)");
  return is_text(head, size < LOOKED_AT ? size : LOOKED_AT) ? dnp_file_text : NULL;
}

const char *const dnp_file_text = DNP_N("a text or a table");
