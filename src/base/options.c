/* options.c: option structs that begin with their size. Called by the makers of denpa.h's objects. */
#include "base/options.h"

#include <string.h>

denpa_status dnp_options_take(void *out, const void *given, size_t known, const char *name, denpa_error *err) {
  size_t size;
  if (given == NULL) return DENPA_OK;
  memcpy(&size, given, sizeof size);
  if (size < sizeof size || size % sizeof(void *) != 0)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "{1} should begin with its size, but that is {2}; begin with what {1}_default() returns and change members of "
        "it",
        dnp_s(name), dnp_u(size));
  if (size > known)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "{1} has {2} {2|byte|bytes}, but this library knows {3}: the program was compiled for a newer denpa than {4}",
        dnp_s(name), dnp_u(size), dnp_u(known), dnp_s(DENPA_VERSION));
  memcpy(out, given, size);
  memcpy(out, &known, sizeof known);
  return DENPA_OK;
}
