/* commands.c: the table of subcommands that commands.def gives. What a subcommand does stands in the file of its name.
 */
#include "cli/cli.h"

#include <string.h>

#include "base/text.h"
#include "commands_txt.h"

#define ARGUMENTS(...) \
  { __VA_ARGS__ }
#define EXAMPLES(...) \
  { __VA_ARGS__ }
const cli_command cli_commands[] = {
#define COMMAND(id, command, usage, fewest, greatest, says, ...) \
  {.name = #command, \
      .bit = CLI_##id, \
      .run = cli_##command, \
      .least = fewest, \
      .most = greatest, \
      .summary = says, \
      .paragraph = {DNP_TEXT_commands_##command}, \
      .arguments = usage, \
      .example = __VA_ARGS__},
#include "cli/commands.def"
#undef COMMAND
    {0}};

/* A text without its command does not compile. */
#define X(name) sizeof &cli_##name != 0 &&
_Static_assert(DNP_TEXTS_commands(X) true, "commands.txt: each text has its command");
#undef X

const cli_example cli_first_examples[] = {{"denpa train", DNP_N("train the default network on handwritten digits")},
    {"denpa train --net 784-100-10 --act relu --init he --out m.safetensors",
        DNP_N("train another network and keep it")},
    {"denpa eval m.safetensors", DNP_N("score on the test data")},
    {"denpa step digits", DNP_N("one full-batch update of the default network")}, {0}};

const cli_command *cli_command_find(const char *name) {
  for (const cli_command *c = cli_commands; c->name != NULL; c++)
    if (strcmp(c->name, name) == 0) return c;
  return NULL;
}

const cli_command *cli_command_next(const cli_command *after, unsigned commands) {
  for (const cli_command *c = after != NULL ? after + 1 : cli_commands; c->name != NULL; c++)
    if ((c->bit & commands) != 0) return c;
  return NULL;
}
