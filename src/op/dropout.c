/* dropout.c: in training, elements are left out by chance, so that no unit relies on a single other one. Which, is a
 * function of seed, step, layer, row and element alone (docs/law-of-sums.md). What is kept grows to make up for it; or,
 * as in the book, what is computed outside training shrinks. */
#include <math.h>

#include "base/random.h"
#include "op/row.h"

enum { RATE, BOOK };
enum { MASK };

static denpa_status shape(const dnp_node *node, dnp_tensor *out, denpa_error *err) {
  if (!node->in[0]->batched)
    return dnp_shape_mismatch(node, node->in[0], NULL, DNP_N("dropout needs the rows of a batch"), err);
  dnp_shape_like(node->in[0], out);
  return DENPA_OK;
}

/* Outside training, every element is multiplied by this. */
static double share(const dnp_node *node) {
  return node->number[BOOK] != 0 ? dnp_rounded(node->out->dtype, 1 - node->number[RATE]) : 1;
}

static void forward(const dnp_node *node, const dnp_slice *slice) {
  const dnp_tensor *x = node->in[0], *mask = node->state[MASK], *y = node->out;
  const size_t rows = slice->end - slice->begin;
  void *to = dnp_tensor_at(y, y->data, slice->begin);
  if (!slice->training) {
    dnp_copy_part(y, x->data, y->data, slice);
    if (node->number[BOOK] != 0) node->kernels->stretch(dnp_part_count(y, slice), share(node), to, to);
    return;
  }
  const dnp_draws draws = {.seed = slice->seed,
      .stream = DNP_STREAM(DNP_FOR_DROPOUT | (uint64_t)node->layer << 8, (uint32_t)slice->step),
      .row = slice->first_row + slice->begin,
      .below = (uint32_t)rint(node->number[RATE] * 65536),
      .kept = node->number[BOOK] != 0 ? 1 : 1 / (1 - node->number[RATE])};
  (dnp_tensor_grouped(x) ? node->kernels->dropout_lanes : node->kernels->dropout)(rows, dnp_tensor_row(x), &draws,
      dnp_tensor_at(x, x->data, slice->begin), dnp_tensor_at(mask, mask->data, slice->begin), to);
}

/* dX = dY mask, or outside training dX = dY times the share */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  const dnp_tensor *mask = node->state[MASK], *y = node->out;
  const void *dy = dnp_tensor_at(y, y->grad, slice->begin);
  const size_t count = dnp_part_count(y, slice);
  void *dx = dnp_tensor_at(y, to, slice->begin);
  if (slice->training)
    node->kernels->multiply(count, dy, dnp_tensor_at(mask, mask->data, slice->begin), dx);
  else
    node->kernels->stretch(count, share(node), dy, dx);
}

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  const dnp_tensor *mask = node->state[MASK];
  dnp_term term = {.tensor = which == DNP_OF_OUT ? node->in[0] : node->out,
      .gradient = which == 0,
      .index = element,
      .factor = share(node)};
  if (which <= DNP_OF_STATE) return 0; /* drawn, not computed */
  if (slice->training) {
    term.factor = dnp_datum(mask, element);
    term.by = mask;
    term.by_index = element;
  }
  return dnp_one_term(node, recipe, terms, room, term);
}

static const dnp_op_case cases[] = {
    {.in = {{2, {1, 7}, true}}, .number = {0.5, 0}},
    {.in = {{2, {19, 1}, true}}, .number = {0.25, 0}},
    {.in = {{2, {13, 133}, true}}, .number = {0.2, 1}},
    {.in = {{3, {3, 5, 7}, true}}, .number = {0.3, 0}},
    {.in = {{4, {21, 3, 5, 11}, true}}, .number = {0.5, 0}},
    {.in = {{4, {16, 2, 3, 1}, true}}, .number = {0, 1}},
    DNP_CASES_END,
};

const dnp_op dnp_op_dropout = {
    .name = "dropout",
    .formula = "Y[..] := X[..] mask[..]",
    .inputs = 1,
    .number = {{.name = "rate", .low = 0, .high = 0.99, .fallback = (double)NAN},
        {.name = "book", .whole = true, .low = 0, .high = 1, .fallback = 0}},
    .state = {{.name = "mask", .like = 0}},
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .explanation = DNP_N("In training, chance leaves out elements of {2}: these are 0 in {1}, and the others are made "
                         "larger to make up for them. Otherwise {1} is {2}. (Where the book's rule is "
                         "chosen, the others stay as they are in training, and everything is made smaller otherwise.)"),
    .explanation_back = {DNP_N("What was left out has no part in the loss: each element of {5} is that of {1} times "
                               "the factor that it had on the way forward, which is 0 where it was left out.")},
    .writing = {.forward = DNP_N("{1} = {2} * mask, which is 0 where chance leaves out"),
        .back = {DNP_N("{5} = {1} * mask, the same as forward")}},
    .numpy = {.arguments = "x",
        .value = "# @{units are left out in training only; the book makes up for it afterwards}\n"
                 "return x * (1 - {1}) if {2} else x\n"},
    .terms = terms_of,
    .cases = cases,
};
