/* preflight.h: what will go wrong with a table, seen before a training. Called by the commands train and data. */
#ifndef DNP_DOCTOR_PREFLIGHT_H
#define DNP_DOCTOR_PREFLIGHT_H

#include "doctor/doctor.h"

/* What will go wrong with this table, the worst first; findings as the doctor's. Texts in them live as long as the data
 * set. Fails only where there is no memory to look for rows that are there twice. */
denpa_status dnp_preflight(
    const denpa_data *data, dnp_finding found[DNP_MOST_FINDINGS], size_t *count, denpa_error *err);
const char *dnp_preflight_name(size_t index); /* for tests and docs; NULL after the last */

#endif
