/* settings.c: the table of settings that settings.def gives, and what is done with any of them alike: defaults, checks,
 * the metadata of a model file, written and read back. What a setting does stands where it is used. Called by train.c,
 * optimizer_state.c and by the command's parser. */
#include "learn/settings.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/options.h"
#include "base/text.h"
#include "learn/learn.h"

/* ---- the table ---------------------------------------------------------------------------------- */

#define NONE ((double)NAN)
#define SETTING(id, member, type, kind, low, high, fallback, its_own, is_used, ...) \
  static double own_##member(const dnp_optimizer *optimizer, bool book) { \
    (void)optimizer, (void)book; \
    return its_own; \
  } \
  static bool used_##member(const dnp_optimizer *optimizer, denpa_schedule schedule) { \
    (void)optimizer, (void)schedule; \
    return is_used; \
  }
#include "learn/settings.def"
#undef SETTING

#define WORDS(names) NULL, .list = names
const dnp_setting dnp_settings[DNP_SETTINGS] = {
#define SETTING(id, field, type, a_kind, least, most, fallback, its_own, is_used, a_key, at, a_label, an_example, \
    option, commands, group, words, ...) \
  {.name = #field, \
      .kind = DNP_SETTING_##a_kind, \
      .member = offsetof(denpa_train_options, field), \
      .low = least, \
      .high = (double)(most), \
      .own = own_##field, \
      .used = used_##field, \
      .key = a_key, \
      .when = DNP_SETTING_##at, \
      .label = a_label, \
      .example = an_example, \
      .values = words},
#include "learn/settings.def"
#undef SETTING
};

/* ---- a row for each member, a member for each row ------------------------------------------------ */

/* The struct as the rows have it: a row without a member, or at another place, or of another type, does not compile. */
struct rows {
  size_t size; /* of the struct; not a setting */
#define SETTING(id, member, type, ...) type member;
#include "learn/settings.def"
#undef SETTING
};
#define SETTING(id, member, type, ...) \
  _Static_assert(offsetof(struct rows, member) == offsetof(denpa_train_options, member), \
      "the rows of settings.def stand in the order of denpa_train_options, none is left out"); \
  _Static_assert(_Generic(((denpa_train_options *)NULL)->member, type : 1, default : 0), \
      "a row of settings.def has the type of its member");
#include "learn/settings.def"
#undef SETTING

/* A member without a row is one that this list does not reach. */
#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wmissing-field-initializers"
denpa_train_options denpa_train_options_default(void) {
  return (denpa_train_options){sizeof(denpa_train_options),
#define SETTING(id, member, type, kind, low, high, fallback, ...) fallback,
#include "learn/settings.def"
#undef SETTING
      /* on_epoch, on_progress, on_update, context */
      NULL, NULL, NULL, NULL};
}
#pragma GCC diagnostic pop

denpa_status dnp_train_options_take(denpa_train_options *out, const denpa_train_options *given, denpa_error *err) {
  const denpa_train_options plain = *out = denpa_train_options_default();
  DNP_TRY(dnp_options_take(out, given, sizeof *out, "denpa_train_options", err));
  if (out->optimizer == NULL) out->optimizer = plain.optimizer;
  return DENPA_OK;
}

/* ---- words -------------------------------------------------------------------------------------- */

const char *dnp_words_joined(const char *values, dnp_words *list, char out[DNP_WORDS]) {
  size_t length = 0;
  if (list == NULL) return values;
  out[0] = '\0';
  for (size_t i = 0; list(i) != NULL && length < DNP_WORDS; i++)
    length += (size_t)snprintf(out + length, DNP_WORDS - length, "%s%s", i > 0 ? "|" : "", list(i));
  return out;
}

int dnp_words_find(const char *words, const char *text) {
  const size_t length = strlen(text);
  for (int index = 0;; index++) {
    const size_t span = strcspn(words, "|");
    if (span == length && strncmp(words, text, length) == 0) return index;
    if (words[span] == '\0') return -1;
    words += span + 1;
  }
}

/* Word number `index` into out; false if there are not so many. */
static bool word_at(const char *words, unsigned index, char out[DNP_WORDS]) {
  for (; index > 0; index--) {
    words += strcspn(words, "|");
    if (*words++ == '\0') return false;
  }
  snprintf(out, DNP_WORDS, "%.*s", (int)strcspn(words, "|"), words);
  return true;
}

/* ---- values ------------------------------------------------------------------------------------- */

static const void *place(const dnp_setting *s, const denpa_train_options *o) {
  return (const unsigned char *)o + s->member;
}
static bool is_real(const dnp_setting *s) {
  return s->kind == DNP_SETTING_RATE || s->kind == DNP_SETTING_REAL || s->kind == DNP_SETTING_SHARE;
}
static double real_of(const dnp_setting *s, const denpa_train_options *o) { return *(const double *)place(s, o); }
static unsigned choice_of(const dnp_setting *s, const denpa_train_options *o) { return *(const unsigned *)place(s, o); }
static const char *text_of(const dnp_setting *s, const denpa_train_options *o) {
  return *(const char *const *)place(s, o);
}

static size_t size_of(const dnp_setting *s) {
  return is_real(s)                                                   ? sizeof(double)
         : s->kind == DNP_SETTING_CHOICE                              ? sizeof(unsigned)
         : s->kind == DNP_SETTING_SIZE                                ? sizeof(size_t)
         : s->kind == DNP_SETTING_TEXT || s->kind == DNP_SETTING_WORD ? sizeof(char *)
                                                                      : sizeof(uint64_t);
}

static bool same(const dnp_setting *s, const denpa_train_options *a, const denpa_train_options *b) {
  if (s->kind != DNP_SETTING_TEXT && s->kind != DNP_SETTING_WORD)
    return is_real(s) ? real_of(s, a) == real_of(s, b) : memcmp(place(s, a), place(s, b), size_of(s)) == 0;
  const char *one = text_of(s, a), *other = text_of(s, b);
  return one == NULL || other == NULL ? one == other : strcmp(one, other) == 0;
}

/* ---- checks ------------------------------------------------------------------------------------- */

static denpa_status check_real(const dnp_setting *s, double v, denpa_error *err) {
  const denpa_arg label = dnp_t(s->label), value = dnp_d(v), example = dnp_s(s->example);
  if (s->kind == DNP_SETTING_SHARE)
    return v >= 0 && v < 1 ? DENPA_OK
                           : dnp_fail(err, DENPA_ERROR_ARGUMENT,
                                 "{1}: {2} is out of range; give a number of at least 0 and below 1, such as {3}",
                                 label, value, example);
  if (s->kind == DNP_SETTING_REAL)
    return isfinite(v) && v >= s->low
               ? DENPA_OK
               : dnp_fail(err, DENPA_ERROR_ARGUMENT,
                     "{1}: {2} is out of range; give a finite number of at least {3}, such as {4}", label, value,
                     dnp_d(s->low), example);
  if (isfinite(v) && v > s->low && (!(s->high > 0) || v <= s->high)) return DENPA_OK;
  if (s->high > 0)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "{1}: {2} is out of range; give a number above {3} and at most {4}, such as {5}", label, value, dnp_d(s->low),
        dnp_d(s->high), example);
  return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1}: {2} is out of range; give a finite number above {3}, such as {4}",
      label, value, dnp_d(s->low), example);
}

static denpa_status check_one(const dnp_setting *s, const denpa_train_options *o, denpa_error *err) {
  char words[DNP_WORDS], word[DNP_WORDS];
  if (is_real(s)) return check_real(s, real_of(s, o), err);
  if (s->kind != DNP_SETTING_CHOICE) return DENPA_OK;
  const char *joined = dnp_words_joined(s->values, s->list, words);
  if (word_at(joined, choice_of(s, o), word)) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1}: there is no number {2} among {3}", dnp_t(s->label),
      dnp_u(choice_of(s, o)), dnp_s(joined));
}

denpa_status dnp_settings_check(const denpa_train_options *o, denpa_error *err) {
  const denpa_train_options plain = denpa_train_options_default();
  for (size_t i = 0; i < DNP_SETTINGS; i++)
    if (!same(&dnp_settings[i], o, &plain)) DNP_TRY(check_one(&dnp_settings[i], o, err));
  return DENPA_OK;
}

void dnp_settings_resolve(denpa_train_options *o, const dnp_optimizer *optimizer) {
  const denpa_train_options plain = denpa_train_options_default();
  /* words as they are listed, however they were typed: equal trainings are equal files */
  o->optimizer = optimizer->name;
  if (o->class_weights != NULL && dnp_text_means(o->class_weights, "balanced")) o->class_weights = "balanced";
  for (size_t i = 0; i < DNP_SETTINGS; i++) {
    const dnp_setting *s = &dnp_settings[i];
    const double own = s->own(optimizer, o->compat == DENPA_COMPAT_BOOK);
    if (!isnan(own) && s->used(optimizer, o->schedule) && same(s, o, &plain))
      *(double *)(void *)((unsigned char *)o + s->member) = own;
  }
}

bool dnp_setting_used(const dnp_setting *setting, const denpa_train_options *options) {
  const dnp_optimizer *optimizer = NULL;
  return dnp_optimizer_find(options->optimizer, &optimizer, NULL) == DENPA_OK &&
         setting->used(optimizer, options->schedule);
}

/* ---- words that model files have under an older name --------------------------------------------- */

/* Equal trainings are equal files, also across versions: what is stored stays. */
static const struct { const char *key, *word, *stored; } renamed[] = {{"update_order", "layer-by-layer", "seed"}};

const char *dnp_setting_shown(const char *key, const char *stored) {
  for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++)
    if (strcmp(renamed[i].key, key) == 0 && strcmp(renamed[i].stored, stored) == 0) return renamed[i].word;
  return stored;
}

static const char *stored_for(const char *key, const char *word) {
  for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++)
    if (strcmp(renamed[i].key, key) == 0 && strcmp(renamed[i].word, word) == 0) return renamed[i].stored;
  return word;
}

/* ---- what a model file tells -------------------------------------------------------------------- */

const char *dnp_setting_text(const dnp_setting *s, const denpa_train_options *o, char out[DNP_WORDS]) {
  char words[DNP_WORDS];
  if (s->kind == DNP_SETTING_TEXT || s->kind == DNP_SETTING_WORD) return text_of(s, o);
  if (is_real(s)) return dnp_format_shortest(out, DNP_WORDS, real_of(s, o)), out;
  const char *joined = dnp_words_joined(s->values, s->list, words);
  if (s->kind == DNP_SETTING_CHOICE) return word_at(joined, choice_of(s, o), out) ? out : NULL;
  const uint64_t whole = s->kind == DNP_SETTING_SIZE ? *(const size_t *)place(s, o) : *(const uint64_t *)place(s, o);
  const bool word = s->kind == DNP_SETTING_SIZE && whole == 0 && strchr(joined, '|') != NULL;
  if (!word || !word_at(joined, 0, out)) snprintf(out, DNP_WORDS, "%llu", (unsigned long long)whole);
  return out;
}

static denpa_status write_one(const dnp_setting *s, const denpa_train_options *o, dnp_pairs *h, denpa_error *err) {
  char room[DNP_WORDS];
  const char *text = dnp_setting_text(s, o, room);
  return text != NULL ? dnp_metadata_set(h, s->key, stored_for(s->key, text), err) : DENPA_OK;
}

denpa_status dnp_settings_record(const denpa_train_options *o, dnp_pairs *h, denpa_error *err) {
  const dnp_optimizer *optimizer = NULL;
  denpa_train_options plain = denpa_train_options_default();
  DNP_TRY(dnp_optimizer_find(o->optimizer, &optimizer, err));
  for (size_t i = 0; i < DNP_SETTINGS; i++) {
    const dnp_setting *s = &dnp_settings[i];
    if (s->when == DNP_SETTING_NEVER) continue;
    /* what it would be anyway hangs on whose formulas these are, but not that itself */
    denpa_train_options usual = plain;
    usual.compat = i == DNP_SETTING_ID_COMPAT ? plain.compat : o->compat;
    dnp_settings_resolve(&usual, optimizer);
    const bool used = s->used(optimizer, o->schedule), changed = !same(s, o, &usual);
    if (s->when == DNP_SETTING_ALWAYS || (used && (changed || s->when == DNP_SETTING_USED)))
      DNP_TRY(write_one(s, o, h, err));
    else if (s->when == DNP_SETTING_LASTING && dnp_pairs_find(h, s->key) != NULL)
      DNP_TRY(dnp_metadata_set(h, s->key, "none", err));
    else
      DNP_TRY(dnp_metadata_drop(h, s->key));
  }
  return DENPA_OK;
}

const dnp_setting *dnp_settings_changed(
    const dnp_pairs *before, const dnp_pairs *now, bool longer, const char **there, const char **here) {
  for (size_t i = 0; i < DNP_SETTINGS; i++) {
    const dnp_setting *s = &dnp_settings[i];
    if (s->when == DNP_SETTING_NEVER || (longer && i == DNP_SETTING_ID_WARMUP)) continue;
    *there = dnp_pairs_find(before, s->key);
    *here = dnp_pairs_find(now, s->key);
    if (s->when == DNP_SETTING_LASTING && *there != NULL && strcmp(*there, "none") == 0) *there = NULL;
    if (*there == NULL || *here == NULL ? *there != *here : strcmp(*there, *here) != 0) return s;
  }
  return NULL;
}

static denpa_status unreadable(const dnp_setting *s, const char *text, denpa_error *err) {
  return dnp_fail(
      err, DENPA_ERROR_FORMAT, "the model says '{2}' for {1}, which is not possible", dnp_s(s->key), dnp_s(text));
}

static denpa_status read_one(
    const dnp_setting *s, const char *text, const denpa_net *net, denpa_train_options *o, denpa_error *err) {
  char words[DNP_WORDS];
  void *to = (unsigned char *)o + s->member;
  const char *joined = dnp_words_joined(s->values, s->list, words);
  if (is_real(s)) return dnp_parse_real(text, to) ? DENPA_OK : unreadable(s, text, err);
  if (s->kind == DNP_SETTING_TEXT || s->kind == DNP_SETTING_WORD) return *(const char **)to = text, DENPA_OK;
  const int place = dnp_words_find(joined, dnp_setting_shown(s->key, text));
  if (s->kind == DNP_SETTING_CHOICE)
    return place >= 0 ? (*(unsigned *)to = (unsigned)place, DENPA_OK) : unreadable(s, text, err);
  if (s->kind == DNP_SETTING_WHOLE) return *(uint64_t *)to = dnp_net_order_seed(net), DENPA_OK;
  if (place == 0) return *(size_t *)to = 0, DENPA_OK;
  return dnp_parse_size(text, to) ? DENPA_OK : unreadable(s, text, err);
}

denpa_status dnp_settings_recorded(const denpa_net *net, denpa_train_options *out, denpa_error *err) {
  *out = denpa_train_options_default();
  for (size_t i = 0; i < DNP_SETTINGS; i++) {
    const dnp_setting *s = &dnp_settings[i];
    const char *text = s->when != DNP_SETTING_NEVER ? denpa_net_metadata(net, s->key) : NULL;
    if (text != NULL && !(s->when == DNP_SETTING_LASTING && strcmp(text, "none") == 0))
      DNP_TRY(read_one(s, text, net, out, err));
  }
  return DENPA_OK;
}
