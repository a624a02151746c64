/* plot.c: the table of plots. Called by the subcommand plot. */
#include "draw/plot.h"

#include <string.h>

#include "base/text.h"

const dnp_plot dnp_plots[] = {
    {"curves", DNP_NEEDS_LOG, DENPA_SPLIT_TEST, DNP_N("loss and accuracy after each epoch, on training and test data"),
        dnp_plot_curves},
    {"weights", DNP_NEEDS_NET, DENPA_SPLIT_TRAIN, DNP_N("the weights of every layer, as pictures"), dnp_plot_weights},
    {"samples", DNP_NEEDS_NET | DNP_NEEDS_DATA, DENPA_SPLIT_TRAIN, DNP_N("the first samples of the data"),
        dnp_plot_samples},
    {"confusion", DNP_NEEDS_NET | DNP_NEEDS_DATA, DENPA_SPLIT_TEST, DNP_N("which class was taken for which, how often"),
        dnp_plot_confusion},
    {"mistakes", DNP_NEEDS_NET | DNP_NEEDS_DATA, DENPA_SPLIT_TEST,
        DNP_N("the samples that are answered wrongly, the surest first"), dnp_plot_mistakes},
    {"activations", DNP_NEEDS_NET | DNP_NEEDS_DATA, DENPA_SPLIT_TRAIN, DNP_N("how the values of each layer are spread"),
        dnp_plot_activations},
    {"gradients", DNP_NEEDS_NET | DNP_NEEDS_DATA, DENPA_SPLIT_TRAIN,
        DNP_N("how the gradients of each layer are spread"), dnp_plot_gradients},
    {"surface", DNP_NEEDS_NET | DNP_NEEDS_DATA, DENPA_SPLIT_TRAIN,
        DNP_N("the loss around the way from the first weights to the last"), dnp_plot_surface},
    {"boundary", DNP_NEEDS_NET | DNP_NEEDS_DATA, DENPA_SPLIT_TRAIN,
        DNP_N("what a network with two inputs answers where, as a plane"), dnp_plot_boundary},
    {0}};

const dnp_plot *dnp_plot_find(const char *name) {
  for (const dnp_plot *p = dnp_plots; p->name != NULL; p++)
    if (strcmp(p->name, name) == 0) return p;
  return NULL;
}

const char *dnp_plot_word(size_t index) { return dnp_plots[index].name; }

void dnp_figure_say_args(denpa_lang lang, char *out, size_t size, const char *message, const denpa_arg *args) {
  dnp_render(out, size, lang, message, args);
}
