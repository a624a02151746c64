/* deform.c: from the table of forms to the points of one sample: form, blend, wobble, bend, lean. No pixels here.
 * Called by digit.c.
 *
 * The ranges were chosen by eye on sheets beside MNIST's training images, and by how many of those a network knew that
 * was trained on the made-up digits alone (its test images were kept for the last figure). More wobble or bend makes
 * digits that people, too, would mistake for others. */
#include "image/deform.h"

#include "base/random.h"

/* Deviations, unless it says otherwise. */
#define WOBBLE 3.8f /* each point by itself, since a hand is no machine; in units of the grid, which is 100 high */
/* the whole figure, smoothly: its axis bows, one half grows at the cost of the other; 1 is half its height */
#define BEND 0.10f
#define LEAN_MEAN 0.08f /* most people lean to the right: sideways by height */
#define LEAN 0.26f
#define TURN_ANGLE 0.12f /* about 7 degrees */
#define WIDTH_LOW 0.75f  /* evenly from here ... */
#define WIDTH_HIGH 1.4f  /* ... to here, times the width in the table */
#define BEYOND 0.1f      /* how far a blend may pass the form's two drawings */

float dnp_hand_even(dnp_hand *hand, float low, float high) {
  if (hand->left == 0) {
    hand->bits = dnp_draw_bits(hand->seed, hand->stream, hand->index++);
    hand->left = 4;
  }
  float unit = (float)(hand->bits & 0xFFFFu) * 0x1p-16f;
  hand->bits >>= 16;
  hand->left--;
  return low + unit * (high - low);
}

float dnp_hand_noise(dnp_hand *hand) {
  const float sqrt6 = 2.4494897f; /* the sum of two even draws is triangular; this makes its deviation 1 */
  float first = dnp_hand_even(hand, -0.5f, 0.5f);
  return (first + dnp_hand_even(hand, -0.5f, 0.5f)) * sqrt6;
}

const dnp_form *dnp_form_choose(dnp_hand *hand, int digit) {
  int count;
  const dnp_form *form = dnp_forms_of(digit, &count);
  float ticket = dnp_hand_even(hand, 0.0f, 100.0f);
  while (--count > 0 && ticket >= (float)form->share) {
    ticket -= (float)form->share;
    form++;
  }
  return form;
}

/* Between the two drawings of the form; the place differs from the first point to the last, since a hand that begins
 * round may end flat. */
static void blend(dnp_hand *hand, const dnp_form *form, dnp_pen_points *points) {
  int count = 0;
  while (form->point[count].pen != DNP_PEN_END) count++;
  points->count = count;
  float at = dnp_hand_even(hand, -BEYOND, 1.0f + BEYOND);
  float step = (dnp_hand_even(hand, -BEYOND, 1.0f + BEYOND) - at) / (float)(count - 1);
  for (int k = 0; k < count; k++) {
    const dnp_pen_point *p = &form->point[k];
    points->x[k] = (float)p->x[0] + at * (float)(p->x[1] - p->x[0]);
    points->y[k] = (float)p->y[0] + at * (float)(p->y[1] - p->y[0]);
    points->pen[k] = p->pen;
    at += step;
  }
}

static void wobble(dnp_hand *hand, dnp_pen_points *points) {
  for (int k = 0; k < points->count; k++) {
    points->x[k] += WOBBLE * dnp_hand_noise(hand);
    points->y[k] += WOBBLE * dnp_hand_noise(hand);
  }
}

/* A smooth deformation of the plane, quadratic and cubic in the coordinates; then lean, turn and width as one linear
 * map. The turn needs no sine: the figure is scaled to its box afterwards. */
static void bend_and_lean(dnp_hand *hand, dnp_pen_points *points) {
  float a[8];
  for (int k = 0; k < 8; k++) a[k] = BEND * dnp_hand_noise(hand);
  float lean = LEAN_MEAN + LEAN * dnp_hand_noise(hand);
  float turn = TURN_ANGLE * dnp_hand_noise(hand);
  float width = dnp_hand_even(hand, WIDTH_LOW, WIDTH_HIGH);
  for (int k = 0; k < points->count; k++) {
    float u = (points->x[k] - 35.0f) * 0.02f, v = (points->y[k] - 50.0f) * 0.02f;
    float x = u + a[0] * u * v + a[1] * v * v + a[2] * u * u + a[3] * v * (v * v - 1.0f);
    float y = v + a[4] * u * v + a[5] * v * v + a[6] * u * u + a[7] * v * (v * v - 1.0f);
    x = width * x - lean * y;
    points->x[k] = x - turn * y;
    points->y[k] = y + turn * x;
  }
}

void dnp_pen_points_make(dnp_hand *hand, const dnp_form *form, dnp_pen_points *points) {
  blend(hand, form, points);
  wobble(hand, points);
  bend_and_lean(hand, points);
}
