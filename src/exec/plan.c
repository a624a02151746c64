/* plan.c: from a graph to a network that is ready to run: shapes with the capacity filled in, the backward edges, every
 * buffer placed in one arena. */
#include <stdint.h>
#include <string.h>

#include "base/cpu.h"
#include "base/text.h"
#include "exec/exec.h"

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
static int choose_threads(const dnp_exec *exec) {
  if (exec->plan.threads != 0) return exec->plan.threads;
  size_t work;
  if (!dnp_size_mul(exec->work, exec->plan.batch > 0 ? exec->plan.batch : 1, &work)) return dnp_cpu_count();
  return work < DNP_SMALL_WORK ? 1 : dnp_cpu_count();
}

/* ---- tensors and calls ------------------------------------------------------------------------- */

/* What the network keeps is shared with it; the rest is this plan's own. */
static denpa_status bind_tensors(dnp_exec *exec, size_t capacity, denpa_error *err) {
  const denpa_graph *graph = exec->network->graph;
  size_t ignored;
  for (size_t i = 0; i < graph->tensors; i++) {
    dnp_tensor *t = &exec->tensor[i];
    *t = exec->network->tensor[i];
    exec->role[i] = graph->tensor[i].role;
    if (t->batched) t->shape[0] = capacity;
    if (!dnp_shape_count(t->axes, t->shape, &ignored))
      return dnp_fail(
          err, DENPA_ERROR_SHAPE, "the tensor '{1}' is larger than this machine can address", dnp_s(t->name));
    if (exec->role[i] == DNP_ROLE_INPUT && exec->input == NULL) exec->input = t;
    if (exec->role[i] == DNP_ROLE_ANSWER && exec->answer == NULL) exec->answer = t;
  }
  for (size_t i = 0; i < exec->parameters; i++) {
    exec->parameter[i] = exec->network->parameter[i];
    exec->parameter[i].tensor = &exec->tensor[exec->network->parameter[i].tensor - exec->network->tensor];
  }
  return DENPA_OK;
}

/* How often a row uses each weight: once, or in each place of a picture. */
static size_t uses_of_weights(const dnp_node *node) {
  return dnp_tensor_grouped(node->out) ? node->out->shape[2] * node->out->shape[3] : 1;
}

static denpa_status bind_nodes(dnp_exec *exec, size_t capacity, denpa_error *err) {
  const denpa_graph *graph = exec->network->graph;
  for (size_t i = 0; i < graph->nodes; i++) {
    const dnp_graph_node *from = &graph->node[i];
    dnp_node *node = &exec->node[i];
    *node = (dnp_node){
        .op = from->op, .inputs = from->op->inputs, .out = &exec->tensor[from->out], .kernels = exec->kernels};
    memcpy(node->number, from->number, sizeof node->number);
    node->layer = i;
    for (int k = 0; k < node->inputs; k++) node->in[k] = &exec->tensor[from->in[k]];
    for (int k = 0; k < DNP_MAX_STATE && from->op->state[k].name != NULL; k++)
      node->state[k] = &exec->tensor[from->state[k]];
    DNP_TRY(from->op->shape(node, node->out, err)); /* again, now with the capacity */
    exec->fixed_nodes += !node->out->batched;
    exec->tile[i] = dnp_tensor_grouped(node->out);
    for (int k = 0; k < node->inputs; k++) {
      exec->tile[i] |= dnp_tensor_grouped(node->in[k]);
      if (exec->role[from->in[k]] == DNP_ROLE_PARAMETER)
        exec->work += dnp_tensor_slices(node->in[k]) * dnp_tensor_row(node->in[k]) * uses_of_weights(node);
    }
    if (!node->op->ends_in_loss) continue;
    if (exec->last != NULL)
      return dnp_fail(err, DENPA_ERROR_SHAPE, "the graph ends in two losses, '{1}' and '{2}'; one is possible",
          dnp_s(exec->last->out->name), dnp_s(node->out->name));
    exec->last = node;
    exec->loss = node->loss = &exec->tensor[graph->tensors];
    *exec->loss = (dnp_tensor){
        .name = "loss", .dtype = DENPA_DTYPE_FLOAT64, .axes = 1, .shape = {capacity}, .batched = true};
    exec->role[graph->tensors] = DNP_ROLE_VALUE;
  }
  exec->output = exec->nodes > 0 ? exec->node[exec->nodes - 1].out : NULL;
  if (dnp_tensor_grouped(exec->output))
    return dnp_fail(err, DENPA_ERROR_SHAPE,
        "the network ends in pictures, '{1}' with four axes; flatten them behind it", dnp_s(exec->output->name));
  if (exec->last != NULL && exec->last->out != exec->output)
    return dnp_fail(err, DENPA_ERROR_SHAPE, "the loss '{1}' has to be the last operation of the graph",
        dnp_s(exec->last->out->name));
  return DENPA_OK;
}

/* ---- the backward edges ----------------------------------------------------------------------------- */

static size_t index_of(const dnp_exec *exec, const dnp_tensor *t) { return (size_t)(t - exec->tensor); }

/* Which tensors a gradient is asked of: parameters, on demand the input, and whatever they reach. */
static void mark_needs(const dnp_exec *exec, bool *needs) {
  for (size_t i = 0; i < exec->tensors; i++)
    needs[i] = exec->role[i] == DNP_ROLE_PARAMETER || (exec->role[i] == DNP_ROLE_INPUT && exec->plan.input_gradient);
  for (size_t c = 0; c < exec->nodes; c++)
    for (int k = 0; k < exec->node[c].inputs; k++)
      if (needs[index_of(exec, exec->node[c].in[k])]) needs[index_of(exec, exec->node[c].out)] = true;
}

/* What its answers were computed from gets nothing from a loss: they are what is true, whatever the network makes of
 * it. */
static int inputs_back(const dnp_node *node) { return node->op->ends_in_loss ? node->inputs - 1 : node->inputs; }

static void add_edges(dnp_exec *exec, const bool *needs, bool *seen, bool batched) {
  for (size_t c = exec->nodes; c-- > 0;) {
    const dnp_node *node = &exec->node[c];
    if (node->out->batched != batched || !needs[index_of(exec, node->out)]) continue;
    for (int k = 0; k < inputs_back(node); k++) {
      size_t t = index_of(exec, node->in[k]);
      if (!needs[t]) continue;
      exec->edge[exec->edges++] = (dnp_edge){.node = (int)c, .input = k, .first = !seen[t]};
      seen[t] = true;
    }
  }
}

static void mark_parameters(dnp_exec *exec) {
  for (size_t i = 0; i < exec->edges; i++) {
    dnp_edge *e = &exec->edge[i];
    const dnp_node *node = &exec->node[e->node];
    size_t ways = 0;
    for (size_t k = 0; k < exec->edges; k++)
      ways += exec->node[exec->edge[k].node].in[exec->edge[k].input] == node->in[e->input];
    for (size_t k = 0; k < exec->parameters; k++)
      if (exec->parameter[k].tensor == node->in[e->input]) e->parameter = &exec->parameter[k];
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

static void place_replicas(dnp_exec *exec) {
  dnp_arena *arena = &exec->arena;
  const size_t threads = (size_t)exec->plan.threads;
  for (size_t c = 0; c < exec->nodes; c++)
    for (int k = 0; k < exec->node[c].inputs; k++)
      if (exec->node[c].op->reduce_statistics != NULL && exec->node[c].in[k] == exec->input)
        return; /* reads the others' rows */
  if (exec->input == NULL || exec->grouped || exec->plan.whole_batch || threads == 1 || threads > MOST_REPLICAS) return;
  exec->replica = dnp_arena_take(arena, threads, sizeof *exec->replica);
  for (size_t i = 1; i < threads; i++) {
    dnp_replica replica = {.input = *exec->input, .node = dnp_arena_take(arena, exec->nodes, sizeof *exec->node)};
    replica.input.data = take(arena, exec->input);
    if (exec->replica == NULL) continue; /* only measuring */
    exec->replica[i] = replica;
    for (size_t c = 0; c < exec->nodes; c++) {
      exec->replica[i].node[c] = exec->node[c];
      for (int k = 0; k < exec->node[c].inputs; k++)
        if (exec->node[c].in[k] == exec->input) exec->replica[i].node[c].in[k] = &exec->replica[i].input;
    }
  }
}

static void *take_groups(dnp_exec *exec, const dnp_edge *e, const dnp_tensor *t) {
  size_t count = 0;
  if (!exec->node[e->node].op->by_groups[e->input]) return NULL;
  if (!dnp_size_mul(exec->plan.capacity / DNP_LANES, dnp_tensor_span(t, 0, dnp_tensor_slices(t)), &count))
    exec->arena.overflow = true;
  return dnp_arena_take(&exec->arena, count, dnp_dtype_size(t->dtype));
}

static void place_scratch(dnp_exec *exec) {
  size_t most = 0;
  for (size_t c = 0; c < exec->nodes; c++) {
    const size_t wanted = exec->node[c].op->scratch != NULL ? exec->node[c].op->scratch(&exec->node[c]) : 0;
    most = wanted > most ? wanted : most;
  }
  exec->scratch = dnp_arena_take(&exec->arena, (size_t)exec->plan.threads, sizeof *exec->scratch);
  for (int i = 0; i < exec->plan.threads && most > 0; i++) {
    void *scratch = dnp_arena_take(&exec->arena, most, dnp_dtype_size(exec->network->dtype));
    if (exec->scratch != NULL) exec->scratch[i] = scratch;
  }
}

static void place_stages(dnp_exec *exec) {
  if (exec->input == NULL || !dnp_tensor_grouped(exec->input)) return;
  dnp_tensor rows = *exec->input;
  rows.batched = false;
  rows.shape[0] = DNP_LANES;
  exec->stage = dnp_arena_take(&exec->arena, (size_t)exec->plan.threads, sizeof *exec->stage);
  for (int i = 0; i < exec->plan.threads; i++) {
    void *stage = take(&exec->arena, &rows);
    if (exec->stage != NULL) exec->stage[i] = stage;
  }
}

/* Run twice: the first time measures, the second places. */
static void place(dnp_exec *exec, const bool *needs) {
  dnp_arena *arena = &exec->arena;
  size_t size = dnp_dtype_size(exec->network->dtype), longest = 0;
  exec->grads = dnp_arena_take(arena, exec->network->block, size);
  for (size_t i = 0; i < exec->parameters; i++) {
    dnp_parameter *p = &exec->parameter[i];
    if (exec->grads == NULL) continue;
    p->tensor->grad = (unsigned char *)exec->grads + p->offset * size;
  }
  for (size_t i = 0; i < exec->tensors; i++) {
    if (exec->role[i] == DNP_ROLE_PARAMETER) continue;
    if (exec->role[i] != DNP_ROLE_CONSTANT && exec->role[i] != DNP_ROLE_STATE)
      exec->tensor[i].data = take(arena, &exec->tensor[i]);
    if (needs[i]) exec->tensor[i].grad = take(arena, &exec->tensor[i]);
  }
  for (size_t i = 0; i < exec->edges; i++) {
    dnp_edge *e = &exec->edge[i];
    const dnp_node *node = &exec->node[e->node];
    const dnp_tensor *t = node->in[e->input];
    e->to = e->first ? t->grad : take(arena, t);
    if (t->batched || !node->out->batched) continue;
    e->piece = choose_piece(t);
    if (dnp_tensor_slices(t) * dnp_tensor_row(t) > longest) {
      longest = dnp_tensor_slices(t) * dnp_tensor_row(t);
      exec->longest = i;
    }
    e->group = take_groups(exec, e, t);
    e->levels = node->op->reduce_statistics != NULL ? 0 : tree_levels(exec->plan.batch);
    e->level = dnp_arena_take(arena, e->levels, sizeof *e->level);
    for (size_t l = 0; l < e->levels; l++) {
      void *level = take(arena, t);
      if (e->level != NULL) e->level[l] = level;
    }
  }
  place_scratch(exec);
  place_stages(exec);
  place_replicas(exec);
}

#ifndef NDEBUG
/* All memory becomes NaN, so that a number that no run has written is noticed. Zeros remain what has to be zero without
 * being written: gradients between tensors, and those of what no way leads to from the loss. */
static void spoil(dnp_exec *exec, const bool *needs, const bool *seen) {
  memset(exec->arena.base, 0xFF, exec->arena.size);
  place(exec, needs);
  memset(exec->grads, 0, exec->network->block * dnp_dtype_size(exec->network->dtype));
  for (size_t i = 0; i < exec->tensors; i++) {
    const dnp_tensor *t = &exec->tensor[i];
    if (needs[i] && !seen[i] && exec->role[i] != DNP_ROLE_PARAMETER)
      memset(t->grad, 0, dnp_tensor_span(t, 0, dnp_tensor_slices(t)) * dnp_dtype_size(t->dtype));
  }
}
#endif

/* A number that was asked for is kept to; one that was chosen is no more than a wish. */
static denpa_status start_threads(dnp_exec *exec, denpa_error *err) {
  DNP_TRY((exec->tuned ? dnp_pool_create_up_to : dnp_pool_create)(&exec->pool, exec->plan.threads, err));
  exec->plan.threads = dnp_pool_threads(exec->pool);
  for (int way = 0; way < 2; way++) dnp_tune_start(&exec->tuner[way], exec->plan.threads, exec->plan.threads);
  return DENPA_OK;
}

static denpa_status make_plan(dnp_exec *exec, denpa_error *err) {
  const denpa_graph *graph = exec->network->graph;
  for (size_t i = 0; i < graph->tensors; i++) {
    exec->grouped |= dnp_tensor_grouped(&graph->tensor[i].tensor);
  }
  for (size_t i = 0; i < graph->nodes; i++) exec->reduces_statistics |= graph->node[i].op->reduce_statistics != NULL;
  const bool whole = exec->plan.whole_batch || exec->reduces_statistics;
  const size_t capacity = exec->grouped ? choose_grouped_capacity(&exec->plan, whole)
                                        : choose_capacity(&exec->plan, whole);
  exec->tensors = graph->tensors + 1; /* and the loss */
  exec->nodes = graph->nodes;
  DNP_TRY(DNP_NEW(&exec->tensor, exec->tensors, err));
  DNP_TRY(DNP_NEW(&exec->role, exec->tensors, err));
  DNP_TRY(DNP_NEW(&exec->node, exec->nodes, err));
  DNP_TRY(DNP_NEW(&exec->tile, exec->nodes, err));
  DNP_TRY(DNP_NEW(&exec->edge, exec->nodes * DNP_MAX_INPUTS, err));
  DNP_TRY(DNP_NEW(&exec->parameter, exec->parameters, err));
  DNP_TRY(bind_tensors(exec, capacity, err));
  DNP_TRY(bind_nodes(exec, capacity, err));
  if (exec->loss == NULL) exec->tensors--;
  exec->tuned = exec->plan.threads == 0;
  exec->plan.threads = choose_threads(exec);
  exec->plan.capacity = capacity;

  bool *needs, *seen;
  DNP_TRY(DNP_NEW(&needs, 2 * (graph->tensors + 1), err));
  seen = needs + graph->tensors + 1;
  mark_needs(exec, needs);
  /* first what is batched: it never waits for the gradient of something that is not */
  add_edges(exec, needs, seen, true);
  add_edges(exec, needs, seen, false);
  mark_parameters(exec);
  place(exec, needs);
  denpa_status status = dnp_arena_open(&exec->arena, err);
#ifndef NDEBUG
  if (status == DENPA_OK) spoil(exec, needs, seen);
#else
  if (status == DENPA_OK) place(exec, needs);
#endif
  dnp_free(needs);
  DNP_TRY(status);
  return start_threads(exec, err);
}

/* ---- making and looking ------------------------------------------------------------------------- */

void dnp_exec_free(dnp_exec *exec) {
  if (exec == NULL) return;
  dnp_pool_free(exec->pool);
  dnp_arena_close(&exec->arena);
  dnp_free(exec->parameter);
  dnp_free(exec->edge);
  dnp_free(exec->tile);
  dnp_free(exec->node);
  dnp_free(exec->role);
  dnp_free(exec->tensor);
  dnp_free(exec);
}

denpa_status dnp_exec_create(dnp_exec **out, dnp_network *network, const dnp_plan_options *options, denpa_error *err) {
  *out = NULL;
  dnp_exec *exec;
  if (options->threads != 0) DNP_TRY(dnp_pool_check(options->threads, err)); /* before there is memory for each */
  DNP_TRY(DNP_NEW(&exec, 1, err));
  exec->network = network;
  exec->plan = *options;
  exec->parameters = network->parameters;
  denpa_status status = dnp_kernels_choose(
      options->cpu != NULL ? options->cpu : "auto", network->dtype, &exec->kernels, err);
  exec->plan.cpu = exec->kernels != NULL ? exec->kernels->unit : NULL; /* static, unlike what was given */
  if (status == DENPA_OK) status = make_plan(exec, err);
  if (status != DENPA_OK) {
    dnp_exec_free(exec);
    return status;
  }
  *out = exec;
  return DENPA_OK;
}
