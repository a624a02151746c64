/* validation.c: keeps a share of the training rows back for validation. It copies rows and changes none. Called by
 * src/learn and the command.
 *
 * Of `rows` training rows rint(share * rows) are kept back, at least 1. Each class gives the whole part of share times
 * its rows; what is missing then comes one row each from the classes with the largest remainders, the lower class first
 * among equals. No class gives its last row. Within class c (0 for targets), rows in order of their place, for i from
 * the last place down, places i and j change, where j below i+1 is draw i of the stream (validation, c); the rows that
 * end in the last places are kept back. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "data/data.h"

#define MOST_CLASSES 256

typedef struct shares {
  size_t classes;
  size_t rows[MOST_CLASSES];  /* of each class ... */
  size_t given[MOST_CLASSES]; /* ... and how many of them are kept back */
} shares;

static size_t class_of(const dnp_split *split, size_t row) { return split->label != NULL ? split->label[row] : 0; }

/* The class whose part is the farthest below its share; s->classes if no class has a row to give. */
static size_t neediest(const shares *s, double share) {
  size_t best = s->classes;
  double most = -(double)INFINITY;
  for (size_t c = 0; c < s->classes; c++) {
    const double missing = share * (double)s->rows[c] - (double)s->given[c];
    if (s->given[c] + 1 >= s->rows[c] || !(missing > most)) continue;
    most = missing;
    best = c;
  }
  return best;
}

static void share_out(shares *s, const dnp_split *train, double share) {
  const double wanted = rint(share * (double)train->rows);
  size_t given = 0, class = 0;
  for (size_t i = 0; i < train->rows; i++) s->rows[class_of(train, i)]++;
  for (size_t c = 0; c < s->classes; c++) {
    s->given[c] = (size_t)floor(share * (double)s->rows[c]);
    if (s->given[c] > 0 && s->given[c] == s->rows[c]) s->given[c]--;
    given += s->given[c];
  }
  for (; given < (wanted > 1 ? (size_t)wanted : 1) && (class = neediest(s, share)) < s->classes; given++)
    s->given[class]++;
}

size_t dnp_data_validation_rows(const denpa_data *data, double share) {
  const dnp_split *train = &data->split[DNP_TRAIN];
  shares s = {.classes = train->label != NULL ? MOST_CLASSES : 1};
  size_t given = 0;
  if (!(share > 0) || !(share < 1)) return 0;
  share_out(&s, train, share);
  for (size_t c = 0; c < s.classes; c++) given += s.given[c];
  return given;
}

/* Marks the rows of class c that are kept back. `place` has room for all of them. */
static void draw_class(
    const dnp_split *train, const shares *s, size_t c, uint64_t seed, uint32_t *place, uint8_t *kept) {
  size_t count = 0;
  for (size_t i = 0; i < train->rows; i++)
    if (class_of(train, i) == c) place[count++] = (uint32_t)i;
  for (size_t left = s->given[c]; left > 0; left--) {
    const size_t i = --count, j = (size_t)dnp_draw_below(seed, DNP_STREAM(DNP_FOR_VALIDATION, c), i, i + 1);
    kept[place[j]] = 1;
    place[j] = place[i];
  }
}

/* The rows of `from` (size bytes each) whose mark is `mark`, one after the other. */
static denpa_status copy_rows(const void *from, size_t size, size_t rows, const uint8_t *kept, uint8_t mark,
    size_t count, void **block, const void **to, denpa_error *err) {
  if (from == NULL) return DENPA_OK;
  DNP_TRY(dnp_alloc(block, count, size, err));
  unsigned char *at = *block;
  for (size_t i = 0; i < rows; i++) {
    if (kept[i] != mark) continue;
    memcpy(at, (const unsigned char *)from + i * size, size);
    at += size;
  }
  *to = *block;
  return DENPA_OK;
}

/* One part of the training rows; its two blocks are owned by memory[0] and memory[1]. */
static denpa_status copy_part(
    const denpa_data *data, const uint8_t *kept, uint8_t mark, dnp_split *part, void **memory, denpa_error *err) {
  const dnp_split *all = &data->split[DNP_TRAIN];
  const void *pixel = NULL, *value = NULL, *label = NULL, *target = NULL;
  *part = (dnp_split){0};
  for (size_t i = 0; i < all->rows; i++) part->rows += kept[i] == mark;
  DNP_TRY(copy_rows(all->pixel, data->features, all->rows, kept, mark, part->rows, &memory[0], &pixel, err));
  DNP_TRY(copy_rows(
      all->value, data->features * sizeof *all->value, all->rows, kept, mark, part->rows, &memory[0], &value, err));
  DNP_TRY(copy_rows(all->label, 1, all->rows, kept, mark, part->rows, &memory[1], &label, err));
  DNP_TRY(copy_rows(
      all->target, data->outputs * sizeof *all->target, all->rows, kept, mark, part->rows, &memory[1], &target, err));
  part->pixel = pixel, part->value = value, part->label = label, part->target = target;
  return DENPA_OK;
}

static denpa_status split_rows(
    denpa_data *out, const denpa_data *data, double share, uint64_t seed, uint8_t *kept, denpa_error *err) {
  const dnp_split *train = &data->split[DNP_TRAIN];
  shares s = {.classes = train->label != NULL ? MOST_CLASSES : 1};
  uint32_t *place;
  share_out(&s, train, share);
  DNP_TRY(DNP_NEW(&place, train->rows, err));
  for (size_t c = 0; c < s.classes; c++)
    if (s.given[c] > 0) draw_class(train, &s, c, seed, place, kept);
  dnp_free(place);
  DNP_TRY(copy_part(data, kept, 0, &out->split[DNP_TRAIN], out->memory, err));
  DNP_TRY(copy_part(data, kept, 1, &out->split[DNP_VALIDATION], out->memory + 2, err));
  if (out->split[DNP_VALIDATION].rows > 0) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_ARGUMENT,
      "{1} has {2} training {2|row|rows}, too few to keep some back for validation: two of a class are needed",
      dnp_s(data->name), dnp_u(train->rows));
}

denpa_status dnp_data_split_validation(
    denpa_data **out, const denpa_data *data, double share, uint64_t seed, denpa_error *err) {
  uint8_t *kept;
  *out = NULL;
  if (data->split[DNP_TRAIN].reader != NULL)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "the rows of {1} are given one by one by the program, so none of them can be kept back for validation",
        dnp_s(data->name));
  if (!(share > 0) || !(share < 1))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "the share of rows for validation is {1}; it has to be above 0 and below 1, such as 0.1", dnp_d(share));
  if (data->split[DNP_TRAIN].rows > UINT32_MAX)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} rows; at most {2} are possible", dnp_u(data->split[DNP_TRAIN].rows),
        dnp_u(UINT32_MAX));
  DNP_TRY(DNP_NEW(&kept, data->split[DNP_TRAIN].rows, err));
  denpa_status status = DNP_NEW(out, 1, err);
  if (status == DENPA_OK) {
    **out = *data;
    memset((*out)->memory, 0, sizeof(*out)->memory);
    status = split_rows(*out, data, share, seed, kept, err);
  }
  dnp_free(kept);
  if (status == DENPA_OK) return DENPA_OK;
  denpa_data_free(*out);
  *out = NULL;
  return status;
}
