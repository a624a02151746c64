/* plot.c: `denpa plot RUN --what ...`: a picture of a run or a model, as a file or in the terminal. */
#include <string.h>

#include "base/text.h"
#include "base/write.h"
#include "cli/shared.h"
#include "draw/picture.h"
#include "draw/plot.h"

static denpa_status show(const cli_options *options, const dnp_figure *figure, denpa_error *err) {
  if (options->out != NULL) DNP_TRY(cli_write_figure(options, figure, options->out, err));
  if (options->json) return cli_print_json(dnp_figure_json(figure), err);
  return options->out != NULL ? DENPA_OK
                              : dnp_figure_text(stdout, figure, dnp_terminal_cells(stdout),
                                    dnp_want_colour(stdout, options->color), err);
}

/* The last part of a path: "runs/first/" is called first. */
static const char *short_name(const char *path, char *out, size_t size) {
  size_t end = strlen(path);
  while (end > 1 && path[end - 1] == '/') end--;
  size_t begin = end;
  while (begin > 0 && path[begin - 1] != '/') begin--;
  snprintf(out, size, "%.*s", (int)(end - begin), path + begin);
  return out;
}

static denpa_status make_and_show(
    const cli_options *options, const dnp_plot *plot, const dnp_plot_source *source, denpa_error *err) {
  dnp_figure *figure;
  denpa_status status = plot->make(&figure, source, err);
  dnp_progress_clear(source->progress);
  DNP_TRY(status);
  status = show(options, figure, err);
  dnp_figure_free(figure);
  return status;
}

static denpa_status check_name(const char *out, denpa_error *err) {
  if (out == NULL || dnp_text_ends(out, ".svg") || dnp_text_ends(out, ".png")) return DENPA_OK;
  return dnp_fail(
      err, DENPA_ERROR_ARGUMENT, "{1}: plot writes .svg and .png; give a name that ends in one of them", dnp_s(out));
}

int cli_plot(const cli_options *options, int argc, char **argv) {
  denpa_error err = {0};
  denpa_net *net = NULL;
  denpa_data *data = NULL;
  dnp_course log = {0};
  char name[256];
  const dnp_plot *plot = dnp_plot_find(options->what);
  cli_options whole = *options; /* how many samples are used is the plot's business */
  whole.samples = 0;
  denpa_status status = check_name(options->out, &err);
  if (status == DENPA_OK && options->smooth && (plot->needs & DNP_NEEDS_LOG) == 0)
    status = dnp_fail(&err, DENPA_ERROR_ARGUMENT, "--smooth is for curves, not for {1}", dnp_s(plot->name));
  if (status == DENPA_OK && cli_given(options, CLI_OPTION_FRAME) && (plot->needs & DNP_NEEDS_NET) == 0)
    status = dnp_fail(
        &err, DENPA_ERROR_ARGUMENT, "--step is for pictures of a network, not for {1}", dnp_s(plot->name));
  if (status == DENPA_OK && (plot->needs & DNP_NEEDS_LOG) != 0 && dnp_text_ends(argv[0], ".safetensors"))
    status = dnp_fail(&err, DENPA_ERROR_NOT_FOUND,
        "{1}: a model has no record of its training; denpa train --run DIR keeps one, with the model", dnp_s(argv[0]));
  if (status == DENPA_OK && (plot->needs & DNP_NEEDS_LOG) != 0) status = dnp_course_read(&log, argv[0], &err);
  if (status == DENPA_OK && (plot->needs & DNP_NEEDS_NET) != 0) status = cli_load_or_step(options, argv[0], &net, &err);
  if (status == DENPA_OK && (plot->needs & DNP_NEEDS_DATA) != 0)
    status = cli_open_model_data(&whole, net, argv[0], argc > 1 ? argv[1] : NULL, &data, &err);
  if (status == DENPA_OK && data != NULL) status = cli_check_fit(net, data, &err);
  dnp_progress progress;
  cli_progress_start(options, &progress);
  const dnp_plot_source source = {.progress = &progress,
      .name = short_name(argv[0], name, sizeof name),
      .net = net,
      .dataset = data,
      .log = &log,
      .run = dnp_is_folder(argv[0]) ? argv[0] : NULL,
      .split = cli_given(options, CLI_OPTION_SPLIT) ? options->split == 0 ? DENPA_SPLIT_TRAIN : DENPA_SPLIT_TEST
                                                    : plot->split,
      .samples = options->samples,
      .smooth = options->smooth,
      .lang = cli_figure_lang(options)};
  if (status == DENPA_OK) status = make_and_show(options, plot, &source, &err);
  dnp_course_free(&log);
  denpa_data_free(data);
  denpa_net_free(net);
  return status == DENPA_OK ? CLI_DONE : cli_fail(options, &err);
}
