/* test_data.c: data sets by name and from the caller's own arrays, and what may be asked of them
 * (src/data/open.formats.c, memory.c, look.c). The loaders have tests of their own. */
#include <math.h>

#include "data/data.h"
#include "file_tools.h"

static void assert_fails(denpa_status got, const denpa_error *err, denpa_status status, const char *fragment) {
  char text[1024];
  denpa_error_text(err, DENPA_LANG_EN, text, sizeof text);
  if (got != status || err->status != status || strstr(text, fragment) == NULL)
    fail_msg("not %s with '%s': %s: %s", denpa_status_name(status), fragment, denpa_status_name(got), text);
}

/* ---- by name ------------------------------------------------------------------------------------ */

static void test_digits(void **state) {
  (void)state;
  denpa_data *named, *made;
  size_t shape[3];
  OK(denpa_data_open(&named, "digits:60:7", NULL, err));
  OK(denpa_data_digits(&made, 60, 7, err));
  assert_string_equal(denpa_data_name(named), "digits:60:7");
  assert_int_equal(denpa_data_rows(named, DENPA_SPLIT_TRAIN), 60);
  assert_int_equal(denpa_data_rows(named, DENPA_SPLIT_TEST), 10);
  assert_int_equal(denpa_data_features(named), 784);
  assert_int_equal(denpa_data_classes(named), 10);
  assert_int_equal(denpa_data_outputs(named), 10);
  assert_int_equal(denpa_data_shape(named, shape), 2);
  assert_true(shape[0] == 28 && shape[1] == 28);
  assert_memory_equal(denpa_data_pixels(named, DENPA_SPLIT_TEST, 9), denpa_data_pixels(made, DENPA_SPLIT_TEST, 9), 784);
  assert_int_equal(denpa_data_note(named, NULL), 0);

  double x[784];
  const uint8_t *pixel = denpa_data_pixels(named, DENPA_SPLIT_TRAIN, 5);
  OK(denpa_data_row(named, DENPA_SPLIT_TRAIN, 5, x, err));
  for (int i = 0; i < 784; i++) assert_true(x[i] == (double)((float)pixel[i] / 255.0f));

  denpa_data_limit(named, DENPA_SPLIT_TRAIN, 7);
  denpa_data_limit(named, DENPA_SPLIT_TEST, 1000);
  assert_int_equal(denpa_data_rows(named, DENPA_SPLIT_TRAIN), 7);
  assert_int_equal(denpa_data_rows(named, DENPA_SPLIT_TEST), 10);
  assert_null(denpa_data_pixels(named, DENPA_SPLIT_TRAIN, 7));
  assert_int_equal(denpa_data_label(named, DENPA_SPLIT_TRAIN, 7), -1);
  assert_in_range(denpa_data_label(named, DENPA_SPLIT_TRAIN, 6), 0, 9);
  denpa_error e = {0};
  assert_fails(denpa_data_row(named, DENPA_SPLIT_TRAIN, 7, x, &e), &e, DENPA_ERROR_NOT_FOUND, "there is no row 7");
  denpa_data_free(named);
  denpa_data_free(made);
}

static void test_bad_names(void **state) {
  (void)state;
  static const struct {
    const char *name;
    denpa_status status;
  } rows[] = {{"digits:", DENPA_ERROR_SYNTAX}, {"digits:abc", DENPA_ERROR_SYNTAX}, {"digits:60:", DENPA_ERROR_SYNTAX},
      {"digits:60:1:2", DENPA_ERROR_SYNTAX}, {"digits:-5", DENPA_ERROR_SYNTAX},
      {"digits:123456789012345678901234567890", DENPA_ERROR_SYNTAX}, {"digits:0", DENPA_ERROR_ARGUMENT},
      {"no such folder", DENPA_ERROR_NOT_FOUND}, {"", DENPA_ERROR_NOT_FOUND}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    denpa_error e = {0};
    denpa_data *data;
    assert_fails(denpa_data_open(&data, rows[i].name, NULL, &e), &e, rows[i].status,
        rows[i].status == DENPA_ERROR_ARGUMENT ? "0 training rows" : rows[i].name);
    assert_null(data);
  }
}

/* With the plug pulled and nothing on the disk: the digits, and a note that says why. */
static void test_fallback(void **state) {
  (void)state;
  denpa_data *data;
  denpa_error why = {0};
  denpa_data_options options = denpa_data_options_default();
  assert_int_equal(setenv("XDG_CACHE_HOME", in_folder("cache"), 1), 0);
  options.data_root = in_folder("nothing");
  options.offline = 1;
  OK(denpa_data_open(&data, NULL, &options, err));
  assert_string_equal(denpa_data_name(data), "digits:60000:1");
  assert_int_equal(denpa_data_note(data, &why), 1);
  assert_int_equal(why.status, DENPA_ERROR_NOT_FOUND);
  denpa_data_free(data);
  assert_int_equal(
      denpa_data_open(&data, "mnist", &options, NULL), DENPA_ERROR_NOT_FOUND); /* asked for by name: no other */

  assert_int_equal(mkdir(in_folder("nothing"), 0755), 0); /* broken files are no absence */
  assert_int_equal(mkdir(in_folder("nothing/mnist"), 0755), 0);
  static const char *const files[] = {"nothing/mnist/train-images-idx3-ubyte", "nothing/mnist/train-labels-idx1-ubyte",
      "nothing/mnist/t10k-images-idx3-ubyte", "nothing/mnist/t10k-labels-idx1-ubyte"};
  for (int i = 0; i < 4; i++) put_file(files[i], "broken", 6);
  denpa_error e = {0};
  options.data_root = in_folder("nothing");
  assert_fails(denpa_data_open(&data, NULL, &options, &e), &e, DENPA_ERROR_FORMAT, "nothing/mnist/");
}

/* ---- from memory -------------------------------------------------------------------------------- */

static void test_from_memory(void **state) {
  (void)state;
  const float x[] = {1, 2, 3, 4, 0.1f, 6};
  const double wide[] = {1, 2, 3, 4, 0.1, 6}, target[] = {7, 8, 9};
  const uint8_t pixel[] = {0, 255, 3, 4, 5, 6};
  const int32_t label[] = {2, 0, 1};
  denpa_data *data;
  double row[2];

  OK(denpa_data_from_memory(&data, "mine", 2, 3, &(denpa_rows){3, DENPA_DTYPE_FLOAT32, x, label, NULL},
      &(denpa_rows){1, DENPA_DTYPE_FLOAT64, wide + 4, label, NULL}, err));
  assert_string_equal(denpa_data_name(data), "mine");
  assert_int_equal(denpa_data_classes(data), 3);
  assert_int_equal(denpa_data_shape(data, NULL), 1);
  assert_null(denpa_data_pixels(data, DENPA_SPLIT_TRAIN, 0));
  for (int i = 0; i < 3; i++) assert_int_equal(denpa_data_label(data, DENPA_SPLIT_TRAIN, (size_t)i), label[i]);
  OK(denpa_data_row(data, DENPA_SPLIT_TRAIN, 2, row, err));
  assert_true(row[0] == (double)0.1f && row[1] == 6);
  OK(denpa_data_row(data, DENPA_SPLIT_TEST, 0, row, err));
  assert_true(row[0] == 0.1);
  denpa_data_free(data);

  const char long_name[] = "a name of more than sixty-three bytes, which is kept as it was given";
  OK(denpa_data_from_memory(
      &data, long_name, 2, 1, &(denpa_rows){3, DENPA_DTYPE_UINT8, pixel, NULL, target}, NULL, err));
  assert_string_equal(denpa_data_name(data), long_name);
  assert_int_equal(denpa_data_classes(data), 0);
  assert_int_equal(denpa_data_outputs(data), 1);
  assert_int_equal(denpa_data_rows(data, DENPA_SPLIT_TEST), 0);
  assert_int_equal(denpa_data_label(data, DENPA_SPLIT_TRAIN, 0), -1);
  assert_memory_equal(denpa_data_pixels(data, DENPA_SPLIT_TRAIN, 1), pixel + 2, 2);
  denpa_data_free(data);

  static char longer[5000];
  memset(longer, 'x', sizeof longer - 1);
  assert_int_equal(
      denpa_data_from_memory(&data, longer, 2, 1, &(denpa_rows){3, DENPA_DTYPE_UINT8, pixel, NULL, target}, NULL, NULL),
      DENPA_ERROR_ARGUMENT);
  assert_int_equal(denpa_data_from_memory(
                       &data, "bad\xff", 2, 1, &(denpa_rows){3, DENPA_DTYPE_UINT8, pixel, NULL, target}, NULL, NULL),
      DENPA_ERROR_ARGUMENT);
}

static void test_bad_memory(void **state) {
  (void)state;
  static const float x[6];
  static const double target[3];
  static const int32_t label[] = {2, 0, 1}, negative[] = {0, -1, 1};
  static const struct {
    denpa_rows train, test;
    size_t features, outputs;
    const char *fragment;
  } rows[] = {
      {{3, DENPA_DTYPE_FLOAT32, x, label, NULL}, {0}, 2, 2,
          "the label of row 0 is 2; with 2 classes labels go from 0 to 1"},
      {{3, DENPA_DTYPE_FLOAT32, x, negative, NULL}, {0}, 2, 3, "the label of row 1 is -1"},
      {{3, DENPA_DTYPE_FLOAT32, x, label, target}, {0}, 2, 3, "either labels or targets"},
      {{3, DENPA_DTYPE_FLOAT32, x, NULL, NULL}, {0}, 2, 3, "either labels or targets"},
      {{3, DENPA_DTYPE_FLOAT32, NULL, label, NULL}, {0}, 2, 3, "x is NULL"},
      {{3, DENPA_DTYPE_INT64, x, label, NULL}, {0}, 2, 3, "float32, float64 or uint8"},
      {{3, DENPA_DTYPE_FLOAT32, x, label, NULL}, {0}, 0, 3, "at least one feature"},
      {{3, DENPA_DTYPE_FLOAT32, x, label, NULL}, {0}, 2, 257, "257 classes"},
      {{3, DENPA_DTYPE_FLOAT32, x, label, NULL}, {0}, 2, 1, "1 class; between"},
      {{3, DENPA_DTYPE_FLOAT32, x, label, NULL}, {3, DENPA_DTYPE_FLOAT32, x, NULL, target}, 2, 3, "of one kind"},
      {{3, DENPA_DTYPE_FLOAT32, x, label, NULL}, {3, DENPA_DTYPE_UINT8, x, label, NULL}, 2, 3, "of one kind"},
      {{(size_t)1 << 33, DENPA_DTYPE_FLOAT32, x, NULL, target}, {0}, 2, 3, "8589934592 rows"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    denpa_error e = {0};
    denpa_data *data;
    denpa_status status = denpa_data_from_memory(&data, "bad", rows[i].features, rows[i].outputs, &rows[i].train,
        rows[i].test.rows > 0 ? &rows[i].test : NULL, &e);
    assert_fails(status, &e, DENPA_ERROR_ARGUMENT, rows[i].fragment);
    assert_null(data);
  }
}

static void test_memory(void **state) {
  (void)state;
  static const float x[6];
  static const int32_t label[3];
  const denpa_rows rows = {3, DENPA_DTYPE_FLOAT32, x, label, NULL};
  size_t n = 0;
  denpa_status status = DENPA_ERROR_MEMORY;
  while (status != DENPA_OK) {
    denpa_data *data;
    dnp_alloc_fail_at(++n);
    status = denpa_data_from_memory(&data, "starved", 2, 3, &rows, &rows, NULL);
    dnp_alloc_fail_at(0);
    if (status != DENPA_OK) assert_int_equal(status, DENPA_ERROR_MEMORY);
    denpa_data_free(data);
  }
  assert_int_equal(n, 6);
}

/* ---- rows kept back for validation ---------------------------------------------------------------- */

/* Every training row is in exactly one part, in its old order; `label` may be NULL. Rows are told apart by their first
 * number. */
static void assert_parted(const denpa_data *all, const denpa_data *parted, size_t kept) {
  const dnp_split *train = &parted->split[DNP_TRAIN], *validation = &parted->split[DNP_VALIDATION],
                  *from = &all->split[DNP_TRAIN];
  size_t t = 0, v = 0;
  assert_int_equal(validation->rows, kept);
  assert_int_equal(train->rows + kept, from->rows);
  for (size_t i = 0; i < from->rows; i++) {
    const bool here = t < train->rows && train->value[t * all->features] == from->value[i * all->features];
    const dnp_split *part = here ? train : validation;
    const size_t at = here ? t++ : v++;
    assert_memory_equal(
        part->value + at * all->features, from->value + i * all->features, all->features * sizeof(double));
    if (from->label != NULL) assert_int_equal(part->label[at], from->label[i]);
    if (from->target != NULL)
      assert_memory_equal(
          part->target + at * all->outputs, from->target + i * all->outputs, all->outputs * sizeof(double));
  }
  assert_int_equal(v, kept);
}

/* 100 rows of three classes: 70, 29 and 1 of them. */
static denpa_data *uneven_classes(void) {
  double x[200];
  int32_t label[100];
  denpa_data *data;
  for (int i = 0; i < 100; i++) {
    x[2 * i] = i, x[2 * i + 1] = -i;
    label[i] = i == 50 ? 2 : i % 10 < 3 ? 1 : 0;
  }
  OK(denpa_data_from_memory(&data, "uneven", 2, 3,
      &(denpa_rows){.rows = 100, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .label = label}, NULL, err));
  return data;
}

static void test_validation(void **state) {
  (void)state;
  static const struct {
    double share;
    size_t kept, of[3];
  } rows[] = {{0.1, 10, {7, 3, 0}}, {0.25, 25, {18, 7, 0}}, {0.001, 1, {1, 0, 0}}, {0.999, 97, {69, 28, 0}},
      {0.5, 50, {35, 15, 0}}};
  denpa_data *all = uneven_classes(), *parted, *again, *other;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    OK(dnp_data_split_validation(&parted, all, rows[i].share, 1, err));
    size_t of[3] = {0};
    for (size_t k = 0; k < parted->split[DNP_VALIDATION].rows; k++) of[parted->split[DNP_VALIDATION].label[k]]++;
    assert_parted(all, parted, rows[i].kept);
    assert_int_equal(dnp_data_validation_rows(all, rows[i].share), rows[i].kept);
    for (int c = 0; c < 3; c++) assert_int_equal(of[c], rows[i].of[c]);
    assert_int_equal(denpa_data_rows(parted, DENPA_SPLIT_TRAIN), 100 - rows[i].kept);
    assert_string_equal(denpa_data_name(parted), "uneven");
    denpa_data_free(parted);
  }
  OK(dnp_data_split_validation(&parted, all, 0.3, 5, err));
  OK(dnp_data_split_validation(&again, all, 0.3, 5, err));
  OK(dnp_data_split_validation(&other, all, 0.3, 6, err));
  assert_memory_equal(parted->split[DNP_VALIDATION].value, again->split[DNP_VALIDATION].value, 60 * sizeof(double));
  assert_memory_not_equal(parted->split[DNP_VALIDATION].value, other->split[DNP_VALIDATION].value, 60 * sizeof(double));
  denpa_data_free(parted), denpa_data_free(again), denpa_data_free(other), denpa_data_free(all);
}

/* Every row is as likely to be kept back as any other: over 2,000 seeds each of 20 rows of targets about 500 times (5
 * deviations: 97). */
static void test_validation_is_even(void **state) {
  (void)state;
  double x[20], target[20];
  size_t times[20] = {0};
  denpa_data *data, *parted;
  for (int i = 0; i < 20; i++) x[i] = i, target[i] = 2 * i;
  const denpa_rows rows = {.rows = 20, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .target = target};
  OK(denpa_data_from_memory(&data, "targets", 1, 1, &rows, &rows, err));
  for (uint64_t seed = 0; seed < 2000; seed++) {
    OK(dnp_data_split_validation(&parted, data, 0.25, seed, err));
    if (seed < 3) assert_parted(data, parted, 5);
    for (size_t k = 0; k < 5; k++) times[(size_t)parted->split[DNP_VALIDATION].value[k]]++;
    assert_ptr_equal(parted->split[DNP_TEST].value, data->split[DNP_TEST].value);
    denpa_data_free(parted);
  }
  for (int i = 0; i < 20; i++) assert_in_range(times[i], 500 - 97, 500 + 97);
  denpa_data_free(data);
}

static void test_validation_memory(void **state) {
  (void)state;
  denpa_data *all = uneven_classes(), *parted;
  size_t n = 0;
  denpa_status status = DENPA_ERROR_MEMORY;
  while (status != DENPA_OK) {
    dnp_alloc_fail_at(++n);
    status = dnp_data_split_validation(&parted, all, 0.5, 1, NULL);
    dnp_alloc_fail_at(0);
    if (status != DENPA_OK) assert_true(status == DENPA_ERROR_MEMORY && parted == NULL);
  }
  assert_int_equal(n, 8);
  denpa_data_free(parted), denpa_data_free(all);
}

static void test_validation_refused(void **state) {
  (void)state;
  denpa_data *all = uneven_classes(), *parted;
  const double shares[] = {0, 1, -0.1, 2, (double)NAN};
  for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
    denpa_error e = {0};
    assert_fails(
        dnp_data_split_validation(&parted, all, shares[i], 1, &e), &e, DENPA_ERROR_ARGUMENT, "above 0 and below 1");
    assert_null(parted);
  }
  denpa_data_limit(all, DENPA_SPLIT_TRAIN, 1);
  denpa_error e = {0};
  assert_fails(dnp_data_split_validation(&parted, all, 0.5, 1, &e), &e, DENPA_ERROR_ARGUMENT, "too few");
  assert_null(parted);
  denpa_data_free(all);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_digits),
      cmocka_unit_test(test_bad_names),
      cmocka_unit_test(test_fallback),
      cmocka_unit_test(test_from_memory),
      cmocka_unit_test(test_bad_memory),
      cmocka_unit_test(test_memory),
      cmocka_unit_test(test_validation),
      cmocka_unit_test(test_validation_is_even),
      cmocka_unit_test(test_validation_refused),
      cmocka_unit_test(test_validation_memory),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
