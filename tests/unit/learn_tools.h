/* learn_tools.h: what the tests of training share: small data, a trained network, networks compared bit for bit. */
#ifndef LEARN_TOOLS_H
#define LEARN_TOOLS_H

#include <math.h>

#include "file_tools.h"
#include "learn/learn.h"

#define NET "784-50-10"

static denpa_data *digits;

static inline int setup(void **state) {
  return make_folder(state) != 0 || denpa_data_digits(&digits, 600, 7, NULL) != DENPA_OK;
}
static inline int teardown(void **state) {
  denpa_data_free(digits);
  return remove_folder(state);
}

/* Options that train from NumPy's seed as the article does. */
static inline void numpy_options(uint64_t seed, denpa_net_options *net, denpa_train_options *train) {
  *net = denpa_net_options_default();
  *train = denpa_train_options_default();
  net->dtype = DENPA_DTYPE_FLOAT64;
  net->rng = train->rng = DENPA_RNG_NUMPY;
  net->seed = train->seed = seed;
  train->epochs = 1000;
  train->evaluate = DENPA_EVALUATE_NONE;
}

static inline double weight(const denpa_net *net, const char *name, size_t row, size_t column) {
  for (size_t i = 0; i < denpa_net_parameter_tensors(net); i++) {
    denpa_parameter p = denpa_net_parameter(net, i);
    if (strcmp(p.name, name) == 0)
      return p.dtype == DENPA_DTYPE_FLOAT32 ? (double)((const float *)p.value)[row * p.shape[1] + column]
                                            : ((const double *)p.value)[row * p.shape[1] + column];
  }
  fail_msg("no %s", name);
  return 0;
}

static inline denpa_net *trained(const denpa_data *data, const char *text, denpa_net_options o, denpa_train_options t) {
  denpa_net *net;
  OK(denpa_net_create(&net, text, &o, err));
  OK(denpa_train(net, data, &t, NULL, err));
  return net;
}

static inline void assert_same_net(const denpa_net *a, const denpa_net *b) {
  char x[65], y[65];
  OK(denpa_net_sha256(a, x, err));
  OK(denpa_net_sha256(b, y, err));
  assert_string_equal(x, y);
}

static inline void assert_other_net(const denpa_net *a, const denpa_net *b) {
  char x[65], y[65];
  OK(denpa_net_sha256(a, x, err));
  OK(denpa_net_sha256(b, y, err));
  assert_string_not_equal(x, y);
}

#endif
