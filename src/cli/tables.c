/* tables.c: what is told of a table and of what a model knows of its table. How rows are answered stands in
 * table_answers.c. Called by the subcommands predict, eval, train and info. */
#include "cli/tables.h"

#include "base/memory.h"
#include "base/text.h"
#include "data/table.h"
#include "draw/say.h"

bool dnp_is_table(const char *name) { return name != NULL && dnp_table_named(name); }
bool dnp_from_table(const denpa_data *data) { return data->table != NULL; }
bool dnp_is_own_file(const denpa_data *data) { return data->news.own_file; }

void dnp_table_numbers(const denpa_data *data, denpa_split split, size_t row, double y, double *answer, double *right) {
  const double target = data->split[split == DENPA_SPLIT_TEST ? DNP_TEST : DNP_TRAIN].target[row * data->outputs];
  *answer = data->table != NULL ? dnp_table_number(data->table, y) : y;
  *right = data->table != NULL ? dnp_table_number(data->table, target) : target;
}

/* ---- telling ------------------------------------------------------------------------------------ */

static void tell_unknown(FILE *out, denpa_lang lang, const char *path, size_t line, size_t column, const char *name,
    const char *value, size_t count) {
  dnp_sentence sentence;
  if (count == 0) return;
  FILE *in = dnp_sentence_begin(&sentence, out);
  dnp_say(in, lang,
      "{1}, line {2}, column {3} ({4}): the training rows had no \"{5}\" here, so it counts as none of the categories",
      dnp_s(path), dnp_u(line), dnp_u(column), dnp_s(name), dnp_s(value));
  if (count > 1) dnp_say(in, lang, "; {1} such values in all", dnp_u(count));
  dnp_sentence_end(&sentence, 0);
}

void dnp_table_answers_tell(FILE *out, denpa_lang lang, const dnp_table_answers *a, const char *path) {
  tell_unknown(out, lang, path, a->line, a->column, a->name, a->value, a->unknown);
}

void dnp_table_tell_news(FILE *out, denpa_lang lang, const denpa_data *data) {
  const dnp_table_news *n = &data->news;
  tell_unknown(out, lang, data->name, n->line, n->column, n->name, n->value, n->unknown);
  if (n->without_target > 0)
    dnp_say(out, lang,
        "{1}, line {2}: {3} {3|row|rows} {3|has|have} no answer and {3|was|were} left out, this one first\n",
        dnp_s(data->name), dnp_u(n->without_target_line), dnp_u(n->without_target));
  if (n->own_file)
    dnp_say(out, lang,
        "Note: {1} is the table that this network learned from. All of its rows are taken, those that it was trained "
        "on "
        "too,\nso it scores better here than on new ones. Without the name, only the rows for testing are taken.\n",
        dnp_s(data->name));
}

static void describe(const dnp_table *t, FILE *out, denpa_lang lang) {
  const dnp_column *target = dnp_table_target(t);
  size_t kinds[3] = {0};
  for (size_t k = 0; k < t->columns; k++) kinds[t->column[k].kind] += k != t->target;
  if (target->kind == DNP_COLUMN_NUMBER)
    dnp_say(out, lang, "Target: {1}, a number (mean {2:.6g}, deviation {3:.6g}; scaled by them for training only).\n",
        dnp_s(target->name), dnp_d(target->mean), dnp_d(target->deviation));
  else {
    dnp_sentence sentence;
    FILE *in = dnp_sentence_begin(&sentence, out);
    dnp_say(in, lang, "Target: {1}, {2} {2|class|classes}:", dnp_s(target->name), dnp_u(target->categories));
    for (size_t c = 0; c < target->categories && c < 20; c++)
      dnp_say(in, lang, c > 0 ? ", {1}" : " {1}", dnp_s(target->category[c]));
    fputs(target->categories > 20 ? " ..." : "", in);
    dnp_sentence_end(&sentence, 0);
  }
  dnp_say(out, lang, "Columns: {1} of numbers, {2} of categories, {3} left out; they become {4} {4|input|inputs}.\n",
      dnp_u(kinds[DNP_COLUMN_NUMBER]), dnp_u(kinds[DNP_COLUMN_CATEGORY]), dnp_u(kinds[DNP_COLUMN_IGNORED]),
      dnp_u(t->features));
}

/* ---- the columns that answers need ---------------------------------------------------------------- */

#define FEW_CATEGORIES 8 /* told by name */

static void tell_number(const dnp_column *c, FILE *out, denpa_lang lang) {
  dnp_say(out, lang, "number, mean {1:.6g}, deviation {2:.6g}; missing: ", dnp_d(c->mean), dnp_d(c->deviation));
  dnp_say(out, lang, "the mean");
  if (c->indicator) dnp_say(out, lang, ", and an input of its own says so");
}

static void tell_category(const dnp_column *c, FILE *out, denpa_lang lang) {
  dnp_say(out, lang, "category, {1} {1|value|values}: ", dnp_u(c->categories));
  for (size_t i = 0; i < c->categories && i < FEW_CATEGORIES; i++)
    dnp_say(out, lang, i > 0 ? ", {1}" : "{1}", dnp_s(c->category[i]));
  if (c->categories > FEW_CATEGORIES) fputs(" ...", out);
  dnp_say(out, lang, "; missing: \"{1}\"", dnp_s(c->category[c->common]));
  if (c->indicator) dnp_say(out, lang, ", and an input of its own says so");
}

static void tell_unneeded(const dnp_table *t, FILE *out, denpa_lang lang) {
  size_t left = 0;
  dnp_sentence sentence;
  FILE *in = NULL;
  for (size_t k = 0; k < t->columns; k++) {
    if (k == t->target || t->column[k].kind != DNP_COLUMN_IGNORED) continue;
    if (left == 0) in = dnp_sentence_begin(&sentence, out);
    dnp_say(in, lang, left++ > 0 ? ", {1}" : DNP_N("Not needed: {1}"), dnp_s(t->column[k].name));
  }
  if (left > 0) dnp_sentence_end(&sentence, 0);
}

static void tell_needs(const dnp_table *t, FILE *out, denpa_lang lang) {
  enum { NAME = 16 };
  dnp_sentence sentence;
  dnp_say(out, lang,
      t->header ? DNP_N("predict needs a table with these columns, in any order:\n")
                : DNP_N("predict needs a table with these columns, in this order:\n"));
  for (size_t k = 0; k < t->columns; k++) {
    const dnp_column *c = &t->column[k];
    if (k == t->target || (c->kind == DNP_COLUMN_IGNORED && t->header)) continue;
    dnp_say(out, lang, "  {1:-16} ", dnp_s(c->name));
    FILE *in = dnp_sentence_begin(&sentence, out);
    if (c->kind == DNP_COLUMN_IGNORED)
      dnp_say(in, lang, "not looked at");
    else
      (c->kind == DNP_COLUMN_NUMBER ? tell_number : tell_category)(c, in, lang);
    const size_t wide = dnp_text_width(c->name);
    dnp_sentence_end(&sentence, 3 + (wide > NAME ? wide : NAME));
  }
  if (t->header) tell_unneeded(t, out, lang);
}

static json_t *need_json(const dnp_column *c) {
  const bool number = c->kind == DNP_COLUMN_NUMBER;
  json_t *values = json_array();
  for (size_t i = 0; !number && i < c->categories; i++) dnp_json_add(&values, json_string(c->category[i]));
  json_t *missing = number ? json_real(c->mean) : json_string(c->category[c->common]);
  if (number)
    return json_decref(values),
           json_pack("{s:s,s:s,s:f,s:f,s:o,s:b}", "name", c->name, "kind", "number", "mean", c->mean, "deviation",
               c->deviation, "missing", missing, "missing_told", (int)c->indicator);
  return json_pack("{s:s,s:s,s:o,s:o,s:b}", "name", c->name, "kind", "category", "values", values, "missing", missing,
      "missing_told", (int)c->indicator);
}

denpa_status dnp_table_needs_json(const char *text, const char *where, json_t **out, denpa_error *err) {
  const dnp_table *t;
  void *memory[DNP_TABLE_BLOCKS];
  *out = json_array();
  denpa_status status = dnp_table_from_json(text, where, &t, memory, err);
  for (size_t k = 0; status == DENPA_OK && k < t->columns; k++)
    if (k != t->target && t->column[k].kind != DNP_COLUMN_IGNORED) dnp_json_add(out, need_json(&t->column[k]));
  for (size_t i = 0; i < DNP_TABLE_BLOCKS; i++) dnp_free(memory[i]);
  if (status == DENPA_OK) return DENPA_OK;
  json_decref(*out);
  *out = NULL;
  return status;
}

void dnp_table_tell(FILE *out, denpa_lang lang, const denpa_data *data) { describe(data->table, out, lang); }

denpa_status dnp_table_describe(const char *text, const char *where, FILE *out, denpa_lang lang, denpa_error *err) {
  const dnp_table *t;
  void *memory[DNP_TABLE_BLOCKS];
  denpa_status status = dnp_table_from_json(text, where, &t, memory, err);
  if (status == DENPA_OK) {
    describe(t, out, lang);
    tell_needs(t, out, lang);
  }
  for (size_t i = 0; i < DNP_TABLE_BLOCKS; i++) dnp_free(memory[i]);
  return status;
}
