/* bench.c: `denpa bench [WORK...]`: the standard works of bench_works.c, timed one after the other. */
#include <math.h>
#include <string.h>

#include "base/cpu.h"
#include "cli/shared.h"
#include "cli/bench_run.h"

typedef struct place { /* one work's row in what is printed */
  const cli_options *options;
  const denpa_data *dataset;
  json_t *works;       /* with --json */
  double peak, memory; /* the largest so far */
  const char *unit;
} place;

static const char *const kind_names[] = {
    [DNP_WORK_EPOCH] = "epoch", [DNP_WORK_UPDATE] = "update", [DNP_WORK_CALL] = "call"};
static const char *const kind_texts[] = {[DNP_WORK_EPOCH] = DNP_N("{1} an epoch"),
    [DNP_WORK_UPDATE] = DNP_N("{1} an update"),
    [DNP_WORK_CALL] = DNP_N("{1} a call")};

/* ---- for people -------------------------------------------------------------------------------- */

static void duration(double seconds, dnp_work_kind kind, denpa_lang lang, char *out, size_t size) {
  static const struct {
    double from, factor;
    const char *text;
  } scales[] = {{1, 1, "{1:.3f} s"}, {1e-3, 1e3, "{1:.2f} ms"}, {0, 1e6, "{1:.2f} µs"}};
  size_t i = 0;
  while (seconds < scales[i].from) i++;
  char plain[32];
  dnp_render(plain, sizeof plain, DENPA_LANG_EN, scales[i].text,
      (const denpa_arg[]){dnp_d(seconds * scales[i].factor), DNP_END});
  dnp_render(out, size, lang, kind_texts[kind], (const denpa_arg[]){dnp_s(plain), DNP_END});
}

static void say_head(denpa_lang lang) {
  dnp_say(stdout, lang, "{1:-14}{2:-22}{3:12}{4:10}{5:10}{6:12}{7:8}{8:9}{9:9}\n", dnp_t(DNP_N("work")),
      dnp_t(DNP_N("time (median)")), dnp_t(DNP_N("samples/s")), dnp_s("GFLOP"), dnp_s("GFLOP/s"),
      dnp_t(DNP_N("FMA peak")), dnp_t(DNP_N("share")), dnp_t(DNP_N("threads")), dnp_t(DNP_N("memory")));
}

static void say_row(denpa_lang lang, const dnp_work *work, const dnp_timing *t) {
  char time[64], peak[16] = "-", share[16] = "-", memory[32];
  const double rate = t->flops / t->seconds;
  duration(t->seconds, work->kind, lang, time, sizeof time);
  if (isfinite(t->peak)) {
    snprintf(peak, sizeof peak, "%.1f", t->peak / 1e9);
    snprintf(share, sizeof share, "%.0f %%", 100 * rate / t->peak);
  }
  snprintf(memory, sizeof memory, "%.0f MB", t->memory / 1e6);
  dnp_say(stdout, lang, "{1:-14}{2:-22}{3:12.0f}{4:10.4f}{5:10.1f}{6:12}{7:8}{8:9}{9:9}\n", dnp_s(work->name),
      dnp_s(time), dnp_d(t->samples / t->seconds), dnp_d(t->flops / 1e9), dnp_d(rate / 1e9), dnp_s(peak), dnp_s(share),
      dnp_i(t->threads), dnp_s(memory));
  fflush(stdout);
}

static void tell_work(const place *p, const dnp_work *w) {
  char rows[24], net[512];
  snprintf(net, sizeof net, "%s%s%s", w->net, w->activation[0] != '\0' ? ", " : "", w->activation);
  snprintf(rows, sizeof rows, "%zu", w->rows);
  if (w->kind == DNP_WORK_CALL)
    cli_tell(p->options, "{1}: {2}, samples a call: {3} ...\n", dnp_s(w->name), dnp_s(net), dnp_s(rows));
  else
    cli_tell(p->options, "{1}: {2}, {3}, batch {4} ...\n", dnp_s(w->name), dnp_s(net), dnp_s(w->optimizer),
        dnp_s(w->rows == 0 ? "full" : rows));
}

/* ---- for programs ------------------------------------------------------------------------------ */

static json_t *json_work(const dnp_work *w, const dnp_timing *t, size_t repeats) {
  const double rate = t->flops / t->seconds;
  json_t *row = json_pack("{s:s,s:s,s:s,s:s,s:s?,s:o,s:I,s:I}", "name", w->name, "net", w->net, "activation",
      w->activation, "init", w->init, "optimizer", w->optimizer, "lr",
      w->optimizer != NULL ? json_real(w->lr) : json_null(), "batch", (json_int_t)w->rows, "times",
      (json_int_t)w->times);
  json_t *measured = json_pack("{s:s,s:I,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:i,s:s,s:o}", "per", kind_names[w->kind],
      "repeats", (json_int_t)repeats, "seconds", cli_real(t->seconds), "samples", cli_real(t->samples),
      "samples_per_second", cli_real(t->samples / t->seconds), "flops", cli_real(t->flops), "flops_per_second",
      cli_real(rate), "peak_flops_per_second", cli_real(t->peak), "peak_share", cli_real(rate / t->peak), "threads",
      t->threads, "unit", t->unit, "memory", cli_real(t->memory));
  dnp_json_put_all(&row, measured);
  return row;
}

static denpa_status report_json(place *p, denpa_error *err) {
  const cli_options *o = p->options;
  return cli_print_json(json_pack("{s:s,s:I,s:o,s:s,s:i,s:o,s:o,s:O}", "data", denpa_data_name(p->dataset),
                            "train_samples", (json_int_t)denpa_data_rows(p->dataset, DENPA_SPLIT_TRAIN), "threads",
                            o->threads > 0 ? json_integer((json_int_t)o->threads) : json_string("auto"), "unit",
                            p->unit, "processors", dnp_cpu_count(), "peak_flops_per_second", cli_real(p->peak),
                            "memory", cli_real(p->memory), "works", p->works),
      err);
}

/* ---- the works --------------------------------------------------------------------------------- */

static denpa_status time_work(place *p, const dnp_work *work, denpa_error *err) {
  const cli_options *o = p->options;
  const dnp_bench_options options = {.cpu = cli_net_options(o).cpu, .threads = (int)o->threads, .repeats = o->repeat};
  dnp_timing timing;
  tell_work(p, work);
  DNP_TRY(dnp_bench(work, p->dataset, &options, &timing, err));
  if (timing.peak > p->peak) p->peak = timing.peak;
  p->memory = timing.memory;
  p->unit = timing.unit;
  if (!o->json) say_row(cli_lang(o), work, &timing);
  if (o->json) dnp_json_add(&p->works, json_work(work, &timing, o->repeat));
  return DENPA_OK;
}

static denpa_status check_names(int argc, char **argv, denpa_error *err) {
  char all[160] = "";
  for (const dnp_work *w = dnp_works; w->name != NULL; w++)
    snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", w == dnp_works ? "" : ", ", w->name);
  for (int i = 0; i < argc; i++)
    if (dnp_work_find(argv[i]) == NULL)
      return dnp_fail(
          err, DENPA_ERROR_ARGUMENT, "there is no work \"{1}\"; there are: {2}", dnp_s(argv[i]), dnp_s(all));
  return DENPA_OK;
}

static denpa_status time_works(place *p, int argc, char **argv, denpa_error *err) {
  const cli_options *o = p->options;
  cli_tell(o, "Data: {1}, {2} training {2|sample|samples}; {3} {3|repeat|repeats}; processors: {4}.\n",
      dnp_s(denpa_data_name(p->dataset)), dnp_u(denpa_data_rows(p->dataset, DENPA_SPLIT_TRAIN)), dnp_u(o->repeat),
      dnp_i(dnp_cpu_count()));
  if (!o->json) say_head(cli_lang(o));
  for (int i = 0; i < argc; i++) {
    const dnp_work *work = dnp_work_find(argv[i]);
    if (strcmp(work->name, argv[i]) != 0)
      cli_tell(p->options, "Note: \"{1}\" is called \"{2}\" now; the old name goes with the next version.\n",
          dnp_s(argv[i]), dnp_s(work->name));
    DNP_TRY(time_work(p, work, err));
  }
  for (const dnp_work *w = dnp_works; argc == 0 && w->name != NULL; w++) DNP_TRY(time_work(p, w, err));
  return o->json ? report_json(p, err) : DENPA_OK;
}

int cli_bench(const cli_options *options, int argc, char **argv) {
  denpa_error err = {0};
  denpa_data *data = NULL;
  cli_options offline = *options; /* a benchmark downloads nothing */
  offline.offline = true;
  denpa_status status = check_names(argc, argv, &err);
  if (status == DENPA_OK) status = cli_open_data(&offline, options->data_name, &data, &err);
  place p = {.options = options, .dataset = data, .works = json_array()};
  if (status == DENPA_OK) status = time_works(&p, argc, argv, &err);
  json_decref(p.works);
  denpa_data_free(data);
  return status == DENPA_OK ? CLI_DONE : cli_fail(options, &err);
}
