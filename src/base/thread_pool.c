/* thread_pool.c: the thread pool. Waiting is a short spin and then sleep, so that a busy machine is not kept from its
 * other work. */
#include "base/thread_pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/memory.h"

#if defined(__x86_64__)
#include <xmmintrin.h>
#define RELAX() _mm_pause()
#elif defined(__aarch64__)
/* some 10 ns, as long as x86-64's pause; yield takes no time at all on most processors */
#define RELAX() __asm__ volatile("isb")
#else
#define RELAX() ((void)0)
#endif

#define SPINS \
  2000 /* some 20 to 50 microseconds: longer than the gap between two products, shorter than a time slice \
        */

/* A counter that goes up; waiting for it to pass a value spins first and then sleeps on the condition. Who advances it
 * takes the lock only if somebody sleeps: either the sleeper's count of sleepers is seen, or the sleeper, who looks
 * once more after it, sees the new count. */
typedef struct gate {
  _Alignas(64) atomic_uint count; /* in cache lines of its own: others spin on it */
  atomic_uint sleepers;
  pthread_mutex_t mutex;
  pthread_cond_t moved;
} gate;

typedef struct worker {
  gate round; /* number of runs begun in which this worker has a thread */
  dnp_pool *pool;
  pthread_t handle;
  int thread;
} worker;

struct dnp_pool {
  gate barrier; /* number of barriers passed by all */
  _Alignas(64) atomic_int arrived;
  int threads;
  int started; /* threads that exist beside the caller's */
  int running; /* of the present run: the workers behind them sleep on */
  worker *workers;
  void (*run)(void *, int, int);
  void *context;
  bool stop;
};

static void gate_open(gate *g) {
  atomic_store(&g->count, 0);
  atomic_store(&g->sleepers, 0);
  pthread_mutex_init(&g->mutex, NULL);
  pthread_cond_init(&g->moved, NULL);
}

static void gate_close(gate *g) {
  pthread_cond_destroy(&g->moved);
  pthread_mutex_destroy(&g->mutex);
}

static void gate_advance(gate *g) {
  atomic_fetch_add(&g->count, 1);
  if (atomic_load(&g->sleepers) == 0) return;
  pthread_mutex_lock(&g->mutex);
  pthread_cond_broadcast(&g->moved);
  pthread_mutex_unlock(&g->mutex);
}

/* Waits until the counter is no longer `seen`. */
static void gate_wait(gate *g, unsigned seen) {
  for (int i = 0; i < SPINS; i++) {
    if (atomic_load_explicit(&g->count, memory_order_acquire) != seen) return;
    RELAX();
  }
  pthread_mutex_lock(&g->mutex);
  atomic_fetch_add(&g->sleepers, 1);
  while (atomic_load(&g->count) == seen) pthread_cond_wait(&g->moved, &g->mutex);
  atomic_fetch_sub(&g->sleepers, 1);
  pthread_mutex_unlock(&g->mutex);
}

static void *work(void *argument) {
  worker *w = argument;
  dnp_pool *pool = w->pool;
  dnp_float_enter();
  for (unsigned seen = 0;; seen++) {
    gate_wait(&w->round, seen);
    if (pool->stop) return NULL;
    pool->run(pool->context, w->thread, pool->running);
    dnp_pool_barrier(pool);
  }
}

denpa_status dnp_pool_check(int threads, denpa_error *err) {
  if (threads >= 1 && threads <= 1024) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} {1|thread|threads}; between 1 and 1024 are possible", dnp_i(threads));
}

/* `least`: fewer than `threads`, which will do. */
static denpa_status start(dnp_pool **out, int threads, int least, denpa_error *err) {
  *out = NULL;
  DNP_TRY(dnp_pool_check(threads, err));
  dnp_pool *pool;
  DNP_TRY(DNP_NEW(&pool, 1, err));
  pool->threads = threads;
  gate_open(&pool->barrier);
  atomic_store(&pool->arrived, 0);
  denpa_status status = DNP_NEW(&pool->workers, (size_t)threads, err);
  sigset_t all, before; /* signals are for the program's own threads */
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  for (int thread = 1; status == DENPA_OK && thread < threads; thread++) {
    worker *w = &pool->workers[thread];
    w->pool = pool;
    w->thread = thread;
    gate_open(&w->round);
    if (pthread_create(&w->handle, NULL, work, w) != 0) {
      gate_close(&w->round);
      if (thread < least)
        status = dnp_fail(err, DENPA_ERROR_MEMORY,
            "the system gave only {1} of {2} threads; ask for fewer with --threads", dnp_i(thread), dnp_i(threads));
      break;
    }
    pool->started = thread;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (status != DENPA_OK) {
    dnp_pool_free(pool);
    return status;
  }
  pool->threads = pool->started + 1;
  *out = pool;
  return DENPA_OK;
}

denpa_status dnp_pool_create(dnp_pool **out, int threads, denpa_error *err) {
  return start(out, threads, threads, err);
}

denpa_status dnp_pool_create_up_to(dnp_pool **out, int most, denpa_error *err) { return start(out, most, 1, err); }

void dnp_pool_free(dnp_pool *pool) {
  if (pool == NULL) return;
  pool->stop = true;
  for (int thread = 1; thread <= pool->started; thread++) gate_advance(&pool->workers[thread].round);
  for (int thread = 1; thread <= pool->started; thread++) {
    pthread_join(pool->workers[thread].handle, NULL);
    gate_close(&pool->workers[thread].round);
  }
  gate_close(&pool->barrier);
  dnp_free(pool->workers);
  dnp_free(pool);
}

int dnp_pool_threads(const dnp_pool *pool) { return pool->threads; }

void dnp_pool_run(dnp_pool *pool, int threads, void (*run)(void *, int, int), void *context) {
  pool->run = run;
  pool->context = context;
  pool->running = threads;
  for (int thread = 1; thread < threads; thread++) gate_advance(&pool->workers[thread].round);
  run(context, 0, threads);
  dnp_pool_barrier(pool);
}

void dnp_pool_barrier(dnp_pool *pool) {
  const int threads = pool->running; /* read before arriving: once all have, the caller may begin another run */
  if (threads == 1) return;
  const unsigned seen = atomic_load(&pool->barrier.count);
  if (atomic_fetch_add(&pool->arrived, 1) + 1 == threads) {
    atomic_store(&pool->arrived, 0);
    gate_advance(&pool->barrier);
  } else {
    gate_wait(&pool->barrier, seen);
  }
}
