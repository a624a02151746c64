/* model.formats.c: the model file: writing and reading a network with its metadata as safetensors, and reading the
 * parameters that others published as .npz, .pkl or safetensors. The formats are src/file's. Called by programs through
 * denpa.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/near.h"
#include "base/shapes.h"
#include "base/text.h"
#include "data/prepare_picture.h"
#include "data/table.h"
#include "learn/model.h"
#include "learn/novelty.h"
#include "learn/trainer.h"

#define MODEL_VERSION "1"  /* of what the metadata means */
#define FREE_NUMBERS 65536 /* a network this small may be built to see what does not fit */
/* What a network computes takes memory for each sample. A file may have it planned for many of them within so much for
 * any file, and so much more for each byte of its arrays; for as few as can be, within this part of all memory: whoever
 * trained it had it planned for DNP_FIRST_ROWS. */
#define FREE_BYTES ((size_t)64 << 20)
#define BYTES_FOR_BYTE ((size_t)4096)
enum { PART_OF_MEMORY = 4 };
#define MODEL_NAME "model.safetensors" /* in a run's folder */

denpa_status denpa_net_sha256(const denpa_net *net, char out[65], denpa_error *err) {
  dnp_sha256 *sha;
  DNP_REQUIRE(net, err);
  DNP_REQUIRE(out, err);
  DNP_TRY(dnp_sha256_open(&sha, err));
  const dnp_tensor *t;
  for (size_t i = 0; (t = dnp_network_saved(net->network, i)) != NULL; i++)
    dnp_sha256_add(sha, dnp_tensor_bytes(t, DNP_DATA), dnp_tensor_count(t) * dnp_dtype_size(t->dtype));
  dnp_sha256_close(sha, out);
  return DENPA_OK;
}

denpa_status dnp_model_began_with(denpa_net *net, const denpa_net *from, denpa_error *err) {
  char sha[65];
  DNP_TRY(denpa_net_sha256(from, sha, err));
  return dnp_metadata_set(&net->metadata, DNP_BEGAN_WITH, sha, err);
}

/* ---- saving ------------------------------------------------------------------------------------- */

/* What the file is to tell, brought up to date in a training that goes on, or after updates of a loop of one's own. */
denpa_status dnp_model_note(denpa_net *net, denpa_error *err) {
  char sha[65];
  if (net->trainer != NULL)
    DNP_TRY(dnp_trainer_note(net->trainer, err));
  else if (net->state.own_updates)
    DNP_TRY(dnp_metadata_set_size(&net->metadata, "steps", net->state.steps, err));
  DNP_TRY(denpa_net_sha256(net, sha, err));
  DNP_TRY(dnp_metadata_set(&net->metadata, "denpa_format", MODEL_VERSION, err));
  DNP_TRY(dnp_metadata_set(&net->metadata, "sha256", sha, err));
  dnp_metadata_sort(&net->metadata);
  return DENPA_OK;
}

denpa_status dnp_model_arrays(const denpa_net *net, size_t more, dnp_array **out, size_t *number, denpa_error *err) {
  size_t count = 0;
  while (dnp_network_saved(net->network, count) != NULL) count++;
  DNP_TRY(DNP_NEW(out, count + more, err));
  *number = count;
  for (size_t i = 0; i < count; i++) {
    const dnp_tensor *t = dnp_network_saved(net->network, i);
    dnp_array *array = &(*out)[i];
    *array = (dnp_array){
        .dtype = t->dtype, .axes = t->axes, .values = (void *)(uintptr_t)dnp_tensor_bytes(t, DNP_DATA)};
    memcpy(array->name, t->name, sizeof t->name);
    memcpy(array->shape, t->shape, sizeof t->shape);
  }
  return DENPA_OK;
}

denpa_status denpa_net_save(denpa_net *net, const char *path, denpa_error *err) {
  dnp_array *arrays;
  size_t count;
  DNP_REQUIRE(net, err);
  DNP_REQUIRE(path, err);
  DNP_TRY(dnp_model_note(net, err));
  DNP_TRY(dnp_model_arrays(net, 0, &arrays, &count, err));
  denpa_status status = dnp_safetensors_write(path, arrays, count, &net->metadata, err);
  dnp_free(arrays);
  return status;
}

denpa_status denpa_net_save_memory(denpa_net *net, void **bytes, size_t *size, denpa_error *err) {
  dnp_array *arrays;
  size_t count;
  DNP_REQUIRE(net, err);
  DNP_REQUIRE(bytes, err);
  *bytes = NULL;
  DNP_REQUIRE(size, err);
  DNP_TRY(dnp_model_note(net, err));
  DNP_TRY(dnp_model_arrays(net, 0, &arrays, &count, err));
  denpa_status status = dnp_safetensors_to_memory(arrays, count, &net->metadata, (unsigned char **)bytes, size, err);
  dnp_free(arrays);
  return status;
}

void denpa_bytes_free(void *bytes) { dnp_free(bytes); }

/* ---- reading ------------------------------------------------------------------------------------ */

typedef struct model { /* a model file on its way to a network */
  char *path;          /* the file itself, also if a folder was given */
  dnp_arrays arrays;
  dnp_pairs metadata;
  char *derived; /* the network's text from the shapes */
} model;

static denpa_status find_file(model *m, const char *path, denpa_error *err) {
  struct stat info;
  if (stat(path, &info) != 0)
    return errno == ENOENT || errno == ENOTDIR
               ? dnp_fail_absent(err, DNP_N("{1}: there is no such file or folder"),
                     DNP_N("{1}: there is no such file or folder; did you mean {2}?"), path)
               : dnp_fail_errno(err, "{1}: cannot be looked at: {2}", path, errno);
  const char *inside = S_ISDIR(info.st_mode) ? "/" MODEL_NAME : "";
  const size_t length = strlen(path) + strlen(inside) + 1;
  DNP_TRY(DNP_NEW(&m->path, length, err));
  snprintf(m->path, length, "%s%s", path, inside);
  if (S_ISDIR(info.st_mode) && stat(m->path, &info) != 0)
    return dnp_fail(err, DENPA_ERROR_NOT_FOUND,
        "{1}: this folder holds no {2}; give a model file or the folder of a run", dnp_s(path), dnp_s(MODEL_NAME));
  return DENPA_OK;
}

static denpa_status read_file(model *m, denpa_error *err) {
  if (dnp_text_ends(m->path, ".npz")) return dnp_npz_read(m->path, &m->arrays, err);
  if (dnp_text_ends(m->path, ".pkl") || dnp_text_ends(m->path, ".pickle"))
    return dnp_pickle_read(m->path, &m->arrays, err);
  return dnp_safetensors_read(m->path, &m->arrays, &m->metadata, err);
}

/* Padding, strides, pooling and dropout leave no array behind. */
static denpa_status refuse_convolution(const model *m, const dnp_array *w, denpa_error *err) {
  char shape[96];
  const char *published = dnp_published_text(&m->arrays);
  dnp_shape_text(w->axes, w->shape, shape);
  if (published != NULL)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "{1}: {2} has the shape {3}, that of a convolution. How its layers go together does not stand in such a file. "
        "If it is the book's, --compat book says so; if not, name them, as in --net '{4}'",
        dnp_s(m->path), dnp_s(w->name), dnp_s(shape), dnp_s(published));
  return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
      "{1}: {2} has the shape {3}, that of a convolution. How its layers go together does not stand in such a file; "
      "name them, as in --net 'input {4}x28x28, conv {5} {6}x{7}, relu, maxpool 2, dense 10'",
      dnp_s(m->path), dnp_s(w->name), dnp_s(shape), dnp_u(w->shape[1]), dnp_u(w->shape[0]), dnp_u(w->shape[2]),
      dnp_u(w->shape[3]));
}

/* Weights that do not go on from those before them would, if the one of them or both were transposed. */
static denpa_status refuse_chain(const model *m, const dnp_array *before, const dnp_array *w, denpa_error *err) {
  char shape[96], before_shape[96];
  const dnp_array *turned = w->shape[1] == before->shape[0] || w->shape[1] == before->shape[1] ? w
                            : w->shape[0] == before->shape[0]                                  ? before
                                                                                               : NULL;
  const denpa_status status = dnp_fail(err, DENPA_ERROR_SHAPE,
      "{1}: {2} has the shape {3}, which does not go on from {4} of the weights before it; say what the network "
      "is, for example --net 784-50-10",
      dnp_s(m->path), dnp_s(w->name), dnp_s(dnp_shape_text(2, w->shape, shape)),
      dnp_s(dnp_shape_text(2, before->shape, before_shape)));
  if (turned == NULL) return status;
  const size_t wanted[] = {turned->shape[1], turned->shape[0]};
  return dnp_fail_shapes(err, status, turned->name, (dnp_shape){2, turned->shape}, (dnp_shape){2, wanted});
}

/* "784-50-10" from W1[784,50] and W2[50,10]. */
static denpa_status derive_text(model *m, denpa_error *err) {
  char name[24], width[24], shape[96];
  const dnp_array *before = NULL, *w;
  DNP_TRY(DNP_NEW(&m->derived, (m->arrays.count + 1) * sizeof width, err));
  size_t length = 0;
  for (size_t k = 1;; k++, before = w) {
    snprintf(name, sizeof name, "W%zu", k);
    w = dnp_arrays_find(&m->arrays, name);
    if (w == NULL) break;
    if (k > DNP_MOST_LAYERS)
      return dnp_fail(err, DENPA_ERROR_UNSUPPORTED, "{1}: holds more than {2} layers of weights", dnp_s(m->path),
          dnp_i(DNP_MOST_LAYERS));
    if (w->axes == 4) return refuse_convolution(m, w, err);
    if (w->axes != 2)
      return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
          "{1}: {2} has the shape {3}; only dense layers (two axes) can be loaded", dnp_s(m->path), dnp_s(name),
          dnp_s(dnp_shape_text(w->axes, w->shape, shape)));
    if (before != NULL && before->shape[1] != w->shape[0]) return refuse_chain(m, before, w, err);
    if (before == NULL) length += (size_t)snprintf(m->derived, sizeof width, "%zu", w->shape[0]);
    snprintf(width, sizeof width, "-%zu", w->shape[1]);
    memcpy(m->derived + length, width, strlen(width) + 1);
    length += strlen(width);
  }
  if (before == NULL)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: holds no array named W1, so it is not a network that can be loaded here", dnp_s(m->path));
  return DENPA_OK;
}

static const char *told(const model *m, const char *key, const char *otherwise) {
  const char *value = dnp_pairs_find(&m->metadata, key);
  return value != NULL ? value : otherwise;
}

bool dnp_of_trainer(const char *name) { return strncmp(name, DNP_TRAINER_PREFIX, sizeof DNP_TRAINER_PREFIX - 1) == 0; }

static bool is_checkpoint(const model *m) { return told(m, DNP_TRAINER_PREFIX "format", NULL) != NULL; }

/* Copies an array of the file into its tensor. */
static denpa_status fill_tensor(const model *m, const denpa_net *net, dnp_tensor *t, denpa_error *err) {
  char wanted[96], given[96];
  const dnp_array *a = dnp_arrays_find(&m->arrays, t->name);
  dnp_shape_text(t->axes, t->shape, wanted);
  if (a == NULL)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: holds no array named {2}, but the network {3} needs one of the shape {4}", dnp_s(m->path), dnp_s(t->name),
        dnp_s(denpa_net_text(net)), dnp_s(wanted));
  if (a->axes != t->axes || memcmp(a->shape, t->shape, (size_t)t->axes * sizeof *t->shape) != 0)
    return dnp_fail_shapes(err,
        dnp_fail(err, DENPA_ERROR_SHAPE, "{1}: {2} has the shape {3}, but the network {4} needs {5}", dnp_s(m->path),
            dnp_s(t->name), dnp_s(dnp_shape_text(a->axes, a->shape, given)), dnp_s(denpa_net_text(net)), dnp_s(wanted)),
        t->name, (dnp_shape){a->axes, a->shape}, (dnp_shape){t->axes, t->shape});
  if (a->dtype != t->dtype)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: {2} is {3}, but the arrays before it are {4}; all must be of one type", dnp_s(m->path), dnp_s(t->name),
        dnp_s(dnp_dtype_name(a->dtype)), dnp_s(dnp_dtype_name(t->dtype)));
  dnp_tensor_write(t, a->values);
  return DENPA_OK;
}

static denpa_status check_no_more(const model *m, const denpa_net *net, denpa_error *err) {
  for (size_t i = 0; i < m->arrays.count; i++) {
    size_t k = 0;
    const dnp_tensor *t;
    if (is_checkpoint(m) && dnp_of_trainer(m->arrays.item[i].name)) continue;
    while ((t = dnp_network_saved(net->network, k)) != NULL && strcmp(t->name, m->arrays.item[i].name) != 0) k++;
    if (t == NULL)
      return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: holds an array '{2}' that the network {3} has no place for",
          dnp_s(m->path), dnp_s(m->arrays.item[i].name), dnp_s(denpa_net_text(net)));
  }
  return DENPA_OK;
}

static denpa_status check_sha256(const model *m, const denpa_net *net, denpa_error *err) {
  char sha[65];
  const char *promised = told(m, "sha256", NULL);
  if (promised == NULL) return DENPA_OK;
  DNP_TRY(denpa_net_sha256(net, sha, err));
  if (strcmp(sha, promised) == 0) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_FORMAT,
      "{1}: the parameters are not those that were written: their SHA-256 is {2}, the file says {3}; the file is "
      "damaged or was changed",
      dnp_s(m->path), dnp_s(sha), dnp_s(promised));
}

/* A network is given no more memory than the file has numbers for. (Small ones may be built: what is missing is then
 * named.) */
static denpa_status check_numbers(const model *m, const char *text, const denpa_graph *graph, denpa_error *err) {
  size_t wanted = 0, given = 0;
  for (size_t i = 0, count; i < graph->tensors; i++) /* the parser has seen that this is no more than 2^31 each */
    if (graph->tensor[i].role == DNP_ROLE_PARAMETER &&
        dnp_shape_count(graph->tensor[i].tensor.axes, graph->tensor[i].tensor.shape, &count))
      wanted += count;
  for (size_t i = 0; i < m->arrays.count; i++) given += dnp_array_count(&m->arrays.item[i]);
  if (wanted <= given || wanted < FREE_NUMBERS) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_SHAPE,
      "{1}: holds {2} {2|number|numbers}, but the network {3} has {4} {4|parameter|parameters}", dnp_s(m->path),
      dnp_u(given), dnp_s(text), dnp_u(wanted));
}

/* Bytes that a sample takes on its way forward and back; SIZE_MAX: more than can be counted. *together: samples that
 * are computed side by side at least. */
static size_t sample_bytes(const denpa_graph *graph, denpa_dtype dtype, size_t *together) {
  size_t numbers = 0, bytes = 0;
  *together = 1;
  for (size_t i = 0, count; i < graph->tensors; i++) {
    const dnp_tensor *t = &graph->tensor[i].tensor;
    if (!t->batched) continue;
    if (dnp_layout_for(true, t->axes) == DNP_SAMPLE_GROUPS) *together = DNP_LANES;
    if (!dnp_shape_count(t->axes - 1, t->shape + 1, &count) || !dnp_size_add(numbers, count, &numbers)) return SIZE_MAX;
  }
  return dnp_size_mul(numbers, 2 * dnp_dtype_size(dtype), &bytes) ? bytes : SIZE_MAX;
}

/* A file of a hundred bytes can name a network whose answers to one sample fill any machine, but an honest one may have
 * few weights and large pictures. *rows: how many samples it is planned for. */
static denpa_status check_memory(
    const model *m, const denpa_graph *graph, denpa_dtype dtype, size_t *rows, denpa_error *err) {
  size_t given = 0, together;
  for (size_t i = 0; i < m->arrays.count; i++)
    given += dnp_array_count(&m->arrays.item[i]) * dnp_dtype_size(m->arrays.item[i].dtype);
  size_t warranted;
  if (!dnp_size_mul(BYTES_FOR_BYTE, given, &warranted) || !dnp_size_add(warranted, FREE_BYTES, &warranted))
    warranted = SIZE_MAX;
  const size_t part = dnp_memory_most() / PART_OF_MEMORY, most = part > warranted ? part : warranted,
               sample = sample_bytes(graph, dtype, &together);
  const size_t fit = warranted / (sample > 0 ? sample : 1) / together * together;
  *rows = fit < together ? together : fit < DNP_FIRST_ROWS ? fit : DNP_FIRST_ROWS;
  if (sample <= most / together) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_REFUSED,
      "{1}: the network {2} takes more than {3} MB of memory to compute with {4} {4|sample|samples}, too much for "
      "a file of this size on this machine; if it is meant so, say it with --net and the same text",
      dnp_s(m->path), dnp_s(graph->text), dnp_u(most >> 20), dnp_u(together));
}

static bool read_counts(const model *m, dnp_trainer_state *out) {
  const char *const steps = told(m, "steps", "0"), *const begun = told(m, "epochs_begun", "0");
  return dnp_parse_size(steps, &out->steps) && dnp_parse_size(begun, &out->epochs_begun) &&
         dnp_parse_real(told(m, "epochs", "0"), &out->epochs) && out->epochs >= 0;
}

static denpa_status check_counts(const model *m, const denpa_net *net, denpa_error *err) {
  dnp_trainer_state read = net->state;
  if (read_counts(m, &read)) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: the steps ({2}) or epochs ({3}) in the metadata are not numbers",
      dnp_s(m->path), dnp_s(told(m, "steps", "")), dnp_s(told(m, "epochs", "")));
}

/* Training goes on where the file says it ended. */
static denpa_status take_state(model *m, denpa_net *net, denpa_error *err) {
  dnp_trainer_state *h = &net->state;
  const struct {
    const char *key, *value;
  } texts[] = {{"net", denpa_net_text(net)}, {"activation", denpa_net_activation(net)}, {"loss", denpa_net_loss(net)},
      {"dtype", dnp_dtype_name(net->network->dtype)}};
  (void)read_counts(m, h);
  for (size_t i = m->metadata.count; i-- > 0;)
    if (is_checkpoint(m) && dnp_of_trainer(m->metadata.item[i].key))
      (void)dnp_metadata_drop(&m->metadata, m->metadata.item[i].key);
  net->metadata = m->metadata;
  m->metadata = (dnp_pairs){0};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    DNP_TRY(dnp_metadata_set(&net->metadata, texts[i].key, texts[i].value, err));
  return DENPA_OK;
}

/* What the file says of a table has to fit the network that it is for. */
static denpa_status check_table(const model *m, const denpa_net *net, denpa_error *err) {
  const char *text = told(m, "table", NULL);
  const dnp_table *table;
  void *memory[DNP_TABLE_BLOCKS];
  if (text == NULL) return DENPA_OK;
  denpa_status status = dnp_table_from_json(text, m->path, &table, memory, err);
  if (status == DENPA_OK && (table->features != denpa_net_inputs(net) ||
                                (dnp_table_classes(table) > 0 ? dnp_table_classes(table) > dnp_exec_kinds(net->exec)
                                                              : denpa_net_outputs(net) != 1)))
    status = dnp_fail(err, DENPA_ERROR_SHAPE,
        "{1}: the table that the model tells of becomes {2} {2|input|inputs} and {3} {3|output|outputs}, but the "
        "network {4} has {5} and {6}",
        dnp_s(m->path), dnp_u(table->features), dnp_u(dnp_table_outputs(table)), dnp_s(denpa_net_text(net)),
        dnp_u(denpa_net_inputs(net)), dnp_u(denpa_net_outputs(net)));
  const dnp_tensor *answer = net->exec->answer;
  if (status == DENPA_OK && dnp_table_classes(table) == 0 && answer != NULL && answer->dtype == DENPA_DTYPE_INT32)
    status = dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: the loss {2} is for classes, but the answers of the table that the model tells of are numbers; the file "
        "is damaged or was changed",
        dnp_s(m->path), dnp_s(denpa_net_loss(net)));
  for (size_t i = 0; i < DNP_TABLE_BLOCKS; i++) dnp_free(memory[i]);
  return status;
}

/* ---- what the file says besides ----
 * Numbers cannot tell with which activation and loss they were learned, or on which data: that is believed. What is
 * said has to fit the network, and each value has to be one that training can have. */

static denpa_status check_pictures(const model *m, const denpa_net *net, denpa_error *err) {
  const char *form = told(m, "pictures", "");
  dnp_prepared p;
  size_t numbers;
  if (form[0] == '\0') return DENPA_OK;
  const denpa_status status = dnp_prepare_form(form, &p, err);
  if (status != DENPA_OK) return dnp_fail_in(err, DENPA_ERROR_FORMAT, m->path);
  if (dnp_size_mul(p.planes * p.height, p.width, &numbers) && numbers == denpa_net_inputs(net)) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_FORMAT,
      "{1}: the metadata 'pictures' say {2}, but the network {3} takes {4} {4|number|numbers}; the file is damaged or "
      "was changed",
      dnp_s(m->path), dnp_s(form), dnp_s(denpa_net_text(net)), dnp_u(denpa_net_inputs(net)));
}

static denpa_status check_classes(const model *m, const denpa_net *net, denpa_error *err) {
  const char *names = told(m, "classes", "");
  size_t count = names[0] != '\0';
  for (const char *at = names; (at = strchr(at, '\n')) != NULL; at++) count++;
  if (count <= dnp_exec_kinds(net->exec)) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_FORMAT,
      "{1}: the metadata 'classes' name {2} {2|class|classes}, but the network {3} has {4} {4|output|outputs}; the "
      "file is damaged or was changed",
      dnp_s(m->path), dnp_u(count), dnp_s(denpa_net_text(net)), dnp_u(denpa_net_outputs(net)));
}

static denpa_status check_words(const model *m, const denpa_net *net, denpa_error *err) {
  (void)net;
  static const char *const made[] = {"none", "pixel/255", "table"};
  const char *said = told(m, "preprocessing", "none"), *rows = told(m, "train_rows", "0");
  size_t i = 0, number;
  while (i < sizeof made / sizeof *made && strcmp(made[i], said) != 0) i++;
  const bool known = i < sizeof made / sizeof *made,
             lacks = strcmp(said, "table") == 0 && told(m, "table", NULL) == NULL;
  if (known && !lacks && dnp_parse_size(rows, &number)) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_FORMAT,
      "{1}: the metadata say '{3}' for {2}, which is not possible; the file is damaged or was changed", dnp_s(m->path),
      dnp_s(known && !lacks ? "train_rows" : "preprocessing"), dnp_s(known && !lacks ? rows : said));
}

static denpa_status check_novelty(const model *m, const denpa_net *net, denpa_error *err) {
  (void)net;
  const char *text = told(m, DNP_NOVELTY_KEY, NULL);
  const denpa_status status = text != NULL ? dnp_novelty_check(text, err) : DENPA_OK;
  return status == DENPA_ERROR_FORMAT ? dnp_fail_in(err, status, m->path) : status;
}

static denpa_status check_settings(const model *m, const denpa_net *net, denpa_error *err) {
  dnp_optimizer_settings settings;
  const denpa_status status = dnp_optimizer_settings_recorded(net, &settings, err);
  return status == DENPA_OK || status == DENPA_ERROR_MEMORY ? status : dnp_fail_in(err, DENPA_ERROR_FORMAT, m->path);
}

/* In a file of denpa's a value that cannot be is a damage. In one of another program such a key may mean anything: what
 * cannot be meant is forgotten, so that the network can be saved and read again. */
static denpa_status check_said(model *m, const denpa_net *net, denpa_error *err) {
  static const struct {
    denpa_status (*check)(const model *, const denpa_net *, denpa_error *);
    const char *key[3];
  } said[] = {{check_counts, {"steps", "epochs", "epochs_begun"}}, {check_table, {"table"}},
      {check_pictures, {"pictures"}}, {check_classes, {"classes"}}, {check_words, {"preprocessing", "train_rows"}},
      {check_novelty, {DNP_NOVELTY_KEY}}};
  const bool ours = told(m, "denpa_format", NULL) != NULL;
  for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
    const denpa_status status = said[i].check(m, net, err);
    if (status == DENPA_OK) continue;
    if (ours || status == DENPA_ERROR_MEMORY) return status;
    for (size_t k = 0; k < 3 && said[i].key[k] != NULL; k++) (void)dnp_metadata_drop(&m->metadata, said[i].key[k]);
  }
  return DENPA_OK;
}

static denpa_status fill_net(model *m, denpa_net *net, denpa_error *err) {
  dnp_tensor *t;
  for (size_t i = 0; (t = dnp_network_saved(net->network, i)) != NULL; i++) DNP_TRY(fill_tensor(m, net, t, err));
  DNP_TRY(check_no_more(m, net, err));
  DNP_TRY(check_sha256(m, net, err));
  DNP_TRY(check_said(m, net, err));
  const bool ours = told(m, "denpa_format", NULL) != NULL;
  DNP_TRY(take_state(m, net, err));
  const denpa_status status = check_settings(m, net, err);
  if (status == DENPA_OK || status == DENPA_ERROR_MEMORY || ours) return status;
  for (size_t i = 0; i < DNP_SETTINGS; i++)
    if (dnp_settings[i].key != NULL) (void)dnp_metadata_drop(&net->metadata, dnp_settings[i].key);
  return DENPA_OK;
}

static denpa_status make_net(
    model *m, denpa_net **out, const char *text, const denpa_net_options *options, denpa_error *err) {
  const char *version = told(m, "denpa_format", MODEL_VERSION);
  size_t rows = DNP_FIRST_ROWS;
  if (strcmp(version, MODEL_VERSION) != 0)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "{1}: a model file of version {2}; this denpa reads version {3}. Read it with the denpa that wrote it, or a "
        "newer one",
        dnp_s(m->path), dnp_s(version), dnp_s(MODEL_VERSION));
  const bool given = text != NULL; /* by the caller: as large as it may be */
  if (!given) text = told(m, "net", NULL);
  if (text == NULL) {
    DNP_TRY(derive_text(m, err));
    text = m->derived;
  }
  const dnp_array *first = dnp_arrays_find(&m->arrays, "W1");
  denpa_net_options o = *options;
  if (first != NULL && first->dtype != DENPA_DTYPE_FLOAT32 && first->dtype != DENPA_DTYPE_FLOAT64)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED, "{1}: W1 is {2}; networks compute in float32 or float64",
        dnp_s(m->path), dnp_s(dnp_dtype_name(first->dtype)));
  o.dtype = first != NULL ? first->dtype : DENPA_DTYPE_FLOAT32;
  denpa_graph *graph;
  denpa_status status = dnp_graph_from_text(
      &graph, text, told(m, "activation", o.activation), told(m, "init", o.init), told(m, "loss", o.loss), err);
  if (status == DENPA_ERROR_MEMORY) return status;
  /* what stands in the file is no mistake of the caller's */
  if (status != DENPA_OK) return given ? status : dnp_fail_in(err, DENPA_ERROR_FORMAT, m->path);
  status = check_numbers(m, text, graph, err);
  if (status == DENPA_OK && !given) status = check_memory(m, graph, o.dtype, &rows, err);
  if (status == DENPA_OK) status = dnp_net_make(out, graph, &o, rows, err);
  denpa_graph_free(graph);
  DNP_TRY(status);
  status = fill_net(m, *out, err);
  if (status != DENPA_OK) {
    denpa_net_free(*out);
    *out = NULL;
  }
  return status;
}

/* Where the model is: a file or a folder, or, if there is no path, in memory. */
typedef struct place {
  const char *path;
  const unsigned char *bytes;
  size_t size;
} place;

static denpa_status read_place(model *m, const place *from, denpa_error *err) {
  if (from->path != NULL) {
    DNP_TRY(find_file(m, from->path, err));
    return read_file(m, err);
  }
  m->path = dnp_strdup(DNP_IN_MEMORY, err);
  if (m->path == NULL) return DENPA_ERROR_MEMORY;
  return dnp_safetensors_from_memory(from->bytes, from->size, &m->arrays, &m->metadata, err);
}

static denpa_status load(
    denpa_net **out, const place *from, const char *net, const denpa_net_options *given, denpa_error *err) {
  denpa_net_options options;
  model m = {0};
  char *text = NULL;
  DNP_TRY(dnp_net_options_take(&options, given, err));
  denpa_status status = net != NULL ? dnp_net_text_read(&text, net, err) : DENPA_OK;
  if (status == DENPA_OK) status = read_place(&m, from, err);
  if (status == DENPA_OK) status = make_net(&m, out, text, &options, err);
  dnp_arrays_free(&m.arrays);
  dnp_pairs_free(&m.metadata);
  dnp_free(m.derived);
  dnp_free(m.path);
  dnp_free(text);
  return status;
}

denpa_status dnp_published_find(const char *path, const char **text, denpa_error *err) {
  model m = {0};
  *text = NULL;
  const denpa_status status = read_place(&m, &(place){.path = path}, err);
  if (status == DENPA_OK && told(&m, "net", NULL) == NULL) *text = dnp_published_text(&m.arrays);
  dnp_arrays_free(&m.arrays);
  dnp_pairs_free(&m.metadata);
  dnp_free(m.path);
  return status;
}

denpa_status denpa_net_load(
    denpa_net **out, const char *path, const char *net, const denpa_net_options *options, denpa_error *err) {
  DNP_REQUIRE(out, err);
  *out = NULL;
  DNP_REQUIRE(path, err);
  return load(out, &(place){.path = path}, net, options, err);
}

denpa_status denpa_net_load_memory(denpa_net **out, const void *bytes, size_t size, const char *net,
    const denpa_net_options *options, denpa_error *err) {
  DNP_REQUIRE(out, err);
  *out = NULL;
  DNP_REQUIRE(bytes, err);
  return load(out, &(place){.bytes = bytes, .size = size}, net, options, err);
}
