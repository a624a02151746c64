/* own_picture.h: a picture that a person brings along, as a network sees it: what was done to get there, and how far it
 * is from what the network knows. Used by predict, why and explain. */
#ifndef DNP_CLI_OWN_PICTURE_H
#define DNP_CLI_OWN_PICTURE_H

#include "cli/shared.h"
#include "data/prepare_picture.h"
#include "explain/trace.h"
#include "learn/novelty.h"

typedef struct cli_own_picture {
  dnp_prepared seen; /* in the form of the network's pictures */
  double novelty;    /* how unlike the training data it is; NaN: cannot be told */
  double limit;      /* from there on it is */
  /* what is to be told: what was done to it, and behind these perhaps how likely the answer means nothing */
  dnp_remark remark[DNP_PREPARED_KINDS + 1];
  size_t cleaned, remarks;
} cli_own_picture;

/* Fails if the network takes no pictures. */
denpa_status cli_takes_pictures(const denpa_net *net, denpa_error *err);
/* By --raw as it is. novelty: the network's. To be closed where it worked. */
denpa_status cli_own_picture_open(cli_own_picture *out, const cli_options *options, const denpa_net *net,
    const dnp_novelty *novelty, const char *path, denpa_error *err);
void cli_own_picture_close(cli_own_picture *own);
bool cli_own_picture_unlike(const cli_own_picture *own);
/* Adds "novelty", "cleaned" and "seen" to the object. */
void cli_own_picture_put(json_t **object, const cli_own_picture *own);

/* The picture as a data set of one sample, for a pass through the network. Its label is that of --class, else the
 * network's own answer, which the data set says (guessed). */
denpa_status cli_own_picture_data(denpa_data **out, const cli_options *options, denpa_net *net,
    const cli_own_picture *own, const char *path, denpa_error *err);

#endif
