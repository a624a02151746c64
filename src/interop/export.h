/* export.h: networks and data sets as other programs take them. Called by `denpa export` and `denpa data get --out`. */
#ifndef DNP_INTEROP_EXPORT_H
#define DNP_INTEROP_EXPORT_H

#include <stdio.h>

#include "base/status.h"

/* Writes a NumPy script (UTF-8, comments in `lang`) to `out` that trains this very network again: its initial weights,
 * its batches, its updates. What it needs stands in the history of a model that one call of denpa_train made. Where the
 * script cannot say all of that history, *untold has a status and tells what, and the script is that of
 * dnp_export_forward. */
denpa_status dnp_export_numpy(FILE *out, denpa_lang lang, const denpa_net *net, denpa_error *untold, denpa_error *err);
/* Writes a NumPy script that reads the network's model file and computes its answers: what it makes of its data's
 * columns or pixels, and forward propagation. DENPA_ERROR_UNSUPPORTED names an operation that has no NumPy text. */
denpa_status dnp_export_forward(FILE *out, denpa_lang lang, const denpa_net *net, denpa_error *err);

/* Writes the data set as an .npz of x_train, t_train, x_test and t_test: x[N,features] as pixels (uint8) or numbers
 * (float64), t[N] as labels (int32). Data sets with targets are refused. */
denpa_status dnp_export_data(const char *path, const denpa_data *data, denpa_error *err);

#endif
