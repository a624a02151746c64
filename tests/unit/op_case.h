/* op_case.h: the tensors of a case of an operation, for test_op.c and test_op_rules.c. */
#ifndef OP_CASE_H
#define OP_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "base/cpu.h"
#include "base/memory.h"
#include "op/op.h"

/* All rows are there. */
static inline void lay_out(dnp_tensor *t) {
  t->layout = dnp_layout_for(t->batched, t->axes);
  t->rows = dnp_tensor_slices(t);
}

static inline void tensor_of_case(const dnp_op *op, const dnp_op_case *c, int input, denpa_dtype dtype, dnp_tensor *t) {
  *t = (dnp_tensor){.dtype = dtype, .axes = c->in[input].axes, .batched = c->in[input].batched};
  if (op->labels && input == op->inputs - 1 && t->axes == 1) t->dtype = DENPA_DTYPE_INT32;
  memcpy(t->shape, c->in[input].shape, sizeof t->shape);
  snprintf(t->name, sizeof t->name, "in%d", input);
  lay_out(t);
}

#endif
