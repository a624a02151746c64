/* test_random.c: both sources of random numbers: known answers, what the draws look like, and NumPy itself as the
 * witness of its generator. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/math.h"
#include "base/random.h"

/* ---- denpa's own ---- */

/* The known answers published with Random123. */
static void test_philox_known_answers(void **state) {
  static const struct {
    uint32_t key[2], counter[4], want[4];
  } rows[] = {
      {{0, 0}, {0, 0, 0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {{0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
          {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {{0xa4093822, 0x299f31d0}, {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
          {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
  };
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    uint32_t out[4];
    dnp_philox(rows[i].key, rows[i].counter, out);
    assert_memory_equal(out, rows[i].want, sizeof out);
  }
}

/* A draw is the block cipher of its address and nothing else, so a draw alone is the draw in a sequence. */
static void test_draw_is_its_address(void **state) {
  const uint64_t seed = 0x299f31d0a4093822u, stream = 0x0370734413198a2eu, index = 0x85a308d3243f6a88u;
  enum { MANY = 1000 };
  static double forward[MANY];
  (void)state;
  assert_true(dnp_draw_bits(0, 0, 0) == 0xe169c58d6627e8d5u);
  assert_true(dnp_draw_bits(seed, stream, index) == 0x94fdccebd16cfe09u);
  assert_true(dnp_draw_uniform(seed, stream, index) == (double)(0x94fdccebd16cfe09u >> 11) / 9007199254740992.0);
  for (uint64_t i = 0; i < MANY; i++) forward[i] = dnp_draw_normal(7, DNP_STREAM(DNP_FOR_WEIGHTS, 3), i);
  for (uint64_t i = MANY; i-- > 0;) assert_true(dnp_draw_normal(7, DNP_STREAM(DNP_FOR_WEIGHTS, 3), i) == forward[i]);
  assert_true(DNP_STREAM(DNP_FOR_ORDER, 5) == 0x200000005u);
  for (int bit = 0; bit < 64; bit++) { /* every bit of seed, stream and index counts */
    uint64_t flip = (uint64_t)1 << bit, base = dnp_draw_bits(seed, stream, index);
    assert_true(dnp_draw_bits(seed ^ flip, stream, index) != base);
    assert_true(dnp_draw_bits(seed, stream ^ flip, index) != base);
    assert_true(dnp_draw_bits(seed, stream, index ^ flip) != base);
  }
}

static void test_uniform(void **state) {
  enum { MANY = 200000 };
  double sum = 0, squares = 0;
  (void)state;
  for (uint64_t i = 0; i < MANY; i++) {
    double u = dnp_draw_uniform(1, DNP_STREAM(DNP_FOR_TEST, 1), i);
    assert_true(u >= 0.0 && u < 1.0);
    sum += u;
    squares += (u - 0.5) * (u - 0.5);
  }
  assert_true(fabs(sum / (double)MANY - 0.5) < 0.002); /* three deviations of the mean */
  assert_true(fabs(squares / (double)MANY - 1.0 / 12) < 0.0006);
}

/* Moments and tails of the normal draws, the correlation of neighbours, and their bits. */
static void test_normal(void **state) {
  enum { MANY = 200000 };
  double sum = 0, squares = 0, fourth = 0, neighbours = 0, last = 0;
  int beyond_two = 0;
  uint64_t hash = 0xcbf29ce484222325u;
  (void)state;
  for (uint64_t i = 0; i < MANY; i++) {
    double x = dnp_draw_normal(1, DNP_STREAM(DNP_FOR_TEST, 2), i);
    assert_true(isfinite(x));
    sum += x;
    squares += x * x;
    fourth += x * x * x * x;
    neighbours += x * last;
    last = x;
    beyond_two += fabs(x) > 2.0;
    hash = (hash ^ dnp_bits(x)) * 0x100000001b3u;
  }
  assert_true(fabs(sum / (double)MANY) < 0.0067);
  assert_true(fabs(squares / (double)MANY - 1.0) < 0.0095);
  assert_true(fabs(fourth / (double)MANY - 3.0) < 0.066);
  assert_true(fabs(neighbours / (double)MANY) < 0.0067);
  assert_true(abs(beyond_two - 9100) < 280); /* 4.55 % */
  if (hash != 0x47796f084cf68770u)
    fail_msg("the bits of the normal draws have changed: 0x%llx", (unsigned long long)hash);
}

static void test_below(void **state) {
  const uint64_t stream = DNP_STREAM(DNP_FOR_TEST, 3);
  enum { SIDES = 10, MANY = 100000 };
  int seen[SIDES] = {0};
  (void)state;
  for (uint64_t i = 0; i < MANY; i++) {
    uint64_t side = dnp_draw_below(1, stream, i, SIDES);
    assert_true(side < SIDES);
    seen[side]++;
  }
  double chi = 0;
  for (int k = 0; k < SIDES; k++) chi += (seen[k] - MANY / SIDES) * (double)(seen[k] - MANY / SIDES) / (MANY / SIDES);
  assert_true(chi > 1.15 && chi < 27.9); /* 9 degrees of freedom: 0.1 % on either side */
  for (uint64_t i = 0; i < 1000; i++) {  /* limits whose product is plain to see */
    uint64_t bits = dnp_draw_bits(1, stream, i);
    assert_true(dnp_draw_below(1, stream, i, 1) == 0);
    assert_true(dnp_draw_below(1, stream, i, (uint64_t)1 << 32) == bits >> 32);
    assert_true(dnp_draw_below(1, stream, i, (uint64_t)1 << 63) == bits >> 1);
    assert_true(dnp_draw_below(1, stream, i, UINT64_MAX) == bits - 1);
    /* 3 bits = bits + 2 bits: the carry out of the low words */
    assert_true(dnp_draw_below(1, stream, i, 3) == (bits >> 63) + (((bits << 1) + bits < bits) ? 1u : 0u));
#ifdef __SIZEOF_INT128__
    uint64_t limit = dnp_draw_bits(2, stream, i);
    assert_true(
        dnp_draw_below(1, stream, i, limit) == (uint64_t)((__extension__(unsigned __int128) bits * limit) >> 64));
#endif
  }
}

/* ---- NumPy's ---- */

/* Taken from NumPy 1.24.2, so that a machine without it tests something. The normal ones may differ in the last bits
 * with another C library's log. */
static void test_numpy_known_answers(void **state) {
  static const double uniform[] = {0x1.dbf6a3f8f84b7p-1, 0x1.43f7f410bb044p-2, 0x1.78aa6d0a2dad8p-3};
  static const double normal[] = {0x1.43bf7300c5a97p-2, -0x1.61131ec9b72a5p+0, 0x1.cd5e2363ccc76p-2};
  static const uint32_t order[] = {5, 8, 4, 3, 1, 2, 0, 6, 7, 9}, chosen[] = {5842, 55462, 30983, 36907, 16615};
  static const uint32_t last_order[] = {5, 1, 3, 2, 0, 4}, last_chosen[] = {0, 2, 6, 7, 7, 6, 5, 9};
  dnp_numpy numpy;
  uint32_t out[10];
  (void)state;
  dnp_numpy_seed(&numpy, 12345);
  for (int i = 0; i < 3; i++) assert_true(dnp_numpy_rand(&numpy) == uniform[i]);
  for (int i = 0; i < 3; i++) assert_true(fabs(dnp_numpy_randn(&numpy) - normal[i]) <= 1e-15);
  dnp_numpy_permutation(&numpy, 10, out);
  assert_memory_equal(out, order, sizeof order);
  dnp_numpy_choice(&numpy, 60000, 5, out);
  assert_memory_equal(out, chosen, sizeof chosen);

  dnp_numpy_seed(&numpy, 4294967295u);
  assert_true(dnp_numpy_rand(&numpy) == 0x1.8fe69a3924820p-4 && dnp_numpy_rand(&numpy) == 0x1.d323d824032b1p-1);
  dnp_numpy_permutation(&numpy, 6, out);
  assert_memory_equal(out, last_order, sizeof last_order);
  dnp_numpy_choice(&numpy, 10, 8, out);
  assert_memory_equal(out, last_chosen, sizeof last_chosen);
  dnp_numpy_choice(&numpy, 1, 3, out); /* draws nothing */
  assert_true(out[0] == 0 && out[1] == 0 && out[2] == 0);
  dnp_numpy_permutation(&numpy, 0, out);
  dnp_numpy_permutation(&numpy, 1, out);
  assert_int_equal(out[0], 0);
  assert_true(dnp_numpy_rand(&numpy) == 0x1.e2a00e1744272p-2);

  dnp_numpy_seed(&numpy, 0);
  assert_int_equal(dnp_numpy_u32(&numpy), 0x8c7f0aac);
}

/* One walk through all methods. randn is asked an odd number of times, so that its second number waits across other
 * calls and is dropped by the next seed. */
enum { BIG = 60000, BATCH = 100, NORMALS = 2001, EDGES = 9 };
static const uint32_t edge_limits[EDGES] = {1, 2, 3, 255, 256, 257, 65536, 2147483649u, 4294967295u};
static const char witness[] =
    "/usr/bin/python3 -c '\n"
    "import sys, numpy as np\n"
    "put = lambda a, kind: sys.stdout.buffer.write(np.asarray(a).astype(kind).tobytes())\n"
    "for seed in (0, 1, 12345, 4294967295):\n"
    "    np.random.seed(seed)\n"
    "    put(np.random.rand(), float)\n"
    "    put(np.random.randn(2001), float)\n"
    "    put(np.random.permutation(60000), np.uint32)\n"
    "    put(np.random.randn(), float)\n"
    "    put(np.random.choice(60000, 100), np.uint32)\n"
    "    for n in (1, 2, 3, 255, 256, 257, 65536, 2147483649, 4294967295): put(np.random.choice(n, 100), np.uint32)\n"
    "    for n in (0, 1, 2, 3, 257): put(np.random.permutation(n), np.uint32)\n"
    "    put(np.random.rand(3, 4), float)\n"
    "    put(np.random.randn(), float)\n"
    "'";

static void expect(FILE *pipe, const void *mine, size_t size, const char *what, uint32_t seed) {
  static unsigned char theirs[BIG * sizeof(uint32_t)];
  assert_true(size <= sizeof theirs);
  if (fread(theirs, 1, size, pipe) != size) fail_msg("NumPy's answer ends early at %s", what);
  if (memcmp(mine, theirs, size) != 0) fail_msg("%s differs from NumPy's, seed %u", what, seed);
}

static void test_numpy_witness(void **state) {
  static const uint32_t seeds[] = {0, 1, 12345, 4294967295u}, orders[] = {0, 1, 2, 3, 257};
  static uint32_t words[BIG];
  static double reals[NORMALS];
  dnp_numpy numpy;
  (void)state;
  if (system("/usr/bin/python3 -c 'import numpy' >/dev/null 2>&1") != 0) {
    print_message("NumPy (/usr/bin/python3) is absent: the NumPy witness is skipped\n");
    skip();
  }
  FILE *pipe = popen(witness, "r");
  assert_non_null(pipe);
  for (size_t s = 0; s < sizeof seeds / sizeof seeds[0]; s++) {
    dnp_numpy_seed(&numpy, seeds[s]);
    reals[0] = dnp_numpy_rand(&numpy);
    expect(pipe, reals, sizeof reals[0], "rand", seeds[s]);
    for (int i = 0; i < NORMALS; i++) reals[i] = dnp_numpy_randn(&numpy);
    expect(pipe, reals, sizeof reals, "randn", seeds[s]);
    dnp_numpy_permutation(&numpy, BIG, words);
    expect(pipe, words, sizeof words, "permutation", seeds[s]);
    reals[0] = dnp_numpy_randn(&numpy);
    expect(pipe, reals, sizeof reals[0], "the waiting randn", seeds[s]);
    dnp_numpy_choice(&numpy, BIG, BATCH, words);
    expect(pipe, words, BATCH * sizeof words[0], "choice", seeds[s]);
    for (int i = 0; i < EDGES; i++) {
      dnp_numpy_choice(&numpy, edge_limits[i], BATCH, words);
      expect(pipe, words, BATCH * sizeof words[0], "choice at an edge", seeds[s]);
    }
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
      dnp_numpy_permutation(&numpy, orders[i], words);
      expect(pipe, words, orders[i] * sizeof words[0], "a small permutation", seeds[s]);
    }
    for (int i = 0; i < 12; i++) reals[i] = dnp_numpy_rand(&numpy);
    expect(pipe, reals, 12 * sizeof reals[0], "rand(3, 4)", seeds[s]);
    reals[0] = dnp_numpy_randn(&numpy);
    expect(pipe, reals, sizeof reals[0], "a lone randn", seeds[s]);
  }
  assert_int_equal(fgetc(pipe), EOF);
  assert_int_equal(pclose(pipe), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_philox_known_answers),
      cmocka_unit_test(test_draw_is_its_address),
      cmocka_unit_test(test_uniform),
      cmocka_unit_test(test_normal),
      cmocka_unit_test(test_below),
      cmocka_unit_test(test_numpy_known_answers),
      cmocka_unit_test(test_numpy_witness),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
