/* rounding.h: a network with weights that have been made coarser, to see what that costs. Called by `denpa eval
 * --weights` and by the book's experiment. */
#ifndef DNP_LEARN_ROUNDING_H
#define DNP_LEARN_ROUNDING_H

#include "exec/exec.h"

typedef enum dnp_rounding {
  DNP_ROUND_NOTHING,
  DNP_ROUND_FLOAT16, /* every parameter becomes the nearest IEEE half */
  /* each W becomes whole numbers from -127 to 127 times one number of its own, its largest / 127; biases and other
   * vectors stay */
  DNP_ROUND_INT8
} dnp_rounding;

/* Rounds the parameters in place; they keep the network's dtype, and running statistics, inputs and sums are as before.
 * Fails, with the network unchanged, if a number has no place in the coarser type. */
denpa_status dnp_round_parameters(denpa_net *net, dnp_rounding how, denpa_error *err);
const char *dnp_rounding_name(dnp_rounding how); /* "float16" */

#endif
