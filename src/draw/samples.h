/* samples.h: samples of a data set as a panel: pictures in their colours; rows of a table as records, column by column,
 * in the words and numbers of the table. Used by the plots and by src/explain. */
#ifndef DNP_DRAW_SAMPLES_H
#define DNP_DRAW_SAMPLES_H

#include "data/data.h"
#include "draw/figure.h"

/* Makes a panel without titles of the samples row[0 .. count) of a split; captions are the caller's. The panel's key is
 * kept. */
denpa_status dnp_samples_panel(dnp_figure *figure, dnp_panel *panel, const denpa_data *data, denpa_split split,
    const size_t *row, size_t count, denpa_error *err);
/* Whether a sample is more than a long row of numbers without names. */
bool dnp_sample_shown(const denpa_data *data);
/* One that is, in a terminal, in lines of its own, about so many at most; of the others nothing. */
#define DNP_SAMPLE_LINES 16 /* beside a text that is about something else */
denpa_status dnp_sample_text(FILE *out, denpa_lang lang, const denpa_data *data, denpa_split split, size_t row,
    size_t lines, bool colour, denpa_error *err);

#endif
