/* step.h: one update of a network, with every matrix of both passes: what `denpa step` shows. step.c makes the update
 * and gathers what is to be shown, chunk by chunk, so that no matrix with a row for each sample is ever held;
 * step_text.c writes it for people. */
#ifndef DNP_EXPLAIN_STEP_H
#define DNP_EXPLAIN_STEP_H

#include <stdbool.h>
#include <stdio.h>

#include "learn/learn.h"

typedef struct dnp_step_options {
  denpa_split split;  /* where the batch comes from */
  size_t first, rows; /* samples first .. first+rows-1; rows 0: all of them */
  bool training;      /* dnp_step_look: with dropout and batch normalisation as in training */
  /* optimizer, learning rate, update order, seed and rng; batch, steps and sampling are set here */
  denpa_train_options train;
} dnp_step_options;

#define DNP_FIRST_NUMBERS 5

typedef enum dnp_seen_as {
  DNP_SEEN_GIVEN,
  DNP_SEEN_PARAMETER,
  DNP_SEEN_FORWARD,
  DNP_SEEN_LOSS,
  DNP_SEEN_BACKWARD,
  DNP_SEEN_STATE
} dnp_seen_as;
extern const char *const dnp_seen_kinds[]; /* for programs: "given", "parameter" ... */

/* One matrix that took part. Shapes have the rows of the whole batch; labels are seen as the rows of zeros and a one
 * that they stand for. */
typedef struct dnp_seen {
  char name[DNP_MAX_NAME + 2];
  dnp_seen_as as;
  /* the call that uses it (given, parameter) or made it, and the tensor, both as numbers in the network */
  size_t node, tensor;
  /* DNP_SEEN_BACKWARD: the gradient of this input of the call; DNP_SEEN_STATE: this one of its state */
  int input;
  int axes;
  size_t shape[DNP_MAX_AXES];
  size_t count; /* numbers gathered: all of them */
  double low, high, sum;
  int firsts; /* the first numbers of the first row */
  double first[DNP_FIRST_NUMBERS];
} dnp_seen;

/* What the update did to one parameter tensor: its entry with the largest gradient, and the whole gradient's square. */
typedef struct dnp_change {
  const char *name;
  int axes;
  size_t shape[DNP_MAX_AXES];
  size_t entry; /* flat */
  double before, gradient, after;
  /* seed order: distance from the true gradient relative to its length, and the cosine between them; else 0 and 1 */
  double off, cosine;
} dnp_change;

typedef struct dnp_standing { /* how the network does on one split */
  size_t rows;                /* 0: there is no such split */
  double loss, accuracy;      /* NaN without rows */
  size_t predicted, times;    /* the class that is answered most often, and how often */
} dnp_standing;

typedef struct dnp_step {
  const denpa_net *net;
  const denpa_data *dataset;
  bool layer_by_layer;
  const struct dnp_optimizer *optimizer;
  double lr, epsilon, own; /* the optimizer's, as far as it uses them; what it calls its own */
  size_t rows;             /* of the batch */
  bool training;           /* the passes are those of an update ... */
  uint64_t seed;           /* ... that draws from this */
  bool all;                /* the batch is the whole of the training data */
  denpa_split split;
  size_t first; /* sample of the split, the first one of the batch ... */
  int label;    /* ... and its label; -1: its answers are numbers */
  dnp_seen *seen;
  size_t count;
  dnp_change *change;
  size_t changes;
  double loss[2]; /* of the batch, before and after */
  /* the change of the batch's loss that the gradient promises: the sum of each gradient times the way its weight
   * goes */
  double expected;
  dnp_standing standing[2][2]; /* before and after; training and test data */
} dnp_step;

/* Updates the network once and tells all about it. *out lives as long as net and data, and is freed by
 * dnp_step_free. */
denpa_status dnp_step_make(
    dnp_step **out, denpa_net *net, const denpa_data *data, const dnp_step_options *options, denpa_error *err);
void dnp_step_free(dnp_step *step);
/* Both passes over the batch, and no update: only rows, label, seen and loss are filled. Every tensor of the network
 * holds the numbers of the whole batch afterwards. Of the options, split, first, rows and training count. */
denpa_status dnp_step_look(
    dnp_step **out, denpa_net *net, const denpa_data *data, const dnp_step_options *options, denpa_error *err);

/* ---- texts (step_text.c, step_formula.c) ---------------------------------------------------------- */

/* "a1[600,50] = x[600,784] . W1[784,50] + b1[50]" in `lang`; "" for what was given. */
void dnp_step_formula(const dnp_step *step, const dnp_seen *seen, denpa_lang lang, char *out, size_t size);
/* What the matrix is, in a sentence in `lang`; "" if there is nothing to say. */
void dnp_step_sentence(const dnp_step *step, const dnp_seen *seen, denpa_lang lang, char *out, size_t size);
typedef struct dnp_step_piece { /* of a text */
  const char *at;
  int length;
} dnp_step_piece;
/* Where in the formula of a product its sizes stand: the inner ones must agree, rows and columns remain. */
typedef struct dnp_step_sizes {
  dnp_step_piece rows, inner, again, columns;
} dnp_step_sizes;
bool dnp_step_sizes_of(const char *formula, dnp_step_sizes *out); /* false if it is no product of matrices */
/* Which matrices are told about; with both passes the update and what it did as well. */
typedef enum dnp_step_passes { DNP_STEP_BOTH, DNP_STEP_FORWARD, DNP_STEP_BACKWARD } dnp_step_passes;
/* One matrix: formula, sizes that must agree, sentence, first numbers. */
void dnp_step_tell_matrix(FILE *out, denpa_lang lang, bool colour, const dnp_step *step, const dnp_seen *seen);
/* Of a batch of one sample, that sample comes last. */
denpa_status dnp_step_tell(
    FILE *out, denpa_lang lang, bool colour, const dnp_step *step, dnp_step_passes passes, denpa_error *err);

#endif
