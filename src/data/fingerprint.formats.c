/* fingerprint.formats.c: one sum over all that a training sees of a data set, to know it again. Called by the
 * subcommands that go on with a run. */
#include <stdio.h>
#include <string.h>

#include "data/data.h"
#include "file/files.h"

static void add_text(dnp_sha256 *sha, const char *text) { dnp_sha256_add(sha, text, strlen(text) + 1); }

static void add_size(dnp_sha256 *sha, size_t value) {
  char digits[24];
  snprintf(digits, sizeof digits, "%zu", value);
  add_text(sha, digits);
}

/* A file with test rows may have been moved: its rows count, and not its name. */
static void add_table(dnp_sha256 *sha, const char *text) {
  static const char before[] = "\"test\":{\"file\":\""; /* not in a text of the JSON, whose quotation marks are \" */
  const char *name = strstr(text, before);
  if (name != NULL) {
    name += sizeof before - 1;
    dnp_sha256_add(sha, text, (size_t)(name - text));
    for (text = name; *text != '\0' && *text != '"'; text++)
      if (text[0] == '\\' && text[1] != '\0') text++;
  }
  add_text(sha, text);
}

/* Bytes of the numbers as they lie in memory: the sum is for this machine and those like it. */
static void add_split(dnp_sha256 *sha, const denpa_data *data, const dnp_split *s) {
  const size_t numbers = s->rows * data->features;
  add_size(sha, s->rows);
  if (s->pixel != NULL) dnp_sha256_add(sha, s->pixel, numbers);
  if (s->value != NULL) dnp_sha256_add(sha, s->value, numbers * sizeof *s->value);
  if (s->label != NULL) dnp_sha256_add(sha, s->label, s->rows);
  if (s->target != NULL) dnp_sha256_add(sha, s->target, s->rows * data->outputs * sizeof *s->target);
}

denpa_status dnp_data_sha256(const denpa_data *data, char out[65], denpa_error *err) {
  dnp_sha256 *sha;
  DNP_TRY(dnp_sha256_open(&sha, err));
  for (int i = 0; i < data->axes; i++) add_size(sha, data->shape[i]);
  add_size(sha, data->classes);
  add_size(sha, data->outputs);
  add_table(sha, data->table_text != NULL ? data->table_text : "");
  for (size_t i = 0; data->class_name != NULL && i < data->classes; i++) add_text(sha, data->class_name[i]);
  for (int i = 0; i < DNP_ALL_SPLITS; i++) add_split(sha, data, &data->split[i]);
  dnp_sha256_close(sha, out);
  return DENPA_OK;
}
