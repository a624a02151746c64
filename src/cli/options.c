/* options.c: reads the command line into cli_options by the table options.def. It prints nothing and knows nothing of
 * what the subcommands do; words that are not known are suggest.c's. Called by main.c; help.c and generate.c read the
 * table. */
#include "cli/cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "draw/plot.h"
#include "learn/learn.h"
#include "net/graph.h"
#include "op/op.h"
#include "options_txt.h"
#include "search/recipe.h"

enum { /* short for CLI_TRAIN ..., in options.def */
#define COMMAND(id, ...) id = CLI_##id,
#include "cli/commands.def"
#undef COMMAND
};
#define WORDS(words) NULL, .list = words
const cli_option cli_option_table[CLI_OPTIONS] = {
#define ROW(a_name, a_letter, a_kind, place, for_commands, a_group, a_help) \
  .name = a_name, .letter = a_letter, .kind = a_kind, .member = offsetof(cli_options, place), \
  .commands = for_commands, .group = a_group, .help = a_help
#define OPTION(id, name, letter, kind, member, commands, group, words, least, most, ...) \
  {ROW(name, letter, kind, member, commands, group, DNP_TEXT_options_##id), .low = least, .high = most, \
      .fallback = {__VA_ARGS__}, .values = words},
#define SETTING(id, member, type, kind, least, most, initial, own, used, key, when, label, example, name, commands, \
    group, words, ...) \
  {ROW(name, 0, CLI_##kind, train.member, commands, group, DNP_TEXT_options_##id), .low = least, .high = most, \
      .setting = &dnp_settings[DNP_SETTING_ID_##id], .fallback = {__VA_ARGS__}, .values = words},
#include "cli/options.def"
#undef SETTING
#undef OPTION
#undef ROW
};
#undef WORDS

/* An option without its help does not compile, and neither does a help without its option. */
#define X(id) CLI_OPTION_##id < CLI_OPTIONS &&
_Static_assert(DNP_TEXTS_options(X) true, "options.txt: each help has its option");
#undef X

const char *const cli_group_titles[CLI_GROUPS] = {
    [CLI_SEARCHING] = DNP_N("Search"),
    [CLI_NETWORK] = DNP_N("Network"),
    [CLI_TRAINING] = DNP_N("Training"),
    [CLI_DATASET] = DNP_N("Data"),
    [CLI_ARITHMETIC] = DNP_N("Arithmetic"),
    [CLI_RESULT] = DNP_N("Results"),
    [CLI_GENERAL] = DNP_N("General"),
};

/* Those that look at a model. */
#define MODELS \
  (CLI_CARD | CLI_EVAL | CLI_COMPARE | CLI_PREDICT | CLI_INFO | CLI_EXPLAIN | CLI_WHY | CLI_CHECK | CLI_EXPORT | \
      CLI_PLOT | CLI_DOCTOR | CLI_LAB)

/* Defaults that are not the same for every subcommand. */
static const struct {
  unsigned commands;
  int option;
  const char *fallback;
} exceptions[] = {
    {CLI_STEP, CLI_OPTION_BATCH, "full"},
    {CLI_EXPLAIN | CLI_WHY, CLI_OPTION_BATCH, "1"},
    /* the model says */
    {MODELS, CLI_OPTION_NET, NULL},
    {MODELS, CLI_OPTION_ACT, NULL},
    {CLI_EVAL | CLI_COMPARE | CLI_PREDICT | CLI_EXPLAIN | CLI_WHY | CLI_CHECK, CLI_OPTION_SPLIT, "test"},
    {CLI_CHECK, CLI_OPTION_SAMPLES, "100"},
    {CLI_PLOT, CLI_OPTION_SPLIT, NULL}, /* the plot says */
    {CLI_SEARCH, CLI_OPTION_VALIDATION, "0.2"},
};

const char *cli_fallback(int option, const cli_command *command, char out[CLI_FALLBACK]) {
  const cli_option *row = &cli_option_table[option];
  /* the run says */
  if (command != NULL && (command->bit & (CLI_RESUME | CLI_REPLAY)) != 0 && row->setting != NULL) return NULL;
  for (size_t i = 0; command != NULL && i < sizeof exceptions / sizeof *exceptions; i++)
    if (exceptions[i].option == option && (exceptions[i].commands & command->bit) != 0) return exceptions[i].fallback;
  return row->fallback[DNP_DATA_USUAL] != NULL ? row->fallback[DNP_DATA_USUAL] : cli_own_fallback(row, out);
}

/* ---- values -------------------------------------------------------------------------------------- */

/* The choice that `text` begins with up to its colon, in whatever case; NULL if there is none. */
static const char *choice_at(const char *choices, const char *text, int *place) {
  const size_t length = strcspn(text, ":");
  for (*place = 0;; choices++, ++*place) {
    if (dnp_text_alike(text, length, choices, strcspn(choices, "|:"))) return choices;
    choices += strcspn(choices, "|");
    if (*choices == '\0') return NULL;
  }
}

int cli_choice(const char *choices, const char *text) {
  int place;
  return strchr(text, ':') == NULL && choice_at(choices, text, &place) != NULL ? place : -1;
}

/* Values that have another name now; the old one is kept for one version. */
static const struct {
  int option;
  const char *old, *now;
} old_values[] = {{CLI_OPTION_UPDATE_ORDER, "seed", "layer-by-layer"}};

static const char *as_called_now(cli_options *options, const cli_option *o, const char *text) {
  for (size_t i = 0; i < sizeof old_values / sizeof *old_values; i++)
    if (o == &cli_option_table[old_values[i].option] && strcmp(text, old_values[i].old) == 0) {
      options->old_name = old_values[i].old;
      return options->new_name = old_values[i].now;
    }
  return text;
}

/* Whether it is one of the option's choices; a number may follow where one is listed: "huber:0.5" for "huber:DELTA". */
static bool is_choice(const cli_option *o, const char *choices, const char *text) {
  int place;
  double number;
  const char *choice = choice_at(choices, text, &place), *rest = text + strcspn(text, ":");
  if (choice == NULL || *rest == '\0') return choice != NULL;
  return o->kind == CLI_NAMED && choice[strcspn(choice, "|:")] == ':' && dnp_parse_real(rest + 1, &number);
}

/* The text with its word as it is listed; it stays in *options where that is another spelling. NULL: it is none of the
 * choices. What is behind a colon is left as it is. */
static const char *spell(cli_options *options, const char *choices, const char *text) {
  int place;
  const size_t length = strcspn(text, ":");
  const char *choice = choice_at(choices, text, &place);
  if (choice == NULL) return NULL;
  const size_t word = strcspn(choice, "|:");
  if (word == length && strncmp(choice, text, length) == 0) return text;
  if (options->spellings == CLI_SPELLED || word + strlen(text + length) >= CLI_SPELLED_ROOM) return NULL;
  char *spelled = options->spelled[options->spellings++];
  snprintf(spelled, CLI_SPELLED_ROOM, "%.*s%s", (int)word, choice, text + length);
  return spelled;
}

static denpa_status set_size(
    const cli_option *o, size_t *member, const char *shown, const char *text, denpa_error *err) {
  const char *bar = strchr(o->values, '|');
  size_t word = bar != NULL ? (size_t)(bar - o->values) : 0;
  if (bar != NULL && strlen(text) == word && strncmp(text, o->values, word) == 0) return *member = 0, DENPA_OK;
  uint64_t n;
  if (dnp_parse_whole(text, &n) && n >= o->low && n <= o->high) return *member = (size_t)n, DENPA_OK;
  char name[16] = "";
  memcpy(name, o->values, word < sizeof name ? word : 0);
  if (bar != NULL && o->high == SIZE_MAX)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} must be \"{2}\" or a whole number of at least {3}, not \"{4}\"",
        dnp_s(shown), dnp_s(name), dnp_u(o->low), dnp_s(text));
  if (bar != NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} must be \"{2}\" or a whole number from {3} to {4}, not \"{5}\"",
        dnp_s(shown), dnp_s(name), dnp_u(o->low), dnp_u(o->high), dnp_s(text));
  if (o->high < SIZE_MAX)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} must be a whole number from {2} to {3}, not \"{4}\"", dnp_s(shown),
        dnp_u(o->low), dnp_u(o->high), dnp_s(text));
  return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} must be a whole number of at least {2}, not \"{3}\"", dnp_s(shown),
      dnp_u(o->low), dnp_s(text));
}

static denpa_status add_text(cli_texts *texts, const char *shown, const char *text, denpa_error *err) {
  if (texts->count == CLI_MOST_TEXTS)
    return dnp_fail(
        err, DENPA_ERROR_ARGUMENT, "{1} was given more than {2} times", dnp_s(shown), dnp_i(CLI_MOST_TEXTS));
  texts->text[texts->count++] = text;
  return DENPA_OK;
}

denpa_status cli_set(cli_options *options, const cli_option *o, const char *shown, const char *text, denpa_error *err) {
  void *member = (char *)options + o->member;
  char words[DNP_WORDS];
  const char *values = cli_values(o, words), *spelled;
  switch (o->kind) {
    case CLI_FLAG: *(bool *)member = true; return DENPA_OK;
    case CLI_SIZE: return set_size(o, member, shown, text, err);
    case CLI_WHOLE:
      if (dnp_parse_whole(text, member)) return DENPA_OK;
      return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} must be a whole number from 0 to {2}, not \"{3}\"", dnp_s(shown),
          dnp_u(UINT64_MAX), dnp_s(text));
    case CLI_RATE:
      if (dnp_parse_real(text, member) && isfinite(*(double *)member) && *(double *)member > (double)o->low)
        return DENPA_OK;
      return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} must be a finite number above {2}, not \"{3}\"", dnp_s(shown),
          dnp_u(o->low), dnp_s(text));
    case CLI_REAL:
      if (dnp_parse_real(text, member) && isfinite(*(double *)member) && *(double *)member >= (double)o->low)
        return DENPA_OK;
      return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} must be a finite number of at least {2}, not \"{3}\"",
          dnp_s(shown), dnp_u(o->low), dnp_s(text));
    case CLI_SHARE:
      if (dnp_parse_real(text, member) && *(double *)member >= 0 && *(double *)member < 1) return DENPA_OK;
      return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} must be a number of at least 0 and below 1, not \"{2}\"",
          dnp_s(shown), dnp_s(text));
    case CLI_TEXT:
      if (*text == '\0')
        return dnp_fail(
            err, DENPA_ERROR_ARGUMENT, "{1} must not be empty: write {1} {2}", dnp_s(shown), dnp_s(o->values));
      *(const char **)member = text;
      return DENPA_OK;
    case CLI_TEXTS: return add_text(member, shown, text, err);
    case CLI_NAMED:
    case CLI_WORD:
    case CLI_CHOICE:
      spelled = as_called_now(options, o, text);
      spelled = is_choice(o, values, spelled) ? spell(options, values, spelled) : NULL;
      if (spelled == NULL) return cli_unknown_value(o, shown, values, text, err);
      if (options->typed[o - cli_option_table] == text) options->typed[o - cli_option_table] = spelled;
      if (o->kind == CLI_CHOICE)
        *(int *)member = cli_choice(values, spelled);
      else
        *(const char **)member = spelled;
      return DENPA_OK;
  }
  return DENPA_OK;
}

/* ---- the command line ---------------------------------------------------------------------------- */

static const cli_option *find_name(const char *name, size_t length) {
  for (int i = 0; i < CLI_OPTIONS; i++)
    if (strlen(cli_option_table[i].name) == length && strncmp(cli_option_table[i].name, name, length) == 0)
      return &cli_option_table[i];
  return NULL;
}

static const cli_option *find_letter(char letter) {
  for (int i = 0; i < CLI_OPTIONS; i++)
    if (letter != '\0' && cli_option_table[i].letter == letter) return &cli_option_table[i];
  return NULL;
}

/* A word that cannot be meant as a value: --anything, or a dash and a known letter. A negative number can. */
static bool looks_like_option(const char *word) {
  if (word[0] != '-' || word[1] == '\0') return false;
  return word[1] == '-' || (find_letter(word[1]) != NULL && word[2] == '\0');
}

/* "784" or "784-50-10": a network where something else belongs. */
static bool looks_like_net(const char *word, size_t least_numbers) {
  size_t numbers = 0;
  for (;; word++) {
    size_t digits = strspn(word, "0123456789");
    if (digits == 0) return false;
    numbers++;
    word += digits;
    if (*word == '\0') return numbers >= least_numbers;
    if (*word != '-') return false;
  }
}

static denpa_status net_goes_elsewhere(const char *word, denpa_error *err) {
  return dnp_fail(err, DENPA_ERROR_ARGUMENT,
      "\"{1}\" looks like a network, which is given by --net: denpa train --net 784-50-10", dnp_s(word));
}

/* A walk over the command line; the options in it are set as they come. */
typedef struct walk {
  cli_options *options;
  int argc, at; /* argv[at] is the next word */
  char **argv;
} walk;

/* The command, also where it is not read yet; NULL: none is named. */
static const cli_command *command_of(const walk *w) {
  const cli_command *command = w->options->command;
  for (int i = 1; i < w->argc && command == NULL; i++) command = cli_command_find(w->argv[i]);
  return command;
}

/* The value of an option: `attached` to it (or NULL), else the next word. */
static denpa_status take_value(
    walk *w, const cli_option *o, const char *shown, const char *attached, denpa_error *err) {
  char words[DNP_WORDS];
  w->options->given[o - cli_option_table] = true;
  if (o->kind == CLI_FLAG) {
    if (attached != NULL)
      return dnp_fail(
          err, DENPA_ERROR_ARGUMENT, "{1} takes no value, but was given \"{2}\"", dnp_s(shown), dnp_s(attached));
    return cli_set(w->options, o, shown, "", err);
  }
  if (attached == NULL && (w->at >= w->argc || looks_like_option(w->argv[w->at])))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} needs a value: {1} {2}", dnp_s(shown), dnp_s(cli_values(o, words)));
  const char *text = attached != NULL ? attached : w->argv[w->at++];
  w->options->typed[o - cli_option_table] = text;
  return cli_set(w->options, o, shown, text, err);
}

/* --name, --name value, --name=value. */
static denpa_status take_long(walk *w, const char *word, denpa_error *err) {
  const char *equals = strchr(word, '=');
  size_t length = equals != NULL ? (size_t)(equals - word) : strlen(word);
  char shown[40]; /* longer than any option */
  size_t kept = length < sizeof shown ? length : sizeof shown - 1;
  memcpy(shown, word, kept);
  shown[kept] = '\0';
  const cli_option *o = find_name(word + 2, length - 2);
  if (o == NULL) return cli_unknown_option(command_of(w), shown, shown + 2, err);
  return take_value(w, o, shown, equals != NULL ? equals + 1 : NULL, err);
}

/* -q, -qf (flags together), -oFILE, -o FILE. */
static denpa_status take_short(walk *w, const char *word, denpa_error *err) {
  for (const char *letter = word + 1; *letter != '\0'; letter++) {
    char shown[3] = {'-', *letter, '\0'};
    const cli_option *o = find_letter(*letter);
    if (o == NULL) return cli_unknown_option(command_of(w), word, word + 1, err);
    if (o->kind != CLI_FLAG) return take_value(w, o, shown, letter[1] != '\0' ? letter + 1 : NULL, err);
    DNP_TRY(take_value(w, o, shown, NULL, err));
    if (o == &cli_option_table[CLI_OPTION_HELP]) w->options->brief = true;
  }
  return DENPA_OK;
}

/* An option that the subcommand does not take is told with those that take it. */
static denpa_status check_applies(const cli_options *options, denpa_error *err) {
  for (int i = 0; i < CLI_OPTIONS; i++) {
    const cli_option *o = &cli_option_table[i];
    if (!cli_given(options, i) || (o->commands & options->command->bit) != 0) continue;
    return cli_misplaced_option(options->command, o, err);
  }
  return DENPA_OK;
}

/* What the shell leaves of a list of layers without quotation marks: --net conv 24 5x5. */
static denpa_status check_quotes(const cli_options *options, denpa_error *err) {
  const size_t length = cli_given(options, CLI_OPTION_NET) ? strcspn(options->net, ",") : 0;
  const bool alone = length > 0 && options->net[length + (options->net[length] == ',')] == '\0';
  const char *word;
  for (size_t i = 0; alone && (word = dnp_layer_word(i)) != NULL; i++)
    if (strlen(word) == length && strncmp(options->net, word, length) == 0)
      return dnp_fail(err, DENPA_ERROR_ARGUMENT,
          "only '{1}' has arrived for --net; a list of layers needs quotation marks around it: --net 'conv 24 5x5, "
          "maxpool 2, relu, dense 10'",
          dnp_s(options->net));
  return DENPA_OK;
}

/* The argument that the usage line names at `place`, and an example of the command. */
static denpa_status argument_missing(const cli_command *command, int place, denpa_error *err) {
  char name[32];
  const char *usage = command->arguments[0], *at = usage;
  for (int i = 0; i < place && *at != '\0'; i++) at += strcspn(at, " "), at += *at == ' ';
  snprintf(name, sizeof name, "%.*s", (int)strcspn(at, " "), at);
  const cli_example *e = command->example; /* some begin with another command, which makes what this one needs */
  for (char begin[32]; e->line != NULL; e++) {
    snprintf(begin, sizeof begin, "denpa %s ", command->name);
    if (dnp_text_begins(e->line, begin)) break;
  }
  return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} is missing: denpa {2} {3}; for instance {4}", dnp_s(name),
      dnp_s(command->name), dnp_s(usage), dnp_s(e->line));
}

static denpa_status check_positional(const cli_command *command, char **positional, int count, denpa_error *err) {
  if (count < command->least) return argument_missing(command, count, err);
  if ((cli_option_table[CLI_OPTION_NET].commands & command->bit) != 0 && count > 0 && looks_like_net(positional[0], 2))
    return net_goes_elsewhere(positional[0], err);
  if (command->most >= 0 && count > command->most)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "\"{1}\" is one argument too many: denpa {2} {3}",
        dnp_s(positional[command->most]), dnp_s(command->name), dnp_s(command->arguments[0]));
  return DENPA_OK;
}

/* Everything that was not given: what the recipe says, else the default. Both come from tables, so they parse (a test
 * holds that). */
static denpa_status set_defaults(cli_options *options, denpa_error *err) {
  const dnp_train_recipe *recipe = options->recipe != NULL ? dnp_train_recipe_find(options->recipe) : NULL;
  char number[CLI_FALLBACK];
  for (int i = 0; i < CLI_OPTIONS; i++) {
    const char *says = recipe != NULL ? dnp_train_recipe_says(recipe, cli_option_table[i].name) : NULL;
    const char *value = says != NULL ? says : cli_fallback(i, options->command, number);
    /* the optimizer's own number is filled in last, when it is known which optimizer that is: cli_train_options */
    if (!cli_given(options, i) && value != NULL && value != number)
      DNP_TRY(cli_set(options, &cli_option_table[i], cli_option_table[i].name, value, err));
  }
  if (cli_given(options, CLI_OPTION_STEPS) && !cli_given(options, CLI_OPTION_EPOCHS)) options->train.epochs = SIZE_MAX;
  return DENPA_OK;
}

static bool hangs_on_given(const cli_options *options, int option) {
  cli_dependence on[CLI_DEPENDENCES];
  const size_t count = cli_dependences(option, on);
  for (size_t i = 0; i < count; i++)
    if (cli_given(options, on[i].on)) return true;
  return false;
}

/* Whether the default of this kind of data applies: neither is the option given, nor what its own default hangs on (the
 * learning rate of another optimizer is not this kind's). */
static bool is_open(const cli_options *options, int option) {
  if (cli_given(options, option) || hangs_on_given(options, option)) return false;
  /* --steps alone has no limit of epochs */
  return option != CLI_OPTION_EPOCHS || !cli_given(options, CLI_OPTION_STEPS);
}

denpa_status cli_take_defaults(cli_options *options, dnp_data_kind kind, denpa_error *err) {
  for (int i = 0; i < CLI_OPTIONS && options->recipe == NULL; i++) {
    const char *says = kind != DNP_DATA_USUAL ? cli_option_table[i].fallback[kind] : NULL;
    if (says == NULL || !is_open(options, i)) continue;
    DNP_TRY(cli_set(options, &cli_option_table[i], cli_option_table[i].name, says, err));
    options->taken[i] = says;
  }
  options->kind = kind;
  return DENPA_OK;
}

/* --init is any text, which the library reads; its word as it is listed. */
static void spell_init(cli_options *options) {
  char words[DNP_WORDS];
  const char *spelled = options->init != NULL
                            ? spell(options, dnp_words_joined(NULL, denpa_init_name, words), options->init)
                            : NULL;
  if (spelled == NULL) return;
  if (cli_given(options, CLI_OPTION_INIT)) options->typed[CLI_OPTION_INIT] = spelled;
  options->init = spelled;
}

/* --label-smoothing 0.1 is the number of the loss: cross-entropy:0.1. */
static denpa_status smooth(cli_options *options, denpa_error *err) {
  char number[32];
  if (!(options->smoothing > 0)) return DENPA_OK;
  if (!(options->smoothing <= 0.999))
    return dnp_fail(
        err, DENPA_ERROR_ARGUMENT, "--label-smoothing must be at most 0.999, not {1:.15g}", dnp_d(options->smoothing));
  const char *smoothed = dnp_op_cross_entropy.word;
  if (strcmp(options->loss, "auto") != 0 && strcmp(options->loss, smoothed) != 0)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "--label-smoothing belongs to the loss {1}, not to {2}", dnp_s(smoothed),
        dnp_s(options->loss));
  dnp_format_shortest(number, sizeof number, options->smoothing);
  snprintf(options->smoothed, sizeof options->smoothed, "%s:%s", smoothed, number);
  options->loss = options->smoothed;
  return DENPA_OK;
}

denpa_status cli_put(cli_options *options, const char *name, const char *value, denpa_error *err) {
  const cli_option *o = find_name(name, strlen(name));
  if (o == NULL) return cli_unknown_option(options->command, name, name, err);
  options->given[o - cli_option_table] = true;
  options->typed[o - cli_option_table] = value;
  DNP_TRY(cli_set(options, o, name, value, err));
  if (o != &cli_option_table[CLI_OPTION_LABEL_SMOOTHING]) return DENPA_OK;
  options->loss = "auto"; /* it was that of the smoothing before */
  return smooth(options, err);
}

denpa_status cli_parse(cli_options *options, int argc, char **argv, char **positional, int *count, denpa_error *err) {
  walk w = {options, argc, 1, argv};
  bool only_arguments = false, other = false; /* other: help or generate, which take any option */
  const char *unknown = NULL;
  *count = 0;
  while (w.at < argc) {
    char *word = argv[w.at++];
    if (!only_arguments && strcmp(word, "--") == 0)
      only_arguments = true;
    else if (!only_arguments && word[0] == '-' && word[1] == '-')
      DNP_TRY(take_long(&w, word, err));
    else if (!only_arguments && word[0] == '-' && word[1] != '\0')
      DNP_TRY(take_short(&w, word, err));
    else if (options->command != NULL || other || unknown != NULL)
      positional[(*count)++] = word;
    else if (strcmp(word, "help") == 0 || strcmp(word, "generate") == 0)
      other = true, positional[(*count)++] = word;
    else if ((options->command = cli_command_find(word)) == NULL)
      unknown = word;
  }
  if (unknown != NULL && looks_like_net(unknown, 1)) return net_goes_elsewhere(unknown, err);
  if (unknown != NULL) return cli_unknown_command(unknown, err);
  DNP_TRY(set_defaults(options, err));
  if (options->help || options->version || options->command == NULL) return DENPA_OK;
  DNP_TRY(check_applies(options, err));
  spell_init(options);
  DNP_TRY(smooth(options, err));
  if (options->train.rng == DENPA_RNG_NUMPY && options->train.seed > UINT32_MAX)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "--seed must be at most {1} with --rng numpy, not {2}",
        dnp_u(UINT32_MAX), dnp_u(options->train.seed));
  DNP_TRY(check_quotes(options, err));
  return check_positional(options->command, positional, *count, err);
}

/* ---- language ------------------------------------------------------------------------------------ */

/* What a variable of the environment says; NULL if it says nothing. */
static const char *told_by(const char *variable) {
  const char *value = getenv(variable);
  return value != NULL && value[0] != '\0' ? value : NULL;
}

/* *unknown: what DENPA_LANG says if that is neither language; the locale decides then. A locale may well name a third
 * one, which gets English. */
static denpa_lang environment_language(const char **unknown) {
  const char *wanted = told_by("DENPA_LANG"), *locale = told_by("LC_ALL");
  if (wanted != NULL && strncasecmp(wanted, "ja", 2) == 0) return DENPA_LANG_JA;
  if (wanted != NULL && strncasecmp(wanted, "en", 2) == 0) return DENPA_LANG_EN;
  *unknown = wanted;
  if (locale == NULL) locale = told_by("LC_MESSAGES");
  if (locale == NULL) locale = told_by("LANG");
  return locale != NULL && strncasecmp(locale, "ja", 2) == 0 ? DENPA_LANG_JA : DENPA_LANG_EN;
}

void cli_foresee(cli_options *options, int argc, char **argv) {
  const char *unknown = NULL;
  *options = (cli_options){.lang = (int)environment_language(&unknown), .train = denpa_train_options_default()};
  options->unknown_lang = unknown;
  const cli_option *lang = &cli_option_table[CLI_OPTION_LANG];
  for (int i = 1; i < argc && argv[i] != NULL && strcmp(argv[i], "--") != 0; i++) {
    const char *value = NULL;
    if (strcmp(argv[i], "--json") == 0) options->json = true;
    if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc) value = argv[i + 1];
    if (dnp_text_begins(argv[i], "--lang=")) value = argv[i] + strlen("--lang=");
    int index = value != NULL ? cli_choice(lang->values, value) : -1;
    if (index < 0) continue;
    options->lang = index;
    options->unknown_lang = NULL; /* the option decides */
  }
}
