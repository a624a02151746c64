/* init.c: initial weights, from any source of random numbers: denpa's own stands here, NumPy's walk is src/learn's,
 * since it goes on into the batches. Which rule a parameter has was settled when the graph was built (graph.c).
 * Everything is computed in double and then rounded to the dtype. */
#include <math.h>

#include "base/random.h"
#include "net/network.h"

static void put(const dnp_parameter *p, size_t i, double value) { dnp_tensor_set(p->tensor, i, value); }

/* ---- orthogonal --------------------------------------------------------------------------------- */

/* Element i of vector v of the tensor seen as a matrix of axis 0 by all others: its rows, if there are fewer of them
 * than columns, else its columns. */
typedef struct vectors {
  size_t count, length, step_vector, step_element;
  double *value; /* [count, length] */
} vectors;

/* Products and their sum, each rounded: across lanes. */
static double dot(const double *a, const double *b, size_t count) {
  double lane[DNP_LANES] = {0};
  size_t i = 0;
  for (; i + DNP_LANES <= count; i += DNP_LANES)
    for (size_t j = 0; j < DNP_LANES; j++) lane[j] = lane[j] + a[i + j] * b[i + j];
  for (size_t j = 0; i + j < count; j++) lane[j] = lane[j] + a[i + j] * b[i + j];
  return dnp_lanes_total(lane);
}

/* Takes from `vector` what it has in common with the `count` orthonormal ones before it. */
static void take_away(const vectors *v, size_t count, double *vector) {
  for (size_t u = 0; u < count; u++) {
    const double *other = v->value + u * v->length, part = dot(other, vector, v->length);
    for (size_t i = 0; i < v->length; i++) vector[i] = vector[i] - part * other[i];
  }
}

/* Gram and Schmidt's way, each vector twice: once is not exact enough for vectors that are nearly dependent (W. Kahan:
 * "twice is enough"). */
static void make_orthonormal(const vectors *v) {
  for (size_t k = 0; k < v->count; k++) {
    double *vector = v->value + k * v->length;
    take_away(v, k, vector);
    take_away(v, k, vector);
    const double length = sqrt(dot(vector, vector, v->length));
    for (size_t i = 0; i < v->length && length > 0; i++) vector[i] = vector[i] / length;
  }
}

static denpa_status orthogonal(const dnp_parameter *p, size_t number, dnp_draw *draw, void *context, denpa_error *err) {
  const size_t rows = p->tensor->axes > 0 ? p->tensor->shape[0] : 1, columns = p->count / rows;
  const bool by_rows = rows < columns;
  vectors v = {.count = by_rows ? rows : columns,
      .length = by_rows ? columns : rows,
      .step_vector = by_rows ? columns : 1,
      .step_element = by_rows ? 1 : columns};
  double *drawn;
  DNP_TRY(DNP_NEW(&drawn, 2 * p->count, err));
  v.value = drawn + p->count;
  for (size_t i = 0; i < p->count; i++) drawn[i] = draw(context, number, i, false);
  for (size_t k = 0; k < v.count; k++)
    for (size_t i = 0; i < v.length; i++) v.value[k * v.length + i] = drawn[k * v.step_vector + i * v.step_element];
  make_orthonormal(&v);
  for (size_t k = 0; k < v.count; k++)
    for (size_t i = 0; i < v.length; i++) put(p, k * v.step_vector + i * v.step_element, v.value[k * v.length + i]);
  dnp_free(drawn);
  return DENPA_OK;
}

/* ---- all ---------------------------------------------------------------------------------------- */

static void independent(const dnp_parameter *p, size_t number, dnp_draw *draw, void *context) {
  const bool uniform = p->init == DNP_INIT_UNIFORM, fixed = p->init == DNP_INIT_ZERO || p->init == DNP_INIT_ONE;
  for (size_t i = 0; i < p->count; i++) {
    const double drawn = fixed ? 0 : draw(context, number, i, uniform);
    put(p, i, fixed ? (double)(p->init == DNP_INIT_ONE) : p->deviation * (uniform ? 2 * drawn - 1 : drawn));
  }
}

denpa_status dnp_network_init(dnp_network *network, dnp_draw *draw, void *context, denpa_error *err) {
  for (size_t k = 0; k < network->parameters; k++) {
    const dnp_parameter *p = &network->parameter[k];
    if (p->init == DNP_INIT_ORTHOGONAL)
      DNP_TRY(orthogonal(p, k, draw, context, err));
    else
      independent(p, k, draw, context);
  }
  return DENPA_OK;
}

static double draw_denpa(void *context, size_t number, size_t i, bool uniform) {
  const uint64_t seed = *(const uint64_t *)context;
  return (uniform ? dnp_draw_uniform : dnp_draw_normal)(seed, DNP_STREAM(DNP_FOR_WEIGHTS, number), i);
}

denpa_status dnp_network_init_denpa(dnp_network *network, uint64_t seed) {
  return dnp_network_init(network, draw_denpa, &seed, NULL);
}
