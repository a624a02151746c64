/* test_safetensors.c: the model file, with a reader and writer made from the specification in Python as a witness
 * (src/file/safetensors.formats.c, src/file/pairs.c, tests/witness/safetensors_witness.py). */
#include <assert.h>
#include <locale.h>

#include "file_tools.h"

static denpa_status read_safetensors(const char *path, denpa_error *err) {
  dnp_arrays arrays;
  dnp_pairs metadata;
  denpa_status status = dnp_safetensors_read(path, &arrays, &metadata, err);
  for (size_t i = 0; i < metadata.count; i++) assert_non_null(dnp_pairs_find(&metadata, metadata.item[i].key));
  if (status != DENPA_OK) assert_null(metadata.item);
  dnp_pairs_free(&metadata);
  return done_arrays(status, &arrays);
}

static void fill_metadata(dnp_pairs *pairs) {
  static const char *const text[][2] = {{"net", "784-50-10"}, {"a first", "z"},
      {"\xe4\xbd\x9c\xe8\x80\x85", "\xe4\xbc\x9d\xe6\x92\xad \"quoted\" \\ / \n\t\x01"}, {"empty", ""}, {"", "no key"}};
  for (size_t i = 0; i < sizeof text / sizeof *text; i++) OK(dnp_pairs_add(pairs, text[i][0], text[i][1], err));
}

static void test_pairs(void **state) {
  (void)state;
  dnp_pairs pairs = {0};
  assert_null(dnp_pairs_find(&pairs, "net"));
  fill_metadata(&pairs);
  assert_int_equal(pairs.count, 5);
  assert_string_equal(dnp_pairs_find(&pairs, "net"), "784-50-10");
  assert_string_equal(dnp_pairs_find(&pairs, ""), "no key");
  assert_null(dnp_pairs_find(&pairs, "ne"));
  /* a failed addition leaves the list as it was (the fifth place needs no more room) */
  for (size_t n = 1; n <= 3; n++) {
    dnp_alloc_fail_at(n);
    denpa_status status = dnp_pairs_add(&pairs, "sixth", "6", NULL);
    dnp_alloc_fail_at(0);
    assert_int_equal(status, n < 3 ? DENPA_ERROR_MEMORY : DENPA_OK);
    assert_int_equal(pairs.count, n < 3 ? 5 : 6);
  }
  dnp_pairs_free(&pairs);
  assert_int_equal(pairs.count, 0);
}

static void test_round_trip(void **state) {
  (void)state;
  dnp_arrays all = {0}, back;
  dnp_pairs metadata = {0}, back_metadata;
  fill_all(&all);
  fill_metadata(&metadata);
  OK(dnp_safetensors_write(in_folder("trip"), all.item, all.count, &metadata, err));
  OK(dnp_safetensors_read(in_folder("trip"), &back, &back_metadata, err));
  assert_int_equal(back.count, all.count);
  for (size_t i = 0; i < all.count; i++) assert_same_array(&all.item[i], &back.item[i]);
  assert_int_equal(back_metadata.count, metadata.count);
  for (size_t i = 0; i < metadata.count; i++) {
    assert_string_equal(back_metadata.item[i].key, metadata.item[i].key);
    assert_string_equal(back_metadata.item[i].value, metadata.item[i].value);
  }
  dnp_arrays_free(&back);
  dnp_pairs_free(&back_metadata);
  OK(dnp_safetensors_read(in_folder("trip"), &back, NULL, err)); /* the metadata may not be wanted */
  dnp_arrays_free(&back);
  OK(dnp_safetensors_write(in_folder("bare"), all.item, 0, NULL, err));
  OK(dnp_safetensors_read(in_folder("bare"), &back, &back_metadata, err));
  assert_int_equal(back.count, 0);
  assert_int_equal(back_metadata.count, 0);
  dnp_arrays_free(&all);
  dnp_pairs_free(&metadata);
}

/* The bytes themselves, in any locale. */
static void test_bytes(void **state) {
  (void)state;
  setlocale(LC_ALL, "de_DE.UTF-8");
  dnp_arrays all = {0};
  dnp_pairs metadata = {0};
  OK(dnp_arrays_add(&all, "W1", DENPA_DTYPE_FLOAT32, 2, (const size_t[]){1, 2}, NULL, err));
  OK(dnp_arrays_add(&all, "n", DENPA_DTYPE_UINT8, 0, NULL, NULL, err));
  memcpy(all.item[0].values, (const float[]){1, -2}, 8);
  memcpy(all.item[1].values, "*", 1);
  OK(dnp_pairs_add(&metadata, "net", "2-1", err));
  OK(dnp_safetensors_write(in_folder("bytes"), all.item, 2, &metadata, err));
  setlocale(LC_ALL, "C");
  static const char header[] = "{\"__metadata__\":{\"net\":\"2-1\"},\"W1\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_"
                               "offsets\":[0,8]},\"n\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[8,9]}}";
  size_t size, padded = (sizeof header - 1 + 7) / 8 * 8;
  unsigned char *data = get_file(in_folder("bytes"), &size);
  assert_int_equal(size, 8 + padded + 9);
  assert_int_equal(data[0], padded);
  assert_memory_equal(data + 1, "\0\0\0\0\0\0\0", 7);
  assert_memory_equal(data + 8, header, sizeof header - 1);
  for (size_t i = sizeof header - 1; i < padded; i++) assert_int_equal(data[8 + i], ' ');
  assert_memory_equal(data + 8 + padded, "\0\0\x80\x3f\0\0\0\xc0*", 9);
  free(data);
  dnp_pairs_free(&metadata);
  dnp_arrays_free(&all);
}

static void test_not_writable(void **state) {
  (void)state;
  dnp_arrays all = {0};
  dnp_pairs metadata = {0};
  denpa_error why = {0};
  add_filled(&all, "W1", DENPA_DTYPE_FLOAT32, 0, NULL);
  add_filled(&all, "W1", DENPA_DTYPE_FLOAT32, 0, NULL);
  assert_int_equal(dnp_safetensors_write(in_folder("no"), all.item, 2, NULL, &why), DENPA_ERROR_ARGUMENT);
  strcpy(all.item[1].name, "__metadata__");
  assert_int_equal(dnp_safetensors_write(in_folder("no"), all.item, 2, NULL, &why), DENPA_ERROR_ARGUMENT);
  strcpy(all.item[1].name, "\xff");
  assert_int_equal(dnp_safetensors_write(in_folder("no"), all.item, 2, NULL, &why), DENPA_ERROR_ARGUMENT);
  OK(dnp_pairs_add(&metadata, "k", "v", err));
  OK(dnp_pairs_add(&metadata, "k", "w", err));
  assert_int_equal(dnp_safetensors_write(in_folder("no"), all.item, 1, &metadata, &why), DENPA_ERROR_ARGUMENT);
  strcpy(metadata.item[1].key, "\xff");
  assert_int_equal(dnp_safetensors_write(in_folder("no"), all.item, 1, &metadata, &why), DENPA_ERROR_ARGUMENT);
  assert_int_equal(access(in_folder("no"), F_OK), -1);
  dnp_pairs_free(&metadata);
  dnp_arrays_free(&all);
}

/* ---- the witness ------------------------------------------------------------------------------ */

static void witness(const char *verb, const char *file) {
  char command[1024];
  if (access(PYTHON, X_OK) != 0) skip();
  snprintf(command, sizeof command, PYTHON " -B '" DNP_TESTS "/witness/safetensors_witness.py' %s '%s' > '%s'", verb,
      file, in_folder("witness.out"));
  assert_int_equal(system(command), 0);
}

static void test_witness_reads(void **state) {
  (void)state;
  dnp_arrays all = {0};
  dnp_pairs metadata = {0};
  fill_all(&all);
  OK(dnp_pairs_add(&metadata, "net", "784-50-10", err));
  OK(dnp_pairs_add(&metadata, "also", "\xe4\xbc\x9d\xe6\x92\xad", err));
  OK(dnp_safetensors_write(in_folder("ours"), all.item, all.count, &metadata, err));
  witness("read", in_folder("ours"));
  FILE *said = fopen(in_folder("witness.out"), "r");
  char line[4096], expected[4096];
  assert_non_null(fgets(line, sizeof line, said));
  assert_string_equal(line, "meta \"net\" \"784-50-10\"\n");
  assert_non_null(fgets(line, sizeof line, said));
  assert_string_equal(line, "meta \"also\" \"\\u4f1d\\u64ad\"\n");
  static const char *const dtype[] = {[DENPA_DTYPE_FLOAT32] = "F32",
      [DENPA_DTYPE_FLOAT64] = "F64",
      [DENPA_DTYPE_UINT8] = "U8",
      [DENPA_DTYPE_INT32] = "I32",
      [DENPA_DTYPE_INT64] = "I64"};
  for (size_t i = 0; i < all.count; i++) {
    const dnp_array *a = &all.item[i];
    size_t size = dnp_array_count(a) * dnp_dtype_size(a->dtype),
           used = (size_t)snprintf(expected, sizeof expected, "tensor %s %s ", a->name, dtype[a->dtype]);
    for (int k = 0; k < a->axes; k++)
      used += (size_t)snprintf(expected + used, sizeof expected - used, "%s%zu", k > 0 ? "," : "", a->shape[k]);
    used += (size_t)snprintf(expected + used, sizeof expected - used, a->axes == 0 ? "- " : " ");
    for (size_t k = 0; k < size; k++)
      used += (size_t)snprintf(expected + used, sizeof expected - used, "%02x", ((unsigned char *)a->values)[k]);
    snprintf(expected + used, sizeof expected - used, size == 0 ? "-\n" : "\n");
    assert_non_null(fgets(line, sizeof line, said));
    assert_string_equal(line, expected);
  }
  assert_null(fgets(line, sizeof line, said));
  fclose(said);
  dnp_pairs_free(&metadata);
  dnp_arrays_free(&all);
}

static void test_witness_writes(void **state) {
  (void)state;
  witness("write", in_folder("theirs"));
  dnp_arrays all;
  dnp_pairs metadata;
  OK(dnp_safetensors_read(in_folder("theirs"), &all, &metadata, err));
  static const char *const names[] = {"W1", "b1", "pixels", "n", "big", "none"};
  assert_int_equal(all.count, 6);
  for (int i = 0; i < 6; i++) assert_non_null(dnp_arrays_find(&all, names[i]));
  /* in the order of the data ("none" takes no place) */
  for (int i = 0; i < 5; i++) assert_string_equal(all.item[i].name, names[i]);
  assert_memory_equal(all.item[0].values, ((const float[]){1, -2, 0.5f, 3.25f, -0.0f, 1e-40f}), 24);
  assert_int_equal(all.item[0].shape[0], 2);
  assert_int_equal(all.item[0].shape[1], 3);
  assert_memory_equal(all.item[1].values, ((const double[]){0.1, -1e300}), 16);
  assert_memory_equal(all.item[2].values, "\0\x7f\x80\xff", 4);
  assert_int_equal(all.item[3].axes, 0);
  assert_int_equal(*(int32_t *)all.item[3].values, -7);
  assert_memory_equal(all.item[4].values, ((const int64_t[]){INT64_MIN, (int64_t)1 << 62}), 16);
  assert_string_equal(dnp_pairs_find(&metadata, "net"), "784-50-10");
  assert_string_equal(dnp_pairs_find(&metadata, "\xe4\xbd\x9c\xe8\x80\x85"), "\xe4\xbc\x9d\xe6\x92\xad \"quoted\"\n");
  dnp_pairs_free(&metadata);
  dnp_arrays_free(&all);
}

/* ---- bad files -------------------------------------------------------------------------------- */

/* A file with this header and so many bytes of data; length 0 means the header's own. */
typedef struct bad {
  const char *name, *header;
  size_t data;
  uint64_t length;
  denpa_status status;
  const char *fragment;
} bad;

#define T(name, dtype, shape, offsets) \
  "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":" offsets "}"
#define ONE(dtype, shape, offsets) "{" T("W", dtype, shape, offsets) "}"

static const bad bads[] = {
    {"no brace", "[1,2]", 0, 0, DENPA_ERROR_FORMAT, "opening brace at byte 8"},
    {"header of spaces", "        ", 0, 0, DENPA_ERROR_FORMAT, "opening brace at byte 8"},
    {"header longer than the file", "{}", 6, 9, DENPA_ERROR_FORMAT,
        "should have 9 bytes, but the file has only 8 more"},
    {"header beyond the limit", "{}", 6, 100000001, DENPA_ERROR_FORMAT, "should have 100000001 bytes"},
    {"header length of 2^64-1", "{}", 6, UINT64_MAX, DENPA_ERROR_FORMAT, "should have 18446744073709551615 bytes"},
    {"header cut short", "{\"W\":{\"dtype\":\"F32\"", 0, 0, DENPA_ERROR_FORMAT, "not valid JSON near byte"},
    {"header length too small", ONE("F32", "[1]", "[0,4]"), 4, 20, DENPA_ERROR_FORMAT, "not valid JSON near byte"},
    {"something after the header's object", "{} x", 0, 0, DENPA_ERROR_FORMAT, "not valid JSON"},
    {"name twice", "{" T("W", "F32", "[1]", "[0,4]") "," T("W", "F32", "[1]", "[4,8]") "}", 8, 0, DENPA_ERROR_FORMAT,
        "one name is there twice"},
    {"dtype twice", "{\"W\":{\"dtype\":\"F32\",\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, 0,
        DENPA_ERROR_FORMAT, "one name is there twice"},
    {"metadata twice", "{\"__metadata__\":{},\"__metadata__\":{}}", 0, 0, DENPA_ERROR_FORMAT,
        "one name is there twice"},
    {"metadata key twice", "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0, 0, DENPA_ERROR_FORMAT,
        "one name is there twice"},
    {"metadata that is a list", "{\"__metadata__\":[]}", 0, 0, DENPA_ERROR_FORMAT,
        "__metadata__ of the header is not a list of texts"},
    {"metadata that is a number", "{\"__metadata__\":{\"step\":5}}", 0, 0, DENPA_ERROR_FORMAT,
        "metadata 'step' is not a text"},
    {"nested metadata", "{\"__metadata__\":{\"a\":{\"b\":\"c\"}}}", 0, 0, DENPA_ERROR_FORMAT,
        "metadata 'a' is not a text"},
    {"name that is not UTF-8", "{\"\xff\":{}}", 0, 0, DENPA_ERROR_FORMAT, "not valid JSON"},
    {"name with an overlong character", "{\"\xc0\x80\":{}}", 0, 0, DENPA_ERROR_FORMAT, "not valid JSON"},
    {"name with a zero", "{\"a\\u0000b\":{}}", 0, 0, DENPA_ERROR_FORMAT, "not valid JSON"},
    {"metadata with a zero", "{\"__metadata__\":{\"a\":\"\\u0000\"}}", 0, 0, DENPA_ERROR_FORMAT, "not valid JSON"},
    {"name too long",
        "{" T("0123456789012345678901234567890123456789012345678901234567890123", "U8", "[1]", "[0,1]") "}", 1, 0,
        DENPA_ERROR_UNSUPPORTED, "longer than 63 bytes"},
    {"entry that is a number", "{\"W\":5}", 0, 0, DENPA_ERROR_FORMAT, "entry for 'W' is not made of"},
    {"entry with one key more", "{\"W\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"code\":\"x\"}}", 4, 0,
        DENPA_ERROR_FORMAT, "entry for 'W' is not made of"},
    {"entry without dtype", "{\"W\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, 0, DENPA_ERROR_FORMAT,
        "no dtype for 'W'"},
    {"entry without shape", "{\"W\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, 0, DENPA_ERROR_FORMAT,
        "no shape for 'W'"},
    {"entry without offsets", "{\"W\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, 0, DENPA_ERROR_FORMAT,
        "data_offsets of 'W' are not two"},
    {"dtype that is a number", "{\"W\":{\"dtype\":32,\"shape\":[1],\"data_offsets\":[0,4]}}", 4, 0, DENPA_ERROR_FORMAT,
        "no dtype for 'W'"},
    {"dtype of half precision", ONE("BF16", "[1]", "[0,2]"), 2, 0, DENPA_ERROR_UNSUPPORTED, "'W' has the dtype BF16"},
    {"shape that is a number", ONE("F32", "1", "[0,4]"), 4, 0, DENPA_ERROR_FORMAT, "no shape for 'W'"},
    {"five axes", ONE("F32", "[1,1,1,1,1]", "[0,4]"), 4, 0, DENPA_ERROR_UNSUPPORTED, "'W' has 5 axes; at most 4"},
    {"negative axis", ONE("F32", "[-1]", "[0,4]"), 4, 0, DENPA_ERROR_FORMAT, "axis 0 of 'W' is not a whole number"},
    {"two negative axes", ONE("F32", "[-1,-1]", "[0,4]"), 4, 0, DENPA_ERROR_FORMAT,
        "axis 0 of 'W' is not a whole number"},
    {"real axis", ONE("F32", "[1,1.0]", "[0,4]"), 4, 0, DENPA_ERROR_FORMAT, "axis 1 of 'W' is not a whole number"},
    {"axis of 2^63", ONE("F32", "[9223372036854775808]", "[0,4]"), 4, 0, DENPA_ERROR_FORMAT, "not valid JSON"},
    {"shape whose product overflows", ONE("F32", "[4294967296,4294967296]", "[0,0]"), 0, 0, DENPA_ERROR_FORMAT,
        "shape (4294967296, 4294967296) of 'W' is larger"},
    {"shape whose bytes overflow", ONE("F32", "[4611686018427387904]", "[0,0]"), 0, 0, DENPA_ERROR_FORMAT,
        "of 'W' is larger than this machine"},
    {"shape larger than its bytes", ONE("F32", "[2]", "[0,4]"), 4, 0, DENPA_ERROR_FORMAT,
        "of shape (2,) takes 8 bytes, but its data_offsets give it 4"},
    {"shape smaller than its bytes", ONE("U8", "[2]", "[0,4]"), 4, 0, DENPA_ERROR_FORMAT,
        "takes 2 bytes, but its data_offsets give it 4"},
    {"one offset", ONE("F32", "[1]", "[4]"), 4, 0, DENPA_ERROR_FORMAT, "not two whole numbers"},
    {"three offsets", ONE("F32", "[1]", "[0,4,8]"), 4, 0, DENPA_ERROR_FORMAT, "not two whole numbers"},
    {"negative offset", ONE("F32", "[1]", "[-4,0]"), 4, 0, DENPA_ERROR_FORMAT, "not two whole numbers"},
    {"offsets as text", ONE("F32", "[1]", "[\"0\",\"4\"]"), 4, 0, DENPA_ERROR_FORMAT, "not two whole numbers"},
    {"an end as text", ONE("F32", "[1]", "[0,\"4\"]"), 4, 0, DENPA_ERROR_FORMAT, "not two whole numbers"},
    {"offsets as an object", ONE("F32", "[1]", "{}"), 4, 0, DENPA_ERROR_FORMAT, "not two whole numbers"},
    {"entry that is a list", "{\"W\":[\"F32\",[1],[0,4]]}", 4, 0, DENPA_ERROR_FORMAT, "entry for 'W' is not made of"},
    {"offsets the wrong way round", ONE("F32", "[1]", "[4,0]"), 4, 0, DENPA_ERROR_FORMAT,
        "should lie at 4 to 0 of the data"},
    {"offsets outside of the file", ONE("F32", "[2]", "[0,8]"), 7, 0, DENPA_ERROR_FORMAT,
        "should lie at 0 to 8 of the data, which has 7 bytes"},
    {"offset of 2^63-1", ONE("F32", "[1]", "[0,9223372036854775807]"), 4, 0, DENPA_ERROR_FORMAT,
        "of the data, which has 4 bytes"},
    {"tensors over one another", "{" T("W", "U8", "[4]", "[0,4]") "," T("b", "U8", "[4]", "[2,6]") "}", 6, 0,
        DENPA_ERROR_FORMAT, "'b' begins at 2 of the data, inside the tensor before it"},
    {"two tensors on the same bytes", "{" T("W", "U8", "[4]", "[0,4]") "," T("b", "U8", "[4]", "[0,4]") "}", 4, 0,
        DENPA_ERROR_FORMAT, "'b' begins at 0 of the data, inside"},
    {"empty tensor inside another", "{" T("W", "U8", "[4]", "[0,4]") "," T("e", "U8", "[0]", "[2,2]") "}", 4, 0,
        DENPA_ERROR_FORMAT, "'e' begins at 2 of the data, inside"},
    {"gap at the start", ONE("U8", "[2]", "[2,4]"), 4, 0, DENPA_ERROR_FORMAT,
        "bytes 0 to 2 of the data, before 'W', belong to no tensor"},
    {"gap between tensors", "{" T("W", "U8", "[2]", "[0,2]") "," T("b", "U8", "[2]", "[3,5]") "}", 5, 0,
        DENPA_ERROR_FORMAT, "bytes 2 to 3 of the data, before 'b'"},
    {"bytes at the end", ONE("U8", "[2]", "[0,2]"), 3, 0, DENPA_ERROR_FORMAT,
        "bytes 2 to 3 of the data belong to no tensor"},
    {"data without tensors", "{}", 1, 0, DENPA_ERROR_FORMAT, "bytes 0 to 1 of the data belong to no tensor"},
};

static const char *put_with_header(const char *header, size_t data, uint64_t length) {
  block file = {.size = 0};
  put_number(&file, length != 0 ? length : strlen(header), 8);
  put_bytes(&file, header, strlen(header));
  for (size_t i = 0; i < data; i++) put_number(&file, i, 1);
  return put_file("bad", file.data, file.size);
}

static void test_bad(void **state) {
  const bad *row = *state;
  assert_refused(read_safetensors, put_with_header(row->header, row->data, row->length), row->status, row->fragment);
}

static void test_short(void **state) {
  (void)state;
  assert_refused(read_safetensors, put_file("bad", "\2\0\0\0\0\0\0", 7), DENPA_ERROR_FORMAT,
      "7 bytes, less than the length of a header");
}

/* Jansson loses a zero byte that follows a number. */
static void test_zero_byte(void **state) {
  (void)state;
  static const char file[] = "\66\0\0\0\0\0\0\0"
                             "{\"W\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0\0]}}";
  assert_refused(read_safetensors, put_file("bad", file, sizeof file - 1), DENPA_ERROR_FORMAT,
      "near byte 58: there is a zero byte in it");
}

static void test_deep_nesting(void **state) {
  (void)state;
  static char header[60000];
  memset(header, '[', sizeof header - 1);
  memcpy(header, "{\"W\":", 5);
  assert_refused(read_safetensors, put_with_header(header, 0, 0), DENPA_ERROR_FORMAT, "not valid JSON");
}

static void test_trouble(void **state) {
  (void)state;
  assert_file_trouble(read_safetensors);
}

static const char good_header[] = "{\"__metadata__\":{\"net\":\"2-1\",\"seed\":\"1\"}," T(
    "W1", "F32", "[2,1]", "[0,8]") "," T("b1", "F64", "[1]", "[8,16]") "}   ";

static void test_mutants(void **state) {
  (void)state;
  assert_true(mutate(read_safetensors, put_with_header(good_header, 16, 0), 6) > 0);
}

static void test_starved(void **state) {
  (void)state;
  starve(read_safetensors, put_with_header(good_header, 16, 0));
}

int main(void) {
  struct CMUnitTest tests[80] = {
      cmocka_unit_test(test_pairs),
      cmocka_unit_test(test_round_trip),
      cmocka_unit_test(test_bytes),
      cmocka_unit_test(test_not_writable),
      cmocka_unit_test(test_witness_reads),
      cmocka_unit_test(test_witness_writes),
      cmocka_unit_test(test_short),
      cmocka_unit_test(test_deep_nesting),
      cmocka_unit_test(test_zero_byte),
      cmocka_unit_test(test_trouble),
      cmocka_unit_test(test_mutants),
      cmocka_unit_test(test_starved),
  };
  size_t used = 11;
  CASES(tests, used, bads, test_bad);
  return _cmocka_run_group_tests("safetensors", tests, used, make_folder, remove_folder);
}
