/* trial.h: calls of the kernels on drawn arguments, for test_kernel.c (a proof with fixed seeds) and checkkern.c (a
 * proof with any seed, and times).
 *
 * A trial is one call of one entry of the table of kernels; equal shapes and seeds draw equal trials. Its matrices lie
 * between pages that nobody may touch: the last element right before one, or the first right behind one, so that an
 * access beyond that end is a fault in every build, masked loads and inlined copies included. At the other end, and
 * between the rows, stands a pattern. */
#ifndef TRIAL_H
#define TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/kernels.h"

/* ---- random numbers ------------------------------------------------------------------------------ */

uint64_t draw(uint64_t *state);
size_t below(uint64_t *state, size_t limit); /* 0 .. limit - 1 */
double uniform(uint64_t *state);             /* [-2,2) */

/* ---- matrices ------------------------------------------------------------------------------------ */

/* of the values; UNREAL: infinities and NaNs among them */
typedef enum regime { PLAIN, ZEROS, DENORMAL, ENORMOUS, MIXED, UNREAL, REGIMES } regime;
/* BOTH: an output that the kernel goes on from; SCRATCH: its elements are nobody's business */
typedef enum matrix_use { INPUT = 1, OUTPUT = 2, BOTH = INPUT | OUTPUT, SCRATCH = 4 } matrix_use;

typedef struct matrix {
  size_t rows, columns, l, element;
  matrix_use use;
  bool at_end;                      /* the last element lies before the fence; else the first behind it */
  unsigned char *first;             /* element (0,0) */
  unsigned char *raw;               /* the elements and the pattern beside them */
  size_t bytes;                     /* of raw */
  unsigned char *before, *expected; /* copies of raw: as drawn; as the reference left it */
} matrix;

enum { MOST_MATRICES = 8 };

typedef struct trial {
  const dnp_kernels *kernels;
  uint64_t seed, state;
  size_t m, n, k;
  size_t stride; /* rows lie up to so many elements further stride than they are long */
  regime how;
  bool timed; /* for times: nothing is restored between the calls, and `chosen` says yes */
  matrix matrix[MOST_MATRICES];
  int matrices; /* that have been drawn */
  int next;     /* in this call */
  size_t result;
} trial;

/* For the entries' trials: the first call draws the matrices, the later ones find them as they were drawn. */
typedef void filler(const trial *t, const matrix *x, uint64_t *state);
matrix *place(trial *t, matrix_use use, size_t rows, size_t columns, size_t l, size_t element, filler *fill);
matrix *input(trial *t, size_t rows, size_t columns, size_t l); /* of reals, as the two below */
matrix *output(trial *t, size_t rows, size_t columns, size_t l);
matrix *both(trial *t, size_t rows, size_t columns, size_t l);
filler fill_reals, fill_doubles;
size_t gap(trial *t, size_t columns); /* a distance of rows */
bool chosen(trial *t, size_t odds);   /* no, once in `odds` times */

void *cell(const matrix *x, size_t i, size_t j);
void *start(const matrix *x);
double number(denpa_dtype dtype, const void *at);
void put(denpa_dtype dtype, void *at, double value);

/* ---- trials -------------------------------------------------------------------------------------- */

typedef struct trial_entry {
  const char *name;
  void (*run)(trial *t);
} trial_entry;

#define X(result, name, arguments) void try_##name(trial *t);
DNP_KERNEL_LIST(X)
#undef X
#define X(result, name, arguments) TRIAL_##name,
enum { DNP_KERNEL_LIST(X) TRIAL_ENTRIES };
#undef X
/* in the list's order; an entry without its trial does not compile */
extern const trial_entry trial_entries[TRIAL_ENTRIES];

trial trial_draw(uint64_t seed);                                            /* some shape and regime */
trial trial_of(uint64_t seed, size_t m, size_t n, size_t k, size_t stride); /* plain values */
void trial_run(trial *t, const trial_entry *entry, const dnp_kernels *kernels);
void trial_close(trial *t);
double trial_conv_flops(const trial *t); /* of a convolution that is timed */
double trial_traffic(const trial *t); /* bytes of the operands: inputs once, outputs once, those that are both twice */

/* What of the units of this processor is proved; units[0] is the reference. */
typedef struct trial_units {
  const dnp_kernels *units[DNP_MOST_UNITS];
  size_t count;
} trial_units;
trial_units trial_units_of(const char *name); /* the reference and the unit of this name; or all, for NULL */

typedef struct fault {
  char text[1000]; /* which unit, entry, shape, element and bits, and how to see it again */
} fault;

/* For a handler of signals: describes the call that is under way; false if there is none. */
bool trial_running(const char *what, fault *out);

/* One trial in every unit: the same bits as the reference's, and nothing else touched. Closes t. */
bool trial_prove(trial *t, const trial_entry *entry, denpa_dtype dtype, const trial_units *of, fault *out);
/* Every height of C and every end of its rows that a tile may have, rows of B near and far; and products of nothing. */
bool trial_walk(
    const trial_entry *entry, denpa_dtype dtype, uint64_t seed, const trial_units *of, fault *out, size_t *trials);

#endif
