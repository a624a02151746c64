/* write.c: reading and writing of whole files. The only file that creates files for the library. */
#include "base/write.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
  int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY); /* a named pipe must not hang us */
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

static int write_pieces(int file, const dnp_piece *pieces, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const unsigned char *from = pieces[i].data;
    for (size_t left = pieces[i].size; left > 0;) {
      ssize_t put = write(file, from, left > (1u << 30) ? 1u << 30 : left);
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return -1;
      from += put;
      left -= (size_t)put;
    }
  }
  return 0;
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
  return read_some(file, back, 1) != 0;
}

static int sync_folder_of(const char *path, char *scratch) {
  memcpy(scratch, path, strlen(path) + 1);
  char *slash = strrchr(scratch, '/');
  if (slash == NULL)
    memcpy(scratch, ".", 2);
  else
    slash[slash == scratch] = '\0';
  int folder = open(scratch, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return errno == EACCES ? 0 : -1; /* a folder one may write but not read: nothing to be done */
  int result = fsync(folder);
  if (result != 0 && (errno == EINVAL || errno == EROFS)) result = 0; /* some file systems have no fsync of folders */
  close(folder);
  return result;
}

static denpa_status write_as(
    const char *path, char *scratch, size_t scratch_size, const dnp_piece *pieces, size_t count, denpa_error *err) {
  int file = -1;
  for (int attempt = 0; file < 0; attempt++) {
    int folder = (int)(dnp_text_file_name(path) - path);
    snprintf(scratch, scratch_size, "%.*s.denpa.%ld.%d.tmp", folder, path, (long)getpid(), attempt);
    file = open(scratch, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (file < 0 && (errno != EEXIST || attempt > 1000))
      return dnp_fail_errno(err, "{1}: cannot be written: {2}", path, errno);
  }
  struct stat old;
  /* the new file may be read by whom the old one could; where that cannot be set, the usual rights stay */
  if (stat(path, &old) == 0 && fchmod(file, old.st_mode & 0777) != 0) errno = 0;
  if (write_pieces(file, pieces, count) != 0 || fsync(file) != 0) {
    int code = errno;
    close(file);
    unlink(scratch);
    return dnp_fail_errno(err, "{1}: cannot be written: {2}; nothing was changed", path, code);
  }
  int wrong = differs(file, pieces, count);
  int code = errno;
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
  if (sync_folder_of(path, scratch) != 0)
    return dnp_fail_errno(err, "{1}: was written, but its folder could not be synced: {2}", path, errno);
  return DENPA_OK;
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

denpa_status dnp_write_file(const char *path, const dnp_piece *pieces, size_t count, denpa_error *err) {
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
  if (status == DENPA_OK) status = write_as(path, scratch, room, pieces, count, err);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  dnp_free(scratch);
  free(target); /* law: realpath allocated it */
  return status;
}
