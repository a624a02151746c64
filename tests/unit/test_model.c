/* test_model.c: model files: what is written is read again, bit for bit; what does not fit is refused in the right
 * words; other programs' arrays become networks (src/learn/model.formats.c). */
#include <assert.h>

#include "file_tools.h"
#include "learn/learn.h"

static denpa_data *digits;

static int setup(void **state) {
  return make_folder(state) != 0 || denpa_data_digits(&digits, 120, 7, NULL) != DENPA_OK;
}
static int teardown(void **state) {
  denpa_data_free(digits);
  return remove_folder(state);
}

static denpa_net *make(denpa_dtype dtype) {
  denpa_net *net;
  denpa_net_options o = denpa_net_options_default();
  denpa_train_options t = denpa_train_options_default();
  o.dtype = dtype;
  o.activation = "tanh";
  o.init = "xavier";
  t.steps = 7;
  t.batch = 50;
  t.lr = 0.3;
  t.evaluate = DENPA_EVALUATE_NONE;
  OK(denpa_net_create(&net, "784-6-10", &o, err));
  OK(denpa_train(net, digits, &t, NULL, err));
  return net;
}

static void assert_same_parameters(const denpa_net *a, const denpa_net *b) {
  assert_int_equal(denpa_net_parameter_tensors(a), denpa_net_parameter_tensors(b));
  for (size_t i = 0; i < denpa_net_parameter_tensors(a); i++) {
    denpa_parameter p = denpa_net_parameter(a, i), q = denpa_net_parameter(b, i);
    assert_string_equal(p.name, q.name);
    assert_int_equal(p.dtype, q.dtype);
    assert_int_equal(p.count, q.count);
    assert_memory_equal(p.value, q.value, p.count * dnp_dtype_size(p.dtype));
  }
}

static void assert_metadata(const denpa_net *net, const char *key, const char *value) {
  const char *told = denpa_net_metadata(net, key);
  if (told == NULL || strcmp(told, value) != 0)
    fail_msg("%s is %s, not %s", key, told != NULL ? told : "absent", value);
}

static denpa_status load(const char *path, denpa_error *err) {
  denpa_net *net;
  denpa_status status = denpa_net_load(&net, path, NULL, NULL, err);
  if (status != DENPA_OK) assert_null(net);
  denpa_net_free(net);
  return status;
}

/* ---- there and back ----------------------------------------------------------------------------- */

static void test_round_trip(void **state) {
  (void)state;
  for (int dtype = DENPA_DTYPE_FLOAT32; dtype <= DENPA_DTYPE_FLOAT64; dtype++) {
    char sha[65];
    denpa_net *net = make((denpa_dtype)dtype), *back;
    OK(denpa_net_save(net, in_folder("a.safetensors"), err));
    OK(denpa_net_load(&back, in_folder("a.safetensors"), NULL, NULL, err));
    assert_same_parameters(net, back);
    assert_string_equal(denpa_net_text(back), "784-6-10");
    assert_string_equal(denpa_net_activation(back), "tanh");
    assert_string_equal(denpa_net_loss(back), "cross-entropy");
    assert_int_equal(denpa_net_dtype(back), dtype);
    OK(denpa_net_sha256(net, sha, err));
    static const char *const metadata[][2] = {{"net", "784-6-10"}, {"activation", "tanh"}, {"loss", "cross-entropy"},
        {"init", "xavier"}, {"rng", "denpa"}, {"seed", "1"}, {"optimizer", "sgd"}, {"lr", "0.3"}, {"batch", "50"},
        {"sampling", "shuffle"}, {"update_order", "gradients-first"}, {"steps", "7"}, {"data", "digits:120:7"},
        {"train_rows", "120"}, {"preprocessing", "pixel/255"}, {"denpa_format", "1"}};
    for (size_t i = 0; i < sizeof metadata / sizeof *metadata; i++)
      assert_metadata(back, metadata[i][0], metadata[i][1]);
    assert_metadata(back, "sha256", sha);
    assert_metadata(back, "dtype", dtype == DENPA_DTYPE_FLOAT32 ? "float32" : "float64");
    OK(denpa_net_save(back, in_folder("b.safetensors"), err));
    assert_same_file(in_folder("a.safetensors"), in_folder("b.safetensors"));
    double x, y;
    OK(denpa_net_evaluate(net, digits, DENPA_SPLIT_TEST, &x, NULL, err));
    OK(denpa_net_evaluate(back, digits, DENPA_SPLIT_TEST, &y, NULL, err));
    assert_true(x == y);
    denpa_net_free(net);
    denpa_net_free(back);
  }
}

/* A model tells that its rows were a program's, until it learns from others. */
static void test_rows_of_a_program(void **state) {
  (void)state;
  static float x[20][784];
  int32_t label[20];
  const denpa_rows rows = {.rows = 20, .dtype = DENPA_DTYPE_FLOAT32, .x = x, .label = label};
  denpa_train_options options = denpa_train_options_default();
  denpa_data *mine;
  denpa_net *net = make(DENPA_DTYPE_FLOAT32), *back;
  options.epochs = 1;
  options.validation = 0.5;
  for (int i = 0; i < 20; i++) label[i] = i % 10;
  assert_null(denpa_net_metadata(net, "data_source"));
  OK(denpa_data_from_memory(&mine, "mine", 784, 10, &rows, NULL, err));
  OK(denpa_train(net, mine, &options, NULL, err));
  OK(denpa_net_save(net, in_folder("mine.safetensors"), err));
  OK(denpa_net_load(&back, in_folder("mine.safetensors"), NULL, NULL, err));
  assert_metadata(back, "data", "mine");
  assert_metadata(back, "data_source", "program");
  OK(denpa_train(back, digits, &options, NULL, err));
  assert_null(denpa_net_metadata(back, "data_source"));
  denpa_net_free(back);
  denpa_net_free(net);
  denpa_data_free(mine);
}

/* Saved after one epoch, loaded and trained on: the network that was never put away. */
static void test_goes_on(void **state) {
  (void)state;
  denpa_net *net, *back;
  denpa_train_options t = denpa_train_options_default();
  t.batch = 25;
  t.epochs = 2;
  t.evaluate = DENPA_EVALUATE_NONE;
  OK(denpa_net_create(&net, "784-6-10", NULL, err));
  OK(denpa_train(net, digits, &t, NULL, err));
  OK(denpa_net_save(net, in_folder("two.safetensors"), err));
  denpa_net_free(net);
  t.epochs = 1;
  OK(denpa_net_create(&net, "784-6-10", NULL, err));
  OK(denpa_train(net, digits, &t, NULL, err));
  OK(denpa_net_save(net, in_folder("one.safetensors"), err));
  denpa_net_free(net);
  OK(denpa_net_load(&back, in_folder("one.safetensors"), NULL, NULL, err));
  OK(denpa_train(back, digits, &t, NULL, err));
  OK(denpa_net_save(back, in_folder("more.safetensors"), err));
  denpa_net_free(back);
  assert_same_file(in_folder("two.safetensors"), in_folder("more.safetensors"));
}

static void test_run_folder(void **state) {
  (void)state;
  denpa_net *net = make(DENPA_DTYPE_FLOAT32), *back;
  assert_int_equal(mkdir(in_folder("run"), 0755), 0);
  assert_refused(load, in_folder("run"), DENPA_ERROR_NOT_FOUND, "model.safetensors");
  OK(denpa_net_save(net, in_folder("run/model.safetensors"), err));
  OK(denpa_net_load(&back, in_folder("run"), NULL, NULL, err));
  assert_same_parameters(net, back);
  denpa_net_free(net);
  denpa_net_free(back);
}

/* ---- arrays of others --------------------------------------------------------------------------- */

/* The network's arrays with a last one of another shape, name or type, as the case says, and metadata. */
static const char *put_arrays(const char *file, const dnp_array *arrays, size_t count, const dnp_pairs *metadata) {
  const char *path = in_folder(file);
  if (strstr(file, ".npz") != NULL)
    OK(dnp_npz_write(path, arrays, count, err));
  else
    OK(dnp_safetensors_write(path, arrays, count, metadata, err));
  return path;
}

static float numbers[64];
static double wide[64];

#define ARRAY(n, kind, rank, ...) \
  { \
    .name = n, .dtype = kind, .axes = rank, .shape = {__VA_ARGS__}, \
    .values = kind == DENPA_DTYPE_FLOAT64 ? (void *)wide : (void *)numbers \
  }
#define F DENPA_DTYPE_FLOAT32

static void test_derived(void **state) {
  (void)state;
  static const char *const files[] = {"plain.npz", "plain.safetensors"};
  const dnp_array arrays[] = {
      ARRAY("b2", F, 1, 2), ARRAY("W2", F, 2, 3, 2), ARRAY("W1", F, 2, 4, 3), ARRAY("b1", F, 1, 3)};
  for (size_t i = 0; i < 64; i++) numbers[i] = (float)i - 20;
  for (size_t i = 0; i < 2; i++) {
    denpa_net *net;
    const char *path = put_arrays(files[i], arrays, 4, NULL);
    OK(denpa_net_load(&net, path, NULL, NULL, err));
    assert_string_equal(denpa_net_text(net), "4-3-2");
    assert_string_equal(denpa_net_activation(net), "sigmoid");
    assert_memory_equal(denpa_net_parameter(net, 0).value, numbers, 12 * sizeof *numbers);
    assert_null(denpa_net_metadata(net, "seed"));
    denpa_net_free(net);
    const denpa_net_options o = {.size = sizeof o, .activation = "relu", .init = "he", .loss = "mse", .seed = 1};
    OK(denpa_net_load(&net, path, "4-3-2", &o, err));
    assert_string_equal(denpa_net_activation(net), "relu");
    assert_string_equal(denpa_net_loss(net), "mse");
    denpa_net_free(net);
  }
}

/* What another program says by the names that denpa uses and cannot mean here is forgotten; the rest stays, also in
 * what is saved, which is read again. */
static void test_said_by_others(void **state) {
  (void)state;
  static const char *const said[][2] = {{"optimizer", "AdamW 8bit"}, {"lr", "fast"}, {"steps", "10k"},
      {"epochs", "nan"}, {"table", "see appendix"}, {"pictures", "cats"}, {"classes", "a\nb\nc\nd"},
      {"preprocessing", "mean 0"}, {"train_rows", "all"}, {"batch", "big"}, {"format", "pt"}, {"author", "somebody"}};
  enum { SAID = sizeof said / sizeof *said };
  const dnp_array arrays[] = {ARRAY("W1", F, 2, 2, 3), ARRAY("b1", F, 1, 3)};
  for (size_t first = 0; first < SAID; first++) { /* all of them, and each with those behind it */
    dnp_pair item[SAID];
    for (size_t i = first; i < SAID; i++)
      item[i - first] = (dnp_pair){(char *)(uintptr_t)said[i][0], (char *)(uintptr_t)said[i][1]};
    denpa_net *net, *again;
    OK(denpa_net_load(&net,
        put_arrays("others.safetensors", arrays, 2, &(dnp_pairs){.item = item, .count = SAID - first}), NULL, NULL,
        err));
    OK(denpa_net_save(net, in_folder("saved.safetensors"), err));
    OK(denpa_net_load(&again, in_folder("saved.safetensors"), NULL, NULL, err));
    assert_string_equal(denpa_net_metadata(again, "author"), "somebody");
    if (first < SAID - 2) assert_string_equal(denpa_net_metadata(again, "format"), "pt");
    for (size_t i = 0; i < SAID - 2; i++) assert_null(denpa_net_metadata(again, said[i][0]));
    denpa_net_free(net);
    denpa_net_free(again);
  }
}

static void test_book(void **state) {
  (void)state;
  const char *root = getenv("DENPA_DATA");
  if (root == NULL) skip();
  char path[4096];
  denpa_data *data;
  denpa_net *net;
  denpa_data_options options = denpa_data_options_default();
  options.offline = 1;
  double accuracy;
  OK(denpa_data_open(&data, "mnist", &options, err));
  snprintf(path, sizeof path, "%s/book/ch03_sample_weight.pkl", root);
  for (int with_text = 0; with_text < 2; with_text++) {
    OK(denpa_net_load(&net, path, with_text ? "784-50-100-10" : NULL, NULL, err));
    OK(denpa_net_evaluate(net, data, DENPA_SPLIT_TEST, NULL, &accuracy, err));
    assert_true(accuracy == 0.9352);
    denpa_net_free(net);
  }
  denpa_error e = {0};
  char text[1024];
  assert_int_equal(denpa_net_load(&net, path, "784-50-10", NULL, &e), DENPA_ERROR_SHAPE);
  denpa_error_text(&e, DENPA_LANG_EN, text, sizeof text);
  assert_non_null(strstr(text, "W2 has the shape (50, 100), but the network 784-50-10 needs (50, 10)"));
  snprintf(path, sizeof path, "%s/book/ch07_params.pkl", root);
  assert_refused(load, path, DENPA_ERROR_UNSUPPORTED, "W1 has the shape (30, 1, 5, 5)");
  denpa_data_free(data);
}

/* ---- what is refused ---------------------------------------------------------------------------- */

static const struct bad {
  const char *name;
  dnp_array arrays[5];
  size_t count;
  const char *key, *value;
  denpa_status status;
  const char *fragment;
} bad[] = {
    {"no W1", {ARRAY("w", F, 1, 2)}, 1, NULL, NULL, DENPA_ERROR_FORMAT, "no array named W1"},
    {"W1 is a vector", {ARRAY("W1", F, 1, 2)}, 1, NULL, NULL, DENPA_ERROR_UNSUPPORTED, "W1 has the shape (2,)"},
    {"no chain", {ARRAY("W1", F, 2, 2, 3), ARRAY("W2", F, 2, 4, 2)}, 2, NULL, NULL, DENPA_ERROR_SHAPE,
        "W2 has the shape (4, 2), which does not go on from (2, 3)"},
    {"no b1", {ARRAY("W1", F, 2, 2, 3)}, 1, NULL, NULL, DENPA_ERROR_FORMAT,
        "no array named b1, but the network 2-3 needs one of the shape (3,)"},
    {"another shape", {ARRAY("W1", F, 2, 2, 3), ARRAY("b1", F, 1, 4)}, 2, NULL, NULL, DENPA_ERROR_SHAPE,
        "b1 has the shape (4,), but the network 2-3 needs (3,)"},
    {"another rank", {ARRAY("W1", F, 2, 2, 3), ARRAY("b1", F, 2, 1, 3)}, 2, NULL, NULL, DENPA_ERROR_SHAPE,
        "b1 has the shape (1, 3), but the network 2-3 needs (3,)"},
    {"mixed types", {ARRAY("W1", F, 2, 2, 3), ARRAY("b1", DENPA_DTYPE_FLOAT64, 1, 3)}, 2, NULL, NULL,
        DENPA_ERROR_FORMAT, "b1 is float64"},
    {"integers", {ARRAY("W1", DENPA_DTYPE_INT32, 2, 2, 3), ARRAY("b1", DENPA_DTYPE_INT32, 1, 3)}, 2, NULL, NULL,
        DENPA_ERROR_UNSUPPORTED, "W1 is int32"},
    {"one too many", {ARRAY("W1", F, 2, 2, 3), ARRAY("b1", F, 1, 3), ARRAY("c", F, 1, 1)}, 3, NULL, NULL,
        DENPA_ERROR_FORMAT, "an array 'c'"},
    {"a width of 0", {ARRAY("W1", F, 2, 0, 3), ARRAY("b1", F, 1, 3)}, 2, NULL, NULL, DENPA_ERROR_FORMAT, "0-3"},
    {"the text says more", {ARRAY("W1", F, 2, 2, 3), ARRAY("b1", F, 1, 3)}, 2, "net", "2-3-4", DENPA_ERROR_FORMAT,
        "no array named W2"},
    {"no text at all", {ARRAY("W1", F, 2, 2, 3), ARRAY("b1", F, 1, 3)}, 2, "net", "two-three", DENPA_ERROR_FORMAT,
        "two-three"},
    {"no activation", {ARRAY("W1", F, 2, 2, 3), ARRAY("b1", F, 1, 3)}, 2, "activation", "wobble", DENPA_ERROR_FORMAT,
        "wobble"},
    {"another version", {ARRAY("W1", F, 2, 2, 3), ARRAY("b1", F, 1, 3)}, 2, "denpa_format", "2",
        DENPA_ERROR_UNSUPPORTED, "version 2"},
    {"another SHA-256", {ARRAY("W1", F, 2, 2, 3), ARRAY("b1", F, 1, 3)}, 2, "sha256", "ab", DENPA_ERROR_FORMAT,
        "the file says ab"},
};

static void test_bad(void **state) {
  const struct bad *b = *state;
  char text[1024];
  denpa_error e = {0};
  denpa_net *net;
  const dnp_pairs metadata = {
      .count = b->key != NULL, .item = &(dnp_pair){(char *)(uintptr_t)b->key, (char *)(uintptr_t)b->value}};
  const char *path = put_arrays("bad.safetensors", b->arrays, b->count, &metadata);
  assert_int_equal(denpa_net_load(&net, path, NULL, NULL, &e), b->status);
  assert_null(net);
  denpa_error_text(&e, DENPA_LANG_EN, text, sizeof text);
  if (strstr(text, b->fragment) == NULL) fail_msg("'%s' is not in: %s", b->fragment, text);
}

/* One flipped bit of the numbers is noticed. */
static void test_damage(void **state) {
  (void)state;
  size_t size;
  denpa_net *net = make(DENPA_DTYPE_FLOAT32);
  OK(denpa_net_save(net, in_folder("good.safetensors"), err));
  denpa_net_free(net);
  unsigned char *bytes = get_file(in_folder("good.safetensors"), &size);
  bytes[size - 5] ^= 1;
  assert_refused(load, put_file("flipped.safetensors", bytes, size), DENPA_ERROR_FORMAT, "SHA-256");
  assert_refused(load, put_file("short.safetensors", bytes, size - 1), DENPA_ERROR_FORMAT, "");
  assert_refused(load, in_folder("absent"), DENPA_ERROR_NOT_FOUND, "no such file");
  free(bytes);
  mutate(load, in_folder("good.safetensors"), 5);
}

static void test_save_trouble(void **state) {
  (void)state;
  denpa_error e = {0};
  denpa_net *net = make(DENPA_DTYPE_FLOAT32);
  assert_int_equal(denpa_net_save(net, in_folder("not/there.safetensors"), &e), DENPA_ERROR_IO);
  size_t n = 0;
  denpa_status status = DENPA_ERROR_MEMORY;
  while (status != DENPA_OK) {
    dnp_alloc_fail_at(++n);
    status = denpa_net_save(net, in_folder("starved.safetensors"), &e);
    dnp_alloc_fail_at(0);
    if (status != DENPA_OK) assert_int_equal(status, DENPA_ERROR_MEMORY);
    assert_true(n < 100);
  }
  assert_true(n > 2);
  starve(load, in_folder("starved.safetensors"));
  denpa_net_free(net);
}

int main(void) {
  static struct CMUnitTest tests[64] = {
      cmocka_unit_test(test_round_trip),
      cmocka_unit_test(test_rows_of_a_program),
      cmocka_unit_test(test_goes_on),
      cmocka_unit_test(test_run_folder),
      cmocka_unit_test(test_derived),
      cmocka_unit_test(test_said_by_others),
      cmocka_unit_test(test_book),
      cmocka_unit_test(test_damage),
      cmocka_unit_test(test_save_trouble),
  };
  size_t used = 8;
  CASES(tests, used, bad, test_bad);
  return _cmocka_run_group_tests("test_model", tests, used, setup, teardown);
}
