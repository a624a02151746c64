/* search.h: the search for good options: what is tried (axes), what each trial draws from it, how successive halving
 * shares out the epochs, and the trials themselves, side by side. It knows no option by name: the subcommand search
 * hands over texts and finished settings, and shows the result with search_text.c and search_figure.c. */
#ifndef DNP_SEARCH_SEARCH_H
#define DNP_SEARCH_SEARCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

#include "draw/figure.h"

/* ---- what is tried (search.c) ------------------------------------------------------------------- */

#define DNP_SEARCH_AXES 16      /* options tried at most */
#define DNP_SEARCH_TRIALS 10000 /* at most */
#define DNP_SEARCH_CHOICES 64   /* values of one list at most */
#define DNP_AXIS_NUMBER 32      /* bytes that any drawn number takes */

typedef enum dnp_axis_kind { DNP_AXIS_LIST, DNP_AXIS_REAL, DNP_AXIS_WHOLE } dnp_axis_kind;

/* One option and the values it may take: "lr=1e-6..1e-2", "act=relu|tanh". */
typedef struct dnp_axis {
  dnp_axis_kind kind;
  bool log;         /* ranges: even over the logarithm */
  double low, high; /* ranges: both ends may be drawn */
  char *text;       /* owned: the name, and what the pointers below point into */
  const char *name, *low_text, *high_text;
  const char *choice[DNP_SEARCH_CHOICES];
  size_t choices; /* lists: how many */
} dnp_axis;

/* Understands NAME=VALUES. VALUES is A..B (evenly, or evenly over the logarithm where both ends are above 0 and B is at
 * least ten times A), log:A..B or lin:A..B for one of these, or values joined by '|'. *out is to be closed only if it
 * worked. */
denpa_status dnp_axis_open(dnp_axis *out, const char *text, denpa_error *err);
void dnp_axis_close(dnp_axis *axis);
/* Makes a list of one value with commas in it a list of those between them. For options whose values have no commas. */
denpa_status dnp_axis_split(dnp_axis *axis, denpa_error *err);
/* Makes a range one of whole numbers; fails if its ends are none. */
denpa_status dnp_axis_make_whole(dnp_axis *axis, denpa_error *err);

/* The value for u in [0,1): one of the list, or a number with four significant digits, written into out. */
const char *dnp_axis_value(const dnp_axis *axis, double u, char out[DNP_AXIS_NUMBER]);

typedef struct dnp_space {
  dnp_axis axis[DNP_SEARCH_AXES];
  size_t axes;
} dnp_space;
void dnp_space_close(dnp_space *space);
/* How many combinations there are; SIZE_MAX where a range makes them countless. */
size_t dnp_space_combinations(const dnp_space *space);
/* The value of axis `axis` in trial `trial` (from 0). every: go through all combinations in turn, the last axis
 * fastest; else it is drawn, a function of seed, trial and axis alone. */
const char *dnp_space_value(
    const dnp_space *space, bool every, uint64_t seed, size_t trial, size_t axis, char out[DNP_AXIS_NUMBER]);

/* ---- how long (search.c) ------------------------------------------------------------------------ */

#define DNP_SEARCH_ETA 3 /* successive halving: one in so many goes on */
#define DNP_SEARCH_RUNGS 16

typedef struct dnp_rung {
  size_t trials; /* that train in it */
  size_t epochs; /* that each of them has behind it afterwards */
} dnp_rung;

/* The rungs of successive halving: trials, a third of them, a ninth ..., whose epochs end at `epochs` and are a third,
 * a ninth ... (rounded up) before; as many as leave at least one trial and one epoch. trials, epochs >= 1; rung:
 * [DNP_SEARCH_RUNGS]. Returns how many. */
size_t dnp_search_rungs(size_t trials, size_t epochs, dnp_rung *rung);

/* ---- trials (search_run.c) ---------------------------------------------------------------------- */

/* What the trials see of `data`: its training rows without the share that `seed` keeps back, and these as validation
 * rows, as a training would keep them back. Test rows are not in it. data has to live as long. */
denpa_status dnp_search_data(denpa_data **out, const denpa_data *data, double share, uint64_t seed, denpa_error *err);

/* What one trial does; texts are the caller's. */
typedef struct dnp_search_setup {
  const char *net;
  denpa_net_options make;    /* threads are the search's business */
  denpa_train_options train; /* callbacks are the search's */
} dnp_search_setup;

typedef struct dnp_trial {
  size_t rungs;        /* that it has behind it; 0: it did not end the first one */
  atomic_bool rests;   /* nobody is at work on it: `told` may look at the rest */
  bool begun, stopped; /* stopped: by the caller, inside a rung */
  denpa_status status; /* of its training; why says more */
  denpa_error why;
  double epochs, seconds;
  size_t steps;
  /* the latter two of the validation rows; NaN where there is none */
  double train_loss, train_accuracy, loss, accuracy;
  denpa_epoch *curve; /* [points]: after each epoch; the validation rows alone are measured */
  size_t points, room;
  denpa_net *net; /* while it may go on */
} dnp_trial;

typedef struct dnp_search {
  const denpa_data *dataset;     /* from dnp_search_data */
  const dnp_search_setup *setup; /* [trials] */
  size_t trials;
  dnp_rung rung[DNP_SEARCH_RUNGS]; /* rungs 1: everyone trains to the end, its setup's own */
  size_t rungs;
  int threads; /* trials side by side, 1 .. 1024 */
  double done; /* for `told`: of the rung's trials, those that ended and the parts of those under way */
  /* Called by the caller's own thread, some times a second and at the end. ended: of the trials of this rung. May be
   * NULL. */
  void (*told)(void *context, size_t rung, size_t ended, size_t of, const struct dnp_search *search);
  bool (*stop)(void *context); /* asked by all threads; may be NULL */
  void *context;
  /* The results: */
  dnp_trial *trial; /* [trials] */
  size_t *rank;     /* [trials]: numbers of the trials, the best first */
} dnp_search;

/* How many trials can run side by side where `most` may: fewer if the system gives fewer threads. */
int dnp_search_threads(int most);
/* Runs all trials. One that fails is a result like others; DENPA_ERROR_CANCELLED if stop said so (what is done stays),
 * else a failure of the search itself. To be closed in any case. The results depend on no number of threads. */
denpa_status dnp_search_run(dnp_search *search, denpa_error *err);
void dnp_search_close(dnp_search *search);
/* The best trial, or NULL where none has ended. */
const dnp_trial *dnp_search_best(const dnp_search *search);
/* Whether trial a did better than b: more rungs, then higher accuracy, then (or without classes) lower loss, then the
 * lower number. */
bool dnp_search_better(const dnp_search *search, size_t a, size_t b);

/* ---- showing (search_text.c, search_figure.c) --------------------------------------------------- */

/* What the showing files need to know of the values: value[trial * axes + axis]. */
typedef struct dnp_search_shown {
  const dnp_search *search;
  const dnp_space *space;
  const char *const *value;
  const char *data_name; /* the data set's name */
  denpa_lang lang;
} dnp_search_shown;

/* The table of the `most` best trials (0: all), and what became of those that failed. */
void dnp_search_table(FILE *out, const dnp_search_shown *shown, size_t most);
/* Score against each option that is a range, and the curves of the best trials. */
denpa_status dnp_search_figure(dnp_figure **out, const dnp_search_shown *shown, denpa_error *err);

#endif
