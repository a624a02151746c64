/* scalars.h: graphs of single numbers, such as the book's apples and oranges: built from two small tables, run forwards
 * and backwards. Used by the lessons and by the book's experiments. */
#ifndef DNP_BOOK_SCALARS_H
#define DNP_BOOK_SCALARS_H

#include "base/status.h"
#include "op/op.h"

typedef struct dnp_leaf { /* a number that is put in */
  const char *name;
  double value;
} dnp_leaf;

typedef struct dnp_join { /* an operation of two numbers: multiply, add */
  const dnp_op *op;
  const char *name;
  int in[2]; /* leaves first, then joins, counted through in the order of their tables; a number may be taken twice */
} dnp_join;

#define DNP_MOST_SCALARS 16

/* The graph in float64 on one thread, every value and every slope of the last one computed. */
denpa_status dnp_scalars_build(
    denpa_net **out, const dnp_leaf *leaf, int leaves, const dnp_join *join, int joins, denpa_error *err);

#endif
