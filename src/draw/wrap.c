/* wrap.c: breaks lines where English and Japanese allow it. It renders nothing and knows no width of its own. */
#include "draw/wrap.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

static size_t character_length(const char *p) {
  size_t length = 1;
  while (((unsigned char)p[length] & 0xC0) == 0x80) length++;
  return length;
}

static bool forbidden_at_start(const char *p) { /* Japanese marks that must not begin a line */
  static const char marks[] = "、。）」』，．：；？！ー々";
  if ((unsigned char)*p < 0x80) return false;
  for (const char *m = marks; *m != '\0'; m += character_length(m))
    if (strncmp(p, m, character_length(m)) == 0) return true;
  return false;
}

/* The bytes that stay together from p on: a remark in brackets that fits into a line of `room`, an English word, or one
 * Japanese character with the marks that cling to it. */
static size_t unit_length(const char *p, int room) {
  size_t length = 0;
  const char *end = *p == '[' ? strchr(p, ']') : NULL;
  if (end != NULL && end - p < room)
    length = (size_t)(end - p) + 1;
  else if ((unsigned char)*p >= 0x80)
    length = character_length(p);
  else
    while (p[length] != '\0' && p[length] != ' ' && (unsigned char)p[length] < 0x80) length++;
  while (p[length] != '\0' && forbidden_at_start(p + length)) length += character_length(p + length);
  return length;
}

void dnp_wrap(FILE *out, const char *text, int indent, int width) {
  int column = indent;
  bool first = true; /* nothing stands on this line yet */
  while (*text != '\0') {
    size_t spaces = strspn(text, " ");
    text += spaces;
    char unit[256];
    size_t length = unit_length(text, width - indent);
    if (length >= sizeof unit) length = sizeof unit - 1;
    memcpy(unit, text, length);
    unit[length] = '\0';
    int cells = (int)dnp_text_width(unit), gap = spaces > 0 && !first;
    if (!first && column + gap + cells > width) {
      fprintf(out, "\n%*s", indent, "");
      column = indent;
      gap = 0;
    }
    fprintf(out, "%*s%s", gap, "", unit);
    column += gap + cells;
    first = false;
    text += length;
  }
  fputc('\n', out);
}
