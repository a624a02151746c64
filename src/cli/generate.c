/* generate.c: the hidden subcommand `denpa generate`, which writes man pages (scdoc's source) from the tables of
 * commands and options, and shell completion (completion.c). The build calls it (cmake/docs.cmake). */
#include "cli/cli.h"

#include <string.h>

#include "base/text.h"
#include "draw/say.h"

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
    fputs(i + 1 < CLI_PARAGRAPHS && command->arguments[i + 1] != NULL ? "++\n" : "\n", out);
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

/* ---- the subcommand ------------------------------------------------------------------------------ */

int cli_generate(const cli_options *options, int argc, char **argv) {
  denpa_lang lang = (denpa_lang)options->lang;
  denpa_error err;
  if (argc == 1 && strcmp(argv[0], "man") == 0) return man(stdout, lang, NULL), CLI_DONE;
  if (argc == 2 && strcmp(argv[0], "man") == 0 && cli_command_find(argv[1]) != NULL)
    return man(stdout, lang, cli_command_find(argv[1])), CLI_DONE;
  if (argc == 2 && strcmp(argv[0], "completion") == 0 && cli_completion(stdout, lang, argv[1])) return CLI_DONE;
  dnp_fail(&err, DENPA_ERROR_ARGUMENT, "write denpa generate man [COMMAND] or denpa generate completion bash|zsh|fish");
  return cli_fail(options, &err);
}
