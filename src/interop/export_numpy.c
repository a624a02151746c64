/* export_numpy.c: writes a network as a NumPy script that trains it again. The script's text is the template
 * export_numpy.py beside this file (script.h). This file reads the network's own history, chooses the words and fills
 * in. Where the history cannot be written, export_forward.c writes the network as it is. It computes nothing. Called by
 * `denpa export` (src/cli/export.c). */
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "learn/learn.h"
#include "op/op.h"
#include "interop/export.h"
#include "interop/script.h"

#include "export_numpy_py.h"

typedef struct chosen {
  const dnp_op *op;
  double number; /* its first */
} chosen;

typedef struct script {
  dnp_script base;
  const denpa_net *net;
  const dnp_optimizer *optimizer;
  const char *data_name, *batch_arguments;
  double deviation;
  size_t train_rows, batch, steps; /* batch 0: full */
  uint64_t seed, order_seed;
  double lr;
  chosen activation, loss;
} script;

/* ---- what the history says ---------------------------------------------------------------------- */

static void add(script *s, const char *word) { dnp_script_add(&s->base, word); }
static bool has(const script *s, const char *word) { return dnp_script_has(&s->base, word); }

static denpa_status text_of(const script *s, const char *key, const char **out, denpa_error *err) {
  *out = denpa_net_metadata(s->net, key);
  if (*out != NULL) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
      "the model does not tell its {1}, so its training cannot be written as a script; export a model that `denpa "
      "train --out` saved",
      dnp_s(key));
}

static denpa_status unclear(const char *key, const char *value, denpa_error *err) {
  return dnp_fail(err, DENPA_ERROR_UNSUPPORTED, "the model's {1} is '{2}', which cannot be written as a script",
      dnp_s(key), dnp_s(value));
}

/* Adds the history's word for `key` if it is one of `choices`, NULL-terminated. */
static denpa_status choose(script *s, const char *key, const char *const *choices, denpa_error *err) {
  const char *value;
  DNP_TRY(text_of(s, key, &value, err));
  for (const char *const *c = choices; *c != NULL; c++)
    if (strcmp(value, *c) == 0) return add(s, *c), DENPA_OK;
  return unclear(key, value, err);
}

/* The operation that the history names for `key`, if its row can be written in NumPy. */
static denpa_status read_op(const script *s, const char *key, bool loss, chosen *out, denpa_error *err) {
  const char *value;
  double number[1];
  int numbers;
  DNP_TRY(text_of(s, key, &value, err));
  DNP_TRY(dnp_op_read(value, loss, &out->op, number, &numbers, err));
  out->number = numbers > 0 ? number[0] : out->op->number[0].fallback;
  const char *text = loss ? out->op->numpy.losses : out->op->numpy.slope != NULL ? out->op->numpy.value : NULL;
  return text != NULL && (numbers == 0 || strstr(text, "{1}") != NULL) ? DENPA_OK : unclear(key, value, err);
}

static denpa_status whole_of(const script *s, const char *key, uint64_t *out, denpa_error *err) {
  const char *value;
  size_t number;
  DNP_TRY(text_of(s, key, &value, err));
  if (!dnp_parse_size(value, &number)) return unclear(key, value, err);
  *out = number;
  return DENPA_OK;
}

static denpa_status size_of(const script *s, const char *key, size_t *out, denpa_error *err) {
  uint64_t number = 0;
  DNP_TRY(whole_of(s, key, &number, err));
  *out = (size_t)number;
  return DENPA_OK;
}

static denpa_status is_numpy(const script *s, const char *key, bool *out, denpa_error *err) {
  const char *value;
  DNP_TRY(text_of(s, key, &value, err));
  *out = strcmp(value, "numpy") == 0;
  return *out || strcmp(value, "denpa") == 0 ? DENPA_OK : unclear(key, value, err);
}

static denpa_status read_init(script *s, denpa_error *err) {
  static const char *const others[] = {"xavier", "he", "zeros", NULL};
  static const char normal[] = "normal:";
  const char *value;
  DNP_TRY(text_of(s, "init", &value, err));
  if (strncmp(value, normal, sizeof normal - 1) != 0) return choose(s, "init", others, err);
  if (!dnp_parse_real(value + sizeof normal - 1, &s->deviation)) return unclear("init", value, err);
  add(s, "normal");
  return DENPA_OK;
}

static denpa_status read_batches(script *s, denpa_error *err) {
  static const char *const samplings[] = {"shuffle", "replacement", "sequential", NULL};
  const char *batch, *sampling;
  DNP_TRY(size_of(s, "train_rows", &s->train_rows, err));
  DNP_TRY(text_of(s, "batch", &batch, err));
  DNP_TRY(text_of(s, "sampling", &sampling, err));
  if (strcmp(batch, "full") != 0) DNP_TRY(size_of(s, "batch", &s->batch, err));
  if (s->batch == 0 || (s->batch >= s->train_rows && strcmp(sampling, "replacement") != 0)) {
    s->batch = 0;
    s->batch_arguments = "";
    return add(s, "full"), DENPA_OK;
  }
  s->batch_arguments = strcmp(sampling, "shuffle") == 0      ? "place, order"
                       : strcmp(sampling, "sequential") == 0 ? "place"
                                                             : "";
  return choose(s, "sampling", samplings, err);
}

/* Whose random numbers the weights and the batches take. */
static denpa_status read_sources(script *s, denpa_error *err) {
  bool weights = false, order = false;
  DNP_TRY(is_numpy(s, "rng", &weights, err));
  DNP_TRY(is_numpy(s, "order_rng", &order, err));
  DNP_TRY(whole_of(s, "seed", &s->seed, err));
  DNP_TRY(whole_of(s, "order_seed", &s->order_seed, err));
  const bool draws = !has(s, "zeros"), shuffles = has(s, "shuffle"), replaces = has(s, "replacement");
  if (weights) add(s, "numpy-seed");
  if (draws) add(s, weights ? "numpy-weights" : "philox-normal");
  if (!shuffles && !replaces) order = weights;
  if (shuffles) add(s, order ? "shuffle-numpy" : "shuffle-denpa");
  if (replaces) add(s, order ? "replacement-numpy" : "replacement-denpa");
  if ((shuffles || replaces) && order && (!weights || s->seed != s->order_seed)) add(s, "reseed");
  if ((shuffles || replaces) && !order) add(s, "philox-below");
  if (has(s, "philox-normal") || has(s, "philox-below")) add(s, "philox");
  return DENPA_OK;
}

/* What a training may have had that no line of the script knows: settings that the model file tells only because they
 * are not the usual ones. */
static denpa_status check_extras(const script *s, denpa_error *err) {
  const char *rows = denpa_net_metadata(s->net, "validation_rows");
  for (size_t i = 0; i < DNP_SETTINGS; i++) {
    const dnp_setting *setting = &dnp_settings[i];
    if (setting->when == DNP_SETTING_ALWAYS || setting->when == DNP_SETTING_NEVER) continue;
    const char *value = denpa_net_metadata(s->net, setting->key);
    if (value != NULL && strcmp(value, "none") != 0) return unclear(setting->key, value, err);
  }
  return rows == NULL ? DENPA_OK : unclear("validation_rows", rows, err);
}

static denpa_status read_history(script *s, denpa_error *err) {
  static const char *const schedules[] = {"constant", "linear", "one-cycle", NULL}, *const orders[] = {
                                                                                        "gradients-first", "seed",
                                                                                        NULL};
  const char *lr, *optimizer;
  DNP_TRY(check_extras(s, err));
  DNP_TRY(read_op(s, "activation", false, &s->activation, err));
  DNP_TRY(read_op(s, "loss", true, &s->loss, err));
  DNP_TRY(read_init(s, err));
  DNP_TRY(text_of(s, "optimizer", &optimizer, err));
  if (dnp_optimizer_find(optimizer, &s->optimizer, NULL) != DENPA_OK || s->optimizer->numpy == NULL)
    return unclear("optimizer", optimizer, err);
  DNP_TRY(choose(s, "schedule", schedules, err));
  DNP_TRY(choose(s, "update_order", orders, err));
  DNP_TRY(read_batches(s, err));
  DNP_TRY(read_sources(s, err));
  DNP_TRY(size_of(s, "steps", &s->steps, err));
  DNP_TRY(text_of(s, "lr", &lr, err));
  if (!dnp_parse_real(lr, &s->lr)) return unclear("lr", lr, err);
  DNP_TRY(text_of(s, "data", &s->data_name, err));
  add(s, strcmp(s->data_name, "mnist") == 0 ? "mnist" : "other");
  return DENPA_OK;
}

/* More epochs begun than the updates need: there was more than one training, and the history tells of the last one
 * only. */
static denpa_status check_one_training(const script *s, denpa_error *err) {
  size_t begun = 0;
  const size_t batch = s->batch > 0 ? s->batch : s->train_rows;
  DNP_TRY(size_of(s, "epochs_begun", &begun, err));
  if (batch == 0 || s->train_rows == 0) return unclear("train_rows", "0", err);
  const size_t per_epoch = (s->train_rows - 1) / batch + 1;
  if (begun == s->steps / per_epoch + (s->steps % per_epoch > 0)) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
      "the model was trained more than once and tells of the last training only, so it cannot be written as a script");
}

/* ---- writing ------------------------------------------------------------------------------------- */

static void put_real(FILE *out, const char *name, double value) {
  char text[40];
  dnp_format_shortest(text, sizeof text, value);
  fprintf(out, "%s = %s\n", name, text);
}

static void put_settings(const void *of) {
  const script *s = of;
  FILE *out = s->base.out;
  const char *last = "";
  fputs("DATA = ", out);
  dnp_script_literal(out, s->data_name);
  fprintf(out, "\nTRAIN_ROWS = %zu\nSIZES = [", s->train_rows);
  for (const char *p = denpa_net_text(s->net); *p != '\0'; p++) fputs(*p == '-' ? ", " : (const char[]){*p, '\0'}, out);
  fprintf(out, "]\nSEED = %" PRIu64 "\n", s->seed);
  if (has(s, "normal")) put_real(out, "DEVIATION", s->deviation);
  if (has(s, "philox-below") || has(s, "reseed")) fprintf(out, "ORDER_SEED = %" PRIu64 "\n", s->order_seed);
  put_real(out, "LR", s->lr);
  if (s->batch == 0)
    fputs("BATCH = TRAIN_ROWS\n", out);
  else
    fprintf(out, "BATCH = %zu\n", s->batch);
  fprintf(out, "STEPS = %zu\n", s->steps);
  const bool wide = denpa_net_dtype(s->net) == DENPA_DTYPE_FLOAT64;
  fprintf(out, "DTYPE = np.%s\n", dnp_dtype_name(denpa_net_dtype(s->net)));
  last = wide ? DNP_N("denpa adds in a fixed order and NumPy in another one, so the last digits differ")
              : DNP_N("in float32 the different order of sums shows after fewer digits, and more so the longer the "
                      "training is");
  fprintf(out, "TOLERANCE = %s  # %s\n", wide ? "1e-9" : "1e-3", dnp_translate(s->base.lang, last));
}

static void put_data(const void *of) {
  const script *s = of;
  char shown[4 * 4096 + 1];
  dnp_render(shown, sizeof shown, DENPA_LANG_EN, "{1}", (const denpa_arg[]){dnp_s(s->data_name), DNP_END});
  fputs(shown, s->base.out);
}

static void put_optimizer(const void *of) {
  const script *s = of;
  if (s->optimizer->numpy_note != NULL)
    fprintf(s->base.out, "# %s\n", dnp_translate(s->base.lang, s->optimizer->numpy_note));
  fputs(s->optimizer->numpy, s->base.out);
}

static void put_batch_arguments(const void *of) {
  const script *s = of;
  fputs(s->batch_arguments, s->base.out);
}

/* The body of a function from the row of an operation. */
static void put_body(const script *s, const char *text, double number) {
  char shown[40];
  const char *const numbers[] = {shown};
  dnp_format_shortest(shown, sizeof shown, number);
  dnp_script_body(&s->base, text, numbers, 1);
}

static void put_activation(const void *of) {
  const script *s = of;
  put_body(s, s->activation.op->numpy.value, s->activation.number);
}

static void put_slope(const void *of) {
  const script *s = of;
  put_body(s, s->activation.op->numpy.slope, s->activation.number);
}

static void put_losses(const void *of) {
  const script *s = of;
  put_body(s, s->loss.op->numpy.losses, s->loss.number);
}

static void put_loss_gradient(const void *of) {
  const script *s = of;
  put_body(s, s->loss.op->numpy.loss_gradient, s->loss.number);
}

static const dnp_script_filling fillings[] = {{"@SETTINGS\n", put_settings}, {"@OPTIMIZER\n", put_optimizer},
    {"@DATA", put_data}, {"@BATCH_ARGUMENTS", put_batch_arguments}, {"@ACTIVATION\n", put_activation},
    {"@SLOPE\n", put_slope}, {"@LOSSES\n", put_losses}, {"@LOSS_GRADIENT\n", put_loss_gradient}, {NULL, NULL}};

/* What of the network itself the script does not know. */
static denpa_status check_network(const denpa_net *net, denpa_error *err) {
  const char *text = denpa_net_text(net);
  if (strspn(text, "0123456789-") != strlen(text))
    return dnp_fail(
        err, DENPA_ERROR_UNSUPPORTED, "training is written for networks such as 784-50-10, not for lists of layers");
  return DENPA_OK;
}

static denpa_status read_training(script *s, denpa_error *err) {
  DNP_TRY(check_network(s->net, err));
  DNP_TRY(read_history(s, err));
  return check_one_training(s, err);
}

denpa_status dnp_export_numpy(FILE *out, denpa_lang lang, const denpa_net *net, denpa_error *untold, denpa_error *err) {
  script s = {.base = {.out = out, .lang = lang}, .net = net};
  const char *optimizer;
  s.base.of = &s;
  s.base.filling = fillings;
  *untold = (denpa_error){0};
  if (*denpa_net_text(net) == '\0')
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "only networks written as a text, such as 784-50-10 or a list of layers, can be written as a script");
  DNP_TRY(text_of(&s, "optimizer", &optimizer, err)); /* numbers of others: no file of denpa's that a script can read */
  const denpa_status status = read_training(&s, untold);
  if (status == DENPA_ERROR_UNSUPPORTED) return dnp_export_forward(out, lang, net, err);
  if (status == DENPA_OK) return dnp_script_write(&s.base, export_numpy_py, sizeof export_numpy_py, err);
  if (err != NULL) *err = *untold;
  return status;
}
