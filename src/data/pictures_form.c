/* pictures_form.c: size, colour and seed as text: in options, in the name of a data set, in a model file. It opens
 * nothing. Called by pictures.formats.c and open.formats.c. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "data/pictures.h"

enum { SIDE_MOST = DNP_PICTURES_SIDE };

/* "28x20" or "28"; false if it is neither. */
static bool read_sides(const char *text, size_t length, size_t *height, size_t *width) {
  char part[24];
  if (length == 0 || length >= sizeof part) return false;
  memcpy(part, text, length);
  part[length] = '\0';
  char *by = strchr(part, 'x');
  if (by != NULL) *by = '\0';
  if (!dnp_parse_size(part, height)) return false;
  if (by == NULL) *width = *height;
  return (by == NULL || dnp_parse_size(by + 1, width)) && *height >= 1 && *height <= SIDE_MOST && *width >= 1 &&
         *width <= SIDE_MOST;
}

denpa_status dnp_pictures_size(const char *text, dnp_pictures_form *form, denpa_error *err) {
  if (read_sides(text, strlen(text), &form->height, &form->width)) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_SYNTAX,
      "'{1}' is not a size of pictures; write 28 (28x28) or 24x32 (height and width), each from 1 to {2}", dnp_s(text),
      dnp_i(SIDE_MOST));
}

denpa_status dnp_pictures_channels(const char *text, dnp_pictures_form *form, denpa_error *err) {
  if (dnp_text_means(text, "grey"))
    form->planes = 1;
  else if (dnp_text_means(text, "rgb"))
    form->planes = 3;
  else if (!dnp_text_means(text, "auto"))
    return dnp_fail(
        err, DENPA_ERROR_ARGUMENT, "'{1}' is not a choice of channels; write grey, rgb or auto", dnp_s(text));
  return DENPA_OK;
}

/* The last part behind a colon, before `end`; NULL if there is none. */
static const char *part_before(const char *name, const char *end) {
  while (end > name && end[-1] != ':') end--;
  return end > name + 1 ? end : NULL;
}

/* How many bytes of the name are the folder. */
static size_t read_form(const char *name, dnp_pictures_form *form) {
  const size_t length = strlen(name);
  const char *end = name + length, *part = part_before(name, end);
  dnp_pictures_form read = *form;
  if (part != NULL && dnp_parse_whole(part, &read.seed)) {
    end = part - 1;
    part = part_before(name, end);
  }
  if (part == NULL) return length;
  if (end - part == 4 && memcmp(part, "grey", 4) == 0)
    read.planes = 1;
  else if (end - part == 3 && memcmp(part, "rgb", 3) == 0)
    read.planes = 3;
  else
    return length;
  end = part - 1;
  part = part_before(name, end);
  if (part == NULL || !read_sides(part, (size_t)(end - part), &read.height, &read.width)) return length;
  *form = read;
  return (size_t)(part - 1 - name);
}

void dnp_pictures_read_name(const char *name, char *folder, dnp_pictures_form *form) {
  form->seed = 1;
  size_t length = read_form(name, form);
  while (length > 1 && name[length - 1] == '/') length--;
  memcpy(folder, name, length);
  folder[length] = '\0';
}

void dnp_pictures_form_text(const dnp_pictures_form *form, char out[DNP_PICTURES_FORM_TEXT]) {
  const int length = snprintf(
      out, DNP_PICTURES_FORM_TEXT, "%zux%zu:%s", form->height, form->width, form->planes == 3 ? "rgb" : "grey");
  if (form->seed != 1)
    snprintf(out + length, DNP_PICTURES_FORM_TEXT - (size_t)length, ":%llu", (unsigned long long)form->seed);
}
