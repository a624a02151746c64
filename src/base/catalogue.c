/* catalogue.c: looks a text up in gettext's binary format (.mo), which the build makes of po/ja.po and embeds as bytes.
 * The format is two tables of {length, offset}, English (sorted) and translated, all words little-endian here.
 * It does not render anything: that is text.c, its only caller. */
#include "base/catalogue.h"

#include <stdint.h>
#include <string.h>

#include "catalogue_ja.h"

enum { MO_COUNT = 8, MO_ENGLISH = 12, MO_TRANSLATED = 16, MO_HEADER = 28 };

static uint32_t word(size_t at) {
  const unsigned char *b = catalogue_ja + at;
  return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

/* Text number `index` of the table whose place stands at `table` in the header. */
static const char *entry(size_t table, size_t index) {
  return (const char *)catalogue_ja + word(word(table) + 8 * index + 4);
}

const char *dnp_catalogue_find(denpa_lang lang, const char *english) {
  _Static_assert(sizeof catalogue_ja > MO_HEADER, "msgfmt wrote no catalogue");
  if (lang != DENPA_LANG_JA || english[0] == '\0') return NULL; /* the empty text is the file's own header */
  size_t low = 0, high = word(MO_COUNT);
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(english, entry(MO_ENGLISH, middle));
    if (order == 0) return entry(MO_TRANSLATED, middle);
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return NULL;
}
