/* step_text.c: one update in words and numbers, for people who are new to matrices: each matrix with the product that
 * made it, what that means, and a few of its numbers. Everything comes from the dnp_step; nothing here computes a
 * network. Called by the subcommand step. */
#include <math.h>
#include <string.h>

#include "base/math.h"
#include "base/text.h"
#include "learn/learn.h"
#include "draw/network.h"
#include "draw/samples.h"
#include "draw/say.h"
#include "explain/step.h"

/* ---- formulas ---------------------------------------------------------------------------------- */

#define SHAPED 192

/* "W2^T[10,50]". `swapped`: transposed. */
static const char *shaped(const char *name, int axes, const size_t *shape, bool swapped, char out[SHAPED]) {
  size_t length = (size_t)snprintf(out, SHAPED, "%s%s", name, swapped ? "^T[" : "[");
  for (int i = 0; i < axes; i++)
    length += (size_t)snprintf(
        out + length, SHAPED - length, "%s%zu", i > 0 ? "," : "", shape[swapped ? axes - 1 - i : i]);
  snprintf(out + length, SHAPED - length, "]");
  return out;
}

/* A tensor with the shape it has for the whole batch; what is fed or computed is listed, so its shape is known
 * there. */
static const char *tensor_text(const dnp_step *step, const dnp_tensor *t, bool swapped, char out[SHAPED]) {
  for (size_t i = 0; i < step->count; i++) {
    const dnp_seen *s = &step->seen[i];
    if (s->as != DNP_SEEN_BACKWARD && s->tensor == (size_t)(t - step->net->exec->tensor))
      return shaped(s->name, s->axes, s->shape, swapped, out);
  }
  return shaped(t->name, t->axes, t->shape, swapped, out);
}

static const char *gradient_text(const dnp_step *step, const dnp_tensor *t, char out[SHAPED]) {
  char name[DNP_MAX_NAME + 2];
  size_t shape[DNP_MAX_AXES];
  memcpy(shape, t->shape, sizeof shape);
  if (t->batched) shape[0] = step->rows;
  return shaped(dnp_grad_name(step->net->exec, t, name), t->axes, shape, false, out);
}

void dnp_step_formula(const dnp_step *step, const dnp_seen *s, denpa_lang lang, char *out, size_t size) {
  const dnp_node *node = &step->net->exec->node[s->node];
  const dnp_op_writing *w = dnp_op_writing_of(node);
  const bool back = s->as == DNP_SEEN_BACKWARD;
  const char *form = back ? w->back[s->input] : s->as == DNP_SEEN_LOSS ? w->loss : w->forward;
  char in[3][SHAPED], swapped[2][SHAPED], result[SHAPED], made[SHAPED], output[SHAPED];
  out[0] = '\0';
  if (s->as == DNP_SEEN_GIVEN || s->as == DNP_SEEN_PARAMETER || s->as == DNP_SEEN_STATE) return;
  for (int k = 0; k < 3; k++) {
    in[k][0] = '\0';
    if (k < node->inputs) tensor_text(step, node->in[k], false, in[k]);
  }
  for (int k = 0; k < 2; k++) {
    swapped[k][0] = '\0';
    if (k < node->inputs) tensor_text(step, node->in[k], true, swapped[k]);
  }
  shaped(s->name, s->axes, s->shape, false, made);
  tensor_text(step, node->out, false, output);
  if (s->as == DNP_SEEN_LOSS) {
    dnp_render(out, size, lang, form, (const denpa_arg[]){dnp_s(made), dnp_s(output), dnp_s(in[1]), DNP_END});
    return;
  }
  if (!back)
    snprintf(result, sizeof result, "%s", made);
  else if (node->op->ends_in_loss)
    snprintf(result, sizeof result, "%zu", dnp_tensor_row(node->out));
  else
    gradient_text(step, node->out, result);
  dnp_render(out, size, lang, form,
      (const denpa_arg[]){dnp_s(result), dnp_s(in[0]), dnp_s(in[1]), dnp_s(in[2]), dnp_s(made), dnp_s(swapped[0]),
          dnp_s(swapped[1]), dnp_s(output), dnp_u(step->rows), DNP_END});
}

/* ---- sizes that must agree ---------------------------------------------------------------------- */

#define STRONG "\033[1;33m"
#define TITLE "\033[1m"
#define PLAIN "\033[0m"

/* The number that begins at or after `from`. */
static dnp_step_piece number_from(const char *from) {
  from += strcspn(from, "0123456789");
  return (dnp_step_piece){from, (int)strspn(from, "0123456789")};
}

bool dnp_step_sizes_of(const char *formula, dnp_step_sizes *out) {
  const char *dot = strstr(formula, "] . "), *left = dot;
  if (dot == NULL) return false;
  while (*left != '[') left--;
  out->rows = number_from(left);
  out->inner = number_from(out->rows.at + out->rows.length);
  if (strchr(dot + 4, '[') == NULL) return false;
  out->again = number_from(strchr(dot + 4, '['));
  out->columns = number_from(out->again.at + out->again.length);
  return out->columns.length > 0; /* "X[N,C] . W[C,K]" has no sizes */
}

/* Writes the formula, and under a product of matrices its sizes: the inner ones, which must agree, in brackets (and in
 * colour). */
static void tell_formula(FILE *out, const char *formula, bool each, denpa_lang lang, bool colour) {
  const char *strong = colour ? STRONG : "", *title = colour ? TITLE : "", *plain = colour ? PLAIN : "";
  dnp_step_sizes s;
  if (!dnp_step_sizes_of(formula, &s)) {
    fprintf(out, "%s%s%s", title, formula, plain);
    if (each) dnp_say(out, lang, "   (element by element)");
    fputc('\n', out);
    return;
  }
  fprintf(out, "%s%.*s%s%.*s%s%s", title, (int)(s.inner.at - formula), formula, strong, s.inner.length, s.inner.at,
      plain, title);
  fprintf(out, "%.*s%s%.*s%s", (int)(s.again.at - s.inner.at) - s.inner.length, s.inner.at + s.inner.length, strong,
      s.again.length, s.again.at, plain);
  fprintf(out, "%s%s%s\n", title, s.again.at + s.again.length, plain);
  fprintf(out, "    %.*sx%s(%.*s)%s . %s(%.*s)%sx%.*s -> %.*sx%.*s\n", s.rows.length, s.rows.at, strong, s.inner.length,
      s.inner.at, plain, strong, s.again.length, s.again.at, plain, s.columns.length, s.columns.at, s.rows.length,
      s.rows.at, s.columns.length, s.columns.at);
}

/* ---- one matrix --------------------------------------------------------------------------------- */

static void tell_numbers(FILE *out, denpa_lang lang, const dnp_seen *s) {
  fputs("    ", out);
  for (int i = 0; i < s->firsts; i++) dnp_say(out, lang, i == 0 ? "{1:.6g}" : "  {1:.6g}", dnp_d(s->first[i]));
  const size_t row = s->axes > 1 || s->as == DNP_SEEN_LOSS ? s->count / s->shape[0] : s->count;
  if (row > (size_t)s->firsts) fputs(" ...", out);
  dnp_say(out, lang, "   (smallest {1:.6g}, largest {2:.6g}, mean {3:.6g})\n", dnp_d(s->low), dnp_d(s->high),
      dnp_d(s->sum / (double)s->count));
}

static void given_sentence(const dnp_step *step, const dnp_seen *s, denpa_lang lang, char *out, size_t size) {
  const dnp_tensor *t = &step->net->exec->tensor[s->tensor];
  char class[DNP_CLASS_NAME], second[DNP_CLASS_NAME];
  if (t == step->net->exec->input)
    dnp_render(out, size, lang,
        s->axes == 4 ? DNP_N("The batch: the pictures of all samples. The sizes are samples, channels (1 for grey, 3 "
                             "for colours), rows and columns.")
                     : DNP_N("The batch: one row for each sample, one column for each number of it."),
        (const denpa_arg[]){DNP_END});
  if (step->label >= 0) dnp_class_name(step->net, step->dataset, (size_t)step->label, class);
  if (t == step->net->exec->answer && step->label < 0)
    dnp_render(out, size, lang,
        step->dataset->table != NULL ? DNP_N("The right answers, one row for each sample, scaled as in the training.")
                                     : DNP_N("The right answers: one row for each sample, one column for each number."),
        (const denpa_arg[]){DNP_END});
  else if (t == step->net->exec->answer && step->dataset->guessed)
    dnp_render(out, size, lang,
        "Nobody says what the right answer is: in its place stands what the network answers, class {1}.",
        (const denpa_arg[]){dnp_s(class), DNP_END});
  else if (t == step->net->exec->answer && s->axes > 1 && s->shape[1] == 1)
    dnp_render(out, size, lang,
        "The right answers: 1 for each sample of class {2}, 0 for the others. The first sample belongs to class {1}.",
        (const denpa_arg[]){dnp_s(class), dnp_s(dnp_class_name(step->net, step->dataset, 1, second)), DNP_END});
  else if (t == step->net->exec->answer)
    dnp_render(out, size, lang,
        "The right answers: each row has a 1 in the column of its class and 0 elsewhere. The first sample belongs to "
        "class {1}.",
        (const denpa_arg[]){dnp_s(class), DNP_END});
  if (s->as == DNP_SEEN_PARAMETER && s->axes == 4)
    dnp_render(out, size, lang,
        "Weights: the filters. The sizes are filters ({1}), channels of what comes in ({2}), rows and columns of a "
        "filter ({3} x {4}).",
        (const denpa_arg[]){dnp_u(s->shape[0]), dnp_u(s->shape[1]), dnp_u(s->shape[2]), dnp_u(s->shape[3]), DNP_END});
  else if (s->as == DNP_SEEN_PARAMETER && s->axes > 1)
    dnp_render(out, size, lang,
        "Weights: {1} {1|row|rows}, one for each number that comes in, and {2} {2|column|columns}, one for each that "
        "goes out.",
        (const denpa_arg[]){dnp_u(s->shape[0]), dnp_u(s->shape[1]), DNP_END});
  if (s->as != DNP_SEEN_PARAMETER || s->axes != 1) return;
  const char *what = DNP_N("Biases: one for each column.");
  if (step->net->exec->node[s->node].in[1]->axes == 4) what = DNP_N("Biases: one for each filter.");
  if (step->net->exec->node[s->node].op->reduce_statistics != NULL)
    what = s->input == 1 ? DNP_N("Factors: one for each channel.") : DNP_N("Biases: one for each channel.");
  dnp_render(out, size, lang, what, (const denpa_arg[]){DNP_END});
}

static void state_sentence(const dnp_step *step, const dnp_seen *s, denpa_lang lang, char *out, size_t size) {
  const dnp_node *node = &step->net->exec->node[s->node];
  const char *in[3] = {"", "", ""}, *sentence = node->op->explanation_state[s->input];
  if (sentence == NULL)
    sentence = node->op->state[s->input].lasting
                   ? DNP_N("{1} is what is remembered of the batches of the training; each update moves it a little.")
                   : DNP_N("{1} is what chance has drawn: the factor that each element of {2} is multiplied by.");
  for (int k = 0; k < node->inputs; k++) in[k] = node->in[k]->name;
  dnp_render(out, size, lang, sentence,
      (const denpa_arg[]){dnp_s(s->name), dnp_s(in[0]), dnp_s(in[1]), dnp_s(in[2]), DNP_END});
}

void dnp_step_sentence(const dnp_step *step, const dnp_seen *s, denpa_lang lang, char *out, size_t size) {
  const dnp_node *node = &step->net->exec->node[s->node];
  const bool back = s->as == DNP_SEEN_BACKWARD;
  const char *sentence = back ? node->op->explanation_back[s->input] : node->op->explanation;
  char gradient[DNP_MAX_NAME + 2];
  const char *in[3] = {"", "", ""};
  out[0] = '\0';
  if (s->as == DNP_SEEN_GIVEN || s->as == DNP_SEEN_PARAMETER) {
    given_sentence(step, s, lang, out, size);
    return;
  }
  if (s->as == DNP_SEEN_STATE) {
    state_sentence(step, s, lang, out, size);
    return;
  }
  if (s->as == DNP_SEEN_LOSS || sentence == NULL) return;
  for (int k = 0; k < node->inputs; k++) in[k] = node->in[k]->name;
  dnp_render(out, size, lang, sentence,
      (const denpa_arg[]){dnp_s(back ? dnp_grad_name(step->net->exec, node->out, gradient) : node->out->name),
          dnp_s(in[0]), dnp_s(in[1]), dnp_s(in[2]), dnp_s(s->name), dnp_d(node->number[0]), DNP_END});
}

static void tell_explanation(FILE *out, denpa_lang lang, const dnp_step *step, const dnp_seen *s) {
  const dnp_node *node = &step->net->exec->node[s->node];
  const bool back = s->as == DNP_SEEN_BACKWARD;
  char sentence[1024];
  dnp_step_sentence(step, s, lang, sentence, sizeof sentence);
  if (sentence[0] == '\0') return;
  dnp_write_line(out, 4, sentence);
  if (back && node->op->ends_in_loss)
    dnp_say(out, lang,
        "    Dividing by the number of samples, {1}, makes the loss a mean, so that one learning rate suits batches of "
        "any size.\n",
        dnp_u(step->rows));
  const dnp_op_writing *w = dnp_op_writing_of(node);
  if (!back || w->note == NULL) return;
  dnp_render(sentence, sizeof sentence, lang, w->note,
      (const denpa_arg[]){dnp_s(s->name), dnp_s(node->in[0]->name), dnp_s(node->out->name), DNP_END});
  dnp_write_line(out, 4, sentence);
}

void dnp_step_tell_matrix(FILE *out, denpa_lang lang, bool colour, const dnp_step *step, const dnp_seen *s) {
  const bool computed = s->as != DNP_SEEN_PARAMETER && s->as != DNP_SEEN_GIVEN && s->as != DNP_SEEN_STATE;
  char formula[1024];
  dnp_step_formula(step, s, lang, formula, sizeof formula);
  if (formula[0] == '\0') shaped(s->name, s->axes, s->shape, false, formula);
  tell_formula(out, formula, computed && dnp_op_is_activation(step->net->exec->node[s->node].op), lang, colour);
  tell_explanation(out, lang, step, s);
  tell_numbers(out, lang, s);
}

static void tell_title(FILE *out, bool colour, denpa_lang lang, const char *title) {
  fputs(colour ? "\n" STRONG : "\n", out);
  fputs(dnp_translate(lang, title), out);
  fputs(colour ? PLAIN "\n\n" : "\n\n", out);
}

/* ---- the update --------------------------------------------------------------------------------- */

/* Biases do not decay, so the optimizer may say something else of them. */
static const dnp_update_words *words_of(const dnp_step *step, const dnp_change *c) {
  return c->axes < 2 && step->optimizer->bias_words != NULL ? step->optimizer->bias_words : step->optimizer->words;
}

static void tell_order(FILE *out, denpa_lang lang, const dnp_step *step) {
  if (!step->layer_by_layer) return;
  dnp_say(out, lang,
      "In the update order layer-by-layer each layer is updated as soon as its gradient is known, and the gradient "
      "goes further "
      "back through the new weights. That is not gradient descent any more, which computes all gradients before it "
      "moves a weight; it still learns as long as the direction is nearly right.\n");
  bool same = true;
  for (size_t i = 0; i < step->changes; i++) {
    const dnp_change *c = &step->change[i];
    same = same && !(c->off > 0);
    if (c->off > 0)
      dnp_say(out, lang,
          "    d{1} is {2:.2f} % away from the true gradient (cosine {3:.6f}; 1 is the same direction).\n",
          dnp_s(c->name), dnp_d(100 * c->off), dnp_d(c->cosine));
  }
  if (same) dnp_say(out, lang, "    Here all gradients are the true ones all the same.\n");
}

static void tell_change(FILE *out, denpa_lang lang, bool colour, const dnp_step *step, const dnp_change *c) {
  const int digits = denpa_net_dtype(step->net) == DENPA_DTYPE_FLOAT32 ? 8 : 12;
  const dnp_update_words *u = words_of(step, c);
  char at[128] = "", before[40], gradient[40], after[40], rate[40], epsilon[40], size[40], own[40], formula[512];
  size_t length = 0, below = 1;
  for (int i = 0; i < c->axes; i++) {
    below = 1;
    for (int k = i + 1; k < c->axes; k++) below *= c->shape[k];
    length += (size_t)snprintf(
        at + length, sizeof at - length, "%s%zu", i > 0 ? "," : "", c->entry / below % c->shape[i]);
  }
  dnp_format_real(before, sizeof before, c->before, digits);
  dnp_format_real(gradient, sizeof gradient, c->gradient, digits);
  dnp_format_real(after, sizeof after, c->after, digits);
  dnp_format_real(rate, sizeof rate, step->lr, 15);
  dnp_format_real(epsilon, sizeof epsilon, step->epsilon, 15);
  dnp_format_real(size, sizeof size, fabs(c->gradient), digits);
  dnp_format_real(own, sizeof own, step->own, 15);
  dnp_render(formula, sizeof formula, lang, u->rule,
      (const denpa_arg[]){dnp_s(c->name), dnp_s(rate), dnp_s(epsilon), dnp_s(own), DNP_END});
  tell_formula(out, formula, true, lang, colour);
  if (c->gradient == 0) {
    dnp_say(out, lang, "    All entries of d{1} are 0, so {1} stays as it is.\n", dnp_s(c->name));
    return;
  }
  dnp_say(out, lang, u->numbers[c->gradient < 0], dnp_s(c->name), dnp_s(at), dnp_s(before), dnp_s(rate),
      dnp_s(gradient), dnp_s(after), dnp_s(epsilon), dnp_s(size), dnp_s(own));
}

/* ---- before and after --------------------------------------------------------------------------- */

static void tell_standing(
    FILE *out, denpa_lang lang, const char *when, double batch_loss, const dnp_standing s[2], bool all) {
  dnp_say(out, lang, "{1:-8}", dnp_t(when));
  if (!all) dnp_say(out, lang, "{1:16.8g}", dnp_d(batch_loss));
  for (int i = 0; i < 2; i++)
    if (s[i].rows > 0) dnp_say(out, lang, "{1:16.8g}{2:16.5f}", dnp_d(s[i].loss), dnp_d(s[i].accuracy));
  fputc('\n', out);
}

static void tell_table(FILE *out, denpa_lang lang, const dnp_step *step) {
  const dnp_standing *test = &step->standing[0][1];
  dnp_say(out, lang, "{1:-8}", dnp_s(""));
  if (!step->all) dnp_say(out, lang, "{1:16}", dnp_t(DNP_N("batch loss")));
  dnp_say(out, lang, "{1:16}{2:16}", dnp_t(DNP_N("train loss")), dnp_t(DNP_N("train accuracy")));
  if (test->rows > 0) dnp_say(out, lang, "{1:16}{2:16}", dnp_t(DNP_N("test loss")), dnp_t(DNP_N("test accuracy")));
  fputc('\n', out);
  tell_standing(out, lang, DNP_N("before"), step->loss[0], step->standing[0], step->all);
  tell_standing(out, lang, DNP_N("after"), step->loss[1], step->standing[1], step->all);
}

#define ROUNDING 1e-6 /* a float32 network may move its loss by as much for no reason */

/* What the numbers of the table mean. */
static void tell_meaning(FILE *out, denpa_lang lang, const dnp_step *step) {
  const dnp_standing *before = &step->standing[0][0], *after = &step->standing[1][0];
  const size_t classes = denpa_net_outputs(step->net);
  const double guess = dnp_log((double)classes);
  char first[DNP_CLASS_NAME], second[DNP_CLASS_NAME];
  const bool entropy = step->net->exec->last != NULL && step->net->exec->last->op->inside == DNP_INSIDE_SOFTMAX;
  if (!step->layer_by_layer)
    dnp_say(out, lang, step->optimizer->words->promise, dnp_d(step->expected), dnp_d(step->loss[1] - step->loss[0]));
  if (step->loss[1] > step->loss[0] * (1 + ROUNDING))
    dnp_say(out, lang,
        "The loss of the batch has grown: the step was too long for this slope. A smaller learning rate (--lr) "
        "helps.\n");
  if (entropy && fabs(before->loss - guess) < 0.02 * guess)
    dnp_say(out, lang,
        "A loss near {1:.4f} is what a pure guess among {2} classes costs (ln {2}): before the update the network knew "
        "nothing yet, and that is how it should be.\n",
        dnp_d(guess), dnp_u(classes));
  else if (entropy)
    dnp_say(out, lang, "For comparison: a pure guess among {2} classes costs ln {2} = {1:.4f}.\n", dnp_d(guess),
        dnp_u(classes));
  dnp_say(out, lang,
      "The answer given most often to the {1} training samples: before the update class {2} ({3} {3|time|times}), "
      "after it class {4} ({5} {5|time|times}).\n",
      dnp_u(before->rows), dnp_s(dnp_class_name(step->net, step->dataset, before->predicted, first)),
      dnp_u(before->times), dnp_s(dnp_class_name(step->net, step->dataset, after->predicted, second)),
      dnp_u(after->times));
  if (after->rows > step->rows && step->loss[1] < step->loss[0] && after->loss > before->loss * (1 + ROUNDING))
    dnp_say(out, lang,
        "The loss of the batch has fallen, but that of all the training samples has risen from {1:.5f} to {2:.5f}: so "
        "few samples do not speak for all of them.\n",
        dnp_d(before->loss), dnp_d(after->loss));
  if (before->accuracy != after->accuracy)
    dnp_say(out, lang,
        "The accuracy on the training data has moved from {1:.5f} to {2:.5f}. One update is only one small step; many "
        "of them make a good network.\n",
        dnp_d(before->accuracy), dnp_d(after->accuracy));
  else if (before->predicted != after->predicted)
    dnp_say(out, lang,
        "The accuracy has not moved, though other answers are given now: as many of them are right as before. One step "
        "is small; denpa train makes many of them.\n");
  else
    dnp_say(out, lang,
        "The accuracy has not moved, and nothing has gone wrong: the loss sees every small change, but the accuracy "
        "counts only where another class gets the largest output. One step is small; denpa train makes many of "
        "them.\n");
}

/* ---- the whole ---------------------------------------------------------------------------------- */

static void tell_update(FILE *out, denpa_lang lang, bool colour, const dnp_step *step) {
  tell_title(out, colour, lang, DNP_N("The update: a small step downhill"));
  dnp_say(out, lang, step->optimizer->words->why, dnp_d(step->lr), dnp_d(step->own));
  for (size_t k = 0; k < step->changes; k++) tell_change(out, lang, colour, step, &step->change[k]);
  tell_title(out, colour, lang, DNP_N("Before and after"));
  tell_table(out, lang, step);
  fputc('\n', out);
  tell_meaning(out, lang, step);
}

denpa_status dnp_step_tell(
    FILE *out, denpa_lang lang, bool colour, const dnp_step *step, dnp_step_passes passes, denpa_error *err) {
  const denpa_net *net = step->net;
  char name[DNP_NETWORK_NAME], kind[DNP_NETWORK_KIND];
  dnp_say(out, lang,
      "One update of the network {1} ({2}, {3}) on {4}. Samples in the batch: {5}. Learning rate: {6:.15g}.\n",
      dnp_s(dnp_network_name(net, lang, name)), dnp_s(dnp_network_kind(net, lang, kind)),
      dnp_s(dnp_dtype_name(denpa_net_dtype(net))), dnp_s(denpa_data_name(step->dataset)), dnp_u(step->rows),
      dnp_d(step->lr));
  dnp_say(out, lang,
      "[3,5] means 3 rows and 5 columns, counted from 0. A . B multiplies matrices: the two sizes in round brackets "
      "are equal and disappear, the outer two remain. A^T is A transposed, rows become columns. Each matrix shows the "
      "first numbers of its first row.\n");
  size_t backward = 0;
  while (backward < step->count && step->seen[backward].as != DNP_SEEN_BACKWARD) backward++;
  if (passes != DNP_STEP_BACKWARD) {
    tell_title(out, colour, lang, DNP_N("Forward propagation: from the inputs to the outputs"));
    for (size_t i = 0; i < backward; i++) dnp_step_tell_matrix(out, lang, colour, step, &step->seen[i]);
    dnp_say(out, lang, "The mean of these is the loss of the batch: {1:.10g}\n", dnp_d(step->loss[0]));
  }
  if (passes != DNP_STEP_FORWARD) {
    tell_title(out, colour, lang, DNP_N("Backpropagation: from the outputs back to the inputs"));
    dnp_say(out, lang,
        "dW1 is the gradient for W1: how steeply the loss rises when an entry of W1 grows. The gradients go back along "
        "the same wires, and that is what the transposes are for.\n");
    tell_order(out, lang, step);
    for (size_t i = backward; i < step->count; i++) dnp_step_tell_matrix(out, lang, colour, step, &step->seen[i]);
  }
  if (passes == DNP_STEP_BOTH) tell_update(out, lang, colour, step);
  if (step->rows > 1 || !dnp_sample_shown(step->dataset)) return DENPA_OK;
  tell_title(out, colour, lang, DNP_N("The sample"));
  return dnp_sample_text(out, lang, step->dataset, step->split, step->first, DNP_SAMPLE_LINES, colour, err);
}
