/* gradients.c: the gradient of every weight by its name, beside one that is measured: (L(w + h) - L(w - h)) / 2h.
 *   cc gradients.c $(pkg-config --cflags --libs denpa) -lm -o gradients && ./gradients */
#include <denpa/denpa.h>
#include <math.h>
#include <stdio.h>

enum { MOST = 64 };

/* The loss with weight i of a tensor moved by `by`. The tensor's numbers are put back. */
static denpa_status moved(denpa_net *net, const char *name, double *w, size_t n, size_t i, double by,
    const denpa_rows *rows, double *loss, denpa_error *err) {
  const double was = w[i];
  w[i] = was + by;
  denpa_status status = denpa_net_set(net, name, w, n, err);
  if (status == DENPA_OK) status = denpa_net_forward_rows(net, rows, NULL, loss, err);
  w[i] = was;
  return status != DENPA_OK ? status : denpa_net_set(net, name, w, n, err);
}

/* One tensor: gradients by backpropagation, measured gradients, and how far they are apart at most. */
static denpa_status compare(denpa_net *net, size_t index, const denpa_rows *rows, denpa_error *err) {
  const denpa_parameter p = denpa_net_parameter(net, index);
  const double h = 1e-5;
  double w[MOST], gradient[MOST], up, down, largest = 0, apart = 0;
  denpa_status status = denpa_net_backward_rows(net, rows, NULL, NULL, err);
  if (status == DENPA_OK) status = denpa_net_value(net, p.name, w, p.count, err);
  if (status == DENPA_OK) status = denpa_net_gradient(net, p.name, gradient, p.count, err);
  for (size_t i = 0; i < p.count && status == DENPA_OK; i++) {
    status = moved(net, p.name, w, p.count, i, h, rows, &up, err);
    if (status == DENPA_OK) status = moved(net, p.name, w, p.count, i, -h, rows, &down, err);
    if (status != DENPA_OK) break;
    largest = fmax(largest, fabs(gradient[i]));
    apart = fmax(apart, fabs(gradient[i] - (up - down) / (2 * h)));
  }
  if (status == DENPA_OK)
    printf("%s: %2zu gradients, the largest %.6f; %s\n", p.name, p.count, largest,
        apart < 1e-9 ? "measured ones agree" : "MEASURED ONES DIFFER");
  return status;
}

int main(void) {
  const double x[4][2] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
  const int32_t label[4] = {0, 1, 1, 0};
  const denpa_rows rows = {.rows = 4, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .label = label};
  denpa_net_options shape = denpa_net_options_default();
  denpa_net *net = NULL;
  denpa_error err = {0};
  shape.dtype = DENPA_DTYPE_FLOAT64; /* differences of losses need all the digits there are */
  shape.init = "glorot";
  denpa_status status = denpa_net_create(&net, "2-3-2", &shape, &err);
  for (size_t i = 0; status == DENPA_OK && i < denpa_net_parameter_tensors(net); i++)
    status = compare(net, i, &rows, &err);
  if (status != DENPA_OK) {
    char text[512];
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    fprintf(stderr, "%s\n", text);
  }
  denpa_net_free(net);
  return status != DENPA_OK;
}
