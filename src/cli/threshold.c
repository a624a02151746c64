/* threshold.c: --threshold and --positive: from which probability on which of two classes is the answer. Called by the
 * subcommands eval and predict. */
#include "cli/threshold.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/table.h"
#include "learn/learn.h"

/* Which of the two is called so. */
static denpa_status find_positive(const cli_options *o, const cli_two *two, size_t *positive, denpa_error *err) {
  for (*positive = 0; *positive < 2; (*positive)++)
    if (strcmp(o->positive, two->name[*positive]) == 0) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_ARGUMENT, "--positive {1}: there is no such class; the two are \"{2}\" and \"{3}\"",
      dnp_s(o->positive), dnp_s(two->name[0]), dnp_s(two->name[1]));
}

/* Outputs that are not probabilities may be any numbers. */
static denpa_status refuse_value(const cli_options *o, bool sure, bool measured, denpa_error *err) {
  if (!sure)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "--threshold must be a number, not \"{1}\"", dnp_s(o->threshold));
  return measured ? dnp_fail(err, DENPA_ERROR_ARGUMENT,
                        "--threshold must be a probability from 0 to 1, or best, not \"{1}\"", dnp_s(o->threshold))
                  : dnp_fail(err, DENPA_ERROR_ARGUMENT, "--threshold must be a probability from 0 to 1, not \"{1}\"",
                        dnp_s(o->threshold));
}

denpa_status cli_threshold_take(const cli_options *o, const denpa_net *net, const cli_two *two, bool measured,
    dnp_threshold *out, denpa_error *err) {
  const bool sure = dnp_exec_probabilities(net->exec);
  *out = (dnp_threshold){.positive = 1, .value = (double)NAN};
  if (o->threshold == NULL && o->positive == NULL) return DENPA_OK;
  if (two == NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "--{1} is for two classes; this network does not tell two classes apart",
        dnp_s(o->threshold != NULL ? "threshold" : "positive"));
  if (o->positive != NULL) DNP_TRY(find_positive(o, two, &out->positive, err));
  if (o->threshold == NULL && !measured)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "--positive says which class --threshold is about; give --threshold P, too, such as --threshold 0.3");
  if (o->threshold == NULL) return DENPA_OK;
  out->best = strcmp(o->threshold, "best") == 0;
  if (out->best && !measured)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "--threshold best needs the right answers: eval --threshold best finds it, predict takes its number");
  if (out->best) return DENPA_OK;
  if (dnp_parse_real(o->threshold, &out->value) && isfinite(out->value) &&
      (!sure || (out->value >= 0 && out->value <= 1)))
    return DENPA_OK;
  return refuse_value(o, sure, measured, err);
}

void cli_two_of_net(const denpa_net *net, const denpa_data *data, cli_two *out) {
  for (size_t i = 0; i < 2; i++) dnp_class_name(net, data, i, out->name[i]);
}

denpa_status cli_two_of_table(const char *text, cli_two *out, bool *two, denpa_error *err) {
  const dnp_table *table;
  void *memory[DNP_TABLE_BLOCKS];
  denpa_status status = dnp_table_from_json(text, "table", &table, memory, err);
  *two = status == DENPA_OK && dnp_table_classes(table) == 2;
  for (size_t i = 0; *two && i < 2; i++)
    dnp_text_copy(out->name[i], sizeof out->name[i], dnp_table_target(table)->category[i]);
  for (size_t i = 0; i < DNP_TABLE_BLOCKS; i++) dnp_free(memory[i]);
  return status;
}
