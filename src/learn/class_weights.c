/* class_weights.c: what a row of each class counts in the loss and its gradient: "balanced", or given. Called by
 * train.c; src/net applies them. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "learn/learn.h"

/* rows / (classes with rows * rows of the class), so that every class counts alike and the mean weight of a row is 1. A
 * class without rows counts 0: it never comes. */
static void balance(double *weight, const dnp_split *train, size_t classes) {
  size_t with_rows = 0;
  for (size_t i = 0; i < train->rows; i++) weight[train->label[i]]++;
  for (size_t c = 0; c < classes; c++) with_rows += weight[c] > 0;
  for (size_t c = 0; c < classes; c++)
    weight[c] = weight[c] > 0 ? (double)train->rows / ((double)with_rows * weight[c]) : 0;
}

static denpa_status wrong(const char *text, size_t classes, denpa_error *err) {
  return dnp_fail(err, DENPA_ERROR_ARGUMENT,
      "the class weights are '{1}'; write \"balanced\", or {2} numbers of at least 0 with commas between them, one for "
      "each class, not all 0",
      dnp_s(text), dnp_u(classes));
}

static denpa_status parse(double *weight, const char *text, size_t classes, denpa_error *err) {
  double sum = 0;
  const char *at = text;
  for (size_t c = 0; c < classes; c++) {
    char number[64];
    const size_t length = strcspn(at, ",");
    if (length >= sizeof number || (at[length] == '\0') != (c + 1 == classes)) return wrong(text, classes, err);
    memcpy(number, at, length);
    number[length] = '\0';
    if (!dnp_parse_real(number, &weight[c]) || !isfinite(weight[c]) || !(weight[c] >= 0))
      return wrong(text, classes, err);
    sum += weight[c];
    at += length + 1;
  }
  return sum > 0 ? DENPA_OK : wrong(text, classes, err);
}

denpa_status dnp_class_weights(
    double **out, const char *text, const denpa_net *net, const denpa_data *data, denpa_error *err) {
  *out = NULL;
  if (text == NULL) return DENPA_OK;
  if (data->classes == 0 || net->exec->answer == NULL || net->exec->answer->dtype != DENPA_DTYPE_INT32)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "class weights need classes and a loss that takes them, such as cross-entropy; here the answers are numbers");
  DNP_TRY(DNP_NEW(out, denpa_net_outputs(net), err));
  denpa_status status = DENPA_OK;
  if (dnp_text_means(text, "balanced"))
    balance(*out, &data->split[DNP_TRAIN], data->classes);
  else
    status = parse(*out, text, data->classes, err);
  if (status == DENPA_OK) return DENPA_OK;
  dnp_free(*out);
  *out = NULL;
  return status;
}
