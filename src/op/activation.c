/* activation.c: what activations share that work element by element: the way through a kernel and back, and the terms
 * of one element. Their formulas are in files of their own. */
#include "op/row.h"

void dnp_activation_forward(const dnp_node *node, const dnp_slice *slice, dnp_activation_kernel *kernel) {
  const dnp_tensor *a = node->in[0], *z = node->out;
  kernel(dnp_part_count(z, slice), dnp_tensor_at(a, a->data, slice->begin), dnp_tensor_at(z, z->data, slice->begin));
}

void dnp_activation_backward(const dnp_node *node, const dnp_tensor *from, void *to, const dnp_slice *slice,
    dnp_activation_kernel_back *kernel) {
  const dnp_tensor *z = node->out;
  assert(from == z || from == node->in[0]);
  kernel(dnp_part_count(z, slice), dnp_tensor_at(from, from->data, slice->begin),
      dnp_tensor_at(z, z->grad, slice->begin), dnp_tensor_at(z, to, slice->begin));
}

void dnp_activation_forward_numbered(const dnp_node *node, const dnp_slice *slice, dnp_activation_numbered *kernel) {
  const dnp_tensor *a = node->in[0], *z = node->out;
  kernel(dnp_part_count(z, slice), node->number[0], dnp_tensor_at(a, a->data, slice->begin),
      dnp_tensor_at(z, z->data, slice->begin));
}

void dnp_activation_backward_numbered(
    const dnp_node *node, void *to, const dnp_slice *slice, dnp_activation_numbered_back *kernel) {
  const dnp_tensor *z = node->out;
  kernel(dnp_part_count(z, slice), node->number[0], dnp_tensor_at(z, z->data, slice->begin),
      dnp_tensor_at(z, z->grad, slice->begin), dnp_tensor_at(z, to, slice->begin));
}

size_t dnp_activation_terms(const dnp_node *node, int which, size_t element, const dnp_activation_rule *rule,
    dnp_recipe *recipe, dnp_term *terms, size_t room) {
  if (which == DNP_OF_OUT) {
    const size_t count = dnp_one_term(
        node, recipe, terms, room, (dnp_term){.tensor = node->in[0], .index = element, .factor = 1});
    recipe->finish = rule->value;
    recipe->finish_form = rule->value_form;
    return count;
  }
  const dnp_tensor *from = rule->slope_of_input ? node->in[0] : node->out;
  return dnp_one_term(node, recipe, terms, room,
      (dnp_term){.tensor = node->out,
          .gradient = true,
          .index = element,
          .factor = rule->slope(from->dtype, dnp_datum(from, element)),
          .by = from,
          .by_index = element,
          .by_form = rule->slope_form});
}
