/* doctor.c: `denpa doctor RUN`: what is wrong with a training, with all measurements; and the findings that `denpa
 * train` tells at its end. */
#include "cli/doctor.h"
#include "base/write.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

json_t *cli_findings_json(const cli_options *options, const dnp_finding *found, size_t count) {
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) {
    char what[1024], remedy[1024];
    dnp_render(what, sizeof what, cli_lang(options), found[i].what, found[i].arg);
    dnp_render(remedy, sizeof remedy, cli_lang(options), found[i].remedy, found[i].arg);
    json_array_append_new(list, json_pack("{s:s,s:s,s:s}", "name", found[i].name, "what", what, "remedy", remedy));
  }
  return list;
}

static json_t *probe_json(const dnp_probe *p) {
  json_t *layers = json_array();
  if (!p->taken) return json_decref(layers), json_null();
  for (size_t i = 0; i < p->layers; i++) {
    const dnp_layer *l = &p->layer[i];
    json_array_append_new(layers,
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

static denpa_status report(const cli_options *options, const dnp_checkup *c, denpa_error *err) {
  dnp_finding found[DNP_MOST_FINDINGS];
  const size_t count = dnp_find(c, found);
  const denpa_lang lang = cli_lang(options);
  if (options->json)
    return cli_print_json(
        json_pack("{s:o,s:{s:I,s:I,s:I,s:I,s:o,s:o,s:o,s:o},s:s,s:o,s:I,s:o,s:o}", "findings",
            cli_findings_json(options, found, count), "data", "samples", (json_int_t)c->data_check.rows, "classes",
            (json_int_t)c->data_check.classes, "classes_present", (json_int_t)c->data_check.present, "commonest",
            (json_int_t)c->data_check.common, "share", cli_real(c->data_check.share), "chance_loss",
            cli_real(c->data_check.chance), "largest_input", cli_real(c->data_check.largest), "rms_input",
            cli_real(c->data_check.rms), "optimizer", c->optimizer, "lr", cli_real(c->lr), "steps",
            (json_int_t)c->steps, "first", probe_json(&c->first), "last", probe_json(&c->last)),
        err);
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

int cli_doctor(const cli_options *options, int argc, char **argv) {
  denpa_error err = {0};
  denpa_net *net = NULL;
  denpa_data *data = NULL;
  dnp_course log = {0};
  dnp_doctor *doctor = NULL;
  denpa_status status = cli_load(options, argv[0], &net, &err);
  if (status == DENPA_OK) status = read_log(argv[0], &log, &err);
  if (status == DENPA_OK) status = cli_open_model_data(options, net, argc > 1 ? argv[1] : NULL, &data, &err);
  if (status == DENPA_OK) status = cli_check_fit(net, data, &err);
  if (status == DENPA_OK) status = dnp_doctor_examine(&doctor, net, data, &log, &err);
  if (status == DENPA_OK) dnp_doctor_kept(doctor, argv[0]);
  if (status == DENPA_OK) status = report(options, dnp_doctor_checkup(doctor), &err);
  dnp_doctor_close(doctor);
  dnp_course_free(&log);
  denpa_data_free(data);
  denpa_net_free(net);
  return status == DENPA_OK ? CLI_DONE : cli_fail(options, &err);
}
