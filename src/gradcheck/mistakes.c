/* mistakes.c: the table of mistakes, and nothing but it and its look-ups. diagnose.c compares what a person computed
 * with what each row computes. */
#include "gradcheck/mistakes.h"

#include <string.h>

#include "base/text.h"

/* ---- the variants ---------------------------------------------------------------------------------- */

/* d: the network, v: the choice, w: the variant, right so far. */
#define VARIANT(name, ...) \
  static void name(const dnp_dense *d, size_t v, dnp_variant *w) { \
    (void)d; \
    (void)v; \
    __VA_ARGS__; \
  }

static double rows(const dnp_dense *d) { return (double)d->rows; }
static double outputs(const dnp_dense *d) { return (double)d->width[d->layers]; }

/* The v-th activation that is not the network's. */
static int another(const dnp_dense *d, size_t v) { return (int)v + ((dnp_dense_activation)v >= d->activation); }

VARIANT(missing_mean, w->factor *= rows(d))
VARIANT(divided_twice, w->factor /= rows(d))
VARIANT(divided_by_classes, w->factor /= outputs(d))
VARIANT(outputs_not_divided, w->factor *= outputs(d))
VARIANT(missing_two, w->factor /= 2)
VARIANT(doubled, w->factor *= 2)
VARIANT(wrong_sign, w->factor *= -1)
VARIANT(any_factor, (void)w)
VARIANT(missing_softmax, w->outputs = DNP_OUTPUTS_LINEAR)
VARIANT(double_softmax, w->outputs = DNP_OUTPUTS_DOUBLE)
VARIANT(batch_softmax, w->outputs = DNP_OUTPUTS_BATCH)
VARIANT(softmax_axis, w->outputs = DNP_OUTPUTS_COLUMNS)
VARIANT(sigmoid_output, w->outputs = DNP_OUTPUTS_SIGMOID)
VARIANT(softmax_output, w->outputs = DNP_OUTPUTS_SOFTMAX)
VARIANT(log_epsilon, w->delta = DNP_DELTA_EPSILON)
VARIANT(loss_alone, w->delta = DNP_DELTA_LOSS_ALONE)
VARIANT(softmax_diagonal, w->delta = DNP_DELTA_DIAGONAL)
VARIANT(output_slope, w->delta = DNP_DELTA_EXTRA_SLOPE)
VARIANT(output_slope_squared, w->delta = DNP_DELTA_EXTRA_SLOPE; if (v == 1) w->outputs = DNP_OUTPUTS_SIGMOID)
VARIANT(mse_gradient, w->factor *= v == 2 ? 1 : 2 / outputs(d);
        if (v == 1 || v == 2) w->delta = DNP_DELTA_THROUGH_SOFTMAX; if (v == 3) w->outputs = DNP_OUTPUTS_LINEAR)
VARIANT(answers_forgotten, w->delta = DNP_DELTA_NO_ANSWER)
VARIANT(absolute_error, w->delta = DNP_DELTA_SIGN; if (v == 1) w->factor /= 2)
VARIANT(labels_off_by_one, w->answers = v == 0 ? DNP_ANSWERS_NEXT_CLASS : DNP_ANSWERS_PREVIOUS_CLASS)
VARIANT(answers_shifted, w->answers = v == 0   ? DNP_ANSWERS_NEXT_SAMPLE
                                      : v == 1 ? DNP_ANSWERS_PREVIOUS_SAMPLE
                                               : DNP_ANSWERS_REVERSED)
VARIANT(one_hot_axis, w->answers = DNP_ANSWERS_RESHAPED)
VARIANT(labels_not_one_hot, w->answers = DNP_ANSWERS_NUMBERS)
VARIANT(first_sample, w->pick = DNP_PICK_FIRST; if (v == 0) w->factor *= rows(d))
VARIANT(last_sample, w->pick = DNP_PICK_LAST; if (v == 0) w->factor *= rows(d))
VARIANT(unscaled_inputs, w->input_factor = 255)
VARIANT(inputs_scaled_twice, w->input_factor = 1 / 255.0)
VARIANT(inverted_inputs, w->inverted = true)
VARIANT(turned_pictures, w->turned = true)
VARIANT(other_split, w->other_split = true)
VARIANT(bias_left_out, w->no_bias = true)
VARIANT(activation_left_out, w->flat = true)
VARIANT(other_activation, w->activation = another(d, v) + 1)
VARIANT(missing_slope, w->slope = DNP_SLOPE_NONE)
VARIANT(slope_at_a, w->slope = DNP_SLOPE_AT_A)
VARIANT(slope_at_z, w->slope = DNP_SLOPE_AT_Z)
VARIANT(half_slope, w->slope = v == 0 ? DNP_SLOPE_Z_ALONE : DNP_SLOPE_REST_ALONE)
VARIANT(not_squared, w->slope = DNP_SLOPE_REST_ALONE)
VARIANT(wrong_plus, w->slope = DNP_SLOPE_PLUS)
VARIANT(slope_twice, w->slope = DNP_SLOPE_TWICE)
VARIANT(other_slope, w->slope = another(d, v) == 0   ? DNP_SLOPE_OF_SIGMOID
                                : another(d, v) == 1 ? DNP_SLOPE_OF_TANH
                                : another(d, v) == 2 ? DNP_SLOPE_OF_RELU
                                                     : DNP_SLOPE_RIGHT)
VARIANT(gate_reversed, w->slope = DNP_SLOPE_REVERSED)
VARIANT(gate_on_gradient, w->slope = DNP_SLOPE_ON_GRADIENT)
VARIANT(not_passed_on, w->passed_unsloped = true)
VARIANT(updated_weight, w->transport = DNP_TRANSPORT_UPDATED)
VARIANT(untransposed_weight, w->transport = DNP_TRANSPORT_RESHAPED)
VARIANT(weights_from_a, w->weights = DNP_WEIGHTS_FROM_A)
VARIANT(weights_before_slope, w->weights = DNP_WEIGHTS_BEFORE_SLOPE)
VARIANT(transposed_gradient, w->weights = DNP_WEIGHTS_RESHAPED)
VARIANT(weights_divided, w->weights_factor /= rows(d))
VARIANT(weights_not_divided, w->weights_factor *= rows(d))
VARIANT(bias_divided, w->biases_factor /= rows(d))
VARIANT(bias_not_divided, w->biases_factor *= rows(d))
VARIANT(bias_zero, w->biases_factor = 0)
VARIANT(bias_all, w->biases = DNP_BIASES_ALL)
VARIANT(bias_before_slope, w->biases = DNP_BIASES_BEFORE_SLOPE)
VARIANT(bias_first, w->biases = DNP_BIASES_FIRST; if (v == 1) w->biases_factor *= rows(d))
VARIANT(bias_rows, w->biases = DNP_BIASES_ROWS)
VARIANT(layer_divided, w->layer = v + 1; w->layer_factor = 1 / rows(d))
VARIANT(layer_not_divided, w->layer = v + 1; w->layer_factor = rows(d))
VARIANT(layer_zero, w->layer = v + 1; w->layer_factor = 0)
VARIANT(all_zero, w->factor = 0)
VARIANT(layers_swapped,
    if (v + 1 < d->layers && d->width[v] == d->width[v + 1] && d->width[v + 1] == d->width[v + 2]) w->swapped = v + 1)
VARIANT(decay, (void)w)
VARIANT(new_weights, w->finish = DNP_FINISH_NEW_WEIGHTS)
VARIANT(float16, w->finish = DNP_FINISH_HALF)

/* ---- the table --------------------------------------------------------------------------------- */

#define ONE_FACTOR \
  DNP_N("Divide once, at the start: dy = (y - t) / N with N = x.shape[0]. The sums over the samples that follow " \
        "(np.dot, np.sum) then need no division.")
#define SAME_PLACE \
  DNP_N("Compute it from the same place as all other gradients of the layer: W from z.T . da, b from the sum of da " \
        "over the samples.")

const dnp_mistake dnp_mistakes[] = {
    /* seen from the arrays themselves */
    {"missing-array", DNP_N("{1} is not in the file; its shape would be {3}."),
        DNP_N("Save every gradient, for example np.savez('my.npz', W1=grad_W1, b1=grad_b1, W2=grad_W2, b2=grad_b2)."),
        DNP_STAGE_SHAPE, 0, NULL, 1, DNP_FIT_NONE, 0, 0},
    {"not-finite", DNP_N("{1} holds NaN or infinity, first at {2}."),
        DNP_N("Look for a logarithm of 0, a division by 0 or np.exp of a large number: subtract the largest entry of "
              "each row before np.exp."),
        DNP_STAGE_SHAPE, 0, NULL, 1, DNP_FIT_NONE, 0, 0},
    {"transposed-gradient",
        DNP_N("{1} is transposed: its shape is {2}, that of the weights is {3}. The product was taken the wrong way "
              "round (dy.T . z in place of z.T . dy)."),
        DNP_N("grad_W = np.dot(z.T, dy): a gradient has the shape of what it is the gradient of."), DNP_STAGE_SHAPE, 0,
        NULL, 1, DNP_FIT_NONE, 0, 0},
    {"bias-wrong-axis",
        DNP_N("{1} was summed over the wrong axis: its shape is {2}, one number for each sample, where {3} is right, "
              "one for each unit."),
        DNP_N("Sum over the samples, that is over axis 0: np.sum(da, axis=0)."), DNP_STAGE_SHAPE, 0, NULL, 1,
        DNP_FIT_NONE, 0, 0},
    {"bias-summed-over-all",
        DNP_N("{1} was summed over everything: its shape is {2}, where {3} is right, one number for each unit."),
        DNP_N("Sum over the samples, that is over axis 0: np.sum(da, axis=0)."), DNP_STAGE_SHAPE, 0, NULL, 1,
        DNP_FIT_NONE, 0, 0},
    {"bias-not-summed", DNP_N("{1} was not summed over the samples: its shape is {2}, where {3} is right."),
        DNP_N("Sum over the samples, that is over axis 0: np.sum(da, axis=0)."), DNP_STAGE_SHAPE, 0, NULL, 1,
        DNP_FIT_NONE, 0, 0},
    {"weights-not-summed",
        DNP_N("{1} was not summed over the samples: its shape is {2}, one matrix for each sample, where {3} is right."),
        DNP_N("Add the matrices of all samples, or let np.dot(z.T, dy) do it."), DNP_STAGE_SHAPE, 0, NULL, 1,
        DNP_FIT_NONE, 0, 0},
    {"arrays-swapped", DNP_N("{1} has the shape {2} of another gradient; {3} is right. Were names mixed up?"),
        DNP_N("Compare the names in the file with the arrays that you put there."), DNP_STAGE_SHAPE, 0, NULL, 1,
        DNP_FIT_NONE, 0, 0},
    {"wrong-shape", DNP_N("{1} has the shape {2}, but {3} is right."),
        DNP_N("A gradient has the shape of what it is the gradient of. Write the shapes beside each product: [inputs, "
              "N] . [N, outputs] gives [inputs, outputs]."),
        DNP_STAGE_SHAPE, 0, NULL, 1, DNP_FIT_NONE, 0, 0},

    /* one factor for everything */
    {"wrong-sign", DNP_N("The sign is wrong: it is t - y somewhere, where y - t belongs."),
        DNP_N("dy = (y - t) / N. The minus of the update, W - learning_rate * grad_W, comes later and only there."),
        DNP_STAGE_FACTOR, 0, wrong_sign, 1, DNP_FIT_NONE, 0, 0},
    {"missing-mean",
        DNP_N("The division by the number of samples is missing: these are the gradients of the sum of all losses, not "
              "of their mean."),
        ONE_FACTOR, DNP_STAGE_FACTOR, 0, missing_mean, 1, DNP_FIT_NONE, 0, 0},
    {"divided-twice", DNP_N("The gradients are divided by the number of samples twice."), ONE_FACTOR, DNP_STAGE_FACTOR,
        0, divided_twice, 1, DNP_FIT_NONE, 0, 0},
    {"divided-by-classes",
        DNP_N("The gradients are also divided by the number of classes, as np.mean over a whole matrix or a division "
              "by y.size does."),
        ONE_FACTOR, DNP_STAGE_FACTOR, DNP_IF_ENTROPY, divided_by_classes, 1, DNP_FIT_NONE, 0, 0},
    {"outputs-not-divided",
        DNP_N("The squared errors of a row are added up, where their mean is the loss: the division by the number of "
              "outputs is missing."),
        DNP_N("dy = 2 * (y - t) / y.size, where y.size is the number of samples times the number of outputs."),
        DNP_STAGE_FACTOR, DNP_IF_SQUARED, outputs_not_divided, 1, DNP_FIT_NONE, 0, 0},
    {"missing-two",
        DNP_N("The 2 is missing that comes out of the square. (A loss with 1/2 in front would be another loss.)"),
        DNP_N("The derivative of (y - t)^2 is 2 (y - t)."), DNP_STAGE_FACTOR, DNP_IF_SQUARED, missing_two, 1,
        DNP_FIT_NONE, 0, 0},
    {"doubled",
        DNP_N("Everything is twice as large as it should be: a factor 2 as of a squared error, or gradients that were "
              "added to those of an earlier pass."),
        DNP_N("Set the gradients to zero before each pass, and look for a factor 2."), DNP_STAGE_FACTOR, 0, doubled, 1,
        DNP_FIT_NONE, 0, 0},

    /* outputs and loss */
    {"missing-softmax", DNP_N("There is no softmax: the scores of the last layer were taken as they are."),
        DNP_N("y = softmax(a), then dy = (y - t) / N."), DNP_STAGE_OUTPUTS, DNP_IF_ENTROPY, missing_softmax, 1,
        DNP_FIT_NONE, 0, 0},
    {"double-softmax",
        DNP_N("Softmax was applied twice, for example once in the forward pass and once more in the loss."),
        DNP_N("Keep one of the two."), DNP_STAGE_OUTPUTS, DNP_IF_ENTROPY, double_softmax, 1, DNP_FIT_NONE, 0, 0},
    {"batch-softmax",
        DNP_N("Softmax was taken over the whole batch: all samples together add up to 1, where each of them should."),
        DNP_N("Sum along the last axis: np.exp(a) / np.sum(np.exp(a), axis=-1, keepdims=True)."), DNP_STAGE_OUTPUTS,
        DNP_IF_ENTROPY, batch_softmax, 1, DNP_FIT_NONE, 0, 0},
    {"softmax-axis", DNP_N("Softmax was taken along the wrong axis: over the samples in place of the classes."),
        DNP_N("Sum along the last axis: np.exp(a) / np.sum(np.exp(a), axis=-1, keepdims=True)."), DNP_STAGE_OUTPUTS,
        DNP_IF_ENTROPY, softmax_axis, 1, DNP_FIT_NONE, 0, 0},
    {"sigmoid-output", DNP_N("The outputs went through a sigmoid, which this network does not have there."),
        DNP_N("The last layer has no activation of its own: its scores go into the loss (softmax belongs to the "
              "cross-entropy)."),
        DNP_STAGE_OUTPUTS, 0, sigmoid_output, 1, DNP_FIT_NONE, 0, 0},
    {"softmax-output",
        DNP_N("The outputs went through a softmax, which this network does not have: its loss is the squared error."),
        DNP_N("The last layer has no activation of its own: its scores go into the loss (softmax belongs to the "
              "cross-entropy)."),
        DNP_STAGE_OUTPUTS, DNP_IF_SQUARED, softmax_output, 1, DNP_FIT_NONE, 0, 0},
    {"log-epsilon",
        DNP_N("These are the gradients of a loss with 1e-7 inside the logarithm: log(y + 1e-7). Where the right class "
              "has a small probability, that is another slope."),
        DNP_N("For gradients the 1e-7 is not needed: dy = (y - t) / N knows no logarithm."), DNP_STAGE_LOSS,
        DNP_IF_ENTROPY, log_epsilon, 1, DNP_FIT_NONE, 0, 0},
    {"missing-softmax-derivative",
        DNP_N("The derivative of the softmax is missing: -t / y is the gradient at the softmax's outputs, not at its "
              "inputs."),
        DNP_N("Softmax and cross-entropy together leave dy = (y - t) / N."), DNP_STAGE_LOSS, DNP_IF_ENTROPY, loss_alone,
        1, DNP_FIT_NONE, 0, 0},
    {"softmax-diagonal",
        DNP_N("Only the diagonal of the softmax's derivative, y (1 - y), was used; but each output depends on all "
              "scores of its row."),
        DNP_N("Softmax and cross-entropy together leave dy = (y - t) / N."), DNP_STAGE_LOSS, DNP_IF_ENTROPY,
        softmax_diagonal, 1, DNP_FIT_NONE, 0, 0},
    {"output-derivative",
        DNP_N("y - t was multiplied by y (1 - y): an activation's derivative that does not belong there."),
        DNP_N("y - t already is the gradient at the scores; multiply by no derivative at the output."), DNP_STAGE_LOSS,
        DNP_IF_ENTROPY, output_slope, 1, DNP_FIT_NONE, 0, 0},
    {"output-derivative",
        DNP_N("y - t was multiplied by y (1 - y): an activation's derivative that does not belong there."),
        DNP_N("y - t already is the gradient at the scores; multiply by no derivative at the output."), DNP_STAGE_LOSS,
        DNP_IF_SQUARED, output_slope_squared, 2, DNP_FIT_NONE, 0, 0},
    {"mse-gradient", DNP_N("This is the gradient of a squared error; this network's loss is the cross-entropy."),
        DNP_N("dy = (y - t) / N with y = softmax(a), without a 2 and without the number of classes."), DNP_STAGE_LOSS,
        DNP_IF_ENTROPY, mse_gradient, 4, DNP_FIT_NONE, 0, 0},
    {"answers-forgotten", DNP_N("The answers t were not subtracted: it is y where y - t belongs."),
        DNP_N("dy = (y - t) / N"), DNP_STAGE_LOSS, 0, answers_forgotten, 1, DNP_FIT_NONE, 0, 0},
    {"absolute-error", DNP_N("Only the sign of y - t was used: that is the gradient of an absolute error."),
        DNP_N("Take y - t itself."), DNP_STAGE_LOSS, 0, absolute_error, 2, DNP_FIT_NONE, 0, 0},

    /* answers and samples */
    {"labels-off-by-one",
        DNP_N("The classes are off by one: the answer of each sample stands one column too far left or right."),
        DNP_N("Classes count from 0: the digit 0 is column 0."), DNP_STAGE_ANSWERS, DNP_IF_LABELS, labels_off_by_one, 2,
        DNP_FIT_NONE, 0, 0},
    {"answers-shifted",
        DNP_N("Samples and answers do not belong together: the answers are shifted by one sample, or run backwards."),
        DNP_N("Whatever reorders or cuts x must do the same to t."), DNP_STAGE_ANSWERS, 0, answers_shifted, 3,
        DNP_FIT_NONE, 0, 0},
    {"one-hot-axis",
        DNP_N("The one-hot matrix was made along the wrong axis: [classes, samples], then reshaped to [samples, "
              "classes]. Reshaping does not transpose."),
        DNP_N("t = np.eye(10)[labels] gives one row for each sample."), DNP_STAGE_ANSWERS, DNP_IF_LABELS, one_hot_axis,
        1, DNP_FIT_NONE, 0, 0},
    {"labels-not-one-hot",
        DNP_N("The labels were subtracted as numbers, the same from every column; they have to become rows of zeros "
              "and a one."),
        DNP_N("t = np.eye(10)[labels], or y[np.arange(N), labels] -= 1."), DNP_STAGE_ANSWERS, DNP_IF_LABELS,
        labels_not_one_hot, 1, DNP_FIT_NONE, 0, 0},
    {"first-sample-only", DNP_N("Only the first sample was used."),
        DNP_N("Go over all samples of the batch and add up."), DNP_STAGE_ANSWERS, 0, first_sample, 2, DNP_FIT_NONE, 0,
        0},
    {"last-sample-only",
        DNP_N("Only the last sample counts: a loop over the samples overwrites the gradient each time."),
        DNP_N("Add up inside the loop: grad_W += ..., starting from zeros."), DNP_STAGE_ANSWERS, 0, last_sample, 2,
        DNP_FIT_NONE, 0, 0},
    {"other-split",
        DNP_N("These are the gradients for the other part of the data set: training and test data were mixed up."),
        DNP_N("Take the samples of the same part, or say --split train."), DNP_STAGE_INPUT, DNP_IF_OTHER, other_split,
        1, DNP_FIT_NONE, 0, 0},

    /* inputs and forward pass */
    {"unscaled-inputs", DNP_N("The inputs were not divided by 255: they run from 0 to 255 in place of 0 to 1."),
        DNP_N("x = x.astype('float32') / 255"), DNP_STAGE_INPUT, 0, unscaled_inputs, 1, DNP_FIT_NONE, 0, 0},
    {"inputs-scaled-twice", DNP_N("The inputs were divided by 255 twice."),
        DNP_N("Divide once: the largest input should be 1."), DNP_STAGE_INPUT, 0, inputs_scaled_twice, 1, DNP_FIT_NONE,
        0, 0},
    {"inverted-inputs", DNP_N("The inputs are inverted: 1 - x, dark and light exchanged."),
        DNP_N("MNIST's background is 0 and its strokes are near 1."), DNP_STAGE_INPUT, 0, inverted_inputs, 1,
        DNP_FIT_NONE, 0, 0},
    {"turned-pictures", DNP_N("The pictures are transposed: their pixels run column by column."),
        DNP_N("Flatten row by row: x.reshape(N, -1) of [N, rows, columns]."), DNP_STAGE_INPUT, DNP_IF_SQUARE,
        turned_pictures, 1, DNP_FIT_NONE, 0, 0},
    {"bias-left-out", DNP_N("The forward pass leaves the biases out."), DNP_N("a = np.dot(x, W) + b"),
        DNP_STAGE_FORWARD, 0, bias_left_out, 1, DNP_FIT_NONE, 0, 0},
    {"activation-left-out", DNP_N("The forward pass leaves the activation out, but the way back has its derivative."),
        DNP_N("Both passes have to go through the same activation."), DNP_STAGE_FORWARD, DNP_IF_HIDDEN | DNP_IF_BENT,
        activation_left_out, 1, DNP_FIT_NONE, 0, 0},
    {"other-activation", DNP_N("Another activation was used than the network has."),
        DNP_N("Use the activation that denpa info names."), DNP_STAGE_FORWARD, DNP_IF_HIDDEN, other_activation, 3,
        DNP_FIT_NONE, 0, 0},

    /* the slope of the activation */
    {"missing-activation-derivative",
        DNP_N("The derivative of the activation is missing on the way back: da = dz. (For ReLU, asking z >= 0 in place "
              "of z > 0 does the same: it always holds.)"),
        DNP_N("da1 = dz1 * z1 * (1 - z1) for sigmoid, dz1 * (1 - z1**2) for tanh, dz1 * (a1 > 0) for ReLU."),
        DNP_STAGE_SLOPE, DNP_IF_HIDDEN | DNP_IF_BENT, missing_slope, 1, DNP_FIT_NONE, 0, 0},
    {"derivative-at-a",
        DNP_N("The derivative was computed with a where z belongs: a (1 - a) or 1 - a^2. These formulas want the "
              "activation's output."),
        DNP_N("With z = sigmoid(a): da = dz * z * (1 - z); with z = tanh(a): da = dz * (1 - z**2)."), DNP_STAGE_SLOPE,
        DNP_IF_HIDDEN | DNP_IF_CURVED, slope_at_a, 1, DNP_FIT_NONE, 0, 0},
    {"derivative-at-z",
        DNP_N("The derivative was taken at z where a belongs: the activation was applied once more, as in "
              "sigmoid_grad(z1)."),
        DNP_N("A function that applies the activation itself wants a: sigmoid_grad(a1). With z it is z * (1 - z)."),
        DNP_STAGE_SLOPE, DNP_IF_HIDDEN | DNP_IF_CURVED, slope_at_z, 1, DNP_FIT_NONE, 0, 0},
    {"half-derivative", DNP_N("One of the two factors of the sigmoid's derivative z (1 - z) is missing."),
        DNP_N("da = dz * z * (1 - z)"), DNP_STAGE_SLOPE, DNP_IF_HIDDEN | DNP_IF_SIGMOID, half_slope, 2, DNP_FIT_NONE, 0,
        0},
    {"tanh-not-squared", DNP_N("The derivative of tanh was taken as 1 - z; it is 1 - z^2."),
        DNP_N("da = dz * (1 - z**2)"), DNP_STAGE_SLOPE, DNP_IF_HIDDEN | DNP_IF_TANH, not_squared, 1, DNP_FIT_NONE, 0,
        0},
    {"tanh-plus", DNP_N("The derivative of tanh was taken as 1 + z^2; it is 1 - z^2."), DNP_N("da = dz * (1 - z**2)"),
        DNP_STAGE_SLOPE, DNP_IF_HIDDEN | DNP_IF_TANH, wrong_plus, 1, DNP_FIT_NONE, 0, 0},
    {"derivative-twice", DNP_N("The derivative of the activation was multiplied in twice."),
        DNP_N("Multiply once for each layer: da = dz * f'(a)."), DNP_STAGE_SLOPE, DNP_IF_HIDDEN | DNP_IF_CURVED,
        slope_twice, 1, DNP_FIT_NONE, 0, 0},
    {"other-derivative", DNP_N("The way back has the derivative of another activation than the forward pass."),
        DNP_N("Both passes have to go through the same activation."), DNP_STAGE_SLOPE, DNP_IF_HIDDEN, other_slope, 3,
        DNP_FIT_NONE, 0, 0},
    {"relu-reversed",
        DNP_N("The gate of the ReLU is the wrong way round: the gradient passes where a <= 0 and stops where a > 0."),
        DNP_N("da = dz * (a > 0)"), DNP_STAGE_SLOPE, DNP_IF_HIDDEN | DNP_IF_RELU, gate_reversed, 1, DNP_FIT_NONE, 0, 0},
    {"relu-on-gradient",
        DNP_N("The ReLU was applied to the gradient: it passes where dz > 0, where a > 0 should be asked."),
        DNP_N("da = dz * (a > 0)"), DNP_STAGE_SLOPE, DNP_IF_HIDDEN, gate_on_gradient, 1, DNP_FIT_NONE, 0, 0},
    {"derivative-not-passed-on",
        DNP_N("Each layer's own gradients have the activation's derivative, but what goes further back has not: dz was "
              "passed on in place of da."),
        DNP_N("dz1 = np.dot(da2, W2.T): what goes back is da, after the derivative."), DNP_STAGE_SLOPE,
        DNP_IF_DEEP | DNP_IF_BENT, not_passed_on, 1, DNP_FIT_NONE, 0, 0},

    /* through the weights */
    {"updated-weight",
        DNP_N("The gradient went back through weights that had already been updated (learning rate {1:.6g}): W2 "
              "changes before dz1 = dy . W2.T is computed."),
        DNP_N("Compute all gradients first, then update all weights."), DNP_STAGE_TRANSPORT, DNP_IF_HIDDEN,
        updated_weight, 1, DNP_FIT_RATE, -1e6, 1e6},
    {"untransposed-weight",
        DNP_N("The gradient went back through W without its transpose (or through W reshaped, which only looks like "
              "it)."),
        DNP_N("dz1 = np.dot(dy, W2.T)"), DNP_STAGE_TRANSPORT, DNP_IF_HIDDEN, untransposed_weight, 1, DNP_FIT_NONE, 0,
        0},

    /* gradients of weights and biases */
    {"transposed-gradient",
        DNP_N("The gradients of the weights are transposed, or were brought into shape by reshape in place of a "
              "transpose: dy.T . z in place of z.T . dy."),
        DNP_N("grad_W = np.dot(z.T, dy): a gradient has the shape of what it is the gradient of."), DNP_STAGE_WEIGHTS,
        0, transposed_gradient, 1, DNP_FIT_NONE, 0, 0},
    {"weights-from-a",
        DNP_N("The gradients of the weights were computed from a, before the activation; the weights were multiplied "
              "by z."),
        DNP_N("grad_W2 = np.dot(z1.T, dy)"), DNP_STAGE_WEIGHTS, DNP_IF_HIDDEN | DNP_IF_BENT, weights_from_a, 1,
        DNP_FIT_NONE, 0, 0},
    {"weights-without-derivative",
        DNP_N("The gradients of the hidden weights lack the activation's derivative, those of the biases have it: dz "
              "was used in place of da."),
        SAME_PLACE, DNP_STAGE_WEIGHTS, DNP_IF_HIDDEN | DNP_IF_BENT, weights_before_slope, 1, DNP_FIT_NONE, 0, 0},
    {"weights-divided",
        DNP_N("The gradients of the weights are divided by the number of samples once more than those of the biases."),
        ONE_FACTOR, DNP_STAGE_WEIGHTS, 0, weights_divided, 1, DNP_FIT_NONE, 0, 0},
    {"weights-not-divided",
        DNP_N("The gradients of the weights lack the division by the number of samples, those of the biases have it."),
        ONE_FACTOR, DNP_STAGE_WEIGHTS, 0, weights_not_divided, 1, DNP_FIT_NONE, 0, 0},
    {"bias-divided",
        DNP_N("The gradients of the biases are divided by the number of samples twice: np.mean where np.sum belongs."),
        ONE_FACTOR, DNP_STAGE_BIASES, 0, bias_divided, 1, DNP_FIT_NONE, 0, 0},
    {"bias-not-divided",
        DNP_N("The gradients of the biases lack the division by the number of samples, those of the weights have it."),
        ONE_FACTOR, DNP_STAGE_BIASES, 0, bias_not_divided, 1, DNP_FIT_NONE, 0, 0},
    {"bias-missing", DNP_N("The gradients of the biases are zero: they were not computed."),
        DNP_N("grad_b = np.sum(da, axis=0)"), DNP_STAGE_BIASES, 0, bias_zero, 1, DNP_FIT_NONE, 0, 0},
    {"bias-summed-over-all",
        DNP_N("The gradients of the biases are all the same number: np.sum without an axis adds up everything."),
        DNP_N("Sum over the samples, that is over axis 0: np.sum(da, axis=0)."), DNP_STAGE_BIASES, 0, bias_all, 1,
        DNP_FIT_NONE, 0, 0},
    {"bias-without-derivative",
        DNP_N("The gradients of the hidden biases lack the activation's derivative, those of the weights have it: dz "
              "was used in place of da."),
        SAME_PLACE, DNP_STAGE_BIASES, DNP_IF_HIDDEN | DNP_IF_BENT, bias_before_slope, 1, DNP_FIT_NONE, 0, 0},
    {"bias-first-sample", DNP_N("The gradients of the biases are those of the first sample alone."),
        DNP_N("Sum over the samples, that is over axis 0: np.sum(da, axis=0)."), DNP_STAGE_BIASES, 0, bias_first, 2,
        DNP_FIT_NONE, 0, 0},
    {"bias-wrong-axis", DNP_N("The gradients of the biases were summed over the wrong axis."),
        DNP_N("Sum over the samples, that is over axis 0: np.sum(da, axis=0)."), DNP_STAGE_BIASES, 0, bias_rows, 1,
        DNP_FIT_NONE, 0, 0},

    /* one layer, and the end */
    {"layer-divided",
        DNP_N("In layer {1:.0f} the gradients are divided by the number of samples once more: a mean where a sum "
              "belongs."),
        ONE_FACTOR, DNP_STAGE_LAYER, DNP_IF_HIDDEN, layer_divided, 0, DNP_FIT_NONE, 0, 0},
    {"layer-not-divided", DNP_N("In layer {1:.0f} the division by the number of samples is missing."), ONE_FACTOR,
        DNP_STAGE_LAYER, DNP_IF_HIDDEN, layer_not_divided, 0, DNP_FIT_NONE, 0, 0},
    {"layer-zero", DNP_N("The gradients of layer {1:.0f} are zero: they were not computed."),
        DNP_N("Compute and save the gradients of every layer."), DNP_STAGE_LAYER, 0, layer_zero, 0, DNP_FIT_NONE, 0, 0},
    {"all-zero", DNP_N("All gradients are zero: nothing was computed, or nothing was copied into the arrays."),
        DNP_N("Look at the arrays just before they are saved."), DNP_STAGE_FACTOR, 0, all_zero, 1, DNP_FIT_NONE, 0, 0},
    {"layers-swapped", DNP_N("The gradients of layer {1:.0f} and of the next one are exchanged."),
        DNP_N("Compare the names in the file with the arrays that you put there."), DNP_STAGE_LAYER, DNP_IF_HIDDEN,
        layers_swapped, 0, DNP_FIT_NONE, 0, 0},
    {"weight-decay",
        DNP_N("{1:.6g} times the weights was added (weight decay); the loss that denpa measures has no such term."),
        DNP_N("Compare the gradient without it, and add the decay in the update."), DNP_STAGE_END, 0, decay, 1,
        DNP_FIT_DECAY, -1e6, 1e6},
    {"new-weights", DNP_N("These are weights, not gradients: the old weights minus {1:.6g} times the gradient."),
        DNP_N("Save the gradients: grad_W1, not W1."), DNP_STAGE_END, 0, new_weights, 1, DNP_FIT_RATE, -1e6, 1e6},
    {"float16",
        DNP_N("The numbers are right but coarse: they were computed or stored in float16, which has 3 digits and loses "
              "everything below 0.00000006."),
        DNP_N("Compute in float32 or float64."), DNP_STAGE_END, 0, float16, 1, DNP_FIT_NONE, 0, 0},
    {"update-not-gradient",
        DNP_N("These are updates, not gradients: everything is multiplied by {1:.6g}, minus a learning rate."),
        DNP_N("Save the gradient before it is multiplied by the learning rate."), DNP_STAGE_FACTOR, 0, any_factor, 1,
        DNP_FIT_FACTOR, -1e12, -1e-12},
    {"times-learning-rate", DNP_N("Everything is multiplied by {1:.6g}, as by a learning rate or a momentum."),
        DNP_N("Save the gradient before it is multiplied by anything."), DNP_STAGE_FACTOR, 0, any_factor, 1,
        DNP_FIT_FACTOR, 1e-12, 1},
    {"scaled-up", DNP_N("Everything is multiplied by {1:.6g}."),
        DNP_N("Look for a factor that does not belong there, or a division that is missing."), DNP_STAGE_FACTOR, 0,
        any_factor, 1, DNP_FIT_FACTOR, 1, 1e12},
    {0}};

const dnp_mistake *dnp_mistake_find(const char *id) {
  for (const dnp_mistake *m = dnp_mistakes; m->id != NULL; m++)
    if (strcmp(m->id, id) == 0) return m;
  return NULL;
}

bool dnp_mistake_possible(const dnp_mistake *mistake, const dnp_dense *d, bool labels, bool other) {
  size_t side = 1;
  while (side * side < d->width[0]) side++;
  const struct {
    unsigned bit;
    bool holds;
  } conditions[] = {{DNP_IF_ENTROPY, d->entropy}, {DNP_IF_SQUARED, !d->entropy}, {DNP_IF_LABELS, labels},
      {DNP_IF_HIDDEN, d->layers > 1}, {DNP_IF_DEEP, d->layers > 2},
      {DNP_IF_SIGMOID, d->activation == DNP_DENSE_SIGMOID}, {DNP_IF_TANH, d->activation == DNP_DENSE_TANH},
      {DNP_IF_RELU, d->activation == DNP_DENSE_RELU},
      {DNP_IF_CURVED, d->activation == DNP_DENSE_SIGMOID || d->activation == DNP_DENSE_TANH},
      {DNP_IF_BENT, d->activation != DNP_DENSE_IDENTITY}, {DNP_IF_SQUARE, side * side == d->width[0]},
      {DNP_IF_OTHER, other}};
  for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++)
    if ((mistake->condition & conditions[i].bit) != 0 && !conditions[i].holds) return false;
  return mistake->make != NULL;
}

size_t dnp_mistake_variants(const dnp_mistake *mistake, const dnp_dense *d) {
  return mistake->choices > 0 ? mistake->choices : d->layers;
}
