/* network.h: how a network is called in a sentence. Everything that tells of a network asks here, so that no text has
 * an empty place where a list of layers has no activation of its own. */
#ifndef DNP_DRAW_NETWORK_H
#define DNP_DRAW_NETWORK_H

#include <denpa/denpa.h>

#define DNP_NETWORK_NAME 2048 /* longer lists are cut short, with "..." at their end */
#define DNP_NETWORK_KIND 192

/* "784-50-10"; "(made by hand)"; or a list of layers in quotation marks: its commas are not those of the sentence. */
const char *dnp_network_name(const denpa_net *net, denpa_lang lang, char out[DNP_NETWORK_NAME]);

/* The same, of a list that is wider than so many cells without the layers of its middle: 'conv ..., ..., dense 10'. */
const char *dnp_network_brief(const denpa_net *net, denpa_lang lang, size_t cells, char out[DNP_NETWORK_NAME]);

/* "sigmoid, cross-entropy"; of a list the loss alone, since its activations stand in it. */
const char *dnp_network_kind(const denpa_net *net, denpa_lang lang, char out[DNP_NETWORK_KIND]);

#endif
