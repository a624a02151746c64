/* pickle.h: the values of a pickle's stack machine and its errors, for pickle.c (the machine) and pickle_numpy.c (the
 * functions and what they make) alone. */
#ifndef DNP_FILE_PICKLE_H
#define DNP_FILE_PICKLE_H

#include "base/status.h"
#include "base/text.h"
#include "file/files.h"

enum { DNP_PICKLE_OBJECTS_MOST = 16384 };

typedef enum dnp_pickle_kind {
  DNP_PICKLE_UNSET,
  DNP_PICKLE_MARK,
  DNP_PICKLE_NONE,
  DNP_PICKLE_BOOL,
  DNP_PICKLE_NUMBER,
  DNP_PICKLE_TEXT,
  DNP_PICKLE_BYTES,
  DNP_PICKLE_TUPLE,
  DNP_PICKLE_GLOBAL,
  DNP_PICKLE_OBJECT,
  DNP_PICKLE_DICT
} dnp_pickle_kind;
/* how text lies in the file; ESCAPED: latin-1 with \u0000 (protocol 0) */
typedef enum dnp_pickle_coding { DNP_PICKLE_PLAIN, DNP_PICKLE_UTF8, DNP_PICKLE_ESCAPED } dnp_pickle_coding;
typedef enum dnp_pickle_function {
  DNP_PICKLE_RECONSTRUCT,
  DNP_PICKLE_NDARRAY,
  DNP_PICKLE_DTYPE,
  DNP_PICKLE_ENCODE
} dnp_pickle_function;

typedef struct dnp_pickle_value {
  unsigned char kind, coding; /* BYTES with a coding other than PLAIN: text that _codecs.encode turns to latin-1 */
  uint32_t size;              /* TEXT, BYTES: bytes in the file; TUPLE: items */
  union {
    int64_t number; /* NUMBER, BOOL, GLOBAL */
    size_t at;      /* TEXT, BYTES: offset in the file; TUPLE: first item in the pool; OBJECT: its place in the list */
  } as;
} dnp_pickle_value;

/* A dtype, or an array that BUILD completes. */
typedef struct dnp_pickle_object {
  dnp_pickle_function type; /* NDARRAY or DTYPE */
  int built, axes, fortran;
  denpa_dtype dtype;
  size_t shape[DNP_MAX_AXES];
  dnp_pickle_value bytes;
} dnp_pickle_object;

typedef struct dnp_pickle_machine {
  const char *path;
  const unsigned char *data;
  size_t size, at, opcode_at; /* opcode_at: where the running instruction stands */
  dnp_pickle_value *stack, *memo, *pool;
  dnp_pickle_object *objects;
  dnp_pickle_value *entries; /* key, array, key, array ... of the one dict */
  size_t depth, pooled, object_count, entry_count, memo_next;
  int has_dict, stopped;
  denpa_error *err;
} dnp_pickle_machine;

/* so that the compiler sees that it is not DENPA_OK */
#define REFUSE(m, status, ...) (dnp_fail((m)->err, status, __VA_ARGS__), status)
#define PLACE(m) dnp_s((m)->path), dnp_u((m)->opcode_at)

/* ---- pickle.c ----------------------------------------------------------------------------------- */

denpa_status dnp_pickle_push(dnp_pickle_machine *m, dnp_pickle_value v);
denpa_status dnp_pickle_pop(dnp_pickle_machine *m, dnp_pickle_value *out);
/* The rest of the line, without its end. */
denpa_status dnp_pickle_line(dnp_pickle_machine *m, dnp_pickle_value *out);
int dnp_pickle_is_text(const dnp_pickle_machine *m, const dnp_pickle_value *v, const char *text);
/* The start of a text as a C string for a message. */
const char *dnp_pickle_shown(const dnp_pickle_machine *m, const dnp_pickle_value *v, char out[64]);

/* ---- pickle_numpy.c: instructions ----------------------------------------------------------------- */

denpa_status dnp_pickle_global(dnp_pickle_machine *m);
denpa_status dnp_pickle_stack_global(dnp_pickle_machine *m);
denpa_status dnp_pickle_reduce(dnp_pickle_machine *m);
denpa_status dnp_pickle_build(dnp_pickle_machine *m);

#endif
