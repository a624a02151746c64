/* statistics.h: how sure a score is: intervals of 95 %, and whether two scores differ by more than chance. Knows no
 * networks: counts and samples come in. Used by src/learn/score_intervals.c and the commands. */
#ifndef DNP_LEARN_STATISTICS_H
#define DNP_LEARN_STATISTICS_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Both NaN: there is none. */
typedef struct dnp_interval {
  double low, high;
} dnp_interval;
#define DNP_NO_INTERVAL ((dnp_interval){(double)NAN, (double)NAN})

/* Of the proportion part / whole, from counts of independent rows (Wilson, "Probable inference, the law of succession,
 * and statistical inference", 1927). None of nothing. */
dnp_interval dnp_wilson(size_t part, size_t whole);

/* ---- the bootstrap (Efron, "Bootstrap methods: another look at the jackknife", 1979) -------------- */

#define DNP_RESAMPLES 999 /* so that the ends of an interval are the 25th and the 975th of them */
#define DNP_MOST_STATISTICS 8
#define DNP_FEWEST_ROWS 10 /* of fewer, the resamples promise 95 % and hold some 70 (docs/scores.md) */

/* Computes the statistics of a sample in which row i stands times[i] times; NaN: it has none. */
typedef void dnp_statistics(const void *context, const uint32_t *times, double *out);

/* Draws DNP_RESAMPLES samples of as many rows, with replacement, from a stream that is always the same
 * (docs/random.md), and gives for each statistic the range that its middle 95 % have, of those that have it; none of
 * fewer than DNP_FEWEST_ROWS rows, and none where they all give the same. rows below 2^32. */
denpa_status dnp_bootstrap(
    dnp_statistics *statistics, const void *context, size_t rows, size_t count, dnp_interval *out, denpa_error *err);

/* ---- two that answered the same rows -------------------------------------------------------------- */

/* How many rows both, only one, or none got right. */
typedef struct dnp_agreement {
  size_t both, first, second, none;
} dnp_agreement;

/* McNemar's test, exact: how likely it is that at least so many more of the rows that only one got right fall to one
 * side, if each falls to either side with probability 1/2 (McNemar, "Note on the sampling error of the difference
 * between correlated proportions or percentages", 1947; the two-sided binomial test). 1 where there is no such row. Of
 * the rows in which one of two is closer it is the sign test, which reads first and second only. */
double dnp_mcnemar(const dnp_agreement *rows);
/* The second's share of right answers minus the first's: Newcombe's square-and-add interval for paired proportions
 * ("Improved confidence intervals for the difference between binomial proportions based on paired data", 1998, method
 * 10). None without rows. */
dnp_interval dnp_paired_difference(const dnp_agreement *rows);

#endif
