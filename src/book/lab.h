/* lab.h: lessons: short texts with numbers that are computed while they are shown. One row of a table each. Called by
 * `denpa lab` (src/cli/lab.c). */
#ifndef DNP_BOOK_LAB_H
#define DNP_BOOK_LAB_H

#include "draw/notes.h"

/* Adds a lesson to `notes`. `data` has pixels and labels, or is NULL for lessons that need none. */
typedef denpa_status dnp_lesson_teach(dnp_notes *notes, const denpa_data *data, denpa_error *err);

typedef struct dnp_lesson {
  const char *name;
  const char *title, *about; /* in the catalogue; about: one sentence */
  bool needs_data;
  dnp_lesson_teach *teach;
} dnp_lesson;

extern const dnp_lesson dnp_lessons[];               /* in the order in which to read them; name NULL after the last */
const dnp_lesson *dnp_lesson_find(const char *name); /* NULL if there is none */
/* Fills notes (with lang set, else zero), which the caller frees, also on failure. */
denpa_status dnp_lesson_write(const dnp_lesson *lesson, const denpa_data *data, dnp_notes *notes, denpa_error *err);

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

dnp_lesson_teach dnp_lab_rows, dnp_lab_product, dnp_lab_order, dnp_lab_transpose, dnp_lab_inverse,
    dnp_lab_least_squares, dnp_lab_y_minus_t, dnp_lab_z1, dnp_lab_minus, dnp_lab_rates, dnp_lab_init, dnp_lab_gates,
    dnp_lab_apples;

#endif
