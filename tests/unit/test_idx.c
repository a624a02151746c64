/* test_idx.c: IDX files, plain and gzipped; SHA-256 (src/file/idx.formats.c, sha256.formats.c). */
#include <assert.h>
#include <sys/resource.h>
#include <zlib.h>

#include "file/inflate.h"
#include "file_tools.h"

static denpa_status done_idx(const char *path, int axes, denpa_error *err) {
  dnp_array array;
  void *rows;
  denpa_status status = dnp_idx_read(path, axes, &array, &rows, err);
  if (status == DENPA_OK)
    touch(&array);
  else
    assert_true(array.values == NULL && rows == NULL);
  dnp_free(rows);
  return status;
}

static denpa_status read_idx(const char *path, denpa_error *err) { return done_idx(path, 0, err); }

static denpa_status read_images(const char *path, denpa_error *err) { return done_idx(path, 3, err); }

static void gzip_to(block *out, const void *data, size_t size) {
  z_stream z = {0};
  assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
  z.next_in = (unsigned char *)(uintptr_t)data;
  z.avail_in = (uInt)size;
  z.next_out = out->data + out->size;
  z.avail_out = (uInt)(sizeof out->data - out->size);
  assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
  out->size = sizeof out->data - z.avail_out;
  deflateEnd(&z);
}

static const unsigned char good[] = {
    0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255};

static void test_read(void **state) {
  (void)state;
  block packed = {.size = 0};
  gzip_to(&packed, good, sizeof good);
  const char *paths[] = {put_file("a.idx", good, sizeof good), put_file("b.idx.gz", packed.data, packed.size),
      put_file("c", packed.data, packed.size)};
  for (int i = 0; i < 3; i++) {
    dnp_array array;
    void *rows;
    OK(dnp_idx_read(paths[i], 3, &array, &rows, err));
    assert_int_equal(array.dtype, DENPA_DTYPE_UINT8);
    assert_int_equal(array.axes, 3);
    assert_int_equal(array.shape[0], 2);
    assert_int_equal(array.shape[1], 2);
    assert_int_equal(array.shape[2], 3);
    assert_memory_equal(array.values, good + 16, 12);
    dnp_free(rows);
  }
}

static void test_round_trip(void **state) {
  (void)state;
  static const size_t shape[5][4] = {{0}, {9}, {3, 5}, {2, 3, 4}, {2, 1, 3, 2}};
  for (int axes = 1; axes <= 4; axes++) {
    dnp_arrays all = {0};
    void *rows;
    dnp_array back, *array = add_filled(&all, "", DENPA_DTYPE_UINT8, axes, shape[axes]);
    OK(dnp_idx_write(in_folder("trip"), array, err));
    OK(dnp_idx_read(in_folder("trip"), axes, &back, &rows, err));
    assert_same_array(array, &back);
    dnp_free(rows);
    dnp_arrays_free(&all);
  }
}

static void test_not_writable(void **state) {
  (void)state;
  dnp_arrays all = {0};
  denpa_error err = {0};
  assert_int_equal(
      dnp_idx_write(in_folder("no"), add_filled(&all, "", DENPA_DTYPE_FLOAT32, 1, (const size_t[]){2}), &err),
      DENPA_ERROR_ARGUMENT);
  assert_int_equal(
      dnp_idx_write(in_folder("no"), add_filled(&all, "", DENPA_DTYPE_UINT8, 0, NULL), &err), DENPA_ERROR_ARGUMENT);
  assert_int_equal(access(in_folder("no"), F_OK), -1);
  dnp_arrays_free(&all);
}

/* ---- bad files -------------------------------------------------------------------------------- */

#define B(text) text, sizeof(text) - 1
#define HEAD "\0\0\x08\x03\0\0\0\x02\0\0\0\x02\0\0\0\x03"

typedef struct bad {
  const char *name, *data;
  size_t size;
  int zipped;
  denpa_status status;
  const char *fragment;
} bad;

static const bad bads[] = {
    {"one byte", B("\0"), 0, DENPA_ERROR_FORMAT, "ends at byte 1 inside its header; 3 more"},
    {"wrong magic", B("PK\x03\x04 and so on"), 0, DENPA_ERROR_FORMAT, "starts with 0x504b0304"},
    {"32-bit floats", B("\0\0\x0d\x01\0\0\0\x01\0\0\0\0"), 0, DENPA_ERROR_UNSUPPORTED, "type 0xd"},
    {"no axes", B("\0\0\x08\0"), 0, DENPA_ERROR_FORMAT, "0 axes"},
    {"five axes", B("\0\0\x08\x05\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\0\0\x01x"), 0, DENPA_ERROR_FORMAT,
        "5 axes; an IDX file here has 1 to 4"},
    {"cut in the header", B("\0\0\x08\x03\0\0\0\x02\0\0"), 0, DENPA_ERROR_FORMAT, "ends at byte 10 inside its header"},
    {"cut at the header's end", B(HEAD), 0, DENPA_ERROR_FORMAT, "promises the shape (2, 2, 3)"},
    {"cut in the data", B(HEAD "abcdefghijk"), 0, DENPA_ERROR_FORMAT, "promises the shape (2, 2, 3)"},
    {"one byte too many", B(HEAD "abcdefghijklm"), 0, DENPA_ERROR_FORMAT,
        "1 byte follows the end of the data, from byte 28"},
    {"sizes whose product overflows",
        B("\0\0\x08\x04\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xffx"), 0, DENPA_ERROR_FORMAT,
        "(4294967295, 4294967295, 4294967295, 4294967295)"},
    {"labels where images belong", B("\0\0\x08\x01\0\0\0\x02\x05\x07"), 2, DENPA_ERROR_FORMAT,
        "1 axis where 3 are expected"},
    {"zipped: cut in the header", B("\0\0\x08\x03\0\0"), 1, DENPA_ERROR_FORMAT, "ends at byte 6 inside its header"},
    {"zipped: cut in the data", B(HEAD "abcdefghijk"), 1, DENPA_ERROR_FORMAT,
        "ends at byte 27 inside its data; 1 more"},
    {"zipped: one byte too many", B(HEAD "abcdefghijklm"), 1, DENPA_ERROR_FORMAT,
        "more than the 28 bytes that its header promises"},
    {"zipped: a promise beyond deflate's reach", B("\0\0\x08\x03\0\0\xff\xff\0\0\xff\xff\0\0\0\x03x"), 1,
        DENPA_ERROR_FORMAT, "more than a file of"},
    {"zipped: nothing inside", B(""), 1, DENPA_ERROR_FORMAT, "ends at byte 0 inside its header"},
};

static void test_bad(void **state) {
  const bad *row = *state;
  block packed = {.size = 0};
  gzip_to(&packed, row->data, row->size);
  const char *path = row->zipped == 1 ? put_file("bad", packed.data, packed.size)
                                      : put_file("bad", row->data, row->size);
  assert_refused(row->zipped == 2 ? read_images : read_idx, path, row->status, row->fragment);
}

/* The zipped file itself is damaged. */
typedef struct damage {
  const char *name;
  int at, cut, add; /* byte to change (from the end if negative), bytes to cut off, bytes to add */
  const char *fragment;
} damage;

static const damage damages[] = {
    {"gzip: bad check sum", -8, 0, 0, "the checksum is wrong"},
    {"gzip: bad length", -1, 0, 0, "the length is wrong"},
    {"gzip: unknown method", 2, 0, 0, "damaged near byte"},
    {"gzip: cut in its header", 0, -5, 0, "compressed data ends too early"},
    {"gzip: cut in its data", 0, 20, 0, "compressed data ends too early"},
    {"gzip: cut in its trailer", 0, 3, 0, "compressed data ends too early"},
    {"gzip: bytes after its end", 0, 0, 4, "4 bytes follow the end of the data"},
};

static void test_damage(void **state) {
  const damage *row = *state;
  block packed = {.size = 0};
  gzip_to(&packed, good, sizeof good);
  if (row->at != 0) packed.data[row->at > 0 ? (size_t)row->at : packed.size - (size_t)-row->at] ^= 0x55;
  packed.size = row->cut < 0 ? (size_t)-row->cut : packed.size - (size_t)row->cut + (size_t)row->add;
  assert_refused(read_idx, put_file("damaged.gz", packed.data, packed.size), DENPA_ERROR_FORMAT, row->fragment);
}

/* At one go: one whole stream into just its bytes, or nothing. */
static void test_whole(void **state) {
  (void)state;
  block packed = {.size = 0};
  unsigned char out[sizeof good + 1];
  gzip_to(&packed, good, sizeof good);
  assert_true(dnp_inflate_whole(packed.data, packed.size, out, sizeof good));
  assert_memory_equal(out, good, sizeof good);
  assert_false(dnp_inflate_whole(packed.data, packed.size, out, sizeof good - 1));
  assert_false(dnp_inflate_whole(packed.data, packed.size, out, sizeof good + 1));
  assert_false(dnp_inflate_whole(packed.data, packed.size + 1, out, sizeof good));
  for (size_t size = 0; size < packed.size; size++)
    assert_false(dnp_inflate_whole(packed.data, size, out, sizeof good));
  packed.data[packed.size - 8] ^= 1; /* the check sum */
  assert_false(dnp_inflate_whole(packed.data, packed.size, out, sizeof good));
}

static double processor_seconds(const struct rusage *used) {
  return (double)(used->ru_utime.tv_sec + used->ru_stime.tv_sec) +
         1e-6 * (double)(used->ru_utime.tv_usec + used->ru_stime.tv_usec);
}

/* 1 GB of zeros in 1 MB: behind a small header it must be noticed at once, without unpacking it. */
static void test_bomb(void **state) {
  (void)state;
  static unsigned char zeros[1 << 20], out[1 << 16];
  const char *path = in_folder("bomb.gz");
  FILE *file = fopen(path, "wb");
  z_stream z = {0};
  assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
  for (int i = 0; i <= 1024; i++) {
    z.next_in = i == 0 ? (unsigned char *)(uintptr_t)good : zeros;
    z.avail_in = i == 0 ? sizeof good : sizeof zeros;
    do {
      z.next_out = out;
      z.avail_out = sizeof out;
      deflate(&z, i == 1024 ? Z_FINISH : Z_NO_FLUSH);
      fwrite(out, 1, sizeof out - z.avail_out, file);
    } while (z.avail_out == 0);
  }
  deflateEnd(&z);
  fclose(file);
  struct rusage before, after;
  getrusage(RUSAGE_SELF, &before);
  assert_refused(read_idx, path, DENPA_ERROR_FORMAT, "more than the 28 bytes");
  getrusage(RUSAGE_SELF, &after);
  assert_true(after.ru_maxrss - before.ru_maxrss < 32 << 10); /* KiB */
  assert_true(processor_seconds(&after) - processor_seconds(&before) < 1.5);
}

static void test_trouble(void **state) {
  (void)state;
  assert_file_trouble(read_idx);
}

static void test_mutants(void **state) {
  (void)state;
  block packed = {.size = 0};
  gzip_to(&packed, good, sizeof good);
  assert_true(mutate(read_idx, put_file("plain", good, sizeof good), 1) > 0); /* a pixel is a pixel */
  mutate(read_idx, put_file("packed", packed.data, packed.size), 2);
}

static void test_starved(void **state) {
  (void)state;
  block packed = {.size = 0};
  gzip_to(&packed, good, sizeof good);
  starve(read_idx, put_file("starved", packed.data, packed.size));
}

/* ---- SHA-256: the examples of FIPS 180-2 ------------------------------------------------------- */

static void test_sha256(void **state) {
  (void)state;
  static const char *const example[][2] = {{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"}};
  for (int i = 0; i < 3; i++) {
    dnp_sha256 *sha;
    char digits[65];
    OK(dnp_sha256_open(&sha, err));
    for (const char *c = example[i][0]; *c != '\0'; c++) dnp_sha256_add(sha, c, 1);
    dnp_sha256_close(sha, digits);
    assert_string_equal(digits, example[i][1]);
  }
  dnp_sha256_close(NULL, NULL);
  dnp_sha256 *sha;
  OK(dnp_sha256_open(&sha, err));
  dnp_sha256_close(sha, NULL);
}

int main(void) {
  struct CMUnitTest tests[64] = {
      cmocka_unit_test(test_read),
      cmocka_unit_test(test_round_trip),
      cmocka_unit_test(test_not_writable),
      cmocka_unit_test(test_bomb),
      cmocka_unit_test(test_trouble),
      cmocka_unit_test(test_mutants),
      cmocka_unit_test(test_starved),
      cmocka_unit_test(test_sha256),
      cmocka_unit_test(test_whole),
  };
  size_t used = 9;
  CASES(tests, used, bads, test_bad);
  CASES(tests, used, damages, test_damage);
  return _cmocka_run_group_tests("idx", tests, used, make_folder, remove_folder);
}
