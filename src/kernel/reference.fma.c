/* reference.fma.c: the same reference kernels, compiled with AVX2 and FMA instructions (x86-64). Same bits. */
#define TABLES dnp_kernels_fma
#define UNIT "ref+fma"
#define KERNELS "kernel/reference.h"
#include "kernel/tables.h"
