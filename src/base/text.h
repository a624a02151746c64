/* text.h: every text a user sees is rendered here, in the language asked for. No locale, no global state.
 *
 * A template holds {1} .. {9}, each optionally with a printf-like format after a colon: {2:.4f}, {3:x}, {1:-12}, {1:6}
 * (width counts terminal cells, so that Japanese columns line up). {3|sample|samples} is the word that goes with the
 * number {3}: the first one if that is 1. "{{" is a brace. Texts given as arguments come from
 * files and people: control characters, broken UTF-8 and direction overrides are shown as escapes. */
#ifndef DNP_BASE_TEXT_H
#define DNP_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Marks a text for the translators' catalogue where it is not rendered at once (tables). */
#define DNP_N(text) text

/* The text in `lang`; the English itself where the catalogue has no entry. */
const char *dnp_translate(denpa_lang lang, const char *english);

/* Renders into out[size] (NUL-terminated, cut between characters); returns the full length needed. args ends with kind
 * 0. */
size_t dnp_render(char *out, size_t size, denpa_lang lang, const char *message, const denpa_arg *args);

/* Terminal cells that a UTF-8 text takes (East Asian wide characters take two). */
size_t dnp_text_width(const char *utf8);
size_t dnp_text_width_of(const char *utf8, size_t bytes); /* of its beginning */
/* Cuts the text, between characters, so that it takes `cells` cells at most. */
void dnp_text_cut(char *utf8, size_t cells);

/* Letters to insert, delete, replace or swap with the next to get from a to b, to find what was meant; 99 where either
 * is longer than 32 bytes. */
size_t dnp_text_distance(const char *a, const char *b);

/* Whether the first `length` bytes of a typed word mean `name`: letters are the same in either case, and '-' and '_' do
 * not count ("LeakyReLU" means "leaky-relu"). */
int dnp_text_alike(const char *typed, size_t length, const char *name, size_t name_length);
/* The same of all of `typed` and all of `name`. What a caller of the library gives for a name of a list is compared so,
 * as what is typed on the command line is. */
int dnp_text_means(const char *typed, const char *name);

/* Whether all of it is UTF-8. */
int dnp_text_is_utf8(const char *text);

/* Whether a text begins with another one. */
bool dnp_text_begins(const char *text, const char *beginning);
/* Whether it ends with it, as the names of files do: the case of letters does not count. */
bool dnp_text_ends(const char *text, const char *ending);
/* What stands behind the last slash of a path, in it: the name of the file. */
const char *dnp_text_file_name(const char *path);

/* Copies the text, cut where it is longer than out[size] with its NUL, but never inside a UTF-8 character. */
void dnp_text_copy(char *out, size_t size, const char *text);

/* A real number in the shortest of `digits` significant digits (1..17), independent of the process' locale. Returns the
 * length. */
size_t dnp_format_real(char *out, size_t size, double value, int digits);
/* The same with the fewest digits that give this very number again. 32 bytes are enough. */
size_t dnp_format_shortest(char *out, size_t size, double value);

/* Parses a whole text as a number, independent of the locale; false if anything is left over or out of range. */
int dnp_parse_real(const char *text, double *value);
int dnp_parse_whole(const char *text, uint64_t *value); /* digits only: seeds have 64 bits everywhere */
int dnp_parse_size(const char *text, size_t *value);

#endif
