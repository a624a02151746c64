/* book_kit.c: what the experiments of the book share: claims, figures, numerical slopes, and the book's training
 * loop. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "learn/learn.h"
#include "draw/plot.h"
#include "book/book.h"

#define STEP 1e-4 /* the book's h */

/* ---- claims ------------------------------------------------------------------------------------- */

static bool holds(const dnp_claim *c, double value) {
  switch (c->rule) {
    case DNP_RULE_EXACT: return value == c->book;
    case DNP_RULE_NEAR: return fabs(value - c->book) <= c->within;
    case DNP_RULE_BAND: return c->low <= value && value <= c->high;
    default: return true;
  }
}

dnp_claim dnp_claim_seeds(dnp_claim claim, const double *value, size_t seeds, size_t stride) {
  claim.ours = value[0];
  if (seeds < 2) return claim;
  claim.least = claim.most = value[0];
  for (size_t i = 1; i < seeds; i++) {
    const double v = value[i * stride];
    if (!(v >= claim.least)) claim.least = v; /* a NaN is kept, and fails */
    if (!(v <= claim.most)) claim.most = v;
  }
  return claim;
}

void dnp_book_claim_args(dnp_book_page *page, dnp_claim claim, const char *message, const denpa_arg *args) {
  if (page->claims == DNP_BOOK_CLAIMS) return; /* dnp_book_run reports it */
  dnp_claim *c = &page->claim[page->claims++];
  *c = claim;
  if (c->least == 0 && c->most == 0) c->least = c->most = (double)NAN;
  if (!page->promised && !c->always) c->rule = DNP_RULE_NONE;
  c->agrees = holds(c, c->ours) && (isnan(c->least) || (holds(c, c->least) && holds(c, c->most)));
  dnp_render(c->what, sizeof c->what, page->request->lang, message, args);
}

/* ---- figures ------------------------------------------------------------------------------------ */

denpa_status dnp_book_figure(dnp_book_page *page, size_t panels, int columns, denpa_error *err) {
  DNP_TRY(dnp_figure_create(&page->figure, page->experiment->id, page->request->figure_lang, panels, err));
  page->figure->columns = columns;
  dnp_figure_say(
      page->figure, page->figure->title, "{1}: {2}", dnp_s(page->experiment->id), dnp_t(page->experiment->title));
  return DENPA_OK;
}

denpa_status dnp_book_draw_accuracy(dnp_book_page *page, size_t panel, const dnp_book_training *t, double apart,
    const char *x_title, denpa_error *err) {
  dnp_panel *p = &page->figure->panel[panel];
  const double *const y[] = {t->train, t->test};
  for (int s = 0; s < 2 && y[s] != NULL; s++) {
    DNP_TRY(dnp_book_series(page, panel, s, s == 0 ? "train" : "test", t->points, err));
    for (size_t i = 0; i < t->points; i++) {
      p->series[s].x[i] = apart * (double)i;
      p->series[s].y[i] = y[s][i];
    }
    dnp_figure_say(
        page->figure, p->series[s].title, "{1}", dnp_t(s == 0 ? DNP_N("training data") : DNP_N("test data")));
  }
  p->best_is_one = true;
  dnp_figure_say(page->figure, p->x_title, "{1}", dnp_t(x_title));
  dnp_figure_say(page->figure, p->y_title, "share of right answers");
  return DENPA_OK;
}

denpa_status dnp_book_series(
    dnp_book_page *page, size_t panel, int series, const char *key, size_t count, denpa_error *err) {
  dnp_panel *p = &page->figure->panel[panel];
  dnp_series *s = &p->series[series];
  if (p->key == NULL) p->key = key;
  if (p->count <= series) p->count = series + 1;
  s->key = key;
  s->count = count;
  DNP_TRY(dnp_figure_take(page->figure, &s->x, count + (p->kind == DNP_PANEL_BARS), err));
  return dnp_figure_take(page->figure, &s->y, count, err);
}

denpa_status dnp_book_plane(dnp_book_page *page, size_t panel, const char *key, size_t rows, const double y[2],
    size_t columns, const double x[2], denpa_error *err) {
  dnp_panel *p = &page->figure->panel[panel];
  p->kind = DNP_PANEL_CELLS;
  p->key = key;
  p->rows = rows;
  p->columns = columns;
  DNP_TRY(dnp_figure_take(page->figure, &p->value, rows * columns, err));
  DNP_TRY(dnp_figure_take(page->figure, &p->row_at, rows, err));
  DNP_TRY(dnp_figure_take(page->figure, &p->column_at, columns, err));
  for (size_t r = 0; r < rows; r++) p->row_at[r] = y[0] + (y[1] - y[0]) * (double)r / (double)(rows - 1);
  for (size_t c = 0; c < columns; c++) p->column_at[c] = x[0] + (x[1] - x[0]) * (double)c / (double)(columns - 1);
  return DENPA_OK;
}

void dnp_book_colours(dnp_panel *panel) {
  panel->low = panel->high = panel->value[0];
  for (size_t i = 0; i < panel->rows * panel->columns; i++) {
    if (panel->value[i] < panel->low) panel->low = panel->value[i];
    if (panel->value[i] > panel->high) panel->high = panel->value[i];
  }
}

/* ---- slopes ------------------------------------------------------------------------------------- */

static denpa_status value_at(
    denpa_net *net, const char *name, double at, const char *loss, double *value, denpa_error *err) {
  DNP_TRY(denpa_net_set(net, name, &at, 1, err));
  DNP_TRY(denpa_net_forward(net, err));
  return denpa_net_value(net, loss, value, 1, err);
}

denpa_status dnp_book_slope(denpa_net *net, const char *name, const char *loss, double *slope, denpa_error *err) {
  double at, above, below;
  DNP_TRY(denpa_net_value(net, name, &at, 1, err));
  DNP_TRY(value_at(net, name, at + STEP, loss, &above, err));
  DNP_TRY(value_at(net, name, at - STEP, loss, &below, err));
  *slope = (above - below) / (2 * STEP);
  return denpa_net_set(net, name, &at, 1, err);
}

typedef struct mover { /* one parameter, moved */
  denpa_net *net;
  dnp_run forward;
  dnp_tensor *tensor;
  size_t index;
} mover;

static denpa_status loss_at(const mover *m, double value, double *loss, denpa_error *err) {
  dnp_outcome outcome;
  dnp_tensor_set(m->tensor, m->index, value);
  DNP_TRY(dnp_exec_run(m->net->exec, &m->forward, &outcome, err));
  *loss = outcome.loss;
  return DENPA_OK;
}

static denpa_status slope_of(const mover *m, double *slope, denpa_error *err) {
  const double saved = dnp_tensor_element(m->tensor, DNP_DATA, m->index);
  double above = 0, below = 0;
  denpa_status status = loss_at(m, saved + STEP, &above, err);
  if (status == DENPA_OK) status = loss_at(m, saved - STEP, &below, err);
  dnp_tensor_set(m->tensor, m->index, saved);
  *slope = (above - below) / (2 * STEP);
  return status;
}

denpa_status dnp_book_distance(
    denpa_net *net, const dnp_run *run, const char *name, size_t stride, double *mean, denpa_error *err) {
  dnp_tensor *t = dnp_exec_tensor(net->exec, name);
  double sum = 0, slope;
  size_t looked = 0;
  mover m = {.net = net, .forward = *run, .tensor = t};
  m.forward.backward = false;
  for (size_t i = 0; i < dnp_tensor_count(t); i += stride, looked++) {
    m.index = i;
    DNP_TRY(slope_of(&m, &slope, err));
    sum += fabs(slope - dnp_tensor_element(t, DNP_GRAD, i)); /* passes forward leave it alone */
  }
  *mean = sum / (double)looked;
  return DENPA_OK;
}

/* ---- networks and data -------------------------------------------------------------------------- */

denpa_status dnp_book_load(
    const dnp_book_page *page, denpa_net **out, const char *file, const char *net, denpa_error *err) {
  char path[4200];
  denpa_net_options options = denpa_net_options_default(); /* sigmoid, softmax */
  options.threads = page->request->threads;
  options.cpu = page->request->cpu;
  snprintf(path, sizeof path, "%s/%s", page->request->folder, file);
  return denpa_net_load(out, path, net, &options, err);
}

denpa_data dnp_book_part(const denpa_data *data, size_t train, size_t test) {
  denpa_data part = *data;
  const size_t most[] = {[DNP_TRAIN] = train, [DNP_TEST] = test};
  for (int s = 0; s < DNP_SPLITS; s++)
    if (part.split[s].rows > most[s]) part.split[s].rows = most[s];
  return part;
}

/* ---- training ----------------------------------------------------------------------------------- */

typedef struct watcher {
  dnp_book_training *training;
  const denpa_data *dataset;
  denpa_net *net;
  dnp_batches batches; /* the same draws as the training's own */
  denpa_status status;
  denpa_error *err;
  dnp_progress *progress; /* or NULL */
} watcher;

static denpa_status measure(watcher *w, size_t step) {
  dnp_book_training *t = w->training;
  if (t->every == 0 || (step - 1) % t->every != 0) return DENPA_OK;
  const denpa_data *on = t->measured != NULL ? t->measured : w->dataset;
  DNP_TRY(denpa_net_evaluate(w->net, on, DENPA_SPLIT_TRAIN, NULL, &t->train[t->points], w->err));
  if (t->test != NULL) DNP_TRY(denpa_net_evaluate(w->net, on, DENPA_SPLIT_TEST, NULL, &t->test[t->points], w->err));
  t->points++;
  return DENPA_OK;
}

static denpa_status note_loss(watcher *w, size_t step) {
  size_t count;
  dnp_outcome outcome;
  if (w->training->loss == NULL) return DENPA_OK;
  dnp_rows rows = dnp_rows_from(w->net, w->dataset, DNP_TRAIN);
  rows.index = dnp_batches_get(&w->batches, 0, step - 1, &count, &rows.known);
  const dnp_run run = {.rows = count, .feed = dnp_rows_feed, .feed_context = &rows, .answers = true};
  DNP_TRY(dnp_exec_run(w->net->exec, &run, &outcome, w->err));
  w->training->loss[step - 1] = outcome.loss;
  return DENPA_OK;
}

static void tell(const watcher *w, size_t step) {
  const size_t steps = w->training->steps;
  char text[160];
  if (w->progress == NULL) return;
  dnp_render(text, sizeof text, w->progress->lang, "update {1} of {2}",
      (const denpa_arg[]){dnp_u(step), dnp_u(steps), DNP_END});
  dnp_progress_tell(w->progress, (double)step / (double)steps, text);
}

static int progressed(void *context, size_t step, size_t steps, double loss) {
  (void)steps, (void)loss;
  tell(context, step);
  return 0;
}

static int after_update(void *context, const denpa_epoch *now, size_t *next) {
  watcher *w = context;
  const dnp_book_training *t = w->training;
  const size_t done = now->step;
  *next = done == 0 || t->loss != NULL || t->every == 0 ? done + 1 : done + t->every;
  if (done == 0) return 0;
  tell(w, done);
  w->status = note_loss(w, now->step);
  if (w->status == DENPA_OK) w->status = measure(w, now->step);
  return w->status != DENPA_OK;
}

static denpa_status learn(watcher *w, uint64_t seed, denpa_error *err) {
  const dnp_book_training *t = w->training;
  denpa_train_options how = denpa_train_options_default();
  how.optimizer = t->optimizer;
  how.compat = DENPA_COMPAT_BOOK;
  how.lr = t->lr;
  how.weight_decay = t->decay;
  how.batch = t->batch;
  how.epochs = how.steps = t->steps;
  how.sampling = DENPA_SAMPLING_REPLACEMENT;
  how.evaluate = DENPA_EVALUATE_NONE;
  how.seed = seed;
  how.on_update = after_update;
  how.on_progress = progressed;
  how.context = w;
  DNP_TRY(dnp_batches_open(&w->batches, denpa_data_rows(w->dataset, DENPA_SPLIT_TRAIN), t->batch,
      DENPA_SAMPLING_REPLACEMENT, seed, NULL, err));
  denpa_status status = denpa_train(w->net, w->dataset, &how, NULL, w->status == DENPA_OK ? err : NULL);
  dnp_batches_close(&w->batches);
  return w->status != DENPA_OK ? w->status : status;
}

denpa_status dnp_book_train(const dnp_book_page *page, uint64_t seed, dnp_book_training *training, denpa_error *err) {
  watcher w = {.training = training,
      .dataset = training->dataset != NULL ? training->dataset : page->request->dataset,
      .err = err,
      .progress = page->request->progress};
  denpa_net_options options = denpa_net_options_default();
  options.activation = training->activation;
  options.init = training->init;
  options.seed = seed;
  options.threads = page->request->threads;
  options.cpu = page->request->cpu;
  training->points = 0;
  DNP_TRY(denpa_net_create(&w.net, training->net, &options, err));
  denpa_status status = learn(&w, seed, err);
  if (status == DENPA_OK && training->whole != NULL)
    status = denpa_net_evaluate(w.net, page->request->dataset, DENPA_SPLIT_TEST, NULL, training->whole, err);
  denpa_net_free(w.net);
  return status;
}

size_t dnp_book_steps(const dnp_book_page *page, size_t steps) {
  return page->request->steps > 0 && page->request->steps < steps ? page->request->steps : steps;
}

double dnp_book_deviation(const double *value, size_t count) {
  double sum = 0, square = 0;
  for (size_t i = 0; i < count; i++) sum += value[i];
  for (size_t i = 0; i < count; i++) square += (value[i] - sum / (double)count) * (value[i] - sum / (double)count);
  return sqrt(square / (double)count);
}
