/* rounding.c: parameters rounded in place, tensor by tensor. */
#include "learn/rounding.h"

#include <math.h>

#include "base/math.h"
#include "learn/learn.h"

static double get(const dnp_tensor *t, size_t i) { return dnp_tensor_element(t, DNP_DATA, i); }

static denpa_status check(const dnp_parameter *p, double most, const char *type, denpa_error *err) {
  for (size_t i = 0; i < p->count; i++)
    if (!(fabs(get(p->tensor, i)) < most))
      return dnp_fail(err, DENPA_ERROR_NUMERIC, "number {1} of {2} is {3}, for which {4} has no place", dnp_u(i),
          dnp_s(p->tensor->name), dnp_d(get(p->tensor, i)), dnp_s(type));
  return DENPA_OK;
}

static void round_to_half(const dnp_parameter *p) {
  for (size_t i = 0; i < p->count; i++) dnp_tensor_set(p->tensor, i, dnp_half(get(p->tensor, i)));
}

static void round_to_bytes(const dnp_parameter *p) {
  double largest = 0;
  if (p->tensor->axes < 2) return;
  for (size_t i = 0; i < p->count; i++)
    if (fabs(get(p->tensor, i)) > largest) largest = fabs(get(p->tensor, i));
  const double unit = largest / 127;
  for (size_t i = 0; i < p->count && unit > 0; i++) dnp_tensor_set(p->tensor, i, rint(get(p->tensor, i) / unit) * unit);
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
  for (size_t i = 0; i < net->network->parameters; i++)
    DNP_TRY(check(&net->network->parameter[i], ways[how].most, ways[how].name, err));
  for (size_t i = 0; i < net->network->parameters; i++) ways[how].round(&net->network->parameter[i]);
  return DENPA_OK;
}

const char *dnp_rounding_name(dnp_rounding how) { return ways[how].name; }
