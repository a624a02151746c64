/* test_frames.c: when frames are kept, and lists of scores written and read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "run/frames.c"
#include "run/log.c"

static void check_plan(size_t total, size_t per_epoch) {
  size_t update[DNP_MOST_FRAMES];
  const size_t count = dnp_frames_plan(total, per_epoch, update), enough = total < 31 ? total + 1 : 32;
  assert_in_range(count, enough, DNP_MOST_FRAMES);
  assert_int_equal(update[0], 0);
  assert_int_equal(update[count - 1], total);
  for (size_t i = 1; i < count; i++) {
    assert_true(update[i] > update[i - 1]);
    /* no frame stands for most of the training */
    if (i + 1 < count && i > 1) assert_true(update[i] - update[i - 1] <= total / 2 + 1);
  }
  if (per_epoch >= 60 && total % per_epoch == 0 && total > per_epoch) assert_true(update[count - 2] % per_epoch == 0);
}

static void test_plan(void **state) {
  (void)state;
  static const size_t epoch[] = {1, 2, 3, 7, 60, 600, 60000, SIZE_MAX};
  for (size_t e = 0; e < sizeof epoch / sizeof *epoch; e++) {
    for (size_t total = 0; total < 700; total++) check_plan(total, epoch[e]);
    for (size_t total = 1000; total < 100000000; total = total * 3 / 2 + 1) check_plan(total, epoch[e]);
    check_plan(SIZE_MAX, epoch[e]);
  }
  /* the article's default training: every end of an epoch, and half of the frames before the first */
  size_t update[DNP_MOST_FRAMES];
  const size_t count = dnp_frames_plan(9600, 600, update);
  for (size_t i = 0; i < 16; i++) assert_int_equal(update[count - 16 + i], 600 * (i + 1));
  assert_in_range(count, 32, 35);
  assert_int_equal(update[1], 1);
  assert_int_equal(update[2], 2);
}

static void test_length(void **state) {
  (void)state;
  denpa_data *data;
  size_t per_epoch;
  denpa_train_options t = denpa_train_options_default();
  assert_int_equal(denpa_data_digits(&data, 250, 1, NULL), DENPA_OK);
  static const struct {
    size_t batch, epochs, steps, length, per_epoch;
  } rows[] = {{100, 2, SIZE_MAX, 6, 3}, {100, 2, 5, 5, 3}, {0, 4, SIZE_MAX, 4, 1}, {1000, 4, SIZE_MAX, 4, 1},
      {250, 1, 9, 1, 1}, {1, SIZE_MAX, 7, 7, 250}, {249, 3, SIZE_MAX, 6, 2}, {7, 0, 9, 0, 36}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    t.batch = rows[i].batch;
    t.epochs = rows[i].epochs;
    t.steps = rows[i].steps;
    assert_int_equal(dnp_frames_length(data, &t, &per_epoch), rows[i].length);
    assert_int_equal(per_epoch, rows[i].per_epoch);
  }
  denpa_data_free(data);
}

/* ---- lists of scores ---------------------------------------------------------------------------- */

static char path[] = "/tmp/denpa-frames.XXXXXX";

static void put(const char *text) {
  FILE *out = fopen(path, "w");
  assert_non_null(out);
  assert_true(fputs(text, out) >= 0 && fclose(out) == 0);
}

static bool same(double a, double b) { return a == b || (isnan(a) && isnan(b)); }

static void test_log(void **state) {
  (void)state;
  const double none = (double)NAN;
  const denpa_epoch written[] = {{0, 0, 0, none, none, none, none, none, none, {0}},
      {600, 1, 0.1 + 0.2, 2.302585092994046, 0.1, 1e-300, 1.0 / 3, 0.25, 0.75, {0}},
      {SIZE_MAX, 1e17, 1, none, none, 0.5, 0, none, none, {0}}};
  for (int validation = 0; validation < 2; validation++) {
    denpa_epoch *read;
    size_t count;
    dnp_appender out;
    assert_int_equal(dnp_append_open(&out, path, false, NULL), DENPA_OK);
    assert_int_equal(dnp_log_begin(&out, validation), 0);
    for (size_t i = 0; i < 3; i++) assert_int_equal(dnp_log_add(&out, &written[i], validation), 0);
    assert_int_equal(dnp_append(&out, "1200,2,0.5,0.1", 14), 0); /* interrupted here */
    assert_int_equal(dnp_append_close(&out), 0);
    assert_int_equal(dnp_log_read(path, &read, &count, NULL), DENPA_OK);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < 3; i++) {
      const denpa_epoch *a = &written[i], *b = &read[i];
      assert_true(a->step == b->step && a->epoch == b->epoch && a->seconds == b->seconds &&
                  same(a->train_loss, b->train_loss) && same(a->train_accuracy, b->train_accuracy) &&
                  same(a->test_loss, b->test_loss) && same(a->test_accuracy, b->test_accuracy));
      assert_true(validation ? same(a->validation_loss, b->validation_loss) &&
                                   same(a->validation_accuracy, b->validation_accuracy)
                             : isnan(b->validation_loss) && isnan(b->validation_accuracy));
    }
    dnp_free(read);
  }
}

static void test_broken_logs(void **state) {
  (void)state;
  static const char *const broken[] = {"", "step\n", "1,1,1,1,1,1,1\n", "%s1,1,1,1,1,1\n", "%s1,1,1,1,1,1,1,1\n",
      "%s,1,1,1,1,1,1\n", "%s-1,1,1,1,1,1,1\n", "%s1,x,1,1,1,1,1\n", "%s1,1,1,1,1,1,1x\n", "%s1,1,1,1,1,1,1\n\n",
      "step,epoch,seconds,train_loss,train_accuracy,test_loss,test_accuracy,x\n",
      ("step,epoch,seconds,train_loss,train_accuracy,test_loss,test_accuracy,validation_loss,validation_accuracy\n1,1,"
       "1,"
       "1,1,1,1\n")};
  denpa_epoch *read;
  size_t count;
  denpa_error err = {0};
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    char text[256];
    const bool headed = strncmp(broken[i], "%s", 2) == 0;
    snprintf(text, sizeof text, "%s%s%s", headed ? header : "", headed ? "\n" : "", broken[i] + (headed ? 2 : 0));
    put(text);
    assert_int_equal(dnp_log_read(path, &read, &count, &err), DENPA_ERROR_FORMAT);
    assert_null(read);
  }
  char alone[128];
  snprintf(alone, sizeof alone, "%s\n", header);
  put(alone);
  assert_int_equal(dnp_log_read(path, &read, &count, NULL), DENPA_OK);
  assert_int_equal(count, 0);
  dnp_free(read);
}

int main(void) {
  const int file = mkstemp(path);
  if (file < 0) return 1;
  close(file);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_plan), cmocka_unit_test(test_length),
      cmocka_unit_test(test_log), cmocka_unit_test(test_broken_logs)};
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  unlink(path);
  return failed;
}
