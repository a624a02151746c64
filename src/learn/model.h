/* model.h: what a model file and a checkpoint have in common. Part of the room; used by model.formats.c and
 * checkpoint.formats.c. */
#ifndef DNP_LEARN_MODEL_H
#define DNP_LEARN_MODEL_H

#include "learn/learn.h"

/* Arrays and metadata of a checkpoint that are not the model's begin so. Reading it as a model leaves them out. */
#define DNP_TRAINER_PREFIX "trainer."
bool dnp_of_trainer(const char *name);

/* Its file tells from now on that it began with the weights of `from`. */
denpa_status dnp_model_began_with(denpa_net *net, const denpa_net *from, denpa_error *err);
/* Brings up to date what the network's file is to tell. */
denpa_status dnp_model_note(denpa_net *net, denpa_error *err);
/* Descriptors of all arrays that a model keeps, with room for `more` behind them; freed by dnp_free. */
denpa_status dnp_model_arrays(const denpa_net *net, size_t more, dnp_array **out, size_t *count, denpa_error *err);

#endif
