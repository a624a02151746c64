/* tune_threads.c: a small search that never ends: stay with the number of threads that is cheapest, try the neighbours
 * for a moment, move if that was cheaper.
 *
 * On a machine whose processors are busy with other work, threads that have to meet wait for whoever was put aside, and
 * one thread may be faster than two. A short try can be lucky (nobody was put aside in that moment), so a move is
 * verified by the long measurement at home that follows. Tries that did not help become rarer, down to one a second (or
 * to a thirtieth of the time, where a try takes long), so that they cost next to nothing. Called by run.c. */
#include "exec/tune_threads.h"

#define TRY 1e-3        /* a try ... */
#define LONG_TRY 8e-3   /* ... or, where one run takes longer, the one run */
#define WINDOW 1e-2     /* a measurement at home */
#define SOON 2e-3       /* patience at first */
#define LATE 1.0        /* ... and at most, unless tries take long: */
#define SHARE 30        /* a try takes at most one part in so many */
#define UNREASONABLE 16 /* times what the rows cost at home */
#define CHEAPER 0.97    /* less is noise */

static int threads_at(const dnp_tuner *t, int level) {
  return level < 10 && 1 << level < t->most ? 1 << level : t->most;
}
static int top(const dnp_tuner *t) {
  int level = 0;
  while (threads_at(t, level) < t->most) level++;
  return level;
}

void dnp_tune_start(dnp_tuner *t, int most, int start) {
  *t = (dnp_tuner){.most = most, .patience = SOON, .direction = -1};
  int home = 0;
  while (threads_at(t, home) < start) home++;
  t->home = t->trying = home;
}

int dnp_tune_threads(const dnp_tuner *t) { return threads_at(t, t->trying); }

/* After a try that was no use. What it cost beyond all reason (the program was stopped meanwhile) does not count. */
static void wait_longer(dnp_tuner *t, double seconds) {
  const double most = UNREASONABLE * t->cost[t->home] * t->rows;
  if (seconds > most) seconds = most;
  t->patience = 2 * t->patience < LATE ? 2 * t->patience : LATE;
  if (t->patience < SHARE * seconds) t->patience = SHARE * seconds;
}

/* The cheapest level that is known, the home unless it is beaten. */
static int cheapest(const dnp_tuner *t) {
  int best = t->home;
  for (int level = 0; level <= top(t); level++)
    if (t->cost[level] > 0 && t->cost[level] < CHEAPER * t->cost[best]) best = level;
  return best;
}

/* After a measurement at home: move if another level is known to be cheaper, else try a neighbour when it is time. */
static void look_around(dnp_tuner *t) {
  const int best = cheapest(t);
  if (best != t->home) { /* what looked cheap in a short try was not */
    t->home = t->trying = best;
    t->since = 0;
    wait_longer(t, 0);
    return;
  }
  if (t->since < t->patience) return;
  if (t->home == 0) t->direction = 1;
  if (t->home == top(t)) t->direction = -1;
  t->trying = t->home + t->direction;
  t->direction = -t->direction;
}

void dnp_tune_note(dnp_tuner *t, double seconds, double rows) {
  if (t->most == 1) return;
  const int tried = t->trying;
  t->seconds += seconds;
  t->rows += rows;
  if (tried == t->home) {
    t->since += seconds;
    if (t->seconds < (t->patience < WINDOW ? t->patience : WINDOW)) return;
    t->cost[tried] = t->seconds / t->rows;
    look_around(t);
  } else {
    if (t->seconds < TRY || (t->rows == rows && t->seconds < LONG_TRY)) return;
    t->cost[tried] = t->seconds / t->rows;
    if (t->cost[tried] < CHEAPER * t->cost[t->home])
      t->home = tried;
    else
      wait_longer(t, t->seconds);
    t->trying = t->home;
    t->since = 0;
  }
  t->seconds = t->rows = 0;
}
