/* create.c: networks from a text or a graph, with their initial weights and their history. Called by programs through
 * denpa.h and by model.formats.c. */
#include <string.h>

#include "learn/learn.h"

/* rows of a batch that a new network is planned for; training plans it anew when it asks for more */
#define FIRST_BATCH 256

denpa_net_options denpa_net_options_default(void) {
  return (denpa_net_options){.activation = dnp_op_sigmoid.word,
      .init = "normal:0.01",
      .loss = dnp_op_cross_entropy.word,
      .dtype = DENPA_FLOAT32,
      .rng = DENPA_RNG_DENPA,
      .seed = 1,
      .threads = 0,
      .cpu = "auto"};
}

static void free_history(void *context) {
  dnp_history *history = context;
  dnp_optimizer_state_close(&history->optimizer);
  dnp_pairs_free(&history->metadata);
  dnp_free(history);
}

/* The unit's name as a text that outlives the caller's. */
static const char *keep_unit(const char *cpu) {
  static const char *const units[] = {"auto", "ref", "avx2", "avx512", "neon"};
  for (size_t i = 0; cpu != NULL && i < sizeof units / sizeof *units; i++)
    if (strcmp(cpu, units[i]) == 0) return units[i];
  return units[0];
}

denpa_status dnp_net_make(
    denpa_net **out, const denpa_graph *graph, const denpa_net_options *options, denpa_error *err) {
  const dnp_plan_options plan = {.dtype = options->dtype,
      .cpu = options->cpu != NULL ? options->cpu : "auto",
      .threads = options->threads,
      .batch = FIRST_BATCH};
  DNP_TRY(dnp_net_build(out, graph, &plan, err));
  dnp_history *history;
  denpa_status status = DNP_NEW(&history, 1, err);
  if (status != DENPA_OK) {
    denpa_net_free(*out);
    *out = NULL;
    return status;
  }
  history->threads = options->threads;
  history->cpu = keep_unit(options->cpu);
  (*out)->history = history;
  (*out)->history_free = free_history;
  return DENPA_OK;
}

denpa_status dnp_net_fit_batch(denpa_net *net, size_t batch, bool whole_batch, denpa_error *err) {
  if (whole_batch ? batch == net->plan.batch && net->plan.whole_batch
                  : batch <= net->plan.batch && !net->plan.whole_batch)
    return DENPA_OK;
  const dnp_history *history = net->history;
  dnp_plan_options plan = net->plan;
  plan.batch = batch;
  plan.whole_batch = whole_batch;
  plan.capacity = 0;
  plan.threads = history->threads;
  plan.cpu = history->cpu;
  return dnp_net_replan(net, &plan, err);
}

/* As a script would: W1 = deviation * randn(rows, columns), and so on in network order; what is zero draws nothing. */
static double draw_numpy(void *context, size_t number, size_t i, bool uniform) {
  (void)number, (void)i;
  return (uniform ? dnp_numpy_rand : dnp_numpy_randn)(context);
}

static denpa_status init_numpy(denpa_net *net, uint64_t seed, denpa_error *err) {
  dnp_numpy *numpy;
  DNP_TRY(dnp_history_numpy(net->history, seed, &numpy, err));
  return dnp_net_init(net, draw_numpy, numpy, err);
}

static denpa_status init_denpa(denpa_net *net, uint64_t seed, denpa_error *err) {
  return dnp_net_init_denpa(net, seed) == DENPA_OK
             ? DENPA_OK
             : dnp_fail(err, DENPA_MEMORY, "not enough memory to choose the initial weights");
}

static denpa_status note_creation(denpa_net *net, const denpa_net_options *options, denpa_error *err) {
  const denpa_graph *graph = net->graph;
  const struct {
    const char *key, *value;
  } texts[] = {{"net", graph->text}, {"activation", graph->activation}, {"loss", graph->loss}, {"init", graph->init},
      {"dtype", dnp_dtype_name(options->dtype)}, {"rng", options->rng == DENPA_RNG_NUMPY ? "numpy" : "denpa"}};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (texts[i].value != NULL) DNP_TRY(dnp_history_set(net->history, texts[i].key, texts[i].value, err));
  return dnp_history_set_size(net->history, "seed", options->seed, err);
}

static denpa_status start(denpa_net *net, const denpa_net_options *options, denpa_error *err) {
  const dnp_float_mode before = dnp_float_enter();
  denpa_status status = (options->rng == DENPA_RNG_NUMPY ? init_numpy : init_denpa)(net, options->seed, err);
  dnp_float_leave(before);
  DNP_TRY(status);
  return note_creation(net, options, err);
}

denpa_status denpa_graph_build(
    denpa_net **out, const denpa_graph *graph, const denpa_net_options *options, denpa_error *err) {
  const denpa_net_options defaults = denpa_net_options_default();
  *out = NULL;
  if (options == NULL) options = &defaults;
  DNP_TRY(dnp_net_make(out, graph, options, err));
  denpa_status status = start(*out, options, err);
  if (status != DENPA_OK) {
    denpa_net_free(*out);
    *out = NULL;
  }
  return status;
}

denpa_status denpa_net_create(denpa_net **out, const char *net, const denpa_net_options *options, denpa_error *err) {
  const denpa_net_options defaults = denpa_net_options_default();
  denpa_graph *graph;
  *out = NULL;
  if (options == NULL) options = &defaults;
  DNP_TRY(dnp_graph_from_text(&graph, net, options->activation, options->init, options->loss, err));
  denpa_status status = denpa_graph_build(out, graph, options, err);
  denpa_graph_free(graph);
  return status;
}
