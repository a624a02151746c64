/* weights.h: as what the weights of a layer are best seen, read from the shapes of the network: as pictures of what
 * each unit or filter looks for, as a matrix whose rows are columns of a table, as a bar for each channel, or as the
 * matrix that they are. One answer for the page of a run (watch_page.c) and for plot (plot_weights.c). */
#ifndef DNP_DRAW_WEIGHTS_H
#define DNP_DRAW_WEIGHTS_H

#include <stdbool.h>
#include <stddef.h>

#include <denpa/denpa.h>

struct dnp_node;
struct dnp_tensor;

typedef enum dnp_weights_as {
  DNP_WEIGHTS_PLAIN,   /* nothing more is known of it: biases, layers between layers */
  DNP_WEIGHTS_UNITS,   /* a unit has a weight for each number of a picture, or of a row of inputs (height 1) */
  DNP_WEIGHTS_FILTERS, /* of a convolution */
  DNP_WEIGHTS_TABLE,   /* a row for each input that a column of a table became, a column for each unit */
  DNP_WEIGHTS_CHANNELS /* factors or biases of a normalisation */
} dnp_weights_as;

/* Units and filters have `together` pictures each, one for each channel that comes in, of planes x height x width: one
 * plane, or three that are red, green and blue. */
typedef struct dnp_weights {
  const struct dnp_tensor *tensor;
  dnp_weights_as as;
  size_t units, together, planes, height, width;
  bool by_input; /* its first axis counts the inputs, the last one the units; else the first one the units */
} dnp_weights;

/* Of a parameter of the network. data: tells the shape of the inputs; NULL: the model's metadata do. */
dnp_weights dnp_weights_of(const denpa_net *net, const denpa_data *data, const struct dnp_tensor *parameter);
/* Number i of the pictures of a unit or filter. */
double dnp_weights_at(const dnp_weights *weights, size_t unit, size_t i);

#endif
