/* tensor.c: shapes of tensors, where their elements lie, and the accessors that everybody above the engine uses. */
#include "op/tensor.h"

#include <assert.h>
#include <string.h>

#include "kernel/kernels.h"

/* ---- shapes --------------------------------------------------------------------------------------- */

size_t dnp_tensor_row(const dnp_tensor *tensor) {
  size_t count = 1;
  for (int i = 1; i < tensor->axes; i++) count *= tensor->shape[i];
  return count;
}

size_t dnp_tensor_slices(const dnp_tensor *tensor) { return tensor->axes == 0 ? 1 : tensor->shape[0]; }
size_t dnp_tensor_count(const dnp_tensor *tensor) { return tensor->rows * dnp_tensor_row(tensor); }

static void *block_of(const dnp_tensor *tensor, dnp_side side) {
  return side == DNP_GRAD ? tensor->grad : tensor->data;
}

bool dnp_tensor_has(const dnp_tensor *tensor, dnp_side side) { return block_of(tensor, side) != NULL; }

dnp_layout dnp_layout_for(bool batched, int axes) { return batched && axes == 4 ? DNP_SAMPLE_GROUPS : DNP_ROW_MAJOR; }

/* ---- memory --------------------------------------------------------------------------------------- */

bool dnp_tensor_grouped(const dnp_tensor *tensor) { return tensor->layout == DNP_SAMPLE_GROUPS; }

void *dnp_tensor_at(const dnp_tensor *tensor, void *base, size_t slice) {
  assert(slice <= dnp_tensor_slices(tensor) && (!dnp_tensor_grouped(tensor) || slice % DNP_LANES == 0));
  return (unsigned char *)base + slice * dnp_tensor_row(tensor) * dnp_dtype_size(tensor->dtype);
}

size_t dnp_tensor_place(const dnp_tensor *tensor, size_t element) {
  if (!dnp_tensor_grouped(tensor)) return element;
  const size_t row = dnp_tensor_row(tensor), slice = element / row;
  return (slice / DNP_LANES * row + element % row) * DNP_LANES + slice % DNP_LANES;
}

size_t dnp_tensor_span(const dnp_tensor *tensor, size_t begin, size_t end) {
  assert(begin <= end && end <= dnp_tensor_slices(tensor));
  if (dnp_tensor_grouped(tensor)) end = (end + DNP_LANES - 1) / DNP_LANES * DNP_LANES;
  return (end - begin) * dnp_tensor_row(tensor);
}

void dnp_tensor_read_block(const dnp_tensor *like, const void *base, size_t first, size_t count, void *out) {
  assert(first <= dnp_tensor_slices(like) && count <= dnp_tensor_slices(like) - first);
  const size_t row = dnp_tensor_row(like), size = dnp_dtype_size(like->dtype);
  if (!dnp_tensor_grouped(like)) {
    if (count > 0) memcpy(out, (const unsigned char *)base + first * row * size, count * row * size);
    return;
  }
  unsigned char *to = out;
  for (size_t i = first * row; i < (first + count) * row; i++, to += size)
    memcpy(to, (const unsigned char *)base + dnp_tensor_place(like, i) * size, size);
}

/* ---- accessors ------------------------------------------------------------------------------------ */

double dnp_tensor_element(const dnp_tensor *tensor, dnp_side side, size_t index) {
  assert(dnp_tensor_has(tensor, side) && index < dnp_tensor_count(tensor));
  return dnp_number(tensor->dtype, block_of(tensor, side), dnp_tensor_place(tensor, index));
}

void dnp_tensor_read(const dnp_tensor *tensor, dnp_side side, size_t first, size_t count, void *out) {
  assert(dnp_tensor_has(tensor, side) && first <= tensor->rows && count <= tensor->rows - first);
  dnp_tensor_read_block(tensor, block_of(tensor, side), first, count, out);
}

void dnp_tensor_read_real(const dnp_tensor *tensor, dnp_side side, size_t first, size_t count, double *out) {
  assert(dnp_tensor_has(tensor, side) && first <= tensor->rows && count <= tensor->rows - first);
  const size_t row = dnp_tensor_row(tensor);
  const void *block = block_of(tensor, side);
  for (size_t i = first * row; i < (first + count) * row; i++)
    *out++ = dnp_number(tensor->dtype, block, dnp_tensor_place(tensor, i));
}

void dnp_tensor_lay(dnp_tensor *tensor, void *memory) {
  assert(!tensor->batched);
  tensor->data = memory;
}

void dnp_tensor_set(dnp_tensor *tensor, size_t index, double value) {
  assert(!tensor->batched && tensor->data != NULL && index < dnp_tensor_count(tensor));
  if (tensor->dtype == DENPA_DTYPE_FLOAT32)
    ((float *)tensor->data)[index] = (float)value;
  else
    ((double *)tensor->data)[index] = value;
}

const void *dnp_tensor_bytes(const dnp_tensor *tensor, dnp_side side) {
  assert(!tensor->batched && dnp_tensor_has(tensor, side));
  return block_of(tensor, side);
}

void dnp_tensor_write(dnp_tensor *tensor, const void *values) {
  assert(!tensor->batched && tensor->data != NULL);
  memcpy(tensor->data, values, dnp_tensor_count(tensor) * dnp_dtype_size(tensor->dtype));
}
