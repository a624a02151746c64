/* test_center.c: pictures of single digits become MNIST-like ones (src/image/center.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "data/prepare_picture.h"
#include "image/image.h"

#ifdef DNP_FORMATS
#include "file/files.h"
#endif

/* ---- pictures ---------------------------------------------------------------------------------- */

typedef struct canvas {
  size_t height, width;
  uint8_t *grey;
} canvas;

static canvas blank(size_t height, size_t width, int paper) {
  canvas c = {height, width, NULL};
  assert_int_equal(DNP_NEW(&c.grey, height * width, NULL), DENPA_OK);
  memset(c.grey, paper, height * width);
  return c;
}

static void fill(canvas *c, size_t top, size_t left, size_t height, size_t width, int level) {
  for (size_t y = top; y < top + height; y++) memset(c->grey + y * c->width + left, level, width);
}

/* A '7' of three parts in the box at top, left: asymmetric on both axes. */
static void seven(canvas *c, size_t top, size_t left, size_t height, size_t width, int ink) {
  size_t stroke = height / 8 + 1;
  fill(c, top, left, stroke, width, ink);
  for (size_t y = stroke; y < height; y++) {
    size_t x = (width - stroke) * (height - y) / height;
    fill(c, top + y, left + x, 1, stroke, ink);
  }
}

static void add_to_each(canvas *c, int (*change)(const canvas *c, size_t y, size_t x)) {
  for (size_t y = 0; y < c->height; y++)
    for (size_t x = 0; x < c->width; x++) {
      int level = c->grey[y * c->width + x] + change(c, y, x);
      c->grey[y * c->width + x] = (uint8_t)(level < 0 ? 0 : level > 255 ? 255 : level);
    }
}

static int grain(const canvas *c, size_t y, size_t x) {
  uint32_t hash = (uint32_t)(y * c->width + x) * 2654435761u;
  return (int)(hash >> 28) - 8; /* -8 .. 7 */
}

static int light_from_the_left(const canvas *c, size_t y, size_t x) {
  (void)y;
  return -(int)(x * 60 / c->width);
}

static int dark_corners(const canvas *c, size_t y, size_t x) {
  double v = ((double)y / (double)c->height - 0.5), h = ((double)x / (double)c->width - 0.5);
  return (int)(-30.0 * (v * v + h * h) * 2.0);
}

/* ---- what must hold of every result ------------------------------------------------------------ */

typedef struct result {
  uint8_t out[784];
  int inverted, peak;
  unsigned done;
  size_t top, left, tall, wide; /* the box of all pixels > 0 */
  double center_y, center_x;
} result;

static void measure(result *r) {
  size_t bottom = 0, right = 0;
  double mass = 0, y_mass = 0, x_mass = 0;
  r->top = r->left = 28;
  r->peak = 0;
  for (size_t y = 0; y < 28; y++)
    for (size_t x = 0; x < 28; x++) {
      int v = r->out[28 * y + x];
      if (v == 0) continue;
      if (y < r->top) r->top = y;
      if (x < r->left) r->left = x;
      if (x > right) right = x;
      bottom = y;
      if (v > r->peak) r->peak = v;
      mass += v;
      y_mass += (double)y * v;
      x_mass += (double)x * v;
    }
  r->tall = bottom + 1 - r->top;
  r->wide = right + 1 - r->left;
  r->center_y = y_mass / mass;
  r->center_x = x_mass / mass;
}

static result center(const canvas *c) {
  denpa_error err = {0};
  result r = {.inverted = -1};
  unsigned done = 0;
  denpa_status status = dnp_center_digit(c->grey, c->height, c->width, r.out, &done, &err);
  r.inverted = (done & DNP_DONE_INVERTED) != 0;
  r.done = done;
  if (status != DENPA_OK) {
    char text[512];
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    fail_msg("%s", text);
  }
  measure(&r);
  return r;
}

#define ASSERT_NEAR(value, expected, tolerance) \
  do { \
    double value_ = (value), expected_ = (expected); \
    if (!(value_ >= expected_ - (tolerance) && value_ <= expected_ + (tolerance))) \
      fail_msg(#value " = %.6f, expected %.6f", value_, expected_); \
  } while (0)

/* In MNIST's way: longer side 20, strongest ink 255, centre of mass on pixel (14, 14) within half a pixel (bytes are
 * rounded: 0.01). */
static void assert_like_mnist(const result *r) {
  assert_int_equal(r->tall > r->wide ? r->tall : r->wide, 20);
  assert_int_equal(r->peak, 255);
  ASSERT_NEAR(r->center_y, 14.0, 0.51);
  ASSERT_NEAR(r->center_x, 14.0, 0.51);
}

static void check_seven(
    size_t height, size_t width, size_t top, size_t left, size_t tall, size_t wide, int paper, int ink) {
  canvas c = blank(height, width, paper);
  seven(&c, top, left, tall, wide, ink);
  result r = center(&c);
  assert_like_mnist(&r);
  assert_int_equal(r.inverted, ink < paper);
  assert_int_equal(r.tall, 20);
  ASSERT_NEAR((double)r.wide, 20.0 * (double)wide / (double)tall, 1.0);
  dnp_free(c.grey);
}

/* ---- tests ------------------------------------------------------------------------------------- */

static void test_dark_on_light(void **state) {
  (void)state;
  check_seven(100, 100, 20, 30, 60, 40, 255, 0);
}
static void test_light_on_dark(void **state) {
  (void)state;
  check_seven(100, 100, 20, 30, 60, 40, 0, 255);
}
static void test_grey_on_grey(void **state) {
  (void)state;
  check_seven(64, 64, 10, 10, 40, 30, 140, 100);
}
static void test_off_center(void **state) {
  (void)state;
  check_seven(200, 300, 1, 250, 80, 48, 250, 20);
}
static void test_touches_the_border(void **state) {
  (void)state;
  check_seven(90, 120, 0, 0, 90, 60, 255, 10);
}
static void test_large(void **state) {
  (void)state;
  check_seven(1000, 600, 100, 100, 800, 400, 230, 30);
}
static void test_small_grows(void **state) {
  (void)state;
  check_seven(14, 14, 2, 3, 10, 6, 255, 0);
}

static void test_inverse_gives_the_same_bytes(void **state) {
  (void)state;
  canvas light = blank(120, 90, 255), dark = blank(120, 90, 0);
  seven(&light, 11, 7, 83, 61, 0);
  seven(&dark, 11, 7, 83, 61, 255);
  result a = center(&light), b = center(&dark);
  assert_memory_equal(a.out, b.out, 784);
  assert_int_equal(a.inverted, 1);
  assert_int_equal(b.inverted, 0);
  dnp_free(light.grey);
  dnp_free(dark.grey);
}

static void test_moved_picture_gives_the_same_bytes(void **state) {
  (void)state;
  canvas a = blank(200, 200, 255), b = blank(150, 333, 255);
  seven(&a, 3, 90, 100, 70, 17);
  seven(&b, 44, 200, 100, 70, 17);
  assert_memory_equal(center(&a).out, center(&b).out, 784);
  dnp_free(a.grey);
  dnp_free(b.grey);
}

static void test_box_of_exactly_20_is_only_moved(void **state) {
  (void)state;
  canvas c = blank(28, 28, 0);
  for (size_t y = 0; y < 20; y++)
    for (size_t x = 0; x < 12; x++) c.grey[28 * y + x] = (uint8_t)(55 + 10 * y + (x == y % 12 ? 10 : 0));
  result r = center(&c);
  assert_int_equal(r.tall, 20);
  assert_int_equal(r.wide, 12);
  for (size_t y = 0; y < 20; y++) assert_memory_equal(r.out + 28 * (r.top + y) + r.left, c.grey + 28 * y, 12);
  dnp_free(c.grey);
}

static void test_areas_are_averaged(void **state) {
  (void)state;
  canvas c = blank(60, 60, 0); /* a 40x40 box: the left half solid, the right half a chessboard of single pixels */
  fill(&c, 10, 10, 40, 20, 200);
  for (size_t y = 0; y < 40; y++)
    for (size_t x = 20; x < 40; x++)
      if ((x + y) % 2 == 1) fill(&c, 10 + y, 10 + x, 1, 1, 200);
  result r = center(&c);
  assert_int_equal(r.tall, 20);
  assert_int_equal(r.wide, 20);
  for (size_t y = 0; y < 20; y++)
    for (size_t x = 0; x < 20; x++) assert_int_equal(r.out[28 * (r.top + y) + r.left + x], x < 10 ? 255 : 128);
  dnp_free(c.grey);
}

static void test_five_by_five(void **state) {
  (void)state;
  static const uint8_t cross[25] = {0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 9, 9, 9, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0};
  canvas c = blank(5, 5, 0);
  memcpy(c.grey, cross, 25);
  result r = center(&c);
  assert_like_mnist(&r);
  assert_int_equal(r.inverted, 0);
  dnp_free(c.grey);
}

static void test_single_pixel(void **state) {
  (void)state;
  canvas c = blank(9, 11, 200);
  fill(&c, 2, 8, 1, 1, 0);
  result r = center(&c);
  assert_int_equal(r.inverted, 1);
  assert_int_equal(r.tall, 20);
  assert_int_equal(r.wide, 20);
  for (size_t y = 0; y < 28; y++)
    for (size_t x = 0; x < 28; x++)
      assert_int_equal(r.out[28 * y + x], y >= r.top && y < r.top + 20 && x >= r.left && x < r.left + 20 ? 255 : 0);
  assert_int_equal(r.top, 4); /* 14 - 9.5, the half going down */
  assert_int_equal(r.left, 4);
  dnp_free(c.grey);
}

static void test_thin_line_stays_one_pixel(void **state) {
  (void)state;
  canvas c = blank(500, 300, 255);
  fill(&c, 50, 150, 400, 1, 0);
  result r = center(&c);
  assert_like_mnist(&r);
  assert_int_equal(r.tall, 20);
  assert_int_equal(r.wide, 1);
  dnp_free(c.grey);
}

static void test_grain_is_no_ink(void **state) {
  (void)state;
  canvas c = blank(300, 200, 225);
  seven(&c, 60, 50, 160, 90, 40);
  add_to_each(&c, grain);
  result r = center(&c);
  assert_like_mnist(&r);
  ASSERT_NEAR((double)r.wide, 20.0 * 90 / 160, 1.0);
  assert_int_equal(r.inverted, 1);
  dnp_free(c.grey);
}

static void test_gradient_paper(void **state) {
  (void)state;
  canvas c = blank(300, 200, 245);
  seven(&c, 60, 50, 160, 90, 90);
  add_to_each(&c, light_from_the_left);
  add_to_each(&c, grain);
  result r = center(&c);
  assert_like_mnist(&r);
  ASSERT_NEAR((double)r.wide, 20.0 * 90 / 160, 1.0);
  dnp_free(c.grey);
}

static void test_gradient_paper_without_grain(void **state) {
  (void)state;
  canvas c = blank(300, 200, 245);
  seven(&c, 60, 50, 160, 90, 90);
  add_to_each(&c, light_from_the_left);
  result r = center(&c);
  assert_like_mnist(&r);
  ASSERT_NEAR((double)r.wide, 20.0 * 90 / 160, 1.0);
  dnp_free(c.grey);
}

static void test_dark_corners(void **state) {
  (void)state;
  canvas c = blank(300, 200, 230);
  seven(&c, 60, 50, 160, 90, 50);
  add_to_each(&c, dark_corners);
  add_to_each(&c, grain);
  result r = center(&c);
  assert_like_mnist(&r);
  ASSERT_NEAR((double)r.wide, 20.0 * 90 / 160, 1.0);
  assert_int_equal(r.inverted, 1);
  dnp_free(c.grey);
}

static void assert_no_ink(const canvas *c) {
  denpa_error err = {0};
  uint8_t out[784];
  char text[512];
  assert_int_equal(dnp_center_digit(c->grey, c->height, c->width, out, NULL, &err), DENPA_ERROR_FORMAT);
  denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
  assert_non_null(strstr(text, "no ink"));
}

static void test_uniform(void **state) {
  (void)state;
  static const struct {
    size_t height, width;
    int level;
  } all[] = {{28, 28, 0}, {28, 28, 255}, {1, 1, 7}, {1, 30, 128}, {30, 1, 128}, {1000, 600, 77}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    canvas c = blank(all[i].height, all[i].width, all[i].level);
    assert_no_ink(&c);
    dnp_free(c.grey);
  }
}

static void test_blank_grainy_paper(void **state) {
  (void)state;
  canvas c = blank(200, 200, 220);
  add_to_each(&c, grain);
  assert_no_ink(&c);
  dnp_free(c.grey);
}

static void test_blank_gradient_paper(void **state) {
  (void)state;
  canvas c = blank(200, 200, 220);
  add_to_each(&c, light_from_the_left);
  assert_no_ink(&c);
  add_to_each(&c, grain);
  assert_no_ink(&c);
  dnp_free(c.grey);
}

static void test_empty(void **state) {
  (void)state;
  denpa_error err = {0};
  uint8_t out[784], grey = 0;
  assert_int_equal(dnp_center_digit(&grey, 0, 5, out, NULL, &err), DENPA_ERROR_SHAPE);
  assert_int_equal(dnp_center_digit(&grey, 5, 0, out, NULL, NULL), DENPA_ERROR_SHAPE);
}

/* Every size from 1x1 to 12x12 with every single pixel set: no crash, and the box is never cut. */
static void test_every_small_size(void **state) {
  (void)state;
  for (size_t height = 1; height <= 12; height++)
    for (size_t width = 1; width <= 12; width++)
      for (size_t at = 0; at < height * width && height * width > 1; at++) {
        canvas c = blank(height, width, 10);
        c.grey[at] = 250;
        if (height * width > 2) {
          result r = center(&c);
          assert_int_equal(r.tall, 20);
          assert_int_equal(r.wide, 20);
        } else {
          uint8_t out[784];
          assert_int_equal(dnp_center_digit(c.grey, height, width, out, NULL, NULL), DENPA_OK);
        }
        dnp_free(c.grey);
      }
}

#ifdef DNP_FORMATS
static void test_mnist_comes_back(void **state) {
  (void)state;
  const char *root = getenv("DENPA_DATA");
  if (root == NULL) skip();
  char path[1024];
  dnp_array images;
  void *block;
  snprintf(path, sizeof path, "%s/mnist/t10k-images-idx3-ubyte.gz", root);
  assert_int_equal(dnp_idx_read(path, 3, &images, &block, NULL), DENPA_OK);
  size_t near = 0, rows = images.shape[0];
  double total = 0, worst = 0;
  for (size_t i = 0; i < rows; i++) {
    /* on a larger canvas, for in its own form each comes back as it is (test_what_is_in_form_stays) */
    const uint8_t *own = (const uint8_t *)images.values + 784 * i;
    uint8_t canvas_of[32 * 32] = {0};
    for (size_t y = 0; y < 28; y++) memcpy(canvas_of + (y + 3) * 32 + 1, own + 28 * y, 28);
    canvas c = {32, 32, canvas_of};
    result r = center(&c);
    double sum = 0;
    assert_int_equal(r.inverted, 0);
    for (size_t k = 0; k < 784; k++) sum += r.out[k] > own[k] ? r.out[k] - own[k] : own[k] - r.out[k];
    near += sum / 784 < 1;
    total += sum / 784;
    if (sum / 784 > worst) worst = sum / 784;
  }
  print_message("%zu of %zu pictures within one level on average; all together %.4f levels, worst picture %.2f\n", near,
      rows, total / (double)rows, worst);
  assert_true(total / (double)rows < 0.1);
  assert_true(near > rows * 99 / 100);
  dnp_free(block);
}
#endif

/* ---- the form that a model names -------------------------------------------------------------- */

/* Centred again, one in five of these would come out elsewhere, or larger. */
static void test_what_is_in_form_stays(void **state) {
  (void)state;
  uint8_t digit[28 * 28], out[28 * 28];
  for (uint64_t k = 0; k < 300; k++) {
    unsigned done = 99;
    dnp_draw_digit((int)(k % 10), 7, k, digit);
    assert_int_equal(dnp_center_digit(digit, 28, 28, out, &done, NULL), DENPA_OK);
    assert_memory_equal(out, digit, sizeof out);
    assert_int_equal(done, 0);
  }
}

static void test_forms(void **state) {
  (void)state;
  static const char *const damaged[] = {"28", "28x28", "28x28:", "28x28:red", "28x28:greyer", "x28:grey", "28x:grey",
      "-28x28:grey", "28x+28:grey", " 28x28:grey", "0x28:grey", "28x4097:grey", "28x1048577:rgb",
      "18446744073709551617x18446744073709551617:grey", "28x28 :grey", "a"};
  dnp_prepared form;
  assert_int_equal(dnp_prepare_form("12x10:rgb", &form, NULL), DENPA_OK);
  assert_true(form.height == 12 && form.width == 10 && form.planes == 3);
  assert_int_equal(dnp_prepare_form("1x28:grey", &form, NULL), DENPA_OK);
  assert_true(form.height == 1 && form.width == 28 && form.planes == 1);
  assert_int_equal(dnp_prepare_form("", &form, NULL), DENPA_OK);
  assert_true(form.height == 28 && form.width == 28 && form.planes == 1);
  for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++)
    if (dnp_prepare_form(damaged[i], &form, NULL) != DENPA_ERROR_FORMAT) fail_msg("'%s' was read", damaged[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_dark_on_light),
      cmocka_unit_test(test_light_on_dark),
      cmocka_unit_test(test_grey_on_grey),
      cmocka_unit_test(test_off_center),
      cmocka_unit_test(test_touches_the_border),
      cmocka_unit_test(test_large),
      cmocka_unit_test(test_small_grows),
      cmocka_unit_test(test_inverse_gives_the_same_bytes),
      cmocka_unit_test(test_moved_picture_gives_the_same_bytes),
      cmocka_unit_test(test_box_of_exactly_20_is_only_moved),
      cmocka_unit_test(test_areas_are_averaged),
      cmocka_unit_test(test_five_by_five),
      cmocka_unit_test(test_single_pixel),
      cmocka_unit_test(test_thin_line_stays_one_pixel),
      cmocka_unit_test(test_grain_is_no_ink),
      cmocka_unit_test(test_gradient_paper),
      cmocka_unit_test(test_gradient_paper_without_grain),
      cmocka_unit_test(test_dark_corners),
      cmocka_unit_test(test_uniform),
      cmocka_unit_test(test_blank_grainy_paper),
      cmocka_unit_test(test_blank_gradient_paper),
      cmocka_unit_test(test_empty),
      cmocka_unit_test(test_every_small_size),
      cmocka_unit_test(test_what_is_in_form_stays),
      cmocka_unit_test(test_forms),
#ifdef DNP_FORMATS
      cmocka_unit_test(test_mnist_comes_back),
#endif
  };
  return cmocka_run_group_tests_name("center", tests, NULL, NULL);
}
