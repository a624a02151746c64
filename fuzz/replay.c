/* replay.c: runs targets over files without libFuzzer, in any build: fuzz_replay TARGET FILE..., or --list. The inputs
 * run in one process, with FUZZ_MEGABYTES of addresses where no sanitizer needs them; if that ends badly, each runs
 * again in a process of its own. The tests run the corpus through it. Exit status: 0, or 1 with a line for each input
 * that broke something. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/write.h"
#include "fuzz.h"

/* Proves that the limits work: a test runs it with an input of each kind. */
static void self(const uint8_t *data, size_t size) {
  char *word = fuzz_text(data, size);
  denpa_error err = {0};
  if (strcmp(word, "crash") == 0) raise(SIGSEGV);
  if (strcmp(word, "demand") == 0) FUZZ_DEMAND(0, "a broken promise");
  if (strcmp(word, "escape") == 0) fuzz_shown("\033[2J");
  if (strcmp(word, "exit") == 0) exit(3);
  if (strcmp(word, "hang") == 0)
    for (volatile int forever = 1; forever;) continue;
  if (strcmp(word, "time") == 0)
    for (const clock_t begun = clock(); (double)(clock() - begun) <= 1.1 * FUZZ_SECONDS * CLOCKS_PER_SEC;) continue;
  if (strcmp(word, "memory") == 0) {
    void *block;
    fuzz_told(dnp_alloc(&block, (size_t)FUZZ_MEGABYTES << 20, 1, &err), &err);
    dnp_free(block);
  }
  free(word);
}
static const fuzz_target self_target = {"self", 64, "the limits of fuzz_replay itself", self};

static void limit(const fuzz_target *target, int inputs) {
  const rlim_t each = target == &self_target ? (rlim_t)FUZZ_SECONDS + 1 : 20; /* what hangs; fuzz_run() is exact */
  const rlim_t seconds = each * (rlim_t)inputs;
  setrlimit(RLIMIT_CPU, &(struct rlimit){seconds, seconds + 1});
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
#ifndef FUZZ_SANITIZED
  const rlim_t bytes = (rlim_t)FUZZ_MEGABYTES << 20;
  setrlimit(RLIMIT_AS, &(struct rlimit){bytes, bytes});
#endif
}

static void run_file(const fuzz_target *target, const char *path) {
  unsigned char *data = NULL;
  size_t size = 0;
  denpa_error err = {0};
  char text[512];
  if (dnp_read_file(path, (size_t)1 << 20, &data, &size, &err) != DENPA_OK) {
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    fuzz_broken(__FILE__, __LINE__, "%s", text);
  }
  fuzz_run(target, data, size);
  dnp_free(data);
  fuzz_clear();
}

/* The exit status, or 256 and the signal, of a process that runs the target over these files. */
static int ended(const fuzz_target *target, char *const *path, int count) {
  int status;
  fflush(NULL);
  const pid_t child = fork();
  if (child == 0) {
    limit(target, count);
    for (int i = 0; i < count; i++) run_file(target, path[i]);
    exit(0);
  }
  if (child < 0 || waitpid(child, &status, 0) != child) fuzz_broken(__FILE__, __LINE__, "no process can be had");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

static int replay(const fuzz_target *target, char **path, int count) {
  const int all = ended(target, path, count);
  int broken = 0;
  if (all == 0) return 0;
  for (int i = 0; i < count; i++) {
    const int how = count == 1 ? all : ended(target, path + i, 1);
    if (how == 0) continue;
    printf("%s %s: ended %s %d\n", target->name, path[i], how < 256 ? "with status" : "by signal", how & 255);
    broken = 1;
  }
  if (!broken) printf("%s: each input alone breaks nothing, one after the other they end badly\n", target->name);
  return 1;
}

int main(int argc, char **argv) {
  const fuzz_target *target = argc > 1 ? fuzz_find(argv[1]) : NULL;
  if (argc == 2 && strcmp(argv[1], "--list") == 0) {
    for (const fuzz_target *t = fuzz_targets; t->name != NULL; t++) printf("%s %zu %s\n", t->name, t->longest, t->what);
    return 0;
  }
  if (argc > 1 && strcmp(argv[1], self_target.name) == 0) target = &self_target;
  if (target == NULL) {
    fprintf(stderr, "fuzz_replay TARGET FILE... | --list\n");
    return 2;
  }
  fuzz_open();
  return argc > 2 ? replay(target, argv + 2, argc - 2) : 0;
}
