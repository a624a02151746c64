/* trial.c: drawn values, matrices between fences, and the comparison of the units with the reference (trial.h). */
#ifdef __linux__
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE */
#endif
#include "trial.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/array.h"
#include "base/memory.h"

#define GUARD 192 /* bytes of the pattern at the end without a fence */
#define PATTERN 0xa5
#define FENCE ((size_t)1 << 16) /* a multiple of every page size */
#define SLOT ((size_t)40 << 20) /* room for a matrix between two fences */

/* ---- random numbers ------------------------------------------------------------------------------ */

uint64_t draw(uint64_t *state) { /* splitmix64 */
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

size_t below(uint64_t *state, size_t limit) { return (size_t)(draw(state) % limit); }
double uniform(uint64_t *state) { return (double)(draw(state) >> 11) * 0x1p-53 * 4 - 2; }

static double draw_value(uint64_t *state, denpa_dtype dtype, regime how) {
  static const double unreal[] = {HUGE_VAL, -HUGE_VAL, (double)NAN};
  const int exponent = dtype == DENPA_DTYPE_FLOAT32 ? 127 : 1023;
  if (how == MIXED) how = (regime)below(state, MIXED);
  switch (how) {
    case ZEROS: return below(state, 2) == 0 ? -0.0 : below(state, 2) == 0 ? 0.0 : uniform(state);
    case DENORMAL: return ldexp(uniform(state), -exponent - (int)below(state, 20));
    case ENORMOUS: return ldexp(uniform(state), exponent - 1 - (int)below(state, 20));
    case UNREAL: return below(state, 20) == 0 ? unreal[below(state, 3)] : uniform(state);
    default: return uniform(state);
  }
}

/* ---- matrices ------------------------------------------------------------------------------------ */

static void give_up(const char *why) {
  fprintf(stderr, "trial: %s\n", why);
  exit(1);
}

/* The slots: mapped once, a fence before and behind each. */
static unsigned char *slot(int index) {
  static unsigned char *slots;
  if (slots == NULL) {
    void *all = mmap(
        NULL, MOST_MATRICES * (SLOT + FENCE) + FENCE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (all == MAP_FAILED) give_up("no address space for the matrices");
    slots = (unsigned char *)all + FENCE;
    for (int i = 0; i < MOST_MATRICES; i++)
      if (mprotect(slots + (size_t)i * (SLOT + FENCE), SLOT, PROT_READ | PROT_WRITE) != 0)
        give_up("no memory for the matrices");
  }
  return slots + (size_t)index * (SLOT + FENCE);
}

void *cell(const matrix *x, size_t i, size_t j) { return x->first + (i * x->l + j) * x->element; }
void *start(const matrix *x) { return x->first; }

double number(denpa_dtype dtype, const void *at) {
  return dtype == DENPA_DTYPE_FLOAT32 ? (double)*(const float *)at : *(const double *)at;
}
void put(denpa_dtype dtype, void *at, double value) {
  if (dtype == DENPA_DTYPE_FLOAT32)
    *(float *)at = (float)value;
  else
    *(double *)at = value;
}

static void fill_as(denpa_dtype dtype, regime how, const matrix *x, uint64_t *state) {
  for (size_t i = 0; i < x->rows; i++)
    for (size_t j = 0; j < x->columns; j++) put(dtype, cell(x, i, j), draw_value(state, dtype, how));
}
void fill_reals(const trial *t, const matrix *x, uint64_t *state) { fill_as(t->kernels->dtype, t->how, x, state); }
void fill_doubles(const trial *t, const matrix *x, uint64_t *state) { fill_as(DENPA_DTYPE_FLOAT64, t->how, x, state); }

/* Where it lies: at one of the slot's ends; for times at the lower one, moved a little so that equal offsets in a page
 * do not stand in each other's way. */
static void locate(const trial *t, matrix *x, int index, bool at_end) {
  const size_t span = x->rows == 0 || x->columns == 0 ? 0 : ((x->rows - 1) * x->l + x->columns) * x->element;
  if (span + 2 * FENCE > SLOT) give_up("the matrix is larger than a slot");
  x->at_end = at_end;
  x->bytes = span + GUARD;
  x->first = at_end ? slot(index) + SLOT - span : slot(index) + (t->timed ? 320 * (size_t)index : 0);
  x->raw = at_end ? x->first - GUARD : x->first;
}

static unsigned char *copy_of(const matrix *x) {
  unsigned char *copy;
  if (DNP_NEW(&copy, x->bytes, NULL) != DENPA_OK) give_up("no memory for a copy");
  memcpy(copy, x->raw, x->bytes);
  return copy;
}

matrix *place(trial *t, matrix_use use, size_t rows, size_t columns, size_t l, size_t element, filler *fill) {
  const int index = t->next++;
  if (index >= MOST_MATRICES) give_up("too many matrices");
  matrix *x = &t->matrix[index];
  if (index < t->matrices) {
    if (!t->timed) memcpy(x->raw, x->before, x->bytes);
    return x;
  }
  t->matrices++;
  *x = (matrix){.rows = rows, .columns = columns, .l = l, .element = element, .use = use};
  uint64_t state = t->seed ^ (uint64_t)(index + 1) << 32; /* a stream of its own: later calls need not draw again */
  locate(t, x, index, !t->timed && below(&state, 2) == 0);
  memset(x->raw, PATTERN, x->bytes);
  if (fill != NULL) fill(t, x, &state);
  if (!t->timed) x->before = copy_of(x);
  return x;
}

static size_t real_size(const trial *t) { return dnp_dtype_size(t->kernels->dtype); }
matrix *input(trial *t, size_t rows, size_t columns, size_t l) {
  return place(t, INPUT, rows, columns, l, real_size(t), fill_reals);
}
matrix *output(trial *t, size_t rows, size_t columns, size_t l) {
  return place(t, OUTPUT, rows, columns, l, real_size(t), NULL);
}
matrix *both(trial *t, size_t rows, size_t columns, size_t l) {
  return place(t, BOTH, rows, columns, l, real_size(t), fill_reals);
}

size_t gap(trial *t, size_t columns) { return columns + (t->stride == 0 ? 0 : below(&t->state, t->stride + 1)); }
bool chosen(trial *t, size_t odds) { return below(&t->state, odds) != 0 || t->timed; }

/* ---- trials -------------------------------------------------------------------------------------- */

trial trial_of(uint64_t seed, size_t m, size_t n, size_t k, size_t stride) {
  return (trial){.seed = seed, .m = m, .n = n, .k = k, .stride = stride};
}

/* Mostly small, with each measure long now and then; and every fourth with all of them long: several panels of columns
 * and steps, of rows far stride. */
trial trial_draw(uint64_t seed) {
  uint64_t state = seed ^ 0x7368617065;
  const regime how = (regime)below(&state, REGIMES);
  const bool large = below(&state, 4) == 0;
  const size_t m[] = {1, 1 + below(&state, 12), 1 + below(&state, 12), 1 + below(&state, 40)};
  const size_t n[] = {
      1, 4 * (1 + below(&state, 32)), 1 + below(&state, 40), 1 + below(&state, 40), 1 + below(&state, 300)};
  const size_t k[] = {1, 1 + below(&state, 40), 1 + below(&state, 40), 1 + below(&state, 150), 1 + below(&state, 700)};
  const size_t stride[] = {0, 5, 5, 5, 5, 5, 300 + below(&state, 800)};
#define ONE_OF(list) list[below(&state, sizeof list / sizeof *list)]
  trial t = trial_of(seed, ONE_OF(m), ONE_OF(n), ONE_OF(k), ONE_OF(stride));
#undef ONE_OF
  if (large)
    t = trial_of(
        seed, 12 + below(&state, 30), 1 + below(&state, 200), 200 + below(&state, 500), 100 + below(&state, 800));
  t.how = how;
  return t;
}

static struct {
  const trial *t;
  const trial_entry *entry;
} running;

void trial_run(trial *t, const trial_entry *entry, const dnp_kernels *kernels) {
  running.t = t;
  running.entry = entry;
  t->kernels = kernels;
  t->state = t->seed;
  t->next = 0;
  t->result = 0;
  entry->run(t);
  running.t = NULL;
}

void trial_close(trial *t) {
  for (int i = 0; i < t->matrices; i++) {
    dnp_free(t->matrix[i].before);
    dnp_free(t->matrix[i].expected);
  }
  t->matrices = 0;
}

double trial_traffic(const trial *t) {
  double bytes = 0;
  for (int i = 0; i < t->matrices; i++) {
    const matrix *x = &t->matrix[i];
    bytes += (double)(x->rows * x->columns * x->element) * (x->use == BOTH ? 2 : x->use == SCRATCH ? 0 : 1);
  }
  return bytes;
}

trial_units trial_units_of(const char *name) {
  const dnp_kernels *all[DNP_MOST_UNITS];
  const size_t count = dnp_kernels_units(all);
  trial_units of = {.units = {all[0]}, .count = 1};
  for (size_t u = 1; u < count; u++)
    if (name == NULL || strcmp(name, all[u]->unit) == 0) of.units[of.count++] = all[u];
  return of;
}

/* ---- the comparison ------------------------------------------------------------------------------ */

/* What raw has to be after the reference: as drawn, but for the elements of outputs. */
static unsigned char *expectation(const matrix *x) {
  unsigned char *expected = copy_of(x);
  memcpy(expected, x->before, x->bytes);
  if ((x->use & OUTPUT) == 0) return expected;
  for (size_t i = 0; i < x->rows && x->columns > 0; i++) {
    const unsigned char *row = cell(x, i, 0);
    memcpy(expected + (row - x->raw), row, x->columns * x->element);
  }
  return expected;
}

static bool is_nan(const trial *t, const matrix *x, const void *at) {
  const denpa_dtype dtype = x->element == sizeof(double) ? DENPA_DTYPE_FLOAT64 : DENPA_DTYPE_FLOAT32;
  return (dtype == DENPA_DTYPE_FLOAT64 || x->element == real_size(t)) && isnan(number(dtype, at));
}

/* Which of several NaNs comes out of a sum is the processor's affair: where some went in, any will do. */
static bool same_element(const trial *t, const matrix *x, const unsigned char *is, const unsigned char *should) {
  return memcmp(is, should, x->element) == 0 || (t->how == UNREAL && is_nan(t, x, is) && is_nan(t, x, should));
}

static uint64_t bits(const unsigned char *at, size_t size) {
  uint64_t value = 0;
  for (size_t i = 0; i < size; i++) value |= (uint64_t)at[i] << 8 * i; /* as a little-endian machine writes it */
  return value;
}

/* The first difference in words; false if there is none. */
static bool find_difference(const trial *t, const matrix *x, char *text, size_t room) {
  if (memcmp(x->raw, x->expected, x->bytes) == 0) return false;
  const size_t lead = (size_t)(x->first - x->raw), row_bytes = x->l * x->element;
  for (size_t at = 0; at < x->bytes;) {
    const size_t in = at - lead, i = at < lead ? x->rows : in / row_bytes,
                 j = at < lead ? 0 : in % row_bytes / x->element;
    const bool element = i < x->rows && j < x->columns;
    const unsigned char *is = x->raw + at, *should = x->expected + at;
    if (element && x->use != SCRATCH && !same_element(t, x, is, should)) {
      snprintf(text, room, "element (%zu,%zu) is 0x%0*" PRIx64 ", and should be 0x%0*" PRIx64, i, j,
          (int)(2 * x->element), bits(is, x->element), (int)(2 * x->element), bits(should, x->element));
      return true;
    }
    if (!element && *is != *should) {
      snprintf(
          text, room, "the byte %td after its first element is none of its elements, and was written", is - x->first);
      return true;
    }
    at += element ? x->element : 1;
  }
  return false;
}

static const char *const regime_names[REGIMES] = {"plain", "zeros", "denormal", "enormous", "mixed", "unreal"};

static void describe(const trial *t, const trial_entry *entry, int which, const char *difference, fault *out) {
  static const char *const use_names[] = {
      [INPUT] = "in", [OUTPUT] = "out", [BOTH] = "in and out", [SCRATCH] = "scratch"};
  char *text = out->text;
  size_t room = sizeof out->text;
  const char *dtype = t->kernels->dtype == DENPA_DTYPE_FLOAT32 ? "float32" : "float64";
  int length = snprintf(text, room, "%s %s %s: m %zu, n %zu, k %zu, %s values; ", t->kernels->unit, entry->name, dtype,
      t->m, t->n, t->k, regime_names[t->how]);
  for (int i = 0; i < t->matrices && (size_t)length < room; i++) {
    const matrix *x = &t->matrix[i];
    length += snprintf(text + length, room - (size_t)length,
        "matrix %d (%s) %zux%zu, rows %zu apart, its %s at a fence; ", i, use_names[x->use], x->rows, x->columns, x->l,
        x->at_end ? "end" : "start");
  }
  if ((size_t)length < room)
    length += snprintf(text + length, room - (size_t)length, "matrix %d: %s", which, difference);
  if ((size_t)length < room)
    snprintf(text + length, room - (size_t)length, "\nagain: checkkern --unit %s --only %s --rounds 1 --seed %" PRIu64,
        t->kernels->unit, entry->name, t->seed);
}

bool trial_running(const char *what, fault *out) {
  if (running.t == NULL) return false;
  describe(running.t, running.entry, 0, what, out);
  return true;
}

static bool same(const trial *t, const trial_entry *entry, size_t result, fault *out) {
  char difference[200];
  for (int i = 0; i < t->matrices; i++) {
    if (!find_difference(t, &t->matrix[i], difference, sizeof difference)) continue;
    describe(t, entry, i, difference, out);
    return false;
  }
  if (t->result == result) return true;
  snprintf(difference, sizeof difference, "nothing, but the call gave %zu, and should give %zu", t->result, result);
  describe(t, entry, 0, difference, out);
  return false;
}

bool trial_prove(trial *t, const trial_entry *entry, denpa_dtype dtype, const trial_units *of, fault *out) {
  trial_run(t, entry, &of->units[0][dtype]);
  for (int i = 0; i < t->matrices; i++) t->matrix[i].expected = expectation(&t->matrix[i]);
  const size_t result = t->result;
  bool good = same(t, entry, result, out);
  for (size_t u = 1; u < of->count && good; u++) {
    trial_run(t, entry, &of->units[u][dtype]);
    good = same(t, entry, result, out);
  }
  trial_close(t);
  return good;
}

bool trial_walk(
    const trial_entry *entry, denpa_dtype dtype, uint64_t seed, const trial_units *of, fault *out, size_t *trials) {
  enum { HEIGHTS = 17, COLUMNS = 4 * 16 + 3, STEPS = 3 };
  for (size_t m = 0; m <= HEIGHTS; m++)
    for (size_t n = 0; n <= COLUMNS; n++) {
      trial t = trial_of(seed, m, n, (m + n) % (STEPS + 1), n % 8 == 0 ? 300 : 1); /* k = 0 too: nothing but the bias */
      if (!trial_prove(&t, entry, dtype, of, out)) return false;
      ++*trials;
    }
  return true;
}
