/* test_download.c: MNIST's way through the network (src/data/mnist.formats.c, src/data/download.formats.c), against
 * small servers of this test's own on 127.0.0.1; no other address is ever asked. The files are tiny and made up, so
 * their SHA-256 are given. */
#include "mnist_server.h"

/* ---- a cache per test -------------------------------------------------------------------------- */

typedef struct room {
  char cache[64], missing[128]; /* the cache folder is not there yet at the start */
  server server[5];
  size_t servers;
} room;

static int setup(void **state) {
  room *r = calloc(1, sizeof *r);
  strcpy(r->cache, "/tmp/denpa-download-XXXXXX");
  *state = r;
  if (mkdtemp(r->cache) == NULL) return -1;
  snprintf(r->missing, sizeof r->missing, "%s/new/denpa", r->cache);
  return 0;
}

static int teardown(void **state) {
  room *r = *state;
  char command[256];
  for (size_t i = 0; i < r->servers; i++) end(&r->server[i]);
  snprintf(command, sizeof command, "chmod -R u+rwx '%s' && rm -r '%s'", r->cache, r->cache);
  int result = system(command);
  free(r);
  return result;
}

static const char *a_server(room *r, enum behaviour behaviour) {
  server *s = &r->server[r->servers++];
  start(s, behaviour);
  return s->base;
}

static dnp_mnist_options options_for(const room *r, const char *const *mirrors) {
  dnp_mnist_options options;
  dnp_mnist_options_default(&options);
  options.data_root = NULL;
  options.cache_root = r->missing;
  options.mirrors = mirrors;
  options.sha256 = sha256;
  return options;
}

static denpa_status load(const dnp_mnist_options *options, char text[1024]) {
  denpa_data *data = (denpa_data *)1;
  denpa_error err = {0};
  text[0] = '\0';
  denpa_status status = dnp_mnist_load(&data, options, &err);
  if (status != DENPA_OK) {
    assert_null(data);
    denpa_error_text(&err, DENPA_LANG_EN, text, 1024);
    return status;
  }
  assert_string_equal(data->name, "mnist");
  assert_int_equal(data->split[DNP_TRAIN].rows, 2);
  for (size_t k = 0; k < 2 * 784; k++) assert_int_equal(data->split[DNP_TRAIN].pixel[k], k % 10);
  for (size_t k = 0; k < 2; k++) assert_int_equal(data->split[DNP_TEST].label[k], k + 3);
  denpa_data_free(data);
  return status;
}

/* Files in the cache: those of MNIST, and anything else (left-overs). */
static void count_cache(const room *r, size_t *ours, size_t *others) {
  char command[256];
  snprintf(command, sizeof command, "find '%s' -type f ! -name unreachable", r->cache);
  FILE *list = popen(command, "r");
  char line[512];
  *ours = *others = 0;
  while (fgets(line, sizeof line, list) != NULL) {
    size_t i = 0;
    char name[64];
    for (; i < DNP_IDX_FILES; i++) {
      snprintf(name, sizeof name, "/new/denpa/mnist/%s.gz\n", dnp_idx_name(i));
      if (strstr(line, name) != NULL) break;
    }
    *(i < DNP_IDX_FILES ? ours : others) += 1;
  }
  pclose(list);
}

static void expect_cached(const room *r, size_t files) {
  size_t ours, others;
  count_cache(r, &ours, &others);
  assert_int_equal(ours, files);
  assert_int_equal(others, 0);
}

static void expect_good(const dnp_mnist_options *options) {
  char text[1024];
  load(options, text);
  assert_string_equal(text, "");
}

static void expect_failure(const dnp_mnist_options *options, denpa_status expected, const char *const *words) {
  char text[1024];
  assert_int_equal(load(options, text), expected);
  for (; *words != NULL; words++)
    if (strstr(text, *words) == NULL) fail_msg("'%s' does not say '%s'", text, *words);
}
#define EXPECT_FAILURE(options, status, ...) expect_failure(options, status, (const char *const[]){__VA_ARGS__, NULL})

/* One mirror that behaves like this makes the load fail with these words, and leaves the cache empty. */
static void one_bad_mirror(room *r, enum behaviour behaviour, const char *word) {
  const char *mirrors[] = {a_server(r, behaviour), NULL};
  dnp_mnist_options options = options_for(r, mirrors);
  options.stall_seconds = 1;
  EXPECT_FAILURE(&options, DENPA_ERROR_NETWORK, "MNIST could not be downloaded", mirrors[0],
      "train-images-idx3-ubyte.gz: ", word, r->missing, "DENPA_DATA");
  expect_cached(r, 0);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- good ends --------------------------------------------------------------------------------- */

static void test_downloads_and_caches(void **state) {
  room *r = *state;
  const char *mirrors[] = {a_server(r, GOOD), NULL};
  dnp_mnist_options options = options_for(r, mirrors);
  struct stat info;
  char path[256];
  expect_good(&options);
  assert_int_equal(atomic_load(&r->server[0].requests), 4);
  expect_cached(r, 4);
  for (size_t i = 0; i < 3; i++) { /* every folder that was made is the user's alone */
    snprintf(path, sizeof path, "%s/%s", r->cache, ((const char *[]){"new", "new/denpa", "new/denpa/mnist"})[i]);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
  }
  expect_good(&options); /* from the cache */
  assert_int_equal(atomic_load(&r->server[0].requests), 4);
  options.offline = 1;
  expect_good(&options);
  assert_int_equal(atomic_load(&r->server[0].requests), 4);
}

static void test_only_what_is_missing(void **state) {
  room *r = *state;
  const char *mirrors[] = {a_server(r, GOOD), NULL};
  dnp_mnist_options options = options_for(r, mirrors);
  char path[256];
  expect_good(&options);
  snprintf(path, sizeof path, "%s/mnist/t10k-labels-idx1-ubyte.gz", r->missing);
  assert_int_equal(unlink(path), 0);
  expect_good(&options);
  assert_int_equal(atomic_load(&r->server[0].requests), 5);
}

static void test_address_without_a_slash(void **state) {
  room *r = *state;
  char base[64];
  snprintf(base, sizeof base, "%s", a_server(r, GOOD));
  base[strlen(base) - 1] = '\0';
  const char *mirrors[] = {base, NULL};
  dnp_mnist_options options = options_for(r, mirrors);
  expect_good(&options);
}

static void test_mirrors_from_the_environment(void **state) {
  room *r = *state;
  char list[256];
  const char *bad = a_server(r, MISSING), *good = a_server(r, GOOD);
  snprintf(list, sizeof list, "  %s \t %s ", bad, good);
  setenv("DENPA_MIRRORS", list, 1);
  dnp_mnist_options options = options_for(r, NULL);
  expect_good(&options);
  unsetenv("DENPA_MIRRORS");
  assert_int_equal(atomic_load(&r->server[0].requests), 1); /* left at its first failure */
  assert_int_equal(atomic_load(&r->server[1].requests), 4);
}

static void test_default_reads_the_environment(void **state) {
  (void)state;
  dnp_mnist_options options;
  setenv("DENPA_MIRRORS", "http://127.0.0.1:1/", 1);
  dnp_mnist_options_default(&options);
  assert_string_equal(options.mirror_list, "http://127.0.0.1:1/");
  assert_int_equal(options.connect_seconds, 3);
  assert_int_equal(options.stall_seconds, 20);
  assert_null(options.mirrors);
  assert_null(options.sha256);
  unsetenv("DENPA_MIRRORS");
}

static void test_false_content_then_good(void **state) {
  room *r = *state;
  const char *bad = a_server(r, FALSE_CONTENT), *mirrors[] = {bad, a_server(r, GOOD), NULL};
  dnp_mnist_options options = options_for(r, mirrors);
  expect_good(&options);
  assert_int_equal(atomic_load(&r->server[0].requests), 1);
  assert_int_equal(atomic_load(&r->server[1].requests), 4);
  expect_cached(r, 4);
}

static void test_redirect(void **state) {
  room *r = *state;
  const char *mirrors[] = {a_server(r, REDIRECT), NULL};
  dnp_mnist_options options = options_for(r, mirrors);
  expect_good(&options);
  assert_int_equal(atomic_load(&r->server[0].requests), 8);
}

static void test_kept_files_survive_a_failed_mirror(void **state) {
  room *r = *state;
  const char *first = a_server(r, LACKS_LAST), *mirrors[] = {first, NULL}, *both[] = {first, a_server(r, GOOD), NULL};
  dnp_mnist_options options = options_for(r, mirrors);
  EXPECT_FAILURE(&options, DENPA_ERROR_NETWORK, "t10k-labels-idx1-ubyte.gz: ", "404");
  expect_cached(r, 3);
  options.mirrors = both;
  expect_good(&options);
  assert_int_equal(atomic_load(&r->server[0].requests), 5);
  assert_int_equal(atomic_load(&r->server[1].requests), 1);
}

/* ---- bad mirrors ------------------------------------------------------------------------------- */

static void test_false_content(void **state) { one_bad_mirror(*state, FALSE_CONTENT, "SHA-256 differs"); }
static void test_not_gzip(void **state) { one_bad_mirror(*state, NOT_GZIP, "SHA-256 differs"); }
static void test_trailing_bytes(void **state) { one_bad_mirror(*state, TRAILING, "SHA-256 differs"); }
static void test_cut_connection(void **state) { one_bad_mirror(*state, CUT, "the connection broke off"); }
static void test_no_answer_at_all(void **state) { one_bad_mirror(*state, EMPTY, "the connection broke off"); }
static void test_404(void **state) { one_bad_mirror(*state, MISSING, "HTTP 404"); }
static void test_403(void **state) { one_bad_mirror(*state, FORBIDDEN, "HTTP 403"); }
static void test_redirect_to_a_file(void **state) { one_bad_mirror(*state, TO_FILE, "not https"); }
static void test_oversized_as_told(void **state) { one_bad_mirror(*state, OVERSIZED_TOLD, "larger than it may be"); }
static void test_oversized_as_sent(void **state) { one_bad_mirror(*state, OVERSIZED_SENT, "larger than it may be"); }

static void test_redirect_loop(void **state) {
  room *r = *state;
  one_bad_mirror(r, LOOP, "more than 5 redirects");
  assert_int_equal(atomic_load(&r->server[0].requests), 6);
}

static void test_stalls(void **state) {
  double began = now();
  one_bad_mirror(*state, STALL, "too slowly");
  assert_true(now() - began < 18.0); /* after the second that was asked for, not the 20 of a default */
}

static void test_silent(void **state) {
  double began = now();
  one_bad_mirror(*state, SILENT, "too slowly");
  assert_true(now() - began < 18.0);
}

static void test_connection_refused(void **state) {
  room *r = *state;
  unsigned port;
  char base[64];
  int unused = listen_somewhere(&port); /* bound, but nobody listens */
  snprintf(base, sizeof base, "http://127.0.0.1:%u/", port);
  const char *mirrors[] = {base, a_server(r, MISSING), NULL};
  dnp_mnist_options options = options_for(r, mirrors);
  /* each mirror with its own reason */
  EXPECT_FAILURE(&options, DENPA_ERROR_NETWORK, base, "no connection", mirrors[1], "404", r->missing);
  close(unused);
}

static void test_many_mirrors(void **state) {
  room *r = *state;
  const char *mirrors[6] = {0};
  for (size_t i = 0; i < 5; i++) mirrors[i] = a_server(r, i % 2 == 0 ? MISSING : FORBIDDEN);
  dnp_mnist_options options = options_for(r, mirrors);
  EXPECT_FAILURE(&options, DENPA_ERROR_NETWORK, mirrors[0], mirrors[1], mirrors[2], mirrors[3], "DENPA_DATA");
  for (size_t i = 0; i < 5; i++) assert_int_equal(atomic_load(&r->server[i].requests), 1);
}

static void test_too_many_mirrors(void **state) {
  dnp_mnist_options options = options_for(*state, NULL);
  options.mirror_list = "http://127.0.0.1:1/ a b c d e f g http://127.0.0.1:1/ninth/";
  EXPECT_FAILURE(&options, DENPA_ERROR_ARGUMENT, "more than 8", "ninth");
}

static void test_no_mirrors(void **state) {
  const char *mirrors[] = {NULL};
  dnp_mnist_options options = options_for(*state, mirrors);
  EXPECT_FAILURE(&options, DENPA_ERROR_ARGUMENT, "empty");
}

static void test_only_http_and_https(void **state) {
  room *r = *state;
  const char *mirrors[] = {"file:///tmp/", "ftp://127.0.0.1:1/", "https//127.0.0.1", NULL};
  dnp_mnist_options options = options_for(r, mirrors);
  EXPECT_FAILURE(&options, DENPA_ERROR_NETWORK, "file:///tmp/train-images-idx3-ubyte.gz: the address",
      "ftp://127.0.0.1:1/train-images-idx3-ubyte.gz: the address");
}

/* The built-in mirrors are asked without plain_http: then http:// is not even tried. */
static void test_http_only_if_allowed(void **state) {
  room *r = *state;
  char url[128];
  snprintf(url, sizeof url, "%strain-labels-idx1-ubyte.gz", a_server(r, GOOD));
  dnp_download what = {.url = url, .limit = 10000, .connect_seconds = 3, .stall_seconds = 3};
  unsigned char *data;
  size_t size;
  const char *reason;
  denpa_error err = {0};
  assert_int_equal(dnp_download_get(&what, &data, &size, &reason, &err), DENPA_ERROR_NETWORK);
  assert_non_null(strstr(reason, "not https"));
  assert_int_equal(atomic_load(&r->server[0].requests), 0);
  what.plain_http = 1;
  assert_int_equal(dnp_download_get(&what, &data, &size, &reason, &err), DENPA_OK);
  assert_int_equal(size, zipped[DNP_IDX_TRAIN_LABELS].size);
  assert_memory_equal(data, zipped[DNP_IDX_TRAIN_LABELS].data, size);
  dnp_free(data);
  what.limit = size; /* just enough, and one byte too little */
  assert_int_equal(dnp_download_get(&what, &data, &size, &reason, &err), DENPA_OK);
  dnp_free(data);
  what.limit--;
  assert_int_equal(dnp_download_get(&what, &data, &size, &reason, &err), DENPA_ERROR_NETWORK);
  assert_null(data);
}

/* TLS is really asked for: a server that does not speak it is no secure connection. */
static void test_https_to_a_plain_server(void **state) {
  room *r = *state;
  char base[64];
  a_server(r, GOOD);
  snprintf(base, sizeof base, "https://127.0.0.1:%u/", r->server[0].port);
  const char *mirrors[] = {base, NULL};
  dnp_mnist_options options = options_for(r, mirrors);
  EXPECT_FAILURE(&options, DENPA_ERROR_NETWORK, base, "no secure connection");
  expect_cached(r, 0);
}

/* ---- the caller's wishes ----------------------------------------------------------------------- */

typedef struct notes {
  int calls, cancel_at;
  char file[64], from[128];
  uint64_t total;
  int saw_last;
} notes;

static int note(void *context, const char *file, const char *from, uint64_t done, uint64_t total) {
  notes *n = context;
  if (n->calls++ == 0) {
    snprintf(n->file, sizeof n->file, "%s", file);
    snprintf(n->from, sizeof n->from, "%s", from);
    n->total = total;
    assert_int_equal(done, 0);
  }
  if (strcmp(file, "t10k-labels-idx1-ubyte.gz") == 0 && done == zipped[DNP_IDX_TEST_LABELS].size && done == total)
    n->saw_last = 1;
  return n->cancel_at > 0 && n->calls >= n->cancel_at;
}

static void test_progress(void **state) {
  room *r = *state;
  notes n = {0};
  const char *mirrors[] = {a_server(r, GOOD), NULL};
  dnp_mnist_options options = options_for(r, mirrors);
  options.progress = note;
  options.context = &n;
  expect_good(&options);
  assert_string_equal(n.file, "mnist");
  assert_string_equal(n.from, mirrors[0]);
  assert_int_equal(n.total, 11594722);
  assert_true(n.saw_last);
  int calls = n.calls;
  expect_good(&options); /* from the cache: nothing to tell */
  assert_int_equal(n.calls, calls);
}

static void test_cancel_before(void **state) {
  room *r = *state;
  notes n = {.cancel_at = 1};
  const char *mirrors[] = {a_server(r, GOOD), NULL};
  dnp_mnist_options options = options_for(r, mirrors);
  options.progress = note;
  options.context = &n;
  EXPECT_FAILURE(&options, DENPA_ERROR_CANCELLED, "stopped");
  assert_int_equal(atomic_load(&r->server[0].requests), 0);
}

static void test_cancel_during(void **state) {
  room *r = *state;
  notes n = {.cancel_at = 3};
  const char *mirrors[] = {a_server(r, STALL), a_server(r, GOOD), NULL};
  dnp_mnist_options options = options_for(r, mirrors);
  options.progress = note;
  options.context = &n;
  EXPECT_FAILURE(&options, DENPA_ERROR_CANCELLED, "stopped"); /* else it would fail for being too slow */
  assert_int_equal(atomic_load(&r->server[1].requests), 0);   /* the next mirror is not asked */
  expect_cached(r, 0);
}

static void test_offline(void **state) {
  room *r = *state;
  const char *mirrors[] = {a_server(r, GOOD), NULL};
  dnp_mnist_options options = options_for(r, mirrors);
  options.offline = 1;
  EXPECT_FAILURE(&options, DENPA_ERROR_NOT_FOUND, "switched off", r->missing);
  assert_int_equal(atomic_load(&r->server[0].requests), 0);
  assert_int_equal(access(r->missing, F_OK), -1); /* nothing is made for nothing */
}

/* ---- the cache --------------------------------------------------------------------------------- */

/* Root may write everywhere, so as root this runs in a child that gives its rights away. 0: as it should be. */
static int try_unwritable(const room *r, const dnp_mnist_options *options) {
  char text[1024];
  denpa_data *data;
  denpa_error err = {0};
  if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) return 1;
  if (dnp_mnist_load(&data, options, &err) != DENPA_ERROR_IO) return 2;
  denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
  return strstr(text, r->cache) != NULL && strstr(text, "XDG_CACHE_HOME") != NULL ? 0 : 3;
}

static void check_unwritable(room *r, const char *mirror) {
  const char *mirrors[] = {mirror, NULL};
  dnp_mnist_options options = options_for(r, mirrors);
  int result;
  pid_t child = fork();
  if (child == 0) _exit(try_unwritable(r, &options));
  assert_int_equal(waitpid(child, &result, 0), child);
  assert_true(WIFEXITED(result));
  assert_int_equal(WEXITSTATUS(result), 0);
  assert_int_equal(atomic_load(&r->server[0].requests), 0); /* found out before anything is downloaded */
}

static void test_cache_cannot_be_made(void **state) {
  room *r = *state;
  const char *mirror = a_server(r, GOOD);
  assert_int_equal(chmod(r->cache, 0555), 0);
  check_unwritable(r, mirror);
}

static void test_cache_cannot_be_written(void **state) {
  room *r = *state;
  char path[256];
  const char *mirror = a_server(r, GOOD);
  snprintf(path, sizeof path, "mkdir -p '%s/mnist' && chmod -R 555 '%s'", r->missing, r->cache);
  assert_int_equal(system(path), 0);
  check_unwritable(r, mirror);
}

static void test_a_file_in_the_way(void **state) {
  room *r = *state;
  char path[256];
  const char *mirrors[] = {a_server(r, GOOD), NULL};
  dnp_mnist_options options = options_for(r, mirrors);
  snprintf(path, sizeof path, "touch '%s/new'", r->cache);
  assert_int_equal(system(path), 0);
  snprintf(path, sizeof path, "%s/new: ", r->cache);
  EXPECT_FAILURE(&options, DENPA_ERROR_IO, path, "XDG_CACHE_HOME");
  assert_int_equal(atomic_load(&r->server[0].requests), 0);
}

/* Several processes start with an empty cache: each succeeds, and the cache holds four files and no left-over. */
static void test_concurrent_processes(void **state) {
  room *r = *state;
  const char *mirrors[] = {a_server(r, GOOD), NULL};
  dnp_mnist_options options = options_for(r, mirrors);
  pid_t child[4];
  for (size_t i = 0; i < 4; i++) {
    child[i] = fork();
    if (child[i] != 0) continue;
    denpa_data *data;
    denpa_status status = dnp_mnist_load(&data, &options, NULL);
    denpa_data_free(data);
    _exit(status == DENPA_OK ? 0 : 1);
  }
  for (size_t i = 0; i < 4; i++) {
    int result;
    assert_int_equal(waitpid(child[i], &result, 0), child[i]);
    assert_int_equal(result, 0);
  }
  expect_cached(r, 4);
  options.offline = 1;
  expect_good(&options);
}

#define IN_A_ROOM(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_A_ROOM(test_downloads_and_caches),
      IN_A_ROOM(test_only_what_is_missing),
      IN_A_ROOM(test_address_without_a_slash),
      IN_A_ROOM(test_mirrors_from_the_environment),
      cmocka_unit_test(test_default_reads_the_environment),
      IN_A_ROOM(test_false_content_then_good),
      IN_A_ROOM(test_redirect),
      IN_A_ROOM(test_kept_files_survive_a_failed_mirror),
      IN_A_ROOM(test_false_content),
      IN_A_ROOM(test_not_gzip),
      IN_A_ROOM(test_trailing_bytes),
      IN_A_ROOM(test_cut_connection),
      IN_A_ROOM(test_no_answer_at_all),
      IN_A_ROOM(test_404),
      IN_A_ROOM(test_403),
      IN_A_ROOM(test_redirect_to_a_file),
      IN_A_ROOM(test_oversized_as_told),
      IN_A_ROOM(test_oversized_as_sent),
      IN_A_ROOM(test_redirect_loop),
      IN_A_ROOM(test_stalls),
      IN_A_ROOM(test_silent),
      IN_A_ROOM(test_connection_refused),
      IN_A_ROOM(test_many_mirrors),
      IN_A_ROOM(test_too_many_mirrors),
      IN_A_ROOM(test_no_mirrors),
      IN_A_ROOM(test_only_http_and_https),
      IN_A_ROOM(test_http_only_if_allowed),
      IN_A_ROOM(test_https_to_a_plain_server),
      IN_A_ROOM(test_progress),
      IN_A_ROOM(test_cancel_before),
      IN_A_ROOM(test_cancel_during),
      IN_A_ROOM(test_offline),
      IN_A_ROOM(test_cache_cannot_be_made),
      IN_A_ROOM(test_cache_cannot_be_written),
      IN_A_ROOM(test_a_file_in_the_way),
      IN_A_ROOM(test_concurrent_processes),
  };
  return cmocka_run_group_tests_name("download", tests, make_files, NULL);
}
