/* texts.c: targets for what a person types: networks, command lines, options with a text of their own. */
#include <math.h>

#include "cli/cli.h"
#include "cli/shared.h"
#include "explain/trace.h"
#include "fuzz.h"
#include "net/graph.h"
#include "run/checkpoints.h"
#include "search/search.h"

/* ---- networks ------------------------------------------------------------------------------------- */

static void check_same_graph(const denpa_graph *a, const denpa_graph *b) {
  FUZZ_DEMAND(a->tensors == b->tensors && a->nodes == b->nodes, "a network's text gives another network");
  for (size_t i = 0; i < a->tensors; i++) {
    const dnp_graph_tensor *s = &a->tensor[i], *t = &b->tensor[i];
    FUZZ_DEMAND(strcmp(s->tensor.name, t->tensor.name) == 0 && s->role == t->role && s->init == t->init &&
                    s->tensor.axes == t->tensor.axes &&
                    memcmp(s->tensor.shape, t->tensor.shape, sizeof s->tensor.shape) == 0 &&
                    memcmp(&s->deviation, &t->deviation, sizeof s->deviation) == 0,
        "tensor %s of a network's text is another one", s->tensor.name);
  }
  for (size_t i = 0; i < a->nodes; i++)
    FUZZ_DEMAND(
        a->node[i].op == b->node[i].op && memcmp(a->node[i].number, b->node[i].number, sizeof a->node[i].number) == 0,
        "operation %zu of a network's text is another one", i);
}

/* Numbers in all tensors, for a few rows; SIZE_MAX: too many to count. */
static size_t numbers_of(const denpa_graph *graph) {
  size_t all = 0, count;
  for (size_t i = 0; i < graph->tensors; i++)
    if (!dnp_shape_count(graph->tensor[i].tensor.axes, graph->tensor[i].tensor.shape, &count) ||
        !dnp_size_add(all, count, &all))
      return SIZE_MAX;
  return all;
}

static void check_net(const char *text, const char *act, const char *init, const char *loss) {
  denpa_graph *graph, *again;
  denpa_net *net;
  denpa_error err = {0};
  if (fuzz_told(dnp_graph_from_text(&graph, text, act, init, loss, &err), &err) != DENPA_OK) return;
  const denpa_status status = dnp_graph_from_text(
      &again, graph->text, graph->activation, graph->init, graph->loss, &err);
  FUZZ_DEMAND(fuzz_told(status, &err) == DENPA_OK, "a network's text is not read again");
  check_same_graph(graph, again);
  if (numbers_of(graph) < 10000) {
    const denpa_net_options options = {.size = sizeof options,
        .activation = act,
        .init = init,
        .loss = loss,
        .dtype = DENPA_DTYPE_FLOAT32,
        .threads = 1};
    if (fuzz_told(denpa_net_create(&net, text, &options, &err), &err) == DENPA_OK) denpa_net_free(net);
  }
  denpa_graph_free(graph);
  denpa_graph_free(again);
}

void target_net(const uint8_t *data, size_t size) {
  static const size_t picture[] = {1, 8, 8};
  char *text = fuzz_text(data, size), *rest = text, *whole, *again;
  const char *act = fuzz_line(&rest), *init = fuzz_line(&rest), *loss = fuzz_line(&rest);
  denpa_error err = {0};
  check_net(rest, act, init, loss);
  FUZZ_DEMAND(dnp_net_text_complete(&whole, rest, 3, picture, &err) == DENPA_OK &&
                  dnp_net_text_complete(&again, whole, 3, picture, &err) == DENPA_OK && strcmp(whole, again) == 0,
      "a completed text is completed once more: %s", whole);
  check_net(whole, "relu", "he", "cross-entropy");
  dnp_free(whole);
  dnp_free(again);
  free(text);
}

static denpa_data *some_rows(void) {
  static denpa_data *digits;
  denpa_error err = {0};
  if (digits == NULL) FUZZ_DEMAND(denpa_data_digits(&digits, 12, 1, &err) == DENPA_OK, "no digits");
  return digits;
}

void target_net_file(const uint8_t *data, size_t size) {
  char at[512], *text = NULL;
  denpa_error err = {0};
  snprintf(at, sizeof at, "@%s", fuzz_file("my.net", data, size));
  if (fuzz_told(dnp_net_text_read(&text, at, &err), &err) == DENPA_OK) {
    FUZZ_DEMAND(strlen(text) <= 2 * size && strchr(text, '\n') == NULL, "a file's text is not one line: %s", text);
    check_net(text, "relu", "he", "mse");
  }
  dnp_free(text);
}

/* ---- command lines -------------------------------------------------------------------------------- */

void target_options(const uint8_t *data, size_t size) {
  enum { MOST = 64 };
  static cli_options options; /* larger than a stack should hold often */
  char *text = fuzz_text(data, size), *rest = text, *argv[MOST + 1] = {"denpa"}, *positional[MOST + 1];
  int argc = 1, count = 0;
  denpa_error err = {0};
  while (*rest != '\0' && argc < MOST) argv[argc++] = fuzz_line(&rest);
  cli_foresee(&options, argc, argv);
  if (fuzz_told(cli_parse(&options, argc, argv, positional, &count, &err), &err) == DENPA_OK) {
    FUZZ_DEMAND(count <= argc, "%d arguments of %d words", count, argc);
    if (options.command != NULL) {
      const denpa_train_options train = cli_train_options(&options);
      fuzz_told(cli_check_train(&options, &err), &err);
      fuzz_told(dnp_settings_check(&train, &err), &err);
      fuzz_told(cli_take_defaults(&options, DNP_DATA_TABLE, &err), &err);
    }
  }
  free(text);
}

/* Training options that are texts: one line each. */
void target_training(const uint8_t *data, size_t size) {
  static denpa_net *net;
  char *text = fuzz_text(data, size), *rest = text;
  const char *weights = fuzz_line(&rest), *augment = fuzz_line(&rest), *every = fuzz_line(&rest);
  denpa_error err = {0};
  dnp_augment pictures;
  dnp_checkpoint_every when;
  double *weight, *x = malloc(784 * sizeof *x);
  if (net == NULL) FUZZ_DEMAND(denpa_net_create(&net, "784-10", &fuzz_plain, &err) == DENPA_OK, "no network");
  if (fuzz_told(dnp_class_weights(&weight, weights, net, some_rows(), &err), &err) == DENPA_OK) {
    for (int i = 0; i < 10; i++) FUZZ_DEMAND(weight[i] >= 0 && isfinite(weight[i]), "class %d counts %g", i, weight[i]);
    dnp_free(weight);
  }
  if (fuzz_told(dnp_augment_open(&pictures, augment, some_rows(), 1, &err), &err) == DENPA_OK)
    dnp_augment_close(&pictures);
  const denpa_status status = denpa_data_augmented(some_rows(), DENPA_SPLIT_TRAIN, 3, augment, 1, 5, x, &err);
  if (fuzz_told(status, &err) == DENPA_OK)
    for (int i = 0; i < 784; i++) FUZZ_DEMAND(x[i] >= 0 && x[i] <= 1, "pixel %d becomes %g", i, x[i]);
  free(x);
  fuzz_told(dnp_checkpoint_every_read(&when, every, &err), &err);
  free(text);
}

void target_search(const uint8_t *data, size_t size) {
  char *text = fuzz_text(data, size), *rest = text, out[DNP_AXIS_NUMBER];
  denpa_error err = {0};
  dnp_space space = {0};
  while (*rest != '\0' && space.axes < DNP_SEARCH_AXES) {
    dnp_axis *axis = &space.axis[space.axes];
    if (fuzz_told(dnp_axis_open(axis, fuzz_line(&rest), &err), &err) != DENPA_OK) continue;
    denpa_status status = DENPA_OK;
    if (axis->kind == DNP_AXIS_LIST) status = dnp_axis_split(axis, &err);
    if (axis->kind == DNP_AXIS_REAL && space.axes % 2 == 1) status = dnp_axis_make_whole(axis, &err);
    if (fuzz_told(status, &err) != DENPA_OK) {
      dnp_axis_close(axis);
      continue;
    }
    space.axes++;
    for (int i = 0; i <= 8; i++) {
      double value = 0;
      const char *drawn = dnp_axis_value(axis, i < 8 ? i / 8.0 : 0x1.fffffffffffffp-1, out);
      if (axis->kind != DNP_AXIS_LIST)
        FUZZ_DEMAND(dnp_parse_real(drawn, &value) && value >= axis->low * (1 - 1e-3) - fabs(axis->low) * 2e-3 &&
                        value <= axis->high + fabs(axis->high) * 2e-3,
            "%s is drawn from %s..%s", drawn, axis->low_text, axis->high_text);
    }
  }
  const size_t combinations = dnp_space_combinations(&space);
  for (size_t trial = 0; space.axes > 0 && trial < 4; trial++)
    for (size_t k = 0; k < space.axes; k++)
      (void)strlen(dnp_space_value(&space, combinations != SIZE_MAX, 1, trial, k, out));
  dnp_space_close(&space);
  free(text);
}

/* ---- numbers of a network -------------------------------------------------------------------------- */

void target_cell(const uint8_t *data, size_t size) {
  static dnp_trace *trace[2];
  static const char *const nets[2] = {"784-5-10", "input 1x28x28, conv 2 5x5, maxpool 2, relu, dense 10"};
  char *text = fuzz_text(data, size), name[DNP_CELL_NAME];
  denpa_error err = {0};
  dnp_cell cell, again;
  dnp_account account;
  for (int i = 0; i < 2; i++) {
    denpa_net *net = NULL;
    if (trace[i] == NULL)
      FUZZ_DEMAND(denpa_net_create(&net, nets[i], &fuzz_plain, &err) == DENPA_OK &&
                      dnp_trace_open(&trace[i], net, some_rows(), DENPA_SPLIT_TRAIN, 0, 2, true, &err) == DENPA_OK,
          "no trace");
    if (fuzz_told(dnp_trace_find(trace[i], text, &cell, &err), &err) != DENPA_OK) continue;
    dnp_trace_name(trace[i], &cell, name);
    FUZZ_DEMAND(dnp_trace_find(trace[i], name, &again, &err) == DENPA_OK && again.tensor == cell.tensor &&
                    again.element == cell.element && again.gradient == cell.gradient && again.mean == cell.mean,
        "'%s' is '%s', which is another number", text, name);
    FUZZ_DEMAND(
        fuzz_told(dnp_trace_account(trace[i], &cell, &account, &err), &err) == DENPA_OK, "no account of %s", name);
    dnp_account_free(&account);
  }
  free(text);
}

/* ---- messages -------------------------------------------------------------------------------------- */

void target_message(const uint8_t *data, size_t size) {
  char *text = fuzz_text(data, size), *rest = text, small[40], *long_one = malloc(9 * size + 512);
  const char *first = fuzz_line(&rest), *second = fuzz_line(&rest);
  denpa_error err = {0};
  fuzz_told(dnp_fail(&err, DENPA_ERROR_FORMAT, "{1}: {2} of {3:.3f} {4:x} {1:-12} {2:6} {5|byte|bytes} {{}",
                dnp_s(first), dnp_s(second), dnp_d((double)size / 7), dnp_u(size), dnp_i((int64_t)size)),
      &err);
  const denpa_arg args[] = {dnp_s(rest), dnp_s(second), DNP_END};
  const size_t length = dnp_render(long_one, 9 * size + 512, DENPA_LANG_JA, "{1} {2:3}", args);
  FUZZ_DEMAND(length == strlen(long_one), "a length of %zu, and %zu bytes", length, strlen(long_one));
  fuzz_shown(long_one);
  for (size_t room = 0; room <= sizeof small; room++) {
    memset(small, 'x', sizeof small);
    FUZZ_DEMAND(
        dnp_render(small, room, DENPA_LANG_EN, "{1} {2:3}", args) == length, "another length for %zu bytes", room);
    if (room == 0) continue;
    FUZZ_DEMAND(memchr(small, '\0', room) != NULL, "%zu bytes without an end", room);
    fuzz_shown(small);
  }
  (void)dnp_text_width(long_one);
  FUZZ_DEMAND(dnp_text_distance(first, second) == dnp_text_distance(second, first), "a distance that has a direction");
  free(long_one);
  free(text);
}

void target_number(const uint8_t *data, size_t size) {
  char *text = fuzz_text(data, size), shown[64];
  double value = 0, again = 0;
  size_t whole;
  if (dnp_parse_real(text, &value)) {
    dnp_format_shortest(shown, sizeof shown, value);
    FUZZ_DEMAND(dnp_parse_real(shown, &again) && (memcmp(&value, &again, sizeof value) == 0 || isnan(value)),
        "%s is %a, written %s and read %a", text, value, shown, again);
    for (int digits = 1; digits <= 17; digits++)
      FUZZ_DEMAND(dnp_format_real(shown, sizeof shown, value, digits) == strlen(shown), "a length of another text");
  }
  if (dnp_parse_size(text, &whole)) {
    snprintf(shown, sizeof shown, "%zu", whole);
    FUZZ_DEMAND(dnp_parse_real(text, &value) && (whole == 0 || strcmp(shown, text + strspn(text, "0")) == 0),
        "%s is %s", text, shown);
  }
  if (dnp_csv_number(text, &value)) FUZZ_DEMAND(isfinite(value), "%s is not finite", text);
  free(text);
}
