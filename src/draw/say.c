/* say.c: renders a template and writes it to the stream it was handed. Called by the command and by everything that
 * shows. */
#include "draw/say.h"

#include "base/memory.h"
#include "base/text.h"

void dnp_say_args(FILE *out, denpa_lang lang, const char *message, const denpa_arg *args) {
  char line[1024];
  size_t length = dnp_render(line, sizeof line, lang, message, args);
  if (length < sizeof line) {
    fputs(line, out);
    return;
  }
  char *text;
  if (DNP_NEW(&text, length + 1, NULL) != DENPA_OK) {
    fputs(line, out); /* cut short rather than lost */
    return;
  }
  dnp_render(text, length + 1, lang, message, args);
  fputs(text, out);
  dnp_free(text);
}
