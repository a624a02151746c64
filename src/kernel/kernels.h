/* kernels.h: arithmetic on plain arrays. Pure functions over a range: no state, no allocation, no threads; who may call
 * them with which range is the plan's business (src/net). All of them keep the law of sums (docs/law-of-sums.md); every
 * variant of an entry gives the reference's bits.
 *
 * One list gives the table of functions. Numbers are float or double, as the table says ("real" below); matrices are
 * row-major, and the `l..` after a matrix is the distance between its rows, in elements. Outputs do not overlap inputs
 * unless said. */
#ifndef DNP_KERNEL_KERNELS_H
#define DNP_KERNEL_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define DNP_LANES 16        /* accumulators of a sum across lanes */
#define DNP_BLOCK_ROWS 1024 /* samples in one chain of a weight gradient */

/* The scalars of one update of Adam (D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization", 2015,
 * algorithm 1 in the order of section 2's last remark), update number t counting from 1. Each is computed in double;
 * the kernel rounds each once. */
typedef struct dnp_adam {
  double beta1, beta2; /* [0,1): how much of m and of v stays */
  double rate;         /* learning rate / (1 - beta1^t) */
  double scale;        /* 1 / sqrt(1 - beta2^t) */
  double epsilon;      /* above 0 */
} dnp_adam;

/* A smooth field of displacements: a grid of nodes, uniform cubic B-splines between them. Pixel (i, j) takes the nodes
 * (row[i] .. +3, column[j] .. +3). */
typedef struct dnp_elastic {
  size_t across;                           /* nodes in a row of the grid */
  const uint16_t *row, *column;            /* [height], ascending; [width] */
  const float *row_weight, *column_weight; /* [height,4], [width,4] */
} dnp_elastic;

/* Where the pixels of a picture come from, in 1/65536 pixel: output pixel (i, j) shows the place at + j across + i down
 * (+ the displacement, towards 0), to the right [0] and down [1]; pixel (0, 0) is the place 0. The caller sees to it
 * that all of these fit into 31 bits. */
typedef struct dnp_warp {
  int32_t at[2], across[2], down[2];
  const dnp_elastic *elastic; /* NULL: no displacements */
  const float *node[2];       /* [rows of the grid, across] displacements to the right and down */
} dnp_warp;
#define DNP_WARP_SIDE 128 /* of a picture, at most */

/* The scalars of one update by momentum. The plain form, which is PyTorch's, keeps a sum of gradients; the book's keeps
 * a step. Each is computed in double; the kernels round each once. */
typedef struct dnp_momentum {
  double momentum; /* [0,1): how much of v stays */
  double rate;     /* learning rate */
  bool nesterov;   /* look ahead: the step that v will make next is made already */
} dnp_momentum;

/* What dropout decides with: counter-based, so that the decision on an element is a function of seed, stream, row and
 * element alone. */
typedef struct dnp_draws {
  uint64_t seed, stream; /* base/random.h */
  uint64_t row;          /* the number of the first row; the low 32 bits count */
  uint32_t below;        /* so many of 65,536 are left out */
  double kept;           /* the factor of the others */
} dnp_draws;

/* Numbers that belong to channels: a channel has one number in each row (pixels = 1: columns of a matrix), or one for
 * each pixel. */
typedef struct dnp_channels {
  size_t rows, channels, pixels;
  size_t stride; /* from one row to the next, in elements; with lanes: from one group of rows to the next */
  /* rows lie in groups of 16, [channel][pixel][16]; in the last one, what lies behind the last row is 0. Ranges begin
   * with a group */
  bool lanes;
} dnp_channels;

/* Tensors of pictures lie in lanes: [groups][channels][height][width][DNP_LANES], so that the 16 samples of a group
 * stand side by side. Where a last group has fewer samples, the others are zeros, in values and in gradients.
 *
 * A convolution: outputs filters of rows x columns. out_height = (height + 2 pad - rows) / stride + 1, rounded down;
 * out_width likewise. */
typedef struct dnp_conv {
  size_t channels, height, width; /* of the input */
  size_t outputs, rows, columns;  /* filters, and the height and width of one */
  size_t stride, pad;             /* stride at least 1 */
  size_t out_height, out_width;
} dnp_conv;

/* Elements of `scratch` that any of the three passes of this convolution may use; their contents mean nothing before
 * and after. */
size_t dnp_conv_scratch(const dnp_conv *g);

/* Pooling: windows of size x size, with pad < size; out_height = (height + 2 pad - size) / stride + 1, rounded down;
 * out_width likewise. */
typedef struct dnp_windows {
  size_t channels, height, width; /* of the input */
  size_t size, stride, pad;
  size_t out_height, out_width;
} dnp_windows;

/* X(result, name, (arguments)) */
#define DNP_KERNEL_LIST(X) \
  /* C[m,n] := A[m,k] . B[k,n] (+ bias[n], added last; may be NULL). Chain over k from +0. */ \
  X(void, product, \
      (size_t m, size_t n, size_t k, const void *a, size_t la, const void *b, size_t lb, const void *bias, void *c, \
          size_t lc)) \
  /* C[m,n] := A[m,k] . B[n,k]^T. Chain over k from +0. */ \
  X(void, product_nt, \
      (size_t m, size_t n, size_t k, const void *a, size_t la, const void *b, size_t lb, void *c, size_t lc)) \
  /* C[m,n] := A[k,m]^T . B[k,n]; the chain over k goes on from C, or starts at +0 if from_zero. */ \
  X(void, product_tn, \
      (size_t m, size_t n, size_t k, const void *a, size_t la, const void *b, size_t lb, void *c, size_t lc, \
          bool from_zero)) \
  /* c[n] := column sums of B[k,n]; the chain over k goes on from c, or starts at +0 if from_zero. */ \
  X(void, column_sum, (size_t n, size_t k, const void *b, size_t lb, void *c, bool from_zero)) \
  /* C[m,n] := A[m,n] + bias[n] */ \
  X(void, add_row, (size_t m, size_t n, const void *a, size_t la, const void *bias, void *c, size_t lc)) \
  /* element by element; c may be a or b */ \
  X(void, add, (size_t count, const void *a, const void *b, void *c)) \
  X(void, multiply, (size_t count, const void *a, const void *b, void *c)) \
  X(void, stretch, (size_t count, double factor, const void *a, void *c)) /* c := factor a; c may be a */ \
  X(void, fill, (size_t count, double value, void *c)) \
  /* activations z := f(a) and their way back da := dz f'(a), with f' taken from the kept z */ \
  X(void, sigmoid, (size_t count, const void *a, void *z)) \
  X(void, sigmoid_back, (size_t count, const void *z, const void *dz, void *da)) \
  X(void, tanh, (size_t count, const void *a, void *z)) \
  X(void, tanh_back, (size_t count, const void *z, const void *dz, void *da)) \
  X(void, relu, (size_t count, const void *a, void *z)) \
  X(void, relu_back, (size_t count, const void *z, const void *dz, void *da)) \
  X(void, leaky_relu, (size_t count, double slope, const void *a, void *z)) \
  X(void, leaky_relu_back, (size_t count, double slope, const void *z, const void *dz, void *da)) \
  X(void, elu, (size_t count, double alpha, const void *a, void *z)) \
  X(void, elu_back, (size_t count, double alpha, const void *z, const void *dz, void *da)) \
  X(void, softplus, (size_t count, const void *a, void *z)) \
  X(void, softplus_back, (size_t count, const void *z, const void *dz, void *da)) \
  /* ... and of those whose slope is not to be had from z, from a */ \
  X(void, gelu, (size_t count, const void *a, void *z)) \
  X(void, gelu_back, (size_t count, const void *a, const void *dz, void *da)) \
  X(void, silu, (size_t count, const void *a, void *z)) \
  X(void, silu_back, (size_t count, const void *a, const void *dz, void *da)) \
  /* y[m,n] := softmax of each row of a[m,n]; and, unless loss is NULL, loss[m] := cross-entropy (natural log, double) \
   * against label[m], or against the rows of t[m,n] if label is NULL. Of the answers (1 - smoothing) is kept, and \
   * smoothing shared out evenly */ \
  X(void, cross_entropy, \
      (size_t m, size_t n, double smoothing, const void *a, void *y, const int32_t *label, const void *t, \
          double *loss)) \
  /* da := (y - t) / batch, with the same answers */ \
  X(void, cross_entropy_back, \
      (size_t m, size_t n, size_t batch, double smoothing, const void *y, const int32_t *label, const void *t, \
          void *da)) \
  /* da := y (dy - sum of y dy over the row, across lanes): the way back through a softmax alone */ \
  X(void, softmax_back, (size_t m, size_t n, const void *y, const void *dy, void *da)) \
  /* losses[m] in double of the rows of a[m,n] and t[m,n]: mean of (a - t)^2, half their sum, mean of |a - t|, mean of \
   * Huber's (squares / 2 up to delta, from there on straight on), mean of the cross-entropies of sigmoid(a) */ \
  X(void, squared_error, (size_t m, size_t n, const void *a, const void *t, double *loss)) \
  X(void, half_squares, (size_t m, size_t n, const void *a, const void *t, double *loss)) \
  X(void, absolute_error, (size_t m, size_t n, const void *a, const void *t, double *loss)) \
  X(void, huber, (size_t m, size_t n, double delta, const void *a, const void *t, double *loss)) \
  X(void, binary_cross_entropy, (size_t m, size_t n, const void *a, const void *t, double *loss)) \
  /* da := 2 (a - t) / (batch n); the sign of a - t, 0 of 0, / (batch n); a - t, but no farther from 0 than limit, / \
   * (batch n) */ \
  X(void, squared_error_back, (size_t m, size_t n, size_t batch, const void *a, const void *t, void *da)) \
  X(void, absolute_error_back, (size_t m, size_t n, size_t batch, const void *a, const void *t, void *da)) \
  X(void, limited_error_back, \
      (size_t m, size_t n, size_t batch, double limit, const void *a, const void *t, void *da)) \
  /* c[m] := sums of the rows of A[m,n], across lanes */ \
  X(void, row_sum, (size_t m, size_t n, const void *a, size_t la, void *c)) \
  /* C[n,m] := A[m,n]^T */ \
  X(void, transpose, (size_t m, size_t n, const void *a, size_t la, void *c, size_t lc)) \
  /* w := w - rate g; true if a new w is not finite */ \
  X(bool, descend, (size_t count, double rate, const void *g, void *w)) \
  /* m := beta1 m + (1 - beta1) g; v := beta2 v + (1 - beta2) g^2; w := w - rate m / (scale sqrt(v) + epsilon); true \
   * if a new w is not finite. m and v smaller than 2^-100 become 0 */ \
  X(bool, adam, (size_t count, const dnp_adam *adam, const void *g, void *m, void *v, void *w)) \
  /* v := momentum v + g; w := w - rate v, or with nesterov w - rate (g + momentum v); true if a new w is not finite. \
   * v smaller than 2^-100 becomes 0 */ \
  X(bool, momentum, (size_t count, const dnp_momentum *momentum, const void *g, void *v, void *w)) \
  /* v' := momentum v - rate g; w := w + v', or with nesterov w + momentum^2 v - (1 + momentum) rate g; the rest as \
   * above */ \
  X(bool, momentum_book, (size_t count, const dnp_momentum *momentum, const void *g, void *v, void *w)) \
  /* h := keep h + add g^2; w := w - rate g / (sqrt(h) + epsilon); true if a new w is not finite. h smaller than \
   * 2^-100 becomes 0 */ \
  X(bool, scaled_descend, \
      (size_t count, double keep, double add, double rate, double epsilon, const void *g, void *h, void *w)) \
  /* c := factor c; c := factor a + c */ \
  X(void, scale, (size_t count, double factor, void *c)) \
  X(void, add_scaled, (size_t count, double factor, const void *a, void *c)) \
  /* the sum of the squares, across lanes, in double */ \
  X(double, square_sum, (size_t count, const void *a)) \
  /* dropout: mask[m,n] := 0 or the factor of what is kept, as drawn; y := a mask */ \
  X(void, dropout, (size_t m, size_t n, const dnp_draws *draws, const void *a, void *mask, void *y)) \
  X(void, dropout_lanes, \
      (size_t m, size_t n, const dnp_draws *draws, const void *a, void *mask, \
          void *y)) /* rows in groups of 16, [n][16] */ \
  /* batch normalisation. Arrays without rows have one number a channel. Mean and variance (of m numbers, divided by \
   * m) of each channel; scale := 1 / sqrt(variance + epsilon); sum_dy and sum_dyx := sums of dy and dy (x - mean) \
   * scale */ \
  X(void, channel_statistics, (const dnp_channels *of, const void *x, void *mean, void *variance)) \
  X(void, channel_scale, (size_t count, double epsilon, const void *variance, void *scale)) \
  X(void, channel_sums, \
      (const dnp_channels *of, const void *x, const void *mean, const void *scale, const void *dy, void *sum_dy, \
          void *sum_dyx)) \
  /* y := (x - mean) scale gamma + beta; and dx := gamma scale (dy - sum_dy / count - (x - mean) scale sum_dyx / \
   * count), or for statistics that do not depend on x (count = 0) gamma scale dy */ \
  X(void, normalise, \
      (const dnp_channels *of, const void *x, const void *mean, const void *scale, const void *gamma, \
          const void *beta, void *y)) \
  X(void, normalise_back, \
      (const dnp_channels *of, size_t count, const void *x, const void *mean, const void *scale, const void *gamma, \
          const void *sum_dy, const void *sum_dyx, const void *dy, void *dx)) \
  /* b := keep b + add a; true if a new b is not finite */ \
  X(bool, blend, (size_t count, double keep, double add, const void *a, void *b)) \
  /* x := (float)pixel / 255.0f, widened; x := value, rounded */ \
  X(void, from_pixels, (size_t count, const uint8_t *pixel, void *x)) \
  X(void, from_reals, (size_t count, const double *value, void *x)) \
  /* x[height,width] := the picture through the map, between four pixels linearly; a pixel p is (float)p / 255.0f, \
   * widened, and outside is 0. 1 <= height, width <= DNP_WARP_SIDE */ \
  X(void, warp, (size_t height, size_t width, const uint8_t *pixel, const dnp_warp *warp, void *x)) \
  /* Y[g,outputs,out_height,out_width,16] := W[outputs,channels,rows,columns] * X[g,channels,height,width,16] (+ \
   * bias[outputs], added last; may be NULL). Chain from +0 over channel, row, column. A row of the filter that stands \
   * above or below X has no terms; in the others places beside X are zeros and stand in the chain. scratch: \
   * dnp_conv_scratch elements */ \
  X(void, conv, \
      (size_t groups, const dnp_conv *g, const void *x, const void *w, const void *bias, void *y, void *scratch)) \
  /* dX := W turned * dY. Chain from +0 over filter, row r, column s of dY[k, (y+pad-r)/stride, (x+pad-s)/stride] \
   * w[k,c,r,s]. Where one of the divisions has a remainder, or the row is outside of dY, there is no term; a place \
   * beside dY is a zero and stands in the chain. */ \
  X(void, conv_back_input, (size_t groups, const dnp_conv *g, const void *dy, const void *w, void *dx, void *scratch)) \
  /* dW[count,channels,rows,columns], of the filters first .. first + count - 1: for each group 16 chains, one a lane, \
   * from +0 over the pixels of dY in rows, of x dy (places outside of X are zeros and stand in the chain), which meet \
   * in the tree 8, 4, 2, 1; these sums are added, group after group, to dw (which points at filter `first`), or to +0 \
   * if from_zero. */ \
  X(void, conv_back_weights, \
      (size_t groups, const dnp_conv *g, size_t first, size_t count, const void *x, const void *dy, void *dw, \
          bool from_zero, void *scratch)) \
  /* db[count] likewise: lanes that add dy over the pixels, the tree, group after group */ \
  X(void, conv_back_bias, \
      (size_t groups, const dnp_conv *g, size_t first, size_t count, const void *dy, void *db, bool from_zero)) \
  /* Y := the largest place of each window, NaN if one is; X's edges are not part of a window */ \
  X(void, max_pool, (size_t groups, const dnp_windows *g, const void *x, void *y)) \
  /* dX := +0, plus dy at the first place of each window, row by row, that holds y or NaN (for y is NaN then); windows \
   * in their order */ \
  X(void, max_pool_back, \
      (size_t groups, const dnp_windows *g, const void *x, const void *y, const void *dy, void *dx)) \
  /* Y := sum of each window / size^2: a chain of additions from +0, row by row; places outside of X are zeros */ \
  X(void, average_pool, (size_t groups, const dnp_windows *g, const void *x, void *y)) \
  /* dX := +0, plus dy / size^2 at each place of each window; windows in their order */ \
  X(void, average_pool_back, (size_t groups, const dnp_windows *g, const void *dy, void *dx)) \
  /* Y[groups,count,16] := X[rows,count], zeros where rows are missing; X[rows,count] := Y[groups,count,16]. groups = \
   * rows / 16, rounded up. */ \
  X(void, to_lanes, (size_t rows, size_t count, const void *x, void *y)) \
  X(void, from_lanes, (size_t rows, size_t count, const void *y, void *x)) \
  /* column of the largest entry of each row, the first of equals */ \
  X(void, row_argmax, (size_t m, size_t n, const void *a, int32_t *column)) \
  /* index of the first entry that is not finite; count if there is none */ \
  X(size_t, first_not_finite, (size_t count, const void *a))

typedef struct dnp_kernels {
  const char *unit; /* "ref", "ref+fma", "avx2", "avx512", "neon" */
  denpa_dtype dtype;
#define X(result, name, arguments) result(*name) arguments;
  DNP_KERNEL_LIST(X)
#undef X
} dnp_kernels;

/* The table for this dtype (DENPA_DTYPE_FLOAT32 or DENPA_DTYPE_FLOAT64). `cpu` is "auto", "ref", "avx2", "avx512" or
 * "neon": a unit that this CPU lacks is DENPA_ERROR_UNSUPPORTED. */
denpa_status dnp_kernels_choose(const char *cpu, denpa_dtype dtype, const dnp_kernels **out, denpa_error *err);

/* Sum of count values in double: value i goes to accumulator i mod DNP_LANES, then the tree 8, 4, 2, 1. The first value
 * is number `first` of the whole, so a sum may be taken in pieces: zero `lane`, add pieces in order, then collapse. */
void dnp_lanes_add(double lane[DNP_LANES], size_t first, size_t count, const double *value);
double dnp_lanes_total(const double lane[DNP_LANES]);

/* The units that this processor has, the reference first and the fastest last, as pairs of tables indexed by dtype (0
 * float, 1 double). Returns how many; room for DNP_MOST_UNITS. For dnp_kernels_choose and the tests. */
#define DNP_MOST_UNITS 4
size_t dnp_kernels_units(const dnp_kernels *units[DNP_MOST_UNITS]);

#endif
