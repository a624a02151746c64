/* options_tools.h: the command line's parser for test_options.c and test_suggest.c. The command is no library, so its
 * files without side effects are compiled in here. */
#ifndef DNP_TESTS_OPTIONS_TOOLS_H
#define DNP_TESTS_OPTIONS_TOOLS_H

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/commands.c"
#include "cli/options.c"
#include "cli/settings.c"
#include "cli/suggest.c"
#include "learn/learn.h"
#include "search/recipe.c"

/* The table names the subcommands' functions, which read no command line. */
#define COMMAND(id, name, ...) \
  int cli_##name(const cli_options *options, int argc, char **argv) { \
    (void)options, (void)argc, (void)argv; \
    return 0; \
  }
#include "cli/commands.def"
#undef COMMAND

enum { MOST = 24 };

typedef struct result {
  cli_options options;
  denpa_error err;
  denpa_status status;
  int count;
  char *positional[MOST];
  char text[512]; /* the message in the language chosen */
} result;

/* Parses the words of `line`, which are separated by single spaces; '' stands for an empty word. */
static void parse(result *r, const char *line) {
  static char words[512];
  char *argv[MOST + 1] = {"denpa"};
  int argc = 1;
  snprintf(words, sizeof words, "%s", line);
  for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " ")) {
    assert_true(argc < MOST);
    argv[argc++] = strcmp(word, "''") == 0 ? "" : word;
  }
  memset(r, 0, sizeof *r);
  cli_foresee(&r->options, argc, argv);
  r->status = cli_parse(&r->options, argc, argv, r->positional, &r->count, &r->err);
  if (r->status != DENPA_OK) denpa_error_text(&r->err, (denpa_lang)r->options.lang, r->text, sizeof r->text);
}

static void accepts(result *r, const char *line) {
  parse(r, line);
  if (r->status != DENPA_OK) fail_msg("%s: %s", line, r->text);
}

/* The line is wrong usage and the message holds `words`. */
static void refuses(const char *line, const char *words) {
  result r;
  parse(&r, line);
  assert_int_equal(r.status, DENPA_ERROR_ARGUMENT);
  if (strstr(r.text, words) == NULL) fail_msg("%s: \"%s\" does not mention \"%s\"", line, r.text, words);
}

static void speak(const char *denpa, const char *all, const char *messages, const char *lang) {
  const char *const names[] = {"DENPA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"}, *const values[] = {
                                                                                   denpa, all, messages, lang};
  for (int i = 0; i < 4; i++) {
    if (values[i] != NULL)
      setenv(names[i], values[i], 1);
    else
      unsetenv(names[i]);
  }
}

static int english(void **state) {
  (void)state;
  speak(NULL, NULL, NULL, NULL);
  return 0;
}

#endif
