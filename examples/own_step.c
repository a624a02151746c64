/* own_step.c: an optimizer that denpa does not have. Each weight takes a step of the same length, of which only the
 * direction comes from the gradient ("sign descent"); the steps get shorter.
 *   cc own_step.c $(pkg-config --cflags --libs denpa) -o own_step && ./own_step */
#include <denpa/denpa.h>
#include <stdio.h>

enum { MOST = 64 };

static denpa_status own_step(denpa_net *net, double length, denpa_error *err) {
  denpa_status status = DENPA_OK;
  for (size_t k = 0; k < denpa_net_parameter_tensors(net) && status == DENPA_OK; k++) {
    const denpa_parameter p = denpa_net_parameter(net, k);
    double w[MOST], gradient[MOST];
    status = denpa_net_value(net, p.name, w, p.count, err);
    if (status == DENPA_OK) status = denpa_net_gradient(net, p.name, gradient, p.count, err);
    for (size_t i = 0; i < p.count && status == DENPA_OK; i++)
      w[i] -= gradient[i] > 0 ? length : gradient[i] < 0 ? -length : 0;
    if (status == DENPA_OK) status = denpa_net_set(net, p.name, w, p.count, err);
  }
  return status;
}

int main(void) {
  const float x[4][2] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
  const int32_t exclusive_or[4] = {0, 1, 1, 0};
  const denpa_rows rows = {.rows = 4, .dtype = DENPA_DTYPE_FLOAT32, .x = x, .label = exclusive_or};
  denpa_net_options shape = denpa_net_options_default();
  denpa_net *net = NULL;
  denpa_error err = {0};
  int32_t said[4];
  double length = 0.1, loss;
  shape.activation = "tanh";
  shape.init = "glorot";
  denpa_status status = denpa_net_create(&net, "2-4-2", &shape, &err);
  for (int step = 0; step <= 100 && status == DENPA_OK; step++, length *= 0.98) {
    status = denpa_net_backward_rows(net, &rows, NULL, &loss, &err);
    if (status == DENPA_OK && step % 25 == 0) printf("step %3d: loss %.4f\n", step, loss);
    if (status == DENPA_OK) status = own_step(net, length, &err);
  }
  if (status == DENPA_OK) status = denpa_net_predict(net, 4, DENPA_DTYPE_FLOAT32, x, NULL, said, &err);
  if (status == DENPA_OK) {
    printf("XOR: %d %d %d %d\n", (int)said[0], (int)said[1], (int)said[2], (int)said[3]);
  } else {
    char text[512];
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    fprintf(stderr, "%s\n", text);
  }
  denpa_net_free(net);
  return status != DENPA_OK;
}
