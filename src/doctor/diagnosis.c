/* diagnosis.c: which of the conceivable causes of a training that goes wrong is the one: the changes of remedies.c are
 * tried, and what helps most comes first. What the measurements alone say (findings.c) gives the evidence where both
 * agree, and follows as a consequence where a trial found the cause. A training that goes well enough is not tried. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "learn/learn.h"
#include "doctor/trial.h"

/* All of it is counted in multiply-adds, so that the same run is told the same on every machine: 10^10 are a second on
 * an ordinary one. */
#define WORK_OF_ONE 1e9
#define WORK_OF_ALL 3e10
/* Of what can be gained over guessing: from here on only settings are doubted that somebody must have chosen, and
 * nothing is. */
#define WELL_ENOUGH 0.6
#define VERY_WELL 0.9

void dnp_change_text(const dnp_change *change, char out[DNP_CHANGE_TEXT]) {
  size_t length = 0;
  out[0] = '\0';
  for (size_t i = 0; i < change->parts && length < DNP_CHANGE_TEXT; i++) {
    const char *value = change->part[i].value, *quote = strpbrk(value, " ,") != NULL ? "'" : "";
    length += (size_t)snprintf(out + length, DNP_CHANGE_TEXT - length, "%s--%s %s%s%s", i > 0 ? " " : "",
        change->part[i].option, quote, value, quote);
  }
}

/* ---- trying -------------------------------------------------------------------------------------- */

/* A row of the table that is conceivable, its changes, and the best of them when they were tried. */
typedef struct candidate {
  const dnp_remedy *remedy;
  denpa_arg arg[DNP_FINDING_ARGS + 1];
  dnp_change change[DNP_MOST_CHANGES];
  size_t changes, best;
  dnp_trial trial;
  double value; /* below -1: none was possible */
  bool told;
} candidate;

enum { MOST_CANDIDATES = 40 };

typedef struct attempt {
  dnp_diagnosis *out;
  dnp_case *c;
  dnp_try *try;
  void *context;
  double spent;
  candidate candidate[MOST_CANDIDATES];
  size_t candidates, changes;
  bool well;   /* enough, but not very well */
  double left; /* the value of what the training left, which is that of all its updates; NaN: it left nothing */
} attempt;

static bool is_impossible(denpa_status status) {
  return status == DENPA_ERROR_ARGUMENT || status == DENPA_ERROR_SYNTAX || status == DENPA_ERROR_SHAPE;
}

static void conceive_all(attempt *a) {
  for (const dnp_remedy *r = dnp_remedies; r->name != NULL && a->candidates < MOST_CANDIDATES; r++) {
    candidate *k = &a->candidate[a->candidates];
    if (a->well && r->kind != DNP_REMEDY_CHOSEN) continue;
    *k = (candidate){.remedy = r, .value = -2};
    k->changes = r->conceive(a->c, k->change, k->arg);
    a->changes += k->changes;
    a->candidates += k->changes > 0;
  }
}

static denpa_status try_one(attempt *a, candidate *k, size_t i, denpa_error *err) {
  dnp_trial trial;
  denpa_error why = {0};
  if (a->spent > WORK_OF_ALL) return DENPA_OK;
  const denpa_status status = a->try(
      a->context, &k->change[i], (double)a->out->trials / (double)a->changes, WORK_OF_ONE, &trial, &why);
  a->out->trials++;
  if (is_impossible(status)) return DENPA_OK;
  if (status != DENPA_OK && err != NULL) *err = why;
  DNP_TRY(status);
  a->spent += trial.work;
  /* of several values the first one is the nearest to what is usual: a later one has to be clearly better */
  if (!(dnp_trial_value(&trial) > k->value + 0.02)) return DENPA_OK;
  k->value = dnp_trial_value(&trial);
  k->trial = trial;
  k->best = i;
  return DENPA_OK;
}

static denpa_status try_all(attempt *a, denpa_error *err) {
  conceive_all(a);
  for (size_t i = 0; i < a->candidates; i++)
    for (size_t k = 0; k < a->candidate[i].changes; k++) DNP_TRY(try_one(a, &a->candidate[i], k, err));
  return DENPA_OK;
}

/* ---- telling -------------------------------------------------------------------------------------- */

static const dnp_finding *named(const dnp_finding *list, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(list[i].name, name) == 0) return &list[i];
  return NULL;
}

static bool has_option(const dnp_change *change, const char *option) {
  for (size_t i = 0; i < change->parts; i++)
    if (strcmp(change->part[i].option, option) == 0) return true;
  return false;
}

static void tell_cause(attempt *a, candidate *cause, const dnp_finding *rule, size_t rules) {
  const dnp_change *change = &cause->change[cause->best];
  dnp_diagnosis *out = a->out;
  if (named(out->found, out->count, cause->remedy->name) != NULL) return;
  dnp_tried *tried = &out->tried[out->causes++];
  dnp_finding *f = &out->found[out->count++];
  const dnp_finding *seen = named(rule, rules, cause->remedy->name);
  *f = (dnp_finding){.name = cause->remedy->name, .what = cause->remedy->what};
  memcpy(f->arg, cause->arg, sizeof f->arg);
  if (seen != NULL) *f = *seen;
  *tried = (dnp_tried){.with = cause->trial,
      .without = a->c->base,
      .classes = a->c->checkup->data_check.classes > 0,
      .same_loss = !has_option(change, "loss") && !has_option(change, "label-smoothing")};
  dnp_change_text(change, tried->change);
  f->tried = tried;
  cause->told = true;
}

/* What is worse than guessing is no further from being good. Trials of a long training are cut short, in the midst of a
 * schedule perhaps: a training that goes well enough is only doubted for what beats its end, too. */
static double value_before(const attempt *a) {
  const double base = dnp_trial_value(&a->c->base), value = a->well ? fmax(base, a->left) : base;
  return a->c->base.broken ? value : fmax(value, 0);
}

/* So much a change has to bring: a quarter or a third of what is missing, and more than chance does on few rows. */
static double least_gain(const attempt *a) {
  const dnp_quality *test = &a->c->base.test;
  const double part = (a->well ? 0.33 : 0.25) * (1 - fmax(value_before(a), 0));
  const double rows = (double)(test->rows > 0 ? test->rows : DNP_TRIAL_ROWS), chance = 1 / sqrt(rows);
  return fmax(part, fmin(chance, 0.6));
}

static bool explains(const candidate *k) { return k->remedy->kind != DNP_REMEDY_LAST_RESORT; }

/* Those that help nearly as much as the best one, in the order of the table; then others that help; then what explains
 * nothing, if nothing else does. */
static void tell_causes(attempt *a, const dnp_finding *rule, size_t rules) {
  const double base = value_before(a), least = least_gain(a);
  double most = 0;
  for (size_t i = 0; i < a->candidates; i++)
    if (explains(&a->candidate[i])) most = fmax(most, a->candidate[i].value - base);
  static const double shares[] = {0.7, 0, 0};
  enum { PASSES = sizeof shares / sizeof *shares };
  for (size_t s = 0; s < PASSES; s++)
    for (size_t i = 0; i < a->candidates && a->out->causes < DNP_MOST_TRIED; i++) {
      candidate *k = &a->candidate[i];
      if (!explains(k) && (s + 1 < PASSES || a->out->causes > 0)) continue;
      if (!k->told && k->value - base >= least && k->value - base >= shares[s] * most) tell_cause(a, k, rule, rules);
    }
}

static void tell_rule(dnp_diagnosis *out, const dnp_finding *rule, const char *instead) {
  if (out->count == DNP_MOST_FINDINGS || named(out->found, out->count, rule->name) != NULL) return;
  out->found[out->count] = *rule;
  if (instead != NULL) out->found[out->count].remedy = instead, out->found[out->count].consequence = true;
  out->count++;
}

static void tell_unrelated(attempt *a) {
  const dnp_quality *train = &a->c->base.train, *test = &a->c->base.test;
  double best = test->gained;
  for (size_t i = 0; i < a->candidates; i++)
    if (!a->candidate[i].trial.broken) best = fmax(best, a->candidate[i].trial.test.gained);
  if (a->c->base.broken || test->rows < 20 || !(train->gained > 0.4) || !(best < 0.25)) return;
  dnp_finding *f = &a->out->found[a->out->count++];
  *f = (dnp_finding){.name = "unrelated-labels",
      .what = DNP_N("What was learned from the training data says nothing of the test data: there the network does no "
                    "better than guessing. The labels seem to have nothing to do with the inputs."),
      .remedy = DNP_N(
          "No change of settings helps here ({1} were tried). Check that labels and inputs belong together, "
          "row by row."),
      .arg = {dnp_u(a->out->trials)}};
}

/* Whether the change that a rule stands for was tried, and something else is the cause. */
static bool was_refuted(const attempt *a, const char *name) {
  for (size_t i = 0; i < a->candidates; i++)
    if (strcmp(a->candidate[i].remedy->name, name) == 0) return true;
  return false;
}

/* Of which no change of settings made the half good. */
static void tell_overfitting(attempt *a) {
  const dnp_quality *train = &a->c->base.train, *test = &a->c->base.test;
  if (a->c->base.broken || test->rows < 8 || !(train->gained > test->gained + 0.3) || a->out->count > 0) return;
  a->out->found[a->out->count++] = (dnp_finding){.name = "overfitting",
      .what = DNP_N("Overfitting: on training data the network is much better ({1:.3g}) than on test data ({2:.3g})."),
      .remedy = DNP_N("Train on more samples; of {3} changes of settings that were tried, none helps much."),
      .arg = {dnp_d(train->score), dnp_d(test->score), dnp_u(a->out->trials)}};
}

static denpa_status by_trials(attempt *a, const dnp_finding *rule, size_t rules, denpa_error *err) {
  dnp_diagnosis *out = a->out;
  const dnp_finding *unscaled = named(rule, rules, "unscaled-inputs");
  DNP_TRY(try_all(a, err));
  if (unscaled != NULL) tell_rule(out, unscaled, NULL);
  tell_causes(a, rule, rules);
  const bool cured = out->count > 0;
  if (!cured && a->well) return DENPA_ERROR_ARGUMENT;
  if (!cured) tell_unrelated(a);
  if (!cured) tell_overfitting(a);
  for (size_t i = 0; i < rules; i++) {
    const char *name = rule[i].name;
    if (rule[i].kind == DNP_FINDING_OF_DATA)
      tell_rule(out, &rule[i], NULL);
    else if (rule[i].kind == DNP_FINDING_OF_RESULT)
      tell_rule(out, &rule[i],
          cured ? DNP_N("This follows from what stands first.")
                : DNP_N("None of the changes of settings that were tried, one at a time, helps: more than one may not "
                        "fit, or labels and inputs do not belong together."));
    else if (cured && !was_refuted(a, name))
      tell_rule(out, &rule[i], DNP_N("This goes along with what stands first."));
  }
  return DENPA_OK;
}

static denpa_status diagnose(
    attempt *a, const dnp_trial *now, const dnp_finding *rule, size_t rules, denpa_error *err) {
  static const dnp_change none;
  dnp_case *c = a->c;
  const bool hopeless = named(rule, rules, "constant-labels") != NULL || named(rule, rules, "constant-inputs") != NULL;
  if (hopeless || (c->checkup->steps == 0 && !c->checkup->broken)) return DENPA_ERROR_ARGUMENT;
  if (now != NULL && !c->checkup->broken && dnp_trial_value(now) >= VERY_WELL) return DENPA_ERROR_ARGUMENT;
  DNP_TRY(a->try(a->context, &none, 0, WORK_OF_ONE, &c->base, err));
  a->left = now != NULL ? dnp_trial_value(now) : (double)NAN;
  const double value = now != NULL ? a->left : dnp_trial_value(&c->base);
  if (!c->checkup->broken && value >= VERY_WELL) return DENPA_ERROR_ARGUMENT;
  a->well = !c->checkup->broken && value >= WELL_ENOUGH;
  return by_trials(a, rule, rules, err);
}

denpa_status dnp_diagnose(
    dnp_diagnosis *out, dnp_case *c, const dnp_trial *now, dnp_try *try, void *context, denpa_error *err) {
  dnp_finding rule[DNP_MOST_FINDINGS];
  attempt *a;
  const size_t rules = dnp_find(c->checkup, rule);
  *out = (dnp_diagnosis){.count = 0};
  DNP_TRY(DNP_NEW(&a, 1, err));
  *a = (attempt){.out = out, .c = c, .try = try, .context = context};
  const denpa_status status = diagnose(a, now, rule, rules, err);
  dnp_free(a);
  if (!is_impossible(status)) return status; /* else there is nothing to try */
  memcpy(out->found, rule, sizeof rule);
  out->count = rules;
  return DENPA_OK;
}
