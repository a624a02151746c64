/* apart.c: what is wrong with the names of files before anything is done with them: a model that does not stand first,
 * and a result that would be written over what it is made from, or over another result. Which options name results and
 * which name sources comes from options.def: texts of the results' group are written, and those called FILE, DATA or
 * MODEL of the others are read. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "base/write.h"
#include "cli/shared.h"
#include "file/files.h"

bool cli_one_file(const char *a, const char *b) {
  struct stat first, second;
  if (stat(a, &first) == 0 && stat(b, &second) == 0)
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino;
  const char *name_a = dnp_text_file_name(a), *name_b = dnp_text_file_name(b);
  if (strcmp(name_a, name_b) != 0) return false;
  char folder_a[4096 + 2], folder_b[4096 + 2];
  snprintf(folder_a, sizeof folder_a, "%.*s.", (int)(name_a - a), a);
  snprintf(folder_b, sizeof folder_b, "%.*s.", (int)(name_b - b), b);
  const bool here_a = stat(folder_a, &first) == 0, here_b = stat(folder_b, &second) == 0;
  if (!here_a && !here_b) return strcmp(folder_a, folder_b) == 0; /* both in a folder that is still to be made */
  return here_a && here_b && first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

static bool exists(const char *path, struct stat *info) { return stat(path, info) == 0; }

/* Whether the file `path` lies in `folder` or below it. */
static bool lies_in(const char *path, const char *folder) {
  char above[4096];
  struct stat whole, part;
  if (!exists(folder, &whole) || !S_ISDIR(whole.st_mode)) return false;
  if (snprintf(above, sizeof above, "%s", path) >= (int)sizeof above) return false;
  for (char *slash = strrchr(above, '/'); slash != NULL && slash > above; slash = strrchr(above, '/')) {
    *slash = '\0';
    if (exists(above, &part) && part.st_dev == whole.st_dev && part.st_ino == whole.st_ino) return true;
  }
  return false;
}

static bool reads_data(const cli_options *options) {
  return (options->command->bit & (CLI_TRAIN | CLI_RESUME | CLI_SEARCH)) != 0;
}

/* A folder that is a source holds its files as well: where a model is asked for, a run its model; where data are, a
 * data set everything that the command did not write itself (a model or a log of an earlier training may lie there, and
 * be replaced). */
static bool is_part(const cli_options *options, const char *result, const char *source) {
  char model[4096];
  struct stat info;
  if (!reads_data(options)) {
    snprintf(model, sizeof model, "%s/model.safetensors", source);
    return exists(model, &info) && cli_one_file(result, model);
  }
  const bool ours = dnp_text_ends(result, ".safetensors") || dnp_text_ends(result, ".csv");
  return !ours && exists(result, &info) && lies_in(result, source);
}

static denpa_status check(
    const cli_options *options, const cli_option *row, const char *result, const char *source, denpa_error *err) {
  struct stat info;
  if (result == NULL || source == NULL || !exists(source, &info)) return DENPA_OK;
  if (S_ISDIR(info.st_mode) ? !is_part(options, result, source) : !cli_one_file(result, source)) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_ARGUMENT, "--{1} would write over {2}, which this command reads; give another name",
      dnp_s(row->name), dnp_s(S_ISDIR(info.st_mode) ? result : source));
}

/* Of a folder that is written (--run), what is in it; a file among the sources must not lie there. */
static denpa_status check_folder(
    const cli_options *options, const cli_option *row, const char *folder, const char *source, denpa_error *err) {
  struct stat info;
  if (source == NULL || !exists(source, &info) || S_ISDIR(info.st_mode) || !lies_in(source, folder))
    return check(options, row, folder, source, err);
  return dnp_fail(err, DENPA_ERROR_ARGUMENT,
      "--{1} writes into the folder of {2}, which this command reads; give another", dnp_s(row->name), dnp_s(source));
}

static denpa_status check_one(
    const cli_options *options, const cli_option *row, const char *result, const char *source, denpa_error *err) {
  return row->values != NULL && strcmp(row->values, "DIR") == 0 ? check_folder(options, row, result, source, err)
                                                                : check(options, row, result, source, err);
}

static const char *text_of(const cli_options *options, const cli_option *row) {
  const unsigned char *member = (const unsigned char *)options + row->member;
  return row->kind == CLI_TEXT ? *(const char *const *)(const void *)member : NULL;
}

static bool is_source(const cli_option *row) {
  return row->group != CLI_RESULT && row->values != NULL &&
         (strcmp(row->values, "FILE") == 0 || strcmp(row->values, "DATA") == 0 || strcmp(row->values, "MODEL") == 0);
}

/* Whether a usage line of the command has DATA as argument number `place`. */
static bool is_data(const cli_command *command, int place) {
  for (size_t i = 0; i < CLI_PARAGRAPHS && command->arguments[i] != NULL; i++) {
    const char *at = command->arguments[i];
    for (int k = 0; k < place && *at != '\0'; k++) at += strcspn(at, " "), at += *at == ' ';
    if (strncmp(at, "[DATA]", strlen("[DATA]")) == 0) return true;
  }
  return false;
}

/* Data that are built in have a name and no file, also where there is one of that name. */
static bool is_file(const char *source) { return source != NULL && dnp_data_kind_of(source) != DNP_DATA_USUAL; }

/* Standard output is nothing that a result is written to, and a file of that name would be a nuisance. */
static denpa_status check_name(const cli_option *row, const char *result, denpa_error *err) {
  if (strcmp(result, "-") != 0) return DENPA_OK;
  return dnp_fail(
      err, DENPA_ERROR_ARGUMENT, "--{1} does not write to standard output; give a name instead of -", dnp_s(row->name));
}

/* Nor may it be the file that a stream of this command comes from or goes to, by whatever name (/dev/stdout): the two
 * would write over each other. A stream that is no regular file is no file of that kind, and a log may go there, but
 * not between the parts of an object that a program reads. */
static denpa_status check_streams(
    const cli_options *options, const cli_option *row, const char *result, denpa_error *err) {
  static const char *const messages[] = {
      [STDIN_FILENO] = DNP_N("--{1} would write over the file that standard input comes from; give another name"),
      [STDOUT_FILENO] = DNP_N("--{1} would write into the file that standard output goes to; give another name"),
      [STDERR_FILENO] = DNP_N("--{1} would write into the file that standard error goes to; give another name")};
  struct stat file, stream;
  if (!exists(result, &file)) return DENPA_OK;
  const bool regular = S_ISREG(file.st_mode), heard = regular || S_ISFIFO(file.st_mode) || S_ISSOCK(file.st_mode);
  for (int i = 0; i < (int)(sizeof messages / sizeof *messages); i++)
    if ((regular || (i == STDOUT_FILENO && options->json && (heard || isatty(i) == 1))) && fstat(i, &stream) == 0 &&
        file.st_dev == stream.st_dev && file.st_ino == stream.st_ino)
      return dnp_fail(err, DENPA_ERROR_ARGUMENT, messages[i], dnp_s(row->name));
  return DENPA_OK;
}

denpa_status cli_check_apart(const cli_options *options, int argc, char **argv, denpa_error *err) {
  for (int i = 0; i < CLI_OPTIONS; i++) {
    const cli_option *row = &cli_option_table[i];
    const char *result = row->group == CLI_RESULT ? text_of(options, row) : NULL;
    if (result == NULL) continue;
    DNP_TRY(check_name(row, result, err));
    DNP_TRY(check_streams(options, row, result, err));
    for (int k = 0; k < i; k++) {
      const cli_option *other = &cli_option_table[k];
      const char *also = other->group == CLI_RESULT ? text_of(options, other) : NULL;
      if (also != NULL && cli_one_file(result, also))
        return dnp_fail(err, DENPA_ERROR_ARGUMENT, "two results would be in one file, {1}; give them different names",
            dnp_s(result));
    }
    for (int k = 0; k < argc; k++)
      if (!is_data(options->command, k) || is_file(argv[k])) DNP_TRY(check_one(options, row, result, argv[k], err));
    for (int k = 0; k < CLI_OPTIONS; k++) {
      const cli_option *other = &cli_option_table[k];
      const char *source = is_source(other) ? text_of(options, other) : NULL;
      if (strcmp(other->values != NULL ? other->values : "", "DATA") != 0 || is_file(source))
        DNP_TRY(check_one(options, row, result, source, err));
    }
    const char *net = options->net; /* --net @FILE */
    if (net != NULL && net[0] == '@') DNP_TRY(check_one(options, row, result, net + 1, err));
  }
  return DENPA_OK;
}

void cli_sweep_results(const cli_options *options) {
  for (int i = 0; i < CLI_OPTIONS; i++) {
    const cli_option *row = &cli_option_table[i];
    const char *result = row->group == CLI_RESULT ? text_of(options, row) : NULL;
    char folder[4096];
    if (result == NULL || row->values == NULL || strcmp(row->values, "FILE") != 0) continue;
    const char *slash = strrchr(result, '/');
    const int length = slash == NULL ? 0 : slash == result ? 1 : (int)(slash - result);
    if (snprintf(folder, sizeof folder, "%.*s", length, result) < (int)sizeof folder)
      cli_sweep(options, dnp_is_folder(result) ? result : slash == NULL ? "." : folder);
  }
}

/* ---- order ------------------------------------------------------------------------------------- */

/* A model's file or the folder of a run. */
static bool is_model(const char *path) {
  char inside[4096];
  unsigned char head[512];
  struct stat info;
  if (!exists(path, &info)) return false;
  if (S_ISDIR(info.st_mode)) {
    const int length = snprintf(inside, sizeof inside, "%s/model.safetensors", path);
    return length < (int)sizeof inside && exists(inside, &info);
  }
  const int file = S_ISREG(info.st_mode) ? open(path, O_RDONLY | O_CLOEXEC) : -1; /* law: reads, and needs no memory */
  if (file < 0) return false;
  const ssize_t size = read(file, head, sizeof head);
  close(file);
  return size > 0 && dnp_file_kind(head, (size_t)size) == dnp_file_model;
}

/* What can stand where the model belongs: something that is there, or the name of a data set. A path with nothing there
 * is a slip, which the reader tells. */
static bool is_something(const char *word) {
  struct stat info;
  return exists(word, &info) || strpbrk(word, "/.") == NULL;
}

denpa_status cli_check_order(const cli_options *options, int argc, char **argv, denpa_error *err) {
  const char *usage = options->command->arguments[0];
  const bool begins = strncmp(usage, "MODEL", strlen("MODEL")) == 0 || strncmp(usage, "RUN", strlen("RUN")) == 0;
  if (!begins || argc < 2 || is_model(argv[0]) || !is_something(argv[0])) return DENPA_OK;
  for (int i = 1; i < argc; i++) {
    if (!is_model(argv[i])) continue;
    denpa_net *other = NULL; /* weights of other formats may stand first */
    const denpa_status status = cli_load(options, argv[0], &other, NULL);
    denpa_net_free(other);
    if (status == DENPA_OK || status == DENPA_ERROR_MEMORY) continue; /* the command will tell the latter */
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "{1} is not a model, but {2} is, and the model comes first: denpa {3} {2} {1}", dnp_s(argv[0]), dnp_s(argv[i]),
        dnp_s(options->command->name));
  }
  return DENPA_OK;
}
