/* test_augment.c: pictures changed at random (src/learn/augment.c) and resized (src/image/resize.c): what the text may
 * say, and what must hold for every draw. That each number is the one that the law of sums states is shown by
 * tests/witness/augment.sh, equal bits of every unit by test_kernel.c and determinism_units.sh. */
#include <math.h>

#include "file_tools.h"
#include "image/image.h"
#include "learn/learn.h"

enum { PIXELS = 784 };
static denpa_data *digits;

static int setup(void **state) {
  return make_folder(state) != 0 || denpa_data_digits(&digits, 120, 7, NULL) != DENPA_OK;
}
static int teardown(void **state) {
  denpa_data_free(digits);
  return remove_folder(state);
}

/* ---- the text ----------------------------------------------------------------------------------- */

static void text_is_refused(void **state) {
  static const struct {
    const char *text, *words;
  } bad[] = {
      {"", "place 1"},
      {"shift", "place 1"},
      {"shift:", "place 7"},
      {"shift:x", "place 7"},
      {"shift:-1", "place 7"},
      {"shift:65", "from 0 to 64"},
      {"shift:nan", "place 7"},
      {"bend:1", "place 1"},
      {"shift:1,", "place 9"},
      {"shift:1,,scale:0.1", "place 9"},
      {"shift:1,shift:2", "twice"},
      {"rotate:10:2", "place 10"},
      {"scale:1", "0.9"},
      {"elastic:1:0.5", "place 11"},
      {"elastic:1:4:4", "place 12"},
      {" shift:1", "place 1"},
      {"shift:1 ", "place 7"},
      {"shift:0.0000000000000000000000000000000000000001", "place 7"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    denpa_error err = {0};
    char told[600];
    const denpa_status status = denpa_data_augmented(digits, DENPA_SPLIT_TRAIN, 0, bad[i].text, 1, 0, NULL, &err);
    denpa_error_text(&err, DENPA_LANG_EN, told, sizeof told);
    if (status != DENPA_ERROR_SYNTAX || strstr(told, bad[i].words) == NULL)
      fail_msg("'%s': %d %s", bad[i].text, status, told);
  }
}

static void data_is_refused(void **state) {
  (void)state;
  const double x[8] = {0};
  const int32_t label[2] = {0, 1};
  denpa_data *table;
  denpa_error err = {0};
  assert_int_equal(denpa_data_from_memory(&table, "numbers", 4, 2,
                       &(denpa_rows){.rows = 2, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .label = label}, NULL, NULL),
      DENPA_OK);
  assert_int_equal(
      denpa_data_augmented(table, DENPA_SPLIT_TRAIN, 0, "shift:1", 1, 0, NULL, &err), DENPA_ERROR_ARGUMENT);
  denpa_data_free(table);
  double y[PIXELS];
  assert_int_equal(denpa_data_augmented(digits, DENPA_SPLIT_TEST, 20, "shift:1", 1, 0, y, &err), DENPA_ERROR_NOT_FOUND);
  denpa_data wide = *digits;
  wide.shape[0] = 129;
  assert_int_equal(
      denpa_data_augmented(&wide, DENPA_SPLIT_TRAIN, 0, "shift:1", 1, 0, NULL, &err), DENPA_ERROR_UNSUPPORTED);
  wide.shape[0] = wide.shape[1] = 128;
  assert_int_equal(
      denpa_data_augmented(&wide, DENPA_SPLIT_TRAIN, 0, "elastic:1:1", 1, 0, NULL, &err), DENPA_ERROR_ARGUMENT);
  assert_int_equal(denpa_data_augmented(&wide, DENPA_SPLIT_TRAIN, 0, "elastic:1:2", 1, 0, NULL, &err), DENPA_OK);
  assert_int_equal(
      denpa_data_augmented(digits, DENPA_SPLIT_TRAIN, 0, "rotate:1,scale:0.1,elastic:1:1,shift:2", 1, 0, NULL, &err),
      DENPA_OK);
}

/* ---- what is computed --------------------------------------------------------------------------- */

static void row_of(const char *text, uint64_t seed, size_t update, size_t row, double x[PIXELS]) {
  OK(denpa_data_augmented(digits, DENPA_SPLIT_TRAIN, row, text, seed, update, x, err));
}

static void nothing_asked_changes_nothing(void **state) {
  (void)state;
  for (size_t row = 0; row < 20; row++) {
    double x[PIXELS], plain[PIXELS];
    row_of("shift:0,rotate:0,scale:0,elastic:0", 9, row, row, x);
    assert_int_equal(denpa_data_row(digits, DENPA_SPLIT_TRAIN, row, plain, NULL), DENPA_OK);
    assert_memory_equal(x, plain, sizeof x);
  }
}

static void single_is_double_and_between_0_and_1(void **state) {
  static const char *const texts[] = {"shift:3,rotate:180,scale:0.9", "elastic:20:1", "shift:64,elastic:2,scale:0.5"};
  (void)state;
  for (size_t t = 0; t < sizeof texts / sizeof *texts; t++)
    for (size_t row = 0; row < 40; row++) {
      double x[PIXELS];
      float y[PIXELS];
      dnp_augment a;
      const dnp_kernels *kernels;
      row_of(texts[t], 3, row, row, x);
      OK(dnp_augment_open(&a, texts[t], digits, 3, err));
      OK(dnp_kernels_choose("ref", DENPA_DTYPE_FLOAT32, &kernels, err));
      dnp_augment_row(&a, kernels, row, row, denpa_data_pixels(digits, DENPA_SPLIT_TRAIN, row), y);
      dnp_augment_close(&a);
      for (size_t i = 0; i < PIXELS; i++) {
        assert_true(x[i] >= 0 && x[i] <= 1);
        assert_true((double)y[i] == x[i]);
      }
    }
}

static void draws_differ(void **state) {
  double first[PIXELS], other[PIXELS];
  (void)state;
  row_of("shift:2,elastic:1", 1, 0, 0, first);
  row_of("shift:2,elastic:1", 1, 0, 0, other);
  assert_memory_equal(first, other, sizeof first);
  row_of("shift:2,elastic:1", 2, 0, 0, other);
  assert_memory_not_equal(first, other, sizeof first);
  row_of("shift:2,elastic:1", 1, 1, 0, other);
  assert_memory_not_equal(first, other, sizeof first);
}

/* Pictures whose pixels grow along one axis tell where each place was: 6 a pixel, 84 in the middle. */
static denpa_data ramp(uint8_t *pixel, size_t rows, bool down) {
  denpa_data data = *digits;
  for (size_t i = 0; i < rows * PIXELS; i++) pixel[i] = (uint8_t)(6 * (down ? i % PIXELS / 28 : i % 28) + 1);
  data.split[DNP_TRAIN].pixel = pixel;
  data.split[DNP_TRAIN].rows = rows;
  return data;
}

/* The mean square of the displacements is what elastic:STRENGTH says, in both directions; and neighbours move
 * together. */
static void elastic_has_its_strength(void **state) {
  enum { ROWS = 300 };
  static uint8_t pixel[ROWS * PIXELS];
  (void)state;
  for (int down = 0; down < 2; down++) {
    const denpa_data data = ramp(pixel, ROWS, down);
    double square = 0, rough = 0, count = 0;
    for (size_t row = 0; row < ROWS; row++) {
      double x[PIXELS];
      OK(denpa_data_augmented(&data, DENPA_SPLIT_TRAIN, row, "elastic:1.4", 5, 0, x, err));
      for (size_t r = 8; r < 20; r++)
        for (size_t c = 8; c < 20; c++) {
          const double place = (x[r * 28 + c] * 255 - 1) / 6, off = place - (double)(down ? r : c),
                       next = (x[r * 28 + c + 1] * 255 - 1) / 6 - (double)(down ? r : c + 1);
          square += off * off;
          rough += (next - off) * (next - off);
          count++;
        }
    }
    assert_true(fabs(sqrt(square / count) - 1.4) < 0.1);
    /* a Gaussian's correlation at distance 1 for deviation 4 is exp(-1/64) = 0.985: 2 (1 - 0.985) = 0.031 */
    assert_true(rough < 0.06 * square);
  }
}

static void shift_and_scale_have_their_range(void **state) {
  enum { ROWS = 400 };
  static uint8_t pixel[ROWS * PIXELS];
  double low = 0, high = 0, flat = 9, steep = 0;
  (void)state;
  const denpa_data data = ramp(pixel, ROWS, false);
  for (size_t row = 0; row < ROWS; row++) {
    double x[PIXELS];
    OK(denpa_data_augmented(&data, DENPA_SPLIT_TRAIN, row, "shift:2", 5, 0, x, err));
    const double moved = 14 - (x[14 * 28 + 14] * 255 - 1) / 6;
    low = moved < low ? moved : low;
    high = moved > high ? moved : high;
    OK(denpa_data_augmented(&data, DENPA_SPLIT_TRAIN, row, "scale:0.2", 5, 0, x, err));
    const double step = (x[14 * 28 + 15] - x[14 * 28 + 14]) * 255 / 6;
    flat = step < flat ? step : flat;
    steep = step > steep ? step : steep;
  }
  assert_true(low > -2.001 && low < -1.95 && high < 2.001 && high > 1.95);
  assert_true(flat > 1 / 1.2 - 0.001 && flat < 1 / 1.2 + 0.01 && steep < 1 / 0.8 + 0.001 && steep > 1 / 0.8 - 0.03);
}

static void planes_move_together(void **state) {
  uint8_t pixel[3 * PIXELS];
  double x[3 * PIXELS], alone[PIXELS];
  (void)state;
  for (size_t p = 0; p < 3; p++) memcpy(pixel + p * PIXELS, denpa_data_pixels(digits, DENPA_SPLIT_TRAIN, p), PIXELS);
  denpa_data data = *digits;
  data.axes = 3;
  data.shape[0] = 3;
  data.shape[1] = data.shape[2] = 28;
  data.features = 3 * PIXELS;
  data.split[DNP_TRAIN] = (dnp_split){.rows = 1, .pixel = pixel};
  OK(denpa_data_augmented(&data, DENPA_SPLIT_TRAIN, 0, "shift:2,rotate:20,elastic:1", 1, 4, x, err));
  for (size_t p = 0; p < 3; p++) {
    denpa_data one = *digits;
    one.split[DNP_TRAIN] = (dnp_split){.rows = 1, .pixel = pixel + p * PIXELS};
    OK(denpa_data_augmented(&one, DENPA_SPLIT_TRAIN, 0, "shift:2,rotate:20,elastic:1", 1, 4, alone, err));
    assert_memory_equal(x + p * PIXELS, alone, sizeof alone);
  }
}

/* The first update must learn from exactly what denpa_data_augmented tells: training on those numbers, given as they
 * are, ends in the same weights. */
static void training_sees_the_same(void **state) {
  enum { ROWS = 60 };
  static double x[ROWS * PIXELS];
  static int32_t label[ROWS];
  denpa_data *copy;
  denpa_net *net[2];
  char sha[2][65];
  (void)state;
  for (size_t i = 0; i < ROWS; i++) {
    row_of("shift:2,rotate:10,elastic:1", 1, 0, i, x + i * PIXELS);
    label[i] = denpa_data_label(digits, DENPA_SPLIT_TRAIN, i);
  }
  OK(denpa_data_from_memory(&copy, "copy", PIXELS, 10,
      &(denpa_rows){.rows = ROWS, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .label = label}, NULL, err));
  denpa_data first = *digits;
  first.split[DNP_TRAIN].rows = ROWS;
  for (int i = 0; i < 2; i++) {
    denpa_net_options options = denpa_net_options_default();
    denpa_train_options train = denpa_train_options_default();
    options.threads = 1 + i;
    train.batch = 0;
    train.steps = 1;
    train.evaluate = DENPA_EVALUATE_NONE;
    train.augment = i == 0 ? "shift:2,rotate:10,elastic:1" : NULL;
    OK(denpa_net_create(&net[i], "784-20-10", &options, err));
    OK(denpa_train(net[i], i == 0 ? &first : copy, &train, NULL, err));
    OK(denpa_net_sha256(net[i], sha[i], err));
  }
  assert_string_equal(sha[0], sha[1]);
  assert_string_equal(denpa_net_metadata(net[0], "augment"), "shift:2,rotate:10,elastic:1");
  assert_null(denpa_net_metadata(net[1], "augment"));
  denpa_net_free(net[0]);
  denpa_net_free(net[1]);
  denpa_data_free(copy);
}

/* ---- resizing ----------------------------------------------------------------------------------- */

/* The same by real numbers, from the definition: means of covered areas, or lines between centres. */
static double along(const double *from, size_t step, size_t length, size_t size, size_t i) {
  if (size < length) {
    const double begin = (double)i * (double)length / (double)size,
                 end = (double)(i + 1) * (double)length / (double)size;
    double sum = 0;
    for (size_t s = 0; s < length; s++) {
      const double low = fmax(begin, (double)s), high = fmin(end, (double)(s + 1));
      if (high > low) sum += (high - low) * from[s * step];
    }
    return sum / (end - begin);
  }
  const double at = fmin(fmax(((double)i + 0.5) * (double)length / (double)size - 0.5, 0), (double)(length - 1)),
               first = floor(at);
  return from[(size_t)first * step] * (1 - (at - first)) +
         (at > first ? from[((size_t)first + 1) * step] * (at - first) : 0);
}

static void resizing_is_what_it_says(void **state) {
  static const size_t sides[][4] = {{28, 28, 28, 28}, {5, 7, 3, 4}, {3, 4, 5, 7}, {1, 1, 6, 2}, {9, 2, 1, 1},
      {64, 48, 28, 28}, {10, 12, 64, 3}, {7, 3, 7, 2}, {2, 2, 31, 33}};
  (void)state;
  for (size_t k = 0; k < sizeof sides / sizeof *sides; k++) {
    static uint8_t from[64 * 64], to[64 * 64];
    static double real[64 * 64], between[64 * 64];
    const size_t h = sides[k][0], w = sides[k][1], height = sides[k][2], width = sides[k][3];
    for (size_t i = 0; i < h * w; i++)
      real[i] = from[i] = (uint8_t)dnp_draw_below(k, DNP_STREAM(DNP_FOR_TEST, 1), i, 256);
    OK(dnp_resize(from, h, w, to, height, width, err));
    for (size_t y = 0; y < h; y++)
      for (size_t x = 0; x < width; x++) between[y * width + x] = along(real + y * w, 1, w, width, x);
    for (size_t y = 0; y < height; y++)
      for (size_t x = 0; x < width; x++)
        if (fabs((double)to[y * width + x] - along(between + x, width, h, height, y)) > 0.5000001)
          fail_msg("%zux%zu to %zux%zu, pixel %zu %zu: %d", h, w, height, width, y, x, to[y * width + x]);
    if (h == height && w == width) assert_memory_equal(from, to, h * w);
  }
}

/* ---- folders of pictures without memory ---------------------------------------------------------- */

/* Every allocation fails once: a message each time, nothing left behind (the address sanitizer looks), and in the end
 * it works. */
static void folder_starves(void **state) {
  static const char *const files[] = {"shapes/a/1.pgm", "shapes/a/2.pgm", "shapes/b/1.pgm", "shapes/b/2.pgm"};
  denpa_data *data = NULL;
  denpa_status status = DENPA_ERROR_MEMORY;
  size_t failures = 0;
  (void)state;
  assert_int_equal(
      mkdir(in_folder("shapes"), 0755) | mkdir(in_folder("shapes/a"), 0755) | mkdir(in_folder("shapes/b"), 0755), 0);
  for (size_t i = 0; i < 4; i++) put_file(files[i], "P3 2 1 9 1 2 3 4 5 6", 20);
  for (; status == DENPA_ERROR_MEMORY; failures++) {
    dnp_alloc_fail_at(failures + 1);
    status = denpa_data_open(&data, in_folder("shapes"), NULL, NULL);
    dnp_alloc_fail_at(0);
    assert_true(status == DENPA_OK || data == NULL);
  }
  assert_int_equal(status, DENPA_OK);
  assert_true(failures > 40);
  assert_int_equal(denpa_data_rows(data, DENPA_SPLIT_TRAIN), 2);
  assert_int_equal(denpa_data_features(data), 6);
  assert_string_equal(denpa_data_class_name(data, 1), "b");
  assert_null(denpa_data_class_name(data, 2));
  denpa_data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(text_is_refused),
      cmocka_unit_test(data_is_refused),
      cmocka_unit_test(nothing_asked_changes_nothing),
      cmocka_unit_test(single_is_double_and_between_0_and_1),
      cmocka_unit_test(draws_differ),
      cmocka_unit_test(elastic_has_its_strength),
      cmocka_unit_test(shift_and_scale_have_their_range),
      cmocka_unit_test(planes_move_together),
      cmocka_unit_test(training_sees_the_same),
      cmocka_unit_test(resizing_is_what_it_says),
      cmocka_unit_test(folder_starves),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
