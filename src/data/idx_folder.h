/* idx_folder.h: the four IDX files of a data set like MNIST, found and loaded. Used in this room only. */
#ifndef DNP_DATA_IDX_FOLDER_H
#define DNP_DATA_IDX_FOLDER_H

#include "data/data.h"

enum { DNP_IDX_TRAIN_IMAGES, DNP_IDX_TRAIN_LABELS, DNP_IDX_TEST_IMAGES, DNP_IDX_TEST_LABELS, DNP_IDX_FILES };

typedef struct dnp_idx_paths {
  char *path[DNP_IDX_FILES]; /* NULL: not there. Freed by dnp_idx_paths_free. */
  size_t found;              /* how many are there */
  uint64_t bytes;            /* how large they are together */
} dnp_idx_paths;

const char *dnp_idx_name(size_t which); /* "train-images-idx3-ubyte" */

/* Which of the four files (plain or .gz, "-idx3-ubyte" or ".idx3-ubyte") the folder holds. A folder that is not there
 * holds none. */
denpa_status dnp_idx_find(const char *folder, dnp_idx_paths *out, denpa_error *err);
/* DENPA_ERROR_NOT_FOUND that names the first of the four that is missing; DENPA_OK if all are there. */
denpa_status dnp_idx_require_all(const char *folder, const dnp_idx_paths *paths, denpa_error *err);
void dnp_idx_paths_free(dnp_idx_paths *paths);

/* Loads all four. classes 0: the largest label + 1; else every label must be below it. threads 0: as many as are worth
 * it; the result and the message of a failure do not depend on them. */
denpa_status dnp_idx_load(
    denpa_data **out, const dnp_idx_paths *paths, const char *name, size_t classes, int threads, denpa_error *err);

#endif
