/* predict.c: a network's answers, for any number of callers at once: each call borrows an executor of its own, and the
 * network is constant meanwhile. Small calls compute on the caller's thread; of large ones, one at a time has the pool
 * of threads, so that callers never ask for more threads than the network was given. Called by programs through
 * denpa.h. */
#include <pthread.h>

#include "learn/learn.h"

#define POOL_WORK 20000000 /* multiply-adds from which on several threads are worth having */
#define LONE_BATCH 64      /* rows of a chunk of those that compute alone, and a batch that all are planned for */

typedef struct predictor {
  dnp_exec *exec;
  bool pooled;            /* the one with all threads */
  struct predictor *next; /* of the idle ones */
} predictor;

struct dnp_predictors {
  dnp_network *network;
  int threads;
  const char *cpu;
  size_t rows;           /* of a chunk; fewer where a sample takes much memory */
  pthread_mutex_t mutex; /* around everything below, never while computing */
  predictor *idle;       /* with one thread each */
  predictor *pooled;     /* with all threads; NULL: never asked for, or in use */
  bool pool_made;
};

denpa_status dnp_predictors_create(dnp_predictors **out, const denpa_net *net, denpa_error *err) {
  DNP_TRY(DNP_NEW(out, 1, err));
  (*out)->network = net->network;
  (*out)->threads = net->threads;
  (*out)->cpu = net->cpu;
  (*out)->rows = net->rows < LONE_BATCH ? net->rows : LONE_BATCH;
  pthread_mutex_init(&(*out)->mutex, NULL);
  return DENPA_OK;
}

static void free_predictor(predictor *p) {
  if (p == NULL) return;
  dnp_exec_free(p->exec);
  dnp_free(p);
}

void dnp_predictors_free(dnp_predictors *predictors) {
  if (predictors == NULL) return;
  for (predictor *p = predictors->idle, *next; p != NULL; p = next) {
    next = p->next;
    free_predictor(p);
  }
  free_predictor(predictors->pooled);
  pthread_mutex_destroy(&predictors->mutex);
  dnp_free(predictors);
}

static denpa_status make_predictor(const dnp_predictors *all, bool pooled, predictor **out, denpa_error *err) {
  const dnp_plan_options plan = {.cpu = all->cpu,
      .threads = pooled ? all->threads : 1,
      .batch = all->rows,
      .capacity = pooled && all->rows == LONE_BATCH ? 0 : all->rows};
  DNP_TRY(DNP_NEW(out, 1, err));
  (*out)->pooled = pooled;
  const denpa_status status = dnp_exec_create(&(*out)->exec, all->network, &plan, err);
  if (status == DENPA_OK) return DENPA_OK;
  dnp_free(*out);
  *out = NULL;
  return status;
}

/* An idle executor, or a new one. `pooled`: the one with all threads, if nobody has it. */
static denpa_status borrow(dnp_predictors *all, bool pooled, predictor **out, denpa_error *err) {
  pthread_mutex_lock(&all->mutex);
  const bool with_pool = pooled && (all->pooled != NULL || !all->pool_made);
  *out = with_pool ? all->pooled : all->idle;
  if (with_pool) {
    all->pooled = NULL;
    all->pool_made = true;
  } else if (*out != NULL) {
    all->idle = (*out)->next;
  }
  pthread_mutex_unlock(&all->mutex);
  if (*out != NULL) return DENPA_OK;
  const denpa_status status = make_predictor(all, with_pool, out, err);
  if (status == DENPA_OK || !with_pool) return status;
  pthread_mutex_lock(&all->mutex);
  all->pool_made = false;
  pthread_mutex_unlock(&all->mutex);
  return status;
}

static void give_back(dnp_predictors *all, predictor *p) {
  pthread_mutex_lock(&all->mutex);
  if (p->pooled) {
    all->pooled = p;
  } else {
    p->next = all->idle;
    all->idle = p;
  }
  pthread_mutex_unlock(&all->mutex);
}

/* ---- the caller's rows ------------------------------------------------------------------------------- */

/* The answers to rows that are there, with an executor that nobody else has. */
static denpa_status answer(dnp_exec *exec, const dnp_run *asked, double *y, int32_t *predicted, denpa_error *err) {
  const size_t outputs = dnp_tensor_row(exec->output);
  const size_t rows = asked->rows;
  dnp_run run = *asked;
  run.predicted = predicted;
  run.output = y;
  size_t count = 0;
  float *narrow = NULL;
  if (!dnp_size_mul(rows, outputs, &count))
    return dnp_fail(err, DENPA_ERROR_MEMORY,
        "{1} {1|row|rows} of {2} {2|number|numbers} are more than this machine can address", dnp_u(rows),
        dnp_u(outputs));
  if (y != NULL && exec->network->dtype == DENPA_DTYPE_FLOAT32) {
    DNP_TRY(DNP_NEW(&narrow, count, err));
    run.output = narrow;
  }
  const denpa_status status = dnp_exec_run(exec, &run, NULL, err);
  const dnp_float_mode before = dnp_float_enter(); /* the caller's may make zeros of the smallest numbers */
  if (narrow != NULL)
    for (size_t i = 0; i < count; i++) y[i] = (double)narrow[i];
  dnp_float_leave(before);
  dnp_free(narrow);
  return status;
}

static denpa_status check_rows(const denpa_net *net, denpa_error *err) {
  if (net->exec->input != NULL && net->exec->output->batched) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_SHAPE, "this network has no input with rows; use denpa_net_forward");
}

/* With an executor that is borrowed for it. */
static denpa_status predict(const denpa_net *net, const dnp_run *run, double *y, int32_t *predicted, denpa_error *err) {
  size_t work;
  const bool large = !dnp_size_mul(run->rows, net->exec->work, &work) || work >= POOL_WORK;
  predictor *mine;
  DNP_TRY(borrow(net->predictors, large && net->threads != 1, &mine, err));
  const denpa_status status = answer(mine->exec, run, y, predicted, err);
  give_back(net->predictors, mine);
  return status;
}

denpa_status denpa_net_predict(const denpa_net *net, size_t rows, denpa_dtype dtype, const void *x, double *y,
    int32_t *predicted, denpa_error *err) {
  DNP_REQUIRE(net, err);
  if (rows > 0) DNP_REQUIRE(x, err);
  DNP_TRY(check_rows(net, err));
  DNP_TRY(dnp_own_rows_dtype_check(dtype, err));
  dnp_own_rows from = {
      .kernels = net->exec->kernels, .dtype = dtype, .x = x, .features = dnp_tensor_row(net->exec->input)};
  const dnp_run run = {
      .rows = rows, .feed = dnp_own_rows_feed, .feed_failed = dnp_own_rows_failed, .feed_context = &from};
  const denpa_status status = predict(net, &run, y, predicted, err);
  return dnp_own_rows_status(&from, rows, net->network->dtype, status, err);
}

denpa_status denpa_net_predict_data(
    const denpa_net *net, const denpa_data *data, denpa_split split, double *y, int32_t *predicted, denpa_error *err) {
  DNP_REQUIRE(net, err);
  DNP_REQUIRE(data, err);
  if ((unsigned)split >= DNP_ALL_SPLITS)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "there is no split number {1}", dnp_i(split));
  DNP_TRY(dnp_rows_check(net, data, false, err));
  DNP_TRY(check_rows(net, err));
  dnp_rows rows = dnp_rows_from(net, data, (int)split);
  const dnp_run run = {
      .rows = rows.split->rows, .feed = dnp_rows_feed, .feed_failed = dnp_rows_failed, .feed_context = &rows};
  const denpa_status status = predict(net, &run, y, predicted, err);
  return dnp_rows_status(&rows, data->name, status, err);
}
