/* explain.c: `denpa explain MODEL [DATA]`: both passes of one sample, as text, Markdown or a page. */
#include "cli/shared.h"
#include "see/picture.h"
#include "see/trace.h"

static denpa_status show(const cli_options *options, const dnp_trace *trace, denpa_error *err) {
  const bool markdown = options->markdown;
  if (options->html == NULL) return dnp_explain_tell(stdout, cli_lang(options), trace, markdown ? DNP_EXPLAIN_MARKDOWN : DNP_EXPLAIN_TEXT, !markdown && dnp_want_colour(stdout, options->color), err);
  DNP_TRY(dnp_explain_page(options->html, cli_lang(options), trace, err));
  cli_tell(options, "The page is in {1}; open it with a browser.\n", dnp_s(options->html));
  return DENPA_OK;
}

int cli_explain(const cli_options *options, int argc, char **argv) {
  denpa_error err = {0};
  cli_traced traced = {0};
  denpa_status status = DENPA_OK;
  if (options->markdown && options->html != NULL) status = dnp_fail(&err, DENPA_ARGUMENT, "--markdown and --html exclude each other; take one of them");
  if (status == DENPA_OK) status = cli_trace_open(options, argv[0], argc > 1 ? argv[1] : NULL, &traced, &err);
  if (status == DENPA_OK) status = show(options, traced.trace, &err);
  cli_trace_close(&traced);
  return status == DENPA_OK ? CLI_DONE : cli_fail(options, &err);
}
