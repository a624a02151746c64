/* lock.h: one process at a time writes into the folder of a run. The lock is the system's (fcntl), so it goes with its
 * process; RUN/lock tells people who that is, and is empty when nobody holds it. */
#ifndef DNP_RUN_LOCK_H
#define DNP_RUN_LOCK_H

#include <stdbool.h>

#include "base/status.h"

typedef struct dnp_lock {
  int file;   /* below 0: not taken */
  bool sure;  /* false: this file system has no locks, and nothing keeps another process out */
  long ended; /* the process that held it and ended without giving it back (killed, power lost); 0: none */
} dnp_lock;

#define DNP_NO_LOCK ((dnp_lock){.file = -1})
/* Fails if another process holds it, and says which. */
denpa_status dnp_lock_take(dnp_lock *lock, const char *run, denpa_error *err);
void dnp_lock_give(dnp_lock *lock);

#endif
