/* write.c: whole files read and written, lines added to a file, folders made. Nobody else creates files
 * (tests/law.table). tests/unit/disk.h compiles this file with a disk under it that loses power and fails. */
#include "base/write.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/near.h"
#include "base/text.h"

/* ---- reading ---------------------------------------------------------------------------------- */

static ssize_t read_some(int file, void *data, size_t size) {
  ssize_t got;
  do got = read(file, data, size > (1u << 30) ? 1u << 30 : size);
  while (got < 0 && errno == EINTR);
  return got;
}

/* Some file systems are interrupted while they open a file. */
static int open_file(const char *path, int how) {
  int file;
  do file = open(path, how | O_CLOEXEC, 0666);
  while (file < 0 && errno == EINTR);
  return file;
}

bool dnp_is_folder(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static denpa_status read_open(
    int file, const char *path, size_t limit, unsigned char **data, size_t *size, denpa_error *err) {
  struct stat info;
  if (fstat(file, &info) != 0) return dnp_fail_errno(err, "{1}: cannot be read: {2}", path, errno);
  if (S_ISDIR(info.st_mode)) return dnp_fail(err, DENPA_ERROR_IO, "{1}: this is a folder, not a file", dnp_s(path));
  if (!S_ISREG(info.st_mode)) return dnp_fail(err, DENPA_ERROR_IO, "{1}: this is not a regular file", dnp_s(path));
  if ((uintmax_t)info.st_size > limit)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: {2} bytes; a file of this kind has at most {3}", dnp_s(path),
        dnp_u((uint64_t)info.st_size), dnp_u(limit));
  size_t expected = (size_t)info.st_size, done = 0;
  DNP_TRY(dnp_alloc_raw((void **)data, expected + 1, err));
  while (done < expected) {
    ssize_t got = read_some(file, *data + done, expected - done);
    if (got < 0) return dnp_fail_errno(err, "{1}: cannot be read: {2}", path, errno);
    if (got == 0)
      return dnp_fail(err, DENPA_ERROR_IO, "{1}: the file became shorter while it was read, at byte {2} of {3}",
          dnp_s(path), dnp_u(done), dnp_u(expected));
    done += (size_t)got;
  }
  (*data)[expected] = 0;
  *size = expected;
  return DENPA_OK;
}

denpa_status dnp_read_file(const char *path, size_t limit, unsigned char **data, size_t *size, denpa_error *err) {
  *data = NULL;
  *size = 0;
  int file = open_file(path, O_RDONLY | O_NONBLOCK | O_NOCTTY); /* a named pipe must not hang us */
  if (file < 0) {
    int code = errno;
    if (code == ENOENT)
      return dnp_fail_absent(
          err, DNP_N("{1}: there is no such file"), DNP_N("{1}: there is no such file; did you mean {2}?"), path);
    return dnp_fail_errno(err, "{1}: cannot be opened: {2}", path, code);
  }
  denpa_status status = read_open(file, path, limit, data, size, err);
  close(file);
  if (status != DENPA_OK) {
    dnp_free(*data);
    *data = NULL;
  }
  return status;
}

/* ---- writing ---------------------------------------------------------------------------------- */

/* Whoever writes a file holds it, so that nobody writes into it or takes it away meanwhile. The hold goes with the
 * process. 0, or an errno: EWOULDBLOCK where another one has it; any other where the file system knows no locks. */
static int hold(int file) {
  int got;
  do got = flock(file, LOCK_EX | LOCK_NB);
  while (got != 0 && errno == EINTR);
  return got == 0 ? 0 : errno;
}

/* Whether the name still leads to the open file: who held it may have put another in its place just before. */
static bool is_named(const struct stat *open, const char *path) {
  struct stat named;
  return stat(path, &named) == 0 && named.st_dev == open->st_dev && named.st_ino == open->st_ino;
}

/* All of it; 0, or an errno, and *done says how much. */
static int write_all(int file, const unsigned char *from, size_t size, size_t *done) {
  for (*done = 0; *done < size;) {
    const size_t left = size - *done;
    const ssize_t put = write(file, from + *done, left > (1u << 30) ? 1u << 30 : left);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return errno;
    if (put == 0) return ENOSPC; /* no file that takes nothing will ever take the rest */
    *done += (size_t)put;
  }
  return 0;
}

static int write_pieces(int file, const dnp_piece *pieces, size_t count) {
  int code = 0;
  size_t done;
  for (size_t i = 0; i < count && code == 0; i++) code = write_all(file, pieces[i].data, pieces[i].size, &done);
  return code;
}

/* 0 if the file holds exactly the pieces; 1 if not; -1 with errno. */
static int differs(int file, const dnp_piece *pieces, size_t count) {
  unsigned char back[16384];
  if (lseek(file, 0, SEEK_SET) != 0) return -1;
  for (size_t i = 0; i < count; i++)
    for (size_t done = 0; done < pieces[i].size;) {
      size_t want = pieces[i].size - done < sizeof back ? pieces[i].size - done : sizeof back;
      ssize_t got = read_some(file, back, want);
      if (got < 0) return -1;
      if (got == 0 || memcmp(back, (const unsigned char *)pieces[i].data + done, (size_t)got) != 0) return 1;
      done += (size_t)got;
    }
  const ssize_t more = read_some(file, back, 1);
  return more < 0 ? -1 : more != 0;
}

/* "a/b" of "a/b/c", "." of "c"; out may be path. */
static void folder_of(const char *path, char *out) {
  memmove(out, path, strlen(path) + 1);
  char *slash = strrchr(out, '/');
  if (slash == NULL)
    memcpy(out, ".", 2);
  else
    slash[slash == out] = '\0';
}

int dnp_folder_syncs(const char *folder) {
  const int file = open_file(folder, O_RDONLY | O_DIRECTORY);
  if (file < 0) return errno;
  const int code = fsync(file) == 0 ? 0 : errno;
  close(file);
  return code;
}

/* Where the names in a folder cannot be synced at all, nothing can be done about it; who writes there may have been
 * told by dnp_folder_syncs. EACCES: a folder that one may write, but not read. */
static int sync_names(const char *folder) {
  const int code = dnp_folder_syncs(folder);
  return dnp_folder_never_syncs(code) ? 0 : code;
}

bool dnp_folder_never_syncs(int code) {
  return code == EINVAL || code == EROFS || code == ENOSYS || code == ENOTSUP || code == EACCES;
}

/* A new file beside `path`, held; -1 with errno. Before it was held, a process that does not see this one
 * (dnp_remove_left_over) may have taken it for one that was left, and holds it now or has removed it: then another. */
static int open_scratch(const char *path, char *scratch, size_t size) {
  enum { ATTEMPTS = 1000 };
  const int folder = (int)(dnp_text_file_name(path) - path);
  for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
    struct stat info;
    snprintf(scratch, size, "%.*s.denpa.%ld.%d.tmp", folder, path, (long)getpid(), attempt);
    const int file = open_file(scratch, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW);
    if (file < 0 && errno == EEXIST) continue;
    if (file < 0) return -1;
    const int code = fstat(file, &info) == 0 ? 0 : errno;
    if (code == 0 && hold(file) != EWOULDBLOCK && is_named(&info, scratch)) return file;
    close(file);
    if (code == 0) continue;
    unlink(scratch);
    errno = code;
    return -1;
  }
  errno = EEXIST;
  return -1;
}

/* *held: the file, held still, or -1. */
static denpa_status write_as(const char *path, char *scratch, size_t scratch_size, const dnp_piece *pieces,
    size_t count, int *held, denpa_error *err) {
  const int file = open_scratch(path, scratch, scratch_size);
  if (file < 0) return dnp_fail_errno(err, "{1}: cannot be written: {2}", path, errno);
  *held = fcntl(file, F_DUPFD_CLOEXEC, 0); /* the hold stays until the file has its name */
  struct stat old;
  /* the new file may be read by whom the old one could; where that cannot be set, the usual rights stay */
  if (stat(path, &old) == 0 && fchmod(file, old.st_mode & 0777) != 0) errno = 0;
  int code = write_pieces(file, pieces, count);
  if (code == 0 && fsync(file) != 0) code = errno; /* not tried again: the system may have forgotten what it lost */
  int wrong = code == 0 ? differs(file, pieces, count) : -1;
  if (wrong < 0 && code == 0) code = errno;
  if (close(file) != 0 && wrong == 0) wrong = -1, code = errno;
  if (wrong == 0 && rename(scratch, path) != 0) wrong = -1, code = errno;
  if (wrong != 0) {
    unlink(scratch);
    if (wrong > 0)
      return dnp_fail(err, DENPA_ERROR_IO,
          "{1}: reading back gave other bytes than were written; the disk may be failing; nothing was changed",
          dnp_s(path));
    return dnp_fail_errno(err, "{1}: cannot be written: {2}; nothing was changed", path, code);
  }
  folder_of(path, scratch);
  code = sync_names(scratch);
  if (code == 0) return DENPA_OK;
  return dnp_fail_errno(err, "{1}: was written, but its folder could not be synced: {2}", path, code);
}

/* A signal that ends the program has to wait until the temporary file is renamed or gone. Those that this thread may
 * raise itself do not wait. */
static void hold_signals(sigset_t *before) {
  static const int own[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP, SIGTSTP};
  sigset_t held;
  sigfillset(&held);
  for (size_t i = 0; i < sizeof own / sizeof *own; i++) sigdelset(&held, own[i]);
  pthread_sigmask(SIG_BLOCK, &held, before);
}

static denpa_status write_whole(const char *path, const dnp_piece *pieces, size_t count, int *held, denpa_error *err) {
  char *target = NULL;
  struct stat info;
  if (lstat(path, &info) == 0 && S_ISLNK(info.st_mode)) { /* a link stays a link: what it points to is replaced */
    target = realpath(path, NULL);
    if (target == NULL)
      return dnp_fail(err, DENPA_ERROR_IO,
          "{1}: this is a link to something that is not there; give the name of a file", dnp_s(path));
    path = target;
  }
  denpa_status status = DENPA_OK;
  char *scratch = NULL;
  if (dnp_is_folder(path))
    status = dnp_fail(err, DENPA_ERROR_IO, "{1}: this is a folder; give the name of a file", dnp_s(path));
  else if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) /* renaming over a device would replace the device */
    status = dnp_fail(err, DENPA_ERROR_IO, "{1}: this is not a regular file; give the name of a file", dnp_s(path));
  else if (access(path, W_OK) != 0 && errno != ENOENT) /* whoever took the right away wants to keep the file */
    status = dnp_fail_errno(err, "{1}: cannot be written: {2}", path, errno);
  size_t room = strlen(path) + 96;
  if (status == DENPA_OK) status = DNP_NEW(&scratch, room, err);
  sigset_t before;
  hold_signals(&before);
  if (status == DENPA_OK) status = write_as(path, scratch, room, pieces, count, held, err);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  dnp_free(scratch);
  free(target); /* law: realpath allocated it */
  return status;
}

denpa_status dnp_write_file(const char *path, const dnp_piece *pieces, size_t count, denpa_error *err) {
  int held = -1;
  const denpa_status status = write_whole(path, pieces, count, &held, err);
  if (held >= 0) close(held);
  return status;
}

/* ---- lines that are added ---------------------------------------------------------------------- */

denpa_status dnp_append_open(dnp_appender *out, const char *path, bool on, denpa_error *err) {
  char *folder;
  struct stat info = {0};
  *out = DNP_NOT_APPENDING;
  if (dnp_is_folder(path))
    return dnp_fail(err, DENPA_ERROR_IO, "{1}: this is a folder; give the name of a file", dnp_s(path));
  DNP_TRY(DNP_NEW(&folder, strlen(path) + 2, err));
  folder_of(path, folder);
  const int file = open_file(path, O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY);
  int code = file < 0 || fstat(file, &info) != 0 ? errno : 0;
  const bool regular = code == 0 && S_ISREG(info.st_mode);
  if (regular && (hold(file) == EWOULDBLOCK || !is_named(&info, path))) {
    close(file);
    dnp_free(folder);
    return dnp_fail(err, DENPA_ERROR_IO,
        "{1}: another process writes into this file at this moment; wait for its end, or give another name",
        dnp_s(path));
  }
  if (regular && !on && info.st_size > 0 && ftruncate(file, 0) != 0) code = errno;
  if (regular && code == 0) code = -sync_names(folder); /* the lines are synced later; that there is a file, now */
  dnp_free(folder);
  if (code == 0) {
    *out = (dnp_appender){.file = file, .regular = regular, .size = on ? (uint64_t)info.st_size : 0};
    return DENPA_OK;
  }
  if (file >= 0) close(file);
  return dnp_fail_names(err, "{1}: cannot be written: {2}", path, code);
}

denpa_status dnp_append_replace(
    dnp_appender *to, const char *path, const dnp_piece *pieces, size_t count, denpa_error *err) {
  dnp_appender next = {.file = -1, .regular = true};
  for (size_t i = 0; i < count; i++) next.size += pieces[i].size;
  denpa_status status = write_whole(path, pieces, count, &next.file, err);
  if (status == DENPA_OK && next.file < 0)
    status = dnp_append_open(&next, path, true, err);
  else if (status == DENPA_OK && fcntl(next.file, F_SETFL, O_APPEND) != 0)
    status = dnp_fail_errno(err, "{1}: cannot be written: {2}", path, errno);
  if (status != DENPA_OK) {
    if (next.file >= 0) close(next.file);
    return status;
  }
  (void)dnp_append_close(to);
  *to = next;
  return DENPA_OK;
}

int dnp_append(dnp_appender *to, const void *line, size_t size) {
  size_t done;
  const int code = write_all(to->file, line, size, &done);
  if (code == 0) to->size += size;
  /* if that fails too, whoever reads the file leaves the line without its end out */
  if (code != 0 && done > 0 && to->regular && ftruncate(to->file, (off_t)to->size) != 0) errno = 0;
  return code;
}

int dnp_append_sync(dnp_appender *to) {
  const int code = to->file < 0 || fsync(to->file) == 0 ? 0 : errno;
  return !to->regular && dnp_folder_never_syncs(code) ? 0 : code; /* a terminal, a pipe */
}

int dnp_append_close(dnp_appender *to) {
  const int code = to->file < 0 || close(to->file) == 0 ? 0 : errno;
  *to = DNP_NOT_APPENDING;
  return code;
}

/* ---- names in folders -------------------------------------------------------------------------- */

int dnp_make_folder(const char *path, unsigned rights) {
  char above[4096];
  if (strlen(path) >= sizeof above) return ENAMETOOLONG;
  if (mkdir(path, (mode_t)rights) != 0) return errno;
  memcpy(above, path, strlen(path) + 1);
  for (size_t end = strlen(above); end > 1 && above[end - 1] == '/'; end--) above[end - 1] = '\0';
  folder_of(above, above);
  return -sync_names(above);
}

int dnp_remove_file(const char *path) { return unlink(path) == 0 || errno == ENOENT ? 0 : errno; }

int dnp_sync_folder(const char *folder) { return sync_names(folder); }

int dnp_move_file(const char *from, const char *to) {
  char folder[4096];
  if (strlen(to) >= sizeof folder) return ENAMETOOLONG;
  if (rename(from, to) != 0) return errno;
  folder_of(to, folder);
  return -sync_names(folder);
}

denpa_status dnp_fail_names(denpa_error *err, const char *message, const char *path, int code) {
  if (code > 0) return dnp_fail_errno(err, message, path, code);
  return dnp_fail_errno(err, "{1}: was made or moved, but its folder could not be synced: {2}", path, -code);
}

/* ".denpa.PID.N.tmp" of a process that is gone, or of one before this that had its number. */
static bool is_left_over(const char *name) {
  static const char begin[] = ".denpa.";
  char *end;
  if (strncmp(name, begin, sizeof begin - 1) != 0 || name[sizeof begin - 1] < '0' || name[sizeof begin - 1] > '9')
    return false;
  errno = 0;
  const long process = strtol(name + sizeof begin - 1, &end, 10);
  const size_t digits = *end == '.' ? strspn(end + 1, "0123456789") : 0;
  if (errno != 0 || process <= 0 || digits == 0 || strcmp(end + 1 + digits, ".tmp") != 0) return false;
  return process == (long)getpid() || (kill((pid_t)process, 0) != 0 && errno == ESRCH);
}

/* Of a process elsewhere, which this machine does not see, the file is held as long as it is written: where nothing can
 * be held, nothing is known of it, and it stays. */
static bool remove_left_over(int folder, const char *name) {
  static const int how[] = {O_RDWR, O_RDONLY, O_WRONLY}; /* it has the rights of the file that it was to replace */
  struct stat info;
  int file = -1;
  for (size_t i = 0; i < sizeof how / sizeof *how && file < 0; i++)
    file = openat(folder, name, how[i] | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (file < 0) return false;
  const bool left = fstat(file, &info) == 0 && S_ISREG(info.st_mode) && hold(file) == 0 &&
                    unlinkat(folder, name, 0) == 0;
  close(file);
  return left;
}

size_t dnp_remove_left_over(const char *folder) {
  DIR *open = opendir(folder);
  size_t count = 0;
  if (open == NULL) return 0;
  for (struct dirent *entry; (entry = readdir(open)) != NULL;)
    if (is_left_over(entry->d_name) && remove_left_over(dirfd(open), entry->d_name)) count++;
  closedir(open);
  return count;
}
