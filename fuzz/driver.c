/* driver.c: the targets under libFuzzer. DENPA_FUZZ_TARGET names the one; fuzz.sh runs all of them. */
#include "fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const fuzz_target *target;

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  const char *name = getenv("DENPA_FUZZ_TARGET");
  target = name != NULL ? fuzz_find(name) : NULL;
  if (target == NULL) {
    fprintf(stderr, "DENPA_FUZZ_TARGET has to be one of:\n");
    for (const fuzz_target *t = fuzz_targets; t->name != NULL; t++) fprintf(stderr, "  %-12s %s\n", t->name, t->what);
    exit(2);
  }
  fuzz_open();
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size <= target->longest) fuzz_run(target, data, size);
  return 0;
}
