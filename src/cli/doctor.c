/* doctor.c: `denpa doctor RUN`: what is wrong with a training, with all measurements; and the findings that `denpa
 * train` tells at its end. */
#include "cli/doctor.h"
#include "cli/again.h"
#include "base/write.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "cli/rerun.h"
#include "cli/run_options.h"
#include "run/checkpoints.h"
#include "run/frames.h"

/* Where the first checkpoint had to make room, there is no doctor: what it said of the rest alone would not be true of
 * the whole. */
denpa_status cli_doctor_recall(dnp_doctor **doctor, const cli_options *options, size_t first, denpa_error *err) {
  char path[DNP_CHECKPOINT_PATH];
  denpa_net *beginning = NULL;
  dnp_course log = {0};
  const denpa_net_options net = cli_net_options(options);
  denpa_status status = dnp_checkpoints_path(options->run, first, path, err);
  if (status == DENPA_OK && denpa_net_load(&beginning, path, NULL, &net, NULL) == DENPA_OK) {
    status = dnp_course_read(&log, options->run, err);
    if (status == DENPA_OK) status = dnp_doctor_recall(*doctor, beginning, &log, err);
  } else {
    dnp_doctor_close(*doctor);
    *doctor = NULL;
  }
  dnp_course_free(&log);
  denpa_net_free(beginning);
  return status;
}

static json_t *quality_json(const dnp_trial *trial) {
  if (trial->broken) return json_null();
  return json_pack("{s:I,s:o,s:o,s:o,s:o}", "steps", (json_int_t)trial->steps, "loss_before", cli_real(trial->before),
      "train_loss", cli_real(trial->train.loss), "train_score", cli_real(trial->train.score), "test_score",
      cli_real(trial->test.rows > 0 ? trial->test.score : (double)NAN));
}

json_t *cli_findings_json(const cli_options *options, const dnp_finding *found, size_t count) {
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) {
    char what[1024], remedy[DNP_REMEDY_TEXT];
    dnp_render(what, sizeof what, cli_lang(options), found[i].what, found[i].arg);
    dnp_finding_remedy(&found[i], cli_lang(options), remedy);
    json_t *one = json_pack("{s:s,s:s,s:s}", "name", found[i].name, "what", what, "remedy", remedy);
    if (found[i].tried != NULL)
      dnp_json_put(&one, "tried",
          json_pack("{s:s,s:o,s:o}", "options", found[i].tried->change, "with", quality_json(&found[i].tried->with),
              "without", quality_json(&found[i].tried->without)));
    dnp_json_add(&list, one);
  }
  return list;
}

static json_t *probe_json(const dnp_probe *p) {
  json_t *layers = json_array();
  if (!p->taken) return json_decref(layers), json_null();
  for (size_t i = 0; i < p->layers; i++) {
    const dnp_layer *l = &p->layer[i];
    dnp_json_add(&layers,
        json_pack("{s:s,s:s,s:s,s:I,s:I,s:o,s:o,s:o,s:I,s:o,s:I}", "weights", l->weights, "values", l->values,
            "activation", l->activation, "inputs", (json_int_t)l->inputs, "units", (json_int_t)l->units, "rms_weight",
            cli_real(l->weight), "rms_gradient", cli_real(l->gradient), "update_ratio", cli_real(l->update), "dead",
            (json_int_t)l->dead, "saturated", cli_real(l->saturated), "alike", (json_int_t)l->alike));
  }
  return json_pack("{s:I,s:I,s:o,s:o,s:I,s:I,s:o,s:o,s:o}", "step", (json_int_t)p->step, "samples", (json_int_t)p->rows,
      "loss", cli_real(p->loss), "accuracy", cli_real(p->accuracy), "favourite", (json_int_t)p->favourite,
      "favourite_times", (json_int_t)p->times, "loss_after_step", cli_real(p->after), "loss_after_ten_steps_length",
      cli_real(p->after_ten), "layers", layers);
}

/* For --quiet: what was found, in a line. */
static void say_names(const dnp_finding *found, size_t count) {
  for (size_t i = 0; i < count; i++) fprintf(stdout, "%s%s", found[i].name, i + 1 < count ? " " : "\n");
}

/* What the doctor looked at: the keys of --json, and what people are told first. */
typedef enum examined { OF_MODEL, OF_BROKEN, OF_EPOCH, OF_FRAME, OF_LOG } examined;

static void tell_examined(const cli_options *options, examined of, const dnp_checkup *c) {
  static const char *const texts[] = {[OF_MODEL] = NULL,
      [OF_BROKEN] = DNP_N("This run has no model: its training broke off in its first epoch.\nThat was made again, "
                          "number for number, and this is what was seen:\n"),
      [OF_EPOCH] = DNP_N("This run has no model: it was stopped in its first epoch, or still goes on.\nThat was made "
                         "again, number for number, and nothing broke:\n"),
      [OF_FRAME] = DNP_N("This run has no model: its training broke off, was stopped, or still goes on.\nThe newest "
                         "frame, of update {1}, is looked at instead.\n"),
      [OF_LOG] = DNP_N(
          "This run has no model: its training broke off, was stopped, or still goes on.\nIts log ends with "
          "epoch {2}. Without weights the doctor does not see dead,\nsaturated or equal units, small "
          "gradients, weights that shrank; --record keeps some.\n")};
  if (texts[of] != NULL && !options->quiet)
    dnp_say(stdout, cli_lang(options), texts[of], dnp_u(c->steps), dnp_d(c->epochs));
}

static denpa_status report(const cli_options *options, examined of, const dnp_checkup *c, const dnp_finding *found,
    size_t count, denpa_error *err) {
  const denpa_lang lang = cli_lang(options);
  static const char *const keys[] = {[OF_MODEL] = "model",
      [OF_BROKEN] = "first epoch",
      [OF_EPOCH] = "first epoch",
      [OF_FRAME] = "frame",
      [OF_LOG] = "log"};
  if (options->json)
    return cli_print_json(
        json_pack("{s:s,s:b,s:o,s:{s:I,s:I,s:I,s:I,s:o,s:o,s:o,s:o},s:s,s:o,s:I,s:o,s:o}", "examined", keys[of],
            "broken", c->broken, "findings", cli_findings_json(options, found, count), "data", "samples",
            (json_int_t)c->data_check.rows, "classes", (json_int_t)c->data_check.classes, "classes_present",
            (json_int_t)c->data_check.present, "commonest", (json_int_t)c->data_check.common, "share",
            cli_real(c->data_check.share), "chance_loss", cli_real(c->data_check.chance), "largest_input",
            cli_real(c->data_check.largest), "rms_input", cli_real(c->data_check.rms), "optimizer", c->optimizer, "lr",
            cli_real(c->lr), "steps", (json_int_t)c->steps, "first", probe_json(&c->first), "last",
            probe_json(&c->last)),
        err);
  tell_examined(options, of, c);
  if (count == 0 && c->steps == 0)
    dnp_say(stdout, lang, "No update of this network is recorded, so nothing can be said of its training.\n");
  else if (count == 0)
    dnp_say(stdout, lang, "The doctor finds nothing wrong.\n");
  if (options->quiet) return say_names(found, count), DENPA_OK;
  dnp_findings_tell(stdout, lang, found, count, count);
  fputc('\n', stdout);
  dnp_checkup_tell(stdout, lang, c);
  return DENPA_OK;
}

/* The log beside the model, if it is a run's folder with one. */
static denpa_status read_log(const char *path, dnp_course *log, denpa_error *err) {
  struct stat info;
  char name[4096 + 16];
  if (strlen(path) >= 4096 || !dnp_is_folder(path)) return DENPA_OK;
  snprintf(name, sizeof name, "%s/log.csv", path);
  return stat(name, &info) == 0 ? dnp_course_read(log, name, err) : DENPA_OK;
}

/* ---- what is examined --------------------------------------------------------------------------- */

typedef struct patient {
  denpa_net *net;
  denpa_data *dataset;
  json_t *told; /* options.json */
  dnp_course log;
  dnp_doctor *doctor;
  examined of;
} patient;

static denpa_status examine_model(
    patient *p, const cli_options *options, const char *model, const char *data, denpa_error *err) {
  DNP_TRY(cli_open_model_data(options, p->net, model, data, &p->dataset, err));
  DNP_TRY(cli_check_fit(p->net, p->dataset, err));
  return dnp_doctor_examine(&p->doctor, p->net, p->dataset, &p->log, err);
}

static int one_epoch(void *context, const denpa_epoch *epoch) {
  patient *p = context;
  (void)dnp_doctor_epoch(p->doctor, epoch, NULL);
  return 1;
}

/* One seed gives one training: what broke off in its first epoch does so again, under the doctor's eyes. */
static denpa_status make_again(patient *p, denpa_train_options *train, denpa_error *err) {
  train->on_epoch = one_epoch;
  train->context = p;
  denpa_report report;
  const denpa_status status = denpa_train(p->net, p->dataset, train, &report, err);
  p->of = status == DENPA_ERROR_NUMERIC ? OF_BROKEN : OF_EPOCH;
  if (status != DENPA_OK && status != DENPA_ERROR_NUMERIC && status != DENPA_ERROR_CANCELLED) return status;
  return dnp_doctor_end(p->doctor, status == DENPA_ERROR_NUMERIC, err);
}

/* The newest frame of a recorded run that can be loaded, if any: the last one may not be whole. Fails only where there
 * is no memory, for which a run is no other one. */
static denpa_status load_frame(patient *p, const cli_options *options, const char *run, denpa_error *err) {
  char path[DNP_FRAME_PATH];
  denpa_epoch *frame;
  size_t count;
  const denpa_net_options net = cli_net_options(options);
  denpa_error why = {0};
  denpa_status status = dnp_frames_list(run, &frame, &count, &why);
  if (status == DENPA_OK) {
    while (count-- > 0 && p->net == NULL && status != DENPA_ERROR_MEMORY)
      if (dnp_frames_path(run, frame[count].step, path, NULL) == DENPA_OK)
        status = denpa_net_load(&p->net, path, NULL, &net, &why);
    dnp_free(frame);
  }
  if (status != DENPA_ERROR_MEMORY) return DENPA_OK;
  if (err != NULL) *err = why;
  return status;
}

/* Its training, up to where it could begin. */
static denpa_status open_training(
    patient *p, const cli_options *then, const cli_run_options *told, const char *data, denpa_error *err) {
  char text[CLI_NET_TEXT];
  DNP_TRY(cli_check_train(then, err));
  DNP_TRY(cli_find_run_data(then, told, data, &p->dataset, err));
  const denpa_net_options net = cli_net_options_for(then, p->dataset);
  int back; /* --net @FILE */
  DNP_TRY(cli_place_enter(told->folder, &back, err));
  DNP_TRY(cli_place_leave(
      back, denpa_net_create_for(&p->net, cli_net_text(then, p->dataset, text), p->dataset, &net, err), err));
  DNP_TRY(cli_check_fit(p->net, p->dataset, err));
  const denpa_train_options train = cli_train_options(then);
  return dnp_doctor_open(&p->doctor, p->net, p->dataset, &train, err);
}

/* A run without a model: its log, its options and its frames are what there is. */
static denpa_status examine_rest(
    patient *p, const cli_options *given, const char *run, const char *data, denpa_error *err) {
  cli_options then = *given;
  cli_run_options told;
  if (p->log.count > 0) DNP_TRY(load_frame(p, given, run, err));
  if (p->net != NULL) {
    p->of = OF_FRAME;
    return examine_model(p, given, run, data, err);
  }
  const denpa_status read = cli_run_options_read(run, &then, &told, err);
  p->told = told.json;
  DNP_TRY(read);
  const char *name = told.data_name;
  if (data == NULL && name == NULL)
    return dnp_fail(err, DENPA_ERROR_NOT_FOUND,
        "{1}: this run has no model and does not say on which data it was trained; name the data after it", dnp_s(run));
  denpa_train_options train = cli_train_options(&then);
  denpa_status status = open_training(p, &then, &told, data, err);
  const bool begins = p->log.count == 0;
  if (status == DENPA_OK && begins) status = make_again(p, &train, err);
  if (status != DENPA_OK) return data == NULL ? cli_run_at_fault(&told, status, err) : status;
  if (begins) return DENPA_OK;
  p->of = OF_LOG;
  dnp_doctor_log(p->doctor, &p->log);
  return DENPA_OK;
}

int cli_doctor(const cli_options *options, int argc, char **argv) {
  cli_again *again = NULL;
  denpa_error err = {0};
  patient p = {0};
  const char *data = argc > 1 ? argv[1] : NULL;
  const bool lacks = cli_lacks_model(argv[0]);
  denpa_status status = lacks ? DENPA_OK : cli_load(options, argv[0], &p.net, &err);
  if (status == DENPA_OK) status = read_log(argv[0], &p.log, &err);
  if (status == DENPA_OK)
    status = lacks ? examine_rest(&p, options, argv[0], data, &err) : examine_model(&p, options, argv[0], data, &err);
  if (status == DENPA_OK && !lacks) dnp_doctor_kept(p.doctor, argv[0]);
  if (status == DENPA_OK) status = DNP_NEW(&again, 1, &err);
  denpa_net *left = p.of == OF_MODEL || p.of == OF_FRAME ? p.net : NULL;
  if (status == DENPA_OK)
    status = cli_again_find(again, options, argv[0], data, dnp_doctor_checkup(p.doctor), left, &err);
  if (status == DENPA_OK)
    status = report(options, p.of, dnp_doctor_checkup(p.doctor), again->diagnosis.found, again->diagnosis.count, &err);
  if (again != NULL) cli_again_close(again);
  dnp_free(again);
  dnp_doctor_close(p.doctor);
  dnp_course_free(&p.log);
  denpa_data_free(p.dataset);
  denpa_net_free(p.net);
  json_decref(p.told);
  return status == DENPA_OK ? CLI_DONE : cli_fail(options, &err);
}
