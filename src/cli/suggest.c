/* suggest.c: what was meant by an option or a command that there is not: a word of other tools (words.def), one near
 * in spelling, a choice of an option, an option of other commands; else where to look. Called by options.c. */
#include <string.h>

#include "base/near.h"
#include "base/text.h"
#include "cli/cli.h"

typedef struct foreign { /* a row of words.def */
  const char *typed;
  int option;       /* -1: none */
  const char *note; /* then what to do instead */
} foreign;

static const foreign foreign_words[] = {
#define WORD(typed, option) {typed, CLI_OPTION_##option, NULL},
#define NOTE(typed, note) {typed, -1, note},
#include "cli/words.def"
#undef WORD
#undef NOTE
};

enum { ROOM = 40 };

/* As option names are written: small letters, '-' for '_'. */
static void simplify(const char *typed, char out[ROOM]) {
  size_t i = 0;
  for (; typed[i] != '\0' && i + 1 < ROOM; i++) {
    const char c = typed[i];
    out[i] = (char)(c == '_' ? '-' : c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  out[i] = '\0';
}

static const foreign *foreign_of(const char *name) {
  for (size_t i = 0; i < sizeof foreign_words / sizeof *foreign_words; i++)
    if (strcmp(foreign_words[i].typed, name) == 0) return &foreign_words[i];
  return NULL;
}

/* ---- nearest names ------------------------------------------------------------------------------ */

/* The option nearest to the name among those of some commands; NULL: none is near. */
static const cli_option *nearest(const char *name, unsigned commands) {
  const cli_option *best = NULL;
  dnp_nearest near = {.typed = name};
  for (const cli_option *o = cli_option_table; o < cli_option_table + CLI_OPTIONS; o++) {
    if ((o->commands & commands) != 0) dnp_nearest_see(&near, o->name);
    if (near.name == o->name) best = o;
  }
  return best;
}

/* The option that has the name among its choices ("--adam"), which stands in `out` then. */
static const cli_option *with_choice(const char *name, unsigned commands, char out[ROOM]) {
  char list[DNP_WORDS];
  for (int i = 0; i < CLI_OPTIONS; i++) {
    const cli_option *o = &cli_option_table[i];
    const bool chooses = o->kind == CLI_WORD || o->kind == CLI_NAMED || o->kind == CLI_CHOICE;
    if (!chooses || (o->commands & commands) == 0) continue;
    const char *choice = cli_values(o, list);
    for (int place = cli_choice(choice, name); place > 0; place--) choice += strcspn(choice, "|") + 1;
    if (cli_choice(cli_values(o, list), name) < 0) continue;
    snprintf(out, ROOM, "%.*s", (int)strcspn(choice, "|:"), choice);
    return o;
  }
  return NULL;
}

/* ---- what is said ------------------------------------------------------------------------------- */

static void names_of(unsigned commands, char out[160]) {
  out[0] = '\0';
  for (const cli_command *c = NULL; (c = cli_command_next(c, commands)) != NULL;) {
    const size_t length = strlen(out);
    snprintf(out + length, 160 - length, length > 0 ? ", %s" : "%s", c->name);
  }
}

/* `option` is what was meant; where the command does not take it, those are told that do. */
static denpa_status point_to(
    const cli_command *command, const char *shown, const cli_option *option, denpa_error *err) {
  char names[160];
  if (command == NULL || (option->commands & command->bit) != 0)
    return dnp_fail(
        err, DENPA_ERROR_ARGUMENT, "there is no option {1}; did you mean --{2}?", dnp_s(shown), dnp_s(option->name));
  names_of(option->commands, names);
  return dnp_fail(err, DENPA_ERROR_ARGUMENT, "there is no option {1}; --{2}, which it may mean, belongs to: {3}",
      dnp_s(shown), dnp_s(option->name), dnp_s(names));
}

denpa_status cli_unknown_option(const cli_command *command, const char *shown, const char *name, denpa_error *err) {
  const unsigned mine = command != NULL ? command->bit : (unsigned)CLI_ALL;
  char simple[ROOM], choice[ROOM];
  simplify(name, simple);
  const foreign *known = foreign_of(simple);
  if (known != NULL && known->note != NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "there is no option {1}: {2}", dnp_s(shown), dnp_t(known->note));
  if (known != NULL) return point_to(command, shown, &cli_option_table[known->option], err);
  const cli_option *near = nearest(simple, mine);
  if (near != NULL) return point_to(command, shown, near, err);
  if ((near = with_choice(simple, mine, choice)) != NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "there is no option {1}; did you mean --{2} {3}?", dnp_s(shown),
        dnp_s(near->name), dnp_s(choice));
  if ((near = nearest(simple, CLI_ALL)) != NULL) return point_to(command, shown, near, err);
  if (command != NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "there is no option {1}; denpa {2} --help shows those of {2}",
        dnp_s(shown), dnp_s(command->name));
  return dnp_fail(err, DENPA_ERROR_ARGUMENT, "there is no option {1}; denpa --help shows what there is", dnp_s(shown));
}

denpa_status cli_misplaced_option(const cli_command *command, const cli_option *option, denpa_error *err) {
  char names[160];
  const foreign *known = foreign_of(option->name);
  if (known != NULL && known->note != NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "--{1} has no meaning for \"denpa {2}\": {3}", dnp_s(option->name),
        dnp_s(command->name), dnp_t(known->note));
  names_of(option->commands, names);
  return dnp_fail(err, DENPA_ERROR_ARGUMENT, "--{1} has no meaning for \"denpa {2}\"; it belongs to: {3}",
      dnp_s(option->name), dnp_s(command->name), dnp_s(names));
}

/* The word of "a|b:NUMBER|c" that is nearest to what was typed; false: none is near. */
static bool nearest_value(const char *values, const char *typed, char out[ROOM]) {
  char word[ROOM], seen[ROOM];
  snprintf(word, sizeof word, "%.*s", (int)strcspn(typed, ":"), typed);
  dnp_nearest near = {.typed = word};
  for (const char *at = values; *at != '\0'; at += strcspn(at, "|"), at += *at == '|') {
    snprintf(seen, sizeof seen, "%.*s", (int)strcspn(at, "|:"), at);
    dnp_nearest_see(&near, seen);
    if (near.name == seen) near.name = memcpy(out, seen, sizeof seen); /* `seen` is the next one soon */
  }
  return near.name != NULL;
}

denpa_status cli_unknown_value(
    const cli_option *option, const char *shown, const char *values, const char *typed, denpa_error *err) {
  char near[ROOM];
  if (strchr(values, '|') == NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} can only be {2}, not \"{3}\". {4}", dnp_s(shown), dnp_s(values),
        dnp_s(typed), dnp_t(option->help));
  if (nearest_value(values, typed, near))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} must be one of {2}, not \"{3}\"; did you mean {4}?", dnp_s(shown),
        dnp_s(values), dnp_s(typed), dnp_s(near));
  return dnp_fail(
      err, DENPA_ERROR_ARGUMENT, "{1} must be one of {2}, not \"{3}\"", dnp_s(shown), dnp_s(values), dnp_s(typed));
}

denpa_status cli_unknown_command(const char *typed, denpa_error *err) {
  dnp_nearest near = {.typed = typed};
  for (const cli_command *c = NULL; (c = cli_command_next(c, CLI_ALL)) != NULL;) dnp_nearest_see(&near, c->name);
  if (near.name != NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "there is no command \"{1}\"; did you mean \"denpa {2}\"?", dnp_s(typed),
        dnp_s(near.name));
  return dnp_fail(
      err, DENPA_ERROR_ARGUMENT, "there is no command \"{1}\"; denpa --help shows what there is", dnp_s(typed));
}
