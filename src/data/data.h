/* data.h: data sets in memory: a training and a test split of rows with labels or targets. This room finds, makes and
 * holds them, and gathers batches; it knows nothing of networks. */
#ifndef DNP_DATA_DATA_H
#define DNP_DATA_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/array.h"

/* Rows that a program hands over one by one (reader.c). */
typedef struct dnp_reader {
  denpa_row_reader *read;
  void *context;
} dnp_reader;

/* Rows of one split. Exactly one of pixel, value and reader is set, and at most one of label and target. */
typedef struct dnp_split {
  size_t rows;
  const dnp_reader *reader;
  denpa_split split;    /* what the reader calls it */
  const uint8_t *pixel; /* [rows, features]; a pixel p stands for (float)p / 255.0f */
  const double *value;  /* [rows, features] */
  const uint8_t *label; /* [rows], 0 .. classes-1 */
  const double *target; /* [rows, outputs] */
  size_t wide;          /* 0, or 1 more than the first row with a number that float32 does not hold */
} dnp_split;

/* What a data set comes with, and what dnp_data_split_validation keeps back of the first. */
enum { DNP_TRAIN, DNP_TEST, DNP_SPLITS, DNP_VALIDATION = DNP_SPLITS, DNP_ALL_SPLITS };

#define DNP_MAX_DATA_NAME 4095

/* Kinds of data that a training has defaults of its own for (learn/settings.def): tables, and pictures that somebody
 * brings along, in a folder; and MNIST and the built-in digits, for which the usual ones are made. */
typedef enum dnp_data_kind { DNP_DATA_USUAL, DNP_DATA_TABLE, DNP_DATA_PICTURES, DNP_DATA_KINDS } dnp_data_kind;
dnp_data_kind dnp_data_kind_of(const char *name); /* of data that this name opens; NULL is MNIST */

/* What was met while a table became numbers, and may be told. */
typedef struct dnp_table_news {
  size_t unknown;                             /* categories that the table does not have ... */
  size_t line, column;                        /* ... the first of them, */
  char name[64], value[64];                   /* cut where they are longer */
  size_t without_target, without_target_line; /* rows without an answer, and the line of the first */
  bool own_file; /* all rows of the file that the model learned from are taken, those that it was trained on too */
} dnp_table_news;

struct denpa_data {
  char name[DNP_MAX_DATA_NAME + 1]; /* what a model file remembers: "mnist", "digits:60000:1", a folder; UTF-8 */
  int axes;                         /* axes of one row: 2 for grey images */
  size_t shape[3];                  /* {28, 28} */
  size_t features;                  /* product of shape */
  size_t classes;                   /* 0 for regression */
  size_t outputs;                   /* classes, or the number of targets */
  bool of_program;                  /* a program's rows: by the name they are not found again */
  bool drawn;                       /* of a table: the training's seed drew the rows for the test */
  bool cut;                         /* only the first of its training rows are used */
  bool own;                         /* one picture that a person brought: no sample of a set */
  bool guessed;                     /* its label is a network's answer, as nobody gave one */
  const char *const *class_name;    /* [classes], UTF-8 in one line each; NULL: classes are called 0, 1, 2 ... */
  char pictures[64];                /* of a folder of pictures: their form, "28x28:grey"; else "" */
  dnp_split split[DNP_ALL_SPLITS];  /* that of validation is without rows unless it was made */
  void *memory[8];                  /* owned blocks (dnp_alloc), NULL or freed with the data set */
  /* how the rows came from a table (table.h), NULL: they did not; in one of the owned blocks, or in those of the data
   * set they are part of */
  const struct dnp_table *table;
  const char *table_text; /* the same as a model file keeps it */
  dnp_table_news news;
  denpa_error note; /* why the data set tried first was not taken; status DENPA_OK: there was none */
};

/* mnist.formats.c: how the real MNIST is found. */
typedef struct dnp_mnist_options {
  const char *data_root; /* $DENPA_DATA or NULL: data_root/mnist is looked in first */
  /* the user's cache folder (.../denpa), or NULL to work it out from XDG_CACHE_HOME and HOME */
  const char *cache_root;
  const char *const *mirrors; /* base addresses, NULL-terminated; NULL for mirror_list */
  /* $DENPA_MIRRORS: base addresses separated by spaces, at most 8; NULL or blank for the built-in public ones. The
   * built-in ones are https only; http is allowed for those that are given. */
  const char *mirror_list;
  int offline; /* never ask the network */
  /* not for an hour after every mirror failed either, for those who can do without: the cache folder remembers it. A
   * user's own mirrors are always asked */
  int remember;
  long connect_seconds; /* > 0, default 3: a mirror that does not answer in this time is left */
  /* > 0, default 20: a mirror that sends less than 1,000 bytes a second for so long is left */
  long stall_seconds;
  /* Told once before the download starts (file "mnist", from the first mirror, total about what will be downloaded),
   * then while each file comes (its name, its address, bytes so far, bytes of it or 0 while unknown). May be NULL.
   * Return nonzero to cancel. */
  int (*progress)(void *context, const char *file, const char *from, uint64_t done, uint64_t total);
  void *context;
  /* For the tests: the SHA-256 of the four unzipped files (training images, training labels, test images, test labels),
   * 64 lower-case hexadecimal digits each; NULL, the default, for the real ones. */
  const char *const *sha256;
} dnp_mnist_options;
/* reads the environment; its texts stay the environment's */
void dnp_mnist_options_default(dnp_mnist_options *options);

/* Finds (data_root, then cache), else downloads, verifies (SHA-256 of the unzipped files, FEATURES S20), caches, and
 * loads. A file that is there but broken is an error that names it, never silently replaced. Failures:
 * DENPA_ERROR_NOT_FOUND when offline and absent, or when data_root/mnist holds only some of the four;
 * DENPA_ERROR_NETWORK when every mirror failed (the message says how); DENPA_ERROR_CANCELLED; DENPA_ERROR_IO (the
 * cache). */
denpa_status dnp_mnist_load(denpa_data **out, const dnp_mnist_options *options, denpa_error *err);
/* A folder with the four IDX files (.gz or plain; "-idx3-ubyte" and ".idx3-ubyte" spellings): MNIST's relatives. */
denpa_status dnp_idx_folder_load(denpa_data **out, const char *folder, denpa_error *err);

#define DNP_PICTURES_SIDE 1024 /* at most */
/* pictures.formats.c: a folder with a sub-folder of pictures for each class; the name may end in the form:
 * "photos:28x28:grey". */
denpa_status dnp_pictures_load(denpa_data **out, const char *name, const denpa_data_options *options, denpa_error *err);
/* One picture file in the form of such a data set: out[planes, height, width]; planes 1 (grey) or 3. */
denpa_status dnp_pictures_read(
    const char *path, size_t planes, size_t height, size_t width, uint8_t *out, denpa_error *err);

/* digits.c: the built-in handwritten-like digits, train_rows/6 test rows; the same bits on every machine. Sample i of a
 * split is a pure function of (seed, split, i). */
denpa_status dnp_digits_make(denpa_data **out, size_t train_rows, uint64_t seed, denpa_error *err);

/* novelty.c: what a network learns from that tells pictures like the training rows of `data` from others: rows of
 * dnp_gradients; class 0 are training rows (and, where they are the usual digits, drawn ones), class 1 drawn letters
 * and scribbles. The test split has training rows of `data` alone that were kept back. Where the rows are no pictures
 * in the form of digits, come from a program, or are too few to tell 1 in 100, *out becomes NULL. */
denpa_status dnp_novelty_rows(denpa_data **out, const denpa_data *data, bool usual_digits, denpa_error *err);
/* The same numbers of one picture: pixel[784] -> out[DNP_NOVELTY_FEATURES]. */
#define DNP_NOVELTY_FEATURES 196
void dnp_novelty_features(const uint8_t *pixel, double *out);

/* table_open.formats.c: the rows of a table, made into numbers by what its training rows say, or by the table of a
 * model (options->table). */
/* Whether the name is one of a table: .csv, .tsv, .tab, .txt or .data, or a path of a file that is text. */
bool dnp_table_named(const char *name);
denpa_status dnp_table_load(denpa_data **out, const char *path, const denpa_data_options *options, denpa_error *err);

/* reader.c: one row of a split with a reader: x[features] of the dtype; false, and zeros, if it cannot be had. */
bool dnp_reader_row(const dnp_split *split, size_t row, size_t features, denpa_dtype dtype, void *x);
denpa_status dnp_reader_fail(const dnp_split *split, const char *name, size_t row, denpa_error *err);

/* A sum over all that a training sees of the data: rows, classes, how a table was read. Not of a program's rows that
 * come by a function. fingerprint.formats.c */
denpa_status dnp_data_sha256(const denpa_data *data, char out[65], denpa_error *err);

/* validation.c: a data set whose training rows are those of `data` but for a share (above 0, below 1) of them, which
 * are its validation rows: drawn by `seed`, of classes as near the same share of each as whole rows allow, both in
 * their old order. At least one row, and of each class one, stays to train on. What is measured on them says when to
 * stop or which options are better, without a look at the test rows. Training and validation rows are copies; the test
 * rows are those of `data`, which has to live as long. */
denpa_status dnp_data_split_validation(
    denpa_data **out, const denpa_data *data, double share, uint64_t seed, denpa_error *err);
/* how many that will keep back; 0 for a share of 0 */
size_t dnp_data_validation_rows(const denpa_data *data, double share);

void denpa_data_free(denpa_data *data); /* NULL is fine */

#endif
