/* diagnose.h: a person's own gradients against the right ones, and the name of the mistake. given.c reads the file and
 * brings its arrays into shape, diagnose.c compares, review_text.c tells people. Called by the subcommand check. */
#ifndef DNP_GRADCHECK_DIAGNOSE_H
#define DNP_GRADCHECK_DIAGNOSE_H

#include <stdbool.h>
#include <stdio.h>

#include "gradcheck/mistakes.h"

/* ---- what was given (given.c) ------------------------------------------------------------------- */

/* A file of gradients: .npz, .safetensors or .pkl with named arrays; .npy or .csv with one array named after the
 * file. */
denpa_status dnp_given_read(const char *path, dnp_arrays *out, denpa_error *err);

typedef enum dnp_given_state {
  DNP_GIVEN_RIGHT_SHAPE,
  DNP_GIVEN_TURNED,   /* another shape, but it is clear how the numbers belong into the right one: they are compared */
  DNP_GIVEN_UNUSABLE, /* there, but not to be compared */
  DNP_GIVEN_MISSING
} dnp_given_state;

typedef struct dnp_given {
  const char *name;              /* of the parameter */
  char called[DNP_MAX_NAME + 1]; /* of the array in the file; the parameter's if it is missing */
  dnp_given_state state;
  const dnp_mistake *mistake; /* of shape, or that it is missing or not finite; NULL: none */
  int axes, given_axes;
  size_t shape[DNP_MAX_AXES], given_shape[DNP_MAX_AXES];
  size_t count;
  size_t bad;           /* flat: the first number that is not finite (in the array as given) */
  size_t offset;        /* in the flat block of gradients */
  double error, cosine; /* against the right gradient: distance over the longer of both; 1 is the same direction */
  double tolerance;     /* error up to which they are the same, float32 allowed */
  bool right;
  size_t worst; /* flat: the largest difference */
  double worst_given, worst_right;
} dnp_given;

/* ---- the diagnosis ------------------------------------------------------------------------------ */

typedef struct dnp_diagnosis {
  const dnp_mistake *mistake, *second; /* second: another one besides, or NULL */
  double value, second_value;          /* what was found out: a learning rate, a factor, the layer */
  /* of the given gradients against those of this mistake: the largest over the arrays */
  double error;
  bool fits;              /* ... and it is no more than rounding */
  double confidence;      /* 0 .. 1 */
  const dnp_given *given; /* mistakes of shape: whose; else NULL */
} dnp_diagnosis;

#define DNP_FINDINGS 24

typedef struct dnp_review {
  denpa_net *net; /* the float64 twin */
  const denpa_data *dataset;
  int split;
  size_t rows;
  double loss;
  bool right; /* everything was there and is right */
  size_t given_count;
  dnp_given *given;                /* one for each parameter, in the network's order */
  size_t strangers;                /* arrays in the file that belong to no parameter */
  char stranger[DNP_MAX_NAME + 1]; /* the first of them */
  size_t mistakes;                 /* that the gradients were compared with */
  size_t findings;
  dnp_diagnosis finding[DNP_FINDINGS]; /* best first */
} dnp_review;

/* Compares arrays with the gradients of the mean loss over the first `rows` rows of a split (0: all). For plain dense
 * networks. */
denpa_status dnp_review_make(dnp_review **out, const denpa_net *net, const denpa_data *data, int split, size_t rows,
    const dnp_arrays *arrays, bool whole, denpa_error *err);
void dnp_review_free(dnp_review *review);
void dnp_review_tell(FILE *out, denpa_lang lang, bool colour, const dnp_review *review);
/* A diagnosis' mistake (second: its other one) in words. */
void dnp_diagnosis_text(const dnp_diagnosis *finding, bool second, denpa_lang lang, char *out, size_t size);

/* ---- between given.c and diagnose.c ---------------------------------------------------------------- */

/* Finds each parameter's array (review->given[..].name, shape, count, offset are set) and writes its numbers into
 * flat[], whatever their shape if it is clear what they are. whole: every parameter is expected; else the file holds
 * one array, and the others are not missed. */
denpa_status dnp_given_place(dnp_review *review, const dnp_arrays *arrays, bool whole, double *flat, denpa_error *err);

#endif
