/* settings.c: the options that are settings of a training (learn/settings.def): their defaults where the optimizer has
 * its own, which of them mean something together, and the library's options that come of them. Called by options.c,
 * help.c and the subcommands that train. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "cli/shared.h"
#include "learn/learn.h"

const char *cli_values(const cli_option *option, char out[DNP_WORDS]) {
  return dnp_words_joined(option->values, option->list, out);
}

const char *cli_loss_words(size_t index) { return index == 0 ? "auto" : dnp_loss_usage(index - 1); }

/* ---- defaults ----------------------------------------------------------------------------------- */

static bool has_own(const dnp_setting *s) { return s != NULL && !isnan(s->own(dnp_optimizer_at(0), false)); }

/* The optimizer whose own number is the default that is told first: that of the default optimizer, if the setting means
 * something there, else that of most. */
static const dnp_optimizer *usual(const dnp_setting *s) {
  const dnp_optimizer *best = dnp_optimizer_at(0), *a, *b;
  size_t most = 0;
  if (s->used(best, DENPA_SCHEDULE_CONSTANT)) return best;
  for (size_t i = 0; (a = dnp_optimizer_at(i)) != NULL; i++) {
    size_t count = 0;
    for (size_t k = 0; (b = dnp_optimizer_at(k)) != NULL; k++)
      count += s->used(b, DENPA_SCHEDULE_CONSTANT) && s->own(b, false) == s->own(a, false);
    if (!s->used(a, DENPA_SCHEDULE_CONSTANT) || count <= most) continue;
    most = count;
    best = a;
  }
  return best;
}

/* The fewest digits, as people type them: 1e-8, not 1e-08. */
static void number_text(double value, char out[CLI_FALLBACK]) {
  dnp_format_shortest(out, CLI_FALLBACK, value);
  char *digits = strchr(out, 'e');
  if (digits == NULL) return;
  digits += 1 + (digits[1] == '-' || digits[1] == '+');
  memmove(digits, digits + strspn(digits, "0"), strlen(digits + strspn(digits, "0")) + 1);
}

const char *cli_own_fallback(const cli_option *option, char out[CLI_FALLBACK]) {
  if (!has_own(option->setting)) return NULL;
  number_text(option->setting->own(usual(option->setting), false), out);
  return out;
}

static void add_word(cli_dependence *d, const char *word) {
  const size_t length = strlen(d->words);
  snprintf(d->words + length, sizeof d->words - length, "%s%s", length > 0 ? "|" : "", word);
}

size_t cli_dependences(int option, cli_dependence out[CLI_DEPENDENCES]) {
  const dnp_setting *s = cli_option_table[option].setting;
  const dnp_optimizer *o;
  size_t count = 0;
  if (!has_own(s)) return 0;
  const dnp_optimizer *first = usual(s);
  const double told = s->own(first, false), book = s->own(first, true);
  for (size_t i = 0; (o = dnp_optimizer_at(i)) != NULL; i++) {
    const double own = s->own(o, false);
    char text[CLI_FALLBACK];
    size_t k = 0;
    if (!s->used(o, DENPA_SCHEDULE_CONSTANT) || own == told) continue;
    number_text(own, text);
    while (k < count && strcmp(out[k].fallback, text) != 0) k++;
    if (k == CLI_DEPENDENCES - 1) continue; /* one is for the book */
    if (k == count) {
      out[count] = (cli_dependence){.on = CLI_OPTION_OPTIMIZER};
      memcpy(out[count++].fallback, text, sizeof text);
    }
    add_word(&out[k], o->name);
  }
  if (book == told) return count;
  out[count] = (cli_dependence){.on = CLI_OPTION_COMPAT, .words = "book"};
  number_text(book, out[count].fallback);
  return count + 1;
}

/* ---- what goes together ------------------------------------------------------------------------- */

/* The optimizers with which the setting means something; "" if the optimizer is not what it hangs on. */
static void optimizers_with(const dnp_setting *s, denpa_schedule schedule, cli_dependence *out) {
  const dnp_optimizer *o;
  for (size_t i = 0; (o = dnp_optimizer_at(i)) != NULL; i++)
    if (s->used(o, schedule)) add_word(out, o->name);
}

static void schedules_with(const dnp_setting *s, const dnp_optimizer *optimizer, cli_dependence *out) {
  const char *word;
  for (size_t i = 0; (word = dnp_schedule_word(i)) != NULL; i++)
    if (s->used(optimizer, (denpa_schedule)i)) add_word(out, word);
}

static denpa_status check_used(const cli_options *o, int option, const dnp_optimizer *optimizer, denpa_error *err) {
  const cli_option *row = &cli_option_table[option];
  cli_dependence with = {.on = CLI_OPTION_OPTIMIZER};
  if (row->setting->used(optimizer, o->train.schedule)) return DENPA_OK;
  optimizers_with(row->setting, o->train.schedule, &with);
  if (with.words[0] != '\0')
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "--{1} has no meaning for the optimizer {2}; it belongs to {3}",
        dnp_s(row->name), dnp_s(optimizer->name), dnp_s(with.words));
  schedules_with(row->setting, optimizer, &with);
  return dnp_fail(err, DENPA_ERROR_ARGUMENT, "--{1} has no meaning for the schedule {2}; it belongs to --schedule {3}",
      dnp_s(row->name), dnp_s(dnp_schedule_word(o->train.schedule)), dnp_s(with.words));
}

denpa_status cli_check_train(const cli_options *o, denpa_error *err) {
  const dnp_optimizer *optimizer;
  DNP_TRY(dnp_optimizer_find(o->train.optimizer, &optimizer, err));
  for (int i = 0; i < CLI_OPTIONS; i++)
    if (cli_given(o, i) && cli_option_table[i].setting != NULL) DNP_TRY(check_used(o, i, optimizer, err));
  if (o->train.patience > 0 && !(o->train.validation > 0))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "--patience looks at the validation loss, so it needs --validation SHARE too, such as --validation 0.1");
  return DENPA_OK;
}

denpa_train_options cli_train_options(const cli_options *options) {
  denpa_train_options train = options->train;
  const dnp_optimizer *optimizer;
  if (dnp_optimizer_find(train.optimizer, &optimizer, NULL) == DENPA_OK) dnp_settings_resolve(&train, optimizer);
  return train;
}
