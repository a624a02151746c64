/* scores.h: how well a network answers, in the measures that people ask for. Used by src/draw and the commands. */
#ifndef DNP_LEARN_SCORES_H
#define DNP_LEARN_SCORES_H

#include "learn/learn.h"
#include "learn/two_classes.h"

/* Of one class, taken against all others (Sokolova and Lapalme, "A systematic analysis of performance measures for
 * classification tasks", 2009):
 *   precision = right / answered   recall = right / rows   f1 = 2 precision recall / (precision + recall)
 * where 0 / 0 counts as 0. */
typedef struct dnp_class_score {
  size_t rows, answered, right;
  double precision, recall, f1;
} dnp_class_score;

typedef struct dnp_scores {
  size_t rows, classes;                   /* classes 0: regression */
  double accuracy, precision, recall, f1; /* the last three: means over the classes that have a row or an answer */
  dnp_class_score *of;                    /* [classes] */
  size_t *confusion;                      /* [classes, classes]: rows with this label that got this answer */
  /* Numbers t, answers y, in the unit of the table they come from:
   *   rmse = sqrt(mean (y - t)^2)   mae = mean |y - t|   r2 = 1 - sum (y - t)^2 / sum (t - mean t)^2  (Draper and
   *     Smith, "Applied Regression Analysis")
   * of several targets r2 is the mean of theirs; where all t are the same 1 if y is, too, else 0 (as scikit-learn has
   * it); NaN of a single row. */
  double rmse, mae, r2;
  /* What needs no network: of classes the accuracy of always answering `common`, the most frequent class of these rows;
   * of numbers the rmse of always answering the mean of these rows (`mean`: NaN of several targets). */
  double baseline, mean;
  size_t common;
  double auc;              /* of two classes, else NaN */
  bool probabilities;      /* the threshold is one */
  dnp_threshold threshold; /* of two classes: that by which the answers were taken, if its value is a number */
} dnp_scores;

/* Runs the network over a split that has rows. Sums are taken row by row, in double. threshold: NULL, or for two
 * classes which is positive, and by which threshold the answers are taken. Freed by dnp_scores_free, which is fine with
 * {0}. */
denpa_status dnp_scores_take(denpa_net *net, const denpa_data *data, int split, const dnp_threshold *threshold,
    dnp_scores *out, denpa_error *err);
void dnp_scores_free(dnp_scores *scores);

#endif
