/* pictures.formats.c: a data set from a folder of pictures with a sub-folder for each class. It finds the files,
 * settles size and colour, splits into training and test rows and mixes them. Reading a file is src/file's, resizing
 * src/image's. Called by open.formats.c.
 *
 * Everything goes by the byte order of names, never by the order in which the system lists them. With sub-folders train
 * and test that hold the classes' folders, these are the splits. Else of each class's n pictures round(n/5), at least
 * one, are test rows: the pictures of class c in order of their names are put into the order of the stream (pictures,
 * c), drawn as batches.c draws an epoch's, and the first ones are taken. Then the rows of each split are mixed in the
 * same way, with the streams (pictures, 256) and (pictures, 257), so that the first N rows are a fair sample. */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "data/pictures.h"
#include "data/shared.h"
#include "file/files.h"
#include "image/image.h"

enum { MOST_CLASSES = 256, LARGEST_SIDE = 64 /* unless asked for */ };

/* ---- names in a folder --------------------------------------------------------------------------- */

typedef struct names {
  char **item;
  size_t count, room;
} names;

static void names_free(names *n) {
  for (size_t i = 0; i < n->count; i++) dnp_free(n->item[i]);
  dnp_free(n->item);
  *n = (names){0};
}

static denpa_status names_add(names *n, const char *name, denpa_error *err) {
  if (n->count == n->room) {
    const size_t room = 2 * n->room + 16;
    DNP_TRY(dnp_grow((void **)&n->item, n->count, room, sizeof *n->item, err));
    n->room = room;
  }
  n->item[n->count] = dnp_strdup(name, err);
  return n->item[n->count] != NULL ? (n->count++, DENPA_OK) : DENPA_ERROR_MEMORY;
}

static int by_bytes(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* Hidden ones, and what Windows leaves behind, are no part of a collection. */
static bool is_ignored(const char *name) {
  return name[0] == '.' || strcasecmp(name, "thumbs.db") == 0 || strcasecmp(name, "desktop.ini") == 0;
}

static denpa_status look_at(const char *folder, const char *name, struct stat *info, denpa_error *err) {
  char *path;
  DNP_TRY(dnp_join(&path, folder, "/", name, err));
  const denpa_status status = stat(path, info) == 0 ? DENPA_OK
                                                    : dnp_fail_errno(err, "{1}: cannot be looked at: {2}", path, errno);
  dnp_free(path);
  return status;
}

/* The folders and the other things in a folder, by name. */
static denpa_status list_open(DIR *dir, const char *folder, names *folders, names *files, denpa_error *err) {
  for (struct dirent *e; (e = readdir(dir)) != NULL;) {
    struct stat info;
    if (is_ignored(e->d_name)) continue;
    DNP_TRY(look_at(folder, e->d_name, &info, err));
    DNP_TRY(names_add(S_ISDIR(info.st_mode) ? folders : files, e->d_name, err));
  }
  return DENPA_OK;
}

static denpa_status list(const char *folder, names *folders, names *files, denpa_error *err) {
  DIR *dir = opendir(folder);
  if (dir == NULL) return dnp_fail_errno(err, "{1}: cannot be read: {2}", folder, errno);
  const denpa_status status = list_open(dir, folder, folders, files, err);
  closedir(dir);
  if (folders->count > 1) qsort(folders->item, folders->count, sizeof *folders->item, by_bytes);
  if (files->count > 1) qsort(files->item, files->count, sizeof *files->item, by_bytes);
  return status;
}

/* ---- the collection ------------------------------------------------------------------------------ */

typedef struct file {
  char *path;
  uint8_t class, split;
} file;

typedef struct collection {
  const char *folder;
  names classes;
  bool known; /* the classes are a model's: none may be new, and few are enough */
  file *file;
  size_t count, room;
  dnp_pictures_form form;
} collection;

static denpa_status collection_add(
    collection *c, const char *folder, const char *name, size_t class, size_t split, denpa_error *err) {
  if (c->count == c->room) {
    const size_t room = 2 * c->room + 64;
    DNP_TRY(dnp_grow((void **)&c->file, c->count, room, sizeof *c->file, err));
    c->room = room;
  }
  file *f = &c->file[c->count];
  *f = (file){.class = (uint8_t) class, .split = (uint8_t)split};
  DNP_TRY(dnp_join(&f->path, folder, "/", name, err));
  c->count++;
  return DENPA_OK;
}

static void collection_free(collection *c) {
  for (size_t i = 0; i < c->count; i++) dnp_free(c->file[i].path);
  dnp_free(c->file);
  names_free(&c->classes);
}

static bool find_class(const collection *c, const char *name, size_t *class) {
  for (*class = 0; *class < c->classes.count; ++*class)
    if (strcmp(c->classes.item[*class], name) == 0) return true;
  return false;
}

static denpa_status check_class(const collection *c, const char *folder, const char *name, denpa_error *err) {
  if (!dnp_text_is_utf8(name) || strchr(name, '\n') != NULL)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: the folder '{2}' names a class, but is not UTF-8 in one line; give it another name", dnp_s(folder),
        dnp_s(name));
  if (c->classes.count == MOST_CLASSES && !c->known)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "{1}: more than {2} folders, so more than {2} classes; so many are not possible", dnp_s(folder),
        dnp_i(MOST_CLASSES));
  return DENPA_OK;
}

/* The class of a folder: a new one while classes are collected (split DNP_TRAIN), else one of those that are known. */
static denpa_status class_of(
    collection *c, const char *folder, const char *name, size_t split, size_t *class, denpa_error *err) {
  if (find_class(c, name, class)) return DENPA_OK;
  if (c->known)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "{1}: the network knows no class '{2}'; these folders belong to other classes than those it was trained on",
        dnp_s(folder), dnp_s(name));
  if (split == DNP_TEST)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: there is a class '{2}' to test on, but none to train on",
        dnp_s(folder), dnp_s(name));
  DNP_TRY(check_class(c, folder, name, err));
  return names_add(&c->classes, name, err);
}

static denpa_status collect_class(collection *c, const char *folder, const char *name, size_t split, denpa_error *err) {
  char *path;
  names folders = {0}, files = {0};
  size_t class;
  DNP_TRY(class_of(c, folder, name, split, &class, err));
  DNP_TRY(dnp_join(&path, folder, "/", name, err));
  denpa_status status = list(path, &folders, &files, err);
  if (status == DENPA_OK && folders.count > 0)
    status = dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: there is a folder '{2}' in it; the pictures of a class lie in its folder directly", dnp_s(path),
        dnp_s(folders.item[0]));
  if (status == DENPA_OK && files.count == 0)
    status = dnp_fail(
        err, DENPA_ERROR_FORMAT, "{1}: this class has no pictures; put some there or remove the folder", dnp_s(path));
  for (size_t i = 0; i < files.count && status == DENPA_OK; i++)
    status = collection_add(c, path, files.item[i], class, split, err);
  names_free(&folders);
  names_free(&files);
  dnp_free(path);
  return status;
}

static denpa_status collect_classes(
    collection *c, const char *folder, const names *folders, size_t split, denpa_error *err) {
  for (size_t i = 0; i < folders->count; i++) DNP_TRY(collect_class(c, folder, folders->item[i], split, err));
  return DENPA_OK;
}

/* ---- splits -------------------------------------------------------------------------------------- */

static bool has(const names *n, const char *name) {
  for (size_t i = 0; i < n->count; i++)
    if (strcmp(n->item[i], name) == 0) return true;
  return false;
}

/* Whether folder/train and folder/test hold folders; *inner[split] is what they hold. */
static denpa_status read_halves(const char *folder, const names *top, names inner[DNP_SPLITS], denpa_error *err) {
  static const char *const halves[DNP_SPLITS] = {"train", "test"};
  if (!has(top, halves[0]) || !has(top, halves[1])) return DENPA_OK;
  for (size_t s = 0; s < DNP_SPLITS; s++) {
    names files = {0};
    char *path;
    DNP_TRY(dnp_join(&path, folder, "/", halves[s], err));
    const denpa_status status = list(path, &inner[s], &files, err);
    names_free(&files);
    dnp_free(path);
    DNP_TRY(status);
  }
  return DENPA_OK;
}

static void mix(uint64_t seed, uint64_t number, file *f, size_t count) {
  for (size_t i = count; i-- > 1;) {
    const size_t j = (size_t)dnp_draw_below(seed, DNP_STREAM(DNP_FOR_PICTURES, number), i, i + 1);
    const file here = f[i];
    f[i] = f[j];
    f[j] = here;
  }
}

/* Files lie class after class. */
static denpa_status draw_tests(collection *c, denpa_error *err) {
  for (size_t first = 0, end; first < c->count; first = end) {
    const size_t class = c->file[first].class;
    for (end = first; end < c->count && c->file[end].class == class;) end++;
    const size_t count = end - first, fifth = (2 * count + 5) / 10;
    if (count < 2 && !c->known)
      return dnp_fail(err, DENPA_ERROR_FORMAT,
          "{1}: the class '{2}' has one picture only; two are needed at least, one to train on and one to test on",
          dnp_s(c->folder), dnp_s(c->classes.item[class]));
    mix(c->form.seed, class, c->file + first, count);
    for (size_t i = 0; i < (fifth > 0 ? fifth : 1); i++) c->file[first + i].split = DNP_TEST;
  }
  return DENPA_OK;
}

static int by_split(const void *a, const void *b) { /* then by path */
  const file *f = a, *g = b;
  return f->split != g->split ? (f->split < g->split ? -1 : 1) : strcmp(f->path, g->path);
}

static void order_rows(collection *c) {
  size_t train = 0;
  if (c->count > 1) qsort(c->file, c->count, sizeof *c->file, by_split);
  while (train < c->count && c->file[train].split == DNP_TRAIN) train++;
  mix(c->form.seed, MOST_CLASSES, c->file, train);
  mix(c->form.seed, MOST_CLASSES + 1, c->file + train, c->count - train);
}

static denpa_status collect_halves(collection *c, const names inner[DNP_SPLITS], denpa_error *err) {
  static const char *const endings[DNP_SPLITS] = {"/train", "/test"};
  for (size_t s = 0; s < DNP_SPLITS; s++) {
    char *path;
    DNP_TRY(dnp_join(&path, c->folder, endings[s], "", err));
    const denpa_status status = collect_classes(c, path, &inner[s], s, err);
    dnp_free(path);
    DNP_TRY(status);
  }
  return DENPA_OK;
}

static denpa_status collect(collection *c, denpa_error *err) {
  names top = {0}, files = {0}, inner[DNP_SPLITS] = {{0}, {0}};
  denpa_status status = list(c->folder, &top, &files, err);
  if (status == DENPA_OK && top.count == 0)
    status = dnp_fail(err, DENPA_ERROR_NOT_FOUND,
        "{1}: this folder has neither the four IDX files (train-images-idx3-ubyte and so on) nor sub-folders with "
        "pictures, one for each class",
        dnp_s(c->folder));
  if (status == DENPA_OK) status = read_halves(c->folder, &top, inner, err);
  if (status == DENPA_OK && inner[0].count > 0 && inner[1].count > 0)
    status = collect_halves(c, inner, err);
  else if (status == DENPA_OK) {
    status = collect_classes(c, c->folder, &top, DNP_TRAIN, err);
    if (status == DENPA_OK) status = draw_tests(c, err);
  }
  names_free(&top);
  names_free(&files);
  for (size_t s = 0; s < DNP_SPLITS; s++) names_free(&inner[s]);
  DNP_TRY(status);
  if (c->classes.count < 2)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: there is one class only, '{2}', so there is nothing to tell apart; every class is a sub-folder",
        dnp_s(c->folder), dnp_s(c->classes.item[0]));
  order_rows(c);
  return DENPA_OK;
}

/* ---- size ---------------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b) {
  const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

/* The longer side becomes 64 if it is more. */
static void shrink(dnp_pictures_form *form) {
  const size_t longer = form->height > form->width ? form->height : form->width;
  if (longer <= LARGEST_SIDE) return;
  const size_t height = (2 * form->height * LARGEST_SIDE + longer) / (2 * longer),
               width = (2 * form->width * LARGEST_SIDE + longer) / (2 * longer);
  form->height = height > 0 ? height : 1;
  form->width = width > 0 ? width : 1;
}

/* The size that most pictures have, the smallest of equals. */
static void most_frequent(uint32_t *size, size_t count, dnp_pictures_form *form) {
  size_t most = 0;
  qsort(size, count, sizeof *size, ascending);
  for (size_t i = 0, end; i < count; i = end) {
    for (end = i; end < count && size[end] == size[i];) end++;
    if (end - i <= most) continue;
    most = end - i;
    form->height = size[i] >> 16;
    form->width = size[i] & 0xffff;
  }
  shrink(form);
}

static denpa_status settle_size(collection *c, denpa_error *err) {
  uint32_t *size;
  if (c->form.height > 0) return DENPA_OK;
  DNP_TRY(DNP_NEW(&size, c->count, err));
  denpa_status status = DENPA_OK;
  for (size_t i = 0; i < c->count && status == DENPA_OK; i++) {
    size_t height, width;
    status = dnp_picture_size(c->file[i].path, &height, &width, err);
    size[i] = (uint32_t)(height << 16 | width);
  }
  if (status == DENPA_OK) most_frequent(size, c->count, &c->form);
  dnp_free(size);
  return status;
}

/* ---- pixels -------------------------------------------------------------------------------------- */

denpa_status dnp_pictures_read(
    const char *path, size_t planes, size_t height, size_t width, uint8_t *out, denpa_error *err) {
  dnp_array picture = {0};
  DNP_TRY((planes == 3 ? dnp_picture_read_rgb : dnp_picture_read)(path, &picture, err));
  const size_t h = picture.shape[picture.axes - 2], w = picture.shape[picture.axes - 1];
  denpa_status status = DENPA_OK;
  for (size_t p = 0; p < planes && status == DENPA_OK; p++)
    status = dnp_resize(
        (const uint8_t *)picture.values + p * h * w, h, w, out + p * height * width, height, width, err);
  dnp_free(picture.values);
  return status;
}

/* Whether the three planes of each row are one. */
static bool is_grey(const uint8_t *pixel, size_t rows, size_t plane) {
  for (size_t i = 0; i < rows; i++, pixel += 3 * plane)
    if (memcmp(pixel, pixel + plane, plane) != 0 || memcmp(pixel, pixel + 2 * plane, plane) != 0) return false;
  return true;
}

/* All pictures, in the order of the rows; without a wish for the channels they are read in colour, and one plane is
 * kept if none has any. */
static denpa_status read_all(collection *c, uint8_t **pixel, denpa_error *err) {
  const size_t planes = c->form.planes == 1 ? 1 : 3, plane = c->form.height * c->form.width;
  size_t bytes;
  if (!dnp_size_mul(c->count, planes * plane, &bytes))
    return dnp_fail(err, DENPA_ERROR_MEMORY,
        "{1} {1|row|rows} of {2} {2|number|numbers} are more than this machine can address", dnp_u(c->count),
        dnp_u(planes * plane));
  DNP_TRY(DNP_NEW(pixel, bytes, err));
  for (size_t i = 0; i < c->count; i++)
    DNP_TRY(
        dnp_pictures_read(c->file[i].path, planes, c->form.height, c->form.width, *pixel + i * planes * plane, err));
  if (c->form.planes == 0 && is_grey(*pixel, c->count, plane)) {
    for (size_t i = 1; i < c->count; i++) memmove(*pixel + i * plane, *pixel + i * 3 * plane, plane);
    c->form.planes = 1;
  } else
    c->form.planes = planes;
  return DENPA_OK;
}

/* ---- the data set -------------------------------------------------------------------------------- */

static denpa_status keep_classes(denpa_data *data, const collection *c, denpa_error *err) {
  size_t bytes = c->classes.count * sizeof(char *);
  for (size_t i = 0; i < c->classes.count; i++) bytes += strlen(c->classes.item[i]) + 1;
  DNP_TRY(dnp_alloc(&data->memory[2], bytes, 1, err));
  const char **name = data->memory[2];
  char *text = (char *)(name + c->classes.count);
  for (size_t i = 0; i < c->classes.count; i++) {
    const size_t length = strlen(c->classes.item[i]) + 1;
    name[i] = memcpy(text, c->classes.item[i], length);
    text += length;
  }
  data->class_name = name;
  data->classes = data->outputs = c->classes.count;
  return DENPA_OK;
}

static denpa_status fill(denpa_data *data, collection *c, denpa_error *err) {
  uint8_t *pixel = NULL, *label;
  denpa_status status = read_all(c, &pixel, err);
  data->memory[0] = pixel;
  DNP_TRY(status);
  DNP_TRY(DNP_NEW(&label, c->count, err));
  data->memory[1] = label;
  size_t train = 0;
  for (size_t i = 0; i < c->count; i++) {
    label[i] = c->file[i].class;
    train += c->file[i].split == DNP_TRAIN;
  }
  const size_t first = c->form.planes == 1 ? 0 : 1;
  data->axes = 2 + (int)first;
  data->shape[0] = c->form.planes;
  data->shape[first] = c->form.height;
  data->shape[first + 1] = c->form.width;
  data->features = c->form.planes * c->form.height * c->form.width;
  data->split[DNP_TRAIN] = (dnp_split){.rows = train, .pixel = pixel, .label = label};
  data->split[DNP_TEST] = (dnp_split){
      .rows = c->count - train, .pixel = pixel + train * data->features, .label = label + train};
  return keep_classes(data, c, err);
}

static denpa_status make(denpa_data **out, collection *c, denpa_error *err) {
  denpa_data *data;
  DNP_TRY(DNP_NEW(&data, 1, err));
  denpa_status status = fill(data, c, err);
  char *name = NULL;
  if (status == DENPA_OK) {
    dnp_pictures_form_text(&c->form, data->pictures);
    status = dnp_join(&name, c->folder, ":", data->pictures, err);
  }
  if (status == DENPA_OK) status = dnp_data_name_check(name, err);
  if (status == DENPA_OK) memcpy(data->name, name, strlen(name) + 1);
  dnp_free(name);
  if (status != DENPA_OK) {
    denpa_data_free(data);
    return status;
  }
  *out = data;
  return DENPA_OK;
}

/* The names that a model file remembers, one a line. */
static denpa_status read_classes(collection *c, const char *lines, denpa_error *err) {
  c->known = true;
  for (const char *at = lines; *at != '\0';) {
    const size_t length = strcspn(at, "\n");
    char *name;
    DNP_TRY(DNP_NEW(&name, length + 1, err));
    memcpy(name, at, length);
    const denpa_status status = c->classes.count < MOST_CLASSES
                                    ? names_add(&c->classes, name, err)
                                    : dnp_fail(err, DENPA_ERROR_FORMAT,
                                          "the model names more than {1} classes; it is damaged", dnp_i(MOST_CLASSES));
    dnp_free(name);
    DNP_TRY(status);
    at += length + (at[length] == '\n');
  }
  return DENPA_OK;
}

denpa_status dnp_pictures_load(
    denpa_data **out, const char *name, const denpa_data_options *options, denpa_error *err) {
  char folder[DNP_MAX_DATA_NAME + 1];
  collection c = {.folder = folder};
  *out = NULL;
  struct stat info;
  DNP_TRY(dnp_data_name_check(name, err));
  dnp_pictures_read_name(name, folder, &c.form);
  if (stat(folder, &info) != 0 && stat(name, &info) == 0) { /* a folder that is called like a form */
    memcpy(folder, name, strlen(name) + 1);
    c.form = (dnp_pictures_form){.seed = 1};
  }
  if (options->picture_size != NULL && c.form.height == 0)
    DNP_TRY(dnp_pictures_size(options->picture_size, &c.form, err));
  if (options->channels != NULL && c.form.planes == 0) DNP_TRY(dnp_pictures_channels(options->channels, &c.form, err));
  denpa_status status = options->classes != NULL ? read_classes(&c, options->classes, err) : DENPA_OK;
  if (status == DENPA_OK) status = collect(&c, err);
  if (status == DENPA_OK) status = settle_size(&c, err);
  if (status == DENPA_OK) status = make(out, &c, err);
  collection_free(&c);
  return status;
}
