/* batches.c: which rows an update learns from. An epoch is ceil(rows / batch) updates for every sampling. Called by
 * train.c.
 *
 * denpa's source: epoch e's order starts as 0, 1, 2 ...; for i from rows-1 down to 1, places i and j change, where j
 * below i+1 is draw i of the stream (order, e). Place k of the batch of update u is draw k below rows of the stream
 * (batch, u). NumPy's: permutation(rows) an epoch, choice(rows, batch) an update. */
#include "learn/learn.h"

denpa_status dnp_batches_open(dnp_batches *batches, size_t rows, size_t batch, denpa_sampling sampling, uint64_t seed,
    dnp_numpy *numpy, denpa_error *err) {
  *batches = (dnp_batches){.rows = rows, .sampling = sampling, .seed = seed, .numpy = numpy};
  if (rows == 0) return dnp_fail(err, DENPA_ERROR_ARGUMENT, "the data set has no rows to train on");
  if (rows > UINT32_MAX || batch > UINT32_MAX)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} {1|row|rows} in batches of {2}; at most {3} are possible",
        dnp_u(rows), dnp_u(batch), dnp_u(UINT32_MAX));
  batches->full = batch == 0 || (batch >= rows && sampling != DENPA_SAMPLING_REPLACEMENT);
  batches->batch = batches->full ? rows : batch;
  batches->per_epoch = (rows - 1) / batches->batch + 1;
  if (batches->full) return DENPA_OK;
  size_t places = sampling == DENPA_SAMPLING_REPLACEMENT ? batch : rows;
  DNP_TRY(DNP_NEW(&batches->order, places, err));
  for (size_t i = 0; i < places; i++) batches->order[i] = (uint32_t)i;
  return DENPA_OK;
}

void dnp_batches_close(dnp_batches *batches) {
  dnp_free(batches->order);
  batches->order = NULL;
}

void dnp_batches_begin(dnp_batches *batches, size_t epoch) {
  uint32_t *order = batches->order;
  if (batches->full || batches->sampling != DENPA_SAMPLING_SHUFFLE) return;
  if (batches->numpy != NULL) {
    dnp_numpy_permutation(batches->numpy, batches->rows, order);
    return;
  }
  for (size_t i = 0; i < batches->rows; i++) order[i] = (uint32_t)i;
  for (size_t i = batches->rows - 1; i > 0; i--) {
    size_t j = (size_t)dnp_draw_below(batches->seed, DNP_STREAM(DNP_FOR_ORDER, epoch), i, i + 1);
    uint32_t here = order[i];
    order[i] = order[j];
    order[j] = here;
  }
}

const uint32_t *dnp_batches_last(const dnp_batches *batches, size_t k, size_t *count) {
  *count = batches->batch;
  if (batches->full) return NULL;
  if (batches->sampling == DENPA_SAMPLING_REPLACEMENT) return batches->order;
  const size_t first = k * batches->batch;
  if (batches->rows - first < batches->batch) *count = batches->rows - first;
  return batches->order + first;
}

const uint32_t *dnp_batches_get(dnp_batches *batches, size_t k, size_t update, size_t *count, size_t *known) {
  *count = *known = batches->batch;
  if (batches->full) return NULL;
  if (batches->sampling == DENPA_SAMPLING_REPLACEMENT) {
    if (batches->numpy != NULL)
      dnp_numpy_choice(batches->numpy, batches->rows, batches->batch, batches->order);
    else
      for (size_t i = 0; i < batches->batch; i++)
        batches->order[i] = (uint32_t)dnp_draw_below(
            batches->seed, DNP_STREAM(DNP_FOR_BATCH, update), i, batches->rows);
    return batches->order;
  }
  size_t first = k * batches->batch;
  *known = batches->rows - first;
  if (*known < batches->batch) *count = *known;
  return batches->order + first;
}
