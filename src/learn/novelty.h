/* novelty.h: whether a picture is like those that a network was trained on. A small second network, learned when a
 * training is kept, tells training pictures from letters and scribbles by the ways that their edges run; how much of
 * the second it may see in a picture is the score that 99 of 100 training pictures kept back stay below. The model file
 * keeps it as the text "novelty". Used by the commands that train and predict. */
#ifndef DNP_LEARN_NOVELTY_H
#define DNP_LEARN_NOVELTY_H

#include "learn/learn.h"

#define DNP_NOVELTY_KEY "novelty"

/* Learns it from the training rows of `data` and puts it into the network's metadata, unless the rows are no pictures
 * in the form of digits, or too few. usual_digits: they are MNIST's, or drawn ones, and other drawn digits are like
 * them. (What the metadata had of another training, the trainer has dropped.) The same
 * bits with any number of threads. */
denpa_status dnp_novelty_learn(denpa_net *net, const denpa_data *data, bool usual_digits, denpa_error *err);

typedef struct dnp_novelty {
  denpa_net *net; /* NULL: the model does not tell */
  double limit;
} dnp_novelty;

/* That of a model; to be closed. */
denpa_status dnp_novelty_open(dnp_novelty *out, const denpa_net *net, denpa_error *err);
/* How much of something else it sees in a picture in the form of digits, 0 to 1: above the limit, it is unlike the
 * training pictures. pixel[784]. */
denpa_status dnp_novelty_score(const dnp_novelty *novelty, const uint8_t *pixel, double *score, denpa_error *err);
void dnp_novelty_close(dnp_novelty *novelty);
/* Fails if a text "novelty" cannot be one. */
denpa_status dnp_novelty_check(const char *text, denpa_error *err);

#endif
