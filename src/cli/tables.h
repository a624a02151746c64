/* tables.h: what a person does with tables: looking at one, warnings before a training, answers to the rows of a new
 * one. */
#ifndef DNP_CLI_TABLES_H
#define DNP_CLI_TABLES_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/cli.h"
#include "draw/progress.h"
#include "draw/scores.h"
#include "doctor/preflight.h"

bool dnp_is_table(const char *name); /* by its ending; NULL is none */
bool dnp_from_table(const denpa_data *data);
/* Whether its rows are all of the table that the model at hand learned from, those that it was trained on too. */
bool dnp_is_own_file(const denpa_data *data);

/* ---- looking at one (table_show.c) ---------------------------------------------------------------- */

/* A summary of each column: to `out` as text, or if json is given as an object there. options: target, task, header,
 * ignore, category. */
denpa_status dnp_table_show(const char *path, const denpa_data_options *options, FILE *out, denpa_lang lang,
    bool colour, json_t **json, denpa_error *err);

/* ---- with a model (tables.c, table_answers.c) -----------------------------------------------------------------------
 */

/* Its target and columns, in two lines. */
void dnp_table_tell(FILE *out, denpa_lang lang, const denpa_data *data);
/* Warnings about what was met in a table, as lines. */
void dnp_table_tell_news(FILE *out, denpa_lang lang, const denpa_data *data);
/* One line about the target, and one about the columns, of a model's table as its metadata keep it; and a line for each
 * column that answers need. */
denpa_status dnp_table_describe(const char *text, const char *where, FILE *out, denpa_lang lang, denpa_error *err);

/* The columns that answers need as a JSON list: [{name, kind, mean, deviation or values, missing, missing_told}]. */
denpa_status dnp_table_needs_json(const char *text, const char *where, json_t **out, denpa_error *err);

/* A network's number y for a row of numbers to learn, and what would be right, in the unit of the table. */
void dnp_table_numbers(const denpa_data *data, denpa_split split, size_t row, double y, double *answer, double *right);

/* What is asked about the rows of a table. */
typedef struct dnp_table_question {
  const char *path;
  bool unknown_fails;      /* categories that the training rows did not have are an error */
  const cli_texts *keep;   /* columns that come along: names, lists of names joined by commas, or "all" */
  bool spreadsheet;        /* texts that a spreadsheet would take for formulas get an apostrophe */
  dnp_threshold threshold; /* of two classes; value NaN: none */
  dnp_progress *progress;  /* or NULL: tells nobody */
} dnp_table_question;

/* Answers to the rows of a table as CSV: the columns that are kept, the answer, and for classes the probability of
 * each. A kept column that is called as the answer makes that "answer(NAME)". */
typedef struct dnp_table_answers {
  char *csv; /* freed by dnp_table_answers_free */
  size_t size, rows;
  size_t formulas;              /* fields that a spreadsheet would take for formulas, and that stand so in the text */
  size_t unknown, line, column; /* categories the model does not know, and where the first stands */
  char name[64], value[64];
} dnp_table_answers;
denpa_status dnp_table_answer(
    denpa_net *net, const dnp_table_question *question, dnp_table_answers *out, denpa_error *err);
void dnp_table_answers_free(dnp_table_answers *answers);
/* Shows them on a terminal: control characters, which could do anything there, as escapes. */
denpa_status dnp_table_answers_show(const dnp_table_answers *answers, FILE *out, denpa_error *err);
/* Writes them to a file, whole or not at all. */
denpa_status dnp_table_answers_write(const dnp_table_answers *answers, const char *path, denpa_error *err);
/* The same as a JSON list: [{"line", "kept": {column: text}, "answer", "probabilities": {class: p}}]; "kept" only if
 * columns are kept. */
denpa_status dnp_table_answer_json(
    denpa_net *net, const dnp_table_question *question, dnp_table_answers *news, json_t **out, denpa_error *err);
void dnp_table_answers_tell(FILE *out, denpa_lang lang, const dnp_table_answers *answers, const char *path);

#endif
