/* signals.h: the signals that end a program, for commands that have something to save first. A command that does not
 * ask for it is ended by them at once, as any other program; what it is writing then is whole (base/write.c). */
#ifndef DNP_CLI_SIGNALS_H
#define DNP_CLI_SIGNALS_H

#include <stdbool.h>

#include "base/status.h"

/* Remembers what the caller of the program wants to be ignored; before anything else. */
void cli_signals_start(void);
/* From here on the first SIGINT, SIGTERM or SIGHUP is noted, so that the work so far can be saved; another one, more
 * than a second later, ends the program at once. Signals that were ignored when the program was called (nohup, a
 * script's job in the background) stay so. */
void cli_signals_note(void);
/* The signal that was noted; 0: none. From any thread. */
int cli_signal(void);
/* What that signal was, for "{1} after update {2}". */
denpa_arg cli_signal_words(void);
/* Ends the program by the signal that was noted, so that a shell's loop ends with it; returns if there was none. */
void cli_signals_end(void);
/* The same by SIGPIPE, as programs end whose reader is gone; returns if the caller wants that to be ignored. */
void cli_signals_end_by_pipe(void);

#endif
