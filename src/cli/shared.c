/* shared.c: data, models and JSON as the subcommands use them. */
#include "cli/own_picture.h"
#include "cli/shared.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/shapes.h"
#include "base/text.h"
#include "base/write.h"
#include "run/checkpoints.h"
#include "run/frames.h"
#include "explain/trace.h"
#include "learn/model.h"
#include "cli/tables.h"
#include "cli/rerun.h"
#include "cli/run_options.h"
#include "draw/figure.h"

void cli_tell_args(const cli_options *options, const char *message, const denpa_arg *args) {
  if (!options->quiet) dnp_say_args(stderr, cli_lang(options), message, args);
}

void cli_sweep(const cli_options *options, const char *folder) {
  const size_t count = dnp_remove_left_over(folder);
  if (count > 0)
    cli_tell(options,
        "{1}: {2} temporary {2|file that a killed process left was|files that killed processes left were} removed.\n",
        dnp_s(folder), dnp_u(count));
}

const char *cli_file_size(const char *path, double *total, char out[CLI_SIZE_TEXT]) {
  struct stat info;
  if (stat(path, &info) == 0) *total += (double)info.st_size;
  if (*total < 1e6)
    snprintf(out, CLI_SIZE_TEXT, "%.0f kB", floor((*total + 999) / 1e3));
  else
    snprintf(out, CLI_SIZE_TEXT, "%.1f MB", *total / 1e6);
  return out;
}

void cli_tell_page(const cli_options *options) {
  double bytes = 0;
  char size[CLI_SIZE_TEXT];
  cli_tell(options, "The page is in {1} ({2}); open it with a browser.\n", dnp_s(options->html),
      dnp_s(cli_file_size(options->html, &bytes, size)));
}

void cli_progress_start(const cli_options *options, dnp_progress *out) {
  const int choice = options->quiet ? CLI_PROGRESS_NONE : options->progress;
  dnp_progress_start(out, stderr, cli_lang(options), choice, options->color);
  out->late = options->progress == CLI_PROGRESS_AUTO;
}

const char *cli_program(const cli_options *options) {
  char path[4096];
  const char *folder = getenv("PATH");
  if (options->program == NULL || strchr(options->program, '/') == NULL) return "denpa";
  for (const char *end; folder != NULL && *folder != '\0'; folder = *end == ':' ? end + 1 : end) {
    end = folder + strcspn(folder, ":");
    const int length = snprintf(path, sizeof path, "%.*s/denpa", (int)(end - folder), folder);
    if (length > 0 && (size_t)length < sizeof path && access(path, X_OK) == 0) return "denpa";
  }
  return options->program;
}

static bool is_plain(const char *word) {
  return *word != '\0' &&
         word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+=,")] == '\0';
}

/* Whether showing it would take escapes. */
static bool is_dangerous(const char *word) {
  return dnp_render(NULL, 0, DENPA_LANG_EN, "{1}", (const denpa_arg[]){dnp_s(word), DNP_END}) != strlen(word);
}

/* What a terminal would act on, spelt so that every shell reads it. Where line feeds are last, which a shell takes from
 * the end of what is printed, by shells that know $'...' alone. */
static void put_spelt(FILE *out, const char *word) {
  const bool printed = word[strlen(word) - 1] != '\n';
  fputs(printed ? "\"$(printf '" : "$'", out);
  for (; *word != '\0'; word++)
    if ((unsigned char)*word < ' ' || (unsigned char)*word >= 0x7F || *word == '\'' || *word == '-')
      fprintf(out, "\\%03o", (unsigned)(unsigned char)*word);
    else if (*word == '\\' || (printed && *word == '%'))
      fprintf(out, "%c%c", *word, *word);
    else
      fputc(*word, out);
  fputs(printed ? "')\"" : "'", out);
}

void cli_put_word(FILE *out, const char *word) {
  if (is_plain(word)) {
    fputs(word, out);
    return;
  }
  if (is_dangerous(word)) {
    put_spelt(out, word);
    return;
  }
  fputc('\'', out);
  for (; *word != '\0'; word++) fputs(*word == '\'' ? "'\\''" : (const char[]){*word, '\0'}, out);
  fputc('\'', out);
}

void cli_shell_word(const char *word, char *out, size_t size) {
  out[0] = '\0';
  FILE *stream = fmemopen(out, size, "w");
  if (stream == NULL) return;
  cli_put_word(stream, word);
  fclose(stream);
}

/* ---- data -------------------------------------------------------------------------------------- */

typedef struct download {
  const cli_options *options;
  char file[64]; /* the one told about last */
} download;

static int tell_download(void *context, const char *file, const char *from, uint64_t done, uint64_t total) {
  download *d = context;
  (void)done;
  if (strncmp(d->file, file, sizeof d->file - 1) == 0) return 0;
  snprintf(d->file, sizeof d->file, "%s", file);
  if (total > 0)
    cli_tell(
        d->options, "Downloading {1} from {2} ({3:.1f} MB).\n", dnp_s(file), dnp_s(from), dnp_d((double)total / 1e6));
  else
    cli_tell(d->options, "Downloading {1} from {2}.\n", dnp_s(file), dnp_s(from));
  return 0;
}

denpa_data_options cli_data_options(const cli_options *options) {
  denpa_data_options wanted = denpa_data_options_default();
  wanted.offline = options->offline;
  wanted.target = options->target;
  wanted.task = options->task;
  wanted.header = options->header;
  wanted.ignore = options->ignore;
  wanted.category = options->category;
  wanted.test = options->test;
  wanted.test_share = options->test_share;
  wanted.seed = options->train.seed;
  wanted.unknown_fails = options->unknown;
  wanted.picture_size = options->size;
  wanted.channels = options->channels;
  return wanted;
}

/* Said at each training, so in few words: data get tells all of it. */
static void tell_fallback(const cli_options *options, const denpa_error *why) {
  char text[1024];
  if (options->offline)
    dnp_say(stderr, cli_lang(options),
        "MNIST is not on this machine, and nothing is downloaded now:\n"
        "the built-in digits are used instead. To have it: denpa data get mnist\n");
  else if (why->status == DENPA_ERROR_NETWORK)
    dnp_say(stderr, cli_lang(options),
        "MNIST could not be downloaded, so the built-in digits are used instead.\n"
        "To try again and see why: denpa data get mnist\n");
  else {
    denpa_error_text(why, cli_lang(options), text, sizeof text);
    dnp_say(stderr, cli_lang(options), "MNIST is not available, so the built-in digits are used instead. Why: {1}\n",
        dnp_s(text));
  }
}

static denpa_status open_data(const cli_options *options, const denpa_data_options *wanted, const char *name,
    denpa_data **out, denpa_error *err) {
  download told = {.options = options};
  denpa_data_options watched = *wanted;
  watched.progress = tell_download;
  watched.context = &told;
  DNP_TRY(denpa_data_open(out, name, &watched, err));
  denpa_error why;
  if (denpa_data_note(*out, &why)) tell_fallback(options, &why);
  const char *called = denpa_data_name(*out);
  const size_t word = name != NULL ? strcspn(name, ":") : 0;
  /* MNIST, where there is no such folder */
  if (name != NULL && strncmp(name, called, word) != 0 && dnp_text_alike(name, word, called, strcspn(called, ":")))
    cli_tell(options, "There is no folder {1}; the built-in data set {2} is used.\n", dnp_s(name), dnp_s(called));
  dnp_table_tell_news(stderr, cli_lang(options), *out);
  if (options->samples > 0) {
    denpa_data_limit(*out, DENPA_SPLIT_TRAIN, options->samples);
    if (!options->test_whole) denpa_data_limit(*out, DENPA_SPLIT_TEST, options->samples);
  }
  return DENPA_OK;
}

denpa_status cli_check_form(const cli_options *options, const char *name, denpa_error *err) {
  if (options->size == NULL && !cli_given(options, CLI_OPTION_CHANNELS)) return DENPA_OK;
  return dnp_fail(
      err, DENPA_ERROR_ARGUMENT, "--size and --channels are for folders of pictures; {1} is not one", dnp_s(name));
}

/* What says how to read a table has no meaning for other data. */
static denpa_status check_table_options(const cli_options *options, const denpa_data *data, denpa_error *err) {
  static const int only[] = {CLI_OPTION_TARGET, CLI_OPTION_TASK, CLI_OPTION_HEADER, CLI_OPTION_IGNORE,
      CLI_OPTION_CATEGORY, CLI_OPTION_TEST, CLI_OPTION_TEST_SHARE};
  for (size_t i = 0; i < sizeof only / sizeof *only && !dnp_from_table(data); i++)
    if (cli_given(options, only[i]))
      return dnp_fail(err, DENPA_ERROR_ARGUMENT, "--{1} is for tables; {2} is not one",
          dnp_s(cli_option_table[only[i]].name), dnp_s(denpa_data_name(data)));
  return DENPA_OK;
}

denpa_status cli_open_data(const cli_options *options, const char *name, denpa_data **out, denpa_error *err) {
  denpa_data_options wanted = cli_data_options(options);
  DNP_TRY(open_data(options, &wanted, name, out, err));
  const bool pictures = denpa_data_class_name(*out, 0) != NULL && denpa_data_shape(*out, NULL) > 1;
  denpa_status status = check_table_options(options, *out, err);
  if (status == DENPA_OK && !pictures) status = cli_check_form(options, denpa_data_name(*out), err);
  if (status == DENPA_OK) return DENPA_OK;
  denpa_data_free(*out);
  *out = NULL;
  return status;
}

bool cli_of_program(const denpa_net *net) {
  const char *source = denpa_net_metadata(net, "data_source");
  return source != NULL && strcmp(source, "program") == 0;
}

/* The data that a model names, seen from where its run has them. */
static denpa_status open_own_data(const cli_options *options, const denpa_data_options *wanted, const char *model,
    const char *name, denpa_data **out, denpa_error *err) {
  char sources[CLI_PLACE] = "";
  int back;
  /* those that are built in lie nowhere */
  if (dnp_data_kind_of(name) != DNP_DATA_USUAL) DNP_TRY(cli_run_sources(model, sources, err));
  DNP_TRY(cli_place_enter(sources, &back, err));
  return cli_place_leave(back, open_data(options, wanted, name, out, err), err);
}

denpa_status cli_open_model_data(const cli_options *options, const denpa_net *net, const char *model, const char *name,
    denpa_data **out, denpa_error *err) {
  const char *form = denpa_net_metadata(net, "pictures"), *classes = denpa_net_metadata(net, "classes");
  denpa_data_options wanted = cli_data_options(options);
  char size[32] = "";
  if (name == NULL && cli_of_program(net))
    return dnp_fail(err, DENPA_ERROR_NOT_FOUND,
        "the model learned from a program's own rows (\"{1}\"), which are in no file; name data after the model, "
        "as in denpa eval MODEL DATA",
        dnp_s(denpa_net_metadata(net, "data")));
  wanted.table = denpa_net_metadata(net, "table");
  wanted.whole = name != NULL;
  if (form != NULL && form[0] != '\0') {
    snprintf(size, sizeof size, "%.*s", (int)strcspn(form, ":"), form);
    wanted.picture_size = size;
    wanted.channels = strstr(form, ":rgb") != NULL ? "rgb" : "grey";
  }
  if (classes != NULL && classes[0] != '\0') wanted.classes = classes;
  if (name != NULL) return open_data(options, &wanted, name, out, err);
  name = denpa_net_metadata(net, "data");
  denpa_error why = {0};
  const denpa_status status = open_own_data(options, &wanted, model, name, out, &why);
  /* the model may have come from another folder or machine, or been trained on a program's own arrays */
  if (status == DENPA_ERROR_NOT_FOUND && name != NULL)
    return dnp_fail(
        err, status, "{1}, on which this model was trained, is not here; name the data after the model", dnp_s(name));
  if (status != DENPA_OK && err != NULL) *err = why;
  return status;
}

/* ---- networks ---------------------------------------------------------------------------------- */

bool cli_auto_loss(const cli_options *options) { return options->loss == NULL || strcmp(options->loss, "auto") == 0; }

denpa_net_options cli_net_options(const cli_options *options) {
  static const char *const units[] = {[CLI_CPU_AUTO] = "auto",
      [CLI_CPU_REF] = "ref",
      [CLI_CPU_AVX2] = "avx2",
      [CLI_CPU_AVX512] = "avx512",
      [CLI_CPU_NEON] = "neon"};
  denpa_net_options net = denpa_net_options_default();
  if (options->act != NULL) net.activation = options->act;
  if (options->init != NULL) net.init = options->init;
  if (!cli_auto_loss(options)) net.loss = options->loss;
  net.dtype = (denpa_dtype)options->dtype;
  net.rng = options->train.rng;
  net.seed = options->train.seed;
  net.threads = (int)options->threads;
  net.cpu = units[options->cpu];
  return net;
}

denpa_net_options cli_net_options_for(const cli_options *options, const denpa_data *data) {
  denpa_net_options net = cli_net_options(options);
  if (cli_auto_loss(options) && denpa_data_classes(data) == 0) net.loss = dnp_op_squared_error.word;
  return net;
}

/* The newest checkpoint of a run that can be read: its training goes on, was interrupted, or its model is damaged. */
static denpa_status load_checkpoint(
    const cli_options *options, const char *run, const denpa_net_options *net, denpa_net **out, size_t *step) {
  char path[DNP_CHECKPOINT_PATH];
  size_t *steps, count;
  DNP_TRY(dnp_checkpoints_list(run, &steps, &count, NULL));
  denpa_status status = DENPA_ERROR_NOT_FOUND;
  for (size_t i = 0; i < count && status != DENPA_OK && steps[i] > 0; i++) {
    *step = steps[i];
    status = dnp_checkpoints_path(run, steps[i], path, NULL);
    if (status == DENPA_OK) status = denpa_net_load(out, path, options->net, net, NULL);
    if (status == DENPA_OK) status = dnp_numbered_check(path, steps[i], denpa_net_metadata(*out, "steps"), NULL);
    if (status == DENPA_OK) break;
    denpa_net_free(*out);
    *out = NULL;
  }
  dnp_free(steps);
  return status;
}

/* A network that is not what its training was to give. */
static void tell_broken(const cli_options *options, const char *path, const denpa_net *net) {
  const char *at = denpa_net_metadata(net, "broke_off"), *epoch = denpa_net_metadata(net, "kept_epoch");
  if (at == NULL || epoch == NULL) return;
  cli_tell(options,
      "Note: the training of {1} broke off at update {2}, where a number was not finite any more.\nThis is the network "
      "of epoch {3}.\n",
      dnp_s(path), dnp_s(at), dnp_s(epoch));
}

denpa_status cli_layers(const cli_options *options, const char *path, const char **text, denpa_error *err) {
  *text = NULL;
  return options->train.compat == DENPA_COMPAT_BOOK ? dnp_published_find(path, text, err) : DENPA_OK;
}

denpa_status cli_load(const cli_options *options, const char *path, denpa_net **out, denpa_error *err) {
  const denpa_net_options net = cli_net_options(options);
  const char *layers = options->net;
  denpa_error why = {0};
  size_t step = 0;
  char text[512], typed[4200];
  denpa_status status = layers == NULL ? cli_layers(options, path, &layers, &why) : DENPA_OK;
  if (status == DENPA_OK) status = denpa_net_load(out, path, layers, &net, &why);
  if (status == DENPA_OK) return tell_broken(options, path, *out), DENPA_OK;
  /* the checkpoint of the beginning has learned nothing */
  if ((cli_lacks_model(path) || status == DENPA_ERROR_FORMAT) &&
      load_checkpoint(options, path, &net, out, &step) == DENPA_OK) {
    denpa_error_text(&why, cli_lang(options), text, sizeof text);
    cli_tell(options,
        cli_lacks_model(path) ? DNP_N("{1} has no finished network; its checkpoint of update {2} is used.\n")
                              : DNP_N("{3}\nThe checkpoint of update {2} is used instead.\n"),
        dnp_s(path), dnp_u(step), dnp_s(text));
    return DENPA_OK;
  }
  if (err != NULL) *err = why;
  if (!cli_lacks_model(path)) return status;
  cli_shell_word(path, typed, sizeof typed);
  return dnp_fail(err, DENPA_ERROR_NOT_FOUND,
      "{1}: this run has no model: its training broke off, was stopped, or still goes on; denpa doctor {2} says what "
      "can be said of it",
      dnp_s(path), dnp_s(typed));
}

/* A network whose two ends have changed places has transposed weights. */
static denpa_status refuse_rows(const denpa_net *net, const denpa_data *data, denpa_error *err) {
  const size_t ends[] = {denpa_net_inputs(net), denpa_net_outputs(net)},
               wanted[] = {denpa_data_features(data), denpa_data_outputs(data)};
  const denpa_parameter first = denpa_net_parameter(net, 0);
  const bool alone = first.axes == 2 && memcmp(first.shape, ends, sizeof ends) == 0;
  const denpa_status status = dnp_fail(err, DENPA_ERROR_SHAPE,
      "the network {1} takes {2} {2|number|numbers}, but a row of {3} has {4}", dnp_s(denpa_net_text(net)),
      dnp_u(ends[0]), dnp_s(denpa_data_name(data)), dnp_u(wanted[0]));
  if (ends[0] == wanted[1] && ends[1] == wanted[0])
    return dnp_fail_shapes(err, status, alone ? first.name : NULL, (dnp_shape){2, ends}, (dnp_shape){2, wanted});
  return dnp_fail_shapes(err, status, NULL, (dnp_shape){1, wanted}, (dnp_shape){1, ends});
}

denpa_status cli_check_fit(const denpa_net *net, const denpa_data *data, denpa_error *err) {
  size_t inputs = denpa_net_inputs(net), outputs = denpa_net_outputs(net);
  if (inputs != denpa_data_features(data)) return refuse_rows(net, data, err);
  if (outputs < denpa_data_outputs(data) && !(outputs == 1 && denpa_data_classes(data) == 2))
    return dnp_fail(err, DENPA_ERROR_SHAPE,
        "the network {1} has {2} {2|output|outputs}, but {3} has {4} {4|class|classes}", dnp_s(denpa_net_text(net)),
        dnp_u(outputs), dnp_s(denpa_data_name(data)), dnp_u(denpa_data_outputs(data)));
  return DENPA_OK;
}

/* ---- passes ------------------------------------------------------------------------------------ */

/* Whether the run has a frame of this update, and how many it has at all. */
static bool has_frame(const char *run, size_t step, size_t *count) {
  denpa_epoch *frame;
  bool there = false;
  if (dnp_frames_list(run, &frame, count, NULL) != DENPA_OK) return *count = 0, false;
  for (size_t i = 0; i < *count; i++) there = there || frame[i].step == step;
  dnp_free(frame);
  return there;
}

denpa_status cli_load_step(
    const cli_options *options, const char *run, size_t step, denpa_net **out, denpa_error *err) {
  char path[DNP_FRAME_PATH];
  denpa_epoch *frame;
  size_t count;
  *out = NULL;
  if (has_frame(run, step, &count)) {
    DNP_TRY(dnp_frames_path(run, step, path, err));
    DNP_TRY(cli_load(options, path, out, err));
    const denpa_status status = dnp_numbered_check(path, step, denpa_net_metadata(*out, "steps"), err);
    if (status == DENPA_OK) return DENPA_OK;
    denpa_net_free(*out);
    *out = NULL;
    return status;
  }
  if (cli_check_run(run, NULL) == DENPA_OK) return cli_load_again(options, run, step, out, err);
  /* no run; or one of denpa 0.1.0, perhaps with frames */
  DNP_TRY(dnp_frames_list(run, &frame, &count, err));
  dnp_free(frame);
  return dnp_fail(
      err, DENPA_ERROR_ARGUMENT, "{1}: there is no frame of update {2} in this folder", dnp_s(run), dnp_u(step));
}

/* The network that a command looks at: as the model has it, or as it was behind update K of the run. */
denpa_status cli_load_or_step(const cli_options *options, const char *path, denpa_net **out, denpa_error *err) {
  return cli_given(options, CLI_OPTION_FRAME) ? cli_load_step(options, path, options->frame, out, err)
                                              : cli_load(options, path, out, err);
}

/* ---- a picture of one's own through a network */

/* What cannot be asked of one picture that is no sample of a data set. */
static denpa_status check_own(const cli_options *o, const char *path, denpa_error *err) {
  static const int sampling[] = {CLI_OPTION_SAMPLE, CLI_OPTION_SPLIT, CLI_OPTION_BATCH, CLI_OPTION_TRAINING};
  static const char *const names[] = {"sample", "split", "batch", "training"};
  for (size_t i = 0; i < sizeof sampling / sizeof *sampling; i++)
    if (cli_given(o, sampling[i]))
      return dnp_fail(err, DENPA_ERROR_ARGUMENT,
          "--{1} chooses among the samples of a data set, and {2} is one picture; leave it out", dnp_s(names[i]),
          dnp_s(path));
  return DENPA_OK;
}

static denpa_status open_own(const cli_options *options, const char *path, cli_traced *out, denpa_error *err) {
  dnp_novelty novelty;
  DNP_TRY(check_own(options, path, err));
  DNP_TRY(cli_takes_pictures(out->net, err));
  DNP_TRY(dnp_novelty_open(&novelty, out->net, err));
  denpa_status status = DNP_NEW(&out->own, 1, err);
  if (status == DENPA_OK) status = cli_own_picture_open(out->own, options, out->net, &novelty, path, err);
  dnp_novelty_close(&novelty);
  DNP_TRY(status);
  DNP_TRY(cli_own_picture_data(&out->dataset, options, out->net, out->own, path, err));
  DNP_TRY(dnp_trace_open(&out->trace, out->net, out->dataset, DENPA_SPLIT_TEST, 0, 1, false, err));
  out->trace->remark = out->own->remark;
  out->trace->remarks = out->own->remarks;
  return DENPA_OK;
}

/* A file, for a network that did not learn from a table: data sets of pictures are folders, or known by a name. */
static bool is_picture(const denpa_net *net, const char *data) {
  return data != NULL && denpa_net_metadata(net, "table") == NULL && !dnp_table_named(data) &&
         access(data, F_OK) == 0 && !dnp_is_folder(data);
}

denpa_status cli_trace_open(
    const cli_options *options, const char *model, const char *data, cli_traced *out, denpa_error *err) {
  *out = (cli_traced){0};
  DNP_TRY(cli_load_or_step(options, model, &out->net, err));
  if (data != NULL && options->data_name != NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "the data set is given twice: {1} and --data {2}", dnp_s(data),
        dnp_s(options->data_name));
  if (is_picture(out->net, data)) return open_own(options, data, out, err);
  if (options->class_name != NULL || options->raw)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "--{1} is for a picture of your own, and no picture file is given; the samples of a data set have their labels",
        dnp_s(options->class_name != NULL ? "class" : "raw"));
  DNP_TRY(cli_open_model_data(options, out->net, model, data != NULL ? data : options->data_name, &out->dataset, err));
  DNP_TRY(cli_check_fit(out->net, out->dataset, err));
  return dnp_trace_open(&out->trace, out->net, out->dataset, options->split == 0 ? DENPA_SPLIT_TRAIN : DENPA_SPLIT_TEST,
      options->sample, options->train.batch, options->training, err);
}

void cli_trace_close(cli_traced *traced) {
  dnp_trace_free(traced->trace);
  denpa_net_free(traced->net);
  denpa_data_free(traced->dataset);
  if (traced->own != NULL) cli_own_picture_close(traced->own);
  dnp_free(traced->own);
}

/* ---- the terminal ------------------------------------------------------------------------------ */

/* ---- JSON -------------------------------------------------------------------------------------- */

json_t *cli_real(double value) { return dnp_json_real(value); }

denpa_status cli_print_json(json_t *object, denpa_error *err) {
  char *text;
  DNP_TRY(dnp_json_text(object, JSON_INDENT(2) | JSON_REAL_PRECISION(17) | JSON_ENSURE_ASCII, &text, err));
  puts(text);
  dnp_free(text);
  return DENPA_OK;
}

json_t *cli_sizes(int axes, const size_t *shape) {
  json_t *list = json_array();
  for (int i = 0; i < axes; i++) dnp_json_add(&list, json_integer((json_int_t)shape[i]));
  return list;
}

json_t *cli_matrices(const struct dnp_step *step) {
  json_t *list = json_array();
  for (size_t i = 0; i < step->count; i++) {
    const dnp_seen *s = &step->seen[i];
    char formula[1024];
    json_t *first = json_array();
    for (int k = 0; k < s->firsts; k++) dnp_json_add(&first, cli_real(s->first[k]));
    dnp_step_formula(step, s, DENPA_LANG_EN, formula, sizeof formula);
    dnp_json_add(
        &list, json_pack("{s:s,s:s,s:o,s:o,s:o,s:o,s:o,s:o}", "name", s->name, "kind", dnp_seen_kinds[s->as], "shape",
                   cli_sizes(s->axes, s->shape), "formula", formula[0] != '\0' ? json_string(formula) : json_null(),
                   "first", first, "smallest", cli_real(s->low), "largest", cli_real(s->high), "mean",
                   cli_real(s->sum / (double)s->count)));
  }
  return list;
}

/* ---- figures ------------------------------------------------------------------------------------ */

denpa_lang cli_figure_lang(const cli_options *options) {
  return options->out != NULL && dnp_text_ends(options->out, ".png") ? DENPA_LANG_EN : cli_lang(options);
}

denpa_status cli_check_picture(const char *out, denpa_error *err) {
  if (out == NULL || dnp_text_ends(out, ".svg") || dnp_text_ends(out, ".png")) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_ARGUMENT,
      "{1}: the picture becomes .svg or .png; give a name that ends in one of them", dnp_s(out));
}

denpa_status cli_write_figure(
    const cli_options *options, const dnp_figure *figure, const char *path, denpa_error *err) {
  bool boxes = false;
  DNP_TRY(dnp_text_ends(path, ".png") ? dnp_figure_png(figure, path, &boxes, err) : dnp_figure_svg(figure, path, err));
  cli_tell(options, "The picture is in {1}.\n", dnp_s(path));
  if (boxes)
    cli_tell(options,
        "A PNG has the letters of English only: others are empty boxes. A name that ends in .svg has them all.\n");
  else if (cli_figure_lang(options) != cli_lang(options))
    cli_tell(options,
        "Note: the texts of a PNG are English, as it has no other letters. A name that ends in .svg has them in the "
        "language of the command.\n");
  return DENPA_OK;
}
