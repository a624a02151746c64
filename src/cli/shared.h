/* shared.h: what several subcommands do in the same way. */
#ifndef DNP_CLI_SHARED_H
#define DNP_CLI_SHARED_H

#include "base/text.h"
#include "cli/cli.h"
#include "draw/progress.h"
#include "draw/say.h"
#include "file/json.h"

/* The language of the options. */
static inline denpa_lang cli_lang(const cli_options *o) { return (denpa_lang)o->lang; }

/* The language of a figure: the letters of a PNG are those of English. */
denpa_lang cli_figure_lang(const cli_options *options);
/* Fails unless it is NULL or a name that a picture can have. */
denpa_status cli_check_picture(const char *out, denpa_error *err);
/* Writes it as its name says, SVG or PNG, and tells where it is. */
struct dnp_figure;
denpa_status cli_write_figure(
    const cli_options *options, const struct dnp_figure *figure, const char *path, denpa_error *err);

/* A line for people on standard error, unless --quiet: cli_tell(options, "template {1}\n", ...). */
#define cli_tell(options, ...) cli_tell_args(options, DNP_MESSAGE(__VA_ARGS__, DNP_END))
void cli_tell_args(const cli_options *options, const char *message, const denpa_arg *args);

/* Where the page --html is now, and how large. */
void cli_tell_page(const cli_options *options);
/* Removes temporary files that killed processes left in a folder, and says so. */
void cli_sweep(const cli_options *options, const char *folder);
/* The same where this command is about to write (apart.c). */
void cli_sweep_results(const cli_options *options);
/* A file's size in words, "1.2 MB", added to the bytes that *total has. */
#define CLI_SIZE_TEXT 32
const char *cli_file_size(const char *path, double *total, char out[CLI_SIZE_TEXT]);

/* For work that may take long: nothing with --quiet, else what --progress says on standard error, which with auto
 * begins after a second only, so that short work leaves no trace. */
void cli_progress_start(const cli_options *options, dnp_progress *out);

/* The command as it can be typed again: "denpa" where the shell finds it, else the path that it was called by. */
const char *cli_program(const cli_options *options);

/* A word of a command line, in quotation marks where a shell would see more than a word. */
void cli_put_word(FILE *out, const char *word);
/* The same into out[size], for a message. */
void cli_shell_word(const char *word, char *out, size_t size);

/* The data set `name` (NULL: the default), told about on standard error, cut to --samples. */
denpa_status cli_open_data(const cli_options *options, const char *name, denpa_data **out, denpa_error *err);
/* Its training rows were in the memory of a program: no file holds them. */
bool cli_of_program(const denpa_net *net);
/* The data set of a model: `name`, or (NULL) the one that the model names, where its run (model: its path) finds it. A
 * table is read as the model's was, a folder of pictures brought into the form that the network was trained on. */
denpa_status cli_open_model_data(const cli_options *options, const denpa_net *net, const char *model, const char *name,
    denpa_data **out, denpa_error *err);
/* Refuses --size and --channels for `name`, which is no folder of pictures. */
denpa_status cli_check_form(const cli_options *options, const char *name, denpa_error *err);
/* What the options say of data. */
denpa_data_options cli_data_options(const cli_options *options);
/* The text of a new network for the data: --net; auto, and what a table gets without --net, is one hidden layer of 100
 * between its inputs and outputs, or convolutions for pictures; a folder of pictures without --net gets the default
 * with as many inputs and outputs as it has, where no other default was taken. */
#define CLI_NET_TEXT 384
const char *cli_net_text(const cli_options *options, const denpa_data *data, char out[CLI_NET_TEXT]);
/* The defaults of the options' kind (cli_take_defaults) that hang on the data themselves: how many rows there are, how
 * large pictures are. */
void cli_fit_defaults(cli_options *options, const denpa_data *data);
/* Which of the kind's defaults apply, in a line; nothing where none does. */
void cli_tell_defaults(const cli_options *options);
/* The options of a new network. */
bool cli_auto_loss(const cli_options *options); /* the data says which */
denpa_net_options cli_net_options(const cli_options *options);
/* The same for one that learns from `data`: the loss that fits it, where that was left open. */
denpa_net_options cli_net_options_for(const cli_options *options, const denpa_data *data);
/* The options of a training, without callbacks. */
denpa_train_options cli_train_options(const cli_options *options);
/* Fails if options of a training contradict each other. */
denpa_status cli_check_train(const cli_options *options, denpa_error *err);
/* --recipe list; and what a recipe that was asked for says, in a line (recipes.c). */
denpa_status cli_list_recipes(const cli_options *options, denpa_error *err);
void cli_tell_recipe(const cli_options *options);
/* The layers of a file of weights that does not name them, by --compat book; *text is NULL where that says nothing. */
denpa_status cli_layers(const cli_options *options, const char *path, const char **text, denpa_error *err);
/* A model file or run's folder. */
denpa_status cli_load(const cli_options *options, const char *path, denpa_net **out, denpa_error *err);
/* The network of a run behind update `step`: its frame, or made again from a checkpoint. */
denpa_status cli_load_step(const cli_options *options, const char *run, size_t step, denpa_net **out, denpa_error *err);
/* That one where --step K is given, else the model. */
denpa_status cli_load_or_step(const cli_options *options, const char *path, denpa_net **out, denpa_error *err);
/* Fails unless the network takes the data's rows and gives at least as many outputs as it has classes. */
denpa_status cli_check_fit(const denpa_net *net, const denpa_data *data, denpa_error *err);

/* One pass of a model over the samples that --split, --sample and --batch choose, with every number of it. */
typedef struct cli_traced {
  denpa_net *net;
  denpa_data *dataset;
  struct dnp_trace *trace;
  struct cli_own_picture *own; /* NULL: the samples are those of a data set */
} cli_traced;
/* data: as an argument, or NULL for --data or the model's own; or a picture file, for a network that takes pictures.
 * *out is to be closed, whether it worked or not. */
denpa_status cli_trace_open(
    const cli_options *options, const char *model, const char *data, cli_traced *out, denpa_error *err);
void cli_trace_close(cli_traced *traced);

/* Whether two paths name one file: the same file if both exist, else the same name in the same folder. */
bool cli_one_file(const char *a, const char *b);
/* Fails if an option of the command line would write over something that it, or an argument, has the command read. */
denpa_status cli_check_apart(const cli_options *options, int argc, char **argv, denpa_error *err);
/* Fails where a command that begins with a model was given it behind something else. */
denpa_status cli_check_order(const cli_options *options, int argc, char **argv, denpa_error *err);

/* Numbers for --json: null where there is no value; 17 significant digits. */
json_t *cli_real(double value);
struct dnp_step;
json_t *cli_sizes(int axes, const size_t *shape);
/* Name, kind, shape, formula, first numbers and range of every matrix. */
json_t *cli_matrices(const struct dnp_step *step);
/* Writes the object and a newline to standard output and lets it go. */
denpa_status cli_print_json(json_t *object, denpa_error *err);

#endif
