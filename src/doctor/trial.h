/* trial.h: a remedy is tried before it is advised: the training is made again from its beginning with one change of
 * its settings, in memory, for as many updates as a limit of work allows, and measured beside the unchanged one.
 * trial.c makes and measures one training; remedies.c is the table of what may be the cause and which change would cure
 * it; diagnosis.c tries them and says what helped. Called by the subcommand doctor. */
#ifndef DNP_DOCTOR_TRIAL_H
#define DNP_DOCTOR_TRIAL_H

#include "doctor/doctor.h"

/* ---- one training ------------------------------------------------------------------------------- */

/* How well a network does on a split, on at most DNP_TRIAL_ROWS rows spread over it. */
#define DNP_TRIAL_ROWS 1000
typedef struct dnp_quality {
  size_t rows;
  double loss, score; /* share of right answers, or R2 of numbers */
  double gained;      /* 1: all right, 0: no better than an answer that knows nothing of the inputs; at least -1 */
} dnp_quality;

typedef struct dnp_trial {
  bool broken;             /* a number was no longer finite; the rest but steps is not known */
  size_t steps, total;     /* updates made, and those that the whole training would have */
  double work;             /* multiply-adds */
  double before;           /* the loss on training rows before the first update */
  dnp_quality train, test; /* test.rows 0: there are none */
} dnp_trial;

denpa_status dnp_quality_take(denpa_net *net, const denpa_data *data, int split, dnp_quality *out, denpa_error *err);
/* The worse one of training and test rows; -0.5 of a training that broke off. */
double dnp_trial_value(const dnp_trial *trial);
/* Trains a network that is at its beginning for at most `work` multiply-adds. */
denpa_status dnp_trial_run(dnp_trial *out, denpa_net *net, const denpa_data *data, const denpa_train_options *options,
    double work, denpa_error *err);

/* ---- changes ------------------------------------------------------------------------------------ */

#define DNP_CHANGE_PARTS 3
#define DNP_CHANGE_VALUE 400
#define DNP_CHANGE_TEXT 1024

/* Options of the command in place of those that a training had. */
typedef struct dnp_change {
  size_t parts;
  struct {
    const char *option; /* without the dashes */
    char value[DNP_CHANGE_VALUE];
  } part[DNP_CHANGE_PARTS];
} dnp_change;

/* As it is typed: --act relu --init he. */
void dnp_change_text(const dnp_change *change, char out[DNP_CHANGE_TEXT]);

/* A training with a change, for at most `work` multiply-adds; `done` (0 .. 1) of all trials are behind.
 * DENPA_ERROR_ARGUMENT, SYNTAX or SHAPE: the change is not possible here. */
typedef denpa_status dnp_try(
    void *context, const dnp_change *change, double done, double work, dnp_trial *out, denpa_error *err);

/* ---- what is known of a training ------------------------------------------------------------------ */

typedef struct dnp_case {
  const dnp_checkup *checkup;
  const char *net;                      /* as --net takes it */
  const char *activation, *init, *loss; /* activation "": the list of layers says */
  denpa_train_options train;            /* the optimizer's own numbers filled in */
  /* told by --steps, --lr-decay or --lr-decay-every, --label-smoothing: a change has to go together with them */
  bool steps_given, decay_given, smoothing_given;
  size_t inputs, outputs, rows; /* training rows, those for validation included */
  dnp_trial base;               /* the training as it was */
} dnp_case;

#define DNP_MOST_CHANGES 8

/* Whether it is conceivable that this row of the table is the cause: writes the changes that would cure it, at most
 * DNP_MOST_CHANGES, and what its sentence says. Returns how many; 0: it is not. */
typedef size_t dnp_conceive(const dnp_case *c, dnp_change *change, denpa_arg *arg);

typedef enum dnp_remedy_kind {
  DNP_REMEDY_OF_ANY,     /* what trainings that fail have in common */
  DNP_REMEDY_CHOSEN,     /* a setting that somebody must have chosen: it is doubted in a training that does well, too */
  DNP_REMEDY_LAST_RESORT /* helps with anything, and so explains nothing where something else helps */
} dnp_remedy_kind;

typedef struct dnp_remedy {
  const char *name; /* as a finding; one of findings.c may have the same name and more evidence */
  dnp_conceive *conceive;
  const char *what; /* in the catalogue */
  dnp_remedy_kind kind;
} dnp_remedy;
extern const dnp_remedy dnp_remedies[]; /* causes before what they bring about; name NULL after the last */

/* ---- diagnosis ---------------------------------------------------------------------------------- */

/* What a trial showed, beside the training as it was. */
typedef struct dnp_tried {
  char change[DNP_CHANGE_TEXT]; /* as it is typed */
  dnp_trial with, without;
  bool classes, same_loss; /* the losses of both are the same function */
} dnp_tried;

#define DNP_MOST_TRIED 3

typedef struct dnp_diagnosis {
  dnp_finding found[DNP_MOST_FINDINGS];
  size_t count;
  dnp_tried tried[DNP_MOST_TRIED]; /* of the causes */
  size_t causes;
  size_t trials;
} dnp_diagnosis;

/* The findings, the likeliest cause first: what the measurements say of a training that goes well enough, else what
 * trials show. now: how the network does that the training left; NULL: it left none. *out has to live as long as the
 * findings are used, and *c. */
denpa_status dnp_diagnose(
    dnp_diagnosis *out, dnp_case *c, const dnp_trial *now, dnp_try *try, void *context, denpa_error *err);

#endif
