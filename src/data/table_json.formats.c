/* table_json.formats.c: what a model file says of its table, read back. A model file may come from anybody: every
 * member is checked before it is used, nothing is taken on trust, and what is not known is refused. Called by
 * src/learn/model.formats.c and table_open.formats.c. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/table.h"
#include "file/json.h"

typedef struct reader {
  const char *where;
  dnp_table *table;
  char *texts;             /* block 1, and how far it is used */
  const char **categories; /* block 2, likewise */
} reader;

static denpa_status wrong(const reader *r, const char *what, denpa_error *err) {
  return dnp_fail(
      err, DENPA_ERROR_FORMAT, "{1}: what the model says of its table is damaged: {2}", dnp_s(r->where), dnp_t(what));
}

/* ---- measuring ---------------------------------------------------------------------------------- */

/* Room for every text of the tree, and for every text in an array. The parser limits the depth. */
static void measure(const json_t *node, size_t *bytes, size_t *items) {
  const char *key;
  json_t *value;
  size_t i;
  if (json_is_string(node)) *bytes += json_string_length(node) + 1;
  if (json_is_array(node)) {
    *items += json_array_size(node);
    json_array_foreach((json_t *)(uintptr_t)node, i, value) measure(value, bytes, items);
  }
  if (json_is_object(node)) json_object_foreach((json_t *)(uintptr_t)node, key, value) measure(value, bytes, items);
}

/* ---- members ------------------------------------------------------------------------------------ */

static const char *take_text(reader *r, const json_t *value) {
  char *text = r->texts;
  memcpy(text, json_string_value(value), json_string_length(value) + 1);
  r->texts += json_string_length(value) + 1;
  return text;
}

static const char *find_word(const char *const *words, const char *text) {
  for (; *words != NULL; words++)
    if (strcmp(*words, text) == 0) return *words;
  return NULL;
}

static denpa_status read_number(const reader *r, const json_t *all, dnp_column *c, denpa_error *err) {
  const char *name;
  int indicator;
  const denpa_status status = dnp_json_members(r->where, (json_t *)(uintptr_t)all, 5, err, "{s:s,s:s,s:F,s:F,s:b}",
      "name", &name, "kind", &name, "mean", &c->mean, "deviation", &c->deviation, "indicator", &indicator);
  if (status == DENPA_ERROR_MEMORY) return status;
  if (status != DENPA_OK) return wrong(r, DNP_N("a column of numbers"), err);
  if (!isfinite(c->mean) || !isfinite(c->deviation) || !(c->deviation > 0))
    return wrong(r, DNP_N("the mean or deviation of a column"), err);
  c->kind = DNP_COLUMN_NUMBER;
  c->why = "";
  c->indicator = indicator != 0;
  c->inputs = 1 + (size_t)c->indicator;
  return DENPA_OK;
}

/* Sorted and all different, so that looking one up is a matter of halving. */
static bool in_order(const dnp_column *c, size_t i) {
  double here, before;
  if (!c->numeric) return i == 0 || strcmp(c->category[i - 1], c->category[i]) < 0;
  if (!dnp_csv_number(c->category[i], &here)) return false;
  return i == 0 || (dnp_csv_number(c->category[i - 1], &before) && before < here);
}

static denpa_status read_category(reader *r, const json_t *all, dnp_column *c, denpa_error *err) {
  const char *name;
  json_t *values, *value;
  int numeric, indicator;
  json_int_t common;
  size_t i;
  const denpa_status status = dnp_json_members(r->where, (json_t *)(uintptr_t)all, 6, err, "{s:s,s:s,s:o,s:b,s:I,s:b}",
      "name", &name, "kind", &name, "values", &values, "numeric", &numeric, "common", &common, "indicator", &indicator);
  if (status == DENPA_ERROR_MEMORY) return status;
  if (status != DENPA_OK || !json_is_array(values)) return wrong(r, DNP_N("a column of categories"), err);
  c->kind = DNP_COLUMN_CATEGORY;
  c->why = "";
  c->numeric = numeric != 0;
  c->indicator = indicator != 0;
  c->categories = json_array_size(values);
  if (c->categories == 0 || c->categories > DNP_TABLE_CATEGORIES || common < 0 || (size_t)common >= c->categories)
    return wrong(r, DNP_N("the number of categories of a column"), err);
  c->common = (size_t)common;
  c->category = r->categories;
  r->categories += c->categories;
  c->inputs = c->categories + (size_t)c->indicator;
  json_array_foreach(values, i, value) {
    if (!json_is_string(value) || strlen(json_string_value(value)) != json_string_length(value))
      return wrong(r, DNP_N("a category"), err);
    ((const char **)(uintptr_t)c->category)[i] = take_text(r, value);
    if (!in_order(c, i)) return wrong(r, DNP_N("the order of the categories of a column"), err);
  }
  return DENPA_OK;
}

static denpa_status read_ignored(const reader *r, const json_t *all, dnp_column *c, denpa_error *err) {
  static const char *const reasons[] = {"constant", "empty", "identifier", "text", "asked", NULL};
  const char *name, *why;
  const denpa_status status = dnp_json_members(
      r->where, (json_t *)(uintptr_t)all, 3, err, "{s:s,s:s,s:s}", "name", &name, "kind", &name, "why", &why);
  if (status == DENPA_ERROR_MEMORY) return status;
  if (status != DENPA_OK || (c->why = find_word(reasons, why)) == NULL)
    return wrong(r, DNP_N("a column that is left out"), err);
  return DENPA_OK;
}

static denpa_status read_column(reader *r, const json_t *all, dnp_column *c, denpa_error *err) {
  const json_t *name = json_object_get(all, "name");
  const char *kind = json_string_value(json_object_get(all, "kind"));
  if (!json_is_string(name) || kind == NULL || strlen(json_string_value(name)) != json_string_length(name))
    return wrong(r, DNP_N("the name or kind of a column"), err);
  c->name = take_text(r, name);
  if (strcmp(kind, "number") == 0) return read_number(r, all, c, err);
  if (strcmp(kind, "category") == 0) return read_category(r, all, c, err);
  if (strcmp(kind, "ignored") == 0) return read_ignored(r, all, c, err);
  return wrong(r, DNP_N("the kind of a column"), err);
}

static denpa_status read_columns(reader *r, const json_t *list, denpa_error *err) {
  dnp_table *t = r->table;
  for (size_t k = 0; k < t->columns; k++) {
    dnp_column *c = &t->column[k];
    DNP_TRY(read_column(r, json_array_get(list, k), c, err));
    if (k == t->target) c->inputs = 0;
    c->first = t->features;
    t->features += c->inputs;
    if (t->features > DNP_TABLE_INPUTS)
      return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
          "{1}: the columns of the table become more than {2} inputs; leave some out (--ignore)", dnp_s(r->where),
          dnp_i(DNP_TABLE_INPUTS));
  }
  if (dnp_table_target(t)->kind == DNP_COLUMN_IGNORED ||
      (dnp_table_target(t)->kind == DNP_COLUMN_CATEGORY && dnp_table_target(t)->categories < 2))
    return wrong(r, DNP_N("the target"), err);
  return DENPA_OK;
}

static bool is_sha256(const char *text) { return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64; }

/* First of all: what a newer denpa wrote may have other members, and is not damaged. */
static denpa_status check_version(const reader *r, const json_t *all, denpa_error *err) {
  const json_t *version = json_object_get(all, "version");
  if (!json_is_integer(version) || json_integer_value(version) == DNP_TABLE_VERSION) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
      "{1}: a table described in version {2}; this denpa reads version {3}. Read it with the denpa that wrote it, or a "
      "newer one",
      dnp_s(r->where), dnp_i(json_integer_value(version)), dnp_i(DNP_TABLE_VERSION));
}

static denpa_status read_all(reader *r, json_t *all, void *memory[DNP_TABLE_BLOCKS], denpa_error *err) {
  json_t *columns, *test;
  const char *separator, *file, *seed, *sha256;
  int known, header;
  json_int_t target;
  double share;
  size_t bytes = 0, items = 0;
  uint64_t number;
  DNP_TRY(check_version(r, all, err));
  denpa_status status = dnp_json_members(r->where, all, 7, err, "{s:i,s:b,s:s,s:I,s:o,s:o,s:s}", "version", &known,
      "header", &header, "separator", &separator, "target", &target, "columns", &columns, "test", &test, "sha256",
      &sha256);
  if (status == DENPA_OK)
    status = dnp_json_members(r->where, test, 3, err, "{s:s,s:F,s:s}", "file", &file, "share", &share, "seed", &seed);
  if (status == DENPA_ERROR_MEMORY) return status;
  if (status != DENPA_OK || !json_is_array(columns))
    return wrong(r, DNP_N("members are missing, of another kind or unknown"), err);
  if (strlen(separator) != 1 || strchr(",;\t", separator[0]) == NULL) return wrong(r, DNP_N("the separator"), err);
  if (target < 0 || (size_t)target >= json_array_size(columns) || json_array_size(columns) > DNP_CSV_COLUMNS)
    return wrong(r, DNP_N("the number of the target"), err);
  if (!(share >= 0 && share < 1) || !dnp_parse_whole(seed, &number) || !is_sha256(sha256))
    return wrong(r, DNP_N("the test rows"), err);
  measure(all, &bytes, &items);
  DNP_TRY(dnp_alloc(&memory[0], 1, sizeof *r->table + json_array_size(columns) * sizeof *r->table->column, err));
  DNP_TRY(dnp_alloc(&memory[1], bytes, 1, err));
  DNP_TRY(dnp_alloc(&memory[2], items, sizeof *r->categories, err));
  r->table = memory[0];
  r->texts = memory[1];
  r->categories = memory[2];
  *r->table = (dnp_table){.columns = json_array_size(columns),
      .target = (size_t)target,
      .header = header != 0,
      .separator = separator[0],
      .test_share = share,
      .test_seed = number};
  r->table->test_file = take_text(r, json_object_get(test, "file"));
  r->table->sha256 = take_text(r, json_object_get(all, "sha256"));
  return read_columns(r, columns, err);
}

denpa_status dnp_table_from_json(
    const char *text, const char *where, const dnp_table **out, void *memory[DNP_TABLE_BLOCKS], denpa_error *err) {
  reader r = {.where = where};
  json_error_t trouble;
  *out = NULL;
  for (size_t i = 0; i < DNP_TABLE_BLOCKS; i++) memory[i] = NULL;
  json_t *all;
  denpa_status status = dnp_json_read(where, text, strlen(text), JSON_REJECT_DUPLICATES, &all, &trouble, err);
  if (status == DENPA_ERROR_MEMORY) return status;
  if (status != DENPA_OK) return wrong(&r, DNP_N("it is not JSON"), err);
  status = read_all(&r, all, memory, err);
  json_decref(all);
  if (status == DENPA_OK) *out = r.table;
  return status;
}
