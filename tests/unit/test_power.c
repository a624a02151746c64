/* test_power.c: a run is written as a training does, on a disk that keeps a journal (disk.h); then every beginning of
 * the journal is replayed as a power failure may leave it: what was not synced is there, gone, torn at sectors of 512
 * or pages of 4,096 bytes, or zeros; names that were not synced came or did not, each alone. In every such state each
 * file has to be whole, old or new, and the run has to go on from the last checkpoint that was said to be saved. A
 * killed process never shows a missing fsync; tests/command/mutants.sh proves that this does. $POWER_EPOCHS is how long
 * the training is (4); tests/campaign/power.sh asks for more. */
#include "learn_tools.h"

#include "disk.h"

#include "learn/trainer.h"
#include "run/checkpoints.h"
#include "run/log.h"
#include "sanitized.h"

/* ---- what a power failure leaves ---------------------------------------------------------------- */

/* What becomes of bytes that were written and not synced: all came, none, zeros of the same length, every other sector
 * or page alone; from TORN on, so many sectors and no more. */
typedef enum fate { KEPT, DROPPED, ZEROS, SCATTERED_512, SCATTERED_4096, TORN } fate;
enum { SECTOR = 512, PAGE = 4096 };

typedef struct state {
  struct name name[NODES];
  size_t names;
  size_t upto; /* of the journal */
  size_t fate;
} state_of_disk;
static state_of_disk after;

static bool of_names(const op *o) { return o->kind == NAMED || o->kind == GONE || o->kind == FOLDER; }

/* Whether the name lies in the folder itself. */
static bool lies_in(const char *name, const char *in) {
  const size_t length = strlen(in);
  if (length == 0) return strchr(name, '/') == NULL;
  return strncmp(name, in, length) == 0 && name[length] == '/' && strchr(name + length + 1, '/') == NULL;
}

static bool names_synced(size_t i, size_t upto) {
  for (size_t k = i + 1; k < upto; k++)
    if (journal[k].kind == FOLDER_SYNCED && lies_in(journal[i].name, journal[k].name)) return true;
  return false;
}

static void take_name(state_of_disk *s, const char *name) {
  for (size_t i = 0; i < s->names; i++)
    if (strcmp(s->name[i].name, name) == 0) {
      s->name[i] = s->name[--s->names];
      return;
    }
}

static void apply_name(state_of_disk *s, const op *o) {
  take_name(s, o->name);
  if (o->kind == GONE) return;
  if (o->gone[0] != '\0') take_name(s, o->gone);
  snprintf(s->name[s->names].name, NAME, "%s", o->name);
  s->name[s->names++].node = o->kind == FOLDER ? -1 : o->node;
}

/* The content of a node; *size. */
static unsigned char *content(const state_of_disk *s, int of, size_t *size) {
  size_t synced = 0, safe = 0, most = 0;
  for (size_t i = 0; i < s->upto; i++) {
    if (journal[i].node == of && journal[i].kind == SYNCED) synced = i + 1;
    if (journal[i].node == of && journal[i].kind == CONTENT) most += journal[i].size;
  }
  unsigned char *bytes = calloc(most + 1, 1);
  *size = 0;
  for (size_t i = 0; i < s->upto; i++) {
    const op *o = &journal[i];
    if (i == synced) safe = *size;
    if (o->node != of || (i >= synced && s->fate == DROPPED)) continue;
    if (o->kind == CUT) *size = o->size;
    if (o->kind != CONTENT) continue;
    memcpy(bytes + o->at, o->data, o->size);
    *size = o->at + o->size;
  }
  if (s->upto == synced) safe = *size;
  if (s->fate == KEPT || s->fate == DROPPED || *size <= safe) return bytes;
  const size_t part = s->fate == SCATTERED_512 ? SECTOR : PAGE;
  if (s->fate >= TORN) {
    const size_t torn = (safe / SECTOR + 1 + s->fate - TORN) * SECTOR;
    if (torn < *size) *size = torn;
  } else
    for (size_t at = safe; at < *size; at++)
      if (s->fate == ZEROS || at / part % 2 == 0) bytes[at] = 0;
  return bytes;
}

/* ---- a run that is written on it ------------------------------------------------------------------ */

enum { STEP = 4, LINES = 64, VERSIONS = 100, SAVES = 4000 };
static struct saved {
  size_t step, size;
  unsigned char *data;
} saved[SAVES]; /* each checkpoint as it has to be */
static size_t saves;

typedef struct run {
  denpa_trainer *trainer;
  dnp_checkpoints checkpoints;
  dnp_appender log;
  size_t version; /* of options.json */
} run;

static void options_text(size_t version, char out[64]) { snprintf(out, 64, "{\"version\": %zu}\n", version); }

static void write_options(run *r) {
  char text[64], path[300];
  options_text(++r->version, text);
  snprintf(path, sizeof path, "%s/run/options.json", root);
  OK(dnp_write_file(path, &(dnp_piece){text, strlen(text)}, 1, err));
  record(SAID, -1, "options")->at = r->version;
}

static int note_epoch(void *context, const denpa_epoch *epoch) {
  run *r = context;
  assert_int_equal(dnp_log_add(&r->log, epoch, true), 0);
  write_options(r);
  return 0;
}

static int save_sometimes(void *context, const denpa_epoch *now, size_t *next) {
  run *r = context;
  char path[DNP_CHECKPOINT_PATH];
  if (now->step % STEP == 0) {
    assert_int_equal(dnp_append_sync(&r->log), 0);
    assert_true(saves < SAVES);
    OK(dnp_checkpoints_save(&r->checkpoints, r->trainer, now->step, now->validation_loss, err));
    record(SAID, -1, "saved")->at = now->step;
    OK(dnp_checkpoints_path(r->checkpoints.run, now->step, path, err));
    saved[saves].step = now->step;
    saved[saves].data = get_file(path, &saved[saves].size);
    saves++;
  }
  *next = (now->step / STEP + 1) * STEP;
  return 0;
}

static denpa_train_options training(void *context) {
  const char *epochs = getenv("POWER_EPOCHS");
  denpa_train_options o = denpa_train_options_default();
  o.epochs = epochs != NULL ? (size_t)strtoul(epochs, NULL, 10) : 4;
  o.batch = 64;
  o.optimizer = "momentum";
  o.validation = 0.1;
  o.on_epoch = note_epoch;
  o.on_update = save_sometimes;
  o.context = context;
  return o;
}

static denpa_net *small_net(void) {
  denpa_net *net;
  denpa_net_options o = denpa_net_options_default();
  o.threads = 1;
  OK(denpa_net_create_for(&net, "784-4-10", digits, &o, err));
  return net;
}

static void write_run(void) {
  static char path[300];
  char log[320];
  run r = {.log = DNP_NOT_APPENDING};
  const dnp_checkpoint_every every = {.updates = STEP};
  const denpa_train_options o = training(&r);
  denpa_net *net = small_net();
  snprintf(root, sizeof root, "%s/disk", folder);
  assert_int_equal(mkdir(root, 0777), 0);
  records = true;
  snprintf(path, sizeof path, "%s/run", root);
  snprintf(log, sizeof log, "%s/log.csv", path);
  assert_int_equal(dnp_make_folder(path, 0777), 0);
  record(SAID, -1, "folder");
  OK(dnp_append_open(&r.log, log, false, err));
  assert_int_equal(dnp_log_begin(&r.log, true), 0);
  OK(dnp_checkpoints_open(&r.checkpoints, path, &every, SIZE_MAX, NULL, 0, err));
  write_options(&r);
  OK(denpa_trainer_create(&r.trainer, net, digits, &o, err));
  OK(denpa_trainer_run(r.trainer, NULL, err));
  assert_int_equal(dnp_append_sync(&r.log), 0);
  assert_int_equal(dnp_append_close(&r.log), 0);
  records = false;
  denpa_trainer_free(r.trainer);
  denpa_net_free(net);
}

/* ---- what has to be so in each state -------------------------------------------------------------- */

/* What the caller was told last: the step of a checkpoint, the version of the options. */
static size_t told(const char *what, size_t upto, bool *any) {
  size_t last = 0;
  *any = false;
  for (size_t i = 0; i < upto; i++)
    if (journal[i].kind == SAID && strcmp(journal[i].name, what) == 0) last = journal[i].at, *any = true;
  return last;
}

static size_t names_chosen;
#define BROKEN(what) \
  fail_msg("after %zu of the journal, unsynced bytes %zu, names %#zx: %s", after.upto, after.fate, names_chosen, what)

static void check_options(const unsigned char *bytes, size_t size, size_t at_least) {
  char text[64];
  for (size_t v = at_least; v <= at_least + 1; v++) {
    options_text(v, text);
    if (size == strlen(text) && memcmp(bytes, text, size) == 0) return;
  }
  BROKEN("options.json is neither the old nor the new one");
}

static void check_checkpoint(const char *name, const unsigned char *bytes, size_t size) {
  const size_t step = (size_t)strtoul(name, NULL, 10);
  for (size_t i = 0; i < saves; i++)
    if (saved[i].step == step) {
      if (size != saved[i].size || memcmp(bytes, saved[i].data, size) != 0) BROKEN("a checkpoint is not whole");
      return;
    }
  BROKEN("a checkpoint that nobody saved");
}

/* Makes the folder, or removes the files in it. */
static void clear(const char *path) {
  if (mkdir(path, 0777) == 0) return;
  DIR *all = opendir(path);
  assert_non_null(all);
  for (struct dirent *entry; (entry = readdir(all)) != NULL;) (void)unlinkat(dirfd(all), entry->d_name, 0);
  closedir(all);
}

/* Puts the state into a folder of its own: what a person finds after the failure. */
static void put_state(const char *place) {
  char path[600];
  bool any, folder_there = false, options = false;
  const size_t version = told("options", after.upto, &any);
  snprintf(path, sizeof path, "%s/run", place);
  clear(place), clear(path);
  snprintf(path, sizeof path, "%s/run/checkpoints", place);
  clear(path);
  for (size_t i = 0; i < after.names; i++) {
    const struct name *n = &after.name[i];
    if (n->node < 0) {
      folder_there = folder_there || strcmp(n->name, "run") == 0;
      continue;
    }
    size_t size;
    unsigned char *bytes = content(&after, n->node, &size);
    if (strcmp(n->name, "run/options.json") == 0) options = true, check_options(bytes, size, version);
    if (strncmp(n->name, "run/checkpoints/0", 17) == 0) check_checkpoint(n->name + 16, bytes, size);
    snprintf(path, sizeof path, "%s/%s", place, n->name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    free(bytes);
  }
  if (any && !options) BROKEN("options.json is gone");
  (void)told("folder", after.upto, &any);
  if (any && !folder_there) BROKEN("the run's folder is gone");
}

/* The log up to what the checkpoint relies on: a line for each epoch that had ended. */
static void check_log(const char *place, size_t upto) {
  char path[400];
  denpa_epoch *line;
  size_t count, lines = 0;
  denpa_error why = {0};
  snprintf(path, sizeof path, "%s/run/log.csv", place);
  OK(dnp_log_cut(path, upto, err));
  if (dnp_log_read(path, &line, &count, &why) != DENPA_OK) BROKEN("the log cannot be read");
  for (size_t i = 0; i < count; i++) lines += line[i].step > 0;
  dnp_free(line);
  const denpa_train_options o = training(NULL);
  const size_t rows = denpa_data_rows(digits, DENPA_SPLIT_TRAIN) - dnp_data_validation_rows(digits, o.validation);
  if (lines < upto / ((rows - 1) / o.batch + 1)) BROKEN("the log lacks lines");
}

static void check_resume(const char *place) {
  char path[DNP_CHECKPOINT_PATH], where[300];
  size_t *step, count;
  bool any;
  const size_t last = told("saved", after.upto, &any);
  snprintf(where, sizeof where, "%s/run", place);
  OK(dnp_checkpoints_list(where, &step, &count, err));
  if (any && (count == 0 || step[0] < last)) BROKEN("a checkpoint that was said to be saved is gone");
  if (count > 0) {
    denpa_net *net = small_net();
    denpa_trainer *trainer;
    const denpa_train_options o = training(NULL);
    OK(denpa_trainer_create(&trainer, net, digits, &o, err));
    OK(dnp_checkpoints_path(where, step[0], path, err));
    if (denpa_trainer_load(trainer, path, NULL) != DENPA_OK) BROKEN("the newest checkpoint cannot be loaded");
    check_log(place, dnp_trainer_told(trainer));
    denpa_trainer_free(trainer);
    denpa_net_free(net);
  }
  dnp_free(step);
}

/* ---- every state ---------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, const void *data, size_t size) {
  const unsigned char *byte = data;
  for (size_t i = 0; i < size; i++) hash = (hash ^ byte[i]) * 0x100000001b3u;
  return hash;
}

/* Of the names, the contents and what was said: states that are the same are looked at once. */
static uint64_t hash_state(void) {
  uint64_t sum = 0, said = 0;
  bool any;
  for (size_t i = 0; i < after.names; i++) {
    size_t size = 0;
    unsigned char *bytes = after.name[i].node < 0 ? NULL : content(&after, after.name[i].node, &size);
    uint64_t one = mix(0xcbf29ce484222325u, after.name[i].name, strlen(after.name[i].name));
    sum += mix(mix(one, &size, sizeof size), bytes, size);
    free(bytes);
  }
  static const char *const what[] = {"folder", "options", "saved"};
  for (size_t i = 0; i < 3; i++) said = 1000003 * said + told(what[i], after.upto, &any) + any;
  return mix(sum, &said, sizeof said);
}

enum { SEEN = 1 << 18, MOST_FREE = 5 };
static uint64_t seen[SEEN];
static size_t states;

static bool is_new(uint64_t hash) {
  size_t at = hash % SEEN;
  for (hash |= 1; seen[at] != 0; at = (at + 1) % SEEN)
    if (seen[at] == hash) return false;
  seen[at] = hash;
  return true;
}

/* chosen: which of the last names that were not synced came all the same. */
static void look_at(size_t upto, size_t bytes, size_t chosen) {
  size_t open[OPS / 100], opens = 0;
  for (size_t i = 0; i < upto; i++)
    if (of_names(&journal[i]) && !names_synced(i, upto) && opens < sizeof open / sizeof *open) open[opens++] = i;
  after.names = 0;
  after.upto = upto;
  after.fate = bytes;
  names_chosen = chosen;
  for (size_t i = 0, o = 0; i < upto; i++) {
    if (!of_names(&journal[i])) continue;
    const bool is_open = o < opens && open[o] == i;
    const size_t bit = is_open ? opens - ++o : 0; /* the last one has bit 0; those before the last few came */
    if (!is_open || bit >= MOST_FREE || ((chosen >> bit) & 1) != 0) apply_name(&after, &journal[i]);
  }
  if (!is_new(hash_state())) return;
  states++;
  if (SANITIZED && states % 10 != 0) return;
  put_state(in_folder("after"));
  check_resume(in_folder("after"));
}

static size_t choices(size_t upto) {
  size_t free_names = 0;
  for (size_t i = 0; i < upto; i++) free_names += of_names(&journal[i]) && !names_synced(i, upto);
  return (size_t)1 << (free_names < MOST_FREE ? free_names : MOST_FREE);
}

/* How many there are for what is not synced. */
static size_t fates(size_t upto) {
  static size_t unsynced[NODES];
  size_t most = 0;
  memset(unsynced, 0, sizeof unsynced);
  for (size_t i = 0; i < upto; i++) {
    if (journal[i].kind == CONTENT) unsynced[journal[i].node] += journal[i].size;
    if (journal[i].kind == SYNCED) unsynced[journal[i].node] = 0;
  }
  for (int i = 0; i < nodes; i++) most = unsynced[i] > most ? unsynced[i] : most;
  return most == 0 ? 1 : TORN + most / SECTOR + 1;
}

static void test_power_failures(void **state) {
  (void)state;
  trouble = (struct trouble){0};
  write_run();
  for (size_t upto = 0; upto <= ops; upto++)
    for (size_t chosen = 0, all = choices(upto), ways = fates(upto); chosen < all; chosen++)
      for (size_t bytes = 0; bytes < ways; bytes++) look_at(upto, bytes, chosen);
  print_message("%zu states of %zu calls, %zu checkpoints\n", states, ops, saves);
  assert_true(states >= 1000 || getenv("POWER_EPOCHS") != NULL);
  for (size_t i = 0; i < ops; i++) free(journal[i].data);
  for (size_t i = 0; i < saves; i++) free(saved[i].data);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_power_failures)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
