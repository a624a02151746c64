/* check_dense.c: numerical gradients of a plain dense network, fast. It uses the forward pass alone, nothing of the way
 * back that it is there to check.
 *
 * The method. A full central difference runs the whole network twice for each parameter: 80,000 runs for 784-50-10. But
 * a parameter W[i,j] of layer l reaches the loss through one number of each sample, a[n,j]: moving it by h moves that
 * by h z[n,i] and nothing else of the layer (z is what comes in). So
 *   1. all a and z of the unmoved network are kept;
 *   2. column j of layer l is taken at a + h z and at a - h z, for those samples alone whose z[n,i] is not 0: the
 *     others keep their loss to the bit, and most
 *      pixels of a digit are 0;
 *   3. its change goes through the activation and on to the next layer as one row of weights: a'[n,:] = a[n,:] + (z' -
 *     z) W[j,:], no product of matrices;
 *   4. what lies further behind (nothing, with one hidden layer) is computed in full, for these rows;
 *   5. the losses at both ends are subtracted sample by sample before they are added, so that less is lost to rounding
 *     than from two whole losses.
 * That is the same function of the parameter as the full forward pass, evaluated at the same two places; check.c proves
 * it on drawn entries.
 *
 * A central difference is wrong where the loss has a kink between its ends, as a ReLU makes one. Whether one lies there
 * is seen from the signs: for every sample and every unit behind the parameter, a at one end and a at the other end are
 * compared. Called by check.c. */
#include "gradcheck/check.h"

#include <math.h>
#include <string.h>

struct dnp_quick {
  const dnp_dense *d;
  double *a[DNP_MOST_LAYERS], *z[DNP_MOST_LAYERS]; /* [N, width]: unmoved */
  size_t *row;                                     /* [N]: samples that the parameter has an effect on */
  double *column;                                  /* [2 N]: a[.,j] at the upper ends, then at the lower ones */
  double *activated;                               /* [2 N]: activation(column) */
  double *now, *next;                              /* [2 N, widest] */
  double *t;                                       /* [2 N, outputs]: answers of the chosen rows */
  double *loss;                                    /* [2 N] */
};

static size_t widest(const dnp_dense *d) {
  size_t most = 0;
  for (size_t l = 1; l <= d->layers; l++) most = d->width[l] > most ? d->width[l] : most;
  return most;
}

static void run_forward(dnp_quick *q) {
  const dnp_dense *d = q->d;
  const double *in = d->x;
  for (size_t l = 0; l < d->layers; l++) {
    d->kernels->product(d->rows, d->width[l + 1], d->width[l], in, d->width[l], d->w[l], d->width[l + 1], d->b[l],
        q->a[l], d->width[l + 1]);
    dnp_dense_activate(d->kernels, l + 1 < d->layers ? d->activation : DNP_DENSE_IDENTITY, d->rows * d->width[l + 1],
        q->a[l], q->z[l]);
    in = q->z[l];
  }
}

static denpa_status take_memory(dnp_quick *q, denpa_error *err) {
  const dnp_dense *d = q->d;
  const size_t ends = 2 * d->rows, most = widest(d);
  for (size_t l = 0; l < d->layers; l++) {
    DNP_TRY(DNP_NEW(&q->a[l], d->rows * d->width[l + 1], err));
    DNP_TRY(DNP_NEW(&q->z[l], d->rows * d->width[l + 1], err));
  }
  DNP_TRY(DNP_NEW(&q->row, d->rows, err));
  DNP_TRY(DNP_NEW(&q->column, ends, err));
  DNP_TRY(DNP_NEW(&q->activated, ends, err));
  DNP_TRY(DNP_NEW(&q->now, ends * most, err));
  DNP_TRY(DNP_NEW(&q->next, ends * most, err));
  DNP_TRY(DNP_NEW(&q->t, ends * d->width[d->layers], err));
  return DNP_NEW(&q->loss, ends, err);
}

denpa_status dnp_quick_open(dnp_quick **out, const dnp_dense *dense, denpa_error *err) {
  DNP_TRY(DNP_NEW(out, 1, err));
  (*out)->d = dense;
  denpa_status status = take_memory(*out, err);
  if (status == DENPA_OK) {
    run_forward(*out);
    return DENPA_OK;
  }
  dnp_quick_close(*out);
  *out = NULL;
  return status;
}

void dnp_quick_close(dnp_quick *quick) {
  if (quick == NULL) return;
  for (size_t l = 0; l < DNP_MOST_LAYERS; l++) {
    dnp_free(quick->a[l]);
    dnp_free(quick->z[l]);
  }
  dnp_free(quick->row);
  dnp_free(quick->column);
  dnp_free(quick->activated);
  dnp_free(quick->now);
  dnp_free(quick->next);
  dnp_free(quick->t);
  dnp_free(quick->loss);
  dnp_free(quick);
}

double dnp_quick_reach(const dnp_quick *quick, size_t layer) {
  const dnp_dense *d = quick->d;
  const double *in = layer == 0 ? d->x : quick->z[layer - 1];
  double most = 0;
  for (size_t i = 0; i < d->rows * d->width[layer]; i++) most = fabs(in[i]) > most ? fabs(in[i]) : most;
  return most;
}

/* Whether `count` numbers and the `count` behind them differ in sign anywhere, as a ReLU sees it. */
static bool signs_differ(const double *ends, size_t count) {
  for (size_t i = 0; i < count; i++)
    if ((ends[i] > 0) != (ends[count + i] > 0)) return true;
  return false;
}

/* Steps 1 and 2: the column at both ends. Returns how many samples the parameter has an effect on. */
static size_t move_column(dnp_quick *q, size_t layer, bool bias, size_t i, size_t j, double step) {
  const dnp_dense *d = q->d;
  const size_t inputs = d->width[layer], width = d->width[layer + 1];
  const double *in = layer == 0 ? d->x : q->z[layer - 1];
  size_t count = 0;
  for (size_t n = 0; n < d->rows; n++)
    if (bias || in[n * inputs + i] != 0) q->row[count++] = n;
  for (size_t r = 0; r < count; r++) {
    const size_t n = q->row[r];
    const double way = bias ? step : step * in[n * inputs + i], a = q->a[layer][n * width + j];
    q->column[r] = a + way;
    q->column[count + r] = a - way;
  }
  return count;
}

/* Step 3: a of the layer behind, at both ends. */
static void spread(dnp_quick *q, size_t layer, size_t j, size_t count) {
  const dnp_dense *d = q->d;
  const size_t width = d->width[layer + 1], next = d->width[layer + 2];
  const double *w = d->w[layer + 1] + j * next;
  for (size_t r = 0; r < 2 * count; r++) {
    const size_t n = q->row[r < count ? r : r - count];
    const double change = q->activated[r] - q->z[layer][n * width + j], *a = q->a[layer + 1] + n * next;
    double *to = q->now + r * next;
    for (size_t k = 0; k < next; k++) to[k] = fma(change, w[k], a[k]);
  }
}

/* The last layer itself was moved: column j alone is another. */
static void replace_column(dnp_quick *q, size_t layer, size_t j, size_t count) {
  const size_t width = q->d->width[layer + 1];
  for (size_t r = 0; r < 2 * count; r++) {
    const size_t n = q->row[r < count ? r : r - count];
    memcpy(q->now + r * width, q->a[layer] + n * width, width * sizeof *q->now);
    q->now[r * width + j] = q->column[r];
  }
}

static void measure(dnp_quick *q, size_t count) {
  const dnp_dense *d = q->d;
  const size_t outputs = d->width[d->layers];
  for (size_t r = 0; r < 2 * count; r++)
    memcpy(q->t + r * outputs, d->t + q->row[r < count ? r : r - count] * outputs, outputs * sizeof *q->t);
  if (d->entropy)
    d->kernels->cross_entropy(2 * count, outputs, 0, q->now, q->next, NULL, q->t, q->loss);
  else
    d->kernels->squared_error(2 * count, outputs, q->now, q->t, q->loss);
}

double dnp_quick_gradient(dnp_quick *q, size_t layer, bool bias, size_t index, double step, bool *crossed) {
  const dnp_dense *d = q->d;
  const size_t j = index % d->width[layer + 1],
               count = move_column(q, layer, bias, index / d->width[layer + 1], j, step);
  const bool kinked = d->activation == DNP_DENSE_RELU;
  *crossed = false;
  if (count == 0) return 0;
  if (layer + 1 == d->layers) {
    replace_column(q, layer, j, count);
  } else {
    *crossed = kinked && signs_differ(q->column, count);
    dnp_dense_activate(d->kernels, d->activation, 2 * count, q->column, q->activated);
    spread(q, layer, j, count);
    for (size_t l = layer + 1; l + 1 < d->layers; l++) { /* step 4 */
      *crossed = *crossed || (kinked && signs_differ(q->now, count * d->width[l + 1]));
      dnp_dense_activate(d->kernels, d->activation, 2 * count * d->width[l + 1], q->now, q->now);
      d->kernels->product(2 * count, d->width[l + 2], d->width[l + 1], q->now, d->width[l + 1], d->w[l + 1],
          d->width[l + 2], d->b[l + 1], q->next, d->width[l + 2]);
      double *swap = q->now;
      q->now = q->next;
      q->next = swap;
    }
  }
  measure(q, count);
  double sum = 0;
  for (size_t r = 0; r < count; r++) sum += q->loss[r] - q->loss[count + r]; /* step 5 */
  return sum / (2 * step * (double)d->rows);
}
