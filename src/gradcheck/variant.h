/* variant.h: backward passes through a dense network as people write them, right or with mistakes. A dnp_variant says
 * at each place what is done there; all zeros but the factors is the right one. dnp_reference_backward_run computes the
 * gradients that come of it, in double, independent of the network's own backward pass. Used by mistakes.c, which names
 * the mistakes, and diagnose.c. */
#ifndef DNP_GRADCHECK_VARIANT_H
#define DNP_GRADCHECK_VARIANT_H

#include "gradcheck/dense.h"

typedef enum dnp_answers {
  DNP_ANSWERS_RIGHT,
  DNP_ANSWERS_NEXT_CLASS,
  DNP_ANSWERS_PREVIOUS_CLASS,
  DNP_ANSWERS_NEXT_SAMPLE,
  DNP_ANSWERS_PREVIOUS_SAMPLE,
  DNP_ANSWERS_REVERSED,
  DNP_ANSWERS_RESHAPED,
  DNP_ANSWERS_NUMBERS
} dnp_answers;
typedef enum dnp_samples { DNP_PICK_ALL, DNP_PICK_FIRST, DNP_PICK_LAST } dnp_samples;
typedef enum dnp_outputs {
  DNP_OUTPUTS_RIGHT,
  DNP_OUTPUTS_LINEAR,
  DNP_OUTPUTS_SOFTMAX,
  DNP_OUTPUTS_DOUBLE,
  DNP_OUTPUTS_BATCH,
  DNP_OUTPUTS_COLUMNS,
  DNP_OUTPUTS_SIGMOID
} dnp_outputs;
typedef enum dnp_delta {
  DNP_DELTA_RIGHT,
  DNP_DELTA_EPSILON,
  DNP_DELTA_LOSS_ALONE,
  DNP_DELTA_DIAGONAL,
  DNP_DELTA_EXTRA_SLOPE,
  DNP_DELTA_THROUGH_SOFTMAX,
  DNP_DELTA_NO_ANSWER,
  DNP_DELTA_HARD,
  DNP_DELTA_SIGN
} dnp_delta;
typedef enum dnp_slope {
  DNP_SLOPE_RIGHT,
  DNP_SLOPE_NONE,
  DNP_SLOPE_AT_A,
  DNP_SLOPE_AT_Z,
  DNP_SLOPE_Z_ALONE,
  DNP_SLOPE_REST_ALONE,
  DNP_SLOPE_TWICE,
  DNP_SLOPE_OF_SIGMOID,
  DNP_SLOPE_OF_TANH,
  DNP_SLOPE_OF_RELU,
  DNP_SLOPE_REVERSED,
  DNP_SLOPE_ON_GRADIENT,
  DNP_SLOPE_PLUS
} dnp_slope;
typedef enum dnp_transport { DNP_TRANSPORT_RIGHT, DNP_TRANSPORT_RESHAPED, DNP_TRANSPORT_UPDATED } dnp_transport;
typedef enum dnp_weights {
  DNP_WEIGHTS_RIGHT,
  DNP_WEIGHTS_FROM_A,
  DNP_WEIGHTS_RESHAPED,
  DNP_WEIGHTS_BEFORE_SLOPE
} dnp_weights;
typedef enum dnp_biases {
  DNP_BIASES_RIGHT,
  DNP_BIASES_ALL,
  DNP_BIASES_BEFORE_SLOPE,
  DNP_BIASES_FIRST,
  DNP_BIASES_ROWS
} dnp_biases;
typedef enum dnp_finish { DNP_FINISH_RIGHT, DNP_FINISH_SIGN, DNP_FINISH_HALF, DNP_FINISH_NEW_WEIGHTS } dnp_finish;

typedef struct dnp_variant {
  /* the batch */
  double input_factor;   /* 1 */
  bool inverted, turned; /* x becomes 1 - x; pictures become their transposes */
  bool other_split;
  dnp_answers answers;
  dnp_samples pick; /* whose gradients are added up */
  /* forward */
  bool no_bias;
  int activation; /* 0: the network's own; else a dnp_dense_activation plus 1 */
  bool flat;      /* no activation in the forward pass, though its slope on the backward pass */
  dnp_outputs outputs;
  /* at the loss */
  dnp_delta delta;
  double factor; /* 1: of all gradients */
  /* back */
  dnp_slope slope;
  bool passed_unsloped; /* what goes further back is not multiplied by the slope */
  dnp_transport transport;
  /* the gradients of the parameters */
  dnp_weights weights;
  dnp_biases biases;
  double weights_factor, biases_factor; /* 1 */
  size_t layer; /* of this layer, counted from 1 (0: none), the gradients are multiplied by ... */
  double layer_factor;
  size_t swapped; /* this layer's gradients and the next one's are exchanged (counted from 1; 0: none) */
  double decay;   /* times W is added */
  dnp_finish finish;
  bool light;  /* the gradient of the first W, which costs most, is left out (its numbers mean nothing) */
  double rate; /* learning rate of weights that were updated too early, or given in place of gradients */
} dnp_variant;

dnp_variant dnp_variant_right(void);

/* What the reference backward pass needs: the network with its batch, that of the other split, buffers, and the right
 * forward pass, kept. */
typedef struct dnp_reference_backward dnp_reference_backward;
/* other: the same network with rows of the other split, or with layers 0 if there are none. */
denpa_status dnp_reference_backward_open(
    dnp_reference_backward **out, const dnp_dense *dense, const dnp_dense *other, denpa_error *err);
void dnp_reference_backward_close(dnp_reference_backward *reference);

/* Gradients: one flat block, W then b, layer by layer. */
size_t dnp_reference_backward_count(const dnp_dense *dense);
size_t dnp_reference_backward_offset(const dnp_dense *dense, size_t layer, bool bias);
void dnp_reference_backward_run(dnp_reference_backward *reference, const dnp_variant *variant, double *gradients);

#endif
