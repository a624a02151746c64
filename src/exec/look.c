/* look.c: what an executor's last run left, for those above: rows, elements, names. An input may lie in several
 * replicas, one a thread; here it is one again. */
#include <assert.h>
#include <string.h>

#include "exec/exec.h"

dnp_tensor *dnp_exec_tensor(const dnp_exec *exec, const char *name) {
  for (size_t i = 0; i < exec->tensors; i++)
    if (strcmp(exec->tensor[i].name, name) == 0) return &exec->tensor[i];
  return NULL;
}

size_t dnp_exec_number(const dnp_exec *exec, const dnp_tensor *tensor) {
  assert(tensor >= exec->tensor && tensor < exec->tensor + exec->tensors);
  return (size_t)(tensor - exec->tensor);
}

const char *dnp_grad_name(const dnp_exec *exec, const dnp_tensor *tensor, char *out) {
  const char *name = exec->last != NULL && tensor == exec->last->in[0] ? exec->last->out->name : tensor->name;
  out[0] = 'd';
  memcpy(out + 1, name, strlen(name) + 1);
  return out;
}

void dnp_exec_read(
    const dnp_exec *exec, const dnp_tensor *tensor, dnp_side side, size_t first, size_t count, void *out) {
  if (tensor != exec->input || side != DNP_DATA) {
    dnp_tensor_read(tensor, side, first, count, out);
    return;
  }
  assert(first <= tensor->rows && count <= tensor->rows - first);
  const size_t bytes = dnp_tensor_row(tensor) * dnp_dtype_size(tensor->dtype);
  for (size_t r = 0; r < count; r++) dnp_exec_input_row(exec, first + r, (unsigned char *)out + r * bytes);
}

double dnp_exec_element(const dnp_exec *exec, const dnp_tensor *tensor, dnp_side side, size_t index) {
  assert(index < dnp_tensor_count(tensor));
  if (tensor != exec->input || side != DNP_DATA) return dnp_tensor_element(tensor, side, index);
  return dnp_exec_input_element(exec, index);
}

void dnp_exec_read_real(
    const dnp_exec *exec, const dnp_tensor *tensor, dnp_side side, size_t first, size_t count, double *out) {
  const size_t row = dnp_tensor_row(tensor);
  for (size_t i = first * row; i < (first + count) * row; i++) *out++ = dnp_exec_element(exec, tensor, side, i);
}

double dnp_exec_gradient(const dnp_exec *exec, size_t i) {
  assert(i < exec->network->block);
  return dnp_number(exec->network->dtype, exec->grads, i);
}

static size_t block_bytes(const dnp_exec *exec) { return exec->network->block * dnp_dtype_size(exec->network->dtype); }

void dnp_exec_read_gradients(const dnp_exec *exec, void *out) { memcpy(out, exec->grads, block_bytes(exec)); }

double dnp_exec_square_sum(const dnp_exec *exec, dnp_side side, size_t parameter) {
  const dnp_parameter *p = &exec->parameter[parameter];
  return exec->kernels->square_sum(p->count, side == DNP_GRAD ? p->tensor->grad : p->tensor->data);
}

bool dnp_exec_probabilities(const dnp_exec *exec) {
  return exec->last != NULL && exec->last->op->inside != DNP_INSIDE_NOTHING;
}

size_t dnp_exec_kinds(const dnp_exec *exec) {
  const size_t outputs = dnp_tensor_row(exec->output);
  return outputs == 1 && (exec->answer == NULL || exec->answer->dtype != DENPA_DTYPE_INT32) ? 2 : outputs;
}
