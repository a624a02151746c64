/* trainer.h: a training between two of its updates. Everything that the next update depends on is in this struct, in
 * the network (parameters, running statistics) and in the network's dnp_trainer_state, and nowhere else, so saving a
 * training means saving these. Used by train.c (denpa_train, the loop over a trainer) and by what saves trainings. */
#ifndef DNP_LEARN_TRAINER_H
#define DNP_LEARN_TRAINER_H

#include "learn/learn.h"

struct denpa_trainer {
  denpa_net *net;
  const denpa_data *dataset;   /* the caller's, or `parted` */
  denpa_data *parted;          /* with rows kept back for validation, if that was asked for here */
  denpa_train_options options; /* the texts are this struct's own: */
  char *text[3];
  dnp_optimizer_settings settings;
  dnp_schedule schedule; /* its position is report.steps */
  double *class_weight;  /* NULL: all count alike */
  dnp_best best;         /* weights of the best epoch so far */
  dnp_best last;         /* without patience: those of the last epoch, for a training that diverges */
  size_t broke_off;      /* the update at which it did; 0: it did not */
  /* optimizer, NumPy's generator, updates and epochs of the network's life; denpa's own generator has no state: its
   * draws are numbered by these */
  dnp_trainer_state *state;
  dnp_batches batches; /* the order of the open epoch */
  size_t place;        /* batches of it that are done */
  bool open;           /* an epoch has begun and is not closed yet: measured, or gone past */
  bool enough;         /* patience has come to an end */
  bool finished;
  double loss_sum; /* of the open epoch's updates */
  dnp_augment augment;
  int32_t *predicted; /* for measuring, if needed */
  size_t total;       /* updates to do */
  size_t steps_before;
  size_t continued; /* the update from which on its settings hold, where others came before; 0: there were none */
  double epochs_before;
  denpa_report report;
};

denpa_report dnp_report_none(void); /* nothing done, nothing measured */

/* One update; begins an epoch where none is open. dnp_trainer_over has to be false. Allocates nothing. */
denpa_status dnp_trainer_step(denpa_trainer *trainer, double *loss, denpa_error *err);
/* Where the open epoch has no more updates, its end: for those who make a training again, update by update. */
denpa_status dnp_trainer_end_epoch(denpa_trainer *trainer, denpa_error *err);
/* Its settings, as a model file tells them. */
denpa_status dnp_trainer_record(const denpa_trainer *trainer, dnp_pairs *to, denpa_error *err);
/* Another length, from the next update on: as if the trainer had been created with it and had come this far. */
denpa_status dnp_trainer_limit(denpa_trainer *trainer, size_t epochs, size_t steps, denpa_error *err);
/* All updates are done, or patience has come to an end. */
bool dnp_trainer_over(const denpa_trainer *trainer);
/* The open epoch has no more updates. */
bool dnp_trainer_epoch_over(const denpa_trainer *trainer);
/* The limit of updates ends the training inside an epoch; a longer training goes on in that. */
bool dnp_trainer_cut_short(const denpa_trainer *trainer);
/* The update up to which lines of the log are this training's past. */
size_t dnp_trainer_told(const denpa_trainer *trainer);
/* Measures, as the options ask for it, and closes the epoch. Allocates nothing. */
denpa_status dnp_trainer_close_epoch(denpa_trainer *trainer, denpa_error *err);
/* Keeps the network as the one to fall back on: all of its numbers were finite where it was looked at. */
void dnp_trainer_keep_last(denpa_trainer *trainer);
/* What a network without an update to come is measured for. */
denpa_status dnp_trainer_measure_all(denpa_trainer *trainer, denpa_error *err);
/* A line of the log; `measured`: with the scores of the report. */
denpa_epoch dnp_trainer_line(const denpa_trainer *trainer, bool measured);
/* With patience: back to the best weights; and then the network's metadata. `status` is how the loop ended. */
denpa_status dnp_trainer_end(denpa_trainer *trainer, denpa_status status, denpa_error *err);

/* checkpoint.formats.c: what of a checkpoint has no place in a training with other settings, and begins anew. */
typedef struct dnp_trainer_left {
  bool order;     /* of the rows: a new epoch begins */
  bool optimizer; /* what it remembers */
  bool best;      /* weights and loss of early stopping */
} dnp_trainer_left;
/* Goes on from the checkpoint at `path` with the trainer's own settings, which may be others than those that it was
 * written with: the network has to be the same and the data to have as many rows, and all that has a place is taken.
 * The trainer is new; on failure it stays as it is. */
denpa_status dnp_trainer_take(denpa_trainer *trainer, const char *path, dnp_trainer_left *left, denpa_error *err);

/* trainer_notes.c: what a model file will tell about the training. */
denpa_status dnp_trainer_note(const denpa_trainer *trainer, denpa_error *err);

#endif
