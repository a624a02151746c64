/* runs.c: targets for the folder of a run, and for what the command shows of files. */
#include <math.h>
#include <sys/stat.h>

#include "cli/keep.h"
#include "cli/rerun.h"
#include "cli/run_options.h"
#include "fuzz.h"
#include "run/course.h"
#include "run/frames.h"
#include "run/log.h"
#include "run/previous.h"

/* ---- options --------------------------------------------------------------------------------------- */

/* As `denpa resume RUN` begins, with one thread and without the network. */
static void begin(cli_options *options) {
  static char *words[] = {"denpa", "resume", "run", "--offline", "--threads", "1", "--quiet", NULL};
  char *positional[8];
  int count;
  denpa_error err = {0};
  cli_foresee(options, 7, words);
  FUZZ_DEMAND(fuzz_told(cli_parse(options, 7, words, positional, &count, &err), &err) == DENPA_OK, "no options");
}

static denpa_data *colours(void) {
  static denpa_data *data;
  denpa_error err = {0};
  if (data == NULL) FUZZ_DEMAND(denpa_data_open(&data, fuzz_colours(), NULL, &err) == DENPA_OK, "no table");
  return data;
}

/* What is read, written and read again is written as before. */
static void check_written(cli_options *options) {
  unsigned char *text[2];
  size_t size[2];
  cli_run_options told;
  denpa_error err = {0};
  mkdir(fuzz_path("written"), 0700);
  options->run = fuzz_path("written");
  for (int i = 0; i < 2; i++) {
    FUZZ_DEMAND(fuzz_told(cli_run_options_write(options, colours(), NULL, &err), &err) == DENPA_OK &&
                    dnp_read_file(fuzz_path("written/options.json"), 1 << 20, &text[i], &size[i], &err) == DENPA_OK,
        "options are not written again");
    if (i == 1) break;
    FUZZ_DEMAND(fuzz_told(cli_run_options_read(fuzz_path("written"), options, &told, &err), &err) == DENPA_OK,
        "options are not read again: %s", text[0]);
    options->past = NULL;
  }
  json_decref(told.json);
  FUZZ_DEMAND(size[0] == size[1] && memcmp(text[0], text[1], size[0]) == 0,
      "options are others when read again:\n%s\n%s", text[0], text[1]);
  dnp_free(text[0]);
  dnp_free(text[1]);
}

void target_run_options(const uint8_t *data, size_t size) {
  static cli_options options;
  cli_run_options told;
  denpa_error err = {0};
  fuzz_file("options.json", data, size);
  begin(&options);
  const denpa_status status = cli_run_options_read(fuzz_home(), &options, &told, &err);
  if (fuzz_told(status, &err) == DENPA_OK) {
    json_t *past;
    const denpa_train_options train = cli_train_options(&options);
    fuzz_told(cli_check_train(&options, &err), &err);
    fuzz_told(dnp_settings_check(&train, &err), &err);
    for (size_t step = 0; step < 2000; step += 700) {
      denpa_train_options at = train;
      size_t until;
      if (fuzz_told(cli_run_length_at(&told, "run", step, &at, &until, &err), &err) == DENPA_OK)
        FUZZ_DEMAND(until > step, "a length that has ended before");
    }
    if (fuzz_told(cli_run_past(&told, "run", 1500, &train, &past, &err), &err) == DENPA_OK) json_decref(past);
    if (!told.old) check_written(&options);
  }
  json_decref(told.json);
}

/* ---- lists of scores -------------------------------------------------------------------------------- */

static void check_lines(const char *path, const denpa_epoch *lines, size_t count) {
  denpa_epoch *again;
  size_t number;
  dnp_appender out = DNP_NOT_APPENDING;
  denpa_error err = {0};
  FUZZ_DEMAND(dnp_append_open(&out, path, false, &err) == DENPA_OK && dnp_log_begin(&out, true) == 0, "no log");
  for (size_t i = 0; i < count; i++) FUZZ_DEMAND(dnp_log_add(&out, &lines[i], true) == 0, "no line");
  FUZZ_DEMAND(dnp_append_close(&out) == 0 && fuzz_told(dnp_log_read(path, &again, &number, &err), &err) == DENPA_OK &&
                  number == count,
      "a log is not read again");
  for (size_t i = 0; i < count; i++) {
    const double *a = &lines[i].epoch, *b = &again[i].epoch;
    FUZZ_DEMAND(lines[i].step == again[i].step, "another step when read again");
    for (int k = 0; k < 8; k++)
      FUZZ_DEMAND(memcmp(&a[k], &b[k], sizeof *a) == 0 || (isnan(b[k]) && !isfinite(a[k])),
          "line %zu: %.17g is %.17g when read again", i, a[k], b[k]);
  }
  dnp_free(again);
}

void target_log(const uint8_t *data, size_t size) {
  const char *path = fuzz_file("log.csv", data, size);
  denpa_epoch *lines, *rest;
  size_t count, left;
  denpa_error err = {0};
  const denpa_status status = fuzz_told(dnp_log_read(path, &lines, &count, &err), &err);
  if (status == DENPA_OK) check_lines(fuzz_path("again.csv"), lines, count);
  const size_t last = count > 0 ? lines[count / 2].step : 1;
  if (fuzz_told(dnp_log_cut(path, last, &err), &err) == DENPA_OK && status == DENPA_OK) {
    FUZZ_DEMAND(fuzz_told(dnp_log_read(path, &rest, &left, &err), &err) == DENPA_OK && left <= count,
        "a log that was cut is not read");
    for (size_t i = 0; i < left; i++) FUZZ_DEMAND(rest[i].step <= last, "a line behind update %zu is left", last);
    dnp_free(rest);
  }
  dnp_free(lines);
}

void target_frames(const uint8_t *data, size_t size) {
  denpa_epoch *frames;
  size_t count;
  denpa_error err = {0};
  fuzz_file("frames/frames.csv", data, size);
  if (fuzz_told(dnp_frames_list(fuzz_home(), &frames, &count, &err), &err) != DENPA_OK) return;
  for (size_t i = 1; i < count; i++) FUZZ_DEMAND(frames[i].step > frames[i - 1].step, "frames are not in their order");
  dnp_free(frames);
}

/* ---- the folder ------------------------------------------------------------------------------------- */

static const char *const of_run[] = {"options.json", "log.csv", "lock", "model.safetensors", "frames/frames.csv",
    "frames/00000000.safetensors", "frames/00000003.safetensors", "checkpoints/00000000.safetensors",
    "checkpoints/00000003.safetensors", "checkpoints/00000006.safetensors",
    "checkpoints/99999999999999999999.safetensors", "previous-run/options.json", NULL};

static void make_again(const cli_options *given) {
  static cli_rerun rerun;
  size_t first = 0, last = 0;
  const char *table = fuzz_colours();
  denpa_error err = {0};
  if (fuzz_told(cli_rerun_open(&rerun, given, fuzz_home(), table, &err), &err) == DENPA_OK &&
      fuzz_told(cli_run_ends(fuzz_home(), &first, &last, &err), &err) == DENPA_OK &&
      fuzz_told(cli_rerun_begin(&rerun, last, &err), &err) == DENPA_OK)
    fuzz_told(cli_rerun_to(&rerun, rerun.from + 2, NULL, &err), &err);
  cli_rerun_close(&rerun);
}

void target_run(const uint8_t *data, size_t size) {
  static cli_options options;
  dnp_course course = {0};
  dnp_lock lock;
  denpa_epoch *frames;
  denpa_net *net;
  size_t count;
  char kept[DNP_PREVIOUS_PATH];
  denpa_error err = {0};
  if (fuzz_unpack(data, size, of_run) == 0) return;
  begin(&options);
  fuzz_told(cli_check_run(fuzz_home(), &err), &err);
  (void)cli_lacks_model(fuzz_home());
  if (fuzz_told(dnp_course_read(&course, fuzz_home(), &err), &err) == DENPA_OK) dnp_course_free(&course);
  if (fuzz_told(dnp_frames_list(fuzz_home(), &frames, &count, &err), &err) == DENPA_OK) dnp_free(frames);
  if (fuzz_told(denpa_net_load(&net, fuzz_home(), NULL, &fuzz_plain, &err), &err) == DENPA_OK) denpa_net_free(net);
  make_again(&options);
  if (fuzz_told(dnp_lock_take(&lock, fuzz_home(), &err), &err) == DENPA_OK) {
    fuzz_told(dnp_previous_keep(fuzz_home(), kept, &err), &err);
    dnp_lock_give(&lock);
  }
  fuzz_clear();
}

/* ---- what is shown ---------------------------------------------------------------------------------- */

/* A line that says what of, and the file. */
void target_show(const uint8_t *data, size_t size) {
  static const struct {
    const char *what, *file, *words[8];
    int plain;
  } shown[] = {{"info", "a.safetensors", {"info", "a.safetensors", "--lang", "en"}, 0},
      {"info json", "a.safetensors", {"info", "a.safetensors", "--json"}, 0},
      {"info ja", "a.safetensors", {"info", "a.safetensors", "--lang", "ja"}, 0},
      {"data", "a.csv", {"data", "a.csv", "--offline"}, 0},
      {"data json", "a.csv", {"data", "a.csv", "--offline", "--json", "--lang", "ja"}, 0},
      {"predict", "a.csv", {"predict", "colours.safetensors", "a.csv", "--offline", "--threads", "1"}, 1},
      {"eval", "a.csv", {"eval", "colours.safetensors", "a.csv", "--offline", "--threads", "1"}, 0},
      {"curves", "log.csv", {"plot", "log.csv", "--what", "curves", "--quiet"}, 0}};
  const uint8_t *end = memchr(data, '\n', size);
  const size_t from = end != NULL ? (size_t)(end - data) + 1 : size;
  for (size_t i = 0; end != NULL && i < sizeof shown / sizeof *shown; i++) {
    if (strlen(shown[i].what) != from - 1 || memcmp(shown[i].what, data, from - 1) != 0) continue;
    const char *words[9] = {NULL};
    fuzz_file(shown[i].file, data + from, size - from);
    (void)fuzz_colours_model();
    for (int k = 0; k < 8 && shown[i].words[k] != NULL; k++)
      words[k] = strchr(shown[i].words[k], '.') != NULL ? fuzz_path(shown[i].words[k]) : shown[i].words[k];
    (void)fuzz_command(words, shown[i].plain);
  }
}
