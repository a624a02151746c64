/* inputs.h: what the numbers that go into a network were in a table: which column each came from, and which of its
 * categories it stands for. Called by whatever shows weights (plot_weights.c, watch_page.c) and by src/explain. */
#ifndef DNP_DRAW_INPUTS_H
#define DNP_DRAW_INPUTS_H

#include <denpa/denpa.h>

#include "data/table.h"

#define DNP_INPUT_NAME 256 /* longer ones are cut short */

/* "rooms", "colour = red", "size is missing"; "" if the table has no such input. */
const char *dnp_input_name(const dnp_table *table, size_t input, denpa_lang lang, char out[DNP_INPUT_NAME]);

#define DNP_INPUT_FIELD 40
/* Of the row x[features]: the number that stood in the table where this input is one of a number, "?" where it is
 * missing; "" of the other inputs. */
const char *dnp_input_field(const dnp_table *table, size_t input, const double *x, char out[DNP_INPUT_FIELD]);

#define DNP_INPUT_SENTENCE 1024
/* How a number of the table became this input, after the name of the number: `name` is "x[0,3]". No end of line. */
const char *dnp_input_sentence(
    const dnp_table *table, size_t input, denpa_lang lang, const char *name, char out[DNP_INPUT_SENTENCE]);

#endif
