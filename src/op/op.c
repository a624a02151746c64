/* op.c: the list of operations, and what they share: tensors, parts, shape rules and their messages. The operations
 * themselves are in files of their own. Called by the rows and by src/net. */
#include "op/op.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/shapes.h"
#include "base/text.h"
#include "op/row.h"

const dnp_op *const dnp_ops[DNP_OPS + 1] = {
#define X(name) &dnp_op_##name,
    DNP_OP_LIST(X)
#undef X
        NULL};

const dnp_op *dnp_op_find(const char *name) {
  for (const dnp_op *const *op = dnp_ops; *op != NULL; op++)
    if (dnp_text_means(name, (*op)->name)) return *op;
  return NULL;
}

bool dnp_op_is_activation(const dnp_op *op) { return op->word != NULL && !op->ends_in_loss; }

static const char *usage_of(bool loss, size_t index) {
  for (const dnp_op *const *op = dnp_ops; *op != NULL; op++)
    if ((*op)->word != NULL && (*op)->ends_in_loss == loss && index-- == 0)
      return (*op)->usage != NULL ? (*op)->usage : (*op)->word;
  return NULL;
}

const char *dnp_activation_usage(size_t index) { return usage_of(false, index); }
const char *dnp_loss_usage(size_t index) { return usage_of(true, index); }

const dnp_op_writing *dnp_op_writing_of(const dnp_node *node) {
  const bool numbered = node->op->writing_numbered != NULL && node->number[0] > 0;
  return numbered ? node->op->writing_numbered : &node->op->writing;
}

static const dnp_op *by_word(const char *text, size_t length, bool loss) {
  for (const dnp_op *const *op = dnp_ops; *op != NULL; op++)
    if ((*op)->word != NULL && (*op)->ends_in_loss == loss &&
        dnp_text_alike(text, length, (*op)->word, strlen((*op)->word)))
      return *op;
  return NULL;
}

/* "sigmoid, tanh, relu" */
static void list_words(bool loss, char *out, size_t size) {
  size_t length = 0;
  for (const dnp_op *const *op = dnp_ops; *op != NULL; op++)
    if ((*op)->word != NULL && (*op)->ends_in_loss == loss && length < size)
      length += (size_t)snprintf(out + length, size - length, length > 0 ? ", %s" : "%s", (*op)->word);
}

denpa_status dnp_op_read(
    const char *text, bool loss, const dnp_op **op, double number[1], int *numbers, denpa_error *err) {
  const size_t length = strcspn(text, ":");
  char words[256] = "";
  *numbers = text[length] == ':';
  *op = by_word(text, length, loss);
  if (*op == NULL) {
    list_words(loss, words, sizeof words);
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        loss ? DNP_N("'{1}' is not a loss; there are {2}") : DNP_N("'{1}' is not an activation; there are {2}"),
        dnp_s(text), dnp_s(words));
  }
  const dnp_op_number *n = &(*op)->number[0];
  if (*numbers == 0) return DENPA_OK;
  if (n->name == NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "'{1}': {2} takes no number", dnp_s(text), dnp_s((*op)->word));
  if (dnp_parse_real(text + length + 1, number) && *number >= n->low && *number <= n->high) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_ARGUMENT, "'{1}': the number behind the colon ({2}) has to lie from {3} to {4}",
      dnp_s(text), dnp_s(n->name), dnp_d(n->low), dnp_d(n->high));
}

/* ---- slices --------------------------------------------------------------------------- */

void dnp_copy_part(const dnp_tensor *like, const void *from, void *to, const dnp_slice *slice) {
  assert(from != to && slice->begin <= slice->end);
  const size_t size = dnp_dtype_size(like->dtype), offset = slice->begin * dnp_tensor_row(like) * size;
  memcpy((unsigned char *)to + offset, (const unsigned char *)from + offset, dnp_part_count(like, slice) * size);
}

dnp_row_range dnp_op_rows(const dnp_node *node, const dnp_slice *slice) {
  assert(slice->row_begin <= slice->row_end || !node->out->batched);
  if (!node->out->batched) return (dnp_row_range){0, dnp_tensor_slices(node->out), true};
  return (dnp_row_range){slice->row_begin, slice->row_end - slice->row_begin, slice->from_zero};
}

dnp_recipe dnp_recipe_of(const dnp_node *node, dnp_fold_kind fold) {
  return (dnp_recipe){.fold = fold, .dtype = node->out->dtype};
}

size_t dnp_one_term(const dnp_node *node, dnp_recipe *recipe, dnp_term *terms, size_t room, dnp_term term) {
  *recipe = dnp_recipe_of(node, DNP_FOLD_FIRST);
  return dnp_put(terms, room, 0, term);
}

/* ---- shapes -------------------------------------------------------------------------------------- */

denpa_status dnp_shape_mismatch(
    const dnp_node *node, const dnp_tensor *a, const dnp_tensor *b, const char *rule, denpa_error *err) {
  char first[96], second[96];
  dnp_shape_text(a->axes, a->shape, first);
  if (b == NULL)
    return dnp_fail(err, DENPA_ERROR_SHAPE, "{1}: '{2}' has the shape {3}; {4}", dnp_s(node->op->name), dnp_s(a->name),
        dnp_s(first), dnp_t(rule));
  dnp_shape_text(b->axes, b->shape, second);
  const denpa_status status = dnp_fail(err, DENPA_ERROR_SHAPE,
      "{1}: '{2}' has the shape {3} and '{4}' has the shape {5}; {6}", dnp_s(node->op->name), dnp_s(a->name),
      dnp_s(first), dnp_s(b->name), dnp_s(second), dnp_t(rule));
  /* pictures that meet filters, and whose last axis is as short as one of channels, have it in the wrong place */
  const bool pictures = a->axes == 4 && a->batched && b->axes == 4,
             grey_or_colour = a->shape[3] == 1 || a->shape[3] == 3,
             last = pictures && grey_or_colour && a->shape[1] > a->shape[3] && a->shape[2] > a->shape[3];
  if (!last) return status;
  const size_t wanted[] = {a->shape[3], a->shape[1], a->shape[2]};
  return dnp_fail_shapes(err, status, NULL, (dnp_shape){3, a->shape + 1}, (dnp_shape){3, wanted});
}

bool dnp_same_shape(const dnp_tensor *a, const dnp_tensor *b) {
  if (a->axes != b->axes || a->batched != b->batched) return false;
  for (int i = 0; i < a->axes; i++)
    if (a->shape[i] != b->shape[i]) return false;
  return true;
}

void dnp_shape_like(const dnp_tensor *like, dnp_tensor *out) {
  assert(like->axes >= 0 && like->axes <= DNP_MAX_AXES);
  out->axes = like->axes;
  out->batched = like->batched;
  memcpy(out->shape, like->shape, sizeof out->shape);
}

denpa_status dnp_shape_elementwise(const dnp_node *node, dnp_tensor *out, denpa_error *err) {
  for (int i = 1; i < node->inputs; i++)
    if (!dnp_same_shape(node->in[0], node->in[i]))
      return dnp_shape_mismatch(node, node->in[0], node->in[i],
          DNP_N("both must have one shape, and both or none of them the rows of a batch"), err);
  dnp_shape_like(node->in[0], out);
  return DENPA_OK;
}

denpa_status dnp_shape_product(const dnp_node *node, dnp_tensor *out, denpa_error *err) {
  const dnp_tensor *x = node->in[0], *w = node->in[1];
  if (x->axes != 2 || w->axes != 2) return dnp_shape_mismatch(node, x, w, DNP_N("both must have two axes"), err);
  if (w->batched) return dnp_shape_mismatch(node, x, w, DNP_N("the second must not have the rows of a batch"), err);
  if (x->shape[1] != w->shape[0])
    return dnp_shape_mismatch(
        node, x, w, DNP_N("the columns of the first must be as many as the rows of the second"), err);
  dnp_shape_like(x, out);
  out->shape[1] = w->shape[1];
  return DENPA_OK;
}

denpa_status dnp_shape_bias(const dnp_node *node, const dnp_tensor *a, const dnp_tensor *b, denpa_error *err) {
  if (a->axes == 2 && b->axes == 1 && !b->batched && a->shape[1] == b->shape[0]) return DENPA_OK;
  return dnp_shape_mismatch(node, a, b, DNP_N("the bias needs one element for each column"), err);
}

/* ---- cases --------------------------------------------------------------------------------------- */

const dnp_op_case dnp_cases_one[] = {
    {.in = {{0, {0}, false}}},
    {.in = {{1, {37}, false}}},
    {.in = {{2, {1, 7}, true}}},
    {.in = {{2, {19, 1}, true}}},
    {.in = {{2, {13, 23}, true}}},
    {.in = {{2, {5, 3}, false}}},
    {.in = {{3, {3, 5, 7}, true}}},
    {.in = {{4, {2, 3, 5, 3}, true}}},
    DNP_CASES_END,
};

const dnp_op_case dnp_cases_two[] = {
    {.in = {{0, {0}, false}, {0, {0}, false}}},
    {.in = {{1, {37}, false}, {1, {37}, false}}},
    {.in = {{2, {1, 7}, true}, {2, {1, 7}, true}}},
    {.in = {{2, {19, 1}, true}, {2, {19, 1}, true}}},
    {.in = {{2, {13, 23}, true}, {2, {13, 23}, true}}},
    {.in = {{2, {5, 3}, false}, {2, {5, 3}, false}}},
    {.in = {{4, {2, 3, 5, 3}, true}, {4, {2, 3, 5, 3}, true}}},
    DNP_CASES_END,
};
