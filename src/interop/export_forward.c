/* export_forward.c: writes a trained network as a NumPy script that computes its answers: the template
 * export_forward.py beside this file (script.h), filled in with what the model knows of its data and, step by step, the
 * nodes of the network, each with the NumPy text of its operation's row. It computes nothing. Called by
 * export_numpy.c. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/table.h"
#include "interop/export.h"
#include "interop/script.h"
#include "learn/learn.h"
#include "op/op.h"

#include "export_forward_py.h"

typedef struct forward {
  dnp_script base;
  const denpa_net *net;
  const dnp_table *table; /* NULL: it was not trained on one */
  void *memory[DNP_TABLE_BLOCKS];
} forward;

/* ---- settings ------------------------------------------------------------------------------------ */

static const char *truth(bool is) { return is ? "True" : "False"; }

static void put_pair(FILE *out, const char *key, double value) {
  char text[40];
  dnp_format_shortest(text, sizeof text, value);
  fprintf(out, ", \"%s\": %s", key, text);
}

static void put_names(FILE *out, const char *const *name, size_t names) {
  fputc('[', out);
  for (size_t i = 0; i < names; i++) {
    if (i > 0) fputs(", ", out);
    dnp_script_literal(out, name[i]);
  }
  fputc(']', out);
}

static void put_column(FILE *out, const dnp_table *t, size_t place) {
  const dnp_column *c = &t->column[place];
  fputs("{\"name\": ", out);
  dnp_script_literal(out, c->name);
  fprintf(out, ", \"place\": %zu, \"kind\": \"%s\"", place, c->kind == DNP_COLUMN_NUMBER ? "number" : "category");
  if (c->kind == DNP_COLUMN_NUMBER) {
    put_pair(out, "mean", c->mean);
    put_pair(out, "deviation", c->deviation);
  } else {
    fputs(", \"values\": ", out);
    put_names(out, c->category, c->categories);
    fprintf(out, ", \"numeric\": %s, \"common\": %zu", truth(c->numeric), c->common);
  }
  fprintf(out, ", \"indicator\": %s}", truth(c->indicator));
}

static void put_table(FILE *out, const dnp_table *t) {
  fputs("SEPARATOR = ", out);
  dnp_script_literal(out, (const char[]){t->separator, '\0'});
  fprintf(out, "\nHEADER = %s\nCOLUMNS_IN_ALL = %zu\nINPUTS = %zu\nCOLUMNS = [\n", truth(t->header), t->columns,
      t->features);
  for (size_t k = 0; k < t->columns; k++) {
    if (t->column[k].inputs == 0) continue;
    fputs("    ", out);
    put_column(out, t, k);
    fputs(",\n", out);
  }
  fputs("]\nTARGET = ", out);
  put_column(out, t, t->target);
  fputc('\n', out);
}

/* The classes' names, one a line in the metadata; none where they are called by their numbers. */
static void put_class_names(FILE *out, const char *text) {
  fputc('[', out);
  for (const char *at = text; at != NULL && *at != '\0';) {
    const size_t length = strcspn(at, "\n");
    char name[512];
    snprintf(name, sizeof name, "%.*s", (int)length, at);
    if (at != text) fputs(", ", out);
    dnp_script_literal(out, name);
    at += length + (at[length] == '\n');
  }
  fputc(']', out);
}

static void put_settings(const void *of) {
  const forward *f = of;
  FILE *out = f->base.out;
  fprintf(out, "DTYPE = np.%s\nOUTPUTS = %zu\n", dnp_dtype_name(denpa_net_dtype(f->net)), denpa_net_outputs(f->net));
  fprintf(out, "OUTPUT = \"%s\"  # %s\n", dnp_exec_probabilities(f->net->exec) ? "p" : "y",
      dnp_translate(f->base.lang, DNP_N("p: a probability, y: any number")));
  if (f->table != NULL) put_table(out, f->table);
  fputs("NAMES = ", out);
  if (f->table != NULL)
    put_names(out, dnp_table_target(f->table)->category, dnp_table_classes(f->table));
  else
    put_class_names(out, denpa_net_metadata(f->net, "classes"));
  fputs("  # ", out);
  fputs(dnp_translate(f->base.lang, DNP_N("of the classes; those without a name are called by their numbers")), out);
  fputc('\n', out);
}

static void put_data(const void *of) {
  const forward *f = of;
  const char *name = denpa_net_metadata(f->net, "data");
  char shown[4 * 4096 + 1];
  dnp_render(shown, sizeof shown, DENPA_LANG_EN, "{1}", (const denpa_arg[]){dnp_s(name != NULL ? name : ""), DNP_END});
  fputs(shown, f->base.out);
}

/* ---- steps --------------------------------------------------------------------------------------- */

static bool uses(const dnp_op *op, size_t number) {
  const char mark[] = {'{', (char)('1' + number), '}', '\0'};
  return strstr(op->numpy.value, mark) != NULL;
}

static void put_function(const forward *f, const dnp_op *op) {
  FILE *out = f->base.out;
  const char *name[DNP_OP_NUMBERS];
  size_t numbers = 0; /* the text calls them by their names in the row */
  for (; numbers < DNP_OP_NUMBERS && op->number[numbers].name != NULL; numbers++)
    name[numbers] = op->number[numbers].name;
  fprintf(out, "# %s\n", op->formula);
  fprintf(out, "def %s(%s", op->name, op->numpy.arguments != NULL ? op->numpy.arguments : "a");
  for (size_t i = 0; i < numbers; i++)
    if (uses(op, i)) fprintf(out, ", %s", name[i]);
  fputs("):\n", out);
  dnp_script_body(&f->base, op->numpy.value, name, numbers);
  fputc('\n', out);
}

/* Each operation once, in the order in which they come. */
static void put_operations(const void *of) {
  const forward *f = of;
  const dnp_exec *exec = f->net->exec;
  for (size_t c = 0; c < exec->nodes; c++) {
    const dnp_op *op = exec->node[c].op;
    size_t first = 0;
    while (exec->node[first].op != op) first++;
    if (first == c && !op->ends_in_loss) put_function(f, op);
  }
}

static void put_tensor(FILE *out, const dnp_network *network, const char *name) {
  const dnp_tensor *t;
  for (size_t k = 0; (t = dnp_network_saved(network, k)) != NULL; k++)
    if (strcmp(t->name, name) == 0) {
      fprintf(out, "w[\"%s\"]", name);
      return;
    }
  fputs(name, out);
}

static void put_call(const forward *f, const dnp_node *n) {
  FILE *out = f->base.out;
  const dnp_op *op = n->op;
  fprintf(out, "    %s = %s(", n->out->name, op->name);
  for (int i = 0; i < n->inputs; i++) {
    if (i > 0) fputs(", ", out);
    put_tensor(out, f->net->network, n->in[i]->name);
  }
  for (size_t i = 0; i < DNP_MAX_STATE && op->state[i].name != NULL; i++) {
    if (!op->state[i].lasting) continue;
    fputs(", ", out);
    put_tensor(out, f->net->network, n->state[i]->name);
  }
  for (size_t i = 0; i < DNP_OP_NUMBERS && op->number[i].name != NULL; i++) {
    char text[40];
    if (!uses(op, i)) continue;
    dnp_format_shortest(text, sizeof text, n->number[i]);
    fprintf(out, ", %s=%s", op->number[i].name, text);
  }
  fputs(")\n", out);
}

static void put_forward(const void *of) {
  const forward *f = of;
  const dnp_exec *exec = f->net->exec;
  const dnp_tensor *x = exec->input;
  FILE *out = f->base.out;
  if (x->axes > 2) {
    fprintf(out, "    %s = %s.reshape(len(%s)", x->name, x->name, x->name);
    for (int i = 1; i < x->axes; i++) fprintf(out, ", %zu", x->shape[i]);
    fprintf(out, ")  # %s\n", dnp_translate(f->base.lang, DNP_N("pictures: channels, height, width")));
  }
  for (size_t c = 0; c < exec->nodes; c++)
    if (!exec->node[c].op->ends_in_loss) put_call(f, &exec->node[c]);
  const char *last = exec->last->in[0]->name;
  fprintf(
      out, exec->last->op->inside == DNP_INSIDE_NOTHING ? "    return %s\n" : "    return probabilities(%s)\n", last);
}

static const dnp_script_filling fillings[] = {{"@SETTINGS\n", put_settings}, {"@OPERATIONS\n", put_operations},
    {"@FORWARD\n", put_forward}, {"@DATA", put_data}, {NULL, NULL}};

/* ---- the whole ----------------------------------------------------------------------------------- */

/* Every node needs a NumPy text. */
static denpa_status check(const denpa_net *net, denpa_error *err) {
  const dnp_exec *exec = net->exec;
  if (exec->last == NULL || exec->input == NULL)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED, "the network has no input or no loss, so there is no script for it");
  for (size_t c = 0; c < exec->nodes; c++) {
    const dnp_node *n = &exec->node[c];
    if (!n->op->ends_in_loss && n->op->numpy.value == NULL)
      return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
          "the network has '{1}', which is the operation {2}; networks with that cannot be written as a script",
          dnp_s(n->out->name), dnp_s(n->op->name));
  }
  return DENPA_OK;
}

static void choose_words(forward *f) {
  const char *source = denpa_net_metadata(f->net, "data_source");
  const dnp_inside inside = f->net->exec->last->op->inside;
  dnp_script *s = &f->base;
  if (inside == DNP_INSIDE_SOFTMAX) dnp_script_add(s, "inside-softmax");
  if (inside == DNP_INSIDE_SIGMOID) dnp_script_add(s, "inside-sigmoid");
  dnp_script_add(s, f->table != NULL ? "table" : "rows");
  if (f->table != NULL)
    dnp_script_add(s, dnp_table_classes(f->table) > 0 ? "classes" : "amounts");
  else
    dnp_script_add(s, source != NULL ? "program" : "named");
}

denpa_status dnp_export_forward(FILE *out, denpa_lang lang, const denpa_net *net, denpa_error *err) {
  forward f = {.base = {.out = out, .lang = lang, .filling = fillings}, .net = net};
  const char *table = denpa_net_metadata(net, "table");
  denpa_status status = check(net, err);
  f.base.of = &f;
  if (status == DENPA_OK && table != NULL)
    status = dnp_table_from_json(table, denpa_net_text(net), &f.table, f.memory, err);
  if (status == DENPA_OK) {
    choose_words(&f);
    status = dnp_script_write(&f.base, export_forward_py, sizeof export_forward_py, err);
  }
  for (size_t i = 0; i < DNP_TABLE_BLOCKS; i++) dnp_free(f.memory[i]);
  return status;
}
