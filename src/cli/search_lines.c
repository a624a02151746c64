/* search_lines.c: from --try to the settings of every trial, and from a trial back to its command line. It trains
 * nothing. Called by search.c. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/search.h"
#include "cli/tables.h"

static const cli_option *find(const char *name) {
  for (int i = 0; i < CLI_OPTIONS; i++)
    if (strcmp(cli_option_table[i].name, name) == 0) return &cli_option_table[i];
  return NULL;
}

static bool in_group(const cli_option *o, unsigned groups) { return (groups >> o->group & 1U) != 0; }
#define LEARNING (1U << CLI_NETWORK | 1U << CLI_TRAINING)

/* ---- what may be tried -------------------------------------------------------------------------- */

/* Options that make trials incomparable, or change nothing. */
static const struct {
  int option;
  const char *why;
} fixed[] = {
    {CLI_OPTION_SEED, DNP_N("all trials have one seed, so that they are compared on the same samples; search again "
                            "with another --seed to see how much of a score is chance")},
    {CLI_OPTION_VALIDATION, DNP_N("trials can be compared on the same samples only")},
};

static bool may_be_tried(const cli_option *o) {
  return (o->commands & CLI_TRAIN) != 0 && (o->commands & CLI_SEARCH) != 0 &&
         (in_group(o, LEARNING) || o == &cli_option_table[CLI_OPTION_DTYPE]);
}

/* Whether the text is networks joined by commas: auto, sizes joined by hyphens, @FILE. A list of layers is none. */
static bool are_nets(const char *text) {
  for (;;) {
    const size_t length = strcspn(text, ","), sizes = strspn(text, "0123456789-");
    const bool automatic = length == strlen("auto") && strncmp(text, "auto", length) == 0;
    if (length == 0 || !(automatic || *text == '@' || (sizes == length && memchr(text, '-', length) != NULL)))
      return false;
    if (text[length] == '\0') return true;
    text += length + 1;
  }
}

/* Values may be joined by commas, too, where the option has none in a value. */
static denpa_status split(const cli_option *o, dnp_axis *axis, denpa_error *err) {
  const int place = (int)(o - cli_option_table);
  if (axis->kind != DNP_AXIS_LIST || place == CLI_OPTION_AUGMENT || place == CLI_OPTION_CLASS_WEIGHTS) return DENPA_OK;
  if (place == CLI_OPTION_NET && !are_nets(axis->choice[0])) return DENPA_OK;
  return dnp_axis_split(axis, err);
}

static denpa_status check_axis(const cli_options *options, dnp_axis *axis, denpa_error *err) {
  const cli_option *o = find(axis->name);
  if (o == NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "--try {1}: there is no option --{1}; denpa train --help shows what there is", dnp_s(axis->name));
  const int place = (int)(o - cli_option_table);
  for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
    if (fixed[i].option == place)
      return dnp_fail(err, DENPA_ERROR_ARGUMENT, "--try {1}: {2}", dnp_s(axis->name), dnp_t(fixed[i].why));
  if (!may_be_tried(o))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "--try {1}: this option says nothing about how a network learns, so there is nothing to try",
        dnp_s(axis->name));
  if (o->kind == CLI_FLAG)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "--try {1}: this option takes no value; make one search with it and one without", dnp_s(axis->name));
  if (cli_given(options, place))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "--{1} is given for all trials and by --try; leave one of them out",
        dnp_s(axis->name));
  if (options->method == CLI_HALVING && (place == CLI_OPTION_EPOCHS || place == CLI_OPTION_STEPS))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "--try {1}: with --method halving a trial gets as many epochs as it earns; give --epochs, the most that one "
        "may get",
        dnp_s(axis->name));
  DNP_TRY(split(o, axis, err));
  const bool words = o->kind == CLI_TEXT || o->kind == CLI_TEXTS || o->kind == CLI_WORD || o->kind == CLI_NAMED ||
                     o->kind == CLI_CHOICE;
  if (o->kind == CLI_SIZE || o->kind == CLI_WHOLE)
    return axis->kind == DNP_AXIS_LIST ? DENPA_OK : dnp_axis_make_whole(axis, err);
  if (axis->kind == DNP_AXIS_LIST || !words) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_ARGUMENT,
      "--try {1}: this option takes words, not numbers; write values joined by bars: {1}=A|B", dnp_s(axis->name));
}

static denpa_status add_axis(cli_lines *l, const char *text, denpa_error *err) {
  if (l->space.axes == DNP_SEARCH_AXES)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "--try was given more than {1} times", dnp_i(DNP_SEARCH_AXES));
  dnp_axis *axis = &l->space.axis[l->space.axes];
  DNP_TRY(dnp_axis_open(axis, text, err));
  l->space.axes++;
  for (dnp_axis *other = l->space.axis; other < axis; other++)
    if (strcmp(other->name, axis->name) == 0)
      return dnp_fail(err, DENPA_ERROR_ARGUMENT, "--try {1} was given twice; write all its values in one: {1}=A|B",
          dnp_s(axis->name));
  return check_axis(l->options, axis, err);
}

/* ---- what is worth trying ----------------------------------------------------------------------- */

/* Where nothing was given: the learning rate from a hundredth to ten times the usual one, three widths (of pictures:
 * convolutions, or dense layers), three activations, three ways to begin. */
static denpa_status take_usual(cli_lines *l, denpa_error *err) {
  const cli_options *o = l->options;
  const size_t in = denpa_data_features(l->dataset), out = denpa_data_outputs(l->dataset);
  char low[32], high[32], lr[96], net[160], said[400] = "";
  const double rate = cli_train_options(o).lr;
  dnp_format_real(low, sizeof low, rate / 100, 6);
  dnp_format_real(high, sizeof high, rate * 10, 6);
  snprintf(lr, sizeof lr, "lr=log:%s..%s", low, high);
  if (o->kind == DNP_DATA_PICTURES)
    snprintf(net, sizeof net, "net=auto|%zu-100-%zu", in, out);
  else
    snprintf(net, sizeof net, "net=%zu-50-%zu|%zu-100-%zu|%zu-200-%zu", in, out, in, out, in, out);
  const struct {
    int option;
    const char *text;
  } usual[] = {{CLI_OPTION_LR, lr}, {CLI_OPTION_NET, net}, {CLI_OPTION_ACT, "act=relu|tanh|sigmoid"},
      {CLI_OPTION_INIT, "init=he|xavier|normal:0.01"}};
  for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
    /* a recipe has its own */
    if (cli_given(o, usual[i].option) || (o->recipe != NULL && usual[i].option != CLI_OPTION_LR)) continue;
    DNP_TRY(add_axis(l, usual[i].text, err));
    const size_t length = strlen(said);
    snprintf(said + length, sizeof said - length, " --try '%s'", usual[i].text);
  }
  if (l->space.axes == 0)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "there is nothing to try: --lr, --net, --act and --init are all given; name something with --try");
  cli_tell(o, "No --try was given, so this is tried:{1}\n", dnp_s(said));
  return DENPA_OK;
}

/* ---- lines -------------------------------------------------------------------------------------- */

static denpa_status join(char **out, const char *name, const char *value, denpa_error *err) {
  const size_t size = strlen(name) + (value != NULL ? strlen(value) : 0) + 4;
  DNP_TRY(DNP_NEW(out, size, err));
  snprintf(*out, size, value != NULL ? "--%s=%s" : "--%s", name, value);
  return DENPA_OK;
}

/* What the command line of the search says about training; threads and the like are the search's own. */
static bool is_passed_on(const cli_options *o, int option) {
  const cli_option *row = &cli_option_table[option];
  if (!cli_given(o, option) || (row->commands & CLI_TRAIN) == 0 || option == CLI_OPTION_THREADS ||
      option == CLI_OPTION_CPU)
    return false;
  return in_group(row, LEARNING | 1U << CLI_DATASET | 1U << CLI_ARITHMETIC);
}

/* What train takes for granted with a table or pictures, and halving cannot do. */
static denpa_status give_halving(cli_lines *l, denpa_error *err) {
  static const struct {
    int option;
    const char *value;
  } plain[] = {{CLI_OPTION_SCHEDULE, "constant"}, {CLI_OPTION_PATIENCE, "0"}};
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
    if (cli_given(l->options, plain[i].option)) continue;
    DNP_TRY(join(&l->given[l->givens], cli_option_table[plain[i].option].name, plain[i].value, err));
    l->givens++;
  }
  return DENPA_OK;
}

static denpa_status take_given(cli_lines *l, denpa_error *err) {
  char share[40];
  if (l->options->method == CLI_HALVING && l->options->kind != DNP_DATA_USUAL) DNP_TRY(give_halving(l, err));
  dnp_format_shortest(share, sizeof share, l->options->train.validation);
  for (int i = 0; i < CLI_OPTIONS; i++) {
    const bool kept_back = i == CLI_OPTION_VALIDATION;
    if (!kept_back && !is_passed_on(l->options, i)) continue;
    DNP_TRY(join(&l->given[l->givens], cli_option_table[i].name, kept_back ? share : l->options->typed[i], err));
    l->givens++;
  }
  return DENPA_OK;
}

/* Reads the line with so many tried options as the command would. */
static denpa_status read_line(
    const cli_lines *l, char *const *tried, size_t count_tried, cli_options *out, denpa_error *err) {
  char *argv[CLI_MOST_OPTIONS + DNP_SEARCH_AXES + 4], *positional[CLI_MOST_OPTIONS + DNP_SEARCH_AXES + 4];
  char program[] = "denpa", command[] = "train";
  int argc = 0, count;
  argv[argc++] = program;
  argv[argc++] = command;
  for (size_t i = 0; i < l->givens; i++) argv[argc++] = l->given[i];
  for (size_t a = 0; a < count_tried; a++) argv[argc++] = tried[a];
  cli_foresee(out, argc, argv);
  DNP_TRY(cli_parse(out, argc, argv, positional, &count, err));
  DNP_TRY(cli_take_defaults(out, l->options->kind, err));
  out->cpu = l->options->cpu;
  return DENPA_OK;
}

/* Halving goes on with a training where it stopped, which is the same as not to have stopped only while no update looks
 * ahead. */
static denpa_status check_method(const cli_options *o, denpa_error *err) {
  if (o->method != CLI_HALVING) return DENPA_OK;
  if (o->train.epochs == 0 || o->train.epochs == SIZE_MAX || o->train.steps != SIZE_MAX)
    return dnp_fail(
        err, DENPA_ERROR_ARGUMENT, "--method halving shares out epochs: give --epochs, at least 1, and no --steps");
  return DENPA_OK;
}

static denpa_status check_trial(const cli_options *search, const cli_options *o, denpa_error *err) {
  if (search->method == CLI_HALVING &&
      (o->train.schedule != DENPA_SCHEDULE_CONSTANT || o->train.warmup > 0 || o->train.patience > 0))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "--method halving needs --schedule constant without --warmup and --patience: these depend on when the training "
        "will end, which is not known yet");
  return cli_check_train(o, err);
}

/* A line that has been read. Its setup points into it. */
typedef struct cli_line {
  cli_options options;
  char net[CLI_NET_TEXT];
} cli_line;

static denpa_status settle(
    const cli_lines *l, char *const *tried, cli_line *line, dnp_search_setup *out, denpa_error *err) {
  cli_options *o = &line->options;
  DNP_TRY(read_line(l, tried, l->space.axes, o, err));
  DNP_TRY(check_trial(l->options, o, err));
  cli_fit_defaults(o, l->dataset);
  *out = (dnp_search_setup){.net = cli_net_text(o, l->dataset, line->net),
      .make = cli_net_options_for(o, l->dataset),
      .train = cli_train_options(o)};
  return DENPA_OK;
}

/* ---- checks before the first trial --------------------------------------------------------------- */

static denpa_status make_once(const cli_lines *l, char *const *tried, denpa_error *err) {
  dnp_search_setup setup;
  denpa_net *net = NULL;
  cli_line line;
  DNP_TRY(settle(l, tried, &line, &setup, err));
  setup.make.threads = 1;
  DNP_TRY(denpa_net_create_for(&net, setup.net, l->dataset, &setup.make, err));
  denpa_status status = cli_check_fit(net, l->dataset, err);
  denpa_net_free(net);
  return status;
}

/* The failure of one value, with its place. */
static denpa_status fail_value(
    const cli_lines *l, size_t a, size_t value, denpa_status status, const denpa_error *inner, denpa_error *err) {
  char text[400];
  denpa_error_text(inner, cli_lang(l->options), text, sizeof text);
  return dnp_fail(err, status, "--try {1}, value {2}: {3}", dnp_s(l->space.axis[a].name), dnp_u(value), dnp_s(text));
}

/* The values of one axis but the first, one after the other, beside the first values of all others. */
static denpa_status check_values(const cli_lines *l, char **tried, size_t a, denpa_error *err) {
  const dnp_axis *axis = &l->space.axis[a];
  char *const first = tried[a];
  denpa_status status = DENPA_OK;
  for (size_t i = 1; i < (axis->kind == DNP_AXIS_LIST ? axis->choices : 2) && status == DENPA_OK; i++) {
    denpa_error inner = {0};
    status = join(&tried[a], axis->name, axis->kind == DNP_AXIS_LIST ? axis->choice[i] : axis->high_text, err);
    if (status == DENPA_OK && (status = make_once(l, tried, &inner)) != DENPA_OK)
      fail_value(l, a, i + 1, status, &inner, err);
    dnp_free(tried[a]);
    tried[a] = first;
  }
  return status;
}

/* The first values: each alone, so that a mistake has a place, then all of them. */
static denpa_status check_first(const cli_lines *l, char **tried, denpa_error *err) {
  cli_options o;
  DNP_TRY(read_line(l, NULL, 0, &o, err));
  for (size_t a = 0; a < l->space.axes; a++) {
    denpa_error inner = {0};
    const denpa_status status = read_line(l, &tried[a], 1, &o, &inner);
    if (status != DENPA_OK) return fail_value(l, a, 1, status, &inner, err);
  }
  return make_once(l, tried, err);
}

static denpa_status check_space(const cli_lines *l, denpa_error *err) {
  char *tried[DNP_SEARCH_AXES] = {NULL};
  denpa_status status = DENPA_OK;
  for (size_t a = 0; a < l->space.axes && status == DENPA_OK; a++) {
    const dnp_axis *axis = &l->space.axis[a];
    status = join(&tried[a], axis->name, axis->kind == DNP_AXIS_LIST ? axis->choice[0] : axis->low_text, err);
  }
  if (status == DENPA_OK) status = check_first(l, tried, err);
  for (size_t a = 0; a < l->space.axes && status == DENPA_OK; a++) status = check_values(l, tried, a, err);
  for (size_t a = 0; a < l->space.axes; a++) dnp_free(tried[a]);
  return status;
}

/* ---- the whole ---------------------------------------------------------------------------------- */

static denpa_status draw(cli_lines *l, denpa_error *err) {
  const size_t axes = l->space.axes, all = dnp_space_combinations(&l->space);
  char number[DNP_AXIS_NUMBER];
  l->every = all <= l->options->trials;
  l->trials = l->every ? all : l->options->trials;
  DNP_TRY(DNP_NEW(&l->tried, l->trials * axes, err));
  DNP_TRY(DNP_NEW(&l->value, l->trials * axes, err));
  DNP_TRY(DNP_NEW(&l->line, l->trials, err));
  DNP_TRY(DNP_NEW(&l->setup, l->trials, err));
  for (size_t k = 0; k < l->trials; k++) {
    for (size_t a = 0; a < axes; a++) {
      char **line = &l->tried[k * axes + a];
      DNP_TRY(join(line, l->space.axis[a].name,
          dnp_space_value(&l->space, l->every, l->options->train.seed, k, a, number), err));
      l->value[k * axes + a] = strchr(*line, '=') + 1;
    }
    DNP_TRY(settle(l, l->tried + k * axes, &l->line[k], &l->setup[k], err));
  }
  return DENPA_OK;
}

denpa_status cli_lines_open(
    cli_lines *lines, const cli_options *options, const denpa_data *data, const char *data_name, denpa_error *err) {
  *lines = (cli_lines){.options = options, .dataset = data, .data_name = data_name};
  if (options->recipe != NULL && strcmp(options->recipe, "list") == 0)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "--recipe list belongs to train: denpa train --recipe list");
  DNP_TRY(check_method(options, err));
  DNP_TRY(take_given(lines, err));
  for (size_t i = 0; i < options->tries.count; i++) DNP_TRY(add_axis(lines, options->tries.text[i], err));
  if (options->tries.count == 0) DNP_TRY(take_usual(lines, err));
  DNP_TRY(check_space(lines, err));
  return draw(lines, err);
}

void cli_lines_close(cli_lines *lines) {
  for (size_t i = 0; i < lines->givens; i++) dnp_free(lines->given[i]);
  for (size_t i = 0; lines->tried != NULL && i < lines->trials * lines->space.axes; i++) dnp_free(lines->tried[i]);
  dnp_free(lines->tried);
  dnp_free((void *)lines->value);
  dnp_free(lines->line);
  dnp_free(lines->setup);
  dnp_space_close(&lines->space);
}

/* ---- a line for a shell ------------------------------------------------------------------------- */

/* "--lr=0.01" as people write it: two words, unless the second one looks like an option. */
static void put_option(FILE *out, const char *option) {
  const char *equals = strchr(option, '=');
  fputc(' ', out);
  if (equals == NULL) {
    fputs(option, out);
    return;
  }
  fprintf(out, "%.*s%c", (int)(equals - option), option, equals[1] == '-' ? '=' : ' ');
  cli_put_word(out, equals + 1);
}

static void put_line(FILE *out, const cli_lines *l, size_t trial, size_t epochs, bool validation) {
  fputs("denpa train ", out);
  cli_put_word(out, l->data_name);
  for (size_t i = 0; i < l->givens; i++)
    if ((epochs == SIZE_MAX || !dnp_text_begins(l->given[i], "--epochs=")) &&
        (validation || !dnp_text_begins(l->given[i], "--validation=")))
      put_option(out, l->given[i]);
  for (size_t a = 0; a < l->space.axes; a++) put_option(out, l->tried[trial * l->space.axes + a]);
  if (epochs != SIZE_MAX) fprintf(out, " --epochs %zu", epochs);
  /* train would keep rows back by itself */
  if (!validation && l->options->kind != DNP_DATA_USUAL) fputs(" --validation 0", out);
}

denpa_status cli_lines_command(
    const cli_lines *lines, size_t trial, size_t epochs, bool validation, char **out, denpa_error *err) {
  char *text = NULL;
  size_t size;
  FILE *stream = open_memstream(&text, &size);
  *out = NULL;
  if (stream == NULL) return dnp_fail(err, DENPA_ERROR_MEMORY, "not enough memory for the command line");
  put_line(stream, lines, trial, epochs, validation);
  const bool whole = ferror(stream) == 0;
  /* a stream whose memory cannot shrink closes well, and has no text */
  if (fclose(stream) == 0 && whole && text != NULL) *out = dnp_strdup(text, err);
  free(text);
  return *out != NULL ? DENPA_OK : dnp_fail(err, DENPA_ERROR_MEMORY, "not enough memory for the command line");
}
