/* test_power.c: the writer (base/write.c) on a disk of its own, which keeps a journal of what it is told, loses power
 * and fails. A run is written on it as a training does; then every beginning of the journal is replayed as a power
 * failure may leave it: what was not synced is there, gone, torn at sectors of 512 or pages of 4,096 bytes, or zeros;
 * names that were not synced came or did not, each alone. In every such state each file has to be whole, old or new,
 * and the run has to go on from the last checkpoint that was said to be saved. A killed process never shows a missing
 * fsync. $POWER_EPOCHS is how long the training is (4); tests/campaign/power.sh asks for more.
 * tests/command/mutants.sh compiles this with writers that are wrong (DNP_WRITER), and it has to find each. */
#include "learn_tools.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>

#include "base/near.h"
#include "base/text.h"
#include "base/write.h"
#include "learn/trainer.h"
#include "run/checkpoints.h"
#include "run/log.h"

/* ---- the disk: calls, trouble, journal ----------------------------------------------------------- */

typedef enum call { OPEN, READ, WRITE, SYNC, CLOSE, RENAME, UNLINK, MKDIR, TRUNCATE, CALLS } call;
static const char *const call_name[CALLS] = {
    "open", "read", "write", "fsync", "close", "rename", "unlink", "mkdir", "ftruncate"};

static struct trouble {
  call fails;
  size_t at; /* which of its calls; 0: none */
  int code;
  bool met;
  size_t most; /* bytes that one transfer takes; 0: any number */
  bool flips;  /* a bit of what is written */
  size_t count[CALLS];
} trouble;

static bool fails(call what) {
  if (++trouble.count[what] != trouble.at || trouble.fails != what) return false;
  trouble.met = true;
  errno = trouble.code;
  return true;
}

enum { FILES = 64, OPS = 20000, NODES = 4000, NAME = 200 };

/* What happened: to a node (the content of a file), or to a name in a folder. SAID: the caller was told that it is
 * done. */
typedef enum kind { CONTENT, CUT, SYNCED, NAMED, GONE, FOLDER, FOLDER_SYNCED, SAID } kind;
typedef struct op {
  kind kind;
  int node;
  char name[NAME]; /* below the root; of a folder: "" the root itself */
  size_t at, size; /* of SAID: what was said */
  unsigned char *data;
  char gone[NAME]; /* NAMED by renaming: the name before; "" none */
} op;
static op journal[OPS];
static size_t ops;
static bool records;
static char root[256];

static struct handle {
  int node; /* below 0: none */
  bool folder;
  char name[NAME];
} handle[FILES];
static struct node { size_t size; } node[NODES];
static int nodes;
static struct name {
  char name[NAME];
  int node;
} present[NODES]; /* as the process sees it */
static size_t presents;

/* The name below the root; NULL: not there, or nothing is recorded. */
static const char *below(const char *path) {
  const size_t length = strlen(root);
  if (!records || strncmp(path, root, length) != 0 || (path[length] != '/' && path[length] != '\0')) return NULL;
  path += length;
  while (*path == '/') path++;
  return path;
}

static op *record(kind what, int of, const char *name) {
  assert_true(ops < OPS);
  op *o = &journal[ops++];
  *o = (op){.kind = what, .node = of};
  snprintf(o->name, NAME, "%s", name);
  return o;
}

static size_t find(const char *name) {
  size_t i = 0;
  while (i < presents && strcmp(present[i].name, name) != 0) i++;
  return i;
}

static void set_name(const char *name, int of) {
  const size_t i = find(name);
  assert_true(i < NODES);
  if (i == presents) snprintf(present[presents++].name, NAME, "%s", name);
  present[i].node = of;
}

static void lose_name(const char *name) {
  const size_t i = find(name);
  if (i < presents) present[i] = present[--presents];
}

static int disk_open(const char *path, int how, ...) {
  if (fails(OPEN)) return -1;
  const char *name = below(path);
  struct stat info;
  const bool there = stat(path, &info) == 0;
  const int file = open(path, how, 0666);
  if (file < 0 || name == NULL) return file;
  assert_true(file < FILES);
  handle[file] = (struct handle){.node = -1, .folder = there && S_ISDIR(info.st_mode)};
  snprintf(handle[file].name, NAME, "%s", name);
  if (handle[file].folder || (how & O_ACCMODE) == O_RDONLY) return file;
  if (!there) {
    assert_true(nodes < NODES);
    node[nodes].size = 0;
    set_name(name, nodes);
    record(NAMED, nodes++, name);
  }
  handle[file].node = present[find(name)].node;
  return file;
}

static ssize_t disk_read(int file, void *data, size_t size) {
  if (fails(READ)) return -1;
  return read(file, data, trouble.most > 0 && size > trouble.most ? trouble.most : size);
}

static ssize_t disk_write(int file, const void *data, size_t size) {
  static unsigned char other[1 << 20];
  if (fails(WRITE)) return -1;
  if (trouble.most > 0 && size > trouble.most) size = trouble.most;
  if (trouble.flips && size > 0) {
    assert_true(size <= sizeof other);
    memcpy(other, data, size);
    other[size / 2] ^= 4;
    data = other;
  }
  const ssize_t put = write(file, data, size);
  if (put <= 0 || !records || handle[file].node < 0) return put;
  struct node *n = &node[handle[file].node];
  op *o = record(CONTENT, handle[file].node, "");
  o->at = n->size;
  o->size = (size_t)put;
  o->data = malloc((size_t)put);
  memcpy(o->data, data, (size_t)put);
  n->size += (size_t)put;
  return put;
}

/* Nothing is really synced: it takes long, and the journal is what counts. */
static int disk_fsync(int file) {
  if (fails(SYNC)) return -1;
  if (!records) return 0;
  if (handle[file].folder)
    record(FOLDER_SYNCED, -1, handle[file].name);
  else if (handle[file].node >= 0)
    record(SYNCED, handle[file].node, "");
  return 0;
}

static int disk_close(int file) {
  if (records && file < FILES) handle[file] = (struct handle){.node = -1};
  const int result = close(file);
  return fails(CLOSE) ? -1 : result;
}

static int disk_rename(const char *from, const char *to) {
  if (fails(RENAME)) return -1;
  const int result = rename(from, to);
  const char *name = below(from);
  if (result != 0 || name == NULL) return result;
  const int moved = present[find(name)].node;
  op *o = record(NAMED, moved, below(to));
  snprintf(o->gone, NAME, "%s", name);
  lose_name(name);
  set_name(o->name, moved);
  return 0;
}

static int disk_unlink(const char *path) {
  if (fails(UNLINK)) return -1;
  const int result = unlink(path);
  const char *name = below(path);
  if (result != 0 || name == NULL) return result;
  record(GONE, -1, name);
  lose_name(name);
  return 0;
}

static int disk_mkdir(const char *path, mode_t rights) {
  if (fails(MKDIR)) return -1;
  const int result = mkdir(path, rights);
  const char *name = below(path);
  if (result == 0 && name != NULL) record(FOLDER, -1, name);
  return result;
}

static int disk_ftruncate(int file, off_t size) {
  if (fails(TRUNCATE)) return -1;
  const int result = ftruncate(file, size);
  if (result != 0 || !records || handle[file].node < 0) return result;
  record(CUT, handle[file].node, "")->size = (size_t)size;
  node[handle[file].node].size = (size_t)size;
  return 0;
}

#define open(...) disk_open(__VA_ARGS__)
#define read(...) disk_read(__VA_ARGS__)
#define write(...) disk_write(__VA_ARGS__)
#define fsync(...) disk_fsync(__VA_ARGS__)
#define close(...) disk_close(__VA_ARGS__)
#define rename(...) disk_rename(__VA_ARGS__)
#define unlink(...) disk_unlink(__VA_ARGS__)
#define mkdir(...) disk_mkdir(__VA_ARGS__)
#define ftruncate(...) disk_ftruncate(__VA_ARGS__)
#ifndef DNP_WRITER
#define DNP_WRITER "../../src/base/write.c"
#endif
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow" /* its names are its own; so are those of the tools */
#include DNP_WRITER
#pragma GCC diagnostic pop
#undef open
#undef read
#undef write
#undef fsync
#undef close
#undef rename
#undef unlink
#undef mkdir
#undef ftruncate

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
  put_state(in_folder("after"));
  check_resume(in_folder("after"));
}

static size_t choices(size_t upto) {
  size_t free_names = 0;
  for (size_t i = 0; i < upto; i++) free_names += of_names(&journal[i]) && !names_synced(i, upto);
  return (size_t)1 << (free_names < MOST_FREE ? free_names : MOST_FREE);
}

static void test_power_failures(void **state) {
  (void)state;
  trouble = (struct trouble){0};
  write_run();
  size_t sectors = 0;
  for (int i = 0; i < nodes; i++) sectors = node[i].size / SECTOR > sectors ? node[i].size / SECTOR : sectors;
  for (size_t upto = 0; upto <= ops; upto++)
    for (size_t chosen = 0, all = choices(upto); chosen < all; chosen++)
      for (size_t bytes = 0; bytes < TORN + sectors; bytes++) look_at(upto, bytes, chosen);
  print_message("%zu states of %zu calls, %zu checkpoints\n", states, ops, saves);
  assert_true(states >= 1000 || getenv("POWER_EPOCHS") != NULL);
  for (size_t i = 0; i < ops; i++) free(journal[i].data);
  for (size_t i = 0; i < saves; i++) free(saved[i].data);
}

/* ---- each call fails ------------------------------------------------------------------------------ */

static const int codes[] = {ENOSPC, EIO, EDQUOT, EINTR};
enum { CODES = sizeof codes / sizeof *codes };
static const char old_text[] = "the old file", new_text[] = "the new one, which is longer";

static size_t files_in(const char *path) {
  size_t count = 0;
  DIR *all = opendir(path);
  assert_non_null(all);
  for (struct dirent *entry; (entry = readdir(all)) != NULL;)
    count += entry->d_name[0] != '.' || strlen(entry->d_name) > 2;
  closedir(all);
  return count;
}

static void assert_text(const char *path, const char *text) {
  size_t size;
  unsigned char *bytes = get_file(path, &size);
  assert_int_equal(size, strlen(text));
  assert_memory_equal(bytes, text, size);
  free(bytes);
}

/* The message names the file and the cause. */
static void assert_says(const denpa_error *err, const char *path, int code) {
  char text[512];
  denpa_error_text(err, DENPA_LANG_EN, text, sizeof text);
  if (strstr(text, path) == NULL || strstr(text, dnp_errno_text(code)) == NULL)
    fail_msg("%s: %s is not told: %s", path, dnp_errno_text(code), text);
}

static denpa_status write_text(const char *path, const char *text, denpa_error *err) {
  const size_t half = strlen(text) / 2; /* two pieces, and an empty one */
  const dnp_piece pieces[] = {{text, half}, {"", 0}, {text + half, strlen(text) - half}};
  return dnp_write_file(path, pieces, 3, err);
}

/* One call fails: the file is the old one, or (if the folder's sync is what failed) the new one, and nothing else is
 * there. Returns whether the call was met. */
static bool write_with(call what, size_t at, int code) {
  char path[320], place[300];
  denpa_error why = {0};
  snprintf(place, sizeof place, "%s/faults", folder);
  snprintf(path, sizeof path, "%s/file", place);
  trouble = (struct trouble){0};
  OK(write_text(path, old_text, err));
  trouble = (struct trouble){.fails = what, .at = at, .code = code};
  const denpa_status status = write_text(path, new_text, &why);
  const bool met = trouble.met, again = code == EINTR && (what == OPEN || what == READ || what == WRITE),
             last = what == CLOSE && at == 2; /* of the folder, which was read only */
  trouble = (struct trouble){0};
  if (files_in(place) != 1) fail_msg("%s %zu, %s: something is left", call_name[what], at, dnp_errno_text(code));
  if (!met || again || last) {
    assert_int_equal(status, DENPA_OK);
    assert_text(path, new_text);
    return met;
  }
  if (status != DENPA_ERROR_IO) fail_msg("%s %zu, %s: status %d", call_name[what], at, dnp_errno_text(code), status);
  assert_says(&why, path, code);
  char text[512];
  denpa_error_text(&why, DENPA_LANG_EN, text, sizeof text);
  const bool of_folder = at == 2 && (what == OPEN || what == SYNC);
  assert_text(path, of_folder ? new_text : old_text);
  assert_true((strstr(text, "was written, but its folder could not be synced") != NULL) == of_folder);
  return true;
}

static void test_faults_of_whole_files(void **state) {
  (void)state;
  size_t met[CALLS] = {0};
  assert_int_equal(mkdir(in_folder("faults"), 0777), 0);
  for (int what = 0; what < CALLS; what++)
    for (size_t i = 0; i < CODES; i++)
      for (size_t at = 1; write_with((call)what, at, codes[i]); at++) met[what]++;
  for (int what = 0; what < CALLS; what++) print_message("  %s: %zu\n", call_name[what], met[what]);
  assert_true(met[OPEN] >= 2 * CODES && met[SYNC] == 2 * CODES && met[CLOSE] == 2 * CODES && met[RENAME] == CODES);
  assert_true(met[READ] >= CODES && met[WRITE] >= 2 * CODES);
}

/* The system tells that a sync failed once; asked again it would say that all is well. */
static void test_a_failed_sync_is_not_tried_again(void **state) {
  (void)state;
  for (size_t at = 1; at <= 2; at++) {
    trouble = (struct trouble){.fails = SYNC, .at = at, .code = EIO};
    assert_int_equal(write_text(in_folder("once"), new_text, NULL), DENPA_ERROR_IO);
    assert_int_equal(trouble.count[SYNC], at);
  }
  trouble = (struct trouble){0};
}

static void test_a_disk_that_stores_other_bytes(void **state) {
  (void)state;
  char path[300], text[512];
  denpa_error why = {0};
  snprintf(path, sizeof path, "%s/other", folder);
  trouble = (struct trouble){0};
  OK(write_text(path, old_text, err));
  trouble = (struct trouble){.flips = true};
  assert_int_equal(write_text(path, new_text, &why), DENPA_ERROR_IO);
  trouble = (struct trouble){0};
  denpa_error_text(&why, DENPA_LANG_EN, text, sizeof text);
  assert_non_null(strstr(text, "reading back gave other bytes"));
  assert_non_null(strstr(text, path));
  assert_text(path, old_text);
}

static void test_short_transfers(void **state) {
  (void)state;
  char path[300];
  unsigned char *bytes;
  size_t size;
  dnp_appender log;
  snprintf(path, sizeof path, "%s/short", folder);
  for (size_t most = 1; most < 12; most += 3) {
    trouble = (struct trouble){.most = most};
    OK(write_text(path, new_text, err));
    OK(dnp_read_file(path, 1000, &bytes, &size, err));
    assert_int_equal(size, strlen(new_text));
    assert_memory_equal(bytes, new_text, size);
    dnp_free(bytes);
    OK(dnp_append_open(&log, path, true, err));
    assert_int_equal(dnp_append(&log, " and more", 9), 0);
    assert_int_equal(dnp_append_close(&log), 0);
    trouble = (struct trouble){0};
    assert_text(path, "the new one, which is longer and more");
  }
}

static void test_faults_of_reading(void **state) {
  (void)state;
  unsigned char *bytes;
  size_t size;
  const char *path = put_file("read", new_text, strlen(new_text));
  for (int what = OPEN; what <= READ; what++)
    for (size_t i = 0; i < CODES; i++) {
      denpa_error why = {0};
      trouble = (struct trouble){.fails = (call)what, .at = 1, .code = codes[i]};
      const denpa_status status = dnp_read_file(path, 1000, &bytes, &size, &why);
      assert_true(trouble.met);
      trouble = (struct trouble){0};
      assert_int_equal(status, codes[i] == EINTR ? DENPA_OK : DENPA_ERROR_IO);
      if (status == DENPA_OK)
        assert_memory_equal(bytes, new_text, size);
      else
        assert_says(&why, path, codes[i]);
      dnp_free(bytes);
    }
}

/* A line that does not fit leaves no part of it; what is told to be synced is. */
static void test_faults_of_logs(void **state) {
  (void)state;
  char path[300];
  dnp_appender log;
  snprintf(path, sizeof path, "%s/log", folder);
  for (size_t i = 0; i < CODES; i++) {
    denpa_error why = {0};
    trouble = (struct trouble){0};
    OK(dnp_append_open(&log, path, false, err));
    assert_int_equal(dnp_append(&log, "one\n", 4), 0);
    trouble = (struct trouble){.fails = WRITE, .at = 3, .code = codes[i], .most = 2}; /* after four bytes of six */
    assert_int_equal(dnp_append(&log, "three\n", 6), codes[i] == EINTR ? 0 : codes[i]);
    trouble = (struct trouble){0};
    assert_int_equal(dnp_append(&log, "four\n", 5), 0);
    trouble = (struct trouble){.fails = SYNC, .at = 1, .code = codes[i]};
    assert_int_equal(dnp_append_sync(&log), codes[i]);
    assert_int_equal(trouble.count[SYNC], 1);
    trouble = (struct trouble){.fails = CLOSE, .at = 1, .code = codes[i]};
    assert_int_equal(dnp_append_close(&log), codes[i]);
    assert_text(path, codes[i] == EINTR ? "one\nthree\nfour\n" : "one\nfour\n");
    for (int what = OPEN; what <= SYNC; what += SYNC - OPEN) { /* of the file, and of its folder */
      trouble = (struct trouble){.fails = (call)what, .at = 1, .code = codes[i]};
      const denpa_status status = dnp_append_open(&log, path, true, &why);
      trouble = (struct trouble){0};
      if (what == OPEN && codes[i] == EINTR) {
        assert_int_equal(status, DENPA_OK);
        assert_int_equal(dnp_append_close(&log), 0);
        continue;
      }
      assert_int_equal(status, DENPA_ERROR_IO);
      assert_int_equal(log.file, -1);
      assert_says(&why, path, codes[i]);
    }
  }
}

static void test_faults_of_names(void **state) {
  (void)state;
  char path[300], other[300];
  snprintf(path, sizeof path, "%s/made", folder);
  snprintf(other, sizeof other, "%s/moved", folder);
  for (size_t i = 0; i < CODES; i++) {
    const call all[] = {MKDIR, SYNC, RENAME, SYNC, UNLINK};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
      put_file("moved", "x", 1);
      trouble = (struct trouble){.fails = all[k], .at = 1, .code = codes[i]};
      const int code = k < 2   ? dnp_make_folder(path, 0777)
                       : k < 4 ? dnp_move_file(other, other)
                               : dnp_remove_file(other);
      trouble = (struct trouble){0};
      assert_int_equal(code, codes[i]);
      (void)rmdir(path);
    }
  }
  assert_int_equal(dnp_remove_file(other), 0);
  assert_int_equal(dnp_remove_file(other), 0);
  /* a file system that cannot sync names: no failure, but it can be asked for */
  static const int never[] = {EINVAL, EROFS, ENOSYS, EACCES};
  for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
    trouble = (struct trouble){.fails = SYNC, .at = 2, .code = never[i]};
    OK(write_text(path, new_text, err));
    trouble = (struct trouble){.fails = SYNC, .at = 1, .code = never[i]};
    assert_int_equal(dnp_folder_syncs(folder), never[i]);
    assert_true(dnp_folder_never_syncs(never[i]));
  }
  trouble = (struct trouble){0};
  assert_int_equal(dnp_folder_syncs(folder), 0);
  assert_false(dnp_folder_never_syncs(0) || dnp_folder_never_syncs(EIO) || dnp_folder_never_syncs(ENOSPC));
}

/* Only temporary files of processes that are gone are removed. */
static void test_left_over(void **state) {
  (void)state;
  char name[64], place[300];
  int how;
  snprintf(place, sizeof place, "%s/left", folder);
  assert_int_equal(mkdir(place, 0777), 0);
  const pid_t child = fork();
  if (child == 0) _exit(0);
  assert_int_equal(waitpid(child, &how, 0), child);
  const long process[] = {(long)child, (long)getpid(), (long)getppid()};
  for (size_t i = 0; i < 3; i++) {
    snprintf(name, sizeof name, "left/.denpa.%ld.%zu.tmp", process[i], i);
    put_file(name, "x", 1);
  }
  static const char *const others[] = {".denpa.tmp", ".denpa.1x.0.tmp", ".denpa.-1.0.tmp",
      ".denpa.99999999999999999999.0.tmp", ".denpa.0.0.tmp", "model.safetensors", ".denpa.3.0.tmp.bak"};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    snprintf(name, sizeof name, "left/%s", others[i]);
    put_file(name, "x", 1);
  }
  assert_int_equal(dnp_remove_left_over(place), 2);
  assert_int_equal(files_in(place), 1 + sizeof others / sizeof *others);
  assert_int_equal(dnp_remove_left_over(in_folder("absent")), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_faults_of_whole_files),
      cmocka_unit_test(test_a_failed_sync_is_not_tried_again),
      cmocka_unit_test(test_a_disk_that_stores_other_bytes),
      cmocka_unit_test(test_short_transfers),
      cmocka_unit_test(test_faults_of_reading),
      cmocka_unit_test(test_faults_of_logs),
      cmocka_unit_test(test_faults_of_names),
      cmocka_unit_test(test_left_over),
      cmocka_unit_test(test_power_failures),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
