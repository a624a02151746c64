/* help.c: usage and help in both languages, from the tables. Called by main.c. */
#include "cli/cli.h"

#include <string.h>

#include "base/text.h"
#include "draw/say.h"
#include "draw/wrap.h"

enum { WIDTH = 80, HELP_AT = 8 };

static void paragraph(FILE *out, denpa_lang lang, const char *text, int indent) {
  fprintf(out, "%*s", indent, "");
  dnp_wrap(out, dnp_translate(lang, text), indent, WIDTH);
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

bool cli_fallback_text(int option, const cli_command *command, denpa_lang lang, char *out, size_t size) {
  char number[CLI_FALLBACK];
  cli_dependence with[CLI_DEPENDENCES];
  const char *fallback = cli_fallback(option, command, number);
  if (fallback == NULL) return false;
  size_t length = (size_t)snprintf(out, size, "%s", fallback);
  const size_t count = cli_dependences(option, with);
  for (const cli_dependence *d = with; d < with + count && length < size; d++)
    if (command == NULL || (cli_option_table[d->on].commands & command->bit) != 0)
      length += dnp_render(out + length, size - length, lang, ", with --{1} {2} {3}",
          (const denpa_arg[]){dnp_s(cli_option_table[d->on].name), dnp_s(d->words), dnp_s(d->fallback), DNP_END});
  return true;
}

static void option_lines(FILE *out, denpa_lang lang, const cli_command *command, int index) {
  const cli_option *o = &cli_option_table[index];
  char synopsis[128], fallback[256], text[1024];
  cli_option_synopsis(o, synopsis, sizeof synopsis);
  const bool has = cli_fallback_text(index, command, lang, fallback, sizeof fallback);
  dnp_render(text, sizeof text, lang, has ? DNP_N("{1} [default: {2}]") : "{1}",
      (const denpa_arg[]){dnp_t(o->help), dnp_s(fallback), DNP_END});
  fprintf(out, "  %s\n%*s", synopsis, HELP_AT, "");
  dnp_wrap(out, text, HELP_AT, WIDTH);
}

static void option_help(FILE *out, denpa_lang lang, const cli_command *command, unsigned commands, int group) {
  bool titled = false;
  for (int i = 0; i < CLI_OPTIONS; i++) {
    if (cli_option_table[i].group != (cli_group)group || (cli_option_table[i].commands & commands) != commands)
      continue;
    if (!titled) dnp_say(out, lang, "\n{1}:\n", dnp_t(cli_group_titles[group]));
    titled = true;
    option_lines(out, lang, command, i);
  }
}

static void usage_lines(FILE *out, denpa_lang lang, const cli_command *command) {
  dnp_say(out, lang, DNP_N("Usage:\n"));
  for (int i = 0; i < CLI_PARAGRAPHS && command->arguments[i] != NULL; i++)
    dnp_say(out, lang, DNP_N("  denpa {1} {2} [OPTION]...\n"), dnp_s(command->name), dnp_s(command->arguments[i]));
}

static void command_list(FILE *out, denpa_lang lang) {
  dnp_say(out, lang, DNP_N("Commands:\n"));
  for (const cli_command *c = NULL; (c = cli_command_next(c, CLI_ALL)) != NULL;)
    dnp_say(out, lang, "  {1:-10}{2}\n", dnp_s(c->name), dnp_t(c->summary));
}

static void examples(FILE *out, denpa_lang lang, const cli_example *example) {
  dnp_say(out, lang, DNP_N("\nExamples:\n"));
  for (; example->line != NULL; example++) {
    fprintf(out, "  %s\n", example->line);
    paragraph(out, lang, example->what, HELP_AT);
  }
}

void cli_usage(FILE *out, denpa_lang lang) {
  dnp_say(out, lang, DNP_N("Usage: denpa COMMAND [ARGUMENT]... [OPTION]...\n"));
  command_list(out, lang);
  dnp_say(out, lang, DNP_N("To begin: denpa train.  More: denpa --help, denpa train --help.\n"));
}

void cli_help(FILE *out, denpa_lang lang, const cli_command *command) {
  if (command == NULL) {
    dnp_say(out, lang, DNP_N("denpa trains small neural networks and shows its work: every number can be traced.\n\n"));
    dnp_say(out, lang, DNP_N("Usage: denpa COMMAND [ARGUMENT]... [OPTION]...\n"));
    command_list(out, lang);
    option_help(out, lang, NULL, CLI_ALL, CLI_GENERAL);
    examples(out, lang, cli_first_examples);
    dnp_say(out, lang, DNP_N("\nThe options of a command: denpa COMMAND --help\n"));
    return;
  }
  dnp_say(out, lang, "denpa {1}: {2}\n\n", dnp_s(command->name), dnp_t(command->summary));
  usage_lines(out, lang, command);
  for (int i = 0; i < CLI_PARAGRAPHS && command->paragraph[i] != NULL; i++) {
    fputc('\n', out);
    paragraph(out, lang, command->paragraph[i], 0);
  }
  for (int group = 0; group < CLI_GROUPS; group++) option_help(out, lang, command, command->bit, group);
  examples(out, lang, command->example);
}
