#include "cli/cli.h"
int cli_generate(const cli_options *o, int argc, char **argv) { (void)o; (void)argc; (void)argv; return 0; }
