/* open.formats.c: a data set by its name, and the choice where no name is given; what is said where nothing has the
 * name. The loaders are files of their own. Called by programs through denpa.h. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/near.h"
#include "base/options.h"
#include "base/text.h"
#include "base/write.h"
#include "data/idx_folder.h"
#include "data/pictures.h"
#include "data/shared.h"

#define DIGITS_ROWS 60000
#define DIGITS_SEED 1

denpa_data_options denpa_data_options_default(void) {
  dnp_mnist_options mnist;
  dnp_mnist_options_default(&mnist);
  return (denpa_data_options){.size = sizeof(denpa_data_options),
      .data_root = mnist.data_root,
      .task = "auto",
      .header = "auto",
      .test_share = 0.2,
      .seed = 1};
}

static denpa_status open_mnist(denpa_data **out, const denpa_data_options *options, bool remember, denpa_error *err) {
  dnp_mnist_options mnist;
  dnp_mnist_options_default(&mnist);
  mnist.data_root = options->data_root;
  mnist.offline = options->offline;
  mnist.remember = remember;
  mnist.progress = options->progress;
  mnist.context = options->context;
  return dnp_mnist_load(out, &mnist, err);
}

/* Also what cannot be looked at: only an empty place is another name. */
static bool is_there(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

/* One number of "digits:5000:7"; *text moves behind it. Empty text leaves *value as it is. */
static bool next_number(const char **text, uint64_t *value) {
  char number[24];
  if (**text == '\0') return true;
  if (*(*text)++ != ':') return false;
  size_t length = strcspn(*text, ":");
  if (length == 0 || length >= sizeof number) return false;
  memcpy(number, *text, length);
  number[length] = '\0';
  *text += length;
  return dnp_parse_whole(number, value);
}

static denpa_status open_digits(denpa_data **out, const char *name, denpa_error *err) {
  const char *rest = name + strlen("digits");
  uint64_t rows = DIGITS_ROWS, seed = DIGITS_SEED;
  if (!next_number(&rest, &rows) || !next_number(&rest, &seed) || *rest != '\0' || rows > SIZE_MAX)
    return dnp_fail(err, DENPA_ERROR_SYNTAX,
        "'{1}' cannot be understood; write digits, digits:5000 (training rows) or digits:5000:7 (and the seed)",
        dnp_s(name));
  return dnp_digits_make(out, (size_t)rows, seed, err);
}

/* ---- names that nothing has -------------------------------------------------------------------- */

/* Data sets that people know and denpa has not, by the form in which they can be brought. */
static const struct {
  const char *how; /* in the catalogue; {1} is the name */
  const char *name[10];
} elsewhere[] = {
    {DNP_N("{1} is not built in; save it as a CSV file and give that: denpa train {1}.csv"),
        {"iris", "wine", "titanic", "diabetes", "breast-cancer", "boston", "california-housing", "adult", "penguins"}},
    {DNP_N("{1} is not built in; put its four IDX files into a folder and give that folder"),
        {"fashion-mnist", "kmnist", "emnist", "qmnist"}},
    {DNP_N(
         "{1} is not built in; save its pictures in a folder, with a sub-folder for each class, and give that folder"),
        {"cifar10", "cifar100", "svhn", "imagenet", "stl10", "flowers", "omniglot"}},
};

/* Whether the name up to a colon means `word`, in whatever case. */
static bool means(const char *name, const char *word) {
  return dnp_text_alike(name, strcspn(name, ":"), word, strlen(word));
}

static denpa_status no_such_data(const char *name, denpa_error *err) {
  static const char *const built_in[] = {"mnist", "digits"};
  char near[DNP_NEAR_ROOM], word[16], meant[64];
  const size_t length = strcspn(name, ":"); /* digits:1000 */
  if (dnp_near_path(name, near))
    return dnp_fail(err, DENPA_ERROR_NOT_FOUND, "{1}: there is no such folder or data set; did you mean {2}?",
        dnp_s(name), dnp_s(near));
  snprintf(word, sizeof word, "%.*s", (int)(length < sizeof word ? length : sizeof word), name);
  for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++) {
    if (!dnp_near(word, built_in[i])) continue;
    snprintf(meant, sizeof meant, "%s%s", built_in[i], name + length);
    return dnp_fail(err, DENPA_ERROR_NOT_FOUND, "{1}: there is no such folder or data set; did you mean {2}?",
        dnp_s(name), dnp_s(meant));
  }
  for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
    for (size_t k = 0; elsewhere[i].name[k] != NULL; k++)
      if (means(name, elsewhere[i].name[k]))
        return dnp_fail(err, DENPA_ERROR_NOT_FOUND, elsewhere[i].how, dnp_s(elsewhere[i].name[k]));
  return dnp_fail(err, DENPA_ERROR_NOT_FOUND,
      "{1}: there is no such folder or data set; denpa data list shows what there is", dnp_s(name));
}

/* Where nothing lies under the name: a built-in data set in another case, else what may have been meant. */
static denpa_status open_meant(
    denpa_data **out, const char *name, const denpa_data_options *options, denpa_error *err) {
  if (means(name, "digits")) return open_digits(out, name, err);
  if (!means(name, "mnist")) return no_such_data(name, err);
  if (strchr(name, ':') == NULL) return open_mnist(out, options, false, err);
  return dnp_fail(err, DENPA_ERROR_SYNTAX,
      "'{1}' cannot be understood; write mnist, and --samples 600 for its first 600 samples", dnp_s(name));
}

/* A folder: what lies in it says whose it is. A name that ends in a form ("photos:28x28:grey") is one of pictures. */
static denpa_status open_folder(
    denpa_data **out, const char *name, const denpa_data_options *options, denpa_error *err) {
  dnp_idx_paths paths;
  char folder[DNP_MAX_DATA_NAME + 1];
  DNP_TRY(dnp_data_name_check(name, err));
  if (!dnp_is_folder(name)) {
    dnp_pictures_read_name(name, folder, &(dnp_pictures_form){0});
    if (dnp_is_folder(folder)) return dnp_pictures_load(out, name, options, err);
    return is_there(name) ? dnp_idx_folder_load(out, name, err) : open_meant(out, name, options, err);
  }
  DNP_TRY(dnp_idx_find(name, &paths, err));
  const bool idx = paths.found > 0;
  dnp_idx_paths_free(&paths);
  return idx ? dnp_idx_folder_load(out, name, err) : dnp_pictures_load(out, name, options, err);
}

/* Absence and a dead line are no reason to give up; broken files, lack of memory and the user's own wish are. */
static bool may_fall_back(denpa_status status) {
  return status == DENPA_ERROR_NOT_FOUND || status == DENPA_ERROR_NETWORK || status == DENPA_ERROR_IO;
}

static denpa_status open_default(denpa_data **out, const denpa_data_options *options, denpa_error *err) {
  denpa_error why = {0};
  denpa_status status = open_mnist(out, options, true, &why);
  if (!may_fall_back(status)) {
    if (status != DENPA_OK && err != NULL) *err = why;
    return status;
  }
  DNP_TRY(dnp_digits_make(out, DIGITS_ROWS, DIGITS_SEED, err));
  (*out)->note = why;
  return DENPA_OK;
}

static denpa_status take_options(denpa_data_options *out, const denpa_data_options *given, denpa_error *err) {
  const denpa_data_options plain = *out = denpa_data_options_default();
  DNP_TRY(dnp_options_take(out, given, sizeof *out, "denpa_data_options", err));
  if (out->task == NULL) out->task = plain.task;
  if (out->header == NULL) out->header = plain.header;
  return DENPA_OK;
}

static bool is_mnist(const char *name) { return name == NULL || strcmp(name, "mnist") == 0; }
static bool is_digits(const char *name) { return strcmp(name, "digits") == 0 || strncmp(name, "digits:", 7) == 0; }

/* Built-in data in whatever case, where no file or folder is called so. */
static bool is_built_in_in_capitals(const char *name) {
  const bool alike = strcasecmp(name, "mnist") == 0 || strcasecmp(name, "digits") == 0 ||
                     strncasecmp(name, "digits:", 7) == 0;
  return alike && access(name, F_OK) != 0;
}

dnp_data_kind dnp_data_kind_of(const char *name) {
  if (is_mnist(name) || is_digits(name) || is_built_in_in_capitals(name)) return DNP_DATA_USUAL;
  return dnp_table_named(name) ? DNP_DATA_TABLE : DNP_DATA_PICTURES;
}

denpa_status denpa_data_open(denpa_data **out, const char *name, const denpa_data_options *given, denpa_error *err) {
  denpa_data_options whole;
  const denpa_data_options *options = &whole;
  DNP_REQUIRE(out, err);
  *out = NULL;
  DNP_TRY(take_options(&whole, given, err));
  if (name == NULL) return open_default(out, options, err);
  if (is_mnist(name)) return open_mnist(out, options, false, err);
  if (is_digits(name)) return open_digits(out, name, err);
  if (dnp_table_named(name)) return dnp_table_load(out, name, options, err);
  return open_folder(out, name, options, err);
}
