/* completion.c: `denpa generate completion SHELL`: scripts by which bash, zsh and fish complete what is typed. Commands
 * and options come from their tables; what may stand for an argument or a value is read from the usage lines and the
 * values that help shows, by the names of the list below. The fixed parts are completion.bash and completion.zsh.
 * Called by generate.c. */
#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "book/book.h"
#include "book/lab.h"
#include "cli/bench_run.h"
#include "cli/cli.h"
#include "learn/learn.h"
#include "completion_bash.h"
#include "completion_zsh.h"

/* ---- what names stand for ------------------------------------------------------------------------ */

static const char *set_words(size_t index) {
  /* what may follow the colon is any number; these show that one may */
  static const char *const words[] = {"mnist", "digits", "digits:600", "digits:1200", "digits:5000", NULL};
  return words[index];
}
static const char *lesson_words(size_t index) { return index == 0 ? "all" : dnp_lessons[index - 1].name; }
static const char *work_words(size_t index) { return dnp_works[index].name; }
static const char *experiment_words(size_t index) {
  if (index == 0) return "all";
  return dnp_experiments[index - 1].id;
}
static const char *command_words(size_t index) { return cli_commands[index].name; }

#define TABLES "csv tsv tab txt data"
#define PICTURES "png pgm ppm"
#define MODELS "safetensors npz pkl pickle"

/* A name in capitals, as usage lines and values have it, and what is offered for it. */
typedef struct offer {
  const char *name;
  dnp_words *words;  /* or NULL */
  const char *files; /* endings; "any"; "/": folders only; NULL: no files. Folders always come with files */
  bool numbers;      /* a colon and a number follow each word */
} offer;

static const offer offers[] = {
    {.name = "DATA", .words = set_words, .files = TABLES},
    {.name = "MODEL", .files = MODELS},
    {.name = "RUN", .files = "/"},
    {.name = "DIR", .files = "/"},
    {.name = "FILE", .files = "any"},
    {.name = "INPUT", .files = PICTURES " " TABLES},
    {.name = "LESSON", .words = lesson_words},
    {.name = "WORK", .words = work_words},
    {.name = "EXPERIMENT", .words = experiment_words},
    {.name = "COMMAND", .words = command_words},
    {.name = "RULE", .words = denpa_init_name},
    {.name = "HOW", .words = dnp_augment_word, .numbers = true},
};

static const offer *find(const char *name, size_t length) {
  for (size_t i = 0; i < sizeof offers / sizeof *offers; i++)
    if (strlen(offers[i].name) == length && memcmp(offers[i].name, name, length) == 0) return &offers[i];
  return NULL;
}

/* ---- usage lines --------------------------------------------------------------------------------- */

enum { PLACES = 10 }; /* of arguments, told apart */

/* One word of a usage line: "[DATA]", "list", "[INPUT...]". */
typedef struct place {
  const char *name;
  size_t length;
  bool word;     /* it is typed as it stands; else name is a name of offers */
  bool repeated; /* holds for every further argument too */
} place;

/* The next word at *at; false behind the last, or where an option follows. */
static bool next_place(const char **at, place *p) {
  *at += strspn(*at, " [");
  if (**at == '\0' || **at == '-') return false;
  *p = (place){.name = *at, .length = strcspn(*at, " ].")};
  p->word = islower((unsigned char)*p->name) != 0;
  *at += p->length;
  p->repeated = **at == '.';
  *at += strcspn(*at, " ");
  return true;
}

/* ---- words --------------------------------------------------------------------------------------- */

static void put_words(FILE *out, const offer *o) {
  for (size_t i = 0; o->words != NULL && o->words(i) != NULL; i++) fprintf(out, i == 0 ? "%s" : " %s", o->words(i));
}

/* What is offered for the value of an option: words into `words` (joined by blanks), endings of files, a file behind
 * '@'. Words are what begins small or is listed. */
typedef struct value {
  char words[2 * DNP_WORDS];
  const char *files;
  bool at;
} value;

static void add_word(value *v, const char *word, size_t length, bool number) {
  const size_t used = strlen(v->words);
  snprintf(
      v->words + used, sizeof v->words - used, "%s%.*s%s", used > 0 ? " " : "", (int)length, word, number ? ":" : "");
}

/* The words of a name, but for those that stand there with a number already. */
static void add_offer(value *v, const offer *o) {
  char numbered[DNP_WORDS];
  for (size_t i = 0; o->words != NULL && o->words(i) != NULL; i++) {
    snprintf(numbered, sizeof numbered, "%s:", o->words(i));
    if (strstr(v->words, numbered) == NULL) add_word(v, o->words(i), strlen(o->words(i)), o->numbers);
  }
  if (o->files != NULL) v->files = o->files;
}

/* One of the alternatives that help shows: "tanh", "normal:STD", "leaky-relu:SLOPE" (whose number may be left out),
 * "@FILE", "RULE". */
static void add_alternative(value *v, const cli_option *o, const char *text, size_t length) {
  const char *colon = memchr(text, ':', length);
  const offer *stands = find(text, length);
  if (stands != NULL)
    add_offer(v, stands);
  else if (*text == '@')
    v->at = true;
  else if (islower((unsigned char)*text) != 0)
    add_word(v, text, colon == NULL ? length : (size_t)(colon - text), colon != NULL && o->kind != CLI_NAMED);
}

static void read_value(value *v, const cli_option *o) {
  char room[DNP_WORDS];
  *v = (value){0};
  for (const char *at = cli_values(o, room); at != NULL && *at != '\0'; at += *at == '|') {
    const size_t length = strcspn(at, "|");
    add_alternative(v, o, at, length);
    at += length;
  }
}

/* inside '...' of a shell; `also` gets a backslash */
static void put_quoted(FILE *out, const char *text, const char *also) {
  for (; *text != '\0'; text++) {
    if (*text == '\'')
      fputs("'\\''", out);
    else
      fprintf(out, strchr(also, *text) != NULL ? "\\%c" : "%c", *text);
  }
}

static void put_option_names(FILE *out, unsigned commands) {
  for (int i = 0; i < CLI_OPTIONS; i++)
    if ((cli_option_table[i].commands & commands) == commands) fprintf(out, "--%s ", cli_option_table[i].name);
}

static void put_commands(FILE *out) {
  put_words(out, find("COMMAND", 7));
  fputs(" help", out);
}

/* ---- bash ---------------------------------------------------------------------------------------- */

static void bash_offer(FILE *out, const char *words, const char *files, bool at) {
  if (*words != '\0') fprintf(out, " _denpa_words '%s';", words);
  if (files != NULL) fprintf(out, " _denpa_files '%s';", files);
  if (at) fputs(" _denpa_at;", out);
}

/* --epochs|--out|-o, of all options with a value */
static void bash_name(FILE *out, const cli_option *o) {
  fprintf(out, "--%s", o->name);
  if (o->letter != '\0') fprintf(out, "|-%c", o->letter);
}

static void bash_values(FILE *out) {
  bool first = true;
  fputs("\n_denpa_valued() {\n  case $1 in\n    ", out);
  for (int i = 0; i < CLI_OPTIONS; i++) {
    if (cli_option_table[i].kind == CLI_FLAG) continue;
    fputs(first ? "" : "|", out);
    bash_name(out, &cli_option_table[i]);
    first = false;
  }
  fputs(") ;;\n    *) return 1 ;;\n  esac\n}\n\n_denpa_value() {\n  case $1 in\n", out);
  for (int i = 0; i < CLI_OPTIONS; i++) {
    value v;
    read_value(&v, &cli_option_table[i]);
    if (v.words[0] == '\0' && v.files == NULL && !v.at) continue;
    fputs("    ", out);
    bash_name(out, &cli_option_table[i]);
    fputc(')', out);
    bash_offer(out, v.words, v.files, v.at);
    fputs(";\n", out);
  }
  fputs("  esac\n}\n", out);
}

/* Arms of `case COMMAND:PLACE:FIRST-ARGUMENT`; bash looks at each, so that usage lines add up. */
static void bash_place(FILE *out, const cli_command *c, int index, const place *p, const place *first) {
  const offer *stands = p->word ? NULL : find(p->name, p->length);
  if (stands == NULL && !p->word) return;
  fprintf(out, p->repeated ? "    %s:[%d-9]:" : "    %s:%d:", c->name, index);
  if (index > 0 && first->word)
    fprintf(out, "%.*s)", (int)first->length, first->name);
  else
    fputs("*)", out);
  if (p->word) fprintf(out, " _denpa_words '%.*s';", (int)p->length, p->name);
  if (stands != NULL && stands->words != NULL) {
    fputs(" _denpa_words '", out);
    put_words(out, stands);
    fputs("';", out);
  }
  if (stands != NULL && stands->files != NULL) fprintf(out, " _denpa_files '%s';", stands->files);
  fputs(";&\n", out);
}

static void bash_arguments(FILE *out) {
  fputs("\n_denpa_argument() {\n  case $1 in\n    :*) _denpa_words '", out);
  put_commands(out);
  fputs("' ;;\n    help:0:*) _denpa_words '", out);
  put_words(out, find("COMMAND", 7));
  fputs("' ;;\n", out);
  for (const cli_command *c = NULL; (c = cli_command_next(c, CLI_ALL)) != NULL;)
    for (int line = 0; line < CLI_PARAGRAPHS && c->arguments[line] != NULL; line++) {
      const char *at = c->arguments[line];
      place p, first = {0};
      for (int index = 0; index < PLACES && next_place(&at, &p); index++) {
        if (index == 0) first = p;
        bash_place(out, c, index, &p, &first);
      }
    }
  fputs("  esac\n}\n", out);
}

static void bash_options(FILE *out) {
  fputs("\n_denpa_options() {\n  local words\n  case $1 in\n", out);
  for (const cli_command *c = NULL; (c = cli_command_next(c, CLI_ALL)) != NULL;) {
    fprintf(out, "    %s) words='", c->name);
    put_option_names(out, c->bit);
    fputs("' ;;\n", out);
  }
  fputs("    *) words='", out);
  put_option_names(out, CLI_ALL);
  fputs("' ;;\n  esac\n  _denpa_words \"$words\"\n}\n", out);
}

static void bash_completion(FILE *out, denpa_lang lang) {
  (void)lang; /* bash shows words only */
  fwrite(completion_bash, 1, sizeof completion_bash, out);
  bash_values(out);
  bash_arguments(out);
  bash_options(out);
}

/* ---- zsh ----------------------------------------------------------------------------------------- */

static void zsh_option(FILE *out, denpa_lang lang, const cli_option *o) {
  value v;
  read_value(&v, o);
  fprintf(out, "        '--%s", o->name);
  if (o->kind != CLI_FLAG) fputc('=', out);
  fputc('[', out);
  put_quoted(out, dnp_translate(lang, o->help), "[]:\\");
  fputc(']', out);
  if (o->kind != CLI_FLAG) {
    fprintf(out, ":%s:", o->name);
    if (v.files != NULL || v.words[0] != '\0') {
      fputs(" _denpa_offer \"", out);
      put_quoted(out, v.words, ":");
      fprintf(out, "\" \"%s\"", v.files != NULL ? v.files : "");
    }
  }
  fputs("' \\\n", out);
}

/* Word number `index` of a usage line; false if it is shorter. */
static bool place_at(const char *line, int index, place *p) {
  bool there = line != NULL;
  for (int i = 0; there && i <= index; i++) there = next_place(&line, p);
  return there;
}

/* What the usage lines of a command have at a place, together; false if they have nothing there. */
static bool zsh_place(FILE *out, const cli_command *c, int index) {
  bool some = false;
  const char *files = "";
  place p;
  for (int line = 0; line < CLI_PARAGRAPHS; line++) {
    if (!place_at(c->arguments[line], index, &p)) continue;
    const offer *stands = p.word ? NULL : find(p.name, p.length);
    if (!some) {
      fprintf(out, p.repeated ? "        '*:" : "        '%d:", index + 1);
      fprintf(out, "%.*s: _denpa_offer \"", (int)p.length, p.name);
    }
    some = true;
    if (p.word) fprintf(out, "%.*s ", (int)p.length, p.name);
    for (size_t i = 0; stands != NULL && stands->words != NULL && stands->words(i) != NULL; i++)
      put_quoted(out, stands->words(i), ":"), fputc(' ', out);
    if (stands != NULL && stands->files != NULL && (*files == '\0' || *files == '/')) files = stands->files;
  }
  if (some) fprintf(out, "\" \"%s\"' \\\n", files);
  return some;
}

static void zsh_completion(FILE *out, denpa_lang lang) {
  fwrite(completion_zsh, 1, sizeof completion_zsh, out);
  fputs("_denpa() {\n  local -a commands\n  commands=(\n", out);
  for (const cli_command *c = NULL; (c = cli_command_next(c, CLI_ALL)) != NULL;) {
    fprintf(out, "    '%s:", c->name);
    put_quoted(out, dnp_translate(lang, c->summary), ":\\");
    fputs("'\n", out);
  }
  fputs("  )\n  if (( CURRENT == 2 )) || [[ $words[2] == help ]]; then\n    _describe 'command' commands\n    return\n "
        " fi\n"
        "  local command=$words[2]\n  shift words\n  (( CURRENT-- ))\n  case $command in\n",
      out);
  for (const cli_command *c = NULL; (c = cli_command_next(c, CLI_ALL)) != NULL;) {
    fprintf(out, "    %s)\n      _arguments \\\n", c->name);
    for (int i = 0; i < CLI_OPTIONS; i++)
      if ((cli_option_table[i].commands & c->bit) != 0) zsh_option(out, lang, &cli_option_table[i]);
    for (int index = 0; index < PLACES && zsh_place(out, c, index); index++) continue;
    fputs("        ;;\n", out);
  }
  fputs("  esac\n}\n_denpa \"$@\"\n", out);
}

/* ---- fish ---------------------------------------------------------------------------------------- */

/* The words of a command's arguments, wherever they stand; files too, unless no argument is one. */
static void fish_arguments(FILE *out, const cli_command *c) {
  bool files = false;
  fprintf(out, "complete -c denpa -n '__fish_seen_subcommand_from %s' -a '", c->name);
  for (int line = 0; line < CLI_PARAGRAPHS && c->arguments[line] != NULL; line++) {
    const char *at = c->arguments[line];
    place p;
    while (next_place(&at, &p)) {
      const offer *stands = p.word ? NULL : find(p.name, p.length);
      if (p.word) fprintf(out, "%.*s ", (int)p.length, p.name);
      if (stands != NULL) put_words(out, stands), fputc(' ', out);
      files = files || (stands != NULL && stands->files != NULL);
    }
  }
  fputs(files ? "'\n" : "' -f\n", out);
}

static void fish_completion(FILE *out, denpa_lang lang) {
  fputs("# fish completion for denpa, written by `denpa generate completion fish`\nset -l commands ", out);
  put_commands(out);
  fputc('\n', out);
  for (const cli_command *c = NULL; (c = cli_command_next(c, CLI_ALL)) != NULL;) {
    fprintf(out, "complete -c denpa -n \"not __fish_seen_subcommand_from $commands\" -f -a %s -d '", c->name);
    put_quoted(out, dnp_translate(lang, c->summary), "\\");
    fputs("'\n", out);
    fish_arguments(out, c);
  }
  for (int i = 0; i < CLI_OPTIONS; i++) {
    const cli_option *o = &cli_option_table[i];
    value v;
    read_value(&v, o);
    fputs("complete -c denpa -n '__fish_seen_subcommand_from", out);
    for (const cli_command *c = NULL; (c = cli_command_next(c, o->commands)) != NULL;) fprintf(out, " %s", c->name);
    fprintf(out, "' -l %s", o->name);
    if (o->letter != '\0') fprintf(out, " -s %c", o->letter);
    if (o->kind != CLI_FLAG) fputs(v.files != NULL || v.at ? " -r" : " -x", out);
    if (v.words[0] != '\0') fprintf(out, " -a '%s'", v.words);
    fputs(" -d '", out);
    put_quoted(out, dnp_translate(lang, o->help), "\\");
    fputs("'\n", out);
  }
}

bool cli_completion(FILE *out, denpa_lang lang, const char *shell) {
  static const struct {
    const char *name;
    void (*write)(FILE *out, denpa_lang lang);
  } shells[] = {{"bash", bash_completion}, {"zsh", zsh_completion}, {"fish", fish_completion}};
  for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
    if (strcmp(shell, shells[i].name) == 0) return shells[i].write(out, lang), true;
  return false;
}
