/* signals.c: the signals that end a program are noted, and end it when the work is saved. */
#include "cli/signals.h"

#include <signal.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "base/text.h"

static const struct {
  int number;
  const char *words;
} ending[] = {
    {SIGINT, DNP_N("stopped by the keyboard (Ctrl-C)")},
    {SIGTERM, DNP_N("stopped by the signal SIGTERM, as kill and batch systems send it,")},
    {SIGHUP, DNP_N("stopped by the signal SIGHUP, because the terminal was closed,")},
};
enum { ENDING = sizeof ending / sizeof *ending };

enum { TOGETHER = 1000 }; /* milliseconds */

static atomic_int noted;
static atomic_uint noted_at; /* milliseconds of a clock, never 0; 0: no signal yet */
static bool pipe_ignored;

static bool is_ignored(int number) {
  struct sigaction now;
  return sigaction(number, NULL, &now) == 0 && (now.sa_flags & SA_SIGINFO) == 0 && now.sa_handler == SIG_IGN;
}

/* The number is unblocked for this: the program ends here. */
static void end_by(int number) {
  sigset_t one;
  signal(number, SIG_DFL);
  raise(number);
  sigemptyset(&one);
  sigaddset(&one, number);
  pthread_sigmask(SIG_UNBLOCK, &one, NULL);
}

static unsigned clock_now(void) { return (unsigned)(long long)(dnp_seconds() * 1e3) | 1u; }

/* One wish to end comes twice: timeout signals its program and then its whole group, the system and the shell both tell
 * of a closed terminal. Only a signal that comes later is a second wish. */
static void note(int number) {
  const unsigned now = clock_now();
  unsigned at = 0;
  if (atomic_compare_exchange_strong(&noted_at, &at, now))
    atomic_store(&noted, number);
  else if (now - at > TOGETHER)
    end_by(number);
}

void cli_signals_start(void) {
  pipe_ignored = is_ignored(SIGPIPE);
  signal(SIGPIPE, SIG_IGN); /* a reader that goes away must not cost the trained network */
  signal(SIGXFSZ, SIG_IGN); /* nor a limit on the size of files: writing says so */
}

void cli_signals_note(void) {
  const struct sigaction action = {.sa_handler = note, .sa_flags = (int)SA_RESTART};
  for (int i = 0; i < ENDING; i++)
    if (!is_ignored(ending[i].number)) sigaction(ending[i].number, &action, NULL);
}

int cli_signal(void) { return atomic_load(&noted); }

denpa_arg cli_signal_words(void) {
  for (int i = 0; i < ENDING; i++)
    if (ending[i].number == cli_signal()) return dnp_t(ending[i].words);
  return dnp_t(DNP_N("stopped"));
}

void cli_signals_end(void) {
  if (cli_signal() != 0) end_by(cli_signal());
}

void cli_signals_end_by_pipe(void) {
  if (!pipe_ignored) end_by(SIGPIPE);
}
