/* own_picture.c: a person's own picture, for predict, why and explain. */
#include "cli/own_picture.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "learn/answers.h"
#include "learn/learn.h"

denpa_status cli_takes_pictures(const denpa_net *net, denpa_error *err) {
  const char *form = denpa_net_metadata(net, "pictures");
  const size_t inputs = denpa_net_inputs(net);
  if ((form != NULL && form[0] != '\0') || inputs == DNP_DIGIT_SIDE * DNP_DIGIT_SIDE) return DENPA_OK;
  if (cli_of_program(net))
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "the model learned from a program's own rows of {1} {1|number|numbers}, not from tables or pictures; a program "
        "asks it (denpa_net_predict)",
        dnp_u(inputs));
  return dnp_fail(err, DENPA_ERROR_SHAPE,
      "the network {1} takes {2} {2|number|numbers}; pictures of digits are made into {3} (28 x 28)",
      dnp_s(denpa_net_text(net)), dnp_u(inputs), dnp_i(DNP_DIGIT_SIDE * DNP_DIGIT_SIDE));
}

bool cli_own_picture_unlike(const cli_own_picture *own) { return own->novelty > own->limit; }

static void remark(cli_own_picture *own, const char *message) {
  own->remark[own->remarks++] = (dnp_remark){message, {dnp_d(own->novelty), dnp_d(own->limit), DNP_END}};
}

/* Pictures of a folder of one's own may be of anything: of them nothing is claimed. */
static void remark_all(cli_own_picture *own, bool of_digits) {
  for (unsigned k = 0; k < DNP_PREPARED_KINDS; k++)
    if (dnp_prepared_sentence(&own->seen, k) != NULL) remark(own, dnp_prepared_sentence(&own->seen, k));
  own->cleaned = own->remarks;
  if (of_digits && isnan(own->novelty))
    remark(
        own, DNP_N("Whether this picture is like the training data cannot be told: the model does not keep what that "
                   "takes.\n"));
  else if (of_digits && cli_own_picture_unlike(own))
    remark(own,
        DNP_N("This picture is unlike the training data: the answer may mean nothing. (Its score is {1:.4f}; 99 % of "
              "the training pictures that were kept back have at most {2:.4f}.)\n"));
}

denpa_status cli_own_picture_open(cli_own_picture *out, const cli_options *options, const denpa_net *net,
    const dnp_novelty *novelty, const char *path, denpa_error *err) {
  const char *form = denpa_net_metadata(net, "pictures");
  const size_t inputs = denpa_net_inputs(net);
  dnp_prepared *const p = &out->seen;
  *out = (cli_own_picture){.novelty = (double)NAN, .limit = novelty->limit};
  DNP_TRY((options->raw ? dnp_prepare_file_raw : dnp_prepare_file)(path, form, p, err));
  const size_t numbers = p->planes * p->height * p->width;
  denpa_status status = DENPA_OK;
  if (numbers != inputs)
    status = dnp_fail(err, DENPA_ERROR_SHAPE,
        "the network {1} takes {2} {2|number|numbers}, but pictures of {3} have {4}; the model is damaged",
        dnp_s(denpa_net_text(net)), dnp_u(inputs), dnp_s(form), dnp_u(numbers));
  else if (novelty->net != NULL && numbers == DNP_DIGIT_SIDE * DNP_DIGIT_SIDE)
    status = dnp_novelty_score(novelty, p->pixel, &out->novelty, err);
  if (status == DENPA_OK)
    remark_all(out, form == NULL || form[0] == '\0');
  else
    cli_own_picture_close(out);
  return status;
}

void cli_own_picture_close(cli_own_picture *own) {
  dnp_free(own->seen.pixel);
  own->seen.pixel = NULL;
}

void cli_own_picture_put(json_t **object, const cli_own_picture *own) {
  json_t *pixels = json_array(), *cleaned = json_array(), *shape = json_array();
  const size_t sides[] = {own->seen.planes, own->seen.height, own->seen.width};
  for (size_t i = 0; i < 3; i++) dnp_json_add(&shape, json_integer((json_int_t)sides[i]));
  for (size_t i = 0; i < sides[0] * sides[1] * sides[2]; i++) dnp_json_add(&pixels, json_integer(own->seen.pixel[i]));
  for (unsigned k = 0; k < DNP_PREPARED_KINDS; k++)
    if (dnp_prepared_word(&own->seen, k) != NULL) dnp_json_add(&cleaned, json_string(dnp_prepared_word(&own->seen, k)));
  dnp_json_put(object, "novelty",
      isnan(own->novelty) ? json_null()
                          : json_pack("{s:o,s:o,s:b}", "score", cli_real(own->novelty), "limit", cli_real(own->limit),
                                "unlike", cli_own_picture_unlike(own)));
  dnp_json_put(object, "cleaned", cleaned);
  dnp_json_put(object, "seen", json_pack("{s:o,s:o}", "shape", shape, "pixels", pixels));
}

/* ---- as a sample ---------------------------------------------------------------------------------- */

/* By its name, as info tells it, or its number. */
static denpa_status find_label(
    const char *text, const denpa_net *net, size_t classes, int32_t *label, denpa_error *err) {
  char name[DNP_CLASS_NAME];
  size_t number;
  for (size_t k = 0; k < classes; k++) {
    *label = (int32_t)k;
    if (strcmp(text, dnp_class_name(net, NULL, k, name)) == 0) return DENPA_OK;
  }
  *label = 0;
  if (dnp_parse_size(text, &number) && number < classes) return *label = (int32_t)number, DENPA_OK;
  char last[DNP_CLASS_NAME];
  return dnp_fail(err, DENPA_ERROR_ARGUMENT,
      "--class {1}: the network has no such class; it has {2}, from {3} to {4} (denpa info lists them)", dnp_s(text),
      dnp_u(classes), dnp_s(dnp_class_name(net, NULL, 0, name)), dnp_s(dnp_class_name(net, NULL, classes - 1, last)));
}

static denpa_status answer(
    denpa_net *net, const cli_own_picture *own, size_t classes, int32_t *label, const char *path, denpa_error *err) {
  const size_t outputs = denpa_net_outputs(net);
  double *y;
  DNP_TRY(DNP_NEW(&y, outputs, err));
  denpa_status status = denpa_net_predict(net, 1, DENPA_DTYPE_UINT8, own->seen.pixel, y, label, err);
  if (status == DENPA_OK && !dnp_outputs_finite(y, outputs))
    status = dnp_fail(err, DENPA_ERROR_NUMERIC,
        "{1}: the network's answer is not finite (NaN or infinity); the model is damaged", dnp_s(path));
  if (status == DENPA_OK && outputs == 1) *label = y[0] > 0.5;
  dnp_free(y);
  if (status == DENPA_OK && (*label < 0 || (size_t)*label >= classes)) *label = 0;
  return status;
}

denpa_status cli_own_picture_data(denpa_data **out, const cli_options *options, denpa_net *net,
    const cli_own_picture *own, const char *path, denpa_error *err) {
  const size_t classes = dnp_exec_kinds(net->exec);
  int32_t label = 0;
  if (classes < 2)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "{1}: this network's answers are numbers and no classes, so the way of a picture of one's own through it "
        "cannot "
        "be shown; denpa predict answers it",
        dnp_s(path));
  if (options->class_name != NULL)
    DNP_TRY(find_label(options->class_name, net, classes, &label, err));
  else
    DNP_TRY(answer(net, own, classes, &label, path, err));
  return dnp_prepared_data(out, path, &own->seen, classes, label, options->class_name == NULL, err);
}
