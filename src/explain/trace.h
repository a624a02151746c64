/* trace.h: where every number of one forward and one backward pass comes from. A cell is one number of one matrix; its
 * account are the terms of its sum, as the operation's row tells them, and their fold must be the number that the
 * network computed, bit for bit. Nothing here knows an operation by name. Used by why (text), explain (text and page)
 * and their subcommands. */
#ifndef DNP_EXPLAIN_TRACE_H
#define DNP_EXPLAIN_TRACE_H

#include "draw/inputs.h"
#include "learn/learn.h"
#include "op/op.h"
#include "explain/step.h"

/* What is to be told of a sample besides, one line. */
typedef struct dnp_remark {
  const char *message;
  denpa_arg arg[6];
} dnp_remark;

/* One pass over a batch, with every number of it: those of `net`, which must not be used for anything else meanwhile.
 * `training`: as the next update would make it, with what chance leaves out and the statistics of this batch. */
typedef struct dnp_trace {
  denpa_net *net;
  const denpa_data *dataset;
  denpa_split split;
  size_t first, rows; /* samples first .. first+rows-1 of the split */
  dnp_step *step;     /* every matrix, with formulas and shapes */
  double loss;        /* mean over the rows */
  /* of the picture that a row is, 0 if it is none; planes: 1 grey, or 3 red, green and blue */
  size_t planes, height, width;
  const dnp_remark *remark; /* [remarks] the caller's */
  size_t remarks;
} dnp_trace;

denpa_status dnp_trace_open(dnp_trace **out, denpa_net *net, const denpa_data *data, denpa_split split, size_t first,
    size_t rows, bool training, denpa_error *err);
void dnp_trace_free(dnp_trace *trace);

/* One number. */
typedef struct dnp_cell {
  const dnp_tensor *tensor;
  bool gradient;  /* of its gradient */
  bool mean;      /* the mean of all numbers of the tensor: the loss of the batch */
  size_t element; /* flat */
} dnp_cell;

/* "W1[409,40]", "dW2[3,7]", "a1[0,40]", "a1[40]" (the row of a batch of one may be left out), "loss". What is wrong
 * with it is told with what there is. */
denpa_status dnp_trace_find(const dnp_trace *trace, const char *text, dnp_cell *out, denpa_error *err);
#define DNP_CELL_NAME 160
const char *dnp_trace_name(const dnp_trace *trace, const dnp_cell *cell, char out[DNP_CELL_NAME]);
double dnp_trace_value(const dnp_trace *trace, const dnp_cell *cell);
/* The cell of the gradient for it; false if it has none. */
bool dnp_trace_gradient(const dnp_trace *trace, const dnp_cell *cell, dnp_cell *out);
/* The entry of trace->step that is about the cell's matrix; NULL for the answers. */
const dnp_seen *dnp_trace_seen(const dnp_trace *trace, const dnp_cell *cell);
/* dnp_step_sentence; for a loss, that of the operation that ends in it. */
void dnp_trace_sentence(const dnp_trace *trace, const dnp_seen *seen, denpa_lang lang, char *out, size_t size);
typedef struct dnp_pixel {
  size_t plane, row, column;
} dnp_pixel;
extern const char *const dnp_planes[3]; /* red, green, blue: untranslated */
/* The pixel that a number of the input is; false if the cell is none, or the rows are no pictures. */
bool dnp_trace_pixel(const dnp_trace *trace, const dnp_cell *cell, dnp_pixel *out);
/* What a number of the input stands for: "x[0,409] is the pixel in row 14 ...", "x[0,3] is 1 where the column ..."; ""
 * if it is neither. */
void dnp_trace_input_text(const dnp_trace *trace, const dnp_cell *cell, denpa_lang lang, char out[DNP_INPUT_SENTENCE]);
/* The class that the network answers for the first sample. */
size_t dnp_trace_answer(const dnp_trace *trace);
/* Which class an output speaks for: its number; a single one says how likely the second of two classes is. */
size_t dnp_trace_class_of(const dnp_trace *trace, size_t output);
/* Whether the answers are numbers and no classes; what an output is called, a class or a number; and the number of a
 * table's column that it stands for, which is scaled for the training. */
bool dnp_trace_numbers(const dnp_trace *trace);
const char *dnp_trace_output_name(const dnp_trace *trace, size_t output, char out[DNP_CLASS_NAME]);
double dnp_trace_unscaled(const dnp_trace *trace, double y);
/* Of one row of a table whose answers are numbers: what the network answers, and what the table says, in its units;
 * false of all others. name: room for the column's name, which the remark uses. */
bool dnp_trace_number_told(const dnp_trace *trace, char name[DNP_CLASS_NAME], dnp_remark *out);

/* ---- the account of a cell ----------------------------------------------------------------------- */

typedef struct dnp_account {
  /* NULL: the cell was given, not computed; or it is the mean loss, which no operation computes */
  const dnp_node *node;
  int which; /* as for dnp_op.terms */
  dnp_recipe recipe;
  size_t count;
  dnp_term *terms; /* in the order in which they are added */
  double *mapped;  /* [count] each value after the recipe's map */
  double *product; /* [count] mapped times factor */
  size_t *order;   /* [count] by the size of the product, largest first */
  double sum;      /* of the terms, by the law of sums */
  double value;    /* what finish made of it: the cell, bit for bit */
} dnp_account;

/* Which call made the number, and as what: fills call and which; false if it was given. */
bool dnp_trace_made_by(const dnp_trace *trace, const dnp_cell *cell, dnp_account *out);
/* Its terms alone, at most `room` of them, after dnp_trace_made_by; fills recipe. Returns how many there are. */
size_t dnp_trace_terms(
    const dnp_trace *trace, const dnp_cell *cell, dnp_account *account, dnp_term *terms, size_t room);
/* Fails if the terms do not add up to what the network has (that would be a mistake of denpa's). A cell that was given
 * has an account without terms. */
denpa_status dnp_trace_account(const dnp_trace *trace, const dnp_cell *cell, dnp_account *out, denpa_error *err);
void dnp_account_free(dnp_account *account);
bool dnp_trace_computed(const dnp_trace *trace, const dnp_cell *cell); /* whether there is an account with terms */
/* The cell that the term's value is; else, if that is a constant, the one that its factor comes from; false if there is
 * neither. */
bool dnp_term_cell(const dnp_term *term, dnp_cell *out);
/* The same of the factor. */
bool dnp_term_by(const dnp_term *term, dnp_cell *out);

/* Where a number goes: the first cell in whose sum it takes part, and as which term. False if nothing uses it. */
denpa_status dnp_trace_use(
    const dnp_trace *trace, const dnp_cell *cell, bool *found, dnp_cell *use, size_t *term, denpa_error *err);

/* ---- the update ---------------------------------------------------------------------------------- */

typedef struct dnp_nudge {
  const char *optimizer;
  bool plain; /* the update is the gradient times the learning rate, and no more */
  /* what one update from this batch alone would make of a parameter, with the model's optimizer and learning rate */
  double lr, before, after;
} dnp_nudge;
denpa_status dnp_trace_update(const dnp_trace *trace, const dnp_cell *cell, dnp_nudge *out, denpa_error *err);

/* ---- texts (trace_text.c) ------------------------------------------------------------------------ */

/* The fewest digits from which the number is read back exactly. */
#define DNP_EXACT 40
const char *dnp_exact_text(denpa_dtype dtype, double value, char out[DNP_EXACT]);
const char *dnp_any_text(double value, char out[DNP_EXACT]); /* as float32 if it is one, else as float64 */
denpa_dtype dnp_cell_dtype(const dnp_cell *cell);
/* A form of the operations' rows with {1} replaced by `number`, {2} .. {5} by args and {6} by `minus`, negative numbers
 * in brackets. */
const char *dnp_form_text(
    const char *form, const char *number, const double *arg, double minus, char *out, size_t size);

#define DNP_TERM_TEXT 512
/* One term in names, "dz1[0,40] * ((1 - z1[0,40]) * z1[0,40])", and in numbers, "0.12 * 0.25". */
void dnp_term_text(const dnp_trace *trace, const dnp_account *account, size_t term, char names[DNP_TERM_TEXT],
    char numbers[DNP_TERM_TEXT]);

/* Which network and samples the pass is about (why.c). */
#define DNP_TRACE_WHERE 4096
void dnp_trace_where(const dnp_trace *trace, denpa_lang lang, char *out, size_t size);

/* ---- denpa why (why.c) --------------------------------------------------------------------------- */

typedef struct dnp_why_options {
  size_t terms; /* at most so many of each sum are shown */
  size_t depth; /* how far the largest terms are followed */
  bool colour;
} dnp_why_options;
/* The whole story of one number. */
denpa_status dnp_why_tell(FILE *out, denpa_lang lang, const dnp_trace *trace, const dnp_cell *cell,
    const dnp_why_options *options, denpa_error *err);

/* ---- denpa explain (explain.c, explain_page.c) --------------------------------------------------- */

typedef enum dnp_explain_form { DNP_EXPLAIN_TEXT, DNP_EXPLAIN_MARKDOWN } dnp_explain_form;
denpa_status dnp_explain_tell(
    FILE *out, denpa_lang lang, const dnp_trace *trace, dnp_explain_form form, bool colour, denpa_error *err);
/* How many numbers a page may hold, of all matrices together (some 43 MB of page in float32), and how many it would of
 * this pass. */
#define DNP_EXPLAIN_NUMBERS ((size_t)8000000)
size_t dnp_explain_numbers(const dnp_trace *trace);
/* Fails if a page about so many samples would be far too large; before a pass over them is made. */
denpa_status dnp_explain_fits(const char *path, const denpa_net *net, size_t rows, denpa_error *err);
/* The same as a page on which every cell tells its terms. */
struct dnp_page_origin; /* NULL: nothing is told of it */
denpa_status dnp_explain_page(
    const char *path, denpa_lang lang, const dnp_trace *trace, const struct dnp_page_origin *origin, denpa_error *err);

#endif
