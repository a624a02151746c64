/* status.c: filling and showing a denpa_error. Called by every fallible function; never prints. */
#include "base/status.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/shapes.h"
#include "base/text.h"

const char *denpa_status_name(denpa_status status) {
  switch (status) {
#define ROW(enumerator, name, number, text) \
  case enumerator: return name;
    DENPA_STATUS_LIST(ROW)
#undef ROW
  }
  return "UNKNOWN";
}

const char *denpa_status_text(denpa_status status, denpa_lang lang) {
  switch (status) {
#define ROW(enumerator, name, number, text) \
  case enumerator: return dnp_translate(lang, text);
    DENPA_STATUS_LIST(ROW)
#undef ROW
  }
  return "?";
}

const char *denpa_version(void) { return DENPA_VERSION; }

denpa_status dnp_missing(denpa_error *err, const char *function, const char *argument) {
  return dnp_fail(
      err, DENPA_ERROR_ARGUMENT, "{1}: the argument {2} is NULL, but it is needed", dnp_s(function), dnp_s(argument));
}

static bool inside_character(char c) { return ((unsigned char)c & 0xC0) == 0x80; }

/* Copies `text` into out[room] with its NUL and returns its length. One that is too long loses its middle, never half a
 * character: how a path ends tells more than how it goes on. */
static size_t store_text(char *out, size_t room, const char *text) {
  static const char gap[] = "...";
  const size_t length = strlen(text);
  if (length < room) {
    memcpy(out, text, length + 1);
    return length;
  }
  size_t begin = room > 4 * sizeof gap ? (room - sizeof gap) / 3 : 0,
         end = room > sizeof gap ? room - sizeof gap - begin : 0;
  while (begin > 0 && inside_character(text[begin])) begin--;
  while (end > 0 && inside_character(text[length - end])) end--;
  const int stored = snprintf(out, room, "%.*s%s%s", (int)begin, text, end > 0 ? gap : "", text + length - end);
  return stored > 0 ? (size_t)stored : 0;
}

denpa_status dnp_error_set(denpa_error *err, denpa_status status, const char *message, const denpa_arg *args) {
  if (err == NULL) return status;
  err->status = status;
  err->message = message;
  size_t used = 0;
  int n = 0;
  for (; n < DENPA_ERROR_ARGS && args[n].kind != 0; n++) {
    err->arg[n] = args[n];
    if (args[n].kind != 's') continue;
    const char *text = args[n].as.s != NULL ? args[n].as.s : "";
    const size_t room = DENPA_ERROR_STORE - used;
    if (room > 0) {
      const size_t length = store_text(err->store + used, room, text);
      err->arg[n].as.u = used;
      used += length + 1;
    } else {
      err->arg[n].as.u = DENPA_ERROR_STORE - 1; /* the store is full: its last byte is always a NUL */
    }
  }
  err->arg[n] = DNP_END;
  return status;
}

static bool is_stored(const denpa_arg *arg) { return arg->kind == 's' || arg->kind == 'p' || arg->kind == 'x'; }

denpa_status dnp_fail_in(denpa_error *err, denpa_status status, const char *file) {
  return dnp_fail_with(err, status, 'p', file);
}

denpa_status dnp_fail_with(denpa_error *err, denpa_status status, char kind, const char *text) {
  if (err == NULL || status == DENPA_OK) return status;
  err->status = status;
  size_t used = 0;
  int n = 0;
  for (; n < DENPA_ERROR_ARGS && err->arg[n].kind != 0; n++)
    if (is_stored(&err->arg[n])) used = (size_t)err->arg[n].as.u + strlen(err->store + err->arg[n].as.u) + 1;
  if (n == DENPA_ERROR_ARGS || used >= DENPA_ERROR_STORE) return status;
  store_text(err->store + used, DENPA_ERROR_STORE - used, text);
  err->arg[n] = (denpa_arg){.kind = kind, .as.u = used};
  err->arg[n + 1] = DNP_END;
  return status;
}

void dnp_error_drop_hint(denpa_error *err) {
  for (int n = 0; n < DENPA_ERROR_ARGS && err->arg[n].kind != 0; n++)
    if (err->arg[n].kind == 'h') err->arg[n].as.s = NULL;
}

/* ---- what the system says ---------------------------------------------------------------------- */

/* strerror knows one language, the one of the process's locale, which denpa never sets. */
static const struct {
  int code;
  const char *text;
} reasons[] = {
    {EACCES, DNP_N("permission denied")},
    {EAGAIN, DNP_N("it is not ready now; try again later")},
    {EBADF, DNP_N("it is closed")},
    {EBUSY, DNP_N("it is in use")},
    {EDQUOT, DNP_N("your disk quota is used up")},
    {EEXIST, DNP_N("something of this name is there already")},
    {EFBIG, DNP_N("the file is larger than it may be")},
    {EINTR, DNP_N("a signal came in between")},
    {EINVAL, DNP_N("the system does not allow that here")},
    {EIO, DNP_N("the disk or the network drive does not work (input/output error)")},
    {EISDIR, DNP_N("this is a folder")},
    {ELOOP, DNP_N("its links lead in a circle")},
    {EMFILE, DNP_N("too many files are open")},
    {ENAMETOOLONG, DNP_N("the name is too long")},
    {ENFILE, DNP_N("too many files are open on this machine")},
    {ENODEV, DNP_N("there is no such device")},
    {ENOENT, DNP_N("there is no such file or folder")},
    {ENOMEM, DNP_N("not enough memory")},
    {ENOSPC, DNP_N("the disk is full")},
    {ENOTDIR, DNP_N("what should be a folder on the way to it is a file")},
    {ENOTEMPTY, DNP_N("the folder is not empty")},
    {ENXIO, DNP_N("there is no such device")},
    {EOVERFLOW, DNP_N("it is too large for this program")},
    {EPERM, DNP_N("the system does not permit it")},
    {EPIPE, DNP_N("its reader is gone")},
    {EROFS, DNP_N("the disk can only be read")},
    {ESTALE, DNP_N("the network drive has lost it")},
    {ETIMEDOUT, DNP_N("no answer in time")},
    {ETXTBSY, DNP_N("it is a program that runs at the moment")},
    {EXDEV, DNP_N("it is on another disk")},
};

const char *dnp_errno_text(int code) {
  for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
    if (reasons[i].code == code) return reasons[i].text;
  return NULL;
}

denpa_status dnp_fail_errno(denpa_error *err, const char *message, const char *path, int code) {
  const char *ours = dnp_errno_text(code);
  char system[128] = "", words[160];
  if (ours == NULL && strerror_r(code, system, sizeof system) != 0) system[0] = '\0';
  snprintf(words, sizeof words, "errno %d (%s)", code, system);
  /* a call that found no memory is no fault of the file */
  return dnp_error_set(err, code == ENOMEM ? DENPA_ERROR_MEMORY : DENPA_ERROR_IO, message,
      (const denpa_arg[]){dnp_s(path), ours != NULL ? dnp_t(ours) : dnp_s(words), DNP_END});
}

/* The names of the files in front, the outer ones before the inner ones; the bytes that they take. */
static size_t put_files(const denpa_error *error, int count, denpa_lang lang, char *out, size_t size) {
  static const char in_front[] = "{1}: "; /* alike in all languages */
  size_t used = 0;
  while (count-- > 0) {
    if (error->arg[count].kind != 'p') continue;
    const denpa_arg name[] = {dnp_s(error->store + error->arg[count].as.u), DNP_END};
    const size_t begin = used < size ? used : size;
    used += dnp_render(out != NULL ? out + begin : NULL, size - begin, lang, in_front, name);
  }
  return used;
}

size_t denpa_error_text(const denpa_error *error, denpa_lang lang, char *out, size_t size) {
  if (out == NULL) size = 0; /* asks for the length only */
  if (size > 0) out[0] = '\0';
  if (error == NULL) return 0;
  if (error->message == NULL)
    return dnp_render(
        out, size, lang, "{1}", (const denpa_arg[]){dnp_t(denpa_status_text(error->status, DENPA_LANG_EN)), DNP_END});
  denpa_arg args[DENPA_ERROR_ARGS + 1];
  int n = 0;
  for (; n < DENPA_ERROR_ARGS && error->arg[n].kind != 0; n++)
    args[n] = is_stored(&error->arg[n]) ? dnp_s(error->store + error->arg[n].as.u) : error->arg[n];
  args[n] = DNP_END;
  size_t used = put_files(error, n, lang, out, size), begin = used < size ? used : size;
  used += dnp_render(out != NULL ? out + begin : NULL, size - begin, lang, error->message, args);
  for (int i = 0; i < n; i++) {
    const denpa_arg *arg = &error->arg[i];
    char *const rest = out != NULL ? out + (used < size ? used : size) : NULL;
    begin = used < size ? used : size;
    if (arg->kind == 'x') used += dnp_shapes_render(rest, size - begin, lang, error->store + arg->as.u);
    if (arg->kind == 'h' && arg->as.s != NULL)
      used += dnp_render(rest, size - begin, lang, "{1}", (const denpa_arg[]){dnp_t(arg->as.s), DNP_END});
  }
  return used;
}
