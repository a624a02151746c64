/* batch_norm.c: batch normalisation (S. Ioffe and C. Szegedy, "Batch normalization", 2015, algorithms 1 and 2). In
 * training a channel is centred and scaled by the mean and variance that it has in the batch; otherwise by running
 * means of those. The channels are columns of a matrix, or those of pictures; where gamma and beta have one number for
 * each element of a picture, as in the book, each element is a channel. */
#include <math.h>
#include <string.h>

#include "op/row.h"

enum { X, GAMMA, BETA };
enum { EPSILON, MOMENTUM, BIASED };
/* of the batch, or the running ones: centre, spread (a variance), scale 1 / sqrt(spread + epsilon) */
enum { MEAN, VARIANCE, CENTRE, SPREAD, SCALE, SUM_DY, SUM_DYX };

static denpa_status shape(const dnp_node *node, dnp_tensor *out, denpa_error *err) {
  const dnp_tensor *x = node->in[X], *gamma = node->in[GAMMA], *beta = node->in[BETA];
  if (!x->batched || x->axes < 2)
    return dnp_shape_mismatch(
        node, x, NULL, DNP_N("batch normalisation needs the rows of a batch, with one number or more in each"), err);
  if (gamma->axes != 1 || gamma->batched || (gamma->shape[0] != x->shape[1] && gamma->shape[0] != dnp_tensor_row(x)))
    return dnp_shape_mismatch(node, x, gamma,
        DNP_N("the second needs one number for each channel of the first, or for each element of its rows"), err);
  if (!dnp_same_shape(gamma, beta))
    return dnp_shape_mismatch(node, gamma, beta, DNP_N("both need one number for each channel"), err);
  dnp_shape_like(x, out);
  return DENPA_OK;
}

/* ---- ranges -------------------------------------------------------------------------------------- */

static size_t channels_of(const dnp_node *node) { return node->in[GAMMA]->shape[0]; }
static size_t pixels_of(const dnp_node *node) { return dnp_tensor_row(node->in[X]) / channels_of(node); }

/* Numbers of a channel in the batch. */
static size_t numbers_of(const dnp_node *node, const dnp_slice *slice) { return slice->batch_rows * pixels_of(node); }

static dnp_channels layout(const dnp_node *node, size_t rows, size_t channels) {
  const bool lanes = dnp_tensor_grouped(node->in[X]);
  return (dnp_channels){.rows = rows,
      .channels = channels,
      .pixels = pixels_of(node),
      .stride = dnp_tensor_row(node->in[X]) * (lanes ? DNP_LANES : 1),
      .lanes = lanes};
}

/* Channel `begin` of row 0, in data or gradient of x or y. */
static void *at_channel(const dnp_node *node, void *base, size_t begin) {
  const dnp_tensor *x = node->in[X];
  return (unsigned char *)base +
         begin * pixels_of(node) * (dnp_tensor_grouped(x) ? DNP_LANES : 1) * dnp_dtype_size(x->dtype);
}

static void *at(const dnp_tensor *t, size_t channel) { return dnp_tensor_at(t, t->data, channel); }

/* ---- over the batch ------------------------------------------------------------------------------ */

/* centre = sum of x / m, spread = sum of (x - centre)^2 / m with m numbers of the channel in the batch; or as they ran;
 * scale = 1 / sqrt(spread + epsilon) */
static void reduce_statistics(const dnp_node *node, const dnp_slice *slice) {
  dnp_tensor *const *s = node->state;
  const size_t begin = slice->begin, count = slice->end - slice->begin,
               bytes = count * dnp_dtype_size(node->out->dtype);
  const dnp_channels of = layout(node, slice->row_end, count);
  if (slice->training) {
    node->kernels->channel_statistics(
        &of, at_channel(node, node->in[X]->data, begin), at(s[CENTRE], begin), at(s[SPREAD], begin));
  } else {
    memcpy(at(s[CENTRE], begin), at(s[MEAN], begin), bytes);
    memcpy(at(s[SPREAD], begin), at(s[VARIANCE], begin), bytes);
  }
  node->kernels->channel_scale(count, node->number[EPSILON], at(s[SPREAD], begin), at(s[SCALE], begin));
}

/* sum_dy = sum of dy, sum_dyx = scale sum of dy (x - centre) */
static void reduce_statistics_back(const dnp_node *node, const dnp_slice *slice) {
  dnp_tensor *const *s = node->state;
  const size_t begin = slice->begin;
  const dnp_channels of = layout(node, slice->row_end, slice->end - begin);
  node->kernels->channel_sums(&of, at_channel(node, node->in[X]->data, begin), at(s[CENTRE], begin),
      at(s[SCALE], begin), at_channel(node, node->out->grad, begin), at(s[SUM_DY], begin), at(s[SUM_DYX], begin));
}

/* mean = momentum mean + (1 - momentum) centre; likewise the variance, for which the batch's is divided by m - 1 unless
 * `biased` or m is 1 */
static bool update_running(const dnp_node *node, const dnp_slice *slice) {
  dnp_tensor *const *s = node->state;
  const size_t m = numbers_of(node, slice), channels = channels_of(node);
  const double keep = node->number[MOMENTUM], comes = 1 - keep,
               unbiased = node->number[BIASED] == 0 && m > 1 ? (double)m / (double)(m - 1) : 1;
  const bool mean = node->kernels->blend(channels, keep, comes, s[CENTRE]->data, s[MEAN]->data);
  return node->kernels->blend(channels, keep, comes * unbiased, s[SPREAD]->data, s[VARIANCE]->data) || mean;
}

/* ---- row by row ---------------------------------------------------------------------------------- */

/* y = scale (x - centre) gamma + beta */
static void forward(const dnp_node *node, const dnp_slice *slice) {
  const dnp_tensor *x = node->in[X], *y = node->out;
  dnp_tensor *const *s = node->state;
  const dnp_channels of = layout(node, slice->end - slice->begin, channels_of(node));
  node->kernels->normalise(&of, dnp_tensor_at(x, x->data, slice->begin), s[CENTRE]->data, s[SCALE]->data,
      node->in[GAMMA]->data, node->in[BETA]->data, dnp_tensor_at(y, y->data, slice->begin));
}

/* dgamma = sum_dyx, dbeta = sum_dy; dx = gamma scale (dy - sum_dy / m - (x - centre) scale sum_dyx / m), or outside
 * training gamma scale dy */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  const dnp_tensor *x = node->in[X], *y = node->out;
  dnp_tensor *const *s = node->state;
  if (input != X) {
    dnp_copy_part(node->in[input], s[input == GAMMA ? SUM_DYX : SUM_DY]->data, to, slice);
    return;
  }
  const dnp_channels of = layout(node, slice->end - slice->begin, channels_of(node));
  node->kernels->normalise_back(&of, slice->training ? numbers_of(node, slice) : 0,
      dnp_tensor_at(x, x->data, slice->begin), s[CENTRE]->data, s[SCALE]->data, node->in[GAMMA]->data, s[SUM_DY]->data,
      s[SUM_DYX]->data, dnp_tensor_at(y, y->grad, slice->begin), dnp_tensor_at(x, to, slice->begin));
}

/* ---- terms --------------------------------------------------------------------------------------- */

/* h gamma + beta; arg: gamma, beta */
static double stretched(denpa_dtype dtype, double sum, const double *arg) {
  return dtype == DENPA_DTYPE_FLOAT32 ? (double)fmaf((float)sum, (float)arg[0], (float)arg[1])
                                      : fma(sum, arg[0], arg[1]);
}

/* sum gamma scale; arg: gamma, scale */
static double scaled(denpa_dtype dtype, double sum, const double *arg) {
  return dnp_rounded(dtype, dnp_rounded(dtype, arg[0] * arg[1]) * sum);
}

/* arg: m */
static double divided(denpa_dtype dtype, double sum, const double *arg) {
  return dnp_rounded(dtype, sum / dnp_rounded(dtype, arg[0]));
}

/* arg: scale */
static double times(denpa_dtype dtype, double sum, const double *arg) { return dnp_rounded(dtype, sum * arg[0]); }

/* 1 / sqrt(spread + epsilon); arg: epsilon */
static double one_over_root(denpa_dtype dtype, double spread, const double *arg) {
  const double sum = dnp_rounded(dtype, spread + dnp_rounded(dtype, arg[0]));
  return dtype == DENPA_DTYPE_FLOAT32 ? (double)(1 / sqrtf((float)sum)) : 1 / sqrt(sum);
}

/* Terms over the numbers of a channel: pixels in order, at each one the rows of a group of 16. */
static size_t terms_of_channel(
    const dnp_node *node, size_t channel, const dnp_slice *slice, int state, dnp_term *terms, size_t room) {
  const dnp_tensor *x = node->in[X], *y = node->out;
  const size_t pixels = pixels_of(node), row = dnp_tensor_row(x), rows = slice->batch_rows;
  const double centre = state == CENTRE || state == SUM_DY ? 0 : dnp_datum(node->state[CENTRE], channel);
  size_t count = 0;
  for (size_t first = 0; first < rows; first += DNP_LANES)
    for (size_t p = 0; p < pixels; p++)
      for (size_t n = first; n < first + DNP_LANES && n < rows; n++) {
        const size_t index = n * row + channel * pixels + p;
        dnp_term term = {.tensor = x, .index = index, .factor = 1};
        if (state == SPREAD)
          term = (dnp_term){.tensor = x,
              .index = index,
              .minus = centre,
              .factor = dnp_rounded(x->dtype, dnp_datum(x, index) - centre),
              .by = x,
              .by_index = index,
              .by_form = "{1} - {6}"};
        if (state == SUM_DY) term = (dnp_term){.tensor = y, .gradient = true, .index = index, .factor = 1};
        if (state == SUM_DYX) /* the factor's form takes the centre from the recipe */
          term = (dnp_term){.tensor = y,
              .gradient = true,
              .index = index,
              .factor = dnp_rounded(x->dtype, dnp_datum(x, index) - centre),
              .by = x,
              .by_index = index,
              .by_form = "{1} - {3}"};
        count = dnp_put(terms, room, count, term);
      }
  return count;
}

static size_t terms_of_state(const dnp_node *node, int state, size_t channel, const dnp_slice *slice,
    dnp_recipe *recipe, dnp_term *terms, size_t room) {
  *recipe = dnp_recipe_of(node, state == SCALE ? DNP_FOLD_FIRST : DNP_FOLD_LANES);
  switch (state) {
    case CENTRE:
    case SPREAD:
      if (!slice->training)
        return dnp_one_term(node, recipe, terms, room,
            (dnp_term){.tensor = node->state[state == CENTRE ? MEAN : VARIANCE], .index = channel, .factor = 1});
      recipe->finish = divided;
      recipe->finish_form = "{1} / {2}";
      recipe->arg[0] = (double)numbers_of(node, slice);
      break;
    case SCALE:
      recipe->finish = one_over_root;
      recipe->finish_form = "1 / sqrt({1} + {2})";
      recipe->arg[0] = node->number[EPSILON];
      return dnp_put(terms, room, 0, (dnp_term){.tensor = node->state[SPREAD], .index = channel, .factor = 1});
    case SUM_DYX:
      recipe->finish = times;
      recipe->finish_form = "{1} * {2}";
      recipe->arg[0] = dnp_datum(node->state[SCALE], channel);
      recipe->arg[1] = dnp_datum(node->state[CENTRE], channel);
      break;
    case SUM_DY: break;
    default: return 0; /* running statistics */
  }
  recipe->group = pixels_of(node) * DNP_LANES;
  return terms_of_channel(node, channel, slice, state, terms, room);
}

static size_t terms_of_output(
    const dnp_node *node, size_t element, size_t channel, dnp_recipe *recipe, dnp_term *terms, size_t room) {
  const size_t count = dnp_one_term(node, recipe, terms, room,
      (dnp_term){.tensor = node->in[X],
          .index = element,
          .minus = dnp_datum(node->state[CENTRE], channel),
          .factor = dnp_datum(node->state[SCALE], channel),
          .by = node->state[SCALE],
          .by_index = channel});
  recipe->finish = stretched;
  recipe->finish_form = "{1} * {2} + {3}";
  recipe->arg[0] = dnp_datum(node->in[GAMMA], channel);
  recipe->arg[1] = dnp_datum(node->in[BETA], channel);
  return count;
}

static size_t terms_of_input(const dnp_node *node, size_t element, size_t channel, const dnp_slice *slice,
    dnp_recipe *recipe, dnp_term *terms, size_t room) {
  const denpa_dtype dtype = node->out->dtype;
  const double m = dnp_rounded(dtype, (double)numbers_of(node, slice)), scale = dnp_datum(node->state[SCALE], channel);
  size_t count = dnp_one_term(
      node, recipe, terms, room, (dnp_term){.tensor = node->out, .gradient = true, .index = element, .factor = 1});
  recipe->finish = scaled;
  recipe->finish_form = "({2} * {3}) * {1}";
  recipe->arg[0] = dnp_datum(node->in[GAMMA], channel);
  recipe->arg[1] = scale;
  if (!slice->training) return count;
  const double share = dnp_rounded(dtype, dnp_datum(node->state[SUM_DYX], channel) / m);
  count = dnp_put(terms, room, count,
      (dnp_term){.tensor = node->state[SUM_DY], .index = channel, .factor = dnp_rounded(dtype, -1 / m)});
  return dnp_put(terms, room, count,
      (dnp_term){.tensor = node->in[X],
          .index = element,
          .minus = dnp_datum(node->state[CENTRE], channel),
          .factor = -dnp_rounded(dtype, scale * share)});
}

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  const size_t channel = element % dnp_tensor_row(node->in[X]) / pixels_of(node);
  if (which <= DNP_OF_STATE) return terms_of_state(node, DNP_OF_STATE - which, element, slice, recipe, terms, room);
  if (which == DNP_OF_OUT) return terms_of_output(node, element, channel, recipe, terms, room);
  if (which == X) return terms_of_input(node, element, channel, slice, recipe, terms, room);
  return dnp_one_term(node, recipe, terms, room,
      (dnp_term){.tensor = node->state[which == GAMMA ? SUM_DYX : SUM_DY], .index = element, .factor = 1});
}

static const dnp_op_case cases[] = {
    {.in = {{2, {1, 7}, true}, {1, {7}, false}, {1, {7}, false}}, .number = {1e-5, 0.9, 0}},
    {.in = {{2, {19, 1}, true}, {1, {1}, false}, {1, {1}, false}}, .number = {1e-5, 0.9, 0}},
    {.in = {{2, {13, 23}, true}, {1, {23}, false}, {1, {23}, false}}, .number = {1e-6, 0.9, 1}},
    {.in = {{2, {1100, 67}, true}, {1, {67}, false}, {1, {67}, false}}, .number = {1e-5, 0.9, 0}},
    {.in = {{3, {9, 5, 3}, true}, {1, {5}, false}, {1, {5}, false}}, .number = {1e-5, 0.5, 0}},
    {.in = {{4, {5, 3, 3, 5}, true}, {1, {3}, false}, {1, {3}, false}}, .number = {1e-5, 0.9, 0}},
    {.in = {{4, {37, 2, 3, 2}, true}, {1, {2}, false}, {1, {2}, false}}, .number = {1e-5, 0.9, 0}},
    {.in = {{4, {21, 2, 2, 3}, true}, {1, {12}, false}, {1, {12}, false}}, .number = {1e-6, 0.9, 1}},
    DNP_CASES_END,
};

const dnp_op dnp_op_batch_norm = {
    .name = "batch_norm",
    .formula = "Y[N,C,..] := gamma[C] (X[N,C,..] - mean[C]) / sqrt(var[C] + eps) + beta[C]",
    .inputs = 3,
    .number = {{.name = "eps", .low = 1e-12, .high = 1, .fallback = 1e-5},
        {.name = "momentum", .low = 0, .high = 1, .fallback = 0.9},
        {.name = "biased", .whole = true, .low = 0, .high = 1, .fallback = 0}},
    .state = {{.name = "mean", .like = GAMMA, .lasting = true},
        {.name = "var", .like = GAMMA, .lasting = true, .start = 1}, {.name = "centre", .like = GAMMA},
        {.name = "spread", .like = GAMMA}, {.name = "scale", .like = GAMMA}, {.name = "sum_dy", .like = GAMMA},
        {.name = "sum_dyx", .like = GAMMA}},
    .shape = shape,
    .reduce_statistics = reduce_statistics,
    .reduce_statistics_back = reduce_statistics_back,
    .update_running = update_running,
    .forward = forward,
    .backward = backward,
    .needs = {DNP_NEEDS_ALL, DNP_NEEDS_NOTHING, DNP_NEEDS_NOTHING},
    .explanation = DNP_N("Each element of {1} is that of {2}, less the mean of its channel, divided by the channel's "
                         "standard deviation, times the element of {3} that belongs to the channel, plus that "
                         "of {4}. In training mean and deviation are those of the batch, so a batch in which a channel "
                         "has only one number becomes 0 before {4} is added; otherwise they are running means "
                         "over the batches of the training."),
    .explanation_back =
        {DNP_N("Each element of {5} is that of {1} times {3} over the deviation. In training every element took part "
               "in the mean and in the deviation too: so what the channel has in common, "
               "and what goes along with {2}, is taken from {1} first."),
            DNP_N("An element of {3} stretched every number of its channel, so {5} adds up, over the batch, each "
                  "element of {1} times the normalised number that it came from."),
            DNP_N("An element of {4} was added to every number of its channel, so {5} is the sum of the channel's "
                  "gradient in {1}, over the batch.")},
    .explanation_state = {NULL, NULL,
        DNP_N("{1} is what is taken from each channel of {2}: in training its mean over the batch, otherwise the "
              "running mean."),
        DNP_N("{1} is the variance of each channel of {2}: in training over the batch, otherwise the running one."),
        DNP_N("{1} is 1 over the standard deviation of each channel of {2}; the small number under the root keeps it "
              "from becoming infinite."),
        DNP_N("{1} is the sum of each channel's gradient over the batch."),
        DNP_N("{1} is the sum of each channel's gradient over the batch, each element times the normalised number that "
              "it came from.")},
    .writing = {.forward = DNP_N("{1} = {3} * ({2} - mean) / deviation + {4}, channel by channel"),
        .back = {DNP_N("{5} = {3} / deviation * ({1} less what mean and deviation passed on)"),
            DNP_N("{5} = channel sums of {1} * ({2} - mean) / deviation"), DNP_N("{5} = channel sums of {1}")}},
    .numpy = {.arguments = "x, gamma, beta, mean, var",
        .value = "# @{mean and variance of each channel as training left them; axis 1 counts the channels}\n"
                 "channels = (1, -1) + (1,) * (x.ndim - 2)\n"
                 "scale = gamma / np.sqrt(var + {1})\n"
                 "return (x - mean.reshape(channels)) * scale.reshape(channels) + beta.reshape(channels)\n"},
    .terms = terms_of,
    .cases = cases,
};
