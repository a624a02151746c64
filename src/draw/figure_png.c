/* figure_png.c: tiles as a sheet of grey pixels, one pixel of the file for each number, a line of the middle grey
 * between tiles. */
#include <math.h>

#include "base/memory.h"
#include "file/files.h"
#include "draw/figure.h"

#define ACROSS 10
#define BETWEEN 128

static void draw_tile(const dnp_panel *p, const dnp_tile *tile, unsigned char *to, size_t width) {
  for (size_t r = 0; r < p->height; r++)
    for (size_t c = 0; c < p->width; c++) {
      const double share = dnp_panel_shade(p, tile->value[r * p->width + c]);
      to[r * width + c] = isnan(share) ? BETWEEN : (unsigned char)floor(share * 255 + 0.5);
    }
}

denpa_status dnp_figure_png(const dnp_figure *figure, const char *path, denpa_error *err) {
  const dnp_panel *p = &figure->panel[0];
  if (p->kind != DNP_PANEL_TILES)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "{1}: only pictures made of pixels (weights, mistakes) can be PNG; give a name that ends in .svg", dnp_s(path));
  if (p->tiles == 0) return dnp_fail(err, DENPA_ERROR_NOT_FOUND, "{1}: there is nothing to draw", dnp_s(path));
  const size_t across = p->tiles < ACROSS ? p->tiles : ACROSS, down = (p->tiles + across - 1) / across;
  dnp_array sheet = {
      .dtype = DENPA_DTYPE_UINT8, .axes = 2, .shape = {down * (p->height + 1) - 1, across * (p->width + 1) - 1}};
  unsigned char *grey;
  DNP_TRY(DNP_NEW(&grey, sheet.shape[0] * sheet.shape[1], err));
  for (size_t i = 0; i < sheet.shape[0] * sheet.shape[1]; i++) grey[i] = BETWEEN;
  for (size_t i = 0; i < p->tiles; i++)
    draw_tile(p, &p->tile[i], grey + i / across * (p->height + 1) * sheet.shape[1] + i % across * (p->width + 1),
        sheet.shape[1]);
  sheet.values = grey;
  denpa_status status = dnp_png_write(path, &sheet, err);
  dnp_free(grey);
  return status;
}
