/* colour.c: ramps, inks and the escape sequences for them. Called by everything that draws in a terminal, and by
 * figure.c for the SVG. */
#include "draw/colour.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Corners of a ramp, between which colours are mixed, and its steps among a terminal's 256 colours, picked by hand: the
 * nearest ones of the 6 x 6 x 6 cube are yellow and purple where these are brown and dark blue. */
typedef struct ramp {
  unsigned corner[5];
  int steps;
  unsigned char code[24];
} ramp;

static const ramp ramps[] = {[DNP_RAMP_SIGNED] = {{0x0b3c75, 0x3f8cc9, 0xf4f3f0, 0xcf6c17, 0x8a3b05}, 15,
                                 {18, 19, 25, 32, 39, 75, 117, 255, 223, 216, 215, 208, 172, 166, 130}},
    [DNP_RAMP_HEIGHT] = {{0x101a3a, 0x1f5f8b, 0x2f9e8f, 0x9fcf6a, 0xfbf2b0}, 11,
        {17, 18, 24, 31, 37, 36, 72, 114, 150, 186, 229}},
    [DNP_RAMP_GREY] = {{0x000000, 0x404040, 0x808080, 0xbfbfbf, 0xffffff}, 24,
        {232, 233, 234, 235, 236, 237, 238, 239, 240, 241, 242, 243, 244, 245, 246, 247, 248, 249, 250, 251, 252, 253,
            254, 255}},
    [DNP_RAMP_COUNT] = {{0xffffff, 0xcfe0f0, 0x8db9dd, 0x3f86c0, 0x0b4585}, 8, {231, 153, 117, 75, 32, 25, 19, 18}}};

static const struct {
  unsigned colour;
  int code;
} series[] = {{0x1f6fb2, 33}, {0xd9731a, 208}, {0x4c9a5e, 71}, {0x9a5ab0, 134}};

static unsigned mixed(unsigned from, unsigned to, double part) {
  unsigned colour = 0;
  for (int shift = 16; shift >= 0; shift -= 8) {
    const double a = from >> shift & 0xFF, b = to >> shift & 0xFF;
    colour = colour << 8 | (unsigned)floor(a + part * (b - a) + 0.5);
  }
  return colour;
}

static double within(double share) { return share < 0 ? 0 : share > 1 ? 1 : share; }

unsigned dnp_ramp_colour(dnp_ramp which, double share) {
  if (isnan(share)) return DNP_COLOUR_NONE;
  share = within(share);
  const int at = share >= 1 ? 3 : (int)(share * 4);
  return mixed(ramps[which].corner[at], ramps[which].corner[at + 1], share * 4 - at);
}

bool dnp_colour_is_dark(unsigned colour) {
  return 299 * (colour >> 16) + 587 * (colour >> 8 & 0xFF) + 114 * (colour & 0xFF) < 128 * 1000;
}

unsigned dnp_colour_light(unsigned colour, double part) { return mixed(0xffffff, colour, within(part)); }

char dnp_ramp_sign(double share) {
  static const char signs[] = " .:-=+*#%@";
  return isnan(share) ? '?' : signs[(size_t)(within(share) * (sizeof signs - 2))];
}

/* ---- the terminal -------------------------------------------------------------------------------- */

enum { GREY_CODE = 244 }; /* about DNP_COLOUR_NONE */

static bool exact(void) {
  const char *says = getenv("COLORTERM");
  return says != NULL && (strcmp(says, "truecolor") == 0 || strcmp(says, "24bit") == 0);
}

/* plane: 38 for the ink, 48 for what is behind it. */
static void tell(FILE *out, int plane, unsigned colour, int code, dnp_code *last) {
  const bool whole = exact();
  const dnp_code now = (dnp_code)(whole ? 1000 + colour : (unsigned)code) * 2 + (plane == 38);
  if (now == *last) return;
  *last = now;
  if (whole)
    fprintf(out, "\033[%d;2;%u;%u;%um", plane, colour >> 16, colour >> 8 & 0xFF, colour & 0xFF);
  else
    fprintf(out, "\033[%d;5;%dm", plane, code);
}

static int ramp_code(dnp_ramp which, double share) {
  const ramp *r = &ramps[which];
  if (isnan(share)) return GREY_CODE;
  return r->code[(int)(within(share) * (r->steps - 1) + 0.5)];
}

void dnp_ramp_back(FILE *out, dnp_ramp which, double share, dnp_code *code) {
  tell(out, 48, dnp_ramp_colour(which, share), ramp_code(which, share), code);
}

#define HALF "\xE2\x96\x80" /* U+2580, upper half block */

void dnp_ramp_halves(FILE *out, dnp_ramp which, double upper, double lower, dnp_code code[2]) {
  tell(out, 38, dnp_ramp_colour(which, upper), ramp_code(which, upper), &code[0]);
  if (!(lower < 0)) dnp_ramp_back(out, which, lower, &code[1]);
  fputs(HALF, out);
}

void dnp_series_ink(FILE *out, int number, dnp_code *code) {
  const size_t at = (size_t)number % (sizeof series / sizeof *series);
  tell(out, 38, series[at].colour, series[at].code, code);
}

/* The cube from 16 on has 6 levels an axis: 0, 95, 135, 175, 215, 255; from 232 on there are 24 greys from 8 in steps
 * of 10. */
static int cube_level(unsigned value) { return value < 48 ? 0 : value < 115 ? 1 : ((int)value - 35) / 40; }
static int away(int a, int b) { return (a - b) * (a - b); }

static int nearest(unsigned colour) {
  static const int levels[] = {0, 95, 135, 175, 215, 255};
  const int part[] = {(int)(colour >> 16), (int)(colour >> 8 & 0xFF), (int)(colour & 0xFF)};
  const int mean = (part[0] + part[1] + part[2]) / 3, step = mean < 8 ? 0 : mean > 238 ? 23 : (mean - 3) / 10;
  int cube = 0, grey = 0, code = 0;
  for (int i = 0; i < 3; i++) {
    const int level = cube_level((unsigned)part[i]);
    cube += away(part[i], levels[level]);
    grey += away(part[i], 8 + 10 * step);
    code = 6 * code + level;
  }
  return grey < cube ? 232 + step : 16 + code;
}

void dnp_colour_back(FILE *out, unsigned colour, dnp_code *code) { tell(out, 48, colour, nearest(colour), code); }

void dnp_colour_halves(FILE *out, unsigned upper, unsigned lower, bool one, dnp_code code[2]) {
  tell(out, 38, upper, nearest(upper), &code[0]);
  if (!one) dnp_colour_back(out, lower, &code[1]);
  fputs(HALF, out);
}

void dnp_colour_end(FILE *out, dnp_code *code) {
  if (*code == DNP_CODE_NONE) return;
  fputs("\033[0m", out);
  *code = DNP_CODE_NONE;
}

bool dnp_half_cells(void) {
  static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
  const char *locale = NULL, *terminal = getenv("TERM");
  for (size_t i = 0; i < sizeof names / sizeof *names && (locale == NULL || *locale == '\0'); i++)
    locale = getenv(names[i]);
  if (locale == NULL || (terminal != NULL && strcmp(terminal, "linux") == 0)) return false;
  const char *charset = strchr(locale, '.');
  if (charset == NULL || (strncmp(charset, ".UTF-8", 6) != 0 && strncmp(charset, ".utf8", 5) != 0)) return false;
  return strncmp(locale, "ja", 2) != 0 && strncmp(locale, "zh", 2) != 0 && strncmp(locale, "ko", 2) != 0;
}

bool dnp_want_colour(FILE *out, int choice) {
  if (choice != 0) return choice == 1;
  const char *no = getenv("NO_COLOR");
  return (no == NULL || *no == '\0') && isatty(fileno(out)) == 1;
}
