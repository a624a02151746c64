/* recall.h: the options of a run, read back from its options.json: for runs that have no model. */
#ifndef DNP_CLI_RECALL_H
#define DNP_CLI_RECALL_H

#include "cli/shared.h"

/* Whether the folder is that of a run whose training left no model. */
bool cli_lacks_model(const char *run);

/* Puts what the run's options.json says into *options, which is a copy of the command line's; *data is the data set's
 * name, NULL where it does not say. *told keeps the texts, and is to be let go after the options. */
denpa_status cli_recall(cli_options *options, const char *run, json_t **told, const char **data, denpa_error *err);

#endif
