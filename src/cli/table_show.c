/* table_show.c: a table at a glance: each column with what it holds, as text with a small picture or as JSON. Called by
 * the subcommand data. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/table.h"
#include "draw/picture.h"
#include "draw/say.h"
#include "cli/shared.h"
#include "cli/tables.h"

enum { BARS = 16, SHOWN = 8 /* values of a category */ };

static const char *const kinds[] = {[DNP_COLUMN_IGNORED] = DNP_N("left out"),
    [DNP_COLUMN_NUMBER] = DNP_N("number"),
    [DNP_COLUMN_CATEGORY] = DNP_N("category")};
static const char *const kind_names[] = {
    [DNP_COLUMN_IGNORED] = "ignored", [DNP_COLUMN_NUMBER] = "number", [DNP_COLUMN_CATEGORY] = "category"};

/* Reasons in words. */
static const char *reason(const char *why) {
  static const struct {
    const char *why, *words;
  } reasons[] = {{"constant", DNP_N("the same in every row")}, {"empty", DNP_N("empty")},
      {"identifier", DNP_N("it only numbers or names the rows")}, {"text", DNP_N("free text")},
      {"asked", DNP_N("as asked for")}};
  for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
    if (strcmp(reasons[i].why, why) == 0) return reasons[i].words;
  return "";
}

/* How many numbers fall into each of BARS equal parts from the lowest to the highest. */
static void count_bars(const dnp_csv *csv, size_t column, const dnp_profile *p, size_t bar[BARS]) {
  double value;
  memset(bar, 0, BARS * sizeof *bar);
  for (size_t i = 0; i < csv->rows; i++) {
    const char *text = dnp_csv_field(csv, i, column);
    if (dnp_csv_missing(text) || !dnp_csv_number(text, &value)) continue;
    /* halves: their difference is finite */
    const double at = p->high > p->low ? (value / 2 - p->low / 2) / (p->high / 2 - p->low / 2) * (double)BARS : 0;
    bar[at < BARS - 1 ? (size_t)at : BARS - 1]++;
  }
}

static void draw_bars(FILE *out, const size_t bar[BARS]) {
  static const char *const blocks[] = {
      " ", "\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588"};
  size_t most = 1;
  for (int i = 0; i < BARS; i++) most = bar[i] > most ? bar[i] : most;
  for (int i = 0; i < BARS; i++) fputs(blocks[(bar[i] * 8 + most - 1) / most], out);
}

/* The SHOWN commonest values, the commonest first; returns how many. */
static size_t commonest(const dnp_profile *p, size_t which[SHOWN]) {
  size_t count = 0;
  for (; count < SHOWN && count < p->values; count++) {
    size_t best = DNP_TABLE_NONE;
    for (size_t i = 0; i < p->values; i++) {
      bool taken = false;
      for (size_t k = 0; k < count; k++) taken = taken || which[k] == i;
      if (!taken && (best == DNP_TABLE_NONE || p->value[i].count > p->value[best].count)) best = i;
    }
    which[count] = best;
  }
  return count;
}

typedef struct shown {
  const dnp_csv *csv;
  const dnp_table_plan *plan;
  size_t column;
  dnp_profile p;
} shown;

static void tell_values(const shown *s, FILE *out, denpa_lang lang, bool colour) {
  size_t which[SHOWN];
  const size_t count = commonest(&s->p, which);
  for (size_t i = 0; i < count; i++) {
    const dnp_value *v = &s->p.value[which[i]];
    dnp_say(out, lang, "      {1:7}  ", dnp_u(v->count));
    dnp_draw_bar(out, (double)v->count / (double)s->p.rows, 20, colour);
    dnp_say(out, lang, "  {1}\n", dnp_s(v->text));
  }
  if (s->p.distinct > count) dnp_say(out, lang, "      and {1} other {1|value|values}\n", dnp_u(s->p.distinct - count));
}

static void tell_column(const shown *s, FILE *out, denpa_lang lang, bool colour) {
  const dnp_profile *p = &s->p;
  const dnp_column_kind kind = s->plan->kind[s->column];
  dnp_say(out, lang, "{1:3}  {2}: {3}", dnp_u(s->column + 1), dnp_s(s->csv->name[s->column]), dnp_t(kinds[kind]));
  if (kind == DNP_COLUMN_IGNORED) dnp_say(out, lang, " ({1})", dnp_t(reason(s->plan->why[s->column])));
  if (s->column == s->plan->target)
    dnp_say(
        out, lang, kind == DNP_COLUMN_NUMBER ? DNP_N(", the target (regression)") : DNP_N(", the target (classes)"));
  dnp_say(out, lang, "; {1} missing, {2} different\n", dnp_u(p->missing), dnp_u(p->distinct));
  if (dnp_profile_numeric(p)) {
    size_t bar[BARS];
    count_bars(s->csv, s->column, p, bar);
    dnp_say(out, lang, "      mean {1:.6g}, deviation {2:.6g}, from {3:.6g} to {4:.6g}  ", dnp_d(p->mean),
        dnp_d(p->deviation), dnp_d(p->low), dnp_d(p->high));
    draw_bars(out, bar);
    fputc('\n', out);
  }
  if (p->values > 0 && (!dnp_profile_numeric(p) || kind == DNP_COLUMN_CATEGORY)) tell_values(s, out, lang, colour);
}

static json_t *column_json(const shown *s) {
  const dnp_profile *p = &s->p;
  const dnp_column_kind kind = s->plan->kind[s->column];
  json_t *one = json_pack("{s:s,s:s,s:b,s:I,s:I,s:I,s:o,s:o,s:o,s:o}", "name", s->csv->name[s->column], "kind",
      kind_names[kind], "target", s->column == s->plan->target, "count", (json_int_t)(p->rows - p->missing), "missing",
      (json_int_t)p->missing, "different", (json_int_t)p->distinct, "mean", cli_real(p->mean), "deviation",
      cli_real(p->deviation), "min", cli_real(p->low), "max", cli_real(p->high));
  if (kind == DNP_COLUMN_IGNORED) dnp_json_put(&one, "why", json_string(s->plan->why[s->column]));
  if (dnp_profile_numeric(p)) {
    size_t bar[BARS];
    json_t *list = json_array();
    count_bars(s->csv, s->column, p, bar);
    for (int i = 0; i < BARS; i++) dnp_json_add(&list, json_integer((json_int_t)bar[i]));
    dnp_json_put(&one, "histogram", list);
  }
  if (p->values > 0 && (!dnp_profile_numeric(p) || kind == DNP_COLUMN_CATEGORY)) {
    json_t *list = json_object();
    for (size_t i = 0; i < p->values; i++)
      dnp_json_put(&list, p->value[i].text, json_integer((json_int_t)p->value[i].count));
    dnp_json_put(&one, "values", list);
  }
  return one;
}

static denpa_status show(const dnp_csv *csv, const dnp_table_plan *plan, const char *path, FILE *out, denpa_lang lang,
    bool colour, json_t **json, denpa_error *err) {
  json_t *list = json_array();
  if (json == NULL)
    dnp_say(out, lang,
        csv->header ? DNP_N("{1}: {2} {2|row|rows}, {3} {3|column|columns}\n")
                    : DNP_N("{1}: {2} {2|row|rows}, {3} {3|column|columns} without names\n"),
        dnp_s(path), dnp_u(csv->rows), dnp_u(csv->columns));
  for (size_t k = 0; k < csv->columns; k++) {
    shown s = {.csv = csv, .plan = plan, .column = k};
    denpa_status status = dnp_profile_take(csv, k, NULL, csv->rows, &s.p, err);
    if (status != DENPA_OK) return json_decref(list), status;
    if (json != NULL)
      dnp_json_add(&list, column_json(&s));
    else
      tell_column(&s, out, lang, colour);
    dnp_profile_free(&s.p);
  }
  if (json == NULL) return json_decref(list), DENPA_OK;
  char separator[2] = {csv->separator, '\0'};
  *json = json_pack("{s:s,s:I,s:b,s:s,s:o}", "data", path, "rows", (json_int_t)csv->rows, "header", csv->header,
      "separator", separator, "columns", list);
  return *json != NULL ? DENPA_OK : dnp_json_refused(err);
}

denpa_status dnp_table_show(const char *path, const denpa_data_options *options, FILE *out, denpa_lang lang,
    bool colour, json_t **json, denpa_error *err) {
  static const char *const headers[] = {[DNP_HEADER_AUTO] = "auto", [DNP_HEADER_YES] = "yes", [DNP_HEADER_NO] = "no"};
  dnp_csv csv;
  dnp_table_plan plan;
  int header = DNP_HEADER_NO;
  while (header > 0 && options->header != NULL && strcmp(headers[header], options->header) != 0) header--;
  DNP_TRY(dnp_csv_read(path, 0, (dnp_csv_header)header, &csv, err));
  denpa_status status = dnp_table_plan_make(&csv, path, options, &plan, err);
  if (status == DENPA_OK) {
    status = show(&csv, &plan, path, out, lang, colour, json, err);
    dnp_table_plan_free(&plan);
  }
  dnp_csv_free(&csv);
  return status;
}
