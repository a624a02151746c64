/* checkkern.c: proves every kernel of every vector unit against the reference, bit for bit, on as many random shapes as
 * wanted, or times it.
 *
 *   checkkern [--unit NAME] [--only ENTRY] [--seed N] [--rounds N]   exit status 1 at the first difference
 *   checkkern --bench [--unit NAME] [--only ENTRY]                   times, one core
 *
 * test_kernel.c makes the same trials (trial.h) with fixed seeds. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cpu.h"
#include "kernel/peak.h"
#include "trial.h"

typedef struct wishes {
  bool bench;
  const char *unit, *entry; /* NULL: all */
  uint64_t seed, rounds;
} wishes;

static const char *const dtype_names[] = {[DENPA_DTYPE_FLOAT32] = "float32", [DENPA_DTYPE_FLOAT64] = "float64"};

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bool wanted(const wishes *w, const char *entry) { return w->entry == NULL || strcmp(w->entry, entry) == 0; }
static bool is_product(const char *entry) { return strncmp(entry, "product", strlen("product")) == 0; }

/* A fence was touched. */
static void crashed(int number) {
  fault f = {"crashed outside of a trial"};
  trial_running(
      number == SIGILL ? "an instruction that this processor does not have" : "an access outside of the matrices", &f);
  printf("not ok %s\n", f.text); /* the kernel was interrupted, not the C library: it may be called */
  fflush(stdout);
  _exit(1);
}

/* ---- the proof ----------------------------------------------------------------------------------- */

static bool prove_entry(const wishes *w, const trial_entry *entry, const trial_units *of) {
  size_t trials = 0;
  fault f;
  bool good = true;
  for (int d = 0; d < 2 && good; d++) {
    if (is_product(entry->name)) good = trial_walk(entry, (denpa_dtype)d, w->seed, of, &f, &trials);
    for (uint64_t r = 0; r < w->rounds && good; r++, trials++) {
      trial t = trial_draw(w->seed + r);
      good = trial_prove(&t, entry, (denpa_dtype)d, of, &f);
    }
  }
  if (!good) {
    printf("not ok %s\n", f.text);
    return false;
  }
  for (size_t u = 1; u < of->count; u++) printf("ok %-10s %-20s %zu trials\n", of->units[u]->unit, entry->name, trials);
  return true;
}

static bool prove(const wishes *w, const trial_units *of) {
  printf("seed %" PRIu64 "\n", w->seed);
  for (size_t e = 0; e < TRIAL_ENTRIES; e++)
    if (wanted(w, trial_entries[e].name) && !prove_entry(w, &trial_entries[e], of)) return false;
  return true;
}

/* ---- times --------------------------------------------------------------------------------------- */

/* What is timed. A row without an entry stands for every entry that has no row of its own. */
static const struct work {
  const char *entry;
  size_t m, n, k;
  const char *what;
} works[] = {
    {"product", 100, 50, 784, "784-50-10, batch 100"}, /* the article's network */
    {"product", 50, 50, 784, "half of its rows"},
    {"product_tn", 784, 50, 100, "its weight gradient"},
    {"product_tn", 392, 50, 100, "half of the inputs"},
    {"product", 100, 10, 50, "its second layer"},
    {"product_tn", 50, 10, 100, "its second layer"},
    {"product_nt", 100, 50, 10, "its second layer"},
    {"product", 128, 128, 784, "784-128-10, batch 128"},
    {"product_tn", 784, 128, 128, "its weight gradient"},
    {"product", 128, 10, 128, "its second layer"},
    {"product_tn", 128, 10, 128, "its second layer"},
    {"product_nt", 128, 128, 10, "its second layer"},
    {"product", 64, 2048, 2048, "2048 wide, 64 rows"},
    {"product", 128, 2048, 2048, "2048 wide, 128 rows"},
    {"product_tn", 2048, 2048, 128, "2048 wide, 128 rows"},
    {"product_nt", 128, 2048, 2048, "2048 wide, 128 rows"},
    {"cross_entropy", 100, 10, 0, "10 classes"},
    {"cross_entropy_back", 100, 10, 0, "10 classes"},
    {"row_argmax", 100, 10, 0, "10 classes"},
    {"from_pixels", 100, 784, 0, "a batch of pictures"},
    {"warp", 28, 28, 0, "a picture, affine"},
    {"warp", 28, 28, 1, "a picture, elastic"},
#define CONV_WORKS(pass) \
  {pass, 0, 4, 0, "1>24 5x5, 28x28"}, {pass, 1, 8, 0, "24>32 3x3, 12x12"}, {pass, 2, 4, 0, "1>32 3x3, 28x28"}, \
      {pass, 3, 2, 0, "32>64 3x3, 26x26"}, {pass, 4, 4, 0, "1>16 3x3+1, 28x28"}, \
      {pass, 5, 4, 0, "16>16 3x3+1, 28x28"}, {pass, 6, 4, 0, "16>32 3x3+1, 14x14"}, \
      {pass, 7, 4, 0, "32>32 3x3+2, 14x14"}, {pass, 8, 4, 0, "32>64 3x3+1, 8x8"}, {pass, 9, 4, 0, "64>64 3x3+1, 8x8"}, \
      {pass, 10, 4, 0, "64>64 3x3+1, 7x7"}, { \
    pass, 11, 4, 0, "32>32 3x3+1, 28x28" \
  }
    CONV_WORKS("conv"),
    CONV_WORKS("conv_back_weights"),
    CONV_WORKS("conv_back_input"),
    {"conv_back_bias", 3, 2, 0, "32>64 3x3, 26x26"},
    {"max_pool", 0, 4, 0, "32 channels, 24x24, 2x2"},
    {"max_pool_back", 0, 4, 0, "32 channels, 24x24, 2x2"},
    {"average_pool", 0, 4, 0, "32 channels, 24x24, 2x2"},
    {"average_pool_back", 0, 4, 0, "32 channels, 24x24, 2x2"},
    {"to_lanes", 64, 784, 0, "64 pictures"},
    {"from_lanes", 64, 784, 0, "64 pictures"},
    {NULL, 100, 50, 100, "5,000 elements"},
    {NULL, 1000, 100, 1000, "100,000 elements"},
};
enum { WORKS = sizeof works / sizeof *works };

static bool has_row(const char *entry) {
  for (size_t i = 0; i < WORKS; i++)
    if (works[i].entry != NULL && strcmp(works[i].entry, entry) == 0) return true;
  return false;
}

static bool applies(const struct work *work, const char *entry) {
  return work->entry != NULL ? strcmp(work->entry, entry) == 0 : !has_row(entry);
}

#define REPEATS 9
#define CHUNK 3e-3 /* seconds that one measurement takes at least */
#define BUDGET 0.5 /* seconds for one row: fewer repeats, where a call takes long */

static double time_calls(trial *t, const trial_entry *entry, const dnp_kernels *kernels, size_t calls) {
  const double begun = seconds();
  for (size_t i = 0; i < calls; i++) trial_run(t, entry, kernels);
  return (seconds() - begun) / (double)calls;
}

/* Operations a second of fused multiply-adds that touch no memory, in this moment. The chains are of floats; a vector
 * holds half as many doubles. */
static double peak_now(const dnp_kernels *kernels) {
  const dnp_peak *peak = dnp_peak_choose(kernels->unit);
  if (peak == NULL) return 0;
  const size_t steps = (size_t)(CHUNK / 2 * 40e9) / peak->flops + 1;
  const double begun = seconds();
  const volatile float end = peak->run(steps);
  (void)end;
  const double rate = (double)(steps * peak->flops) / (seconds() - begun);
  return kernels->dtype == DENPA_DTYPE_FLOAT32 || strcmp(peak->unit, "ref") == 0 ? rate : rate / 2;
}

static bool has_peak(const dnp_kernels *kernels) { return dnp_peak_choose(kernels->unit) != NULL; }

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *value, size_t count) {
  qsort(value, count, sizeof *value, ascending);
  return count % 2 == 1 ? value[count / 2] : (value[count / 2 - 1] + value[count / 2]) / 2;
}

/* The same matrices in each call: what fits into a cache is there. Peak and kernel in turn, so that both meet the same
 * machine. */
static void time_work(const struct work *work, const trial_entry *entry, const dnp_kernels *kernels) {
  trial t = trial_of(1, work->m, work->n, work->k, 0);
  t.timed = true;
  double time[REPEATS], peak[REPEATS];
  trial_run(&t, entry, kernels);
  const double once = time_calls(&t, entry, kernels, 1);
  const size_t calls = (size_t)(CHUNK / (once + 1e-9)) + 1;
  size_t repeats = 0;
  for (const double begun = seconds(); repeats < REPEATS && (repeats < 3 || seconds() - begun < BUDGET); repeats++) {
    peak[repeats] = peak_now(kernels);
    time[repeats] = time_calls(&t, entry, kernels, calls);
  }
  const double each = median(time, repeats);
  printf("%-18s %5zu %5zu %5zu  %-21s %-8s %-7s %10.2f %7.2f", entry->name, work->m, work->n, work->k, work->what,
      kernels->unit, dtype_names[kernels->dtype], each * 1e6, trial_traffic(&t) / each / 1e9);
  const bool conv = strncmp(entry->name, "conv", strlen("conv")) == 0 && strcmp(entry->name, "conv_back_bias") != 0;
  if (conv || is_product(entry->name)) {
    const double flops = conv ? trial_conv_flops(&t) : 2.0 * (double)work->m * (double)work->n * (double)work->k;
    printf(" %8.2f", flops / each / 1e9);
    if (has_peak(kernels)) printf(" %5.1f %%", 100 * flops / each / median(peak, repeats));
  }
  printf("\n");
  trial_close(&t);
}

/* The plain reference, which nobody waits for, only where it is the one unit there is or asked for. */
static void bench(const wishes *w, const trial_units *of) {
  printf("One core, matrices as warm as their size allows; medians of %d. GB/s: operands read once and results written "
         "once. Peak: FMAs on registers, measured in turn.\n",
      REPEATS);
  printf("%-18s %5s %5s %5s  %-21s %-8s %-7s %10s %7s %8s %7s\n", "entry", "m", "n", "k", "work", "unit", "dtype", "us",
      "GB/s", "GFLOP/s", "of peak");
  for (size_t e = 0; e < TRIAL_ENTRIES; e++)
    for (size_t i = 0; i < WORKS && wanted(w, trial_entries[e].name); i++)
      for (int d = 0; d < 2 && applies(&works[i], trial_entries[e].name); d++)
        for (size_t u = of->count > 1; u < of->count; u++) time_work(&works[i], &trial_entries[e], &of->units[u][d]);
}

/* ---- the command --------------------------------------------------------------------------------- */

static int usage(const char *why, const char *what) {
  fprintf(stderr, "checkkern: %s%s\nusage: checkkern [--bench] [--unit NAME] [--only ENTRY] [--seed N] [--rounds N]\n",
      why, what);
  return 2;
}

static bool whole_number(const char *text, uint64_t *out) {
  char *end;
  errno = 0;
  *out = strtoull(text, &end, 10);
  return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0;
}

static bool known_entry(const char *name) {
  for (size_t e = 0; e < TRIAL_ENTRIES; e++)
    if (strcmp(trial_entries[e].name, name) == 0) return true;
  return false;
}

/* Another seed each second, unless one is given. */
static int read_wishes(int count, char **word, wishes *w) {
  *w = (wishes){.seed = (uint64_t)time(NULL), .rounds = 1000};
  for (int i = 1; i < count; i++) {
    if (strcmp(word[i], "--bench") == 0) {
      w->bench = true;
      continue;
    }
    const char *value = i + 1 < count ? word[i + 1] : "";
    if (strcmp(word[i], "--unit") == 0)
      w->unit = value;
    else if (strcmp(word[i], "--only") == 0)
      w->entry = value;
    else if (strcmp(word[i], "--seed") != 0 && strcmp(word[i], "--rounds") != 0)
      return usage("unknown: ", word[i]);
    else if (!whole_number(value, strcmp(word[i], "--seed") == 0 ? &w->seed : &w->rounds))
      return usage("needs a whole number: ", word[i]);
    i++;
  }
  return w->entry != NULL && !known_entry(w->entry) ? usage("no kernel is called ", w->entry) : 0;
}

int main(int count, char **word) {
  wishes w;
  if (read_wishes(count, word, &w) != 0) return 2;
  const trial_units of = trial_units_of(w.unit);
  if (w.unit != NULL && of.count == 1 && strcmp(w.unit, of.units[0]->unit) != 0)
    return usage("this processor has no unit called ", w.unit);
  const dnp_float_mode mode = dnp_float_enter();
  static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL};
  for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) signal(crashes[i], crashed);
  bool good = true;
  if (w.bench)
    bench(&w, &of);
  else
    good = prove(&w, &of);
  dnp_float_leave(mode);
  return good ? 0 : 1;
}
