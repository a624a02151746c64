/* test_base.c: texts and errors in both languages, numbers without a locale, checked sizes, arenas, arrays, whole
 * files. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/memory.h"
#include "base/shapes.h"
#include "base/text.h"
#include "base/write.h"

#define RENDER(out, lang, ...) dnp_render(out, sizeof out, lang, DNP_MESSAGE(__VA_ARGS__, DNP_END))

/* ---- texts -------------------------------------------------------------------------------------- */

static void templates(void **state) {
  (void)state;
  char out[256];
  RENDER(out, DENPA_LANG_EN, "{2} before {1}, {{1}", dnp_s("b"), dnp_s("a"));
  assert_string_equal(out, "a before b, {1}");
  RENDER(
      out, DENPA_LANG_EN, "{1:6}|{1:-6}|{2:.3f}|{2:.2e}|{3:x}|{4}", dnp_u(42), dnp_d(3.14159), dnp_u(2051), dnp_i(-7));
  assert_string_equal(out, "    42|42    |3.142|3.14e+00|0x803|-7");
  RENDER(out, DENPA_LANG_EN, "{1:8}|{1:-8}|", dnp_s("重み"));
  assert_string_equal(out, "    重み|重み    |");
  RENDER(out, DENPA_LANG_EN, "{3}{1}", dnp_s("only"));
  assert_string_equal(out, "only");
  RENDER(
      out, DENPA_LANG_EN, "{1} {1|sample|samples}, {2} {2|is|are}, {3} {3|epoch|epochs}", dnp_u(1), dnp_i(2), dnp_d(1));
  assert_string_equal(out, "1 sample, 2 are, 1 epoch");
  RENDER(out, DENPA_LANG_EN, "{1} {1|sample|samples}, {2} {2|is|are}, {3:.1f} {3|epoch|}.", dnp_u(0), dnp_i(1),
      dnp_d(1.5));
  assert_string_equal(out, "0 samples, 1 is, 1.5 .");
  assert_int_equal(dnp_text_width("a重みz"), 6);
  assert_int_equal(dnp_text_width("e\xCC\x81"), 1);
}

static void dangerous_texts_are_escaped(void **state) {
  (void)state;
  char out[256];
  RENDER(out, DENPA_LANG_EN, "{1}",
      dnp_s("a\033[31m\n\x7F\xFF"
            "b"));
  assert_string_equal(out, "a\\x1B[31m\\x0A\\x7F\\xFF"
                           "b");
  RENDER(out, DENPA_LANG_EN, "{1}", dnp_s("x\xE2\x80\xAEy")); /* right-to-left override */
  assert_string_equal(out, "x\\u202Ey");
  RENDER(out, DENPA_LANG_EN, "{1}", dnp_s("\xC0\x80")); /* overlong */
  assert_string_equal(out, "\\xC0\\x80");
}

static void cut_between_characters(void **state) {
  (void)state;
  char out[8];
  for (size_t size = 0; size <= sizeof out; size++) {
    memset(out, '#', sizeof out);
    assert_int_equal(dnp_render(out, size, DENPA_LANG_EN, "{1}", (const denpa_arg[]){dnp_s("重み行列"), DNP_END}), 12);
    if (size == 0) continue;
    assert_int_equal(strlen(out), (size - 1) / 3 * 3);
  }
}

static void errors_speak_both_languages(void **state) {
  (void)state;
  denpa_error err = {0}, copy;
  char en[256], ja[256];
  char path[] = "some/file";
  assert_int_equal(
      dnp_fail(&err, DENPA_ERROR_NOT_FOUND, "{1}: there is no such file", dnp_s(path)), DENPA_ERROR_NOT_FOUND);
  path[0] = '#'; /* the error keeps its own copy */
  copy = err;
  memset(&err, 0, sizeof err);
  denpa_error_text(&copy, DENPA_LANG_EN, en, sizeof en);
  denpa_error_text(&copy, DENPA_LANG_JA, ja, sizeof ja);
  assert_string_equal(en, "some/file: there is no such file");
  assert_string_not_equal(ja, en);
  assert_non_null(strstr(ja, "some/file"));
  assert_int_equal(dnp_fail(NULL, DENPA_ERROR_SHAPE, "{1}", dnp_s("x")), DENPA_ERROR_SHAPE);
  assert_int_equal(dnp_fail_in(&copy, DENPA_ERROR_FORMAT, "the\tlist"), DENPA_ERROR_FORMAT);
  assert_int_equal(copy.status, DENPA_ERROR_FORMAT);
  size_t length = denpa_error_text(&copy, DENPA_LANG_EN, en, sizeof en);
  assert_string_equal(en, "the\\x09list: some/file: there is no such file");
  assert_int_equal(length, strlen(en));
  assert_int_equal(denpa_error_text(&copy, DENPA_LANG_EN, NULL, 0), length);
  assert_int_equal(denpa_error_text(&copy, DENPA_LANG_EN, en, 8), length);
  assert_string_equal(en, "the\\x09");
  assert_int_equal(dnp_fail_in(&copy, DENPA_OK, "another"), DENPA_OK);
  assert_int_equal(denpa_error_text(&copy, DENPA_LANG_EN, NULL, 0), length);
  /* a file that another one names: both, the outer one first */
  assert_int_equal(dnp_fail_in(&copy, DENPA_ERROR_FORMAT, "outer"), DENPA_ERROR_FORMAT);
  assert_int_equal(denpa_error_text(&copy, DENPA_LANG_EN, NULL, 0), length + strlen("outer: "));
  assert_int_equal(denpa_error_text(&copy, DENPA_LANG_EN, en, sizeof en), length + strlen("outer: "));
  assert_string_equal(en, "outer: the\\x09list: some/file: there is no such file");
  assert_int_equal(denpa_error_text(&copy, DENPA_LANG_EN, en, 9), length + strlen("outer: "));
  assert_string_equal(en, "outer: t");
  assert_string_equal(denpa_status_name(DENPA_ERROR_SHAPE), "SHAPE");
#define ROW(enumerator, name, number, text) assert_string_not_equal(denpa_status_text(enumerator, DENPA_LANG_JA), text);
  DENPA_STATUS_LIST(ROW)
#undef ROW
}

/* What the system says is said in our words, in the language asked for; the rest with its number. */
/* Each pair of shapes with words of what is said of it; NULL: they have nothing in common. */
static void shapes_that_are_alike(void **state) {
  (void)state;
  static const struct {
    const char *name;
    int given_axes;
    size_t given[4];
    int wanted_axes;
    size_t wanted[4];
    const char *words;
  } rows[] = {
      {"W", 2, {50, 784}, 2, {784, 50}, "Write W.T into"},
      {NULL, 2, {50, 784}, 2, {784, 50}, "(50, 784) is (784, 50) transposed: rows and columns have changed places.\n"},
      {"W", 2, {50, 783}, 2, {784, 50}, NULL},
      {"W", 2, {7, 7}, 2, {7, 7}, NULL},
      {"b", 2, {1, 10}, 1, {10}, "b.reshape(10,)"},
      {"b", 1, {784}, 3, {1, 28, 28}, "(784,) has as many numbers as (1, 28, 28), but other axes"},
      {"W", 2, {6, 4}, 2, {3, 8}, NULL},
      {"W", 4, {5, 5, 1, 30}, 4, {30, 1, 5, 5}, "W.transpose(3, 2, 0, 1)"},
      {"W", 4, {3, 3, 3, 3}, 4, {3, 3, 3, 3}, NULL},
      {"W", 4, {3, 5, 4, 2}, 4, {2, 4, 3, 5}, "W.transpose(3, 2, 0, 1)"},
      {NULL, 3, {28, 28, 3}, 3, {3, 28, 28}, "axes in another order. Pictures are"},
      {NULL, 1, {784}, 1, {28}, "784 = 28 x 28, flattened: a row is a whole picture"},
      {NULL, 1, {28}, 1, {784}, "784 = 28 x 28, flattened: the network takes"},
      {NULL, 1, {783}, 1, {28}, NULL},
      {NULL, 1, {1}, 1, {1}, NULL},
      {"W", 2, {SIZE_MAX, 2}, 1, {10}, NULL},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[2048];
    denpa_error e = {0};
    const dnp_shape given = {rows[i].given_axes, rows[i].given}, wanted = {rows[i].wanted_axes, rows[i].wanted};
    assert_int_equal(dnp_fail_shapes(NULL, DENPA_ERROR_SHAPE, rows[i].name, given, wanted), DENPA_ERROR_SHAPE);
    assert_int_equal(
        dnp_fail_shapes(&e, dnp_fail(&e, DENPA_ERROR_SHAPE, "no {1}", dnp_s("good")), rows[i].name, given, wanted),
        DENPA_ERROR_SHAPE);
    assert_int_equal(denpa_error_text(&e, DENPA_LANG_EN, text, sizeof text),
        denpa_error_text(&e, DENPA_LANG_EN, NULL, 0)); /* its length, without a place for it */
    if (rows[i].words == NULL)
      assert_string_equal(text, "no good");
    else if (strstr(text, rows[i].words) == NULL)
      fail_msg("%s is not in: %s", rows[i].words, text);
    char japanese[2048];
    denpa_error_text(&e, DENPA_LANG_JA, japanese, sizeof japanese);
    for (size_t room = 1; room < 400; room++) { /* never within a character */
      char cut[400];
      denpa_error_text(&e, DENPA_LANG_JA, cut, room);
      const size_t length = strlen(cut);
      assert_true(
          length < room && memcmp(cut, japanese, length) == 0 && ((unsigned char)japanese[length] & 0xC0) != 0x80);
    }
  }
}

/* Where the store of the error is full, the drawing is left out. */
static void no_room_for_shapes(void **state) {
  (void)state;
  char long_text[DENPA_ERROR_STORE + 10], text[2048];
  denpa_error e = {0};
  memset(long_text, 'a', sizeof long_text - 1);
  long_text[sizeof long_text - 1] = '\0';
  for (size_t length = DENPA_ERROR_STORE - 20; length < sizeof long_text; length++) {
    dnp_fail_shapes(&e, dnp_fail(&e, DENPA_ERROR_SHAPE, "{1}", dnp_s(long_text + sizeof long_text - 1 - length)), "W",
        (dnp_shape){2, (const size_t[]){50, 784}}, (dnp_shape){2, (const size_t[]){784, 50}});
    denpa_error_text(&e, DENPA_LANG_EN, text, sizeof text);
    assert_true(text[0] == 'a');
  }
}

static void system_errors_speak_both_languages(void **state) {
  (void)state;
  static const int met[] = {EACCES, EAGAIN, EBADF, EBUSY, EDQUOT, EEXIST, EFBIG, EINTR, EINVAL, EIO, EISDIR, ELOOP,
      EMFILE, ENAMETOOLONG, ENFILE, ENODEV, ENOENT, ENOMEM, ENOSPC, ENOTDIR, ENOTEMPTY, ENXIO, EOVERFLOW, EPERM, EPIPE,
      EROFS, ESTALE, ETIMEDOUT, ETXTBSY, EXDEV};
  denpa_error err;
  char en[256], ja[256];
  for (size_t i = 0; i < sizeof met / sizeof *met; i++) {
    assert_int_equal(
        dnp_fail_errno(&err, "{1}: {2}", "x", met[i]), met[i] == ENOMEM ? DENPA_ERROR_MEMORY : DENPA_ERROR_IO);
    denpa_error_text(&err, DENPA_LANG_EN, en, sizeof en);
    denpa_error_text(&err, DENPA_LANG_JA, ja, sizeof ja);
    assert_null(strstr(en, "errno"));
    assert_string_not_equal(en, ja);
    for (const char *c = ja + 3; *c != '\0'; c++)
      if (strchr("()/", *c) == NULL) assert_true((unsigned char)*c >= 0x80); /* no English word is left */
  }
  dnp_fail_errno(&err, "{1}: {2}", "x", ENOSPC);
  denpa_error_text(&err, DENPA_LANG_EN, en, sizeof en);
  assert_string_equal(en, "x: the disk is full");
  dnp_fail_errno(&err, "{1}: {2}", "x", ENOTTY);
  denpa_error_text(&err, DENPA_LANG_JA, ja, sizeof ja);
  assert_int_equal(strncmp(ja, "x: errno 25 (", 13), 0);
}

/* As snprintf does it: NULL and 0 ask how long the message is; one that is cut is cut between characters. */
static void length_of_a_message(void **state) {
  (void)state;
  denpa_error err = {0};
  char out[64] = "?";
  dnp_fail(&err, DENPA_ERROR_NOT_FOUND, "{1}: there is no such file", dnp_s("some/file"));
  for (int lang = DENPA_LANG_EN; lang <= DENPA_LANG_JA; lang++) {
    const size_t length = denpa_error_text(&err, (denpa_lang)lang, out, sizeof out);
    assert_int_equal(length, strlen(out));
    assert_int_equal(denpa_error_text(&err, (denpa_lang)lang, NULL, 0), length);
    assert_int_equal(denpa_error_text(&err, (denpa_lang)lang, NULL, sizeof out), length);
    assert_int_equal(denpa_error_text(&err, (denpa_lang)lang, out, 12), length);
    assert_true(strlen(out) < 12 && dnp_text_is_utf8(out));
  }
  assert_int_equal(denpa_error_text(NULL, DENPA_LANG_EN, out, sizeof out), 0);
  assert_string_equal(out, "");
}

static void long_arguments_fit(void **state) {
  (void)state;
  static char text[2000];
  memset(text, 'x', sizeof text - 1);
  denpa_error err = {0};
  char out[4096];
  dnp_fail(&err, DENPA_ERROR_IO, "{1}|{2}|{3}", dnp_s(text), dnp_s("second"), dnp_u(5));
  assert_int_equal(denpa_error_text(&err, DENPA_LANG_EN, out, sizeof out), DENPA_ERROR_STORE - 1 + 3);
  assert_string_equal(out + DENPA_ERROR_STORE - 1, "||5");
  for (size_t shift = 0; shift < 3; shift++) { /* of a path the end stays, and no character is halved */
    static const char name[] = "/the model.safetensors";
    memset(text, 'x', sizeof text - 1);
    for (size_t i = shift; i + 3 < sizeof text - 40; i += 3) memcpy(text + i, "重", 3);
    memcpy(text + sizeof text - sizeof name, name, sizeof name);
    dnp_fail(&err, DENPA_ERROR_IO, "{1}", dnp_s(text));
    denpa_error_text(&err, DENPA_LANG_EN, out, sizeof out);
    assert_non_null(strstr(out, "..."));
    assert_string_equal(out + strlen(out) - strlen(name), name);
    assert_null(strstr(out, "\\x")); /* what is not UTF-8 would be escaped */
  }
}

/* ---- numbers ------------------------------------------------------------------------------------- */

static void numbers(void **state) {
  (void)state;
  char out[40];
  double d;
  size_t n;
  dnp_format_real(out, sizeof out, 0.1, 17);
  assert_string_equal(out, "0.10000000000000001");
  assert_true(dnp_parse_real("2.5e-3", &d) && d == 2.5e-3);
  assert_false(dnp_parse_real("", &d) || dnp_parse_real(" 1", &d) || dnp_parse_real("1x", &d) ||
               dnp_parse_real("1e999", &d) || dnp_parse_real("1,5", &d));
  uint64_t whole;
  assert_true(dnp_parse_whole("18446744073709551615", &whole) && whole == UINT64_MAX);
  assert_false(
      dnp_parse_whole("18446744073709551616", &whole) || dnp_parse_whole("", &whole) || dnp_parse_whole("1 ", &whole));
  assert_int_equal(dnp_parse_size("4294967296", &n), SIZE_MAX > UINT32_MAX);
  assert_true(dnp_parse_size("18446744073709551615", &n) && n == SIZE_MAX);
  assert_false(dnp_parse_size("18446744073709551616", &n) || dnp_parse_size("-1", &n) || dnp_parse_size("", &n) ||
               dnp_parse_size("+1", &n));
}

/* By definition: one digit after the other, until the number comes back. */
static void shortest_by_counting(char *out, size_t size, double value) {
  double back;
  for (int digits = value == rint(value) && fabs(value) < 1e15 ? 15 : 1; digits <= 17; digits++) {
    dnp_format_real(out, size, value, digits);
    if (digits == 17 || (dnp_parse_real(out, &back) && back == value)) return;
  }
}

static void same_as_counting(double value) {
  char out[40], expected[40];
  shortest_by_counting(expected, sizeof expected, value);
  assert_int_equal(dnp_format_shortest(out, sizeof out, value), strlen(expected));
  assert_string_equal(out, expected);
}

static void shortest_numbers(void **state) {
  (void)state;
  static const double rows[] = {0, -0.0, 1, -1, 0.1, 0.3, 1.0 / 3, 2.0 / 3, 100, 1e14, 999999999999999, 1e15, 1e16,
      123456789012345680, 1234567890123456.5, 123456.789, 0.0001, 0.00001, 9.9999999999999e22, 1e22, 1e23, 5e-324,
      1e-323, 1.5e-322, 2.2250738585072014e-308, 2.2250738585072009e-308, 1.7976931348623157e308, INFINITY, -INFINITY,
      (double)NAN, 9007199254740992, 4503599627370497.5, 0.1 + 0.2, 5e-5, 299792.458};
  uint64_t bits = 0x9e3779b97f4a7c15u;
  double value;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) same_as_counting(rows[i]);
  for (int i = 0; i < 3000; i++) { /* any bits, and below the exact range */
    bits = bits * 6364136223846793005u + 1442695040888963407u;
    memcpy(&value, &bits, sizeof value);
    same_as_counting(value);
    const uint64_t low = bits >> 12 >> (i % 52);
    memcpy(&value, &low, sizeof value);
    same_as_counting(value);
    same_as_counting((double)(float)((double)(bits >> 11) * 0x1p-53)); /* an answer in float32 */
    same_as_counting((double)(int64_t)(bits >> 30) / 1000);            /* few digits */
  }
}

static void words_at_the_ends(void **state) {
  (void)state;
  assert_true(dnp_text_begins("--try=x", "--") && dnp_text_begins("a", "") && dnp_text_begins("a", "a"));
  assert_false(dnp_text_begins("a", "ab") || dnp_text_begins("Ab", "ab"));
  assert_true(dnp_text_ends("a.png", ".png") && dnp_text_ends("A.PNG", ".png") && dnp_text_ends("x", ""));
  assert_false(dnp_text_ends("png", ".png") || dnp_text_ends("a.png/", ".png"));
  assert_string_equal(dnp_text_file_name("a/b.c"), "b.c");
  assert_string_equal(dnp_text_file_name("b.c"), "b.c");
  assert_string_equal(dnp_text_file_name("a/"), "");
}

/* A program around the library may have set a locale with decimal commas. */
static void numbers_ignore_the_locale(void **state) {
  (void)state;
  static const char *const commas[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "fr_FR", "nl_NL.UTF-8"};
  size_t i = 0;
  while (i < 5 && setlocale(LC_ALL, commas[i]) == NULL) i++;
  if (i == 5) skip(); /* no such locale is installed */
  numbers(state);
  setlocale(LC_ALL, "C");
}

/* ---- memory --------------------------------------------------------------------------------------- */

static void sizes(void **state) {
  (void)state;
  size_t out;
  void *block;
  assert_true(dnp_size_mul(1u << 20, 1u << 20, &out) && out == (size_t)1 << 40);
  assert_false(dnp_size_mul(SIZE_MAX, 2, &out) || dnp_size_add(SIZE_MAX, 1, &out));
  assert_int_equal(dnp_alloc(&block, SIZE_MAX / 4, 8, NULL), DENPA_ERROR_MEMORY);
  assert_null(block);
  assert_int_equal(dnp_alloc(&block, 0, 8, NULL), DENPA_OK);
  assert_int_equal((uintptr_t)block % DNP_ALIGN, 0);
  dnp_free(block);
}

static void allocations_fail_on_demand(void **state) {
  (void)state;
  void *block;
  size_t before = dnp_alloc_count();
  dnp_alloc_fail_at(2);
  assert_int_equal(dnp_alloc(&block, 1, 1, NULL), DENPA_OK);
  dnp_free(block);
  assert_int_equal(dnp_alloc(&block, 1, 1, NULL), DENPA_ERROR_MEMORY);
  assert_int_equal(dnp_alloc(&block, 1, 1, NULL), DENPA_OK);
  dnp_free(block);
  assert_int_equal(dnp_alloc_count() - before, 3);
}

static void large_blocks(void **state) {
  (void)state;
  static const size_t sizes[] = {0, 1, 63, (4u << 20) - 1, 4u << 20, (9u << 20) + 5};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    void *raw;
    unsigned char *zeroed;
    assert_int_equal(dnp_alloc_raw(&raw, sizes[i], NULL), DENPA_OK);
    assert_int_equal((uintptr_t)raw % DNP_ALIGN, 0);
    memset(raw, 1, sizes[i]);
    dnp_free(raw);
    assert_int_equal(DNP_NEW(&zeroed, sizes[i], NULL), DENPA_OK); /* perhaps the same memory again */
    for (size_t k = 0; k < sizes[i]; k++) assert_true(zeroed[k] == 0);
    dnp_free(zeroed);
    dnp_alloc_fail_at(1);
    assert_int_equal(dnp_alloc_raw(&raw, sizes[i], NULL), DENPA_ERROR_MEMORY);
    dnp_alloc_fail_at(0);
    assert_null(raw);
  }
  void *raw;
  assert_int_equal(dnp_alloc_raw(&raw, SIZE_MAX, NULL), DENPA_ERROR_MEMORY);
  assert_null(raw);
}

static void arena_measures_then_places(void **state) {
  (void)state;
  dnp_arena a = {0};
  unsigned char *piece[3] = {0};
  for (int pass = 0; pass < 2; pass++) {
    for (size_t i = 0; i < 3; i++) piece[i] = dnp_arena_take(&a, i * 10 + 1, 7);
    if (pass == 0) assert_int_equal(dnp_arena_open(&a, NULL), DENPA_OK);
  }
  for (size_t i = 0; i < 3; i++) {
    assert_non_null(piece[i]);
    assert_int_equal((uintptr_t)piece[i] % DNP_ALIGN, 0);
    memset(piece[i], (int)i + 1, (i * 10 + 1) * 7);
  }
  for (size_t i = 0; i < 3; i++) assert_int_equal(piece[i][(i * 10 + 1) * 7 - 1], i + 1);
  assert_null(dnp_arena_take(&a, 1000, 1)); /* more than was measured */
  dnp_arena_close(&a);
  dnp_arena_take(&a, SIZE_MAX / 2, 8);
  assert_int_equal(dnp_arena_open(&a, NULL), DENPA_ERROR_MEMORY);
}

static void arrays(void **state) {
  (void)state;
  dnp_arrays list = {0};
  dnp_array *added;
  char text[96];
  for (size_t i = 0; i < 20; i++) {
    char name[8];
    snprintf(name, sizeof name, "W%zu", i);
    assert_int_equal(
        dnp_arrays_add(&list, name, DENPA_DTYPE_FLOAT32, 2, (const size_t[]){i + 1, 3}, &added, NULL), DENPA_OK);
    ((float *)added->values)[3 * i + 2] = (float)i;
  }
  assert_int_equal(list.count, 20);
  assert_true(((float *)dnp_arrays_find(&list, "W7")->values)[23] == 7);
  assert_null(dnp_arrays_find(&list, "W99"));
  assert_string_equal(dnp_shape_text(2, list.item[4].shape, text), "(5, 3)");
  assert_string_equal(dnp_shape_text(1, list.item[4].shape, text), "(5,)");
  assert_int_equal(dnp_arrays_add(&list, "big", DENPA_DTYPE_FLOAT64, 2, (const size_t[]){SIZE_MAX, 3}, NULL, NULL),
      DENPA_ERROR_FORMAT);
  assert_int_equal(dnp_arrays_add(&list, "axes", DENPA_DTYPE_FLOAT64, 5, (const size_t[]){1, 1, 1, 1, 1}, NULL, NULL),
      DENPA_ERROR_FORMAT);
  dnp_arrays_free(&list);
}

/* ---- whole files ------------------------------------------------------------------------------------ */

static char folder[64];

static int make_folder(void **state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/denpa-base.XXXXXX");
  return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static int remove_folder(void **state) {
  (void)state;
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  return chdir("/") != 0 || system(command) != 0;
}

static size_t entries(void) {
  FILE *p = popen("ls -A | wc -l", "r");
  size_t n = 99;
  if (p == NULL || fscanf(p, "%zu", &n) != 1) n = 99;
  if (p != NULL) pclose(p);
  return n;
}

static void files_are_whole(void **state) {
  (void)state;
  unsigned char *data;
  size_t size;
  assert_int_equal(dnp_write_file("a", (const dnp_piece[]){{"hello ", 6}, {"", 0}, {"world", 5}}, 3, NULL), DENPA_OK);
  assert_int_equal(dnp_read_file("a", 100, &data, &size, NULL), DENPA_OK);
  assert_int_equal(size, 11);
  assert_memory_equal(data, "hello world", 11);
  dnp_free(data);
  assert_int_equal(dnp_read_file("a", 10, &data, &size, NULL), DENPA_ERROR_FORMAT);
  assert_int_equal(dnp_read_file("b", 10, &data, &size, NULL), DENPA_ERROR_NOT_FOUND);
  assert_int_equal(dnp_read_file(".", 10, &data, &size, NULL), DENPA_ERROR_IO);
  assert_int_equal(dnp_read_file("/dev/zero", 10, &data, &size, NULL), DENPA_ERROR_IO);
  assert_int_equal(mkfifo("pipe", 0600), 0);
  assert_int_equal(dnp_read_file("pipe", 10, &data, &size, NULL), DENPA_ERROR_IO);
  assert_int_equal(symlink("a", "link"), 0);
  assert_int_equal(dnp_write_file("link", (const dnp_piece[]){{"new", 3}}, 1, NULL), DENPA_OK);
  /* the link stayed, what it points to changed */
  assert_int_equal(dnp_read_file("a", 10, &data, &size, NULL), DENPA_OK);
  assert_memory_equal(data, "new", 3);
  dnp_free(data);
  struct stat info;
  assert_int_equal(lstat("link", &info), 0);
  assert_true(S_ISLNK(info.st_mode));
  assert_int_equal(dnp_write_file("/dev/null", (const dnp_piece[]){{"x", 1}}, 1, NULL), DENPA_ERROR_IO);
  assert_int_equal(dnp_write_file(".", (const dnp_piece[]){{"x", 1}}, 1, NULL), DENPA_ERROR_IO);
  assert_int_equal(dnp_write_file("no/such/file", (const dnp_piece[]){{"x", 1}}, 1, NULL), DENPA_ERROR_IO);
  assert_int_equal(entries(), 3); /* a, link, pipe: nothing half-written */
}

/* In place of the library's: a signal arrives in the middle of writing. */
static int signal_at_sync;
int fsync(int file) {
  if (signal_at_sync != 0) raise(signal_at_sync);
  return fcntl(file, F_GETFD) == -1 ? -1 : 0;
}

/* A signal that ends the program waits until the file is whole. */
static void a_signal_finds_nothing_half_written(void **state) {
  (void)state;
  static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGALRM};
  for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
    unsigned char *data;
    size_t size;
    int how;
    assert_int_equal(dnp_write_file("a", (const dnp_piece[]){{"old", 3}}, 1, NULL), DENPA_OK);
    const pid_t child = fork();
    if (child == 0) {
      setrlimit(RLIMIT_CORE, &(const struct rlimit){0, 0});
      signal(ending[i], SIG_DFL);
      signal_at_sync = ending[i];
      dnp_write_file("a", (const dnp_piece[]){{"new", 3}}, 1, NULL);
      _exit(0); /* it was not ended */
    }
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFSIGNALED(how) && WTERMSIG(how) == ending[i]);
    assert_int_equal(entries(), 1);
    assert_int_equal(dnp_read_file("a", 10, &data, &size, NULL), DENPA_OK);
    assert_memory_equal(data, "new", 3);
    dnp_free(data);
  }
}

/* A limit on file sizes stands for a disk that fills up: the old file stays, and nothing else. */
static void a_full_disk_changes_nothing(void **state) {
  (void)state;
  static char big[200000];
  struct rlimit before, small;
  unsigned char *data;
  size_t size;
  assert_int_equal(dnp_write_file("a", (const dnp_piece[]){{"old", 3}}, 1, NULL), DENPA_OK);
  signal(SIGXFSZ, SIG_IGN);
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  small = before;
  small.rlim_cur = 100000;
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
  denpa_error err = {0};
  char text[512];
  denpa_status status = dnp_write_file("a", (const dnp_piece[]){{big, sizeof big}}, 1, &err);
  setrlimit(RLIMIT_FSIZE, &before);
  assert_int_equal(status, DENPA_ERROR_IO);
  denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
  assert_non_null(strstr(text, "nothing was changed"));
  assert_int_equal(dnp_read_file("a", 10, &data, &size, NULL), DENPA_OK);
  assert_memory_equal(data, "old", 3);
  dnp_free(data);
  assert_int_equal(entries(), 1);
}

static void files_without_memory(void **state) {
  (void)state;
  unsigned char *data = NULL;
  size_t size;
  dnp_alloc_fail_at(1);
  assert_int_equal(dnp_write_file("a", (const dnp_piece[]){{"x", 1}}, 1, NULL), DENPA_ERROR_MEMORY);
  dnp_alloc_fail_at(0);
  assert_int_equal(entries(), 0);
  assert_int_equal(dnp_write_file("a", (const dnp_piece[]){{"x", 1}}, 1, NULL), DENPA_OK);
  dnp_alloc_fail_at(1);
  assert_int_equal(dnp_read_file("a", 10, &data, &size, NULL), DENPA_ERROR_MEMORY);
  dnp_alloc_fail_at(0);
  assert_null(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(templates),
      cmocka_unit_test(dangerous_texts_are_escaped),
      cmocka_unit_test(cut_between_characters),
      cmocka_unit_test(errors_speak_both_languages),
      cmocka_unit_test(shapes_that_are_alike),
      cmocka_unit_test(no_room_for_shapes),
      cmocka_unit_test(system_errors_speak_both_languages),
      cmocka_unit_test(length_of_a_message),
      cmocka_unit_test(long_arguments_fit),
      cmocka_unit_test(numbers),
      cmocka_unit_test(shortest_numbers),
      cmocka_unit_test(words_at_the_ends),
      cmocka_unit_test(numbers_ignore_the_locale),
      cmocka_unit_test(sizes),
      cmocka_unit_test(allocations_fail_on_demand),
      cmocka_unit_test(large_blocks),
      cmocka_unit_test(arena_measures_then_places),
      cmocka_unit_test(arrays),
      cmocka_unit_test_setup_teardown(files_are_whole, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(a_signal_finds_nothing_half_written, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(a_full_disk_changes_nothing, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(files_without_memory, make_folder, remove_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
