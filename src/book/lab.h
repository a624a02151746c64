/* lab.h: lessons: short texts with numbers that are computed while they are shown. One row of a table each. Called by
 * `denpa lab` (src/cli/lab.c). */
#ifndef DNP_BOOK_LAB_H
#define DNP_BOOK_LAB_H

#include "draw/notes.h"

/* What a lesson is made from. */
typedef struct dnp_lab {
  const denpa_data
      *dataset;   /* with pixels and labels (with a network of the person's: any classes); NULL if not needed */
  denpa_net *net; /* the person's own; NULL: the lesson makes one */
  double value;   /* of what can be changed */
} dnp_lab;

/* Adds a lesson to `notes`: its text, one figure, and one question whose answer is computed. */
typedef denpa_status dnp_lesson_teach(dnp_notes *notes, const dnp_lab *lab, denpa_error *err);

typedef struct dnp_lesson {
  const char *name;
  const char *title, *about; /* in the catalogue; about: one sentence */
  bool needs_data;
  bool takes_net; /* its picture can be that of the person's network */
  bool any_rows;  /* ... which may be one for other rows than pictures */
  dnp_lesson_teach *teach;
  struct {                   /* the one number that can be changed: --set NAME=VALUE */
    const char *name, *what; /* what: in the catalogue */
    double value, low, high; /* its default and its range */
    bool whole;
  } change;
} dnp_lesson;

extern const dnp_lesson dnp_lessons[];               /* in the order in which to read them; name NULL after the last */
const dnp_lesson *dnp_lesson_find(const char *name); /* NULL if there is none */
/* Reads NAME=VALUE of --set; NULL: the default. */
denpa_status dnp_lesson_set(const dnp_lesson *lesson, const char *text, double *out, denpa_error *err);
/* Fills notes (with lang set, else zero), which the caller frees, also on failure. */
denpa_status dnp_lesson_write(const dnp_lesson *lesson, const dnp_lab *lab, dnp_notes *notes, denpa_error *err);

/* Writes a page for each lesson and index.html, which lists them, into a folder that is there. The pages are linked
 * with the list and with each other. */
denpa_status dnp_lessons_pages(const char *folder, const denpa_data *data, denpa_lang lang, denpa_error *err);

/* ---- inside the room: what the files of lessons share (lab.c) ------------------------------------ */

/* Which data a lesson speaks of, as its first line. */
void dnp_lab_say_data(dnp_notes *notes, const denpa_data *data);
/* A data set of rows first .. first+rows-1 of one split (fewer if there are no more), to train and to test on. */
denpa_status dnp_lab_part(
    denpa_data **out, const denpa_data *data, denpa_split split, size_t first, size_t rows, denpa_error *err);
/* A network inputs-HIDDEN-outputs that fits the data, in float64, on one thread; hidden "" for none, such as "50" or
 * "100-100". */
denpa_status dnp_lab_net(
    denpa_net **out, const denpa_data *data, const char *hidden, const denpa_net_options *options, denpa_error *err);
/* float64 on one thread. */
denpa_net_options dnp_lab_net_options(void);
/* count normal numbers, the same ones every time for the same number of the stream. */
void dnp_lab_normals(uint64_t number, size_t count, double *out);

struct dnp_figure;
struct dnp_series;
struct dnp_trace;
/* A figure of the notes' language, with so many panels. */
denpa_status dnp_lab_figure(
    const dnp_notes *notes, struct dnp_figure **out, const char *what, size_t panels, denpa_error *err);
/* A series of so many points, still zero. title: as it is. */
denpa_status dnp_lab_series(struct dnp_figure *figure, struct dnp_series *out, const char *key, const char *title,
    size_t count, denpa_error *err);
/* Which test sample --set sample=K means. */
denpa_status dnp_lab_sample(const dnp_lab *lab, size_t *out, denpa_error *err);
/* One pass of the person's network, or of a fresh one with so many hidden units (which becomes *own and is the
 * caller's), over rows of a split. */
typedef struct dnp_lab_pass {
  struct dnp_trace *trace;
  denpa_net *own;
} dnp_lab_pass;
denpa_status dnp_lab_pass_open(dnp_lab_pass *out, const dnp_lab *lab, size_t hidden, size_t updates, denpa_split split,
    size_t first, size_t rows, denpa_error *err);
void dnp_lab_pass_close(dnp_lab_pass *pass);
/* The figures of lab_network.c that belong to other lessons: each adds itself to the notes. */
denpa_status dnp_lab_draw_products(dnp_notes *notes, const dnp_lab *lab, size_t sample, denpa_error *err);
denpa_status dnp_lab_draw_flip(dnp_notes *notes, const dnp_lab *lab, size_t rows, size_t columns, const double *a,
    const double *t, denpa_error *err);
denpa_status dnp_lab_draw_road(dnp_notes *notes, const dnp_lab *lab, denpa_error *err);

dnp_lesson_teach dnp_lab_flow, dnp_lab_error, dnp_lab_x_xt, dnp_lab_budgets, dnp_lab_mean, dnp_lab_bytes;
dnp_lesson_teach dnp_lab_rows, dnp_lab_product, dnp_lab_order, dnp_lab_transpose, dnp_lab_inverse,
    dnp_lab_least_squares, dnp_lab_y_minus_t, dnp_lab_z1, dnp_lab_minus, dnp_lab_rates, dnp_lab_init, dnp_lab_gates,
    dnp_lab_apples;

#endif
