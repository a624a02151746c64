/* table_open.formats.c: a data set from a table: which rows are for testing, what the others say of the columns, all of
 * them as numbers. Called by open.formats.c.
 *
 * Rows without a value to learn are left out. Without a table of test rows, a share of the rows is drawn by
 * dnp_data_split_validation, of classes its share of each, under the seed that is draw 0 of the stream (tables, 0); of
 * fewer than FEW_ROWS rows none. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "base/write.h"
#include "data/shared.h"
#include "data/table.h"

enum { FEW_ROWS = 10, TABLE_BLOCK = 4 /* of data->memory, after those of two splits */, TEXT_BLOCK = 7 };

/* A table whose name does not say so is one by what is in it; "digits" is a data set even where a file has that name.
 */
static bool is_text_file(const char *path) {
  unsigned char head[512];
  struct stat info;
  if (stat(path, &info) != 0 || !S_ISREG(info.st_mode)) return false;
  FILE *file = fopen(path, "rbe"); /* law: reads */
  if (file == NULL) return false;
  const size_t size = fread(head, 1, sizeof head, file);
  fclose(file);
  return dnp_file_kind(head, size) == dnp_file_text;
}

bool dnp_table_named(const char *name) {
  static const char *const endings[] = {".csv", ".tsv", ".tab", ".txt", ".data"};
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
    if (strlen(name) > strlen(endings[i]) && dnp_text_ends(name, endings[i])) return true;
  return (strchr(name, '.') != NULL || strchr(name, '/') != NULL) && is_text_file(name);
}

/* Rows of the file by what they are for. */
typedef struct parts {
  uint32_t *row; /* those for training, then those for testing */
  size_t train, test;
} parts;

typedef struct source { /* a table on its way to a data set */
  const char *path;
  const denpa_data_options *options;
  dnp_csv csv;
  dnp_table_plan plan;
  parts parts;
  char sha256[65];
} source;

static dnp_csv_header header_of(const char *text) {
  return text == NULL || dnp_text_means(text, "auto") ? DNP_HEADER_AUTO
         : dnp_text_means(text, "yes")                ? DNP_HEADER_YES
                                                      : DNP_HEADER_NO;
}

static denpa_status hash_file(const char *path, char out[65], denpa_error *err) {
  unsigned char *bytes;
  size_t size;
  dnp_sha256 *sha;
  DNP_TRY(dnp_read_file(path, UINT32_MAX, &bytes, &size, err));
  denpa_status status = dnp_sha256_open(&sha, err);
  if (status == DENPA_OK) {
    dnp_sha256_add(sha, bytes, size);
    dnp_sha256_close(sha, out);
  }
  dnp_free(bytes);
  return status;
}

/* ---- rows --------------------------------------------------------------------------------------- */

/* All rows with an answer are for training, for now. */
static denpa_status take_answered(source *s, dnp_table_reader *r, denpa_error *err) {
  DNP_TRY(DNP_NEW(&s->parts.row, s->csv.rows, err));
  for (size_t i = 0; i < s->csv.rows; i++) {
    if (dnp_table_has_answer(r, i))
      s->parts.row[s->parts.train++] = (uint32_t)i;
    else if (r->news.without_target++ == 0)
      r->news.without_target_line = s->csv.line[i];
  }
  if (s->parts.train > 0) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}, line {2}, column {3}: no row has a value to learn or to measure",
      dnp_s(s->path), dnp_u(1), dnp_u(r->place[r->table->target] + 1));
}

/* Numbers of rows as a data set of one feature: what is split there is split here. */
static denpa_status number_rows(const parts *p, dnp_table_reader *r, denpa_data **out, denpa_error *err) {
  const size_t classes = dnp_table_classes(r->table);
  double *x;
  int32_t *label = NULL;
  uint8_t one = 0;
  *out = NULL;
  DNP_TRY(DNP_NEW(&x, p->train, err));
  denpa_status status = classes > 0 ? DNP_NEW(&label, p->train, err) : DENPA_OK;
  for (size_t i = 0; status == DENPA_OK && i < p->train; i++) {
    x[i] = p->row[i];
    if (classes > 0) status = dnp_table_label(r, p->row[i], &one, err);
    if (label != NULL) label[i] = one;
  }
  const denpa_rows rows = {
      .rows = p->train, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .label = label, .target = label == NULL ? x : NULL};
  if (status == DENPA_OK) status = denpa_data_from_memory(out, "rows", 1, classes > 0 ? classes : 1, &rows, NULL, err);
  dnp_free(x);
  dnp_free(label);
  return status;
}

static denpa_status draw_test_rows(source *s, dnp_table_reader *r, double share, uint64_t seed, denpa_error *err) {
  denpa_data *all, *drawn;
  parts *p = &s->parts;
  if (!(share > 0) || p->train < FEW_ROWS) return DENPA_OK;
  DNP_TRY(number_rows(p, r, &all, err));
  denpa_status status = dnp_data_split_validation(
      &drawn, all, share, dnp_draw_bits(seed, DNP_STREAM(DNP_FOR_TABLES, 0), 0), err);
  if (status == DENPA_OK) {
    const dnp_split *train = &drawn->split[DNP_TRAIN], *test = &drawn->split[DNP_VALIDATION];
    for (size_t i = 0; i < train->rows; i++) p->row[i] = (uint32_t)train->value[i];
    for (size_t i = 0; i < test->rows; i++) p->row[train->rows + i] = (uint32_t)test->value[i];
    p->train = train->rows;
    p->test = test->rows;
    denpa_data_free(drawn);
  }
  denpa_data_free(all);
  if (status == DENPA_ERROR_ARGUMENT)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}, line {2}, column {3}: no class has two rows, so none can be kept for testing; numbers are learned by "
        "--task regression, and --test-share 0 takes all rows for training",
        dnp_s(s->path), dnp_u(s->csv.line[p->row[0]]), dnp_u(r->place[r->table->target] + 1));
  return status;
}

/* ---- numbers ------------------------------------------------------------------------------------ */

/* One split; its two blocks are owned by memory[0] and memory[1]. */
static denpa_status fill(
    dnp_split *split, void **memory, dnp_table_reader *r, const uint32_t *rows, size_t count, denpa_error *err) {
  const dnp_table *t = r->table;
  const bool classes = dnp_table_classes(t) > 0;
  size_t numbers;
  if (!dnp_size_mul(count, t->features, &numbers))
    return dnp_fail(err, DENPA_ERROR_MEMORY,
        "{1} {1|row|rows} of {2} {2|number|numbers} are more than this machine can address", dnp_u(count),
        dnp_u(t->features));
  DNP_TRY(dnp_alloc(&memory[0], numbers, sizeof(double), err));
  DNP_TRY(dnp_alloc(&memory[1], count, classes ? 1 : sizeof(double), err));
  for (size_t i = 0; i < count; i++) {
    DNP_TRY(dnp_table_inputs(r, rows[i], (double *)memory[0] + i * t->features, err));
    DNP_TRY(classes ? dnp_table_label(r, rows[i], (uint8_t *)memory[1] + i, err)
                    : dnp_table_scaled(r, rows[i], (double *)memory[1] + i, err));
  }
  *split = (dnp_split){
      .rows = count, .value = memory[0], .label = classes ? memory[1] : NULL, .target = classes ? NULL : memory[1]};
  return DENPA_OK;
}

/* First what was found before is kept. */
static void join_news(dnp_table_news *all, const dnp_table_news *more) {
  const dnp_table_news before = *all;
  if (before.unknown == 0) *all = *more;
  all->unknown = before.unknown + more->unknown;
  all->without_target = before.without_target + more->without_target;
  all->without_target_line = before.without_target > 0 ? before.without_target_line : more->without_target_line;
}

/* The rows of the table of test rows. */
static denpa_status fill_from_file(denpa_data *data, const char *path, bool unknown_fails, denpa_error *err) {
  source s = {.path = path};
  dnp_table_reader r = {0};
  denpa_status status = dnp_csv_read(path, 0, data->table->header ? DNP_HEADER_YES : DNP_HEADER_NO, &s.csv, err);
  if (status == DENPA_OK) status = dnp_table_reader_open(&r, data->table, &s.csv, path, true, unknown_fails, err);
  if (status == DENPA_OK) status = take_answered(&s, &r, err);
  if (status == DENPA_OK) status = fill(&data->split[DNP_TEST], data->memory + 2, &r, s.parts.row, s.parts.train, err);
  join_news(&data->news, &r.news);
  dnp_table_reader_close(&r);
  dnp_free(s.parts.row);
  dnp_csv_free(&s.csv);
  return status;
}

/* ---- a data set by a table that is known ---------------------------------------------------------- */

static denpa_status describe(denpa_data *data, denpa_error *err) {
  const dnp_table *t = data->table;
  if (t->features == 0)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}, line {2}, column {3}: no column is left to learn from: all but the target are constant, empty, "
        "identifiers, free text or left out",
        dnp_s(data->name), dnp_u(1), dnp_u(1));
  data->axes = 1;
  data->shape[0] = data->features = t->features;
  data->classes = dnp_table_classes(t);
  data->outputs = dnp_table_outputs(t);
  return DENPA_OK;
}

/* data->table and its text stand. */
static denpa_status fill_known(denpa_data *data, source *s, denpa_error *err) {
  const dnp_table *t = data->table;
  dnp_table_reader r = {0};
  denpa_status status = dnp_table_reader_open(&r, t, &s->csv, s->path, true, s->options->unknown_fails != 0, err);
  if (status == DENPA_OK) status = take_answered(s, &r, err);
  if (status == DENPA_OK && t->test_file[0] == '\0') status = draw_test_rows(s, &r, t->test_share, t->test_seed, err);
  if (status == DENPA_OK) status = fill(&data->split[DNP_TRAIN], data->memory, &r, s->parts.row, s->parts.train, err);
  if (status == DENPA_OK && t->test_file[0] == '\0')
    status = fill(&data->split[DNP_TEST], data->memory + 2, &r, s->parts.row + s->parts.train, s->parts.test, err);
  data->news = r.news;
  data->drawn = data->split[DNP_TEST].rows > 0;
  dnp_table_reader_close(&r);
  if (status == DENPA_OK && t->test_file[0] != '\0')
    status = fill_from_file(data, t->test_file, s->options->unknown_fails != 0, err);
  return status;
}

/* Whether the table that was named is the one that the model learned from. A stream that has been read is gone. */
static denpa_status note_own(denpa_data *data, source *s, denpa_error *err) {
  struct stat info;
  if (stat(s->path, &info) != 0 || !S_ISREG(info.st_mode)) return DENPA_OK;
  DNP_TRY(hash_file(s->path, s->sha256, err));
  data->news.own_file = strcmp(s->sha256, data->table->sha256) == 0;
  return DENPA_OK;
}

static denpa_status open_known(denpa_data *data, source *s, denpa_error *err) {
  const char *text = s->options->table;
  DNP_TRY(dnp_table_from_json(text, s->path, &data->table, data->memory + TABLE_BLOCK, err));
  if ((data->memory[TEXT_BLOCK] = dnp_strdup(text, err)) == NULL) return DENPA_ERROR_MEMORY;
  data->table_text = data->memory[TEXT_BLOCK];
  DNP_TRY(describe(data, err));
  if (s->options->whole) {
    DNP_TRY(fill_from_file(data, s->path, s->options->unknown_fails != 0, err));
    data->split[DNP_TRAIN] = data->split[DNP_TEST];
    data->split[DNP_TRAIN].rows = 0;
    return note_own(data, s, err);
  }
  DNP_TRY(hash_file(s->path, s->sha256, err));
  if (strcmp(s->sha256, data->table->sha256) != 0)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: the file is no longer the one that the model was trained on, so its test rows cannot be told; to have "
        "all its rows taken for testing, name it: denpa eval MODEL {1}",
        dnp_s(s->path));
  DNP_TRY(dnp_csv_read(s->path, 0, data->table->header ? DNP_HEADER_YES : DNP_HEADER_NO, &s->csv, err));
  return fill_known(data, s, err);
}

/* ---- a data set to learn from -------------------------------------------------------------------- */

/* Which rows are for training: a table of the target alone says the classes by which they are drawn. */
static denpa_status choose_rows(source *s, const dnp_table_plan *target, denpa_error *err) {
  const dnp_table *t;
  dnp_table_reader r = {0};
  void *memory[DNP_TABLE_BLOCKS] = {0};
  char *text;
  DNP_TRY(dnp_table_learn(&s->csv, s->path, target, s->options, s->sha256, NULL, s->csv.rows, &text, err));
  denpa_status status = dnp_table_from_json(text, s->path, &t, memory, err);
  if (status == DENPA_OK) status = dnp_table_reader_open(&r, t, &s->csv, s->path, true, false, err);
  if (status == DENPA_OK) status = take_answered(s, &r, err);
  if (status == DENPA_OK && s->options->test == NULL) status = draw_test_rows(s, &r, t->test_share, t->test_seed, err);
  dnp_table_reader_close(&r);
  for (size_t i = 0; i < DNP_TABLE_BLOCKS; i++) dnp_free(memory[i]);
  dnp_free(text);
  return status;
}

static denpa_status plan_of_target(const source *s, dnp_table_plan *out, denpa_error *err) {
  *out = (dnp_table_plan){.target = s->plan.target};
  DNP_TRY(DNP_NEW(&out->kind, s->csv.columns, err));
  DNP_TRY(DNP_NEW(&out->why, s->csv.columns, err));
  for (size_t k = 0; k < s->csv.columns; k++) {
    out->kind[k] = k == out->target ? s->plan.kind[k] : DNP_COLUMN_IGNORED;
    out->why[k] = "asked";
  }
  return DENPA_OK;
}

static denpa_status learn(denpa_data *data, source *s, denpa_error *err) {
  char *text;
  DNP_TRY(dnp_table_learn(&s->csv, s->path, &s->plan, s->options, s->sha256, s->parts.row, s->parts.train, &text, err));
  data->memory[TEXT_BLOCK] = text;
  data->table_text = text;
  DNP_TRY(dnp_table_from_json(text, s->path, &data->table, data->memory + TABLE_BLOCK, err));
  return describe(data, err);
}

static denpa_status check_options(const denpa_data_options *o, denpa_error *err) {
  static const char *const tasks[] = {"auto", "classification", "regression"};
  size_t i = 0;
  while (o->task != NULL && i < 3 && !dnp_text_means(o->task, tasks[i])) i++;
  if (i == 3)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "there is no task \"{1}\"; there are auto, classification and regression", dnp_s(o->task));
  if (o->header != NULL && header_of(o->header) == DNP_HEADER_NO && !dnp_text_means(o->header, "no"))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "'{1}' does not say whether the first row holds names; write auto, yes or no", dnp_s(o->header));
  if (!(o->test_share >= 0 && o->test_share < 1))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "the share of rows for testing is {1}; it has to be at least 0 and below 1, such as 0.2", dnp_d(o->test_share));
  return o->test != NULL ? dnp_data_name_check(o->test, err) : DENPA_OK;
}

static denpa_status open_new(denpa_data *data, source *s, denpa_error *err) {
  dnp_table_plan target = {0};
  DNP_TRY(check_options(s->options, err));
  DNP_TRY(dnp_csv_read(s->path, 0, header_of(s->options->header), &s->csv, err));
  DNP_TRY(hash_file(s->path, s->sha256, err));
  DNP_TRY(dnp_table_plan_make(&s->csv, s->path, s->options, &s->plan, err));
  denpa_status status = plan_of_target(s, &target, err);
  if (status == DENPA_OK) status = choose_rows(s, &target, err);
  dnp_table_plan_free(&target);
  if (status == DENPA_OK) status = learn(data, s, err);
  dnp_free(s->parts.row);
  s->parts = (parts){0};
  return status == DENPA_OK ? fill_known(data, s, err) : status; /* as it will be from the model file */
}

denpa_status dnp_table_load(denpa_data **out, const char *path, const denpa_data_options *options, denpa_error *err) {
  source s = {.path = path, .options = options};
  denpa_data *data;
  *out = NULL;
  DNP_TRY(dnp_data_name_check(path, err));
  DNP_TRY(DNP_NEW(&data, 1, err));
  memcpy(data->name, path, strlen(path) + 1);
  denpa_status status = (options->table != NULL ? open_known : open_new)(data, &s, err);
  dnp_free(s.parts.row);
  dnp_table_plan_free(&s.plan);
  dnp_csv_free(&s.csv);
  if (status == DENPA_OK)
    *out = data;
  else
    denpa_data_free(data);
  return status;
}
