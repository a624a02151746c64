/* scores.h: measures of a network's answers as text and as JSON. */
#ifndef DNP_DRAW_SCORES_H
#define DNP_DRAW_SCORES_H

#include <jansson.h>
#include <stdio.h>

#include "learn/scores.h"

/* A line of measures; of classes a line each and, if there are few, the confusion matrix. */
void dnp_scores_tell(FILE *out, denpa_lang lang, const denpa_data *data, const dnp_scores *scores);
/* accuracy, precision, recall, f1 (means), classes ([{name, rows, precision, recall, f1}]), confusion; or rmse, mae,
 * r2. */
json_t *dnp_scores_json(const denpa_data *data, const dnp_scores *scores);

#endif
