/* completion.c: `denpa generate completion SHELL`: scripts by which bash, zsh and fish complete what is typed. Commands
 * and options come from their tables; what may stand for an argument or a value is read from the usage lines and the
 * values that help shows, by the names of the list below. The fixed parts are completion.bash, .zsh and .fish.
 * Called by generate.c. */
#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "book/book.h"
#include "book/lab.h"
#include "cli/bench_run.h"
#include "cli/cli.h"
#include "learn/learn.h"
#include "completion_bash.h"
#include "completion_fish.h"
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

enum { ROOM = 4096 }; /* for all words of one place */

/* One more word behind those that are there, and a blank between. */
static void append(char words[ROOM], const char *word, size_t length) {
  const size_t used = strlen(words);
  assert(used + length + sizeof " :" <= ROOM);
  snprintf(words + used, ROOM - used, "%s%.*s", used > 0 ? " " : "", (int)length, word);
}

/* What is offered for the value of an option: words into `words` (joined by blanks), endings of files, a file behind
 * '@'. Words are what begins small or is listed. */
typedef struct value {
  char words[ROOM];
  const char *files;
  bool at;
} value;

static void add_word(value *v, const char *word, size_t length, bool number) {
  append(v->words, word, length);
  if (number) memcpy(v->words + strlen(v->words), ":", sizeof ":");
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

/* ---- what the shells share ------------------------------------------------------------------------ */

/* bash and zsh write functions alike but for how an arm lets those behind it be looked at too. */
typedef enum dialect { BASH, ZSH, FISH } dialect;

/* Calls of the functions of completion.bash, completion.zsh, completion.fish. */
static void put_offer(FILE *out, const char *words, const char *files, bool at) {
  const char *between = "";
  if (*words != '\0') fprintf(out, "%s_denpa_words '%s'", between, words), between = "; ";
  if (files != NULL) fprintf(out, "%s_denpa_files '%s'", between, files), between = "; ";
  if (at) fprintf(out, "%s_denpa_at", between);
}

/* --out|-o */
static void put_names(FILE *out, const cli_option *o, const char *between) {
  fprintf(out, "--%s", o->name);
  if (o->letter != '\0') fprintf(out, "%s-%c", between, o->letter);
}

static bool has_offer(const value *v) { return v->words[0] != '\0' || v->files != NULL || v->at; }

/* _denpa_value OPTION */
static void put_values(FILE *out, dialect s) {
  fputs(s == FISH ? "\nfunction _denpa_value\n    switch $argv[1]\n" : "\n_denpa_value() {\n  case $1 in\n", out);
  for (int i = 0; i < CLI_OPTIONS; i++) {
    value v;
    read_value(&v, &cli_option_table[i]);
    if (!has_offer(&v)) continue;
    fputs(s == FISH ? "        case " : "    ", out);
    put_names(out, &cli_option_table[i], s == FISH ? " " : "|");
    fputs(s == FISH ? "\n            " : ") ", out);
    put_offer(out, v.words, v.files, v.at);
    fputs(s == FISH ? "\n" : " ;;\n", out);
  }
  fputs(s == FISH ? "    end\nend\n" : "  esac\n}\n", out);
}

/* An arm of _denpa_argument. Each that fits is taken, so that usage lines add up. */
static void put_place(FILE *out, dialect s, const cli_command *c, int index, const place *p, const place *first) {
  const offer *stands = p->word ? NULL : find(p->name, p->length);
  char words[ROOM] = "";
  if (stands == NULL && !p->word) return;
  fprintf(out, s == FISH ? "    if string match -q -r -- '^%s:" : "    %s:", c->name);
  fprintf(out, p->repeated ? "[%d-9]:" : "%d:", index);
  if (index > 0 && first->word)
    fprintf(out, s == FISH ? "%.*s$' $argv[1]\n        " : "%.*s) ", (int)first->length, first->name);
  else
    fputs(s == FISH ? "' $argv[1]\n        " : "*) ", out);
  if (p->word) append(words, p->name, p->length);
  for (size_t i = 0; stands != NULL && stands->words != NULL && stands->words(i) != NULL; i++)
    append(words, stands->words(i), strlen(stands->words(i)));
  put_offer(out, words, stands != NULL ? stands->files : NULL, false);
  fputs(s == FISH ? "\n    end\n" : s == ZSH ? " ;|\n" : " ;;&\n", out);
}

/* A usage line that is a word and no more ends there, whatever other lines have room for. */
static void put_end(FILE *out, dialect s, const cli_command *c, const place *first) {
  fprintf(out,
      s == FISH ? "    if string match -q -r -- '^%s:[1-9]:%.*s$' $argv[1]\n        return\n    end\n"
                : "    %s:[1-9]:%.*s) ;;\n",
      c->name, (int)first->length, first->name);
}

static void put_ends(FILE *out, dialect s, const cli_command *c) {
  for (int line = 0; line < CLI_PARAGRAPHS && c->arguments[line] != NULL; line++) {
    const char *at = c->arguments[line];
    place first, second;
    if (next_place(&at, &first) && first.word && !next_place(&at, &second)) put_end(out, s, c, &first);
  }
}

static void put_places(FILE *out, dialect s) {
  for (const cli_command *c = NULL; (c = cli_command_next(c, CLI_ALL)) != NULL;) {
    put_ends(out, s, c);
    for (int line = 0; line < CLI_PARAGRAPHS && c->arguments[line] != NULL; line++) {
      const char *at = c->arguments[line];
      place p, first = {0};
      for (int index = 0; index < PLACES && next_place(&at, &p); index++) {
        if (index == 0) first = p;
        put_place(out, s, c, index, &p, &first);
      }
    }
  }
}

/* ---- bash ---------------------------------------------------------------------------------------- */

static void bash_valued(FILE *out) {
  bool first = true;
  fputs("\n_denpa_valued() {\n  case $1 in\n    ", out);
  for (int i = 0; i < CLI_OPTIONS; i++) {
    if (cli_option_table[i].kind == CLI_FLAG) continue;
    fputs(first ? "" : "|", out);
    put_names(out, &cli_option_table[i], "|");
    first = false;
  }
  fputs(") ;;\n    *) return 1 ;;\n  esac\n}\n", out);
}

static void bash_arguments(FILE *out) {
  fputs("\n_denpa_argument() {\n  case $1 in\n    :*) _denpa_words '", out);
  put_commands(out);
  fputs("' ;;\n    help:0:*) _denpa_words '", out);
  put_words(out, find("COMMAND", 7));
  fputs("' ;;\n", out);
  put_places(out, BASH);
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
  bash_valued(out);
  put_values(out, BASH);
  bash_arguments(out);
  bash_options(out);
}

/* ---- zsh ----------------------------------------------------------------------------------------- */

/* '(-o --out)'{-o+,--out=}'[help]:out: _denpa_value --out' */
static void zsh_option(FILE *out, denpa_lang lang, const cli_option *o) {
  const bool valued = o->kind != CLI_FLAG;
  value v;
  read_value(&v, o);
  fputs("        ", out);
  if (o->kind == CLI_TEXTS) /* again and again */
    fputs("'*'", out);
  else if (o->letter != '\0')
    fprintf(out, "'(-%c --%s)'", o->letter, o->name);
  if (o->letter != '\0')
    fprintf(out, valued ? "{-%c+,--%s=}" : "{-%c,--%s}", o->letter, o->name);
  else
    fprintf(out, valued ? "--%s=" : "--%s", o->name);
  fputs("'[", out);
  put_quoted(out, dnp_translate(lang, o->help), "[]:\\");
  fputc(']', out);
  if (valued) fprintf(out, ":%s:", o->name);
  if (has_offer(&v)) fprintf(out, " _denpa_value --%s", o->name);
  fputs("' \\\n", out);
}

static void zsh_options(FILE *out, denpa_lang lang, unsigned commands) {
  for (int i = 0; i < CLI_OPTIONS; i++)
    if ((cli_option_table[i].commands & commands) == commands) zsh_option(out, lang, &cli_option_table[i]);
}

static void zsh_completion(FILE *out, denpa_lang lang) {
  fwrite(completion_zsh, 1, sizeof completion_zsh, out);
  put_values(out, ZSH);
  fputs("\n_denpa_argument() {\n  case $1 in\n", out);
  put_places(out, ZSH);
  fputs("  esac\n}\n\n_denpa() {\n  local curcontext=$curcontext state line\n  local -A opt_args\n"
        "  local -a commands\n  commands=(\n",
      out);
  for (const cli_command *c = NULL; (c = cli_command_next(c, CLI_ALL)) != NULL;) {
    fprintf(out, "    '%s:", c->name);
    put_quoted(out, dnp_translate(lang, c->summary), ":\\");
    fputs("'\n", out);
  }
  fputs("  )\n  _arguments -C \\\n", out);
  zsh_options(out, lang, CLI_ALL);
  fputs("        '(-): :->command' '(-)*:: :->rest'\n"
        "  if [[ $state == command || ($words[1] == help && $CURRENT -eq 2) ]]; then\n"
        "    _describe command commands\n    return\n  fi\n  [[ $state == rest ]] || return\n  case $words[1] in\n",
      out);
  for (const cli_command *c = NULL; (c = cli_command_next(c, CLI_ALL)) != NULL;) {
    fprintf(out, "    %s)\n      _arguments \\\n", c->name);
    zsh_options(out, lang, c->bit);
    fprintf(out, "        '1: : _denpa_here %s 0' '2: : _denpa_here %s 1' '*: : _denpa_here %s 2' ;;\n", c->name,
        c->name, c->name);
  }
  fputs("  esac\n}\n_denpa \"$@\"\n", out);
}

/* ---- fish ---------------------------------------------------------------------------------------- */

static void fish_functions(FILE *out) {
  fputs("\nfunction _denpa_valued\n    contains -- $argv[1]", out);
  for (int i = 0; i < CLI_OPTIONS; i++) {
    if (cli_option_table[i].kind == CLI_FLAG) continue;
    fputc(' ', out);
    put_names(out, &cli_option_table[i], " ");
  }
  fputs("\nend\n", out);
  put_values(out, FISH);
  fputs("\nfunction _denpa_argument\n", out);
  put_places(out, FISH);
  fputs("end\n\n", out);
}

static void fish_option(FILE *out, denpa_lang lang, const cli_option *o) {
  value v;
  read_value(&v, o);
  fputs("complete -c denpa", out);
  if (o->commands != CLI_ALL) {
    fputs(" -n '_denpa_is", out);
    for (const cli_command *c = NULL; (c = cli_command_next(c, o->commands)) != NULL;) fprintf(out, " %s", c->name);
    fputc('\'', out);
  }
  fprintf(out, " -l %s", o->name);
  if (o->letter != '\0') fprintf(out, " -s %c", o->letter);
  if (o->kind != CLI_FLAG) fputs(" -x", out);
  if (has_offer(&v)) fprintf(out, " -a '(_denpa_value --%s)'", o->name);
  fputs(" -d '", out);
  put_quoted(out, dnp_translate(lang, o->help), "\\");
  fputs("'\n", out);
}

static void fish_completion(FILE *out, denpa_lang lang) {
  fwrite(completion_fish, 1, sizeof completion_fish, out);
  fish_functions(out);
  fputs("complete -c denpa -f\n", out);
  for (const cli_command *c = NULL; (c = cli_command_next(c, CLI_ALL)) != NULL;) {
    fprintf(out, "complete -c denpa -n _denpa_asks_command -a %s -d '", c->name);
    put_quoted(out, dnp_translate(lang, c->summary), "\\");
    fputs("'\n", out);
  }
  fputs("complete -c denpa -n 'not _denpa_asks_command' -a '(_denpa_argument (_denpa_place))'\n", out);
  for (int i = 0; i < CLI_OPTIONS; i++) fish_option(out, lang, &cli_option_table[i]);
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
