/* threshold.h: --threshold and --positive. */
#ifndef DNP_CLI_THRESHOLD_H
#define DNP_CLI_THRESHOLD_H

#include "cli/shared.h"
#include "learn/two_classes.h"
#include "learn/learn.h"

/* What two classes are called. */
typedef struct cli_two {
  char name[2][DNP_CLASS_NAME];
} cli_two;
/* By the data (which may be NULL), else by the network. */
void cli_two_of_net(const denpa_net *net, const denpa_data *data, cli_two *out);
/* By what a model says of its table, as its metadata have it; *two: whether there are two. */
denpa_status cli_two_of_table(const char *text, cli_two *out, bool *two, denpa_error *err);

/* What the options say, for this network; two: NULL if it does not tell two classes apart. measured: the right answers
 * are at hand, so that the best threshold can be found. value NaN: none was given. */
denpa_status cli_threshold_take(const cli_options *options, const denpa_net *net, const cli_two *two, bool measured,
    dnp_threshold *out, denpa_error *err);

#endif
