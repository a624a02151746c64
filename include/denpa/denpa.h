/* denpa.h: the public face of libdenpa, a library that trains small neural networks and shows its work.
 * One file because a program gets all of it by one line. A whole program:
 *
 *   #include <denpa/denpa.h>
 *   int main(void) {
 *     denpa_data *data; denpa_net *net;
 *     return denpa_data_open(&data, NULL, NULL, NULL) || denpa_net_create(&net, "784-50-10", NULL, NULL) ||
 *            denpa_train(net, data, NULL, NULL, NULL) || denpa_net_save(net, "model.safetensors", NULL);
 *   }
 *
 * Everything here is safe to use from several threads on different objects. Fallible functions return
 * a denpa_status (0 done, negative otherwise) and, when given one, fill a denpa_error that the caller owns.
 *
 * docs/library.md has a complete program for each thing that can be done, from arrays to optimizers of one's own. */
#ifndef DENPA_DENPA_H
#define DENPA_DENPA_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* That of this header; denpa_version() tells the library's. */
#define DENPA_VERSION "0.1.0"

#if defined(__GNUC__)
#define DENPA_API __attribute__((visibility("default")))
#else
#define DENPA_API
#endif

/* "0.1.0": the version of the library that runs, which may be another one than the header's. Static. */
DENPA_API const char *denpa_version(void);

/* ---- status and error ------------------------------------------------------------------------ */

/* ROW(enumerator, name, number, English text): one list for the enum, the names and the texts. */
#define DENPA_STATUS_LIST(ROW) \
  ROW(DENPA_OK, "OK", 0, "done") \
  ROW(DENPA_ERROR_ARGUMENT, "ARGUMENT", -1, "a wrong argument or option") \
  ROW(DENPA_ERROR_SYNTAX, "SYNTAX", -2, "a text that cannot be understood") \
  ROW(DENPA_ERROR_SHAPE, "SHAPE", -3, "shapes that do not fit") \
  ROW(DENPA_ERROR_MEMORY, "MEMORY", -4, "not enough memory") \
  ROW(DENPA_ERROR_IO, "IO", -5, "the operating system refused to read or write") \
  ROW(DENPA_ERROR_FORMAT, "FORMAT", -6, "a file that is not what it should be") \
  ROW(DENPA_ERROR_NOT_FOUND, "NOT_FOUND", -7, "something that is not there") \
  ROW(DENPA_ERROR_UNSUPPORTED, "UNSUPPORTED", -8, "something this build or machine cannot do") \
  ROW(DENPA_ERROR_NUMERIC, "NUMERIC", -9, "a number that is not finite") \
  ROW(DENPA_ERROR_NETWORK, "NETWORK", -10, "a download that failed") \
  ROW(DENPA_ERROR_CANCELLED, "CANCELLED", -11, "stopped by the caller") \
  ROW(DENPA_ERROR_REFUSED, "REFUSED", -12, "refused, because it would do harm")

typedef enum denpa_status {
#define DENPA_STATUS_ROW_(enumerator, name, number, text) enumerator = number,
  DENPA_STATUS_LIST(DENPA_STATUS_ROW_)
#undef DENPA_STATUS_ROW_
} denpa_status;

typedef enum denpa_lang { DENPA_LANG_EN, DENPA_LANG_JA } denpa_lang;

/* One typed argument of a message. */
typedef struct denpa_arg {
  char kind; /* 's' text, 'i' signed, 'u' unsigned, 'd' real, 't' a text to translate, 'p' the file that the message
                speaks of, shown in front of it, 'x' two shapes, drawn behind it, 'h' the likely reason, a text to
                translate that is told behind it, 0 end */
  union {
    const char *s;
    int64_t i;
    uint64_t u;
    double d;
  } as;
} denpa_arg;

#define DENPA_ERROR_ARGS 9
#define DENPA_ERROR_STORE 512

/* What went wrong. Owned by the caller and filled by the callee; texts are copied into `store` (an argument of kind
 * 's', 'p' or 'x' holds its offset there in as.u; as.s of a 't' or 'h' is static), so it outlives whatever it speaks of
 * and may be copied. Zero it before its first use; a call that succeeds leaves it alone. */
typedef struct denpa_error {
  denpa_status status;
  const char *message; /* English template, static; {1}, {2} ... stand for the arguments */
  denpa_arg arg[DENPA_ERROR_ARGS + 1];
  char store[DENPA_ERROR_STORE];
} denpa_error;

/* The status' own name ("SHAPE"), and its text in the language asked for. Never NULL. */
DENPA_API const char *denpa_status_name(denpa_status status);
DENPA_API const char *denpa_status_text(denpa_status status, denpa_lang lang);

/* Writes the message of `error` in `lang` into `out` (at most `size` bytes with the final NUL; UTF-8 is never cut
 * inside a character). Returns the length of the whole message without the NUL; out may be NULL to ask for it. */
DENPA_API size_t denpa_error_text(const denpa_error *error, denpa_lang lang, char *out, size_t size);

/* Types of array elements. */
typedef enum denpa_dtype {
  DENPA_DTYPE_FLOAT32,
  DENPA_DTYPE_FLOAT64,
  DENPA_DTYPE_UINT8,
  DENPA_DTYPE_INT32,
  DENPA_DTYPE_INT64,
  DENPA_DTYPES
} denpa_dtype;

/* ---- objects ----------------------------------------------------------------------------------- */

typedef struct denpa_graph denpa_graph;         /* operations on named tensors, being put together */
typedef struct denpa_net denpa_net;             /* a network that is ready to run */
typedef struct denpa_data denpa_data;           /* a data set */
typedef struct denpa_trainer denpa_trainer;     /* a training between two of its updates */
typedef struct denpa_optimizer denpa_optimizer; /* makes the updates of a loop of one's own */

/* Whoever creates an object frees it; free of NULL is fine. A constructor that fails sets *out to NULL. Where options
 * are asked for, NULL means the defaults; where an error is asked for, NULL means that the status is enough. NULL in
 * place of anything else is a status that names the argument. Matrices are row-major, the last axis fastest.
 *
 * Options begin with their size, which ..._default() sets: begin with what it returns and change members. A program
 * that was compiled with an older header has fewer members, and those that it does not know have their defaults. NULL
 * as a text in options means the default, too. */

/* Where random numbers come from. */
typedef enum denpa_rng {
  DENPA_RNG_DENPA, /* counter-based (Philox): any draw can be repeated alone; the same bits everywhere */
  DENPA_RNG_NUMPY  /* NumPy's legacy generator, draw by draw as a script with numpy.random.seed would go */
} denpa_rng;

/* Whose formulas, where they differ. */
typedef enum denpa_compat {
  DENPA_COMPAT_NONE, /* the field's, as PyTorch has them */
  DENPA_COMPAT_BOOK  /* those of the book "Deep Learning from Scratch" */
} denpa_compat;

/* ---- data -------------------------------------------------------------------------------------- */

typedef enum denpa_split {
  DENPA_SPLIT_TRAIN,
  DENPA_SPLIT_TEST,
  DENPA_SPLIT_VALIDATION /* rows kept back from the training rows by a trainer (denpa_train_options.validation) */
} denpa_split;

typedef struct denpa_data_options {
  size_t size;           /* set by denpa_data_options_default */
  const char *data_root; /* a folder that may hold mnist/; default: the environment's DENPA_DATA, or NULL */
  int offline;           /* 1: never ask the network; default 0 */
  /* Told once before a download starts (what, from where, bytes in all) and while it runs; nonzero cancels. Default
   * NULL. */
  int (*progress)(void *context, const char *file, const char *from, uint64_t done, uint64_t total);
  void *context; /* for progress */
  /* For tables (a .csv or .tsv file): */
  const char *target; /* name of the column to learn; default NULL: the last one */
  /* "auto", "classification", "regression"; default "auto": classes for texts, for two different whole numbers, and for
   * whole numbers of which at most 20 are different, each on 5 rows or more on average; else numbers */
  const char *task;
  const char *header;   /* whether the first row holds names: "auto", "yes", "no"; default "auto" */
  const char *ignore;   /* columns to leave out, names joined by commas; default NULL */
  const char *category; /* columns of numbers that stand for categories, likewise; default NULL */
  const char *test;     /* a table of test rows; default NULL: test_share of the rows */
  double test_share;    /* 0 .. below 1, of each class its share; default 0.2 */
  uint64_t seed;        /* draws the test rows; default 1 */
  /* what a model knows of its table (its metadata "table"), by which the rows are made into numbers; default NULL:
   * learned from the training rows */
  const char *table;
  /* with table: the file is another one than the model was trained on, and all its rows are test rows; default 0 */
  int whole;
  int unknown_fails; /* a category that the training rows did not have is an error; default 0: zeros */
  /* For folders of pictures; a name that ends in a form, "photos:28x28:grey", wins. */
  /* "28" or "24x32" (height x width), to which every picture is resized; default NULL: that of most of them, with a
   * longer side of at most 64 */
  const char *picture_size;
  const char *channels; /* "grey", "rgb" or "auto": rgb if any picture has a colour; default NULL: auto */
  /* the classes that there may be, one a line, numbered in this order; default NULL: all that are there */
  const char *classes;
} denpa_data_options;
DENPA_API denpa_data_options denpa_data_options_default(void); /* not in the bare library */

/* A data set by name: "mnist" (found, or downloaded and verified), "digits" (built in; also "digits:5000",
 * "digits:5000:7": training rows and seed), a folder with four IDX files, a folder of pictures (PNG, PGM, PPM) with a
 * sub-folder for each class, or a table (.csv, .tsv, .tab, .txt, .data). NULL: mnist if it can be had, else digits;
 * denpa_data_note then tells why. Not in the bare library. */
DENPA_API denpa_status denpa_data_open(
    denpa_data **out, const char *name, const denpa_data_options *options, denpa_error *err);

/* The built-in digits: train_rows rows for training (1 .. 10,000,000) and a sixth as many, at least 1, for testing,
 * 28x28, 10 classes. */
DENPA_API denpa_status denpa_data_digits(denpa_data **out, size_t train_rows, uint64_t seed, denpa_error *err);

/* Rows of one split, owned by the caller. */
typedef struct denpa_rows {
  size_t rows;
  denpa_dtype
      dtype;     /* of x: DENPA_DTYPE_FLOAT32, DENPA_DTYPE_FLOAT64, or DENPA_DTYPE_UINT8 (a pixel p stands for p/255) */
  const void *x; /* [rows, features] */
  const int32_t *label; /* [rows], 0 .. outputs-1: exactly one of label and target */
  const double *target; /* [rows, outputs] */
} denpa_rows;

/* A copy of the caller's rows, 8 bytes a number and 1 a pixel. The numbers are taken as they are: what is far from -1
 * .. 1 is better scaled by the caller, targets too. outputs: number of classes (2 .. 256, with labels) or of targets.
 * test may be NULL (no rows). Both splits have labels, or both targets; both are pixels, or neither is. name: what a
 * model file will remember; UTF-8 of at most 4095 bytes. */
DENPA_API denpa_status denpa_data_from_memory(denpa_data **out, const char *name, size_t features, size_t outputs,
    const denpa_rows *train, const denpa_rows *test, denpa_error *err);

/* Row `row` of a split, counted from 0: fills x[features] of the dtype asked for (DENPA_DTYPE_FLOAT32 or
 * DENPA_DTYPE_FLOAT64, as the network computes), and what is not NULL of *label and target[outputs]; x may be NULL.
 * Called from several threads at once, in any order, and again for a row that it was asked for before: a row has to be
 * the same each time. Returns 0; anything else if the row cannot be had: the call that needed it ends with
 * DENPA_ERROR_CANCELLED, and the batch has changed nothing. */
typedef int denpa_row_reader(
    void *context, denpa_split split, size_t row, denpa_dtype dtype, void *x, int32_t *label, double *target);
/* A data set whose rows are not kept but asked for whenever they are needed: to train, measure, predict. Labels (below
 * `classes`, 2 .. 256) or, with classes 0, targets[outputs] are asked for here, once, and kept. No share of these rows
 * can be kept back for validation. context has to live as long as the data set. */
DENPA_API denpa_status denpa_data_from_reader(denpa_data **out, const char *name, size_t features, size_t classes,
    size_t outputs, size_t train_rows, size_t test_rows, denpa_row_reader *reader, void *context, denpa_error *err);
DENPA_API void denpa_data_free(denpa_data *data);

/* Keeps the first `rows` rows of a split; does nothing if there are not more. */
DENPA_API void denpa_data_limit(denpa_data *data, denpa_split split, size_t rows);

/* "mnist", "digits:60000:1". Lives as long as the data set. */
DENPA_API const char *denpa_data_name(const denpa_data *data);
/* Why another data set was taken than the one tried first: *why is filled and 1 returned; 0 if there is nothing to
 * say. */
DENPA_API int denpa_data_note(const denpa_data *data, denpa_error *why);
DENPA_API size_t denpa_data_rows(const denpa_data *data, denpa_split split);
DENPA_API size_t denpa_data_features(const denpa_data *data); /* numbers of one row */
DENPA_API size_t denpa_data_classes(const denpa_data *data);  /* 0 for targets */
DENPA_API size_t denpa_data_outputs(const denpa_data *data);  /* classes, or targets of one row */
/* The axes of one row: {28, 28} for pictures. Returns how many there are; shape (at least 3 places) may be NULL. */
DENPA_API int denpa_data_shape(const denpa_data *data, size_t *shape);
/* What a class is called, UTF-8 in one line; NULL if it has only its number. Lives as long as the data set. */
DENPA_API const char *denpa_data_class_name(const denpa_data *data, size_t class_number);
/* The label of a row, -1 if there is none. */
DENPA_API int denpa_data_label(const denpa_data *data, denpa_split split, size_t row);
/* The pixels of a row ([features] bytes, living as long as the data set); NULL if the rows are not pixels or there is
 * no such row. */
DENPA_API const uint8_t *denpa_data_pixels(const denpa_data *data, denpa_split split, size_t row);
/* The numbers of a row as they are, pixels as (float)p / 255: x[features]. */
DENPA_API denpa_status denpa_data_row(
    const denpa_data *data, denpa_split split, size_t row, double *x, denpa_error *err);

/* The numbers of a picture (pixels) changed at random as a training with `augment` (denpa_train_options) and `seed`
 * feeds it to update `update`, counted from 0: x[features]. x NULL: only says whether the text can be understood and
 * fits the data. */
DENPA_API denpa_status denpa_data_augmented(const denpa_data *data, denpa_split split, size_t row, const char *augment,
    uint64_t seed, size_t update, double *x, denpa_error *err);

/* ---- networks ---------------------------------------------------------------------------------- */

/* Names of lists, here and in all other options, are taken in any case, with or without '-' and '_': "LeakyReLU:0.02",
 * "Adam". What the library tells of them is as they are listed. */
typedef struct denpa_net_options {
  size_t size; /* set by denpa_net_options_default */
  /* of the hidden layers: "sigmoid", "tanh", "relu", "identity", "leaky-relu", "elu", "gelu", "silu", "softplus"; with
   * a number "leaky-relu:0.02" (slope, 0.01 without), "elu:0.5" (alpha, 1 without); default "sigmoid" */
  const char *activation;
  /* of the weights; default "normal:0.01". Biases start at 0. With n inputs and m outputs of a unit: "normal:D"
   * (deviation), "uniform:L" (from -L to L), "xavier" (the book's) and "lecun" (normal, sqrt(1/n)), "he" (normal,
   * sqrt(2/n)), "glorot" (normal, sqrt(2/(n+m))), "lecun-uniform", "he-uniform", "glorot-uniform" (uniform, of the same
   * deviations), "orthogonal" (rows or columns of length 1 and at right angles), "zeros" */
  const char *init;
  /* "cross-entropy" (with softmax; "cross-entropy:0.1": labels smoothed), "mse", "mae", "huber" or "huber:0.5" (delta,
   * 1 without), "sse" (half the sum of squares), "bce" (with sigmoid, each output by itself); default
   * "cross-entropy" */
  const char *loss;
  denpa_dtype dtype; /* DENPA_DTYPE_FLOAT32 or DENPA_DTYPE_FLOAT64; default DENPA_DTYPE_FLOAT32 */
  denpa_rng rng;     /* for the initial weights; default DENPA_RNG_DENPA */
  uint64_t seed;     /* default 1; below 2^32 for DENPA_RNG_NUMPY */
  int threads;       /* 1 .. 1024; default 0: chosen. Changes no result */
  const char *cpu;   /* "auto", "ref", "avx2", "avx512", "neon"; default "auto". Changes no result */
} denpa_net_options;
DENPA_API denpa_net_options denpa_net_options_default(void);

/* A network from a text. Either sizes of dense layers from input to output, "784-50-10", with the activation of the
 * options between them; or a list of layers:
 *   input 1x28x28, conv 24 5x5, maxpool 2, relu, conv 32 3x3 stride 1 pad 1, avgpool 2, relu, flatten, dense 256, relu,
 *     dense 10
 * with channels x height x width (or one number) of the input, filters and their size, sides of the pooled squares, and
 * any activation. "dense" flattens by itself. Tensors have names: parameters W1 b1 W2 b2 ..., the input x, what layers
 * compute a1, behind the activation z1, a2 ..., what the network answers y. */
DENPA_API denpa_status denpa_net_create(
    denpa_net **out, const char *net, const denpa_net_options *options, denpa_error *err);
/* A network for a data set: a list of layers need not begin with its input, which is then the shape of the data's rows;
 * and "@my.net" reads the text from a file, one layer a line, notes behind '#'. */
DENPA_API denpa_status denpa_net_create_for(
    denpa_net **out, const char *net, const denpa_data *data, const denpa_net_options *options, denpa_error *err);
DENPA_API void denpa_net_free(denpa_net *net);

/* Writes the model as safetensors, whole or not at all. Equal networks with equal histories give equal files. Not in
 * the bare library. */
DENPA_API denpa_status denpa_net_save(denpa_net *net, const char *path, denpa_error *err);
/* Reads a model; denpa_net_load(&net, path, NULL, NULL, &err) for one that denpa wrote. path: a .safetensors file of
 * denpa's, a run's folder (its model.safetensors), or arrays W1 b1 W2 b2 ... in a .safetensors of others, an .npz or
 * the book's .pkl. net: the network's text, NULL to take it from the file or, without one there, from the shapes.
 * options give threads and cpu, and for files that do not name them activation and loss; the dtype is the file's. Not
 * in the bare library. */
DENPA_API denpa_status denpa_net_load(
    denpa_net **out, const char *path, const char *net, const denpa_net_options *options, denpa_error *err);
/* The same bytes as the file's, in memory: *bytes[*size] is freed by denpa_bytes_free. Not in the bare library. */
DENPA_API denpa_status denpa_net_save_memory(denpa_net *net, void **bytes, size_t *size, denpa_error *err);
DENPA_API void denpa_bytes_free(void *bytes);
/* Reads a model from the bytes of a safetensors file; net and options as for denpa_net_load. Not in the bare
 * library. */
DENPA_API denpa_status denpa_net_load_memory(denpa_net **out, const void *bytes, size_t size, const char *net,
    const denpa_net_options *options, denpa_error *err);
/* A network of its own with the same parameters, metadata and memory of the optimizer: trained on, both give the same
 * bits. */
DENPA_API denpa_status denpa_net_clone(denpa_net **out, const denpa_net *net, denpa_error *err);
/* Gives `net` the parameters and running statistics of `from` that have the same name and shape, rounded to its number
 * type; the others stay as they are. *taken (may be NULL): how many tensors those were. */
DENPA_API denpa_status denpa_net_take(denpa_net *net, const denpa_net *from, size_t *taken, denpa_error *err);
/* SHA-256 of all parameters' bytes in the order of the file: 64 hexadecimal digits and a NUL. Not in the bare
 * library. */
DENPA_API denpa_status denpa_net_sha256(const denpa_net *net, char out[65], denpa_error *err);

/* What the network makes of `rows` rows. The network is constant meanwhile: any number of threads may ask one network
 * at once, as long as nobody trains it, sets its numbers or runs a pass of it (denpa_net_forward_rows). Each call
 * borrows buffers that are kept for the next one. The rows are numbers as the network takes them: a model of a table or
 * of pictures wants what denpa_net_answer_fields and denpa_net_answer_pixels make of a raw row, and gives a table's
 * numbers in the unit of its training (the deviations from the mean). x: [rows, inputs] in dtype (DENPA_DTYPE_FLOAT32,
 * DENPA_DTYPE_FLOAT64, or DENPA_DTYPE_UINT8 pixels). y: receives [rows, outputs], probabilities if the loss is
 * cross-entropy; predicted: receives the column of each row's largest output; of a single output that is no softmax: 1
 * where it is above 0.5, else 0. Either may be NULL. */
DENPA_API denpa_status denpa_net_predict(const denpa_net *net, size_t rows, denpa_dtype dtype, const void *x, double *y,
    int32_t *predicted, denpa_error *err);
/* The same for all rows of a split: y[rows, outputs], predicted[rows]. */
DENPA_API denpa_status denpa_net_predict_data(
    const denpa_net *net, const denpa_data *data, denpa_split split, double *y, int32_t *predicted, denpa_error *err);
/* Mean loss, and the share (0 .. 1) of rows whose largest output is their label (NaN for targets), over a split. NULL
 * for what is not wanted. */
DENPA_API denpa_status denpa_net_evaluate(
    denpa_net *net, const denpa_data *data, denpa_split split, double *loss, double *accuracy, denpa_error *err);

/* ---- answers to raw rows ----------------------------------------------------------------------- */

/* A field of a table's row as a person has it. */
typedef struct denpa_field {
  const char *column; /* its name; NULL in all fields: columns by their place, as in tables without a header */
  const char *text;   /* as it would stand in the file, "" where it is missing; NULL: number counts */
  double number;
} denpa_field;

#define DENPA_ANSWER_NAME 64
typedef struct denpa_answer {
  int class_number;             /* 0 .. ; -1: the answer is a number */
  char name[DENPA_ANSWER_NAME]; /* of the class, UTF-8, cut where it is longer; its number if it has no name */
  double probability;           /* of that class; NaN where the network gives none */
  double number;                /* in the unit of the table's column; NaN for classes */
  size_t unknown;               /* fields with a category that the training rows did not have: as if it were none */
  double reserved[4];           /* 0 */
} denpa_answer;

/* The answer to one row of a table, by a model that was trained on one: the fields are made into inputs as
 * `denpa predict` does it. Columns in any order; those that the model does not use may be there or not. y: [outputs of
 * the network] or NULL, what the network itself says. From several threads at once, as denpa_net_predict. Not in the
 * bare library. */
DENPA_API denpa_status denpa_net_answer_fields(
    const denpa_net *net, const denpa_field *field, size_t fields, denpa_answer *out, double *y, denpa_error *err);
/* The answer to a picture in memory, pixel[height, width, channels] with 1 channel (grey) or 3 (red, green, blue), of
 * any size: resized as the pictures of the model's folder were, or for a model of digits (28 x 28 inputs) cut out,
 * turned light on dark and centred. From several threads at once, as denpa_net_predict. */
DENPA_API denpa_status denpa_net_answer_pixels(const denpa_net *net, const uint8_t *pixel, size_t height, size_t width,
    size_t channels, denpa_answer *out, double *y, denpa_error *err);
/* The same for a file: PNG, PGM, PPM. Not in the bare library. */
DENPA_API denpa_status denpa_net_answer_file(
    const denpa_net *net, const char *path, denpa_answer *out, double *y, denpa_error *err);

/* ---- what a network is -------------------------------------------------------------------------- */

/* "784-50-10", "sigmoid", "cross-entropy"; "" for networks made from a graph. They live as long as the network. */
DENPA_API const char *denpa_net_text(const denpa_net *net);
DENPA_API const char *denpa_net_activation(const denpa_net *net);
DENPA_API const char *denpa_net_loss(const denpa_net *net);
DENPA_API denpa_dtype denpa_net_dtype(const denpa_net *net);
DENPA_API size_t denpa_net_inputs(const denpa_net *net);  /* numbers of one input row; 0 without a batched input */
DENPA_API size_t denpa_net_outputs(const denpa_net *net); /* numbers of one output row */
/* The history that a model file tells: "data", "optimizer", "lr", "batch", "epochs", "steps", "rng", "seed", ... NULL
 * if absent. Lives until the network is trained, loaded anew or freed. */
DENPA_API const char *denpa_net_metadata(const denpa_net *net, const char *key);

/* What a class is called, written into out[size] (cut if it is longer). Returns its length, 0 if it has only its
 * number. */
DENPA_API size_t denpa_net_class_name(const denpa_net *net, size_t class_number, char *out, size_t size);

/* One parameter tensor. The name and the values live as long as the network; the gradient, the last one computed, until
 * the network is trained or runs another pass: ask again then. */
typedef struct denpa_parameter {
  const char *name;
  denpa_dtype dtype;
  int axes;
  size_t shape[4];
  size_t count;                 /* product of the shape */
  const void *value, *gradient; /* after training: as the optimizer took it, with clipping and weight decay */
} denpa_parameter;
DENPA_API size_t denpa_net_parameter_count(const denpa_net *net); /* numbers in all tensors: 39,760 for 784-50-10 */
DENPA_API size_t denpa_net_parameter_tensors(const denpa_net *net);
/* The tensor with this index, in the order of the file; all zero (name NULL) if there is none. */
DENPA_API denpa_parameter denpa_net_parameter(const denpa_net *net, size_t index);

/* Any tensor by name, in double; count: exactly its elements. For tensors with rows, what the last chunk left. The
 * gradient of "W1" is asked for as "W1". denpa_net_set writes parameters and constants. */
DENPA_API denpa_status denpa_net_value(
    const denpa_net *net, const char *name, double *out, size_t count, denpa_error *err);
DENPA_API denpa_status denpa_net_gradient(
    const denpa_net *net, const char *name, double *out, size_t count, denpa_error *err);
DENPA_API denpa_status denpa_net_set(
    denpa_net *net, const char *name, const double *values, size_t count, denpa_error *err);

/* For networks without a batched input (the book's apples and oranges): computes every value; and every value, then
 * every gradient of the last operation's output, which starts as 1. */
DENPA_API denpa_status denpa_net_forward(denpa_net *net, denpa_error *err);
DENPA_API denpa_status denpa_net_backward(denpa_net *net, denpa_error *err);

/* ---- a loop of one's own ------------------------------------------------------------------------ */

/* A batch forward, backward, an update: what denpa_train is made of. The three calls
 *   denpa_net_backward_rows(net, &rows, NULL, &loss, err)
 *   denpa_net_gradient(net, "W1", ...)                     and whatever else is to be looked at
 *   denpa_optimizer_update(optimizer, lr, err)
 * make the same bits as an update of denpa_train with these rows. */
typedef struct denpa_pass_options {
  size_t size;        /* set by denpa_pass_options_default */
  int training;       /* 1: dropout and batch normalisation do as in training. Default: 1 backward, 0 forward (-1) */
  int input_gradient; /* 1: the gradient of the input too, denpa_net_gradient(net, "x", ...); default 0 */
  uint64_t seed;      /* what dropout draws from, together with step; default 1 */
  uint64_t step;      /* default 0: one more than the updates that the network has had */
  /* [outputs] or NULL, what a row of each class counts in loss and gradient; for losses that take labels. Default
   * NULL */
  const double *class_weight;
} denpa_pass_options;
DENPA_API denpa_pass_options denpa_pass_options_default(void);

/* Computes every value of a batch, and backward the gradient of the mean loss too. rows: at least 1; with label or
 * target where there is a loss, forward may do without both. loss (the mean over the rows; NaN without answers) may be
 * NULL. Afterwards denpa_net_value tells any tensor, of those with rows all rows of the batch; denpa_net_gradient any
 * gradient; denpa_net_parameter both of a parameter, without a copy. */
DENPA_API denpa_status denpa_net_forward_rows(
    denpa_net *net, const denpa_rows *rows, const denpa_pass_options *options, double *loss, denpa_error *err);
DENPA_API denpa_status denpa_net_backward_rows(
    denpa_net *net, const denpa_rows *rows, const denpa_pass_options *options, double *loss, denpa_error *err);

/* ---- graphs made by hand ----------------------------------------------------------------------- */

/* Puts operations together. Each tensor gets an id (0 or more); after the first mistake ids are negative, later calls
 * do nothing, and denpa_graph_build reports it. Names: 1 .. 63 bytes, each used once. Shapes: at most 4 axes; 0 axes is
 * a scalar. */
DENPA_API denpa_status denpa_graph_create(denpa_graph **out, denpa_error *err);
DENPA_API void denpa_graph_free(denpa_graph *graph);
/* An input with rows: shape is that of one row (at most 3 axes), so the tensor is [rows, shape...]. At most one. */
DENPA_API int denpa_graph_input(denpa_graph *graph, const char *name, int axes, const size_t *shape);
/* The answers that belong to the input's rows: labels, or targets with the shape of one row (at most 2 axes). At most
 * one of them. No gradient goes back through the answers of a loss, also where other tensors stand for them. */
DENPA_API int denpa_graph_labels(denpa_graph *graph, const char *name);
DENPA_API int denpa_graph_targets(denpa_graph *graph, const char *name, int axes, const size_t *shape);
/* Numbers without rows: constants get no gradient, parameters do and are trained. Both are 0 until denpa_net_set; a
 * parameter may have an initialiser as in denpa_net_options.init (NULL: zeros). Weights are [inputs, outputs], with
 * four axes [outputs, channels, height, width]. */
DENPA_API int denpa_graph_constant(denpa_graph *graph, const char *name, int axes, const size_t *shape);
DENPA_API int denpa_graph_parameter(
    denpa_graph *graph, const char *name, int axes, const size_t *shape, const char *init);
/* Applies an operation ("affine", "multiply", "add", "sigmoid", "cross_entropy", ...) to `inputs` tensors; `name` is
 * that of the result. */
DENPA_API int denpa_graph_apply(
    denpa_graph *graph, const char *operation, const char *name, const int *input, int inputs);
/* The same with the operation's numbers (a stride, a rate), in its order; those left out at the end are its own choice.
 * "dropout" takes the rate (0 .. 0.99), and 1 for the book's rule (nothing grows in training, everything shrinks
 * outside it); "batch_norm" eps, momentum, and 1 to keep the batch's variance as it is. It has the inputs x, gamma,
 * beta (one number a channel) and remembers running means and variances: for a result "n1", constants "mean1" and
 * "var1". */
DENPA_API int denpa_graph_apply_with(denpa_graph *graph, const char *operation, const char *name, const int *input,
    int inputs, const double *number, int numbers);
/* The same numbers in another shape; with rows, shape is that of one row. */
DENPA_API int denpa_graph_reshape(denpa_graph *graph, const char *name, int input, int axes, const size_t *shape);
/* The network; the graph may be freed afterwards. options: dtype, rng, seed, threads, cpu. */
DENPA_API denpa_status denpa_graph_build(
    denpa_net **out, const denpa_graph *graph, const denpa_net_options *options, denpa_error *err);

/* ---- training ---------------------------------------------------------------------------------- */

/* An epoch is ceil(training rows / batch) updates for each of them. */
typedef enum denpa_sampling {
  DENPA_SAMPLING_SHUFFLE,     /* each epoch goes once through the rows in a new order; the last batch may be short */
  DENPA_SAMPLING_REPLACEMENT, /* each batch is drawn from all rows, a row may come twice; all batches are full */
  DENPA_SAMPLING_SEQUENTIAL   /* rows in their own order; the last batch may be short */
} denpa_sampling;

typedef enum denpa_update_order {
  DENPA_UPDATE_ORDER_GRADIENTS_FIRST, /* all gradients, then the update */
  /* each layer is updated before its gradient goes further back (not gradient descent; for comparison) */
  DENPA_UPDATE_ORDER_LAYER_BY_LAYER
} denpa_update_order;

/* How the learning rate changes from update to update, over the T updates of this one training that are behind the
 * warm-up; u = 0 .. T-1. */
typedef enum denpa_schedule {
  DENPA_SCHEDULE_CONSTANT,
  DENPA_SCHEDULE_LINEAR, /* lr (1 - u/T): a straight line to 0 */
  /* Smith and Topin's one-cycle (2018) as PyTorch's OneCycleLR by default, without a cycle of the momentum: from lr/25
   * up to lr in the first 0.3 of the updates, then down to lr/250000, along half a cosine wave each */
  DENPA_SCHEDULE_ONE_CYCLE,
  DENPA_SCHEDULE_STEP, /* lr d^floor(u/U): times lr_decay (d) each time that lr_decay_every (U updates) is over */
  DENPA_SCHEDULE_EXPONENTIAL, /* lr d^(u/U): the same fall, evenly */
  DENPA_SCHEDULE_COSINE       /* lr (1 + cos(pi u/T))/2: half a cosine wave to 0 */
} denpa_schedule;

/* What is measured, with full passes. */
typedef enum denpa_evaluate {
  DENPA_EVALUATE_BOTH, /* training and test rows after each epoch and at the end */
  DENPA_EVALUATE_TEST, /* test rows after each epoch and at the end */
  DENPA_EVALUATE_END,  /* both, at the end only */
  DENPA_EVALUATE_NONE
} denpa_evaluate;

/* One line of the log. NaN for what was not computed. step and epoch count from the network's creation. */
typedef struct denpa_epoch {
  size_t step;    /* updates */
  double epoch;   /* passes over the training rows: whole, unless the training ended inside an epoch */
  double seconds; /* for updates, since this training began */
  /* natural log; shares 0 .. 1; no weight decay and no class weights in them */
  double train_loss, train_accuracy, test_loss, test_accuracy;
  double validation_loss, validation_accuracy;
  double reserved[4]; /* 0 */
} denpa_epoch;

#define DENPA_OWN (-1.0) /* for some numbers below: the optimizer's own */

typedef struct denpa_train_options {
  size_t size; /* set by denpa_train_options_default */
  /* "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam" or "adamw"; default "sgd". What it remembers is kept
   * while the same network is trained on with it; no model file holds it */
  const char *optimizer;
  /* which formulas momentum, nesterov, adagrad, rmsprop and adam have; default DENPA_COMPAT_NONE */
  denpa_compat compat;
  /* learning rate, above 0, finite; default 0: the optimizer's own, sgd 0.1 (book 0.01), adam and adamw 0.001, the
   * others 0.01 */
  double lr;
  /* of momentum and nesterov, 0 .. below 1: how much of the last step is made again; default 0.9 */
  double momentum;
  double beta1; /* of adam and adamw, 0 .. below 1: how much of the mean of gradients stays; default 0.9 */
  /* of adam, adamw and rmsprop, 0 .. below 1: how much of the mean of squared gradients stays; default DENPA_OWN:
   * 0.999, rmsprop 0.99 */
  double beta2;
  /* of adam, adamw, rmsprop and adagrad, above 0: keeps the division from 0; default DENPA_OWN: 1e-8, adagrad 1e-10, in
   * the book 1e-7 */
  double epsilon;
  /* 0 or more: so much of each weight is added to its gradient (adamw: lr times so much of each weight is taken away,
   * besides the gradient). Weights are parameters of 2 axes or more, biases do not decay. Default DENPA_OWN: 0, adamw
   * 0.01 */
  double weight_decay;
  /* 0 or more: gradients that together are longer than this (Euclidean norm over all parameters) are made so long;
   * default 0: never. Not with DENPA_UPDATE_ORDER_LAYER_BY_LAYER */
  double clip;
  denpa_schedule schedule; /* default DENPA_SCHEDULE_CONSTANT */
  double lr_decay;         /* of DENPA_SCHEDULE_STEP and DENPA_SCHEDULE_EXPONENTIAL, above 0, at most 1; default 0.1 */
  double lr_decay_every;   /* ... epochs, above 0; default 0: a third of the training */
  /* updates, or if below 1 the share of all updates, in which the learning rate rises evenly to where the schedule
   * begins; default 0 */
  double warmup;
  size_t epochs; /* default 16 */
  /* updates; default DENPA_NO_LIMIT. The first reached of epochs and steps ends; 0 trains nothing */
  size_t steps;
  /* rows of an update; 0: all of them (full batch, in natural order, nothing drawn); default 100 */
  size_t batch;
  denpa_sampling sampling;         /* default DENPA_SAMPLING_SHUFFLE */
  denpa_update_order update_order; /* default DENPA_UPDATE_ORDER_GRADIENTS_FIRST */
  denpa_evaluate evaluate;         /* default DENPA_EVALUATE_BOTH */
  /* changes the training pictures at random, anew in each update: "shift:2,rotate:10,scale:0.1,elastic:1.4:4" or a part
   * of it. At most so many pixels, degrees, share of the size; elastic: displacements with this deviation in pixels, as
   * smooth as a Gaussian of this deviation (default 4). Measuring takes the pictures as they are. Default NULL: none */
  const char *augment;
  denpa_rng rng; /* for the order of the rows; default DENPA_RNG_DENPA */
  /* 0 .. below 1: the share of the training rows that is kept back, drawn by `seed`, of each class alike, and measured
   * after each epoch; default 0: none */
  double validation;
  /* epochs: training ends when so many have passed without a lower validation loss than before, and the network gets
   * back the weights that it had at the lowest; needs `validation`. Default 0: it does not end early */
  size_t patience;
  /* what a row of each class counts in loss and gradient: "balanced" (rows / (classes with rows * rows of the class))
   * or one number of 0 or more for each class, "1,2,0.5". Sums are divided by the number of rows, not of weights.
   * Default NULL: all alike */
  const char *class_weights;
  /* default 1. NumPy's generator goes on from the initial weights if the network was made with the same seed */
  uint64_t seed;
  /* After each epoch, and after the last update if that is inside an epoch. Nonzero cancels. Default NULL. */
  int (*on_epoch)(void *context, const denpa_epoch *epoch);
  /* After updates, at most 20 times a second, and after the last one if that is inside an epoch: updates done and to do
   * in this training, mean loss of the updates since the last call. Nonzero cancels. Default NULL. */
  int (*on_progress)(void *context, size_t step, size_t steps, double loss);
  /* Between updates of the callee's own choice: before the first one, then after update *next of this training, which
   * it sets to a later one each time (left alone: never again). At an epoch's end that is after on_epoch, and `now`
   * tells what was measured. The network may be saved, looked at and evaluated here, not changed. Nonzero cancels.
   * Default NULL. */
  int (*on_update)(void *context, const denpa_epoch *now, size_t *next);
  void *context; /* for all of them */
} denpa_train_options;
#define DENPA_NO_LIMIT SIZE_MAX
DENPA_API denpa_train_options denpa_train_options_default(void);

typedef struct denpa_report {
  size_t steps;        /* updates done in this training */
  double epochs;       /* passes over the training rows in this training */
  double seconds;      /* for updates only */
  double seconds_eval; /* for measuring */
  /* with the final weights; NaN for what was not computed */
  double train_loss, train_accuracy, test_loss, test_accuracy;
  double validation_loss, validation_accuracy;
  /* with patience: the passes of this training after which the validation loss was lowest, whose weights the network
   * has; else NaN */
  double best_epoch;
  double reserved[4]; /* 0 */
} denpa_report;

/* Trains the network on the data's training rows. report may be NULL; it is filled as far as the training came, also on
 * failure. DENPA_ERROR_CANCELLED: a callback said so; the network keeps what it has learned. DENPA_ERROR_NUMERIC: the
 * loss or a parameter is no longer finite; the message names the update and the tensor; with patience the network has
 * the best weights that there were (best_epoch of the report is then a number), else those of the end of the last
 * epoch; in the first epoch there are none yet. One training at a time on one network. */
DENPA_API denpa_status denpa_train(
    denpa_net *net, const denpa_data *data, const denpa_train_options *options, denpa_report *report, denpa_error *err);

/* ---- a training step by step -------------------------------------------------------------------- */

/* denpa_train is this loop with its callbacks:
 *   denpa_trainer_create(&trainer, net, data, &options, err)
 *   while (!denpa_trainer_done(trainer)) denpa_trainer_epoch(trainer, &epoch, err)
 *   denpa_trainer_finish(trainer, &report, err)
 *   denpa_trainer_free(trainer)
 * net and data have to live until denpa_trainer_free; options and their texts need not. One trainer at a time for a
 * network. The callbacks of the options are not called. Between two calls the network may be looked at, evaluated,
 * saved, and may predict. */
DENPA_API denpa_status denpa_trainer_create(
    denpa_trainer **out, denpa_net *net, const denpa_data *data, const denpa_train_options *options, denpa_error *err);
/* One update; loss (the mean over its rows) may be NULL. Measures nothing; an epoch that ends is left open for
 * denpa_trainer_epoch to measure it, and the step after that begins the next one (patience then knows nothing of the
 * epoch). DENPA_ERROR_ARGUMENT when all updates are done. */
DENPA_API denpa_status denpa_trainer_step(denpa_trainer *trainer, double *loss, denpa_error *err);
/* The rest of the open epoch, or if none is open the next one, and then what is measured after epochs
 * (denpa_train_options.evaluate, validation). out may be NULL. */
DENPA_API denpa_status denpa_trainer_epoch(denpa_trainer *trainer, denpa_epoch *out, denpa_error *err);
/* Mean loss and accuracy over a split of the trainer's data, also DENPA_SPLIT_VALIDATION; NULL for what is not wanted.
 * Allocates nothing. */
DENPA_API denpa_status denpa_trainer_evaluate(
    denpa_trainer *trainer, denpa_split split, double *loss, double *accuracy, denpa_error *err);
/* 1: no update is left, or patience has come to an end, or denpa_trainer_finish was called. */
DENPA_API int denpa_trainer_done(const denpa_trainer *trainer);
/* How far it is, with the scores that were measured last. */
DENPA_API denpa_report denpa_trainer_report(const denpa_trainer *trainer);
/* Ends the training, also before all updates are done: with patience the network gets back its best weights. report
 * may be NULL. */
DENPA_API denpa_status denpa_trainer_finish(denpa_trainer *trainer, denpa_report *report, denpa_error *err);
DENPA_API void denpa_trainer_free(denpa_trainer *trainer);
/* The rest of the training with the callbacks of its options, which denpa_train calls; ends it. In a callback the
 * trainer may be saved. report may be NULL. Fails as denpa_train does. */
DENPA_API denpa_status denpa_trainer_run(denpa_trainer *trainer, denpa_report *report, denpa_error *err);

/* Writes a checkpoint: a model file with all that the rest of the training depends on: the optimizer's state, the place
 * in the epoch and its order, sources of random numbers, the best weights, scores and counters. Written whole or not at
 * all, as denpa_net_save does. The trainer must not be finished. Not in the bare library. */
DENPA_API denpa_status denpa_trainer_save(denpa_trainer *trainer, const char *path, denpa_error *err);
/* Brings a new trainer to where a checkpoint was saved, and its network with it: the training goes on to the same bits
 * as if it had never been interrupted, with any number of threads and any unit. Network, settings and data have to be
 * those of the checkpoint; only `epochs` and `steps` may differ, which ask for more or fewer updates in all (a schedule
 * that depends on their number is then another one from here on). A training whose last update was inside an epoch goes
 * on in that epoch only from a checkpoint that was saved before the epoch was measured, such as in on_progress.
 * DENPA_ERROR_FORMAT: the file is damaged; DENPA_ERROR_ARGUMENT: something differs, and the message says what. On
 * failure nothing has changed. Not in the bare library. */
DENPA_API denpa_status denpa_trainer_load(denpa_trainer *trainer, const char *path, denpa_error *err);

/* The updates of a loop of one's own (denpa_net_backward_rows). Of the options those of the optimizer count: optimizer,
 * compat, lr, momentum, beta1, beta2, epsilon, weight_decay, clip. net has to live as long. */
DENPA_API denpa_status denpa_optimizer_create(
    denpa_optimizer **out, denpa_net *net, const denpa_train_options *options, denpa_error *err);
/* Changes the parameters by the gradients of the last denpa_net_backward_rows, once. lr: the learning rate of this
 * update, 0: that of the options. DENPA_ERROR_ARGUMENT if there are no new gradients. */
DENPA_API denpa_status denpa_optimizer_update(denpa_optimizer *optimizer, double lr, denpa_error *err);
DENPA_API void denpa_optimizer_free(denpa_optimizer *optimizer);

/* ---- names before 0.2 ---------------------------------------------------------------------------- */

/* For one version: a program that defines DENPA_OLD_NAMES may use the names without a prefix. */
#ifdef DENPA_OLD_NAMES
#define DENPA_ARGUMENT DENPA_ERROR_ARGUMENT
#define DENPA_SYNTAX DENPA_ERROR_SYNTAX
#define DENPA_SHAPE DENPA_ERROR_SHAPE
#define DENPA_MEMORY DENPA_ERROR_MEMORY
#define DENPA_IO DENPA_ERROR_IO
#define DENPA_FORMAT DENPA_ERROR_FORMAT
#define DENPA_NOT_FOUND DENPA_ERROR_NOT_FOUND
#define DENPA_UNSUPPORTED DENPA_ERROR_UNSUPPORTED
#define DENPA_NUMERIC DENPA_ERROR_NUMERIC
#define DENPA_NETWORK DENPA_ERROR_NETWORK
#define DENPA_CANCELLED DENPA_ERROR_CANCELLED
#define DENPA_REFUSED DENPA_ERROR_REFUSED
#define DENPA_EN DENPA_LANG_EN
#define DENPA_JA DENPA_LANG_JA
#define DENPA_FLOAT32 DENPA_DTYPE_FLOAT32
#define DENPA_FLOAT64 DENPA_DTYPE_FLOAT64
#define DENPA_UINT8 DENPA_DTYPE_UINT8
#define DENPA_INT32 DENPA_DTYPE_INT32
#define DENPA_INT64 DENPA_DTYPE_INT64
#define DENPA_TRAIN DENPA_SPLIT_TRAIN
#define DENPA_TEST DENPA_SPLIT_TEST
#define DENPA_SHUFFLE DENPA_SAMPLING_SHUFFLE
#define DENPA_REPLACEMENT DENPA_SAMPLING_REPLACEMENT
#define DENPA_SEQUENTIAL DENPA_SAMPLING_SEQUENTIAL
#define DENPA_GRADIENTS_FIRST DENPA_UPDATE_ORDER_GRADIENTS_FIRST
#define DENPA_SEED_ORDER DENPA_UPDATE_ORDER_LAYER_BY_LAYER
#define DENPA_UPDATE_ORDER_SEED DENPA_UPDATE_ORDER_LAYER_BY_LAYER
#define DENPA_CONSTANT DENPA_SCHEDULE_CONSTANT
#define DENPA_LINEAR DENPA_SCHEDULE_LINEAR
#define DENPA_ONE_CYCLE DENPA_SCHEDULE_ONE_CYCLE
#define DENPA_STEP DENPA_SCHEDULE_STEP
#define DENPA_EXPONENTIAL DENPA_SCHEDULE_EXPONENTIAL
#define DENPA_COSINE DENPA_SCHEDULE_COSINE
#endif

/* ---- lists -------------------------------------------------------------------------------------- */

/* The names that texts above may be, by index from 0; NULL behind the last. Static. */
DENPA_API const char *denpa_operation_name(size_t index);  /* of denpa_graph_apply: "affine" ... */
DENPA_API const char *denpa_activation_name(size_t index); /* "sigmoid" ... */
DENPA_API const char *denpa_loss_name(size_t index);       /* "cross-entropy" ... */
DENPA_API const char *denpa_init_name(size_t index);       /* "normal" ... */
DENPA_API const char *denpa_optimizer_name(size_t index);  /* "sgd" ... */
DENPA_API const char *denpa_schedule_name(size_t index);   /* in the order of denpa_schedule: "constant" ... */

#ifdef __cplusplus
}
#endif
#endif
