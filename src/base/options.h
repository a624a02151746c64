/* options.h: option structs as programs hand them over: they begin with their size, so that an older program, whose
 * struct ends earlier, gets defaults for what it does not know. */
#ifndef DNP_BASE_OPTIONS_H
#define DNP_BASE_OPTIONS_H

#include <stddef.h>

#include "base/status.h"

/* `out` holds the defaults, in `known` bytes that begin with their size; what is given (NULL: nothing) is put over
 * them. name: "denpa_net_options", for the message about a size that cannot be. */
denpa_status dnp_options_take(void *out, const void *given, size_t known, const char *name, denpa_error *err);

#endif
