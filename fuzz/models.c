/* models.c: targets for what denpa itself writes and strangers may send: models, checkpoints; and gradients. */
#include <ctype.h>

#include "data/data.h"
#include "fuzz.h"
#include "gradcheck/diagnose.h"
#include "learn/model.h"
#include "learn/novelty.h"
#include "learn/trainer.h"

/* ---- models --------------------------------------------------------------------------------------- */

static void check_saved(denpa_net *net) {
  void *first, *second;
  size_t first_size, second_size;
  denpa_net *again;
  denpa_error err = {0};
  FUZZ_DEMAND(fuzz_told(denpa_net_save_memory(net, &first, &first_size, &err), &err) == DENPA_OK,
      "a model is not written again");
  const denpa_status status = denpa_net_load_memory(&again, first, first_size, NULL, &fuzz_plain, &err);
  FUZZ_DEMAND(fuzz_told(status, &err) == DENPA_OK, "a model is not read again");
  FUZZ_DEMAND(denpa_net_save_memory(again, &second, &second_size, &err) == DENPA_OK && first_size == second_size &&
                  memcmp(first, second, first_size) == 0,
      "a model is another file when it is read and written again");
  denpa_net_free(again);
  denpa_bytes_free(first);
  denpa_bytes_free(second);
}

void target_model(const uint8_t *data, size_t size) {
  denpa_net *net;
  denpa_error err = {0};
  if (fuzz_told(denpa_net_load_memory(&net, data, size, NULL, &fuzz_plain, &err), &err) != DENPA_OK) return;
  const size_t inputs = denpa_net_inputs(net), outputs = denpa_net_outputs(net);
  if (inputs + outputs < 100000) {
    double *x = calloc(inputs + outputs, sizeof *x);
    int32_t predicted = 0;
    if (x == NULL) abort();
    const denpa_status status = denpa_net_predict(net, 1, DENPA_DTYPE_FLOAT64, x, x + inputs, &predicted, &err);
    FUZZ_DEMAND(
        fuzz_told(status, &err) != DENPA_OK || (predicted >= 0 && (size_t)predicted < (outputs > 2 ? outputs : 2)),
        "class %d of %zu", predicted, outputs);
    free(x);
  }
  check_saved(net);
  denpa_net_free(net);
}

/* ---- small trainings ------------------------------------------------------------------------------- */

enum { ROWS = 12, FEATURES = 3, CLASSES = 2 };

static const denpa_data *some_rows(void) {
  static denpa_data *made;
  static double x[ROWS * FEATURES];
  static int32_t label[ROWS];
  denpa_error err = {0};
  if (made != NULL) return made;
  for (int i = 0; i < ROWS * FEATURES; i++) x[i] = (i * 7 % 11) / 11.0 - 0.4;
  for (int i = 0; i < ROWS; i++) label[i] = i % CLASSES;
  const denpa_rows rows = {.rows = ROWS, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .label = label};
  FUZZ_DEMAND(denpa_data_from_memory(&made, "rows", FEATURES, CLASSES, &rows, &rows, &err) == DENPA_OK, "no rows");
  return made;
}

/* Two kinds of training: what a checkpoint holds differs. */
static denpa_trainer *new_training(int kind, denpa_net **net) {
  denpa_trainer *trainer;
  denpa_error err = {0};
  denpa_net_options make = fuzz_plain;
  denpa_train_options train = denpa_train_options_default();
  make.rng = train.rng = kind == 0 ? DENPA_RNG_DENPA : DENPA_RNG_NUMPY;
  make.seed = train.seed = 1;
  train.optimizer = kind == 0 ? "adam" : "momentum";
  train.epochs = 4;
  train.batch = 4;
  train.validation = kind == 0 ? 0.25 : 0;
  train.patience = kind == 0 ? 2 : 0;
  FUZZ_DEMAND(denpa_net_create(net, "3-4-2", &make, &err) == DENPA_OK &&
                  fuzz_told(denpa_trainer_create(&trainer, *net, some_rows(), &train, &err), &err) == DENPA_OK,
      "no training");
  return trainer;
}

/* What cannot be loaded changes nothing; what can be goes on. */
static denpa_status check_checkpoint(int kind, const char *path) {
  denpa_net *net;
  denpa_trainer *trainer = new_training(kind, &net);
  denpa_error err = {0};
  char before[65], after[65];
  denpa_net_sha256(net, before, &err);
  const denpa_status status = fuzz_told(denpa_trainer_load(trainer, path, &err), &err);
  denpa_net_sha256(net, after, &err);
  if (status != DENPA_OK)
    FUZZ_DEMAND(strcmp(before, after) == 0 && denpa_trainer_report(trainer).steps == 0 && !denpa_trainer_done(trainer),
        "a checkpoint that cannot be loaded has changed the training");
  for (int i = 0; i < 4 && !denpa_trainer_done(trainer); i++)
    fuzz_told(i % 2 == 0 ? denpa_trainer_step(trainer, NULL, &err) : denpa_trainer_epoch(trainer, NULL, &err), &err);
  fuzz_told(denpa_trainer_save(trainer, fuzz_path("after.safetensors"), &err), &err);
  fuzz_told(denpa_trainer_finish(trainer, NULL, &err), &err);
  denpa_trainer_free(trainer);
  denpa_net_free(net);
  return status;
}

void target_checkpoint(const uint8_t *data, size_t size) {
  const char *path = fuzz_file("a.safetensors", data, size);
  for (int kind = 0; kind < 2; kind++) (void)check_checkpoint(kind, path);
}

/* ---- checkpoints whose sum is right ----------------------------------------------------------------- */

static int by_key(const void *a, const void *b) {
  return strcmp(((const dnp_pair *)a)->key, ((const dnp_pair *)b)->key);
}

/* As learn/checkpoint.formats.c has it, written down once more. */
static void put_sum(dnp_pairs *pairs, const dnp_arrays *arrays) {
  dnp_sha256 *sha;
  char out[65];
  FUZZ_DEMAND(dnp_sha256_open(&sha, NULL) == DENPA_OK, "no sum");
  qsort(pairs->item, pairs->count, sizeof *pairs->item, by_key);
  for (size_t i = 0; i < pairs->count; i++) {
    if (strcmp(pairs->item[i].key, "trainer.sha256") == 0) continue;
    dnp_sha256_add(sha, pairs->item[i].key, strlen(pairs->item[i].key) + 1);
    dnp_sha256_add(sha, pairs->item[i].value, strlen(pairs->item[i].value) + 1);
  }
  for (size_t i = 0; i < arrays->count; i++) {
    const dnp_array *a = &arrays->item[i];
    if (strncmp(a->name, "trainer.", 8) != 0) continue;
    dnp_sha256_add(sha, a->name, strlen(a->name) + 1);
    dnp_sha256_add(sha, a->values, dnp_array_count(a) * dnp_dtype_size(a->dtype));
  }
  dnp_sha256_close(sha, out);
  FUZZ_DEMAND(dnp_metadata_set(pairs, "trainer.sha256", out, NULL) == DENPA_OK, "no sum");
}

/* "key=value" of the metadata (without '=': dropped), or of an array ("@name=value": filled with it; "@name": dropped).
 */
static void edit(char *line, dnp_pairs *pairs, dnp_arrays *arrays) {
  char *value = strchr(line, '=');
  double number = 0;
  if (value != NULL) *value++ = '\0';
  if (line[0] != '@') {
    if (value == NULL)
      (void)dnp_metadata_drop(pairs, line);
    else
      (void)dnp_metadata_set(pairs, line, value, NULL);
    return;
  }
  for (size_t i = 0; i < arrays->count; i++) {
    dnp_array *a = &arrays->item[i];
    if (strcmp(a->name, line + 1) != 0) continue;
    if (value != NULL && dnp_parse_real(value, &number) && number >= -2e9 && number <= 2e9)
      for (size_t k = 0; k < dnp_array_count(a) && a->dtype == DENPA_DTYPE_INT32; k++)
        ((int32_t *)a->values)[k] = (int32_t)number;
    if (value != NULL) continue;
    dnp_free(a->values);
    arrays->item[i--] = arrays->item[--arrays->count];
  }
}

void target_trainer(const uint8_t *data, size_t size) {
  const int kind = size > 0 && data[0] == '1';
  char *text = fuzz_text(data, size), *rest = text, base[32];
  dnp_arrays arrays;
  dnp_pairs pairs;
  denpa_net *net;
  denpa_error err = {0};
  snprintf(base, sizeof base, "base%d.safetensors", kind);
  denpa_trainer *trainer = new_training(kind, &net);
  for (int i = 0; i < 4; i++) FUZZ_DEMAND(denpa_trainer_step(trainer, NULL, &err) == DENPA_OK, "no step");
  FUZZ_DEMAND(denpa_trainer_save(trainer, fuzz_path(base), &err) == DENPA_OK, "no checkpoint");
  denpa_trainer_free(trainer);
  denpa_net_free(net);
  FUZZ_DEMAND(dnp_safetensors_read(fuzz_path(base), &arrays, &pairs, &err) == DENPA_OK, "no checkpoint");
  (void)fuzz_line(&rest);
  const int plain = *rest == '\0';
  while (*rest != '\0') edit(fuzz_line(&rest), &pairs, &arrays);
  put_sum(&pairs, &arrays);
  const char *path = fuzz_path("edited.safetensors");
  if (fuzz_told(dnp_safetensors_write(path, arrays.item, arrays.count, &pairs, &err), &err) == DENPA_OK) {
    const denpa_status status = check_checkpoint(kind, path);
    FUZZ_DEMAND(!plain || status == DENPA_OK, "a checkpoint as it was written is refused");
  }
  dnp_arrays_free(&arrays);
  dnp_pairs_free(&pairs);
  free(text);
}

/* ---- what a model tells of its training -------------------------------------------------------------- */

/* Lines "key=value"; a byte 1 in a value stands for an end of line. */
void target_settings(const uint8_t *data, size_t size) {
  char *text = fuzz_text(data, size), *rest = text, name[64];
  denpa_net *net, *began;
  denpa_train_options train;
  dnp_optimizer_settings optimizer;
  denpa_error err = {0};
  FUZZ_DEMAND(denpa_net_create(&net, "3-4-2", &fuzz_plain, &err) == DENPA_OK, "no network");
  while (*rest != '\0') {
    char *line = fuzz_line(&rest), *value = strchr(line, '=');
    if (value == NULL) continue;
    *value++ = '\0';
    for (char *at = value; *at != '\0'; at++)
      if (*at == 1) *at = '\n';
    fuzz_told(dnp_metadata_set(&net->metadata, line, value, &err), &err);
  }
  if (fuzz_told(dnp_settings_recorded(net, &train, &err), &err) == DENPA_OK)
    fuzz_told(dnp_settings_check(&train, &err), &err);
  fuzz_told(dnp_optimizer_settings_recorded(net, &optimizer, &err), &err);
  if (fuzz_told(dnp_net_begin(&began, net, &err), &err) == DENPA_OK) denpa_net_free(began);
  for (size_t i = 0; i < 3; i++) {
    const size_t length = denpa_net_class_name(net, i, name, sizeof name);
    FUZZ_DEMAND(length == 0 || strchr(name, '\n') == NULL, "a class name of two lines");
  }
  (void)dnp_net_order_seed(net);
  denpa_net_free(net);
  free(text);
}

/* ---- what tells pictures like the training data from others --------------------------------------- */

/* A piece of the text a line, with blanks between them; "*COUNT CHARACTER" stands for so many of it, since the text of
 * a model is long. */
static size_t put_piece(char *out, size_t room, const char *line) {
  char *end;
  const size_t count = line[0] == '*' ? (size_t)strtoul(line + 1, &end, 10) : 0;
  const bool run = line[0] == '*' && *end == ' ' && end[1] != '\0';
  const size_t length = run ? count : strlen(line);
  if (length >= room) return 0;
  if (run)
    memset(out, end[1], length);
  else
    memcpy(out, line, length);
  return length;
}

void target_novelty(const uint8_t *data, size_t size) {
  enum { ROOM = 65536, PIXELS = 784 };
  static char whole[ROOM];
  char *text = fuzz_text(data, size), *rest = text;
  size_t length = 0, count;
  void *bytes;
  denpa_net *net, *back = NULL;
  dnp_novelty novelty;
  uint8_t pixel[PIXELS];
  double score = -1;
  denpa_error err = {0};
  while (*rest != '\0') {
    if (length > 0 && length + 1 < ROOM) whole[length++] = ' ';
    length += put_piece(whole + length, ROOM - length, fuzz_line(&rest));
  }
  whole[length] = '\0';
  for (size_t i = 0; i < PIXELS; i++) pixel[i] = (uint8_t)(i * 37 % 256);
  FUZZ_DEMAND(denpa_net_create(&net, "784-2", &fuzz_plain, &err) == DENPA_OK, "no network");
  const denpa_status checked = fuzz_told(dnp_novelty_check(whole, &err), &err);
  if (fuzz_told(dnp_metadata_set(&net->metadata, DNP_NOVELTY_KEY, whole, &err), &err) == DENPA_OK) {
    const denpa_status opened = fuzz_told(dnp_novelty_open(&novelty, net, &err), &err);
    FUZZ_DEMAND(opened == checked, "what is checked and what is opened differ");
    if (opened == DENPA_OK) {
      FUZZ_DEMAND(dnp_novelty_score(&novelty, pixel, &score, &err) == DENPA_OK, "no score");
      FUZZ_DEMAND(score >= 0 && score <= 1, "a score that is none");
      dnp_novelty_close(&novelty);
    }
    if (fuzz_told(denpa_net_save_memory(net, &bytes, &count, &err), &err) == DENPA_OK) {
      const denpa_status read = denpa_net_load_memory(&back, bytes, count, NULL, &fuzz_plain, &err);
      FUZZ_DEMAND(fuzz_told(read, &err) == checked, "a model is read and its metadata are not, or the other way round");
      denpa_bytes_free(bytes);
    }
    denpa_net_free(back);
  }
  denpa_net_free(net);
  free(text);
}

/* ---- gradients --------------------------------------------------------------------------------------- */

/* A line with the ending of the file's name, and the file. */
void target_gradients(const uint8_t *data, size_t size) {
  static const char *const endings[] = {".npz", ".npy", ".csv", ".txt", ".safetensors", ".pkl", NULL};
  static denpa_net *net;
  const uint8_t *end = memchr(data, '\n', size);
  const size_t from = end != NULL ? (size_t)(end - data) + 1 : size;
  char name[32] = "";
  dnp_arrays arrays;
  dnp_review *review;
  denpa_error err = {0};
  for (int i = 0; endings[i] != NULL; i++)
    if (end != NULL && strlen(endings[i]) == from - 1 && memcmp(data, endings[i], from - 1) == 0)
      snprintf(name, sizeof name, "dW1%s", endings[i]);
  if (name[0] == '\0') return;
  if (net == NULL) FUZZ_DEMAND(denpa_net_create(&net, "3-4-2", &fuzz_plain, &err) == DENPA_OK, "no network");
  if (fuzz_told(dnp_given_read(fuzz_file(name, data + from, size - from), &arrays, &err), &err) != DENPA_OK) return;
  const bool whole = dnp_text_ends(name, ".npz") || dnp_text_ends(name, ".safetensors") || dnp_text_ends(name, ".pkl");
  const denpa_status status = dnp_review_make(&review, net, some_rows(), DNP_TRAIN, 0, &arrays, whole, &err);
  if (fuzz_told(status, &err) == DENPA_OK) {
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    dnp_review_tell(out, DENPA_LANG_EN, false, review);
    dnp_review_tell(out, DENPA_LANG_JA, false, review);
    fclose(out);
    fuzz_shown(text);
    free(text);
    dnp_review_free(review);
  }
  dnp_arrays_free(&arrays);
}
