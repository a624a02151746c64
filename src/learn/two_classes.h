/* two_classes.h: what can be said of two classes beyond right and wrong: how well the scores put one of them, the
 * positive class, above the other, and from which score on the answer is that class. Used by src/learn/scores.c and the
 * subcommand predict. */
#ifndef DNP_LEARN_TWO_CLASSES_H
#define DNP_LEARN_TWO_CLASSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Which of two classes counts as positive, and from which score on it is the answer. */
typedef struct dnp_threshold {
  size_t positive; /* 0 or 1 */
  double value; /* the positive class is the answer where its score is at least this; NaN: the network's own answer */
  bool best;    /* `value` is to be found: that with the largest F1 of the positive class */
} dnp_threshold;

/* The score of class `positive`: its output; of a single output, which speaks for class 1, that or what is left of 1.
 */
static inline double dnp_two_score(const double *y, size_t outputs, size_t positive) {
  if (outputs > 1) return y[positive];
  return positive == 1 ? y[0] : 1 - y[0];
}
/* The answer: 0 or 1. */
static inline size_t dnp_two_answer(const dnp_threshold *t, const double *y, size_t outputs) {
  return dnp_two_score(y, outputs, t->positive) >= t->value ? t->positive : 1 - t->positive;
}

typedef struct dnp_ranked {
  double score;
  bool positive;
} dnp_ranked;

/* Sorts them, the largest score first. */
void dnp_rank(dnp_ranked *row, size_t rows);
/* Of ranked rows the area under the ROC curve: the share of all pairs of a positive and another row in which the
 * positive one has the larger score, a pair of equal scores counting half (Hanley and McNeil, "The meaning and use of
 * the area under a receiver operating characteristic (ROC) curve", 1982). Pairs are counted in whole numbers. NaN
 * where one kind of row is missing or a score is not a number. */
double dnp_auc(const dnp_ranked *row, size_t rows);
/* Of ranked rows the threshold with the largest F1 of the positive rows, the highest one where several have it: the
 * shortest decimal number that parts these rows. NaN where there is no positive row or a score is not a number. */
double dnp_best_threshold(const dnp_ranked *row, size_t rows);

#endif
