/* denpa.h: the public face of libdenpa, a library that trains small neural networks and shows its work.
 *
 * Everything here is safe to use from several threads on different objects. Fallible functions return
 * a denpa_status (0 done, negative otherwise) and, when given one, fill a denpa_error that the caller owns. */
#ifndef DENPA_DENPA_H
#define DENPA_DENPA_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DENPA_VERSION "0.1.0"

#if defined(__GNUC__)
#define DENPA_API __attribute__((visibility("default")))
#else
#define DENPA_API
#endif

/* ---- status and error ------------------------------------------------------------------------ */

/* X(name, number, English text): one list for the enum, the names and the texts. */
#define DENPA_STATUS_LIST(X)                                             \
  X(OK, 0, "done")                                                       \
  X(ARGUMENT, -1, "a wrong argument or option")                          \
  X(SYNTAX, -2, "a text that cannot be understood")                      \
  X(SHAPE, -3, "shapes that do not fit")                                 \
  X(MEMORY, -4, "not enough memory")                                     \
  X(IO, -5, "the operating system refused to read or write")             \
  X(FORMAT, -6, "a file that is not what it should be")                  \
  X(NOT_FOUND, -7, "something that is not there")                        \
  X(UNSUPPORTED, -8, "something this build or machine cannot do")        \
  X(NUMERIC, -9, "a number that is not finite")                          \
  X(NETWORK, -10, "a download that failed")                              \
  X(CANCELLED, -11, "stopped by the caller")                             \
  X(REFUSED, -12, "refused, because it would do harm")

typedef enum denpa_status {
#define X(name, number, text) DENPA_##name = number,
  DENPA_STATUS_LIST(X)
#undef X
} denpa_status;

typedef enum denpa_lang { DENPA_EN, DENPA_JA } denpa_lang;

/* One typed argument of a message. */
typedef struct denpa_arg {
  char kind; /* 's' text, 'i' signed, 'u' unsigned, 'd' real, 't' a text to translate, 0 end */
  union {
    const char *s;
    int64_t i;
    uint64_t u;
    double d;
  } as;
} denpa_arg;

#define DENPA_ERROR_ARGS 9
#define DENPA_ERROR_STORE 512

/* What went wrong. Owned by the caller and filled by the callee; texts are copied into `store` (a text argument holds its
 * offset there in as.u), so it outlives whatever it speaks of and may be copied. Zero it before its first use. */
typedef struct denpa_error {
  denpa_status status;
  const char *message; /* English template, static; {1}, {2} ... stand for the arguments */
  denpa_arg arg[DENPA_ERROR_ARGS + 1];
  char store[DENPA_ERROR_STORE];
} denpa_error;

/* The status' own name ("SHAPE"), and its text in the language asked for. Never NULL. */
DENPA_API const char *denpa_status_name(denpa_status status);
DENPA_API const char *denpa_status_text(denpa_status status, denpa_lang lang);

/* Writes the message of `error` in `lang` into `out` (at most `size` bytes with the final NUL; UTF-8 is
 * never cut inside a character). Returns the length it would have needed, without the NUL. */
DENPA_API size_t denpa_error_text(const denpa_error *error, denpa_lang lang, char *out, size_t size);

/* Types of array elements. */
typedef enum denpa_dtype { DENPA_FLOAT32, DENPA_FLOAT64, DENPA_UINT8, DENPA_INT32, DENPA_INT64, DENPA_DTYPES } denpa_dtype;

/* ---- objects ----------------------------------------------------------------------------------- */

typedef struct denpa_graph denpa_graph; /* operations on named tensors, being put together */
typedef struct denpa_net denpa_net;     /* a network that is ready to run */
typedef struct denpa_data denpa_data;   /* a data set in memory */

#ifdef __cplusplus
}
#endif
#endif
