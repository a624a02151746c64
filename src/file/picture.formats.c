/* picture.formats.c: PNG (by libpng), PGM and PPM as grey bytes, or as red, green and blue ones. Colours become grey by
 * 0.299 red + 0.587 green + 0.114 blue, alpha is laid over white, both in one whole-number step, so that the same file
 * gives the same bytes everywhere; colour profiles and gamma are not applied. What a picture shows is the image room's
 * business. */
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/write.h"
#include "file/bytes.h"
#include "file/files.h"

/* deflate never expands by more */
enum { SIDE_MOST = 4096, SAMPLES = 4, GREY = 1, RGB = 3 /* planes */, PNG_MOST_EXPANSION = 1032 };
#define PICTURE_FILE_MOST ((size_t)256 << 20)

static denpa_status check_size(const char *path, size_t height, size_t width, denpa_error *err) {
  if (height == 0 || width == 0 || height > SIDE_MOST || width > SIDE_MOST)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: a picture of {2} x {3} pixels; 1 to {4} on each side are read here",
        dnp_s(path), dnp_u(width), dnp_u(height), dnp_i(SIDE_MOST));
  return DENPA_OK;
}

/* out->axes says what is wanted: 2 grey, 3 planes of red, green and blue. */
static size_t planes_of(const dnp_array *picture) { return picture->axes == 3 ? RGB : GREY; }

static denpa_status new_picture(const char *path, size_t height, size_t width, dnp_array *out, denpa_error *err) {
  DNP_TRY(check_size(path, height, width, err));
  *out = out->axes == 3 ? (dnp_array){.dtype = DENPA_DTYPE_UINT8, .axes = 3, .shape = {RGB, height, width}}
                        : (dnp_array){.dtype = DENPA_DTYPE_UINT8, .axes = 2, .shape = {height, width}};
  return dnp_alloc(&out->values, planes_of(out) * height * width, 1, err);
}

/* `count` pixels of red, green, blue and alpha become the picture's from pixel `at` on. */
static void lay_over_white(const unsigned char *rgba, size_t count, dnp_array *picture, size_t at) {
  const size_t planes = planes_of(picture), plane = dnp_array_count(picture) / planes;
  unsigned char *to = (unsigned char *)picture->values + at;
  for (size_t i = 0; i < count; i++, rgba += SAMPLES) {
    const unsigned alpha = rgba[3], light = 299u * rgba[0] + 587u * rgba[1] + 114u * rgba[2]; /* light: 0 .. 255000 */
    if (planes == GREY) to[i] = (unsigned char)((light * alpha + 255000u * (255u - alpha) + 127500u) / 255000u);
    for (size_t p = 0; planes == RGB && p < RGB; p++)
      to[p * plane + i] = (unsigned char)((rgba[p] * alpha + 255u * (255u - alpha) + 127u) / 255u);
  }
}

/* ---- PNG, reading ----------------------------------------------------------------------------- */

/* All that must survive libpng's longjmp lives here, behind a pointer. */
typedef struct png_job {
  const char *path;
  const unsigned char *data;
  size_t size, at;
  png_structp png;
  png_infop info;
  unsigned char *rgba; /* one row, or all of them if the picture comes in several passes */
  size_t rows;
  int passes;
  unsigned char *packed; /* writing: what libpng has given so far */
  size_t packed_size, packed_room;
  denpa_status failed;       /* set by a callback that knows more than libpng */
  char warned[80], why[160]; /* libpng's last warning often says what its error does not */
  dnp_array picture;
} png_job;

static png_voidp png_take(png_structp png, png_alloc_size_t size) {
  void *block;
  png_job *job = png_get_mem_ptr(png);
  if (dnp_alloc(&block, size, 1, NULL) == DENPA_OK) return block;
  job->failed = DENPA_ERROR_MEMORY;
  return NULL;
}

static void png_give(png_structp png, png_voidp block) {
  (void)png;
  dnp_free(block);
}

static void png_on_error(png_structp png, png_const_charp text) {
  png_job *job = png_get_error_ptr(png);
  snprintf(job->why, sizeof job->why, job->warned[0] != '\0' ? "%s (%s)" : "%s", text, job->warned);
  png_longjmp(png, 1);
}

static void png_on_warning(png_structp png, png_const_charp text) {
  png_job *job = png_get_error_ptr(png);
  snprintf(job->warned, sizeof job->warned, "%s", text);
}

static void png_pull(png_structp png, png_bytep out, size_t size) {
  png_job *job = png_get_io_ptr(png);
  if (size > job->size - job->at) png_error(png, "the file is cut short");
  memcpy(out, job->data + job->at, size);
  job->at += size;
}

/* What libpng says in English, for what is met: a text of the catalogue; NULL for the rest, which is shown as it is. */
static const char *png_trouble(const char *why) {
  static const struct {
    const char *said, *text;
  } known[] = {
      {"CRC error", DNP_N("the checksum is wrong")},
      {"data check", DNP_N("the checksum is wrong")},
      {"cut short", DNP_N("the file is cut short")},
      {"Not enough", DNP_N("the file is cut short")},
      {"Read Error", DNP_N("the file is cut short")},
      {"Not a PNG", DNP_N("this is not a PNG")},
      {"PNG file corrupted", DNP_N("this is not a PNG, or it was changed as if it were a text")},
      {"exceeds user limit", DNP_N("the picture is larger than it may be")},
      {"too large", DNP_N("the picture is larger than it may be")},
      {"IHDR", DNP_N("the header is wrong")},
      {"out of place", DNP_N("a part of it is missing or not in its place")},
      {"Missing PLTE", DNP_N("it has no palette")},
      {"distance", DNP_N("its code makes no sense")},
      {"block type", DNP_N("its code makes no sense")},
      {"code", DNP_N("its code makes no sense")},
      {"nvalid", DNP_N("one of its values is not possible")},
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strstr(why, known[i].said) != NULL) return known[i].text;
  return NULL;
}

static denpa_arg png_reason(const png_job *job) {
  const char *text = png_trouble(job->why);
  return text != NULL ? dnp_t(text) : dnp_s(job->why);
}

/* libpng's error, or ours, as a status. */
static denpa_status png_failure(const png_job *job, denpa_error *err) {
  if (job->failed == DENPA_ERROR_MEMORY)
    return dnp_fail(err, DENPA_ERROR_MEMORY, "{1}: not enough memory for the picture", dnp_s(job->path));
  return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: the PNG is damaged near byte {2}: {3}", dnp_s(job->path),
      dnp_u(job->at), png_reason(job));
}

/* The header, and 8-bit red, green, blue, alpha asked for, whatever the file holds. */
static denpa_status png_start(png_job *job, denpa_error *err) {
  if (setjmp(png_jmpbuf(job->png)) != 0) return png_failure(job, err);
  png_set_read_fn(job->png, job, png_pull);
  png_set_crc_action(job->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  png_set_user_limits(job->png, SIDE_MOST, SIDE_MOST);
  png_set_chunk_malloc_max(job->png, 1 << 20);
  /* not needed here, and small ones unpack to large ones */
  static const png_byte texts[] = "tEXt\0zTXt\0iTXt\0iCCP\0sPLT\0eXIf";
  png_set_keep_unknown_chunks(job->png, PNG_HANDLE_CHUNK_NEVER, texts, (int)(sizeof texts / 5));
  png_read_info(job->png, job->info);
  png_set_expand(job->png);
  png_set_scale_16(job->png);
  png_set_gray_to_rgb(job->png);
  png_set_add_alpha(job->png, 0xFF, PNG_FILLER_AFTER);
  job->passes = png_set_interlace_handling(job->png);
  size_t height = png_get_image_height(job->png, job->info), width = png_get_image_width(job->png, job->info);
  size_t stored = height *
                  ((width * png_get_channels(job->png, job->info) * png_get_bit_depth(job->png, job->info) + 7) / 8);
  if (stored / PNG_MOST_EXPANSION > job->size)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: a file of {2} bytes cannot hold {3} x {4} pixels; it is damaged",
        dnp_s(job->path), dnp_u(job->size), dnp_u(width), dnp_u(height));
  png_read_update_info(job->png, job->info);
  return DENPA_OK;
}

static denpa_status png_room(png_job *job, denpa_error *err) {
  size_t height = png_get_image_height(job->png, job->info), width = png_get_image_width(job->png, job->info),
         row = width * SAMPLES;
  if (png_get_rowbytes(job->png, job->info) != row)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED, "{1}: a kind of PNG that cannot be read here", dnp_s(job->path));
  DNP_TRY(new_picture(job->path, height, width, &job->picture, err));
  job->rows = job->passes > 1 ? height : 1;
  return DNP_NEW(&job->rgba, job->rows * row, err);
}

static void png_rows(png_job *job) {
  size_t height = png_get_image_height(job->png, job->info), width = png_get_image_width(job->png, job->info);
  for (int pass = 1; pass <= job->passes; pass++)
    for (size_t y = 0; y < height; y++) {
      unsigned char *row = job->rgba + y % job->rows * width * SAMPLES;
      png_read_row(job->png, row, NULL);
      if (pass == job->passes) lay_over_white(row, width, &job->picture, y * width);
    }
}

static denpa_status png_pixels(png_job *job, denpa_error *err) {
  if (setjmp(png_jmpbuf(job->png)) != 0) return png_failure(job, err);
  png_rows(job);
  png_read_end(job->png, NULL);
  return DENPA_OK;
}

static denpa_status read_png(
    const char *path, const unsigned char *data, size_t size, dnp_array *out, denpa_error *err) {
  png_job job = {.path = path, .data = data, .size = size, .picture = {.axes = out->axes}};
  job.png = png_create_read_struct_2(
      PNG_LIBPNG_VER_STRING, &job, png_on_error, png_on_warning, &job, png_take, png_give);
  if (job.png != NULL) job.info = png_create_info_struct(job.png);
  denpa_status status = job.info != NULL
                            ? DENPA_OK
                            : dnp_fail(err, DENPA_ERROR_MEMORY, "{1}: not enough memory for the picture", dnp_s(path));
  if (status == DENPA_OK) status = png_start(&job, err);
  if (status == DENPA_OK) status = png_room(&job, err);
  if (status == DENPA_OK) status = png_pixels(&job, err);
  if (status == DENPA_OK)
    *out = job.picture;
  else
    dnp_free(job.picture.values);
  png_destroy_read_struct(&job.png, &job.info, NULL);
  dnp_free(job.rgba);
  return status;
}

/* ---- PNG, writing ----------------------------------------------------------------------------- */

static void png_push(png_structp png, png_bytep data, size_t size) {
  png_job *job = png_get_io_ptr(png);
  if (job->packed_room - job->packed_size < size) {
    size_t room = 2 * (job->packed_size + size);
    if (dnp_grow((void **)&job->packed, job->packed_size, room, 1, NULL) != DENPA_OK) {
      job->failed = DENPA_ERROR_MEMORY;
      png_error(png, "no memory");
    }
    job->packed_room = room;
  }
  memcpy(job->packed + job->packed_size, data, size);
  job->packed_size += size;
}

static void png_no_flush(png_structp png) { (void)png; }

static denpa_status png_pack(png_job *job, const dnp_array *picture, denpa_error *err) {
  const bool colour = picture->axes == 3;
  if (setjmp(png_jmpbuf(job->png)) != 0) {
    if (job->failed == DENPA_ERROR_MEMORY) return png_failure(job, err);
    return dnp_fail(err, DENPA_ERROR_IO, "{1}: the PNG cannot be made: {2}", dnp_s(job->path), png_reason(job));
  }
  png_set_write_fn(job->png, job, png_push, png_no_flush);
  png_set_IHDR(job->png, job->info, (png_uint_32)picture->shape[1], (png_uint_32)picture->shape[0], 8,
      colour ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
      PNG_FILTER_TYPE_DEFAULT);
  png_write_info(job->png, job->info);
  for (size_t y = 0; y < picture->shape[0]; y++)
    png_write_row(job->png, (const unsigned char *)picture->values + y * picture->shape[1] * (colour ? 3 : 1));
  png_write_end(job->png, NULL);
  return DENPA_OK;
}

/* The file in memory: job->packed, freed by the caller. */
static denpa_status png_make(png_job *job, const dnp_array *picture, denpa_error *err) {
  char shape[96];
  if (picture->dtype != DENPA_DTYPE_UINT8 || !(picture->axes == 2 || (picture->axes == 3 && picture->shape[2] == 3)) ||
      picture->shape[0] == 0 || picture->shape[1] == 0 || picture->shape[0] > DNP_PNG_SIDE ||
      picture->shape[1] > DNP_PNG_SIDE)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "{1}: a picture has bytes and two axes of 1 to {2}, and in colour a third one of 3, not {3} of {4}",
        dnp_s(job->path), dnp_i(DNP_PNG_SIDE), dnp_s(dnp_shape_text(picture->axes, picture->shape, shape)),
        dnp_s(dnp_dtype_name(picture->dtype)));
  job->png = png_create_write_struct_2(
      PNG_LIBPNG_VER_STRING, job, png_on_error, png_on_warning, job, png_take, png_give);
  if (job->png != NULL) job->info = png_create_info_struct(job->png);
  denpa_status status = job->info != NULL ? DENPA_OK
                                          : dnp_fail(err, DENPA_ERROR_MEMORY, "{1}: not enough memory for the picture",
                                                dnp_s(job->path));
  if (status == DENPA_OK) status = png_pack(job, picture, err);
  png_destroy_write_struct(&job->png, &job->info);
  return status;
}

denpa_status dnp_png_pack(const dnp_array *picture, unsigned char **out, size_t *size, denpa_error *err) {
  png_job job = {.path = "PNG"};
  denpa_status status = png_make(&job, picture, err);
  if (status != DENPA_OK) {
    dnp_free(job.packed);
    return status;
  }
  *out = job.packed;
  *size = job.packed_size;
  return DENPA_OK;
}

denpa_status dnp_png_write(const char *path, const dnp_array *picture, denpa_error *err) {
  png_job job = {.path = path};
  denpa_status status = png_make(&job, picture, err);
  if (status == DENPA_OK) status = dnp_write_file(path, &(dnp_piece){job.packed, job.packed_size}, 1, err);
  dnp_free(job.packed);
  return status;
}

/* ---- PGM and PPM -------------------------------------------------------------------------------------- */

typedef struct pgm {
  const char *path;
  const unsigned char *data;
  size_t size, at;
} pgm;

static int is_space(unsigned char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static void skip_blank(pgm *p) { /* white space, and comments from # to the end of the line */
  for (; p->at < p->size && (is_space(p->data[p->at]) || p->data[p->at] == '#'); p->at++)
    if (p->data[p->at] == '#')
      while (p->at < p->size && p->data[p->at] != '\n') p->at++;
}

static denpa_status pgm_number(pgm *p, const char *what, unsigned most, unsigned *out, denpa_error *err) {
  unsigned n = 0;
  skip_blank(p);
  size_t start = p->at;
  for (; p->at < p->size && p->data[p->at] >= '0' && p->data[p->at] <= '9' && n <= most; p->at++)
    n = 10 * n + (unsigned)(p->data[p->at] - '0');
  if (p->at == start)
    return dnp_fail(
        err, DENPA_ERROR_FORMAT, "{1}: the {2} is missing at byte {3}", dnp_s(p->path), dnp_t(what), dnp_u(p->at));
  if (n > most)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: the {2} at byte {3} is larger than {4}", dnp_s(p->path), dnp_t(what),
        dnp_u(start), dnp_u(most));
  if (p->at < p->size && !is_space(p->data[p->at]) && p->data[p->at] != '#')
    return dnp_fail(
        err, DENPA_ERROR_FORMAT, "{1}: the {2} at byte {3} is not a number", dnp_s(p->path), dnp_t(what), dnp_u(start));
  *out = n;
  return DENPA_OK;
}

/* P2 and P3 are written in digits; P3 and P6 have three values a pixel. */
static int pgm_is_plain(const unsigned char *data) { return data[1] == '2' || data[1] == '3'; }
static size_t pgm_values(const unsigned char *data) { return data[1] == '3' || data[1] == '6' ? RGB : GREY; }

static denpa_status pgm_value(pgm *p, unsigned maximum, unsigned char *out, denpa_error *err) {
  unsigned v = 0;
  if (pgm_is_plain(p->data)) DNP_TRY(pgm_number(p, DNP_N("grey value"), maximum, &v, err));
  for (size_t b = 0; !pgm_is_plain(p->data) && b < (maximum > 255 ? 2 : 1); b++) v = v << 8 | p->data[p->at++];
  if (v > maximum)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: the grey value before byte {2} is {3}, but the largest should be {4}", dnp_s(p->path), dnp_u(p->at),
        dnp_u(v), dnp_u(maximum));
  *out = (unsigned char)((v * 255u + maximum / 2) / maximum);
  return DENPA_OK;
}

static denpa_status pgm_pixels(pgm *p, unsigned maximum, dnp_array *picture, denpa_error *err) {
  const size_t count = dnp_array_count(picture) / planes_of(picture), values = pgm_values(p->data);
  for (size_t i = 0; i < count; i++) {
    unsigned char rgba[SAMPLES] = {0, 0, 0, 255};
    for (size_t k = 0; k < values; k++) DNP_TRY(pgm_value(p, maximum, &rgba[k], err));
    if (values == GREY) rgba[1] = rgba[2] = rgba[0];
    lay_over_white(rgba, 1, picture, i);
  }
  if (pgm_is_plain(p->data)) skip_blank(p);
  if (p->at != p->size)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: {2} {2|byte|bytes} {2|follows|follow} the picture, from byte {3} on",
        dnp_s(p->path), dnp_u(p->size - p->at), dnp_u(p->at));
  return DENPA_OK;
}

static denpa_status pgm_size(pgm *p, unsigned *height, unsigned *width, denpa_error *err) {
  DNP_TRY(pgm_number(p, DNP_N("width"), SIDE_MOST, width, err));
  return pgm_number(p, DNP_N("height"), SIDE_MOST, height, err);
}

static denpa_status read_pgm(
    const char *path, const unsigned char *data, size_t size, dnp_array *out, denpa_error *err) {
  pgm p = {path, data, size, 2};
  unsigned width = 0, height = 0, maximum = 0;
  DNP_TRY(pgm_size(&p, &height, &width, err));
  DNP_TRY(pgm_number(&p, DNP_N("largest grey value"), 65535, &maximum, err));
  if (maximum == 0) return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: the largest grey value is 0", dnp_s(path));
  if (p.at < size && is_space(data[p.at])) p.at++; /* exactly one white space ends the header */
  size_t count = (size_t)width * height * pgm_values(data),
         need = pgm_is_plain(data) ? 2 * count - (count > 0) : count * (maximum > 255 ? 2 : 1);
  if (need > size - p.at)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: {2} x {3} pixels need {4} bytes after byte {5}, but the file has {6}; it is cut short", dnp_s(path),
        dnp_u(width), dnp_u(height), dnp_u(need), dnp_u(p.at), dnp_u(size - p.at));
  DNP_TRY(new_picture(path, height, width, out, err));
  return pgm_pixels(&p, maximum, out, err);
}

/* ---- either ----------------------------------------------------------------------------------- */

typedef enum kind { NO_PICTURE, PNG_FILE, PGM_FILE } kind;

static kind kind_of(const unsigned char *data, size_t size) {
  if (size >= 8 && png_sig_cmp(data, 0, 8) == 0) return PNG_FILE;
  if (size >= 3 && data[0] == 'P' && strchr("2356", data[1]) != NULL && data[1] != '\0' &&
      (is_space(data[2]) || data[2] == '#'))
    return PGM_FILE;
  return NO_PICTURE;
}

static denpa_status no_picture(const char *path, const unsigned char *data, size_t size, denpa_error *err) {
  const char *what = dnp_file_kind(data, size);
  if (what != NULL)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: this is {2}, not a PNG, PGM or PPM picture (P2, P3, P5 or P6)",
        dnp_s(path), dnp_t(what));
  return dnp_fail(err, DENPA_ERROR_FORMAT,
      "{1}: neither a PNG nor a PGM or PPM picture (P2, P3, P5 or P6); convert it to PNG", dnp_s(path));
}

static denpa_status read_picture(const char *path, int axes, dnp_array *out, denpa_error *err) {
  unsigned char *data;
  size_t size;
  *out = (dnp_array){.axes = axes};
  DNP_TRY(dnp_load(path, PICTURE_FILE_MOST, &data, &size, err));
  const kind what = kind_of(data, size);
  const denpa_status status = what == PNG_FILE   ? read_png(path, data, size, out, err)
                              : what == PGM_FILE ? read_pgm(path, data, size, out, err)
                                                 : no_picture(path, data, size, err);
  dnp_free(data);
  if (status != DENPA_OK) {
    dnp_free(out->values);
    *out = (dnp_array){0};
  }
  return status;
}

denpa_status dnp_picture_read(const char *path, dnp_array *out, denpa_error *err) {
  return read_picture(path, 2, out, err);
}
denpa_status dnp_picture_read_rgb(const char *path, dnp_array *out, denpa_error *err) {
  return read_picture(path, 3, out, err);
}

/* A PNG begins with its signature, the length and name of the first chunk, and then width and height. */
static denpa_status png_size(
    const char *path, const unsigned char *data, size_t size, unsigned *height, unsigned *width, denpa_error *err) {
  if (size < 24 || memcmp(data + 12, "IHDR", 4) != 0)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: the PNG is damaged near byte {2}: {3}", dnp_s(path), dnp_i(12),
        dnp_s("no IHDR"));
  *width = (unsigned)data[16] << 24 | (unsigned)data[17] << 16 | (unsigned)data[18] << 8 | data[19];
  *height = (unsigned)data[20] << 24 | (unsigned)data[21] << 16 | (unsigned)data[22] << 8 | data[23];
  return DENPA_OK;
}

denpa_status dnp_picture_size(const char *path, size_t *height, size_t *width, denpa_error *err) {
  unsigned char *data;
  size_t size;
  unsigned h = 0, w = 0;
  DNP_TRY(dnp_load(path, PICTURE_FILE_MOST, &data, &size, err));
  const kind what = kind_of(data, size);
  denpa_status status = what == PNG_FILE   ? png_size(path, data, size, &h, &w, err)
                        : what == PGM_FILE ? pgm_size(&(pgm){path, data, size, 2}, &h, &w, err)
                                           : no_picture(path, data, size, err);
  dnp_free(data);
  *height = h;
  *width = w;
  return status == DENPA_OK ? check_size(path, h, w, err) : status;
}
