/* prepare_file.formats.c: a picture file into the form of a model's pictures. Called by src/learn and the commands. */
#include "base/memory.h"
#include "data/prepare_picture.h"
#include "file/files.h"

static denpa_status prepare(const char *path, const char *form, bool raw, dnp_prepared *out, denpa_error *err) {
  dnp_array picture = {0};
  DNP_TRY(dnp_prepare_form(form, out, err));
  DNP_TRY((out->planes == 3 ? dnp_picture_read_rgb : dnp_picture_read)(path, &picture, err));
  const denpa_status status = dnp_prepare_planes(path, picture.values, out->planes, picture.shape[picture.axes - 2],
      picture.shape[picture.axes - 1], form, raw, out, err);
  dnp_free(picture.values);
  return status;
}

denpa_status dnp_prepare_file(const char *path, const char *form, dnp_prepared *out, denpa_error *err) {
  return prepare(path, form, false, out, err);
}

denpa_status dnp_prepare_file_raw(const char *path, const char *form, dnp_prepared *out, denpa_error *err) {
  return prepare(path, form, true, out, err);
}
