/* digit.c: the picture of one made-up handwritten digit: the points of deform.c become a smooth line, the line becomes
 * ink, the ink is placed as MNIST's makers placed theirs. Called by data/digits.c.
 *
 * The same bits on every machine: float + - * / only, in a fixed order. */
#include "base/random.h"
#include "image/deform.h"
#include "image/image.h"

#include <string.h>

#define SIDE 28
#define BOX 20.0f /* the ink fits a square of this side ... */
#define MARGIN 4  /* ... which is first drawn in the middle */
#define OVER 0.3f /* the outermost grey may be cut off, as it often is in MNIST */
#define PIECES 4  /* straight pieces between two points */
#define PATH_POINTS (DNP_FORM_POINTS * PIECES + 1)

#define EDGE 1.1f     /* pixels over which ink fades to paper */
#define PEN_THIN 0.8f /* the pen's radius in pixels */
#define PEN_THICK 1.9f
#define PRESSURE 0.22f /* deviation of the radius' change along the line, as a share of it */

/* The line that the pen draws; `down` marks where it starts anew. */
typedef struct path {
  int count;
  float x[PATH_POINTS], y[PATH_POINTS], radius[PATH_POINTS];
  unsigned char down[PATH_POINTS];
} path;

/* Smooth through the points (Catmull and Rom's cubic spline), with one-sided tangents at corners and ends. */
static void tangent(const dnp_pen_points *t, int k, int leaving, float *dx, float *dy) {
  int first = t->pen[k] == DNP_PEN_DOWN, last = k + 1 == t->count || t->pen[k + 1] == DNP_PEN_DOWN;
  int corner = t->pen[k] == DNP_PEN_TURN;
  int from = first || (corner && leaving) ? k : k - 1, to = last || (corner && !leaving) ? k : k + 1;
  float share = to - from == 2 ? 0.5f : 1.0f;
  *dx = share * (t->x[to] - t->x[from]);
  *dy = share * (t->y[to] - t->y[from]);
}

static void add_point(path *p, float x, float y, int down) {
  p->x[p->count] = x;
  p->y[p->count] = y;
  p->down[p->count++] = (unsigned char)down;
}

static void smooth_line(const dnp_pen_points *t, path *p) {
  p->count = 0;
  for (int k = 0; k < t->count; k++) {
    if (t->pen[k] == DNP_PEN_DOWN) {
      add_point(p, t->x[k], t->y[k], 1);
      continue;
    }
    float ax, ay, bx, by;
    tangent(t, k - 1, 1, &ax, &ay);
    tangent(t, k, 0, &bx, &by);
    float x = t->x[k - 1], y = t->y[k - 1], dx = t->x[k] - x, dy = t->y[k] - y;
    for (int i = 1; i <= PIECES; i++) {
      float s = (float)i / (float)PIECES, s2 = s * s, s3 = s2 * s;
      float whole = 3.0f * s2 - 2.0f * s3, leave = s3 - 2.0f * s2 + s, arrive = s3 - s2;
      add_point(p, x + whole * dx + leave * ax + arrive * bx, y + whole * dy + leave * ay + arrive * by, 0);
    }
  }
}

/* The pen's width, pressed harder towards one end of the line. */
static void press(dnp_hand *hand, path *p) {
  float radius = dnp_hand_even(hand, PEN_THIN, PEN_THICK);
  float change = PRESSURE * radius * dnp_hand_noise(hand) / (float)p->count;
  for (int k = 0; k < p->count; k++) p->radius[k] = radius + change * (float)(2 * k - p->count);
}

/* Scales the line, keeping its proportions, so that its ink fills the box in the longer direction and is centred in the
 * other. */
static void fit(path *p) {
  float left = p->x[0], right = left, top = p->y[0], bottom = top, thick = 0.0f;
  for (int k = 0; k < p->count; k++) {
    if (p->x[k] < left) left = p->x[k];
    if (p->x[k] > right) right = p->x[k];
    if (p->y[k] < top) top = p->y[k];
    if (p->y[k] > bottom) bottom = p->y[k];
    if (p->radius[k] > thick) thick = p->radius[k];
  }
  float longer = right - left > bottom - top ? right - left : bottom - top;
  float scale = (BOX + OVER - 2.0f * thick) / longer;
  for (int k = 0; k < p->count; k++) {
    p->x[k] = (p->x[k] - 0.5f * (left + right)) * scale + 0.5f * (float)SIDE;
    p->y[k] = (p->y[k] - 0.5f * (top + bottom)) * scale + 0.5f * (float)SIDE;
  }
}

/* The pixels from..to-1 whose centres may lie within `reach` of the interval between a and b. */
static void span(float a, float b, float reach, int *from, int *to) {
  float low = (a < b ? a : b) - reach - 0.5f, high = (a < b ? b : a) + reach + 0.5f;
  *from = low < 0.0f ? 0 : (int)low;
  *to = high > (float)SIDE ? SIDE : (int)high;
}

/* Ink of one straight piece. A pixel at distance d from it is covered by 1/2 + (r^2 - d^2)/(2 r EDGE), which is a ramp
 * of width EDGE around d = r and needs no root. Where pieces overlap the darker one counts. */
static void draw_piece(const path *p, int k, float ink[SIDE][SIDE]) {
  float ax = p->x[k - 1], ay = p->y[k - 1], dx = p->x[k] - ax, dy = p->y[k] - ay;
  float length2 = dx * dx + dy * dy, inverse = length2 > 1e-6f ? 1.0f / length2 : 0.0f;
  float r = 0.5f * (p->radius[k - 1] + p->radius[k]), slope = 0.5f / (r * EDGE), most = 0.5f + r * r * slope;
  int x0, x1, y0, y1;
  span(p->x[k - 1], p->x[k], r + 0.5f * EDGE, &x0, &x1);
  span(p->y[k - 1], p->y[k], r + 0.5f * EDGE, &y0, &y1);
  for (int row = y0; row < y1; row++) {
    float qy = (float)row + 0.5f - ay;
    for (int column = x0; column < x1; column++) {
      float qx = (float)column + 0.5f - ax;
      float t = (qx * dx + qy * dy) * inverse;
      t = t < 0.0f ? 0.0f : t;
      t = t > 1.0f ? 1.0f : t;
      float ex = qx - t * dx, ey = qy - t * dy;
      float cover = most - (ex * ex + ey * ey) * slope;
      ink[row][column] = cover > ink[row][column] ? cover : ink[row][column];
    }
  }
}

/* Grey levels, moved by whole pixels so that the centre of mass comes to the centre of the picture, as far as the
 * margin allows. */
static void place(float ink[SIDE][SIDE], uint8_t *out) {
  uint8_t grey[SIDE][SIDE];
  int32_t mass = 0, mass_x = 0, mass_y = 0;
  for (int row = MARGIN; row < SIDE - MARGIN; row++)
    for (int column = MARGIN; column < SIDE - MARGIN; column++) {
      float c = ink[row][column];
      int32_t g = c >= 1.0f ? 255 : (int32_t)(c * 255.0f + 0.5f);
      grey[row][column] = (uint8_t)g;
      mass += g;
      mass_x += g * column;
      mass_y += g * row;
    }
  int dx = SIDE / 2 - (mass_x + mass / 2) / mass, dy = SIDE / 2 - (mass_y + mass / 2) / mass;
  dx = dx < -MARGIN ? -MARGIN : dx > MARGIN ? MARGIN : dx;
  dy = dy < -MARGIN ? -MARGIN : dy > MARGIN ? MARGIN : dy;
  memset(out, 0, (size_t)SIDE * SIDE);
  for (int row = MARGIN; row < SIDE - MARGIN; row++)
    memcpy(out + (row + dy) * SIDE + MARGIN + dx, grey[row] + MARGIN, (size_t)BOX);
}

static void draw_points(dnp_hand *hand, const dnp_pen_points *points, uint8_t *out) {
  path line = {.count = 0}; /* smooth_line() begins it */
  float ink[SIDE][SIDE] = {{0.0f}};
  smooth_line(points, &line);
  press(hand, &line);
  fit(&line);
  for (int k = 1; k < line.count; k++)
    if (!line.down[k]) draw_piece(&line, k, ink);
  place(ink, out);
}

void dnp_draw_digit(int digit, uint64_t seed, uint64_t number, uint8_t *out) {
  dnp_hand hand = {.seed = seed, .stream = DNP_STREAM(DNP_FOR_DIGITS, number)};
  dnp_pen_points points;
  dnp_pen_points_make(&hand, dnp_form_choose(&hand, digit), &points);
  draw_points(&hand, &points, out);
}

/* A pen that goes anywhere. */
static void scribble(dnp_hand *hand, dnp_pen_points *points) {
  enum { FEWEST = 3 };
  points->count = FEWEST + (int)dnp_hand_even(hand, 0.0f, (float)(DNP_FORM_POINTS - FEWEST + 1));
  for (int k = 0; k < points->count; k++) {
    points->x[k] = dnp_hand_even(hand, 0.0f, 100.0f);
    points->y[k] = dnp_hand_even(hand, 0.0f, 100.0f);
    const int pen = (int)dnp_hand_even(hand, 0.0f, 6.0f);
    points->pen[k] = k % 2 == 0 && (k == 0 || pen == 0) ? DNP_PEN_DOWN : pen > 2 ? DNP_PEN_PASS : DNP_PEN_TURN;
  }
}

void dnp_draw_other(uint64_t seed, uint64_t number, uint8_t *out) {
  enum { SCRIBBLES = 8 }; /* every so many-th */
  dnp_hand hand = {.seed = seed, .stream = DNP_STREAM(DNP_FOR_OTHERS, number)};
  dnp_pen_points points;
  int count;
  const dnp_form *letters = dnp_letters(&count);
  if (number % SCRIBBLES == 0)
    scribble(&hand, &points);
  else
    dnp_pen_points_make(&hand, &letters[(int)dnp_hand_even(&hand, 0.0f, (float)count)], &points);
  draw_points(&hand, &points, out);
}
