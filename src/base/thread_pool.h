/* thread_pool.h: a fixed set of worker threads that run one function side by side. Static partition: thread p of n
 * always owns the same slice, and slices are disjoint, so the number of threads changes who computes, never what.
 * Called by src/exec, by src/data to read files, and by src/search for the trials of a search. */
#ifndef DNP_BASE_THREAD_POOL_H
#define DNP_BASE_THREAD_POOL_H

#include <stddef.h>

#include "base/cpu.h"
#include "base/status.h"

typedef struct dnp_pool dnp_pool;

/* Whether a pool may have so many. */
denpa_status dnp_pool_check(int threads, denpa_error *err);
/* A pool of `threads` threads (1 .. 1024) of which the caller's own thread is thread 0: threads - 1 are started. */
denpa_status dnp_pool_create(dnp_pool **out, int threads, denpa_error *err);
/* The same with as many of them as the system gives, be it the caller's alone: a user or a container may have no more.
 */
denpa_status dnp_pool_create_up_to(dnp_pool **out, int most, denpa_error *err);
void dnp_pool_free(dnp_pool *pool); /* NULL is fine */
int dnp_pool_threads(const dnp_pool *pool);

/* Calls run(context, thread, threads) on `threads` threads at the same time, numbered from 0, and returns when all have
 * returned; from 1 to as many as the pool has, and the others sleep on. Not re-entrant. The workers compute with the
 * usual floating-point settings (round to nearest, no flushing). */
void dnp_pool_run(dnp_pool *pool, int threads, void (*run)(void *context, int thread, int threads), void *context);

/* Inside run: waits until every thread has come here. */
void dnp_pool_barrier(dnp_pool *pool);

/* The slice of `count` items that belongs to a thread. */
static inline void dnp_slice_of(size_t count, int thread, int threads, size_t *begin, size_t *end) {
  const size_t p = (size_t)thread, n = (size_t)threads, each = count / n, more = count % n;
  *begin = each * p + (p < more ? p : more);
  *end = *begin + each + (p < more);
}

#endif
