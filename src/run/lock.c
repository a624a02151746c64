/* lock.c: the lock of a run's folder. Called by the subcommands that write into one. */
#include "run/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

enum { PATH = 4096 + 16, HOLDER = 320 };

/* "process 1234 on HOST" as the holder wrote it; "" if nobody did. */
static void read_holder(int file, char out[HOLDER]) {
  const ssize_t got = pread(file, out, HOLDER - 1, 0);
  out[got > 0 ? got : 0] = '\0';
  out[strcspn(out, "\n")] = '\0';
}

static void write_holder(int file) {
  char host[200] = "", text[HOLDER];
  if (gethostname(host, sizeof host - 1) != 0) host[0] = '\0';
  const int length = snprintf(text, sizeof text, "%ld %s\n", (long)getpid(), host);
  /* only for people: without it the lock holds all the same */
  if (ftruncate(file, 0) != 0 || pwrite(file, text, (size_t)length, 0) != length) errno = 0;
}

static denpa_status refuse(int file, const char *run, denpa_error *err) {
  char holder[HOLDER];
  read_holder(file, holder);
  const size_t digits = strspn(holder, "0123456789");
  if (digits == 0)
    return dnp_fail(err, DENPA_ERROR_IO,
        "{1}: another denpa writes into this run at this moment; wait for its end, or give another folder", dnp_s(run));
  return dnp_fail(err, DENPA_ERROR_IO,
      "{1}: another denpa (process {2} on {3}) writes into this run at this moment; wait for its end, or give another "
      "folder",
      dnp_s(run), dnp_i(strtol(holder, NULL, 10)), dnp_s(holder[digits] == ' ' ? holder + digits + 1 : "?"));
}

denpa_status dnp_lock_take(dnp_lock *lock, const char *run, denpa_error *err) {
  char path[PATH], holder[HOLDER];
  *lock = DNP_NO_LOCK;
  if (snprintf(path, sizeof path, "%s/lock", run) >= PATH)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1}: this path is too long", dnp_s(run));
  const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666); /* law: its content may be lost */
  if (file < 0) return dnp_fail_errno(err, "{1}: cannot be written: {2}", path, errno);
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  const bool taken = fcntl(file, F_SETLK, &whole) == 0;
  if (!taken && (errno == EACCES || errno == EAGAIN)) {
    const denpa_status status = refuse(file, run, err);
    close(file);
    return status;
  }
  read_holder(file, holder);
  *lock = (dnp_lock){.file = file, .sure = taken, .ended = strtol(holder, NULL, 10)};
  write_holder(file);
  return DENPA_OK;
}

void dnp_lock_give(dnp_lock *lock) {
  if (lock->file < 0) return;
  if (ftruncate(lock->file, 0) != 0) errno = 0; /* then the next one says that this process ended by force */
  close(lock->file);
  *lock = DNP_NO_LOCK;
}
