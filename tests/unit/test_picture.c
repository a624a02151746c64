/* test_picture.c: PNG and PGM pictures as grey bytes (src/file/picture.formats.c). The PNGs are put together here,
 * chunk by chunk, so that any kind and any damage can be made. */
#include <assert.h>
#include <zlib.h>

#include "file_tools.h"

static denpa_status read_picture(const char *path, denpa_error *err) {
  dnp_array array;
  return done_array(dnp_picture_read(path, &array, err), &array);
}

#define B(text) text, sizeof(text) - 1

static void assert_picture(const char *path, size_t height, size_t width, const void *grey) {
  dnp_array array;
  OK(dnp_picture_read(path, &array, err));
  assert_int_equal(array.dtype, DENPA_DTYPE_UINT8);
  assert_int_equal(array.axes, 2);
  assert_int_equal(array.shape[0], height);
  assert_int_equal(array.shape[1], width);
  assert_memory_equal(array.values, grey, height * width);
  dnp_free(array.values);
}

static void assert_planes(const char *path, size_t height, size_t width, const void *planes) {
  dnp_array array;
  size_t h, w;
  OK(dnp_picture_read_rgb(path, &array, err));
  assert_int_equal(array.axes, 3);
  assert_int_equal(array.shape[0], 3);
  assert_int_equal(array.shape[1], height);
  assert_int_equal(array.shape[2], width);
  assert_memory_equal(array.values, planes, 3 * height * width);
  dnp_free(array.values);
  OK(dnp_picture_size(path, &h, &w, err));
  assert_int_equal(h, height);
  assert_int_equal(w, width);
}

/* ---- PNG -------------------------------------------------------------------------------------- */

static void put_big(block *b, uint32_t n) {
  for (int shift = 24; shift >= 0; shift -= 8) put_bytes(b, &(unsigned char){(unsigned char)(n >> shift)}, 1);
}

static void put_chunk(block *b, const char *kind, const void *data, size_t size) {
  put_big(b, (uint32_t)size);
  size_t start = b->size;
  put_bytes(b, kind, 4);
  put_bytes(b, data, size);
  put_big(b, (uint32_t)crc32(0, b->data + start, (uInt)(b->size - start)));
}

enum { GREY = 0, RGB = 2, PALETTE = 3, GREY_ALPHA = 4, RGBA = 6 };

/* The start of a PNG, up to its header. */
static void png_head(block *b, uint32_t width, uint32_t height, int depth, int colour, int interlaced) {
  block header = {.size = 0};
  b->size = 0;
  put_bytes(b, B("\x89PNG\r\n\x1a\n"));
  put_big(&header, width);
  put_big(&header, height);
  put_bytes(
      &header, ((unsigned char[]){(unsigned char)depth, (unsigned char)colour, 0, 0, (unsigned char)interlaced}), 5);
  put_chunk(b, "IHDR", header.data, header.size);
}

/* The scan lines (each with its filter byte), and the end. */
static const char *png_tail(block *b, const void *lines, size_t size) {
  unsigned char packed[4096];
  uLongf length = sizeof packed;
  assert_int_equal(compress(packed, &length, lines, size), Z_OK);
  put_chunk(b, "IDAT", packed, length);
  put_chunk(b, "IEND", "", 0);
  return put_file("picture.png", b->data, b->size);
}

typedef struct kind {
  const char *name;
  uint32_t width, height;
  int depth, colour, interlaced;
  const char *extra; /* a chunk before the data: its kind and its text */
  size_t extra_size;
  const char *lines;
  size_t size;
  /* worked out by hand: (light * alpha + 255000 * (255 - alpha) + 127500) / 255000, light = 299 r + 587 g + 114 b */
  const char *grey;
} kind;

static const kind kinds[] = {
    {"grey, 8 bits", 3, 2, 8, GREY, 0, NULL, 0, B("\0\x00\x7f\xff\0\x01\x02\xfe"), "\x00\x7f\xff\x01\x02\xfe"},
    {"grey, 1 bit", 10, 1, 1, GREY, 0, NULL, 0, B("\0\xa0\x40"), "\xff\0\xff\0\0\0\0\0\0\xff"},
    {"grey, 2 bits", 4, 1, 2, GREY, 0, NULL, 0, B("\0\x1b"), "\x00\x55\xaa\xff"},
    {"grey, 4 bits", 2, 1, 4, GREY, 0, NULL, 0, B("\0\x8f"), "\x88\xff"},
    /* rounded, not cut */
    {"grey, 16 bits", 4, 1, 16, GREY, 0, NULL, 0, B("\0\x00\x00\x80\x80\xff\xff\x00\xff"), "\x00\x80\xff\x01"},
    {"grey with a transparent value", 2, 1, 8, GREY, 0, B("tRNS\0\x10"), B("\0\x10\x11"), "\xff\x11"},
    {"red, green, blue, white", 4, 1, 8, RGB, 0, NULL, 0, B("\0\xff\0\0\0\xff\0\0\0\xff\xff\xff\xff"),
        "\x4c\x96\x1d\xff"},
    {"colours at the edge of rounding", 6, 1, 8, RGB, 0, NULL, 0,
        B("\0\x05\0\0\x34\0\0\0\x28\0\0\x17\0\0\0\x30\0\0\x16"), "\x01\x10\x17\x0e\x05\x03"},
    {"colours of 16 bits", 1, 1, 16, RGB, 0, NULL, 0, B("\0\xff\xff\0\0\0\0"), "\x4c"},
    {"palette", 4, 1, 2, PALETTE, 0, B("PLTE\0\0\0\xff\0\0\0\xff\0\x10\x10\x10"), B("\0\x1b"), "\x00\x4c\x96\x10"},
    {"grey and alpha over white", 4, 1, 8, GREY_ALPHA, 0, NULL, 0, B("\0\x00\xff\x00\x00\x00\x80\x64\x33"),
        "\x00\xff\x7f\xe0"},
    {"colours and alpha over white", 2, 1, 8, RGBA, 0, NULL, 0, B("\0\xff\0\0\x80\0\0\0\0"), "\xa5\xff"},
    {"interlaced", 2, 2, 8, GREY, 1, NULL, 0, B("\0\x01\0\x02\0\x03\x04"), "\x01\x02\x03\x04"},
    {"a gamma that is not applied", 1, 1, 8, GREY, 0, B("gAMA\0\1\x86\xa0"), B("\0\x40"), "\x40"},
};

static void test_kind(void **state) {
  const kind *row = *state;
  block b;
  png_head(&b, row->width, row->height, row->depth, row->colour, row->interlaced);
  if (row->extra != NULL) put_chunk(&b, row->extra, row->extra + 4, row->extra_size - 4);
  assert_picture(png_tail(&b, row->lines, row->size), row->height, row->width, row->grey);
}

static void test_round_trip(void **state) {
  (void)state;
  static const size_t shapes[][2] = {{1, 1}, {28, 28}, {3, 200}, {200, 3}};
  for (size_t i = 0; i < 4; i++) {
    dnp_arrays all = {0};
    dnp_array *array = add_filled(&all, "", DENPA_DTYPE_UINT8, 2, shapes[i]);
    OK(dnp_png_write(in_folder("trip.png"), array, err));
    assert_picture(in_folder("trip.png"), shapes[i][0], shapes[i][1], array->values);
    dnp_arrays_free(&all);
  }
}

/* zlib and nothing of libpng: the file that we write unpacks to our rows. */
static void test_witness(void **state) {
  (void)state;
  if (access(PYTHON, X_OK) != 0) skip();
  dnp_arrays all = {0};
  dnp_array *array = add_filled(&all, "", DENPA_DTYPE_UINT8, 2, (const size_t[]){28, 30});
  OK(dnp_png_write(in_folder("ours.png"), array, err));
  put_file("ours.raw", array->values, 28 * 30);
  dnp_arrays_free(&all);
  python("import struct, zlib\n"
         "b = open('ours.png', 'rb').read()\n"
         "assert b[:8] == b'\\x89PNG\\r\\n\\x1a\\n'\n"
         "at, kinds, data = 8, [], b''\n"
         "while at < len(b):\n"
         "  n, kind = struct.unpack('>I4s', b[at:at + 8]); body = b[at + 8:at + 8 + n]\n"
         "  assert zlib.crc32(kind + body) == struct.unpack('>I', b[at + 8 + n:at + 12 + n])[0]\n"
         "  if kind == b'IHDR': assert struct.unpack('>IIBBBBB', body) == (30, 28, 8, 0, 0, 0, 0)\n"
         "  if kind == b'IDAT': data += body\n"
         "  kinds.append(kind); at += 12 + n\n"
         "assert kinds[0] == b'IHDR' and kinds[-1] == b'IEND' and set(kinds) == {b'IHDR', b'IDAT', b'IEND'}, kinds\n"
         "lines, rows, above = zlib.decompress(data), b'', bytes(30)\n"
         "for y in range(28):\n"
         "  kind, line = lines[31 * y], bytearray(lines[31 * y + 1:31 * y + 31])\n"
         "  for x in range(30):\n"
         "    a, u, c = (line[x - 1] if x else 0), above[x], (above[x - 1] if x else 0)\n"
         "    p = a + u - c\n"
         "    paeth = min((abs(p - a), 0, a), (abs(p - u), 1, u), (abs(p - c), 2, c))[2]\n"
         "    line[x] = (line[x] + (0, a, u, (a + u) // 2, paeth)[kind]) % 256\n"
         "  above = bytes(line); rows += above\n"
         "assert rows == open('ours.raw', 'rb').read() and len(lines) == 31 * 28\n");
}

static void test_not_writable(void **state) {
  (void)state;
  dnp_arrays all = {0};
  denpa_error why = {0};
  assert_int_equal(
      dnp_png_write(in_folder("no.png"), add_filled(&all, "", DENPA_DTYPE_FLOAT32, 2, (const size_t[]){2, 2}), &why),
      DENPA_ERROR_ARGUMENT);
  assert_int_equal(
      dnp_png_write(in_folder("no.png"), add_filled(&all, "", DENPA_DTYPE_UINT8, 1, (const size_t[]){2}), &why),
      DENPA_ERROR_ARGUMENT);
  assert_int_equal(
      dnp_png_write(in_folder("no.png"), add_filled(&all, "", DENPA_DTYPE_UINT8, 2, (const size_t[]){0, 2}), &why),
      DENPA_ERROR_ARGUMENT);
  assert_int_equal(
      dnp_png_write(in_folder("no.png"), add_filled(&all, "", DENPA_DTYPE_UINT8, 2, (const size_t[]){1, 20000}), &why),
      DENPA_ERROR_ARGUMENT);
  assert_int_equal(access(in_folder("no.png"), F_OK), -1);
  dnp_arrays_free(&all);
}

/* Writing starves as reading does: nothing is left of a file that could not be made. */
static void test_write_starved(void **state) {
  (void)state;
  dnp_arrays all = {0};
  dnp_array *array = add_filled(&all, "", DENPA_DTYPE_UINT8, 2, (const size_t[]){28, 28});
  denpa_status status = DENPA_ERROR_MEMORY;
  for (size_t n = 1; status != DENPA_OK; n++) {
    assert_int_equal(access(in_folder("starved.png"), F_OK), -1);
    dnp_alloc_fail_at(n);
    status = dnp_png_write(in_folder("starved.png"), array, NULL);
    dnp_alloc_fail_at(0);
    assert_true(status == DENPA_OK || status == DENPA_ERROR_MEMORY);
    assert_true(n < 100);
  }
  dnp_arrays_free(&all);
}

/* ---- PGM -------------------------------------------------------------------------------------- */

static void test_pgm(void **state) {
  (void)state;
  assert_picture(put_file("a.pgm", B("P5 3 2 255\n\x00\x7f\xff\x01\x02\xfe")), 2, 3, "\x00\x7f\xff\x01\x02\xfe");
  assert_picture(put_file("a.pgm", B("P5\n# made by hand\n3 # wide\n2\n255\n\x00\x7f\xff\x01\x02\xfe")), 2, 3,
      "\x00\x7f\xff\x01\x02\xfe");
  assert_picture(put_file("a.pgm", B("P5 1 1 255\n#")), 1, 1, "#");
  assert_picture(put_file("a.pgm", B("P5 2 1 65535\n\x80\x80\xff\xff")), 1, 2, "\x80\xff");
  assert_picture(put_file("a.pgm", B("P5 3 1 1000\n\0\0\x01\xf4\x03\xe8")), 1, 3, "\x00\x80\xff");
  assert_picture(put_file("a.pgm", B("P5 2 1 1\n\0\1")), 1, 2, "\x00\xff");
  assert_picture(put_file("a.pgm", B("P2\n3 2\n15\n0 5 15\n# halfway\n1 2 14\n")), 2, 3, "\x00\x55\xff\x11\x22\xee");
  assert_picture(put_file("a.pgm", B("P2 1 1 65535 32896")), 1, 1, "\x80");
}

/* ---- bad files -------------------------------------------------------------------------------- */

typedef struct bad {
  const char *name, *data;
  size_t size;
  const char *fragment;
} bad;

static const bad bads[] = {
    {"neither PNG nor PGM", B("GIF89a and so on"), "this is a GIF picture, not a PNG"},
    {"PBM (P4)", B("P4 1 1\n\x80"), "this is a PNM picture (.pgm, .ppm), not a PNG"},
    {"PPM cut short", B("P6 1 1 255\nab"), "cut short"},
    {"PPM with more behind it", B("P6 1 1 255\nabcd"), "1 byte follows the picture"},
    {"one byte", B("P"), "this is a text or a table, not a PNG"},
    {"PNG: signature only", B("\x89PNG\r\n\x1a\n"), "damaged near byte 8: the file is cut short"},
    {"PNG: signature cut short", B("\x89PNG\r\n"), "not a PNG, PGM or PPM picture"},
    {"PGM: no width", B("P5 "), "the width is missing at byte 3"},
    {"PGM: no height", B("P5 3 "), "the height is missing at byte 5"},
    {"PGM: no largest value", B("P5 3 2"), "the largest grey value is missing"},
    {"PGM: a comment without end", B("P5 3 2 # and"), "the largest grey value is missing"},
    {"PGM: width that is text", B("P5 x 2 255\n"), "the width is missing at byte 3"},
    {"PGM: width with a point", B("P5 3.0 2 255\n"), "the width at byte 3 is not a number"},
    {"PGM: negative height", B("P5 3 -2 255\n"), "the height is missing at byte 5"},
    {"PGM: width 0", B("P5 0 2 255\n"), "0 x 2 pixels; 1 to 4096"},
    {"PGM: width 4097", B("P5 4097 1 255\n"), "the width at byte 3 is larger than 4096"},
    {"PGM: height of twenty digits", B("P5 1 99999999999999999999 255\n"), "the height at byte 5 is larger than 4096"},
    {"PGM: largest size without data", B("P5 4096 4096 255\n"), "4096 x 4096 pixels need 16777216 bytes"},
    {"PGM: plain, largest size without data", B("P2 4096 4096 255\n"), "need 33554431 bytes"},
    {"PGM: largest value 0", B("P5 1 1 0\nx"), "largest grey value is 0"},
    {"PGM: largest value 65536", B("P5 1 1 65536\nxx"), "the largest grey value at byte 7 is larger than 65535"},
    {"PGM: one byte short", B("P5 3 2 255\n12345"), "3 x 2 pixels need 6 bytes after byte 11, but the file has 5"},
    {"PGM: one byte too many", B("P5 3 2 255\n1234567"), "1 byte follows the picture, from byte 17"},
    {"PGM: a value beyond the largest", B("P5 2 1 100\n\x10\x65"),
        "before byte 13 is 101, but the largest should be 100"},
    {"PGM: 16 bits cut in the middle", B("P5 2 1 256\n\0\1\0"), "need 4 bytes after byte 11, but the file has 3"},
    {"PGM: plain, one value short", B("P2 3 1 255\n10 20 "), "the grey value is missing at byte 17"},
    {"PGM: plain, a value beyond the largest", B("P2 1 1 100\n101"), "the grey value at byte 11 is larger than 100"},
    {"PGM: plain, a value that is text", B("P2 2 1 100\n1x 2"), "the grey value at byte 11 is not a number"},
    {"PGM: plain, a value too many", B("P2 1 1 100\n1 2"), "1 byte follows the picture, from byte 13"},
};

static void test_bad(void **state) {
  const bad *row = *state;
  assert_refused(read_picture, put_file("bad", row->data, row->size), DENPA_ERROR_FORMAT, row->fragment);
}

/* A good 2x2 PNG with one change. Places: 8 IHDR's length, 16 width, 20 height, 24 depth, 25 colour, 29 its check sum,
 * 33 IDAT. */
typedef struct damage {
  const char *name;
  size_t at;
  const char *bytes;
  size_t size, keep; /* keep: bytes that stay (0: all) */
  int mend;          /* the header's check sum is made good again */
  const char *fragment;
} damage;

static const damage damages[] = {
    {"PNG: header's check sum", 29, B("\0\0\0\0"), 0, 0, "the checksum is wrong"},
    {"PNG: data's check sum", 56, B("\x99"), 0, 0, "the checksum is wrong"},
    {"PNG: width 0", 16, B("\0\0\0\0"), 0, 1, "the PNG is damaged"},
    {"PNG: width 4097", 16, B("\0\0\x10\x01"), 0, 1, "larger than it may be"},
    {"PNG: 2^31-1 by 2^31-1", 16, B("\x7f\xff\xff\xff\x7f\xff\xff\xff"), 0, 1, "the PNG is damaged"},
    {"PNG: 4096 by 4096 in a small file", 16, B("\0\0\x10\0\0\0\x10\0"), 0, 1, "cannot hold 4096 x 4096 pixels"},
    {"PNG: depth 3", 24, B("\3"), 0, 1, "the PNG is damaged"},
    {"PNG: colour type 5", 25, B("\5"), 0, 1, "the PNG is damaged"},
    {"PNG: interlacing 2", 28, B("\2"), 0, 1, "the PNG is damaged"},
    {"PNG: a header of 2 GiB", 8, B("\x7f\xff\xff\xff"), 0, 0, "the PNG is damaged"},
    {"PNG: no header", 12, B("XXXX"), 0, 0, "the PNG is damaged"},
    {"PNG: unknown critical chunk", 37, B("XDAT"), 0, 0, "the PNG is damaged"},
    {"PNG: cut in the header", 0, "", 0, 20, 0, "the file is cut short"},
    {"PNG: cut after the header", 0, "", 0, 33, 0, "the file is cut short"},
    {"PNG: cut in the data", 0, "", 0, 46, 0, "the file is cut short"},
    {"PNG: cut before its end", 0, "", 0, 55, 0, "the file is cut short"},
    {"PNG: more rows than data", 20, B("\0\0\0\x05"), 0, 1, "the PNG is damaged"},
};

static void test_damage(void **state) {
  const damage *row = *state;
  block b;
  png_head(&b, 2, 2, 8, GREY, 0);
  png_tail(&b, "\0ab\0cd", 6);
  memcpy(b.data + row->at, row->bytes, row->size);
  if (row->mend) {
    block sum = {.size = 0};
    put_big(&sum, (uint32_t)crc32(0, b.data + 12, 17));
    memcpy(b.data + 29, sum.data, 4);
  }
  assert_refused(
      read_picture, put_file("bad.png", b.data, row->keep > 0 ? row->keep : b.size), DENPA_ERROR_FORMAT, row->fragment);
}

static void test_wrong_adler(void **state) { /* the chunk is whole, what is packed in it is not */
  (void)state;
  block b;
  unsigned char packed[64];
  uLongf length = sizeof packed;
  png_head(&b, 2, 2, 8, GREY, 0);
  assert_int_equal(compress(packed, &length, (const unsigned char *)"\0ab\0cd", 6), Z_OK);
  packed[3] ^= 0x40;
  put_chunk(&b, "IDAT", packed, length);
  put_chunk(&b, "IEND", "", 0);
  assert_refused(read_picture, put_file("bad.png", b.data, b.size), DENPA_ERROR_FORMAT, "the PNG is damaged");
}

static void test_no_palette(void **state) {
  (void)state;
  block b;
  png_head(&b, 2, 2, 8, PALETTE, 0);
  assert_refused(read_picture, png_tail(&b, "\0ab\0cd", 6), DENPA_ERROR_FORMAT, "the PNG is damaged");
}

static void test_text_check_sum(void **state) { /* of a chunk that nobody needs: the file is damaged all the same */
  (void)state;
  block b;
  png_head(&b, 2, 2, 8, GREY, 0);
  put_chunk(&b, "tEXt", B("Title\0a picture"));
  b.data[b.size - 1] ^= 1;
  assert_refused(read_picture, png_tail(&b, "\0ab\0cd", 6), DENPA_ERROR_FORMAT, "the checksum is wrong");
}

/* ---- attacks ---------------------------------------------------------------------------------- */

static void test_trouble(void **state) {
  (void)state;
  assert_file_trouble(read_picture);
}

static const char *small_png(void) {
  block b;
  png_head(&b, 3, 2, 8, RGBA, 1);
  put_chunk(&b, "tEXt", B("Title\0a picture"));
  return png_tail(&b, B("\0aaaa\0bbbb\0cccc\0ddddeeeeffff"));
}

static void test_mutants(void **state) {
  (void)state;
  mutate(read_picture, small_png(), 9);
  assert_true(mutate(read_picture, put_file("good.pgm", B("P5 3 2 255\n\x00\x7f\xff\x01\x02\xfe")), 10) > 0);
  assert_true(mutate(read_picture, put_file("good.pgm", B("P2\n3 2\n15\n0 5 15\n# halfway\n1 2 14\n")), 11) > 0);
}

static void test_starved(void **state) {
  (void)state;
  starve(read_picture, small_png());
  starve(read_picture, put_file("good.pgm", B("P5 3 2 255\n\x00\x7f\xff\x01\x02\xfe")));
}

/* ---- colours ---------------------------------------------------------------------------------- */

static void ppm_in_colour_and_grey(void **state) {
  (void)state;
  const char *plain = put_file("plain.ppm", B("P3 # a comment\n2 1 255 1 2 3 200 100 50"));
  assert_planes(plain, 1, 2, "\1\310\2\144\3\62");
  assert_picture(plain, 1, 2, "\2\174"); /* 0.299 r + 0.587 g + 0.114 b: 1.815, 124.2 */
  const char *raw = put_file("raw.ppm", B("P6 2 1 255\n\1\2\3\310\144\62"));
  assert_planes(raw, 1, 2, "\1\310\2\144\3\62");
  const char *wide = put_file("wide.ppm", B("P6 1 1 65535\n\377\377\0\0\200\0"));
  assert_planes(wide, 1, 1, "\377\0\200");
  const char *grey = put_file("grey.pgm", B("P2 2 1 15 3 15"));
  assert_planes(grey, 1, 2, "\63\377\63\377\63\377");
}

static void png_in_colour(void **state) {
  (void)state;
  block b;
  png_head(&b, 2, 1, 8, RGBA, 0);
  /* what cannot be seen is white */
  assert_planes(png_tail(&b, B("\0"
                               "\1\2\3\377"
                               "\310\144\62\0")),
      1, 2, "\1\377\2\377\3\377");
  png_head(&b, 2, 1, 8, GREY, 0);
  assert_planes(png_tail(&b, B("\0"
                               "\7\11")),
      1, 2, "\7\11\7\11\7\11");
}

int main(void) {
  struct CMUnitTest tests[96] = {
      cmocka_unit_test(test_round_trip),
      cmocka_unit_test(test_witness),
      cmocka_unit_test(test_not_writable),
      cmocka_unit_test(test_write_starved),
      cmocka_unit_test(test_pgm),
      cmocka_unit_test(test_wrong_adler),
      cmocka_unit_test(test_no_palette),
      cmocka_unit_test(test_trouble),
      cmocka_unit_test(test_mutants),
      cmocka_unit_test(test_starved),
      cmocka_unit_test(test_text_check_sum),
      cmocka_unit_test(ppm_in_colour_and_grey),
      cmocka_unit_test(png_in_colour),
  };
  size_t used = 13;
  CASES(tests, used, kinds, test_kind);
  CASES(tests, used, bads, test_bad);
  CASES(tests, used, damages, test_damage);
  return _cmocka_run_group_tests("picture", tests, used, make_folder, remove_folder);
}
