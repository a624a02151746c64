/* settings.h: what is known of each setting of a training (settings.def): its place in denpa_train_options, its range,
 * where it means something, and its words in a model file. Part of learn.h. */
#ifndef DNP_LEARN_SETTINGS_H
#define DNP_LEARN_SETTINGS_H

#include <stdbool.h>

#include "base/status.h"

typedef enum dnp_setting_kind { /* as settings.def tells */
  DNP_SETTING_WORD,
  DNP_SETTING_CHOICE,
  DNP_SETTING_RATE,
  DNP_SETTING_REAL,
  DNP_SETTING_SHARE,
  DNP_SETTING_SIZE,
  DNP_SETTING_WHOLE,
  DNP_SETTING_TEXT
} dnp_setting_kind;

typedef enum dnp_setting_when {
  DNP_SETTING_ALWAYS,
  DNP_SETTING_USED,
  DNP_SETTING_CHANGED,
  DNP_SETTING_LASTING,
  DNP_SETTING_NEVER
} dnp_setting_when;

/* Word number `index` of a list; NULL behind the last. */
typedef const char *dnp_words(size_t index);

struct dnp_optimizer;
typedef struct dnp_setting {
  const char *name; /* the member's */
  dnp_setting_kind kind;
  size_t member;                                                   /* in denpa_train_options */
  double low, high;                                                /* high 0: no limit */
  double (*own)(const struct dnp_optimizer *optimizer, bool book); /* NaN: none */
  bool (*used)(const struct dnp_optimizer *optimizer, denpa_schedule schedule);
  const char *key; /* in model files; NULL: none */
  dnp_setting_when when;
  const char *label;   /* in the catalogue */
  const char *example; /* NULL: none */
  const char *values;  /* words joined by '|', or what stands for a value in help; */
  dnp_words *list;     /* or a list of words */
} dnp_setting;

enum {
#define SETTING(id, ...) DNP_SETTING_ID_##id,
#include "learn/settings.def"
#undef SETTING
  DNP_SETTINGS
};
extern const dnp_setting dnp_settings[DNP_SETTINGS];

#define DNP_WORDS 256 /* bytes of a list's words together, at most */
/* The words of a list, or `values` if there is none, joined by '|', in `out` or where they stand. */
const char *dnp_words_joined(const char *values, dnp_words *list, char out[DNP_WORDS]);
/* Place of `text` among words joined by '|'; -1 if it is none of them. */
int dnp_words_find(const char *words, const char *text);

/* The options, if all of them can be; where one cannot, its name, its value and what it may be are told. */
denpa_status dnp_settings_check(const denpa_train_options *options, denpa_error *err);
/* Puts the optimizer's own numbers, as far as it uses them, where defaults stand for them. */
void dnp_settings_resolve(denpa_train_options *options, const struct dnp_optimizer *optimizer);
/* A value of a model file as the command calls it: "layer-by-layer" for "seed". */
const char *dnp_setting_shown(const char *key, const char *stored);
/* The setting as it would be typed, in `out` or where it stands; NULL: a text that is not given. */
const char *dnp_setting_text(const dnp_setting *setting, const denpa_train_options *options, char out[DNP_WORDS]);
/* Whether the setting means something for these options. */
bool dnp_setting_used(const dnp_setting *setting, const denpa_train_options *options);

#endif
