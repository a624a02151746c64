/* help.c: usage and help in both languages, from the tables. Called by main.c. */
#include "cli/cli.h"

#include <string.h>

#include "base/text.h"
#include "draw/colour.h"
#include "draw/say.h"
#include "draw/wrap.h"

enum { HELP_AT = 8, OPTION_HELP_AT = 26, SYNOPSIS_ENDS = OPTION_HELP_AT - 2, BRIEFLY = 10, EXAMPLES = 3 };
enum { LEAST_BESIDE = 30 }; /* cells of an option's help beside its name; where there are fewer it stands below */

/* The options that people need first, of commands with many; -1 ends. */
static const struct {
  unsigned commands;
  int option[BRIEFLY];
} first[] = {
    {CLI_TRAIN, {CLI_OPTION_NET, CLI_OPTION_ACT, CLI_OPTION_OPTIMIZER, CLI_OPTION_LR, CLI_OPTION_BATCH,
                    CLI_OPTION_EPOCHS, CLI_OPTION_TARGET, CLI_OPTION_SEED, CLI_OPTION_OUT, CLI_OPTION_RUN}},
    {CLI_SEARCH, {CLI_OPTION_TRY, CLI_OPTION_TRIALS, CLI_OPTION_METHOD, CLI_OPTION_FINAL, CLI_OPTION_EPOCHS,
                     CLI_OPTION_VALIDATION, CLI_OPTION_TARGET, CLI_OPTION_SEED, CLI_OPTION_OUT, -1}},
    {CLI_REPLAY, {CLI_OPTION_FRAME, CLI_OPTION_OUT, CLI_OPTION_RECORD, CLI_OPTION_FORK, CLI_OPTION_LR,
                     CLI_OPTION_OPTIMIZER, CLI_OPTION_BATCH, CLI_OPTION_EPOCHS, CLI_OPTION_STEPS, CLI_OPTION_JSON}},
    {CLI_STEP, {CLI_OPTION_NET, CLI_OPTION_ACT, CLI_OPTION_LR, CLI_OPTION_BATCH, CLI_OPTION_SAMPLE, CLI_OPTION_ONLY,
                   CLI_OPTION_UPDATE_ORDER, CLI_OPTION_SEED, CLI_OPTION_OUT, CLI_OPTION_HTML}},
    {CLI_DATA, {CLI_OPTION_SPLIT, CLI_OPTION_SAMPLE, CLI_OPTION_AUGMENT, CLI_OPTION_SIZE, CLI_OPTION_TARGET,
                   CLI_OPTION_TASK, CLI_OPTION_CATEGORY, CLI_OPTION_OUT, CLI_OPTION_JSON, -1}},
    {CLI_EVAL, {CLI_OPTION_SPLIT, CLI_OPTION_SAMPLES, CLI_OPTION_THRESHOLD, CLI_OPTION_POSITIVE, CLI_OPTION_WEIGHTS,
                   CLI_OPTION_UNKNOWN, CLI_OPTION_JSON, -1}},
    {CLI_PREDICT, {CLI_OPTION_SAMPLE, CLI_OPTION_SPLIT, CLI_OPTION_OUT, CLI_OPTION_KEEP, CLI_OPTION_THRESHOLD,
                      CLI_OPTION_POSITIVE, CLI_OPTION_UNKNOWN, CLI_OPTION_JSON, -1}},
    {CLI_EXPLAIN | CLI_WHY, {CLI_OPTION_SAMPLE, CLI_OPTION_SPLIT, CLI_OPTION_BATCH, CLI_OPTION_FRAME,
                                CLI_OPTION_TRAINING, CLI_OPTION_HTML, CLI_OPTION_TERMS, CLI_OPTION_DEPTH, -1}},
};

/* Kinds of data that have defaults of their own. */
static const char *const kinds[DNP_DATA_KINDS] = {
    [DNP_DATA_TABLE] = DNP_N("tables"), [DNP_DATA_PICTURES] = DNP_N("pictures")};

/* Where help goes, and what makes its titles stand out there. */
typedef struct page {
  FILE *out;
  denpa_lang lang;
  const char *bold, *plain;
} page;

static page page_of(FILE *out, const cli_options *options) {
  const bool colour = dnp_want_colour(out, options->color);
  return (page){out, (denpa_lang)options->lang, colour ? "\033[1m" : "", colour ? "\033[0m" : ""};
}

#define title(p, ...) \
  (fputs((p)->bold, (p)->out), dnp_say((p)->out, (p)->lang, __VA_ARGS__), (void)fputs((p)->plain, (p)->out))

static void paragraph(const page *p, const char *text, int indent) {
  fprintf(p->out, "%*s", indent, "");
  dnp_wrap(p->out, dnp_translate(p->lang, text), indent, dnp_text_cells(p->out));
}

/* ---- help ---------------------------------------------------------------------------------------- */

void cli_option_synopsis(const cli_option *option, char *out, size_t size) {
  char words[DNP_WORDS];
  const char *values = cli_values(option, words), *space = values != NULL ? " " : "";
  if (values == NULL) values = "";
  if (option->letter != '\0')
    snprintf(out, size, "-%c, --%s%s%s", option->letter, option->name, space, values);
  else
    snprintf(out, size, "--%s%s%s", option->name, space, values);
}

/* What other kinds of data have instead: "; tables: relu; pictures: relu". */
static size_t kinds_text(int option, const cli_command *command, denpa_lang lang, char *out, size_t size) {
  size_t length = 0;
  out[0] = '\0';
  if (command == NULL || (cli_option_table[CLI_OPTION_RECIPE].commands & command->bit) == 0) return 0;
  for (int kind = 0; kind < DNP_DATA_KINDS && length < size; kind++) {
    const char *says = kinds[kind] != NULL ? cli_option_table[option].fallback[kind] : NULL;
    if (says != NULL)
      length += dnp_render(out + length, size - length, lang, "; {1}: {2}",
          (const denpa_arg[]){dnp_t(kinds[kind]), dnp_s(says), DNP_END});
  }
  return length;
}

bool cli_fallback_text(int option, const cli_command *command, denpa_lang lang, char *out, size_t size) {
  char number[CLI_FALLBACK], others[160];
  cli_dependence with[CLI_DEPENDENCES];
  const char *fallback = cli_fallback(option, command, number);
  const bool differs = kinds_text(option, command, lang, others, sizeof others) > 0;
  if (fallback == NULL && !differs) return false;
  if (fallback == NULL) fallback = dnp_translate(lang, DNP_N("none"));
  size_t length = (size_t)snprintf(out, size, "%s", fallback);
  const size_t count = cli_dependences(option, with);
  for (const cli_dependence *d = with; d < with + count && length < size; d++)
    if (command == NULL || (cli_option_table[d->on].commands & command->bit) != 0)
      length += dnp_render(out + length, size - length, lang, ", with --{1} {2} {3}",
          (const denpa_arg[]){dnp_s(cli_option_table[d->on].name), dnp_s(d->words), dnp_s(d->fallback), DNP_END});
  if (length < size) snprintf(out + length, size - length, "%s", others);
  return true;
}

/* "--act sigmoid|tanh|...": as many of the choices as there is room for. */
static void shorten(char *synopsis) {
  size_t bar = 0;
  for (size_t i = 0; synopsis[i] != '\0' && i + 4 <= SYNOPSIS_ENDS - 2; i++)
    if (synopsis[i] == '|') bar = i;
  if (bar > 0 && strlen(synopsis) > SYNOPSIS_ENDS - 2) memcpy(synopsis + bar, "|...", 5);
}

/* The option and, beside it or below where there is no room, what it does. */
static void option_lines(const page *p, const cli_command *command, int index, bool brief) {
  const cli_option *o = &cli_option_table[index];
  char synopsis[128], fallback[256], text[1024];
  cli_option_synopsis(o, synopsis, sizeof synopsis);
  if (brief) shorten(synopsis);
  const bool has = !brief && cli_fallback_text(index, command, p->lang, fallback, sizeof fallback);
  dnp_render(text, sizeof text, p->lang, has ? DNP_N("{1} [default: {2}]") : "{1}",
      (const denpa_arg[]){dnp_t(o->help), dnp_s(fallback), DNP_END});
  const int width = dnp_text_cells(p->out), at = width - OPTION_HELP_AT < LEAST_BESIDE ? HELP_AT : OPTION_HELP_AT;
  if (at == OPTION_HELP_AT && strlen(synopsis) <= SYNOPSIS_ENDS - 2) {
    fprintf(p->out, "  %-*s", at - 2, synopsis);
  } else {
    fputs("  ", p->out);
    dnp_wrap(p->out, synopsis, 2, width);
    fprintf(p->out, "%*s", at, "");
  }
  dnp_wrap(p->out, text, at, width);
}

static void option_help(const page *p, const cli_command *command, unsigned commands, int group) {
  bool titled = false;
  for (int i = 0; i < CLI_OPTIONS; i++) {
    if (cli_option_table[i].group != (cli_group)group || (cli_option_table[i].commands & commands) != commands)
      continue;
    if (!titled) title(p, "\n{1}:\n", dnp_t(cli_group_titles[group]));
    titled = true;
    option_lines(p, command, i, false);
  }
}

static void usage_lines(const page *p, const cli_command *command) {
  title(p, DNP_N("Usage:\n"));
  for (int i = 0; i < CLI_PARAGRAPHS && command->arguments[i] != NULL; i++)
    dnp_say(
        p->out, p->lang, DNP_N("  denpa {1} {2} [OPTION]...\n"), dnp_s(command->name), dnp_s(command->arguments[i]));
}

static void command_list(const page *p) {
  title(p, DNP_N("Commands:\n"));
  for (const cli_command *c = NULL; (c = cli_command_next(c, CLI_ALL)) != NULL;)
    dnp_say(p->out, p->lang, "  {1:-10}{2}\n", dnp_s(c->name), dnp_t(c->summary));
}

/* A command line: where it is too long for the window, it goes on below as a shell takes it, from an option on. */
static void command_line(FILE *out, const char *line, int width) {
  int column = fprintf(out, "  ");
  for (const char *next; *line != '\0'; line = next) {
    const char *option = strstr(line + 1, " -");
    next = option != NULL ? option : line + strlen(line);
    const int cells = (int)(next - line);
    if (*line == ' ' && column + cells + 2 > width) {
      fputs(" \\\n     ", out);
      column = 5;
    }
    fprintf(out, "%.*s", cells, line);
    column += cells;
  }
  fputc('\n', out);
}

static void examples(const page *p, const cli_example *example, int most) {
  title(p, DNP_N("\nExamples:\n"));
  for (; example->line != NULL && most-- > 0; example++) {
    command_line(p->out, example->line, dnp_line_cells(p->out));
    paragraph(p, example->what, HELP_AT);
  }
}

void cli_usage(FILE *out, const cli_options *options) {
  const page at = page_of(out, options), *p = &at;
  dnp_say(p->out, p->lang, DNP_N("Usage: denpa COMMAND [ARGUMENT]... [OPTION]...\n"));
  command_list(p);
  dnp_say(p->out, p->lang, DNP_N("To begin: denpa train.  More: denpa --help, denpa train --help.\n"));
}

/* ---- in short ------------------------------------------------------------------------------------ */

/* The options of a command that are told first, -1 behind the last: those of the table, else its own. */
static void choose(const cli_command *command, int option[BRIEFLY + 1]) {
  int count = 0;
  for (size_t i = 0; i < sizeof first / sizeof *first; i++)
    for (int k = 0; (first[i].commands & command->bit) != 0 && k < BRIEFLY && first[i].option[k] >= 0; k++)
      if ((cli_option_table[first[i].option[k]].commands & command->bit) != 0) option[count++] = first[i].option[k];
  const bool chosen = count > 0;
  for (int i = 0; !chosen && i < CLI_OPTIONS && count < BRIEFLY; i++)
    if (cli_option_table[i].group != CLI_GENERAL && (cli_option_table[i].commands & command->bit) != 0)
      option[count++] = i;
  option[count] = -1;
}

static void brief_help(const page *p, const cli_command *command) {
  int option[BRIEFLY + 1];
  choose(command, option);
  usage_lines(p, command);
  title(p, DNP_N("\nOptions that are needed first:\n"));
  for (int i = 0; option[i] >= 0; i++) option_lines(p, command, option[i], true);
  examples(p, command->example, EXAMPLES);
  dnp_say(
      p->out, p->lang, DNP_N("\nEvery option: denpa {1} --help.  At length: man denpa-{1}.\n"), dnp_s(command->name));
}

/* ---- all of it ----------------------------------------------------------------------------------- */

static void whole_help(const page *p) {
  dnp_say(
      p->out, p->lang, DNP_N("denpa trains small neural networks and shows its work: every number can be traced.\n\n"));
  dnp_say(p->out, p->lang, DNP_N("Usage: denpa COMMAND [ARGUMENT]... [OPTION]...\n"));
  command_list(p);
  option_help(p, NULL, CLI_ALL, CLI_GENERAL);
  examples(p, cli_first_examples, CLI_EXAMPLES);
  dnp_say(p->out, p->lang,
      DNP_N("\nThe options of a command: denpa COMMAND --help, the first of them: denpa COMMAND -h\n"));
}

void cli_help(FILE *out, const cli_options *options, const cli_command *command, bool brief) {
  const page at = page_of(out, options), *p = &at;
  if (command == NULL) {
    if (brief) cli_usage(out, options);
    if (!brief) whole_help(p);
    return;
  }
  dnp_say(p->out, p->lang, "denpa {1}: {2}\n\n", dnp_s(command->name), dnp_t(command->summary));
  if (brief) {
    brief_help(p, command);
    return;
  }
  usage_lines(p, command);
  for (int i = 0; i < CLI_PARAGRAPHS && command->paragraph[i] != NULL; i++) {
    fputc('\n', p->out);
    paragraph(p, command->paragraph[i], 0);
  }
  for (int group = 0; group < CLI_GROUPS; group++) option_help(p, command, command->bit, group);
  examples(p, command->example, CLI_EXAMPLES);
  dnp_say(p->out, p->lang, DNP_N("\nIn short: denpa {1} -h.  At length: man denpa-{1}.\n"), dnp_s(command->name));
}
