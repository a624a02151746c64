/* pool.h: a fixed set of worker threads that run one function side by side. Static partition: part p of n always owns
 * the same slice, and slices are disjoint, so the number of threads changes who computes, never what. Called by
 * src/net, by src/data to read files, and by src/study for the trials of a search. */
#ifndef DNP_BASE_POOL_H
#define DNP_BASE_POOL_H

#include <stddef.h>

#include "base/cpu.h"
#include "base/status.h"

typedef struct dnp_pool dnp_pool;

/* A pool of `threads` parts (1 .. 1024) of which the caller's own thread is part 0: threads - 1 are started. */
denpa_status dnp_pool_create(dnp_pool **out, int threads, denpa_error *err);
void dnp_pool_free(dnp_pool *pool); /* NULL is fine */
int dnp_pool_threads(const dnp_pool *pool);

/* Calls run(context, part, parts) for every part 0 .. parts-1 at the same time and returns when all have returned; 1 <=
 * parts <= threads, and the threads without a part sleep on. Not re-entrant. The workers compute with the usual
 * floating-point settings (round to nearest, no flushing). */
void dnp_pool_run(dnp_pool *pool, int parts, void (*run)(void *context, int part, int parts), void *context);

/* Inside run: waits until every part has come here. */
void dnp_pool_barrier(dnp_pool *pool);

/* The slice of `count` items that belongs to a part. */
static inline void dnp_slice(size_t count, int part, int parts, size_t *begin, size_t *end) {
  const size_t p = (size_t)part, n = (size_t)parts, each = count / n, more = count % n;
  *begin = each * p + (p < more ? p : more);
  *end = *begin + each + (p < more);
}

#endif
