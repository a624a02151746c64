/* weights.c: see weights.h. */
#include "draw/weights.h"

#include <string.h>

#include "data/prepare_picture.h"
#include "learn/learn.h"

/* The call that takes the parameter, and as which of its inputs; NULL if none does. */
static const dnp_node *user_of(const denpa_net *net, const dnp_tensor *parameter, int *place) {
  for (size_t i = 0; i < net->exec->nodes; i++)
    for (*place = 1; *place < net->exec->node[i].inputs; ++*place)
      if (net->exec->node[i].in[*place] == parameter) return &net->exec->node[i];
  return NULL;
}

/* The call that made the tensor, or NULL. */
static const dnp_node *maker(const denpa_net *net, const dnp_tensor *tensor) {
  for (size_t i = 0; i < net->exec->nodes; i++)
    if (net->exec->node[i].out == tensor) return &net->exec->node[i];
  return NULL;
}

/* A normalisation has a factor and a bias for each channel as its second and third input. */
static bool normalises(const dnp_node *node) { return node->op->reduce_statistics != NULL; }

/* Where numbers lay before steps that change each of them alone, such as a dropout: they mean the same place. */
static const dnp_tensor *origin_of(const denpa_net *net, const dnp_tensor *tensor) {
  for (const dnp_node *m = maker(net, tensor); m != NULL && (m->inputs == 1 || normalises(m)); m = maker(net, tensor)) {
    const dnp_tensor *before = m->in[0];
    if (before->axes != tensor->axes ||
        memcmp(before->shape, tensor->shape, (size_t)tensor->axes * sizeof *tensor->shape) != 0)
      break;
    tensor = before;
  }
  return tensor;
}

/* Pictures of so many channels: three from the inputs are colours, others stand beside each other. */
static void channel_sides(const denpa_net *net, dnp_weights *w, const dnp_tensor *from, size_t channels) {
  const bool colours = channels == 3 && from == net->exec->input;
  w->planes = colours ? 3 : 1;
  w->together = colours ? 1 : channels;
}

/* A picture of the inputs, as the data has it. */
static bool data_sides(const denpa_data *data, dnp_weights *w, size_t inputs) {
  size_t shape[3];
  const int axes = data != NULL ? denpa_data_shape(data, shape) : 0;
  if (axes < 2 || shape[axes - 1] == 1 || shape[axes - 2] == 1) return false;
  w->height = shape[axes - 2];
  w->width = shape[axes - 1];
  w->planes = axes == 3 && shape[0] == 3 ? 3 : 1;
  w->together = axes == 3 && shape[0] != 3 ? shape[0] : 1;
  return w->planes * w->together * w->height * w->width == inputs;
}

/* What a folder of pictures was resized to, three planes in colour. */
static bool picture_sides(const denpa_net *net, dnp_weights *w, size_t inputs) {
  const char *text = denpa_net_metadata(net, "pictures");
  dnp_prepared picture;
  if (text == NULL || dnp_prepare_form(text, &picture, NULL) != DENPA_OK ||
      inputs != picture.planes * picture.height * picture.width)
    return false;
  w->planes = picture.planes;
  w->height = picture.height;
  w->width = picture.width;
  return true;
}

/* A square if the inputs are pixels and fill one, else a single row. */
static void guess_sides(const denpa_net *net, dnp_weights *w, size_t inputs) {
  /* absent in files of others, whose inputs are pixels as well */
  const char *preprocessing = denpa_net_metadata(net, "preprocessing");
  size_t side = 1;
  while (side * side < inputs) side++;
  const bool square = side * side == inputs && (preprocessing == NULL || strncmp(preprocessing, "pixel", 5) == 0);
  w->together = w->planes = 1;
  w->height = square ? side : 1;
  w->width = square ? side : inputs;
}

static void of_inputs(const denpa_net *net, const denpa_data *data, dnp_weights *w) {
  const size_t inputs = w->tensor->shape[0];
  w->as = denpa_net_metadata(net, "table") != NULL ? DNP_WEIGHTS_TABLE : DNP_WEIGHTS_UNITS;
  if (w->as == DNP_WEIGHTS_TABLE || (!data_sides(data, w, inputs) && !picture_sides(net, w, inputs)))
    guess_sides(net, w, inputs);
}

static void of_filters(const denpa_net *net, const dnp_tensor *from, dnp_weights *w) {
  const size_t *shape = w->tensor->shape;
  w->as = DNP_WEIGHTS_FILTERS;
  w->units = shape[0];
  w->height = shape[2];
  w->width = shape[3];
  w->by_input = false;
  channel_sides(net, w, from, shape[1]);
}

/* What was a picture became a row. */
static void of_pictures(const denpa_net *net, const dnp_tensor *pictures, dnp_weights *w) {
  w->as = DNP_WEIGHTS_UNITS;
  w->height = pictures->shape[2];
  w->width = pictures->shape[3];
  channel_sides(net, w, pictures, pictures->shape[1]);
}

dnp_weights dnp_weights_of(const denpa_net *net, const denpa_data *data, const dnp_tensor *t) {
  dnp_weights w = {.tensor = t, .units = t->shape[t->axes - 1], .together = 1, .planes = 1, .by_input = true};
  int place;
  const dnp_node *node = user_of(net, t, &place);
  if (node != NULL && normalises(node)) w.as = DNP_WEIGHTS_CHANNELS;
  if (node == NULL || place != 1 || (t->axes != 2 && t->axes != 4)) return w;
  const dnp_tensor *from = origin_of(net, node->in[0]);
  const dnp_node *before = maker(net, from);
  if (t->axes == 4)
    of_filters(net, from, &w);
  else if (before != NULL && before->in[0]->axes == 4 && from->axes == 2)
    of_pictures(net, origin_of(net, before->in[0]), &w);
  else if (from == net->exec->input)
    of_inputs(net, data, &w);
  return w;
}

double dnp_weights_at(const dnp_weights *w, size_t unit, size_t i) {
  return dnp_tensor_element(
      w->tensor, DNP_DATA, w->by_input ? i * w->units + unit : unit * dnp_tensor_row(w->tensor) + i);
}
