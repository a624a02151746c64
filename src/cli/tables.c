/* tables.c: what is told of a table and of what a model knows of its table. How rows are answered stands in
 * table_answers.c. Called by the subcommands predict, eval, train and info. */
#include "cli/tables.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/write.h"
#include "data/table.h"
#include "draw/say.h"
#include "learn/answers.h"

bool dnp_is_table(const char *name) { return name != NULL && dnp_table_named(name); }
bool dnp_from_table(const denpa_data *data) { return data->table != NULL; }

void dnp_table_numbers(const denpa_data *data, denpa_split split, size_t row, double y, double *answer, double *right) {
  const double target = data->split[split == DENPA_SPLIT_TEST ? DNP_TEST : DNP_TRAIN].target[row * data->outputs];
  *answer = data->table != NULL ? dnp_table_number(data->table, y) : y;
  *right = data->table != NULL ? dnp_table_number(data->table, target) : target;
}

/* ---- telling ------------------------------------------------------------------------------------ */

static void tell_unknown(FILE *out, denpa_lang lang, const char *path, size_t line, size_t column, const char *name,
    const char *value, size_t count) {
  if (count == 0) return;
  dnp_say(out, lang,
      "{1}, line {2}, column {3} ({4}): the training rows had no \"{5}\" here, so it counts as none of the categories",
      dnp_s(path), dnp_u(line), dnp_u(column), dnp_s(name), dnp_s(value));
  if (count > 1) dnp_say(out, lang, "; {1} such values in all", dnp_u(count));
  fputc('\n', out);
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
}

static void describe(const dnp_table *t, FILE *out, denpa_lang lang) {
  const dnp_column *target = dnp_table_target(t);
  size_t kinds[3] = {0};
  for (size_t k = 0; k < t->columns; k++) kinds[t->column[k].kind] += k != t->target;
  if (target->kind == DNP_COLUMN_NUMBER)
    dnp_say(out, lang, "Target: {1}, a number (mean {2:.6g}, deviation {3:.6g}; scaled by them for training only).\n",
        dnp_s(target->name), dnp_d(target->mean), dnp_d(target->deviation));
  else {
    dnp_say(out, lang, "Target: {1}, {2} {2|class|classes}:", dnp_s(target->name), dnp_u(target->categories));
    for (size_t c = 0; c < target->categories && c < 20; c++)
      dnp_say(out, lang, c > 0 ? ", {1}" : " {1}", dnp_s(target->category[c]));
    fputs(target->categories > 20 ? " ...\n" : "\n", out);
  }
  dnp_say(out, lang, "Columns: {1} of numbers, {2} of categories, {3} left out; they become {4} {4|input|inputs}.\n",
      dnp_u(kinds[DNP_COLUMN_NUMBER]), dnp_u(kinds[DNP_COLUMN_CATEGORY]), dnp_u(kinds[DNP_COLUMN_IGNORED]),
      dnp_u(t->features));
}

void dnp_table_tell(FILE *out, denpa_lang lang, const denpa_data *data) { describe(data->table, out, lang); }

denpa_status dnp_table_describe(const char *text, const char *where, FILE *out, denpa_lang lang, denpa_error *err) {
  const dnp_table *t;
  void *memory[DNP_TABLE_BLOCKS];
  denpa_status status = dnp_table_from_json(text, where, &t, memory, err);
  if (status == DENPA_OK) describe(t, out, lang);
  for (size_t i = 0; i < DNP_TABLE_BLOCKS; i++) dnp_free(memory[i]);
  return status;
}
