/* mistakes.h: the mistakes that people make in backpropagation, one row each: its name, what it is, what to do, and the
 * variant (variant.h) that makes it. The table is all there is; diagnose.c goes over it, so a new mistake is a new row.
 */
#ifndef DNP_GRADCHECK_MISTAKES_H
#define DNP_GRADCHECK_MISTAKES_H

#include "gradcheck/variant.h"

/* What a network must be like for a mistake to be possible; several are joined by |, and all must hold. */
enum {
  DNP_IF_ENTROPY = 1,
  DNP_IF_SQUARED = 2,
  DNP_IF_LABELS = 4,
  DNP_IF_HIDDEN = 8 /* a hidden layer */,
  DNP_IF_DEEP = 16 /* two of them */,
  DNP_IF_SIGMOID = 32,
  DNP_IF_TANH = 64,
  DNP_IF_RELU = 128,
  DNP_IF_CURVED = 256 /* sigmoid or tanh */,
  DNP_IF_BENT = 512 /* not the identity */,
  DNP_IF_SQUARE = 1024 /* pictures as high as wide */,
  DNP_IF_OTHER = 2048 /* the other split has as many rows */
};

/* Where it happens: two mistakes at different places may both have been made. */
typedef enum dnp_stage {
  DNP_STAGE_SHAPE,
  DNP_STAGE_INPUT,
  DNP_STAGE_ANSWERS,
  DNP_STAGE_FORWARD,
  DNP_STAGE_OUTPUTS,
  DNP_STAGE_LOSS,
  DNP_STAGE_FACTOR,
  DNP_STAGE_SLOPE,
  DNP_STAGE_TRANSPORT,
  DNP_STAGE_WEIGHTS,
  DNP_STAGE_BIASES,
  DNP_STAGE_LAYER,
  DNP_STAGE_END
} dnp_stage;

/* the member of the variant that has to be found out */
typedef enum dnp_fit { DNP_FIT_NONE, DNP_FIT_FACTOR, DNP_FIT_RATE, DNP_FIT_DECAY } dnp_fit;

typedef struct dnp_mistake {
  const char *id; /* stable */
  /* in the catalogue; {1}: the number that was found out, or the layer; mistakes of shape: {1} the array, {2} its
   * shape, {3} the right one */
  const char *sentence;
  const char *remedy; /* in the catalogue */
  dnp_stage stage;
  unsigned condition;
  void (*make)(const dnp_dense *d, size_t choice, dnp_variant *variant); /* NULL: seen from shapes and numbers alone */
  size_t choices;                                                        /* 0: one for each layer */
  dnp_fit fit;
  double low, high; /* of what is fitted */
} dnp_mistake;

/* id NULL after the last; the likelier of two that look alike stands first */
extern const dnp_mistake dnp_mistakes[];
const dnp_mistake *dnp_mistake_find(const char *id); /* NULL if there is none */
bool dnp_mistake_possible(const dnp_mistake *mistake, const dnp_dense *d, bool labels, bool other);
size_t dnp_mistake_variants(const dnp_mistake *mistake, const dnp_dense *d);

#endif
