/* reference_tables.h: makes one table of reference kernels for each dtype. TABLES names it, UNIT is its name for people. */
#include <math.h>

#include "base/math.h"
#include "kernel/kernels.h"

/* Names that end in f are float's: base/math.h spells them dnp_expf, the kernels follow. */
#define REAL float
#define R(name) name##f
#define FMA fmaf
#include "kernel/reference.h"
#undef REAL
#undef R
#undef FMA

#define REAL double
#define R(name) name##_
#define FMA fma
#define dnp_exp_ dnp_exp
#define dnp_tanh_ dnp_tanh
#define dnp_sigmoid_ dnp_sigmoid
#include "kernel/reference.h"
#undef REAL
#undef R
#undef FMA

const dnp_kernels TABLES[2] = {
    {.unit = UNIT,
     .dtype = DENPA_FLOAT32,
#define X(result, name, arguments) .name = name##f,
     DNP_KERNEL_LIST(X)
#undef X
    },
    {.unit = UNIT,
     .dtype = DENPA_FLOAT64,
#define X(result, name, arguments) .name = name##_,
     DNP_KERNEL_LIST(X)
#undef X
    },
};
