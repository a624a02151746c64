/* scores.h: how well a network answers, in the measures that people ask for. Used by src/draw and the commands. */
#ifndef DNP_LEARN_SCORES_H
#define DNP_LEARN_SCORES_H

#include "learn/learn.h"
#include "learn/statistics.h"
#include "learn/two_classes.h"

/* What a network answers over a split, row by row. */
typedef struct dnp_row_answers {
  size_t rows, outputs, kinds;
  double *y;          /* [rows, outputs]; NULL of classes where nobody wants them */
  int32_t *predicted; /* [rows]: of classes, else NULL */
  double *loss;       /* [rows] */
  double mean_loss;
} dnp_row_answers;

/* Of one class, taken against all others (Sokolova and Lapalme, "A systematic analysis of performance measures for
 * classification tasks", 2009):
 *   precision = right / answered   recall = right / rows   f1 = 2 precision recall / (precision + recall)
 * where 0 / 0 counts as 0. */
typedef struct dnp_class_score {
  size_t rows, answered, right;
  double precision, recall, f1;
} dnp_class_score;

typedef struct dnp_scores {
  size_t rows, classes; /* classes 0: regression */
  double loss;
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

/* Intervals of 95 %; none where there is no score, or where it was not asked for. That of the accuracy is Wilson's, and
 * so are those of a class's precision and recall, which are shares of rows; the others are the bootstrap's. */
typedef struct dnp_score_intervals {
  dnp_interval accuracy, loss, precision, recall, f1, auc, rmse, mae, r2;
} dnp_score_intervals;

/* Runs the network over a split that has rows. outputs: y is wanted of classes, too. Freed by dnp_row_answers_free,
 * which is fine with {0}. */
denpa_status dnp_row_answers_take(
    denpa_net *net, const denpa_data *data, int split, bool outputs, dnp_row_answers *out, denpa_error *err);
void dnp_row_answers_free(dnp_row_answers *answers);
/* The scores of these answers. Sums are taken row by row, in double. threshold: NULL, or for two classes which is
 * positive, and by which threshold the answers are taken, which then stand in `answers`. Freed by dnp_scores_free,
 * which is fine with {0}. */
denpa_status dnp_scores_of(const denpa_net *net, const denpa_data *data, int split, dnp_row_answers *answers,
    const dnp_threshold *threshold, dnp_scores *out, denpa_error *err);
/* Both at once. */
denpa_status dnp_scores_take(denpa_net *net, const denpa_data *data, int split, const dnp_threshold *threshold,
    dnp_scores *out, denpa_error *err);
void dnp_scores_free(dnp_scores *scores);

/* score_intervals.c */
denpa_status dnp_score_intervals_take(const denpa_data *data, int split, const dnp_row_answers *answers,
    const dnp_scores *scores, dnp_score_intervals *out, denpa_error *err);

#endif
