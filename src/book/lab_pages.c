/* lab_pages.c: all lessons as pages of one folder, and the page that lists them. Called by `denpa lab all`. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "book/lab.h"
#include "draw/page.h"

#define INDEX "index.html"
enum { FILE_ROOM = 64 };

static void file_of(const dnp_lesson *lesson, char out[FILE_ROOM]) {
  snprintf(out, FILE_ROOM, "%s.html", lesson->name);
}

static denpa_status path_of(const char *folder, const char *file, char **out, denpa_error *err) {
  const size_t size = strlen(folder) + strlen(file) + 2;
  DNP_TRY(DNP_NEW(out, size, err));
  snprintf(*out, size, "%s/%s", folder, file);
  return DENPA_OK;
}

/* The list of pages, the lesson before and the one after. */
static denpa_status write_one(const char *folder, const dnp_lesson *lesson, const dnp_notes *notes, denpa_error *err) {
  char before[FILE_ROOM], after[FILE_ROOM], file[FILE_ROOM], *path;
  dnp_notes_link links[4] = {{INDEX, DNP_N("All lessons")}};
  size_t count = 1;
  if (lesson != dnp_lessons) {
    file_of(lesson - 1, before);
    links[count++] = (dnp_notes_link){before, lesson[-1].title};
  }
  if (lesson[1].name != NULL) {
    file_of(lesson + 1, after);
    links[count++] = (dnp_notes_link){after, lesson[1].title};
  }
  file_of(lesson, file);
  DNP_TRY(path_of(folder, file, &path, err));
  denpa_status status = dnp_notes_page(notes, lesson->title, links, path, err);
  dnp_free(path);
  return status;
}

denpa_status dnp_lessons_pages(const char *folder, const denpa_data *data, denpa_lang lang, denpa_error *err) {
  dnp_page index;
  char *path = NULL, file[FILE_ROOM];
  denpa_status status = DENPA_OK;
  dnp_page_open(&index, lang, dnp_translate(lang, DNP_N("Lessons of denpa")));
  dnp_page_raw(&index, "<p>");
  dnp_page_say(&index, "Short lessons whose numbers were computed from {1} when these pages were made.",
      dnp_s(denpa_data_name(data)));
  dnp_page_raw(&index, "</p>\n");
  dnp_notes_list_begin(&index);
  for (const dnp_lesson *l = dnp_lessons; l->name != NULL && status == DENPA_OK; l++) {
    dnp_notes notes = {.lang = lang};
    const dnp_lab lab = {.dataset = l->needs_data ? data : NULL, .value = l->change.value};
    status = dnp_lesson_write(l, &lab, &notes, err);
    if (status == DENPA_OK) status = write_one(folder, l, &notes, err);
    file_of(l, file);
    if (status == DENPA_OK) dnp_notes_list_item(&index, &notes, l->title, l->about, file);
    dnp_notes_free(&notes);
  }
  dnp_notes_list_end(&index);
  if (status == DENPA_OK) status = path_of(folder, INDEX, &path, err);
  if (status == DENPA_OK)
    status = dnp_page_write(&index, path, err);
  else
    dnp_page_free(&index);
  dnp_free(path);
  return status;
}
