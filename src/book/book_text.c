/* book_text.c: an experiment of the book for people (terminal, Markdown) and for programs (JSON). The picture is
 * src/draw/figure's. */
#include <string.h>

#include "base/text.h"
#include "draw/say.h"
#include "draw/wrap.h"
#include "book/book.h"

enum { CELL = 160, SHORT = 6 };

/* ---- numbers and verdicts ----------------------------------------------------------------------- */

/* The shortest text of the number, with the zeros in front that bits have. */
static void exact_text(const dnp_claim *c, double value, char *out, size_t size) {
  if (c->digits > 0)
    snprintf(out, size, "%0*.0f", c->digits, value);
  else
    dnp_format_shortest(out, size, value);
}

/* The book's number as it was printed there; ours as short as the rule allows. */
static void book_text(const dnp_claim *c, char out[CELL]) {
  if (isnan(c->book))
    snprintf(out, CELL, "-");
  else
    exact_text(c, c->book, out, CELL);
}

static void our_text(const dnp_claim *c, denpa_lang lang, char out[CELL]) {
  char ours[40], least[40], most[40];
  if (c->rule == DNP_RULE_EXACT || c->rule == DNP_RULE_NEAR)
    exact_text(c, c->ours, ours, sizeof ours);
  else
    dnp_format_real(ours, sizeof ours, c->ours, SHORT);
  dnp_format_real(least, sizeof least, c->least, SHORT);
  dnp_format_real(most, sizeof most, c->most, SHORT);
  if (isnan(c->least) && isnan(c->most))
    snprintf(out, CELL, "%s", ours);
  else
    dnp_render(out, CELL, lang, "{1} (over the seeds {2} to {3})",
        (const denpa_arg[]){dnp_s(ours), dnp_s(least), dnp_s(most), DNP_END});
}

static void verdict(const dnp_claim *c, denpa_lang lang, char out[CELL]) {
  char a[40], b[40];
  const denpa_arg args[] = {dnp_s(a), dnp_s(b), DNP_END};
  dnp_format_real(a, sizeof a, c->rule == DNP_RULE_NEAR ? c->within : c->low, SHORT);
  dnp_format_real(b, sizeof b, c->high, SHORT);
  switch (c->rule) {
    case DNP_RULE_EXACT:
      dnp_render(out, CELL, lang, c->agrees ? DNP_N("yes, exactly") : DNP_N("NO: not the same number"), args);
      break;
    case DNP_RULE_NEAR:
      dnp_render(out, CELL, lang, c->agrees ? DNP_N("yes, within {1}") : DNP_N("NO: not within {1}"), args);
      break;
    case DNP_RULE_BAND:
      dnp_render(out, CELL, lang, c->agrees ? DNP_N("yes, in {1} .. {2}") : DNP_N("NO: not in {1} .. {2}"), args);
      break;
    default: snprintf(out, CELL, "-"); break;
  }
}

/* ---- terminal ----------------------------------------------------------------------------------- */

typedef struct line {
  char cell[4][200];
} line;

static void fill(line *l, const dnp_claim *c, denpa_lang lang) {
  snprintf(l->cell[0], sizeof l->cell[0], "%s", c->what);
  book_text(c, l->cell[1]);
  our_text(c, lang, l->cell[2]);
  verdict(c, lang, l->cell[3]);
}

static void put_line(FILE *out, const line *l, const size_t wide[4], const char *before, const char *after) {
  for (int i = 0; i < 4; i++) {
    const int room = (int)(wide[i] - dnp_text_width(l->cell[i]));
    const bool right = i == 1 || i == 2;
    fprintf(out, "%s%*s%s%s%*s%s", i == 0 ? "  " : "   ", right ? room : 0, "", i == 3 ? before : "", l->cell[i],
        right || i == 3 ? 0 : room, "", i == 3 ? after : "");
  }
  fputc('\n', out);
}

static void put_table(FILE *out, bool colour, const dnp_book_page *page) {
  const denpa_lang lang = page->request->lang;
  static const char *const heads[] = {DNP_N("what"), DNP_N("the book"), "denpa", DNP_N("do they agree?")};
  size_t wide[4] = {0};
  line l = {0};
  for (size_t row = 0; row <= 2 * page->claims + 1; row++) { /* once to measure, once to write */
    const size_t i = row % (page->claims + 1);
    const dnp_claim *c = i > 0 ? &page->claim[i - 1] : NULL;
    for (int k = 0; c == NULL && k < 4; k++) snprintf(l.cell[k], sizeof l.cell[k], "%s", dnp_translate(lang, heads[k]));
    if (c != NULL) fill(&l, c, lang);
    if (row > page->claims)
      put_line(out, &l, wide,
          !colour || c == NULL || c->rule == DNP_RULE_NONE ? ""
          : c->agrees                                      ? "\033[32m"
                                                           : "\033[31m",
          colour && c != NULL && c->rule != DNP_RULE_NONE ? "\033[0m" : "");
    for (int k = 0; k < 4; k++)
      if (dnp_text_width(l.cell[k]) > wide[k]) wide[k] = dnp_text_width(l.cell[k]);
  }
}

void dnp_book_tell(FILE *out, bool colour, const dnp_book_page *page) {
  const dnp_experiment *e = page->experiment;
  const denpa_lang lang = page->request->lang;
  fprintf(out, "# %s: %s\n\n", e->id, dnp_translate(lang, e->title));
  dnp_wrap(out, dnp_translate(lang, e->about), 0, dnp_text_cells(out));
  fputc('\n', out);
  if (!page->promised)
    dnp_say(out, lang, "Not the book's data, or fewer updates than there: its bands are not claimed.\n\n");
  put_table(out, colour, page);
  dnp_say(out, lang, "\nComputed in {1:.2f} s.\n", dnp_d(page->seconds));
}

/* ---- Markdown ----------------------------------------------------------------------------------- */

static void put_cell(FILE *out, const char *text) {
  fputs(" ", out);
  for (; *text != '\0'; text++) fprintf(out, *text == '|' ? "\\|" : "%c", *text);
  fputs(" |", out);
}

void dnp_book_markdown(FILE *out, const dnp_book_page *page) {
  char command[CELL];
  line l = {0};
  snprintf(command, sizeof command, "`denpa book %s`", page->experiment->id);
  for (size_t i = 0; i < page->claims; i++) {
    fill(&l, &page->claim[i], page->request->lang);
    fputs("|", out);
    put_cell(out, page->experiment->row);
    for (int k = 0; k < 4; k++) put_cell(out, l.cell[k]);
    put_cell(out, command);
    fputc('\n', out);
  }
}

/* ---- JSON --------------------------------------------------------------------------------------- */

static json_t *claim_json(const dnp_claim *c) {
  static const char *const rules[] = {
      [DNP_RULE_NONE] = "none", [DNP_RULE_EXACT] = "exact", [DNP_RULE_NEAR] = "near", [DNP_RULE_BAND] = "band"};
  json_t *object = json_pack("{s:s,s:s,s:o,s:o,s:s,s:o}", "key", c->key, "what", c->what, "book",
      dnp_json_real(c->book), "denpa", dnp_json_real(c->ours), "rule", rules[c->rule], "agrees",
      c->rule == DNP_RULE_NONE ? json_null() : json_boolean(c->agrees));
  if (c->rule == DNP_RULE_NEAR) dnp_json_put(&object, "within", dnp_json_real(c->within));
  if (c->digits > 0) dnp_json_put(&object, "digits", json_integer(c->digits));
  if (c->rule == DNP_RULE_BAND)
    dnp_json_put(&object, "band", json_pack("[o,o]", dnp_json_real(c->low), dnp_json_real(c->high)));
  if (!isnan(c->least) || !isnan(c->most))
    dnp_json_put(&object, "seeds", json_pack("[o,o]", dnp_json_real(c->least), dnp_json_real(c->most)));
  return object;
}

json_t *dnp_book_json(const dnp_book_page *page) {
  const dnp_experiment *e = page->experiment;
  const denpa_lang lang = page->request->lang;
  json_t *claims = json_array();
  for (size_t i = 0; i < page->claims; i++) dnp_json_add(&claims, claim_json(&page->claim[i]));
  return json_pack("{s:s,s:s,s:s,s:s,s:s?,s:b,s:b,s:o,s:o,s:o}", "id", e->id, "row", e->row, "title",
      dnp_translate(lang, e->title), "about", dnp_translate(lang, e->about), "data",
      page->request->dataset != NULL && (e->needs & DNP_BOOK_DATA) != 0 ? denpa_data_name(page->request->dataset)
                                                                        : NULL,
      "promised", page->promised, "agrees", dnp_book_good(page), "numbers", claims, "figure",
      page->figure != NULL ? dnp_figure_json(page->figure) : json_null(), "seconds", dnp_json_real(page->seconds));
}
