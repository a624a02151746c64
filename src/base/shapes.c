/* shapes.c: the sentence and the drawing of shapes.h. Never prints. Called by those who refuse a shape, and by
 * status.c, which shows what was refused. */
#include "base/shapes.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { GIVEN, WANTED, BOTH };

typedef struct misfit {
  int axes[BOTH];
  size_t shape[BOTH][DNP_MAX_AXES];
  char name[DNP_MAX_NAME + 1]; /* "": not an array's */
} misfit;

/* ---- likeness ------------------------------------------------------------------------------------ */

typedef enum likeness { UNLIKE, TRANSPOSED, REORDERED, RESHAPED, A_PICTURE, A_ROW_OF_IT } likeness;

/* order[i]: which of the given axes stands at place i of the wanted ones. */
static bool find_order(const misfit *m, int order[DNP_MAX_AXES]) {
  bool taken[DNP_MAX_AXES] = {false};
  for (int i = 0; i < m->axes[WANTED]; i++) {
    int k = m->axes[GIVEN] - 1; /* from the back: what stands in front in another tool's file stands behind here */
    while (k >= 0 && (taken[k] || m->shape[GIVEN][k] != m->shape[WANTED][i])) k--;
    if (k < 0) return false;
    taken[k] = true;
    order[i] = k;
  }
  /* two sides of a filter that are equally long stay in their order */
  for (int i = 0; i + 1 < m->axes[WANTED]; i++)
    if (m->shape[WANTED][i] == m->shape[WANTED][i + 1] && order[i] > order[i + 1]) {
      const int other = order[i];
      order[i] = order[i + 1];
      order[i + 1] = other;
    }
  return true;
}

static likeness compare(const misfit *m, int order[DNP_MAX_AXES]) {
  size_t given, wanted;
  const size_t *g = m->shape[GIVEN], *w = m->shape[WANTED];
  if (!dnp_shape_count(m->axes[GIVEN], g, &given) || !dnp_shape_count(m->axes[WANTED], w, &wanted)) return UNLIKE;
  const bool same = m->axes[GIVEN] == m->axes[WANTED];
  if (same && memcmp(g, w, (size_t)m->axes[GIVEN] * sizeof *g) == 0) return UNLIKE; /* it is not the shape */
  if (same && m->axes[GIVEN] == 2 && g[0] == w[1] && g[1] == w[0]) return TRANSPOSED;
  if (same && m->axes[GIVEN] > 2 && find_order(m, order)) return REORDERED;
  if (given == wanted && !same) return RESHAPED;
  if (m->axes[GIVEN] != 1 || m->axes[WANTED] != 1) return UNLIKE;
  if (w[0] > 1 && given / w[0] == w[0] && given % w[0] == 0) return A_PICTURE;
  if (g[0] > 1 && wanted / g[0] == g[0] && wanted % g[0] == 0) return A_ROW_OF_IT;
  return UNLIKE;
}

/* ---- keeping it in an error ------------------------------------------------------------------------ */

denpa_status dnp_fail_shapes(
    denpa_error *err, denpa_status status, const char *name, dnp_shape given, dnp_shape wanted) {
  misfit m = {.axes = {given.axes, wanted.axes}};
  int order[DNP_MAX_AXES];
  char text[256];
  memcpy(m.shape[GIVEN], given.of, (size_t)given.axes * sizeof *given.of);
  memcpy(m.shape[WANTED], wanted.of, (size_t)wanted.axes * sizeof *wanted.of);
  if (err == NULL || status == DENPA_OK || compare(&m, order) == UNLIKE) return status;
  size_t used = 0;
  for (int s = 0; s < BOTH; s++)
    for (int i = 0; i < m.axes[s]; i++)
      used += (size_t)snprintf(text + used, sizeof text - used, "%zu%c", m.shape[s][i], i + 1 < m.axes[s] ? 'x' : ':');
  snprintf(text + used, sizeof text - used, "%.*s", DNP_MAX_NAME, name != NULL ? name : "");
  return dnp_fail_with(err, status, 'x', text);
}

static bool recall(const char *kept, misfit *m) {
  *m = (misfit){.axes = {0}};
  for (int s = 0; s < BOTH; s++)
    for (char end = 'x'; end == 'x'; kept++) {
      size_t number = 0;
      for (; *kept >= '0' && *kept <= '9'; kept++) number = number * 10 + (size_t)(*kept - '0');
      if (m->axes[s] == DNP_MAX_AXES || (*kept != 'x' && *kept != ':')) return false; /* the error had no more room */
      m->shape[s][m->axes[s]++] = number;
      end = *kept;
    }
  snprintf(m->name, sizeof m->name, "%s", kept);
  return true;
}

/* ---- showing it ------------------------------------------------------------------------------------ */

enum { DRAWING = 1024, SLOT = 20, LABEL = 6, LONG = 10, SHORT = 5, TALL = 5, EVEN = 4, FLAT = 2, LINES = TALL + 2 };

/* The last two axes. It stands for the shape and is not to scale. */
typedef struct box {
  size_t rows, columns; /* rows 0: it has one axis */
  int width, height;
} box;

static box box_of(const misfit *m, int s) {
  const int axes = m->axes[s];
  box b = {axes > 1 ? m->shape[s][axes - 2] : 0, m->shape[s][axes - 1], LONG, 1};
  if (axes == 1) return b;
  if (b.rows > b.columns) b.width = SHORT;
  b.height = b.rows == 1 ? 1 : b.rows > b.columns ? TALL : b.rows == b.columns ? EVEN : FLAT;
  return b;
}

static void put(char line[SLOT + 1], const box *b, int number) {
  char label[24] = "", inside[LONG + 1];
  memset(inside, number == 0 || number == b->height + 1 ? '-' : ' ', LONG);
  inside[b->width] = '\0';
  line[0] = '\0';
  if (number > b->height + 1) return;
  if (number == (b->height + 1) / 2 && b->rows > 0) snprintf(label, sizeof label, "%zu", b->rows);
  if (strlen(label) >= LABEL) label[0] = '\0'; /* it stands in the shape above */
  const char side = number == 0 || number == b->height + 1 ? '+' : '|';
  snprintf(line, SLOT + 1, "%*.*s %c%s%c", LABEL - 1, LABEL - 1, label, side, inside, side);
}

/* One line of both, in cells. */
static size_t join(char *out, size_t size, const char *left, const char *right) {
  const int gap = SLOT - (int)dnp_text_width(left);
  const int length = snprintf(
      out, size, right[0] != '\0' ? "\n  %s%*s%s" : "\n  %s", left, gap > 1 ? gap : 1, "", right);
  return length > 0 ? (size_t)length : 0;
}

static void draw(char out[DRAWING], denpa_lang lang, const misfit *m) {
  const box b[BOTH] = {box_of(m, GIVEN), box_of(m, WANTED)};
  char shape[BOTH][96], line[BOTH][SLOT + 1], above[BOTH][40];
  size_t used = join(out, DRAWING, dnp_translate(lang, DNP_N("given")), dnp_translate(lang, DNP_N("wanted")));
  for (int s = 0; s < BOTH; s++) {
    dnp_shape_text(m->axes[s], m->shape[s], shape[s]);
    const int digits = snprintf(above[s], sizeof above[s], "%zu", b[s].columns);
    snprintf(above[s], sizeof above[s], "%*s%zu", LABEL + (b[s].width + 3 - digits) / 2, "", b[s].columns);
  }
  used += join(out + used, DRAWING - used, shape[GIVEN], shape[WANTED]);
  used += join(out + used, DRAWING - used, above[GIVEN], above[WANTED]);
  for (int i = 0; i < LINES && (i < b[GIVEN].height + 2 || i < b[WANTED].height + 2); i++) {
    for (int s = 0; s < BOTH; s++) put(line[s], &b[s], i);
    used += join(out + used, DRAWING - used, line[GIVEN], line[WANTED]);
  }
}

/* "2, 0, 1" */
static void order_text(const misfit *m, const int order[DNP_MAX_AXES], char out[32]) {
  size_t used = 0;
  for (int i = 0; i < m->axes[WANTED]; i++)
    used += (size_t)snprintf(out + used, 32 - used, i > 0 ? ", %d" : "%d", order[i]);
}

size_t dnp_shapes_render(char *out, size_t size, denpa_lang lang, const char *kept) {
  static const char *const sentence[][2] = {
      [TRANSPOSED] = {DNP_N("{1} is {2} transposed: rows and columns have changed places."),
          DNP_N("{1} is {2} transposed: rows and columns have changed places. Weights are [inputs, outputs] here, and "
                "[outputs, inputs] in PyTorch, for example. Write {3}.T into the file (NumPy).")},
      [REORDERED] = {DNP_N("{1} is {2} with its axes in another order. Pictures are [channels, height, width] here."),
          DNP_N("{1} is {2} with its axes in another order. Filters are [outputs, channels, height, width] here, and "
                "[height, width, channels, outputs] in Keras, for example. Write {3}.transpose({4}) into the file "
                "(NumPy).")},
      [RESHAPED] = {DNP_N("{1} has as many numbers as {2}, but other axes."),
          DNP_N("{1} has as many numbers as {2}, but other axes. Write {3}.reshape{2} into the file (NumPy).")},
      [A_PICTURE] = {DNP_N("{5} = {6} x {6}, flattened: a row is a whole picture. A network for it begins with {5}.")},
      [A_ROW_OF_IT] = {DNP_N(
          "{6} = {5} x {5}, flattened: the network takes a whole picture, and a row here has as many numbers as a "
          "row of one.")},
  };
  misfit m;
  int order[DNP_MAX_AXES] = {0};
  char given[96], wanted[96], places[32] = "", drawing[DRAWING];
  if (!recall(kept, &m)) return 0;
  const likeness like = compare(&m, order);
  if (like == UNLIKE) return 0;
  if (like == REORDERED) order_text(&m, order, places);
  const char *text = sentence[like][m.name[0] != '\0' && sentence[like][1] != NULL];
  if (size > 1) out[0] = '\n';
  const size_t used = 1 + dnp_render(size > 1 ? out + 1 : NULL, size > 1 ? size - 1 : 0, lang, text,
                              (const denpa_arg[]){dnp_s(dnp_shape_text(m.axes[GIVEN], m.shape[GIVEN], given)),
                                  dnp_s(dnp_shape_text(m.axes[WANTED], m.shape[WANTED], wanted)), dnp_s(m.name),
                                  dnp_s(places), dnp_u(m.shape[GIVEN][0]), dnp_u(m.shape[WANTED][0]), DNP_END});
  draw(drawing, lang, &m);
  if (used < size) dnp_text_copy(out + used, size - used, drawing);
  return used + strlen(drawing);
}
