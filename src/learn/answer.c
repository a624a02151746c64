/* answer.c: answers to pictures in memory, and what answers of all kinds share. It opens no file. Called by programs
 * through denpa.h and by answers.formats.c. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/prepare_picture.h"
#include "learn/answers.h"

/* A network without a softmax or sigmoid in its loss says no probabilities. */
static double probability(const denpa_net *net, const double *y, int32_t class_number) {
  if (!dnp_exec_probabilities(net->exec)) return (double)NAN;
  if (denpa_net_outputs(net) > 1) return y[class_number];
  return class_number == 1 ? y[0] : 1 - y[0];
}

denpa_answer dnp_answer_class(const denpa_net *net, const double *y, int32_t class_number) {
  denpa_answer out = {
      .class_number = class_number, .probability = probability(net, y, class_number), .number = (double)NAN};
  if (denpa_net_class_name(net, (size_t)class_number, out.name, sizeof out.name) == 0)
    snprintf(out.name, sizeof out.name, "%d", (int)class_number);
  return out;
}

bool dnp_outputs_finite(const double *y, size_t outputs) {
  for (size_t i = 0; i < outputs; i++)
    if (!isfinite(y[i])) return false;
  return true;
}

/* Of a picture in the network's form; lets it go. */
static denpa_status ask(const denpa_net *net, dnp_prepared *picture, denpa_answer *out, double *y, denpa_error *err) {
  const size_t outputs = denpa_net_outputs(net), numbers = picture->planes * picture->height * picture->width;
  double *own;
  int32_t class_number;
  denpa_status status = DNP_NEW(&own, outputs, err);
  if (status == DENPA_OK && numbers != denpa_net_inputs(net))
    status = dnp_fail(err, DENPA_ERROR_SHAPE,
        "the network {1} takes {2} {2|number|numbers}, but its pictures have {3}; is it a model of pictures?",
        dnp_s(denpa_net_text(net)), dnp_u(denpa_net_inputs(net)), dnp_u(numbers));
  if (status == DENPA_OK)
    status = denpa_net_predict(net, 1, DENPA_DTYPE_UINT8, picture->pixel, own, &class_number, err);
  if (status == DENPA_OK && y != NULL) memcpy(y, own, outputs * sizeof *y);
  if (status == DENPA_OK && !dnp_outputs_finite(own, outputs))
    status = dnp_fail(
        err, DENPA_ERROR_NUMERIC, "the network's answer is not finite (NaN or infinity); the model is damaged");
  if (status == DENPA_OK) *out = dnp_answer_class(net, own, class_number);
  dnp_free(own);
  dnp_free(picture->pixel);
  return status;
}

denpa_status denpa_net_answer_pixels(const denpa_net *net, const uint8_t *pixel, size_t height, size_t width,
    size_t channels, denpa_answer *out, double *y, denpa_error *err) {
  dnp_prepared picture;
  DNP_REQUIRE(net, err);
  DNP_REQUIRE(pixel, err);
  DNP_REQUIRE(out, err);
  DNP_TRY(dnp_prepare_pixels(pixel, height, width, channels, denpa_net_metadata(net, "pictures"), &picture, err));
  return ask(net, &picture, out, y, err);
}

#ifdef DNP_FORMATS
denpa_status denpa_net_answer_file(
    const denpa_net *net, const char *path, denpa_answer *out, double *y, denpa_error *err) {
  dnp_prepared picture;
  DNP_REQUIRE(net, err);
  DNP_REQUIRE(path, err);
  DNP_REQUIRE(out, err);
  DNP_TRY(dnp_prepare_file(path, denpa_net_metadata(net, "pictures"), &picture, err));
  return ask(net, &picture, out, y, err);
}
#endif
