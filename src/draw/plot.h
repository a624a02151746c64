/* plot.h: the plots of `denpa plot`: one table; each row names what it needs and the function that makes the figure of
 * it. Another plot is another row. */
#ifndef DNP_DRAW_PLOT_H
#define DNP_DRAW_PLOT_H

#include "draw/progress.h"
#include "draw/figure.h"
#include "run/course.h"

enum { DNP_NEEDS_LOG = 1, DNP_NEEDS_NET = 2, DNP_NEEDS_DATA = 4 };

/* What plots are made of. What a plot does not need is NULL. */
typedef struct dnp_plot_source {
  const char *name; /* of the run or model, as it was given */
  denpa_net *net;   /* its parameters are left as they are; gradients are computed in it */
  const denpa_data *dataset;
  const dnp_course *log;
  const char *run; /* the folder of the run, whose frames may tell the way; NULL: a model file */
  denpa_split split;
  bool smooth;    /* curves: made smooth */
  size_t samples; /* how many to use or show; 0: the plot's own choice */
  denpa_lang lang;
  dnp_progress *progress; /* of plots that take long; NULL: nobody listens */
} dnp_plot_source;

typedef struct dnp_plot {
  const char *name;
  unsigned needs;
  denpa_split split; /* which part of the data it looks at unless another is asked for */
  const char *what;  /* one line, in the catalogue */
  denpa_status (*make)(dnp_figure **out, const dnp_plot_source *source, denpa_error *err);
} dnp_plot;

extern const dnp_plot dnp_plots[]; /* name NULL after the last */
const dnp_plot *dnp_plot_find(const char *name);
const char *dnp_plot_word(size_t index); /* their names; NULL behind the last */

/* The rows, each in its file. */
/* plot_curves.c */
denpa_status dnp_plot_curves(dnp_figure **out, const dnp_plot_source *source, denpa_error *err);
/* plot_weights.c */
denpa_status dnp_plot_weights(dnp_figure **out, const dnp_plot_source *source, denpa_error *err);
/* plot_samples.c */
denpa_status dnp_plot_samples(dnp_figure **out, const dnp_plot_source *source, denpa_error *err);
/* plot_answers.c */
denpa_status dnp_plot_confusion(dnp_figure **out, const dnp_plot_source *source, denpa_error *err);
denpa_status dnp_plot_mistakes(dnp_figure **out, const dnp_plot_source *source, denpa_error *err);
/* plot_histograms.c */
denpa_status dnp_plot_activations(dnp_figure **out, const dnp_plot_source *source, denpa_error *err);
denpa_status dnp_plot_gradients(dnp_figure **out, const dnp_plot_source *source, denpa_error *err);
/* plot_surface.c */
denpa_status dnp_plot_surface(dnp_figure **out, const dnp_plot_source *source, denpa_error *err);
/* plot_boundary.c */
denpa_status dnp_plot_boundary(dnp_figure **out, const dnp_plot_source *source, denpa_error *err);

/* For those files: what the part of the data is called. */
denpa_arg dnp_plot_split(const dnp_plot_source *source);
/* A text in the figure's language into a field of it. */
#define dnp_figure_say(figure, field, ...) \
  dnp_figure_say_args((figure)->lang, field, sizeof(field), DNP_MESSAGE(__VA_ARGS__, DNP_END))
void dnp_figure_say_args(denpa_lang lang, char *out, size_t size, const char *message, const denpa_arg *args);

#endif
