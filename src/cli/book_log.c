/* book_log.c: train --log-format book: a training tells its course in the lines of the book's Trainer, number by number
 * as that prints them, so that a reader's own script and denpa can be compared by diff. Called by train.c. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "cli/training.h"
#include "learn/trainer.h"

/* A number as Python prints it: the shortest text that means it, with a point in whole ones. */
static const char *python(double value, char out[32]) {
  const size_t length = dnp_format_shortest(out, 32, value);
  if (strpbrk(out, ".en") == NULL && length + 3 <= 32) memcpy(out + length, ".0", 3);
  return out;
}

/* Its epochs begin at the updates whose number, from 0, is a multiple of rows / batch in float64: where that is no
 * whole number, at few of them. */
static bool begins_epoch(const denpa_trainer *trainer, size_t update) {
  const double updates = fmax((double)trainer->batches.rows / (double)trainer->batches.batch, 1);
  return fma(-rint((double)update / updates), updates, (double)update) == 0;
}

/* Its losses have the penalty of the weights in them. */
static double penalty(const denpa_trainer *trainer) {
  double squares = 0;
  if (!(trainer->options.weight_decay > 0)) return 0;
  for (size_t i = 0; i < denpa_net_parameter_tensors(trainer->net); i++) {
    const denpa_parameter p = denpa_net_parameter(trainer->net, i);
    for (size_t k = 0; p.axes > 1 && k < p.count; k++) {
      const double w = dnp_number(p.dtype, p.value, k);
      squares = fma(w, w, squares);
    }
  }
  return 0.5 * trainer->options.weight_decay * squares;
}

static denpa_status put_epoch(cli_training *t, denpa_error *err) {
  char text[2][32];
  double accuracy[2];
  for (int s = 0; s < 2; s++)
    DNP_TRY(denpa_trainer_evaluate(t->trainer, s == 0 ? DENPA_SPLIT_TRAIN : DENPA_SPLIT_TEST, NULL, &accuracy[s], err));
  printf("=== epoch:%zu, train acc:%s, test acc:%s ===\n", t->book.epochs, python(accuracy[0], text[0]),
      python(accuracy[1], text[1]));
  fflush(stdout);
  return DENPA_OK;
}

denpa_status cli_book_log_check(const cli_training *t, denpa_error *err) {
  const cli_options *o = t->options;
  if (!o->log_format) return DENPA_OK;
  if (o->json)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "--log-format book and --json both say what standard output is; leave one of them out");
  if (o->seeds > 1)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "--log-format book tells one training, but --seeds {1} asks for {1}; leave one of them out", dnp_u(o->seeds));
  if (denpa_data_classes(t->dataset) == 0)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "--log-format book tells accuracies, but the answers of {1} are numbers; leave it out",
        dnp_s(denpa_data_name(t->dataset)));
  if (denpa_data_rows(t->dataset, DENPA_SPLIT_TEST) == 0)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "--log-format book tells the accuracy on test data, but {1} has none; leave it out",
        dnp_s(denpa_data_name(t->dataset)));
  return DENPA_OK;
}

denpa_status cli_book_log_update(cli_training *t, size_t update, denpa_error *err) {
  char text[32];
  double loss;
  if (!t->options->log_format || t->options->quiet) return DENPA_OK;
  if (!t->book.begun) { /* nothing is done yet, or what an interrupted training has told */
    for (size_t k = 0; k < update; k++) t->book.epochs += begins_epoch(t->trainer, k);
    t->book.begun = true;
    return DENPA_OK;
  }
  DNP_TRY(dnp_trainer_loss_behind(t->trainer, &loss, err));
  printf("train loss:%s\n", python(loss + penalty(t->trainer), text));
  if (!begins_epoch(t->trainer, update - 1)) return DENPA_OK;
  t->book.epochs++;
  return put_epoch(t, err);
}

denpa_status cli_book_log_end(const cli_training *t, double accuracy, denpa_error *err) {
  char text[32];
  if (!isfinite(accuracy)) DNP_TRY(denpa_net_evaluate(t->net, t->dataset, DENPA_SPLIT_TEST, NULL, &accuracy, err));
  printf("=============== Final Test Accuracy ===============\ntest acc:%s\n", python(accuracy, text));
  return DENPA_OK;
}
