/* files.h: the file formats denpa reads and writes, one source file each. Formats exchange array descriptors
 * (base/array.h); they know nothing of networks or data sets. Every reader checks each length before using it and
 * allocates no more than the file warrants; every message names the file and the place in it. */
#ifndef DNP_FILE_FILES_H
#define DNP_FILE_FILES_H

#include "base/array.h"

/* Text beside the arrays of a file. */
typedef struct dnp_pair {
  char *key, *value;
} dnp_pair;
typedef struct dnp_pairs {
  size_t count;
  dnp_pair *item; /* keys and values from dnp_strdup */
} dnp_pairs;
const char *dnp_pairs_find(const dnp_pairs *pairs, const char *key); /* NULL if absent */
denpa_status dnp_pairs_add(dnp_pairs *pairs, const char *key, const char *value, denpa_error *err);
void dnp_pairs_free(dnp_pairs *pairs);

/* idx.c: LeCun's IDX, plain or gzipped (told by content). Unsigned bytes only, 1 to 4 axes, big-endian sizes; the size
 * of the data must be exactly what the header says. `expected_axes` 0 accepts any. out->data lies inside *block, which
 * is freed by dnp_free; both NULL on failure. */
denpa_status dnp_idx_read(const char *path, int expected_axes, dnp_array *out, void **block, denpa_error *err);
denpa_status dnp_idx_write(const char *path, const dnp_array *array, denpa_error *err);

/* npy.c: NumPy's .npy (format 1.0 to 3.0; little-endian f4 f8 u1 i4 i8, C order written, both orders read) and .npz
 * (a zip archive of them, stored or deflated; written stored, with fixed times, so equal arrays give equal files). */
denpa_status dnp_npy_read(const char *path, dnp_array *out, denpa_error *err);
denpa_status dnp_npy_write(const char *path, const dnp_array *array, denpa_error *err);
denpa_status dnp_npz_read(const char *path, dnp_arrays *out, denpa_error *err);
denpa_status dnp_npz_write(const char *path, const dnp_array *arrays, size_t count, denpa_error *err);

/* safetensors.c: the model file. Arrays are written in the order given, the data in the same order without gaps;
 * metadata in the order given. On reading, items come in the order of their data. */
denpa_status dnp_safetensors_read(const char *path, dnp_arrays *out, dnp_pairs *metadata, denpa_error *err);
denpa_status dnp_safetensors_write(
    const char *path, const dnp_array *arrays, size_t count, const dnp_pairs *metadata, denpa_error *err);

/* The same bytes in memory: *bytes is freed by dnp_free. Messages call the place DNP_IN_MEMORY. */
#define DNP_IN_MEMORY "(memory)"
denpa_status dnp_safetensors_from_memory(
    const unsigned char *bytes, size_t size, dnp_arrays *out, dnp_pairs *metadata, denpa_error *err);
denpa_status dnp_safetensors_to_memory(const dnp_array *arrays, size_t count, const dnp_pairs *metadata,
    unsigned char **bytes, size_t *size, denpa_error *err);

/* pickle.c: a dict of NumPy arrays (protocols 0 to 4), as the book publishes its parameters. A virtual machine of the
 * opcodes that this needs and four globals (numpy's _reconstruct, ndarray, dtype, and _codecs.encode for the bytes of
 * protocols 0 to 2); everything else is refused by name, nothing is ever executed. */
denpa_status dnp_pickle_read(const char *path, dnp_arrays *out, denpa_error *err);

/* picture.c: PNG (any kind; alpha over white), PGM (P2, P5) and PPM (P3, P6) as grey bytes, row by row: shape =
 * {height, width}, dtype UINT8; or as planes of red, green and blue: {3, height, width}. dnp_picture_size reads no more
 * of it than the size. */
denpa_status dnp_picture_read(const char *path, dnp_array *out, denpa_error *err);
denpa_status dnp_picture_read_rgb(const char *path, dnp_array *out, denpa_error *err);
denpa_status dnp_picture_size(const char *path, size_t *height, size_t *width, denpa_error *err);
#define DNP_PNG_SIDE 16384 /* of a picture that is written, at most */
/* Bytes, [height, width] in grey or [height, width, 3] in colour, as a PNG; and the same in memory (dnp_free). */
denpa_status dnp_png_write(const char *path, const dnp_array *picture, denpa_error *err);
denpa_status dnp_png_pack(const dnp_array *picture, unsigned char **out, size_t *size, denpa_error *err);

/* csv.c: tables as text (RFC 4180): fields in quotation marks, doubled quotation marks, lines that end in LF, CRLF or
 * CR; UTF-8, with or without a byte order mark; separated by comma, semicolon or tab. Fields are kept as texts without
 * blanks around them; empty lines are skipped. Of a field in quotation marks the blanks are kept beside it. */
#define DNP_CSV_COLUMNS 100000 /* at most */
/* bytes of a field, at most: a quotation mark that is never closed would swallow the rest of the file */
#define DNP_CSV_FIELD ((size_t)1 << 20)
typedef enum dnp_csv_header { DNP_HEADER_AUTO, DNP_HEADER_YES, DNP_HEADER_NO } dnp_csv_header;
/* Fields whose quotation marks hold blanks at an end, as they stand in the file. */
typedef struct dnp_csv_blanks {
  size_t count, room, size, text_room;
  struct dnp_csv_blank {
    size_t field, at; /* which of all fields, and where its text begins */
  } * item;           /* [count], in the order of the fields */
  char *text;         /* each ended by a NUL */
} dnp_csv_blanks;
typedef struct dnp_csv {
  size_t rows, columns; /* rows without the header */
  int header;           /* 1: the first row of the file has the names */
  char separator;
  const char **name;   /* [columns]: "column1", "column2" ... without a header */
  uint32_t *by_name;   /* [columns]: the columns in the order of their names, those of one name in their own */
  uint32_t *field;     /* [rows, columns]: where the field begins in text */
  uint32_t *line;      /* [rows]: line of the file on which the row begins, from 1 */
  unsigned char *text; /* the fields, each ended by a NUL */
  char *names;         /* names that were made up */
  uint32_t *fields;    /* what is allocated for field: it begins with the header's */
  uint32_t *lines;
  dnp_csv_blanks blanks;
} dnp_csv;
/* separator 0: found out. header AUTO: the first row is one if none of its fields is a number, and if below them
 * numbers stand or none of them comes again in its column. Every message has line and column, both from 1. Freed by
 * dnp_csv_free, which is fine with {0}. */
denpa_status dnp_csv_read(const char *path, char separator, dnp_csv_header header, dnp_csv *out, denpa_error *err);
void dnp_csv_free(dnp_csv *csv);
/* A table of one row, on line 1, made of texts in memory: text[columns], name[columns] or NULL for columns without
 * names. Freed likewise. */
denpa_status dnp_csv_of_row(
    const char *const *name, const char *const *text, size_t columns, dnp_csv *out, denpa_error *err);
static inline const char *dnp_csv_field(const dnp_csv *csv, size_t row, size_t column) {
  return (const char *)csv->text + csv->field[row * csv->columns + column];
}
/* The field as it stands in the file: with the blanks that its quotation marks hold. */
const char *dnp_csv_whole(const dnp_csv *csv, size_t row, size_t column);
/* The column of this name, SIZE_MAX if there is none; *again: the next one of the same name, SIZE_MAX likewise. */
size_t dnp_csv_find(const dnp_csv *csv, const char *name, size_t *again);
/* The column's name that is nearest in spelling to what was typed; NULL if none is near. */
const char *dnp_csv_near(const dnp_csv *csv, const char *typed);
/* A finite decimal number ("-1.5e3"), whole text; 0 if it is none. */
int dnp_csv_number(const char *text, double *value);
/* Empty, NA, N/A, NaN, null, None or ?, in any case. */
int dnp_csv_missing(const char *text);
/* The text as a field, in quotation marks where it needs them, into out[size]; returns the length needed without the
 * NUL. */
size_t dnp_csv_quote(char *out, size_t size, const char *text);

/* sha256.c: out = 64 hexadecimal digits and a NUL. */
typedef struct dnp_sha256 dnp_sha256;
denpa_status dnp_sha256_open(dnp_sha256 **out, denpa_error *err);
void dnp_sha256_add(dnp_sha256 *sha, const void *data, size_t size);
void dnp_sha256_close(dnp_sha256 *sha, char out[65]); /* frees; out may be NULL */

/* What a file is by its first bytes (512 are enough), as a phrase of the catalogue: "a PNG picture"; NULL where they
 * tell nothing. Texts of every sort are dnp_file_text, a safetensors file is dnp_file_model. */
const char *dnp_file_kind(const unsigned char *head, size_t size);
extern const char *const dnp_file_text, *const dnp_file_model;

#endif
