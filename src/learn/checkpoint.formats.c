/* checkpoint.formats.c: a training on disk: a model file that also holds what trainer.h says a training consists of, as
 * arrays and metadata named "trainer.". Called by programs through denpa.h, and by src/run.
 *
 * What is derived from options and data (schedule, class weights, settings, the order of an epoch that denpa's own
 * source drew) is not in it: it is made again, and compared where it could be another one. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "learn/model.h"
#include "learn/trainer.h"

#define FORMAT "1"
#define KEY(name) DNP_TRAINER_PREFIX name
enum { MT_WORDS = 624 };

/* ---- the numbers -------------------------------------------------------------------------------- */

typedef enum kind { SIZE, WHOLE, INT, FLAG, REAL } kind;

/* Every number of a trainer and of its state, once. A real number is told by the fewest digits that give it again. */
static const struct number {
  const char *key;
  kind kind;
  bool of_state; /* of dnp_trainer_state, else of denpa_trainer */
  size_t place;
} numbers[] = {
#define OF_TRAINER(key, kind, member) \
  { KEY(key), kind, false, offsetof(denpa_trainer, member) }
#define OF_STATE(key, kind, member) \
  { KEY(key), kind, true, offsetof(dnp_trainer_state, member) }
    OF_TRAINER("place", SIZE, place),
    OF_TRAINER("open", FLAG, open),
    OF_TRAINER("enough", FLAG, enough),
    OF_TRAINER("loss_sum", REAL, loss_sum),
    OF_TRAINER("steps_before", SIZE, steps_before),
    OF_TRAINER("epochs_before", REAL, epochs_before),
    OF_TRAINER("best_loss", REAL, best.loss),
    OF_TRAINER("best_steps", SIZE, best.steps),
    OF_TRAINER("best_epochs", REAL, best.epochs),
    OF_TRAINER("waited", SIZE, best.waited),
    OF_TRAINER("done_steps", SIZE, report.steps),
    OF_TRAINER("done_epochs", REAL, report.epochs),
    OF_TRAINER("seconds", REAL, report.seconds),
    OF_TRAINER("seconds_eval", REAL, report.seconds_eval),
    OF_TRAINER("train_loss", REAL, report.train_loss),
    OF_TRAINER("train_accuracy", REAL, report.train_accuracy),
    OF_TRAINER("test_loss", REAL, report.test_loss),
    OF_TRAINER("test_accuracy", REAL, report.test_accuracy),
    OF_TRAINER("validation_loss", REAL, report.validation_loss),
    OF_TRAINER("validation_accuracy", REAL, report.validation_accuracy),
    OF_STATE("steps", SIZE, steps),
    OF_STATE("epochs", REAL, epochs),
    OF_STATE("epochs_begun", SIZE, epochs_begun),
    OF_STATE("own_updates", FLAG, own_updates),
    OF_STATE("numpy_ready", FLAG, numpy_ready),
    OF_STATE("numpy_seed", WHOLE, numpy_seed),
    OF_STATE("numpy_position", INT, numpy.position),
    OF_STATE("numpy_has_normal", INT, numpy.has_normal),
    OF_STATE("numpy_normal", REAL, numpy.normal),
    OF_STATE("power1", REAL, optimizer.power1),
    OF_STATE("power2", REAL, optimizer.power2),
#undef OF_STATE
#undef OF_TRAINER
};
enum { NUMBERS = sizeof numbers / sizeof *numbers };

static denpa_status number_write(
    const struct number *n, const denpa_trainer *t, const dnp_trainer_state *state, dnp_pairs *to, denpa_error *err) {
  const void *from = (const unsigned char *)(n->of_state ? (const void *)state : t) + n->place;
  switch (n->kind) {
    case SIZE: return dnp_metadata_set_size(to, n->key, *(const size_t *)from, err);
    case WHOLE: return dnp_metadata_set_size(to, n->key, *(const uint64_t *)from, err);
    case INT: return dnp_metadata_set_size(to, n->key, (uint64_t) * (const int *)from, err);
    case FLAG: return dnp_metadata_set_size(to, n->key, *(const bool *)from, err);
    case REAL: return dnp_metadata_set_real(to, n->key, *(const double *)from, err);
  }
  return DENPA_OK;
}

static bool number_read(const struct number *n, const char *text, denpa_trainer *t, dnp_trainer_state *state) {
  void *to = (unsigned char *)(n->of_state ? (void *)state : t) + n->place;
  size_t size = 0;
  if (n->kind == REAL) return dnp_parse_real(text, to);
  if (n->kind == WHOLE) return dnp_parse_whole(text, to);
  if (!dnp_parse_size(text, &size)) return false;
  if (n->kind == SIZE) *(size_t *)to = size;
  if (n->kind == INT) *(int *)to = size <= MT_WORDS ? (int)size : -1;
  if (n->kind == FLAG) *(bool *)to = size == 1;
  return n->kind == INT ? size <= MT_WORDS : n->kind != FLAG || size <= 1;
}

/* ---- the arrays --------------------------------------------------------------------------------- */

/* What a trainer holds in arrays beside its network. `at` NULL: there is none now. */
typedef struct block {
  const char *name;
  denpa_dtype dtype;
  int axes;
  size_t shape[2];
  void *at;
} block;
enum { BLOCKS = 5 };

static void list_blocks(const denpa_trainer *t, const dnp_trainer_state *state, block out[BLOCKS]) {
  const denpa_dtype dtype = t->net->network->dtype;
  const dnp_optimizer_state *o = &state->optimizer;
  const bool drawn = t->open && t->batches.numpy != NULL && !t->batches.full &&
                     t->batches.sampling == DENPA_SAMPLING_SHUFFLE;
  const size_t blocks = o->settings.optimizer != NULL ? o->settings.optimizer->blocks : 0;
  const block all[BLOCKS] = {
      {KEY("optimizer"), dtype, 2, {blocks, o->block}, blocks > 0 ? o->state : NULL},
      {KEY("best"), dtype, 1, {t->best.count}, t->best.steps > 0 ? t->best.values : NULL},
      {KEY("last"), dtype, 1, {t->last.count}, t->open && t->last.steps > 0 ? t->last.values : NULL},
      {KEY("order"), DENPA_DTYPE_INT32, 1, {t->batches.rows}, drawn ? t->batches.order : NULL},
      {KEY("numpy"), DENPA_DTYPE_INT32, 1, {MT_WORDS},
          state->numpy_ready ? (void *)(uintptr_t)state->numpy.state : NULL},
  };
  memcpy(out, all, sizeof all);
}

/* ---- the sum over all of it --------------------------------------------------------------------- */

static int by_key(const void *a, const void *b) {
  return strcmp((*(const dnp_pair *const *)a)->key, (*(const dnp_pair *const *)b)->key);
}

static void add_text(dnp_sha256 *sha, const char *text) { dnp_sha256_add(sha, text, strlen(text) + 1); }

/* Over every text but itself, in the order of their keys, and every array of the trainer; the others are in the
 * model's. */
static denpa_status sum(const dnp_pairs *pairs, const dnp_array *arrays, size_t count, char out[65], denpa_error *err) {
  const dnp_pair **sorted;
  dnp_sha256 *sha;
  DNP_TRY(DNP_NEW(&sorted, pairs->count + 1, err)); /* NOLINT(bugprone-sizeof-expression): pointers are sorted */
  for (size_t i = 0; i < pairs->count; i++) sorted[i] = &pairs->item[i];
  qsort(sorted, pairs->count, sizeof *sorted, by_key); /* NOLINT(bugprone-sizeof-expression): likewise */
  denpa_status status = dnp_sha256_open(&sha, err);
  for (size_t i = 0; status == DENPA_OK && i < pairs->count; i++) {
    if (strcmp(sorted[i]->key, KEY("sha256")) == 0) continue;
    add_text(sha, sorted[i]->key);
    add_text(sha, sorted[i]->value);
  }
  for (size_t i = 0; status == DENPA_OK && i < count; i++) {
    if (!dnp_of_trainer(arrays[i].name)) continue;
    add_text(sha, arrays[i].name);
    dnp_sha256_add(sha, arrays[i].values, dnp_array_count(&arrays[i]) * dnp_dtype_size(arrays[i].dtype));
  }
  if (status == DENPA_OK) dnp_sha256_close(sha, out);
  dnp_free(sorted);
  return status;
}

/* ---- saving ------------------------------------------------------------------------------------- */

static denpa_status tell(denpa_trainer *t, dnp_pairs *out, denpa_error *err) {
  const dnp_pairs *model = &t->net->metadata;
  for (size_t i = 0; i < model->count; i++) DNP_TRY(dnp_pairs_add(out, model->item[i].key, model->item[i].value, err));
  DNP_TRY(dnp_metadata_set(out, KEY("format"), FORMAT, err));
  DNP_TRY(dnp_metadata_set_size(out, KEY("total"), t->total, err));
  for (size_t i = 0; i < NUMBERS; i++) DNP_TRY(number_write(&numbers[i], t, t->state, out, err));
  return DENPA_OK;
}

static size_t add_blocks(const denpa_trainer *t, dnp_array *arrays, size_t count) {
  block all[BLOCKS];
  list_blocks(t, t->state, all);
  for (int i = 0; i < BLOCKS; i++) {
    if (all[i].at == NULL) continue;
    dnp_array *array = &arrays[count++];
    *array = (dnp_array){.dtype = all[i].dtype, .axes = all[i].axes, .values = all[i].at};
    snprintf(array->name, sizeof array->name, "%s", all[i].name);
    memcpy(array->shape, all[i].shape, sizeof all[i].shape);
  }
  return count;
}

static denpa_status write_checkpoint(
    denpa_trainer *t, const char *path, const dnp_array *arrays, size_t count, denpa_error *err) {
  dnp_pairs pairs = {0};
  char sha[65];
  denpa_status status = tell(t, &pairs, err);
  if (status == DENPA_OK) status = sum(&pairs, arrays, count, sha, err);
  if (status == DENPA_OK) status = dnp_metadata_set(&pairs, KEY("sha256"), sha, err);
  if (status == DENPA_OK) status = dnp_safetensors_write(path, arrays, count, &pairs, err);
  dnp_pairs_free(&pairs);
  return status;
}

denpa_status denpa_trainer_save(denpa_trainer *trainer, const char *path, denpa_error *err) {
  dnp_array *arrays;
  size_t count;
  DNP_REQUIRE(trainer, err);
  DNP_REQUIRE(path, err);
  if (trainer->finished)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "this training is finished, so there is nothing that could go on; denpa_net_save keeps its network");
  DNP_TRY(dnp_model_note(trainer->net, err));
  DNP_TRY(dnp_model_arrays(trainer->net, BLOCKS, &arrays, &count, err));
  const denpa_status status = write_checkpoint(trainer, path, arrays, add_blocks(trainer, arrays, count), err);
  dnp_free(arrays);
  return status;
}

/* ---- loading ------------------------------------------------------------------------------------ */

typedef struct reading {
  const char *path;
  dnp_arrays arrays;
  dnp_pairs pairs;
} reading;

static const char *told(const reading *r, const char *key) { return dnp_pairs_find(&r->pairs, key); }

static denpa_status damaged(const reading *r, const char *what, denpa_error *err) {
  return dnp_fail(err, DENPA_ERROR_FORMAT,
      "{1}: the checkpoint is damaged or was changed: '{2}' is not what it must be", dnp_s(r->path), dnp_s(what));
}

static denpa_status check_whole(const reading *r, denpa_error *err) {
  char sha[65];
  const char *format = told(r, KEY("format")), *promised = told(r, KEY("sha256"));
  if (format == NULL)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: this is a model, not a checkpoint: it does not hold what a training needs to go on", dnp_s(r->path));
  if (strcmp(format, FORMAT) != 0)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "{1}: a checkpoint of version {2}; this denpa reads version {3}. Read it with the denpa that wrote it, or a "
        "newer one",
        dnp_s(r->path), dnp_s(format), dnp_s(FORMAT));
  DNP_TRY(sum(&r->pairs, r->arrays.item, r->arrays.count, sha, err));
  return promised != NULL && strcmp(promised, sha) == 0 ? DENPA_OK : damaged(r, KEY("sha256"), err);
}

static denpa_status differs(const reading *r, denpa_arg label, const char *there, const char *here, denpa_error *err) {
  static const char *const usual = DNP_N("as usual");
  return dnp_fail(err, DENPA_ERROR_ARGUMENT,
      "{1}: {2} was {3} when the checkpoint was written, and is {4} now; it has to be the same", dnp_s(r->path), label,
      there != NULL ? dnp_s(there) : dnp_t(usual), here != NULL ? dnp_s(here) : dnp_t(usual));
}

static bool alike(const char *a, const char *b) { return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0; }

/* The network, and how many rows it learns from. */
static denpa_status check_net(const reading *r, const denpa_trainer *t, denpa_error *err) {
  char rows[24];
  snprintf(rows, sizeof rows, "%zu", t->dataset->split[DNP_TRAIN].rows);
  if (!alike(told(r, "train_rows"), rows))
    return differs(r, dnp_t(DNP_N("the number of training samples")), told(r, "train_rows"), rows, err);
  const struct {
    const char *key, *label, *now;
  } of_net[] = {{"net", DNP_N("the network"), denpa_net_text(t->net)},
      {"activation", DNP_N("the activation"), denpa_net_activation(t->net)},
      {"loss", DNP_N("the loss function"), denpa_net_loss(t->net)},
      {"dtype", DNP_N("the number type"), dnp_dtype_name(t->net->network->dtype)}};
  for (size_t i = 0; i < sizeof of_net / sizeof *of_net; i++)
    if (!alike(told(r, of_net[i].key), of_net[i].now))
      return differs(r, dnp_t(of_net[i].label), told(r, of_net[i].key), of_net[i].now, err);
  return DENPA_OK;
}

/* Whether the training was to have another number of updates in all. */
static bool of_another_length(const reading *r, const denpa_trainer *t) {
  size_t total = 0;
  return told(r, KEY("total")) == NULL || !dnp_parse_size(told(r, KEY("total")), &total) || total != t->total;
}

/* What the rest of the training depends on and the checkpoint does not bring along. */
static denpa_status check_settings(const reading *r, const denpa_trainer *t, const dnp_pairs *mine, denpa_error *err) {
  const char *there, *here;
  const dnp_setting *s = dnp_settings_changed(&r->pairs, mine, of_another_length(r, t), &there, &here);
  return s != NULL ? differs(r, dnp_t(s->label), there, here, err) : check_net(r, t, err);
}

/* From which update on the training has had the settings that it has now; 0: from its beginning. */
static size_t continued_from(
    const reading *r, const denpa_trainer *t, const dnp_trainer_state *state, const dnp_pairs *mine) {
  const char *there, *here;
  const bool longer = of_another_length(r, t);
  if (longer && dnp_schedule_hangs_on_length(&t->options)) return state->steps;
  if (dnp_settings_changed(&r->pairs, mine, longer, &there, &here) != NULL) return state->steps;
  return dnp_continued(&r->pairs);
}

/* The numbers into copies of the trainer and its state. */
static denpa_status read_numbers(const reading *r, denpa_trainer *t, dnp_trainer_state *state, denpa_error *err) {
  for (size_t i = 0; i < NUMBERS; i++) {
    const char *text = told(r, numbers[i].key);
    if (text == NULL || !number_read(&numbers[i], text, t, state)) return damaged(r, numbers[i].key, err);
  }
  return DENPA_OK;
}

/* Whether they can be such a training's. */
static denpa_status check_numbers(
    const reading *r, const denpa_trainer *t, const dnp_trainer_state *state, denpa_error *err) {
  if (t->place > t->batches.per_epoch) return damaged(r, KEY("place"), err);
  if (t->open && state->epochs_begun == 0) return damaged(r, KEY("epochs_begun"), err);
  if (t->report.steps > state->steps) return damaged(r, KEY("done_steps"), err);
  if (t->best.steps > 0 && t->best.values == NULL) return damaged(r, KEY("best_steps"), err);
  /* the generator is there if the training draws from it */
  if (t->batches.numpy != NULL && !(state->numpy_ready && state->numpy_seed == t->options.seed))
    return damaged(r, KEY("numpy_seed"), err);
  return DENPA_OK;
}

static bool fits(const dnp_array *a, const block *b) {
  return a->dtype == b->dtype && a->axes == b->axes &&
         memcmp(a->shape, b->shape, (size_t)b->axes * sizeof *b->shape) == 0;
}

static bool is_order(const dnp_array *a, size_t rows) {
  const uint32_t *order = a->values;
  for (size_t i = 0; i < dnp_array_count(a); i++)
    if (order[i] >= rows) return false;
  return true;
}

static denpa_status check_blocks(const reading *r, const block all[BLOCKS], bool every, size_t rows, denpa_error *err) {
  for (int i = 0; i < BLOCKS; i++) {
    const dnp_array *a = dnp_arrays_find(&r->arrays, all[i].name);
    if (all[i].at == NULL && !every) continue;
    if ((a != NULL) != (all[i].at != NULL) || (a != NULL && !fits(a, &all[i]))) return damaged(r, all[i].name, err);
    if (a != NULL && strcmp(all[i].name, KEY("order")) == 0 && !is_order(a, rows)) return damaged(r, a->name, err);
  }
  return DENPA_OK;
}

/* What is taken into a trainer, and what stays out of it. */
typedef struct taking {
  denpa_trainer now;
  dnp_trainer_state state;
  dnp_trainer_left left;
  bool lax;
  bool own_optimizer; /* the trainer's, which is another one or in another form */
  bool own_numpy;     /* the trainer's generator, which another seed began */
} taking;

/* The arrays that have a place in the trainer. */
static void list_taken(const taking *k, const denpa_trainer *t, const dnp_trainer_state *state, block all[BLOCKS]) {
  list_blocks(t, state, all);
  for (int i = 0; i < BLOCKS; i++)
    if ((k->own_optimizer && strcmp(all[i].name, KEY("optimizer")) == 0) ||
        (k->own_numpy && strcmp(all[i].name, KEY("numpy")) == 0))
      all[i].at = NULL;
}

static denpa_status put(const reading *r, denpa_trainer *t, taking *k, const denpa_net *saved, denpa_error *err) {
  block all[BLOCKS];
  DNP_TRY(check_numbers(r, &k->now, &k->state, err));
  list_taken(k, &k->now, &k->state, all);
  DNP_TRY(check_blocks(r, all, !k->lax, k->now.batches.rows, err));
  /* from here on nothing fails */
  dnp_network_copy_values(t->net->network, saved->network);
  *t = k->now;
  *t->state = k->state;
  /* what was the end when it was measured is none any more */
  if (t->options.evaluate == DENPA_EVALUATE_END && !dnp_trainer_over(t))
    t->report.train_loss = t->report.train_accuracy = t->report.test_loss = t->report.test_accuracy = (double)NAN;
  if (t->open && t->batches.numpy == NULL) dnp_batches_begin(&t->batches, k->state.epochs_begun - 1);
  list_taken(k, t, t->state, all);
  for (int i = 0; i < BLOCKS; i++) {
    const dnp_array *a = all[i].at != NULL ? dnp_arrays_find(&r->arrays, all[i].name) : NULL;
    if (a != NULL) memcpy(all[i].at, a->values, dnp_array_count(a) * dnp_dtype_size(a->dtype));
  }
  if (!t->open && t->report.steps > 0) dnp_trainer_keep_last(t);
  return DENPA_OK;
}

/* Where an epoch is open, the network at the end of the one before it comes along, to fall back on, but in a
 * checkpoint of before that was kept. Else this network is that one. */
static void find_last(const reading *r, denpa_trainer *now) {
  const bool brought = now->open && now->last.values != NULL && now->place < now->report.steps &&
                       dnp_arrays_find(&r->arrays, KEY("last")) != NULL;
  now->last.steps = brought ? now->report.steps - now->place : 0;
  now->last.epochs = (double)now->last.steps / (double)now->batches.per_epoch;
}

/* ---- with other settings ------------------------------------------------------------------------ */

static bool as_before(const reading *r, const dnp_pairs *mine, const char *const *keys, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!alike(told(r, keys[i]), dnp_pairs_find(mine, keys[i]))) return false;
  return true;
}

static void leave_order(const denpa_trainer *t, taking *k) {
  denpa_trainer *now = &k->now;
  now->place = 0;
  now->open = false;
  now->loss_sum = 0;
  k->own_numpy = now->batches.numpy != NULL && (!k->state.numpy_ready || k->state.numpy_seed != t->state->numpy_seed);
  if (k->own_numpy) {
    k->state.numpy_ready = t->state->numpy_ready;
    k->state.numpy_seed = t->state->numpy_seed;
    k->state.numpy = t->state->numpy;
  }
  /* the epochs of the network's life stay as many; those of the training are counted in this one's updates */
  const double epochs = (double)now->report.steps / (double)now->batches.per_epoch, less = epochs - now->report.epochs;
  now->report.epochs = epochs;
  now->epochs_before -= less;
  now->best.epochs += less;
}

/* Takes out again what the settings have no place for. */
static void leave(const reading *r, const denpa_trainer *t, const dnp_pairs *mine, taking *k) {
  static const char *const order[] = {"batch", "sampling", "order_seed", "order_rng"}, *const optimizer[] = {
                                                                                           "optimizer", "compat"};
  const bool same_order = as_before(r, mine, order, sizeof order / sizeof *order);
  k->own_optimizer = !as_before(r, mine, optimizer, sizeof optimizer / sizeof *optimizer);
  k->left.order = k->now.open && !same_order;
  if (!same_order) leave_order(t, k);
  if (k->own_optimizer) {
    k->state.optimizer.power1 = t->state->optimizer.power1;
    k->state.optimizer.power2 = t->state->optimizer.power2;
    k->left.optimizer = dnp_arrays_find(&r->arrays, KEY("optimizer")) != NULL;
  }
  if (k->now.best.steps > 0 && k->now.best.values == NULL) {
    const dnp_best none = t->best;
    k->now.best = none;
    k->left.best = true;
  }
  k->now.enough = false;
}

static denpa_status load(denpa_trainer *t, reading *r, dnp_trainer_left *left, denpa_error *err) {
  denpa_net *saved = NULL;
  dnp_pairs mine = {0};
  taking k = {.now = *t, .state = *t->state, .lax = left != NULL};
  const denpa_net_options options = {.size = sizeof options, .threads = 1};
  DNP_TRY(dnp_safetensors_read(r->path, &r->arrays, &r->pairs, err));
  DNP_TRY(check_whole(r, err));
  denpa_status status = dnp_trainer_record(t, &mine, err);
  if (status == DENPA_OK) status = left != NULL ? check_net(r, t, err) : check_settings(r, t, &mine, err);
  if (status == DENPA_OK) status = read_numbers(r, &k.now, &k.state, err);
  if (status == DENPA_OK) k.now.continued = continued_from(r, t, &k.state, &mine);
  if (status == DENPA_OK && left != NULL) leave(r, t, &mine, &k);
  if (status == DENPA_OK) find_last(r, &k.now);
  dnp_pairs_free(&mine);
  if (status == DENPA_OK) status = denpa_net_load(&saved, r->path, NULL, &options, err);
  if (status == DENPA_OK) status = put(r, t, &k, saved, err);
  denpa_net_free(saved);
  if (status == DENPA_OK && left != NULL) *left = k.left;
  return status;
}

static denpa_status load_new(denpa_trainer *t, const char *path, dnp_trainer_left *left, denpa_error *err) {
  if (t->report.steps > 0 || t->finished)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "a checkpoint is loaded into a new trainer, before its first update");
  reading r = {.path = path};
  const denpa_status status = load(t, &r, left, err);
  dnp_arrays_free(&r.arrays);
  dnp_pairs_free(&r.pairs);
  return status;
}

denpa_status denpa_trainer_load(denpa_trainer *trainer, const char *path, denpa_error *err) {
  DNP_REQUIRE(trainer, err);
  DNP_REQUIRE(path, err);
  return load_new(trainer, path, NULL, err);
}

denpa_status dnp_trainer_take(denpa_trainer *trainer, const char *path, dnp_trainer_left *left, denpa_error *err) {
  return load_new(trainer, path, left, err);
}
