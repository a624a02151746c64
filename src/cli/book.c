/* book.c: `denpa book [EXPERIMENT]`: the book's experiments with its numbers beside denpa's. What they do stands in
 * src/book/book*.c. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/near.h"
#include "base/text.h"
#include "base/write.h"
#include "cli/shared.h"
#include "draw/picture.h"
#include "book/book.h"

#define PATH 4200

/* ---- the list ----------------------------------------------------------------------------------- */

static denpa_status list(const cli_options *options, denpa_error *err) {
  json_t *all = json_array();
  for (const dnp_experiment *e = dnp_experiments; e->id != NULL; e++) {
    if (options->json)
      dnp_json_add(&all,
          json_pack("{s:s,s:s,s:s}", "id", e->id, "row", e->row, "title", dnp_translate(cli_lang(options), e->title)));
    else
      dnp_say(stdout, cli_lang(options), "{1:-40}{2}\n", dnp_s(e->id), dnp_t(e->title));
  }
  if (options->json) return cli_print_json(json_pack("{s:o}", "experiments", all), err);
  json_decref(all);
  cli_tell(options,
      "To run one: denpa book {1}. To run a chapter: denpa book ch04. To run everything: denpa book all\n",
      dnp_s(dnp_experiments[0].id));
  return DENPA_OK;
}

/* ---- pictures ----------------------------------------------------------------------------------- */

/* A file, or in a folder "ch04-gradient_1d.svg". */
static void picture_path(const char *out, const dnp_experiment *e, char path[PATH]) {
  const int length = snprintf(path, PATH, dnp_is_folder(out) ? "%s/%s.svg" : "%s", out, e->id);
  for (size_t i = strlen(out) + 1; dnp_is_folder(out) && i < (size_t)length; i++)
    if (path[i] == '/') path[i] = '-';
}

static denpa_status write_picture(const cli_options *options, const dnp_book_page *page, denpa_error *err) {
  char path[PATH];
  if (page->figure == NULL) {
    cli_tell(options, "{1} has no picture.\n", dnp_s(page->experiment->id));
    return DENPA_OK;
  }
  picture_path(options->out, page->experiment, path);
  return cli_write_figure(options, page->figure, path, err);
}

/* ---- one or more experiments -------------------------------------------------------------------- */

typedef struct session {
  const cli_options *options;
  dnp_book_request request;
  json_t *all;        /* what --json prints */
  size_t run, broken; /* experiments, and those of which a promise does not hold */
} session;

static denpa_status show(session *s, const dnp_book_page *page, denpa_error *err) {
  const bool colour = dnp_want_colour(stdout, s->options->color);
  if (s->options->out != NULL) DNP_TRY(write_picture(s->options, page, err));
  if (s->options->json) return dnp_json_add(&s->all, dnp_book_json(page)), DENPA_OK;
  if (s->options->markdown) return dnp_book_markdown(stdout, page), DENPA_OK;
  if (s->run > 1) fputc('\n', stdout);
  dnp_sheet sheet;
  FILE *out = dnp_sheet_begin(&sheet, stdout);
  dnp_book_tell(out, colour, page);
  dnp_sheet_end(&sheet);
  if (page->figure == NULL || s->options->out != NULL) return DENPA_OK;
  fputc('\n', stdout);
  return dnp_figure_text(stdout, page->figure, dnp_terminal_cells(stdout), colour, err);
}

static denpa_status run_one(session *s, const dnp_experiment *e, denpa_error *err) {
  dnp_book_page *page;
  dnp_progress progress;
  s->run++;
  cli_progress_start(s->options, &progress);
  s->request.progress = &progress;
  denpa_status status = dnp_book_run(&page, e, &s->request, err);
  dnp_progress_clear(&progress);
  DNP_TRY(status);
  s->broken += !dnp_book_good(page);
  status = show(s, page, err);
  dnp_book_free(page);
  return status;
}

static denpa_status run_all(session *s, const char *name, denpa_error *err) {
  for (const dnp_experiment *e = dnp_experiment_next(NULL, name); e != NULL; e = dnp_experiment_next(e, name))
    if (s->request.dataset != NULL || (e->needs & DNP_BOOK_DATA) == 0) DNP_TRY(run_one(s, e, err));
  if (!s->options->json) return DENPA_OK;
  const bool single = s->run == 1;
  json_t *out = single ? json_incref(json_array_get(s->all, 0)) : json_pack("{s:O}", "experiments", s->all);
  return cli_print_json(out, err);
}

/* "ch04", "ch4" and "4" are the same chapter. */
static bool same_chapter(const char *typed, const char *id) {
  typed += strncmp(typed, "ch", 2) == 0 ? 2 : 0;
  typed += strspn(typed, "0");
  id += strcspn(id, "123456789");
  const size_t digits = strspn(id, "0123456789");
  return digits > 0 && strlen(typed) == digits && strncmp(typed, id, digits) == 0;
}

/* The chapter or the experiment that is near, perhaps without its chapter; false: none is. */
static bool near_name(const char *name, char out[64]) {
  for (const dnp_experiment *e = dnp_experiments; e->id != NULL; e++) {
    const size_t chapter = strcspn(e->id, "/");
    const bool whole = dnp_near(name, e->id) || dnp_near(name, e->id + chapter + (e->id[chapter] == '/'));
    snprintf(out, 64, "%.*s", whole ? 63 : (int)chapter, e->id);
    if (whole || same_chapter(name, e->id)) return true;
  }
  return false;
}

static denpa_status check_name(const cli_options *options, const char *name, denpa_error *err) {
  const dnp_experiment *first = dnp_experiment_next(NULL, name);
  char near[64];
  if (first == NULL && near_name(name, near))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "the book has no experiment \"{1}\" here; did you mean {2}?",
        dnp_s(name), dnp_s(near));
  if (first == NULL)
    return dnp_fail(
        err, DENPA_ERROR_ARGUMENT, "the book has no experiment \"{1}\" here; denpa book lists them", dnp_s(name));
  if (options->out == NULL || dnp_is_folder(options->out)) return DENPA_OK;
  if (!dnp_text_ends(options->out, ".svg") && !dnp_text_ends(options->out, ".png"))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "{1}: the picture becomes .svg or .png; give a name that ends in one of them, or a folder",
        dnp_s(options->out));
  if (dnp_experiment_next(first, name) != NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} is one file, but {2} stands for several experiments; give a folder",
        dnp_s(options->out), dnp_s(name));
  return DENPA_OK;
}

/* MNIST, unless --data says otherwise. Where it cannot be had, the experiments that need none are run all the same. */
static denpa_status open_data(
    session *s, const char *name, size_t needing, size_t all, denpa_data **data, denpa_error *err) {
  denpa_error why = {0};
  const bool chosen = s->options->data_name != NULL;
  const denpa_status status = cli_open_data(s->options, chosen ? s->options->data_name : "mnist", data, &why);
  const bool absent = status == DENPA_ERROR_NOT_FOUND || status == DENPA_ERROR_NETWORK || status == DENPA_ERROR_IO;
  if (status != DENPA_OK && err != NULL) *err = why;
  if (!absent || chosen) return status;
  const char *drawn = DNP_N("With drawn digits instead of MNIST: denpa book {1} --data digits\n");
  if (needing == all) return cli_tell(s->options, drawn, dnp_s(name)), status;
  char text[1024];
  denpa_error_text(&why, cli_lang(s->options), text, sizeof text);
  cli_tell(s->options, "{1}\n", dnp_s(text));
  cli_tell(s->options, "Left out for now: {1} of {2} {2|experiment|experiments}.\n", dnp_u(needing), dnp_u(all));
  cli_tell(s->options, drawn, dnp_s(name));
  return DENPA_OK;
}

/* What the experiments need of the outside: the data set, and the folder of pickles. */
static denpa_status provide(session *s, const char *name, denpa_data **data, char folder[PATH], denpa_error *err) {
  const char *root = denpa_data_options_default().data_root;
  size_t all = 0, needing = 0;
  for (const dnp_experiment *e = dnp_experiment_next(NULL, name); e != NULL; e = dnp_experiment_next(e, name), all++)
    needing += (e->needs & DNP_BOOK_DATA) != 0;
  snprintf(folder, PATH, "%s/book", root != NULL ? root : "");
  if (root != NULL && dnp_is_folder(folder)) s->request.folder = folder;
  if (needing > 0) DNP_TRY(open_data(s, name, needing, all, data, err));
  s->request.dataset = *data;
  return DENPA_OK;
}

int cli_book(const cli_options *options, int argc, char **argv) {
  static char folder[PATH];
  denpa_error err = {0};
  denpa_data *data = NULL;
  const denpa_net_options net = cli_net_options(options);
  session s = {.options = options,
      .request = {.seed = options->train.seed,
          .seeds = options->seeds,
          .steps = cli_given(options, CLI_OPTION_STEPS) ? options->train.steps : 0,
          .threads = net.threads,
          .cpu = net.cpu,
          .picture = options->picture,
          .lang = cli_lang(options),
          .figure_lang = cli_figure_lang(options)}};
  if (argc == 0) return list(options, &err) == DENPA_OK ? CLI_DONE : cli_fail(options, &err);
  s.all = json_array();
  denpa_status status = check_name(options, argv[0], &err);
  if (status == DENPA_OK) status = provide(&s, argv[0], &data, folder, &err);
  if (status == DENPA_OK) status = run_all(&s, argv[0], &err);
  if (status == DENPA_OK && s.broken > 0)
    status = dnp_fail(&err, DENPA_ERROR_NUMERIC,
        "{1} of {2} {2|experiment|experiments} {1|does|do} not agree with the book; the lines that begin their last "
        "column with NO say where",
        dnp_u(s.broken), dnp_u(s.run));
  json_decref(s.all);
  denpa_data_free(data);
  cli_options plain = *options; /* --json has printed its object */
  plain.json = options->json && s.broken == 0;
  options = &plain;
  return status == DENPA_OK ? CLI_DONE : cli_fail(options, &err);
}
