/* tensor.h: a named array of a network and the only ways to look into one from outside the engine.
 *
 * Elements are numbered row-major. Where they lie is the tensor's own affair (`layout`): kernels and the executor use
 * `data` and `grad`, everybody else asks by number or for a row-major copy, and a question about what is not there is a
 * failed assertion. tests/law.table bans the two members above src/exec. */
#ifndef DNP_OP_TENSOR_H
#define DNP_OP_TENSOR_H

#include <stdbool.h>

#include "base/array.h"

typedef enum dnp_layout {
  DNP_ROW_MAJOR,
  DNP_SAMPLE_GROUPS /* [N / 16][C][H][W][16]: groups of DNP_LANES samples, so that a kernel computes 16 side by side */
} dnp_layout;

/* What of a tensor is meant: its values, or d loss / d tensor. */
typedef enum dnp_side { DNP_DATA, DNP_GRAD } dnp_side;

typedef struct dnp_tensor {
  char name[DNP_MAX_NAME + 1];
  denpa_dtype dtype;
  int axes;
  size_t shape[DNP_MAX_AXES]; /* batched: shape[0] is the capacity of one chunk */
  bool batched;               /* axis 0 counts the rows of the batch */
  dnp_layout layout;
  size_t rows; /* slices of axis 0 that are there: of a batched tensor, the rows of the last chunk; else all of them */
  /* In groups of samples, those that the last group lacks are zeros in the input and in the gradients; elsewhere
   * anything finite. grad has the same shape and dtype; NULL if nobody needs it. */
  void *data, *grad;
} dnp_tensor;

/* ---- shapes, for everybody ------------------------------------------------------------------------ */

size_t dnp_tensor_row(const dnp_tensor *tensor);    /* elements of one slice of axis 0; 1 for a scalar */
size_t dnp_tensor_slices(const dnp_tensor *tensor); /* shape[0]; 1 for a scalar */
size_t dnp_tensor_count(const dnp_tensor *tensor);  /* elements that are there: rows * row */
bool dnp_tensor_has(const dnp_tensor *tensor, dnp_side side);
/* How a tensor of this shape lies: pictures [N,C,H,W] with rows in groups of samples, all others row-major. */
dnp_layout dnp_layout_for(bool batched, int axes);

/* ---- looking and writing, for everybody ------------------------------------------------------------ */

/* Element `index` (row-major) of what is there, widened. */
double dnp_tensor_element(const dnp_tensor *tensor, dnp_side side, size_t index);
/* A row-major copy of the slices [first, first + count) that are there, in the tensor's dtype ... */
void dnp_tensor_read(const dnp_tensor *tensor, dnp_side side, size_t first, size_t count, void *out);
/* ... and widened. */
void dnp_tensor_read_real(const dnp_tensor *tensor, dnp_side side, size_t first, size_t count, double *out);
/* The values of a tensor without rows lie here from now on, row-major; whoever made the memory keeps it. */
void dnp_tensor_lay(dnp_tensor *tensor, void *memory);
/* Writes element `index` of a tensor without rows, rounded to its dtype. */
void dnp_tensor_set(dnp_tensor *tensor, size_t index, double value);
/* The values of a tensor without rows, row-major and in its dtype: read where they lie, until the network goes ... */
const void *dnp_tensor_bytes(const dnp_tensor *tensor, dnp_side side);
/* ... and all of them written. */
void dnp_tensor_write(dnp_tensor *tensor, const void *values);

/* ---- memory, for src/exec, src/op and src/kernel --------------------------------------------------- */

bool dnp_tensor_grouped(const dnp_tensor *tensor);                 /* lies in groups of samples */
size_t dnp_tensor_place(const dnp_tensor *tensor, size_t element); /* where it lies, counted in elements */
/* base + slice rows, in bytes; in groups: slice is a multiple of DNP_LANES */
void *dnp_tensor_at(const dnp_tensor *tensor, void *base, size_t slice);
/* Numbers that the slices [begin, end) take up in memory: in groups, up to the end of the last one. */
size_t dnp_tensor_span(const dnp_tensor *tensor, size_t begin, size_t end);
/* Copies slices [first, first + count) of a block that lies as the tensor does to `out`, row-major. */
void dnp_tensor_read_block(const dnp_tensor *like, const void *base, size_t first, size_t count, void *out);

#endif
