/* watch.c: `denpa watch RUN`: replays how a recorded run learned, as a page or in the terminal. */
#include "cli/shared.h"

int cli_watch(const cli_options *options, int argc, char **argv) {
  denpa_error err = {0};
  (void)argc;
  (void)argv;
  return cli_fail(options, &err);
}
