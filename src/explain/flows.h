/* flows.h: pictures of one pass (trace.h) as panels of diagrams: the network with its two flows, its products with the
 * sizes that must agree, the answer beside the right one. Called by the lessons (src/book). */
#ifndef DNP_EXPLAIN_FLOWS_H
#define DNP_EXPLAIN_FLOWS_H

#include "draw/diagram.h"
#include "explain/trace.h"

/* What step `number` of the network is called: "hidden layer 1", "activation: relu". */
void dnp_flows_title(const dnp_exec *exec, size_t number, denpa_lang lang, char out[DNP_DIAGRAM_TEXT]);
/* What a loss hands to the softmax or sigmoid that it has in it, as the formula of the gradient says it: "y - t",
 * "(y - t) / (1 * 10)", "y - smoothed t"; "" where the network does not end in a loss. */
#define DNP_HANDED_BACK 256 /* bytes: Japanese takes three for a letter */
void dnp_flows_handed_back(const dnp_trace *trace, denpa_lang lang, char out[DNP_HANDED_BACK]);
/* A box for every step of the network, softmax and loss apart, and what flows between them: there, and back as far as
 * it is needed. With values: the largest numbers of what flows back stand on the arrows. */
denpa_status dnp_flows_panel(
    dnp_figure *figure, dnp_panel *panel, const dnp_trace *trace, bool values, denpa_error *err);
/* A line for every product of matrices on the way there, or back. */
denpa_status dnp_products_panel(
    dnp_figure *figure, dnp_panel *panel, const dnp_trace *trace, bool back, denpa_error *err);
/* The outputs of the first sample, the right answers, and the gradient that the way back begins with. */
denpa_status dnp_errors_panel(dnp_figure *figure, dnp_panel *panel, const dnp_trace *trace, denpa_error *err);

#endif
