/* bench_works.c: the standard works: what people train in this field, and what the project promises speeds for. A row
 * more is a work more: the command, its help and the scripts of bench/ read this table. */
#include <string.h>

#include "learn/learn.h"
#include "cli/bench_run.h"

const dnp_work dnp_works[] = {
    {"article-epoch", DNP_WORK_EPOCH, "784-50-10", "sigmoid", "normal:0.01", "sgd", 0.1, 100, 1},
    {"article-full", DNP_WORK_UPDATE, "784-50-10", "sigmoid", "normal:0.01", "sgd", 0.1, 0, 2},
    {"adam-epoch", DNP_WORK_EPOCH, "784-128-10", "relu", "he", "adam", 0.001, 128, 1},
    {"wide-2048", DNP_WORK_UPDATE, "784-2048-2048-10", "relu", "he", "sgd", 0.01, 256, 10},
    {"wide-4096", DNP_WORK_UPDATE, "784-4096-4096-10", "relu", "he", "sgd", 0.01, 256, 3},
    {"conv-epoch", DNP_WORK_EPOCH,
        "input 1x28x28, conv 24 5x5, maxpool 2, relu, conv 32 3x3, maxpool 2, relu, dense 256, relu, dense 10", "",
        "he", "adam", 0.001, 64, 1},
    {"conv-usual", DNP_WORK_UPDATE,
        "input 1x28x28, conv 32 3x3, relu, conv 64 3x3, relu, maxpool 2, dense 128, relu, dense 10", "", "he", "adam",
        0.001, 64, 20},
    {"conv-deep", DNP_WORK_UPDATE,
        "input 1x28x28, conv 16 3x3 pad 1, relu, conv 16 3x3 pad 1, relu, maxpool 2, conv 32 3x3 pad 1, relu, conv 32 "
        "3x3 pad 2, relu, maxpool 2, "
        "conv 64 3x3 pad 1, relu, conv 64 3x3 pad 1, relu, maxpool 2, dense 50, relu, dense 10",
        "", "he", "adam", 0.001, 100, 20},
    {"predict-1", DNP_WORK_CALL, "784-50-10", "sigmoid", "normal:0.01", NULL, 0, 1, 5000},
    {"predict-10000", DNP_WORK_CALL, "784-50-10", "sigmoid", "normal:0.01", NULL, 0, 10000, 5}, {0}};

/* Works that have another name now; the old one is kept for one version. */
static const char *const old_names[][2] = {{"seed-epoch", "article-epoch"}, {"seed-full", "article-full"}};

const dnp_work *dnp_work_find(const char *name) {
  for (size_t i = 0; i < sizeof old_names / sizeof *old_names; i++)
    if (strcmp(old_names[i][0], name) == 0) name = old_names[i][1];
  for (const dnp_work *w = dnp_works; w->name != NULL; w++)
    if (strcmp(w->name, name) == 0) return w;
  return NULL;
}

double dnp_net_flops(const denpa_net *net, bool trained) {
  double flops = 0;
  for (size_t c = 0; c < net->exec->nodes; c++) {
    const dnp_node *node = &net->exec->node[c];
    if (node->inputs < 2 || node->in[1]->axes < 2) continue; /* no weights */
    const double places = node->out->axes == 4 ? (double)(node->out->shape[2] * node->out->shape[3]) : 1;
    int products = trained ? 2 : 1; /* forward; dW; and dx, where anything before it learns */
    for (size_t e = 0; trained && e < net->exec->edges; e++)
      products += (size_t)net->exec->edge[e].node == c && net->exec->edge[e].input == 0;
    flops += 2.0 * products * places * (double)(dnp_tensor_slices(node->in[1]) * dnp_tensor_row(node->in[1]));
  }
  return flops;
}
