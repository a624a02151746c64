/* two_classes.c: rows ranked by their score: the area under the ROC curve and the threshold with the best F1. Called by
 * scores.c. */
#include "learn/two_classes.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"

static int by_score(const void *a, const void *b) {
  const double x = ((const dnp_ranked *)a)->score, y = ((const dnp_ranked *)b)->score;
  return (x < y) - (x > y);
}

void dnp_rank(dnp_ranked *row, size_t rows) { qsort(row, rows, sizeof *row, by_score); }

/* Rows from `first` on that have one score. */
static size_t alike(const dnp_ranked *row, size_t rows, size_t first, size_t *positive) {
  size_t end = first;
  for (*positive = 0; end < rows && !(row[end].score < row[first].score); end++) *positive += row[end].positive;
  return end - first;
}

static bool usable(const dnp_ranked *row, size_t rows, size_t *positive) {
  *positive = 0;
  for (size_t i = 0; i < rows; i++) {
    if (isnan(row[i].score)) return false;
    *positive += row[i].positive;
  }
  return *positive > 0;
}

double dnp_auc(const dnp_ranked *row, size_t rows) {
  size_t positive, here;
  if (!usable(row, rows, &positive) || positive == rows) return (double)NAN;
  uint64_t halves = 0, below = rows - positive; /* others whose score is not larger than that of the rows at hand */
  for (size_t i = 0, count; i < rows; i += count) {
    count = alike(row, rows, i, &here);
    const uint64_t others = count - here;
    halves += here * (2 * (below - others) + others);
    below -= others;
  }
  return (double)halves / (2 * (double)positive * (double)(rows - positive));
}

/* A number above `low` and not above `high`, with the fewest digits, near the middle where there is one. */
static double shortest_between(double low, double high) {
  const double from[] = {isinf(low) ? high : low + (high - low) / 2, high};
  char text[40];
  for (int digits = 1; digits < 17; digits++)
    for (size_t i = 0; i < 2; i++) {
      double value;
      dnp_format_real(text, sizeof text, from[i], digits);
      if (dnp_parse_real(text, &value) && value > low && value <= high) return value;
    }
  return high;
}

double dnp_best_threshold(const dnp_ranked *row, size_t rows) {
  size_t positive, here, found = 0;
  double best = -1, threshold = (double)NAN;
  if (!usable(row, rows, &positive)) return threshold;
  for (size_t i = 0, count; i < rows; i += count) {
    count = alike(row, rows, i, &here);
    found += here;
    const double f1 = 2 * (double)found / (double)(i + count + positive); /* 2 tp / (tp + fp + positive rows) */
    if (f1 <= best) continue;
    best = f1;
    threshold = shortest_between(i + count < rows ? row[i + count].score : -(double)INFINITY, row[i].score);
  }
  return threshold;
}
