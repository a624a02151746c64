/* search.c: `denpa search [DATA]`: tries options and tells which were best. How a trial becomes a training stands in
 * search_lines.c, how trials run in src/search/search_run.c. */
#include "cli/search.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cpu.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/write.h"
#include "draw/picture.h"
#include "draw/progress.h"
#include "search/recipe.h"
#include "cli/keep.h"
#include "cli/signals.h"
#include "cli/tables.h"

#define TABLE_ROWS 20 /* shown; --json and --log tell all */

typedef struct searching {
  const cli_options *options;
  const char *data_name;
  denpa_data *dataset;
  denpa_data *parted; /* what the trials see */
  cli_lines lines;
  dnp_search search;
  dnp_progress progress;
  char **line;      /* [trials] of the log: NULL for one that has not ended a rung; NULL: no log */
  dnp_appender log; /* held, so that no other process writes there */
  bool made;        /* it was not there before, and has no line yet */
  size_t logged, logged_rung;
  double logged_at;
  char *command;       /* the line of the best trial */
  char *final_command; /* --final */
  denpa_report final;
  size_t final_rows; /* that it was trained on */
  double seconds;
  bool interrupted;
} searching;

static bool is_interrupted(void *context) {
  (void)context;
  return cli_signal() != 0;
}

/* ---- the log ------------------------------------------------------------------------------------- */

/* "done", "failed: NUMERIC", ... */
static const char *state_of(const dnp_trial *t) {
  return t->status != DENPA_OK ? "failed" : t->stopped ? "stopped" : t->begun ? "done" : "not begun";
}

static void put_field(FILE *out, const char *text) {
  if (strpbrk(text, ",\"\n\r") == NULL) {
    fputs(text, out);
    return;
  }
  fputc('"', out);
  for (; *text != '\0'; text++) fputs(*text == '"' ? "\"\"" : (const char[]){*text, '\0'}, out);
  fputc('"', out);
}

static void put_real(FILE *out, double value) {
  char number[40] = "";
  if (isfinite(value)) dnp_format_real(number, sizeof number, value, 17);
  fprintf(out, ",%s", number);
}

/* rank_of: NULL before the end, when nobody has one. */
static void log_trial(FILE *out, const searching *s, const size_t *rank_of, size_t k) {
  const dnp_trial *t = &s->search.trial[k];
  const size_t axes = s->lines.space.axes;
  const double number[] = {t->seconds, t->train_loss, t->train_accuracy, t->loss, t->accuracy};
  fprintf(out, "%zu,", k + 1);
  if (rank_of != NULL) fprintf(out, "%zu", rank_of[k] + 1);
  fprintf(out, ",%s,%zu", state_of(t), t->rungs);
  put_real(out, t->epochs);
  fprintf(out, ",%zu", t->steps);
  for (size_t i = 0; i < sizeof number / sizeof *number; i++) put_real(out, number[i]);
  for (size_t a = 0; a < axes; a++) {
    fputc(',', out);
    put_field(out, s->lines.value[k * axes + a]);
  }
  fputc('\n', out);
}

static void log_head(FILE *out, const searching *s) {
  fputs(
      "trial,rank,state,rungs,epochs,steps,seconds,train_loss,train_accuracy,validation_loss,validation_accuracy", out);
  for (size_t a = 0; a < s->lines.space.axes; a++) fprintf(out, ",%s", s->lines.space.axis[a].name);
  fputc('\n', out);
}

/* The line of a trial as it was when nobody was at work on it: a later rung goes on with it. */
static void note_line(searching *s, size_t k) {
  size_t size = 0;
  char *text = NULL;
  if (!s->search.trial[k].begun) return;
  FILE *line = open_memstream(&text, &size);
  if (line == NULL) return;
  log_trial(line, s, NULL, k);
  const bool whole = ferror(line) == 0;
  if (fclose(line) != 0 || !whole || text == NULL) { /* it shrinks when it is closed: without memory there is no text */
    free(text);
    return;
  }
  free(s->line[k]);
  s->line[k] = text;
}

/* The whole log, in place of the one before. What there is of it after each trial: a search may take a night, and be
 * killed. */
static denpa_status write_log(searching *s, const size_t *rank_of, denpa_error *err) {
  size_t size = 0;
  char *text = NULL;
  FILE *out = open_memstream(&text, &size);
  bool whole = out != NULL;
  if (whole) {
    log_head(out, s);
    for (size_t k = 0; k < s->search.trials; k++)
      if (rank_of != NULL)
        log_trial(out, s, rank_of, k);
      else if (s->line[k] != NULL)
        fputs(s->line[k], out);
    whole = ferror(out) == 0;
    whole = fclose(out) == 0 && whole && text != NULL;
  }
  const denpa_status status = whole ? dnp_append_replace(&s->log, s->options->log, &(dnp_piece){text, size}, 1, err)
                                    : dnp_fail(err, DENPA_ERROR_MEMORY, "not enough memory for the log");
  s->made = s->made && status != DENPA_OK;
  free(text);
  return status;
}

/* Told again and again on the way; a disk that is full now may not be so at the end. */
static void keep_log(searching *s, size_t rung, size_t ended) {
  enum { SECONDS = 2 };
  if (s->line == NULL || (s->logged_rung == rung && s->logged == ended)) return;
  if (ended > 1 && dnp_seconds() - s->logged_at < SECONDS) return;
  for (size_t k = 0; k < s->search.trials; k++)
    if (atomic_load(&s->search.trial[k].rests)) note_line(s, k);
  s->logged_rung = rung;
  s->logged = ended;
  (void)write_log(s, NULL, NULL);
  s->logged_at = dnp_seconds();
}

static denpa_status end_log(searching *s, denpa_error *err) {
  size_t *rank_of;
  if (s->options->log == NULL) return DENPA_OK;
  DNP_TRY(DNP_NEW(&rank_of, s->search.trials, err));
  for (size_t i = 0; i < s->search.trials; i++) rank_of[s->search.rank[i]] = i;
  const denpa_status status = write_log(s, rank_of, err);
  dnp_free(rank_of);
  return status;
}

/* ---- what people see --------------------------------------------------------------------------- */

/* Epochs that all trials together have to train in this rung; of the only one, trials. */
static double work_of(const dnp_search *s, size_t rung) {
  if (s->rungs == 1) return (double)s->rung[0].trials;
  return (double)s->rung[rung].trials * (double)(s->rung[rung].epochs - (rung > 0 ? s->rung[rung - 1].epochs : 0));
}

/* The training of --final is one trial more, to its end. */
static double work_of_final(const dnp_search *s) { return s->rungs == 1 ? 1 : (double)s->rung[s->rungs - 1].epochs; }

static void told(void *context, size_t rung, size_t ended, size_t of, const dnp_search *search) {
  searching *s = context;
  const denpa_lang lang = cli_lang(s->options);
  double done = 0, all = 0;
  char text[160];
  if (ended > 0) keep_log(s, rung, ended);
  if (s->options->quiet) return;
  for (size_t r = 0; r < search->rungs; r++) {
    const double work = work_of(search, r);
    all += work;
    done += r < rung ? work : r == rung && of > 0 ? work * search->done / (double)of : 0;
  }
  if (s->options->final) all += work_of_final(search);
  if (search->rungs == 1)
    dnp_render(text, sizeof text, lang, "trial {1} of {2}", (const denpa_arg[]){dnp_u(ended), dnp_u(of), DNP_END});
  else
    dnp_render(text, sizeof text, lang, "rung {1} of {2}: trial {3} of {4}",
        (const denpa_arg[]){dnp_u(rung + 1), dnp_u(search->rungs), dnp_u(ended), dnp_u(of), DNP_END});
  dnp_progress_tell(&s->progress, all > 0 ? done / all : 1, text);
}

static void tell_settings(const searching *s) {
  const cli_options *o = s->options;
  cli_tell(o,
      "Data: {1}, {2} training {2|sample|samples}, and {3} more that the trials are compared on; the test data are not "
      "looked at.\n",
      dnp_s(denpa_data_name(s->dataset)), dnp_u(denpa_data_rows(s->parted, DENPA_SPLIT_TRAIN)),
      dnp_u(denpa_data_rows(s->dataset, DENPA_SPLIT_TRAIN) - denpa_data_rows(s->parted, DENPA_SPLIT_TRAIN)));
  if (s->lines.every)
    cli_tell(o, "Only lists are tried, so each of their {1} combinations is tried once.\n", dnp_u(s->lines.trials));
  cli_tell(o, "{1} {1|trial|trials}, {2} at a time, seed {3}.\n", dnp_u(s->search.trials), dnp_i(s->search.threads),
      dnp_u(o->train.seed));
  for (size_t r = 0; s->search.rungs > 1 && r < s->search.rungs; r++)
    cli_tell(o, "  rung {1}: {2} {2|trial|trials} up to epoch {3}\n", dnp_u(r + 1), dnp_u(s->search.rung[r].trials),
        dnp_u(s->search.rung[r].epochs));
}

static dnp_search_shown shown_of(const searching *s) {
  return (dnp_search_shown){.search = &s->search,
      .space = &s->lines.space,
      .value = s->lines.value,
      .data_name = denpa_data_name(s->dataset),
      .lang = cli_lang(s->options)};
}

static void say_best(const searching *s) {
  const denpa_lang lang = cli_lang(s->options);
  if (s->command == NULL) return;
  if (s->options->quiet) {
    fprintf(stdout, "%s\n", s->final_command != NULL ? s->final_command : s->command);
    return;
  }
  dnp_say(stdout, lang, "\nThe best trial is number {1}. This trains it again:\n  {2}\n", dnp_u(s->search.rank[0] + 1),
      dnp_s(s->command));
  if (s->final_command == NULL) return;
  dnp_sentence sentence;
  FILE *in = dnp_sentence_begin(&sentence, stdout);
  if (s->lines.setup[s->search.rank[0]].train.patience > 0)
    dnp_say(in, lang,
        "Trained once more on the same {1} training {1|sample|samples}, as it needs the others to stop early, and "
        "measured once on the test data: loss {2:.4f}",
        dnp_u(s->final_rows), dnp_d(s->final.test_loss));
  else
    dnp_say(in, lang, "Trained on all {1} training samples and measured once on the test data: loss {2:.4f}",
        dnp_u(s->final_rows), dnp_d(s->final.test_loss));
  if (isfinite(s->final.test_accuracy)) dnp_say(in, lang, ", accuracy {1:.4f}", dnp_d(s->final.test_accuracy));
  dnp_sentence_end(&sentence, 0);
  dnp_say(stdout, lang, "  {1}\n", dnp_s(s->final_command));
}

static denpa_status show(const searching *s, denpa_error *err) {
  const dnp_search_shown shown = shown_of(s);
  dnp_figure *figure;
  denpa_status status = DENPA_OK;
  const bool tabled = s->command == NULL || !s->options->quiet; /* --quiet wants the best line alone */
  if (!s->options->json && tabled) dnp_search_table(stdout, &shown, TABLE_ROWS);
  const bool drawn = !s->options->json && !s->options->quiet;
  if (s->search.trial[s->search.rank[0]].rungs > 0 && (drawn || s->options->out != NULL)) {
    DNP_TRY(dnp_search_figure(&figure, &shown, err));
    if (drawn) {
      fputc('\n', stdout);
      status = dnp_figure_text(
          stdout, figure, dnp_terminal_cells(stdout), dnp_want_colour(stdout, s->options->color), err);
    }
    if (status == DENPA_OK && s->options->out != NULL) status = dnp_figure_svg(figure, s->options->out, err);
    dnp_figure_free(figure);
    DNP_TRY(status);
    fflush(stdout); /* what is told on the other stream comes after it */
    if (s->options->out != NULL) cli_tell(s->options, "The picture is in {1}.\n", dnp_s(s->options->out));
  }
  if (!s->options->json) say_best(s);
  return DENPA_OK;
}

/* ---- for programs -------------------------------------------------------------------------------- */

static json_t *trial_json(const searching *s, size_t rank) {
  const size_t k = s->search.rank[rank], axes = s->lines.space.axes;
  const dnp_trial *t = &s->search.trial[k];
  json_t *options = json_object(), *curve = json_array(), *why = json_null();
  for (size_t a = 0; a < axes; a++)
    dnp_json_put(&options, s->lines.space.axis[a].name, json_string(s->lines.value[k * axes + a]));
  for (size_t e = 0; e < t->points; e++)
    dnp_json_add(&curve,
        json_pack("{s:o,s:o,s:o}", "epoch", cli_real(t->curve[e].epoch), "validation_loss",
            cli_real(t->curve[e].validation_loss), "validation_accuracy", cli_real(t->curve[e].validation_accuracy)));
  if (t->status != DENPA_OK) {
    char text[1024];
    denpa_error_text(&t->why, cli_lang(s->options), text, sizeof text);
    why = json_string(text);
  }
  return json_pack("{s:I,s:I,s:s,s:o,s:o,s:I,s:o,s:I,s:o,s:o,s:o,s:o,s:o,s:o}", "trial", (json_int_t)k + 1, "rank",
      (json_int_t)rank + 1, "state", state_of(t), "reason", why, "options", options, "rungs", (json_int_t)t->rungs,
      "epochs", cli_real(t->epochs), "steps", (json_int_t)t->steps, "seconds", cli_real(t->seconds), "train_loss",
      cli_real(t->train_loss), "train_accuracy", cli_real(t->train_accuracy), "validation_loss", cli_real(t->loss),
      "validation_accuracy", cli_real(t->accuracy), "curve", curve);
}

static json_t *text_or_null(const char *text) { return text != NULL ? json_string(text) : json_null(); }

static denpa_status print_json(const searching *s, denpa_error *err) {
  json_t *trials = json_array(), *rungs = json_array(), *final = json_null();
  for (size_t i = 0; i < s->search.trials; i++) dnp_json_add(&trials, trial_json(s, i));
  for (size_t r = 0; s->search.rungs > 1 && r < s->search.rungs; r++)
    dnp_json_add(&rungs, json_pack("{s:I,s:I}", "trials", (json_int_t)s->search.rung[r].trials, "epochs",
                             (json_int_t)s->search.rung[r].epochs));
  if (s->final_command != NULL)
    final = json_pack("{s:s,s:I,s:o,s:o,s:o,s:o}", "command", s->final_command, "train_samples",
        (json_int_t)s->final_rows, "train_loss", cli_real(s->final.train_loss), "train_accuracy",
        cli_real(s->final.train_accuracy), "test_loss", cli_real(s->final.test_loss), "test_accuracy",
        cli_real(s->final.test_accuracy));
  const json_int_t best = dnp_search_best(&s->search) != NULL ? (json_int_t)s->search.rank[0] + 1 : 0;
  return cli_print_json(
      json_pack("{s:s,s:s,s:I,s:I,s:o,s:o,s:o,s:b,s:o,s:o,s:o}", "data", denpa_data_name(s->dataset), "method",
          s->options->method == CLI_HALVING ? "halving" : "random", "train_samples",
          (json_int_t)denpa_data_rows(s->parted, DENPA_SPLIT_TRAIN), "validation_samples",
          (json_int_t)(denpa_data_rows(s->dataset, DENPA_SPLIT_TRAIN) - denpa_data_rows(s->parted, DENPA_SPLIT_TRAIN)),
          "rungs", rungs, "best", best > 0 ? json_integer(best) : json_null(), "command", text_or_null(s->command),
          "interrupted", s->interrupted, "final", final, "seconds_total", cli_real(s->seconds), "trials", trials),
      err);
}

/* ---- the work ------------------------------------------------------------------------------------ */

static denpa_status check_places(searching *s, denpa_error *err) {
  const cli_options *o = s->options;
  if (o->out != NULL && !dnp_text_ends(o->out, ".svg"))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1}: search writes its picture as .svg; give a name that ends in it",
        dnp_s(o->out));
  if (o->log == NULL) return DENPA_OK;
  DNP_TRY(cli_check_place(o->log, 0, err)); /* before hours of training, not after them */
  const bool there = access(o->log, F_OK) == 0;
  DNP_TRY(dnp_append_open(&s->log, o->log, true, err)); /* what is in it stays until the first trial has ended */
  s->made = !there;
  return DNP_NEW(&s->line, s->lines.trials, err);
}

static denpa_status prepare(searching *s, int argc, char **argv, denpa_error *err) {
  const cli_options *o = s->options;
  DNP_TRY(cli_open_data(o, argc > 0 ? argv[0] : NULL, &s->dataset, err));
  DNP_TRY(dnp_search_data(&s->parted, s->dataset, o->train.validation, o->train.seed, err));
  DNP_TRY(cli_lines_open(&s->lines, o, s->dataset, argc > 0 ? argv[0] : denpa_data_name(s->dataset), err));
  const size_t most = o->threads > 0 ? o->threads : (size_t)dnp_search_threads(dnp_cpu_count());
  s->search = (dnp_search){.dataset = s->parted,
      .setup = s->lines.setup,
      .trials = s->lines.trials,
      .rungs = 1,
      .threads = (int)(most < s->lines.trials ? most : s->lines.trials),
      .told = told,
      .stop = is_interrupted,
      .context = s};
  s->search.rung[0] = (dnp_rung){s->lines.trials, o->train.epochs};
  if (o->method == CLI_HALVING) s->search.rungs = dnp_search_rungs(s->lines.trials, o->train.epochs, s->search.rung);
  return check_places(s, err);
}

/* How many epochs the line of the best trial has to say: its own, unless the search was stopped before its last
 * rung. */
static size_t epochs_of_best(const searching *s) {
  const dnp_trial *best = dnp_search_best(&s->search);
  return s->search.rungs > 1 && best->rungs < s->search.rungs ? s->search.rung[best->rungs - 1].epochs : SIZE_MAX;
}

static int final_progressed(void *context, size_t step, size_t steps, double loss) {
  searching *s = context;
  const double last = work_of_final(&s->search), part = steps > 0 ? (double)step / (double)steps : 1;
  double trials = 0;
  char text[160];
  (void)loss;
  for (size_t r = 0; r < s->search.rungs; r++) trials += work_of(&s->search, r);
  dnp_render(text, sizeof text, cli_lang(s->options), "the best options once more: update {1} of {2}",
      (const denpa_arg[]){dnp_u(step), dnp_u(steps), DNP_END});
  if (!s->options->quiet) dnp_progress_tell(&s->progress, (trials + last * part) / (trials + last), text);
  return is_interrupted(NULL);
}

/* A signal ends it as it ends the trials: what they gave is told all the same. */
static denpa_status train_finally(searching *s, denpa_error *err) {
  dnp_search_setup setup = s->lines.setup[s->search.rank[0]];
  denpa_net *net = NULL;
  setup.make.threads = (int)s->options->threads;
  setup.train.evaluate = DENPA_EVALUATE_END;
  setup.train.on_progress = final_progressed;
  setup.train.context = s;
  if (setup.train.patience == 0) setup.train.validation = 0; /* stopping early needs rows that it is not trained on */
  DNP_TRY(denpa_net_create_for(&net, setup.net, s->dataset, &setup.make, err));
  denpa_status status = denpa_train(net, s->dataset, &setup.train, &s->final, err);
  denpa_net_free(net);
  dnp_progress_clear(&s->progress);
  s->interrupted = status == DENPA_ERROR_CANCELLED;
  if (s->interrupted) return DENPA_OK;
  s->final_rows = denpa_data_rows(
      setup.train.validation > 0 ? s->parted : s->dataset, DENPA_SPLIT_TRAIN); /* parted by the same share and seed */
  if (status == DENPA_OK)
    status = cli_lines_command(
        &s->lines, s->search.rank[0], SIZE_MAX, setup.train.patience > 0, &s->final_command, err);
  return status;
}

/* What is done is told, also where the search was stopped. */
static denpa_status end(searching *s, denpa_error *err) {
  const dnp_trial *best = dnp_search_best(&s->search);
  if (best != NULL) DNP_TRY(cli_lines_command(&s->lines, s->search.rank[0], epochs_of_best(s), true, &s->command, err));
  if (best != NULL && s->options->final && !s->interrupted) DNP_TRY(train_finally(s, err));
  DNP_TRY(end_log(s, err));
  DNP_TRY(show(s, err));
  if (s->options->json) DNP_TRY(print_json(s, err));
  return DENPA_OK;
}

static denpa_status outcome(const searching *s, denpa_error *err) {
  size_t ended = 0, starved = 0;
  for (size_t k = 0; k < s->search.trials; k++) {
    ended += s->search.trial[k].rungs > 0 || s->search.trial[k].status != DENPA_OK;
    starved += s->search.trial[k].status == DENPA_ERROR_MEMORY;
  }
  if (s->interrupted)
    return dnp_fail(err, DENPA_ERROR_CANCELLED, "{1} after {2} of {3} {3|trial|trials}", cli_signal_words(),
        dnp_u(ended), dnp_u(s->search.trials));
  if (dnp_search_best(&s->search) == NULL)
    return dnp_fail(
        err, DENPA_ERROR_NUMERIC, "no trial came to its end; the table tells why, and smaller learning rates may help");
  if (starved > 0)
    return dnp_fail(err, DENPA_ERROR_MEMORY,
        "not enough memory for {1} of {2} {2|trial|trials}: the best one that was found is the best of the others",
        dnp_u(starved), dnp_u(s->search.trials));
  return DENPA_OK;
}

static denpa_status run(searching *s, denpa_error *err) {
  const double start = dnp_seconds();
  tell_settings(s);
  dnp_progress_start(&s->progress, stderr, cli_lang(s->options), s->options->progress, s->options->color);
  denpa_status status = dnp_search_run(&s->search, err);
  dnp_progress_clear(&s->progress);
  s->seconds = dnp_seconds() - start;
  s->interrupted = status == DENPA_ERROR_CANCELLED;
  return status == DENPA_OK || s->interrupted ? end(s, err) : status;
}

int cli_search(const cli_options *options, int argc, char **argv) {
  denpa_error err = {0};
  cli_options mine = *options, plain = *options;
  mine.test_whole = true;
  searching s = {.options = &mine, .log = DNP_NOT_APPENDING};
  /* as train does, ... */
  denpa_status status = cli_take_defaults(&mine, dnp_data_kind_of(argc > 0 ? argv[0] : NULL), &err);
  mine.train.validation = options->train.validation; /* ... but with the share that trials are compared on */
  if (status == DENPA_OK) status = prepare(&s, argc, argv, &err);
  cli_signals_note();
  if (status == DENPA_OK) status = run(&s, &err);
  if (status == DENPA_OK) {
    plain.json = false; /* the object is printed already */
    status = outcome(&s, &err);
  }
  for (size_t k = 0; s.line != NULL && k < s.lines.trials; k++) free(s.line[k]);
  dnp_free(s.line);
  if (s.made) (void)dnp_remove_file(s.options->log); /* there is no trial to tell of */
  (void)dnp_append_close(&s.log);
  dnp_free(s.command);
  dnp_free(s.final_command);
  dnp_search_close(&s.search);
  cli_lines_close(&s.lines);
  denpa_data_free(s.parted);
  denpa_data_free(s.dataset);
  return status == DENPA_OK ? CLI_DONE : cli_fail(&plain, &err);
}
