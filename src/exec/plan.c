/* plan.c: from a graph to a network that is ready to run: shapes with the capacity filled in, the ways back, every
 * buffer placed in one arena. */
#include <stdint.h>
#include <string.h>

#include "base/cpu.h"
#include "base/text.h"
#include "net/net.h"

#define ALIGN_NUMBERS 16 /* parameter tensors start at multiples of this in their block */

/* ---- copies ------------------------------------------------------------------------------------ */

static denpa_status copy_text(char **to, const char *from, denpa_error *err) {
  if (from == NULL) return DENPA_OK;
  return (*to = dnp_strdup(from, err)) != NULL ? DENPA_OK : DENPA_MEMORY;
}

static denpa_status copy_graph(denpa_graph **out, const denpa_graph *graph, denpa_error *err) {
  DNP_TRY(DNP_NEW(out, 1, err));
  denpa_graph *copy = *out; /* freed with the network that holds it, whole or not */
  DNP_TRY(DNP_NEW(&copy->tensor, graph->tensors, err));
  DNP_TRY(DNP_NEW(&copy->node, graph->nodes, err));
  if (graph->tensors > 0) memcpy(copy->tensor, graph->tensor, graph->tensors * sizeof *graph->tensor);
  if (graph->nodes > 0) memcpy(copy->node, graph->node, graph->nodes * sizeof *graph->node);
  copy->tensors = copy->tensor_room = graph->tensors;
  copy->nodes = copy->node_room = graph->nodes;
  DNP_TRY(copy_text(&copy->text, graph->text, err));
  DNP_TRY(copy_text(&copy->activation, graph->activation, err));
  DNP_TRY(copy_text(&copy->init, graph->init, err));
  return copy_text(&copy->loss, graph->loss, err);
}

/* ---- choices ----------------------------------------------------------------------------------- */

/* Pictures take much memory, and go through in tiles anyway. */
static size_t choose_grouped_capacity(const dnp_plan_options *o, bool whole) {
  size_t rows = whole || o->capacity > 0 ? (whole ? o->batch : o->capacity)
                : o->batch < 64          ? 64
                : o->batch > 256         ? 256
                                         : o->batch;
  if (rows == 0) rows = 1;
  return rows > SIZE_MAX - DNP_LANES ? rows : (rows + DNP_LANES - 1) / DNP_LANES * DNP_LANES;
}

static size_t choose_capacity(const dnp_plan_options *o, bool whole) {
  if (whole) return o->batch > 0 ? o->batch : 1;
  if (o->capacity > 0) return o->capacity;
  return o->batch > 512 ? 512 : o->batch > 256 ? o->batch : 256; /* rows whose activations stay in L2 */
}

/* Threads the plan starts: with small updates meeting at the barrier costs more than it saves. */
static int choose_threads(const denpa_net *net) {
  if (net->plan.threads != 0) return net->plan.threads;
  size_t work;
  if (!dnp_size_mul(net->work, net->plan.batch > 0 ? net->plan.batch : 1, &work)) return dnp_cpu_count();
  return work < DNP_SMALL_WORK ? 1 : dnp_cpu_count();
}

/* ---- tensors and calls ------------------------------------------------------------------------- */

static denpa_status bind_tensors(denpa_net *net, size_t capacity, denpa_error *err) {
  const denpa_graph *graph = net->graph;
  size_t offset = 0, ignored;
  for (size_t i = 0; i < graph->tensors; i++) {
    dnp_tensor *t = &net->tensor[i];
    *t = graph->tensor[i].tensor;
    net->role[i] = graph->tensor[i].role;
    if (t->batched) t->shape[0] = capacity;
    t->rows = t->batched ? 0 : dnp_tensor_slices(t);
    if (!dnp_shape_count(t->axes, t->shape, &ignored))
      return dnp_fail(err, DENPA_SHAPE, "the tensor '{1}' is larger than this machine can address", dnp_s(t->name));
    if (t->dtype == DENPA_FLOAT64) t->dtype = net->plan.dtype;
    if (net->role[i] == DNP_ROLE_INPUT && net->input == NULL) net->input = t;
    if (net->role[i] == DNP_ROLE_ANSWER && net->answer == NULL) net->answer = t;
    if (net->role[i] != DNP_ROLE_PARAMETER) continue;
    dnp_parameter *p = &net->parameter[net->parameters++];
    *p = (dnp_parameter){
        .tensor = t, .offset = offset, .init = graph->tensor[i].init, .deviation = graph->tensor[i].deviation};
    dnp_shape_count(t->axes, t->shape, &p->count);
    net->parameter_count += p->count;
    if (p->count > SIZE_MAX / 64 - offset)
      net->arena.overflow = true; /* reported when the arena is opened */
    else
      offset += (p->count + ALIGN_NUMBERS - 1) / ALIGN_NUMBERS * ALIGN_NUMBERS;
  }
  net->block = offset;
  return DENPA_OK;
}

/* How often a row uses each weight: once, or in each place of a picture. */
static size_t uses_of_weights(const dnp_node *node) {
  return dnp_tensor_grouped(node->out) ? node->out->shape[2] * node->out->shape[3] : 1;
}

static denpa_status bind_nodes(denpa_net *net, size_t capacity, denpa_error *err) {
  const denpa_graph *graph = net->graph;
  for (size_t i = 0; i < graph->nodes; i++) {
    const dnp_graph_node *from = &graph->node[i];
    dnp_node *node = &net->node[i];
    *node = (dnp_node){
        .op = from->op, .inputs = from->op->inputs, .out = &net->tensor[from->out], .kernels = net->kernels};
    memcpy(node->number, from->number, sizeof node->number);
    node->layer = i;
    for (int k = 0; k < node->inputs; k++) node->in[k] = &net->tensor[from->in[k]];
    for (int k = 0; k < DNP_MAX_STATE && from->op->state[k].name != NULL; k++)
      node->state[k] = &net->tensor[from->state[k]];
    DNP_TRY(from->op->shape(node, node->out, err)); /* again, now with the capacity */
    net->fixed_nodes += !node->out->batched;
    net->tile[i] = dnp_tensor_grouped(node->out);
    for (int k = 0; k < node->inputs; k++) {
      net->tile[i] |= dnp_tensor_grouped(node->in[k]);
      if (net->role[from->in[k]] == DNP_ROLE_PARAMETER)
        net->work += dnp_tensor_slices(node->in[k]) * dnp_tensor_row(node->in[k]) * uses_of_weights(node);
    }
    if (!node->op->ends_in_loss) continue;
    if (net->last != NULL)
      return dnp_fail(err, DENPA_SHAPE, "the graph ends in two losses, '{1}' and '{2}'; one is possible",
          dnp_s(net->last->out->name), dnp_s(node->out->name));
    net->last = node;
    net->loss = node->loss = &net->tensor[graph->tensors];
    *net->loss = (dnp_tensor){.name = "loss", .dtype = DENPA_FLOAT64, .axes = 1, .shape = {capacity}, .batched = true};
    net->role[graph->tensors] = DNP_ROLE_VALUE;
  }
  net->output = net->nodes > 0 ? net->node[net->nodes - 1].out : NULL;
  if (dnp_tensor_grouped(net->output))
    return dnp_fail(err, DENPA_SHAPE, "the network ends in pictures, '{1}' with four axes; flatten them behind it",
        dnp_s(net->output->name));
  if (net->last != NULL && net->last->out != net->output)
    return dnp_fail(
        err, DENPA_SHAPE, "the loss '{1}' has to be the last operation of the graph", dnp_s(net->last->out->name));
  return DENPA_OK;
}

/* ---- the ways back ----------------------------------------------------------------------------- */

static size_t index_of(const denpa_net *net, const dnp_tensor *t) { return (size_t)(t - net->tensor); }

/* Which tensors a gradient is asked of: parameters, on demand the input, and whatever they reach. */
static void mark_needs(const denpa_net *net, bool *needs) {
  for (size_t i = 0; i < net->tensors; i++)
    needs[i] = net->role[i] == DNP_ROLE_PARAMETER || (net->role[i] == DNP_ROLE_INPUT && net->plan.input_gradient);
  for (size_t c = 0; c < net->nodes; c++)
    for (int k = 0; k < net->node[c].inputs; k++)
      if (needs[index_of(net, net->node[c].in[k])]) needs[index_of(net, net->node[c].out)] = true;
}

/* What its answers were computed from gets nothing from a loss: they are what is true, whatever the network makes of
 * it. */
static int inputs_back(const dnp_node *node) { return node->op->ends_in_loss ? node->inputs - 1 : node->inputs; }

static void add_edges(denpa_net *net, const bool *needs, bool *seen, bool batched) {
  for (size_t c = net->nodes; c-- > 0;) {
    const dnp_node *node = &net->node[c];
    if (node->out->batched != batched || !needs[index_of(net, node->out)]) continue;
    for (int k = 0; k < inputs_back(node); k++) {
      size_t t = index_of(net, node->in[k]);
      if (!needs[t]) continue;
      net->edge[net->edges++] = (dnp_edge){.node = (int)c, .input = k, .first = !seen[t]};
      seen[t] = true;
    }
  }
}

static void mark_parameters(denpa_net *net) {
  for (size_t i = 0; i < net->edges; i++) {
    dnp_edge *e = &net->edge[i];
    const dnp_node *node = &net->node[e->node];
    size_t ways = 0;
    for (size_t k = 0; k < net->edges; k++)
      ways += net->node[net->edge[k].node].in[net->edge[k].input] == node->in[e->input];
    for (size_t k = 0; k < net->parameters; k++)
      if (net->parameter[k].tensor == node->in[e->input]) e->parameter = &net->parameter[k];
    e->alone = e->parameter != NULL && ways == 1 && node->out->batched;
  }
}

/* Levels of the tree in which the block sums of a batch meet: none for a single block. */
static size_t tree_levels(size_t batch) {
  size_t blocks = (batch + DNP_BLOCK_ROWS - 1) / DNP_BLOCK_ROWS, levels = 0;
  if (blocks > 1)
    for (; blocks > 0; blocks /= 2) levels++;
  return levels;
}

/* ---- placing ----------------------------------------------------------------------------------- */

static void *take(dnp_arena *arena, const dnp_tensor *t) {
  size_t count, shape[DNP_MAX_AXES];
  memcpy(shape, t->shape, sizeof shape);
  if (dnp_tensor_grouped(t) && shape[0] <= SIZE_MAX - DNP_LANES)
    shape[0] = (shape[0] + DNP_LANES - 1) / DNP_LANES * DNP_LANES;
  if (!dnp_shape_count(t->axes, shape, &count)) arena->overflow = true;
  return dnp_arena_take(arena, count, dnp_dtype_size(t->dtype));
}

/* Few slices at a time where a slice is short, so that other things can be done in between; many where it is long,
 * since the products copy the other factor once for all of them. */
static size_t choose_piece(const dnp_tensor *t) {
  return dnp_tensor_row(t) * dnp_dtype_size(t->dtype) <= 1024 ? 48 : 192;
}

/* Threads that write rows which others read, and read what others wrote, wait for the lines of memory to travel; with a
 * copy of the input each, they convert some columns more instead (run.c). Not for whole batches, which would take too
 * much memory, nor for many threads, where a row has more readers than a copy is worth. */
#define MOST_REPLICAS 8

static void place_replicas(denpa_net *net) {
  dnp_arena *arena = &net->arena;
  const size_t threads = (size_t)net->plan.threads;
  for (size_t c = 0; c < net->nodes; c++)
    for (int k = 0; k < net->node[c].inputs; k++)
      if (net->node[c].op->reduce_statistics != NULL && net->node[c].in[k] == net->input)
        return; /* reads the others' rows */
  if (net->input == NULL || net->grouped || net->plan.whole_batch || threads == 1 || threads > MOST_REPLICAS) return;
  net->replica = dnp_arena_take(arena, threads, sizeof *net->replica);
  for (size_t i = 1; i < threads; i++) {
    dnp_replica replica = {.input = *net->input, .node = dnp_arena_take(arena, net->nodes, sizeof *net->node)};
    replica.input.data = take(arena, net->input);
    if (net->replica == NULL) continue; /* only measuring */
    net->replica[i] = replica;
    for (size_t c = 0; c < net->nodes; c++) {
      net->replica[i].node[c] = net->node[c];
      for (int k = 0; k < net->node[c].inputs; k++)
        if (net->node[c].in[k] == net->input) net->replica[i].node[c].in[k] = &net->replica[i].input;
    }
  }
}

static void *take_groups(denpa_net *net, const dnp_edge *e, const dnp_tensor *t) {
  size_t count = 0;
  if (!net->node[e->node].op->by_groups[e->input]) return NULL;
  if (!dnp_size_mul(net->plan.capacity / DNP_LANES, dnp_tensor_span(t, 0, dnp_tensor_slices(t)), &count))
    net->arena.overflow = true;
  return dnp_arena_take(&net->arena, count, dnp_dtype_size(t->dtype));
}

static void place_scratch(denpa_net *net) {
  size_t most = 0;
  for (size_t c = 0; c < net->nodes; c++) {
    const size_t wanted = net->node[c].op->scratch != NULL ? net->node[c].op->scratch(&net->node[c]) : 0;
    most = wanted > most ? wanted : most;
  }
  net->scratch = dnp_arena_take(&net->arena, (size_t)net->plan.threads, sizeof *net->scratch);
  for (int i = 0; i < net->plan.threads && most > 0; i++) {
    void *scratch = dnp_arena_take(&net->arena, most, dnp_dtype_size(net->plan.dtype));
    if (net->scratch != NULL) net->scratch[i] = scratch;
  }
}

static void place_stages(denpa_net *net) {
  if (net->input == NULL || !dnp_tensor_grouped(net->input)) return;
  dnp_tensor rows = *net->input;
  rows.batched = false;
  rows.shape[0] = DNP_LANES;
  net->stage = dnp_arena_take(&net->arena, (size_t)net->plan.threads, sizeof *net->stage);
  for (int i = 0; i < net->plan.threads; i++) {
    void *stage = take(&net->arena, &rows);
    if (net->stage != NULL) net->stage[i] = stage;
  }
}

/* Run twice: the first time measures, the second places. */
static void place(denpa_net *net, const bool *needs) {
  dnp_arena *arena = &net->arena;
  size_t size = dnp_dtype_size(net->plan.dtype), longest = 0;
  net->values = dnp_arena_take(arena, net->block, size);
  net->grads = dnp_arena_take(arena, net->block, size);
  for (size_t i = 0; i < net->parameters; i++) {
    dnp_parameter *p = &net->parameter[i];
    if (net->values == NULL) continue;
    p->tensor->data = (unsigned char *)net->values + p->offset * size;
    p->tensor->grad = (unsigned char *)net->grads + p->offset * size;
  }
  for (size_t i = 0; i < net->tensors; i++) {
    if (net->role[i] == DNP_ROLE_PARAMETER) continue;
    net->tensor[i].data = take(arena, &net->tensor[i]);
    if (needs[i]) net->tensor[i].grad = take(arena, &net->tensor[i]);
  }
  for (size_t i = 0; i < net->edges; i++) {
    dnp_edge *e = &net->edge[i];
    const dnp_node *node = &net->node[e->node];
    const dnp_tensor *t = node->in[e->input];
    e->to = e->first ? t->grad : take(arena, t);
    if (t->batched || !node->out->batched) continue;
    e->piece = choose_piece(t);
    if (dnp_tensor_slices(t) * dnp_tensor_row(t) > longest) {
      longest = dnp_tensor_slices(t) * dnp_tensor_row(t);
      net->longest = i;
    }
    e->group = take_groups(net, e, t);
    e->levels = node->op->reduce_statistics != NULL ? 0 : tree_levels(net->plan.batch);
    e->level = dnp_arena_take(arena, e->levels, sizeof *e->level);
    for (size_t l = 0; l < e->levels; l++) {
      void *level = take(arena, t);
      if (e->level != NULL) e->level[l] = level;
    }
  }
  place_scratch(net);
  place_stages(net);
  place_replicas(net);
}

static void start_states(const denpa_net *net) {
  for (size_t c = 0; c < net->nodes; c++) {
    const dnp_node *node = &net->node[c];
    for (int k = 0; k < DNP_MAX_STATE && node->op->state[k].name != NULL; k++)
      if (node->op->state[k].lasting)
        net->kernels->fill(dnp_tensor_slices(node->state[k]) * dnp_tensor_row(node->state[k]), node->op->state[k].start,
            node->state[k]->data);
  }
}

static denpa_status make_plan(denpa_net *net, denpa_error *err) {
  const denpa_graph *graph = net->graph;
  size_t parameters = 0;
  for (size_t i = 0; i < graph->tensors; i++) {
    parameters += graph->tensor[i].role == DNP_ROLE_PARAMETER;
    net->grouped |= dnp_tensor_grouped(&graph->tensor[i].tensor);
  }
  for (size_t i = 0; i < graph->nodes; i++) net->reduces_statistics |= graph->node[i].op->reduce_statistics != NULL;
  const bool whole = net->plan.whole_batch || net->reduces_statistics;
  const size_t capacity = net->grouped ? choose_grouped_capacity(&net->plan, whole)
                                       : choose_capacity(&net->plan, whole);
  if (graph->nodes == 0)
    return dnp_fail(err, DENPA_ARGUMENT, "the graph has no operation; a network needs at least one");
  net->tensors = graph->tensors + 1; /* and the loss */
  net->nodes = graph->nodes;
  DNP_TRY(DNP_NEW(&net->tensor, net->tensors, err));
  DNP_TRY(DNP_NEW(&net->role, net->tensors, err));
  DNP_TRY(DNP_NEW(&net->node, net->nodes, err));
  DNP_TRY(DNP_NEW(&net->tile, net->nodes, err));
  DNP_TRY(DNP_NEW(&net->edge, net->nodes * DNP_MAX_INPUTS, err));
  DNP_TRY(DNP_NEW(&net->parameter, parameters, err));
  DNP_TRY(bind_tensors(net, capacity, err));
  DNP_TRY(bind_nodes(net, capacity, err));
  if (net->loss == NULL) net->tensors--;
  net->tuned = net->plan.threads == 0;
  net->plan.threads = choose_threads(net);
  for (int way = 0; way < 2; way++) dnp_tune_start(&net->tuner[way], net->plan.threads, net->plan.threads);
  net->plan.capacity = capacity;

  bool *needs, *seen;
  DNP_TRY(DNP_NEW(&needs, 2 * (graph->tensors + 1), err));
  seen = needs + graph->tensors + 1;
  mark_needs(net, needs);
  /* first what is batched: it never waits for the gradient of something that is not */
  add_edges(net, needs, seen, true);
  add_edges(net, needs, seen, false);
  mark_parameters(net);
  place(net, needs);
  denpa_status status = dnp_arena_open(&net->arena, err);
  if (status == DENPA_OK) place(net, needs);
  dnp_free(needs);
  DNP_TRY(status);
  start_states(net);
  return dnp_pool_create(&net->pool, net->plan.threads, err);
}

/* ---- the public ends --------------------------------------------------------------------------- */

void denpa_net_free(denpa_net *net) {
  if (net == NULL) return;
  dnp_pool_free(net->pool);
  dnp_arena_close(&net->arena);
  dnp_free(net->parameter);
  dnp_free(net->edge);
  dnp_free(net->tile);
  dnp_free(net->node);
  dnp_free(net->role);
  dnp_free(net->tensor);
  denpa_graph_free(net->graph);
  if (net->history != NULL) net->history_free(net->history);
  dnp_free(net);
}

denpa_status dnp_net_build(
    denpa_net **out, const denpa_graph *graph, const dnp_plan_options *options, denpa_error *err) {
  *out = NULL;
  if (graph->error.status != DENPA_OK) {
    if (err != NULL) *err = graph->error;
    return graph->error.status;
  }
  denpa_net *net;
  DNP_TRY(DNP_NEW(&net, 1, err));
  net->plan = *options;
  denpa_status status = dnp_kernels_choose(
      options->cpu != NULL ? options->cpu : "auto", options->dtype, &net->kernels, err);
  net->plan.cpu = net->kernels != NULL ? net->kernels->unit : NULL; /* static, unlike what was given */
  if (status == DENPA_OK) status = copy_graph(&net->graph, graph, err);
  if (status == DENPA_OK) status = make_plan(net, err);
  if (status != DENPA_OK) {
    denpa_net_free(net);
    return status;
  }
  *out = net;
  return DENPA_OK;
}

void dnp_net_copy_values(denpa_net *net, const denpa_net *from) {
  const size_t size = dnp_dtype_size(net->plan.dtype);
  memcpy(net->values, from->values, net->block * size);
  for (size_t i = 0; i < net->tensors; i++)
    if (net->role[i] == DNP_ROLE_CONSTANT || net->role[i] == DNP_ROLE_STATE)
      memcpy(net->tensor[i].data, from->tensor[i].data,
          dnp_tensor_slices(&net->tensor[i]) * dnp_tensor_row(&net->tensor[i]) * size);
}

denpa_status dnp_net_replan(denpa_net *net, const dnp_plan_options *options, denpa_error *err) {
  denpa_net *made, old;
  if (options->dtype != net->plan.dtype)
    return dnp_fail(
        err, DENPA_ARGUMENT, "a network keeps its dtype; it computes in {1}", dnp_s(dnp_dtype_name(net->plan.dtype)));
  DNP_TRY(dnp_net_build(&made, net->graph, options, err));
  dnp_net_copy_values(made, net);
  old = *net;
  *net = *made;
  *made = old;
  net->history = old.history;
  net->history_free = old.history_free;
  made->history = NULL;
  denpa_net_free(made);
  return DENPA_OK;
}

dnp_tensor *dnp_net_tensor(const denpa_net *net, const char *name) {
  for (size_t i = 0; i < net->tensors; i++)
    if (strcmp(net->tensor[i].name, name) == 0) return &net->tensor[i];
  return NULL;
}

dnp_tensor *dnp_net_saved(const denpa_net *net, size_t index) {
  for (size_t i = 0; i < net->tensors; i++)
    if ((net->role[i] == DNP_ROLE_PARAMETER || net->role[i] == DNP_ROLE_STATE) && index-- == 0) return &net->tensor[i];
  return NULL;
}

const char *dnp_grad_name(const denpa_net *net, const dnp_tensor *tensor, char *out) {
  const char *name = net->last != NULL && tensor == net->last->in[0] ? net->last->out->name : tensor->name;
  out[0] = 'd';
  memcpy(out + 1, name, strlen(name) + 1);
  return out;
}
