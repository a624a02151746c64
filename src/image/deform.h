/* deform.h: how one hand differs from another: a written form, drawn once by a hand that wobbles, bends and leans. */
#ifndef DNP_IMAGE_DEFORM_H
#define DNP_IMAGE_DEFORM_H

#include <stdint.h>

#include "image/strokes.h"

/* The random numbers of one sample: 16 bits at a time out of 64-bit draws, since a thousandth of a pixel needs no
 * more. */
typedef struct dnp_hand {
  uint64_t seed, stream, index; /* the next draw */
  uint64_t bits;                /* what is left of the last one */
  int left;                     /* ... in pieces of 16 bits */
} dnp_hand;

float dnp_hand_even(dnp_hand *hand, float low, float high); /* evenly in [low, high) */
float dnp_hand_noise(dnp_hand *hand);                       /* mean 0, deviation 1, within +-2.5: no sample is absurd */

/* The points of one sample, on the grid of strokes.h. */
typedef struct dnp_pen_points {
  int count;
  float x[DNP_FORM_POINTS], y[DNP_FORM_POINTS];
  signed char pen[DNP_FORM_POINTS];
} dnp_pen_points;

/* One of the digit's forms, each as often as its share says. */
const dnp_form *dnp_form_choose(dnp_hand *hand, int digit);
/* Chooses a place between the form's two drawings, and deforms it. */
void dnp_pen_points_make(dnp_hand *hand, const dnp_form *form, dnp_pen_points *points);

#endif
