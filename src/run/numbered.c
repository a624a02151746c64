/* numbered.c: names of models that are numbered by their updates. Called by frames.c and checkpoints.c. */
#include "run/numbered.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

denpa_status dnp_run_path(
    const char *run, const char *folder, const char *name, char out[DNP_NUMBERED_PATH], denpa_error *err) {
  const int length = snprintf(out, DNP_NUMBERED_PATH, "%s/%s%s%s", run, folder, name[0] != '\0' ? "/" : "", name);
  return length < DNP_NUMBERED_PATH ? DENPA_OK
                                    : dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1}: this path is too long", dnp_s(run));
}

denpa_status dnp_numbered_path(
    const char *run, const char *folder, size_t step, char out[DNP_NUMBERED_PATH], denpa_error *err) {
  char name[48];
  snprintf(name, sizeof name, "%08zu.safetensors", step);
  return dnp_run_path(run, folder, name, out, err);
}

/* Digits and ".safetensors". */
bool dnp_numbered_step(const char *name, size_t *step) {
  char digits[32];
  const size_t count = strspn(name, "0123456789");
  if (count < 8 || count >= sizeof digits || strcmp(name + count, ".safetensors") != 0) return false;
  memcpy(digits, name, count);
  digits[count] = '\0';
  return dnp_parse_size(digits, step) != 0;
}

denpa_status dnp_numbered_check(const char *path, size_t step, const char *told, denpa_error *err) {
  size_t steps;
  if (told == NULL || (dnp_parse_size(told, &steps) && steps == step)) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_FORMAT,
      "{1}: this is the network of update {2}, not of the update that its name says; it was renamed, or is another "
      "run's",
      dnp_s(path), dnp_s(told));
}
