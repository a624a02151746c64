/* table.h: a table as rows for a network: which columns are numbers, categories or left out, how each becomes inputs,
 * and what is learned. A dnp_table is learned from the training rows once and then stays: a model file keeps it as
 * JSON. Used by src/learn (to keep it), src/doctor and the commands. */
#ifndef DNP_DATA_TABLE_H
#define DNP_DATA_TABLE_H

#include <stdbool.h>

#include "data/data.h"
#include "file/files.h"

#define DNP_TABLE_VERSION 1      /* of what a model file says of its table */
#define DNP_TABLE_CATEGORIES 256 /* of a column, at most; a label is a byte */
#define DNP_TABLE_INPUTS 1000000 /* numbers of a row, at most */
#define DNP_TABLE_NONE SIZE_MAX

typedef enum dnp_column_kind { DNP_COLUMN_IGNORED, DNP_COLUMN_NUMBER, DNP_COLUMN_CATEGORY } dnp_column_kind;

typedef struct dnp_column {
  const char *name;
  dnp_column_kind kind;
  const char *why; /* of an ignored one: "constant", "empty", "identifier", "text", "asked"; else "" */
  bool indicator;  /* a last input is 1 where the value is missing, else 0 */
  /* of a number's training rows: its input is (value - mean) / deviation, and 0 where it is missing */
  double mean, deviation;
  bool numeric;                /* the categories are numbers and compared as such: 1 is 1.0 */
  size_t categories, common;   /* an input each, 1 for the one that is there; a missing one counts as number `common` */
  const char *const *category; /* sorted */
  size_t first, inputs;        /* its places among the inputs */
} dnp_column;

typedef struct dnp_table {
  size_t columns, target, features;
  bool header; /* columns are found by name; else by place */
  char separator;
  const char *test_file; /* "" : a share of the rows */
  double test_share;
  uint64_t test_seed;
  const char *sha256; /* of the training file */
  dnp_column column[];
} dnp_table;

static inline const dnp_column *dnp_table_target(const dnp_table *table) { return &table->column[table->target]; }
/* 0 for regression. */
static inline size_t dnp_table_classes(const dnp_table *table) {
  return dnp_table_target(table)->kind == DNP_COLUMN_CATEGORY ? dnp_table_target(table)->categories : 0;
}
static inline size_t dnp_table_outputs(const dnp_table *table) {
  return dnp_table_classes(table) > 0 ? dnp_table_classes(table) : 1;
}
/* The number that a network's output for a regression stands for. */
static inline double dnp_table_number(const dnp_table *table, double y) {
  return y * dnp_table_target(table)->deviation + dnp_table_target(table)->mean;
}

/* ---- table_json.formats.c ----------------------------------------------------------------------- */

#define DNP_TABLE_BLOCKS 3
/* Reads what a model file says of its table: every member is checked, unknown ones are refused. where: the file, for
 * messages. *out lies in memory[0], what it points to in the other blocks; they are freed by the caller (dnp_free),
 * also on failure. */
denpa_status dnp_table_from_json(
    const char *text, const char *where, const dnp_table **out, void *memory[DNP_TABLE_BLOCKS], denpa_error *err);

/* ---- profile.c: what a column holds --------------------------------------------------------------- */

typedef struct dnp_value {
  const char *text;
  size_t count;
} dnp_value;

typedef struct dnp_profile {
  size_t rows, missing;
  size_t numbers, whole;             /* of the values: numbers, and of these whole ones */
  size_t odd;                        /* row of the first value that is no number; DNP_TABLE_NONE: none */
  size_t distinct;                   /* different values: as numbers if all are, else as texts */
  bool counts_up;                    /* whole numbers, each one more than that of the row before */
  double mean, deviation, low, high; /* of the numbers; NaN if there are none. deviation: root of the mean square */
  size_t values;                     /* distinct if that is at most DNP_TABLE_CATEGORIES, else 0 */
  dnp_value *value;                  /* [values]: sorted as numbers or as texts; freed by dnp_profile_free */
} dnp_profile;

/* Looks at `count` rows of a column: rows[0 .. count), or NULL for the first ones. */
denpa_status dnp_profile_take(
    const dnp_csv *csv, size_t column, const uint32_t *rows, size_t count, dnp_profile *out, denpa_error *err);
void dnp_profile_free(dnp_profile *profile);
static inline bool dnp_profile_numeric(const dnp_profile *p) {
  return p->numbers > 0 && p->numbers == p->rows - p->missing;
}

/* ---- table_learn.formats.c ---------------------------------------------------------------------- */

/* Which columns there are and what becomes of them. */
typedef struct dnp_table_plan {
  size_t target;
  dnp_column_kind *kind; /* [columns] */
  const char **why;      /* [columns] */
} dnp_table_plan;
denpa_status dnp_table_plan_make(
    const dnp_csv *csv, const char *path, const denpa_data_options *options, dnp_table_plan *out, denpa_error *err);
void dnp_table_plan_free(dnp_table_plan *plan);
/* The table as JSON: statistics of rows[0 .. count), NULL meaning the first ones; the classes are those of all rows.
 * Freed by dnp_free. */
denpa_status dnp_table_learn(const dnp_csv *csv, const char *path, const dnp_table_plan *plan,
    const denpa_data_options *options, const char *sha256, const uint32_t *rows, size_t count, char **text,
    denpa_error *err);

/* ---- table_inputs.c: fields into numbers ---------------------------------------------------------- */

typedef struct dnp_table_reader {
  const dnp_table *table;
  const dnp_csv *csv;
  const char *path;
  size_t *place; /* [table columns]: the column of the file; DNP_TABLE_NONE: not there */
  bool unknown_fails;
  dnp_table_news news;
} dnp_table_reader;
/* Finds the table's columns in the file; `answers`: the target has to be there too. */
denpa_status dnp_table_reader_open(dnp_table_reader *reader, const dnp_table *table, const dnp_csv *csv,
    const char *path, bool answers, bool unknown_fails, denpa_error *err);
void dnp_table_reader_close(dnp_table_reader *reader);
/* x[features] */
denpa_status dnp_table_inputs(dnp_table_reader *reader, size_t row, double *x, denpa_error *err);
bool dnp_table_has_answer(const dnp_table_reader *reader, size_t row);
/* The class, or the scaled number. */
denpa_status dnp_table_label(dnp_table_reader *reader, size_t row, uint8_t *label, denpa_error *err);
denpa_status dnp_table_scaled(dnp_table_reader *reader, size_t row, double *target, denpa_error *err);

#endif
