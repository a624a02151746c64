/* works.c: the standard works: what people train in this field, and what the project promises speeds for. A row more is a work more: the command, its help
 * and the scripts of bench/ read this table. */
#include <string.h>

#include "base/memory.h"
#include "net/net.h"
#include "study/bench.h"

const dnp_work dnp_works[] = {
    {"seed-epoch", DNP_WORK_EPOCH, "784-50-10", "sigmoid", "normal:0.01", "sgd", 0.1, 100, 1},
    {"seed-full", DNP_WORK_UPDATE, "784-50-10", "sigmoid", "normal:0.01", "sgd", 0.1, 0, 2},
    {"adam-epoch", DNP_WORK_EPOCH, "784-128-10", "relu", "he", "adam", 0.001, 128, 1},
    {"wide-2048", DNP_WORK_UPDATE, "784-2048-2048-10", "relu", "he", "sgd", 0.01, 256, 10},
    {"wide-4096", DNP_WORK_UPDATE, "784-4096-4096-10", "relu", "he", "sgd", 0.01, 256, 3},
    {"predict-1", DNP_WORK_CALL, "784-50-10", "sigmoid", "normal:0.01", NULL, 0, 1, 5000},
    {"predict-10000", DNP_WORK_CALL, "784-50-10", "sigmoid", "normal:0.01", NULL, 0, 10000, 5},
    {0}};

const dnp_work *dnp_work_find(const char *name) {
  for (const dnp_work *w = dnp_works; w->name != NULL; w++)
    if (strcmp(w->name, name) == 0) return w;
  return NULL;
}

denpa_status dnp_net_flops(const char *net, bool trained, double *out, denpa_error *err) {
  size_t *width, count;
  DNP_TRY(dnp_net_text_parse(net, &width, &count, err));
  *out = 0;
  for (size_t i = 0; i + 1 < count; i++) {
    const int products = !trained ? 1 : i == 0 ? 2 : 3; /* forward; dW; dx */
    *out += 2.0 * products * (double)width[i] * (double)width[i + 1];
  }
  dnp_free(width);
  return DENPA_OK;
}
