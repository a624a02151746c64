/* trace.c: one pass, and the accounts of its cells. Shows nothing itself: that are why.c, explain.c and
 * explain_page.c. */
#include "explain/trace.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/math.h"
#include "base/memory.h"
#include "base/near.h"
#include "base/text.h"
#include "learn/learn.h"

/* ---- the pass ------------------------------------------------------------------------------------ */

denpa_status dnp_trace_open(dnp_trace **out, denpa_net *net, const denpa_data *data, denpa_split split, size_t first,
    size_t rows, bool training, denpa_error *err) {
  const dnp_step_options options = {.split = split, .first = first, .rows = rows, .training = training};
  size_t shape[3];
  DNP_TRY(DNP_NEW(out, 1, err)); /* all zeros: no picture */
  dnp_trace *t = *out;
  *t = (dnp_trace){.net = net, .dataset = data, .split = split, .first = first};
  denpa_status status = dnp_step_look(&t->step, net, data, &options, err);
  if (status != DENPA_OK) {
    dnp_trace_free(t);
    *out = NULL;
    return status;
  }
  t->rows = t->step->rows;
  t->loss = t->step->loss[0];
  const int axes = denpa_data_shape(data, shape);
  const bool planes = axes == 3 && (shape[0] == 1 || shape[0] == 3); /* grey, or red, green and blue */
  const size_t *size = planes ? shape + 1 : shape;
  if ((axes == 2 || planes) && size[0] > 1 && size[1] > 1) {
    t->planes = planes ? shape[0] : 1;
    t->height = size[0];
    t->width = size[1];
  }
  return DENPA_OK;
}

void dnp_trace_free(dnp_trace *trace) {
  if (trace == NULL) return;
  dnp_step_free(trace->step);
  dnp_free(trace);
}

/* ---- names --------------------------------------------------------------------------------------- */

/* The sizes of a matrix, with the rows that are there. */
static size_t extent(const dnp_tensor *t, int axis) { return axis == 0 ? t->rows : t->shape[axis]; }
static const char *shape_text(const dnp_tensor *t, char out[96]) {
  size_t shape[DNP_MAX_AXES];
  for (int i = 0; i < t->axes; i++) shape[i] = extent(t, i);
  dnp_shape_text(t->axes, shape, out);
  return out;
}

/* Ways on which the gradient comes back to it. (The output of the loss has room for one, but none arrives: softmax and
 * loss go back in one step.) */
static size_t ways_to(const dnp_trace *trace, const dnp_tensor *t) {
  size_t ways = 0;
  for (size_t i = 0; i < trace->net->exec->edges; i++)
    ways += trace->net->exec->node[trace->net->exec->edge[i].node].in[trace->net->exec->edge[i].input] == t;
  return ways;
}

static const char *matrix_name(const dnp_trace *trace, const dnp_tensor *t, bool grad, char out[DNP_MAX_NAME + 2]) {
  if (grad) return dnp_grad_name(trace->net->exec, t, out);
  memcpy(out, t->name, strlen(t->name) + 1);
  return out;
}

/* Calls `see` for every matrix there is, values first. */
static void each_matrix(const dnp_trace *trace,
    void (*see)(void *context, const char *name, const dnp_tensor *t, bool grad), void *context) {
  char name[DNP_MAX_NAME + 2];
  for (int grad = 0; grad < 2; grad++)
    for (size_t i = 0; i < trace->net->exec->tensors; i++) {
      const dnp_tensor *t = &trace->net->exec->tensor[i];
      if (grad == 0 || ways_to(trace, t) > 0) see(context, matrix_name(trace, t, grad == 1, name), t, grad == 1);
    }
}

typedef struct search {
  const char *wanted;
  dnp_cell found; /* tensor NULL: not found */
  char list[512]; /* all names */
  dnp_nearest nearest;
  char near[DNP_MAX_NAME + 2]; /* its name */
} search;

static void look_at(void *context, const char *name, const dnp_tensor *t, bool grad) {
  search *s = context;
  const size_t length = strlen(s->list);
  /* da2 is what the book calls dy */
  const bool alias = grad && s->wanted[0] == 'd' && strcmp(s->wanted + 1, t->name) == 0;
  if (s->found.tensor == NULL && (strcmp(s->wanted, name) == 0 || alias))
    s->found = (dnp_cell){.tensor = t, .gradient = grad};
  snprintf(s->list + length, sizeof s->list - length, "%s%s", length > 0 ? ", " : "", name);
  dnp_nearest_see(&s->nearest, name);
  if (s->nearest.name != name) return;
  snprintf(s->near, sizeof s->near, "%s", name); /* `name` is the next one's soon */
  s->nearest.name = s->near;
}

const char *dnp_trace_name(const dnp_trace *trace, const dnp_cell *cell, char out[DNP_CELL_NAME]) {
  char name[DNP_MAX_NAME + 2];
  size_t length = (size_t)snprintf(out, DNP_CELL_NAME, "%s", matrix_name(trace, cell->tensor, cell->gradient, name)),
         rest = dnp_tensor_count(cell->tensor);
  if (cell->mean || cell->tensor->axes == 0) return out;
  for (int i = 0; i < cell->tensor->axes; i++) {
    rest /= extent(cell->tensor, i);
    length += (size_t)snprintf(out + length, DNP_CELL_NAME - length, "%s%zu", i == 0 ? "[" : ",",
        cell->element / rest % extent(cell->tensor, i));
  }
  snprintf(out + length, DNP_CELL_NAME - length, "]");
  return out;
}

#define MOST_INDICES 8

/* Reads "[3, 7]" into at[]; false if it is not of that form. */
static bool read_indices(const char *text, size_t *at, size_t *count) {
  *count = 0;
  while (*text == ' ') text++;
  if (*text == '\0') return true;
  if (*text++ != '[') return false;
  for (;;) {
    char digits[24];
    size_t length = 0;
    while (*text == ' ') text++;
    while (isdigit((unsigned char)*text) && length + 1 < sizeof digits) digits[length++] = *text++;
    digits[length] = '\0';
    while (*text == ' ') text++;
    if (*count == MOST_INDICES || !dnp_parse_size(digits, &at[*count])) return false;
    ++*count;
    if (*text == ',') {
      text++;
      continue;
    }
    return text[0] == ']' && text[1] == '\0';
  }
}

static denpa_status find_matrix(const dnp_trace *trace, const char *text, size_t length, search *s,
    char wanted[DNP_MAX_NAME + 2], denpa_error *err) {
  snprintf(wanted, DNP_MAX_NAME + 2, "%.*s", (int)(length < DNP_MAX_NAME ? length : DNP_MAX_NAME), text);
  *s = (search){.wanted = wanted, .nearest = {.typed = wanted}};
  each_matrix(trace, look_at, s);
  if (s->found.tensor != NULL) return DENPA_OK;
  if (s->nearest.name != NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "this network has no matrix called \"{1}\"; did you mean {2}? There are: {3}", dnp_s(wanted), dnp_s(s->near),
        dnp_s(s->list));
  return dnp_fail(err, DENPA_ERROR_ARGUMENT, "this network has no matrix called \"{1}\"; there are: {2}", dnp_s(wanted),
      dnp_s(s->list));
}

denpa_status dnp_trace_find(const dnp_trace *trace, const char *text, dnp_cell *out, denpa_error *err) {
  char wanted[DNP_MAX_NAME + 2], shape[96], example[DNP_CELL_NAME];
  size_t at[MOST_INDICES], count, length = strcspn(text, "[( ");
  search s;
  DNP_TRY(find_matrix(trace, text, length, &s, wanted, err));
  const dnp_tensor *t = s.found.tensor;
  const size_t axes = (size_t)t->axes;
  shape_text(t, shape);
  dnp_trace_name(trace, &s.found, example);
  *out = s.found;
  if (!read_indices(text + length, at, &count))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "\"{1}\" names no cell: write the matrix and its indices as in {2}",
        dnp_s(text), dnp_s(example));
  if (count == 0 && t == trace->net->exec->loss && !s.found.gradient) {
    out->mean = trace->rows > 1;
    return DENPA_OK;
  }
  if (count + 1 == axes && t->batched && trace->rows == 1) {
    memmove(at + 1, at, count * sizeof *at);
    at[0] = 0;
    count++;
  }
  if (count != axes && t->batched && trace->rows == 1 && axes > 1)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "\"{1}\" has {2} {2|index|indices}, but {3} has the shape {4}: for instance {5} (the sample's 0 may be left "
        "out)",
        dnp_s(text), dnp_u(count), dnp_s(wanted), dnp_s(shape), dnp_s(example));
  if (count != axes)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "\"{1}\" has {2} {2|index|indices}, but {3} has the shape {4} and takes {5}: for instance {6}", dnp_s(text),
        dnp_u(count), dnp_s(wanted), dnp_s(shape), dnp_u(axes), dnp_s(example));
  for (size_t i = 0; i < axes; i++) {
    if (at[i] >= extent(t, (int)i))
      return dnp_fail(err, DENPA_ERROR_ARGUMENT,
          "\"{1}\": {2} has the shape {3}, so this index goes from 0 to {4}; it cannot be {5}", dnp_s(text),
          dnp_s(wanted), dnp_s(shape), dnp_u(extent(t, (int)i) - 1), dnp_u(at[i]));
    out->element = out->element * extent(t, (int)i) + at[i];
  }
  return DENPA_OK;
}

double dnp_trace_value(const dnp_trace *trace, const dnp_cell *cell) {
  if (cell->mean) return trace->loss;
  return dnp_term_value(&(dnp_term){.tensor = cell->tensor, .gradient = cell->gradient, .index = cell->element});
}

bool dnp_trace_gradient(const dnp_trace *trace, const dnp_cell *cell, dnp_cell *out) {
  *out = *cell;
  out->gradient = true;
  return !cell->gradient && ways_to(trace, cell->tensor) > 0;
}

const dnp_seen *dnp_trace_seen(const dnp_trace *trace, const dnp_cell *cell) {
  for (size_t i = 0; i < trace->step->count; i++) {
    const dnp_seen *s = &trace->step->seen[i];
    if (&trace->net->exec->tensor[s->tensor] == cell->tensor && (s->as == DNP_SEEN_BACKWARD) == cell->gradient)
      return s;
  }
  return NULL;
}

bool dnp_trace_pixel(const dnp_trace *trace, const dnp_cell *cell, dnp_pixel *out) {
  if (cell->gradient || cell->tensor != trace->net->exec->input || trace->width == 0) return false;
  const size_t plane = trace->height * trace->width, pixel = cell->element % plane;
  *out = (dnp_pixel){
      .plane = cell->element / plane % trace->planes, .row = pixel / trace->width, .column = pixel % trace->width};
  return true;
}

bool dnp_trace_numbers(const dnp_trace *trace) { return trace->dataset->classes == 0; }

const char *dnp_trace_output_name(const dnp_trace *trace, size_t output, char out[DNP_CLASS_NAME]) {
  const dnp_table *table = trace->dataset->table;
  if (!dnp_trace_numbers(trace))
    return dnp_class_name(trace->net, trace->dataset, dnp_trace_class_of(trace, output), out);
  if (table != NULL)
    dnp_text_copy(out, DNP_CLASS_NAME, dnp_table_target(table)->name);
  else
    snprintf(out, DNP_CLASS_NAME, "%zu", output);
  return out;
}

double dnp_trace_unscaled(const dnp_trace *trace, double y) {
  return trace->dataset->table != NULL ? dnp_table_number(trace->dataset->table, y) : y;
}

bool dnp_trace_number_told(const dnp_trace *trace, char name[DNP_CLASS_NAME], dnp_remark *out) {
  const dnp_exec *exec = trace->net->exec;
  const dnp_table *table = trace->dataset->table;
  if (!dnp_trace_numbers(trace) || table == NULL || trace->rows > 1) return false;
  dnp_trace_output_name(trace, 0, name);
  *out = (dnp_remark){DNP_N("The network answers {2:.6g} for \"{1}\"; the table says {3:.6g}. Inside, both are scaled: "
                            "({1} - {4:.6g}) / {5:.6g}.\n"),
      {dnp_s(name), dnp_d(dnp_trace_unscaled(trace, dnp_tensor_element(exec->output, DNP_DATA, 0))),
          dnp_d(dnp_trace_unscaled(trace, dnp_tensor_element(exec->answer, DNP_DATA, 0))),
          dnp_d(dnp_table_target(table)->mean), dnp_d(dnp_table_target(table)->deviation), DNP_END}};
  return true;
}

size_t dnp_trace_class_of(const dnp_trace *trace, size_t output) {
  if (dnp_trace_numbers(trace)) return output;
  return output + (dnp_tensor_row(trace->net->exec->output) == 1 && dnp_exec_kinds(trace->net->exec) == 2);
}

size_t dnp_trace_answer(const dnp_trace *trace) {
  const dnp_tensor *y = trace->net->exec->output;
  const size_t outputs = dnp_tensor_row(y);
  size_t best = 0;
  if (outputs == 1 && !dnp_trace_numbers(trace) && dnp_exec_kinds(trace->net->exec) == 2)
    return dnp_tensor_element(y, DNP_DATA, 0) > 0.5;
  for (size_t k = 1; k < outputs; k++)
    if (dnp_tensor_element(y, DNP_DATA, k) > dnp_tensor_element(y, DNP_DATA, best)) best = k;
  return best;
}

/* ---- accounts ------------------------------------------------------------------------------------ */

void dnp_account_free(dnp_account *account) {
  dnp_free(account->terms);
  dnp_free(account->mapped);
  dnp_free(account->order);
  *account = (dnp_account){0};
}

/* Which call made the number, and as what; false if it was given. */
bool dnp_trace_made_by(const dnp_trace *trace, const dnp_cell *cell, dnp_account *a) {
  const denpa_net *net = trace->net;
  for (size_t i = 0; i < net->exec->edges && cell->gradient; i++) {
    const dnp_edge *e = &net->exec->edge[i];
    a->node = &net->exec->node[e->node];
    a->which = e->input;
    if (a->node->in[e->input] == cell->tensor) return true;
  }
  for (size_t i = 0; i < net->exec->nodes && !cell->gradient; i++) {
    a->node = &net->exec->node[i];
    a->which = cell->tensor == a->node->loss ? DNP_OF_LOSS : DNP_OF_OUT;
    if (cell->tensor == a->node->out || cell->tensor == a->node->loss) return true;
    for (int k = 0; k < DNP_MAX_STATE && a->node->state[k] != NULL; k++) {
      a->which = DNP_OF_STATE - k;
      if (cell->tensor == a->node->state[k] && a->node->op->explanation_state[k] != NULL) return true;
    }
  }
  a->node = NULL;
  return false;
}

size_t dnp_trace_terms(const dnp_trace *trace, const dnp_cell *cell, dnp_account *a, dnp_term *terms, size_t room) {
  if (a->node != NULL) {
    const dnp_slice slice = {.end = cell->tensor->rows,
        .row_end = a->node->out->rows,
        .from_zero = true,
        .answers = true,
        .batch_rows = trace->rows,
        .training = trace->net->exec->trained};
    return a->node->op->terms(a->node, a->which, cell->element, &slice, &a->recipe, terms, room);
  }
  for (size_t i = 0; i < room && i < trace->rows; i++)
    terms[i] = (dnp_term){.tensor = cell->tensor, .index = i, .factor = 1};
  return trace->rows;
}

static double mean(denpa_dtype dtype, double sum, const double *arg) {
  (void)dtype;
  return sum / arg[0];
}

/* Heap sort by size of product, largest first; of equals, the earlier one first. */
static bool goes_before(const double *product, size_t a, size_t b) {
  const double x = fabs(product[a]), y = fabs(product[b]);
  return x > y || (!(x < y) && a < b);
}

static void sift(const double *product, size_t *order, size_t root, size_t count) {
  for (size_t child; (child = 2 * root + 1) < count; root = child) {
    if (child + 1 < count && goes_before(product, order[child], order[child + 1])) child++;
    if (!goes_before(product, order[root], order[child])) return;
    const size_t kept = order[root];
    order[root] = order[child];
    order[child] = kept;
  }
}

static void order_terms(const double *product, size_t *order, size_t count) {
  for (size_t i = 0; i < count; i++) order[i] = i;
  for (size_t i = count / 2; i-- > 0;) sift(product, order, i, count);
  for (size_t end = count; end-- > 1;) {
    const size_t last = order[0];
    order[0] = order[end];
    order[end] = last;
    sift(product, order, 0, end);
  }
}

static denpa_status fill_account(const dnp_trace *trace, const dnp_cell *cell, dnp_account *a, denpa_error *err) {
  char name[DNP_CELL_NAME];
  a->count = dnp_trace_terms(trace, cell, a, NULL, 0);
  DNP_TRY(DNP_NEW(&a->terms, a->count, err));
  DNP_TRY(DNP_NEW(&a->mapped, 2 * a->count, err));
  DNP_TRY(DNP_NEW(&a->order, a->count, err));
  a->product = a->mapped + a->count;
  dnp_trace_terms(trace, cell, a, a->terms, a->count);
  dnp_recipe plain = a->recipe;
  plain.finish = NULL;
  a->sum = dnp_fold(&plain, a->terms, a->count);
  a->value = dnp_fold(&a->recipe, a->terms, a->count);
  for (size_t i = 0; i < a->count; i++) {
    const double given = dnp_term_given(a->recipe.dtype, &a->terms[i]);
    a->mapped[i] = a->recipe.map != NULL ? a->recipe.map(a->recipe.dtype, given, a->recipe.arg) : given;
    a->product[i] = a->mapped[i] * a->terms[i].factor;
  }
  order_terms(a->product, a->order, a->count);
  const double there = dnp_trace_value(trace, cell);
  if (dnp_bits(there) == dnp_bits(a->value)) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_NUMERIC,
      "the terms of {1} add up to {2:.17g}, but the network has {3:.17g}; this is a mistake of denpa's, please report "
      "it",
      dnp_s(dnp_trace_name(trace, cell, name)), dnp_d(a->value), dnp_d(there));
}

bool dnp_trace_computed(const dnp_trace *trace, const dnp_cell *cell) {
  dnp_account a;
  return cell->mean || dnp_trace_made_by(trace, cell, &a);
}

denpa_status dnp_trace_account(const dnp_trace *trace, const dnp_cell *cell, dnp_account *out, denpa_error *err) {
  *out = (dnp_account){0};
  if (cell->mean)
    out->recipe = (dnp_recipe){.fold = DNP_FOLD_LANES,
        .dtype = DENPA_DTYPE_FLOAT64,
        .finish = mean,
        .finish_form = "{1} / {2}",
        .arg = {(double)trace->rows}};
  else if (!dnp_trace_made_by(trace, cell, out))
    return DENPA_OK;
  if (cell->gradient && ways_to(trace, cell->tensor) > 1)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "'{1}' is used by several operations, and its gradient is the sum of what comes back from each; such sums "
        "cannot be shown yet",
        dnp_s(cell->tensor->name));
  denpa_status status = fill_account(trace, cell, out, err);
  if (status != DENPA_OK) dnp_account_free(out);
  return status;
}

bool dnp_term_by(const dnp_term *term, dnp_cell *out) {
  if (term->by != NULL) *out = (dnp_cell){.tensor = term->by, .element = term->by_index};
  return term->by != NULL;
}

bool dnp_term_cell(const dnp_term *term, dnp_cell *out) {
  if (term->tensor == NULL) return dnp_term_by(term, out);
  *out = (dnp_cell){.tensor = term->tensor, .gradient = term->gradient, .element = term->index};
  return true;
}

/* ---- where a number goes ------------------------------------------------------------------------- */

static bool is_cell(const dnp_cell *a, const dnp_cell *b) {
  return a->tensor == b->tensor && a->gradient == b->gradient && a->element == b->element;
}

static bool takes_part(const dnp_account *a, const dnp_cell *cell, size_t *term) {
  dnp_cell slice;
  for (*term = 0; *term < a->count; ++*term)
    if ((dnp_term_cell(&a->terms[*term], &slice) && is_cell(&slice, cell)) ||
        (dnp_term_by(&a->terms[*term], &slice) && is_cell(&slice, cell)))
      return true;
  return false;
}

/* In the call's output, the row of the batch that the cell belongs to (the first, if it belongs to none). */
static denpa_status use_in_node(const dnp_trace *trace, const dnp_node *node, const dnp_cell *cell, bool *found,
    dnp_cell *use, size_t *term, denpa_error *err) {
  const size_t row = cell->tensor->batched ? cell->element / dnp_tensor_row(cell->tensor) : 0,
               width = dnp_tensor_row(node->out);
  for (size_t k = 0; k < width && !*found; k++) {
    dnp_account a;
    *use = (dnp_cell){.tensor = node->out, .element = node->out->batched ? row * width + k : k};
    DNP_TRY(dnp_trace_account(trace, use, &a, err));
    *found = takes_part(&a, cell, term);
    dnp_account_free(&a);
  }
  return DENPA_OK;
}

denpa_status dnp_trace_use(
    const dnp_trace *trace, const dnp_cell *cell, bool *found, dnp_cell *use, size_t *term, denpa_error *err) {
  *found = false;
  for (size_t c = 0; c < trace->net->exec->nodes && !cell->gradient && !*found; c++)
    for (int k = 0; k < trace->net->exec->node[c].inputs && !*found; k++)
      if (trace->net->exec->node[c].in[k] == cell->tensor)
        DNP_TRY(use_in_node(trace, &trace->net->exec->node[c], cell, found, use, term, err));
  return DENPA_OK;
}

/* ---- the update ---------------------------------------------------------------------------------- */

static const dnp_parameter *parameter_of(const dnp_trace *trace, const dnp_tensor *t) {
  for (size_t i = 0; i < trace->net->exec->parameters; i++)
    if (trace->net->exec->parameter[i].tensor == t) return &trace->net->exec->parameter[i];
  return NULL;
}

denpa_status dnp_trace_update(const dnp_trace *trace, const dnp_cell *cell, dnp_nudge *out, denpa_error *err) {
  const denpa_net *net = trace->net;
  const dnp_parameter *p = parameter_of(trace, cell->tensor);
  dnp_optimizer_settings settings;
  dnp_optimizer_state optimizer;
  DNP_TRY(dnp_optimizer_settings_recorded(net, &settings, err));
  *out = (dnp_nudge){.optimizer = settings.optimizer->name,
      .plain = settings.optimizer->plain && !(settings.set.clip > 0) && !(settings.set.weight_decay > 0),
      .lr = settings.set.lr,
      .before = dnp_trace_value(trace, cell)};
  DNP_TRY(dnp_optimizer_state_open(&optimizer, net->network, &settings, err));
  dnp_optimizer_state_next(&optimizer, out->lr);
  if (settings.set.clip > 0) dnp_optimizer_state_clip(&optimizer, net->exec);
  double gradient = dnp_exec_gradient(net->exec, p->offset + cell->element);
  if (net->network->dtype == DENPA_DTYPE_FLOAT32) {
    float value = (float)out->before, slope = (float)gradient;
    dnp_optimizer_state_update (&optimizer)(
        &optimizer, net->exec->kernels, p->offset + cell->element, 1, &slope, &value);
    out->after = (double)value;
  } else {
    out->after = out->before;
    dnp_optimizer_state_update (&optimizer)(
        &optimizer, net->exec->kernels, p->offset + cell->element, 1, &gradient, &out->after);
  }
  dnp_optimizer_state_close(&optimizer);
  return DENPA_OK;
}
