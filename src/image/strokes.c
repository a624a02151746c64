/* strokes.c: the written forms of the ten digits, drawn by hand as the points through which the pen passes. Nothing here was fitted to or traced from
 * anybody's picture. Every form has two drawings with the same points (left: x y of the first, right: of the second); a sample lies anywhere between
 * them. What varies in every hand alike (slant, width, wobble) is left to deform.c. Called by digit.c. */
#include "image/strokes.h"

#include <stddef.h>

#define DOWN(ax, ay, bx, by) {DNP_PEN_DOWN, {ax, bx}, {ay, by}}
#define PASS(ax, ay, bx, by) {DNP_PEN_PASS, {ax, bx}, {ay, by}}
#define TURN(ax, ay, bx, by) {DNP_PEN_TURN, {ax, bx}, {ay, by}}

static const dnp_form forms[] = {
  /* 0: an oval begun at the top and closed, or with ends that cross. */
  {0, 55, {DOWN(38, 2, 50, 10), PASS(14, 18, 24, 6), PASS(3, 50, 4, 44), PASS(15, 84, 10, 84), PASS(36, 98, 34, 98), PASS(58, 84, 60, 80),
           PASS(68, 50, 68, 42), PASS(56, 16, 52, 8), PASS(36, 1, 26, 12)}},
  /* 0: a leaf, pointed at both ends. */
  {0, 17, {DOWN(60, 2, 48, 0), PASS(30, 20, 22, 22), PASS(8, 60, 6, 60), PASS(6, 94, 18, 96), PASS(30, 92, 40, 92), PASS(58, 50, 60, 54),
           PASS(66, 12, 60, 16), PASS(56, 2, 46, 0)}},
  /* 0: the stroke begins inside and ends above. */
  {0, 13, {DOWN(40, 20, 30, 24), PASS(22, 6, 18, 20), PASS(4, 40, 4, 54), PASS(14, 86, 14, 88), PASS(40, 98, 40, 98), PASS(64, 72, 66, 70),
           PASS(64, 26, 62, 28), PASS(40, 2, 40, 4), PASS(20, 4, 12, 4)}},
  /* 0: the end runs into the oval. */
  {0, 15, {DOWN(50, 4, 38, 0), PASS(20, 10, 14, 12), PASS(3, 50, 3, 54), PASS(14, 88, 16, 92), PASS(38, 98, 40, 98), PASS(62, 80, 64, 72), PASS(66, 30, 62, 26),
           PASS(50, 2, 38, 4), PASS(36, 14, 24, 8), PASS(28, 44, 34, 24)}},

  /* 1: a stick, upright to slanted. */
  {1, 82, {DOWN(28, 0, 60, 0), PASS(28, 50, 32, 50), PASS(28, 100, 4, 100)}},
  /* 1: a flag. */
  {1, 8, {DOWN(16, 20, 0, 30), TURN(34, 0, 38, 0), PASS(34, 50, 37, 50), PASS(34, 100, 34, 100)}},
  /* 1: a flag and a foot. */
  {1, 7, {DOWN(18, 18, 6, 24), TURN(34, 0, 36, 0), PASS(34, 50, 36, 50), PASS(33, 98, 36, 98), DOWN(12, 99, 0, 100), PASS(56, 98, 70, 98)}},
  /* 1: a foot. */
  {1, 3, {DOWN(34, 0, 40, 0), PASS(34, 50, 37, 50), PASS(33, 98, 34, 98), DOWN(10, 99, 0, 98), PASS(56, 98, 70, 100)}},

  /* 2: a loop at the lower left, small to wide open. */
  {2, 30, {DOWN(12, 20, 4, 36), PASS(32, 2, 20, 8), PASS(56, 14, 48, 2), PASS(54, 40, 60, 26), PASS(36, 72, 46, 60), PASS(14, 97, 22, 90),
           PASS(2, 88, 6, 96), PASS(16, 76, 12, 78), PASS(40, 88, 36, 84), PASS(72, 95, 78, 86)}},
  /* 2: the loop as large as the top. */
  {2, 27, {DOWN(10, 24, 16, 12), PASS(28, 2, 38, 0), PASS(54, 10, 58, 12), PASS(58, 36, 56, 40), PASS(44, 70, 44, 74), PASS(22, 96, 24, 98), PASS(2, 90, 4, 92),
           PASS(6, 66, 4, 74), PASS(28, 60, 24, 66), PASS(52, 78, 48, 82), PASS(78, 94, 66, 100)}},
  /* 2: narrow, the loop hanging at the stem. */
  {2, 8, {DOWN(20, 18, 14, 14), PASS(36, 2, 30, 0), PASS(50, 14, 44, 14), PASS(46, 46, 42, 50), PASS(36, 82, 32, 84), PASS(16, 98, 12, 98), PASS(6, 86, 2, 86),
          PASS(18, 76, 14, 74), PASS(36, 84, 34, 86), PASS(56, 96, 50, 100)}},
  /* 2: a sharp corner at the lower left, the top round to Z-like. */
  {2, 25, {DOWN(8, 18, 4, 8), PASS(30, 0, 32, 4), PASS(56, 10, 62, 4), PASS(52, 38, 56, 22), PASS(32, 66, 32, 58), TURN(4, 98, 4, 94), PASS(38, 94, 36, 96),
           PASS(72, 96, 70, 92)}},
  /* 2: a small top on a long base. */
  {2, 10, {DOWN(16, 20, 20, 10), PASS(34, 2, 40, 2), PASS(52, 16, 58, 20), PASS(42, 44, 44, 48), PASS(24, 72, 24, 74), TURN(4, 92, 2, 96), PASS(46, 88, 40, 84),
           PASS(96, 92, 90, 78)}},

  /* 3: two bows with a corner between. */
  {3, 30, {DOWN(8, 14, 0, 22), PASS(30, 0, 20, 2), PASS(54, 14, 52, 10), PASS(46, 36, 46, 36), TURN(28, 46, 10, 50), PASS(52, 58, 54, 54), PASS(60, 80, 66, 74),
           PASS(34, 100, 38, 99), PASS(4, 88, 2, 88)}},
  /* 3: the waist round, or a small loop. */
  {3, 20, {DOWN(10, 10, 4, 16), PASS(34, 0, 28, 2), PASS(56, 16, 54, 14), PASS(44, 40, 44, 38), PASS(30, 48, 16, 52), PASS(50, 56, 40, 52), PASS(62, 76, 60, 74),
           PASS(40, 98, 30, 100), PASS(6, 92, 2, 92)}},
  /* 3: a flat top. */
  {3, 12, {DOWN(6, 6, 2, 2), TURN(54, 2, 60, 4), TURN(26, 42, 24, 38), PASS(52, 52, 54, 50), PASS(58, 78, 62, 74), PASS(34, 99, 32, 100), PASS(4, 90, 0, 86)}},
  /* 3: one bow small, above or below. */
  {3, 20, {DOWN(20, 10, 2, 16), PASS(36, 0, 28, 0), PASS(52, 10, 58, 18), PASS(46, 30, 50, 46), TURN(24, 40, 22, 58), PASS(54, 46, 50, 62), PASS(62, 72, 56, 82),
           PASS(36, 100, 32, 100), PASS(0, 92, 4, 94)}},
  /* 3: the end curls up again. */
  {3, 18, {DOWN(4, 22, 12, 16), PASS(30, 0, 32, 0), PASS(56, 12, 54, 12), PASS(48, 38, 46, 38), TURN(20, 50, 26, 46), PASS(54, 54, 52, 54), PASS(64, 76, 64, 76),
           PASS(40, 100, 38, 100), PASS(10, 98, 6, 94), PASS(0, 78, -8, 78)}},

  /* 4: open, two strokes, the bar crossing or ending at the upright. */
  {4, 38, {DOWN(10, 2, 24, 0), PASS(6, 28, 10, 26), TURN(4, 52, 0, 54), PASS(34, 52, 28, 56), PASS(68, 48, 56, 54), DOWN(56, 0, 54, 8), PASS(50, 50, 54, 50),
           PASS(46, 100, 56, 100)}},
  /* 4: closed. */
  {4, 14, {DOWN(44, 0, 56, 0), PASS(24, 28, 30, 30), TURN(0, 62, 4, 58), PASS(36, 62, 34, 60), PASS(72, 60, 62, 60), DOWN(44, 0, 56, 0), PASS(45, 50, 54, 50),
           PASS(45, 100, 50, 100)}},
  /* 4: one stroke: a cup, then up and down the stem. */
  {4, 20, {DOWN(6, 4, 2, 10), PASS(4, 34, 6, 40), PASS(22, 50, 22, 52), PASS(48, 42, 46, 36), TURN(60, 4, 58, 0), PASS(54, 50, 54, 50), PASS(46, 100, 54, 100)}},
  /* 4: leaning, with a long bar. */
  {4, 14, {DOWN(30, 6, 36, 0), PASS(16, 30, 18, 30), TURN(2, 58, 0, 62), PASS(40, 56, 44, 58), PASS(84, 46, 90, 52), DOWN(64, 16, 62, 24), PASS(52, 56, 52, 60),
           PASS(42, 100, 42, 100)}},
  /* 4: leaning, a pointed cup against a long stem. */
  {4, 14, {DOWN(32, 6, 26, 14), PASS(18, 30, 16, 34), PASS(12, 52, 12, 56), PASS(34, 48, 36, 54), PASS(60, 36, 64, 46), DOWN(76, 0, 64, 0), PASS(46, 50, 42, 50),
           PASS(18, 100, 24, 100)}},

  /* 5: neck and belly, then a hat. */
  {5, 27, {DOWN(14, 6, 18, 10), TURN(10, 42, 10, 46), PASS(36, 36, 34, 42), PASS(58, 58, 52, 62), PASS(50, 86, 42, 88), PASS(24, 99, 18, 100), PASS(2, 90, 0, 92),
           DOWN(14, 6, 18, 10), PASS(64, 2, 74, 0)}},
  /* 5: one stroke from the hat's end. */
  {5, 20, {DOWN(60, 2, 66, 0), TURN(18, 4, 16, 6), TURN(10, 42, 14, 46), PASS(36, 36, 36, 44), PASS(58, 58, 54, 62), PASS(48, 88, 42, 88), PASS(22, 99, 18, 99),
           PASS(2, 90, 0, 88)}},
  /* 5: like an S. */
  {5, 18, {DOWN(64, 2, 86, 4), PASS(34, 6, 50, 6), PASS(18, 26, 30, 22), PASS(32, 42, 36, 42), PASS(50, 60, 50, 62), PASS(46, 84, 40, 86), PASS(26, 97, 18, 98),
           PASS(2, 90, 0, 88)}},
  /* 5: a small belly under a long hat. */
  {5, 17, {DOWN(34, 12, 30, 16), TURN(24, 44, 20, 46), PASS(44, 44, 40, 44), PASS(56, 62, 50, 64), PASS(44, 88, 36, 90), PASS(20, 98, 16, 98), PASS(0, 88, 2, 86),
           DOWN(34, 12, 30, 16), PASS(70, 6, 66, 8), PASS(108, 0, 96, 2)}},
  /* 5: a wide round belly whose end curls up, or a belly that hangs open. */
  {5, 18, {DOWN(16, 6, 12, 2), TURN(8, 40, 16, 40), PASS(40, 34, 44, 44), PASS(68, 56, 56, 66), PASS(58, 90, 50, 90), PASS(26, 100, 34, 100), PASS(0, 82, 20, 98),
           DOWN(16, 4, 12, 2), PASS(70, 0, 60, 8)}},

  /* 6: a long back and a round loop. */
  {6, 30, {DOWN(46, 0, 34, 0), PASS(20, 28, 14, 34), PASS(4, 62, 4, 70), PASS(14, 92, 18, 95), PASS(36, 98, 42, 96), PASS(54, 82, 58, 78), PASS(48, 60, 46, 60),
           PASS(28, 58, 24, 64), PASS(8, 74, 10, 84)}},
  /* 6: a small loop to a flat wide one. */
  {6, 22, {DOWN(34, 0, 18, 0), PASS(16, 36, 6, 36), PASS(6, 74, 4, 76), PASS(20, 98, 26, 98), PASS(42, 90, 62, 92), PASS(48, 72, 78, 74), PASS(34, 60, 58, 62),
           PASS(14, 78, 16, 86)}},
  /* 6: hooked at the top. */
  {6, 12, {DOWN(58, 12, 60, 4), PASS(40, 0, 40, 4), PASS(14, 26, 16, 30), PASS(4, 62, 4, 64), PASS(16, 94, 20, 96), PASS(42, 98, 46, 94), PASS(58, 78, 56, 72),
           PASS(42, 58, 38, 58), PASS(10, 74, 8, 78)}},
  /* 6: the loop half the height and more, and ending inside itself. */
  {6, 24, {DOWN(36, 0, 22, 0), PASS(14, 24, 8, 30), PASS(3, 60, 3, 66), PASS(16, 94, 22, 96), PASS(46, 96, 54, 94), PASS(66, 72, 72, 70), PASS(54, 46, 58, 48),
           PASS(30, 50, 36, 54), PASS(18, 72, 28, 78)}},
  /* 6: narrow and straight, a drop of a loop. */
  {6, 12, {DOWN(46, 0, 30, 0), PASS(26, 34, 18, 34), PASS(8, 70, 8, 68), PASS(6, 94, 12, 94), PASS(24, 98, 28, 98), PASS(38, 82, 38, 80), PASS(32, 66, 30, 64),
           PASS(12, 84, 14, 80)}},

  /* 7: plain. */
  {7, 38, {DOWN(4, 10, 0, 8), TURN(60, 4, 60, 2), PASS(40, 48, 48, 50), PASS(24, 100, 44, 100)}},
  /* 7: a hook where it begins. */
  {7, 16, {DOWN(2, 28, 4, 22), TURN(6, 8, 4, 4), PASS(32, 8, 32, 4), TURN(60, 2, 64, 4), PASS(44, 44, 46, 46), PASS(30, 100, 26, 100)}},
  /* 7: barred. */
  {7, 16, {DOWN(4, 10, 0, 6), PASS(30, 8, 30, 2), TURN(58, 4, 62, 4), PASS(40, 50, 44, 50), PASS(26, 100, 36, 100), DOWN(14, 54, 8, 58), PASS(64, 50, 76, 44)}},
  /* 7: the corner rounded away. */
  {7, 13, {DOWN(2, 14, 0, 18), PASS(30, 2, 28, 2), PASS(58, 12, 62, 18), PASS(52, 48, 52, 54), PASS(34, 100, 24, 100)}},
  /* 7: a wave for a hat. */
  {7, 9, {DOWN(0, 34, 0, 22), PASS(14, 6, 14, 6), PASS(36, 14, 38, 12), TURN(66, 2, 64, 0), PASS(46, 46, 44, 46), PASS(30, 100, 24, 100)}},
  /* 7: a long hook, like two posts under a beam. */
  {7, 8, {DOWN(0, 46, 4, 36), PASS(6, 12, 10, 8), PASS(34, 4, 36, 6), PASS(62, 6, 62, 10), PASS(58, 48, 52, 50), PASS(46, 100, 30, 100)}},

  /* 8: an S and back, closed to wide open at the top. */
  {8, 35, {DOWN(52, 10, 66, 12), PASS(30, 0, 34, 2), PASS(10, 18, 10, 22), PASS(30, 44, 28, 44), PASS(56, 72, 44, 68), PASS(34, 98, 24, 98), PASS(6, 80, 4, 84),
           PASS(28, 50, 22, 56), PASS(52, 24, 48, 32), PASS(50, 8, 74, 6)}},
  /* 8: the same, narrow and leaning. */
  {8, 18, {DOWN(70, 10, 84, 8), PASS(54, 0, 60, 2), PASS(32, 18, 38, 16), PASS(38, 44, 42, 40), PASS(48, 70, 46, 66), PASS(26, 98, 22, 96), PASS(4, 86, 0, 86),
           PASS(20, 60, 20, 62), PASS(52, 36, 58, 34), PASS(74, 8, 92, 0)}},
  /* 8: two rings. */
  {8, 17, {DOWN(34, 46, 32, 42), PASS(12, 32, 14, 28), PASS(14, 8, 20, 4), PASS(36, 0, 36, 0), PASS(56, 12, 50, 10), PASS(54, 36, 50, 32), PASS(34, 46, 32, 42),
           DOWN(34, 46, 32, 42), PASS(6, 64, 8, 60), PASS(8, 90, 4, 88), PASS(34, 100, 34, 100), PASS(62, 88, 60, 86), PASS(60, 62, 56, 58), PASS(34, 46, 32, 42)}},
  /* 8: begun to the right. */
  {8, 18, {DOWN(20, 8, 30, 2), PASS(42, 0, 48, 4), PASS(56, 16, 54, 18), PASS(34, 44, 32, 44), PASS(8, 72, 10, 74), PASS(28, 98, 28, 98), PASS(56, 80, 50, 80),
           PASS(36, 50, 34, 48), PASS(12, 24, 14, 26), PASS(24, 5, 30, 3)}},
  /* 8: one ring small, above or below. */
  {8, 12, {DOWN(50, 14, 66, 12), PASS(32, 0, 32, 0), PASS(12, 12, 2, 24), PASS(28, 32, 26, 58), PASS(62, 62, 44, 78), PASS(36, 100, 28, 100), PASS(2, 74, 12, 86),
           PASS(30, 38, 28, 64), PASS(50, 20, 64, 32), PASS(46, 6, 60, 8)}},

  /* 9: a loop and a straight stem. */
  {9, 28, {DOWN(54, 14, 48, 10), PASS(30, 2, 26, 6), PASS(6, 20, 4, 28), PASS(14, 44, 22, 46), PASS(40, 38, 44, 30), TURN(56, 8, 52, 10), PASS(52, 50, 46, 52),
           PASS(46, 100, 30, 100)}},
  /* 9: the loop half the height and more, its end a hat over the stem. */
  {9, 25, {DOWN(56, 6, 64, 2), PASS(30, 2, 34, 4), PASS(4, 26, 8, 24), PASS(12, 54, 4, 46), PASS(42, 48, 26, 52), TURN(60, 10, 56, 16), PASS(56, 54, 46, 60),
           PASS(54, 100, 34, 100)}},
  /* 9: one smooth line. */
  {9, 20, {DOWN(52, 6, 50, 4), PASS(20, 4, 18, 10), PASS(4, 28, 4, 30), PASS(22, 46, 22, 46), PASS(48, 30, 46, 30), PASS(56, 12, 54, 12), PASS(52, 50, 46, 50),
           PASS(46, 100, 28, 100)}},
  /* 9: the loop left open, the bottom of it straight. */
  {9, 10, {DOWN(44, 2, 36, 0), PASS(16, 14, 12, 18), PASS(4, 40, 2, 44), PASS(22, 52, 20, 54), PASS(48, 38, 50, 44), PASS(60, 6, 58, 14), PASS(56, 52, 52, 56),
           PASS(50, 100, 40, 100)}},
  /* 9: the stem curls back, a little to all the way. */
  {9, 17, {DOWN(56, 20, 52, 14), PASS(34, 2, 30, 2), PASS(8, 18, 6, 20), PASS(14, 44, 14, 48), PASS(40, 42, 42, 44), PASS(58, 18, 58, 14), PASS(58, 54, 62, 60),
           PASS(44, 90, 44, 96), PASS(16, 98, 12, 98), PASS(2, 92, 0, 76)}},
};

const dnp_form *dnp_forms_of(int digit, int *count) {
  size_t first = 0, total = sizeof forms / sizeof *forms;
  while (first < total && forms[first].digit != digit) first++;
  size_t end = first;
  while (end < total && forms[end].digit == digit) end++;
  *count = (int)(end - first);
  return forms + first;
}
