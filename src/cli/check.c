/* check.c: `denpa check MODEL [DATA]`: are the gradients right? With --grads FILE: are those right that a person computed, and if not, why? */
#include <time.h>

#include "base/array.h"
#include "cli/shared.h"
#include "see/picture.h"
#include "study/check.h"

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static json_t *sizes(int axes, const size_t *shape) {
  json_t *list = json_array();
  for (int i = 0; i < axes; i++) json_array_append_new(list, json_integer((json_int_t)shape[i]));
  return list;
}

/* ---- the network's own gradients ---------------------------------------------------------------- */

static json_t *entry(const dnp_check_tensor *t, const dnp_check_entry *e, bool there) {
  size_t at[DNP_MAX_AXES] = {0};
  if (!there) return json_null();
  dnp_check_place(t->axes, t->shape, e->index, at);
  return json_pack("{s:o,s:o,s:o,s:o}", "index", sizes(t->axes, at), "numerical", cli_real(e->numerical), "backward", cli_real(e->backward), "error", cli_real(e->error));
}

static json_t *tensors(const dnp_check *check) {
  json_t *list = json_array();
  for (size_t i = 0; i < check->tensors; i++) {
    const dnp_check_tensor *t = &check->tensor[i];
    json_array_append_new(list, json_pack("{s:s,s:o,s:I,s:b,s:I,s:I,s:o,s:o,s:o}", "name", t->name, "shape", sizes(t->axes, t->shape), "entries", (json_int_t)t->count, "right", t->wrong == 0, "wrong", (json_int_t)t->wrong, "kinks",
                                          (json_int_t)t->kinks, "typical", cli_real(t->typical), "worst", entry(t, &t->worst, t->kinks < t->count), "worst_kink", entry(t, &t->kink, t->kinks > 0)));
  }
  return list;
}

static denpa_status check_json(const dnp_check *check, double seconds, denpa_error *err) {
  const denpa_net *net = check->net;
  json_t *again = check->fast ? json_pack("{s:I,s:o}", "entries", (json_int_t)check->again, "apart", cli_real(check->apart)) : json_null();
  return cli_print_json(json_pack("{s:s,s:s,s:s,s:s,s:s,s:I,s:o,s:b,s:s,s:o,s:o,s:o,s:I,s:I,s:I,s:o,s:o}", "net", denpa_net_text(net), "activation", denpa_net_activation(net), "loss", denpa_net_loss(net), "data", denpa_data_name(check->data),
                                  "split", check->split == DNP_TRAIN ? "train" : "test", "samples", (json_int_t)check->rows, "batch_loss", cli_real(check->loss), "right", (int)dnp_check_good(check), "method", check->fast ? "fast" : "full",
                                  "step", cli_real(check->step), "tolerance", cli_real(DNP_CHECK_TOLERANCE), "again", again, "entries", (json_int_t)check->entries, "wrong", (json_int_t)check->wrong, "kinks", (json_int_t)check->kinks,
                                  "seconds", cli_real(seconds), "tensors", tensors(check)),
                        err);
}

static denpa_status check_own(const cli_options *options, const denpa_net *net, const denpa_data *data, int split, int *status, denpa_error *err) {
  dnp_check *check;
  const double begun = now();
  DNP_TRY(dnp_check_make(&check, net, data, split, options->samples, err));
  *status = dnp_check_good(check) ? CLI_DONE : CLI_FAILED;
  denpa_status result = DENPA_OK;
  if (options->json)
    result = check_json(check, now() - begun, err);
  else
    dnp_check_tell(stdout, cli_lang(options), dnp_want_colour(stdout, options->color), check);
  dnp_check_free(check);
  return result;
}

/* ------------------------------------------------------------------------------------------------- */

int cli_check(const cli_options *options, int argc, char **argv) {
  denpa_error err = {0};
  denpa_net *net = NULL;
  denpa_data *data = NULL;
  int result = CLI_DONE;
  const int split = options->split == 0 ? DNP_TRAIN : DNP_TEST;
  denpa_status status = cli_load(options, argv[0], &net, &err);
  if (status == DENPA_OK) status = cli_open_data(options, argc > 1 ? argv[1] : denpa_net_metadata(net, "data"), &data, &err);
  if (status == DENPA_OK) status = cli_check_fit(net, data, &err);
  if (status == DENPA_OK) status = check_own(options, net, data, split, &result, &err);
  denpa_data_free(data);
  denpa_net_free(net);
  return status == DENPA_OK ? result : cli_fail(options, &err);
}
