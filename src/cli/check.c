/* check.c: `denpa check MODEL [DATA]`: are the gradients right? With --grads FILE: are those right that a person
 * computed, and if not, why? */
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/text.h"
#include "cli/shared.h"
#include "draw/picture.h"
#include "gradcheck/check.h"
#include "gradcheck/diagnose.h"

static json_t *sizes(int axes, const size_t *shape) {
  json_t *list = json_array();
  for (int i = 0; i < axes; i++) dnp_json_add(&list, json_integer((json_int_t)shape[i]));
  return list;
}

/* ---- the network's own gradients ---------------------------------------------------------------- */

static json_t *entry(const dnp_check_tensor *t, const dnp_check_entry *e, bool there) {
  size_t at[DNP_MAX_AXES] = {0};
  if (!there) return json_null();
  dnp_check_place(t->axes, t->shape, e->index, at);
  return json_pack("{s:o,s:o,s:o,s:o}", "index", sizes(t->axes, at), "numerical", cli_real(e->numerical), "backward",
      cli_real(e->backward), "error", cli_real(e->error));
}

static json_t *tensors(const dnp_check *check) {
  json_t *list = json_array();
  for (size_t i = 0; i < check->tensors; i++) {
    const dnp_check_tensor *t = &check->tensor[i];
    dnp_json_add(&list,
        json_pack("{s:s,s:o,s:I,s:I,s:b,s:I,s:I,s:o,s:o,s:o}", "name", t->name, "shape", sizes(t->axes, t->shape),
            "entries", (json_int_t)t->checked, "of", (json_int_t)t->count, "right", t->wrong == 0, "wrong",
            (json_int_t)t->wrong, "kinks", (json_int_t)t->kinks, "typical", cli_real(t->typical), "worst",
            entry(t, &t->worst, t->kinks < t->checked), "worst_kink", entry(t, &t->kink, t->kinks > 0)));
  }
  return list;
}

static denpa_status check_json(const dnp_check *check, double seconds, denpa_error *err) {
  const denpa_net *net = check->net;
  json_t *again = check->fast
                      ? json_pack("{s:I,s:o}", "entries", (json_int_t)check->again, "apart", cli_real(check->apart))
                      : json_null();
  return cli_print_json(
      json_pack("{s:s,s:s,s:s,s:s,s:s,s:I,s:o,s:b,s:s,s:o,s:o,s:o,s:I,s:I,s:I,s:I,s:o,s:o}", "net", denpa_net_text(net),
          "activation", denpa_net_activation(net), "loss", denpa_net_loss(net), "data", denpa_data_name(check->dataset),
          "split", check->asked.split == DNP_TRAIN ? "train" : "test", "samples", (json_int_t)check->rows, "batch_loss",
          cli_real(check->loss), "right", (int)dnp_check_good(check), "method", check->fast ? "fast" : "full", "step",
          cli_real(check->step), "tolerance", cli_real(DNP_CHECK_TOLERANCE), "again", again, "entries",
          (json_int_t)check->entries, "of", (json_int_t)check->of, "wrong", (json_int_t)check->wrong, "kinks",
          (json_int_t)check->kinks, "seconds", cli_real(seconds), "tensors", tensors(check)),
      err);
}

static bool progressed(void *context, size_t checked, size_t of) {
  dnp_progress *progress = context;
  enum { EVERY = 16 };
  char text[160];
  if (checked % EVERY != 0) return true;
  dnp_render(text, sizeof text, progress->lang, "gradient {1} of {2}",
      (const denpa_arg[]){dnp_u(checked), dnp_u(of), DNP_END});
  dnp_progress_tell(progress, (double)checked / (double)of, text);
  return true;
}

static denpa_status check_own(const cli_options *options, const denpa_net *net, const denpa_data *data, int split,
    int *status, denpa_error *err) {
  dnp_check *check;
  const double begun = dnp_seconds();
  dnp_progress progress;
  cli_progress_start(options, &progress);
  denpa_status result = dnp_check_make(&check, net, data,
      &(dnp_check_asked){.split = split,
          .rows = options->samples,
          .training = options->training,
          .all = options->all,
          .told = progressed,
          .context = &progress},
      err);
  dnp_progress_clear(&progress);
  DNP_TRY(result);
  *status = dnp_check_good(check) ? CLI_DONE : CLI_FAILED;
  if (options->json)
    result = check_json(check, dnp_seconds() - begun, err);
  else {
    dnp_sheet sheet;
    FILE *out = dnp_sheet_begin(&sheet, stdout);
    (options->quiet ? dnp_check_tell_verdict : dnp_check_tell)(
        out, cli_lang(options), dnp_want_colour(stdout, options->color), check);
    dnp_sheet_end(&sheet);
  }
  dnp_check_free(check);
  return result;
}

/* ---- a person's own gradients -------------------------------------------------------------------- */

static json_t *arrays_json(const dnp_review *r) {
  static const char *const states[] = {[DNP_GIVEN_RIGHT_SHAPE] = "compared",
      [DNP_GIVEN_TURNED] = "reshaped",
      [DNP_GIVEN_UNUSABLE] = "unusable",
      [DNP_GIVEN_MISSING] = "missing"};
  json_t *list = json_array();
  for (size_t i = 0; i < r->given_count; i++) {
    const dnp_given *g = &r->given[i];
    size_t at[DNP_MAX_AXES] = {0};
    const bool there = g->state == DNP_GIVEN_RIGHT_SHAPE || g->state == DNP_GIVEN_TURNED;
    dnp_check_place(g->axes, g->shape, g->worst, at);
    json_t *worst = there ? json_pack("{s:o,s:o,s:o}", "index", sizes(g->axes, at), "given", cli_real(g->worst_given),
                                "right", cli_real(g->worst_right))
                          : json_null();
    dnp_json_add(&list, json_pack("{s:s,s:s,s:s,s:o,s:o,s:b,s:o,s:o,s:o,s:o}", "name", g->name, "called", g->called,
                            "state", states[g->state], "shape", sizes(g->axes, g->shape), "given_shape",
                            g->state == DNP_GIVEN_MISSING ? json_null() : sizes(g->given_axes, g->given_shape), "right",
                            (int)g->right, "error", cli_real(g->error), "cosine", cli_real(g->cosine), "tolerance",
                            cli_real(g->tolerance), "worst", worst));
  }
  return list;
}

static json_t *diagnosis_json(const dnp_review *r, denpa_lang lang) {
  json_t *list = json_array();
  for (size_t i = 0; i < r->findings; i++) {
    const dnp_diagnosis *f = &r->finding[i];
    char text[1024], other[1024] = "";
    dnp_diagnosis_text(f, false, lang, text, sizeof text);
    if (f->second != NULL) dnp_diagnosis_text(f, true, lang, other, sizeof other);
    json_t *with = f->second == NULL
                       ? json_null()
                       : json_pack("{s:s,s:o,s:s,s:s}", "id", f->second->id, "value", cli_real(f->second_value),
                             "sentence", other, "remedy", dnp_translate(lang, f->second->remedy));
    dnp_json_add(&list, json_pack("{s:s,s:o,s:o,s:b,s:o,s:o,s:s,s:s,s:o}", "id", f->mistake->id, "confidence",
                            cli_real(f->confidence), "error", cli_real(f->error), "fits", (int)f->fits, "value",
                            cli_real(f->value), "array", f->given != NULL ? json_string(f->given->name) : json_null(),
                            "sentence", text, "remedy", dnp_translate(lang, f->mistake->remedy), "with", with));
  }
  return list;
}

static denpa_status review_json(const cli_options *options, const dnp_review *r, double seconds, denpa_error *err) {
  return cli_print_json(
      json_pack("{s:s,s:s,s:s,s:s,s:s,s:I,s:o,s:b,s:I,s:I,s:o,s:o,s:o}", "net", denpa_net_text(r->net), "activation",
          denpa_net_activation(r->net), "loss", denpa_net_loss(r->net), "data", denpa_data_name(r->dataset), "split",
          r->split == DNP_TRAIN ? "train" : "test", "samples", (json_int_t)r->rows, "batch_loss", cli_real(r->loss),
          "right", (int)r->right, "mistakes", (json_int_t)r->mistakes, "strangers", (json_int_t)r->strangers, "seconds",
          cli_real(seconds), "arrays", arrays_json(r), "diagnosis", diagnosis_json(r, cli_lang(options))),
      err);
}

/* Whether the file holds one array by its nature. */
static bool is_single(const char *path) {
  return dnp_text_ends(path, ".npy") || dnp_text_ends(path, ".csv") || dnp_text_ends(path, ".txt");
}

static denpa_status check_theirs(const cli_options *options, const denpa_net *net, const denpa_data *data, int split,
    int *status, denpa_error *err) {
  if (options->all)
    return dnp_fail(
        err, DENPA_ERROR_ARGUMENT, "--all has no meaning with --grads, which compares every gradient given");
  dnp_arrays arrays;
  dnp_review *review;
  const double begun = dnp_seconds();
  DNP_TRY(dnp_given_read(options->grads, &arrays, err));
  denpa_status result = dnp_review_make(
      &review, net, data, split, options->samples, &arrays, !is_single(options->grads), err);
  dnp_arrays_free(&arrays);
  if (result == DENPA_ERROR_NOT_FOUND) return dnp_fail_in(err, result, options->grads);
  DNP_TRY(result);
  *status = review->right ? CLI_DONE : CLI_FAILED;
  if (options->json)
    result = review_json(options, review, dnp_seconds() - begun, err);
  else {
    dnp_sheet sheet;
    FILE *out = dnp_sheet_begin(&sheet, stdout);
    dnp_review_tell(out, cli_lang(options), dnp_want_colour(stdout, options->color), review);
    dnp_sheet_end(&sheet);
  }
  dnp_review_free(review);
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
  if (status == DENPA_OK) status = cli_open_model_data(options, net, argv[0], argc > 1 ? argv[1] : NULL, &data, &err);
  if (status == DENPA_OK) status = cli_check_fit(net, data, &err);
  if (status == DENPA_OK)
    status = (options->grads != NULL ? check_theirs : check_own)(options, net, data, split, &result, &err);
  denpa_data_free(data);
  denpa_net_free(net);
  return status == DENPA_OK ? result : cli_fail(options, &err);
}
