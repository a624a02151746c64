/* novelty.c: the small network that knows the pictures of a training from others (novelty.h): learned, written as a
 * text, read, asked. Where its rows come from is data/novelty.c's. */
#include "learn/novelty.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum {
  HIDDEN = 64,
  TENSORS = 4, /* W1 b1 W2 b2 */
  EPOCHS = 6,
  ALARMS = 10, /* of 1,000 training pictures that may be taken for something else */
  /* Each number is one of 91 characters that JSON has without escapes: '#' and those behind it but for the backslash.
   */
  STEPS = 45,
  FIRST = '#',
  LEFT_OUT = '\\',
  NUMBER = 40 /* room for a number as text */
};
static const char network[] = "input 196, dense 64, relu, dense 2";
static const size_t counts[TENSORS] = {DNP_NOVELTY_FEATURES * HIDDEN, HIDDEN, HIDDEN * 2, 2};
#define MOST_NUMBERS ((size_t)DNP_NOVELTY_FEATURES * HIDDEN)

static denpa_status create(denpa_net **out, const denpa_net *like, denpa_error *err) {
  denpa_net_options o = denpa_net_options_default();
  o.init = "he";
  o.threads = like->threads;
  o.cpu = like->cpu;
  return denpa_net_create(out, network, &o, err);
}

/* ---- as a text: the limit; for each tensor its step and a character for each number --------------- */

static char letter_of(int steps) {
  const int c = FIRST + STEPS + steps;
  return (char)(c < LEFT_OUT ? c : c + 1);
}

static bool steps_of(char letter, int *steps) {
  if (letter == LEFT_OUT) return false;
  *steps = letter - (letter < LEFT_OUT ? 0 : 1) - FIRST - STEPS;
  return *steps >= -STEPS && *steps <= STEPS;
}

static char *put_number(char *at, double value) {
  at += dnp_format_shortest(at, NUMBER, value);
  *at++ = ' ';
  return at;
}

static char *put_tensor(char *at, const dnp_tensor *t) {
  const float *value = dnp_tensor_bytes(t, DNP_DATA);
  const size_t count = dnp_tensor_count(t);
  float most = 0;
  for (size_t i = 0; i < count; i++) most = value[i] > most ? value[i] : -value[i] > most ? -value[i] : most;
  const double step = most > 0 ? (double)most / STEPS : 1;
  at = put_number(at, step);
  for (size_t i = 0; i < count; i++) {
    const double steps = (double)value[i] / step;
    *at++ = letter_of((int)(steps < 0 ? steps - 0.5 : steps + 0.5));
  }
  *at++ = ' ';
  return at;
}

static void put_text(char *out, const denpa_net *net, double limit) {
  char *at = put_number(out, limit);
  for (size_t i = 0; i < TENSORS; i++) at = put_tensor(at, dnp_network_saved(net->network, i));
  at[-1] = '\0';
}

static bool take_number(const char **at, double low, double high, double *value) {
  char digits[NUMBER];
  const size_t length = strcspn(*at, " ");
  if (length == 0 || length >= sizeof digits || (*at)[length] != ' ') return false;
  memcpy(digits, *at, length);
  digits[length] = '\0';
  *at += length + 1;
  return dnp_parse_real(digits, value) && *value >= low && *value <= high;
}

static bool take_tensor(const char **at, size_t count, float *value) {
  const double largest = 1e6; /* far from what float32 does not hold, also after a sum */
  double step;
  if (!take_number(at, 0, largest, &step) || strcspn(*at, " ") != count) return false;
  for (size_t i = 0; i < count; i++) {
    int steps;
    if (!steps_of((*at)[i], &steps)) return false;
    value[i] = (float)((double)steps * step);
  }
  *at += count;
  return *(*at) == '\0' || *(*at)++ == ' ';
}

/* net: NULL, or takes the numbers. */
static denpa_status read_text(const char *text, denpa_net *net, double *limit, denpa_error *err) {
  float *value;
  const char *at = text;
  DNP_TRY(DNP_NEW(&value, MOST_NUMBERS, err));
  bool good = take_number(&at, 0, 1, limit);
  for (size_t i = 0; good && i < TENSORS; i++) {
    good = take_tensor(&at, counts[i], value);
    if (good && net != NULL) dnp_tensor_write(dnp_network_saved(net->network, i), value);
  }
  dnp_free(value);
  if (good && *at == '\0' && at[-1] != ' ') return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_FORMAT,
      "the metadata '{1}', which tell pictures like the training data from others, cannot be understood; the file is "
      "damaged or was changed",
      dnp_s(DNP_NOVELTY_KEY));
}

denpa_status dnp_novelty_check(const char *text, denpa_error *err) {
  double limit;
  return read_text(text, NULL, &limit, err);
}

/* ---- learned ---------------------------------------------------------------------------------------- */

static int descending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x < y) - (x > y);
}

/* The score that 990 of 1,000 rows kept back do not exceed. */
static denpa_status find_limit(const denpa_net *net, const denpa_data *rows, double *limit, denpa_error *err) {
  const size_t count = denpa_data_rows(rows, DENPA_SPLIT_TEST);
  double *y;
  DNP_TRY(DNP_NEW(&y, 2 * count, err));
  const denpa_status status = denpa_net_predict_data(net, rows, DENPA_SPLIT_TEST, y, NULL, err);
  for (size_t i = 0; i < count; i++) y[i] = y[2 * i + 1]; /* that of the second class */
  qsort(y, count, sizeof *y, descending);
  *limit = y[count * ALARMS / 1000];
  dnp_free(y);
  return status;
}

static denpa_status train(denpa_net *net, const denpa_data *rows, denpa_error *err) {
  denpa_train_options o = denpa_train_options_default();
  o.optimizer = "adam"; /* law: the one that this small network is trained with */
  o.lr = 0.003;
  o.schedule = DENPA_SCHEDULE_LINEAR;
  o.epochs = EPOCHS;
  o.evaluate = DENPA_EVALUATE_NONE;
  denpa_report report;
  return denpa_train(net, rows, &o, &report, err);
}

/* What is asked later is what was rounded to characters, so the limit is found with that. */
static denpa_status learn(denpa_net *net, const denpa_data *rows, char *text, denpa_error *err) {
  double limit = 0;
  DNP_TRY(train(net, rows, err));
  put_text(text, net, limit);
  DNP_TRY(read_text(text, net, &limit, err));
  DNP_TRY(find_limit(net, rows, &limit, err));
  put_text(text, net, limit);
  return DENPA_OK;
}

static denpa_status learn_from(denpa_net *net, const denpa_data *rows, denpa_error *err) {
  char *text;
  size_t length = (TENSORS + 1) * (NUMBER + 1);
  for (size_t i = 0; i < TENSORS; i++) length += counts[i] + 1;
  denpa_net *small = NULL;
  DNP_TRY(DNP_NEW(&text, length, err));
  denpa_status status = create(&small, net, err);
  if (status == DENPA_OK) status = learn(small, rows, text, err);
  if (status == DENPA_OK) status = dnp_metadata_set(&net->metadata, DNP_NOVELTY_KEY, text, err);
  denpa_net_free(small);
  dnp_free(text);
  return status;
}

denpa_status dnp_novelty_learn(denpa_net *net, const denpa_data *data, bool usual_digits, denpa_error *err) {
  denpa_data *rows;
  DNP_TRY(dnp_novelty_rows(&rows, data, usual_digits, err));
  if (rows == NULL) return DENPA_OK;
  const denpa_status status = learn_from(net, rows, err);
  denpa_data_free(rows);
  return status;
}

/* ---- asked ------------------------------------------------------------------------------------------ */

denpa_status dnp_novelty_open(dnp_novelty *out, const denpa_net *net, denpa_error *err) {
  const char *text = denpa_net_metadata(net, DNP_NOVELTY_KEY);
  *out = (dnp_novelty){0};
  if (text == NULL) return DENPA_OK;
  DNP_TRY(create(&out->net, net, err));
  const denpa_status status = read_text(text, out->net, &out->limit, err);
  if (status != DENPA_OK) dnp_novelty_close(out);
  return status;
}

denpa_status dnp_novelty_score(const dnp_novelty *novelty, const uint8_t *pixel, double *score, denpa_error *err) {
  double x[DNP_NOVELTY_FEATURES], y[2];
  dnp_novelty_features(pixel, x);
  DNP_TRY(denpa_net_predict(novelty->net, 1, DENPA_DTYPE_FLOAT64, x, y, NULL, err));
  *score = y[1];
  return DENPA_OK;
}

void dnp_novelty_close(dnp_novelty *novelty) {
  denpa_net_free(novelty->net);
  novelty->net = NULL;
}
