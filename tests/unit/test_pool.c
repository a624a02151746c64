/* test_pool.c: the thread pool: every thread runs once, slices are disjoint and complete, barriers hold, floating-point
 * settings are the usual ones. */
#include <fenv.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/cpu.h"
#include "base/memory.h"
#include "base/thread_pool.h"

#define ITEMS 1003
#define ROUNDS 300

typedef struct work {
  dnp_pool *pool;
  int owner[ITEMS];
  int stage[ROUNDS][64]; /* written by each thread before a barrier, read by the others after it */
  atomic_int wrong;
} work;

static void mark(void *context, int thread, int threads) {
  work *w = context;
  size_t begin, end;
  dnp_slice_of(ITEMS, thread, threads, &begin, &end);
  for (size_t i = begin; i < end; i++) w->owner[i] += thread + 1;
}

static void every_item_once(void **state) {
  (void)state;
  static work w;
  for (int threads = 1; threads <= 9; threads++) {
    dnp_pool *pool;
    assert_int_equal(dnp_pool_create(&pool, threads, NULL), DENPA_OK);
    assert_int_equal(dnp_pool_threads(pool), threads);
    memset(&w, 0, sizeof w);
    dnp_pool_run(pool, threads, mark, &w);
    int last = 1;
    for (size_t i = 0; i < ITEMS; i++) {
      assert_true(w.owner[i] == last || w.owner[i] == last + 1); /* in order, each thread one piece */
      last = w.owner[i];
    }
    assert_int_equal(last, threads);
    dnp_pool_free(pool);
  }
}

static void slices(void **state) {
  (void)state;
  for (size_t count = 0; count < 40; count++)
    for (int threads = 1; threads < 12; threads++) {
      size_t at = 0;
      for (int thread = 0; thread < threads; thread++) {
        size_t begin, end;
        dnp_slice_of(count, thread, threads, &begin, &end);
        assert_int_equal(begin, at);
        assert_true(end >= begin && end - begin <= count / (size_t)threads + 1);
        at = end;
      }
      assert_int_equal(at, count);
    }
}

static void relay(void *context, int thread, int threads) {
  work *w = context;
  for (int round = 0; round < ROUNDS; round++) {
    w->stage[round][thread] = round * 100 + thread;
    dnp_pool_barrier(w->pool);
    for (int other = 0; other < threads; other++)
      if (w->stage[round][other] != round * 100 + other) atomic_fetch_add(&w->wrong, 1);
  }
}

static void barriers_hold(void **state) {
  (void)state;
  static work w;
  for (int threads = 1; threads <= 5; threads++) {
    memset(&w, 0, sizeof w);
    assert_int_equal(dnp_pool_create(&w.pool, threads, NULL), DENPA_OK);
    for (int again = 0; again < 20; again++) {
      memset(w.stage, 0, sizeof w.stage);
      dnp_pool_run(w.pool, threads, relay, &w);
    }
    assert_int_equal(atomic_load(&w.wrong), 0);
    dnp_pool_free(w.pool);
  }
}

static void look_at_rounding(void *context, int thread, int threads) {
  (void)thread;
  (void)threads;
  volatile double third = 1.0, three = 3.0, tiny = 1e-310, one = 1.0;
  if (third / three != 0x1.5555555555555p-2 || tiny * one == 0) atomic_fetch_add((atomic_int *)context, 1);
}

/* Even if the program that starts the pool rounds upwards. */
static void workers_round_to_nearest(void **state) {
  (void)state;
  dnp_pool *pool;
  atomic_int wrong = 0;
  fesetround(FE_UPWARD);
  denpa_status status = dnp_pool_create(&pool, 4, NULL);
  dnp_float_mode before = dnp_float_enter();
  dnp_pool_run(pool, 4, look_at_rounding, &wrong);
  dnp_float_leave(before);
  int rounding = fegetround();
  fesetround(FE_TONEAREST);
  assert_int_equal(status, DENPA_OK);
  assert_int_equal(wrong, 0);
  assert_int_equal(rounding, FE_UPWARD);
  dnp_pool_free(pool);
}

static void nonsense_is_refused(void **state) {
  (void)state;
  dnp_pool *pool;
  assert_int_equal(dnp_pool_create(&pool, 0, NULL), DENPA_ERROR_ARGUMENT);
  assert_int_equal(dnp_pool_create(&pool, 1025, NULL), DENPA_ERROR_ARGUMENT);
  dnp_pool_free(NULL);
  assert_true(dnp_cpu_count() >= 1);
}

static void out_of_memory(void **state) {
  (void)state;
  for (size_t n = 1;; n++) {
    dnp_pool *pool;
    dnp_alloc_fail_at(n);
    denpa_status status = dnp_pool_create(&pool, 3, NULL);
    dnp_alloc_fail_at(0);
    if (status == DENPA_OK) {
      dnp_pool_free(pool);
      assert_true(n > 1);
      return;
    }
    assert_int_equal(status, DENPA_ERROR_MEMORY);
    assert_null(pool);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_item_once),
      cmocka_unit_test(slices),
      cmocka_unit_test(barriers_hold),
      cmocka_unit_test(workers_round_to_nearest),
      cmocka_unit_test(nonsense_is_refused),
      cmocka_unit_test(out_of_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
