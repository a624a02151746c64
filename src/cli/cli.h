/* cli.h: the command: its subcommands, its options (options.def) and what they fill. Used by the files of src/cli
 * only. */
#ifndef DNP_CLI_CLI_H
#define DNP_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/status.h"
#include "data/data.h"
#include "learn/settings.h"

/* ---- subcommands (commands.def) ---------------------------------------------------------------- */

/* One bit each, so that an option can name the subcommands it applies to: CLI_TRAIN ... */
enum {
#define COMMAND(id, ...) CLI_NUMBER_##id,
#include "cli/commands.def"
#undef COMMAND
  CLI_COMMANDS
};
enum {
#define COMMAND(id, ...) CLI_##id = 1 << CLI_NUMBER_##id,
#include "cli/commands.def"
#undef COMMAND
  CLI_ALL = (1 << CLI_COMMANDS) - 1
};

typedef struct cli_example {
  const char *line; /* as typed after the prompt */
  const char *what; /* in the catalogue */
} cli_example;

#define CLI_PARAGRAPHS 6
#define CLI_EXAMPLES 8

struct cli_options;
/* Positional arguments; returns the exit status. */
typedef int cli_run(const struct cli_options *options, int argc, char **argv);

typedef struct cli_command {
  const char *name;
  cli_run *run;
  unsigned bit;                          /* CLI_TRAIN ... */
  const char *arguments[CLI_PARAGRAPHS]; /* one usage line each, NULL after the last */
  int least, most;                       /* how many arguments it takes */
  const char *summary;                   /* one line, in the catalogue */
  const char *paragraph[CLI_PARAGRAPHS]; /* in the catalogue, NULL after the last */
  cli_example example[CLI_EXAMPLES];     /* line NULL after the last */
} cli_command;

extern const cli_command cli_commands[];               /* name NULL after the last */
extern const cli_example cli_first_examples[];         /* for the command as a whole; line NULL after the last */
const cli_command *cli_command_find(const char *name); /* NULL if there is none */
/* of those in the mask; NULL starts and ends */
const cli_command *cli_command_next(const cli_command *after, unsigned commands);

/* ---- options (options.def, options.c) ----------------------------------------------------------- */

enum { CLI_CPU_AUTO, CLI_CPU_REF, CLI_CPU_AVX2, CLI_CPU_AVX512, CLI_CPU_NEON };
enum { CLI_COLOR_AUTO, CLI_COLOR_ALWAYS, CLI_COLOR_NEVER };
enum { CLI_RANDOM, CLI_HALVING };
enum { CLI_PROGRESS_AUTO, CLI_PROGRESS_BAR, CLI_PROGRESS_PLAIN, CLI_PROGRESS_NONE };

#define CLI_MOST_OPTIONS 128
#define CLI_MOST_TEXTS 17 /* one more than a search takes, so that it can say so */

enum { CLI_SPELLED = 12, CLI_SPELLED_ROOM = 40 };

/* An option that may be given several times. */
typedef struct cli_texts {
  const char *text[CLI_MOST_TEXTS];
  size_t count;
} cli_texts;

/* What the command line said, defaults filled in. Texts point into argv or at constants. Members that are choices hold
 * the index of the choice, in the order in which options.def lists them. */
typedef struct cli_options {
  const char *program;                 /* as it was called: "denpa", or a path to it */
  const cli_command *command;          /* NULL: none was given */
  bool given[CLI_MOST_OPTIONS];        /* [CLI_OPTION_x]: set by the user, not by default */
  const char *typed[CLI_MOST_OPTIONS]; /* the value as the user wrote it; NULL for flags and what was not given */
  dnp_data_kind kind;                  /* whose defaults were taken */
  const char *taken[CLI_MOST_OPTIONS]; /* [CLI_OPTION_x]: the kind's default where it applies, else NULL */
  const char *net, *init;
  const char *act, *loss; /* one of the words listed, perhaps with a number: "leaky-relu:0.02" */
  /* words that were typed otherwise than they are listed ("ReLU"), as they are listed */
  char spelled[CLI_SPELLED][CLI_SPELLED_ROOM];
  size_t spellings;
  double smoothing;          /* 0 unless given */
  char smoothed[48];         /* the loss with it */
  char moved[32];            /* what --augment auto stands for */
  const char *from;          /* NULL unless given */
  const char *recipe;        /* one of the words listed; NULL unless given */
  denpa_train_options train; /* the settings of learn/settings.def, the optimizer's own numbers filled in */
  int split /* DNP_TRAIN, DNP_TEST */, only;
  size_t samples;                                /* 0: all */
  bool test_whole;                               /* --samples cuts the training data alone */
  size_t sample;                                 /* 0 unless given */
  const char *data_name;                         /* NULL unless given */
  const char *target, *ignore, *category, *test; /* of tables; NULL unless given */
  const char *task, *header;                     /* one of the words listed */
  double test_share;
  int unknown;                                   /* 1: an error */
  const char *threshold, *positive, *class_name; /* NULL unless given */
  cli_texts keep;                                /* predict: columns of the table */
  bool raw;                                      /* predict: pictures as they are, neither cleaned nor centred */
  bool spreadsheet;
  const char *grads, *picture; /* NULL unless given */
  int weights;                 /* a dnp_rounding */
  int log_format;              /* 1: the book's */
  const char *size;            /* NULL unless given */
  const char *channels;        /* one of the words listed */
  size_t repeat;
  const char *what; /* one of the plots */
  size_t seeds;
  int dtype;      /* a denpa_dtype */
  size_t threads; /* 0: auto */
  int cpu, lang /* a denpa_lang */, color, progress;
  const char *out, *run, *log, *html, *svg, *set; /* NULL unless given */
  const char *checkpoint_every;                   /* NULL unless given */
  const char *to;                                 /* one of the words listed */
  size_t terms, depth, frame;
  const char *fork;          /* NULL unless given */
  const char *folder;        /* that names in options.json are relative to, of a run that goes on; NULL or "": here */
  const struct json_t *past; /* of a run that goes on (cli_run_past); NULL: none */
  cli_texts tries;           /* search: NAME=VALUES each */
  size_t trials;
  int method;
  bool final;
  const char *old_name, *new_name; /* a value that has another name now, as it was typed; else NULL */
  const char *unknown_lang;        /* what DENPA_LANG says if that is no language of ours and decides; else NULL */
  bool smooth, record, watch, markdown, ask, force, json, quiet, offline, training, all, help, brief /* -h */, version;
} cli_options;

typedef enum cli_kind {
  CLI_FLAG,  /* bool */
  CLI_SIZE,  /* size_t from low to high; "word|N": the word stands for 0 */
  CLI_WHOLE, /* uint64_t, any */
  CLI_RATE,  /* double above low, finite */
  CLI_REAL,  /* double of low or more, finite */
  CLI_SHARE, /* double of 0 or more, below 1 */
  CLI_TEXT,  /* const char *, not empty */
  CLI_TEXTS, /* cli_texts, one more each time */
  CLI_WORD,  /* const char *, one of values */
  CLI_NAMED, /* const char *, one of values; of those listed as "word:NUMBER" with or without a number */
  CLI_CHOICE /* int, index among values */
} cli_kind;

typedef enum cli_group {
  CLI_SEARCHING,
  CLI_NETWORK,
  CLI_TRAINING,
  CLI_DATASET,
  CLI_ARITHMETIC,
  CLI_RESULT,
  CLI_GENERAL,
  CLI_GROUPS
} cli_group;

typedef struct cli_option {
  const char *name; /* without the dashes */
  char letter;      /* 0: none */
  cli_kind kind;
  size_t member; /* offset in cli_options */
  unsigned commands;
  cli_group group;
  const char *values; /* what stands after the option in help: a name, or the choices joined by '|'; */
  dnp_words *list;    /* or a list of choices */
  size_t low, high;
  const char *fallback[DNP_DATA_KINDS]; /* defaults as they would be typed, NULL if none */
  const char *help;                     /* in the catalogue */
  const char *more;           /* for the manual pages; NULL: nothing. Behind help, since options.txt gives both */
  const dnp_setting *setting; /* of a training; NULL: it is none */
} cli_option;

enum {
#define OPTION(id, ...) CLI_OPTION_##id,
#define SETTING(id, ...) CLI_OPTION_##id,
#include "cli/options.def"
#undef OPTION
#undef SETTING
  CLI_OPTIONS
};

extern const cli_option cli_option_table[CLI_OPTIONS];
extern const char *const cli_group_titles[CLI_GROUPS]; /* in the catalogue */
#define CLI_FALLBACK 32                                /* bytes of a number */
/* The default of an option for a command (NULL: none), as it would be typed, in `out` or a constant. command may be
 * NULL. */
const char *cli_fallback(int option, const cli_command *command, char out[CLI_FALLBACK]);
/* Other defaults that a setting has with another optimizer or the book's formulas: "--optimizer adam|adamw", "0.001".
 */
typedef struct cli_dependence {
  int on; /* an option */
  char words[DNP_WORDS], fallback[CLI_FALLBACK];
} cli_dependence;
/* The optimizer's own number that help tells first; NULL: optimizers have none. */
const char *cli_own_fallback(const cli_option *option, char out[CLI_FALLBACK]);
enum { CLI_DEPENDENCES = 8 }; /* at most */
size_t cli_dependences(int option, cli_dependence out[CLI_DEPENDENCES]);
/* What stands after the option in help, or its choices joined by '|'; NULL for a flag. */
const char *cli_values(const cli_option *option, char out[DNP_WORDS]);
dnp_words cli_loss_words; /* "auto" and the losses */
/* Place of `text` among choices joined by '|', in whatever case it is typed; -1 if it is none of them. */
int cli_choice(const char *choices, const char *text);
static inline bool cli_given(const cli_options *options, int option) { return options->given[option]; }

/* Reads --lang, --json from anywhere on the command line and the language from the environment, so that whatever goes
 * wrong later is told in the right way. The rest of *options is zeroed. */
void cli_foresee(cli_options *options, int argc, char **argv);
/* Fills *options (after cli_foresee), and positional[0..*count), which holds room for argc entries; argv itself is left
 * as it is. The first argument that is no option is the subcommand; "help" and "generate" leave options->command NULL
 * and stand in positional[0]. */
denpa_status cli_parse(cli_options *options, int argc, char **argv, char **positional, int *count, denpa_error *err);
/* Sets the option's member from `text`; `shown` is the option as messages name it. */
denpa_status cli_set(
    cli_options *options, const cli_option *option, const char *shown, const char *text, denpa_error *err);

/* Another value for one option, as if it had been typed behind all others; `value` has to live as long. */
denpa_status cli_put(cli_options *options, const char *name, const char *value, denpa_error *err);

/* Takes the defaults of a kind of data, where neither the user nor a recipe says otherwise. */
denpa_status cli_take_defaults(cli_options *options, dnp_data_kind kind, denpa_error *err);

/* ---- words that are not known (suggest.c) --------------------------------------------------------- */

/* The failure for an option that there is not, `shown` as it was typed, `name` without its dashes: what it is called
 * here, to which commands that belongs, or where the options stand. command: the one that it was given to, or NULL. */
denpa_status cli_unknown_option(const cli_command *command, const char *shown, const char *name, denpa_error *err);
/* The same for an option that belongs to other commands. */
denpa_status cli_misplaced_option(const cli_command *command, const cli_option *option, denpa_error *err);
denpa_status cli_unknown_command(const char *word, denpa_error *err);
/* DENPA_ERROR_ARGUMENT for a value that is none of the option's `values`: "a|b:NUMBER". */
denpa_status cli_unknown_value(
    const cli_option *option, const char *shown, const char *values, const char *typed, denpa_error *err);

/* ---- the subcommands' functions ----------------------------------------------------------------- */

#define COMMAND(id, name, ...) cli_run cli_##name;
#include "cli/commands.def"
#undef COMMAND

/* ---- what they share (main.c, help.c, generate.c, completion.c) ------------------------------------------------ */

enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

/* Tells the error on standard error (and, with --json, as an object on standard output); returns the exit status that
 * fits it: 2 for ARGUMENT, SYNTAX and SHAPE, else 1. */
int cli_fail(const cli_options *options, const denpa_error *err);
/* The same; the object of --json also has the members of `more`, which may be NULL and is taken over. */
int cli_fail_with(const cli_options *options, const denpa_error *err, struct json_t *more);

void cli_usage(FILE *out, const cli_options *options); /* the short one */
/* command NULL: denpa as a whole. brief: what is needed first, some 25 lines. */
void cli_help(FILE *out, const cli_options *options, const cli_command *command, bool brief);
/* What help says of an option's default for a command: "0.1, with --optimizer adam 0.001"; false if it has none. */
bool cli_fallback_text(int option, const cli_command *command, denpa_lang lang, char *out, size_t size);
/* "-o, --out FILE" into out[size]. */
void cli_option_synopsis(const cli_option *option, char *out, size_t size);
/* argv: man [COMMAND] | completion bash|zsh|fish. Writes to standard output. */
int cli_generate(const cli_options *options, int argc, char **argv);
/* Completion for a shell (completion.c); false if it is none of these. */
bool cli_completion(FILE *out, denpa_lang lang, const char *shell);

#endif
