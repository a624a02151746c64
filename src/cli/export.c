/* export.c: `denpa export MODEL --to numpy`: a network as a script. */
#include <stdlib.h>

#include "base/write.h"
#include "cli/shared.h"
#include "interop/export.h"

/* Why the script does not train the network, where it does not. */
static void tell_untold(const cli_options *options, const denpa_error *untold) {
  char why[1024];
  if (untold->status == DENPA_OK) return;
  denpa_error_text(untold, cli_lang(options), why, sizeof why);
  cli_tell(
      options, "The script computes the trained network's answers; it does not train it again: {1}.\n", dnp_s(why));
}

static denpa_status hand_over(
    const cli_options *options, const char *text, size_t size, const denpa_error *untold, denpa_error *err) {
  const bool trains = untold->status == DENPA_OK;
  if (options->out != NULL) DNP_TRY(dnp_write_file(options->out, &(dnp_piece){text, size}, 1, err));
  if (options->json)
    return cli_print_json(json_pack("{s:s,s:b,s:I,s:s?,s:s?}", "to", options->to, "trains", trains, "bytes",
                              (json_int_t)size, "out", options->out, "script", options->out == NULL ? text : NULL),
        err);
  if (options->out == NULL)
    fwrite(text, 1, size, stdout);
  else if (trains)
    cli_tell(options, "Saved as {1}. To run it: python3 {1}\n", dnp_s(options->out));
  else
    cli_tell(options, "Saved as {1}; its first lines say how to run it.\n", dnp_s(options->out));
  tell_untold(options, untold);
  return DENPA_OK;
}

/* The script is made whole before a byte of it is handed over. */
static denpa_status export(const cli_options *options, const denpa_net *net, denpa_error *err) {
  char *text = NULL;
  size_t size = 0;
  denpa_error untold;
  FILE *out = open_memstream(&text, &size);
  if (out == NULL) return dnp_fail(err, DENPA_ERROR_MEMORY, "not enough memory for the script");
  denpa_status status = dnp_export_numpy(out, cli_lang(options), net, &untold, err);
  if ((fclose(out) != 0 || text == NULL) && status == DENPA_OK)
    status = dnp_fail(err, DENPA_ERROR_MEMORY, "not enough memory for the script");
  if (status == DENPA_OK) status = hand_over(options, text, size, &untold, err);
  free(text);
  return status;
}

int cli_export(const cli_options *options, int argc, char **argv) {
  (void)argc;
  denpa_error err = {0};
  denpa_net *net = NULL;
  denpa_status status = cli_load(options, argv[0], &net, &err);
  if (status == DENPA_OK) status = export(options, net, &err);
  denpa_net_free(net);
  return status == DENPA_OK ? CLI_DONE : cli_fail(options, &err);
}
