/* doctor.h: findings as `denpa train` and `denpa doctor` print them for programs. */
#ifndef DNP_CLI_DOCTOR_H
#define DNP_CLI_DOCTOR_H

#include "cli/shared.h"
#include "doctor/doctor.h"

json_t *cli_findings_json(const cli_options *options, const dnp_finding *found, size_t count);

/* For the doctor of a run that goes on: what was before, from the run's checkpoint of update `first` and its log. */
denpa_status cli_doctor_recall(dnp_doctor **doctor, const cli_options *options, size_t first, denpa_error *err);

#endif
