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
/* One sample in a terminal, in lines of its own. Nothing for a row of numbers without names of which there are many. */
denpa_status dnp_sample_text(
    FILE *out, denpa_lang lang, const denpa_data *data, denpa_split split, size_t row, bool colour, denpa_error *err);

#endif
