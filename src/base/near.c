/* near.c: what is near in spelling, among words and in a folder. It only looks. Called by the rooms that open paths. */
#include "base/near.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { FAR = 99, MOST_LOOKED_AT = 20000, WORD = 33 };

/* In small letters, '-' for '_'. */
static void simplify(const char *text, char out[WORD]) {
  size_t i = 0;
  for (; text[i] != '\0' && i + 1 < WORD; i++) {
    const char c = text[i];
    out[i] = (char)(c == '_' ? '-' : c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  out[i] = '\0';
}

/* 0: the same in another case; FAR: another word. */
static size_t unlikeness(const char *typed, const char *name) {
  char a[WORD], b[WORD];
  const size_t length = strlen(typed), other = strlen(name);
  if (length == 0) return FAR;
  if (strcasecmp(typed, name) == 0) return 0;
  if (length >= WORD || other >= WORD) return FAR;
  simplify(typed, a);
  simplify(name, b);
  const size_t distance = dnp_text_distance(a, b);
  return 3 * distance <= (length > other ? length : other) ? distance : FAR;
}

/* The first letters alone, or more behind them, are less near than any slip. */
static size_t unlikeness_of_word(const char *typed, const char *name) {
  enum { BEGINNING = 3, WHOLE = 4 };
  const size_t length = strlen(typed), whole = strlen(name), slip = unlikeness(typed, name);
  if (slip != FAR) return slip;
  const bool begins = length >= BEGINNING && strncasecmp(typed, name, length) == 0,
             goes_on = whole >= WHOLE && strncasecmp(typed, name, whole) == 0;
  return begins || goes_on ? FAR - 1 : FAR;
}

bool dnp_near(const char *typed, const char *name) { return unlikeness_of_word(typed, name) < FAR; }

void dnp_nearest_see(dnp_nearest *nearest, const char *name) {
  const size_t distance = unlikeness_of_word(nearest->typed, name);
  if (distance == FAR || (nearest->name != NULL && distance >= nearest->unlikeness)) return;
  nearest->name = name;
  nearest->unlikeness = distance;
}

/* A name that is the typed one and an ending is nearer than any slip but that of case. */
static size_t unlikeness_of_file(const char *typed, const char *name) {
  const size_t length = strlen(typed);
  const bool begins = length > 0 && strncasecmp(typed, name, length) == 0;
  return begins && (name[length] == '.' || name[length] == '\0') ? 0 : unlikeness(typed, name);
}

bool dnp_near_path(const char *path, char out[DNP_NEAR_ROOM]) {
  const char *name = dnp_text_file_name(path);
  const int folder_length = (int)(name - path);
  char folder[DNP_NEAR_ROOM];
  if (*name == '\0' || folder_length + 1 >= DNP_NEAR_ROOM) return false;
  snprintf(folder, sizeof folder, "%.*s", folder_length, path);
  DIR *open = opendir(folder[0] != '\0' ? folder : ".");
  if (open == NULL) return false;
  size_t least = FAR;
  struct dirent *entry;
  for (int i = 0; i < MOST_LOOKED_AT && (entry = readdir(open)) != NULL; i++) {
    const size_t distance = entry->d_name[0] != '.' ? unlikeness_of_file(name, entry->d_name) : FAR;
    /* of two that are as near the first by name, in whatever order the folder has them */
    if (distance > least || distance == FAR) continue;
    if (distance == least && strcmp(entry->d_name, out + folder_length) >= 0) continue;
    if (snprintf(out, DNP_NEAR_ROOM, "%s%s", folder, entry->d_name) >= DNP_NEAR_ROOM) continue;
    least = distance;
  }
  closedir(open);
  return least < FAR;
}

denpa_status dnp_fail_absent(denpa_error *err, const char *message, const char *nearby, const char *path) {
  char near[DNP_NEAR_ROOM];
  if (err == NULL) return DENPA_ERROR_NOT_FOUND;
  if (dnp_near_path(path, near)) return dnp_fail(err, DENPA_ERROR_NOT_FOUND, nearby, dnp_s(path), dnp_s(near));
  return dnp_fail(err, DENPA_ERROR_NOT_FOUND, message, dnp_s(path));
}
