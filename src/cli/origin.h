/* origin.h: where a network comes from: the command line that makes it again, its data and the program that made it.
 * Told by info, card and the pages. */
#ifndef DNP_CLI_ORIGIN_H
#define DNP_CLI_ORIGIN_H

#include "cli/run_options.h"
#include "cli/shared.h"
#include "draw/page.h"

typedef struct cli_origin {
  char *command; /* lines to be typed one after the other, each ended; NULL: nobody knows. Freed by cli_origin_free */
  bool sure;     /* a run tells it; else it follows from what a model file tells */
  const char *doubt; /* in the catalogue: what a model file does not tell of this training; NULL: nothing */
  char
      folder[CLI_PLACE]; /* in which it was typed, if that is another one than this and matters; "": here, or unknown */
  bool placed;           /* a model file names its data as they were seen from a folder that it does not name */
  /* of the rows that it was trained on, as denpa sees them, and of a table's file, as sha256sum does; "": not told */
  char data_sha256[65], table_sha256[65];
  char version[32]; /* of the denpa that made it; "": it is not told */
} cli_origin;

/* Of a model file, or the folder of a run, that `net` was loaded from. */
denpa_status cli_origin_find(
    const cli_options *options, const char *path, const denpa_net *net, cli_origin *out, denpa_error *err);
/* In a few lines. */
void cli_origin_say(FILE *out, denpa_lang lang, const cli_origin *origin);
/* {commands, folder, sure, data_sha256, table_sha256, denpa_version} */
json_t *cli_origin_json(const cli_origin *origin);
/* Adds up the rows, where the origin does not tell their sum and `data` are those that the network was trained on. */
denpa_status cli_origin_rows(cli_origin *origin, const denpa_net *net, const denpa_data *data, denpa_error *err);
/* For a page, as long as `origin` lives; with the sum of `data`, as above. */
denpa_status cli_origin_page(
    cli_origin *origin, const denpa_net *net, const denpa_data *data, dnp_page_origin *out, denpa_error *err);
void cli_origin_free(cli_origin *origin);

#endif
