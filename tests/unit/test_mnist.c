/* test_mnist.c: the real MNIST (if DENPA_DATA holds it) and folders of IDX files, good ones and broken ones
 * (src/data/mnist.formats.c, src/data/idx_folder.formats.c). Nothing here asks the network. */
#include "mnist_folder.h"

/* ---- the real one ------------------------------------------------------------------------------ */

static void test_real_mnist(void **state) {
  static const size_t counts[DNP_SPLITS][10] = {{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949},
      {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}};
  static const size_t rows[DNP_SPLITS] = {60000, 10000};
  static const uint8_t first[DNP_SPLITS] = {5, 7};
  (void)state;
  const char *root = getenv("DENPA_DATA");
  if (root == NULL || root[0] == '\0') {
    print_message("skipped: DENPA_DATA is not set, so there is no real MNIST to look at\n");
    skip();
  }
  dnp_mnist_options options = offline(root, NULL);
  denpa_data *data;
  assert_int_equal(dnp_mnist_load(&data, &options, NULL), DENPA_OK);
  assert_string_equal(data->name, "mnist");
  assert_int_equal(data->features, 784);
  assert_int_equal(data->classes, 10);
  assert_int_equal(data->outputs, 10);
  for (size_t s = 0; s < DNP_SPLITS; s++) {
    size_t seen[10] = {0};
    const dnp_split *split = &data->split[s];
    assert_int_equal(split->rows, rows[s]);
    assert_int_equal(split->label[0], first[s]);
    for (size_t i = 0; i < split->rows; i++) seen[split->label[i]]++;
    for (size_t c = 0; c < 10; c++) assert_int_equal(seen[c], counts[s][c]);
    uint8_t low = 255, high = 0;
    for (size_t i = 0; i < split->rows * data->features; i++) {
      low = split->pixel[i] < low ? split->pixel[i] : low;
      high = split->pixel[i] > high ? split->pixel[i] : high;
    }
    assert_int_equal(low, 0);
    assert_int_equal(high, 255);
  }
  denpa_data_free(data);
}

/* The unpacked file that these rows came from, header included. */
static void expect_sha256(const uint8_t *data, int axes, const uint32_t *sizes, const char *expected) {
  uint8_t header[16] = {0, 0, 8, (uint8_t)axes};
  size_t used = 4, count = 1;
  char digest[65];
  for (int i = 0; i < axes; count *= sizes[i++])
    for (int shift = 24; shift >= 0; shift -= 8) header[used++] = (uint8_t)(sizes[i] >> shift);
  dnp_sha256 *sha;
  assert_int_equal(dnp_sha256_open(&sha, NULL), DENPA_OK);
  dnp_sha256_add(sha, header, used);
  dnp_sha256_add(sha, data, count);
  dnp_sha256_close(sha, digest);
  assert_string_equal(digest, expected);
}

static void test_real_bytes(void **state) {
  static const char *const sha256[] = {"ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
      "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
      "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
      "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"};
  const char *root = getenv("DENPA_DATA");
  char folder[1024];
  (void)state;
  if (root == NULL || root[0] == '\0') skip();
  snprintf(folder, sizeof folder, "%s/mnist", root);
  dnp_idx_paths paths;
  assert_int_equal(dnp_idx_find(folder, &paths, NULL), DENPA_OK);
  for (int threads = 0; threads < 3; threads++) {
    denpa_data *data;
    assert_int_equal(dnp_idx_load(&data, &paths, "mnist", 10, threads, NULL), DENPA_OK);
    for (size_t s = 0; s < DNP_SPLITS; s++) {
      const uint32_t sizes[] = {s == DNP_TRAIN ? 60000 : 10000, 28, 28};
      expect_sha256(data->split[s].pixel, 3, sizes, sha256[2 * s]);
      expect_sha256(data->split[s].label, 1, sizes, sha256[2 * s + 1]);
    }
    denpa_data_free(data);
  }
  dnp_idx_paths_free(&paths);
}

/* ---- every spelling ---------------------------------------------------------------------------- */

static void test_spellings(void **state) {
  static const char *const endings[] = {"-idx%d-ubyte", ".idx%d-ubyte", "-idx%d-ubyte.gz", ".idx%d-ubyte.gz"};
  static const char *const stems[] = {"train-images", "train-labels", "t10k-images", "t10k-labels"};
  const room *r = *state;
  for (size_t k = 0; k < 4 * 4; k++) { /* all of one spelling, then mixed ones */
    char name[4][64], ending[32];
    for (size_t i = 0; i < 4; i++) {
      snprintf(ending, sizeof ending, endings[(k + i * (k / 4)) % 4], i % 2 == 0 ? 3 : 1);
      snprintf(name[i], sizeof name[i], "%s%s", stems[i], ending);
    }
    put_images(r, name[0], 3, 4, 3);
    put_labels(r, name[1], 3, labels);
    put_images(r, name[2], 2, 4, 3);
    put_labels(r, name[3], 2, labels + 3);
    expect_good(r);
    for (size_t i = 0; i < 4; i++) drop(r, name[i]);
  }
}

static void test_folders_of_the_same_name_do_not_count(void **state) {
  const room *r = *state;
  char path[256];
  put_good(r);
  drop(r, "train-images-idx3-ubyte");
  path_of(r, "train-images-idx3-ubyte", path);
  assert_int_equal(mkdir(path, 0700), 0);
  put_images(r, "train-images-idx3-ubyte.gz", 3, 4, 3);
  expect_good(r);
}

static void test_a_long_path_is_kept(void **state) {
  const room *r = *state;
  char path[256], command[1200];
  path_of(r, "a-folder-with-a-name-that-is-quite-long-for-a-folder/and-yet-another-inside", path);
  put_good(r);
  snprintf(command, sizeof command, "mkdir -p '%s' && cp '%s'/*-ubyte '%s'", path, r->folder, path);
  assert_int_equal(system(command), 0);
  denpa_data *data;
  assert_int_equal(dnp_idx_folder_load(&data, path, NULL), DENPA_OK);
  check_good(data, path);
  denpa_data_free(data);
}

static void test_256_classes(void **state) {
  const room *r = *state;
  static const uint8_t high[] = {0, 255, 9};
  put_good(r);
  put_labels(r, "train-labels-idx1-ubyte", 3, high);
  denpa_data *data;
  assert_int_equal(dnp_idx_folder_load(&data, r->folder, NULL), DENPA_OK);
  assert_int_equal(data->classes, 256);
  denpa_data_free(data);
}

static void test_free_of_nothing(void **state) {
  (void)state;
  denpa_data_free(NULL);
}

/* ---- bad folders ------------------------------------------------------------------------------- */

static void test_no_folder(void **state) {
  room none;
  snprintf(none.folder, sizeof none.folder, "%.40s/none", ((room *)*state)->folder);
  EXPECT_BAD(&none, DENPA_ERROR_NOT_FOUND, none.folder, "no such folder");
}

static void test_a_file_for_a_folder(void **state) {
  const room *r = *state;
  put_good(r);
  room file;
  snprintf(file.folder, sizeof file.folder, "%.30s/t10k-labels-idx1-ubyte", r->folder);
  EXPECT_BAD(&file, DENPA_ERROR_NOT_FOUND, file.folder, "a data set is a table (.csv");
}

static void test_empty_folder(void **state) { EXPECT_BAD(*state, DENPA_ERROR_NOT_FOUND, "train-images-idx3-ubyte"); }

static void test_each_missing(void **state) {
  static const char *const names[] = {
      "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};
  for (size_t i = 0; i < 4; i++) {
    put_good(*state);
    drop(*state, names[i]);
    EXPECT_BAD(*state, DENPA_ERROR_NOT_FOUND, names[i], names[i], "there is no file");
  }
}

static void test_fewer_labels(void **state) {
  put_good(*state);
  put_labels(*state, "train-labels-idx1-ubyte", 2, labels);
  EXPECT_BAD(
      *state, DENPA_ERROR_FORMAT, "train-images-idx3-ubyte holds 3 pictures", "train-labels-idx1-ubyte holds 2 labels");
}

static void test_more_test_labels(void **state) {
  put_good(*state);
  put_labels(*state, "t10k-labels-idx1-ubyte", 5, labels);
  EXPECT_BAD(*state, DENPA_ERROR_FORMAT, "t10k-images-idx3-ubyte holds 2 pictures", "5 labels");
}

static void test_other_size_in_test(void **state) {
  put_good(*state);
  put_images(*state, "t10k-images-idx3-ubyte", 2, 3, 4);
  EXPECT_BAD(*state, DENPA_ERROR_FORMAT, "t10k-images-idx3-ubyte: pictures of 3x4 pixels", "4x3");
}

static void test_no_rows(void **state) {
  put_good(*state);
  put_images(*state, "train-images-idx3-ubyte", 0, 4, 3);
  put_labels(*state, "train-labels-idx1-ubyte", 0, labels);
  EXPECT_BAD(*state, DENPA_ERROR_FORMAT, "train-images-idx3-ubyte", "no pixels", "(0, 4, 3)");
}

static void test_no_width(void **state) {
  put_good(*state);
  put_images(*state, "train-images-idx3-ubyte", 3, 4, 0);
  EXPECT_BAD(*state, DENPA_ERROR_FORMAT, "train-images-idx3-ubyte", "no pixels");
}

static void test_labels_for_images(void **state) {
  put_good(*state);
  put_labels(*state, "train-images-idx3-ubyte", 3, labels);
  EXPECT_BAD(*state, DENPA_ERROR_FORMAT, "train-images-idx3-ubyte", "1 axis where 3 are");
}

static void test_images_for_labels(void **state) {
  put_good(*state);
  put_images(*state, "t10k-labels-idx1-ubyte", 2, 4, 3);
  EXPECT_BAD(*state, DENPA_ERROR_FORMAT, "t10k-labels-idx1-ubyte", "3 axes where 1 is");
}

static void test_cut_short(void **state) {
  char path[256];
  put_good(*state);
  path_of(*state, "train-images-idx3-ubyte", path);
  assert_int_equal(truncate(path, 40), 0);
  EXPECT_BAD(*state, DENPA_ERROR_FORMAT, "train-images-idx3-ubyte");
}

static void test_cut_gzip(void **state) {
  char path[256];
  struct stat info;
  put_good(*state);
  drop(*state, "train-labels-idx1-ubyte");
  put_labels(*state, "train-labels-idx1-ubyte.gz", 3, labels);
  path_of(*state, "train-labels-idx1-ubyte.gz", path);
  assert_int_equal(stat(path, &info), 0);
  assert_int_equal(truncate(path, info.st_size - 5), 0);
  EXPECT_BAD(*state, DENPA_ERROR_FORMAT, "train-labels-idx1-ubyte.gz");
}

static void test_gzip_checksum(void **state) {
  char path[256];
  struct stat info;
  put_good(*state);
  drop(*state, "train-labels-idx1-ubyte");
  put_labels(*state, "train-labels-idx1-ubyte.gz", 3, labels);
  path_of(*state, "train-labels-idx1-ubyte.gz", path);
  assert_int_equal(stat(path, &info), 0);
  FILE *file = fopen(path, "r+b");
  assert_non_null(file);
  assert_int_equal(fseek(file, -8, SEEK_END), 0);
  int byte = fgetc(file);
  assert_int_equal(fseek(file, -8, SEEK_END), 0);
  assert_int_equal(fputc(byte ^ 1, file), byte ^ 1);
  fclose(file);
  EXPECT_BAD(*state, DENPA_ERROR_FORMAT, "train-labels-idx1-ubyte.gz");
}

static void test_empty_file(void **state) {
  char path[256];
  put_good(*state);
  path_of(*state, "t10k-images-idx3-ubyte", path);
  assert_int_equal(truncate(path, 0), 0);
  EXPECT_BAD(*state, DENPA_ERROR_FORMAT, "t10k-images-idx3-ubyte");
}

static void test_named_pipe(void **state) {
  char path[256];
  put_good(*state);
  drop(*state, "t10k-images-idx3-ubyte");
  path_of(*state, "t10k-images-idx3-ubyte", path);
  assert_int_equal(mkfifo(path, 0600), 0);
  EXPECT_BAD(*state, DENPA_ERROR_IO, "t10k-images-idx3-ubyte", "not a regular file");
}

/* Every allocation fails once: a status, no leak, no crash. */
static void test_out_of_memory(void **state) {
  const room *r = *state;
  put_good(r);
  denpa_data *data = NULL;
  for (size_t nth = 1; nth < 1000; nth++) {
    dnp_alloc_fail_at(nth);
    denpa_status status = dnp_idx_folder_load(&data, r->folder, NULL);
    dnp_alloc_fail_at(0);
    if (status == DENPA_OK) break;
    assert_int_equal(status, DENPA_ERROR_MEMORY);
    assert_null(data);
  }
  assert_non_null(data);
  check_good(data, r->folder);
  denpa_data_free(data);
}

/* ---- side by side ------------------------------------------------------------------------------ */

static denpa_status load_with(const room *r, int threads, denpa_data **data, denpa_error *err) {
  dnp_idx_paths paths;
  assert_int_equal(dnp_idx_find(r->folder, &paths, NULL), DENPA_OK);
  denpa_status status = dnp_idx_load(data, &paths, "side by side", 0, threads, err);
  dnp_idx_paths_free(&paths);
  return status;
}

static void put_zipped(const room *r) {
  put_images(r, "train-images-idx3-ubyte.gz", 3, 4, 3);
  put_labels(r, "train-labels-idx1-ubyte.gz", 3, labels);
  put_images(r, "t10k-images-idx3-ubyte.gz", 2, 4, 3);
  put_labels(r, "t10k-labels-idx1-ubyte.gz", 2, labels + 3);
}

/* 5,000 threads cannot be had: one reads them all. */
static void test_any_number_of_threads(void **state) {
  static const int threads[] = {0, 1, 2, 3, 4, 7, 5000};
  put_zipped(*state);
  for (size_t turn = 0; turn < 20 * 7; turn++) {
    denpa_data *data;
    assert_int_equal(load_with(*state, threads[turn % 7], &data, NULL), DENPA_OK);
    check_good(data, "side by side");
    denpa_data_free(data);
  }
}

/* Whichever thread meets which of two bad files first, the first in the order of the four is told about. */
static void test_the_first_bad_file_is_told(void **state) {
  static const char *const names[] = {"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz",
      "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"};
  const room *r = *state;
  for (size_t a = 0; a < 4; a++)
    for (size_t b = a; b < 4; b++)
      for (int threads = 1; threads <= 4; threads++) {
        char path[256], text[1024];
        put_zipped(r);
        path_of(r, names[b], path);
        assert_int_equal(truncate(path, 25), 0); /* inside the compressed data */
        path_of(r, names[a], path);
        assert_int_equal(truncate(path, 7), 0); /* inside gzip's header */
        denpa_data *data = (denpa_data *)1;
        denpa_error err = {0};
        assert_int_equal(load_with(r, threads, &data, &err), DENPA_ERROR_FORMAT);
        assert_null(data);
        denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
        assert_memory_equal(text, path, strlen(path));
        assert_non_null(strstr(text, "ends too early"));
      }
}

/* Every allocation fails once, in whatever thread it is. Only the pool's own can be done without. */
static void test_out_of_memory_side_by_side(void **state) {
  size_t survived = 0, nth = 0;
  put_zipped(*state);
  for (bool reached = true; reached;) {
    denpa_data *data = NULL;
    const size_t before = dnp_alloc_count();
    dnp_idx_paths paths;
    assert_int_equal(dnp_idx_find(((room *)*state)->folder, &paths, NULL), DENPA_OK);
    const size_t finding = dnp_alloc_count() - before;
    dnp_alloc_fail_at(++nth);
    denpa_status status = dnp_idx_load(&data, &paths, "side by side", 0, 2, NULL);
    dnp_alloc_fail_at(0);
    reached = dnp_alloc_count() - before - finding >= nth;
    dnp_idx_paths_free(&paths);
    if (status != DENPA_OK) {
      assert_int_equal(status, DENPA_ERROR_MEMORY);
      assert_null(data);
      continue;
    }
    check_good(data, "side by side");
    denpa_data_free(data);
    survived += reached;
  }
  assert_in_range(survived, 1, 8);
  assert_true(nth > 1 + 2 + 4 * 3); /* the data set, the pool, and of each file its bytes, its stream and its rows */
}

/* What was loaded stays what it was, whatever happens to the file: the rows are no mapping of it. */
static void test_a_file_that_changes_later(void **state) {
  const room *r = *state;
  char path[256];
  denpa_data *data;
  put_good(r);
  assert_int_equal(dnp_idx_folder_load(&data, r->folder, NULL), DENPA_OK);
  path_of(r, "train-images-idx3-ubyte", path);
  FILE *file = fopen(path, "r+b");
  assert_non_null(file);
  for (int i = 0; i < 52; i++) fputc(0xee, file);
  fclose(file);
  check_good(data, r->folder);
  assert_int_equal(truncate(path, 0), 0);
  check_good(data, r->folder);
  denpa_data_free(data);
}

/* ---- where mnist is looked for ----------------------------------------------------------------- */

/* Two pictures each of `side` pixels in FOLDER/mnist, with these labels. */
static void put_mnist(const room *r, uint32_t side, const uint8_t *label) {
  char path[256];
  path_of(r, "mnist", path);
  if (mkdir(path, 0700) != 0) assert_int_equal(access(path, W_OK), 0);
  put_images(r, "mnist/train-images-idx3-ubyte.gz", 2, side, side);
  put_labels(r, "mnist/train-labels-idx1-ubyte.gz", 2, label);
  put_images(r, "mnist/t10k-images-idx3-ubyte.gz", 2, side, side);
  put_labels(r, "mnist/t10k-labels-idx1-ubyte.gz", 2, label);
}

static void expect_mnist(const dnp_mnist_options *options, denpa_status expected, const char *word) {
  denpa_data *data = (denpa_data *)1;
  denpa_error err = {0};
  char text[1024] = "";
  assert_int_equal(dnp_mnist_load(&data, options, &err), expected);
  if (expected == DENPA_OK) {
    assert_string_equal(data->name, "mnist");
    assert_int_equal(data->classes, 10);
    denpa_data_free(data);
    return;
  }
  assert_null(data);
  denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
  if (strstr(text, word) == NULL) fail_msg("'%s' does not say '%s'", text, word);
}

static void test_data_root_first_then_cache(void **state) {
  const room *r = *state;
  dnp_mnist_options options = offline(r->folder, "/nonexistent");
  put_mnist(r, 28, labels);
  expect_mnist(&options, DENPA_OK, "");
  options = offline(NULL, r->folder);
  expect_mnist(&options, DENPA_OK, "");
  options = offline("/nonexistent", r->folder);
  expect_mnist(&options, DENPA_OK, "");
  options = offline("", r->folder);
  expect_mnist(&options, DENPA_OK, "");
}

static void test_cache_from_the_environment(void **state) {
  const room *r = *state;
  char path[256], command[1200];
  put_mnist(r, 28, labels);
  path_of(r, "x/denpa", path);
  snprintf(command, sizeof command,
      "mkdir -p '%s' '%s/.cache/denpa' && cp -r '%s/mnist' '%s' && mv '%s/mnist' '%s/.cache/denpa'", path, r->folder,
      r->folder, path, r->folder, r->folder);
  assert_int_equal(system(command), 0);
  char *home = getenv("HOME") != NULL ? strdup(getenv("HOME")) : NULL,
       *xdg = getenv("XDG_CACHE_HOME") != NULL ? strdup(getenv("XDG_CACHE_HOME")) : NULL;
  dnp_mnist_options options = offline(NULL, NULL);
  path_of(r, "x", path);
  setenv("XDG_CACHE_HOME", path, 1);
  setenv("HOME", "/nonexistent", 1);
  expect_mnist(&options, DENPA_OK, "");
  setenv("XDG_CACHE_HOME", "relative", 1);
  setenv("HOME", r->folder, 1);
  expect_mnist(&options, DENPA_OK, "");
  unsetenv("XDG_CACHE_HOME");
  expect_mnist(&options, DENPA_OK, "");
  unsetenv("HOME");
  expect_mnist(&options, DENPA_ERROR_NOT_FOUND, "XDG_CACHE_HOME");
  if (home != NULL) setenv("HOME", home, 1);
  if (xdg != NULL) setenv("XDG_CACHE_HOME", xdg, 1);
  free(home);
  free(xdg);
}

static void test_label_10(void **state) {
  const room *r = *state;
  static const uint8_t wrong[] = {9, 10};
  dnp_mnist_options options = offline(r->folder, NULL);
  put_mnist(r, 28, wrong);
  expect_mnist(&options, DENPA_ERROR_FORMAT,
      "train-labels-idx1-ubyte.gz: the label at position 1 (counted from 0) is 10; labels of this data set are below "
      "10");
}

static void test_mnist_of_another_size(void **state) {
  const room *r = *state;
  dnp_mnist_options options = offline(r->folder, NULL);
  put_mnist(r, 27, labels);
  expect_mnist(&options, DENPA_ERROR_FORMAT, "27x27");
}

static void test_partial_data_root(void **state) {
  const room *r = *state;
  dnp_mnist_options options = offline(r->folder, r->folder);
  put_mnist(r, 28, labels);
  drop(r, "mnist/t10k-images-idx3-ubyte.gz");
  expect_mnist(&options, DENPA_ERROR_NOT_FOUND, "t10k-images-idx3-ubyte");
}

static void test_broken_file_is_named_and_kept(void **state) {
  const room *r = *state;
  char path[256];
  struct stat info;
  dnp_mnist_options options = offline(NULL, r->folder);
  put_mnist(r, 28, labels);
  path_of(r, "mnist/train-images-idx3-ubyte.gz", path);
  assert_int_equal(truncate(path, 30), 0);
  options.offline = 0; /* there is a file: nothing is downloaded over it */
  options.mirrors = (const char *const[]){"http://127.0.0.1:1/", NULL};
  expect_mnist(&options, DENPA_ERROR_FORMAT, path);
  assert_int_equal(stat(path, &info), 0);
  assert_int_equal(info.st_size, 30);
}

static void test_offline_and_absent(void **state) {
  const room *r = *state;
  dnp_mnist_options options = offline(r->folder, r->folder);
  expect_mnist(&options, DENPA_ERROR_NOT_FOUND, "DENPA_DATA");
  expect_mnist(&options, DENPA_ERROR_NOT_FOUND, r->folder);
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_real_mnist),
      cmocka_unit_test(test_real_bytes),
      IN_A_FOLDER(test_spellings),
      IN_A_FOLDER(test_folders_of_the_same_name_do_not_count),
      IN_A_FOLDER(test_a_long_path_is_kept),
      IN_A_FOLDER(test_256_classes),
      cmocka_unit_test(test_free_of_nothing),
      IN_A_FOLDER(test_no_folder),
      IN_A_FOLDER(test_a_file_for_a_folder),
      IN_A_FOLDER(test_empty_folder),
      IN_A_FOLDER(test_each_missing),
      IN_A_FOLDER(test_fewer_labels),
      IN_A_FOLDER(test_more_test_labels),
      IN_A_FOLDER(test_other_size_in_test),
      IN_A_FOLDER(test_no_rows),
      IN_A_FOLDER(test_no_width),
      IN_A_FOLDER(test_labels_for_images),
      IN_A_FOLDER(test_images_for_labels),
      IN_A_FOLDER(test_cut_short),
      IN_A_FOLDER(test_cut_gzip),
      IN_A_FOLDER(test_gzip_checksum),
      IN_A_FOLDER(test_empty_file),
      IN_A_FOLDER(test_named_pipe),
      IN_A_FOLDER(test_out_of_memory),
      IN_A_FOLDER(test_any_number_of_threads),
      IN_A_FOLDER(test_the_first_bad_file_is_told),
      IN_A_FOLDER(test_out_of_memory_side_by_side),
      IN_A_FOLDER(test_a_file_that_changes_later),
      IN_A_FOLDER(test_data_root_first_then_cache),
      IN_A_FOLDER(test_cache_from_the_environment),
      IN_A_FOLDER(test_label_10),
      IN_A_FOLDER(test_mnist_of_another_size),
      IN_A_FOLDER(test_partial_data_root),
      IN_A_FOLDER(test_broken_file_is_named_and_kept),
      IN_A_FOLDER(test_offline_and_absent),
  };
  return cmocka_run_group_tests_name("mnist", tests, NULL, NULL);
}
