/* info.c: `denpa info MODEL`: what is in a model file. */
#include <math.h>
#include <string.h>

#include "base/array.h"
#include "cli/origin.h"
#include "cli/shared.h"
#include "draw/network.h"
#include "learn/learn.h"
#include "cli/tables.h"

/* What a model tells of its history, in this order. */
static const struct {
  const char *key, *label;
} history[] = {
    {"data", DNP_N("data set")},
    {"classes", DNP_N("classes")},
    {"pictures", DNP_N("pictures")},
#define SETTING(id, member, type, kind, low, high, initial, own, used, key, when, label, ...) {key, label},
#include "learn/settings.def"
#include "learn/learn.h"
#undef SETTING
    {"validation_rows", DNP_N("validation samples")},
    {"best_epoch", DNP_N("best epoch")},
    {"samples", DNP_N("samples used")},
    {DNP_BEGAN_WITH, DNP_N("began with weights")},
    {DNP_BEGAN_INIT, DNP_N("initial weights")},
    {DNP_CONTINUED, DNP_N("continued from")},
    {"broke_off", DNP_N("broke off at update")},
    {"kept_epoch", DNP_N("kept from epoch")},
    {"init", DNP_N("initial weights")},
    {"rng", DNP_N("random numbers")},
    {"seed", DNP_N("seed")},
};
#define HISTORY (sizeof history / sizeof *history)

/* What the model tells under a key; NULL: nothing. Seed and source of the order are told where they are others than
 * those of the first weights. */
static const char *told_of(const denpa_net *net, const char *key) {
  static const char order[] = "order_";
  const char *told = key != NULL ? denpa_net_metadata(net, key) : NULL;
  if (told == NULL || strncmp(key, order, strlen(order)) != 0) return told;
  const char *first = denpa_net_metadata(net, key + strlen(order));
  return first != NULL && strcmp(first, told) == 0 ? NULL : told;
}

static void say_parameter(FILE *out, denpa_lang lang, const denpa_parameter *p) {
  double low = (double)INFINITY, high = -(double)INFINITY, sum = 0;
  char shape[96];
  for (size_t i = 0; i < p->count; i++) {
    double v = dnp_number(p->dtype, p->value, i);
    low = v < low ? v : low;
    high = v > high ? v : high;
    sum += v;
  }
  if (!isfinite(sum)) low = high = sum; /* NaN or infinity is among them: that is what there is to say */
  dnp_say(out, lang, "  {1:-6} {2:-14} smallest {3:10.4f}  largest {4:10.4f}  mean {5:10.6f}\n", dnp_s(p->name),
      dnp_s(dnp_shape_text(p->axes, p->shape, shape)), dnp_d(low), dnp_d(high), dnp_d(sum / (double)p->count));
}

static void say_classes(const denpa_net *net, denpa_lang lang, const char *label) {
  enum { LABEL = 18 };
  char name[DNP_CLASS_NAME];
  dnp_sentence sentence;
  dnp_say(stdout, lang, "{1:-18} {2}", dnp_t(label), dnp_s(""));
  FILE *in = dnp_sentence_begin(&sentence, stdout);
  for (size_t i = 0; i < denpa_net_outputs(net) && denpa_net_class_name(net, i, name, sizeof name) > 0; i++)
    dnp_say(in, lang, i > 0 ? ", {1}" : "{1}", dnp_s(name));
  dnp_sentence_end(&sentence, LABEL + 1);
}

static denpa_status describe(
    const cli_options *options, const denpa_net *net, const cli_origin *origin, denpa_error *err) {
  char sha[65];
  denpa_lang lang = cli_lang(options);
  DNP_TRY(denpa_net_sha256(net, sha, err));
  if (options->json) {
    const char *table = denpa_net_metadata(net, "table");
    json_t *needs = json_null(), *told = json_null();
    json_error_t trouble;
    if (table != NULL) {
      DNP_TRY(dnp_table_needs_json(table, denpa_net_text(net), &needs, err)); /* so it is JSON */
      if (dnp_json_read(denpa_net_text(net), table, strlen(table), 0, &told, &trouble, err) != DENPA_OK)
        return json_decref(needs), dnp_json_refused(err);
    }
    json_t *tensors = json_array(), *metadata = json_object();
    for (size_t i = 0; i < denpa_net_parameter_tensors(net); i++) {
      denpa_parameter p = denpa_net_parameter(net, i);
      json_t *shape = json_array();
      for (int a = 0; a < p.axes; a++) dnp_json_add(&shape, json_integer((json_int_t)p.shape[a]));
      dnp_json_add(&tensors, json_pack("{s:s,s:o}", "name", p.name, "shape", shape));
    }
    for (size_t i = 0; i < HISTORY; i++)
      if (told_of(net, history[i].key) != NULL)
        dnp_json_put(&metadata, history[i].key, json_string(told_of(net, history[i].key)));
    return cli_print_json(json_pack("{s:s,s:s,s:s,s:I,s:s,s:s,s:o,s:o,s:o,s:o,s:o}", "net", denpa_net_text(net),
                              "activation", denpa_net_activation(net), "loss", denpa_net_loss(net), "parameters",
                              (json_int_t)denpa_net_parameter_count(net), "dtype", dnp_dtype_name(denpa_net_dtype(net)),
                              "weights_sha256", sha, "tensors", tensors, "metadata", metadata, "table", told, "needs",
                              needs, "origin", cli_origin_json(origin)),
        err);
  }
  char name[DNP_NETWORK_NAME], kind[DNP_NETWORK_KIND];
  dnp_say(stdout, lang, "network {1}, {2}; {3} parameters in {4}\n", dnp_s(dnp_network_name(net, lang, name)),
      dnp_s(dnp_network_kind(net, lang, kind)), dnp_u(denpa_net_parameter_count(net)),
      dnp_s(dnp_dtype_name(denpa_net_dtype(net))));
  bool filters = false;
  for (size_t i = 0; i < denpa_net_parameter_tensors(net); i++) {
    denpa_parameter p = denpa_net_parameter(net, i);
    say_parameter(stdout, lang, &p);
    filters = filters || p.axes == 4;
  }
  if (filters) dnp_say(stdout, lang, "four sizes are those of a convolution: filters, channels, height, width\n");
  for (size_t i = 0; i < HISTORY; i++) {
    const char *told = told_of(net, history[i].key);
    if (told == NULL || told[0] == '\0') continue;
    /* told with the table, below */
    if (strcmp(history[i].key, "classes") == 0 && denpa_net_metadata(net, "table") != NULL) continue;
    if (strcmp(history[i].key, "classes") == 0)
      say_classes(net, lang, history[i].label);
    else
      dnp_say(stdout, lang, "{1:-18} {2}\n", dnp_t(history[i].label), dnp_s(dnp_setting_shown(history[i].key, told)));
  }
  dnp_say(stdout, lang, "{1:-18} {2}\n", dnp_t(DNP_N("weights' SHA-256")), dnp_s(sha));
  const char *table = denpa_net_metadata(net, "table");
  cli_origin_say(stdout, lang, origin);
  return table != NULL ? dnp_table_describe(table, denpa_net_text(net), stdout, lang, err) : DENPA_OK;
}

int cli_info(const cli_options *options, int argc, char **argv) {
  (void)argc;
  denpa_error err = {0};
  denpa_net *net = NULL;
  cli_origin origin = {0};
  denpa_status status = cli_load(options, argv[0], &net, &err);
  if (status == DENPA_OK) status = cli_origin_find(options, argv[0], net, &origin, &err);
  if (status == DENPA_OK) status = describe(options, net, &origin, &err);
  cli_origin_free(&origin);
  denpa_net_free(net);
  return status == DENPA_OK ? CLI_DONE : cli_fail(options, &err);
}
