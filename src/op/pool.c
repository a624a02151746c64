/* pool.c: pooling: squares of a picture become one number each, the largest one or the mean. Each channel by itself. */
#include "op/row.h"

enum { SIZE, STRIDE, PAD };

static dnp_windows geometry(const dnp_node *node) {
  const dnp_tensor *x = node->in[0], *y = node->out;
  assert(y->shape[1] == x->shape[1] && dnp_tensor_grouped(x) && dnp_tensor_grouped(y));
  return (dnp_windows){.channels = x->shape[1],
      .height = x->shape[2],
      .width = x->shape[3],
      .size = (size_t)node->number[SIZE],
      .stride = (size_t)node->number[STRIDE],
      .pad = (size_t)node->number[PAD],
      .out_height = y->shape[2],
      .out_width = y->shape[3]};
}

static denpa_status shape(const dnp_node *node, dnp_tensor *out, denpa_error *err) {
  const dnp_tensor *x = node->in[0];
  const size_t size = (size_t)node->number[SIZE], stride = (size_t)node->number[STRIDE],
               pad = (size_t)node->number[PAD];
  if (!dnp_tensor_grouped(x))
    return dnp_shape_mismatch(
        node, x, NULL, DNP_N("pooling needs pictures: the rows of a batch, channels, height and width"), err);
  if (pad >= size) return dnp_shape_mismatch(node, x, NULL, DNP_N("the padding must be smaller than the window"), err);
  if (size > x->shape[2] + 2 * pad || size > x->shape[3] + 2 * pad)
    return dnp_shape_mismatch(node, x, NULL, DNP_N("the window is larger than the picture with its padding"), err);
  dnp_shape_like(x, out);
  for (int i = 2; i < 4; i++) out->shape[i] = (x->shape[i] + 2 * pad - size) / stride + 1;
  return DENPA_OK;
}

static size_t groups_of(const dnp_slice *slice) { return (slice->end - slice->begin + DNP_LANES - 1) / DNP_LANES; }

static void forward(const dnp_node *node, const dnp_slice *slice,
    void (*kernel)(size_t groups, const dnp_windows *g, const void *x, void *y)) {
  const dnp_tensor *x = node->in[0], *y = node->out;
  const dnp_windows g = geometry(node);
  kernel(groups_of(slice), &g, dnp_tensor_at(x, x->data, slice->begin), dnp_tensor_at(y, y->data, slice->begin));
}

/* ---- the largest ----------------------------------------------------------------------------------- */

static void max_forward(const dnp_node *node, const dnp_slice *slice) { forward(node, slice, node->kernels->max_pool); }

/* dX[n,c,i,j] = sum of dY[n,c,p,q] over the windows whose largest element it was (the first of equals) */
static void max_backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  const dnp_tensor *x = node->in[0], *y = node->out;
  const dnp_windows g = geometry(node);
  (void)input;
  node->kernels->max_pool_back(groups_of(slice), &g, dnp_tensor_at(x, x->data, slice->begin),
      dnp_tensor_at(y, y->data, slice->begin), dnp_tensor_at(y, y->grad, slice->begin),
      dnp_tensor_at(x, to, slice->begin));
}

/* ---- the mean -------------------------------------------------------------------------------------- */

static void average_forward(const dnp_node *node, const dnp_slice *slice) {
  forward(node, slice, node->kernels->average_pool);
}

/* dX[n,c,i,j] = sum of dY[n,c,p,q] / size^2 over the windows that it is in */
static void average_backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  const dnp_tensor *x = node->in[0], *y = node->out;
  const dnp_windows g = geometry(node);
  (void)input;
  node->kernels->average_pool_back(
      groups_of(slice), &g, dnp_tensor_at(y, y->grad, slice->begin), dnp_tensor_at(x, to, slice->begin));
}

/* ---- terms --------------------------------------------------------------------------------------- */

typedef struct window { /* what of one lies inside the picture; numbers of elements */
  size_t plane, top, bottom, left, right;
} window;

static window window_of(const dnp_windows *g, size_t element) {
  const size_t q = element % g->out_width, p = element / g->out_width % g->out_height,
               plane = element / g->out_width / g->out_height;
  const size_t top = p * g->stride, left = q * g->stride;
  window w = {.plane = plane * g->height * g->width,
      .top = top > g->pad ? top - g->pad : 0,
      .left = left > g->pad ? left - g->pad : 0,
      .bottom = top + g->size - g->pad,
      .right = left + g->size - g->pad};
  if (w.bottom > g->height) w.bottom = g->height;
  if (w.right > g->width) w.right = g->width;
  return w;
}

/* The first of the largest; a NaN is larger than everything. */
static size_t largest(const dnp_tensor *x, const dnp_windows *g, size_t element) {
  const window w = window_of(g, element);
  size_t best = w.plane + w.top * g->width + w.left;
  for (size_t i = w.top; i < w.bottom; i++)
    for (size_t j = w.left; j < w.right; j++) {
      const size_t at = w.plane + i * g->width + j;
      const double value = dnp_datum(x, at), most = dnp_datum(x, best);
      if (value > most || (value != value && most == most)) best = at;
    }
  return best;
}

static double per_square(denpa_dtype dtype, double value, const double *arg) {
  return dnp_rounded(dtype, value / arg[0]);
}

/* Over the windows that an element of the input is in, in their order. */
static size_t terms_back(
    const dnp_node *node, const dnp_windows *g, size_t element, bool max, dnp_term *terms, size_t room) {
  const dnp_tensor *x = node->in[0], *y = node->out;
  const size_t j = element % g->width, i = element / g->width % g->height, plane = element / g->width / g->height;
  size_t count = 0;
  for (size_t p = 0; p < g->out_height; p++)
    for (size_t q = 0; q < g->out_width; q++) {
      const size_t from = (plane * g->out_height + p) * g->out_width + q;
      const window w = window_of(g, from);
      if (i < w.top || i >= w.bottom || j < w.left || j >= w.right || (max && largest(x, g, from) != element)) continue;
      count = dnp_put(terms, room, count, (dnp_term){.tensor = y, .gradient = true, .index = from, .factor = 1});
    }
  return count;
}

static size_t max_terms(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  const dnp_windows g = geometry(node);
  (void)slice;
  if (which == DNP_OF_OUT)
    return dnp_one_term(node, recipe, terms, room,
        (dnp_term){.tensor = node->in[0], .index = largest(node->in[0], &g, element), .factor = 1});
  *recipe = dnp_recipe_of(node, DNP_FOLD_CHAIN);
  return terms_back(node, &g, element, true, terms, room);
}

static size_t average_terms(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  const dnp_windows g = geometry(node);
  (void)slice;
  *recipe = dnp_recipe_of(node, DNP_FOLD_CHAIN);
  recipe->arg[0] = (double)(g.size * g.size);
  if (which != DNP_OF_OUT) {
    recipe->map = per_square;
    recipe->map_form = "{1} / {2}";
    return terms_back(node, &g, element, false, terms, room);
  }
  const window w = window_of(&g, element);
  size_t count = 0;
  recipe->finish = per_square;
  recipe->finish_form = "{1} / {2}";
  for (size_t i = w.top; i < w.bottom; i++)
    for (size_t j = w.left; j < w.right; j++)
      count = dnp_put(
          terms, room, count, (dnp_term){.tensor = node->in[0], .index = w.plane + i * g.width + j, .factor = 1});
  return count;
}

/* ---- rows ---------------------------------------------------------------------------------------- */

static const dnp_op_case cases[] = {
    {.in = {{4, {1, 1, 4, 4}, true}}, .number = {2, 2, 0}},
    {.in = {{4, {19, 2, 7, 5}, true}}, .number = {2, 2, 0}},
    {.in = {{4, {5, 3, 6, 1}, true}}, .number = {1, 1, 0}},
    {.in = {{4, {17, 2, 5, 7}, true}}, .number = {3, 2, 1}},
    {.in = {{4, {33, 1, 5, 5}, true}}, .number = {3, 1, 0}},
    {.in = {{4, {3, 2, 5, 4}, true}}, .number = {2, 3, 1}},
    DNP_CASES_END,
};

/* What both rows have. */
#define POOLING \
  .inputs = 1, .shape = shape, .cases = cases, \
  .number = {{.name = "size", .whole = true, .low = 1, .high = 1000, .fallback = 2}, \
      {.name = "stride", .whole = true, .low = 1, .high = 1000, .fallback = 2}, \
      {.name = "pad", .whole = true, .low = 0, .high = 999, .fallback = 0}}

const dnp_op dnp_op_max_pool = {
    .name = "max_pool",
    .formula = "Y[N,C,P,Q] := largest of each window of X[N,C,H,W]",
    POOLING,
    .forward = max_forward,
    .backward = max_backward,
    .explanation = DNP_N("Each element of {1} is the largest number in a small square of the picture {2}."),
    .explanation_back = {DNP_N("Only the largest number of each square had an effect, so its element of {5} gets the "
                               "gradient in {1}; the others of the square get nothing from it.")},
    .writing = {.forward = DNP_N("{1} = largest number in each square of {2}"),
        .back = {DNP_N("{5} = {1} where {2} is the largest of its square, else 0")}},
    .numpy = {.arguments = "x",
        .value = "# @{windows[n, c, p, q] is a small square of channel c of picture n}\n"
                 "x = np.pad(x, ((0, 0), (0, 0), ({3}, {3}), ({3}, {3})), constant_values=-np.inf)\n"
                 "windows = np.lib.stride_tricks.sliding_window_view(x, ({1}, {1}), axis=(2, 3))\n"
                 "return windows[:, :, ::{2}, ::{2}].max(axis=(4, 5))\n"},
    .terms = max_terms,
};

const dnp_op dnp_op_average_pool = {
    .name = "average_pool",
    .formula = "Y[N,C,P,Q] := mean of each window of X[N,C,H,W]",
    POOLING,
    .forward = average_forward,
    .backward = average_backward,
    .explanation = DNP_N("Each element of {1} is the mean of a small square of the picture {2}."),
    .explanation_back = {DNP_N("All numbers of a square had the same effect, so each one's element of {5} gets an "
                               "equal share of the gradient in {1}.")},
    .writing = {.forward = DNP_N("{1} = mean of each square of {2}"),
        .back = {DNP_N("{5} = {1} in equal shares to the square of {2}")}},
    .numpy = {.arguments = "x",
        .value = "# @{windows[n, c, p, q] is a small square of channel c of picture n}\n"
                 "x = np.pad(x, ((0, 0), (0, 0), ({3}, {3}), ({3}, {3})))\n"
                 "windows = np.lib.stride_tricks.sliding_window_view(x, ({1}, {1}), axis=(2, 3))\n"
                 "return windows[:, :, ::{2}, ::{2}].mean(axis=(4, 5))\n"},
    .terms = average_terms,
};
