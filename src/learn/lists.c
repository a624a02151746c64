/* lists.c: the names that texts given to denpa.h may be, to enumerate. Called by programs through denpa.h. (The names of
 * initialisers are src/net's.) */
#include "learn/learn.h"

const char *denpa_operation_name(size_t index) {
  size_t i = 0;
  while (i < index && dnp_ops[i] != NULL) i++;
  return dnp_ops[i] != NULL ? dnp_ops[i]->name : NULL;
}

/* Word number `index` among those of the losses, or of the activations. */
static const char *word(size_t index, bool loss) {
  for (const dnp_op *const *op = dnp_ops; *op != NULL; op++)
    if ((*op)->word != NULL && (*op)->ends_in_loss == loss && index-- == 0) return (*op)->word;
  return NULL;
}

const char *denpa_activation_name(size_t index) { return word(index, false); }
const char *denpa_loss_name(size_t index) { return word(index, true); }
const char *denpa_optimizer_name(size_t index) { return dnp_optimizer_word(index); }
const char *denpa_schedule_name(size_t index) { return dnp_schedule_word(index); }
