/* wrap.c: breaks lines where English and Japanese allow it. It renders nothing and knows no width of its own. */
#include "draw/wrap.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

/* Below this a sentence is easier to read as the terminal breaks it. */
enum { LEAST_TEXT = 16 };

/* The bytes of what sets a colour at p; 0: nothing there does. */
static size_t colour_length(const char *p) {
  if (strncmp(p, "\033[", 2) != 0) return 0;
  const size_t inside = 2 + strspn(p + 2, "0123456789;");
  return p[inside] == 'm' ? inside + 1 : 0;
}

static int cells_of(const char *p, size_t length) {
  size_t cells = 0;
  for (const char *end = p + length; p < end;) {
    const size_t colour = colour_length(p), plain = 1 + strcspn(p + 1, "\033"), left = (size_t)(end - p);
    if (colour == 0) cells += dnp_text_width_of(p, plain < left ? plain : left);
    p += colour > 0 ? colour : plain;
  }
  return (int)cells;
}

int dnp_wrap_cells(const char *text) { return cells_of(text, strlen(text)); }

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

/* Of a word that is wider than a line, as a list of choices is: as much as a line holds, up to where it may be broken.
 */
static size_t shortened(const char *p, size_t length, int room) {
  for (size_t end = length - 1; end > 0; end--)
    if (strchr("|,;/", p[end - 1]) != NULL && cells_of(p, end) <= room) return end;
  return length;
}

/* The text in lines; no newline behind it. */
static void wrap(FILE *out, const char *text, size_t bytes, int indent, int width) {
  int column = indent;
  bool first = true; /* nothing stands on this line yet */
  for (const char *end = text + bytes; text < end;) {
    const size_t spaces = strspn(text, " ");
    text += spaces;
    if (text >= end) break;
    size_t length = unit_length(text, width - indent);
    if (text + length > end) length = (size_t)(end - text);
    if (cells_of(text, length) > width - indent) length = shortened(text, length, width - indent);
    const int cells = cells_of(text, length);
    int gap = spaces > 0 && !first;
    if (!first && column + gap + cells > width) {
      fprintf(out, "\n%*s", indent, "");
      column = indent;
      gap = 0;
    }
    fprintf(out, "%*s%.*s", gap, "", (int)length, text);
    column += gap + cells;
    first = false;
    text += length;
  }
}

void dnp_wrap(FILE *out, const char *text, int indent, int width) {
  wrap(out, text, strlen(text), indent, width);
  fputc('\n', out);
}

/* The bytes of the column that begins at p: up to two blanks, or the end. Two blanks after a full stop part sentences.
 */
static size_t column_length(const char *p) {
  const char *gap = strstr(p, "  ");
  while (gap != NULL && gap > p && gap[-1] == '.' && gap[2] != ' ') gap = strstr(gap + 2, "  ");
  return gap != NULL ? (size_t)(gap - p) : strlen(p);
}

/* Words, which may be broken; numbers and names are not. */
static bool is_text(const char *p, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (p[i] == ' ' || (unsigned char)p[i] >= 0x80) return true;
  return false;
}

void dnp_wrap_row(FILE *out, const char *row, int column, int inset, int width) {
  const int below = column + inset;  /* where a line goes on */
  int at = column, written = column; /* where the next column belongs, and the cells that stand on the line */
  bool fresh = true;                 /* nothing of the row stands on this line yet */
  for (row += strspn(row, " "); *row != '\0';) {
    const size_t length = column_length(row);
    const int cells = cells_of(row, length), room = width - at;
    const bool text = is_text(row, length), last = row[length] == '\0';
    if (cells > room && !fresh && !(last && text && 3 * room >= 2 * (width - below))) {
      fprintf(out, "\n%*s", below, "");
      at = written = below;
      fresh = true;
      continue;
    }
    fprintf(out, "%*s", at - written, "");
    if (cells > room && text && room >= LEAST_TEXT) {
      wrap(out, row, length, at, width);
      at = written = width; /* what follows goes below */
    } else {
      fprintf(out, "%.*s", (int)length, row);
      at = written = at + cells;
    }
    fresh = false;
    row += length;
    const size_t gap = strspn(row, " ");
    row += gap;
    at += (int)gap;
  }
  fputc('\n', out);
}
