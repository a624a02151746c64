/* defaults.c: what hangs on the data when nobody says otherwise: which kind's defaults apply (the columns of
 * learn/settings.def and options.def), what `auto` stands for, and how few rows are too few to keep some back. Called
 * by the subcommands that train, step and data. */
#include <string.h>

#include "cli/shared.h"
#include "cli/tables.h"
#include "op/op.h"

/* ---- a network for pictures --------------------------------------------------------------------- */

typedef struct layers {
  char *text;
  size_t length, height, width;
} layers;

static void add(layers *l, const char *layer) {
  l->length += (size_t)snprintf(
      l->text + l->length, CLI_NET_TEXT - l->length, "%s%s", l->length > 0 ? ", " : "", layer);
}

static size_t smaller(const layers *l) { return l->height < l->width ? l->height : l->width; }
static size_t larger(const layers *l) { return l->height > l->width ? l->height : l->width; }

/* Large pictures become smaller first, so that an epoch of 1,000 of them takes seconds: the mean of squares brings the
 * longer side below 2 LARGE, and from LARGE on the first filters go on by two places. */
static void begin_large(layers *l, bool *strides) {
  enum { LARGE = 96 };
  char layer[32];
  const size_t square = larger(l) / LARGE;
  if (square >= 2 && smaller(l) >= square) {
    snprintf(layer, sizeof layer, "avgpool %zu", square);
    add(l, layer);
    l->height /= square;
    l->width /= square;
  }
  *strides = larger(l) >= LARGE;
}

/* Convolutions, each at half the height and width of the one before, until few places are left; then a dense layer.
 * Measured on made-up pictures of 8 to 100 pixels, grey and coloured (tests/campaign/coroner.sh trains on them). */
static void picture_net(const denpa_data *data, const char *act, char out[CLI_NET_TEXT]) {
  enum { STAGES = 4, FEW = 6 };
  static const size_t filters[STAGES] = {8, 16, 32, 32};
  const int axes = denpa_data_shape(data, NULL);
  size_t shape[3];
  char layer[64];
  bool strides;
  denpa_data_shape(data, shape);
  layers l = {.text = out, .height = shape[axes - 2], .width = shape[axes - 1]};
  begin_large(&l, &strides);
  for (size_t i = 0; i < STAGES && (i == 0 || smaller(&l) >= FEW); i++) {
    const bool first = i == 0 && strides;
    snprintf(layer, sizeof layer, first ? "conv %zu 5x5 stride 2 pad 2" : "conv %zu 3x3 pad 1", filters[i]);
    add(&l, layer);
    if (first) l.height = (l.height + 1) / 2, l.width = (l.width + 1) / 2;
    if (smaller(&l) >= 2) {
      add(&l, "maxpool 2");
      l.height /= 2, l.width /= 2;
    }
    add(&l, "batchnorm");
    add(&l, act);
  }
  snprintf(layer, sizeof layer, "dense 64, %s, dense %zu", act, denpa_data_outputs(data));
  add(&l, layer);
}

const char *cli_net_text(const cli_options *options, const denpa_data *data, char out[CLI_NET_TEXT]) {
  char number[CLI_FALLBACK];
  const bool usual = !cli_given(options, CLI_OPTION_NET) &&
                     strcmp(options->net, cli_fallback(CLI_OPTION_NET, NULL, number)) == 0;
  const bool automatic = strcmp(options->net, "auto") == 0 || (usual && dnp_from_table(data));
  if (automatic && dnp_data_kind_of(denpa_data_name(data)) == DNP_DATA_PICTURES && denpa_data_shape(data, NULL) >= 2)
    return picture_net(data, options->act, out), out;
  if (!automatic && !(usual && denpa_data_class_name(data, 0) != NULL)) return options->net;
  snprintf(out, CLI_NET_TEXT, "%zu-%d-%zu", denpa_data_features(data), automatic ? 100 : 50, denpa_data_outputs(data));
  return out;
}

/* ---- what fits the data ------------------------------------------------------------------------- */

static void forget(cli_options *o, int option) { o->taken[option] = NULL; }

/* Of few rows none can be spared for validation, unless somebody asks for it. */
static void spare_few_rows(cli_options *o, const denpa_data *data) {
  enum { FEW = 50 };
  if (o->kind == DNP_DATA_USUAL || denpa_data_rows(data, DENPA_SPLIT_TRAIN) >= FEW ||
      cli_given(o, CLI_OPTION_VALIDATION) || cli_given(o, CLI_OPTION_PATIENCE))
    return;
  o->train.validation = 0;
  o->train.patience = 0;
  forget(o, CLI_OPTION_VALIDATION);
  forget(o, CLI_OPTION_PATIENCE);
}

/* auto: what a picture shows is the same a fourteenth of its side further on (2 of MNIST's 28 pixels). Pictures that
 * are too large to be changed are left as they are. */
static void fit_augment(cli_options *o, const denpa_data *data) {
  enum { PART = 14 };
  size_t shape[3] = {0};
  const int axes = denpa_data_shape(data, shape);
  if (o->train.augment == NULL) return;
  const bool automatic = strcmp(o->train.augment, "auto") == 0;
  if (!automatic && strcmp(o->train.augment, "none") != 0) return;
  o->train.augment = NULL;
  if (!automatic || axes < 2) return;
  const size_t height = shape[axes - 2], width = shape[axes - 1], side = height < width ? height : width;
  if (height > DNP_WARP_SIDE || width > DNP_WARP_SIDE) {
    forget(o, CLI_OPTION_AUGMENT);
    return;
  }
  const size_t shift = (2 * side + PART) / (2 * PART);
  snprintf(o->moved, sizeof o->moved, "shift:%zu", shift > 0 ? shift : 1);
  o->train.augment = o->moved;
}

void cli_fit_defaults(cli_options *options, const denpa_data *data) {
  spare_few_rows(options, data);
  fit_augment(options, data);
}

/* ---- telling ------------------------------------------------------------------------------------ */

void cli_tell_defaults(const cli_options *o) {
  static const char *const kinds[DNP_DATA_KINDS] = {
      [DNP_DATA_TABLE] = DNP_N("Defaults for tables:{1}. Each can be overruled.\n"),
      [DNP_DATA_PICTURES] = DNP_N("Defaults for pictures:{1}. Each can be overruled.\n")};
  char said[512] = "";
  size_t length = 0;
  for (int i = 0; i < CLI_OPTIONS && length < sizeof said; i++)
    if (o->taken[i] != NULL)
      length += (size_t)snprintf(
          said + length, sizeof said - length, " --%s %s", cli_option_table[i].name, o->taken[i]);
  if (length > 0) cli_tell(o, kinds[o->kind], dnp_s(said));
}
