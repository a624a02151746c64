/* check.c: the gradients of the way back against numerical ones, every parameter, in double. Plain dense networks go
 * the fast way (check_dense.c), and some of their entries again through the full forward pass; all other graphs go the
 * slow way, two full forward passes for each number. The slow way asks the rows of the operations where they have
 * kinks, which have to be told apart from errors. Tells nothing itself (check_text.c). */
#include "gradcheck/check.h"

#include <math.h>
#include <string.h>

#include "base/random.h"

#define BLUR 16 /* units of rounding of the loss that a difference of two losses may be off by */

void dnp_check_place(int axes, const size_t *shape, size_t index, size_t at[DNP_MAX_AXES]) {
  for (int k = axes; k-- > 0; index /= shape[k]) at[k] = index % shape[k];
}

/* ---- the full forward pass ---------------------------------------------------------------------- */

typedef struct passes {
  const dnp_check *check;
  denpa_net *net;
  dnp_rows rows;
  bool kinked;      /* there are operations with kinks */
  uint64_t pattern; /* of the sides of them that all numbers lay on in the last pass, as a hash */
} passes;

/* FNV-1a over the signs, one at a time. */
static bool watch_signs(
    void *context, const dnp_exec *exec, size_t node, bool backward, size_t first_row, size_t rows) {
  passes *p = context;
  const dnp_node *c = &exec->node[node];
  (void)first_row;
  (void)rows;
  if (backward || c->op->kink == DNP_KINK_NONE) return true;
  const dnp_tensor *a = c->in[0], *answer = c->op->kink == DNP_KINK_AT_ANSWER ? c->in[1] : NULL;
  for (size_t i = 0; i < dnp_tensor_count(a); i++) {
    const double kink = answer != NULL ? dnp_tensor_element(answer, DNP_DATA, i) : 0;
    p->pattern = (p->pattern ^ (dnp_exec_element(exec, a, DNP_DATA, i) > kink)) * 0x100000001b3u;
  }
  return true;
}

static denpa_status run(passes *p, bool backward, double *loss, denpa_error *err) {
  dnp_outcome outcome;
  p->pattern = 0xcbf29ce484222325u;
  const dnp_run once = {.rows = p->check->rows,
      .feed = dnp_rows_feed,
      .feed_context = &p->rows,
      .answers = true,
      .backward = backward,
      .observer = p->kinked ? watch_signs : NULL,
      .observer_context = p,
      .training = p->check->asked.training,
      .seed = p->check->seed,
      .step = p->check->next};
  DNP_TRY(dnp_exec_run(p->net->exec, &once, &outcome, err));
  *loss = outcome.loss;
  return DENPA_OK;
}

static denpa_status slow_gradient(
    passes *p, dnp_tensor *tensor, size_t index, double step, double *gradient, bool *crossed, denpa_error *err) {
  const double saved = dnp_tensor_element(tensor, DNP_DATA, index), high = saved + step, low = saved - step;
  double above = 0, below = 0;
  dnp_tensor_set(tensor, index, high);
  denpa_status status = run(p, false, &above, err);
  const uint64_t pattern = p->pattern;
  dnp_tensor_set(tensor, index, low);
  if (status == DENPA_OK) status = run(p, false, &below, err);
  dnp_tensor_set(tensor, index, saved);
  *crossed = p->kinked && pattern != p->pattern;
  *gradient = (above - below) / ((high - saved) + (saved - low)); /* as far as it has really gone */
  return status;
}

static passes passes_of(dnp_check *check) {
  passes p = {.check = check, .net = check->net, .rows = dnp_rows_from(check->net, check->dataset, check->asked.split)};
  for (size_t c = 0; c < check->net->exec->nodes; c++)
    p.kinked = p.kinked || check->net->exec->node[c].op->kink != DNP_KINK_NONE;
  return p;
}

/* ---- comparing ----------------------------------------------------------------------------------- */

typedef struct comparison {
  dnp_check *check;
  passes passes;
  dnp_dense dense;
  dnp_quick *quick; /* NULL: the slow way */
  size_t layer;     /* of the parameter at hand, and whether it is a bias; the fast way's */
  bool bias;
  double step;        /* for the parameter at hand */
  const double *back; /* its gradients from the way back */
  dnp_parameter parameter;
  size_t most, planned; /* entries to check, about (all if there are not more), and exactly */
} comparison;

static denpa_status numerical(
    comparison *c, size_t index, double step, double *gradient, bool *crossed, denpa_error *err) {
  if (c->quick == NULL) return slow_gradient(&c->passes, c->parameter.tensor, index, step, gradient, crossed, err);
  *gradient = dnp_quick_gradient(c->quick, c->layer, c->bias, index, step, crossed);
  return DENPA_OK;
}

/* Below this a gradient drowns in the rounding of the loss, so an error is not measured against less. */
static double drowned(const comparison *c) {
  return BLUR * 0x1p-52 * fmax(c->check->loss, 1e-3) / c->step / DNP_CHECK_TOLERANCE;
}

static double relative(const comparison *c, double typical, double a, double b) {
  return fabs(a - b) / fmax(fmax(fabs(a), fabs(b)), fmax(typical, drowned(c)));
}

/* A smaller step settles where a kink or the curvature spoilt the larger one. A gradient that is wrong agrees with
 * none. */
static denpa_status judge(comparison *c, dnp_check_tensor *t, size_t index, denpa_error *err) {
  dnp_check_entry best = {.index = index, .backward = c->back[index]}, last = best;
  bool judged = false;
  double step = c->step;
  for (int k = 0; k < DNP_CHECK_TRIES; k++) {
    bool crossed;
    if (k > 0) step /= 10;
    DNP_TRY(numerical(c, index, step, &last.numerical, &crossed, err));
    last.error = relative(c, t->typical, last.numerical, last.backward);
    if (!isfinite(last.error)) last.error = (double)INFINITY;
    if (crossed) continue;
    if (!judged || last.error < best.error) best = last;
    judged = true;
    if (best.error <= DNP_CHECK_TOLERANCE) break;
  }
  if (!judged) {
    if (t->kinks++ == 0 || last.error > t->kink.error) t->kink = last;
    return DENPA_OK;
  }
  t->wrong += best.error > DNP_CHECK_TOLERANCE;
  if (best.error >= t->worst.error) t->worst = best;
  return DENPA_OK;
}

static void find_layer(comparison *c, size_t number) {
  for (size_t l = 0; l < c->dense.layers; l++)
    if (c->dense.w_tensor[l] == number || c->dense.b_tensor[l] == number) {
      c->layer = l;
      c->bias = c->dense.b_tensor[l] == number;
    }
}

/* Makes the parameter the one at hand. */
static void take_up(comparison *c, size_t number, const double *back) {
  c->parameter = c->check->net->exec->parameter[number];
  c->back = back + c->parameter.offset;
  c->step = DNP_CHECK_STEP;
  if (c->quick == NULL) return;
  find_layer(c, number);
  if (!c->bias) c->step /= fmax(1, dnp_quick_reach(c->quick, c->layer));
}

/* How many entries of a tensor are checked. */
static size_t share_of(const comparison *c, size_t count) {
  const size_t all = c->check->of;
  if (c->check->asked.all || all <= c->most) return count;
  const size_t share = (size_t)floor((double)count / (double)all * (double)c->most) + 1,
               least = share > DNP_CHECK_LEAST ? share : DNP_CHECK_LEAST;
  return least < count ? least : count;
}

static denpa_status tell(const comparison *c, size_t checked, denpa_error *err) {
  const dnp_check_asked *asked = &c->check->asked;
  if (asked->told == NULL || asked->told(asked->context, checked, c->planned)) return DENPA_OK;
  return dnp_fail(
      err, DENPA_ERROR_CANCELLED, "stopped after {1} of {2} {2|gradient|gradients}", dnp_u(checked), dnp_u(c->planned));
}

/* The tensor is cut into as many stretches as entries are checked, and each gives one, drawn by the seed: so every part
 * of it has its share. */
static size_t drawn_entry(const comparison *c, const dnp_check_tensor *t, size_t number, size_t i) {
  const size_t first = i * t->count / t->checked, end = (i + 1) * t->count / t->checked;
  if (t->checked == t->count) return i;
  return first + (size_t)dnp_draw_below(c->check->seed, DNP_STREAM(DNP_FOR_CHECK, number), i, (uint64_t)(end - first));
}

static denpa_status check_tensor(comparison *c, size_t number, denpa_error *err) {
  dnp_check_tensor *t = &c->check->tensor[number];
  const dnp_parameter *p = &c->parameter;
  *t = (dnp_check_tensor){
      .name = p->tensor->name, .axes = p->tensor->axes, .count = p->count, .checked = share_of(c, p->count)};
  memcpy(t->shape, p->tensor->shape, sizeof t->shape);
  double square = 0;
  for (size_t i = 0; i < p->count; i++) square += c->back[i] * c->back[i];
  t->typical = isfinite(square) ? sqrt(square / (double)p->count) : 0;
  for (size_t i = 0; i < t->checked; i++) {
    DNP_TRY(tell(c, c->check->entries + i, err));
    DNP_TRY(judge(c, t, drawn_entry(c, t, number, i), err));
  }
  c->check->entries += t->checked;
  c->check->wrong += t->wrong;
  c->check->kinks += t->kinks;
  return DENPA_OK;
}

/* Drawn entries by the fast way and by the full forward pass: the two compute one function, kinks or not. */
static denpa_status prove(comparison *c, const double *back, denpa_error *err) {
  const denpa_net *net = c->check->net;
  c->passes.kinked = false;
  for (size_t i = 0; i < DNP_CHECK_AGAIN; i++) {
    const size_t drawn = (size_t)dnp_draw_below(1, DNP_STREAM(DNP_FOR_TEST, 4), i, net->network->parameter_count);
    size_t number = 0, index = drawn;
    while (index >= net->exec->parameter[number].count) index -= net->exec->parameter[number++].count;
    take_up(c, number, back);
    double fast, full;
    bool crossed;
    DNP_TRY(numerical(c, index, c->step, &fast, &crossed, err));
    DNP_TRY(slow_gradient(&c->passes, c->parameter.tensor, index, c->step, &full, &crossed, err));
    const double apart = relative(c, c->check->tensor[number].typical, fast, full);
    c->check->again++;
    if (!(apart <= c->check->apart)) c->check->apart = isfinite(apart) ? apart : (double)INFINITY;
  }
  return DENPA_OK;
}

static denpa_status compare_all(comparison *c, const double *back, denpa_error *err) {
  dnp_check *check = c->check;
  check->entries = check->wrong = check->kinks = check->again = 0;
  check->apart = 0;
  check->of = check->net->network->parameter_count;
  for (size_t i = 0; i < check->tensors; i++) c->planned += share_of(c, check->net->exec->parameter[i].count);
  for (size_t i = 0; i < check->tensors; i++) {
    take_up(c, i, back);
    DNP_TRY(check_tensor(c, i, err));
  }
  return c->quick != NULL ? prove(c, back, err) : DENPA_OK;
}

denpa_status dnp_check_against(dnp_check *check, const double *back, denpa_error *err) {
  comparison c = {.check = check, .passes = passes_of(check)};
  DNP_TRY(dnp_dense_open(&c.dense, check->net, check->dataset, check->asked.split, check->rows, err));
  denpa_status status = DENPA_OK;
  if (c.dense.layers > 0) status = dnp_quick_open(&c.quick, &c.dense, err);
  check->fast = c.quick != NULL;
  c.most = !check->fast ? DNP_CHECK_MOST : c.dense.layers > 2 ? DNP_CHECK_MOST_FAST : DNP_CHECK_MOST_SHALLOW;
  if (status == DENPA_OK) status = compare_all(&c, back, err);
  dnp_quick_close(c.quick);
  dnp_dense_close(&c.dense);
  return status;
}

/* ---- the whole ----------------------------------------------------------------------------------- */

static denpa_status make(dnp_check *check, const denpa_net *net, denpa_error *err) {
  double *back;
  DNP_TRY(dnp_net_twin(&check->net, net, DENPA_DTYPE_FLOAT64, check->rows, err));
  check->tensors = check->net->exec->parameters;
  DNP_TRY(DNP_NEW(&check->tensor, check->tensors, err));
  passes p = passes_of(check);
  p.kinked = false;
  DNP_TRY(run(&p, true, &check->loss, err));
  DNP_TRY(DNP_NEW(&back, check->net->network->block, err));
  dnp_exec_read_gradients(check->net->exec, back);
  denpa_status status = dnp_check_against(check, back, err);
  dnp_free(back);
  return status;
}

denpa_status dnp_check_make(
    dnp_check **out, const denpa_net *net, const denpa_data *data, const dnp_check_asked *asked, denpa_error *err) {
  const size_t most = data->split[asked->split].rows, rows = asked->rows;
  *out = NULL;
  DNP_TRY(dnp_rows_check(net, data, true, err));
  if (most == 0) return dnp_fail(err, DENPA_ERROR_NOT_FOUND, "{1} has no rows to measure on", dnp_s(data->name));
  DNP_TRY(DNP_NEW(out, 1, err));
  **out = (dnp_check){.dataset = data,
      .asked = *asked,
      .rows = rows > 0 && rows < most ? rows : most,
      .seed = dnp_net_order_seed(net),
      .next = net->state.steps + 1,
      .step = DNP_CHECK_STEP};
  denpa_status status = make(*out, net, err);
  if (status == DENPA_OK) return DENPA_OK;
  dnp_check_free(*out);
  *out = NULL;
  return status;
}

void dnp_check_free(dnp_check *check) {
  if (check == NULL) return;
  denpa_net_free(check->net);
  dnp_free(check->tensor);
  dnp_free(check);
}

bool dnp_check_good(const dnp_check *check) { return check->wrong == 0 && check->apart <= DNP_CHECK_TOLERANCE; }
