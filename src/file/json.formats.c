/* json.formats.c: JSON that is whole or is not there, as json.h promises. Whoever builds JSON calls it: tables, model
 * files, figures, the command. */
#include "file/json.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* ---- building ----------------------------------------------------------------------------------- */

/* What an addition left: all of it, or nothing. */
static void settle(json_t **whole, bool good) {
  if (good) return;
  json_decref(*whole);
  *whole = NULL;
}

/* json_..._new() takes `value` over even where it fails. */
void dnp_json_add(json_t **list, json_t *value) { settle(list, json_array_append_new(*list, value) == 0); }

void dnp_json_put(json_t **object, const char *key, json_t *value) {
  settle(object, json_object_set_new(*object, key, value) == 0);
}

/* json_object_update_missing() does not look whether a key found its place. */
static void put_each(json_t **object, json_t *more, bool replace) {
  const char *key;
  json_t *value;
  bool good = json_is_object(*object) && json_is_object(more);
  json_object_foreach(more, key, value) {
    if (good && (replace || json_object_get(*object, key) == NULL)) good = json_object_set(*object, key, value) == 0;
  }
  json_decref(more);
  settle(object, good);
}

void dnp_json_put_all(json_t **object, json_t *more) { put_each(object, more, true); }
void dnp_json_put_missing(json_t **object, json_t *more) { put_each(object, more, false); }

/* ---- reading ------------------------------------------------------------------------------------
 * Jansson's lexer collects each token in a buffer that it doubles when it is full, and does not look whether that
 * worked: a character is lost, and a name or a number is read that is not there. So the text is read behind a first
 * token that is as long as its longest one, ["aaa...a", TEXT]: the buffer has grown before the text begins, and a
 * character that was lost is missed. */

typedef struct feed {
  const char *text;
  size_t size, filler, at; /* filler: the length of the first token; at: how much is read of the whole */
} feed;

#define OPENED "[\""
#define BETWEEN "\","
#define CLOSED "]"

/* Appends of what stands from `begin` on in the whole what lies behind feed.at; the number of bytes. */
static size_t give(feed *f, size_t begin, const char *part, size_t size, char *out, size_t room) {
  if (f->at >= begin + size || room == 0) return 0;
  const size_t from = f->at - begin, left = size - from, count = left < room ? left : room;
  if (part != NULL)
    memcpy(out, part + from, count);
  else
    memset(out, 'a', count);
  f->at += count;
  return count;
}

static size_t feed_more(void *buffer, size_t room, void *context) {
  feed *f = context;
  const struct {
    const char *part;
    size_t size;
  } whole[] = {{OPENED, sizeof OPENED - 1}, {NULL, f->filler}, {BETWEEN, sizeof BETWEEN - 1}, {f->text, f->size},
      {CLOSED, sizeof CLOSED - 1}};
  size_t begin = 0, given = 0;
  for (size_t i = 0; i < sizeof whole / sizeof *whole; begin += whole[i++].size)
    given += give(f, begin, whole[i].part, whole[i].size, (char *)buffer + given, room - given);
  return given;
}

/* The length of the longest token, texts with their quotation marks. */
static size_t longest_token(const char *text, size_t size) {
  size_t longest = 0, length = 0;
  bool inside = false;
  for (size_t i = 0; i < size; i++) {
    const char c = text[i];
    length = inside || strchr("\" \t\r\n,:[]{}", c) == NULL || c == '\0' ? length + 1 : c == '"';
    if (inside && c == '\\')
      i++, length++;
    else if (c == '"')
      inside = !inside;
    if (length > longest) longest = length;
  }
  return longest;
}

/* NULL: there was no memory for it, or it is not JSON. */
static json_t *read_behind_filler(const char *text, size_t size, size_t flags) {
  const size_t longest = longest_token(text, size);
  /* the buffer never grows for its second quotation mark: a text without one would not end */
  feed f = {.text = text, .size = size, .filler = longest + (((longest + 2) & (longest + 1)) == 0)};
  json_t *both = json_load_callback(feed_more, &f, flags, NULL), *filler = json_array_get(both, 0), *out = NULL;
  if (json_array_size(both) == 2 && json_string_length(filler) == f.filler) out = json_incref(json_array_get(both, 1));
  json_decref(both);
  return out;
}

/* A zero byte stands in no JSON, but Jansson loses one that follows a number. Told as Jansson tells of one elsewhere.
 */
static bool has_zero(const char *text, size_t size, json_error_t *trouble) {
  const char *zero = size > 0 ? memchr(text, '\0', size) : NULL;
  if (zero == NULL) return false;
  *trouble = (json_error_t){.line = 1, .position = (int)(zero - text)};
  for (const char *p = text; p < zero; p++) {
    trouble->line += *p == '\n';
    trouble->column = *p == '\n' ? 0 : trouble->column + 1;
  }
  trouble->text[sizeof trouble->text - 1] = json_error_null_character; /* where json_error_code() looks */
  return true;
}

/* Whatever is wrong with a text has a code: without one there was no memory for what stands in it. What can be read by
 * itself but not behind the filler had no memory either; and a token without memory is called a wrong one, so that
 * where nothing can be had now, nothing is said of the text: a checkpoint would be put aside as damaged. */
denpa_status dnp_json_read(const char *where, const char *text, size_t size, size_t flags, json_t **out,
    json_error_t *trouble, denpa_error *err) {
  *out = NULL;
  if (has_zero(text, size, trouble)) return DENPA_ERROR_FORMAT;
  *out = read_behind_filler(text, size, flags);
  if (*out != NULL) return DENPA_OK;
  json_t *alone = json_loadb(text, size, flags, trouble);
  enum json_error_code code = alone == NULL ? json_error_code(trouble) : json_error_out_of_memory;
  json_decref(alone);
  void *probe;
  if (dnp_alloc_raw(&probe, size, NULL) != DENPA_OK) code = json_error_out_of_memory;
  dnp_free(probe);
  if (code != json_error_unknown && code != json_error_out_of_memory) return DENPA_ERROR_FORMAT;
  return dnp_fail(err, DENPA_ERROR_MEMORY, "{1}: not enough memory for the JSON in it", dnp_s(where));
}

const char *dnp_json_trouble(const json_error_t *trouble) {
  switch (json_error_code(trouble)) {
    case json_error_premature_end_of_input: return DNP_N("it ends too early");
    case json_error_end_of_input_expected: return DNP_N("something follows its end");
    case json_error_invalid_utf8: return DNP_N("it is not UTF-8");
    case json_error_duplicate_key: return DNP_N("one name is there twice");
    case json_error_numeric_overflow: return DNP_N("a number is too large");
    case json_error_stack_overflow: return DNP_N("it is nested too deeply");
    case json_error_null_character:
    case json_error_null_byte_in_key: return DNP_N("there is a zero byte in it");
    default: return DNP_N("JSON is not written like this");
  }
}

denpa_status dnp_json_members(
    const char *where, json_t *object, size_t count, denpa_error *err, const char *format, ...) {
  json_error_t trouble;
  va_list members;
  if (json_object_size(object) != count) return DENPA_ERROR_FORMAT;
  va_start(members, format);
  const int status = json_vunpack_ex(object, &trouble, 0, format, members);
  va_end(members);
  if (status == 0) return DENPA_OK;
  if (json_error_code(&trouble) != json_error_out_of_memory) return DENPA_ERROR_FORMAT;
  return dnp_fail(err, DENPA_ERROR_MEMORY, "{1}: not enough memory for the JSON in it", dnp_s(where));
}

/* ---- writing ------------------------------------------------------------------------------------ */

denpa_status dnp_json_refused(denpa_error *err) {
  return dnp_fail(err, DENPA_ERROR_MEMORY, "not enough memory for the JSON object, or a name is not UTF-8");
}

/* json_dumps() loses a key, or a quotation mark, that its buffer has no room for, so the text is collected here. */
typedef struct sink {
  char *text;
  size_t used, room;
  denpa_status status;
  denpa_error *err;
} sink;

static int collect(const char *part, size_t size, void *context) {
  sink *s = context;
  if (s->status == DENPA_OK && s->used + size >= s->room) {
    const size_t room = 2 * (s->used + size + 1024);
    s->status = dnp_grow((void **)&s->text, s->used, room, 1, s->err);
    s->room = room;
  }
  if (s->status != DENPA_OK) return -1;
  memcpy(s->text + s->used, part, size);
  s->used += size;
  s->text[s->used] = '\0';
  return 0;
}

denpa_status dnp_json_text(json_t *object, size_t flags, char **text, denpa_error *err) {
  sink s = {.err = err};
  *text = NULL;
  const bool whole = object != NULL && json_dump_callback(object, collect, &s, flags) == 0 && s.status == DENPA_OK;
  json_decref(object);
  if (whole) return *text = s.text, DENPA_OK;
  dnp_free(s.text);
  return s.status != DENPA_OK ? s.status : dnp_json_refused(err);
}
