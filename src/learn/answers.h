/* answers.h: a trained network and raw rows: a table's fields, pictures. They are made into numbers as the training
 * rows were, and answers become words and numbers of the data again. Used by the commands; programs have the calls of
 * denpa.h. */
#ifndef DNP_LEARN_ANSWERS_H
#define DNP_LEARN_ANSWERS_H

#include "data/table.h"
#include "learn/learn.h"

/* ---- tables (answers.formats.c) -------------------------------------------------------------------- */

/* What a model knows of its table, and a table of rows to answer. */
typedef struct dnp_asking {
  const denpa_net *net;
  const dnp_table *table;
  void *memory[DNP_TABLE_BLOCKS];
  const dnp_csv *csv;
  dnp_table_reader reader; /* its `news`: what was met in the rows */
  double *x, *y;           /* of the rows that are answered at a time */
  int32_t *column;
  size_t outputs, room;
} dnp_asking;

/* The model's table alone: where csv is NULL there are no rows yet. path: for messages. Closed also on failure. */
denpa_status dnp_asking_open(dnp_asking *asking, const denpa_net *net, const dnp_csv *csv, const char *path,
    bool unknown_fails, denpa_error *err);
void dnp_asking_close(dnp_asking *asking);

/* One row has its answer: y[outputs]; column: the class. */
typedef denpa_status dnp_answered(
    void *context, const dnp_asking *asking, size_t row, const double *y, int32_t column, denpa_error *err);
/* All rows, in their order. */
denpa_status dnp_asking_rows(dnp_asking *asking, dnp_answered *take, void *context, denpa_error *err);

/* What a class is called; its number, in `digits`, if there were not so many classes. */
const char *dnp_asking_class(const dnp_asking *asking, size_t class_number, char digits[24]);

/* ---- all (answer.c) ------------------------------------------------------------------------------- */

/* The class that the outputs speak for, by number alone. */
denpa_answer dnp_answer_class(const denpa_net *net, const double *y, int32_t class_number);

/* Whether every output is finite: where one is not, the largest of them is no answer. */
bool dnp_outputs_finite(const double *y, size_t outputs);

#endif
