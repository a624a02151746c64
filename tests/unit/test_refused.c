/* test_refused.c: every call of denpa.h that can fail, with its first allocation refused, then the second ..., alone
 * and with all later ones, the libraries' too (the address and thread sanitizers have a malloc of their own: there
 * denpa's alone, and what is left allocated is found). Each time the call says that there is no memory, leaves no
 * object, nothing allocated and the old file, or it could do without and gives what it gives undisturbed.
 * One file because it has one row a call, and a call of the header without a row is found. */
#include <assert.h>
#include <errno.h>
#include <stdatomic.h>

#include "file_tools.h"
#include "sanitized.h"

#include <denpa/denpa.h>

/* ---- the allocator that refuses ---------------------------------------------------------------- */

static atomic_size_t asked, refused; /* since arm(); the number of the one that is refused, 0: none */
static atomic_bool armed, onwards;   /* onwards: every later one is refused too */
static atomic_long live;             /* blocks that are allocated now */

#if defined(__GLIBC__) && !SANITIZED
#define OWN_MALLOC 1
#else
#define OWN_MALLOC 0
#endif

#if OWN_MALLOC
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block_or_null);

static bool refuse(void) {
  if (!armed) return false;
  const size_t number = atomic_fetch_add(&asked, 1) + 1;
  if (number != refused && !(onwards && refused > 0 && number > refused)) return false;
  errno = ENOMEM;
  return true;
}

#define SEEN __attribute__((visibility("default"))) /* by the libraries */
static void *counted(void *fresh) {
  live += fresh != NULL;
  return fresh;
}
SEEN void *malloc(size_t size) { return refuse() ? NULL : counted(__libc_malloc(size)); }
SEEN void *calloc(size_t count, size_t size) { return refuse() ? NULL : counted(__libc_calloc(count, size)); }
SEEN void *realloc(void *old, size_t size) {
  if (refuse()) return NULL;
  return old == NULL ? counted(__libc_malloc(size)) : __libc_realloc(old, size);
}
SEEN void free(void *block_or_null) {
  live -= block_or_null != NULL;
  __libc_free(block_or_null);
}
SEEN int posix_memalign(void **out, size_t alignment, size_t size) {
  if (refuse()) return ENOMEM;
  *out = counted(__libc_memalign(alignment, size));
  return *out != NULL ? 0 : ENOMEM;
}
#endif

static void arm(void) {
  asked = 0;
#if !OWN_MALLOC
  asked = dnp_alloc_count();
  dnp_alloc_fail_at(refused);
#endif
  armed = true;
}

static void disarm(void) {
  armed = false;
#if !OWN_MALLOC
  dnp_alloc_fail_at(0);
  asked = dnp_alloc_count() - asked;
#endif
}

/* ---- what calls work on ------------------------------------------------------------------------ */

enum { ROWS = 12, FEATURES = 4, CLASSES = 2, PIXELS = 784 };

typedef struct setting {
  denpa_net *net;
  denpa_data *data;
  denpa_trainer *trainer;
  denpa_rows rows;
  uint64_t digest; /* of all that a call gave */
} setting;

static double x[ROWS * FEATURES];
static int32_t label[ROWS];
static uint8_t digit[PIXELS];

static void note(setting *s, const void *bytes, size_t size) {
  for (size_t i = 0; i < size; i++) s->digest = (s->digest ^ ((const unsigned char *)bytes)[i]) * 1099511628211u;
}
static void note_text(setting *s, const char *text) { note(s, text, strlen(text) + 1); }
static void note_net(setting *s, const denpa_net *net) {
  char sha[65];
  OK(denpa_net_sha256(net, sha, err));
  note_text(s, sha);
  note_text(s, denpa_net_text(net));
  const char *told[] = {"data", "table", "optimizer", "steps", "classes"};
  for (size_t i = 0; i < sizeof told / sizeof *told; i++)
    if (denpa_net_metadata(net, told[i]) != NULL) note_text(s, denpa_net_metadata(net, told[i]));
}
static void note_data(setting *s, const denpa_data *data) {
  const size_t features = denpa_data_features(data);
  double *row = malloc(features * sizeof *row);
  note_text(s, denpa_data_name(data));
  for (size_t c = 0; c < denpa_data_classes(data); c++)
    if (denpa_data_class_name(data, c) != NULL) note_text(s, denpa_data_class_name(data, c));
  for (int split = DENPA_SPLIT_TRAIN; split <= DENPA_SPLIT_TEST; split++)
    for (size_t i = 0; i < denpa_data_rows(data, (denpa_split)split); i++) {
      OK(denpa_data_row(data, (denpa_split)split, i, row, err));
      note(s, row, features * sizeof *row);
    }
  free(row);
}

static denpa_net_options net_options(void) {
  denpa_net_options options = denpa_net_options_default();
  options.dtype = DENPA_DTYPE_FLOAT64;
  options.threads = 1;
  return options;
}
static denpa_train_options train_options(void) {
  denpa_train_options options = denpa_train_options_default();
  options.optimizer = "adam";
  options.epochs = 2;
  options.batch = 5;
  options.validation = 0.3;
  options.patience = 3;
  return options;
}

static void open_all(setting *s) {
  const denpa_net_options net = net_options();
  const denpa_train_options train = train_options();
  s->rows = (denpa_rows){.rows = ROWS, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .label = label};
  OK(denpa_net_create(&s->net, "4-3-2", &net, err));
  OK(denpa_data_from_memory(&s->data, "made", FEATURES, CLASSES, &s->rows, &s->rows, err));
  OK(denpa_trainer_create(&s->trainer, s->net, s->data, &train, err));
}
static void close_all(setting *s) {
  denpa_trainer_free(s->trainer);
  denpa_data_free(s->data);
  denpa_net_free(s->net);
}

/* ---- one row a call ----------------------------------------------------------------------------- */

#define TRY(call) \
  denpa_status status; \
  (arm(), status = (call), disarm())
/* A constructor that fails leaves NULL. */
#define MADE(object) assert_true((status == DENPA_OK) == ((object) != NULL))

static denpa_status made_data(setting *s, denpa_status status, denpa_data *data) {
  MADE(data);
  if (status == DENPA_OK) note_data(s, data);
  denpa_data_free(data);
  return status;
}
static denpa_status made_net(setting *s, denpa_status status, denpa_net *net) {
  MADE(net);
  if (status == DENPA_OK) note_net(s, net);
  denpa_net_free(net);
  return status;
}

static denpa_status open_named(setting *s, const char *name, denpa_error *why) {
  denpa_data *data;
  TRY(denpa_data_open(&data, name, NULL, why));
  return made_data(s, status, data);
}
static denpa_status denpa_data_open_table(setting *s, denpa_error *why) {
  return open_named(s, in_folder("t.csv"), why);
}
static denpa_status denpa_data_open_pictures(setting *s, denpa_error *why) {
  return open_named(s, in_folder("pictures"), why);
}
static denpa_status data_open(setting *s, denpa_error *why) { return open_named(s, "digits:20", why); }
static denpa_status data_digits(setting *s, denpa_error *why) {
  denpa_data *data;
  TRY(denpa_data_digits(&data, 20, 3, why));
  return made_data(s, status, data);
}
static denpa_status data_from_memory(setting *s, denpa_error *why) {
  denpa_data *data;
  TRY(denpa_data_from_memory(&data, "made", FEATURES, CLASSES, &s->rows, NULL, why));
  return made_data(s, status, data);
}

static int read_row(void *context, denpa_split split, size_t row, denpa_dtype dtype, void *to, int32_t *l, double *t) {
  (void)context, (void)split, (void)t;
  for (size_t i = 0; i < FEATURES && to != NULL; i++)
    if (dtype == DENPA_DTYPE_FLOAT64)
      ((double *)to)[i] = x[row * FEATURES + i];
    else
      ((float *)to)[i] = (float)x[row * FEATURES + i];
  if (l != NULL) *l = label[row];
  return 0;
}
static denpa_status data_from_reader(setting *s, denpa_error *why) {
  denpa_data *data;
  TRY(denpa_data_from_reader(&data, "read", FEATURES, CLASSES, CLASSES, ROWS, 0, read_row, NULL, why));
  return made_data(s, status, data);
}
static denpa_status data_row(setting *s, denpa_error *why) {
  double row[FEATURES] = {0};
  TRY(denpa_data_row(s->data, DENPA_SPLIT_TRAIN, 3, row, why));
  note(s, row, sizeof row);
  return status;
}
static denpa_status data_augmented(setting *s, denpa_error *why) {
  static double row[PIXELS];
  denpa_data *data;
  OK(denpa_data_digits(&data, 20, 1, err));
  TRY(denpa_data_augmented(data, DENPA_SPLIT_TRAIN, 3, "shift:2,rotate:10,elastic:1.4", 1, 7, row, why));
  denpa_data_free(data);
  if (status == DENPA_OK) note(s, row, sizeof row);
  return status;
}

static denpa_status net_create(setting *s, denpa_error *why) {
  const denpa_net_options options = net_options();
  denpa_net *net;
  TRY(denpa_net_create(&net, "input 1x6x6, conv 2 3x3, batchnorm, relu, maxpool 2, dense 3", &options, why));
  return made_net(s, status, net);
}
static denpa_status net_create_for(setting *s, denpa_error *why) {
  const denpa_net_options options = net_options();
  denpa_net *net;
  TRY(denpa_net_create_for(&net, "dense 5, relu, dense 2", s->data, &options, why));
  return made_net(s, status, net);
}
static denpa_status net_save(setting *s, denpa_error *why) {
  const char *path = put_file("old.safetensors", "old", 3);
  TRY(denpa_net_save(s->net, path, why));
  size_t size;
  unsigned char *bytes = get_file(path, &size);
  if (status != DENPA_OK) assert_true(size == 3 && memcmp(bytes, "old", 3) == 0);
  if (status == DENPA_OK) note(s, bytes, size);
  free(bytes);
  return status;
}
static denpa_status load_from(setting *s, const char *name, denpa_error *why) {
  const denpa_net_options options = net_options();
  denpa_net *net;
  TRY(denpa_net_load(&net, in_folder(name), NULL, &options, why));
  return made_net(s, status, net);
}
static denpa_status net_load(setting *s, denpa_error *why) { return load_from(s, "m.safetensors", why); }
static denpa_status denpa_net_load_table(setting *s, denpa_error *why) { return load_from(s, "tm.safetensors", why); }
static denpa_status net_save_memory(setting *s, denpa_error *why) {
  void *bytes;
  size_t size;
  TRY(denpa_net_save_memory(s->net, &bytes, &size, why));
  MADE(bytes);
  if (status == DENPA_OK) note(s, bytes, size);
  denpa_bytes_free(bytes);
  return status;
}
static denpa_status net_load_memory(setting *s, denpa_error *why) {
  const denpa_net_options options = net_options();
  size_t size;
  unsigned char *bytes = get_file(in_folder("m.safetensors"), &size);
  denpa_net *net;
  TRY(denpa_net_load_memory(&net, bytes, size, NULL, &options, why));
  free(bytes);
  return made_net(s, status, net);
}
static denpa_status net_clone(setting *s, denpa_error *why) {
  denpa_net *net;
  TRY(denpa_net_clone(&net, s->net, why));
  return made_net(s, status, net);
}
static denpa_status net_take(setting *s, denpa_error *why) {
  const denpa_net_options options = net_options();
  denpa_net *other;
  size_t taken = 0;
  denpa_trainer_free(s->trainer); /* no network changes under its trainer */
  s->trainer = NULL;
  OK(denpa_net_create(&other, "4-3-5", &options, err));
  TRY(denpa_net_take(s->net, other, &taken, why));
  denpa_net_free(other);
  if (status == DENPA_OK) note(s, &taken, sizeof taken), note_net(s, s->net);
  return status;
}
static denpa_status net_sha256(setting *s, denpa_error *why) {
  char sha[65] = "";
  TRY(denpa_net_sha256(s->net, sha, why));
  if (status == DENPA_OK) note_text(s, sha);
  return status;
}
static denpa_status net_predict(setting *s, denpa_error *why) {
  double y[ROWS * CLASSES] = {0};
  int32_t predicted[ROWS] = {0};
  TRY(denpa_net_predict(s->net, ROWS, DENPA_DTYPE_FLOAT64, x, y, predicted, why));
  if (status == DENPA_OK) note(s, y, sizeof y), note(s, predicted, sizeof predicted);
  return status;
}
static denpa_status net_predict_data(setting *s, denpa_error *why) {
  double y[ROWS * CLASSES] = {0};
  TRY(denpa_net_predict_data(s->net, s->data, DENPA_SPLIT_TEST, y, NULL, why));
  if (status == DENPA_OK) note(s, y, sizeof y);
  return status;
}
static denpa_status net_evaluate(setting *s, denpa_error *why) {
  double scores[2] = {0};
  TRY(denpa_net_evaluate(s->net, s->data, DENPA_SPLIT_TEST, &scores[0], &scores[1], why));
  if (status == DENPA_OK) note(s, scores, sizeof scores);
  return status;
}

static denpa_net *loaded(const char *name) {
  const denpa_net_options options = net_options();
  denpa_net *net;
  OK(denpa_net_load(&net, in_folder(name), NULL, &options, err));
  return net;
}
static denpa_status answered(setting *s, denpa_status status, denpa_net *net, const denpa_answer *answer) {
  denpa_net_free(net);
  if (status != DENPA_OK) return status;
  note(s, &answer->class_number, sizeof answer->class_number);
  note_text(s, answer->name);
  note(s, &answer->probability, sizeof answer->probability);
  return status;
}
static denpa_status net_answer_fields(setting *s, denpa_error *why) {
  const denpa_field field[] = {{.column = "x", .number = 3}, {.column = "colour of the house", .text = "blue"}};
  denpa_net *net = loaded("tm.safetensors");
  denpa_answer answer = {0};
  TRY(denpa_net_answer_fields(net, field, 2, &answer, NULL, why));
  return answered(s, status, net, &answer);
}
static denpa_status net_answer_pixels(setting *s, denpa_error *why) {
  denpa_net *net = loaded("dm.safetensors");
  denpa_answer answer = {0};
  TRY(denpa_net_answer_pixels(net, digit, 28, 28, 1, &answer, NULL, why));
  return answered(s, status, net, &answer);
}
static denpa_status net_answer_file(setting *s, denpa_error *why) {
  denpa_net *net = loaded("dm.safetensors");
  denpa_answer answer = {0};
  TRY(denpa_net_answer_file(net, in_folder("p.pgm"), &answer, NULL, why));
  return answered(s, status, net, &answer);
}

static denpa_status net_value(setting *s, denpa_error *why) {
  double value[FEATURES * 3] = {0};
  TRY(denpa_net_value(s->net, "W1", value, FEATURES * 3, why));
  if (status == DENPA_OK) note(s, value, sizeof value);
  return status;
}
static denpa_status net_gradient(setting *s, denpa_error *why) {
  double value[FEATURES * 3] = {0};
  OK(denpa_net_backward_rows(s->net, &s->rows, NULL, NULL, err));
  TRY(denpa_net_gradient(s->net, "W1", value, FEATURES * 3, why));
  if (status == DENPA_OK) note(s, value, sizeof value);
  return status;
}
static denpa_status net_set(setting *s, denpa_error *why) {
  TRY(denpa_net_set(s->net, "W1", x, FEATURES * 3, why));
  if (status == DENPA_OK) note_net(s, s->net);
  return status;
}

/* y = a * b, by hand. */
static denpa_graph *product(void) {
  denpa_graph *graph;
  OK(denpa_graph_create(&graph, err));
  const int a = denpa_graph_parameter(graph, "a", 0, NULL, NULL), b = denpa_graph_constant(graph, "b", 0, NULL);
  denpa_graph_apply(graph, "multiply", "y", (const int[]){a, b}, 2);
  return graph;
}
static denpa_net *by_hand(void) {
  const denpa_net_options options = net_options();
  denpa_graph *graph = product();
  denpa_net *net;
  OK(denpa_graph_build(&net, graph, &options, err));
  denpa_graph_free(graph);
  OK(denpa_net_set(net, "a", (const double[]){3}, 1, err));
  OK(denpa_net_set(net, "b", (const double[]){5}, 1, err));
  return net;
}
static denpa_status passed(setting *s, denpa_status (*pass)(denpa_net *net, denpa_error *why), denpa_error *why) {
  denpa_net *net = by_hand();
  double y = 0;
  TRY(pass(net, why));
  if (status == DENPA_OK) OK(denpa_net_value(net, "y", &y, 1, err));
  note(s, &y, sizeof y);
  denpa_net_free(net);
  return status;
}
static denpa_status net_forward(setting *s, denpa_error *why) { return passed(s, denpa_net_forward, why); }
static denpa_status net_backward(setting *s, denpa_error *why) { return passed(s, denpa_net_backward, why); }
static denpa_status passed_rows(setting *s, bool back, denpa_error *why) {
  double loss = 0;
  TRY((back ? denpa_net_backward_rows : denpa_net_forward_rows)(s->net, &s->rows, NULL, &loss, why));
  if (status == DENPA_OK) note(s, &loss, sizeof loss);
  return status;
}
static denpa_status net_forward_rows(setting *s, denpa_error *why) { return passed_rows(s, false, why); }
static denpa_status net_backward_rows(setting *s, denpa_error *why) { return passed_rows(s, true, why); }

/* Calls that give numbers keep their trouble for denpa_graph_build. */
static denpa_status graph_create(setting *s, denpa_error *why) {
  denpa_graph *graph;
  denpa_net *net = NULL;
  arm();
  denpa_status status = denpa_graph_create(&graph, why);
  if (status == DENPA_OK) {
    const int in = denpa_graph_input(graph, "x", 1, (const size_t[]){4});
    const int w = denpa_graph_parameter(graph, "W", 2, (const size_t[]){4, 2}, "xavier");
    const int b = denpa_graph_parameter(graph, "b", 1, (const size_t[]){2}, NULL);
    const int t = denpa_graph_labels(graph, "t");
    const int a = denpa_graph_apply(graph, "affine", "a", (const int[]){in, w, b}, 3);
    denpa_graph_apply(graph, "cross_entropy", "loss", (const int[]){a, t}, 2);
    const denpa_net_options options = net_options();
    status = denpa_graph_build(&net, graph, &options, why);
    denpa_graph_free(graph);
  }
  disarm();
  return made_net(s, status, net);
}
static denpa_status graph_build(setting *s, denpa_error *why) {
  const denpa_net_options options = net_options();
  denpa_graph *graph = product();
  denpa_net *net;
  TRY(denpa_graph_build(&net, graph, &options, why));
  denpa_graph_free(graph);
  return made_net(s, status, net);
}

static denpa_status train(setting *s, denpa_error *why) {
  const denpa_train_options options = train_options();
  denpa_net *net;
  OK(denpa_net_clone(&net, s->net, err));
  TRY(denpa_train(net, s->data, &options, NULL, why));
  if (status == DENPA_OK) note_net(s, net);
  denpa_net_free(net);
  return status;
}
static denpa_status trainer_create(setting *s, denpa_error *why) {
  const denpa_train_options options = train_options();
  denpa_trainer *trainer;
  denpa_trainer_free(s->trainer);
  s->trainer = NULL;
  TRY(denpa_trainer_create(&trainer, s->net, s->data, &options, why));
  MADE(trainer);
  if (status == DENPA_OK) OK(denpa_trainer_run(trainer, NULL, err));
  if (status == DENPA_OK) note_net(s, s->net);
  denpa_trainer_free(trainer);
  return status;
}
static denpa_status trained(setting *s, denpa_status status) {
  if (status == DENPA_OK) note_net(s, s->net);
  return status;
}
static denpa_status trainer_step(setting *s, denpa_error *why) {
  TRY(denpa_trainer_step(s->trainer, NULL, why));
  return trained(s, status);
}
static denpa_status trainer_epoch(setting *s, denpa_error *why) {
  TRY(denpa_trainer_epoch(s->trainer, NULL, why));
  return trained(s, status);
}
static denpa_status trainer_evaluate(setting *s, denpa_error *why) {
  double loss = 0;
  TRY(denpa_trainer_evaluate(s->trainer, DENPA_SPLIT_VALIDATION, &loss, NULL, why));
  note(s, &loss, sizeof loss);
  return status;
}
static denpa_status trainer_finish(setting *s, denpa_error *why) {
  OK(denpa_trainer_epoch(s->trainer, NULL, err));
  TRY(denpa_trainer_finish(s->trainer, NULL, why));
  return trained(s, status);
}
static denpa_status trainer_run(setting *s, denpa_error *why) {
  TRY(denpa_trainer_run(s->trainer, NULL, why));
  return trained(s, status);
}
static denpa_status trainer_save(setting *s, denpa_error *why) {
  const char *path = put_file("old.checkpoint", "old", 3);
  OK(denpa_trainer_step(s->trainer, NULL, err));
  TRY(denpa_trainer_save(s->trainer, path, why));
  size_t size;
  unsigned char *bytes = get_file(path, &size);
  if (status != DENPA_OK) assert_true(size == 3 && memcmp(bytes, "old", 3) == 0);
  free(bytes);
  if (status == DENPA_OK) OK(denpa_trainer_run(s->trainer, NULL, err));
  return trained(s, status);
}
static denpa_status trainer_load(setting *s, denpa_error *why) {
  TRY(denpa_trainer_load(s->trainer, in_folder("c.safetensors"), why));
  OK(denpa_trainer_run(s->trainer, NULL, err)); /* after a failure nothing has changed */
  return trained(s, status);
}
static denpa_status optimizer_create(setting *s, denpa_error *why) {
  const denpa_train_options options = train_options();
  denpa_optimizer *optimizer;
  TRY(denpa_optimizer_create(&optimizer, s->net, &options, why));
  MADE(optimizer);
  if (status == DENPA_OK) OK(denpa_net_backward_rows(s->net, &s->rows, NULL, NULL, err));
  if (status == DENPA_OK) OK(denpa_optimizer_update(optimizer, 0, err));
  denpa_optimizer_free(optimizer);
  return trained(s, status);
}
static denpa_status optimizer_update(setting *s, denpa_error *why) {
  const denpa_train_options options = train_options();
  denpa_optimizer *optimizer;
  OK(denpa_optimizer_create(&optimizer, s->net, &options, err));
  OK(denpa_net_backward_rows(s->net, &s->rows, NULL, NULL, err));
  TRY(denpa_optimizer_update(optimizer, 0, why));
  denpa_optimizer_free(optimizer);
  return trained(s, status);
}

#define ROW(call) \
  { "denpa_" #call, call }
static const struct row {
  const char *name;
  denpa_status (*call)(setting *s, denpa_error *err);
} table[] = {ROW(data_open), {"denpa_data_open/table", denpa_data_open_table},
    {"denpa_data_open/pictures", denpa_data_open_pictures}, ROW(data_digits), ROW(data_from_memory),
    ROW(data_from_reader), ROW(data_row), ROW(data_augmented), ROW(net_create), ROW(net_create_for), ROW(net_save),
    ROW(net_load), {"denpa_net_load/table", denpa_net_load_table}, ROW(net_save_memory), ROW(net_load_memory),
    ROW(net_clone), ROW(net_take), ROW(net_sha256), ROW(net_predict), ROW(net_predict_data), ROW(net_evaluate),
    ROW(net_answer_fields), ROW(net_answer_pixels), ROW(net_answer_file), ROW(net_value), ROW(net_gradient),
    ROW(net_set), ROW(net_forward), ROW(net_backward), ROW(net_forward_rows), ROW(net_backward_rows), ROW(graph_create),
    ROW(graph_build), ROW(train), ROW(trainer_create), ROW(trainer_step), ROW(trainer_epoch), ROW(trainer_evaluate),
    ROW(trainer_finish), ROW(trainer_run), ROW(trainer_save), ROW(trainer_load), ROW(optimizer_create),
    ROW(optimizer_update)};

/* ---- all of them -------------------------------------------------------------------------------- */

static denpa_status once(const struct row *row, size_t number, uint64_t *digest, denpa_error *err) {
  setting s = {.digest = 14695981039346656037u};
  open_all(&s);
  refused = number;
  const denpa_status status = row->call(&s, err);
  close_all(&s);
  *digest = s.digest;
  return status;
}

static void try_all(const struct row *row, uint64_t good, size_t count) {
  const long before = live;
  for (size_t number = 1; number <= count; number++) {
    uint64_t digest;
    denpa_error err = {0};
    char text[1024];
    const denpa_status status = once(row, number, &digest, &err);
    const char *which = onwards ? " and later ones" : "";
    if (live != before) fail_msg("allocation %zu%s of %zu: %ld blocks are left", number, which, count, live - before);
    if (status == DENPA_OK) {
      if (digest != good) fail_msg("allocation %zu%s of %zu: another result", number, which, count);
      continue;
    }
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    if (status != DENPA_ERROR_MEMORY || strstr(text, "memory") == NULL)
      fail_msg("allocation %zu%s of %zu: %s: %s", number, which, count, denpa_status_name(status), text);
  }
}

static void refuses(void **state) {
  const struct row *row = *state;
  uint64_t good;
  OK(once(row, 0, &good, err));
  const size_t count = asked;
  for (int later = 0; later <= OWN_MALLOC; later++) {
    onwards = later == 1;
    try_all(row, good, count);
  }
}

/* Every call of the header that returns a status has a row. */
static void none_is_missing(void **state) {
  (void)state;
  size_t size, found = 0;
  char *header = (char *)get_file(DNP_TESTS "/../include/denpa/denpa.h", &size);
  header[size] = '\0';
  static const char start[] = "DENPA_API denpa_status ";
  for (char *at = header; (at = strstr(at, start)) != NULL; found++) {
    at += strlen(start);
    const size_t length = strcspn(at, "(");
    bool there = false;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
      there = there || (strlen(table[i].name) == length && strncmp(table[i].name, at, length) == 0);
    if (!there) fail_msg("%.*s has no row", (int)length, at);
  }
  free(header);
  assert_true(found > 30);
}

/* The libraries' allocations are refused as well. */
static void libraries_are_reached(void **state) {
  (void)state;
#if OWN_MALLOC
  char *copy;
  refused = 1;
  arm();
  copy = strdup("a text");
  disarm();
  assert_null(copy);
#else
  skip();
#endif
}

/* ---- what is read ------------------------------------------------------------------------------- */

static void put_model(const char *name, const char *net_text, const char *data_name) {
  const denpa_net_options options = net_options();
  denpa_train_options train = denpa_train_options_default();
  denpa_data *data;
  denpa_net *net;
  train.epochs = 1;
  OK(denpa_data_open(&data, data_name, NULL, err));
  OK(denpa_net_create_for(&net, net_text, data, &options, err));
  OK(denpa_train(net, data, &train, NULL, err));
  OK(denpa_net_save(net, in_folder(name), err));
  denpa_net_free(net);
  denpa_data_free(data);
}

static void put_pgm(const char *name, size_t side, const uint8_t *pixel) {
  block b = {0};
  char head[32];
  put_bytes(&b, head, (size_t)snprintf(head, sizeof head, "P5\n%zu %zu\n255\n", side, side));
  put_bytes(&b, pixel, side * side);
  put_file(name, b.data, b.size);
}

static int prepare(void **state) {
  static const char *const folders[] = {"pictures", "pictures/one", "pictures/two"};
  char line[128];
  block b = {0};
  if (make_folder(state) != 0) return 1;
  for (size_t i = 0; i < ROWS * FEATURES; i++) x[i] = (double)(i * 7 % 11) / 5 - 1;
  for (size_t i = 0; i < ROWS; i++) label[i] = (int32_t)(i * i % 3 % 2);
  for (size_t i = 0; i < PIXELS; i++) digit[i] = i / 28 > 6 && i / 28 < 20 && i % 28 > 11 && i % 28 < 16 ? 220 : 0;
  put_bytes(&b, line, (size_t)snprintf(line, sizeof line, "x,colour of the house,y\n"));
  for (int i = 0; i < 40; i++)
    put_bytes(&b, line,
        (size_t)snprintf(line, sizeof line, "%d,%s,%s\n", i * 7 % 23,
            i * 5 % 3 == 0 ? "a green with quite a long name" : "blue", i * i % 3 == 0 ? "yes" : "no"));
  put_file("t.csv", b.data, b.size);
  for (size_t i = 0; i < 3; i++) assert_int_equal(mkdir(in_folder(folders[i]), 0755), 0);
  put_pgm("pictures/one/a.pgm", 8, digit + 200);
  put_pgm("pictures/one/b.pgm", 8, digit + 230);
  put_pgm("pictures/two/a.pgm", 8, digit + 260);
  put_pgm("pictures/two/b.pgm", 8, digit + 300);
  put_pgm("p.pgm", 28, digit);
  put_model("tm.safetensors", "dense 4, relu, dense 2", in_folder("t.csv"));
  put_model("dm.safetensors", "784-3-10", "digits:20");
  setting s = {0};
  open_all(&s);
  OK(denpa_net_save(s.net, in_folder("m.safetensors"), err));
  OK(denpa_trainer_step(s.trainer, NULL, err));
  OK(denpa_trainer_save(s.trainer, in_folder("c.safetensors"), err));
  close_all(&s);
  return 0;
}

int main(void) {
  struct CMUnitTest list[sizeof table / sizeof *table + 2] = {
      cmocka_unit_test(none_is_missing), cmocka_unit_test(libraries_are_reached)};
  size_t used = 2;
  CASES(list, used, table, refuses);
  return _cmocka_run_group_tests("refused", list, used, prepare, remove_folder);
}
