/* origin.h: where a network comes from: the command line that makes it again, its data and the program that made it.
 * Told by info, card and the pages. */
#ifndef DNP_CLI_ORIGIN_H
#define DNP_CLI_ORIGIN_H

#include "cli/shared.h"
#include "draw/page.h"

typedef struct cli_origin {
  char *command; /* lines to be typed one after the other, each ended; NULL: nobody knows. Freed by cli_origin_free */
  bool sure;     /* a run tells it; else it follows from what a model file tells */
  const char *doubt; /* in the catalogue: what a model file does not tell of this training; NULL: nothing */
  char data_sha256[65];
  char version[32]; /* of the denpa that made it; "": it is not told */
} cli_origin;

/* Of a model file, or the folder of a run, that `net` was loaded from. */
denpa_status cli_origin_find(
    const cli_options *options, const char *path, const denpa_net *net, cli_origin *out, denpa_error *err);
/* In a few lines. */
void cli_origin_say(FILE *out, denpa_lang lang, const cli_origin *origin);
/* {commands, sure, data_sha256, denpa_version} */
json_t *cli_origin_json(const cli_origin *origin);
/* For a page, as long as `origin` lives. data: whose sum is taken where the origin does not tell one; NULL: none. */
denpa_status cli_origin_page(cli_origin *origin, const denpa_data *data, dnp_page_origin *out, denpa_error *err);
void cli_origin_free(cli_origin *origin);

#endif
