/* script.c: fills in the template of a script (script.h). Called by export_numpy.c and export_forward.c. */
#include "interop/script.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { MOST_TEXT = 512 };

void dnp_script_add(dnp_script *s, const char *word) {
  assert(s->words < DNP_SCRIPT_WORDS);
  s->word[s->words++] = word;
}

bool dnp_script_has(const dnp_script *s, const char *word) {
  for (size_t i = 0; i < s->words; i++)
    if (strcmp(s->word[i], word) == 0) return true;
  return false;
}

/* Character by character, so that no text is too long. What dnp_render makes of control characters and direction
 * changes, \x1B and \u202E, is Python's way too. */
void dnp_script_literal(FILE *out, const char *text) {
  fputc('"', out);
  while (*text != '\0') {
    char one[5] = "", shown[64];
    size_t length = 1;
    while (length < 4 && ((unsigned char)text[length] & 0xC0) == 0x80) length++;
    memcpy(one, text, length);
    text += length;
    if (strcmp(one, "\"") == 0 || strcmp(one, "\\") == 0) fputc('\\', out);
    dnp_render(shown, sizeof shown, DENPA_LANG_EN, "{1}", (const denpa_arg[]){dnp_s(one), DNP_END});
    fputs(shown, out);
  }
  fputc('"', out);
}

static bool begins(const char *text, const char *with) { return strncmp(text, with, strlen(with)) == 0; }

/* @{text}: in the script's language. Returns what stands behind it. */
static const char *put_text(const dnp_script *s, const char *mark) {
  char english[MOST_TEXT];
  const size_t length = strcspn(mark + 2, "}");
  snprintf(english, sizeof english, "%.*s", (int)length, mark + 2);
  fputs(dnp_translate(s->lang, english), s->out);
  return mark + 2 + length + 1;
}

void dnp_script_body(const dnp_script *s, const char *text, const char *const *number, size_t numbers) {
  bool starts = true; /* a line */
  while (*text != '\0') {
    if (starts) fputs("    ", s->out);
    starts = *text == '\n';
    const size_t place = *text == '{' && text[1] >= '1' && text[1] <= '9' && text[2] == '}' ? (size_t)(text[1] - '1')
                                                                                            : numbers;
    if (place < numbers) {
      fputs(number[place], s->out);
      text += 3;
    } else if (begins(text, "@{")) {
      text = put_text(s, text);
    } else {
      fputc(*text++, s->out);
    }
  }
}

static void put_line(const dnp_script *s, const char *line, const char *end) {
  while (line < end) {
    const dnp_script_filling *f = s->filling;
    while (f->mark != NULL && !begins(line, f->mark)) f++;
    if (f->mark != NULL) {
      f->put(s->of);
      line += strlen(f->mark);
    } else if (begins(line, "@{")) {
      line = put_text(s, line);
    } else {
      fputc(*line++, s->out);
    }
  }
}

static void put_lines(const dnp_script *s, const char *text) {
  bool wanted = true;
  for (const char *next; *text != '\0'; text = next) {
    next = strchr(text, '\n') + 1;
    char word[MOST_TEXT];
    if (begins(text, "%if ")) {
      snprintf(word, sizeof word, "%.*s", (int)(next - text) - 5, text + 4);
      wanted = dnp_script_has(s, word);
    } else if (begins(text, "%end")) {
      wanted = true;
    } else if (wanted) {
      put_line(s, text, next);
    }
  }
}

denpa_status dnp_script_write(const dnp_script *s, const unsigned char *text, size_t size, denpa_error *err) {
  char *copy;
  DNP_TRY(DNP_NEW(&copy, size + 1, err));
  memcpy(copy, text, size);
  put_lines(s, copy);
  dnp_free(copy);
  return DENPA_OK;
}
