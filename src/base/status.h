/* status.h: how functions of denpa fail. Every room uses this; nothing here prints.
 *
 *   if (size != expected)
 *     return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: {2} bytes, expected {3}; the file is cut short", dnp_s(path),
 *       dnp_u(size), dnp_u(expected));
 *   DNP_TRY(dnp_read_header(file, &header, err));
 *
 * The message is an English template that the .po files translate; arguments are typed and numbered, so a
 * translation may reorder them. `err` may be NULL. */
#ifndef DNP_BASE_STATUS_H
#define DNP_BASE_STATUS_H

#include <denpa/denpa.h>

static inline denpa_arg dnp_s(const char *s) { return (denpa_arg){.kind = 's', .as.s = s}; }
static inline denpa_arg dnp_i(int64_t i) { return (denpa_arg){.kind = 'i', .as.i = i}; }
static inline denpa_arg dnp_u(uint64_t u) { return (denpa_arg){.kind = 'u', .as.u = u}; }
static inline denpa_arg dnp_d(double d) { return (denpa_arg){.kind = 'd', .as.d = d}; }
/* A static text that is itself in the catalogue (write it as dnp_t("...") so that it is collected). */
static inline denpa_arg dnp_t(const char *t) { return (denpa_arg){.kind = 't', .as.s = t}; }
/* What is likely to be the reason, told behind the message unless somebody knows better (dnp_error_drop_hint): a static
 * text of the catalogue with the mark that joins it. The last argument. */
static inline denpa_arg dnp_hint(const char *t) { return (denpa_arg){.kind = 'h', .as.s = t}; }

#define DNP_END ((denpa_arg){.kind = 0})
#define DNP_MESSAGE(text, ...) \
  text, (const denpa_arg[]) { __VA_ARGS__ }

/* Fills *err (if not NULL) and returns `status`: dnp_fail(err, status, "template", arguments...). */
#ifndef __clang_analyzer__
#define dnp_fail(err, status, ...) dnp_error_set(err, status, DNP_MESSAGE(__VA_ARGS__, DNP_END))
#else /* it looks into one file at a time, and would take what fails for something that may also be done */
#define dnp_fail(err, status, ...) ((void)dnp_error_set(err, status, DNP_MESSAGE(__VA_ARGS__, DNP_END)), (status))
#endif

/* What a function of denpa.h needs: a NULL is the caller's mistake, told by the argument's name. */
#define DNP_REQUIRE(argument, err) \
  do { \
    if ((argument) == NULL) return dnp_missing(err, __func__, #argument); \
  } while (0)
denpa_status dnp_missing(denpa_error *err, const char *function, const char *argument);

/* Hands a failure on. */
#define DNP_TRY(call) \
  do { \
    denpa_status dnp_status_ = (call); \
    if (dnp_status_ != DENPA_OK) return dnp_status_; \
  } while (0)

/* args ends with kind 0; texts are copied. Returns status. */
denpa_status dnp_error_set(denpa_error *err, denpa_status status, const char *message, const denpa_arg *args);

/* Says in front of a failure in which file the words stand that it speaks of, and before that in which file that one is
 * named, if it is called again. Returns status. */
denpa_status dnp_fail_in(denpa_error *err, denpa_status status, const char *file);
/* Adds an argument of this kind (denpa_arg) behind those of the message. Returns status. */
denpa_status dnp_fail_with(denpa_error *err, denpa_status status, char kind, const char *text);
/* For whoever knows the reason. */
void dnp_error_drop_hint(denpa_error *err);

/* What an errno means, a text of the catalogue; NULL for one that files do not meet. */
const char *dnp_errno_text(int code);
/* dnp_fail for a system call: adds what `code` (an errno) means as argument {2} after `path` as {1}. */
denpa_status dnp_fail_errno(denpa_error *err, const char *message, const char *path, int code);

#endif
