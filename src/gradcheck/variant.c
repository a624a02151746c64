/* variant.c: goes forward and back through a dense network as a variant says, mistakes included. Products are the
 * kernels', so that a hundred variants take a moment; everything else is written out here. Called by diagnose.c. */
#include "gradcheck/variant.h"

#include <math.h>
#include <string.h>

#include "base/math.h"

#define EPSILON 1e-7 /* the book's, in the logarithm */

struct dnp_reference_backward {
  const dnp_dense *d, *other;
  double *a[DNP_MOST_LAYERS], *z[DNP_MOST_LAYERS];         /* the right forward pass */
  double *a_own[DNP_MOST_LAYERS], *z_own[DNP_MOST_LAYERS]; /* that of a variant whose forward pass is another */
  double *x, *t, *y;
  double *delta, *before, *spare; /* [N, widest]: the gradient at a; at z, before the slope; what goes on */
  double *weights;                /* the largest W, changed or turned */
};

dnp_variant dnp_variant_right(void) {
  return (dnp_variant){.input_factor = 1, .factor = 1, .weights_factor = 1, .biases_factor = 1, .layer_factor = 1};
}

/* ---- memory ------------------------------------------------------------------------------------ */

size_t dnp_reference_backward_offset(const dnp_dense *d, size_t layer, bool bias) {
  size_t offset = 0;
  for (size_t l = 0; l < layer; l++) offset += (d->width[l] + 1) * d->width[l + 1];
  return bias ? offset + d->width[layer] * d->width[layer + 1] : offset;
}

size_t dnp_reference_backward_count(const dnp_dense *d) { return dnp_reference_backward_offset(d, d->layers, false); }

static denpa_status take_memory(dnp_reference_backward *k, denpa_error *err) {
  const dnp_dense *d = k->d;
  size_t widest = 0, largest = 0;
  for (size_t l = 0; l < d->layers; l++) {
    const size_t count = d->rows * d->width[l + 1], weights = d->width[l] * d->width[l + 1];
    widest = d->width[l + 1] > widest ? d->width[l + 1] : widest;
    largest = weights > largest ? weights : largest;
    DNP_TRY(DNP_NEW(&k->a[l], count, err));
    DNP_TRY(DNP_NEW(&k->z[l], count, err));
    DNP_TRY(DNP_NEW(&k->a_own[l], count, err));
    DNP_TRY(DNP_NEW(&k->z_own[l], count, err));
  }
  DNP_TRY(DNP_NEW(&k->x, d->rows * d->width[0], err));
  DNP_TRY(DNP_NEW(&k->t, d->rows * d->width[d->layers], err));
  DNP_TRY(DNP_NEW(&k->y, d->rows * d->width[d->layers], err));
  DNP_TRY(DNP_NEW(&k->delta, d->rows * widest, err));
  DNP_TRY(DNP_NEW(&k->before, d->rows * widest, err));
  DNP_TRY(DNP_NEW(&k->spare, d->rows * widest, err));
  return DNP_NEW(&k->weights, largest, err);
}

void dnp_reference_backward_close(dnp_reference_backward *k) {
  if (k == NULL) return;
  for (size_t l = 0; l < DNP_MOST_LAYERS; l++) {
    dnp_free(k->a[l]);
    dnp_free(k->z[l]);
    dnp_free(k->a_own[l]);
    dnp_free(k->z_own[l]);
  }
  double *const rest[] = {k->x, k->t, k->y, k->delta, k->before, k->spare, k->weights};
  for (size_t i = 0; i < sizeof rest / sizeof *rest; i++) dnp_free(rest[i]);
  dnp_free(k);
}

/* ---- forward ----------------------------------------------------------------------------------- */

static dnp_dense_activation activation_of(const dnp_dense *d, const dnp_variant *variant) {
  return variant->activation > 0 ? (dnp_dense_activation)(variant->activation - 1) : d->activation;
}

static void run_forward(
    const dnp_dense *d, const dnp_variant *variant, const double *x, double *const *a, double *const *z) {
  for (size_t l = 0; l < d->layers; l++) {
    const bool activated = l + 1 < d->layers && !variant->flat;
    d->kernels->product(d->rows, d->width[l + 1], d->width[l], x, d->width[l], d->w[l], d->width[l + 1],
        variant->no_bias ? NULL : d->b[l], a[l], d->width[l + 1]);
    dnp_dense_activate(
        d->kernels, activated ? activation_of(d, variant) : DNP_DENSE_IDENTITY, d->rows * d->width[l + 1], a[l], z[l]);
    x = z[l];
  }
}

denpa_status dnp_reference_backward_open(
    dnp_reference_backward **out, const dnp_dense *dense, const dnp_dense *other, denpa_error *err) {
  DNP_TRY(DNP_NEW(out, 1, err));
  (*out)->d = dense;
  (*out)->other = other;
  denpa_status status = take_memory(*out, err);
  if (status == DENPA_OK) {
    const dnp_variant right = dnp_variant_right();
    run_forward(dense, &right, dense->x, (*out)->a, (*out)->z);
    return DENPA_OK;
  }
  dnp_reference_backward_close(*out);
  *out = NULL;
  return status;
}

static size_t side_of(size_t pixels) {
  size_t side = (size_t)sqrt((double)pixels);
  return side * side == pixels ? side : 0;
}

/* x as the variant has it. */
static const double *inputs_of(dnp_reference_backward *k, const dnp_variant *variant) {
  const dnp_dense *d = k->d;
  const double *from = variant->other_split ? k->other->x : d->x;
  const size_t inputs = d->width[0], count = d->rows * inputs, side = side_of(inputs);
  if (!variant->other_split && !variant->inverted && !variant->turned && variant->input_factor == 1) return d->x;
  for (size_t i = 0; i < count; i++) {
    const size_t n = i / inputs, at = i % inputs;
    const double value = from[variant->turned && side > 0 ? n * inputs + at % side * side + at / side : i] *
                         variant->input_factor;
    k->x[i] = variant->inverted ? 1 - value : value;
  }
  return k->x;
}

/* ---- answers ----------------------------------------------------------------------------------- */

static size_t class_of(const double *t, size_t outputs) {
  size_t best = 0;
  for (size_t k = 1; k < outputs; k++)
    if (t[k] > t[best]) best = k;
  return best;
}

static const double *answers_of(dnp_reference_backward *k, const dnp_variant *variant) {
  const dnp_dense *d = k->d;
  const size_t rows = d->rows, outputs = d->width[d->layers];
  const double *from = variant->other_split ? k->other->t : d->t;
  if (variant->answers == DNP_ANSWERS_RIGHT) return from;
  memset(k->t, 0, rows * outputs * sizeof *k->t);
  for (size_t n = 0; n < rows; n++) {
    const size_t class = class_of(from + n * outputs, outputs);
    const size_t row = variant->answers == DNP_ANSWERS_NEXT_SAMPLE       ? (n + 1) % rows
                       : variant->answers == DNP_ANSWERS_PREVIOUS_SAMPLE ? (n + rows - 1) % rows
                       : variant->answers == DNP_ANSWERS_REVERSED        ? rows - 1 - n
                                                                         : n;
    if (row != n) {
      memcpy(k->t + n * outputs, from + row * outputs, outputs * sizeof *k->t);
      continue;
    }
    switch (variant->answers) {
      case DNP_ANSWERS_NEXT_CLASS: k->t[n * outputs + (class + 1) % outputs] = 1; break;
      case DNP_ANSWERS_PREVIOUS_CLASS: k->t[n * outputs + (class + outputs - 1) % outputs] = 1; break;
      case DNP_ANSWERS_RESHAPED: k->t[class * rows + n] = 1; break; /* [outputs, N] laid out, read as [N, outputs] */
      case DNP_ANSWERS_NUMBERS:
        for (size_t j = 0; j < outputs; j++) k->t[n * outputs + j] = (double)class;
        break;
      /* the middle of a reversed batch */
      default: memcpy(k->t + n * outputs, from + n * outputs, outputs * sizeof *k->t);
    }
  }
  return k->t;
}

/* ---- outputs and the gradient at the loss --------------------------------------------------------- */

/* Softmax over `groups` groups of `count` numbers: element i of group g is number g * apart + i * step. */
static void softmax(const double *a, double *y, size_t groups, size_t apart, size_t count, size_t step) {
  for (size_t g = 0; g < groups; g++) {
    const double *from = a + g * apart;
    double *to = y + g * apart, most = from[0], sum = 0;
    for (size_t i = 1; i < count; i++) most = fmax(most, from[i * step]);
    for (size_t i = 0; i < count; i++) sum += to[i * step] = dnp_exp(from[i * step] - most);
    for (size_t i = 0; i < count; i++) to[i * step] /= sum;
  }
}

static void outputs_of(const dnp_dense *d, const dnp_variant *variant, const double *a, double *y) {
  const size_t rows = d->rows, outputs = d->width[d->layers], count = rows * outputs;
  switch (variant->outputs == DNP_OUTPUTS_RIGHT ? d->entropy ? DNP_OUTPUTS_SOFTMAX : DNP_OUTPUTS_LINEAR
                                                : variant->outputs) {
    case DNP_OUTPUTS_SOFTMAX: softmax(a, y, rows, outputs, outputs, 1); break;
    case DNP_OUTPUTS_DOUBLE:
      softmax(a, y, rows, outputs, outputs, 1);
      softmax(y, y, rows, outputs, outputs, 1);
      break;
    case DNP_OUTPUTS_BATCH: softmax(a, y, 1, count, count, 1); break;
    case DNP_OUTPUTS_COLUMNS: softmax(a, y, outputs, 1, rows, outputs); break;
    case DNP_OUTPUTS_SIGMOID: d->kernels->sigmoid(count, a, y); break;
    default: memcpy(y, a, count * sizeof *y);
  }
}

/* The gradient at the outputs of one sample, but for its factor. */
static void delta_row(dnp_delta kind, size_t outputs, const double *y, const double *t, double *delta) {
  double given = 0, mixed = 0;
  for (size_t j = 0; j < outputs; j++) {
    given += t[j] * y[j];
    mixed += (y[j] - t[j]) * y[j];
  }
  const size_t best = class_of(y, outputs);
  for (size_t j = 0; j < outputs; j++) {
    const double off = y[j] - t[j], floor = fmax(y[j], 1e-300);
    switch (kind) {
      case DNP_DELTA_EPSILON: delta[j] = off * given / (given + EPSILON); break;
      case DNP_DELTA_LOSS_ALONE: delta[j] = -t[j] / floor; break;
      case DNP_DELTA_DIAGONAL: delta[j] = -t[j] * (1 - y[j]); break;
      case DNP_DELTA_EXTRA_SLOPE: delta[j] = off * y[j] * (1 - y[j]); break;
      case DNP_DELTA_THROUGH_SOFTMAX: delta[j] = y[j] * (off - mixed); break;
      case DNP_DELTA_NO_ANSWER: delta[j] = y[j]; break;
      case DNP_DELTA_HARD: delta[j] = (j == best) - t[j]; break;
      case DNP_DELTA_SIGN: delta[j] = (off > 0) - (off < 0); break;
      default: delta[j] = off;
    }
  }
}

static void start_back(dnp_reference_backward *k, const dnp_variant *variant, const double *t) {
  const dnp_dense *d = k->d;
  const size_t rows = d->rows, outputs = d->width[d->layers];
  const double factor = variant->factor * (d->entropy ? 1 / (double)rows : 2 / ((double)rows * (double)outputs));
  const size_t first = variant->pick == DNP_PICK_LAST ? rows - 1 : 0,
               last = variant->pick == DNP_PICK_FIRST ? 0 : rows - 1;
  memset(k->delta, 0, rows * outputs * sizeof *k->delta);
  for (size_t n = first; n <= last; n++) {
    double *delta = k->delta + n * outputs;
    delta_row(variant->delta, outputs, k->y + n * outputs, t + n * outputs, delta);
    for (size_t j = 0; j < outputs; j++) delta[j] *= factor;
  }
}

/* ---- back -------------------------------------------------------------------------------------- */

/* The slope as it is written with z, the activation's own value. */
static double usual_slope(dnp_dense_activation activation, double z) {
  return activation == DNP_DENSE_SIGMOID ? z * (1 - z)
         : activation == DNP_DENSE_TANH  ? 1 - z * z
         : activation == DNP_DENSE_RELU  ? z > 0
                                         : 1;
}

static double slope_of(
    const dnp_variant *variant, dnp_dense_activation activation, double a, double z, double gradient) {
  switch (variant->slope) {
    case DNP_SLOPE_NONE: return 1;
    case DNP_SLOPE_AT_A: return usual_slope(activation, a);
    case DNP_SLOPE_AT_Z:
      return usual_slope(activation, activation == DNP_DENSE_SIGMOID ? dnp_sigmoid(z)
                                     : activation == DNP_DENSE_TANH  ? dnp_tanh(z)
                                                                     : z);
    case DNP_SLOPE_Z_ALONE: return z;
    case DNP_SLOPE_REST_ALONE: return 1 - z;
    case DNP_SLOPE_TWICE: return usual_slope(activation, z) * usual_slope(activation, z);
    case DNP_SLOPE_OF_SIGMOID: return usual_slope(DNP_DENSE_SIGMOID, z);
    case DNP_SLOPE_OF_TANH: return usual_slope(DNP_DENSE_TANH, z);
    case DNP_SLOPE_OF_RELU: return z > 0;
    case DNP_SLOPE_REVERSED: return z <= 0;
    case DNP_SLOPE_ON_GRADIENT: return gradient > 0;
    case DNP_SLOPE_PLUS: return 1 + z * z;
    default: return usual_slope(activation, z);
  }
}

/* W of a layer as the gradient goes back through it: [inputs, outputs], to be used transposed. `gradients`: those of
 * this layer are there. */
static const double *weights_back(
    dnp_reference_backward *k, const dnp_variant *variant, size_t layer, const double *gradients) {
  const dnp_dense *d = k->d;
  const size_t count = d->width[layer] * d->width[layer + 1];
  if (variant->transport != DNP_TRANSPORT_UPDATED) return d->w[layer];
  const double *dw = gradients + dnp_reference_backward_offset(d, layer, false);
  for (size_t i = 0; i < count; i++) k->weights[i] = d->w[layer][i] - variant->rate * dw[i];
  return k->weights;
}

/* delta of layer `layer` becomes that of the layer before: first `before`, then, times the slope, `delta`. */
static void step_back(dnp_reference_backward *k, const dnp_variant *variant, size_t layer, const double *going,
    double *const *a, double *const *z, const double *gradients) {
  const dnp_dense *d = k->d;
  const size_t inputs = d->width[layer], outputs = d->width[layer + 1];
  const double *w = weights_back(k, variant, layer, gradients);
  if (variant->transport == DNP_TRANSPORT_RESHAPED) /* the numbers of W read as [outputs, inputs] */
    d->kernels->product(d->rows, inputs, outputs, going, outputs, w, inputs, NULL, k->spare, inputs);
  else
    d->kernels->product_nt(d->rows, inputs, outputs, going, outputs, w, outputs, k->spare, inputs);
  const dnp_dense_activation activation = activation_of(d, variant);
  for (size_t i = 0; i < d->rows * inputs; i++) {
    const double g = k->spare[i];
    k->before[i] = g;
    k->delta[i] = g * slope_of(variant, activation, a[layer - 1][i], z[layer - 1][i], g);
  }
}

/* ---- the gradients of the parameters --------------------------------------------------------------- */

static void weight_gradient(dnp_reference_backward *k, const dnp_variant *variant, size_t layer, const double *x,
    double *const *a, double *const *z, double *dw) {
  const dnp_dense *d = k->d;
  const size_t inputs = d->width[layer], outputs = d->width[layer + 1], rows = d->rows;
  const bool hidden = layer + 1 < d->layers;
  const double *in = layer == 0 ? x : variant->weights == DNP_WEIGHTS_FROM_A ? a[layer - 1] : z[layer - 1];
  const double *delta = variant->weights == DNP_WEIGHTS_BEFORE_SLOPE && hidden ? k->before : k->delta;
  if (variant->weights == DNP_WEIGHTS_RESHAPED) {
    d->kernels->product_tn(outputs, inputs, rows, delta, outputs, in, inputs, dw, inputs, true);
    return;
  }
  d->kernels->product_tn(inputs, outputs, rows, in, inputs, delta, outputs, dw, outputs, true);
}

static void bias_gradient(dnp_reference_backward *k, const dnp_variant *variant, size_t layer, double *db) {
  const dnp_dense *d = k->d;
  const size_t outputs = d->width[layer + 1], rows = d->rows;
  const double *delta = variant->biases == DNP_BIASES_BEFORE_SLOPE && layer + 1 < d->layers ? k->before : k->delta;
  double all = 0;
  d->kernels->column_sum(outputs, rows, delta, outputs, db, true);
  for (size_t j = 0; j < outputs; j++) all += db[j];
  for (size_t j = 0; j < outputs; j++) {
    if (variant->biases == DNP_BIASES_ALL) db[j] = all;
    if (variant->biases == DNP_BIASES_FIRST) db[j] = delta[j];
    if (variant->biases != DNP_BIASES_ROWS || rows != outputs) continue;
    db[j] = 0;
    for (size_t i = 0; i < outputs; i++) db[j] += delta[j * outputs + i];
  }
}

/* ---- the end ----------------------------------------------------------------------------------- */

static void finish(const dnp_dense *d, const dnp_variant *variant, size_t layer, bool bias, double *g) {
  const size_t count = bias ? d->width[layer + 1] : d->width[layer] * d->width[layer + 1];
  const double factor = (bias ? variant->biases_factor : variant->weights_factor) *
                        (variant->layer == layer + 1 ? variant->layer_factor : 1);
  const double *value = bias ? d->b[layer] : d->w[layer];
  for (size_t i = 0; i < count; i++) {
    g[i] *= factor;
    if (!bias) g[i] += variant->decay * value[i];
    if (variant->finish == DNP_FINISH_SIGN) g[i] = variant->factor * ((g[i] > 0) - (g[i] < 0));
    if (variant->finish == DNP_FINISH_HALF) g[i] = dnp_half(g[i]);
    if (variant->finish == DNP_FINISH_NEW_WEIGHTS) g[i] = value[i] - variant->rate * g[i];
  }
}

static void exchange(double *a, double *b, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const double kept = a[i];
    a[i] = b[i];
    b[i] = kept;
  }
}

static bool forward_differs(const dnp_variant *variant) {
  return variant->input_factor != 1 || variant->inverted || variant->turned || variant->other_split ||
         variant->no_bias || variant->activation > 0 || variant->flat;
}

void dnp_reference_backward_run(dnp_reference_backward *k, const dnp_variant *variant, double *gradients) {
  const dnp_dense *d = k->d;
  const bool own = forward_differs(variant);
  double *const *a = own ? k->a_own : k->a, *const *z = own ? k->z_own : k->z;
  const double *x = inputs_of(k, variant);
  if (own) run_forward(d, variant, x, a, z);
  outputs_of(d, variant, a[d->layers - 1], k->y);
  start_back(k, variant, answers_of(k, variant));
  for (size_t l = d->layers; l-- > 0;) {
    double *dw = gradients + dnp_reference_backward_offset(d, l, false),
           *db = gradients + dnp_reference_backward_offset(d, l, true);
    if (l > 0 || !variant->light) weight_gradient(k, variant, l, x, a, z, dw);
    bias_gradient(k, variant, l, db);
    if (l > 0)
      step_back(k, variant, l, variant->passed_unsloped && l + 1 < d->layers ? k->before : k->delta, a, z, gradients);
  }
  for (size_t l = 0; l < d->layers; l++) {
    finish(d, variant, l, false, gradients + dnp_reference_backward_offset(d, l, false));
    finish(d, variant, l, true, gradients + dnp_reference_backward_offset(d, l, true));
  }
  if (variant->swapped > 0)
    exchange(gradients + dnp_reference_backward_offset(d, variant->swapped - 1, false),
        gradients + dnp_reference_backward_offset(d, variant->swapped, false),
        (d->width[variant->swapped] + 1) * d->width[variant->swapped]);
}
