/* doctor.c: gathers a checkup: while a training goes on, or from what it has left behind. Called by the subcommands
 * train and doctor. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "learn/learn.h"
#include "doctor/doctor.h"

/* a probe costs as much as training on less than two times its rows, so this keeps it far under 2 % */
#define ROWS_BETWEEN (400 * DNP_PROBE_ROWS)

struct dnp_doctor {
  const denpa_net *net;
  dnp_prober *prober;
  dnp_checkup checkup;
  size_t batch;         /* rows of an update */
  size_t start, probed; /* updates of the network's life: when the training began, and when the last probe was taken */
  bool fresh;           /* nobody has asked for what is new since then */
  /* by the row of the table: how many probes in a row found it; told as news */
  size_t times[DNP_MOST_FINDINGS];
  bool told[DNP_MOST_FINDINGS];
};

void dnp_doctor_kept(dnp_doctor *doctor, const char *path) { doctor->checkup.kept = path; }
const dnp_checkup *dnp_doctor_checkup(const dnp_doctor *doctor) { return &doctor->checkup; }

void dnp_doctor_close(dnp_doctor *doctor) {
  if (doctor == NULL) return;
  dnp_prober_close(doctor->prober);
  dnp_course_free(&doctor->checkup.log);
  dnp_free(doctor);
}

static denpa_status open_doctor(dnp_doctor **out, const denpa_net *net, const denpa_data *data, const char *optimizer,
    double lr, denpa_error *err) {
  *out = NULL;
  DNP_TRY(DNP_NEW(out, 1, err));
  dnp_doctor *d = *out;
  d->net = net;
  d->start = d->probed = net->state.steps;
  d->checkup.lr = lr;
  d->checkup.softmax = net->exec->last != NULL && net->exec->last->op->inside == DNP_INSIDE_SOFTMAX;
  snprintf(d->checkup.optimizer, sizeof d->checkup.optimizer, "%s", optimizer);
  const dnp_optimizer *known = NULL;
  d->checkup.plain = dnp_optimizer_find(optimizer, &known, NULL) == DENPA_OK && known->plain;
  denpa_status status = dnp_prober_open(&d->prober, net, data, lr, err);
  if (status == DENPA_OK) {
    dnp_prober_data(d->prober, &d->checkup.data_check);
    return DENPA_OK;
  }
  dnp_doctor_close(d);
  *out = NULL;
  return status;
}

/* What the findings ask of the optimizer and of what it was told. */
static void note_settings(dnp_checkup *c, const denpa_train_options *told, const dnp_optimizer_settings *settings) {
  const double whole = settings->optimizer->first(settings, 1, 0), part = settings->optimizer->first(settings, 0.01, 0);
  c->proportional = whole > 10 * part;
  c->reach = c->proportional ? 0 : whole;
  c->decoupled = settings->optimizer->decoupled;
  c->usual_lr = settings->optimizer->lr[0];
  c->weight_decay = settings->set.weight_decay;
  c->weighted = told->class_weights != NULL && told->class_weights[0] != '\0';
  c->stops_early = told->patience > 0;
}

/* ---- watching ---------------------------------------------------------------------------------- */

denpa_status dnp_doctor_open(dnp_doctor **out, const denpa_net *net, const denpa_data *data,
    const denpa_train_options *options, denpa_error *err) {
  dnp_optimizer_settings settings;
  *out = NULL;
  DNP_TRY(dnp_optimizer_settings_from(options, &settings, err));
  DNP_TRY(open_doctor(out, net, data, settings.optimizer->name, settings.set.lr, err));
  note_settings(&(*out)->checkup, options, &settings);
  (*out)->batch = options->batch > 0 && options->batch < denpa_data_rows(data, DENPA_SPLIT_TRAIN)
                      ? options->batch
                      : denpa_data_rows(data, DENPA_SPLIT_TRAIN);
  denpa_status status = dnp_prober_take((*out)->prober, net, 0, &(*out)->checkup.first, err);
  (*out)->checkup.last = (*out)->checkup.first;
  (*out)->fresh = true;
  if (status == DENPA_OK) return DENPA_OK;
  dnp_doctor_close(*out);
  *out = NULL;
  return status;
}

denpa_status dnp_doctor_recall(dnp_doctor *d, const denpa_net *beginning, dnp_course *log, denpa_error *err) {
  d->start = beginning->state.steps;
  d->checkup.log = *log;
  *log = (dnp_course){0};
  d->checkup.log_room = d->checkup.log.count;
  return dnp_prober_take(d->prober, beginning, 0, &d->checkup.first, err);
}

denpa_status dnp_doctor_epoch(dnp_doctor *d, const denpa_epoch *epoch, denpa_error *err) {
  dnp_checkup *c = &d->checkup;
  if (c->log.count == c->log_room) {
    const size_t room = c->log_room > 0 ? 2 * c->log_room : 64;
    DNP_TRY(dnp_grow((void **)&c->log.line, c->log.count, room, sizeof *c->log.line, err));
    c->log_room = room;
  }
  c->log.line[c->log.count++] = *epoch;
  c->steps = epoch->step - d->start;
  c->epochs = epoch->epoch;
  if ((epoch->step - d->probed) * d->batch < ROWS_BETWEEN) return DENPA_OK;
  d->probed = epoch->step;
  d->fresh = true;
  return dnp_prober_take(d->prober, d->net, c->steps, &c->last, err);
}

/* In a training that learns in the end, a plateau or a peak is seen at one probe or two. */
#define CERTAIN 3

static const dnp_finding *find_row(const dnp_finding *found, size_t count, size_t row) {
  for (size_t i = 0; i < count; i++)
    if (found[i].name == dnp_finding_name(row)) return &found[i];
  return NULL;
}

size_t dnp_doctor_news(dnp_doctor *d, dnp_finding news[DNP_MOST_FINDINGS]) {
  dnp_finding found[DNP_MOST_FINDINGS];
  if (!d->fresh) return 0;
  d->fresh = false;
  const size_t count = dnp_find(&d->checkup, found);
  size_t new = 0;
  for (size_t row = 0; dnp_finding_name(row) != NULL; row++) {
    const dnp_finding *f = find_row(found, count, row);
    d->times[row] = f != NULL ? d->times[row] + 1 : 0;
    if (f == NULL || d->told[row] || f->kind == DNP_FINDING_GUESSED) continue;
    const bool before = f->kind == DNP_FINDING_OF_DATA && d->checkup.steps == 0;
    d->told[row] = before || d->times[row] >= CERTAIN;
    if (d->told[row]) news[new ++] = *f;
  }
  return new;
}

/* The network is looked at as it is left: early stopping, or a training that broke off, has put earlier weights into
 * it. */
denpa_status dnp_doctor_end(dnp_doctor *d, bool failed, denpa_error *err) {
  d->checkup.broken = failed;
  d->checkup.steps = d->net->state.steps - d->start;
  const bool seen = d->checkup.last.taken && d->checkup.last.step == d->checkup.steps;
  if (seen && !failed && !d->checkup.stops_early) return DENPA_OK;
  return dnp_prober_take(d->prober, d->net, d->checkup.steps, &d->checkup.last, err);
}

void dnp_doctor_log(dnp_doctor *d, dnp_course *log) {
  dnp_checkup *c = &d->checkup;
  dnp_course_free(&c->log);
  c->log = *log;
  *log = (dnp_course){0};
  c->log_room = c->log.count;
  c->last = (dnp_probe){0};
  c->steps = c->log.count > 0 ? c->log.line[c->log.count - 1].step : 0;
  c->epochs = c->log.count > 0 ? c->log.line[c->log.count - 1].epoch : 0;
}

/* ---- looking back ------------------------------------------------------------------------------- */

static denpa_status look_back(dnp_doctor *d, const denpa_net *net, denpa_error *err) {
  denpa_net *begin = NULL;
  denpa_error unknown = {0};
  d->checkup.steps = net->state.steps;
  d->checkup.epochs = net->state.epochs;
  size_t seen = net->state.steps;
  const char *kept = denpa_net_metadata(net, "kept_step");
  d->checkup.broken = denpa_net_metadata(net, "broke_off") != NULL;
  if (d->checkup.broken && kept != NULL) (void)dnp_parse_size(kept, &seen);
  denpa_status status = dnp_net_begin(&begin, net, &unknown);
  if (status == DENPA_ERROR_MEMORY && err != NULL) *err = unknown;
  if (status == DENPA_OK) status = dnp_prober_take(d->prober, begin, 0, &d->checkup.first, err);
  denpa_net_free(begin);
  if (status == DENPA_ERROR_MEMORY) {
    if (unknown.status == status && err != NULL) *err = unknown;
    return status;
  }
  return dnp_prober_take(d->prober, net, seen, &d->checkup.last, err);
}

denpa_status dnp_doctor_examine(
    dnp_doctor **out, const denpa_net *net, const denpa_data *data, dnp_course *log, denpa_error *err) {
  const char *optimizer = denpa_net_metadata(net, "optimizer"), *rate = denpa_net_metadata(net, "lr");
  double lr;
  if (rate == NULL || !dnp_parse_real(rate, &lr) || !(lr > 0)) lr = 0;
  DNP_TRY(open_doctor(out, net, data, optimizer != NULL ? optimizer : "", lr, err));
  dnp_optimizer_settings settings;
  denpa_train_options told;
  if (dnp_settings_recorded(net, &told, NULL) == DENPA_OK &&
      dnp_optimizer_settings_from(&told, &settings, NULL) == DENPA_OK)
    note_settings(&(*out)->checkup, &told, &settings);
  if (log != NULL) {
    (*out)->checkup.log = *log;
    *log = (dnp_course){0};
  }
  denpa_status status = look_back(*out, net, err);
  if (status == DENPA_OK) return DENPA_OK;
  dnp_doctor_close(*out);
  *out = NULL;
  return status;
}
