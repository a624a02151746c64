/* memory.c: checked sizes, the door to the allocator, arenas. The only file that calls malloc and free. */
#define _DEFAULT_SOURCE /* madvise */
#include "base/memory.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define REDZONES 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define REDZONES 1
#endif
#endif
#ifdef REDZONES
#include <sanitizer/asan_interface.h>
#endif

#define HUGE_PAGE ((size_t)2 << 20)
#define LARGE (2 * HUGE_PAGE) /* from here on at least half of a block lies in whole huge pages */

bool dnp_size_mul(size_t a, size_t b, size_t *out) { return !__builtin_mul_overflow(a, b, out); }
bool dnp_size_add(size_t a, size_t b, size_t *out) { return !__builtin_add_overflow(a, b, out); }

/* RLIMIT_RSS is enforced by no Linux, but whoever sets it means it. */
size_t dnp_memory_most(void) {
  const int kinds[] = {RLIMIT_AS, RLIMIT_DATA, RLIMIT_RSS};
  const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
  size_t most = SIZE_MAX;
  struct rlimit limit;
  if (pages <= 0 || page <= 0 || !dnp_size_mul((size_t)pages, (size_t)page, &most)) most = SIZE_MAX;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (getrlimit(kinds[i], &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < most)
      most = (size_t)limit.rlim_cur;
  return most;
}

/* The tests' two hooks: the only process-wide state of the library; they change no result. */
static atomic_size_t allocations;
static atomic_size_t fail_at;

size_t dnp_alloc_count(void) { return atomic_load(&allocations); }
void dnp_alloc_fail_at(size_t nth) { atomic_store(&fail_at, nth); }

/* Counts this allocation; true if it is the one that has to fail. */
static bool must_fail(void) {
  atomic_fetch_add(&allocations, 1);
  size_t left = atomic_load(&fail_at);
  return left > 0 && atomic_fetch_sub(&fail_at, 1) == 1;
}

/* A large block begins on a huge page and asks for as many of them as it fills: the first touch of MNIST's 47 MB then
 * costs some hundred page faults instead of 11,000. A system that has none to give ignores the wish. */
static void *obtain(size_t bytes) {
  void *block;
  const bool large = bytes >= LARGE;
  if (must_fail() || posix_memalign(&block, large ? HUGE_PAGE : DNP_ALIGN, bytes) != 0) return NULL;
#ifdef MADV_HUGEPAGE
  if (large) (void)madvise(block, bytes - bytes % HUGE_PAGE, MADV_HUGEPAGE);
#endif
  return block;
}

/* `bytes` up to the next multiple of DNP_ALIGN, and at least one; at most SIZE_MAX / 2 are possible. */
static size_t round_up(size_t bytes) {
  return bytes == 0 ? DNP_ALIGN : (bytes + DNP_ALIGN - 1) / DNP_ALIGN * DNP_ALIGN;
}

denpa_status dnp_alloc_raw(void **out, size_t bytes, denpa_error *err) {
  *out = bytes <= SIZE_MAX / 2 ? obtain(round_up(bytes)) : NULL;
  if (*out == NULL)
    return dnp_fail(
        err, DENPA_ERROR_MEMORY, "not enough memory: {1} {1|byte|bytes} {1|was|were} asked for", dnp_u(bytes));
  return DENPA_OK;
}

denpa_status dnp_alloc(void **out, size_t count, size_t size, denpa_error *err) {
  *out = NULL;
  size_t bytes;
  if (!dnp_size_mul(count, size, &bytes) || bytes > SIZE_MAX / 2)
    return dnp_fail(err, DENPA_ERROR_MEMORY, "{1} items of {2} bytes are more than this machine can address",
        dnp_u(count), dnp_u(size));
  DNP_TRY(dnp_alloc_raw(out, bytes, err));
  memset(*out, 0, round_up(bytes));
  return DENPA_OK;
}

denpa_status dnp_grow(void **pointer, size_t used, size_t count, size_t size, denpa_error *err) {
  void *grown;
  DNP_TRY(dnp_alloc(&grown, count, size, err));
  if (used > 0) memcpy(grown, *pointer, used * size);
  dnp_free(*pointer);
  *pointer = grown;
  return DENPA_OK;
}

void dnp_free(void *pointer) { free(pointer); }

char *dnp_strdup(const char *text, denpa_error *err) {
  size_t size = strlen(text) + 1;
  char *copy;
  if (DNP_NEW(&copy, size, err) != DENPA_OK) return NULL;
  return memcpy(copy, text, size);
}

/* ---- arenas ----------------------------------------------------------------------------------- */

#ifdef REDZONES
#define ZONE DNP_ALIGN
#else
#define ZONE 0
#endif

void *dnp_arena_take(dnp_arena *arena, size_t count, size_t size) {
  size_t bytes, end;
  if (arena->overflow || !dnp_size_mul(count, size, &bytes) || !dnp_size_add(bytes, DNP_ALIGN - 1 + ZONE, &end)) {
    arena->overflow = true;
    return NULL;
  }
  size_t rounded = (bytes + DNP_ALIGN - 1) / DNP_ALIGN * DNP_ALIGN;
  if (!dnp_size_add(arena->used, rounded + ZONE, &end) || (arena->base != NULL && end > arena->size)) {
    arena->overflow = true;
    return NULL;
  }
  unsigned char *piece = arena->base != NULL ? arena->base + arena->used : NULL;
#ifdef REDZONES
  if (piece != NULL) ASAN_POISON_MEMORY_REGION(piece + bytes, rounded + ZONE - bytes);
#endif
  arena->used = end;
  return piece;
}

denpa_status dnp_arena_open(dnp_arena *arena, denpa_error *err) {
  if (arena->overflow)
    return dnp_fail(err, DENPA_ERROR_MEMORY, "the network needs more memory than this machine can address");
  DNP_TRY(dnp_alloc((void **)&arena->base, arena->used, 1, err));
  arena->size = arena->used;
  arena->used = 0;
  return DENPA_OK;
}

void dnp_arena_close(dnp_arena *arena) {
#ifdef REDZONES
  if (arena->base != NULL) ASAN_UNPOISON_MEMORY_REGION(arena->base, arena->size);
#endif
  dnp_free(arena->base);
  *arena = (dnp_arena){0};
}
