/* explain.c: `denpa explain MODEL [DATA]`: both passes of one sample, as text, Markdown or a page. */
#include "cli/origin.h"
#include "cli/own_picture.h"
#include "cli/shared.h"
#include "draw/picture.h"
#include "explain/trace.h"
#include "learn/learn.h"

static denpa_status print_json(const cli_options *options, const cli_traced *traced, denpa_error *err) {
  const dnp_trace *trace = traced->trace;
  const dnp_tensor *y = trace->net->exec->output;
  const size_t label = (size_t)trace->step->label, last = dnp_trace_class_of(trace, dnp_tensor_row(y) - 1);
  const bool numbers = dnp_trace_numbers(trace), known = !trace->dataset->guessed && !numbers;
  char name[DNP_CLASS_NAME];
  json_t *outputs = json_array(), *classes = json_array(), *targets = json_array();
  for (size_t k = 0; trace->rows == 1 && k < dnp_tensor_row(y); k++)
    dnp_json_add(&outputs, cli_real(dnp_tensor_element(y, DNP_DATA, k)));
  for (size_t i = 0; i <= last && !numbers; i++)
    dnp_json_add(&classes, json_string(dnp_class_name(trace->net, trace->dataset, i, name)));
  json_t *object = json_pack("{s:s,s:s,s:s,s:s,s:s,s:I,s:I,s:o,s:o,s:o,s:o,s:o,s:o,s:s?}", "net",
      denpa_net_text(trace->net), "activation", denpa_net_activation(trace->net), "loss_function",
      denpa_net_loss(trace->net), "data", denpa_data_name(trace->dataset), "split",
      trace->split == DENPA_SPLIT_TRAIN ? "train" : "test", "sample", (json_int_t)trace->first, "samples",
      (json_int_t)trace->rows, "label", known ? json_integer(trace->step->label) : json_null(), "class",
      known && dnp_class_named(trace->net, trace->dataset, label)
          ? json_string(dnp_class_name(trace->net, trace->dataset, label, name))
          : json_null(),
      "loss", cli_real(trace->loss), "outputs", outputs, "classes", classes, "matrices", cli_matrices(trace->step),
      "page", options->html);
  for (size_t k = 0; numbers && trace->rows == 1 && k < dnp_tensor_row(y); k++)
    dnp_json_add(&targets, cli_real(dnp_tensor_element(trace->net->exec->answer, DNP_DATA, k)));
  if (numbers && trace->rows == 1 && trace->dataset->table != NULL)
    dnp_json_put_all(&object,
        json_pack("{s:o,s:o}", "answer", cli_real(dnp_trace_unscaled(trace, dnp_tensor_element(y, DNP_DATA, 0))),
            "right", cli_real(dnp_trace_unscaled(trace, dnp_tensor_element(trace->net->exec->answer, DNP_DATA, 0)))));
  if (numbers)
    dnp_json_put(&object, "targets", targets);
  else
    json_decref(targets);
  if (traced->own != NULL) cli_own_picture_put(&object, traced->own);
  return cli_print_json(object, err);
}

static denpa_status make_page(const cli_options *options, const char *model, const dnp_trace *trace, denpa_error *err) {
  cli_origin origin;
  dnp_page_origin told;
  DNP_TRY(cli_origin_find(options, model, trace->net, &origin, err));
  denpa_status status = cli_origin_page(&origin, trace->net, trace->dataset, &told, err);
  if (status == DENPA_OK) status = dnp_explain_page(options->html, cli_lang(options), trace, &told, err);
  cli_origin_free(&origin);
  if (status == DENPA_OK) cli_tell_page(options);
  return status;
}

static denpa_status show(const cli_options *options, const char *model, const cli_traced *traced, denpa_error *err) {
  const dnp_trace *trace = traced->trace;
  const bool markdown = options->markdown;
  if (options->html == NULL && !options->json) {
    dnp_sheet sheet;
    FILE *out = dnp_sheet_begin(&sheet, stdout);
    const denpa_status status = dnp_explain_tell(out, cli_lang(options), trace,
        markdown ? DNP_EXPLAIN_MARKDOWN : DNP_EXPLAIN_TEXT, !markdown && dnp_want_colour(stdout, options->color), err);
    dnp_sheet_end(&sheet);
    return status;
  }
  if (options->html != NULL) DNP_TRY(make_page(options, model, trace, err));
  return options->json ? print_json(options, traced, err) : DENPA_OK;
}

int cli_explain(const cli_options *options, int argc, char **argv) {
  denpa_error err = {0};
  cli_traced traced = {0};
  denpa_status status = DENPA_OK;
  if (options->markdown && options->html != NULL)
    status = dnp_fail(&err, DENPA_ERROR_ARGUMENT, "--markdown and --html exclude each other; take one of them");
  if (status == DENPA_OK) status = cli_trace_open(options, argv[0], argc > 1 ? argv[1] : NULL, &traced, &err);
  if (status == DENPA_OK) status = show(options, argv[0], &traced, &err);
  cli_trace_close(&traced);
  return status == DENPA_OK ? CLI_DONE : cli_fail(options, &err);
}
