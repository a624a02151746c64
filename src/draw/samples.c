/* samples.c: which picture or which record a sample is. Called by plot_samples.c, plot_answers.c and src/explain. */
#include "draw/samples.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/table.h"
#include "draw/say.h"

enum { MOST_COLUMNS = 40, FEW_NUMBERS = 16 };

/* ---- records ----------------------------------------------------------------------------------- */

/* The columns of the table that are inputs, at most MOST_COLUMNS of them; returns how many there are. */
static size_t input_columns(const dnp_table *table, const dnp_column *column[MOST_COLUMNS]) {
  size_t count = 0;
  for (size_t k = 0; k < table->columns; k++)
    if (k != table->target && table->column[k].kind != DNP_COLUMN_IGNORED) {
      if (count < MOST_COLUMNS) column[count] = &table->column[k];
      count++;
    }
  return count;
}

static bool is_missing(const dnp_column *c, const double *x) {
  return c->indicator && x[c->first + c->inputs - 1] > 0.5;
}

static double number_of(const dnp_column *c, const double *x) {
  return is_missing(c, x) ? (double)NAN : x[c->first] * c->deviation + c->mean;
}

/* The category that there is; one that the table does not know is none of them. */
static const char *category_of(const dnp_column *c, const double *x) {
  for (size_t i = 0; i < c->categories && !is_missing(c, x); i++)
    if (x[c->first + i] > 0.5) return c->category[i];
  return "?";
}

/* From the lowest to the highest number of the training rows. */
static denpa_status find_ends(dnp_panel *p, const denpa_data *data, const dnp_column *const *column, denpa_error *err) {
  double *x;
  DNP_TRY(DNP_NEW(&x, data->features, err));
  denpa_status status = DENPA_OK;
  for (size_t k = 0; k < p->rows; k++) {
    p->from[k] = (double)INFINITY;
    p->to[k] = -(double)INFINITY;
  }
  for (size_t i = 0; i < data->split[DNP_TRAIN].rows && status == DENPA_OK; i++) {
    status = denpa_data_row(data, DENPA_SPLIT_TRAIN, i, x, err);
    for (size_t k = 0; k < p->rows && status == DENPA_OK; k++) {
      const double value = column != NULL ? number_of(column[k], x) : x[k];
      if ((column != NULL && column[k]->kind != DNP_COLUMN_NUMBER) || isnan(value)) continue;
      if (value < p->from[k]) p->from[k] = value;
      if (value > p->to[k]) p->to[k] = value;
    }
  }
  for (size_t k = 0; k < p->rows; k++)
    if (!(p->from[k] <= p->to[k])) p->from[k] = p->to[k] = 0; /* no number at all */
  dnp_free(x);
  return status;
}

static denpa_status fill_record(
    dnp_figure *f, dnp_panel *p, dnp_tile *t, const dnp_column *const *column, const double *x, denpa_error *err) {
  char text[40];
  DNP_TRY(dnp_figure_take_names(f, &t->text, p->rows, err));
  for (size_t k = 0; k < p->rows; k++) {
    const bool category = column != NULL && column[k]->kind == DNP_COLUMN_CATEGORY;
    t->value[k] = category ? (double)NAN : column != NULL ? number_of(column[k], x) : x[k];
    if (isnan(t->value[k]))
      snprintf(text, sizeof text, "?");
    else
      dnp_format_real(text, sizeof text, t->value[k], 6);
    DNP_TRY(dnp_figure_take_text(f, &t->text[k], category ? category_of(column[k], x) : text, err));
  }
  return DENPA_OK;
}

static denpa_status make_records(dnp_figure *f, dnp_panel *p, const denpa_data *data, denpa_split split,
    const size_t *row, size_t count, double *x, denpa_error *err) {
  const dnp_column *column[MOST_COLUMNS];
  const size_t columns = data->table != NULL ? input_columns(data->table, column) : data->features,
               rows = columns < MOST_COLUMNS ? columns : MOST_COLUMNS;
  const dnp_column *const *of = data->table != NULL ? column : NULL;
  char number[24];
  p->kind = DNP_PANEL_RECORDS;
  p->left_out = columns - rows;
  DNP_TRY(dnp_figure_take_records(f, p, count, rows, err));
  for (size_t k = 0; k < rows; k++) {
    snprintf(number, sizeof number, "x%zu", k);
    DNP_TRY(dnp_figure_take_text(f, &p->name[k], of != NULL ? of[k]->name : number, err));
  }
  DNP_TRY(find_ends(p, data, of, err));
  for (size_t i = 0; i < count; i++) {
    DNP_TRY(denpa_data_row(data, split, row[i], x, err));
    DNP_TRY(fill_record(f, p, &p->tile[i], of, x, err));
  }
  return DENPA_OK;
}

/* ---- pictures ---------------------------------------------------------------------------------- */

/* Planes that are no colours lie below each other. */
static denpa_status make_pictures(dnp_figure *f, dnp_panel *p, const denpa_data *data, denpa_split split,
    const size_t *row, size_t count, double *x, denpa_error *err) {
  const size_t *shape = data->shape, planes = data->axes == 3 ? shape[0] : 1;
  const bool picture = data->axes >= 2, colours = planes == 3;
  p->kind = DNP_PANEL_TILES;
  p->planes = colours ? 3 : 1;
  p->high = data->split[split].pixel != NULL ? 255 : 1;
  DNP_TRY(dnp_figure_take_tiles(f, p, count, picture ? (colours ? 1 : planes) * shape[data->axes - 2] : 1,
      picture ? shape[data->axes - 1] : data->features, err));
  for (size_t i = 0; i < count; i++) {
    const uint8_t *pixel = denpa_data_pixels(data, split, row[i]);
    if (pixel == NULL) DNP_TRY(denpa_data_row(data, split, row[i], x, err));
    for (size_t k = 0; k < data->features; k++) p->tile[i].value[k] = pixel != NULL ? (double)pixel[k] : x[k];
  }
  return DENPA_OK;
}

/* ---- either ------------------------------------------------------------------------------------ */

static bool is_record(const denpa_data *data) {
  return data->table != NULL || (data->axes < 2 && data->features <= FEW_NUMBERS);
}

denpa_status dnp_samples_panel(dnp_figure *figure, dnp_panel *panel, const denpa_data *data, denpa_split split,
    const size_t *row, size_t count, denpa_error *err) {
  double *x;
  *panel = (dnp_panel){.key = panel->key};
  DNP_TRY(DNP_NEW(&x, data->features, err));
  denpa_status status = (is_record(data) ? make_records : make_pictures)(
      figure, panel, data, split, row, count, x, err);
  dnp_free(x);
  for (size_t i = 0; i < count && status == DENPA_OK; i++) {
    panel->tile[i].index = row[i];
    panel->tile[i].label = denpa_data_label(data, split, row[i]);
    if (panel->tile[i].label >= 0)
      panel->tile[i].label_name = denpa_data_class_name(data, (size_t)panel->tile[i].label);
  }
  return status;
}

bool dnp_sample_shown(const denpa_data *data) { return is_record(data) || data->axes >= 2; }

denpa_status dnp_sample_text(FILE *out, denpa_lang lang, const denpa_data *data, denpa_split split, size_t row,
    size_t lines, bool colour, denpa_error *err) {
  dnp_figure *figure;
  if (!dnp_sample_shown(data)) return DENPA_OK;
  DNP_TRY(dnp_figure_create(&figure, "sample", lang, 1, err));
  figure->panel[0].key = "sample";
  denpa_status status = dnp_samples_panel(figure, &figure->panel[0], data, split, &row, 1, err);
  if (status == DENPA_OK)
    status = dnp_panel_text(out, &figure->panel[0], lang, dnp_terminal_cells(out), lines, colour, err);
  dnp_figure_free(figure);
  return status;
}
