/* search_run.c: the trials of a search, side by side: each is a training with one thread, and whichever thread is free
 * takes the next one. A trial is computed from its own settings alone, so who computes it changes nothing. It chooses
 * by the validation rows only. Called by the subcommand search. */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/thread_pool.h"
#include "learn/learn.h"
#include "search/search.h"

#define TOLD_SECONDS 0.1 /* between two words on how far it is */
#define MILLION 1e6

typedef struct stage {
  dnp_search *search;
  size_t rung;
  const size_t *number; /* [count]: the trials of this rung */
  size_t count;
  atomic_size_t next, ended;
  atomic_size_t parts; /* of trials under way, in millionths of one */
  double told;         /* the caller's own thread: when it told last */
} stage;

/* One thread at work on one trial: the context of a training's callbacks. */
typedef struct lane {
  stage *stage;
  dnp_trial *trial;
  bool own;    /* the caller's own thread */
  size_t part; /* of stage->parts, what this trial has put there */
} lane;

static bool stopped(const stage *r) { return r->search->stop != NULL && r->search->stop(r->search->context); }

static void tell(stage *r, bool now) {
  dnp_search *s = r->search;
  const size_t ended = atomic_load(&r->ended);
  if (s->told == NULL || (!now && dnp_seconds() - r->told < TOLD_SECONDS)) return;
  s->done = (double)ended + (double)atomic_load(&r->parts) / MILLION;
  if (s->done > (double)r->count) s->done = (double)r->count;
  s->told(s->context, r->rung, ended, r->count, s);
  r->told = dnp_seconds();
}

denpa_status dnp_search_data(denpa_data **out, const denpa_data *data, double share, uint64_t seed, denpa_error *err) {
  DNP_TRY(dnp_data_split_validation(out, data, share, seed, err));
  (*out)->split[DNP_TEST].rows = 0;
  return DENPA_OK;
}

/* ---- one trial ---------------------------------------------------------------------------------- */

static int progressed(void *context, size_t step, size_t steps, double loss) {
  lane *l = context;
  const size_t part = steps > 0 ? (size_t)((double)step / (double)steps * MILLION) : 0;
  (void)loss;
  atomic_fetch_add(&l->stage->parts, part - l->part); /* it only grows */
  l->part = part;
  if (l->own) tell(l->stage, false);
  return stopped(l->stage);
}

static int epoch_done(void *context, const denpa_epoch *epoch) {
  const lane *l = context;
  dnp_trial *t = l->trial;
  if (t->points == t->room) {
    const size_t more = t->room > 0 ? 2 * t->room : 16;
    if (dnp_grow((void **)&t->curve, t->points, more, sizeof *t->curve, &t->why) != DENPA_OK) return 1;
    t->room = more;
  }
  t->curve[t->points++] = *epoch;
  if (l->own) tell(l->stage, false);
  return stopped(l->stage);
}

/* A network that has nothing to learn any more is of no use to the search. */
static denpa_status check_score(const dnp_trial *t, denpa_error *err) {
  if (isfinite(t->loss)) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_NUMERIC, "the loss of the validation rows is not a finite number");
}

static denpa_status train(lane *l, const dnp_search_setup *setup, denpa_error *err) {
  const stage *r = l->stage;
  const dnp_search *s = r->search;
  dnp_trial *t = l->trial;
  denpa_net_options make = setup->make;
  denpa_train_options options = setup->train;
  denpa_report report;
  make.threads = 1;
  if (t->net == NULL) DNP_TRY(denpa_net_create_for(&t->net, setup->net, s->dataset, &make, err));
  if (s->rungs > 1) options.epochs = s->rung[r->rung].epochs - (r->rung > 0 ? s->rung[r->rung - 1].epochs : 0);
  options.evaluate = DENPA_EVALUATE_NONE; /* the validation rows are measured all the same */
  options.on_epoch = epoch_done;
  options.on_progress = progressed;
  options.on_update = NULL;
  options.context = l;
  denpa_status status = denpa_train(t->net, s->dataset, &options, &report, err);
  t->epochs += report.epochs;
  t->steps += report.steps;
  t->seconds += report.seconds + report.seconds_eval;
  if (status != DENPA_OK) return status;
  t->loss = report.validation_loss;
  t->accuracy = report.validation_accuracy;
  DNP_TRY(denpa_net_evaluate(t->net, s->dataset, DENPA_SPLIT_TRAIN, &t->train_loss, &t->train_accuracy, err));
  return check_score(t, err);
}

static void run_trial(stage *r, size_t number, bool own) {
  dnp_search *s = r->search;
  dnp_trial *t = &s->trial[number];
  lane l = {.stage = r, .trial = t, .own = own};
  denpa_error err = {0};
  t->begun = true;
  denpa_status status = train(&l, &s->setup[number], &err);
  atomic_fetch_sub(&r->parts, l.part); /* the whole of it is counted next, as an ended one */
  t->stopped = status == DENPA_ERROR_CANCELLED && t->why.status == DENPA_OK;
  if (status == DENPA_OK)
    t->rungs++;
  else if (t->why.status == DENPA_OK) /* else a callback said why */
    t->why = err;
  t->status = t->stopped ? DENPA_OK : t->why.status;
  if (status == DENPA_OK && r->rung + 1 < s->rungs) return; /* it may go on */
  denpa_net_free(t->net);
  t->net = NULL;
}

static void work(void *context, int thread, int threads) {
  stage *r = context;
  (void)threads;
  for (size_t i; !stopped(r) && (i = atomic_fetch_add(&r->next, 1)) < r->count; atomic_fetch_add(&r->ended, 1)) {
    run_trial(r, r->number[i], thread == 0);
    atomic_store(&r->search->trial[r->number[i]].rests, true);
  }
  /* others still work: somebody has to tell how far they are */
  while (thread == 0 && !stopped(r) && atomic_load(&r->ended) < r->count) {
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    tell(r, false);
  }
}

/* ---- the order ---------------------------------------------------------------------------------- */

bool dnp_search_better(const dnp_search *search, size_t a, size_t b) {
  const dnp_trial *x = &search->trial[a], *y = &search->trial[b];
  if (x->rungs != y->rungs) return x->rungs > y->rungs;
  if (x->rungs == 0) return a < b;
  /* in a later rung: its score is that of the one before */
  const bool x_fails = x->status != DENPA_OK, y_fails = y->status != DENPA_OK;
  if (x_fails != y_fails) return y_fails;
  if (search->dataset->classes > 0 && x->accuracy != y->accuracy) return x->accuracy > y->accuracy;
  if (x->loss != y->loss) return x->loss < y->loss;
  return a < b;
}

/* Insertion: a search has hundreds of trials, and its order must not hang on a library's sort. */
static void sort(dnp_search *search) {
  for (size_t i = 1; i < search->trials; i++) {
    const size_t number = search->rank[i];
    size_t at = i;
    for (; at > 0 && dnp_search_better(search, number, search->rank[at - 1]); at--)
      search->rank[at] = search->rank[at - 1];
    search->rank[at] = number;
  }
}

/* ---- the whole ---------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b) {
  const size_t x = *(const size_t *)a, y = *(const size_t *)b;
  return (x > y) - (x < y);
}

/* The numbers of those that train in this rung, in their order: everyone, or the best of the rung before. */
static size_t choose(dnp_search *search, size_t rung, size_t *number) {
  size_t count = 0;
  for (size_t i = 0; i < search->trials; i++) {
    const size_t k = search->rank[i];
    dnp_trial *t = &search->trial[k];
    if (count < search->rung[rung].trials && t->rungs == rung && t->status == DENPA_OK) {
      atomic_store(&t->rests, false);
      number[count++] = k;
    } else {
      denpa_net_free(t->net);
      t->net = NULL;
    }
  }
  qsort(number, count, sizeof *number, by_number);
  return count;
}

static denpa_status run_rungs(dnp_search *search, dnp_pool *pool, size_t *number, denpa_error *err) {
  for (size_t rung = 0; rung < search->rungs; rung++) {
    stage r = {.search = search, .rung = rung, .number = number, .count = choose(search, rung, number)};
    const size_t threads = r.count < (size_t)dnp_pool_threads(pool) ? r.count : (size_t)dnp_pool_threads(pool);
    if (threads > 0) dnp_pool_run(pool, (int)threads, work, &r);
    sort(search);
    tell(&r, true);
    if (stopped(&r)) return dnp_fail(err, DENPA_ERROR_CANCELLED, "the search was stopped");
  }
  return DENPA_OK;
}

int dnp_search_threads(int most) {
  dnp_pool *pool;
  if (dnp_pool_create_up_to(&pool, most, NULL) != DENPA_OK) return 1;
  const int threads = dnp_pool_threads(pool);
  dnp_pool_free(pool);
  return threads;
}

denpa_status dnp_search_run(dnp_search *search, denpa_error *err) {
  size_t *number = NULL;
  dnp_pool *pool = NULL;
  const double none = (double)NAN;
  DNP_TRY(DNP_NEW(&search->trial, search->trials, err));
  DNP_TRY(DNP_NEW(&search->rank, search->trials, err));
  for (size_t i = 0; i < search->trials; i++) {
    search->trial[i].train_loss = search->trial[i].train_accuracy = search->trial[i].loss = search->trial[i].accuracy =
        none;
    search->rank[i] = i;
    atomic_init(&search->trial[i].rests, true);
  }
  denpa_status status = DNP_NEW(&number, search->trials, err);
  if (status == DENPA_OK) status = dnp_pool_create(&pool, search->threads, err);
  if (status == DENPA_OK) status = run_rungs(search, pool, number, err);
  dnp_pool_free(pool);
  dnp_free(number);
  return status;
}

const dnp_trial *dnp_search_best(const dnp_search *search) {
  if (search->rank == NULL || search->trials == 0) return NULL;
  const dnp_trial *best = &search->trial[search->rank[0]];
  return best->rungs > 0 && best->status == DENPA_OK ? best : NULL;
}

void dnp_search_close(dnp_search *search) {
  for (size_t i = 0; search->trial != NULL && i < search->trials; i++) {
    denpa_net_free(search->trial[i].net);
    dnp_free(search->trial[i].curve);
  }
  dnp_free(search->trial);
  dnp_free(search->rank);
  search->trial = NULL;
  search->rank = NULL;
}
