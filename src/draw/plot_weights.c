/* plot_weights.c: the first layer's weights: the weights of a unit, one for each pixel, make a picture of what the unit
 * looks for. Tile (r, c) of unit j is W1[width r + c][j]. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "data/prepare_picture.h"
#include "learn/learn.h"
#include "draw/plot.h"

#define MOST_UNITS 256

/* The first parameter with a row for each input. */
static const dnp_parameter *first_weights(const denpa_net *net) {
  for (size_t i = 0; i < net->exec->parameters; i++)
    if (net->exec->parameter[i].tensor->axes == 2 && net->exec->parameter[i].tensor->shape[0] == denpa_net_inputs(net))
      return &net->exec->parameter[i];
  return NULL;
}

/* The picture's sides: what a folder of pictures was resized to (planes lie below each other); else a square if the
 * inputs are pixels and fill one, else a single row. */
static void sides(const denpa_net *net, size_t inputs, size_t *height, size_t *width) {
  /* absent in files of others, whose inputs are pixels as well */
  const char *preprocessing = denpa_net_metadata(net, "preprocessing");
  const char *form = denpa_net_metadata(net, "pictures");
  size_t side = 1;
  dnp_prepared picture_form;
  if (form != NULL && dnp_prepare_form(form, &picture_form, NULL) == DENPA_OK && inputs % picture_form.width == 0) {
    *width = picture_form.width;
    *height = inputs / *width;
    return;
  }
  while (side * side < inputs) side++;
  const bool picture = side * side == inputs && (preprocessing == NULL || strncmp(preprocessing, "pixel", 5) == 0);
  *height = picture ? side : 1;
  *width = picture ? side : inputs;
}

static void fill(dnp_panel *p, const dnp_tensor *w) {
  const size_t units = w->shape[1], inputs = w->shape[0];
  for (size_t j = 0; j < p->tiles; j++) {
    snprintf(p->tile[j].caption, sizeof p->tile[j].caption, "%zu", j);
    for (size_t i = 0; i < inputs; i++) {
      const double value = p->tile[j].value[i] = dnp_tensor_element(w, DNP_DATA, i * units + j);
      if (fabs(value) > p->high) p->high = fabs(value);
    }
  }
  p->low = -p->high;
}

denpa_status dnp_plot_weights(dnp_figure **out, const dnp_plot_source *source, denpa_error *err) {
  const dnp_parameter *weights = first_weights(source->net);
  if (weights == NULL)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "{1}: this network has no layer whose weights belong to the inputs one by one", dnp_s(source->name));
  const dnp_tensor *w = weights->tensor;
  const size_t most = source->samples > 0 ? source->samples : MOST_UNITS,
               shown = w->shape[1] < most ? w->shape[1] : most;
  size_t height, width;
  sides(source->net, w->shape[0], &height, &width);
  DNP_TRY(dnp_figure_create(out, "weights", source->lang, 1, err));
  dnp_figure *f = *out;
  dnp_panel *p = &f->panel[0];
  *p = (dnp_panel){.kind = DNP_PANEL_TILES, .key = w->name, .both_signs = true};
  dnp_figure_say(f, f->title, "{1}: what each unit of the first layer looks for", dnp_s(source->name));
  dnp_figure_say(f, f->note,
      "A pixel is one weight of {1}. Orange: where ink speaks for the unit. Blue: where ink speaks against it.",
      dnp_s(w->name));
  dnp_figure_say(
      f, p->title, "{1}: {2} of {3} {3|unit|units}, numbered from 0", dnp_s(w->name), dnp_u(shown), dnp_u(w->shape[1]));
  denpa_status status = dnp_figure_take_tiles(f, p, shown, height, width, err);
  if (status == DENPA_OK) {
    fill(p, w);
    return DENPA_OK;
  }
  dnp_figure_free(f);
  *out = NULL;
  return status;
}
