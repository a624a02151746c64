/* main.c: starts the command: language, options, subcommand, and what is left to say at the end. */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/shared.h"
#include "cli/signals.h"
#include "draw/colour.h"
#include "draw/say.h"

#define CLI_RED "\033[1;31m%s\033[0m"

int cli_fail(const cli_options *options, const denpa_error *err) { return cli_fail_with(options, err, NULL); }

int cli_fail_with(const cli_options *options, const denpa_error *err, json_t *more) {
  char line[2048], *text = line;
  text += snprintf(line, sizeof line, dnp_want_colour(stderr, options->color) ? CLI_RED : "%s", "denpa:");
  *text++ = ' ';
  denpa_error_text(err, (denpa_lang)options->lang, text, sizeof line - (size_t)(text - line));
  dnp_write_line(stderr, 0, line);
  if (options->json) {
    json_t *object = json_pack("{s:{s:s,s:s}}", "error", "status", denpa_status_name(err->status), "message", text);
    char *json;
    if (more != NULL) dnp_json_put_all(&object, more);
    if (dnp_json_text(object, JSON_COMPACT | JSON_ENSURE_ASCII, &json, NULL) == DENPA_OK)
      puts(json);
    else /* a program is told in any case */
      printf("{\"error\":{\"status\":\"%s\",\"message\":null}}\n", denpa_status_name(err->status));
    dnp_free(json);
  }
  bool usage = err->status == DENPA_ERROR_ARGUMENT || err->status == DENPA_ERROR_SYNTAX ||
               err->status == DENPA_ERROR_SHAPE;
  return usage ? CLI_USAGE : CLI_FAILED;
}

static int help_on(const cli_options *options, const char *name) {
  const cli_command *command = cli_command_find(name);
  denpa_error err;
  if (command == NULL) return cli_unknown_command(name, &err), cli_fail(options, &err);
  cli_help(stdout, options, command, false);
  return CLI_DONE;
}

static int dispatch(const cli_options *options, int count, char **positional) {
  denpa_lang lang = (denpa_lang)options->lang;
  if (options->version) {
    dnp_say(stdout, lang, "denpa {1}\n", dnp_s(DENPA_VERSION));
    return CLI_DONE;
  }
  if (options->command != NULL && options->help) {
    cli_help(stdout, options, options->command, options->brief);
    return CLI_DONE;
  }
  if (options->old_name != NULL && !options->quiet)
    dnp_say(stderr, lang, "Note: \"{1}\" is called \"{2}\" now; the old name goes with the next version.\n",
        dnp_s(options->old_name), dnp_s(options->new_name));
  if (options->command != NULL) {
    denpa_error refused;
    if (cli_check_order(options, count, positional, &refused) != DENPA_OK ||
        cli_check_apart(options, count, positional, &refused) != DENPA_OK)
      return cli_fail(options, &refused);
    cli_sweep_results(options);
    return options->command->run(options, count, positional);
  }
  if (count > 1 && strcmp(positional[0], "help") == 0) return help_on(options, positional[1]);
  if (options->help || (count > 0 && strcmp(positional[0], "help") == 0)) {
    cli_help(stdout, options, NULL, options->brief);
    return CLI_DONE;
  }
  if (count > 0) return cli_generate(options, count - 1, positional + 1);
  denpa_error err;
  if (options->json) {
    dnp_fail(&err, DENPA_ERROR_ARGUMENT, "no command was given; denpa --help shows what there is");
    return cli_fail(options, &err);
  }
  cli_usage(stderr, options);
  return CLI_USAGE;
}

static int tell_cut(const cli_options *options, int status) {
  denpa_error err;
  dnp_fail(&err, DENPA_ERROR_MEMORY, "not enough memory: not all of the text above could be shown");
  cli_options plain = {.lang = options->lang}; /* standard output is closed */
  cli_fail(&plain, &err);
  return status == CLI_DONE ? CLI_FAILED : status;
}

/* A full disk or a closed pipe is noticed here, so that nobody takes half a result for a whole one. *unread: the reader
 * is gone. */
static int finish(const cli_options *options, int status, bool *unread) {
  struct pollfd reader = {.fd = STDOUT_FILENO};
  const bool gone = poll(&reader, 1, 0) == 1 && (reader.revents & POLLERR) != 0; /* noticed by an earlier line */
  errno = 0;
  bool broken = ferror(stdout) != 0;
  if (fclose(stdout) != 0) broken = true;
  if (!broken) return dnp_say_cut() ? tell_cut(options, status) : status;
  /* whoever reads has seen enough (head, less): nothing to be told */
  *unread = errno == EPIPE || gone;
  if (*unread) return status == CLI_DONE ? CLI_FAILED : status;
  denpa_error err;
  if (errno != 0)
    dnp_fail_errno(&err, "{1} could not be written: {2}", "stdout", errno);
  else
    dnp_fail(&err, DENPA_ERROR_IO, "the results could not all be written to standard output");
  cli_options plain = {.lang = options->lang}; /* nothing more can go to standard output */
  cli_fail(&plain, &err);
  return status == CLI_DONE ? CLI_FAILED : status;
}

/* A stream that is closed would be taken by the first file that is opened, and the words for people would land in it.
 */
static void guard_streams(void) {
  for (int file = 0; file < 3; file++) /* gets this number; using it fails as before */
    if (fcntl(file, F_GETFD) == -1 && errno == EBADF)
      (void)!open("/dev/null", file == 0 ? O_WRONLY : O_RDONLY); /* law: makes none */
}

/* A language that is none of ours is told rather than passed over: nobody else would say why it is not used. */
static void tell_language(const cli_options *options) {
  static const struct {
    const char *typed, *meant;
  } often[] = {{"jp", "ja"}, {"jpn", "ja"}, {"nihongo", "ja"}, {"日本語", "ja"}, {"us", "en"}, {"uk", "en"}};
  const char *found = options->unknown_lang, *meant = NULL;
  if (found == NULL) return;
  for (size_t i = 0; i < sizeof often / sizeof *often; i++)
    if (strcasecmp(found, often[i].typed) == 0) meant = often[i].meant;
  if (meant != NULL)
    cli_tell(options, "Note: DENPA_LANG is \"{1}\", but it can only be en or ja; did you mean {2}?\n", dnp_s(found),
        dnp_s(meant));
  else
    cli_tell(options, "Note: DENPA_LANG is \"{1}\", but it can only be en or ja; it is not used.\n", dnp_s(found));
}

int main(int argc, char **argv) {
  guard_streams();
  cli_signals_start();
  cli_options options;
  denpa_error err;
  char **positional;
  int count, status;
  cli_foresee(&options, argc, argv);
  const bool parsed = DNP_NEW(&positional, (size_t)argc + 1, &err) == DENPA_OK &&
                      cli_parse(&options, argc, argv, positional, &count, &err) == DENPA_OK;
  tell_language(&options);
  if (!parsed)
    status = cli_fail(&options, &err);
  else {
    options.program = argc > 0 ? argv[0] : NULL;
    status = dispatch(&options, count, positional);
  }
  bool unread = false;
  status = finish(&options, status, &unread);
  dnp_free(positional);
  cli_signals_end();
  if (unread) cli_signals_end_by_pipe();
  return status;
}
