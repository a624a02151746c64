/* test_digits.c: the built-in data set: the same bits everywhere, balanced, pure in (seed, split, row), and alike to
 * MNIST in its ink. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "data/data.h"
#include "image/image.h"
#include "image/strokes.h"

#define PIXELS 784
#define TEST_NUMBERS 0x80000000u /* where digits.c begins to number the test rows */

static denpa_data *make(size_t rows, uint64_t seed) {
  denpa_data *data;
  assert_int_equal(dnp_digits_make(&data, rows, seed, NULL), DENPA_OK);
  return data;
}

/* FNV-1a, 64 bits. */
static uint64_t hash(const uint8_t *byte, size_t count) {
  uint64_t h = UINT64_C(14695981039346656037);
  for (size_t i = 0; i < count; i++) h = (h ^ byte[i]) * UINT64_C(1099511628211);
  return h;
}

static void expect_hash(const char *what, const uint8_t *byte, size_t count, uint64_t expected) {
  uint64_t found = hash(byte, count);
  if (found != expected)
    fail_msg("%s: hash 0x%016llx, expected 0x%016llx", what, (unsigned long long)found, (unsigned long long)expected);
}

/* ---- what the set is ----------------------------------------------------------------------------- */

/* Models name this data set, so its bytes may not change between versions, machines and compilers. */
static void the_bytes_are_those_of_every_machine(void **state) {
  (void)state;
  denpa_data *data = make(2000, 1);
  expect_hash("training pictures", data->split[DNP_TRAIN].pixel, 2000 * PIXELS, UINT64_C(0x291a420132255384));
  expect_hash("training labels", data->split[DNP_TRAIN].label, 2000, UINT64_C(0x31cda272444deb9f));
  expect_hash("test pictures", data->split[DNP_TEST].pixel, 333 * PIXELS, UINT64_C(0xb9afd10701782919));
  expect_hash("test labels", data->split[DNP_TEST].label, 333, UINT64_C(0x0cfe04ff95321572));
  denpa_data_free(data);
}

static void the_descriptor_is_filled(void **state) {
  (void)state;
  denpa_data *data = make(60, 7);
  assert_string_equal(data->name, "digits:60:7");
  assert_int_equal(data->axes, 2);
  assert_int_equal(data->shape[0], 28);
  assert_int_equal(data->shape[1], 28);
  assert_int_equal(data->features, PIXELS);
  assert_int_equal(data->classes, 10);
  assert_int_equal(data->outputs, 10);
  assert_int_equal(data->split[DNP_TRAIN].rows, 60);
  assert_int_equal(data->split[DNP_TEST].rows, 10);
  for (size_t s = 0; s < DNP_SPLITS; s++) {
    assert_null(data->split[s].value);
    assert_null(data->split[s].target);
  }
  denpa_data_free(data);
  data = make(10, UINT64_MAX);
  assert_string_equal(data->name, "digits:10:18446744073709551615");
  denpa_data_free(data);
}

static void a_sixth_is_for_the_test_and_at_least_one(void **state) {
  (void)state;
  static const size_t rows[][2] = {{1, 1}, {5, 1}, {6, 1}, {11, 1}, {12, 2}, {13, 2}, {599, 99}, {600, 100}};
  for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
    denpa_data *data = make(rows[k][0], 1);
    assert_int_equal(data->split[DNP_TRAIN].rows, rows[k][0]);
    assert_int_equal(data->split[DNP_TEST].rows, rows[k][1]);
    denpa_data_free(data);
  }
}

static void sizes_that_make_no_sense_are_refused(void **state) {
  (void)state;
  static const size_t rows[] = {0, 10000001, SIZE_MAX / PIXELS, SIZE_MAX};
  for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
    denpa_error err;
    denpa_data *data = (denpa_data *)&err; /* must be overwritten */
    char text[256], number[32];
    assert_int_equal(dnp_digits_make(&data, rows[k], 1, &err), DENPA_ERROR_ARGUMENT);
    assert_null(data);
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    snprintf(number, sizeof number, "%zu", rows[k]);
    assert_non_null(strstr(text, number));
    assert_non_null(strstr(text, "10000000"));
  }
}

/* ---- labels -------------------------------------------------------------------------------------- */

static void every_ten_rows_hold_each_digit_once(void **state) {
  (void)state;
  denpa_data *data = make(6000, 3);
  for (size_t s = 0; s < DNP_SPLITS; s++) {
    const dnp_split *split = &data->split[s];
    for (size_t block = 0; block < split->rows / 10; block++) {
      unsigned seen = 0;
      for (size_t k = 0; k < 10; k++) seen |= 1u << split->label[10 * block + k];
      assert_int_equal(seen, 0x3FF);
    }
  }
  denpa_data_free(data);
}

/* 1,000 blocks: each digit stands at each place about 100 times (deviation 9.5), and follows each other digit about 90
 * times. */
static void the_order_is_random(void **state) {
  (void)state;
  denpa_data *data = make(10000, 5);
  const uint8_t *label = data->split[DNP_TRAIN].label;
  int at[10][10] = {{0}}, after[10][10] = {{0}};
  for (size_t i = 0; i < 10000; i++) {
    at[label[i]][i % 10]++;
    if (i % 10 != 0) after[label[i - 1]][label[i]]++;
  }
  for (int d = 0; d < 10; d++)
    for (int k = 0; k < 10; k++) {
      assert_in_range(at[d][k], 60, 145);
      if (d == k)
        assert_int_equal(after[d][k], 0);
      else
        assert_in_range(after[d][k], 60, 145);
    }
  denpa_data_free(data);
}

/* ---- purity -------------------------------------------------------------------------------------- */

static void a_row_made_alone_is_the_row_of_the_set(void **state) {
  (void)state;
  denpa_data *data = make(1200, 11);
  for (uint32_t s = 0; s < DNP_SPLITS; s++) {
    const dnp_split *split = &data->split[s];
    for (uint32_t i = (uint32_t)split->rows; i-- > 0;) {
      uint8_t alone[PIXELS];
      memset(alone, 0xA5, sizeof alone);
      dnp_draw_digit(split->label[i], 11, s * TEST_NUMBERS + i, alone);
      assert_memory_equal(alone, split->pixel + i * PIXELS, PIXELS);
    }
  }
  denpa_data_free(data);
}

static void a_small_set_begins_a_large_one(void **state) {
  (void)state;
  denpa_data *small = make(500, 1), *large = make(5000, 1);
  for (size_t s = 0; s < DNP_SPLITS; s++) {
    const dnp_split *a = &small->split[s], *b = &large->split[s];
    assert_memory_equal(a->label, b->label, a->rows);
    assert_memory_equal(a->pixel, b->pixel, a->rows * PIXELS);
  }
  denpa_data_free(small);
  denpa_data_free(large);
}

static int by_value(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return x < y ? -1 : x > y;
}

/* Neither within a split, nor between the splits, nor between two seeds. */
static void no_picture_comes_twice(void **state) {
  (void)state;
  static uint64_t all[2 * (6000 + 1000)];
  size_t count = 0;
  for (uint64_t seed = 1; seed <= 2; seed++) {
    denpa_data *data = make(6000, seed);
    for (size_t s = 0; s < DNP_SPLITS; s++)
      for (size_t i = 0; i < data->split[s].rows; i++) all[count++] = hash(data->split[s].pixel + i * PIXELS, PIXELS);
    denpa_data_free(data);
  }
  assert_int_equal(count, sizeof all / sizeof *all);
  qsort(all, count, sizeof *all, by_value);
  for (size_t i = 1; i < count; i++) assert_true(all[i] != all[i - 1]);
}

static void seeds_and_splits_have_orders_of_their_own(void **state) {
  (void)state;
  denpa_data *a = make(600, 1), *b = make(600, 2), *c = make(600, UINT64_C(1) << 32);
  assert_memory_not_equal(a->split[DNP_TRAIN].label, b->split[DNP_TRAIN].label, 600);
  assert_memory_not_equal(a->split[DNP_TRAIN].label, c->split[DNP_TRAIN].label, 600);
  assert_memory_not_equal(a->split[DNP_TRAIN].label, a->split[DNP_TEST].label, 100);
  denpa_data_free(a);
  denpa_data_free(b);
  denpa_data_free(c);
}

/* ---- forms --------------------------------------------------------------------------------------- */

static void the_table_of_forms_is_sound(void **state) {
  (void)state;
  for (int digit = 0; digit < 10; digit++) {
    int count, share = 0;
    const dnp_form *form = dnp_forms_of(digit, &count);
    assert_true(count >= 4);
    for (int k = 0; k < count; k++) {
      assert_int_equal(form[k].digit, digit);
      assert_true(form[k].share > 0);
      share += form[k].share;
      const dnp_pen_point *point = form[k].point;
      assert_int_equal(point[0].pen, DNP_PEN_DOWN);
      assert_int_equal(point[DNP_FORM_POINTS].pen, DNP_PEN_END);
      for (int i = 1; point[i - 1].pen != DNP_PEN_END; i++) /* a stroke has at least two points */
        if (point[i].pen == DNP_PEN_DOWN || point[i].pen == DNP_PEN_END)
          assert_int_not_equal(point[i - 1].pen, DNP_PEN_DOWN);
    }
    assert_int_equal(share, 100);
  }
}

/* ---- ink ----------------------------------------------------------------------------------------- */

/* MNIST's 60,000 training pictures: mean grey 33.3, share of pixels that are not paper 0.191, of pixels of 250 and more
 * 0.074; the centre of mass at (14.0, 14.0), counting pixels from 0; mean grey by digit 44.2 19.4 38.0 36.1 30.9 32.8
 * 35.0 29.2 38.3 31.3. */
static void the_ink_is_like_mnists(void **state) {
  (void)state;
  static const double mnist[10] = {44.2, 19.4, 38.0, 36.1, 30.9, 32.8, 35.0, 29.2, 38.3, 31.3};
  denpa_data *data = make(10000, 1);
  const dnp_split *split = &data->split[DNP_TRAIN];
  double grey[10] = {0}, sum = 0, ink = 0, full = 0, sum_aside = 0, sum_below = 0;
  int centred = 0;
  for (size_t i = 0; i < 10000; i++) {
    double mass = 0, x = 0, y = 0;
    for (size_t k = 0; k < PIXELS; k++) {
      double g = split->pixel[i * PIXELS + k];
      mass += g;
      x += g * (double)(k % 28);
      y += g * (double)(k / 28);
      ink += g > 0;
      full += g >= 250;
    }
    assert_true(mass / PIXELS > 6.0 && mass / PIXELS < 90.0);
    double aside = x / mass - 14.0, below = y / mass - 14.0;
    centred += aside > -0.51 && aside < 0.51 && below > -0.51 && below < 0.51; /* it is moved by whole pixels ... */
    assert_true(aside > -2.0 && aside < 2.0 && below > -2.0 && below < 2.0);   /* ... and by no more than the margin */
    sum_aside += aside;
    sum_below += below;
    grey[split->label[i]] += mass / PIXELS / 1000.0;
    sum += mass;
  }
  assert_true(centred >= 9900);
  assert_true(sum_aside > -500.0 && sum_aside < 500.0);
  assert_true(sum_below > -500.0 && sum_below < 500.0);
  assert_true(sum / (10000.0 * PIXELS) > 31.0 && sum / (10000.0 * PIXELS) < 37.0);
  assert_true(ink / (10000.0 * PIXELS) > 0.170 && ink / (10000.0 * PIXELS) < 0.210);
  assert_true(full / (10000.0 * PIXELS) > 0.055 && full / (10000.0 * PIXELS) < 0.085);
  for (int d = 0; d < 10; d++)
    if (grey[d] < mnist[d] - 5.0 || grey[d] > mnist[d] + 5.0)
      fail_msg("digit %d: mean grey %.1f, MNIST's is %.1f", d, grey[d], mnist[d]);
  denpa_data_free(data);
}

/* The ink fits 20x20, and reaches both ends of it in one direction in nearly every picture. */
static void the_ink_fills_the_box(void **state) {
  (void)state;
  denpa_data *data = make(3000, 1);
  size_t filled = 0;
  for (size_t i = 0; i < 3000; i++) {
    const uint8_t *pixel = data->split[DNP_TRAIN].pixel + i * PIXELS;
    int left = 28, right = -1, top = 28, bottom = -1;
    for (int k = 0; k < PIXELS; k++) {
      if (pixel[k] == 0) continue;
      int x = k % 28, y = k / 28;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
    int width = right - left + 1, height = bottom - top + 1;
    assert_in_range(width, 1, 20);
    assert_in_range(height, 1, 20);
    filled += width == 20 || height == 20;
  }
  assert_true(filled >= 2850);
  denpa_data_free(data);
}

/* ---- memory -------------------------------------------------------------------------------------- */

static void running_out_of_memory_is_an_error_and_leaks_nothing(void **state) {
  (void)state;
  for (size_t nth = 1; nth <= 5; nth++) { /* the set, then pictures and labels of two splits */
    denpa_data *data;
    denpa_error err;
    dnp_alloc_fail_at(nth);
    assert_int_equal(dnp_digits_make(&data, 12, 1, &err), DENPA_ERROR_MEMORY);
    dnp_alloc_fail_at(0);
    assert_null(data);
  }
  denpa_data *data;
  dnp_alloc_fail_at(6);
  assert_int_equal(dnp_digits_make(&data, 12, 1, NULL), DENPA_OK);
  dnp_alloc_fail_at(0);
  denpa_data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_bytes_are_those_of_every_machine),
      cmocka_unit_test(the_descriptor_is_filled),
      cmocka_unit_test(a_sixth_is_for_the_test_and_at_least_one),
      cmocka_unit_test(sizes_that_make_no_sense_are_refused),
      cmocka_unit_test(every_ten_rows_hold_each_digit_once),
      cmocka_unit_test(the_order_is_random),
      cmocka_unit_test(a_row_made_alone_is_the_row_of_the_set),
      cmocka_unit_test(a_small_set_begins_a_large_one),
      cmocka_unit_test(no_picture_comes_twice),
      cmocka_unit_test(seeds_and_splits_have_orders_of_their_own),
      cmocka_unit_test(the_table_of_forms_is_sound),
      cmocka_unit_test(the_ink_is_like_mnists),
      cmocka_unit_test(the_ink_fills_the_box),
      cmocka_unit_test(running_out_of_memory_is_an_error_and_leaks_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
