/* peak_chains.h: the chains of peak.h, written once. The including file defines VECTOR (a vector type of floats),
 * LANES, SET(x) (x in every lane), FMA(a, b, c), ADD(a, b), PEAK (the object) and UNIT (its name).
 *
 * Twelve chains that do not depend on each other: more than the 8 to 10 that latency times units asks for, and with
 * both factors still within the 16 registers of AVX2. Every chain goes to b / (1 - a) = 1, so there are neither
 * denormal nor huge numbers on the way. */
#include "kernel/peak.h"

#define CHAINS(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11)
#define CHAIN_COUNT 12

static float run(size_t steps) {
  const VECTOR a = SET(0.5f), b = SET(0.5f);
#define X(i) VECTOR s##i = SET((float)(i));
  CHAINS(X)
#undef X
  for (size_t k = 0; k < steps; k++) {
#define X(i) s##i = FMA(s##i, a, b);
    CHAINS(X)
#undef X
  }
  VECTOR sum = SET(0);
#define X(i) sum = ADD(sum, s##i);
  CHAINS(X)
#undef X
  float lane[LANES];
  STORE(lane, sum);
  return lane[0];
}

const dnp_peak PEAK = {.unit = UNIT, .flops = (size_t)2 * LANES * CHAIN_COUNT, .run = run};
