/* disk.h: the writer (base/write.c) on a disk of the test's own, whose calls can be made to fail, to transfer less than
 * they were asked for, and to store other bytes; below the folder `root` it keeps a journal of what it is told. What is
 * included here takes the place of the library's writer. Include it after "learn_tools.h" or "file_tools.h".
 * tests/command/mutants.sh has it include writers that are wrong (DNP_WRITER). */
#ifndef DISK_H
#define DISK_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/file.h>

#include "base/near.h"
#include "base/text.h"
#include "base/write.h"

/* ---- the disk: calls, trouble, journal ----------------------------------------------------------- */

typedef enum call {
  OPEN,
  READ,
  WRITE,
  SYNC,
  CLOSE,
  RENAME,
  UNLINK,
  MKDIR,
  TRUNCATE,
  STAT,
  SEEK,
  RIGHTS,
  ACCESS,
  LOCK,
  CALLS
} call;
static const char *const call_name[CALLS] = {"open", "read", "write", "fsync", "close", "rename", "unlink", "mkdir",
    "ftruncate", "fstat", "lseek", "fchmod", "access", "flock"};

static struct trouble {
  call fails;
  size_t at; /* which of its calls; 0: none */
  int code;  /* 0: it does not fail, but a transfer moves nothing */
  bool met;
  bool also[CALLS]; /* each of these fails, with EPERM */
  size_t most;      /* bytes that one transfer takes; 0: any number */
  bool flips;       /* a bit of what is written */
  size_t count[CALLS];
} trouble;

static bool fails(call what) {
  errno = EPERM;
  if (trouble.also[what]) return true;
  if (++trouble.count[what] != trouble.at || trouble.fails != what) return false;
  trouble.met = true;
  errno = trouble.code;
  return true;
}

/* What another process does just before a call. */
static struct {
  call before;
  void (*does)(void); /* NULL: nothing */
} elsewhere;

static void meanwhile(call what) {
  void (*const does)(void) = elsewhere.before == what ? elsewhere.does : NULL;
  if (does == NULL) return;
  elsewhere.does = NULL; /* once, and not from within */
  does();
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
  if (fails(READ)) return trouble.code == 0 ? 0 : -1;
  return read(file, data, trouble.most > 0 && size > trouble.most ? trouble.most : size);
}

static ssize_t disk_write(int file, const void *data, size_t size) {
  static unsigned char changed[1 << 20];
  if (fails(WRITE)) return trouble.code == 0 ? 0 : -1;
  if (trouble.most > 0 && size > trouble.most) size = trouble.most;
  if (trouble.flips && size > 0) {
    assert_true(size <= sizeof changed);
    memcpy(changed, data, size);
    changed[size / 2] ^= 4;
    data = changed;
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
  meanwhile(RENAME);
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

static int disk_fstat(int file, struct stat *info) { return fails(STAT) ? -1 : fstat(file, info); }
static off_t disk_lseek(int file, off_t to, int from) { return fails(SEEK) ? -1 : lseek(file, to, from); }
static int disk_fchmod(int file, mode_t rights) { return fails(RIGHTS) ? -1 : fchmod(file, rights); }
static int disk_access(const char *path, int how) { return fails(ACCESS) ? -1 : access(path, how); }
static int disk_flock(int file, int how) {
  meanwhile(LOCK);
  return fails(LOCK) ? -1 : flock(file, how);
}
/* Nobody has more rights than a file gives: who runs the test may be root. */
static int disk_openat(int of, const char *name, int how) {
  struct stat info;
  const int wanted = (how & O_ACCMODE) == O_RDWR ? 0600 : (how & O_ACCMODE) == O_WRONLY ? 0200 : 0400;
  if (fstatat(of, name, &info, AT_SYMLINK_NOFOLLOW) == 0 && ((int)info.st_mode & wanted) != wanted)
    return errno = EACCES, -1;
  return openat(of, name, how);
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
#define fstat(...) disk_fstat(__VA_ARGS__)
#define lseek(...) disk_lseek(__VA_ARGS__)
#define fchmod(...) disk_fchmod(__VA_ARGS__)
#define access(...) disk_access(__VA_ARGS__)
#define flock(...) disk_flock(__VA_ARGS__)
#define openat(...) disk_openat(__VA_ARGS__)
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
#undef fstat
#undef lseek
#undef fchmod
#undef access
#undef flock
#undef openat

#endif
