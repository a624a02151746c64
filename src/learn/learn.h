/* learn.h: what the files of this room share: a handle that programs hold, metadata, the feeding of rows, measuring.
 * Also used by the rooms above. */
#ifndef DNP_LEARN_LEARN_H
#define DNP_LEARN_LEARN_H

#include <stdatomic.h>

#include "base/random.h"
#include "data/data.h"
#include "file/files.h"
#include "exec/exec.h"
#include "learn/settings.h"

/* ---- optimizers --------------------------------------------------------------------------------- */

typedef struct dnp_optimizer_settings dnp_optimizer_settings;
typedef struct dnp_predictors dnp_predictors; /* predict.c */

/* What an optimizer's first update does to a weight, all of it in the catalogue. Its own number is `own` of the row. */
typedef struct dnp_update_words {
  const char *why;  /* {1} the learning rate, {2} its own number */
  const char *rule; /* {1} the parameter, {2} the learning rate, {3} epsilon, {4} its own number */
  /* the gradient is positive, negative: {1}[{2}] the entry, {3} before, {4} learning rate, {5} gradient, {6} after, {7}
   * epsilon, {8} size of the gradient, {9} its own number */
  const char *numbers[2];
  const char *promise; /* {1} the change of the loss that the gradient promised, {2} what became of it */
} dnp_update_words;

/* One row of the table. Where there are two numbers, the second is the book's. */
typedef struct dnp_optimizer {
  const char *name;
  double lr[2];  /* the learning rate unless another is asked for; 0: the book has no such optimizer */
  size_t blocks; /* of state: each has a number for each of the parameter block */
  bool uses_momentum, uses_beta1;
  double beta2;       /* how much of the mean of squares stays; 0: it keeps none */
  double epsilon[2];  /* added to the root of it; 0: none */
  double decay;       /* weight decay */
  bool decoupled;     /* the decay is the update's own; else it is added to the gradient */
  dnp_update *update; /* its context is a dnp_optimizer_state */
  /* how far down the first update takes a weight w with the gradient g */
  double (*first)(const dnp_optimizer_settings *settings, double g, double w);
  bool plain;                                 /* every step is the gradient times the learning rate, and no more */
  const dnp_update_words *words, *bias_words; /* bias_words: of parameters that do not decay; NULL: the same */
  double (*own)(const dnp_optimizer_settings *settings); /* the number that the words call its own; NULL: none */
  /* update(name, gradient, rate) for src/interop/export_numpy.py, whole lines; NULL: no script can be written */
  const char *numpy;
  const char *numpy_note; /* a comment above it, in the catalogue; NULL: none */
} dnp_optimizer;
denpa_status dnp_optimizer_find(const char *name, const dnp_optimizer **out, denpa_error *err);
const dnp_optimizer *dnp_optimizer_at(size_t i); /* NULL behind the last */
dnp_words dnp_optimizer_word;                    /* their names */

/* How a training goes down: the optimizer, and all the settings with its own numbers in them, but without texts and
 * callbacks. */
struct dnp_optimizer_settings {
  const dnp_optimizer *optimizer;
  bool book; /* in the book's form */
  denpa_train_options set;
};
/* Fails if a setting is out of its range. */
denpa_status dnp_optimizer_settings_from(
    const denpa_train_options *options, dnp_optimizer_settings *out, denpa_error *err);
/* That of the network's last training, as its metadata tells; the defaults where it tells nothing. */
denpa_status dnp_optimizer_settings_recorded(const denpa_net *net, dnp_optimizer_settings *out, denpa_error *err);

/* An optimizer at work on one network: what it remembers from one update to the next. */
typedef struct dnp_optimizer_state {
  dnp_optimizer_settings settings; /* how.optimizer NULL: none yet */
  const dnp_network *network;
  double rate;           /* learning rate of the update that is being made */
  double power1, power2; /* beta1^t and beta2^t for update t, as running products; Adam's */
  double factor;         /* of all gradients of this update: below 1 if they are clipped */
  void *state;           /* optimizer->blocks blocks one after the other, in the network's dtype; zeros at first */
  size_t block;          /* numbers of one */
} dnp_optimizer_state;

denpa_status dnp_optimizer_state_open(dnp_optimizer_state *optimizer, const dnp_network *network,
    const dnp_optimizer_settings *settings, denpa_error *err);
void dnp_optimizer_state_close(dnp_optimizer_state *optimizer);
/* Before each update: its learning rate. */
void dnp_optimizer_state_next(dnp_optimizer_state *optimizer, double rate);
/* What a run is given as its update, and as `gradients_ready` (NULL: nothing has to be known of all gradients before):
 * the optimizer's, with clipping and weight decay in front if there are any. Both take the optimizer's state as their
 * context. */
dnp_update *dnp_optimizer_state_update(const dnp_optimizer_state *optimizer);
dnp_gradients_ready *dnp_optimizer_state_gradients_ready(const dnp_optimizer_state *optimizer);
dnp_gradients_ready dnp_optimizer_state_clip;
/* Whether the parameter that has number `begin` of the block decays: weights do (tensors of two axes or more), biases
 * and the like do not. */
bool dnp_optimizer_state_decays(const dnp_optimizer_state *optimizer, size_t begin);

/* ---- schedules ---------------------------------------------------------------------------------- */

typedef struct dnp_schedule {
  denpa_schedule kind;
  double lr;
  size_t total, warmup; /* updates; the warm-up may be the longer one */
  double decay, every;  /* of step and exponential: the factor, and the updates after which it is reached; */
  double every_epochs;  /* the same in epochs, as asked for (0: a third of the training) */
} dnp_schedule;

/* "constant", "linear", "one-cycle" ..., in the order of denpa_schedule; NULL behind the last. */
dnp_words dnp_schedule_word;
/* What it does, for people: {1} the learning rate, {2} the factor of a fall; NULL: nothing. In the catalogue. */
const char *dnp_schedule_sentence(denpa_schedule schedule);
/* Whether it goes down by lr_decay every lr_decay_every. */
bool dnp_schedule_falls(denpa_schedule schedule);
/* Whether the rate of an update is another one in a training of another length. */
bool dnp_schedule_hangs_on_length(const denpa_train_options *options);
/* That of a training of `total` updates. */
denpa_status dnp_schedule_settle(
    const denpa_train_options *options, double lr, size_t total, size_t per_epoch, dnp_schedule *out, denpa_error *err);
/* The learning rate of the next update when `done` (below total) are done. */
double dnp_schedule_rate(const dnp_schedule *schedule, size_t done);

/* ---- texts -------------------------------------------------------------------------------------- */

/* The text of a network, or what is in the file that "@FILE" names; for dnp_free, also on failure. */
denpa_status dnp_net_text_read(char **out, const char *net, denpa_error *err);

/* ---- metadata: what the model file tells --------------------------------------------------------- */

/* Sets or replaces one text. */
denpa_status dnp_metadata_set(dnp_pairs *metadata, const char *key, const char *value, denpa_error *err);
denpa_status dnp_metadata_set_size(dnp_pairs *metadata, const char *key, uint64_t value, denpa_error *err);
/* fewest digits that give the same number */
denpa_status dnp_metadata_set_real(dnp_pairs *metadata, const char *key, double value, denpa_error *err);
/* Keys of networks that no single training from first weights has made: the update from which on the settings that are
 * told hold; the sum of the weights that it began with, and the rule for those that it did not get from there. */
#define DNP_CONTINUED "continued_from"
#define DNP_BEGAN_WITH "began_with"
#define DNP_BEGAN_INIT "began_init"
size_t dnp_continued(const dnp_pairs *metadata); /* the first of them; 0: they hold from the beginning */
/* Into the order of the model file: equal trainings are equal files, also across versions. */
void dnp_metadata_sort(dnp_pairs *metadata);
denpa_status dnp_metadata_drop(dnp_pairs *metadata, const char *key); /* forgets it, if it is there; DENPA_OK */
/* The settings of a training, with the optimizer's own numbers in them and the warm-up in updates; and those that were
 * recorded, the defaults where there is none. Texts live as long as the network. */
denpa_status dnp_settings_record(const denpa_train_options *options, dnp_pairs *metadata, denpa_error *err);
/* The first setting that `now` records otherwise than `before`, and what both say; NULL: none. longer: of a training of
 * another length, in which a warm-up that was a share is another number of updates. */
const struct dnp_setting *dnp_settings_changed(
    const dnp_pairs *before, const dnp_pairs *now, bool longer, const char **there, const char **here);
denpa_status dnp_settings_recorded(const denpa_net *net, denpa_train_options *out, denpa_error *err);
/* "classes": their names, one a line; "" if the data has none, or none for a line each, and the network had some. */
denpa_status dnp_metadata_set_classes(dnp_pairs *metadata, const denpa_data *data, denpa_error *err);

/* ---- trainer state: what one training leaves for the next one of the same network ------------------ */

typedef struct dnp_trainer_state {
  bool numpy_ready; /* `numpy` stands where the last draw under numpy_seed left it */
  uint64_t numpy_seed;
  dnp_numpy numpy;
  size_t steps;                  /* updates done since the network's creation */
  size_t epochs_begun;           /* numbers the streams of the orders */
  double epochs;                 /* passes over training rows */
  bool own_updates;              /* some of the updates were those of a loop of one's own */
  dnp_optimizer_state optimizer; /* of the last training, so that another one with it goes on */
} dnp_trainer_state;

/* NumPy's generator for `seed`: where the network's own draws left it if they had the same seed, else seeded anew. */
denpa_status dnp_trainer_state_numpy(dnp_trainer_state *state, uint64_t seed, dnp_numpy **out, denpa_error *err);
/* Gives the state an optimizer with these settings: the one that is there if it is of that kind and form, else a fresh
 * one. */
denpa_status dnp_trainer_state_optimizer(
    dnp_trainer_state *state, const dnp_network *network, const dnp_optimizer_settings *settings, denpa_error *err);

/* ---- the handle that programs hold ----------------------------------------------------------------- */

/* The last backward pass of a loop of one's own, until something else runs (own_loop.c). */
typedef struct dnp_pass {
  bool gradients; /* they are there, and no update has used them */
  bool training;
  size_t rows;
  uint64_t step;
} dnp_pass;

/* A network, an executor for the calls that train it or look at it (one caller at a time), others that predict (any
 * number of callers), and what trainings leave behind. */
struct denpa_net {
  dnp_network *network;
  dnp_exec *exec;
  dnp_predictors *predictors;
  dnp_trainer_state state;
  denpa_trainer *trainer; /* whose training is under way; NULL: none */
  dnp_pass pass;
  dnp_pairs metadata;
  int threads;     /* as asked for: 0 chooses, anew for each plan */
  const char *cpu; /* as asked for; static */
  size_t rows;     /* that it is planned for at first: DNP_FIRST_ROWS, or fewer where a sample takes much memory */
};

/* class_name.c: what a class is called, by the data or else the network (either may be NULL): its name, or its number.
 * Named: whether it has a name. */
#define DNP_CLASS_NAME 256
const char *dnp_class_name(const denpa_net *net, const denpa_data *data, size_t number, char out[DNP_CLASS_NAME]);
bool dnp_class_named(const denpa_net *net, const denpa_data *data, size_t number);

/* The executors of denpa_net_predict; predict.c. */
denpa_status dnp_predictors_create(dnp_predictors **out, const denpa_net *net, denpa_error *err);
void dnp_predictors_free(dnp_predictors *predictors);

/* The seed that the network was last trained with, and 1 before. */
uint64_t dnp_net_order_seed(const denpa_net *net);
/* A network with all parameters zero and no metadata, planned for batches of `rows`; training plans it anew when it
 * asks for more. */
#define DNP_FIRST_ROWS 256
denpa_status dnp_net_make(
    denpa_net **out, const denpa_graph *graph, const denpa_net_options *options, size_t rows, denpa_error *err);
/* The same network in another number type, planned for batches of `rows`; without metadata. */
denpa_status dnp_net_twin(denpa_net **out, const denpa_net *net, denpa_dtype dtype, size_t rows, denpa_error *err);
/* The network as it was before its first update, drawn again from what its metadata tells. */
denpa_status dnp_net_begin(denpa_net **out, const denpa_net *net, denpa_error *err);
/* Gives the network another executor, with the number of threads and the unit that it was made with where `plan` leaves
 * them open (0, NULL). On failure it keeps the one it had. */
denpa_status dnp_net_replan(denpa_net *net, const dnp_plan_options *plan, denpa_error *err);
/* Plans the network for batches of so many rows, unless its plan can take them. */
denpa_status dnp_net_fit_batch(denpa_net *net, size_t batch, bool whole_batch, denpa_error *err);

/* ---- pictures changed at random ------------------------------------------------------------------ */

typedef struct dnp_augment {
  uint64_t seed;
  size_t planes, height, width;
  double shift, rotate, scale; /* at most so many pixels, degrees, share of the size */
  /* of the elastic field, in pixels: its deviation, and that of the Gaussian it is as smooth as */
  double strength, smoothness;
  dnp_elastic elastic;
  size_t nodes; /* of the grid, for one direction */
  float unit;   /* half a step of 65536 between the largest displacements of a node, in 1/65536 pixel */
  void *memory; /* what elastic points to; NULL: no elastic field */
} dnp_augment;

/* text: "shift:2,rotate:10,scale:0.1,elastic:1.4:4". Errors name the place in it. */
denpa_status dnp_augment_open(
    dnp_augment *augment, const char *text, const denpa_data *data, uint64_t seed, denpa_error *err);
void dnp_augment_close(dnp_augment *augment);
dnp_words dnp_augment_word; /* "shift" ..., each of which takes a number */
/* x[planes, height, width] := the row's pixels as update `update` of the network's life (from 0) sees them. */
void dnp_augment_row(
    const dnp_augment *augment, const dnp_kernels *kernels, uint64_t update, size_t row, const uint8_t *pixel, void *x);

/* ---- options that programs give -------------------------------------------------------------------- */

/* A whole struct of what was given (NULL: nothing), with defaults for the rest. Texts stay the caller's. */
denpa_status dnp_net_options_take(denpa_net_options *out, const denpa_net_options *given, denpa_error *err);
denpa_status dnp_train_options_take(denpa_train_options *out, const denpa_train_options *given, denpa_error *err);

/* ---- rows into a network ------------------------------------------------------------------------ */

typedef struct dnp_rows { /* the context of the four functions below */
  const dnp_split *split;
  const dnp_kernels *kernels;
  const uint32_t *index; /* row i of the batch is row index[i] of the split; NULL: row i */
  size_t known;          /* numbers in index: those behind the batch belong to the next one */
  size_t features, outputs;
  /* NULL: rows as they are. Otherwise there is no feeding by columns: it would do the work twice */
  const dnp_augment *augment;
  uint64_t update; /* for augment */
  bool labels;     /* the network takes labels; else numbers, one-hot where the data has labels */
  /* 0, or 1 more than the place in the batch of the first row that the program's function could not give or that is not
   * finite (dnp_reader); the run then stops */
  atomic_size_t failed;
  atomic_bool telling; /* a thread writes what follows */
  size_t failed_row;   /* which row of the split that is */
  size_t unfit;        /* of that row: 0, or 1 more than the column that is not finite, ... */
  double unfit_value;  /* ... and what stands there */
} dnp_rows;

/* Fails unless the network can take the data's rows, naming both shapes; `answers`: and learn from its labels or
 * targets. */
denpa_status dnp_rows_check(const denpa_net *net, const denpa_data *data, bool answers, denpa_error *err);
/* Whether a single output answers for two classes: 0 or 1, and above 0.5 it is the second. (Not under a softmax, whose
 * single output is always 1.) */
bool dnp_one_for_two(const denpa_net *net, const denpa_data *data);
dnp_rows dnp_rows_from(const denpa_net *net, const denpa_data *data, int split);
dnp_feed dnp_rows_feed;
bool dnp_rows_failed(void *context);
/* How the run ended that was fed from these rows: its status, unless a row of the data set `name` could not be had. */
denpa_status dnp_rows_status(const dnp_rows *rows, const char *name, denpa_status run, denpa_error *err);
dnp_feed_columns dnp_rows_feed_columns;
dnp_ahead dnp_rows_ahead;

/* Rows in the caller's arrays; the context of dnp_own_rows_feed. own_rows.c */
typedef struct dnp_own_rows {
  const dnp_kernels *kernels;
  denpa_dtype dtype; /* of x */
  const unsigned char *x;
  size_t features, outputs;
  const int32_t *label; /* at most one of these two */
  const double *target;
  bool labels;       /* the network takes labels; else numbers, one-hot where labels are given */
  atomic_bool unfit; /* a number is not finite in the network's dtype; the run then stops */
} dnp_own_rows;
denpa_status dnp_own_rows_dtype_check(denpa_dtype dtype, denpa_error *err);
dnp_feed dnp_own_rows_feed;
bool dnp_own_rows_failed(void *context);
/* How the run of `rows` rows ended: its status, or where the first number stands that is not finite in `dtype`. */
denpa_status dnp_own_rows_status(
    const dnp_own_rows *from, size_t rows, denpa_dtype dtype, denpa_status run, denpa_error *err);

/* ---- measuring ---------------------------------------------------------------------------------- */

typedef struct dnp_score {
  double loss, accuracy; /* NaN where there is none */
} dnp_score;

/* Whether dnp_evaluate needs room for the predicted labels: labels, but a network that takes numbers. */
bool dnp_evaluate_needs_labels(const denpa_net *net, const denpa_data *data);
/* Mean loss and accuracy of one full pass over a split. predicted: [rows] if needed, else NULL. Allocates nothing. A
 * split without rows scores NaN. */
denpa_status dnp_evaluate(
    denpa_net *net, const denpa_data *data, int split, int32_t *predicted, dnp_score *out, denpa_error *err);

/* ---- class weights ------------------------------------------------------------------------------ */

/* What a row of each class counts: *out [outputs of the network] is freed by dnp_free; NULL if the text is. "balanced",
 * or a number for each class. */
denpa_status dnp_class_weights(
    double **out, const char *text, const denpa_net *net, const denpa_data *data, denpa_error *err);

/* ---- the best weights --------------------------------------------------------------------------- */

/* Of the epochs of one training, the one with the lowest validation loss. */
typedef struct dnp_best {
  size_t patience;      /* 0: nothing is kept */
  void *values;         /* what a model file keeps, one tensor after the other, in the network's dtype; */
  size_t count;         /* numbers of it */
  double loss;          /* the lowest so far */
  size_t steps, waited; /* of the training when it was so; epochs since */
  double epochs;
} dnp_best;
denpa_status dnp_best_open(dnp_best *best, const denpa_net *net, size_t patience, denpa_error *err);
void dnp_best_close(dnp_best *best);
/* Keeps the network as it is. */
void dnp_best_take(dnp_best *best, const denpa_net *net, double loss, size_t steps, double epochs);
/* After an epoch. Returns true if patience has come to an end. */
bool dnp_best_note(dnp_best *best, const denpa_net *net, double loss, size_t steps, double epochs);
/* Gives the network its best weights, and the optimizer a fresh memory; true if they are others than those it has. */
bool dnp_best_restore(const dnp_best *best, denpa_net *net, size_t steps);

/* ---- batches ------------------------------------------------------------------------------------ */

typedef struct dnp_batches {
  size_t rows, batch; /* of the data; of a full batch */
  size_t per_epoch;   /* ceil(rows / batch) */
  bool full;          /* one batch with all rows, in natural order; draws nothing */
  denpa_sampling sampling;
  uint64_t seed;
  dnp_numpy *numpy; /* NULL: denpa's own source */
  uint32_t *order;  /* [rows]: the order of the epoch; replacement: [batch]; NULL if full */
} dnp_batches;

/* batch 0: full. */
denpa_status dnp_batches_open(dnp_batches *batches, size_t rows, size_t batch, denpa_sampling sampling, uint64_t seed,
    dnp_numpy *numpy, denpa_error *err);
void dnp_batches_close(dnp_batches *batches);
/* Begins epoch `epoch` (from 0, over the network's life): draws its order where there is one. */
void dnp_batches_begin(dnp_batches *batches, size_t epoch);
/* Batch k (0 .. per_epoch-1) of the epoch, which is update `update` of the network's life: its rows, NULL meaning 0, 1,
 * 2 ..., and how many; *known, at least as many, is how many may be read there, those of the next batches behind
 * them. */
const uint32_t *dnp_batches_get(dnp_batches *batches, size_t k, size_t update, size_t *count, size_t *known);

#endif
