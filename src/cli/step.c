/* step.c: `denpa step [DATA]`: one update of a new network, with every matrix of it. */
#include "base/array.h"
#include "cli/shared.h"
#include "draw/picture.h"
#include "explain/step.h"
#include "explain/trace.h"
#include "learn/learn.h"

static denpa_status step_options(const cli_options *options, dnp_step_options *step, denpa_error *err) {
  *step = (dnp_step_options){.split = options->split == 0 ? DENPA_SPLIT_TRAIN : DENPA_SPLIT_TEST,
      .rows = options->train.batch,
      .train = cli_train_options(options)};
  if (!cli_given(options, CLI_OPTION_SAMPLE)) return DENPA_OK;
  if (cli_given(options, CLI_OPTION_BATCH))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "--sample takes a batch of one sample; leave out --batch");
  step->first = options->sample;
  step->rows = 1;
  return DENPA_OK;
}

/* ---- --json ------------------------------------------------------------------------------------- */

static json_t *changes(const dnp_step *step) {
  json_t *list = json_array();
  for (size_t i = 0; i < step->changes; i++) {
    const dnp_change *c = &step->change[i];
    size_t at[DNP_MAX_AXES] = {0}, rest = c->entry;
    for (int k = c->axes; k-- > 0; rest /= c->shape[k]) at[k] = rest % c->shape[k];
    dnp_json_add(&list, json_pack("{s:s,s:o,s:o,s:o,s:o,s:o,s:o}", "name", c->name, "index", cli_sizes(c->axes, at),
                            "before", cli_real(c->before), "gradient", cli_real(c->gradient), "after",
                            cli_real(c->after), "off", cli_real(c->off), "cosine", cli_real(c->cosine)));
  }
  return list;
}

static json_t *standing(const dnp_step *step, int after) {
  const dnp_standing *train = &step->standing[after][0], *test = &step->standing[after][1];
  return json_pack("{s:o,s:o,s:o,s:o,s:o,s:I,s:I}", "batch_loss", cli_real(step->loss[after]), "train_loss",
      cli_real(train->loss), "train_accuracy", cli_real(train->accuracy), "test_loss", cli_real(test->loss),
      "test_accuracy", cli_real(test->accuracy), "favourite", (json_int_t)train->predicted, "favourite_times",
      (json_int_t)train->times);
}

static denpa_status print_json(const dnp_step *step, denpa_error *err) {
  char sha[65];
  DNP_TRY(denpa_net_sha256(step->net, sha, err));
  return cli_print_json(
      json_pack("{s:s,s:s,s:s,s:s,s:s,s:I,s:s,s:o,s:s,s:o,s:o,s:o,s:o,s:o,s:s}", "net", denpa_net_text(step->net),
          "activation", denpa_net_activation(step->net), "loss", denpa_net_loss(step->net), "dtype",
          dnp_dtype_name(denpa_net_dtype(step->net)), "data", denpa_data_name(step->dataset), "batch",
          (json_int_t)step->rows, "optimizer", step->optimizer->name, "lr", cli_real(step->lr), "update_order",
          step->layer_by_layer ? "seed" : "gradients-first", "before", standing(step, 0), "after", standing(step, 1),
          "expected_change", cli_real(step->expected), "matrices", cli_matrices(step), "updates", changes(step),
          "weights_sha256", sha),
      err);
}

/* ------------------------------------------------------------------------------------------------- */

static denpa_status new_net(const cli_options *options, const denpa_data *data, denpa_net **net, denpa_error *err) {
  char text[CLI_NET_TEXT];
  const denpa_net_options wanted = cli_net_options_for(options, data);
  return denpa_net_create_for(net, cli_net_text(options, data, text), data, &wanted, err);
}

/* How many of the first samples a page can have unasked, a quarter of the largest page, some 10 MB: numbers are those
 * of the network and so many for each sample. */
static denpa_status page_room(
    const cli_options *options, const denpa_data *data, denpa_split split, size_t *rows, denpa_error *err) {
  const size_t most = DNP_EXPLAIN_NUMBERS / 4;
  size_t numbers[2] = {0, 0};
  denpa_net *net; /* of its own: batch normalisation learns from a pass */
  DNP_TRY(new_net(options, data, &net, err));
  denpa_status status = DENPA_OK;
  for (size_t i = 0; i < 2 && status == DENPA_OK; i++) {
    dnp_trace *trace = NULL;
    status = dnp_trace_open(&trace, net, data, split, 0, i + 1, true, err);
    if (status == DENPA_OK) numbers[i] = dnp_explain_numbers(trace);
    dnp_trace_free(trace);
  }
  denpa_net_free(net);
  DNP_TRY(status);
  *rows = numbers[0] < most ? 1 + (most - numbers[0]) / (numbers[1] - numbers[0]) : 0;
  return DENPA_OK;
}

/* A page of a whole data set would often be far too large: unless it was said how many, it is made of few samples, and
 * so is the update that goes with it. */
static denpa_status take_few(cli_options *o, const denpa_data *data, denpa_error *err) {
  static const size_t few[] = {100, 10, 1};
  const denpa_split split = o->split == 0 ? DENPA_SPLIT_TRAIN : DENPA_SPLIT_TEST;
  const size_t all = denpa_data_rows(data, split);
  size_t room, i = 0;
  if (o->html == NULL || cli_given(o, CLI_OPTION_BATCH) || cli_given(o, CLI_OPTION_SAMPLE) || all < 2) return DENPA_OK;
  DNP_TRY(page_room(o, data, split, &room, err));
  if (all <= room) return DENPA_OK;
  while (i + 1 < sizeof few / sizeof *few && few[i] > (room < all ? room : all)) i++;
  o->train.batch = few[i];
  cli_tell(o,
      "Batch: the first {1} of {2} samples, as a page of all of them would be too large; --batch N takes another "
      "number.\n",
      dnp_u(few[i]), dnp_u(all));
  return DENPA_OK;
}

/* The page shows both passes before the update, so it is made of a network of its own with the same initial weights. */
static denpa_status write_page(const cli_options *options, const denpa_data *data, denpa_error *err) {
  denpa_net *net = NULL;
  dnp_trace *trace = NULL;
  denpa_status status = new_net(options, data, &net, err);
  const denpa_split split = options->split == 0 ? DENPA_SPLIT_TRAIN : DENPA_SPLIT_TEST;
  const size_t all = denpa_data_rows(data, split), rows = cli_given(options, CLI_OPTION_SAMPLE) ? 1
                                                          : options->train.batch > 0            ? options->train.batch
                                                                                                : all;
  if (status == DENPA_OK) status = dnp_explain_fits(options->html, net, rows < all ? rows : all, err);
  if (status == DENPA_OK) status = dnp_trace_open(&trace, net, data, split, options->sample, rows, true, err);
  if (status == DENPA_OK) status = dnp_explain_page(options->html, cli_lang(options), trace, NULL, err);
  if (status == DENPA_OK) cli_tell_page(options);
  dnp_trace_free(trace);
  denpa_net_free(net);
  return status;
}

static denpa_status make_and_show(
    const cli_options *options, denpa_net *net, const denpa_data *data, denpa_error *err) {
  dnp_step_options wanted;
  dnp_step *step;
  DNP_TRY(step_options(options, &wanted, err));
  if (options->html != NULL) DNP_TRY(write_page(options, data, err));
  DNP_TRY(dnp_step_make(&step, net, data, &wanted, err));
  denpa_status status = options->out != NULL ? denpa_net_save(net, options->out, err) : DENPA_OK;
  if (status == DENPA_OK && options->json)
    status = print_json(step, err);
  else if (status == DENPA_OK && options->html == NULL) { /* the page tells it */
    dnp_sheet sheet;
    FILE *out = dnp_sheet_begin(&sheet, stdout);
    status = dnp_step_tell(
        out, cli_lang(options), dnp_want_colour(stdout, options->color), step, (dnp_step_passes)options->only, err);
    dnp_sheet_end(&sheet);
  }
  if (status == DENPA_OK && options->out != NULL)
    cli_tell(options, "The updated network is in {1}.\n", dnp_s(options->out));
  dnp_step_free(step);
  return status;
}

int cli_step(const cli_options *given, int argc, char **argv) {
  denpa_error err = {0};
  cli_options mine = *given;
  const cli_options *options = &mine;
  denpa_net *net = NULL;
  denpa_data *data = NULL;
  denpa_status status = cli_open_data(options, argc > 0 ? argv[0] : NULL, &data, &err);
  if (status == DENPA_OK && denpa_data_classes(data) == 0)
    status = dnp_fail(&err, DENPA_ERROR_UNSUPPORTED,
        "step tells of networks that sort samples into classes; {1} has numbers as answers. denpa explain and denpa "
        "why show those of a trained network",
        dnp_s(denpa_data_name(data)));
  if (status == DENPA_OK) status = new_net(options, data, &net, &err);
  if (status == DENPA_OK) status = cli_check_fit(net, data, &err);
  if (status == DENPA_OK) status = take_few(&mine, data, &err);
  if (status == DENPA_OK) status = make_and_show(options, net, data, &err);
  denpa_net_free(net);
  denpa_data_free(data);
  return status == DENPA_OK ? CLI_DONE : cli_fail(options, &err);
}
