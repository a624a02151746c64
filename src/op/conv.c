/* conv.c: a convolution of pictures with filters, and a bias for each filter: every element adds up the part of the
 * picture that the filter covers. (As everywhere in this field the filter is not turned around, so a mathematician
 * would say: a correlation.) */
#include <math.h>

#include "op/row.h"

enum { STRIDE, PAD };

static dnp_conv geometry(const dnp_node *node) {
  const dnp_tensor *x = node->in[0], *w = node->in[1], *y = node->out;
  assert(w->shape[1] == x->shape[1] && y->shape[1] == w->shape[0] && node->in[2]->shape[0] == w->shape[0]);
  return (dnp_conv){.channels = x->shape[1],
      .height = x->shape[2],
      .width = x->shape[3],
      .outputs = w->shape[0],
      .rows = w->shape[2],
      .columns = w->shape[3],
      .stride = (size_t)node->number[STRIDE],
      .pad = (size_t)node->number[PAD],
      .out_height = y->shape[2],
      .out_width = y->shape[3]};
}

static denpa_status shape(const dnp_node *node, dnp_tensor *out, denpa_error *err) {
  const dnp_tensor *x = node->in[0], *w = node->in[1], *b = node->in[2];
  const size_t stride = (size_t)node->number[STRIDE], pad = (size_t)node->number[PAD];
  if (!dnp_tensor_grouped(x) || w->axes != 4 || w->batched)
    return dnp_shape_mismatch(node, x, w,
        DNP_N("pictures (rows, channels, height, width) meet fixed filters (filters, channels, height, width)"), err);
  if (x->shape[1] != w->shape[1]) return dnp_shape_mismatch(node, x, w, DNP_N("both must have as many channels"), err);
  if (w->shape[2] > x->shape[2] + 2 * pad || w->shape[3] > x->shape[3] + 2 * pad)
    return dnp_shape_mismatch(node, x, w, DNP_N("the filter is larger than the picture with its padding"), err);
  if (pad >= w->shape[2] || pad >= w->shape[3])
    return dnp_shape_mismatch(node, x, w, DNP_N("the padding must be smaller than the filter"), err);
  if (b->axes != 1 || b->batched || b->shape[0] != w->shape[0])
    return dnp_shape_mismatch(node, w, b, DNP_N("the bias needs one element for each filter"), err);
  dnp_shape_like(x, out);
  out->shape[1] = w->shape[0];
  for (int i = 2; i < 4; i++) out->shape[i] = (x->shape[i] + 2 * pad - w->shape[i]) / stride + 1;
  return DENPA_OK;
}

static size_t scratch(const dnp_node *node) {
  const dnp_conv g = geometry(node);
  return dnp_conv_scratch(&g);
}

static size_t groups_of(size_t rows) { return (rows + DNP_LANES - 1) / DNP_LANES; }

static void forward(const dnp_node *node, const dnp_slice *slice) {
  const dnp_tensor *x = node->in[0], *y = node->out;
  const dnp_conv g = geometry(node);
  node->kernels->conv(groups_of(slice->end - slice->begin), &g, dnp_tensor_at(x, x->data, slice->begin),
      node->in[1]->data, node->in[2]->data, dnp_tensor_at(y, y->data, slice->begin), slice->scratch);
}

/* dX[n,c,i,j] = sum over k, r, s of dY[n,k,p,q] W[k,c,r,s] where i = p stride + r - pad, j = q stride + s - pad
 * dW[k,c,r,s] = sum over n, p, q of dY[n,k,p,q] X[n,c,i,j]
 * db[k] = sum over n, p, q of dY[n,k,p,q] */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  const dnp_tensor *x = node->in[0], *y = node->out, *t = node->in[input];
  const dnp_conv g = geometry(node);
  const size_t slices = slice->end - slice->begin;
  void *at = dnp_tensor_at(t, to, slice->begin);
  if (input == 0) {
    node->kernels->conv_back_input(
        groups_of(slices), &g, dnp_tensor_at(y, y->grad, slice->begin), node->in[1]->data, at, slice->scratch);
    return;
  }
  const dnp_row_range rows = dnp_op_rows(node, slice);
  const void *dy = dnp_tensor_at(y, y->grad, rows.begin);
  if (input == 1)
    node->kernels->conv_back_weights(groups_of(rows.count), &g, slice->begin, slices,
        dnp_tensor_at(x, x->data, rows.begin), dy, at, rows.from_zero, slice->scratch);
  else
    node->kernels->conv_back_bias(groups_of(rows.count), &g, slice->begin, slices, dy, at, rows.from_zero);
}

/* ---- terms --------------------------------------------------------------------------------------- */

typedef struct place { /* of an element of a tensor with four axes */
  size_t n, c, i, j;
} place;

static place place_of(const dnp_tensor *t, size_t element) {
  const size_t width = t->shape[3], height = t->shape[2], channels = t->shape[1];
  return (place){element / width / height / channels, element / width / height % channels, element / width % height,
      element % width};
}

static size_t index_of(const dnp_tensor *t, place p) {
  return ((p.n * t->shape[1] + p.c) * t->shape[2] + p.i) * t->shape[3] + p.j;
}

/* Where tap t of a filter over place p of the output lies on an axis of the input; false: outside, on the padding. */
static bool under(size_t p, size_t tap, size_t stride, size_t pad, size_t size, size_t *out) {
  *out = p * stride + tap - pad;
  return p * stride + tap >= pad && *out < size;
}

static size_t terms_of_output(const dnp_node *node, const dnp_conv *g, size_t element, dnp_term *terms, size_t room) {
  const dnp_tensor *x = node->in[0], *w = node->in[1];
  const place at = place_of(node->out, element);
  size_t count = 0;
  for (size_t c = 0; c < g->channels; c++)
    for (size_t r = 0; r < g->rows; r++)
      for (size_t s = 0; s < g->columns; s++) {
        place from = {.n = at.n, .c = c};
        const size_t weight = index_of(w, (place){at.c, c, r, s});
        const bool down = under(at.i, r, g->stride, g->pad, g->height, &from.i),
                   inside = under(at.j, s, g->stride, g->pad, g->width, &from.j) && down;
        const dnp_term padding = {.tensor = w, .index = weight}; /* times 0 */
        count = dnp_put(terms, room, count,
            inside ? (dnp_term){.tensor = x,
                         .index = index_of(x, from),
                         .factor = dnp_datum(w, weight),
                         .by = w,
                         .by_index = weight}
                   : padding);
      }
  return dnp_put(terms, room, count, (dnp_term){.tensor = node->in[2], .index = at.c, .factor = 1});
}

/* Which place of the output tap t saw at place i of the input; false: none, between two strides. *there: it is not
 * outside. */
static bool over(size_t i, size_t tap, size_t stride, size_t pad, size_t size, size_t *out, bool *there) {
  const ptrdiff_t at = (ptrdiff_t)(i + pad) - (ptrdiff_t)tap;
  *there = at >= 0 && at / (ptrdiff_t)stride < (ptrdiff_t)size;
  *out = *there ? (size_t)at / stride : 0;
  return at % (ptrdiff_t)stride == 0;
}

static size_t terms_of_input(const dnp_node *node, const dnp_conv *g, size_t element, dnp_term *terms, size_t room) {
  const dnp_tensor *x = node->in[0], *w = node->in[1], *y = node->out;
  const place at = place_of(x, element);
  size_t count = 0;
  for (size_t k = 0; k < g->outputs; k++)
    for (size_t r = 0; r < g->rows; r++)
      for (size_t s = 0; s < g->columns; s++) {
        place from = {.n = at.n, .c = k};
        bool high, wide;
        const size_t weight = index_of(w, (place){k, at.c, r, s});
        const bool down = over(at.i, r, g->stride, g->pad, g->out_height, &from.i, &high),
                   right = over(at.j, s, g->stride, g->pad, g->out_width, &from.j, &wide);
        if (!down || !right) continue;
        const dnp_term padding = {.tensor = w, .index = weight};
        count = dnp_put(terms, room, count,
            high && wide ? (dnp_term){.tensor = y,
                               .gradient = true,
                               .index = index_of(y, from),
                               .factor = dnp_datum(w, weight),
                               .by = w,
                               .by_index = weight}
                         : padding);
      }
  return count;
}

/* Over the samples: places of the output in order, at each the samples of a group of 16. `w` NULL: of the bias. */
static size_t terms_of_fixed(const dnp_node *node, const dnp_conv *g, const dnp_tensor *w, size_t element,
    const dnp_slice *slice, dnp_recipe *recipe, dnp_term *terms, size_t room) {
  const dnp_tensor *x = node->in[0], *y = node->out;
  const dnp_row_range rows = dnp_op_rows(node, slice);
  const place tap = w != NULL ? place_of(w, element) : (place){.n = element};
  size_t count = 0;
  *recipe = dnp_recipe_of(node, DNP_FOLD_GROUPS);
  recipe->blocked = true;
  recipe->group = g->out_height * g->out_width * DNP_LANES;
  for (size_t first = rows.begin, end = rows.begin + rows.count; first < end; first += DNP_LANES)
    for (size_t pixel = 0; pixel < g->out_height * g->out_width; pixel++)
      for (size_t n = first; n < first + DNP_LANES && n < end; n++) {
        const size_t p = pixel / g->out_width, q = pixel % g->out_width;
        place from = {.n = n, .c = tap.c};
        dnp_term term = {.tensor = y, .gradient = true, .index = index_of(y, (place){n, tap.n, p, q}), .factor = 1};
        if (w != NULL) {
          const bool down = under(p, tap.i, g->stride, g->pad, g->height, &from.i),
                     inside = under(q, tap.j, g->stride, g->pad, g->width, &from.j) && down;
          term.factor = 0;
          if (inside) {
            term.by = x;
            term.by_index = index_of(x, from);
            term.factor = dnp_datum(x, term.by_index);
          }
        }
        count = dnp_put(terms, room, count, term);
      }
  return count;
}

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  const dnp_conv g = geometry(node);
  if (which > 0) return terms_of_fixed(node, &g, which == 1 ? node->in[1] : NULL, element, slice, recipe, terms, room);
  *recipe = dnp_recipe_of(node, DNP_FOLD_CHAIN);
  return which == 0 ? terms_of_input(node, &g, element, terms, room) : terms_of_output(node, &g, element, terms, room);
}

static const dnp_op_case cases[] = {
    {.in = {{4, {1, 1, 4, 4}, true}, {4, {1, 1, 3, 3}, false}, {1, {1}, false}}, .number = {1, 0}},
    {.in = {{4, {19, 2, 7, 5}, true}, {4, {3, 2, 3, 3}, false}, {1, {3}, false}}, .number = {1, 0}},
    {.in = {{4, {5, 3, 6, 1}, true}, {4, {5, 3, 2, 1}, false}, {1, {5}, false}}, .number = {1, 0}},
    {.in = {{4, {17, 2, 5, 6}, true}, {4, {7, 2, 3, 3}, false}, {1, {7}, false}}, .number = {1, 1}},
    {.in = {{4, {3, 1, 7, 7}, true}, {4, {2, 1, 3, 2}, false}, {1, {2}, false}}, .number = {2, 1}},
    {.in = {{4, {1061, 1, 2, 2}, true}, {4, {1, 1, 2, 1}, false}, {1, {1}, false}}, .number = {1, 0}},
    DNP_CASES_END,
};

const dnp_op dnp_op_conv = {
    .name = "conv",
    .formula = "Y[N,K,P,Q] := X[N,C,H,W] * F[K,C,R,S] + b[K]",
    .inputs = 3,
    .number = {{.name = "stride", .whole = true, .low = 1, .high = 1000, .fallback = 1},
        {.name = "pad", .whole = true, .low = 0, .high = 1000, .fallback = 0}},
    .filters = true,
    .shape = shape,
    .scratch = scratch,
    .forward = forward,
    .backward = backward,
    .needs = {DNP_NEEDS_ALL, DNP_NEEDS_ALL, DNP_NEEDS_NOTHING},
    .by_groups = {false, true, true},
    .explanation = DNP_N(
        "A filter of {3} lies on the picture {2}, in one place for each element of {1}: what it covers is multiplied "
        "by its weights and added up, plus the element of {4} that belongs to the filter."),
    .explanation_back = {DNP_N("Each element of {5} adds up, over all filters of {3} and the places in which they "
                               "covered it, the gradient in {1} times the weight that lay on {2} there."),
        DNP_N("A weight was used in every place of the picture, so each element of {5} adds up, over the samples and "
              "the places, the gradient in {1} times what the weight lay on in {2}."),
        DNP_N("An element of {4} was added in every place of its filter's picture, so {5} is the sum of that picture's "
              "gradient in {1}, over the samples.")},
    .writing = {.forward = DNP_N("{1} = filters {3} on {2}, plus {4}"),
        .back = {DNP_N("{5} = {1} back through the filters {3}"),
            DNP_N("{5} = {1} times what lay under the filters in {2}, over samples and places"),
            DNP_N("{5} = sums of {1} over samples, rows and columns")}},
    .numpy = {.arguments = "x, F, b",
        .value = "# @{zeros around the picture, then every place on which a filter can lie:}\n"
                 "# @{windows[n, c, p, q] is what it covers of channel c of picture n at row p, column q}\n"
                 "x = np.pad(x, ((0, 0), (0, 0), ({2}, {2}), ({2}, {2})))\n"
                 "windows = np.lib.stride_tricks.sliding_window_view(x, F.shape[2:], axis=(2, 3))\n"
                 "windows = windows[:, :, ::{1}, ::{1}]\n"
                 "# @{each filter k: multiplied in pairs with what it covers, and all of that added up}\n"
                 "return np.einsum(\"ncpqrs,kcrs->nkpq\", windows, F, optimize=True) + b[:, None, None]\n"},
    .terms = terms_of,
    .cases = cases,
};
