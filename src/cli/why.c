/* why.c: `denpa why MODEL 'W1[409,40]' [DATA]`: where one number comes from. */
#include <string.h>

#include "base/memory.h"
#include "cli/own_picture.h"
#include "cli/shared.h"
#include "draw/picture.h"
#include "explain/trace.h"

/* ---- --json ------------------------------------------------------------------------------------- */

static json_t *name_of(const dnp_trace *trace, const dnp_cell *cell) {
  char name[DNP_CELL_NAME];
  return json_string(dnp_trace_name(trace, cell, name));
}

/* Which pixel, or which input of a table, the number is. */
static void add_input(json_t **object, const dnp_trace *trace, const dnp_cell *cell) {
  const dnp_tensor *x = trace->net->exec->input;
  char name[DNP_INPUT_NAME];
  dnp_pixel p;
  if (trace->dataset->table != NULL && cell->tensor == x && !cell->gradient)
    dnp_json_put(object, "input",
        json_string(dnp_input_name(trace->dataset->table, cell->element % dnp_tensor_row(x), DENPA_LANG_EN, name)));
  if (!dnp_trace_pixel(trace, cell, &p)) return;
  json_t *pixel = json_pack("{s:I,s:I}", "row", (json_int_t)p.row, "column", (json_int_t)p.column);
  if (trace->planes == 3) dnp_json_put(&pixel, "colour", json_string(dnp_planes[p.plane]));
  dnp_json_put(object, "pixel", pixel);
}

/* One term, with every number that takes part in it. */
static json_t *term(const dnp_trace *trace, const dnp_account *a, size_t index) {
  const dnp_term *t = &a->terms[index];
  char names[DNP_TERM_TEXT], numbers[DNP_TERM_TEXT];
  dnp_cell cell;
  dnp_term_text(trace, a, index, names, numbers);
  json_t *object = json_pack("{s:I,s:s,s:o,s:o,s:o,s:o}", "place", (json_int_t)index, "text", names, "mapped",
      cli_real(a->mapped[index]), "factor", cli_real(t->factor), "product", /* law: a key of the JSON */
      cli_real(a->product[index]), "minus", cli_real(t->minus));
  if (t->tensor != NULL && dnp_term_cell(t, &cell)) {
    dnp_json_put(&object, "cell", name_of(trace, &cell));
    dnp_json_put(&object, "value", cli_real(dnp_trace_value(trace, &cell)));
    add_input(&object, trace, &cell);
  }
  if (dnp_term_by(t, &cell)) {
    dnp_json_put(&object, "by", name_of(trace, &cell));
    dnp_json_put(&object, "by_value", cli_real(dnp_trace_value(trace, &cell)));
    dnp_json_put(&object, "by_form", t->by_form != NULL ? json_string(t->by_form) : json_null());
    add_input(&object, trace, &cell);
  }
  return object;
}

static json_t *arguments(const dnp_recipe *recipe) {
  json_t *list = json_array();
  for (size_t i = 0; i < sizeof recipe->arg / sizeof *recipe->arg; i++) dnp_json_add(&list, cli_real(recipe->arg[i]));
  return list;
}

/* A cell with its terms, largest first, and the story of the largest one that was computed itself. */
static json_t *account(
    const cli_options *options, const dnp_trace *trace, const dnp_cell *cell, size_t depth, denpa_error *err) {
  const dnp_seen *seen = dnp_trace_seen(trace, cell);
  char sentence[1024] = "";
  dnp_account a;
  if (dnp_trace_account(trace, cell, &a, err) != DENPA_OK) return NULL;
  if (seen != NULL && !cell->mean) dnp_trace_sentence(trace, seen, cli_lang(options), sentence, sizeof sentence);
  json_t *object = json_pack("{s:o,s:o,s:s}", "name", name_of(trace, cell), "value",
             cli_real(dnp_trace_value(trace, cell)), "explanation", sentence),
         *list = json_array();
  add_input(&object, trace, cell);
  for (size_t i = 0; i < a.count && i < options->terms; i++) dnp_json_add(&list, term(trace, &a, a.order[i]));
  if (dnp_trace_computed(trace, cell)) {
    dnp_json_put_all(
        &object, json_pack("{s:s,s:I,s:I,s:s?,s:s,s:I,s:o,s:s?,s:s?,s:o}", "fold", dnp_fold_names[a.recipe.fold],
                     "block", (json_int_t)dnp_fold_block_terms(&a.recipe), "group", (json_int_t)a.recipe.group,
                     "operation", a.node != NULL ? a.node->op->name : NULL, "dtype", dnp_dtype_name(a.recipe.dtype),
                     "count", (json_int_t)a.count, "sum", /* law: a key of the JSON */
                     cli_real(a.sum), "map", a.recipe.map_form, "finish", a.recipe.finish_form, "arguments",
                     arguments(&a.recipe)));
    dnp_json_put(&object, "terms", json_incref(list));
  }
  json_decref(list);
  for (size_t i = 0; depth > 0 && i < a.count && i < options->terms; i++) {
    dnp_cell next;
    if (!dnp_term_cell(&a.terms[a.order[i]], &next) || !dnp_trace_computed(trace, &next)) continue;
    dnp_json_put(&object, "largest_from", account(options, trace, &next, depth - 1, err));
    break;
  }
  dnp_account_free(&a);
  return object;
}

static denpa_status print_json(
    const cli_options *options, const cli_traced *traced, const dnp_cell *cell, denpa_error *err) {
  const dnp_trace *trace = traced->trace;
  denpa_error inside = {0};
  const dnp_seen *seen = dnp_trace_seen(trace, cell);
  dnp_cell gradient;
  json_t *object = account(options, trace, cell, options->depth, &inside);
  dnp_json_put_all(&object,
      json_pack("{s:s,s:s,s:s,s:I,s:I,s:o}", "net", denpa_net_text(trace->net), "data", denpa_data_name(trace->dataset),
          "split", trace->split == DENPA_SPLIT_TRAIN ? "train" : "test", "sample", (json_int_t)trace->first, "samples",
          (json_int_t)trace->rows, "loss", cli_real(trace->loss)));
  if (dnp_trace_gradient(trace, cell, &gradient))
    dnp_json_put(&object, "gradient", account(options, trace, &gradient, options->depth, &inside));
  if (!cell->gradient && seen != NULL && seen->as == DNP_SEEN_PARAMETER) {
    dnp_nudge n;
    if (dnp_trace_update(trace, cell, &n, &inside) == DENPA_OK)
      dnp_json_put(&object, "update",
          json_pack("{s:s,s:o,s:o,s:o}", "optimizer", n.optimizer, "lr", cli_real(n.lr), "before", cli_real(n.before),
              "after", cli_real(n.after)));
  }
  if (traced->own != NULL) {
    char name[DNP_CLASS_NAME];
    const size_t label = (size_t)trace->step->label;
    dnp_json_put(&object, "class",
        trace->dataset->guessed ? json_null() : json_string(dnp_class_name(trace->net, trace->dataset, label, name)));
    cli_own_picture_put(&object, traced->own);
  }
  if (inside.status == DENPA_OK) return cli_print_json(object, err);
  json_decref(object);
  if (err != NULL) *err = inside;
  return inside.status;
}

/* ------------------------------------------------------------------------------------------------- */

static denpa_status tell(const cli_options *options, const cli_traced *traced, const char *name, denpa_error *err) {
  const dnp_trace *trace = traced->trace;
  const dnp_why_options why = {
      .terms = options->terms, .depth = options->depth, .colour = dnp_want_colour(stdout, options->color)};
  dnp_cell cell;
  DNP_TRY(dnp_trace_find(trace, name, &cell, err));
  if (options->json) return print_json(options, traced, &cell, err);
  dnp_sheet sheet;
  FILE *out = dnp_sheet_begin(&sheet, stdout);
  const denpa_status status = dnp_why_tell(out, cli_lang(options), trace, &cell, &why, err);
  dnp_sheet_end(&sheet);
  return status;
}

int cli_why(const cli_options *options, int argc, char **argv) {
  denpa_error err = {0};
  cli_traced traced;
  denpa_status status = cli_trace_open(options, argv[0], argc > 2 ? argv[2] : NULL, &traced, &err);
  if (status == DENPA_OK) status = tell(options, &traced, argv[1], &err);
  cli_trace_close(&traced);
  return status == DENPA_OK ? CLI_DONE : cli_fail(options, &err);
}
