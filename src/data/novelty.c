/* novelty.c: rows that teach the difference between pictures like those of a data set and others. It draws letters and
 * takes the gradients of pictures; it knows no networks. Called by learn/novelty.c. */
#include <stdio.h>

#include "base/memory.h"
#include "data/data.h"
#include "image/image.h"

_Static_assert(DNP_NOVELTY_FEATURES == DNP_GRADIENTS, "one number for each gradient");

enum {
  SIDE = 28,
  PIXELS = SIDE * SIDE,
  FEWEST = 5000, /* rows: from a fifth of fewer, the one in 100 that is most unlike them could not be told */
  MOST = 24000,  /* rows that are looked at; more tell hardly more */
  EVERY = 5,     /* each fifth of them is kept back */
  DRAWN_SEED = 1,
  FIRST_DIGIT = 0x40000000 /* numbers that no data set of drawn digits has */
};

void dnp_novelty_features(const uint8_t *pixel, double *out) { dnp_gradients(pixel, out); }

static bool can_tell(const denpa_data *data) {
  return data->axes == 2 && data->shape[0] == SIDE && data->shape[1] == SIDE && data->pictures[0] == '\0' &&
         !data->of_program && data->split[DNP_TRAIN].pixel != NULL && data->split[DNP_TRAIN].rows >= FEWEST;
}

/* Rows of a split, filled one by one. */
typedef struct filling {
  double *value;
  uint8_t *label;
  size_t rows;
} filling;

static void add(filling *f, const uint8_t *pixel, uint8_t label) {
  dnp_gradients(pixel, f->value + f->rows * DNP_GRADIENTS);
  f->label[f->rows++] = label;
}

static void add_drawn(filling *f, size_t digits, size_t others) {
  uint8_t pixel[PIXELS];
  for (size_t i = 0; i < digits; i++) {
    dnp_draw_digit((int)(i % 10), DRAWN_SEED, FIRST_DIGIT + i, pixel);
    add(f, pixel, 0);
  }
  for (size_t i = 0; i < others; i++) {
    dnp_draw_other(DRAWN_SEED, i, pixel);
    add(f, pixel, 1);
  }
}

static denpa_status open_split(denpa_data *rows, int split, size_t count, filling *out, denpa_error *err) {
  DNP_TRY(DNP_NEW(&out->value, count * DNP_GRADIENTS, err));
  rows->memory[2 * split] = out->value;
  DNP_TRY(DNP_NEW(&out->label, count, err));
  rows->memory[2 * split + 1] = out->label;
  rows->split[split] = (dnp_split){.rows = count, .value = out->value, .label = out->label};
  return DENPA_OK;
}

static denpa_status fill(denpa_data *rows, const denpa_data *data, bool usual_digits, denpa_error *err) {
  const dnp_split *train = &data->split[DNP_TRAIN];
  const size_t taken = train->rows < MOST ? train->rows : MOST, kept = taken / EVERY, fitted = taken - kept,
               digits = usual_digits ? fitted / 4 : 0;
  filling fit = {0}, back = {0};
  snprintf(rows->name, sizeof rows->name, "novelty");
  rows->axes = 1;
  rows->shape[0] = rows->features = DNP_GRADIENTS;
  rows->classes = rows->outputs = 2;
  rows->of_program = true;
  DNP_TRY(open_split(rows, DNP_TRAIN, fitted + digits + fitted, &fit, err));
  DNP_TRY(open_split(rows, DNP_TEST, kept, &back, err));
  for (size_t i = 0; i < taken; i++) {
    const size_t row = (size_t)((uint64_t)i * train->rows / taken);
    add(i % EVERY == EVERY - 1 ? &back : &fit, train->pixel + row * PIXELS, 0);
  }
  add_drawn(&fit, digits, fitted);
  return DENPA_OK;
}

denpa_status dnp_novelty_rows(denpa_data **out, const denpa_data *data, bool usual_digits, denpa_error *err) {
  denpa_data *rows;
  *out = NULL;
  if (!can_tell(data)) return DENPA_OK;
  DNP_TRY(DNP_NEW(&rows, 1, err));
  const denpa_status status = fill(rows, data, usual_digits, err);
  if (status == DENPA_OK)
    *out = rows;
  else
    denpa_data_free(rows);
  return status;
}
