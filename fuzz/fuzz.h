/* fuzz.h: what the fuzz targets share. A target is a function that is given arbitrary bytes (targets.def lists them
 * all). A failure of what it calls is never wrong; a crash, a leak, more memory or time than FUZZ_MEGABYTES and
 * FUZZ_SECONDS, a message that cannot be shown, or a broken promise (FUZZ_DEMAND) is. The same functions are run by
 * libFuzzer (driver.c) and, over the corpus, by the tests (replay.c). */
#ifndef DNP_FUZZ_H
#define DNP_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "file/files.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FUZZ_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define FUZZ_SANITIZED 1
#endif
#endif
#define FUZZ_MEGABYTES 256
#ifdef FUZZ_SANITIZED
#define FUZZ_SECONDS 4.0 /* every access is looked at, and the vector units may be left out */
#else
#define FUZZ_SECONDS 1.0 /* of processor time */
#endif

typedef void fuzz_function(const uint8_t *data, size_t size);
typedef struct fuzz_target {
  const char *name;
  size_t longest; /* bytes of an input */
  const char *what;
  fuzz_function *run;
} fuzz_target;
extern const fuzz_target fuzz_targets[]; /* name NULL behind the last */
const fuzz_target *fuzz_find(const char *name);

#define TARGET(name, longest, what) fuzz_function target_##name;
#include "targets.def"
#undef TARGET

/* ---- support.c ------------------------------------------------------------------------------------ */

/* Makes the folder in which the targets write their files, and takes it away at the end of the process. */
void fuzz_open(void);
/* One input, with a look at the clock. */
void fuzz_run(const fuzz_target *target, const uint8_t *data, size_t size);

#define FUZZ_DEMAND(condition, ...) ((condition) ? (void)0 : fuzz_broken(__FILE__, __LINE__, __VA_ARGS__))
_Noreturn void fuzz_broken(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The path of a file with these bytes in the folder; it may lie in a sub-folder. Valid until the next call but seven.
 */
const char *fuzz_file(const char *name, const void *data, size_t size);
const char *fuzz_path(const char *name);
const char *fuzz_home(void);
void fuzz_clear(void); /* takes away all that is in the folder */
/* The bytes as a text, up to the first NUL; freed by free(). */
char *fuzz_text(const uint8_t *data, size_t size);
/* The next line of a text, which is cut up; "" behind the last. */
char *fuzz_line(char **rest);
/* Several files in one input: each begins with a line "=== NAME" of which NAME is one of `names` (NULL behind the
 * last); what has another name is left out. Writes them into the folder and returns how many. */
size_t fuzz_unpack(const uint8_t *data, size_t size, const char *const *names);

/* A network with one thread, which a process of the replay can have. */
extern const denpa_net_options fuzz_plain;
/* A small table with numbers, categories and two classes, as a file in the folder. */
const char *fuzz_colours(void);
/* A model of it, which also stands in the folder as colours.safetensors. */
const denpa_net *fuzz_colours_model(void);

/* A failure can be told in both languages, and what is told does nothing to a terminal. */
denpa_status fuzz_told(denpa_status status, const denpa_error *err);
/* The text is UTF-8 without control characters (but for the ends of lines) and changes of direction. */
void fuzz_shown(const char *text);
/* Every byte that a shape promises is there. */
void fuzz_touch(const dnp_array *array);
void fuzz_same(const dnp_array *a, const dnp_array *b); /* bit for bit */

/* Runs the command with these words (NULL behind the last), and looks at what it says on both streams. plain: what goes
 * to standard output is data for programs, and may hold anything. Returns its exit status. */
int fuzz_command(const char *const *words, int plain);

#endif
