/* rounding.c: parameters rounded in place, tensor by tensor. */
#include "learn/rounding.h"

#include <math.h>

#include "base/math.h"

static double get(const dnp_tensor *t, size_t i) {
  return t->dtype == DENPA_FLOAT32 ? (double)((const float *)t->data)[i] : ((const double *)t->data)[i];
}

static void put(const dnp_tensor *t, size_t i, double value) {
  if (t->dtype == DENPA_FLOAT32)
    ((float *)t->data)[i] = (float)value;
  else
    ((double *)t->data)[i] = value;
}

static denpa_status check(const dnp_parameter *p, double most, const char *type, denpa_error *err) {
  for (size_t i = 0; i < p->count; i++)
    if (!(fabs(get(p->tensor, i)) < most))
      return dnp_fail(err, DENPA_NUMERIC, "number {1} of {2} is {3}, for which {4} has no place", dnp_u(i),
          dnp_s(p->tensor->name), dnp_d(get(p->tensor, i)), dnp_s(type));
  return DENPA_OK;
}

static void round_to_half(const dnp_parameter *p) {
  for (size_t i = 0; i < p->count; i++) put(p->tensor, i, dnp_half(get(p->tensor, i)));
}

static void round_to_bytes(const dnp_parameter *p) {
  double largest = 0;
  if (p->tensor->axes < 2) return;
  for (size_t i = 0; i < p->count; i++) largest = fmax(largest, fabs(get(p->tensor, i)));
  const double unit = largest / 127;
  for (size_t i = 0; i < p->count && unit > 0; i++) put(p->tensor, i, rint(get(p->tensor, i) / unit) * unit);
}

static const struct {
  const char *name;
  double most; /* numbers have to be below this */
  void (*round)(const dnp_parameter *p);
} ways[] = {[DNP_ROUND_NOTHING] = {"full", (double)INFINITY, NULL},
    [DNP_ROUND_FLOAT16] = {"float16", 65520, round_to_half},
    [DNP_ROUND_INT8] = {"int8", (double)INFINITY, round_to_bytes}};

denpa_status dnp_round_parameters(denpa_net *net, dnp_rounding how, denpa_error *err) {
  if (ways[how].round == NULL) return DENPA_OK;
  for (size_t i = 0; i < net->parameters; i++) DNP_TRY(check(&net->parameter[i], ways[how].most, ways[how].name, err));
  for (size_t i = 0; i < net->parameters; i++) ways[how].round(&net->parameter[i]);
  return DENPA_OK;
}

const char *dnp_rounding_name(dnp_rounding how) { return ways[how].name; }
