/* bench_run.c: takes the time of one work. Repeats take turns with the peak of the vector unit, so that whatever else
 * the machine does meets both. Training goes through denpa_train, whose clock runs during updates only; inference is
 * what a program that calls denpa_net_predict waits for. */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/memory.h"
#include "learn/learn.h"
#include "cli/bench_run.h"

typedef struct bench {
  const dnp_work *work;
  const denpa_data *dataset;
  denpa_net *net;
  uint8_t *pixel; /* calls: the rows of one */
  double *y;      /* ... and what comes out of it */
  int32_t *predicted;
  double *seconds; /* [repeats], of a unit */
  double *peak;    /* [repeats + 1] */
} bench;

static int by_size(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Sorts the values. */
static double median(double *value, size_t count) {
  qsort(value, count, sizeof *value, by_size);
  return (value[(count - 1) / 2] + value[count / 2]) / 2;
}

/* The kernel counts in kibibytes, macOS in bytes. */
static double process_memory(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
  return (double)usage.ru_maxrss;
#else
  return (double)usage.ru_maxrss * 1024;
#endif
}

/* ---- one repeat ---------------------------------------------------------------------------------- */

static denpa_status train(bench *b, size_t times, double *seconds, denpa_error *err) {
  const dnp_work *w = b->work;
  denpa_train_options options = denpa_train_options_default();
  denpa_report report;
  options.optimizer = w->optimizer;
  options.lr = w->lr;
  options.batch = w->rows;
  options.evaluate = DENPA_EVALUATE_NONE;
  options.epochs = w->kind == DNP_WORK_EPOCH ? times : DENPA_NO_LIMIT;
  options.steps = w->kind == DNP_WORK_UPDATE ? times : DENPA_NO_LIMIT;
  /* every batch is full, also where an epoch is short */
  if (w->kind == DNP_WORK_UPDATE) options.sampling = DENPA_SAMPLING_REPLACEMENT;
  DNP_TRY(denpa_train(b->net, b->dataset, &options, &report, err));
  *seconds = report.seconds;
  return DENPA_OK;
}

static denpa_status predict(bench *b, size_t times, double *seconds, denpa_error *err) {
  const double begun = dnp_seconds();
  for (size_t i = 0; i < times; i++)
    DNP_TRY(denpa_net_predict(b->net, b->work->rows, DENPA_DTYPE_UINT8, b->pixel, b->y, b->predicted, err));
  *seconds = dnp_seconds() - begun;
  return DENPA_OK;
}

static denpa_status repeat(bench *b, size_t times, double *seconds, denpa_error *err) {
  double all = 0;
  DNP_TRY((b->work->kind == DNP_WORK_CALL ? predict : train)(b, times, &all, err));
  *seconds = all / (double)times;
  return DENPA_OK;
}

/* ---- before and after ---------------------------------------------------------------------------- */

/* The rows of a call: the data's test pixels, again from the start where there are too few. */
static denpa_status prepare_calls(bench *b, denpa_error *err) {
  const size_t rows = b->work->rows, features = denpa_data_features(b->dataset),
               there = denpa_data_rows(b->dataset, DENPA_SPLIT_TEST);
  if (features != denpa_net_inputs(b->net))
    return dnp_fail(err, DENPA_ERROR_SHAPE, "the network {1} takes {2} {2|number|numbers}, but a row of {3} has {4}",
        dnp_s(denpa_net_text(b->net)), dnp_u(denpa_net_inputs(b->net)), dnp_s(denpa_data_name(b->dataset)),
        dnp_u(features));
  if (denpa_data_pixels(b->dataset, DENPA_SPLIT_TEST, 0) == NULL)
    return dnp_fail(
        err, DENPA_ERROR_ARGUMENT, "the samples of {1} are not pictures", dnp_s(denpa_data_name(b->dataset)));
  DNP_TRY(DNP_NEW(&b->pixel, rows * features, err));
  DNP_TRY(DNP_NEW(&b->y, rows * denpa_net_outputs(b->net), err));
  DNP_TRY(DNP_NEW(&b->predicted, rows, err));
  for (size_t i = 0; i < rows; i++)
    memcpy(b->pixel + i * features, denpa_data_pixels(b->dataset, DENPA_SPLIT_TEST, i % there), features);
  return DENPA_OK;
}

static denpa_status prepare(bench *b, const dnp_bench_options *options, denpa_error *err) {
  denpa_net_options net = denpa_net_options_default();
  net.activation = b->work->activation;
  net.init = b->work->init;
  net.threads = options->threads;
  net.cpu = options->cpu;
  DNP_TRY(denpa_net_create(&b->net, b->work->net, &net, err));
  DNP_TRY(DNP_NEW(&b->seconds, options->repeats, err));
  DNP_TRY(DNP_NEW(&b->peak, options->repeats + 1, err));
  return b->work->kind == DNP_WORK_CALL ? prepare_calls(b, err) : DENPA_OK;
}

static double samples_of(const bench *b) {
  const size_t all = denpa_data_rows(b->dataset, DENPA_SPLIT_TRAIN), rows = b->work->rows;
  return (double)(b->work->kind == DNP_WORK_EPOCH || rows == 0 ? all : rows);
}

static denpa_status run(bench *b, size_t repeats, dnp_timing *out, denpa_error *err) {
  const bool trained = b->work->kind != DNP_WORK_CALL;
  double first;
  DNP_TRY(repeat(b, 1, &first, err)); /* plans the network, touches its memory, wakes its threads; counts for nothing */
  const int threads = dnp_exec_threads(
      b->net->exec, b->work->rows > 0 ? b->work->rows : denpa_data_rows(b->dataset, DENPA_SPLIT_TRAIN), trained);
  b->peak[0] = dnp_exec_peak(b->net->exec, threads);
  for (size_t i = 0; i < repeats; i++) {
    DNP_TRY(repeat(b, b->work->times, &b->seconds[i], err));
    b->peak[i + 1] = dnp_exec_peak(b->net->exec, threads);
  }
  *out = (dnp_timing){.seconds = median(b->seconds, repeats),
      .samples = samples_of(b),
      .peak = median(b->peak, repeats + 1),
      .threads = threads,
      .unit = b->net->exec->kernels->unit,
      .memory = process_memory()};
  out->flops = dnp_net_flops(b->net, trained) * out->samples;
  return DENPA_OK;
}

denpa_status dnp_bench(
    const dnp_work *work, const denpa_data *data, const dnp_bench_options *options, dnp_timing *out, denpa_error *err) {
  bench b = {.work = work, .dataset = data};
  denpa_status status = prepare(&b, options, err);
  if (status == DENPA_OK) status = run(&b, options->repeats, out, err);
  dnp_free(b.peak);
  dnp_free(b.seconds);
  dnp_free(b.predicted);
  dnp_free(b.y);
  dnp_free(b.pixel);
  denpa_net_free(b.net);
  return status;
}
