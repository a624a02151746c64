/* check.h: are the gradients right? check.c compares the gradients of the way back with numerical ones, number by
 * number, in double; check_dense.c has the fast way to the numerical ones; diagnose.h compares a person's own
 * gradients. check_text.c tells people. Called by the subcommand check. */
#ifndef DNP_GRADCHECK_CHECK_H
#define DNP_GRADCHECK_CHECK_H

#include <stdbool.h>
#include <stdio.h>

#include "gradcheck/dense.h"

/* how far a parameter is moved to each side, unless what it is multiplied by is large */
#define DNP_CHECK_STEP 1e-4
#define DNP_CHECK_TOLERANCE 1e-5 /* two gradients whose relative error is larger are not the same */
#define DNP_CHECK_TRIES 3        /* steps tried, each a tenth of the one before, where the first does not settle it */
#define DNP_CHECK_AGAIN 200      /* entries that are computed again by the full forward pass */
/* Unless all are asked for, a network of more entries is checked on about so many: where each needs two full forward
 * passes; on the fast way; and on that with no layer or one behind the entry. No tensor has a smaller share than its
 * size says, nor fewer than DNP_CHECK_LEAST. */
#define DNP_CHECK_MOST 1000
#define DNP_CHECK_MOST_FAST 50000
#define DNP_CHECK_MOST_SHALLOW 200000
#define DNP_CHECK_LEAST 20

typedef struct dnp_check_entry {
  size_t index; /* flat */
  /* error: their distance over the larger of both, or over the tensor's typical gradient where that is larger */
  double numerical, backward, error;
} dnp_check_entry;

typedef struct dnp_check_tensor {
  const char *name; /* the parameter's, as long as the network lives */
  int axes;
  size_t shape[DNP_MAX_AXES];
  size_t count, checked; /* entries, and how many of them were drawn to be checked */
  double typical;        /* root of the mean square of the gradient */
  size_t wrong;          /* entries whose error is above the tolerance */
  size_t kinks;          /* entries that cannot be judged: a ReLU changes its sign within every step that was tried */
  dnp_check_entry worst, kink; /* of those that were judged; of those that were not */
} dnp_check_tensor;

/* So many of `of` entries have been checked; false ends the check with DENPA_ERROR_CANCELLED. */
typedef bool dnp_check_told(void *context, size_t checked, size_t of);

/* What is to be checked. */
typedef struct dnp_check_asked {
  int split;
  size_t rows;   /* the first ones of the split; 0: all of them */
  bool training; /* the loss that the next update would see, with what chance leaves out and the statistics of these
                    rows */
  bool all;      /* every entry, however many there are */
  dnp_check_told *told; /* or NULL */
  void *context;
} dnp_check_asked;

typedef struct dnp_check {
  denpa_net *net; /* the float64 twin of the network that was handed in */
  const denpa_data *dataset;
  dnp_check_asked asked;
  size_t rows;
  uint64_t seed, next; /* what chance draws from, and the number of the next update */
  double loss;         /* over the rows */
  double step;
  bool fast;    /* by check_dense.c */
  size_t again; /* entries that were computed in both ways ... */
  double apart; /* ... and the largest relative distance between the two */
  /* entries: those that were checked, of `of` */
  size_t tensors, entries, of, wrong, kinks;
  dnp_check_tensor *tensor;
} dnp_check;

/* Checks the gradients of the network: all, or of a large one a sample of each tensor, drawn by the network's seed. The
 * network itself is left alone. */
denpa_status dnp_check_make(
    dnp_check **out, const denpa_net *net, const denpa_data *data, const dnp_check_asked *asked, denpa_error *err);
void dnp_check_free(dnp_check *check);
/* No gradient is wrong, and the fast way has proved itself. */
bool dnp_check_good(const dnp_check *check);
void dnp_check_tell(FILE *out, denpa_lang lang, bool colour, const dnp_check *check);
/* Its last line alone. */
void dnp_check_tell_verdict(FILE *out, denpa_lang lang, bool colour, const dnp_check *check);

/* The place of a flat index: at[axes]. */
void dnp_check_place(int axes, const size_t *shape, size_t index, size_t at[DNP_MAX_AXES]);

/* ---- for check.c and the tests ------------------------------------------------------------------- */

/* The numbers that the way back gives are `back`, one block as net->exec->grads: what dnp_check_make does once it has
 * them. For tests that falsify them. */
denpa_status dnp_check_against(dnp_check *check, const double *back, denpa_error *err);

/* check_dense.c */
typedef struct dnp_quick dnp_quick;
denpa_status dnp_quick_open(dnp_quick **out, const dnp_dense *dense, denpa_error *err);
void dnp_quick_close(dnp_quick *quick);
/* The numerical gradient of entry `index` of W (`bias` false) or b of a layer: (L(p + step) - L(p - step)) / (2 step).
 * *crossed: some ReLU of some sample is shut at one end of the step and open at the other. */
double dnp_quick_gradient(dnp_quick *quick, size_t layer, bool bias, size_t index, double step, bool *crossed);
/* The largest number that an entry of this layer's W is multiplied by. */
double dnp_quick_reach(const dnp_quick *quick, size_t layer);

#endif
