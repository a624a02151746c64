/* reference.c: the reference kernels without FMA instructions: exact everywhere, slow where the C library has to
 * compute fma in software. */
#define TABLES dnp_kernels_plain
#define UNIT "ref"
#define KERNELS "kernel/reference.h"
#include "kernel/tables.h"
