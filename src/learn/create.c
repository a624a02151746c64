/* create.c: networks from a text or a graph, with their initial weights. Called by programs through
 * denpa.h and by model.formats.c. */
#include <string.h>

#include "base/options.h"
#include "base/text.h"
#include "learn/learn.h"

denpa_net_options denpa_net_options_default(void) {
  return (denpa_net_options){.size = sizeof(denpa_net_options),
      .activation = dnp_op_sigmoid.word,
      .init = "normal:0.01",
      .loss = dnp_op_cross_entropy.word,
      .dtype = DENPA_DTYPE_FLOAT32,
      .rng = DENPA_RNG_DENPA,
      .seed = 1,
      .threads = 0,
      .cpu = "auto"};
}

denpa_status dnp_net_options_take(denpa_net_options *out, const denpa_net_options *given, denpa_error *err) {
  const denpa_net_options plain = *out = denpa_net_options_default();
  DNP_TRY(dnp_options_take(out, given, sizeof *out, "denpa_net_options", err));
  if (out->activation == NULL) out->activation = plain.activation;
  if (out->init == NULL) out->init = plain.init;
  if (out->loss == NULL) out->loss = plain.loss;
  if (out->cpu == NULL) out->cpu = plain.cpu;
  if (out->dtype != DENPA_DTYPE_FLOAT32 && out->dtype != DENPA_DTYPE_FLOAT64)
    return dnp_fail(
        err, DENPA_ERROR_ARGUMENT, "networks compute in float32 or float64, not in number type {1}", dnp_i(out->dtype));
  if ((unsigned)out->rng <= DENPA_RNG_NUMPY) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_ARGUMENT, "there is no source of random numbers number {1}", dnp_i(out->rng));
}

/* The unit's name as a text that outlives the caller's. */
static const char *keep_unit(const char *cpu) {
  static const char *const units[] = {"auto", "ref", "avx2", "avx512", "neon"};
  for (size_t i = 0; cpu != NULL && i < sizeof units / sizeof *units; i++)
    if (dnp_text_means(cpu, units[i])) return units[i];
  return units[0];
}

denpa_status dnp_net_make(
    denpa_net **out, const denpa_graph *graph, const denpa_net_options *options, size_t rows, denpa_error *err) {
  denpa_net *net;
  *out = NULL;
  DNP_TRY(DNP_NEW(&net, 1, err));
  net->rows = rows;
  net->threads = options->threads;
  net->cpu = keep_unit(options->cpu);
  denpa_status status = dnp_network_create(&net->network, graph, options->dtype, err);
  /* a unit that is unknown is told by the executor, by the name that was given */
  const dnp_plan_options plan = {
      .cpu = options->cpu, .threads = options->threads, .batch = rows, .capacity = rows < DNP_FIRST_ROWS ? rows : 0};
  if (status == DENPA_OK) status = dnp_exec_create(&net->exec, net->network, &plan, err);
  if (status == DENPA_OK) status = dnp_predictors_create(&net->predictors, net, err);
  if (status != DENPA_OK) {
    denpa_net_free(net);
    return status;
  }
  *out = net;
  return DENPA_OK;
}

void denpa_net_free(denpa_net *net) {
  if (net == NULL) return;
  dnp_predictors_free(net->predictors);
  dnp_exec_free(net->exec);
  dnp_network_free(net->network);
  dnp_optimizer_state_close(&net->state.optimizer);
  dnp_pairs_free(&net->metadata);
  dnp_free(net);
}

denpa_status dnp_net_replan(denpa_net *net, const dnp_plan_options *options, denpa_error *err) {
  dnp_plan_options plan = *options;
  dnp_exec *made;
  if (plan.threads == 0) plan.threads = net->threads;
  if (plan.cpu == NULL) plan.cpu = net->cpu;
  DNP_TRY(dnp_exec_create(&made, net->network, &plan, err));
  dnp_exec_free(net->exec);
  net->exec = made;
  net->pass.gradients = false;
  return DENPA_OK;
}

denpa_status dnp_net_fit_batch(denpa_net *net, size_t batch, bool whole_batch, denpa_error *err) {
  const dnp_plan_options *now = &net->exec->plan;
  if (whole_batch ? batch == now->batch && now->whole_batch : batch <= now->batch && !now->whole_batch) return DENPA_OK;
  const dnp_plan_options plan = {.batch = batch, .whole_batch = whole_batch, .input_gradient = now->input_gradient};
  return dnp_net_replan(net, &plan, err);
}

denpa_status dnp_net_twin(denpa_net **out, const denpa_net *net, denpa_dtype dtype, size_t rows, denpa_error *err) {
  const denpa_net_options options = {.dtype = dtype, .cpu = net->cpu, .threads = net->threads};
  DNP_TRY(dnp_net_make(out, net->network->graph, &options, net->rows, err));
  dnp_network_copy_values((*out)->network, net->network);
  const denpa_status status = dnp_net_fit_batch(*out, rows > 0 ? rows : 1, false, err);
  if (status == DENPA_OK) return DENPA_OK;
  denpa_net_free(*out);
  *out = NULL;
  return status;
}

/* As a script would: W1 = deviation * randn(rows, columns), and so on in network order; what is zero draws nothing. */
static double draw_numpy(void *context, size_t number, size_t i, bool uniform) {
  (void)number, (void)i;
  return (uniform ? dnp_numpy_rand : dnp_numpy_randn)(context);
}

static denpa_status init_numpy(denpa_net *net, uint64_t seed, denpa_error *err) {
  dnp_numpy *numpy;
  DNP_TRY(dnp_trainer_state_numpy(&net->state, seed, &numpy, err));
  return dnp_network_init(net->network, draw_numpy, numpy, err);
}

static denpa_status init_denpa(denpa_net *net, uint64_t seed, denpa_error *err) {
  return dnp_network_init_denpa(net->network, seed) == DENPA_OK
             ? DENPA_OK
             : dnp_fail(err, DENPA_ERROR_MEMORY, "not enough memory to choose the initial weights");
}

static denpa_status note_creation(denpa_net *net, const denpa_net_options *options, denpa_error *err) {
  const denpa_graph *graph = net->network->graph;
  const struct {
    const char *key, *value;
  } texts[] = {{"net", graph->text}, {"activation", graph->activation}, {"loss", graph->loss}, {"init", graph->init},
      {"dtype", dnp_dtype_name(options->dtype)}, {"rng", options->rng == DENPA_RNG_NUMPY ? "numpy" : "denpa"}};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (texts[i].value != NULL) DNP_TRY(dnp_metadata_set(&net->metadata, texts[i].key, texts[i].value, err));
  return dnp_metadata_set_size(&net->metadata, "seed", options->seed, err);
}

static denpa_status start(denpa_net *net, const denpa_net_options *options, denpa_error *err) {
  const dnp_float_mode before = dnp_float_enter();
  denpa_status status = (options->rng == DENPA_RNG_NUMPY ? init_numpy : init_denpa)(net, options->seed, err);
  dnp_float_leave(before);
  DNP_TRY(status);
  return note_creation(net, options, err);
}

denpa_status denpa_graph_build(
    denpa_net **out, const denpa_graph *graph, const denpa_net_options *given, denpa_error *err) {
  denpa_net_options options;
  DNP_REQUIRE(out, err);
  *out = NULL;
  DNP_REQUIRE(graph, err);
  DNP_TRY(dnp_net_options_take(&options, given, err));
  DNP_TRY(dnp_net_make(out, graph, &options, DNP_FIRST_ROWS, err));
  denpa_status status = start(*out, &options, err);
  if (status != DENPA_OK) {
    denpa_net_free(*out);
    *out = NULL;
  }
  return status;
}

denpa_status denpa_net_create(denpa_net **out, const char *net, const denpa_net_options *given, denpa_error *err) {
  denpa_net_options options;
  denpa_graph *graph;
  DNP_REQUIRE(out, err);
  *out = NULL;
  DNP_REQUIRE(net, err);
  DNP_TRY(dnp_net_options_take(&options, given, err));
  DNP_TRY(dnp_graph_from_text(&graph, net, options.activation, options.init, options.loss, err));
  denpa_status status = denpa_graph_build(out, graph, &options, err);
  denpa_graph_free(graph);
  return status;
}
