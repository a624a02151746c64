/* strokes.c: the written forms of the ten digits, drawn by hand as the points through which the pen passes. Nothing
 * here was fitted to or traced from anybody's picture. Every form has two drawings with the same points (left: x y of
 * the first, right: of the second); a sample lies anywhere between them. What varies in every hand alike (slant, width,
 * wobble) is left to deform.c. Called by digit.c. */
#include "image/strokes.h"

#include <stddef.h>

#define DOWN(ax, ay, bx, by) \
  { \
    DNP_PEN_DOWN, {ax, bx}, { ay, by } \
  }
#define PASS(ax, ay, bx, by) \
  { \
    DNP_PEN_PASS, {ax, bx}, { ay, by } \
  }
#define TURN(ax, ay, bx, by) \
  { \
    DNP_PEN_TURN, {ax, bx}, { ay, by } \
  }

static const dnp_form forms[] = {
    /* 0: an oval begun at the top and closed, or with ends that cross. */
    {0, 55,
        {DOWN(46, 2, 60, 10), PASS(17, 18, 29, 6), PASS(4, 50, 5, 44), PASS(18, 84, 12, 84), PASS(43, 98, 41, 98),
            PASS(70, 84, 72, 80), PASS(82, 50, 82, 42), PASS(67, 16, 62, 8), PASS(43, 1, 31, 12)}},
    /* 0: a leaf, pointed at both ends. */
    {0, 17,
        {DOWN(72, 2, 58, 0), PASS(36, 20, 26, 22), PASS(10, 60, 7, 60), PASS(7, 94, 22, 96), PASS(36, 92, 48, 92),
            PASS(70, 50, 72, 54), PASS(79, 12, 72, 16), PASS(67, 2, 55, 0)}},
    /* 0: the stroke begins inside and ends above. */
    {0, 13,
        {DOWN(48, 20, 36, 24), PASS(26, 6, 22, 20), PASS(5, 40, 5, 54), PASS(17, 86, 17, 88), PASS(48, 98, 48, 98),
            PASS(77, 72, 79, 70), PASS(77, 26, 74, 28), PASS(48, 2, 48, 4), PASS(24, 4, 14, 4)}},
    /* 0: the end runs into the oval. */
    {0, 15,
        {DOWN(60, 4, 46, 0), PASS(24, 10, 17, 12), PASS(4, 50, 4, 54), PASS(17, 88, 19, 92), PASS(46, 98, 48, 98),
            PASS(74, 80, 77, 72), PASS(79, 30, 74, 26), PASS(60, 2, 46, 4), PASS(43, 14, 29, 8), PASS(34, 44, 41, 24)}},

    /* 1: a stick, upright to slanted. */
    {1, 82, {DOWN(28, 0, 52, 0), PASS(28, 50, 31, 50), PASS(28, 100, 8, 100)}},
    /* 1: a flag. */
    {1, 8, {DOWN(16, 20, 0, 30), TURN(34, 0, 38, 0), PASS(34, 50, 37, 50), PASS(34, 100, 34, 100)}},
    /* 1: a flag and a foot. */
    {1, 7,
        {DOWN(18, 18, 6, 24), TURN(34, 0, 36, 0), PASS(34, 50, 36, 50), PASS(33, 98, 36, 98), DOWN(12, 99, 0, 100),
            PASS(56, 98, 70, 98)}},
    /* 1: a foot. */
    {1, 3,
        {DOWN(34, 0, 40, 0), PASS(34, 50, 37, 50), PASS(33, 98, 34, 98), DOWN(10, 99, 0, 98), PASS(56, 98, 70, 100)}},

    /* 2: a loop at the lower left, small to wide open. */
    {2, 30,
        {DOWN(13, 20, 4, 36), PASS(35, 2, 22, 8), PASS(60, 14, 52, 2), PASS(58, 40, 65, 26), PASS(39, 72, 50, 60),
            PASS(15, 97, 24, 90), PASS(2, 88, 6, 96), PASS(17, 76, 13, 78), PASS(43, 88, 39, 84),
            PASS(78, 95, 84, 86)}},
    /* 2: the loop as large as the top. */
    {2, 27,
        {DOWN(11, 24, 17, 12), PASS(30, 2, 41, 0), PASS(58, 10, 63, 12), PASS(63, 36, 60, 40), PASS(48, 70, 48, 74),
            PASS(24, 96, 26, 98), PASS(2, 90, 4, 92), PASS(6, 66, 4, 74), PASS(30, 60, 26, 66), PASS(56, 78, 52, 82),
            PASS(84, 94, 71, 100)}},
    /* 2: narrow, the loop hanging at the stem. */
    {2, 8,
        {DOWN(22, 18, 15, 14), PASS(39, 2, 32, 0), PASS(54, 14, 48, 14), PASS(50, 46, 45, 50), PASS(39, 82, 35, 84),
            PASS(17, 98, 13, 98), PASS(6, 86, 2, 86), PASS(19, 76, 15, 74), PASS(39, 84, 37, 86),
            PASS(60, 96, 54, 100)}},
    /* 2: a sharp corner at the lower left, the top round to Z-like. */
    {2, 25,
        {DOWN(9, 18, 4, 8), PASS(32, 0, 35, 4), PASS(60, 10, 67, 4), PASS(56, 38, 60, 22), PASS(35, 66, 35, 58),
            TURN(4, 98, 4, 94), PASS(41, 94, 39, 96), PASS(78, 96, 76, 92)}},
    /* 2: a small top on a long base. */
    {2, 10,
        {DOWN(17, 20, 22, 10), PASS(37, 2, 43, 2), PASS(56, 16, 63, 20), PASS(45, 44, 48, 48), PASS(26, 72, 26, 74),
            TURN(4, 92, 2, 96), PASS(50, 88, 43, 84), PASS(104, 92, 97, 78)}},

    /* 3: two bows with a corner between. */
    {3, 30,
        {DOWN(8, 14, 0, 22), PASS(29, 0, 19, 2), PASS(52, 14, 50, 10), PASS(45, 36, 45, 36), TURN(27, 46, 10, 50),
            PASS(50, 58, 52, 54), PASS(58, 80, 64, 74), PASS(33, 100, 37, 99), PASS(4, 88, 2, 88)}},
    /* 3: the waist round, or a small loop. */
    {3, 20,
        {DOWN(10, 10, 4, 16), PASS(33, 0, 27, 2), PASS(54, 16, 52, 14), PASS(43, 40, 43, 38), PASS(29, 48, 16, 52),
            PASS(48, 56, 39, 52), PASS(60, 76, 58, 74), PASS(39, 98, 29, 100), PASS(6, 92, 2, 92)}},
    /* 3: a flat top. */
    {3, 12,
        {DOWN(6, 6, 2, 2), TURN(52, 2, 58, 4), TURN(25, 42, 23, 38), PASS(50, 52, 52, 50), PASS(56, 78, 60, 74),
            PASS(33, 99, 31, 100), PASS(4, 90, 0, 86)}},
    /* 3: one bow small, above or below. */
    {3, 20,
        {DOWN(19, 10, 2, 16), PASS(35, 0, 27, 0), PASS(50, 10, 56, 18), PASS(45, 30, 48, 46), TURN(23, 40, 21, 58),
            PASS(52, 46, 48, 62), PASS(60, 72, 54, 82), PASS(35, 100, 31, 100), PASS(0, 92, 4, 94)}},
    /* 3: the end curls up again. */
    {3, 18,
        {DOWN(4, 22, 12, 16), PASS(29, 0, 31, 0), PASS(54, 12, 52, 12), PASS(47, 38, 45, 38), TURN(19, 50, 25, 46),
            PASS(52, 54, 50, 54), PASS(62, 76, 62, 76), PASS(39, 100, 37, 100), PASS(10, 98, 6, 94),
            PASS(0, 78, -8, 78)}},

    /* 4: open, two strokes, the bar crossing or ending at the upright. */
    {4, 38,
        {DOWN(10, 2, 24, 0), PASS(6, 28, 10, 26), TURN(4, 52, 0, 54), PASS(34, 52, 28, 56), PASS(68, 48, 56, 54),
            DOWN(56, 0, 54, 8), PASS(50, 50, 54, 50), PASS(46, 100, 56, 100)}},
    /* 4: closed. */
    {4, 14,
        {DOWN(44, 0, 56, 0), PASS(24, 28, 30, 30), TURN(0, 62, 4, 58), PASS(36, 62, 34, 60), PASS(72, 60, 62, 60),
            DOWN(44, 0, 56, 0), PASS(45, 50, 54, 50), PASS(45, 100, 50, 100)}},
    /* 4: one stroke: a cup, then up and down the stem. */
    {4, 20,
        {DOWN(6, 4, 2, 10), PASS(4, 34, 6, 40), PASS(22, 50, 22, 52), PASS(48, 42, 46, 36), TURN(60, 4, 58, 0),
            PASS(54, 50, 54, 50), PASS(46, 100, 54, 100)}},
    /* 4: leaning, with a long bar. */
    {4, 14,
        {DOWN(30, 6, 36, 0), PASS(16, 30, 18, 30), TURN(2, 58, 0, 62), PASS(40, 56, 44, 58), PASS(84, 46, 90, 52),
            DOWN(64, 16, 62, 24), PASS(52, 56, 52, 60), PASS(42, 100, 42, 100)}},
    /* 4: leaning, a pointed cup against a long stem. */
    {4, 14,
        {DOWN(32, 6, 26, 14), PASS(18, 30, 16, 34), PASS(12, 52, 12, 56), PASS(34, 48, 36, 54), PASS(60, 36, 64, 46),
            DOWN(76, 0, 64, 0), PASS(46, 50, 42, 50), PASS(18, 100, 24, 100)}},

    /* 5: neck and belly, then a hat. */
    {5, 27,
        {DOWN(15, 6, 19, 10), TURN(11, 42, 11, 46), PASS(39, 36, 37, 42), PASS(63, 58, 56, 62), PASS(54, 86, 45, 88),
            PASS(26, 99, 19, 100), PASS(2, 90, 0, 92), DOWN(15, 6, 19, 10), PASS(69, 2, 80, 0)}},
    /* 5: one stroke from the hat's end. */
    {5, 20,
        {DOWN(65, 2, 71, 0), TURN(19, 4, 17, 6), TURN(11, 42, 15, 46), PASS(39, 36, 39, 44), PASS(63, 58, 58, 62),
            PASS(52, 88, 45, 88), PASS(24, 99, 19, 99), PASS(2, 90, 0, 88)}},
    /* 5: like an S. */
    {5, 18,
        {DOWN(69, 2, 93, 4), PASS(37, 6, 54, 6), PASS(19, 26, 32, 22), PASS(35, 42, 39, 42), PASS(54, 60, 54, 62),
            PASS(50, 84, 43, 86), PASS(28, 97, 19, 98), PASS(2, 90, 0, 88)}},
    /* 5: a small belly under a long hat. */
    {5, 17,
        {DOWN(37, 12, 32, 16), TURN(26, 44, 22, 46), PASS(48, 44, 43, 44), PASS(60, 62, 54, 64), PASS(48, 88, 39, 90),
            PASS(22, 98, 17, 98), PASS(0, 88, 2, 86), DOWN(37, 12, 32, 16), PASS(76, 6, 71, 8), PASS(117, 0, 104, 2)}},
    /* 5: a wide round belly whose end curls up, or a belly that hangs open. */
    {5, 18,
        {DOWN(17, 6, 13, 2), TURN(9, 40, 17, 40), PASS(43, 34, 48, 44), PASS(73, 56, 60, 66), PASS(63, 90, 54, 90),
            PASS(28, 100, 37, 100), PASS(0, 82, 22, 98), DOWN(17, 4, 13, 2), PASS(76, 0, 65, 8)}},

    /* 6: a long back and a round loop. */
    {6, 30,
        {DOWN(46, 0, 34, 0), PASS(20, 28, 14, 34), PASS(4, 62, 4, 70), PASS(14, 92, 18, 95), PASS(36, 98, 42, 96),
            PASS(54, 82, 58, 78), PASS(48, 60, 46, 60), PASS(28, 58, 24, 64), PASS(8, 74, 10, 84)}},
    /* 6: a small loop to a flat wide one. */
    {6, 22,
        {DOWN(34, 0, 18, 0), PASS(16, 36, 6, 36), PASS(6, 74, 4, 76), PASS(20, 98, 26, 98), PASS(42, 90, 62, 92),
            PASS(48, 72, 78, 74), PASS(34, 60, 58, 62), PASS(14, 78, 16, 86)}},
    /* 6: hooked at the top. */
    {6, 12,
        {DOWN(58, 12, 60, 4), PASS(40, 0, 40, 4), PASS(14, 26, 16, 30), PASS(4, 62, 4, 64), PASS(16, 94, 20, 96),
            PASS(42, 98, 46, 94), PASS(58, 78, 56, 72), PASS(42, 58, 38, 58), PASS(10, 74, 8, 78)}},
    /* 6: the loop half the height and more, and ending inside itself. */
    {6, 24,
        {DOWN(36, 0, 22, 0), PASS(14, 24, 8, 30), PASS(3, 60, 3, 66), PASS(16, 94, 22, 96), PASS(46, 96, 54, 94),
            PASS(66, 72, 72, 70), PASS(54, 46, 58, 48), PASS(30, 50, 36, 54), PASS(18, 72, 28, 78)}},
    /* 6: narrow and straight, a drop of a loop. */
    {6, 12,
        {DOWN(46, 0, 30, 0), PASS(26, 34, 18, 34), PASS(8, 70, 8, 68), PASS(6, 94, 12, 94), PASS(24, 98, 28, 98),
            PASS(38, 82, 38, 80), PASS(32, 66, 30, 64), PASS(12, 84, 14, 80)}},

    /* 7: plain. */
    {7, 38, {DOWN(4, 10, 0, 8), TURN(60, 4, 60, 2), PASS(40, 48, 48, 50), PASS(24, 100, 44, 100)}},
    /* 7: a hook where it begins. */
    {7, 16,
        {DOWN(2, 28, 4, 22), TURN(6, 8, 4, 4), PASS(32, 8, 32, 4), TURN(60, 2, 64, 4), PASS(44, 44, 46, 46),
            PASS(30, 100, 26, 100)}},
    /* 7: barred. */
    {7, 16,
        {DOWN(4, 10, 0, 6), PASS(30, 8, 30, 2), TURN(58, 4, 62, 4), PASS(40, 50, 44, 50), PASS(26, 100, 36, 100),
            DOWN(14, 54, 8, 58), PASS(64, 50, 76, 44)}},
    /* 7: the corner rounded away. */
    {7, 13,
        {DOWN(2, 14, 0, 18), PASS(30, 2, 28, 2), PASS(58, 12, 62, 18), PASS(52, 48, 52, 54), PASS(34, 100, 24, 100)}},
    /* 7: a wave for a hat. */
    {7, 9,
        {DOWN(0, 34, 0, 22), PASS(14, 6, 14, 6), PASS(36, 14, 38, 12), TURN(66, 2, 64, 0), PASS(46, 46, 44, 46),
            PASS(30, 100, 24, 100)}},
    /* 7: a long hook, like two posts under a beam. */
    {7, 8,
        {DOWN(0, 46, 4, 36), PASS(6, 12, 10, 8), PASS(34, 4, 36, 6), PASS(62, 6, 62, 10), PASS(58, 48, 52, 50),
            PASS(46, 100, 30, 100)}},

    /* 8: an S and back, closed to wide open at the top. */
    {8, 30,
        {DOWN(50, 10, 64, 12), PASS(29, 0, 33, 2), PASS(10, 18, 10, 22), PASS(29, 44, 27, 44), PASS(54, 72, 43, 68),
            PASS(33, 98, 23, 98), PASS(6, 80, 4, 84), PASS(27, 50, 21, 56), PASS(50, 24, 47, 32), PASS(48, 8, 72, 6)}},
    /* 8: the same, narrow and leaning. */
    {8, 16,
        {DOWN(68, 10, 81, 8), PASS(52, 0, 58, 2), PASS(31, 18, 37, 16), PASS(37, 44, 41, 40), PASS(47, 70, 45, 66),
            PASS(25, 98, 21, 96), PASS(4, 86, 0, 86), PASS(19, 60, 19, 62), PASS(50, 36, 56, 34), PASS(72, 8, 89, 0)}},
    /* 8: two rings. */
    {8, 16,
        {DOWN(33, 46, 31, 42), PASS(12, 32, 14, 28), PASS(14, 8, 19, 4), PASS(35, 0, 35, 0), PASS(54, 12, 48, 10),
            PASS(52, 36, 48, 32), PASS(33, 46, 31, 42), DOWN(33, 46, 31, 42), PASS(6, 64, 8, 60), PASS(8, 90, 4, 88),
            PASS(33, 100, 33, 100), PASS(60, 88, 58, 86), PASS(58, 62, 54, 58), PASS(33, 46, 31, 42)}},
    /* 8: begun to the right. */
    {8, 16,
        {DOWN(19, 8, 29, 2), PASS(41, 0, 47, 4), PASS(54, 16, 52, 18), PASS(33, 44, 31, 44), PASS(8, 72, 10, 74),
            PASS(27, 98, 27, 98), PASS(54, 80, 48, 80), PASS(35, 50, 33, 48), PASS(12, 24, 14, 26),
            PASS(23, 5, 29, 3)}},
    /* 8: one ring small, above or below. */
    {8, 14,
        {DOWN(50, 14, 66, 12), PASS(32, 0, 32, 0), PASS(12, 12, 2, 24), PASS(28, 32, 26, 58), PASS(62, 62, 44, 78),
            PASS(36, 100, 28, 100), PASS(2, 74, 12, 86), PASS(30, 38, 28, 64), PASS(50, 20, 64, 32),
            PASS(46, 6, 60, 8)}},
    /* 8: begun at the crossing, the upper ring last; or ending before it closes. */
    {8, 8,
        {DOWN(52, 30, 60, 36), PASS(30, 46, 30, 54), PASS(6, 70, 4, 76), PASS(22, 98, 20, 98), PASS(52, 86, 44, 88),
            PASS(44, 58, 40, 64), PASS(18, 32, 12, 34), PASS(20, 6, 14, 8), PASS(46, 0, 44, 0), PASS(54, 26, 62, 16)}},

    /* 9: a loop and a straight stem. */
    {9, 28,
        {DOWN(51, 14, 46, 10), PASS(28, 2, 25, 6), PASS(6, 20, 4, 28), PASS(13, 44, 21, 46), PASS(38, 38, 42, 30),
            TURN(53, 8, 49, 10), PASS(49, 50, 44, 52), PASS(44, 100, 28, 100)}},
    /* 9: the loop half the height and more, its end a hat over the stem. */
    {9, 25,
        {DOWN(53, 6, 61, 2), PASS(28, 2, 32, 4), PASS(4, 26, 8, 24), PASS(11, 54, 4, 46), PASS(40, 48, 25, 52),
            TURN(57, 10, 53, 16), PASS(53, 54, 44, 60), PASS(51, 100, 32, 100)}},
    /* 9: one smooth line. */
    {9, 20,
        {DOWN(49, 6, 48, 4), PASS(19, 4, 17, 10), PASS(4, 28, 4, 30), PASS(21, 46, 21, 46), PASS(46, 30, 44, 30),
            PASS(53, 12, 51, 12), PASS(49, 50, 44, 50), PASS(44, 100, 27, 100)}},
    /* 9: the loop left open, the bottom of it straight. */
    {9, 10,
        {DOWN(42, 2, 34, 0), PASS(15, 14, 11, 18), PASS(4, 40, 2, 44), PASS(21, 52, 19, 54), PASS(46, 38, 48, 44),
            PASS(57, 6, 55, 14), PASS(53, 52, 49, 56), PASS(48, 100, 38, 100)}},
    /* 9: the stem curls back, a little to all the way. */
    {9, 17,
        {DOWN(53, 20, 49, 14), PASS(32, 2, 28, 2), PASS(8, 18, 6, 20), PASS(13, 44, 13, 48), PASS(38, 42, 40, 44),
            PASS(55, 18, 55, 14), PASS(55, 54, 59, 60), PASS(42, 90, 42, 96), PASS(15, 98, 11, 98),
            PASS(2, 92, 0, 76)}},
};

const dnp_form *dnp_forms_of(int digit, int *count) {
  size_t first = 0, total = sizeof forms / sizeof *forms;
  while (first < total && forms[first].digit != digit) first++;
  size_t end = first;
  while (end < total && forms[end].digit == digit) end++;
  *count = (int)(end - first);
  return forms + first;
}
