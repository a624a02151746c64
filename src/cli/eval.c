/* eval.c: `denpa eval MODEL [DATA]`: mean loss, accuracy and the other measures over a split, beside what answers that
 * need no network would reach. */
#include <math.h>

#include "cli/shared.h"
#include "learn/rounding.h"
#include "cli/tables.h"
#include "cli/threshold.h"
#include "draw/plot.h"

static denpa_status report(const cli_options *options, const denpa_net *net, const denpa_data *data, denpa_split split,
    const dnp_scores *scores, const dnp_score_intervals *intervals, denpa_error *err) {
  const double loss = scores->loss, accuracy = scores->accuracy;
  const size_t rows = denpa_data_rows(data, split);
  const bool parted = scores->classes == 2 && isfinite(scores->threshold.value);
  if (options->json) {
    json_t *told = json_pack("{s:o,s:o,s:I,s:s,s:s,s:s,s:s}", "loss", cli_real(loss), "accuracy", cli_real(accuracy),
        "samples", (json_int_t)rows, "split", split == DENPA_SPLIT_TRAIN ? "train" : "test", "data",
        denpa_data_name(data), "net", denpa_net_text(net), "weights",
        dnp_rounding_name((dnp_rounding)options->weights));
    dnp_json_put_missing(&told, dnp_scores_json(data, scores));
    dnp_json_put(&told, "intervals", dnp_intervals_json(scores, intervals));
    return cli_print_json(told, err);
  }
  const denpa_lang lang = cli_lang(options);
  if (options->weights != 0 && !options->quiet)
    dnp_say(stdout, lang, "Weights rounded to {1}; inputs and sums are as before.\n",
        dnp_s(dnp_rounding_name((dnp_rounding)options->weights)));
  const denpa_arg part = dnp_t(dnp_part_name(net, data, split));
  if (scores->classes > 0)
    dnp_say(stdout, lang, "{1}, {2}, {3} {3|sample|samples}: accuracy {4:.4f}, loss {5:.6f}\n",
        dnp_s(denpa_data_name(data)), part, dnp_u(rows), dnp_d(accuracy), dnp_d(loss));
  else
    dnp_say(stdout, lang, "{1}, {2}, {3} {3|sample|samples}: loss {4:.6f}\n", dnp_s(denpa_data_name(data)), part,
        dnp_u(rows), dnp_d(loss));
  if (options->quiet) return DENPA_OK;
  const bool all = scores->classes == 0 || dnp_from_table(data) || parted;
  dnp_intervals_tell(stdout, lang, all, intervals);
  if (all)
    dnp_scores_tell(stdout, lang, false, false, data, scores);
  else
    dnp_scores_tell_beside(stdout, lang, data, scores);
  return DENPA_OK;
}

/* Work of some seconds says what it does. */
static void tell_work(const cli_options *options, const denpa_net *net, size_t rows) {
  enum { LARGE = 20000 }; /* millions of multiply-adds */
  if ((double)net->exec->work * (double)rows / 1e6 >= (double)LARGE)
    cli_tell(options, "Measuring on {1} samples; this takes a while.\n", dnp_u(rows));
}

/* The best threshold is that of the positive rows: without one there is nothing to look for. */
static denpa_status check_found(const denpa_data *data, const cli_two *two, const dnp_scores *s, denpa_error *err) {
  const dnp_threshold *t = &s->threshold;
  if (!t->best || s->of[t->positive].rows > 0) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_NOT_FOUND,
      "--threshold best: no row of {1} is \"{2}\", the positive class, so no threshold can be found; take other rows, "
      "or name the other class: --positive {3}",
      dnp_s(denpa_data_name(data)), dnp_s(two->name[t->positive]), dnp_s(two->name[1 - t->positive]));
}

static denpa_status evaluate(const cli_options *options, denpa_net *net, const denpa_data *data, denpa_error *err) {
  const denpa_split split = options->split == 0 ? DENPA_SPLIT_TRAIN : DENPA_SPLIT_TEST;
  dnp_row_answers answers;
  dnp_scores scores;
  dnp_score_intervals intervals;
  dnp_threshold threshold;
  cli_two two;
  DNP_TRY(cli_check_fit(net, data, err));
  cli_two_of_net(net, data, &two);
  const bool parts = denpa_data_classes(data) == 2 && dnp_exec_kinds(net->exec) == 2;
  DNP_TRY(cli_threshold_take(options, net, parts ? &two : NULL, true, &threshold, err));
  tell_work(options, net, denpa_data_rows(data, split));
  DNP_TRY(dnp_row_answers_take(net, data, (int)split, false, &answers, err));
  denpa_status status = dnp_scores_of(net, data, (int)split, &answers, &threshold, &scores, err);
  if (status == DENPA_OK) status = check_found(data, &two, &scores, err);
  if (status == DENPA_OK && (options->json || !options->quiet))
    status = dnp_score_intervals_take(data, (int)split, &answers, &scores, &intervals, err);
  if (status == DENPA_OK) status = report(options, net, data, split, &scores, &intervals, err);
  dnp_scores_free(&scores);
  dnp_row_answers_free(&answers);
  return status;
}

int cli_eval(const cli_options *options, int argc, char **argv) {
  denpa_error err = {0};
  denpa_net *net = NULL;
  denpa_data *data = NULL;
  denpa_status status = cli_load(options, argv[0], &net, &err);
  if (status == DENPA_OK) status = cli_open_model_data(options, net, argv[0], argc > 1 ? argv[1] : NULL, &data, &err);
  if (status == DENPA_OK) status = dnp_round_parameters(net, (dnp_rounding)options->weights, &err);
  if (status == DENPA_OK) status = evaluate(options, net, data, &err);
  denpa_data_free(data);
  denpa_net_free(net);
  return status == DENPA_OK ? CLI_DONE : cli_fail(options, &err);
}
