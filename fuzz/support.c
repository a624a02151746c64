/* support.c: what the targets share (fuzz.h): their list, files, and the demands that hold for everything. */
#include <ftw.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "fuzz.h"

const fuzz_target fuzz_targets[] = {
#define TARGET(name, longest, what) {#name, longest, what, target_##name},
#include "targets.def"
#undef TARGET
    {NULL, 0, NULL, NULL}};

const fuzz_target *fuzz_find(const char *name) {
  for (const fuzz_target *t = fuzz_targets; t->name != NULL; t++)
    if (strcmp(t->name, name) == 0) return t;
  return NULL;
}

void fuzz_broken(const char *file, int line, const char *format, ...) {
  va_list args;
  va_start(args, format);
  fprintf(stderr, "%s:%d: ", file, line);
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
  va_end(args);
  abort();
}

/* ---- files ---------------------------------------------------------------------------------------- */

static char folder[256];
static pid_t maker;

static int drop(const char *path, const struct stat *info, int kind, struct FTW *where) {
  (void)info, (void)kind;
  return where->level == 0 ? 0 : remove(path);
}

void fuzz_clear(void) { nftw(folder, drop, 8, FTW_DEPTH | FTW_PHYS); }

static void close_folder(void) {
  if (getpid() != maker) return; /* a child of replay.c */
  fuzz_clear();
  rmdir(folder);
}

void fuzz_open(void) {
  const rlim_t bytes = (rlim_t)FUZZ_MEGABYTES << 20;
  struct rlimit told;
  const char *root = getenv("TMPDIR");
  snprintf(folder, sizeof folder, "%s/denpa-fuzz-XXXXXX", root != NULL && root[0] != '\0' ? root : "/tmp");
  if (mkdtemp(folder) == NULL) fuzz_broken(__FILE__, __LINE__, "%s: no folder can be made there", folder);
  maker = getpid();
  atexit(close_folder);
  /* Addresses cannot be limited under a sanitizer; this is what dnp_memory_most() tells all the same. */
  if (getrlimit(RLIMIT_RSS, &told) == 0 && told.rlim_max >= bytes)
    setrlimit(RLIMIT_RSS, &(struct rlimit){bytes, told.rlim_max});
}

const char *fuzz_home(void) { return folder; }

const char *fuzz_path(const char *name) {
  static char paths[8][512];
  static int turn;
  char *path = paths[turn++ % 8];
  if (snprintf(path, sizeof paths[0], "%s/%s", folder, name) >= (int)sizeof paths[0]) abort();
  return path;
}

const char *fuzz_file(const char *name, const void *data, size_t size) {
  const char *path = fuzz_path(name);
  for (const char *slash = name; (slash = strchr(slash, '/')) != NULL; slash++) {
    char above[512];
    snprintf(above, sizeof above, "%s/%.*s", folder, (int)(slash - name), name);
    mkdir(above, 0700);
  }
  FILE *file = fopen(path, "wb");
  if (file == NULL || fwrite(data, 1, size, file) != size || fclose(file) != 0)
    fuzz_broken(__FILE__, __LINE__, "%s: cannot be written", path);
  return path;
}

size_t fuzz_unpack(const uint8_t *data, size_t size, const char *const *names) {
  static const char mark[] = "=== ";
  const uint8_t *end = data + size;
  size_t count = 0;
  while (data < end && (size_t)(end - data) > sizeof mark && memcmp(data, mark, sizeof mark - 1) == 0) {
    char name[64] = "";
    const uint8_t *from = memchr(data, '\n', (size_t)(end - data)), *to = end;
    if (from == NULL) break;
    const size_t length = (size_t)(from - data) - (sizeof mark - 1);
    if (length < sizeof name) memcpy(name, data + sizeof mark - 1, length);
    from++;
    for (const uint8_t *at = from; (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
      if ((size_t)(end - at) > sizeof mark && memcmp(at + 1, mark, sizeof mark - 1) == 0) {
        to = at + 1;
        break;
      }
    for (size_t i = 0; names[i] != NULL; i++)
      if (strcmp(names[i], name) == 0) {
        fuzz_file(name, from, (size_t)(to - from));
        count++;
      }
    data = to;
  }
  return count;
}

const denpa_net_options fuzz_plain = {.size = sizeof fuzz_plain, .dtype = DENPA_DTYPE_FLOAT32, .threads = 1, .seed = 1};

const char *fuzz_colours(void) {
  static const char table[] = "size,colour,kind\n1.5,red,a\n2,blue,b\n,red,a\n4.25,green,b\n5,blue,a\n7,red,b\n"
                              "7,blue,a\n3,red,b\n9,green,a\n-10,red,b\n";
  return fuzz_file("colours.csv", table, sizeof table - 1);
}

const denpa_net *fuzz_colours_model(void) {
  static denpa_net *net;
  denpa_data *data;
  denpa_error err = {0};
  char text[32];
  if (net != NULL) return net;
  denpa_train_options train = denpa_train_options_default();
  train.epochs = 1;
  FUZZ_DEMAND(denpa_data_open(&data, fuzz_colours(), NULL, &err) == DENPA_OK, "no table");
  snprintf(text, sizeof text, "%zu-3-2", denpa_data_features(data));
  FUZZ_DEMAND(denpa_net_create(&net, text, &fuzz_plain, &err) == DENPA_OK &&
                  denpa_train(net, data, &train, NULL, &err) == DENPA_OK &&
                  denpa_net_save(net, fuzz_path("colours.safetensors"), &err) == DENPA_OK,
      "no model of a table");
  denpa_data_free(data);
  return net;
}

/* ---- texts ---------------------------------------------------------------------------------------- */

char *fuzz_text(const uint8_t *data, size_t size) {
  char *text = malloc(size + 1);
  if (text == NULL) abort();
  if (size > 0) memcpy(text, data, size);
  text[size] = '\0';
  return text;
}

char *fuzz_line(char **rest) {
  char *line = *rest, *end = strchr(line, '\n');
  *rest = end != NULL ? end + 1 : line + strlen(line);
  if (end != NULL) *end = '\0';
  return line;
}

void fuzz_shown(const char *text) {
  const unsigned char *t = (const unsigned char *)text;
  FUZZ_DEMAND(dnp_text_is_utf8(text), "a text that is shown is not UTF-8: %s", text);
  for (; *t != '\0'; t++) {
    const int control = (t[0] < 0x20 && t[0] != '\n' && t[0] != '\t') || t[0] == 0x7F || (t[0] == 0xC2 && t[1] < 0xA0);
    const int turn = t[0] == 0xE2 &&
                     ((t[1] == 0x80 && t[2] >= 0xA8 && t[2] <= 0xAE) || (t[1] == 0x81 && t[2] >= 0xA6 && t[2] <= 0xA9));
    FUZZ_DEMAND(!control && !turn, "byte %02X is shown: %s", t[0], text);
  }
}

denpa_status fuzz_told(denpa_status status, const denpa_error *err) {
  char text[8192];
  if (status == DENPA_OK) return status;
  FUZZ_DEMAND(err->status == status, "status %d is told as %d", status, err->status);
  for (int lang = DENPA_LANG_EN; lang <= DENPA_LANG_JA; lang++) {
    FUZZ_DEMAND(denpa_error_text(err, (denpa_lang)lang, text, sizeof text) > 0, "status %d has no message", status);
    fuzz_shown(text);
  }
  FUZZ_DEMAND(status != DENPA_ERROR_MEMORY, "more memory than the input warrants: %s", text);
  return status;
}

/* ---- arrays --------------------------------------------------------------------------------------- */

static volatile unsigned char sink;

void fuzz_touch(const dnp_array *array) {
  size_t count;
  FUZZ_DEMAND(array->axes >= 0 && array->axes <= DNP_MAX_AXES && dnp_shape_count(array->axes, array->shape, &count),
      "an array whose shape cannot be");
  for (size_t i = 0; i < count * dnp_dtype_size(array->dtype); i++)
    sink = (unsigned char)(sink + ((const unsigned char *)array->values)[i]);
}

void fuzz_same(const dnp_array *a, const dnp_array *b) {
  FUZZ_DEMAND(strcmp(a->name, b->name) == 0 && a->dtype == b->dtype && a->axes == b->axes &&
                  memcmp(a->shape, b->shape, (size_t)a->axes * sizeof *a->shape) == 0 &&
                  memcmp(a->values, b->values, dnp_array_count(a) * dnp_dtype_size(a->dtype)) == 0,
      "'%s' is another array after it was written and read again", a->name);
}

/* ---- the command ---------------------------------------------------------------------------------- */

int fuzz_command_main(int argc, char **argv); /* main of src/cli/main.c under another name (CMakeLists.txt) */

int fuzz_command(const char *const *words, int plain) {
  enum { MOST = 40 };
  char *argv[MOST + 1] = {"denpa"}, *said[2];
  size_t length[2];
  FILE *const streams[2] = {stdout, stderr};
  int argc = 1;
  for (; words[argc - 1] != NULL && argc < MOST; argc++) argv[argc] = (char *)(uintptr_t)words[argc - 1];
  /* these are variables in the GNU C library and in musl's place it would not compile, which is as well */
  stdout = open_memstream(&said[0], &length[0]);
  stderr = open_memstream(&said[1], &length[1]);
  const int status = fuzz_command_main(argc, argv); /* closes its standard output */
  fclose(stderr);
  stdout = streams[0];
  stderr = streams[1];
  if (!plain) fuzz_shown(said[0]);
  fuzz_shown(said[1]);
  FUZZ_DEMAND(status >= 0 && status <= 2, "exit status %d", status);
  FUZZ_DEMAND(status == 0 || length[1] > 0, "exit status %d without a word", status);
  free(said[0]);
  free(said[1]);
  return status;
}

/* ---- one input ------------------------------------------------------------------------------------ */

static double processor_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void fuzz_run(const fuzz_target *target, const uint8_t *data, size_t size) {
  const double begun = processor_seconds();
  target->run(data, size);
  const double took = processor_seconds() - begun;
  FUZZ_DEMAND(took <= FUZZ_SECONDS, "%s: %.2f seconds for %zu bytes", target->name, took, size);
}
