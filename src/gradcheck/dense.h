/* dense.h: a plain dense network with one batch, in double, laid open layer by layer: what the fast numerical gradients
 * (check_dense.c) and the mistaken backward passes (variant.c) compute on. Also the float64 twin of any network. It
 * knows no mistakes and compares nothing. */
#ifndef DNP_GRADCHECK_DENSE_H
#define DNP_GRADCHECK_DENSE_H

#include "data/data.h"
#include "kernel/kernels.h"
#include "learn/learn.h"
#include "op/op.h"

/* activations */
typedef enum dnp_dense_activation {
  DNP_DENSE_SIGMOID,
  DNP_DENSE_TANH,
  DNP_DENSE_RELU,
  DNP_DENSE_IDENTITY,
  DNP_DENSE_ACTIVATIONS
} dnp_dense_activation;

/* Layers are counted from 0: layer l makes a[l] = z[l-1] . W[l] + b[l] and z[l] = activation(a[l]), with z[-1] = x; the
 * last a goes into the loss. */
typedef struct dnp_dense {
  /* in float64; its parameters are read, and may be changed for a moment by their owner */
  const denpa_net *net;
  const dnp_kernels *kernels;
  size_t layers;                     /* 0: the network is no plain dense one */
  size_t width[DNP_MOST_LAYERS + 1]; /* from the inputs to the outputs */
  const double *w[DNP_MOST_LAYERS], *b[DNP_MOST_LAYERS];
  size_t w_tensor[DNP_MOST_LAYERS], b_tensor[DNP_MOST_LAYERS]; /* as numbers of the network's parameters */
  dnp_dense_activation activation;                             /* of the hidden layers */
  bool entropy; /* softmax with cross-entropy; else the mean squared error */
  size_t rows;  /* N */
  double *x;    /* [N, width[0]] */
  double *t;    /* [N, outputs]: one-hot or targets */
} dnp_dense;

/* Opens a float64 network with the first `rows` rows of a split. out->layers is 0 if it is not made of dense layers
 * with one kind of activation and a loss. */
denpa_status dnp_dense_open(
    dnp_dense *out, const denpa_net *net, const denpa_data *data, int split, size_t rows, denpa_error *err);
void dnp_dense_close(dnp_dense *dense);

/* z := activation(a), element by element. */
void dnp_dense_activate(
    const dnp_kernels *kernels, dnp_dense_activation activation, size_t count, const double *a, double *z);

#endif
