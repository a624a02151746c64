/* search.c: the space of a search and what is drawn from it, and the rungs of successive halving: pure functions of
 * their arguments. It trains nothing and prints nothing. Called by the subcommand search. */
#include "search/search.h"

#include <math.h>
#include <string.h>

#include "base/math.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"

#define FAR_APART 10 /* a range whose ends are so many times apart goes by the logarithm */
#define DIGITS 4     /* significant ones of a number drawn: more would be noise, and lengthen the command line */

/* ---- axes --------------------------------------------------------------------------------------- */

/* Cuts `values` at its bars, or commas. */
static denpa_status open_list(dnp_axis *a, char *values, char between, denpa_error *err) {
  for (char *at = values; at != NULL; a->choices++) {
    char *bar = strchr(at, between);
    if (bar != NULL) *bar++ = '\0';
    if (*at == '\0')
      return dnp_fail(err, DENPA_ERROR_SYNTAX, "--try {1}: value {2} is empty; write the values as {1}=A|B|C",
          dnp_s(a->name), dnp_u(a->choices + 1));
    if (a->choices == DNP_SEARCH_CHOICES)
      return dnp_fail(err, DENPA_ERROR_SYNTAX, "--try {1}: at most {2} values are possible", dnp_s(a->name),
          dnp_i(DNP_SEARCH_CHOICES));
    a->choice[a->choices] = at;
    at = bar;
  }
  a->kind = DNP_AXIS_LIST;
  return DENPA_OK;
}

/* A..B where both are numbers; false if it is not that. */
static bool open_range(dnp_axis *a, char *values) {
  char *dots = strstr(values, "..");
  if (dots == NULL) return false;
  *dots = '\0';
  if (dnp_parse_real(values, &a->low) && dnp_parse_real(dots + 2, &a->high)) {
    a->low_text = values;
    a->high_text = dots + 2;
    a->kind = DNP_AXIS_REAL;
    return true;
  }
  *dots = '.';
  return false;
}

static denpa_status check_range(const dnp_axis *a, denpa_error *err) {
  if (!isfinite(a->low) || !isfinite(a->high) || !isfinite(a->high - a->low))
    return dnp_fail(
        err, DENPA_ERROR_SYNTAX, "--try {1}: both ends of the range must be finite numbers", dnp_s(a->name));
  if (!(a->low < a->high))
    return dnp_fail(err, DENPA_ERROR_SYNTAX, "--try {1}: the range must go up, but {2} is not below {3}",
        dnp_s(a->name), dnp_s(a->low_text), dnp_s(a->high_text));
  if (a->log && !(a->low > 0))
    return dnp_fail(err, DENPA_ERROR_SYNTAX, "--try {1}: a logarithmic range needs ends above 0, not {2}",
        dnp_s(a->name), dnp_s(a->low_text));
  return DENPA_OK;
}

static denpa_status open_values(dnp_axis *a, char *values, denpa_error *err) {
  const bool log = dnp_text_begins(values, "log:"), asked = log || dnp_text_begins(values, "lin:");
  if (asked) values += strlen("log:");
  if (open_range(a, values)) {
    a->log = asked ? log : a->low > 0 && a->high >= FAR_APART * a->low;
    return check_range(a, err);
  }
  if (asked)
    return dnp_fail(err, DENPA_ERROR_SYNTAX,
        "--try {1}: after log: or lin: comes a range such as 1e-6..1e-2, not \"{2}\"", dnp_s(a->name), dnp_s(values));
  return open_list(a, values, '|', err);
}

denpa_status dnp_axis_open(dnp_axis *out, const char *text, denpa_error *err) {
  *out = (dnp_axis){0};
  const char *equals = strchr(text, '=');
  if (equals == NULL || equals == text)
    return dnp_fail(err, DENPA_ERROR_SYNTAX,
        "--try \"{1}\": write OPTION=VALUES, such as lr=1e-6..1e-2 or act=relu|tanh", dnp_s(text));
  char *copy = dnp_strdup(text, err);
  if (copy == NULL) return DENPA_ERROR_MEMORY;
  char *values = copy + (equals - text);
  *values++ = '\0';
  out->text = copy;
  out->name = dnp_text_begins(copy, "--") ? copy + 2 : copy;
  denpa_status status =
      *values != '\0' ? open_values(out, values, err)
                      : dnp_fail(err, DENPA_ERROR_SYNTAX,
                            "--try {1}: there are no values after the equals sign; write a range A..B or values A|B|C",
                            dnp_s(out->name));
  if (status != DENPA_OK) dnp_axis_close(out);
  return status;
}

denpa_status dnp_axis_split(dnp_axis *axis, denpa_error *err) {
  if (axis->kind != DNP_AXIS_LIST || axis->choices != 1) return DENPA_OK;
  axis->choices = 0;
  return open_list(axis, axis->text + (axis->choice[0] - axis->text), ',', err);
}

void dnp_axis_close(dnp_axis *axis) {
  dnp_free(axis->text);
  *axis = (dnp_axis){0};
}

denpa_status dnp_axis_make_whole(dnp_axis *axis, denpa_error *err) {
  static const double most = 9007199254740992.0; /* 2^53: every whole number up to here is a double */
  if (floor(axis->low) != axis->low || floor(axis->high) != axis->high || axis->low < 0 || axis->high > most)
    return dnp_fail(err, DENPA_ERROR_SYNTAX,
        "--try {1}: this option takes whole numbers, so both ends of the range must be whole, not {2}..{3}",
        dnp_s(axis->name), dnp_s(axis->low_text), dnp_s(axis->high_text));
  axis->kind = DNP_AXIS_WHOLE;
  return DENPA_OK;
}

/* ---- values ------------------------------------------------------------------------------------- */

/* From low to high, u of the way, by the axis' scale. */
static double between(const dnp_axis *a, double low, double high, double u) {
  if (!a->log) return fma(u, high - low, low);
  return dnp_exp(fma(u, dnp_log(high) - dnp_log(low), dnp_log(low)));
}

/* Whole numbers: n stands for the stretch from n to n+1. */
static const char *whole(const dnp_axis *a, double u, char out[DNP_AXIS_NUMBER]) {
  double n = floor(between(a, a->low, a->high + 1, u));
  if (n > a->high) n = a->high;
  if (n < a->low) n = a->low;
  snprintf(out, DNP_AXIS_NUMBER, "%.0f", n);
  return out;
}

const char *dnp_axis_value(const dnp_axis *axis, double u, char out[DNP_AXIS_NUMBER]) {
  if (axis->kind == DNP_AXIS_LIST) return axis->choice[(size_t)(u * (double)axis->choices)];
  if (axis->kind == DNP_AXIS_WHOLE) return whole(axis, u, out);
  double rounded;
  dnp_format_real(out, DNP_AXIS_NUMBER, between(axis, axis->low, axis->high, u), DIGITS);
  if (!dnp_parse_real(out, &rounded) || rounded < axis->low) return axis->low_text; /* rounded past an end */
  return rounded > axis->high ? axis->high_text : out;
}

/* ---- the space ---------------------------------------------------------------------------------- */

void dnp_space_close(dnp_space *space) {
  for (size_t i = 0; i < space->axes; i++) dnp_axis_close(&space->axis[i]);
  space->axes = 0;
}

size_t dnp_space_combinations(const dnp_space *space) {
  size_t all = 1;
  for (size_t i = 0; i < space->axes; i++)
    if (space->axis[i].kind != DNP_AXIS_LIST || !dnp_size_mul(all, space->axis[i].choices, &all)) return SIZE_MAX;
  return all;
}

const char *dnp_space_value(
    const dnp_space *space, bool every, uint64_t seed, size_t trial, size_t axis, char out[DNP_AXIS_NUMBER]) {
  if (!every)
    return dnp_axis_value(&space->axis[axis], dnp_draw_uniform(seed, DNP_STREAM(DNP_FOR_SEARCH, trial), axis), out);
  for (size_t i = space->axes - 1; i > axis; i--) trial /= space->axis[i].choices;
  return space->axis[axis].choice[trial % space->axis[axis].choices];
}

/* ---- successive halving ------------------------------------------------------------------------- */

size_t dnp_search_rungs(size_t trials, size_t epochs, dnp_rung *rung) {
  size_t rungs = 1, share = 1; /* share: of the epochs, that the first rung gets one of */
  while (rungs < DNP_SEARCH_RUNGS && trials / (share * DNP_SEARCH_ETA) >= 1 && epochs / (share * DNP_SEARCH_ETA) >= 1) {
    share *= DNP_SEARCH_ETA;
    rungs++;
  }
  for (size_t r = 0, part = 1; r < rungs; r++, part *= DNP_SEARCH_ETA, share /= DNP_SEARCH_ETA)
    rung[r] = (dnp_rung){trials / part, (epochs - 1) / share + 1};
  return rungs;
}
