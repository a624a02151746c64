/* idx_folder.formats.c: a data set from four IDX files in one folder: MNIST's relatives, and MNIST itself once it is on
 * the disk. It downloads nothing. Called by mnist.formats.c and by whoever was given a folder.
 *
 * Nothing can be trained before the last file is unpacked, so large files are read side by side: this is why the room
 * may run the thread pool. Each file has its own place for its rows and for its error, so the threads share only the
 * number of the next file. */
#include "data/idx_folder.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/thread_pool.h"
#include "data/shared.h"
#include "file/files.h"

static const struct {
  const char *name, *dotted;
  int axes;
} files[DNP_IDX_FILES] = {
    [DNP_IDX_TRAIN_IMAGES] = {"train-images-idx3-ubyte", "train-images.idx3-ubyte", 3},
    [DNP_IDX_TRAIN_LABELS] = {"train-labels-idx1-ubyte", "train-labels.idx1-ubyte", 1},
    [DNP_IDX_TEST_IMAGES] = {"t10k-images-idx3-ubyte", "t10k-images.idx3-ubyte", 3},
    [DNP_IDX_TEST_LABELS] = {"t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte", 1},
};

const char *dnp_idx_name(size_t which) { return files[which].name; }

/* ---- finding ----------------------------------------------------------------------------------- */

/* *path stays NULL if the file is not there, else *bytes grows by its size. Folders do not count: archives are often
 * unpacked into folders of the same names. */
static denpa_status look_for(
    const char *folder, const char *name, const char *ending, char **path, uint64_t *bytes, denpa_error *err) {
  char *base, *full;
  DNP_TRY(dnp_join(&base, folder, "/", name, err));
  denpa_status status = dnp_join(&full, base, ending, "", err);
  dnp_free(base);
  DNP_TRY(status);
  struct stat info;
  if (stat(full, &info) == 0) {
    if (!S_ISDIR(info.st_mode)) {
      *path = full;
      *bytes += (uint64_t)info.st_size;
      return DENPA_OK;
    }
  } else if (errno != ENOENT && errno != ENOTDIR)
    status = dnp_fail_errno(err, "{1}: cannot be looked at: {2}", full, errno);
  dnp_free(full);
  return status;
}

static denpa_status find_all(const char *folder, dnp_idx_paths *out, denpa_error *err) {
  static const char *const endings[] = {"", ".gz"};
  for (size_t i = 0; i < DNP_IDX_FILES; i++)
    for (size_t k = 0; k < 4 && out->path[i] == NULL; k++) {
      DNP_TRY(look_for(
          folder, k % 2 == 0 ? files[i].name : files[i].dotted, endings[k / 2], &out->path[i], &out->bytes, err));
      out->found += out->path[i] != NULL;
    }
  return DENPA_OK;
}

denpa_status dnp_idx_find(const char *folder, dnp_idx_paths *out, denpa_error *err) {
  *out = (dnp_idx_paths){0};
  denpa_status status = find_all(folder, out, err);
  if (status != DENPA_OK) dnp_idx_paths_free(out);
  return status;
}

denpa_status dnp_idx_require_all(const char *folder, const dnp_idx_paths *paths, denpa_error *err) {
  for (size_t i = 0; i < DNP_IDX_FILES; i++)
    if (paths->path[i] == NULL)
      return dnp_fail(err, DENPA_ERROR_NOT_FOUND,
          "{1}: there is no file {2} or {2}.gz; the folder must hold the images and the labels for training "
          "(train-...) and for testing (t10k-...)",
          dnp_s(folder), dnp_s(files[i].name));
  return DENPA_OK;
}

void dnp_idx_paths_free(dnp_idx_paths *paths) {
  for (size_t i = 0; i < DNP_IDX_FILES; i++) dnp_free(paths->path[i]);
  *paths = (dnp_idx_paths){0};
}

/* ---- reading side by side ---------------------------------------------------------------------- */

/* The largest first: the others together take less time than it does, so that more threads than two would only wait. */
static const size_t order[DNP_IDX_FILES] = {
    DNP_IDX_TRAIN_IMAGES, DNP_IDX_TEST_IMAGES, DNP_IDX_TRAIN_LABELS, DNP_IDX_TEST_LABELS};
enum { MOST_THREADS = 2 };
#define SIDE_BY_SIDE ((uint64_t)1 << 18) /* bytes on the disk; of less than this a thread is not worth starting */

typedef struct reading {
  char *const *path;
  dnp_array *array;
  void **block;
  denpa_error err[DNP_IDX_FILES];
  atomic_size_t taken; /* files of `order` that some thread has begun */
} reading;

static void read_in_turn(void *context, int thread, int threads) {
  reading *r = context;
  (void)thread, (void)threads;
  for (size_t turn; (turn = atomic_fetch_add(&r->taken, 1)) < DNP_IDX_FILES;) {
    const size_t i = order[turn];
    /* r->err[i] says how it went */
    (void)dnp_idx_read(r->path[i], files[i].axes, &r->array[i], &r->block[i], &r->err[i]);
  }
}

static int threads_for(const dnp_idx_paths *paths) {
  const int processors = dnp_cpu_count();
  if (paths->bytes < SIDE_BY_SIDE) return 1;
  return processors < MOST_THREADS ? processors : MOST_THREADS;
}

/* Reads the four files; each block is the caller's, after a failure too. Every file is tried, so that the error told is
 * that of the first bad one in the order of the enum, whichever thread met it when. Without a second thread one reads
 * them all. */
static denpa_status read_files(
    const dnp_idx_paths *paths, int threads, dnp_array *array, void **block, denpa_error *err) {
  reading r = {.path = paths->path, .array = array, .block = block};
  dnp_pool *pool = NULL;
  if (threads > 1 && dnp_pool_create_up_to(&pool, threads, NULL) == DENPA_OK)
    dnp_pool_run(pool, dnp_pool_threads(pool), read_in_turn, &r);
  else
    read_in_turn(&r, 0, 1);
  dnp_pool_free(pool);
  for (size_t i = 0; i < DNP_IDX_FILES; i++) {
    if (r.err[i].status == DENPA_OK) continue;
    if (err != NULL) *err = r.err[i];
    return r.err[i].status;
  }
  return DENPA_OK;
}

/* ---- loading ----------------------------------------------------------------------------------- */

static denpa_status check_split(const dnp_array *images, const char *images_path, const dnp_array *labels,
    const char *labels_path, denpa_error *err) {
  if (dnp_array_count(images) == 0) {
    char shape[96];
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: holds no pixels; its shape is {2}", dnp_s(images_path),
        dnp_s(dnp_shape_text(images->axes, images->shape, shape)));
  }
  if (images->shape[0] != labels->shape[0])
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1} holds {2} {2|picture|pictures}, but {3} holds {4} {4|label|labels}; these two files do not belong "
        "together",
        dnp_s(images_path), dnp_u(images->shape[0]), dnp_s(labels_path), dnp_u(labels->shape[0]));
  return DENPA_OK;
}

static denpa_status check_labels(const dnp_array *labels, const char *path, size_t classes, denpa_error *err) {
  const uint8_t *label = labels->values;
  size_t wrong = dnp_labels_first_above(label, labels->shape[0], classes);
  if (wrong == labels->shape[0]) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_FORMAT,
      "{1}: the label at position {2} (counted from 0) is {3}; labels of this data set are below {4}", dnp_s(path),
      dnp_u(wrong), dnp_u(label[wrong]), dnp_u(classes));
}

/* Reads the four files into data->memory and checks that they belong together. */
static denpa_status read_all(
    denpa_data *data, const dnp_idx_paths *paths, size_t classes, int threads, denpa_error *err) {
  dnp_array array[DNP_IDX_FILES];
  DNP_TRY(read_files(paths, threads, array, data->memory, err));
  const dnp_array *train = &array[DNP_IDX_TRAIN_IMAGES], *test = &array[DNP_IDX_TEST_IMAGES];
  for (size_t i = 0; i < DNP_IDX_FILES; i += 2)
    DNP_TRY(check_split(&array[i], paths->path[i], &array[i + 1], paths->path[i + 1], err));
  if (train->shape[1] != test->shape[1] || train->shape[2] != test->shape[2])
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: pictures of {2}x{3} pixels, but those of {4} have {5}x{6}; both must be of one size",
        dnp_s(paths->path[DNP_IDX_TEST_IMAGES]), dnp_u(test->shape[1]), dnp_u(test->shape[2]),
        dnp_s(paths->path[DNP_IDX_TRAIN_IMAGES]), dnp_u(train->shape[1]), dnp_u(train->shape[2]));

  data->axes = 2;
  data->shape[0] = train->shape[1];
  data->shape[1] = train->shape[2];
  data->features = data->shape[0] * data->shape[1];
  data->classes = classes;
  for (size_t s = 0; s < DNP_SPLITS; s++) {
    const dnp_array *labels = &array[2 * s + 1];
    data->split[s] = (dnp_split){.rows = labels->shape[0], .pixel = array[2 * s].values, .label = labels->values};
    size_t largest = dnp_labels_largest(labels->values, labels->shape[0]);
    if (classes != 0) DNP_TRY(check_labels(labels, paths->path[2 * s + 1], classes, err));
    if (classes == 0 && largest + 1 > data->classes) data->classes = largest + 1;
  }
  data->outputs = data->classes;
  return DENPA_OK;
}

denpa_status dnp_idx_load(
    denpa_data **out, const dnp_idx_paths *paths, const char *name, size_t classes, int threads, denpa_error *err) {
  *out = NULL;
  denpa_data *data;
  DNP_TRY(dnp_data_name_check(name, err));
  DNP_TRY(DNP_NEW(&data, 1, err));
  denpa_status status = read_all(data, paths, classes, threads > 0 ? threads : threads_for(paths), err);
  if (status != DENPA_OK) {
    denpa_data_free(data);
    return status;
  }
  memcpy(data->name, name, strlen(name) + 1);
  *out = data;
  return DENPA_OK;
}

/* A file: a table whose name does not say so, or what is no data set at all. */
static denpa_status not_a_folder(const char *path, denpa_error *err) {
  unsigned char head[512];
  struct stat info; /* a pipe would be waited for */
  FILE *file = stat(path, &info) == 0 && S_ISREG(info.st_mode) ? fopen(path, "rbe") : NULL; /* law: reads */
  const size_t size = file != NULL ? fread(head, 1, sizeof head, file) : 0;
  if (file != NULL) fclose(file);
  const char *kind = dnp_file_kind(head, size);
  return dnp_fail(err, DENPA_ERROR_NOT_FOUND,
      "{1}: this is {2}; a data set is a table (.csv, .tsv, .tab, .txt, .data) or a folder, of pictures or of four IDX "
      "files",
      dnp_s(path), dnp_t(kind != NULL ? kind : DNP_N("a file")));
}

denpa_status dnp_idx_folder_load(denpa_data **out, const char *folder, denpa_error *err) {
  *out = NULL;
  struct stat info;
  if (stat(folder, &info) != 0) {
    if (errno == ENOENT || errno == ENOTDIR)
      return dnp_fail(err, DENPA_ERROR_NOT_FOUND, "{1}: there is no such folder", dnp_s(folder));
    return dnp_fail_errno(err, "{1}: cannot be looked at: {2}", folder, errno);
  }
  if (!S_ISDIR(info.st_mode)) return not_a_folder(folder, err);
  dnp_idx_paths paths;
  DNP_TRY(dnp_idx_find(folder, &paths, err));
  denpa_status status = dnp_idx_require_all(folder, &paths, err);
  if (status == DENPA_OK) status = dnp_idx_load(out, &paths, folder, 0, 0, err);
  dnp_idx_paths_free(&paths);
  return status;
}
