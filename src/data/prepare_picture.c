/* prepare_picture.c: pictures in memory into the form of a model's pictures. It opens no file. Called by src/learn, and
 * by prepare_file.formats.c. */
#include "data/prepare_picture.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "image/image.h"

#define RGB 3
#define SIDE_MOST 4096 /* of a picture that comes in */

static bool of_digits(const char *form) { return form == NULL || form[0] == '\0'; }

/* A side in digits up to `end`, behind which *text is then. */
static bool take_side(const char **text, char end, size_t *side) {
  char digits[8];
  const size_t length = strspn(*text, "0123456789");
  if (length >= sizeof digits || (*text)[length] != end) return false;
  memcpy(digits, *text, length);
  digits[length] = '\0';
  *text += length + 1;
  return dnp_parse_size(digits, side) && *side >= 1 && *side <= DNP_PICTURES_SIDE;
}

denpa_status dnp_prepare_form(const char *form, dnp_prepared *out, denpa_error *err) {
  *out = (dnp_prepared){.planes = 1, .height = DNP_DIGIT_SIDE, .width = DNP_DIGIT_SIDE};
  if (of_digits(form)) return DENPA_OK;
  const char *colours = form;
  if (!take_side(&colours, 'x', &out->height) || !take_side(&colours, ':', &out->width) ||
      (strcmp(colours, "rgb") != 0 && strcmp(colours, "grey") != 0))
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "the model says that its pictures are '{1}', which cannot be understood; it is damaged", dnp_s(form));
  out->planes = strcmp(colours, "rgb") == 0 ? RGB : 1;
  return DENPA_OK;
}

static denpa_status center(
    const char *name, const uint8_t *grey, size_t height, size_t width, dnp_prepared *out, denpa_error *err) {
  denpa_error inside = {0};
  const denpa_status status = dnp_center_digit(grey, height, width, out->pixel, &out->done, &inside);
  if (status == DENPA_ERROR_FORMAT)
    return dnp_fail(err, status,
        "{1}: there is no digit to be seen in this picture; it has to show one digit, dark on light or light on dark",
        dnp_s(name));
  if (status != DENPA_OK && err != NULL) *err = inside;
  return status;
}

static denpa_status resize(const uint8_t *pixel, size_t height, size_t width, dnp_prepared *out, denpa_error *err) {
  for (size_t p = 0; p < out->planes; p++)
    DNP_TRY(dnp_resize(pixel + p * height * width, height, width, out->pixel + p * out->height * out->width,
        out->height, out->width, err));
  return DENPA_OK;
}

const char *dnp_prepared_sentence(const dnp_prepared *prepared, unsigned kind) {
  static const char *const sentences[DNP_DONE_KINDS] = {
      DNP_N("(dark on light: inverted, as the network was trained on light strokes)\n"),
      DNP_N("(uneven light: the brightness of the paper was taken out)\n"),
      DNP_N("(ruled paper: its lines were taken out)\n"),
      DNP_N("(specks far smaller than the figure were taken out)\n")};
  return kind < DNP_DONE_KINDS && (prepared->done >> kind & 1) != 0 ? sentences[kind] : NULL;
}

const char *dnp_prepared_word(const dnp_prepared *prepared, unsigned kind) {
  static const char *const words[DNP_DONE_KINDS] = {"inverted", "paper", "lines", "specks"};
  return kind < DNP_DONE_KINDS && (prepared->done >> kind & 1) != 0 ? words[kind] : NULL;
}

denpa_status dnp_prepare_planes(const char *name, const uint8_t *pixel, size_t planes, size_t height, size_t width,
    const char *form, bool raw, dnp_prepared *out, denpa_error *err) {
  DNP_TRY(dnp_prepare_form(form, out, err));
  if (planes != out->planes)
    return dnp_fail(err, DENPA_ERROR_SHAPE, "{1}: the picture has {2} channels, but the model's have {3}", dnp_s(name),
        dnp_u(planes), dnp_u(out->planes));
  DNP_TRY(DNP_NEW(&out->pixel, out->planes * out->height * out->width, err));
  const denpa_status status = of_digits(form) && !raw ? center(name, pixel, height, width, out, err)
                                                      : resize(pixel, height, width, out, err);
  if (status == DENPA_OK) return DENPA_OK;
  dnp_free(out->pixel);
  out->pixel = NULL;
  return status;
}

/* Grey as picture files become grey (src/file): 0.299 red + 0.587 green + 0.114 blue, rounded once. */
static void to_planes(const uint8_t *pixel, size_t count, size_t channels, size_t planes, uint8_t *out) {
  for (size_t i = 0; i < count; i++) {
    const uint8_t *p = pixel + i * channels;
    const unsigned grey = channels == RGB ? (299u * p[0] + 587u * p[1] + 114u * p[2] + 500u) / 1000u : p[0];
    for (size_t k = 0; k < planes; k++) out[k * count + i] = planes == RGB && channels == RGB ? p[k] : (uint8_t)grey;
  }
}

denpa_status dnp_prepare_pixels(const uint8_t *pixel, size_t height, size_t width, size_t channels, const char *form,
    dnp_prepared *out, denpa_error *err) {
  uint8_t *planes;
  if (channels != 1 && channels != RGB)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "a picture with {1} channels; 1 (grey) and 3 (red, green, blue) are possible", dnp_u(channels));
  if (height - 1 >= SIDE_MOST || width - 1 >= SIDE_MOST)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "a picture of {1} x {2} pixels; sides from 1 to {3} are possible",
        dnp_u(height), dnp_u(width), dnp_i(SIDE_MOST));
  DNP_TRY(dnp_prepare_form(form, out, err));
  DNP_TRY(DNP_NEW(&planes, out->planes * height * width, err));
  to_planes(pixel, height * width, channels, out->planes, planes);
  const denpa_status status = dnp_prepare_planes("pixels", planes, out->planes, height, width, form, false, out, err);
  dnp_free(planes);
  return status;
}

denpa_status dnp_prepared_data(denpa_data **out, const char *name, const dnp_prepared *prepared, size_t classes,
    int32_t label, bool guessed, denpa_error *err) {
  const size_t axes[] = {prepared->planes, prepared->height, prepared->width};
  const denpa_rows row = {.rows = 1, .dtype = DENPA_DTYPE_UINT8, .x = prepared->pixel, .label = &label};
  DNP_TRY(denpa_data_from_memory(out, name, axes[0] * axes[1] * axes[2], classes, &row, &row, err));
  denpa_data *data = *out;
  data->of_program = false;
  data->own = true;
  data->guessed = guessed;
  data->axes = axes[0] == 1 ? 2 : 3;
  memcpy(data->shape, axes[0] == 1 ? axes + 1 : axes, (size_t)data->axes * sizeof *axes);
  return DENPA_OK;
}
