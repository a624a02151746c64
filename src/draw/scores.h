/* scores.h: measures of a network's answers as text and as JSON. */
#ifndef DNP_DRAW_SCORES_H
#define DNP_DRAW_SCORES_H

#include <stdio.h>

#include "file/json.h"
#include "learn/scores.h"

/* A line of measures (`named`: of which rows, the test data), and unless `brief` what dnp_scores_tell_beside says, of
 * classes a line each and, if there are few, the confusion matrix. */
void dnp_scores_tell(
    FILE *out, denpa_lang lang, bool brief, bool named, const denpa_data *data, const dnp_scores *scores);
/* The baseline; of two classes the AUC and the threshold. */
void dnp_scores_tell_beside(FILE *out, denpa_lang lang, const denpa_data *data, const dnp_scores *scores);
/* accuracy, precision, recall, f1 (means), classes ([{name, rows, precision, recall, f1}]), confusion, baseline
 * ({answer, accuracy}) and, of two classes (else null), auc, positive, threshold; or rmse, mae, r2, baseline ({answer,
 * rmse}). */
json_t *dnp_scores_json(const denpa_data *data, const dnp_scores *scores);

/* A line with those that there are; means: those of the means over the classes, too. */
void dnp_intervals_tell(FILE *out, denpa_lang lang, bool means, const dnp_score_intervals *intervals);
/* {level, resamples, accuracy: [low, high], ..., classes: [{precision, recall}]} */
json_t *dnp_intervals_json(const dnp_scores *scores, const dnp_score_intervals *intervals);
json_t *dnp_interval_json(dnp_interval interval); /* [low, high], or null */

#endif
