/* test_peak.c: the chains that the FMA peak is measured with (src/kernel/peak.h) compute what they say, and so many
 * threads of a network measure it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cpu.h"
#include "kernel/peak.h"
#include "learn/learn.h"

/* Each chain s := s/2 + 1/2 starts at its number and goes to 1: after 3 steps chain i is 1 + (i - 1)/8. Twelve of them:
 * 12 + 54/8. */
static void chains(void **state) {
  (void)state;
  static const struct {
    const char *name, *unit;
    size_t lanes;
  } rows[] = {{"ref", "ref", 1}, {"avx2", "avx2", 8}, {"ref+fma", "avx2", 8}, {"avx512", "avx512", 16}};
  const dnp_cpu has = dnp_cpu_features();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const dnp_peak *peak = dnp_peak_choose(rows[i].name);
    if ((rows[i].lanes == 8 && !has.fma) || (rows[i].lanes == 16 && !has.avx512)) continue;
    if (rows[i].lanes > 1 && peak == NULL) continue; /* built without vector units */
    assert_string_equal(peak->unit, rows[i].unit);
    assert_int_equal(peak->flops, 2 * 12 * rows[i].lanes);
    assert_true(peak->run(0) == 66);
    assert_true(peak->run(3) == 12 + 54.0f / 8);
    assert_true(peak->run(1000) == 12);
  }
}

static void none_is_said(void **state) {
  (void)state;
  assert_null(dnp_peak_choose("unknown"));
}

static void threads_of_a_network(void **state) {
  (void)state;
  denpa_net_options options = denpa_net_options_default();
  denpa_net *net;
  options.threads = 3;
  assert_int_equal(denpa_net_create(&net, "784-50-10", &options, NULL), DENPA_OK);
  assert_int_equal(dnp_exec_threads(net->exec, 100, true), 3);
  assert_int_equal(dnp_exec_threads(net->exec, 1, true), 3);  /* parameters are shared out even then */
  assert_int_equal(dnp_exec_threads(net->exec, 1, false), 1); /* one row is one thread's */
  assert_int_equal(dnp_exec_threads(net->exec, 2, false), 2);
  for (int threads = 1; threads <= 3; threads++) assert_true(dnp_exec_peak(net->exec, threads) > 0);
  denpa_net_free(net);
  options.threads = 0;
  assert_int_equal(denpa_net_create(&net, "784-50-10", &options, NULL), DENPA_OK);
  assert_int_equal(dnp_exec_threads(net->exec, 100, true), net->exec->plan.threads);
  assert_int_equal(dnp_exec_threads(net->exec, 1, true), 1); /* too small to share */
  denpa_net_free(net);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(chains), cmocka_unit_test(none_is_said), cmocka_unit_test(threads_of_a_network)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
