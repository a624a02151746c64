/* eval.c: `denpa eval MODEL [DATA]`: mean loss and accuracy over a split. */
#include "cli/shared.h"

static denpa_status evaluate(const cli_options *options, denpa_net *net, const denpa_data *data, denpa_error *err) {
  denpa_split split = options->split == 0 ? DENPA_TRAIN : DENPA_TEST;
  double loss, accuracy;
  size_t rows = denpa_data_rows(data, split);
  DNP_TRY(cli_check_fit(net, data, err));
  DNP_TRY(denpa_net_evaluate(net, data, split, &loss, &accuracy, err));
  if (options->json) return cli_print_json(json_pack("{s:o,s:o,s:I,s:s,s:s,s:s}", "loss", cli_real(loss), "accuracy", cli_real(accuracy), "samples", (json_int_t)rows, "split", split == DENPA_TRAIN ? "train" : "test", "data", denpa_data_name(data), "net", denpa_net_text(net)), err);
  dnp_say(stdout, cli_lang(options), "{1}, {2}, {3} samples: accuracy {4:.4f}, loss {5:.6f}\n", dnp_s(denpa_data_name(data)), dnp_t(split == DENPA_TRAIN ? DNP_N("training data") : DNP_N("test data")), dnp_u(rows), dnp_d(accuracy), dnp_d(loss));
  return DENPA_OK;
}

int cli_eval(const cli_options *options, int argc, char **argv) {
  denpa_error err = {0};
  denpa_net *net = NULL;
  denpa_data *data = NULL;
  denpa_status status = cli_load(options, argv[0], &net, &err);
  if (status == DENPA_OK) status = cli_open_data_of(options, net, argc > 1 ? argv[1] : NULL, &data, &err);
  if (status == DENPA_OK) status = evaluate(options, net, data, &err);
  denpa_data_free(data);
  denpa_net_free(net);
  return status == DENPA_OK ? CLI_DONE : cli_fail(options, &err);
}
