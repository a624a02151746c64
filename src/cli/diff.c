/* diff.c: `denpa diff RUN RUN`: the first update after which two runs have different networks, the number in which they
 * part, and the settings that differ. What was kept at updates that both have narrows it down; from there on both are
 * made again, side by side. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "file/json.h"
#include "cli/rerun.h"
#include "file/files.h"
#include "learn/model.h"
#include "learn/trainer.h"
#include "run/frames.h"

#define SIDES 2

/* Where two networks part: an entry of a tensor. */
typedef struct parting {
  bool found;
  size_t step;
  char entry[DNP_MAX_NAME + 96]; /* "W1[409,40]" */
  char tensor[DNP_MAX_NAME + 1];
  size_t index[DNP_MAX_AXES];
  int axes;
  double value[SIDES];
  denpa_dtype dtype;
  int kept; /* 0: both trainings went there; 1 + the side whose kept file is not what its own training gives */
} parting;

typedef struct side {
  const char *run;
  cli_rerun again;
  size_t *kept, count; /* updates of its checkpoints and frames, ascending */
  size_t first, last;  /* updates that can be made again */
} side;

typedef struct comparison {
  const cli_options *options;
  side side[SIDES];
  json_t *settings;     /* that differ: [{"name", "values"}] */
  char net[SIDES][512]; /* texts, where the networks are two */
  bool two_networks;
  parting parting;
  parting memory; /* of the optimizer, in checkpoints whose networks are equal */
} comparison;

/* ---- settings ----------------------------------------------------------------------------------- */

static void add_setting(json_t **list, const char *name, json_t *a, json_t *b) {
  if (a == NULL || b == NULL || !json_equal(a, b))
    dnp_json_add(list, json_pack("{s:s,s:[O?,O?]}", "name", name, "values", a, b));
}

static denpa_status compare_settings(comparison *c, denpa_error *err) {
  static const char *const more[] = {"data", "data_sha256", "denpa_version"};
  const json_t *a = c->side[0].again.told.json, *b = c->side[1].again.told.json;
  c->settings = json_array();
  for (int i = 0; i < CLI_OPTIONS; i++) {
    const char *name = cli_option_table[i].name;
    if (cli_run_setting(i)) add_setting(&c->settings, name, json_object_get(a, name), json_object_get(b, name));
  }
  for (size_t i = 0; i < sizeof more / sizeof *more; i++)
    add_setting(&c->settings, more[i], json_object_get(a, more[i]), json_object_get(b, more[i]));
  return c->settings != NULL ? DENPA_OK : dnp_json_refused(err);
}

/* ---- two networks ------------------------------------------------------------------------------- */

/* The place of number `at` in the array, as people write it. */
static void name_entry(parting *p, const dnp_array *a, size_t at) {
  size_t length = (size_t)snprintf(p->entry, sizeof p->entry, "%s[", a->name);
  p->axes = a->axes;
  for (int k = a->axes; k-- > 0; at /= a->shape[k]) p->index[k] = at % a->shape[k];
  for (int k = 0; k < a->axes; k++)
    length += (size_t)snprintf(
        p->entry + length, sizeof p->entry - length, "%zu%s", p->index[k], k + 1 < a->axes ? "," : "");
  snprintf(p->entry + length, sizeof p->entry - length, "]");
}

static bool same_form(const dnp_array *a, const dnp_array *b) {
  return b != NULL && a->dtype == b->dtype && a->axes == b->axes &&
         memcmp(a->shape, b->shape, (size_t)a->axes * sizeof *a->shape) == 0;
}

/* Fills *p with the first number that is not the same, bit for bit, in two arrays of one form. */
static void compare_arrays(const dnp_array *x, const dnp_array *y, size_t step, parting *p) {
  const size_t size = dnp_dtype_size(x->dtype), count = dnp_array_count(x);
  if (p->found || memcmp(x->values, y->values, count * size) == 0) return;
  size_t at = 0;
  while (memcmp((const char *)x->values + at * size, (const char *)y->values + at * size, size) == 0) at++;
  *p = (parting){.found = true, .step = step, .dtype = x->dtype};
  memcpy(p->tensor, x->name, sizeof p->tensor);
  name_entry(p, x, at);
  p->value[0] = dnp_number(x->dtype, x->values, at);
  p->value[1] = dnp_number(y->dtype, y->values, at);
}

/* The same of two networks. false: they are not one. */
static bool compare(const dnp_arrays *a, const dnp_arrays *b, size_t step, parting *p) {
  for (size_t i = 0; i < a->count; i++) {
    const dnp_array *x = &a->item[i];
    if (dnp_of_trainer(x->name)) continue;
    const dnp_array *y = dnp_arrays_find(b, x->name);
    if (!same_form(x, y)) return false;
    compare_arrays(x, y, step, p);
  }
  return true;
}

/* What the optimizers of two checkpoints remember. Where one remembers nothing, or in another form, no entry is named.
 */
static void compare_memory(const dnp_arrays *a, const dnp_arrays *b, size_t step, parting *p) {
  static const char name[] = DNP_TRAINER_PREFIX "optimizer";
  const dnp_array *x = dnp_arrays_find(a, name), *y = dnp_arrays_find(b, name);
  if (p->found || (x == NULL && y == NULL)) return;
  if (x != NULL && same_form(x, y))
    compare_arrays(x, y, step, p);
  else
    *p = (parting){.found = true, .step = step};
}

/* The network of a side as it is now. Its numbers stay the network's: *out is freed by dnp_free(out->item). */
static denpa_status now(const side *s, dnp_arrays *out, denpa_error *err) {
  return dnp_model_arrays(s->again.net, 0, &out->item, &out->count, err);
}

/* ---- what was kept ------------------------------------------------------------------------------ */

static int ascending(const void *a, const void *b) {
  const size_t x = *(const size_t *)a, y = *(const size_t *)b;
  return x < y ? -1 : x > y;
}

static denpa_status list_kept(side *s, denpa_error *err) {
  denpa_epoch *frame = NULL;
  size_t frames = 0;
  DNP_TRY(dnp_checkpoints_list(s->run, &s->kept, &s->count, err));
  if (dnp_frames_list(s->run, &frame, &frames, NULL) != DENPA_OK) frames = 0;
  denpa_status status = dnp_grow((void **)&s->kept, s->count, s->count + frames + 1, sizeof *s->kept, err);
  for (size_t i = 0; status == DENPA_OK && i < frames; i++) s->kept[s->count++] = frame[i].step;
  dnp_free(frame);
  if (s->count > 0) qsort(s->kept, s->count, sizeof *s->kept, ascending);
  return status;
}

static bool keeps(const side *s, size_t step) {
  return s->count > 0 && bsearch(&step, s->kept, s->count, sizeof *s->kept, ascending) != NULL;
}

static denpa_status read_one(const char *path, size_t step, dnp_arrays *out, denpa_error *err) {
  dnp_pairs told = {0};
  *out = (dnp_arrays){0};
  denpa_status status = dnp_safetensors_read(path, out, &told, err);
  if (status == DENPA_OK) status = dnp_numbered_check(path, step, dnp_pairs_find(&told, "steps"), err);
  dnp_pairs_free(&told);
  if (status == DENPA_OK) return DENPA_OK;
  dnp_arrays_free(out);
  *out = (dnp_arrays){0};
  return status;
}

/* The arrays that a run kept at this update, whatever sums say; a checkpoint's, else a frame's. */
static denpa_status read_kept(const side *s, size_t step, dnp_arrays *out, bool *checkpoint, denpa_error *err) {
  char path[DNP_CHECKPOINT_PATH];
  DNP_TRY(dnp_checkpoints_path(s->run, step, path, err));
  *checkpoint = read_one(path, step, out, err) == DENPA_OK;
  if (*checkpoint) return DENPA_OK;
  DNP_TRY(dnp_frames_path(s->run, step, path, err));
  return read_one(path, step, out, err);
}

/* Compares what both kept; one that cannot be read is told and passed over. *usable: both could be read. */
static bool compare_kept(comparison *c, size_t step, parting *p, bool *usable) {
  dnp_arrays arrays[SIDES] = {{0}};
  char text[512];
  bool checkpoint[SIDES] = {false};
  *usable = true;
  for (int i = 0; i < SIDES; i++) {
    denpa_error why = {0};
    if (read_kept(&c->side[i], step, &arrays[i], &checkpoint[i], &why) == DENPA_OK) continue;
    *usable = false;
    denpa_error_text(&why, cli_lang(c->options), text, sizeof text);
    cli_tell(c->options, "{1}\n", dnp_s(text));
  }
  const bool one_network = !*usable || compare(&arrays[0], &arrays[1], step, p);
  if (*usable && one_network && !p->found && checkpoint[0] && checkpoint[1])
    compare_memory(&arrays[0], &arrays[1], step, &c->memory);
  for (int i = 0; i < SIDES; i++) dnp_arrays_free(&arrays[i]);
  return one_network;
}

/* *same: the last update at which what both kept is equal; *other: the first at which it is not; SIZE_MAX: none. */
static void narrow(comparison *c, size_t *same, size_t *other) {
  *same = *other = SIZE_MAX;
  for (size_t i = 0; i < c->side[0].count && *other == SIZE_MAX && !c->two_networks; i++) {
    const size_t step = c->side[0].kept[i];
    parting p = {0};
    bool usable;
    if ((i > 0 && step == c->side[0].kept[i - 1]) || !keeps(&c->side[1], step)) continue;
    c->two_networks = !compare_kept(c, step, &p, &usable);
    if (usable && !c->two_networks) *(p.found ? other : same) = step;
  }
}

/* ---- side by side ------------------------------------------------------------------------------- */

static denpa_status compare_now(comparison *c, size_t step, denpa_error *err) {
  dnp_arrays arrays[SIDES] = {{0}};
  denpa_status status = now(&c->side[0], &arrays[0], err);
  if (status == DENPA_OK) status = now(&c->side[1], &arrays[1], err);
  if (status == DENPA_OK) c->two_networks = !compare(&arrays[0], &arrays[1], step, &c->parting);
  for (int i = 0; i < SIDES; i++) dnp_free(arrays[i].item);
  return status;
}

/* Both trainings agree at `step`, what was kept there does not: one of the files is not what its training gives. */
static denpa_status blame_kept(comparison *c, size_t step, denpa_error *err) {
  bool usable;
  (void)compare_kept(c, step, &c->parting, &usable);
  for (int i = 0; i < SIDES; i++) {
    dnp_arrays made = {0}, kept;
    parting p = {0};
    bool checkpoint;
    DNP_TRY(read_kept(&c->side[i], step, &kept, &checkpoint, err));
    const denpa_status status = now(&c->side[i], &made, err);
    if (status == DENPA_OK) (void)compare(&made, &kept, step, &p);
    dnp_free(made.item);
    dnp_arrays_free(&kept);
    DNP_TRY(status);
    if (p.found && c->parting.kept == 0) c->parting.kept = 1 + i;
  }
  return DENPA_OK;
}

static denpa_status side_by_side(comparison *c, size_t from, size_t to, denpa_error *err) {
  dnp_progress progress;
  for (int i = 0; i < SIDES; i++) DNP_TRY(cli_rerun_step(&c->side[i].again, from, err));
  cli_progress_start(c->options, &progress);
  denpa_status status = compare_now(c, from, err);
  for (size_t step = from; status == DENPA_OK && step < to && !c->parting.found && !c->two_networks;) {
    step++;
    for (int i = 0; i < SIDES && status == DENPA_OK; i++) status = cli_rerun_to(&c->side[i].again, step, NULL, err);
    if (status == DENPA_OK) status = compare_now(c, step, err);
    dnp_progress_show(&progress, step - from, to - from, (double)NAN);
  }
  dnp_progress_clear(&progress);
  return status;
}

/* ---- what people see ---------------------------------------------------------------------------- */

static bool equal(const comparison *c) {
  return !c->two_networks && !c->parting.found && !c->memory.found && c->side[0].last == c->side[1].last;
}

static void say_first(FILE *out, denpa_lang lang, const comparison *c, const parting *p) {
  char number[SIDES][40];
  for (int i = 0; i < SIDES; i++)
    dnp_format_real(number[i], sizeof number[i], p->value[i], p->dtype == DENPA_DTYPE_FLOAT64 ? 17 : 9);
  dnp_say(out, lang, "The first number that differs: {1} is {2} in {3} and {4} in {5}.\n", dnp_s(p->entry),
      dnp_s(number[0]), dnp_s(c->side[0].run), dnp_s(number[1]), dnp_s(c->side[1].run));
}

static void say_memory(FILE *out, denpa_lang lang, const comparison *c) {
  const parting *p = &c->memory;
  dnp_say(out, lang,
      "The networks are equal, but what the optimizers remember is not, in the checkpoints of update {1}:\nif both "
      "trainings went on, they could part.\n",
      dnp_u(p->step));
  if (p->entry[0] != '\0') say_first(out, lang, c, p);
}

static void say_parting(FILE *out, denpa_lang lang, const comparison *c) {
  const parting *p = &c->parting;
  const char *const run[] = {c->side[0].run, c->side[1].run};
  if (p->kept > 0)
    dnp_say(out, lang,
        "Both trainings give the same network up to update {1}, but what {2} kept of that\n"
        "update is another one: it was changed, or made with another program or data.\n",
        dnp_u(p->step), dnp_s(run[p->kept - 1]));
  else if (p->step == 0)
    dnp_say(out, lang, "The runs differ from their beginning: their initial weights are not the same.\n");
  else
    dnp_say(out, lang, "The runs part at update {1}.\n", dnp_u(p->step));
  say_first(out, lang, c, p);
}

static void say_settings(FILE *out, denpa_lang lang, const comparison *c) {
  if (json_array_size(c->settings) == 0) dnp_say(out, lang, "No setting differs.\n");
  for (size_t i = 0; i < json_array_size(c->settings); i++) {
    const json_t *one = json_array_get(c->settings, i), *values = json_object_get(one, "values");
    char text[SIDES][CLI_VALUE_TEXT];
    for (size_t k = 0; k < SIDES; k++) cli_value_text(json_array_get(values, k), text[k]);
    dnp_say(out, lang, "  {1}: {2} | {3}\n", dnp_s(json_string_value(json_object_get(one, "name"))), dnp_s(text[0]),
        dnp_s(text[1]));
  }
}

static void say(const comparison *c) {
  const denpa_lang lang = cli_lang(c->options);
  const size_t ends[] = {c->side[0].last, c->side[1].last};
  if (c->two_networks)
    dnp_say(stdout, lang, "The runs have different networks: {1}\nand {2}.\n", dnp_s(c->net[0]), dnp_s(c->net[1]));
  else if (c->parting.found)
    say_parting(stdout, lang, c);
  else if (ends[0] != ends[1])
    dnp_say(stdout, lang, "The runs are equal up to update {1}, where {2} ends.\n",
        dnp_u(ends[0] < ends[1] ? ends[0] : ends[1]), dnp_s(c->side[ends[0] < ends[1] ? 0 : 1].run));
  else if (!c->memory.found)
    dnp_say(stdout, lang, "The runs are equal, to their end after update {1}.\n", dnp_u(ends[0]));
  if (!c->two_networks && !c->parting.found && c->memory.found) say_memory(stdout, lang, c);
  if (c->options->quiet) return;
  if (json_array_size(c->settings) > 0) dnp_say(stdout, lang, "Settings that differ:\n");
  say_settings(stdout, lang, c);
}

static denpa_status print_json(const comparison *c, denpa_error *err) {
  const parting *p = &c->parting;
  json_t *index = json_array();
  for (int k = 0; k < p->axes; k++) dnp_json_add(&index, json_integer((json_int_t)p->index[k]));
  return cli_print_json(
      json_pack("{s:b,s:[s,s],s:o,s:o,s:o,s:o,s:o,s:o,s:[I,I],s:o,s:O}", "equal", equal(c), "runs", c->side[0].run,
          c->side[1].run, "step", p->found ? json_integer((json_int_t)p->step) : json_null(), "tensor",
          p->found ? json_string(p->tensor) : json_null(), "entry",
          p->found ? index : (json_decref(index), json_null()), "values",
          p->found ? json_pack("[o,o]", cli_real(p->value[0]), cli_real(p->value[1])) : json_null(), "changed",
          p->kept > 0 ? json_string(c->side[p->kept - 1].run) : json_null(), "memory",
          c->memory.found && !p->found ? json_integer((json_int_t)c->memory.step) : json_null(), "ends",
          (json_int_t)c->side[0].last, (json_int_t)c->side[1].last, "networks",
          c->two_networks ? json_pack("[s,s]", c->net[0], c->net[1]) : json_null(), "settings", c->settings),
      err);
}

/* ---- the whole ---------------------------------------------------------------------------------- */

/* Networks of two texts, or of two number types. */
static denpa_status name_networks(comparison *c, denpa_error *err) {
  for (int i = 0; i < SIDES; i++) {
    const side *s = &c->side[i];
    if (s->again.net == NULL) DNP_TRY(cli_rerun_begin(&c->side[i].again, s->first, err));
    snprintf(c->net[i], sizeof c->net[i], "%s (%s)", denpa_net_text(s->again.net),
        dnp_dtype_name(denpa_net_dtype(s->again.net)));
  }
  return DENPA_OK;
}

static denpa_status open_side(comparison *c, int i, const char *run, const char *data, denpa_error *err) {
  side *s = &c->side[i];
  s->run = run;
  DNP_TRY(cli_rerun_open(&s->again, c->options, run, data, err));
  DNP_TRY(cli_run_ends(run, &s->first, &s->last, err));
  return list_kept(s, err);
}

static denpa_status compare_runs(comparison *c, denpa_error *err) {
  const size_t first = c->side[0].first > c->side[1].first ? c->side[0].first : c->side[1].first,
               end = c->side[0].last < c->side[1].last ? c->side[0].last : c->side[1].last;
  size_t same, other;
  DNP_TRY(compare_settings(c, err));
  narrow(c, &same, &other);
  if (c->two_networks) return name_networks(c, err);
  if (first > end)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} and {2} have no update in common", dnp_s(c->side[0].run),
        dnp_s(c->side[1].run));
  if (same == end) return DENPA_OK;
  DNP_TRY(side_by_side(c, same != SIZE_MAX ? same : first, other != SIZE_MAX ? other : end, err));
  if (c->two_networks) return name_networks(c, err);
  return c->parting.found || other == SIZE_MAX ? DENPA_OK : blame_kept(c, other, err);
}

int cli_diff(const cli_options *options, int argc, char **argv) {
  denpa_error err = {0};
  comparison c = {.options = options};
  denpa_status status = DENPA_OK;
  for (int i = 0; i < SIDES && status == DENPA_OK; i++)
    status = open_side(&c, i, argv[i], argc > SIDES ? argv[SIDES] : NULL, &err);
  if (status == DENPA_OK) status = compare_runs(&c, &err);
  if (status == DENPA_OK && options->json) status = print_json(&c, &err);
  if (status == DENPA_OK && !options->json) say(&c);
  const bool alike = equal(&c);
  for (int i = 0; i < SIDES; i++) {
    cli_rerun_close(&c.side[i].again);
    dnp_free(c.side[i].kept);
  }
  json_decref(c.settings);
  if (status != DENPA_OK) return cli_fail(options, &err);
  return alike ? CLI_DONE : CLI_FAILED;
}
