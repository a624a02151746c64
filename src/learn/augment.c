/* augment.c: pictures shifted, turned, scaled and bent at random, so that a network never sees the same one twice: the
 * text that says how much, the draws, and from them the map of places for the kernel `warp`. No pixel is computed here.
 * Called by the training loop (through rows.c) and by whoever shows such pictures; docs/law-of-sums.md has the rules.
 *
 * All of it is a pure function of (seed, update, row of the data set): block b of draws is Philox with the key seed and
 * the counter {b, row, update, purpose}. Block 0 has four numbers for shift, turn and scale; the following ones eight
 * each for the nodes of the elastic field. */
#include <math.h>
#include <string.h>

#include "base/math.h"
#include "base/text.h"
#include "learn/learn.h"

enum { MOST_NODES = 2048 }; /* of one field; they lie on the stack */

/* ---- the text ----------------------------------------------------------------------------------- */

typedef struct term {
  const char *name;
  size_t member;
  double low, high;
} term;
#define MEMBER(name) offsetof(dnp_augment, name)
static const term terms[] = {
    {"shift", MEMBER(shift), 0, 64},
    {"rotate", MEMBER(rotate), 0, 180},
    {"scale", MEMBER(scale), 0, 0.9},
    {"elastic", MEMBER(strength), 0, 20},
};
const char *dnp_augment_word(size_t index) { return index < sizeof terms / sizeof *terms ? terms[index].name : NULL; }
static const term smoothness = {"elastic", MEMBER(smoothness), 1, 64};

static void keep(dnp_augment *a, const term *t, double value) {
  memcpy((unsigned char *)a + t->member, &value, sizeof value);
}

/* The number at *at, up to ':' or ','; *at moves behind it. */
static denpa_status read_number(dnp_augment *a, const term *t, const char *text, const char **at, denpa_error *err) {
  char number[32] = "";
  const size_t length = strcspn(*at, ":,");
  double value;
  if (length < sizeof number) memcpy(number, *at, length);
  if (length == 0 || length >= sizeof number || !dnp_parse_real(number, &value) ||
      !(value >= t->low && value <= t->high))
    return dnp_fail(err, DENPA_ERROR_SYNTAX, "augment '{1}', place {2}: {3} needs a number from {4} to {5} here",
        dnp_s(text), dnp_u((size_t)(*at - text) + 1), dnp_s(t->name), dnp_d(t->low), dnp_d(t->high));
  keep(a, t, value);
  *at += length;
  return DENPA_OK;
}

static const term *find_term(const char *at, size_t length) {
  for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
    if (dnp_text_alike(at, length, terms[i].name, strlen(terms[i].name))) return &terms[i];
  return NULL;
}

/* "shift:2,rotate:10,scale:0.1,elastic:1.4:4" */
static denpa_status read_text(dnp_augment *a, const char *text, denpa_error *err) {
  bool given[sizeof terms / sizeof *terms] = {false};
  a->smoothness = 4;
  for (const char *at = text;; at++) {
    const size_t length = strcspn(at, ":,");
    const term *t = find_term(at, length);
    if (t == NULL || at[length] != ':')
      return dnp_fail(err, DENPA_ERROR_SYNTAX,
          "augment '{1}', place {2}: shift:PIXELS, rotate:DEGREES, scale:SHARE, elastic:PIXELS or "
          "elastic:PIXELS:SMOOTHNESS belongs here; join several with commas",
          dnp_s(text), dnp_u((size_t)(at - text) + 1));
    if (given[t - terms])
      return dnp_fail(err, DENPA_ERROR_SYNTAX, "augment '{1}', place {2}: {3} is given twice", dnp_s(text),
          dnp_u((size_t)(at - text) + 1), dnp_s(t->name));
    given[t - terms] = true;
    at += length + 1;
    DNP_TRY(read_number(a, t, text, &at, err));
    if (*at == ':' && t->member == MEMBER(strength)) {
      at++;
      DNP_TRY(read_number(a, &smoothness, text, &at, err));
    }
    if (*at == '\0') return DENPA_OK;
    if (*at == ':')
      return dnp_fail(err, DENPA_ERROR_SYNTAX,
          "augment '{1}', place {2}: {3} takes no further number; a comma comes before the next word", dnp_s(text),
          dnp_u((size_t)(at - text) + 1), dnp_s(t->name));
  }
}

/* ---- the elastic field -------------------------------------------------------------------------- */

/* Uniform cubic B-spline: node k of a pixel that is `t` of the way from its cell's beginning to the next one. */
static void set_weights(double t, float weight[4]) {
  const double r = 1 - t;
  weight[0] = (float)(r * r * r / 6);
  weight[1] = (float)((3 * t * t * t - 6 * t * t + 4) / 6);
  weight[2] = (float)((3 * r * r * r - 6 * r * r + 4) / 6);
  weight[3] = (float)(t * t * t / 6);
}

/* Fills one axis; returns the nodes along it. */
static size_t set_axis(size_t pixels, double spacing, uint16_t *cell, float *weight) {
  for (size_t i = 0; i < pixels; i++) {
    const double at = (double)i / spacing, begin = floor(at);
    cell[i] = (uint16_t)begin;
    set_weights(at - begin, weight + 4 * i);
  }
  return (size_t)cell[pixels - 1] + 4;
}

/* Nodes that are even between -1 and 1 give, through the spline, a field whose mean square over all places is
 * (151/315)^2 / 3; and the spline is as wide as the Gaussian of Simard's method with the deviation spacing /
 * sqrt(3). */
static denpa_status open_field(dnp_augment *a, denpa_error *err) {
  const double sqrt3 = 0x1.bb67ae8584caap+0;
  float *weight;
  /* four weights and, in half a float's room, the cell of each row and column */
  DNP_TRY(DNP_NEW(&weight, (a->height + a->width) * 5, err));
  a->memory = weight;
  uint16_t *cell = (uint16_t *)(void *)(weight + 4 * (a->height + a->width));
  const size_t down = set_axis(a->height, sqrt3 * a->smoothness, cell, weight);
  const size_t across = set_axis(a->width, sqrt3 * a->smoothness, cell + a->height, weight + 4 * a->height);
  a->elastic = (dnp_elastic){.across = across,
      .row = cell,
      .column = cell + a->height,
      .row_weight = weight,
      .column_weight = weight + 4 * a->height};
  a->nodes = down * across;
  a->unit = (float)(a->strength * 65536 / 32768 * (315 * sqrt3 / 151));
  if (a->nodes <= MOST_NODES) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_ARGUMENT,
      "augment: elastic's smoothness {1} asks for {2} nodes in pictures of {3}x{4}; at most {5} are possible: give a "
      "larger one",
      dnp_d(a->smoothness), dnp_u(a->nodes), dnp_u(a->height), dnp_u(a->width), dnp_i(MOST_NODES));
}

/* ---- opening ------------------------------------------------------------------------------------- */

static denpa_status set_shape(dnp_augment *a, const denpa_data *data, denpa_error *err) {
  if (data->split[DNP_TRAIN].pixel == NULL || data->axes < 2)
    return dnp_fail(
        err, DENPA_ERROR_ARGUMENT, "augment is for pictures; a row of {1} is a list of numbers", dnp_s(data->name));
  a->planes = data->axes == 3 ? data->shape[0] : 1;
  a->height = data->shape[data->axes - 2];
  a->width = data->shape[data->axes - 1];
  if (a->height <= DNP_WARP_SIDE && a->width <= DNP_WARP_SIDE) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
      "augment works on pictures of at most {1}x{1} pixels; those of {2} have {3}x{4}", dnp_i(DNP_WARP_SIDE),
      dnp_s(data->name), dnp_u(a->height), dnp_u(a->width));
}

denpa_status dnp_augment_open(
    dnp_augment *augment, const char *text, const denpa_data *data, uint64_t seed, denpa_error *err) {
  *augment = (dnp_augment){.seed = seed};
  denpa_status status = read_text(augment, text, err);
  if (status == DENPA_OK) status = set_shape(augment, data, err);
  if (status == DENPA_OK && augment->strength > 0) status = open_field(augment, err);
  if (status != DENPA_OK) dnp_augment_close(augment);
  return status;
}

void dnp_augment_close(dnp_augment *augment) {
  dnp_free(augment->memory);
  augment->memory = NULL;
}

/* ---- one picture --------------------------------------------------------------------------------- */

static void draw_block(const dnp_augment *a, uint64_t update, uint32_t row, uint32_t block, uint32_t word[4]) {
  const uint32_t key[2] = {(uint32_t)a->seed, (uint32_t)(a->seed >> 32)};
  const uint32_t counter[4] = {block, row, (uint32_t)update, DNP_FOR_AUGMENT};
  dnp_philox(key, counter, word);
}

static double even(uint32_t word) { return ((double)word + 0.5) * 0x1p-31 - 1; } /* between -1 and 1 */

static int32_t fixed(double places) { return (int32_t)rint(places * 65536); }

/* The picture is scaled by s, turned by an angle (positive: against the clock) about its centre c, and shifted by t; so
 * an output pixel o shows the place c + M (o - c - t), where M turns back and divides by s. Rows count downwards. */
static void set_map(const dnp_augment *a, uint64_t update, uint32_t row, dnp_warp *warp) {
  uint32_t word[4];
  draw_block(a, update, row, 0, word);
  const double right = a->shift * even(word[0]), down = a->shift * even(word[1]),
               angle = a->rotate * even(word[2]) * 0x1.1df46a2529d39p-6 /* pi / 180 */,
               size = 1 + a->scale * even(word[3]);
  const double c = dnp_cos(angle) / size, s = dnp_sin(angle) / size;
  const double x = (double)(a->width - 1) / 2, y = (double)(a->height - 1) / 2;
  warp->across[0] = warp->down[1] = fixed(c);
  warp->across[1] = fixed(s);
  warp->down[0] = fixed(-s);
  warp->at[0] = fixed(x - (c * (x + right) - s * (y + down)));
  warp->at[1] = fixed(y - (s * (x + right) + c * (y + down)));
}

static void draw_nodes(const dnp_augment *a, uint64_t update, uint32_t row, float *node) {
  for (size_t n = 0, block = 1; n < 2 * a->nodes; n += 8, block++) {
    uint32_t word[4];
    draw_block(a, update, row, (uint32_t)block, word);
    for (size_t k = 0; k < 8; k++)
      node[n + k] = ((float)(int)(word[k / 2] >> (k % 2 * 16) & 0xffff) - 32767.5f) * a->unit;
  }
}

void dnp_augment_row(
    const dnp_augment *a, const dnp_kernels *kernels, uint64_t update, size_t row, const uint8_t *pixel, void *x) {
  float node[2 * MOST_NODES + 8];
  dnp_warp warp = {.elastic = a->memory != NULL ? &a->elastic : NULL, .node = {node, node + a->nodes}};
  set_map(a, update, (uint32_t)row, &warp);
  if (warp.elastic != NULL) draw_nodes(a, update, (uint32_t)row, node);
  const size_t plane = a->height * a->width, size = dnp_dtype_size(kernels->dtype);
  for (size_t p = 0; p < a->planes; p++)
    kernels->warp(a->height, a->width, pixel + p * plane, &warp, (unsigned char *)x + p * plane * size);
}

denpa_status denpa_data_augmented(const denpa_data *data, denpa_split split, size_t row, const char *augment,
    uint64_t seed, size_t update, double *x, denpa_error *err) {
  const dnp_kernels *kernels;
  dnp_augment opened;
  DNP_REQUIRE(data, err);
  DNP_REQUIRE(augment, err);
  if ((unsigned)split >= DNP_ALL_SPLITS)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "there is no split number {1}", dnp_i(split));
  const dnp_split *s = &data->split[split];
  DNP_TRY(dnp_augment_open(&opened, augment, data, seed, err));
  denpa_status status = dnp_kernels_choose("auto", DENPA_DTYPE_FLOAT64, &kernels, err);
  if (status == DENPA_OK && x != NULL && row >= s->rows)
    status = dnp_fail(err, DENPA_ERROR_NOT_FOUND, "there is no row {1}; {2} has {3} of them, counted from 0",
        dnp_u(row), dnp_s(data->name), dnp_u(s->rows));
  if (status == DENPA_OK && x != NULL) {
    const dnp_float_mode before = dnp_float_enter();
    dnp_augment_row(&opened, kernels, update, row, s->pixel + row * data->features, x);
    dnp_float_leave(before);
  }
  dnp_augment_close(&opened);
  return status;
}
