/* mnist.formats.c: finds the real MNIST on this machine, or downloads it once, verifies it and keeps it in the user's
 * cache. How a file is transferred is download.formats.c's business, how the four files are read
 * idx_folder.formats.c's. Called by whoever wants "mnist". */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/write.h"
#include "data/data.h"
#include "data/download.h"
#include "data/idx_folder.h"
#include "data/shared.h"
#include "file/files.h"
#include "file/inflate.h"

enum { CLASSES = 10, SIDE = 28, MIRRORS = 8, MIRRORS_SHOWN = 4 /* as many as a message has arguments for */ };
#define FILE_LIMIT ((size_t)20 << 20)      /* of a .gz file */
#define UNZIPPED_LIMIT ((size_t)100 << 20) /* the largest real one has 47,040,016 bytes */

static const char *const public_mirrors[] = {
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    NULL,
};

/* Of the unzipped files, in the order of dnp_idx_name: archives of one content may be packed differently. */
static const char *const real_sha256[DNP_IDX_FILES] = {
    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
};
/* zipped, on the public mirrors; only told, never relied on */
static const uint32_t usual_bytes[DNP_IDX_FILES] = {9912422, 28881, 1648877, 4542};

void dnp_mnist_options_default(dnp_mnist_options *options) {
  *options = (dnp_mnist_options){.data_root = getenv("DENPA_DATA"),
      .mirror_list = getenv("DENPA_MIRRORS"),
      .connect_seconds = 3,
      .stall_seconds = 20};
}

/* ---- folders ----------------------------------------------------------------------------------- */

static int given(const char *text) { return text != NULL && text[0] != '\0'; }

/* The folder in the cache, whether it is there or not. */
static denpa_status cache_folder(const dnp_mnist_options *options, char **out, denpa_error *err) {
  const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
  if (given(options->cache_root)) return dnp_join(out, options->cache_root, "/mnist", "", err);
  /* the XDG rules: a relative one is ignored */
  if (given(xdg) && xdg[0] == '/') return dnp_join(out, xdg, "/denpa/mnist", "", err);
  if (given(home)) return dnp_join(out, home, "/.cache/denpa/mnist", "", err);
  return dnp_fail(err, DENPA_ERROR_NOT_FOUND,
      "no folder for downloaded data is known, because neither XDG_CACHE_HOME nor HOME is set; set one of them, or "
      "DENPA_DATA to a folder that holds MNIST's four files in a subfolder mnist");
}

/* The folder and those above it, for the user alone. `path` is changed in between and restored. */
static denpa_status make_folders(char *path, denpa_error *err) {
  for (char *end = path + 1;; end++) {
    if (*end != '/' && *end != '\0') continue;
    char kept = *end;
    *end = '\0';
    int code = dnp_make_folder(path, 0700);
    int there = code == 0 || dnp_is_folder(path);
    if (code == EEXIST) code = ENOTDIR; /* something is there, but no folder */
    denpa_status status = there ? DENPA_OK
                                : dnp_fail_errno(err,
                                      "{1}: this folder for downloaded data cannot be made: {2}; set XDG_CACHE_HOME to "
                                      "a folder that can be written, or DENPA_DATA to one that holds MNIST",
                                      path, code);
    *end = kept;
    DNP_TRY(status);
    if (kept == '\0') break;
  }
  if (access(path, W_OK | X_OK) == 0) return DENPA_OK;
  return dnp_fail_errno(err,
      "{1}: this folder for downloaded data cannot be written: {2}; set XDG_CACHE_HOME to a folder that can be "
      "written, or DENPA_DATA to one that holds MNIST",
      path, errno);
}

/* ---- downloading ------------------------------------------------------------------------------- */

typedef struct failure {
  char *url;
  const char *reason; /* a static text of the catalogue */
} failure;

typedef struct hunt {
  const dnp_mnist_options *options;
  const char *folder;
  const char *mirror[MIRRORS];
  size_t mirrors;
  int public; /* the built-in mirrors */
  failure failed[MIRRORS];
  char *list; /* the mirrors' texts, if they had to be cut apart */
} hunt;

static denpa_status add_mirror(hunt *h, const char *address, denpa_error *err) {
  if (h->mirrors == MIRRORS)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "more than {1} mirrors are given; leave out '{2}' and those after it",
        dnp_u(MIRRORS), dnp_s(address));
  h->mirror[h->mirrors++] = address;
  return DENPA_OK;
}

static denpa_status find_mirrors(hunt *h, denpa_error *err) {
  static const char blanks[] = " \t\r\n";
  const dnp_mnist_options *o = h->options;
  if (o->mirrors == NULL && given(o->mirror_list)) {
    h->list = dnp_strdup(o->mirror_list, err);
    if (h->list == NULL) return DENPA_ERROR_MEMORY;
    for (char *rest = h->list, *word; (word = strtok_r(rest, blanks, &rest)) != NULL;)
      DNP_TRY(add_mirror(h, word, err));
  }
  if (h->mirrors > 0) return DENPA_OK;
  h->public = o->mirrors == NULL;
  for (const char *const *m = h->public ? public_mirrors : o->mirrors; *m != NULL; m++) DNP_TRY(add_mirror(h, *m, err));
  if (h->mirrors == 0) return dnp_fail(err, DENPA_ERROR_ARGUMENT, "the list of mirrors is empty");
  return DENPA_OK;
}

/* *same: whether the gzip archive unpacks to the content with this SHA-256, and nothing follows it. */
static denpa_status verify(
    const unsigned char *data, size_t size, const char *expected, const char *url, int *same, denpa_error *err) {
  unsigned char chunk[16384];
  char digest[65];
  dnp_sha256 *sha;
  dnp_inflate stream;
  size_t got = 1, total = 0;
  *same = 0;
  DNP_TRY(dnp_sha256_open(&sha, err));
  denpa_status status = dnp_inflate_open(&stream, DNP_INFLATE_GZIP, data, size, url, err);
  while (status == DENPA_OK && got > 0 && total <= UNZIPPED_LIMIT) {
    status = dnp_inflate_take(&stream, chunk, sizeof chunk, &got, err);
    dnp_sha256_add(sha, chunk, got);
    total += got;
  }
  dnp_sha256_close(sha, digest);
  if (status == DENPA_OK) *same = stream.ended && stream.z.avail_in == 0 && strcmp(digest, expected) == 0;
  dnp_inflate_close(&stream);
  return status == DENPA_ERROR_FORMAT ? DENPA_OK : status;
}

typedef struct telling {
  const dnp_mnist_options *options;
  const char *file, *url;
} telling;

static int tell(void *context, uint64_t done, uint64_t total) {
  const telling *t = context;
  return t->options->progress(t->options->context, t->file, t->url, done, total);
}

/* DENPA_ERROR_NETWORK: this mirror is no good, *reason says why; other failures end the hunt. */
static denpa_status fetch(
    const hunt *h, size_t which, const char *file, const char *url, const char **reason, denpa_error *err) {
  const dnp_mnist_options *o = h->options;
  telling news = {o, file, url};
  dnp_download what = {.url = url,
      .plain_http = !h->public,
      .limit = FILE_LIMIT,
      .connect_seconds = o->connect_seconds,
      .stall_seconds = o->stall_seconds,
      .progress = o->progress != NULL ? tell : NULL,
      .context = &news};
  unsigned char *data;
  size_t size;
  int same;
  char *path = NULL;
  DNP_TRY(dnp_download_get(&what, &data, &size, reason, err));
  denpa_status status = verify(data, size, (o->sha256 != NULL ? o->sha256 : real_sha256)[which], url, &same, err);
  if (status == DENPA_OK && !same) {
    *reason = DNP_N("what came is not MNIST (the SHA-256 differs)");
    status = dnp_fail(err, DENPA_ERROR_NETWORK, "{1}: {2}", dnp_s(url), dnp_t(*reason));
  }
  if (status == DENPA_OK) status = dnp_join(&path, h->folder, "/", file, err);
  if (status == DENPA_OK) status = dnp_write_file(path, &(dnp_piece){data, size}, 1, err);
  dnp_free(path);
  dnp_free(data);
  return status;
}

/* One file from one mirror; a failure of the mirror is remembered. */
static denpa_status fetch_from(hunt *h, size_t m, size_t which, denpa_error *err) {
  const char *base = h->mirror[m], *slash = base[0] != '\0' && base[strlen(base) - 1] == '/' ? "" : "/";
  char *file, *url = NULL;
  DNP_TRY(dnp_join(&file, dnp_idx_name(which), ".gz", "", err));
  denpa_status status = dnp_join(&url, base, slash, file, err);
  if (status == DENPA_OK) status = fetch(h, which, file, url, &h->failed[m].reason, err);
  dnp_free(file);
  if (status == DENPA_ERROR_NETWORK)
    h->failed[m].url = url;
  else
    dnp_free(url);
  return status;
}

/* "https://host/path": the host. */
static denpa_arg host_of(const char *url, char *out, size_t size) {
  const char *begin = strstr(url, "://");
  begin = begin != NULL ? begin + 3 : url;
  snprintf(out, size, "%.*s", (int)strcspn(begin, "/"), begin);
  return dnp_s(out);
}

static denpa_status all_failed(const hunt *h, denpa_error *err) {
  static const char *const texts[MIRRORS_SHOWN] = {
      DNP_N("MNIST could not be downloaded ({2}: {3}); put its four .gz files into {1}, or set DENPA_DATA to a folder "
            "that holds them in a subfolder mnist"),
      DNP_N("MNIST could not be downloaded ({2}: {3}; {4}: {5}); put its four .gz files into {1}, or set DENPA_DATA to "
            "a folder that holds them in a subfolder mnist"),
      DNP_N("MNIST could not be downloaded ({2}: {3}; {4}: {5}; {6}: {7}); put its four .gz files into {1}, or set "
            "DENPA_DATA to a folder that holds them in a subfolder mnist"),
      DNP_N("MNIST could not be downloaded ({2}: {3}; {4}: {5}; {6}: {7}; {8}: {9}); put its four .gz files into {1}, "
            "or set DENPA_DATA to a folder that holds them in a subfolder mnist"),
  };
  char host[2][128];
  if (h->mirrors == 2 && h->failed[0].reason == h->failed[1].reason)
    return dnp_fail(err, DENPA_ERROR_NETWORK,
        "MNIST could not be downloaded from {2} and {3}: {4}; or put its four .gz files into {1}", dnp_s(h->folder),
        host_of(h->failed[0].url, host[0], sizeof host[0]), host_of(h->failed[1].url, host[1], sizeof host[1]),
        dnp_t(h->failed[0].reason));
  denpa_arg args[2 * MIRRORS_SHOWN + 2] = {dnp_s(h->folder)};
  size_t shown = 0;
  do { /* there is at least one (find_mirrors) */
    args[1 + 2 * shown] = dnp_s(h->failed[shown].url);
    args[2 + 2 * shown] = dnp_t(h->failed[shown].reason);
  } while (++shown < h->mirrors && shown < MIRRORS_SHOWN);
  args[1 + 2 * shown] = DNP_END;
  return dnp_error_set(err, DENPA_ERROR_NETWORK, texts[shown - 1], args);
}

static denpa_status announce(const hunt *h, const dnp_idx_paths *paths, denpa_error *err) {
  uint64_t bytes = 0;
  if (h->options->progress == NULL) return DENPA_OK;
  for (size_t i = 0; i < DNP_IDX_FILES; i++)
    if (paths->path[i] == NULL) bytes += usual_bytes[i];
  if (h->options->progress(h->options->context, "mnist", h->mirror[0], 0, bytes) == 0) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_CANCELLED, "{1}: the download was stopped", dnp_s(h->mirror[0]));
}

/* Each mirror is asked until its first failure; what came before that is kept. */
static denpa_status download_missing(hunt *h, const dnp_idx_paths *paths, denpa_error *err) {
  DNP_TRY(find_mirrors(h, err));
  DNP_TRY(announce(h, paths, err));
  size_t m = 0;
  for (size_t i = 0; i < DNP_IDX_FILES;) {
    if (m == h->mirrors) return all_failed(h, err);
    denpa_status status = paths->path[i] != NULL ? DENPA_OK : fetch_from(h, m, i, err);
    if (status == DENPA_ERROR_NETWORK)
      m++;
    else if (status != DENPA_OK)
      return status;
    else
      i++;
  }
  return DENPA_OK;
}

/* ---- the way to MNIST -------------------------------------------------------------------------- */

static denpa_status load(denpa_data **out, const char *folder, const dnp_idx_paths *paths, denpa_error *err) {
  denpa_data *data;
  DNP_TRY(dnp_idx_require_all(folder, paths, err));
  DNP_TRY(dnp_idx_load(&data, paths, "mnist", CLASSES, 0, err));
  if (data->shape[0] != SIDE || data->shape[1] != SIDE) {
    denpa_status status = dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: pictures of {2}x{3} pixels, but MNIST's have 28x28; give the folder itself as the data set if it is not "
        "MNIST",
        dnp_s(paths->path[DNP_IDX_TRAIN_IMAGES]), dnp_u(data->shape[0]), dnp_u(data->shape[1]));
    denpa_data_free(data);
    return status;
  }
  *out = data;
  return DENPA_OK;
}

/* Loads from $DENPA_DATA/mnist if that holds any of the files; *out stays NULL if it holds none. */
static denpa_status load_own(denpa_data **out, const dnp_mnist_options *options, denpa_error *err) {
  char *folder;
  dnp_idx_paths paths = {0};
  if (!given(options->data_root)) return DENPA_OK;
  DNP_TRY(dnp_join(&folder, options->data_root, "/mnist", "", err));
  denpa_status status = dnp_idx_find(folder, &paths, err);
  if (status == DENPA_OK && paths.found > 0) status = load(out, folder, &paths, err);
  dnp_idx_paths_free(&paths);
  dnp_free(folder);
  return status;
}

/* ---- mirrors that failed ----------------------------------------------------------------------- */

enum { FRESH_SECONDS = 3600 };

/* Whether the file is of the last hour. One from the future is of a clock that was wrong. */
static bool is_fresh(const char *mark) {
  struct stat info;
  const time_t now = time(NULL);
  return lstat(mark, &info) == 0 && S_ISREG(info.st_mode) && info.st_mtime <= now &&
         now - info.st_mtime < FRESH_SECONDS;
}

/* What a link in a shared cache points to must not be written over. */
static bool may_mark(const char *mark) {
  struct stat info;
  return lstat(mark, &info) == 0 ? S_ISREG(info.st_mode) : errno == ENOENT;
}

/* What comes of it is remembered: a silent name server costs ten seconds each time. */
static denpa_status download(const char *folder, const dnp_idx_paths *paths, const dnp_mnist_options *options,
    const char *mark, denpa_error *err) {
  static const char text[] = "MNIST could not be downloaded. To try again within an hour: denpa data get mnist\n";
  hunt h = {.options = options, .folder = folder};
  const denpa_status status = download_missing(&h, paths, err);
  if (status == DENPA_OK) unlink(mark);
  /* where it cannot be written, the mirrors are simply asked again */
  if (status == DENPA_ERROR_NETWORK && may_mark(mark))
    (void)dnp_write_file(mark, &(dnp_piece){text, sizeof text - 1}, 1, NULL);
  for (size_t m = 0; m < h.mirrors; m++) dnp_free(h.failed[m].url);
  dnp_free(h.list);
  return status;
}

static denpa_status fill_cache(
    char *folder, const dnp_idx_paths *paths, const dnp_mnist_options *options, denpa_error *err) {
  if (options->offline)
    return dnp_fail(err, DENPA_ERROR_NOT_FOUND,
        "MNIST is not on this machine, and downloading is switched off; put its four .gz files into {1}, or set "
        "DENPA_DATA to a folder that holds them in a subfolder mnist",
        dnp_s(folder));
  DNP_TRY(make_folders(folder, err));
  char *mark;
  DNP_TRY(dnp_join(&mark, folder, "/unreachable", "", err));
  denpa_status status = DENPA_OK;
  if (options->remember && !given(options->mirror_list) && is_fresh(mark))
    status = dnp_fail(err, DENPA_ERROR_NETWORK,
        "MNIST could not be downloaded less than an hour ago ({1} remembers it); denpa data get mnist tries again",
        dnp_s(mark));
  else
    status = download(folder, paths, options, mark, err);
  dnp_free(mark);
  return status;
}
static denpa_status load_cached(denpa_data **out, char *folder, const dnp_mnist_options *options, denpa_error *err) {
  dnp_idx_paths paths;
  DNP_TRY(dnp_idx_find(folder, &paths, err));
  denpa_status status = DENPA_OK;
  if (paths.found < DNP_IDX_FILES) {
    status = fill_cache(folder, &paths, options, err);
    dnp_idx_paths_free(&paths);
    if (status == DENPA_OK) status = dnp_idx_find(folder, &paths, err);
  }
  if (status == DENPA_OK) status = load(out, folder, &paths, err);
  dnp_idx_paths_free(&paths);
  return status;
}

denpa_status dnp_mnist_load(denpa_data **out, const dnp_mnist_options *options, denpa_error *err) {
  char *folder = NULL;
  *out = NULL;
  DNP_TRY(load_own(out, options, err));
  if (*out != NULL) return DENPA_OK;
  DNP_TRY(cache_folder(options, &folder, err));
  denpa_status status = load_cached(out, folder, options, err);
  dnp_free(folder);
  return status;
}
