/* generate.c: the hidden subcommand `denpa generate`, which writes man pages (scdoc's source) and shell completion from
 * the tables of commands and options. The build calls it (cmake/docs.cmake). */
#include "cli/cli.h"

#include <string.h>

#include "base/text.h"
#include "draw/say.h"
#include "cli/bench_run.h"
#include "book/lab.h"

/* ---- man pages ----------------------------------------------------------------------------------- */

/* Plain text in scdoc, where * and _ and a few more would mean something, and a dash or a dot at the start of a
 * line. */
static void put_plain(FILE *out, const char *text) {
  if (*text == '-' || *text == '.') fputc('\\', out);
  for (; *text != '\0'; text++) {
    if (strchr("\\*_[]|#~+`<>", *text) != NULL) fputc('\\', out);
    fputc(*text, out);
  }
}

static void put_text(FILE *out, denpa_lang lang, const char *english) { put_plain(out, dnp_translate(lang, english)); }

static void section(FILE *out, denpa_lang lang, const char *title) {
  fputs("\n# ", out);
  put_text(out, lang, title);
  fputs("\n\n", out);
}

/* A term and, indented, what it means. */
static void entry(FILE *out, denpa_lang lang, const char *term, const char *meaning) {
  fputc('*', out);
  put_plain(out, term);
  fputs("*\n\t", out);
  put_text(out, lang, meaning);
  fputs("\n\n", out);
}

typedef struct term {
  const char *name, *meaning;
} term;

static const term exit_statuses[] = {
    {"0", DNP_N("done")},
    {"1", DNP_N("the work failed: a file, the network or the machine")},
    {"2", DNP_N("wrong usage: an option, an argument, or shapes that do not fit")},
};
static const term environment[] = {
    {"DENPA_DATA", DNP_N("Folder that is searched first for data sets: mnist lies in its subfolder mnist.")},
    {"DENPA_LANG",
        DNP_N("Language of every text, ja or en. Without it, LC_ALL, LC_MESSAGES and LANG decide, in this order.")},
    {"DENPA_MIRRORS", DNP_N("Addresses to download MNIST from instead of the built-in ones, separated by spaces; each "
                            "ends in a slash.")},
    {"NO_COLOR", DNP_N("If set and not empty, no colours are used unless --color always is given.")},
    {"XDG_CACHE_HOME",
        DNP_N("Folder under which downloads are kept, in denpa; without it, .cache in the home folder.")},
};
static const term files[] = {
    {"~/.cache/denpa/mnist", DNP_N("the downloaded MNIST, verified by SHA-256")},
    {"FILE.safetensors",
        DNP_N("a model: every parameter by name, and as metadata the network, its options, the seed and the data set")},
    {"DIR/model.safetensors", DNP_N("the network of a run kept by --run")},
    {"DIR/log.csv",
        DNP_N("its losses and accuracies: step, epoch, seconds, train_loss, train_accuracy, test_loss, test_accuracy")},
    {"DIR/options.json", DNP_N("its options, as they applied")},
};

static void terms(FILE *out, denpa_lang lang, const char *title, const term *list, size_t count) {
  section(out, lang, title);
  for (size_t i = 0; i < count; i++) entry(out, lang, list[i].name, list[i].meaning);
}
#define TERMS(out, lang, title, list) terms(out, lang, title, list, sizeof(list) / sizeof *(list))

static void man_option(FILE *out, denpa_lang lang, const cli_command *command, int index) {
  const cli_option *o = &cli_option_table[index];
  char fallback[256], words[DNP_WORDS];
  const char *values = cli_values(o, words);
  if (o->letter != '\0') fprintf(out, "*-%c*, ", o->letter);
  fprintf(out, "*--%s*", o->name);
  if (values != NULL) {
    fputs(" _", out);
    put_plain(out, values);
    fputc('_', out);
  }
  fputs("\n\t", out);
  put_text(out, lang, o->help);
  if (o->more != NULL) fputc(' ', out), put_text(out, lang, o->more);
  if (cli_fallback_text(index, command, lang, fallback, sizeof fallback)) {
    char text[320];
    dnp_render(text, sizeof text, lang, DNP_N("(default: {1})"), (const denpa_arg[]){dnp_s(fallback), DNP_END});
    fputc(' ', out);
    put_plain(out, text);
  }
  fputs("\n\n", out);
}

static void man_options(FILE *out, denpa_lang lang, const cli_command *command, unsigned commands) {
  section(out, lang, DNP_N("OPTIONS"));
  for (int group = 0; group < CLI_GROUPS; group++) {
    bool titled = false;
    for (int i = 0; i < CLI_OPTIONS; i++) {
      if (cli_option_table[i].group != (cli_group)group || (cli_option_table[i].commands & commands) != commands)
        continue;
      if (!titled) fprintf(out, "## %s\n\n", dnp_translate(lang, cli_group_titles[group]));
      titled = true;
      man_option(out, lang, command, i);
    }
  }
}

static void man_examples(FILE *out, denpa_lang lang, const cli_example *example) {
  section(out, lang, DNP_N("EXAMPLES"));
  for (; example->line != NULL; example++) entry(out, lang, example->line, example->what);
}

/* The page of a command, or (NULL) of denpa itself. */
static void man(FILE *out, denpa_lang lang, const cli_command *command) {
  const char *dash = command != NULL ? "-" : "", *name = command != NULL ? command->name : "";
  fprintf(out, "denpa%s%s(1) \"denpa %s\"\n", dash, name, DENPA_VERSION);
  section(out, lang, DNP_N("NAME"));
  fprintf(out, "denpa%s%s - ", dash, name);
  put_text(out, lang, command != NULL ? command->summary : DNP_N("train small neural networks and see how they work"));
  fputc('\n', out);
  section(out, lang, DNP_N("SYNOPSIS"));
  if (command == NULL) put_text(out, lang, DNP_N("denpa COMMAND [ARGUMENT]... [OPTION]...")), fputc('\n', out);
  for (int i = 0; command != NULL && i < CLI_PARAGRAPHS && command->arguments[i] != NULL; i++) {
    fprintf(out, "*denpa %s* ", command->name);
    put_plain(out, command->arguments[i]);
    fputc(' ', out);
    put_text(out, lang, DNP_N("[OPTION]..."));
    fputs(command->arguments[i + 1] != NULL ? "++\n" : "\n", out);
  }
  section(out, lang, DNP_N("DESCRIPTION"));
  if (command == NULL) {
    put_text(out, lang,
        DNP_N("denpa trains small neural networks by forward propagation and backpropagation, and every number that it "
              "shows was computed by the network at hand. "
              "One seed gives one result, bit for bit, on every machine."));
    fputs("\n\n", out);
    for (const cli_command *c = NULL; (c = cli_command_next(c, CLI_ALL)) != NULL;) {
      char page[32];
      snprintf(page, sizeof page, "denpa-%s(1)", c->name);
      entry(out, lang, page, c->summary);
    }
  }
  for (int i = 0; command != NULL && i < CLI_PARAGRAPHS && command->paragraph[i] != NULL; i++) {
    put_text(out, lang, command->paragraph[i]);
    fputs("\n\n", out);
  }
  man_options(out, lang, command, command != NULL ? command->bit : CLI_ALL);
  TERMS(out, lang, DNP_N("EXIT STATUS"), exit_statuses);
  TERMS(out, lang, DNP_N("ENVIRONMENT"), environment);
  TERMS(out, lang, DNP_N("FILES"), files);
  man_examples(out, lang, command != NULL ? command->example : cli_first_examples);
}

/* ---- shell completion ---------------------------------------------------------------------------- */

/* Words to offer after the option: its choices, or the word that a number may be replaced by; "" if there are none. */
static void put_choices(FILE *out, const cli_option *o) {
  char words[DNP_WORDS];
  const char *values = cli_values(o, words);
  if (values == NULL || (o->kind != CLI_WORD && o->kind != CLI_NAMED && o->kind != CLI_CHOICE && o->kind != CLI_SIZE))
    return;
  const char *end = o->kind == CLI_SIZE ? strchr(values, '|') : values + strlen(values);
  for (const char *p = values; end != NULL && p < end; p++) {
    if (*p == ':') p += strcspn(p, "|"); /* the number's name is no word */
    if (p < end) fputc(*p == '|' ? ' ' : *p, out);
  }
}

static bool has_choices(const cli_option *o) {
  return o->kind == CLI_WORD || o->kind == CLI_NAMED || o->kind == CLI_CHOICE ||
         (o->kind == CLI_SIZE && strchr(o->values, '|') != NULL);
}

static bool takes_file(const cli_option *o) {
  return o->kind == CLI_TEXT && (strcmp(o->values, "FILE") == 0 || strcmp(o->values, "DIR") == 0);
}

static void put_commands(FILE *out) {
  for (const cli_command *c = NULL; (c = cli_command_next(c, CLI_ALL)) != NULL;) fprintf(out, "%s ", c->name);
  fputs("help", out);
}

/* Words to offer as arguments of a command: commands.def says which. */
static const char *const sets[] = {"mnist", "digits"}, *const actions[] = {"list", "get", "show"};
const char *cli_set_words(size_t index) { return index < 2 ? sets[index] : NULL; }
const char *cli_data_words(size_t index) { return index < 3 ? actions[index] : cli_set_words(index - 3); }
const char *cli_lesson_words(size_t index) { return index == 0 ? "all" : dnp_lessons[index - 1].name; }
const char *cli_work_words(size_t index) { return dnp_works[index].name; }

static void put_arguments(FILE *out, const cli_command *command) {
  for (size_t i = 0; command->words != NULL && command->words(i) != NULL; i++) fprintf(out, "%s ", command->words(i));
}

/* inside '...' of a shell; `also` gets a backslash */
static void put_quoted(FILE *out, const char *text, const char *also) {
  for (; *text != '\0'; text++) {
    if (*text == '\'')
      fputs("'\\''", out);
    else
      fprintf(out, strchr(also, *text) != NULL ? "\\%c" : "%c", *text);
  }
}

static void bash_completion(FILE *out, denpa_lang lang) {
  (void)lang; /* bash shows words only */
  fputs("# bash completion for denpa, written by `denpa generate completion bash`\n"
        "_denpa() {\n"
        "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} i\n"
        "  COMPREPLY=()\n"
        "  case $before in\n",
      out);
  for (int i = 0; i < CLI_OPTIONS; i++) {
    const cli_option *o = &cli_option_table[i];
    if (o->kind == CLI_FLAG) continue;
    fprintf(out, "    --%s", o->name);
    if (o->letter != '\0') fprintf(out, "|-%c", o->letter);
    fputs(") ", out);
    if (takes_file(o)) {
      fputs("COMPREPLY=($(compgen -f -- \"$word\")); ", out);
    } else if (has_choices(o)) {
      fputs("COMPREPLY=($(compgen -W '", out);
      put_choices(out, o);
      fputs("' -- \"$word\")); ", out);
    }
    fputs("return ;;\n", out);
  }
  fputs("  esac\n"
        "  local command= words\n"
        "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
        "    case ${COMP_WORDS[i]} in\n      ",
      out);
  for (const cli_command *c = NULL; (c = cli_command_next(c, CLI_ALL)) != NULL;) fprintf(out, "%s|", c->name);
  fputs("help) command=${COMP_WORDS[i]}; break ;;\n    esac\n  done\n  case $command in\n", out);
  for (const cli_command *c = NULL; (c = cli_command_next(c, CLI_ALL)) != NULL;) {
    fprintf(out, "    %s) words='", c->name);
    for (int i = 0; i < CLI_OPTIONS; i++)
      if ((cli_option_table[i].commands & c->bit) != 0) fprintf(out, "--%s ", cli_option_table[i].name);
    put_arguments(out, c);
    fputs("' ;;\n", out);
  }
  fputs("    *) words='", out);
  put_commands(out);
  fputs(" --help --version --lang' ;;\n"
        "  esac\n"
        "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
        "  if [ -n \"$command\" ] && [ \"${word#-}\" = \"$word\" ]; then COMPREPLY+=($(compgen -f -- \"$word\")); fi\n"
        "}\n"
        "complete -o filenames -F _denpa denpa\n",
      out);
}

static void zsh_option(FILE *out, denpa_lang lang, const cli_option *o) {
  fprintf(out, "        '--%s", o->name);
  if (o->kind != CLI_FLAG) fputc('=', out);
  fputc('[', out);
  put_quoted(out, dnp_translate(lang, o->help), "[]:\\");
  fputc(']', out);
  if (o->kind != CLI_FLAG) {
    fprintf(out, ":%s:", o->name);
    if (takes_file(o)) {
      fputs("_files", out);
    } else if (has_choices(o)) {
      fputc('(', out);
      put_choices(out, o);
      fputc(')', out);
    }
  }
  fputs("' \\\n", out);
}

static void zsh_completion(FILE *out, denpa_lang lang) {
  fputs("#compdef denpa\n# written by `denpa generate completion zsh`\n"
        "_denpa() {\n  local -a commands\n  commands=(\n",
      out);
  for (const cli_command *c = NULL; (c = cli_command_next(c, CLI_ALL)) != NULL;) {
    fprintf(out, "    '%s:", c->name);
    put_quoted(out, dnp_translate(lang, c->summary), ":\\");
    fputs("'\n", out);
  }
  fputs("  )\n  if (( CURRENT == 2 )); then\n    _describe 'command' commands\n    return\n  fi\n  local "
        "command=$words[2]\n  shift words\n  (( CURRENT-- ))\n  case $command in\n",
      out);
  for (const cli_command *c = NULL; (c = cli_command_next(c, CLI_ALL)) != NULL;) {
    fprintf(out, "    %s)\n      _arguments \\\n", c->name);
    for (int i = 0; i < CLI_OPTIONS; i++)
      if ((cli_option_table[i].commands & c->bit) != 0) zsh_option(out, lang, &cli_option_table[i]);
    fputs("        '*:argument:_files' ;;\n", out);
  }
  fputs("  esac\n}\n_denpa \"$@\"\n", out);
}

static void fish_completion(FILE *out, denpa_lang lang) {
  fputs("# fish completion for denpa, written by `denpa generate completion fish`\nset -l commands ", out);
  put_commands(out);
  fputc('\n', out);
  for (const cli_command *c = NULL; (c = cli_command_next(c, CLI_ALL)) != NULL;) {
    fprintf(out, "complete -c denpa -n \"not __fish_seen_subcommand_from $commands\" -f -a %s -d '", c->name);
    put_quoted(out, dnp_translate(lang, c->summary), "\\");
    fputs("'\n", out);
  }
  for (int i = 0; i < CLI_OPTIONS; i++) {
    const cli_option *o = &cli_option_table[i];
    fputs("complete -c denpa -n '__fish_seen_subcommand_from", out);
    for (const cli_command *c = NULL; (c = cli_command_next(c, o->commands)) != NULL;) fprintf(out, " %s", c->name);
    fprintf(out, "' -l %s", o->name);
    if (o->letter != '\0') fprintf(out, " -s %c", o->letter);
    if (o->kind != CLI_FLAG) fputs(takes_file(o) ? " -r" : " -x", out);
    if (has_choices(o)) {
      fputs(" -a '", out);
      put_choices(out, o);
      fputc('\'', out);
    }
    fputs(" -d '", out);
    put_quoted(out, dnp_translate(lang, o->help), "\\");
    fputs("'\n", out);
  }
}

static const struct {
  const char *name;
  void (*write)(FILE *out, denpa_lang lang);
} shells[] = {{"bash", bash_completion}, {"zsh", zsh_completion}, {"fish", fish_completion}};

/* ---- the subcommand ------------------------------------------------------------------------------ */

int cli_generate(const cli_options *options, int argc, char **argv) {
  denpa_lang lang = (denpa_lang)options->lang;
  denpa_error err;
  if (argc == 1 && strcmp(argv[0], "man") == 0) return man(stdout, lang, NULL), CLI_DONE;
  if (argc == 2 && strcmp(argv[0], "man") == 0 && cli_command_find(argv[1]) != NULL)
    return man(stdout, lang, cli_command_find(argv[1])), CLI_DONE;
  for (size_t i = 0; argc == 2 && strcmp(argv[0], "completion") == 0 && i < sizeof shells / sizeof *shells; i++)
    if (strcmp(argv[1], shells[i].name) == 0) return shells[i].write(stdout, lang), CLI_DONE;
  dnp_fail(&err, DENPA_ERROR_ARGUMENT, "write denpa generate man [COMMAND] or denpa generate completion bash|zsh|fish");
  return cli_fail(options, &err);
}
