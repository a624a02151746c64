/* script.h: what the scripts that denpa writes share. A script's text is a template beside the file that fills it in,
 * embedded by the build:
 *   %if WORD ... %end   lines that only some networks need
 *   @{text}             a text of the catalogue
 *   @SETTINGS and other names in capitals: what the network tells, and the bodies of functions that the rows of its
 *                       operations have
 * Used by export_numpy.c and export_forward.c. */
#ifndef DNP_INTEROP_SCRIPT_H
#define DNP_INTEROP_SCRIPT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/status.h"

enum { DNP_SCRIPT_WORDS = 24 };

typedef struct dnp_script_filling {
  const char *mark; /* NULL after the last */
  void (*put)(const void *of);
} dnp_script_filling;

typedef struct dnp_script {
  FILE *out;
  denpa_lang lang;
  const void *of; /* handed to the fillings */
  const dnp_script_filling *filling;
  const char *word[DNP_SCRIPT_WORDS]; /* which lines the network needs */
  size_t words;
} dnp_script;

void dnp_script_add(dnp_script *script, const char *word);
bool dnp_script_has(const dnp_script *script, const char *word);
/* A text as a Python literal. */
void dnp_script_literal(FILE *out, const char *text);
/* The body of a function from the row of an operation, one step in: {1} becomes the first of `numbers`, and so on. */
void dnp_script_body(const dnp_script *script, const char *text, const char *const *number, size_t numbers);
/* The whole template, its `size` bytes filled in. */
denpa_status dnp_script_write(const dnp_script *script, const unsigned char *text, size_t size, denpa_error *err);

#endif
