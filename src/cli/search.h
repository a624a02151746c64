/* search.h: the trials of a search as command lines of train. A trial is what `denpa train` would do with such a line,
 * read by the same parser: that is why the line of the best trial trains its network again, bit for bit. */
#ifndef DNP_CLI_SEARCH_H
#define DNP_CLI_SEARCH_H

#include "cli/shared.h"
#include "search/search.h"

typedef struct cli_lines {
  const cli_options *options; /* of the search */
  const denpa_data *dataset;  /* all of it */
  const char *data_name;      /* as it stands in the lines */
  dnp_space space;
  bool every; /* all combinations, in turn */
  size_t trials;
  char *given[CLI_MOST_OPTIONS]; /* owned: "--batch=32", the options that apply to every trial */
  size_t givens;
  char **tried;            /* owned, [trials * axes]: "--lr=0.01" */
  const char **value;      /* the same without the name: "0.01" */
  struct cli_line *line;   /* [trials]: what the setups point to */
  dnp_search_setup *setup; /* [trials] */
} cli_lines;

/* Understands --try (or takes what is worth trying), draws every trial and reads its line. Each value of a list is
 * checked, the network made and let go again, so that a mistake shows before hours of training. To be closed in any
 * case. */
denpa_status cli_lines_open(
    cli_lines *lines, const cli_options *options, const denpa_data *data, const char *data_name, denpa_error *err);
void cli_lines_close(cli_lines *lines);
/* The line of a trial, ready for a shell, freed by dnp_free. epochs: SIZE_MAX, or in place of the line's own;
 * validation: with that share kept back. */
denpa_status cli_lines_command(
    const cli_lines *lines, size_t trial, size_t epochs, bool validation, char **out, denpa_error *err);

#endif
