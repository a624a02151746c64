/* status.c: filling and showing a denpa_error. Called by every fallible function; never prints. */
#include "base/status.h"

#include <string.h>

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

/* Length of `text`, at most `room`, not ending inside a UTF-8 character. */
static size_t whole_characters(const char *text, size_t room) {
  size_t length = strlen(text);
  if (length <= room) return length;
  length = room;
  while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80) length--;
  return length;
}

denpa_status dnp_error_set(denpa_error *err, denpa_status status, const char *message, const denpa_arg *args) {
  if (err == NULL) return status;
  err->status = status;
  err->message = message;
  size_t used = 0;
  int n = 0;
  for (; args[n].kind != 0 && n < DENPA_ERROR_ARGS; n++) {
    err->arg[n] = args[n];
    if (args[n].kind != 's') continue;
    const char *text = args[n].as.s != NULL ? args[n].as.s : "";
    size_t room = DENPA_ERROR_STORE - used;
    size_t length = room > 0 ? whole_characters(text, room - 1) : 0;
    if (room > 0) {
      memcpy(err->store + used, text, length);
      err->store[used + length] = '\0';
      err->arg[n].as.u = used;
      used += length + 1;
    } else {
      err->arg[n].as.u = DENPA_ERROR_STORE - 1; /* the store is full: its last byte is always a NUL */
    }
  }
  err->arg[n] = DNP_END;
  return status;
}

denpa_status dnp_fail_errno(denpa_error *err, const char *message, const char *path, int code) {
  char words[128];
  if (strerror_r(code, words, sizeof words) != 0) words[0] = '\0';
  return dnp_error_set(err, DENPA_ERROR_IO, message, (const denpa_arg[]){dnp_s(path), dnp_s(words), DNP_END});
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
  for (; n < DENPA_ERROR_ARGS && error->arg[n].kind != 0; n++) {
    args[n] = error->arg[n];
    if (args[n].kind == 's') args[n].as.s = error->store + error->arg[n].as.u;
  }
  args[n] = DNP_END;
  return dnp_render(out, size, lang, error->message, args);
}
