/* doctor.h: what is wrong with a training, and why. probe.c measures a network on a few hundred fixed samples;
 * findings.c is the table of what can be wrong; doctor.c watches a training, or looks at what one has left behind;
 * doctor_text.c tells it. The network that is trained is never touched: the probe has its own. */
#ifndef DNP_DOCTOR_DOCTOR_H
#define DNP_DOCTOR_DOCTOR_H

#include <stdbool.h>
#include <stdio.h>

#include "base/array.h"
#include "run/course.h"

/* ---- measurements ------------------------------------------------------------------------------ */

#define DNP_PROBE_ROWS 256
#define DNP_PROBE_LAYERS 64

/* One layer of weights and what comes out of it. A unit is a column of a matrix of weights, or a filter. */
typedef struct dnp_layer {
  char weights[DNP_MAX_NAME + 1]; /* "W1" */
  char values[DNP_MAX_NAME + 1];  /* "z1", behind the activation; "" for the last layer */
  const char *activation;         /* "relu"; "" for the last layer; static */
  bool can_die, has_ends;         /* what its row says of it (op.h) */
  size_t inputs, units;           /* numbers that a unit reads at a time; units */
  double weight;                  /* root mean square of the weights */
  double gradient;                /* ... of their gradient */
  /* length of one plain update (learning rate times gradient) over the length of the weights; NaN if these are zero */
  double update;
  size_t dead;      /* units that give 0 for every sample of the probe */
  double saturated; /* share of values within 2 % of an end of the activation's range; 0 where it has no ends */
  size_t alike;     /* units whose weights are those of another unit of the layer */
} dnp_layer;

/* A network at one moment. */
typedef struct dnp_probe {
  bool taken;
  size_t step, rows;
  double loss, accuracy;   /* of the probe's samples; accuracy NaN without classes */
  size_t favourite, times; /* the answer that is given most often, and how often */
  /* the loss after one plain step along the probe's own gradient, and after one ten times as long; INFINITY if not
   * finite */
  double after, after_ten;
  /* learning rates, lr times a power of ten: the largest one of lr / 10 and below whose plain step does not raise the
   * loss (lr / 10 where that of lr does not either); the best one of 10 lr and above, and the loss that it leads to */
  double shorter, longer, after_longer;
  size_t layers;
  dnp_layer layer[DNP_PROBE_LAYERS];
} dnp_probe;

/* The data, as the training saw them. */
typedef struct dnp_data_check {
  const denpa_data *of; /* for the names of its classes; NULL: they have none */
  size_t rows, test_rows, classes;
  size_t present; /* classes that have a row */
  size_t common;  /* the class with most rows ... */
  double share;   /* ... and its share */
  /* the loss of always answering the same, the shares of the classes or the mean; NaN of a loss for which that is not
   * known */
  double chance;
  double probe_share, probe_chance; /* the same two of the probe's samples alone */
  double largest, rms; /* of the inputs: largest absolute value and root mean square, over the probe's samples */
  bool all_alike;      /* the probe's samples are all the same */
} dnp_data_check;

typedef struct dnp_checkup {
  dnp_data_check data_check;
  char optimizer[16];
  bool plain; /* its steps are the gradient times the learning rate, and no more */
  /* the first update of a weight is in proportion to its gradient; if not, it is so far, whatever the gradient is */
  bool proportional;
  double reach;
  double usual_lr; /* the optimizer's own default */
  bool decoupled;  /* the decay is not added to the gradient */
  double lr, weight_decay;
  bool softmax;     /* the loss is cross-entropy */
  bool weighted;    /* classes count differently: the loss that was minimised is not the one of the probes */
  bool stops_early; /* the network has the weights of the lowest validation loss */
  size_t steps;     /* updates made */
  double epochs;
  bool broken;           /* it ended because a number was not finite */
  const char *kept;      /* the file or folder that the network is kept in; NULL: it is not */
  dnp_probe first, last; /* before the first update; the latest that was finite */
  dnp_course log;
  size_t log_room;
} dnp_checkup;

/* A class as people call it: its name, or its number where it has none. */
denpa_arg dnp_class_arg(const dnp_data_check *check, size_t class_number);

/* ---- findings ---------------------------------------------------------------------------------- */

#define DNP_FINDING_ARGS 9

/* What a finding says. The first three are seen: what is told of them stays true whatever the cause is. */
typedef enum dnp_finding_kind {
  DNP_FINDING_GUESSED,   /* why it goes as it goes: only a trial shows whether that is so */
  DNP_FINDING_OF_DATA,   /* what no setting changes */
  DNP_FINDING_OF_UNITS,  /* how the units of the network are */
  DNP_FINDING_OF_RESULT, /* how well the training does */
} dnp_finding_kind;

typedef struct dnp_finding {
  const char *name; /* "dead-relus"; stable */
  dnp_finding_kind kind;
  const char *what;                    /* a sentence with the evidence, in the catalogue ... */
  const char *remedy;                  /* ... and what to try; both take the arguments */
  denpa_arg arg[DNP_FINDING_ARGS + 1]; /* texts in it live as long as the checkup and its data */
  const struct dnp_tried *tried;       /* trial.h; NULL: the remedy was not tried */
  bool consequence;                    /* of another finding: the remedy is no advice, but a remark */
} dnp_finding;

#define DNP_MOST_FINDINGS 24

/* What is wrong, the likeliest cause first. Returns how many. */
size_t dnp_find(const dnp_checkup *checkup, dnp_finding found[DNP_MOST_FINDINGS]);
/* The names that there are, for tests and docs; NULL after the last index. */
const char *dnp_finding_name(size_t index);

/* ---- the doctor -------------------------------------------------------------------------------- */

typedef struct dnp_doctor dnp_doctor;

/* Begins to watch a training of `net` on `data`; both have to outlive the doctor. Takes the first probe. */
denpa_status dnp_doctor_open(dnp_doctor **out, const denpa_net *net, const denpa_data *data,
    const denpa_train_options *options, denpa_error *err);
/* Of a training that goes on: the network as it was before the first update, and the log so far, which is taken over.
 */
denpa_status dnp_doctor_recall(dnp_doctor *doctor, const denpa_net *beginning, dnp_course *log, denpa_error *err);
/* After an epoch: takes note of it, and probes the network if enough rows went by for it to cost little. */
denpa_status dnp_doctor_epoch(dnp_doctor *doctor, const denpa_epoch *epoch, denpa_error *err);
/* What has become certain since the last call, while the training goes on: what is wrong with the data before the first
 * update; of what is seen in the network and its results, what several probes in a row found. Each once. Returns how
 * many; their texts live until the next epoch. */
size_t dnp_doctor_news(dnp_doctor *doctor, dnp_finding news[DNP_MOST_FINDINGS]);
/* After the training. failed: it ended with DENPA_ERROR_NUMERIC. */
denpa_status dnp_doctor_end(dnp_doctor *doctor, bool failed, denpa_error *err);
/* Of a training that left only its log, which is taken over: nothing is known of its weights but what they began as. */
void dnp_doctor_log(dnp_doctor *doctor, dnp_course *log);
/* Where the network is kept, for advice that names it; path has to live as long as the findings. */
void dnp_doctor_kept(dnp_doctor *doctor, const char *path);
const dnp_checkup *dnp_doctor_checkup(const dnp_doctor *doctor);
void dnp_doctor_close(dnp_doctor *doctor);

/* The same of a trained network: what it was before is drawn again from its seed where that is told; log may be NULL,
 * and is taken over. */
denpa_status dnp_doctor_examine(
    dnp_doctor **out, const denpa_net *net, const denpa_data *data, dnp_course *log, denpa_error *err);

/* ---- telling ----------------------------------------------------------------------------------- */

/* What to try, and what came of it where it was tried, in `lang`. */
#define DNP_REMEDY_TEXT 2048
void dnp_finding_remedy(const dnp_finding *finding, denpa_lang lang, char out[DNP_REMEDY_TEXT]);
/* What was found, in a line. */
void dnp_finding_tell(FILE *out, denpa_lang lang, const dnp_finding *finding);
/* The same with what to try in a second one; at most `most` of them. */
void dnp_findings_tell(FILE *out, denpa_lang lang, const dnp_finding *found, size_t count, size_t most);
/* All measurements. */
void dnp_checkup_tell(FILE *out, denpa_lang lang, const dnp_checkup *checkup);

/* ---- probe.c, for doctor.c ---------------------------------------------------------------------- */

typedef struct dnp_prober dnp_prober;
denpa_status dnp_prober_open(
    dnp_prober **out, const denpa_net *net, const denpa_data *data, double lr, denpa_error *err);
/* Measures the parameters of `net` (built like the prober's). *probe is left alone if they do not give a finite
 * loss. */
denpa_status dnp_prober_take(dnp_prober *prober, const denpa_net *net, size_t step, dnp_probe *probe, denpa_error *err);
void dnp_prober_data(const dnp_prober *prober, dnp_data_check *out);
void dnp_prober_close(dnp_prober *prober);

#endif
