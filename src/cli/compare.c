/* compare.c: `denpa compare A B [DATA]`: two networks on the same rows: who is right where, whether one is better by
 * more than chance, and a few rows in which they part. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/shared.h"
#include "cli/tables.h"
#include "learn/learn.h"

#define SIDES 2
#define LISTED 5    /* rows of each kind that are shown */
#define LIKELY 0.05 /* below this a difference is not called chance */

typedef struct side {
  const char *path;
  denpa_net *net;
  denpa_data *own; /* a table that is read in another way than the first one's; else NULL */
  const denpa_data *rows;
  dnp_row_answers answers;
  dnp_scores scores;
  dnp_score_intervals intervals;
} side;

typedef struct comparison {
  const cli_options *options;
  side side[SIDES];
  denpa_data *dataset;
  denpa_split split;
  size_t count; /* rows */
  bool classes;
  dnp_agreement right;   /* of classes */
  size_t *alone[SIDES];  /* [right.first], [right.second]: rows that only this one got right; of numbers the LISTED rows
                          * in which it is closest in comparison */
  size_t closer[SIDES];  /* of numbers: rows in which it is closer */
  bool alike;            /* every answer of one is the other's */
  double p;              /* of the rows that part them: how likely it is that equally good ones are parted so */
  dnp_interval accuracy; /* of the differences, the second's score less the first's */
  bool one_loss;         /* their losses are of one kind, and */
  bool one_unit;         /* of targets that are scaled alike, so that they can be compared */
  double loss_more, rmse_more;
  dnp_interval loss, rmse;
} comparison;

/* ---- whether they can be compared --------------------------------------------------------------- */

/* What the metadata of both say about `key`; "": nothing. */
static bool alike(const comparison *c, const char *key, const char *told[SIDES]) {
  for (int i = 0; i < SIDES; i++) {
    told[i] = denpa_net_metadata(c->side[i].net, key);
    if (told[i] == NULL) told[i] = "";
  }
  return strcmp(told[0], told[1]) == 0;
}

/* In one line, for a message. */
static const char *in_a_line(const char *names, char out[256]) {
  dnp_text_copy(out, 256, names[0] != '\0' ? names : "-");
  for (char *end = out; (end = strchr(end, '\n')) != NULL;) *end = '|';
  return out;
}

static denpa_status check_answers(const comparison *c, denpa_error *err) {
  const char *told[SIDES];
  char line[SIDES][256];
  const size_t outputs[] = {denpa_net_outputs(c->side[0].net), denpa_net_outputs(c->side[1].net)};
  if (!alike(c, "classes", told))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "{1} and {2} give other answers; the names of their classes are {3} and {4}", dnp_s(c->side[0].path),
        dnp_s(c->side[1].path), dnp_s(in_a_line(told[0], line[0])), dnp_s(in_a_line(told[1], line[1])));
  if (outputs[0] == outputs[1] || (outputs[0] <= 2 && outputs[1] <= 2)) return DENPA_OK; /* 1 may stand for 2 */
  return dnp_fail(err, DENPA_ERROR_SHAPE, "{1} has {3} outputs and {2} has {4}, so they give other answers",
      dnp_s(c->side[0].path), dnp_s(c->side[1].path), dnp_u(outputs[0]), dnp_u(outputs[1]));
}

/* Each reads a table in its own way: other columns, or scaled by other rows. Which of its rows are for testing may
 * differ as well, so the rows have to be named. */
static denpa_status check_tables(
    const comparison *c, const char *const table[SIDES], const char *data, bool *own, denpa_error *err) {
  if ((table[0][0] == '\0') != (table[1][0] == '\0'))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "{1} learned from a table and {2} did not, so they cannot answer the same rows",
        dnp_s(c->side[table[0][0] == '\0'].path), dnp_s(c->side[table[0][0] != '\0'].path));
  if (data == NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "{1} and {2} were not trained on the same rows of one table in the same form, so what is for testing in one "
        "may "
        "be learned in the other; name a table that neither has seen: denpa compare {1} {2} DATA",
        dnp_s(c->side[0].path), dnp_s(c->side[1].path));
  return *own = true, DENPA_OK;
}

/* Whether both can be given the same rows; *own: each reads them in its own way. */
static denpa_status check_inputs(const comparison *c, const char *data, bool *own, denpa_error *err) {
  const char *table[SIDES], *form[SIDES], *name[SIDES];
  const size_t inputs[] = {denpa_net_inputs(c->side[0].net), denpa_net_inputs(c->side[1].net)};
  const char *path[] = {c->side[0].path, c->side[1].path};
  *own = false;
  if (!alike(c, "table", table)) return check_tables(c, table, data, own, err);
  if (inputs[0] != inputs[1])
    return dnp_fail(err, DENPA_ERROR_SHAPE,
        "{1} takes {3} {3|number|numbers} and {2} takes {4}, so they cannot answer the same rows", dnp_s(path[0]),
        dnp_s(path[1]), dnp_u(inputs[0]), dnp_u(inputs[1]));
  if (!alike(c, "pictures", form))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "{1} takes pictures as {3} and {2} as {4}, so they cannot answer the same rows", dnp_s(path[0]), dnp_s(path[1]),
        dnp_s(form[0][0] != '\0' ? form[0] : "28x28:grey"), dnp_s(form[1][0] != '\0' ? form[1] : "28x28:grey"));
  if (data != NULL || table[0][0] != '\0' || alike(c, "data", name)) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_ARGUMENT,
      "{1} was trained on {3} and {2} on {4}; name the rows to compare them on: denpa compare {1} {2} DATA",
      dnp_s(path[0]), dnp_s(path[1]), dnp_s(name[0]), dnp_s(name[1]));
}

/* How much the answers of side i change where the network's output does by 1: the deviation that scaled them. */
static double deviation_of(const comparison *c, int i) {
  double zero = 0, one = 1, right;
  dnp_table_numbers(c->side[i].rows, c->split, 0, 0, &zero, &right);
  dnp_table_numbers(c->side[i].rows, c->split, 0, 1, &one, &right);
  return one - zero;
}

/* But for what rounding leaves of numbers that were scaled, by `unit`, and back. */
static bool is_near(double a, double b, double unit) { return fabs(a - b) <= 1e-9 * fmax(fabs(a), unit); }

/* Two readings of a table have the same rows with the same answers. */
static denpa_status check_rows(const comparison *c, denpa_error *err) {
  const denpa_data *a = c->side[0].rows, *b = c->side[1].rows;
  const size_t rows = denpa_data_rows(a, c->split);
  bool same = denpa_data_rows(b, c->split) == rows && denpa_data_classes(a) == denpa_data_classes(b);
  for (size_t i = 0; same && c->classes && i < rows; i++)
    same = denpa_data_label(a, c->split, i) == denpa_data_label(b, c->split, i);
  for (size_t i = 0; same && !c->classes && i < rows; i++) {
    double answer, right[SIDES];
    for (int k = 0; k < SIDES; k++) dnp_table_numbers(c->side[k].rows, c->split, i, 0, &answer, &right[k]);
    same = is_near(right[0], right[1], deviation_of(c, 0));
  }
  if (same) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_ARGUMENT,
      "{1} and {2} do not find the same answers in {3}: they learned another column, or leave out other rows",
      dnp_s(c->side[0].path), dnp_s(c->side[1].path), dnp_s(denpa_data_name(a)));
}

/* ---- measuring ---------------------------------------------------------------------------------- */

static denpa_status open_all(comparison *c, const char *data, denpa_error *err) {
  const cli_options *o = c->options;
  bool own;
  for (int i = 0; i < SIDES; i++) DNP_TRY(cli_load(o, c->side[i].path, &c->side[i].net, err));
  DNP_TRY(check_inputs(c, data, &own, err));
  DNP_TRY(check_answers(c, err));
  DNP_TRY(cli_open_model_data(o, c->side[0].net, c->side[0].path, data, &c->dataset, err));
  if (own) DNP_TRY(cli_open_model_data(o, c->side[1].net, c->side[1].path, data, &c->side[1].own, err));
  c->side[0].rows = c->dataset;
  c->side[1].rows = own ? c->side[1].own : c->dataset;
  c->split = o->split == 0 ? DENPA_SPLIT_TRAIN : DENPA_SPLIT_TEST;
  c->classes = denpa_data_classes(c->dataset) > 0;
  for (int i = 0; i < SIDES; i++) DNP_TRY(cli_check_fit(c->side[i].net, c->side[i].rows, err));
  return check_rows(c, err);
}

static denpa_status measure(comparison *c, denpa_error *err) {
  for (int i = 0; i < SIDES; i++) {
    side *s = &c->side[i];
    DNP_TRY(dnp_row_answers_take(s->net, s->rows, (int)c->split, true, &s->answers, err));
    DNP_TRY(dnp_scores_of(s->net, s->rows, (int)c->split, &s->answers, NULL, &s->scores, err));
    DNP_TRY(dnp_score_intervals_take(s->rows, (int)c->split, &s->answers, &s->scores, &s->intervals, err));
  }
  c->count = c->side[0].answers.rows;
  c->one_loss = strcmp(denpa_net_loss(c->side[0].net), denpa_net_loss(c->side[1].net)) == 0;
  c->one_unit = c->classes || is_near(deviation_of(c, 0), deviation_of(c, 1), 0);
  return DENPA_OK;
}

static bool is_right(const comparison *c, int i, size_t row) {
  return c->side[i].answers.predicted[row] == denpa_data_label(c->dataset, c->split, row);
}

/* Of a number, in the unit of the table. */
static double error_of(const comparison *c, int i, size_t row, double *answer, double *right) {
  const dnp_row_answers *a = &c->side[i].answers;
  *answer = *right = a->y[row];
  dnp_table_numbers(c->side[i].rows, c->split, row, a->y[row], answer, right);
  return *answer - *right;
}

/* ---- differences -------------------------------------------------------------------------------- */

typedef struct pairs {
  size_t rows;
  const double *loss[SIDES];
  double *square[SIDES]; /* of numbers: squared errors in their unit; else NULL */
} pairs;

/* Both are measured on the same resample, so that what makes its rows easy or hard for both falls out. */
static void differences(const void *context, const uint32_t *times, double *out) {
  const pairs *p = context;
  double loss[SIDES] = {0}, square[SIDES] = {0};
  for (int k = 0; k < SIDES; k++)
    for (size_t i = 0; i < p->rows; i++) {
      loss[k] = fma((double)times[i], p->loss[k][i], loss[k]);
      if (p->square[k] != NULL) square[k] = fma((double)times[i], p->square[k][i], square[k]);
    }
  out[0] = (loss[1] - loss[0]) / (double)p->rows;
  out[1] = p->square[0] != NULL ? sqrt(square[1] / (double)p->rows) - sqrt(square[0] / (double)p->rows) : (double)NAN;
}

static denpa_status compare_losses(comparison *c, denpa_error *err) {
  pairs p = {.rows = c->count, .loss = {c->side[0].answers.loss, c->side[1].answers.loss}};
  dnp_interval got[2];
  double answer, right;
  denpa_status status = DENPA_OK;
  for (int k = 0; k < SIDES && status == DENPA_OK && !c->classes; k++) {
    status = DNP_NEW(&p.square[k], c->count, err);
    for (size_t i = 0; status == DENPA_OK && i < c->count; i++) {
      const double error = error_of(c, k, i, &answer, &right);
      p.square[k][i] = error * error;
    }
  }
  if (status == DENPA_OK) status = dnp_bootstrap(differences, &p, c->count, 2, got, err);
  if (status == DENPA_OK) c->loss = got[0], c->rmse = got[1];
  c->loss_more = c->side[1].scores.loss - c->side[0].scores.loss;
  c->rmse_more = c->side[1].scores.rmse - c->side[0].scores.rmse;
  for (int k = 0; k < SIDES; k++) dnp_free(p.square[k]);
  return status;
}

static denpa_status compare_classes(comparison *c, denpa_error *err) {
  size_t found[SIDES] = {0};
  c->alike = true;
  for (size_t i = 0; i < c->count; i++) {
    c->alike = c->alike && c->side[0].answers.predicted[i] == c->side[1].answers.predicted[i];
    const bool a = is_right(c, 0, i), b = is_right(c, 1, i);
    ++*(a && b ? &c->right.both : a ? &c->right.first : b ? &c->right.second : &c->right.none);
  }
  DNP_TRY(DNP_NEW(&c->alone[0], c->right.first + 1, err));
  DNP_TRY(DNP_NEW(&c->alone[1], c->right.second + 1, err));
  for (size_t i = 0; i < c->count; i++)
    for (int k = 0; k < SIDES; k++)
      if (is_right(c, k, i) && !is_right(c, 1 - k, i)) c->alone[k][found[k]++] = i;
  c->p = dnp_mcnemar(&c->right);
  c->accuracy = dnp_paired_difference(&c->right);
  return DENPA_OK;
}

/* How much closer side i is in a row; below 0: it is not. */
static double gain(const comparison *c, int i, size_t row) {
  double answer, right;
  return fabs(error_of(c, 1 - i, row, &answer, &right)) - fabs(error_of(c, i, row, &answer, &right));
}

/* The rows in which each gains most, the largest gain first. */
static denpa_status compare_numbers(comparison *c, denpa_error *err) {
  double answer[SIDES], right;
  c->alike = true;
  for (size_t i = 0; c->alike && i < c->count; i++) {
    for (int k = 0; k < SIDES; k++) (void)error_of(c, k, i, &answer[k], &right);
    c->alike = !(answer[0] < answer[1] || answer[0] > answer[1]);
  }
  for (int k = 0; k < SIDES; k++) {
    DNP_TRY(DNP_NEW(&c->alone[k], LISTED + 1, err));
    size_t *list = c->alone[k], kept = 0;
    for (size_t i = 0; i < c->count; i++) {
      const double here = gain(c, k, i);
      if (!(here > 0)) continue;
      c->closer[k]++;
      size_t at = kept < LISTED ? kept++ : LISTED;
      for (list[at] = i; at > 0 && gain(c, k, list[at - 1]) < here; at--) list[at] = list[at - 1], list[at - 1] = i;
    }
  }
  c->p = dnp_mcnemar(&(dnp_agreement){.first = c->closer[0], .second = c->closer[1]}); /* the sign test */
  return DENPA_OK;
}

/* In how many rows side i is the better one. */
static size_t won(const comparison *c, int i) {
  return !c->classes ? c->closer[i] : i == 0 ? c->right.first : c->right.second;
}

/* The better one: 0, 1; -1: the difference may be chance. An exact test says so, which promises what it does of few
 * rows as well; the intervals, which of few rows are too narrow, decide nothing. */
static int better(const comparison *c) { return c->p < LIKELY ? won(c, 1) > won(c, 0) : -1; }

/* The one whose loss, or error, is smaller by more than its interval; -1: neither. */
static int smaller(const comparison *c) {
  if (c->classes && !c->one_loss) return -1;
  const dnp_interval i = c->classes ? c->loss : c->rmse;
  return i.high < 0 ? 1 : i.low > 0 ? 0 : -1;
}

/* ---- text --------------------------------------------------------------------------------------- */

static const char *const called[SIDES] = {"A", "B"};

/* What few rows, or equal ones, do not give is a dash. */
static void say_interval(dnp_interval interval, denpa_lang lang) {
  if (isfinite(interval.low))
    dnp_say(stdout, lang, " (95 %: {1:.6g} to {2:.6g})", dnp_d(interval.low), dnp_d(interval.high));
  else
    dnp_say(stdout, lang, " (95 %: -)");
}

static void say_errors(const side *s, const char *name, denpa_lang lang) {
  dnp_say(stdout, lang, "{1} {2}: root mean square error {3:.6g}", dnp_s(name), dnp_s(s->path), dnp_d(s->scores.rmse));
  say_interval(s->intervals.rmse, lang);
  dnp_say(stdout, lang, ", mean absolute error {1:.6g}\n", dnp_d(s->scores.mae));
}

static void say_difference(const char *line, double difference, dnp_interval interval, denpa_lang lang) {
  dnp_say(stdout, lang, line, dnp_d(difference));
  say_interval(interval, lang);
  fputc('\n', stdout);
}

static void say_sides(const comparison *c, denpa_lang lang) {
  dnp_say(stdout, lang, "{1}, {2}, {3} {3|sample|samples}:\n", dnp_s(denpa_data_name(c->dataset)),
      dnp_t(cli_part_name(c->dataset, c->split)), dnp_u(c->count));
  for (int i = 0; i < SIDES; i++) {
    const side *s = &c->side[i];
    if (c->classes)
      dnp_say(stdout, lang, "{1} {2}: accuracy {3:.4f} (95 %: {4:.4f} to {5:.4f}), loss {6:.6f}\n", dnp_s(called[i]),
          dnp_s(s->path), dnp_d(s->scores.accuracy), dnp_d(s->intervals.accuracy.low),
          dnp_d(s->intervals.accuracy.high), dnp_d(s->scores.loss));
    else
      say_errors(s, called[i], lang);
  }
}

static void say_verdict(const comparison *c, denpa_lang lang) {
  const int winner = better(c);
  if (c->alike)
    dnp_say(stdout, lang, "There is no difference: each row is answered alike.\n");
  else if (won(c, 0) + won(c, 1) == 0)
    dnp_say(stdout, lang,
        c->classes ? DNP_N("Neither is better: both are right in the same rows, though their answers differ.\n")
                   : DNP_N("Neither is better: both are equally close in each row, though their answers differ.\n"));
  else if (winner < 0)
    dnp_say(stdout, lang, "The difference may be chance: these rows do not show that one is better.\n");
  else
    dnp_say(stdout, lang, "{1} is better: {2}.\n", dnp_s(called[winner]), dnp_s(c->side[winner].path));
}

/* Where the verdict's rows and the loss, or the error, do not tell the same. */
static void say_other_voice(const comparison *c, denpa_lang lang) {
  const int other = smaller(c);
  if (other < 0 || other == better(c)) return;
  dnp_say(stdout, lang,
      c->classes
          ? DNP_N("  The verdict is about right answers. The loss, which counts how sure they are, is smaller for "
                  "{1}.\n")
          : DNP_N("  The verdict is about the rows in which one is closer. The root mean square error, in which "
                  "large errors count most, is smaller for {1}.\n"),
      dnp_s(called[other]));
}

static void say_classes(const comparison *c, denpa_lang lang) {
  const dnp_agreement *r = &c->right;
  dnp_say(stdout, lang, "Both are right in {1} {1|row|rows}, only A in {2}, only B in {3}, neither in {4}.\n",
      dnp_u(r->both), dnp_u(r->first), dnp_u(r->second), dnp_u(r->none));
  say_verdict(c, lang);
  dnp_say(stdout, lang, "  accuracy of B less that of A: {1:.4f} (95 %: {2:.4f} to {3:.4f})\n",
      dnp_d(c->side[1].scores.accuracy - c->side[0].scores.accuracy), dnp_d(c->accuracy.low), dnp_d(c->accuracy.high));
  dnp_say(stdout, lang,
      "  If both were equally good, the {1} {1|row|rows} that only one gets right would be parted so unevenly or more "
      "with probability {2:.2g} (McNemar's exact test).\n",
      dnp_u(r->first + r->second), dnp_d(c->p));
}

static void say_numbers(const comparison *c, denpa_lang lang) {
  dnp_say(stdout, lang, "A is closer in {1} {1|row|rows}, B in {2}.\n", dnp_u(c->closer[0]), dnp_u(c->closer[1]));
  say_verdict(c, lang);
  dnp_say(stdout, lang,
      "  If both were equally good, the {1} {1|row|rows} in which one is closer would be parted so unevenly or more "
      "with probability {2:.2g} (sign test, exact).\n",
      dnp_u(c->closer[0] + c->closer[1]), dnp_d(c->p));
  say_difference(DNP_N("  root mean square error of B less that of A: {1:.6g}"), c->rmse_more, c->rmse, lang);
}

static void say_loss(const comparison *c, denpa_lang lang) {
  if (c->one_loss && !c->one_unit)
    dnp_say(stdout, lang,
        "  Their losses are in two units, since each scales the answers by the rows it learned, and cannot be "
        "compared.\n");
  else if (c->one_loss)
    say_difference(DNP_N("  loss of B less that of A: {1:.6g}"), c->loss_more, c->loss, lang);
  else
    dnp_say(stdout, lang, "  Their losses are of two kinds ({1} and {2}) and cannot be compared.\n",
        dnp_s(denpa_net_loss(c->side[0].net)), dnp_s(denpa_net_loss(c->side[1].net)));
  if (c->one_loss || !c->classes)
    dnp_say(stdout, lang, "  (intervals of losses and errors: {1} resamples of the rows, the same ones for both)\n",
        dnp_i(DNP_RESAMPLES));
}

/* The output that speaks for the answer; NaN where it is not a probability. */
static double sureness(const side *s, size_t row) {
  const dnp_row_answers *a = &s->answers;
  if (!s->scores.probabilities) return (double)NAN;
  const size_t class_number = (size_t)a->predicted[row];
  return a->kinds == 2 ? dnp_two_score(a->y + row * a->outputs, a->outputs, class_number)
                       : a->y[row * a->outputs + class_number];
}

static void say_answer(FILE *in, denpa_lang lang, const comparison *c, int i, size_t row) {
  char name[DNP_CLASS_NAME];
  const char *answer = dnp_class_name(NULL, c->dataset, (size_t)c->side[i].answers.predicted[row], name);
  const double p = sureness(&c->side[i], row);
  if (isfinite(p))
    dnp_say(in, lang, "{1} says \"{2}\" ({3:.1f} %)", dnp_s(called[i]), dnp_s(answer), dnp_d(100 * p));
  else
    dnp_say(in, lang, "{1} says \"{2}\"", dnp_s(called[i]), dnp_s(answer));
}

static void say_row(denpa_lang lang, const comparison *c, size_t row) {
  enum { INDENT = 2 };
  dnp_sentence sentence;
  char name[DNP_CLASS_NAME];
  double answer[SIDES], right;
  FILE *in = dnp_sentence_begin(&sentence, stdout);
  if (c->classes) {
    const int label = denpa_data_label(c->dataset, c->split, row);
    dnp_say(in, lang, "  sample {1} is \"{2}\": ", dnp_u(row),
        dnp_s(dnp_class_name(NULL, c->dataset, (size_t)label, name)));
    say_answer(in, lang, c, 0, row);
    dnp_say(in, lang, ", ");
    say_answer(in, lang, c, 1, row);
  } else {
    for (int i = 0; i < SIDES; i++) (void)error_of(c, i, row, &answer[i], &right);
    dnp_say(in, lang, "  sample {1} is {2:.6g}: A says {3:.6g}, B says {4:.6g}", dnp_u(row), dnp_d(right),
        dnp_d(answer[0]), dnp_d(answer[1]));
  }
  dnp_sentence_end(&sentence, INDENT);
}

static size_t listed(const comparison *c, int i) { return won(c, i) < LISTED ? won(c, i) : LISTED; }

static void say_rows(const comparison *c, denpa_lang lang) {
  for (int i = 0; i < SIDES; i++) {
    if (listed(c, i) == 0) continue;
    dnp_say(stdout, lang,
        c->classes ? DNP_N("Only {1} gets these right, for example:\n") : DNP_N("{1} gains most in these rows:\n"),
        dnp_s(called[i]));
    for (size_t k = 0; k < listed(c, i); k++) say_row(lang, c, c->alone[i][k]);
  }
}

static void say(const comparison *c) {
  const denpa_lang lang = cli_lang(c->options);
  if (c->options->quiet) return say_verdict(c, lang);
  say_sides(c, lang);
  (c->classes ? say_classes : say_numbers)(c, lang);
  say_loss(c, lang);
  say_other_voice(c, lang);
  say_rows(c, lang);
}

/* ---- JSON --------------------------------------------------------------------------------------- */

static json_t *side_json(const side *s) {
  json_t *all = json_pack(
      "{s:s,s:s,s:o}", "model", s->path, "net", denpa_net_text(s->net), "loss", cli_real(s->scores.loss));
  json_t *scores = dnp_scores_json(s->rows, &s->scores);
  dnp_json_put_missing(&all, scores);
  dnp_json_put(&all, "intervals", dnp_intervals_json(&s->scores, &s->intervals));
  return all;
}

static json_t *row_json(const comparison *c, size_t row) {
  char name[DNP_CLASS_NAME];
  json_t *said = json_array();
  double right = 0;
  for (int i = 0; i < SIDES; i++) {
    const side *s = &c->side[i];
    double answer = 0;
    if (!c->classes) (void)error_of(c, i, row, &answer, &right);
    dnp_json_add(&said, c->classes ? json_pack("{s:s,s:o}", "answer",
                                         dnp_class_name(NULL, c->dataset, (size_t)s->answers.predicted[row], name),
                                         "probability", cli_real(sureness(s, row)))
                                   : json_pack("{s:o}", "answer", cli_real(answer)));
  }
  const int label = c->classes ? denpa_data_label(c->dataset, c->split, row) : 0;
  return json_pack("{s:I,s:o,s:o}", "sample", (json_int_t)row, "right",
      c->classes ? json_string(dnp_class_name(NULL, c->dataset, (size_t)label, name)) : cli_real(right), "said", said);
}

/* Of classes all rows that only one gets right; of numbers those in which it gains most. */
static json_t *rows_json(const comparison *c, int i) {
  json_t *list = json_array();
  const size_t count = c->classes ? won(c, i) : listed(c, i);
  for (size_t k = 0; k < count; k++) dnp_json_add(&list, row_json(c, c->alone[i][k]));
  return list;
}

static denpa_status print_json(const comparison *c, denpa_error *err) {
  const int winner = better(c);
  const bool losses = c->one_loss && c->one_unit;
  json_t *all = json_pack("{s:[o,o],s:s,s:s,s:I,s:o,s:i,s:o,s:o}", "models", side_json(&c->side[0]),
      side_json(&c->side[1]), "data", denpa_data_name(c->dataset), "split",
      c->split == DENPA_SPLIT_TRAIN ? "train" : "test", "samples", (json_int_t)c->count, "better",
      winner < 0 ? json_null() : json_string(winner == 0 ? "A" : "B"), "resamples", DNP_RESAMPLES, "loss_difference",
      losses ? cli_real(c->loss_more) : json_null(), "loss_interval",
      losses ? dnp_interval_json(c->loss) : json_null());
  if (c->classes)
    dnp_json_put_missing(
        &all, json_pack("{s:I,s:I,s:I,s:I,s:s,s:f,s:f,s:o,s:o,s:o}", "both", (json_int_t)c->right.both, "only_a",
                  (json_int_t)c->right.first, "only_b", (json_int_t)c->right.second, "neither",
                  (json_int_t)c->right.none, "test", "mcnemar-exact", "p", c->p, "accuracy_difference",
                  c->side[1].scores.accuracy - c->side[0].scores.accuracy, "accuracy_interval",
                  dnp_interval_json(c->accuracy), "rows_a", rows_json(c, 0), "rows_b", rows_json(c, 1)));
  else
    dnp_json_put_missing(
        &all, json_pack("{s:I,s:I,s:s,s:f,s:f,s:o,s:o,s:o}", "closer_a", (json_int_t)c->closer[0], "closer_b",
                  (json_int_t)c->closer[1], "test", "sign-exact", "p", c->p, "rmse_difference", c->rmse_more,
                  "rmse_interval", dnp_interval_json(c->rmse), "rows_a", rows_json(c, 0), "rows_b", rows_json(c, 1)));
  return cli_print_json(all, err);
}

/* ---- the whole ---------------------------------------------------------------------------------- */

int cli_compare(const cli_options *options, int argc, char **argv) {
  denpa_error err = {0};
  comparison c = {.options = options, .side = {{.path = argv[0]}, {.path = argv[1]}}};
  denpa_status status = open_all(&c, argc > SIDES ? argv[SIDES] : NULL, &err);
  if (status == DENPA_OK) status = measure(&c, &err);
  if (status == DENPA_OK) status = (c.classes ? compare_classes : compare_numbers)(&c, &err);
  if (status == DENPA_OK) status = compare_losses(&c, &err);
  if (status == DENPA_OK && options->json) status = print_json(&c, &err);
  if (status == DENPA_OK && !options->json) say(&c);
  for (int i = 0; i < SIDES; i++) {
    dnp_free(c.alone[i]);
    dnp_scores_free(&c.side[i].scores);
    dnp_row_answers_free(&c.side[i].answers);
    denpa_data_free(c.side[i].own);
    denpa_net_free(c.side[i].net);
  }
  denpa_data_free(c.dataset);
  return status == DENPA_OK ? CLI_DONE : cli_fail(options, &err);
}
