/* refuse_memory.c: preloaded into the command by memory_faults.sh, it refuses the allocation of that number of the
 * whole process, the libraries' too. MEMORY_REFUSED: the number (0 or not set: none). MEMORY_ONWARDS=1: every later one
 * too. MEMORY_PLACES: a file that gets a line at the end, "NUMBER HASH" for each allocation, the hash being that of the
 * calls that led there: those with one hash ask at one place, so that the first and the last of them say what the place
 * does. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

enum { DEPTH = 24, PLACES = 1 << 18 };
static atomic_size_t asked;
static size_t refused;
static int onwards, counting, begun;
static uint32_t place[PLACES];
static _Thread_local int inside;

static uint32_t hash_of_calls(void) {
  void *calls[DEPTH];
  uint64_t hash = 1469598103934665603u;
  const int count = backtrace(calls, DEPTH);
  for (int i = 2; i < count; i++) hash = (hash ^ (uint64_t)(uintptr_t)calls[i]) * 1099511628211u;
  return (uint32_t)(hash ^ hash >> 32);
}

static int refuse(void) {
  if (!begun || inside) return 0;
  const size_t number = atomic_fetch_add(&asked, 1) + 1;
  if (counting && number < PLACES) {
    inside = 1;
    place[number] = hash_of_calls();
    inside = 0;
  }
  if (refused == 0 || number < refused || (number > refused && !onwards)) return 0;
  errno = ENOMEM;
  return 1;
}

__attribute__((constructor)) static void begin(void) {
  void *first[2];
  const char *number = getenv("MEMORY_REFUSED"), *later = getenv("MEMORY_ONWARDS");
  refused = number != NULL ? strtoul(number, NULL, 10) : 0;
  onwards = later != NULL && *later == '1';
  counting = getenv("MEMORY_PLACES") != NULL;
  if (counting) backtrace(first, 2); /* loads what it needs now */
  begun = 1;
}

__attribute__((destructor)) static void end(void) {
  char line[64];
  begun = 0;
  if (!counting) return;
  const int file = open(getenv("MEMORY_PLACES"), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  for (size_t i = 1; i <= asked && i < PLACES && file >= 0; i++) {
    const int length = snprintf(line, sizeof line, "%zu %08x\n", i, (unsigned)place[i]);
    if (write(file, line, (size_t)length) != length) _exit(99);
  }
}

void *malloc(size_t size) { return refuse() ? NULL : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return refuse() ? NULL : __libc_calloc(count, size); }
void *realloc(void *block, size_t size) { return refuse() ? NULL : __libc_realloc(block, size); }
void *aligned_alloc(size_t alignment, size_t size) { return refuse() ? NULL : __libc_memalign(alignment, size); }
void *memalign(size_t alignment, size_t size) { return refuse() ? NULL : __libc_memalign(alignment, size); }
int posix_memalign(void **out, size_t alignment, size_t size) {
  if (refuse()) return ENOMEM;
  *out = __libc_memalign(alignment, size);
  return *out != NULL ? 0 : ENOMEM;
}
