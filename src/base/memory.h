/* memory.h: the one door to the allocator, so that allocations can be counted and made to fail by the tests. */
#ifndef DNP_BASE_MEMORY_H
#define DNP_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

#define DNP_ALIGN 64 /* bytes: a cache line, and the widest vector */

/* a*b and a+b; false when the result does not fit. */
bool dnp_size_mul(size_t a, size_t b, size_t *out);
bool dnp_size_add(size_t a, size_t b, size_t *out);

/* `count` items of `size` bytes, zeroed, aligned to DNP_ALIGN. *out is NULL on failure (message says how much was asked
 * for). count*size = 0 gives a valid pointer. Freed by dnp_free. */
denpa_status dnp_alloc(void **out, size_t count, size_t size, denpa_error *err);
/* The same, not zeroed: for a large block that is filled at once and whole, such as a file's bytes. */
denpa_status dnp_alloc_raw(void **out, size_t bytes, denpa_error *err);
/* Typed front of dnp_alloc: DNP_NEW(&rows, n, err). */
#define DNP_NEW(pointer, count, err) dnp_alloc((void **)(pointer), count, sizeof **(pointer), err)
/* Grows *pointer (from dnp_alloc, or NULL) to `count` items, keeping the first `used`; unchanged on failure. */
denpa_status dnp_grow(void **pointer, size_t used, size_t count, size_t size, denpa_error *err);
void dnp_free(void *pointer);
char *dnp_strdup(const char *text, denpa_error *err); /* NULL on failure; freed by dnp_free */

/* Bytes that this process can have at most: the machine's, or fewer where it was limited. */
size_t dnp_memory_most(void);

/* For the tests: allocations since the start (all threads), and "the n-th allocation from now fails" (0 turns it
 * off). */
size_t dnp_alloc_count(void);
void dnp_alloc_fail_at(size_t nth);

/* An arena: one block measured first and then cut up. Sizes are rounded up to DNP_ALIGN; under AddressSanitizer a
 * poisoned red zone follows every piece. First pass with base NULL measures, second pass places:
 *   dnp_arena a = {0}; layout(&a); dnp_arena_open(&a, err); layout(&a); */
typedef struct dnp_arena {
  unsigned char *base;
  size_t size, used;
  bool overflow;
} dnp_arena;

/* The next count*size bytes; NULL while measuring, or after an overflow. */
void *dnp_arena_take(dnp_arena *arena, size_t count, size_t size);
denpa_status dnp_arena_open(dnp_arena *arena, denpa_error *err);
void dnp_arena_close(dnp_arena *arena);

#endif
