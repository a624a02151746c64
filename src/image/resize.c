/* resize.c: a plane of bytes in another size: means of areas where it shrinks, straight lines between pixels where it
 * grows. It keeps no proportions and knows no files. Called by whoever makes pictures of many sizes ready for one
 * network.
 *
 * Each pixel of the result is a weighted sum of pixels of the source, with whole weights that have one total for all
 * pixels of an axis; both axes' totals are divided out in the end, with one rounding to the nearest (halves upwards).
 * So there is no order of summing. */
#include "base/memory.h"
#include "image/image.h"

/* One axis of the result: pixel i takes source pixels first[i] .. first[i] + count[i] - 1 with the weights from
 * weight[start[i]] on. */
typedef struct axis {
  uint32_t *first, *count, *start, *weight; /* one block */
  uint32_t total;
} axis;

/* Target pixel i covers [i from, (i+1) from) in units of 1/to source pixel; source pixel s covers [s to, (s+1) to). */
static void set_means(axis *a, uint32_t from, uint32_t to) {
  uint32_t used = 0;
  a->total = from;
  for (uint32_t i = 0; i < to; i++) {
    const uint32_t begin = i * from, end = begin + from;
    a->first[i] = begin / to;
    a->start[i] = used;
    for (uint32_t s = a->first[i]; s * to < end; s++) {
      const uint32_t low = s * to > begin ? s * to : begin, high = (s + 1) * to < end ? (s + 1) * to : end;
      a->weight[used++] = high - low;
    }
    a->count[i] = used - a->start[i];
  }
}

/* The centre of target pixel i lies at ((2i+1) from - to) / (2 to) between the centres of the source's pixels; beyond
 * the outermost, it is that one. */
static void set_lines(axis *a, uint32_t from, uint32_t to) {
  a->total = 2 * to;
  for (uint32_t i = 0; i < to; i++) {
    const uint32_t at = (2 * i + 1) * from, place = at > to ? at - to : 0, last = from - 1;
    const uint32_t first = place / (2 * to) < last ? place / (2 * to) : last,
                   rest = first < last ? place % (2 * to) : 0;
    a->first[i] = first;
    a->start[i] = 2 * i;
    a->count[i] = first < last ? 2 : 1;
    a->weight[2 * i] = 2 * to - rest;
    a->weight[2 * i + 1] = rest;
  }
}

static denpa_status open_axis(axis *a, size_t from, size_t to, denpa_error *err) {
  /* weights: 2 for each target, or one for each source and one more for each border */
  DNP_TRY(DNP_NEW(&a->first, 5 * to + 2 * from + to, err));
  a->count = a->first + to;
  a->start = a->count + to;
  a->weight = a->start + to;
  (to < from ? set_means : set_lines)(a, (uint32_t)from, (uint32_t)to);
  return DENPA_OK;
}

static void across(
    const axis *a, const uint8_t *from, size_t from_height, size_t from_width, uint32_t *sum, size_t width) {
  for (size_t y = 0; y < from_height; y++)
    for (size_t x = 0; x < width; x++) {
      const uint8_t *p = from + y * from_width + a->first[x];
      const uint32_t *w = a->weight + a->start[x];
      uint32_t s = 0;
      for (uint32_t k = 0; k < a->count[x]; k++) s += w[k] * p[k];
      sum[y * width + x] = s;
    }
}

static void down(const axis *a, const uint32_t *sum, uint64_t total, uint8_t *to, size_t height, size_t width) {
  for (size_t y = 0; y < height; y++)
    for (size_t x = 0; x < width; x++) {
      const uint32_t *w = a->weight + a->start[y];
      uint64_t s = 0;
      for (uint32_t k = 0; k < a->count[y]; k++) s += (uint64_t)w[k] * sum[(a->first[y] + k) * width + x];
      to[y * width + x] = (uint8_t)((2 * s + total) / (2 * total));
    }
}

denpa_status dnp_resize(const uint8_t *from, size_t from_height, size_t from_width, uint8_t *to, size_t height,
    size_t width, denpa_error *err) {
  axis rows = {0}, columns = {0};
  uint32_t *sum = NULL;
  denpa_status status = open_axis(&columns, from_width, width, err);
  if (status == DENPA_OK) status = open_axis(&rows, from_height, height, err);
  if (status == DENPA_OK) status = DNP_NEW(&sum, from_height * width, err);
  if (status == DENPA_OK) {
    across(&columns, from, from_height, from_width, sum, width);
    down(&rows, sum, (uint64_t)rows.total * columns.total, to, height, width);
  }
  dnp_free(sum);
  dnp_free(rows.first);
  dnp_free(columns.first);
  return status;
}
