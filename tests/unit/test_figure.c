/* test_figure.c: round numbers for axes, text that is safe in an SVG, colours that go in order, logs that are read or
 * refused, and figures that do not leak. The pictures themselves are read by tests/witness/plot.sh. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/write.h"
#include "learn/learn.h"
#include "draw/plot.h"
#include "draw/svg.h"

#define DONE(call) assert_int_equal(call, DENPA_OK)

static void ticks_are_round(void **state) {
  (void)state;
  static const struct {
    double low, high, first, step;
  } cases[] = {{0, 1, 0, 0.2}, {1, 16, 5, 5}, {2.2955, 2.3028, 2.296, 0.002}, {0.0001, 0.00123, 0.0005, 0.0005},
      {-0.41, 0.41, -0.4, 0.2}, {0, 48000, 0, 10000}, {-3e-9, 2e-9, -3e-9, 1e-9}, {5, 5e6, 1e6, 1e6}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    double first, step;
    dnp_ticks(cases[i].low, cases[i].high, 5, &first, &step);
    assert_true(fabs(step - cases[i].step) < 1e-9 * step);
    assert_true(fabs(first - cases[i].first) < 1e-9 * step);
    assert_true(first >= cases[i].low - 1e-9 * step && first < cases[i].low + step);
    double power = step; /* 1, 2 or 5 times a power of ten */
    while (power < 0.99) power *= 10;
    while (power > 9.9) power /= 10;
    assert_true(fabs(power - 1) < 1e-6 || fabs(power - 2) < 1e-6 || fabs(power - 5) < 1e-6);
  }
}

static void text_is_escaped(void **state) {
  (void)state;
  static const struct {
    const char *in, *out;
  } cases[] = {{"a<b>&\"'", "a&lt;b&gt;&amp;&quot;&#39;"}, {"]]><script>", "]]&gt;&lt;script&gt;"}, {"損失", "損失"},
      {"\x01\x1f", "\xEF\xBF\xBD\xEF\xBF\xBD"}, {"\xff", "\xEF\xBF\xBD"}, {"\xE6\x90", "\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"}, {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"\xF0\x9F\x8E\xB2", "\xF0\x9F\x8E\xB2"}, {"tab\tline\n", "tab\tline\n"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dnp_svg svg = {0};
    dnp_svg_put(&svg, "%s", "");
    dnp_svg_escaped(&svg, cases[i].in);
    assert_string_equal(svg.text, cases[i].out);
    dnp_svg_free(&svg);
  }
}

static void numbers_are_short(void **state) {
  (void)state;
  static const struct {
    double value;
    const char *text;
  } cases[] = {
      {0, "0"}, {-0.0001, "0"}, {1.5, "1.5"}, {100, "100"}, {2.0004, "2"}, {-3.25, "-3.25"}, {12.3456, "12.346"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dnp_svg svg = {0};
    dnp_svg_number(&svg, cases[i].value);
    assert_string_equal(svg.text, cases[i].text);
    dnp_svg_free(&svg);
  }
}

static void colours_go_in_order(void **state) {
  (void)state;
  dnp_panel p = {.kind = DNP_PANEL_TILES, .low = 0, .high = 255};
  assert_int_equal(dnp_panel_colour(&p, 0), 0x000000);
  assert_int_equal(dnp_panel_colour(&p, 255), 0xffffff);
  assert_int_equal(dnp_panel_colour(&p, 1e9), 0xffffff);
  assert_int_equal(dnp_panel_colour(&p, (double)NAN), 0x808080);
  for (int i = 1; i <= 255; i++) assert_true(dnp_panel_colour(&p, i) > dnp_panel_colour(&p, i - 1));
  p = (dnp_panel){.kind = DNP_PANEL_CELLS, .low = 1, .high = 1000, .log_scale = true};
  assert_true(fabs(dnp_panel_shade(&p, 10) - 1.0 / 3) < 1e-12 && dnp_panel_shade(&p, 0) == 0);
  p.log_counts = true;
  assert_true(dnp_panel_bar(&p, 0) == 0 && dnp_panel_bar(&p, 1) == 1 && fabs(dnp_panel_bar(&p, 1000) - 4) < 1e-12);
}

/* The texts of the marks of the x axis, one behind the other. */
static void marks_of(bool counts, bool powers, double from, double to, char out[256]) {
  char path[] = "/tmp/denpa-svg-XXXXXX", line[4096], *at;
  dnp_figure *figure;
  DONE(dnp_figure_create(&figure, "curves", DENPA_LANG_EN, 1, NULL));
  double x[2] = {from, to}, y[2] = {0, 1};
  figure->panel[0].count = 1;
  figure->panel[0].key = "loss";
  figure->panel[0].series[0] = (dnp_series){.key = "train", .count = 2, .x = x, .y = y};
  figure->panel[0].counts = counts;
  figure->panel[0].powers = powers;
  close(mkstemp(path));
  DONE(dnp_figure_svg(figure, path, NULL));
  FILE *in = fopen(path, "r");
  assert_non_null(in);
  for (out[0] = '\0'; fgets(line, sizeof line, in) != NULL;)
    if (strstr(line, "class=\"tick\"") != NULL && strstr(line, "\"middle\"") != NULL &&
        (at = strchr(line, '>')) != NULL)
      snprintf(out + strlen(out), 256 - strlen(out), "%.*s ", (int)strcspn(at + 1, "<"), at + 1);
  fclose(in);
  remove(path);
  dnp_figure_free(figure);
}

static void marks_are_what_is_counted(void **state) {
  (void)state;
  char marks[256];
  marks_of(false, false, 1, 3, marks);
  assert_string_equal(marks, "1 1.5 2 2.5 3 ");
  marks_of(true, false, 1, 3, marks); /* epochs */
  assert_string_equal(marks, "1 2 3 ");
  marks_of(true, false, 1, 1, marks);
  assert_string_equal(marks, "0 1 ");
  marks_of(false, true, -5.4, -2, marks); /* rates, whose logarithms lie on the axis */
  assert_string_equal(marks, "1e-05 0.0001 0.001 0.01 ");
}

/* ---- logs ---- */

#define HEAD "step,epoch,seconds,train_loss,train_accuracy,test_loss,test_accuracy\n"

static denpa_status read_text(const char *text, dnp_course *course) {
  char path[] = "/tmp/denpa-log-XXXXXX";
  const int file = mkstemp(path);
  FILE *out = fdopen(file, "w");
  assert_non_null(out);
  fputs(text, out);
  fclose(out);
  const denpa_status status = dnp_course_read(course, path, NULL);
  remove(path);
  return status;
}

static void logs_are_read(void **state) {
  (void)state;
  dnp_course c;
  DONE(read_text(HEAD "600,1,0.5,0.84768849,0.8,,0.81\n1200,2,1,0.5,0.85,0.4,0.86\n", &c));
  assert_true(c.count == 2 && c.line[0].step == 600 && c.line[0].train_loss == 0.84768849 &&
              isnan(c.line[0].test_loss) && c.line[0].test_accuracy == 0.81 && c.line[1].epoch == 2);
  dnp_course_free(&c);
  DONE(read_text(HEAD "1,1,0,1,1,1,1\n2,", &c)); /* cut off while it was written */
  assert_int_equal(c.count, 1);
  dnp_course_free(&c);
  static const char *const broken[] = {
      "", "\n", "hello\n1\n", HEAD "1\n", HEAD "x,1,0,1,1,1,1\n", HEAD "1,1e,0,1,1,1,1\n", HEAD "-1,1,0,1,1,1,1\n"};
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    assert_int_equal(read_text(broken[i], &c), DENPA_ERROR_FORMAT);
    assert_null(c.line);
  }
  assert_int_not_equal(dnp_course_read(&c, "/nonexistent/log.csv", NULL), DENPA_OK);
}

/* Every plot, with every allocation failing in turn: a status, and nothing left behind (the address sanitizer
 * looks). */
static void starve(const dnp_plot *p, const dnp_plot_source *source) {
  for (size_t nth = 1;; nth++) {
    dnp_figure *figure = NULL;
    dnp_alloc_fail_at(nth);
    const denpa_status status = p->make(&figure, source, NULL);
    dnp_alloc_fail_at(0);
    if (status != DENPA_OK) {
      assert_int_equal(status, DENPA_ERROR_MEMORY);
      assert_null(figure);
      continue;
    }
    assert_string_equal(figure->what, p->name);
    dnp_figure_free(figure);
    return;
  }
}

/* Pictures, and rows of two numbers. */
static void out_of_memory(void **state) {
  (void)state;
  static const double x[] = {0, 1, 1, 0, 2, 2, 3, -1};
  static const int32_t label[] = {0, 1, 1, 0};
  denpa_data *data, *pairs;
  denpa_net *net, *plane;
  denpa_epoch line[2] = {{1, 1, 1, 2, 0.1, 2, 0.1, (double)NAN, (double)NAN, {0}},
      {2, 2, 2, 1, 0.5, 1, 0.5, (double)NAN, (double)NAN, {0}}};
  const dnp_course course = {line, 2};
  denpa_net_options o = denpa_net_options_default();
  o.threads = 1;
  DONE(denpa_data_digits(&data, 12, 1, NULL));
  DONE(
      denpa_net_create(&net, "input 1x28x28, conv 2 5x5 stride 4, batchnorm, relu, dense 3, relu, dense 10", &o, NULL));
  DONE(denpa_data_from_memory(&pairs, "pairs", 2, 2,
      &(denpa_rows){.rows = 4, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .label = label}, NULL, NULL));
  DONE(denpa_net_create(&plane, "2-3-2", &o, NULL));
  const dnp_plot_source source = {.name = "m", .net = net, .dataset = data, .log = &course, .samples = 6},
                        flat = {.name = "m", .net = plane, .dataset = pairs, .log = &course};
  for (const dnp_plot *p = dnp_plots; p->name != NULL; p++) {
    assert_ptr_equal(dnp_plot_find(p->name), p);
    starve(p, &flat);
    if (p->make != dnp_plot_boundary) starve(p, &source);
  }
  dnp_figure *none = NULL;
  assert_int_equal(dnp_plot_boundary(&none, &source, NULL), DENPA_ERROR_UNSUPPORTED);
  assert_null(none);
  assert_null(dnp_plot_find("nothing"));
  denpa_net_free(net);
  denpa_net_free(plane);
  denpa_data_free(data);
  denpa_data_free(pairs);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(ticks_are_round), cmocka_unit_test(text_is_escaped),
      cmocka_unit_test(numbers_are_short), cmocka_unit_test(colours_go_in_order),
      cmocka_unit_test(marks_are_what_is_counted), cmocka_unit_test(logs_are_read), cmocka_unit_test(out_of_memory)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
