/* errors.c: what a call that failed says: a status to decide by, a message in two languages, and its parts.
 *   cc errors.c $(pkg-config --cflags --libs denpa) -o errors && ./errors */
#include <denpa/denpa.h>
#include <stdio.h>
#include <stdlib.h>

/* The message, however long it is. */
static void say(const denpa_error *err, denpa_lang lang) {
  const size_t length = denpa_error_text(err, lang, NULL, 0);
  char *text = malloc(length + 1);
  if (text == NULL) return;
  denpa_error_text(err, lang, text, length + 1);
  printf("  %s\n", text);
  free(text);
}

int main(void) {
  const float x[3][1] = {{1}, {2}, {3}};
  const int32_t label[3] = {0, 1, 2}; /* 2 is wrong: there are two classes */
  const denpa_rows rows = {.rows = 3, .dtype = DENPA_DTYPE_FLOAT32, .x = x, .label = label};
  denpa_data *data = NULL;
  denpa_net *net = NULL;
  denpa_error err = {0};

  denpa_status status = denpa_data_from_memory(&data, "three rows", 1, 2, &rows, NULL, &err);
  printf("%s (%d), %s\n", denpa_status_name(status), (int)status, denpa_status_text(status, DENPA_LANG_EN));
  say(&err, DENPA_LANG_EN);
  say(&err, DENPA_LANG_JA);
  for (int i = 0; err.arg[i].kind != 0; i++) /* what stands in the message, by type */
    switch (err.arg[i].kind) {
      case 'i': printf("  {%d} = %lld\n", i + 1, (long long)err.arg[i].as.i); break;
      case 'u': printf("  {%d} = %llu\n", i + 1, (unsigned long long)err.arg[i].as.u); break;
      case 'd': printf("  {%d} = %g\n", i + 1, err.arg[i].as.d); break;
      case 's': printf("  {%d} = \"%s\"\n", i + 1, err.store + err.arg[i].as.u); break;
    }

  switch (denpa_net_load(&net, "yesterday.safetensors", NULL, NULL, &err)) {
    case DENPA_OK: break;
    case DENPA_ERROR_NOT_FOUND: /* nothing to go on from: begin anew */
      printf("no model yet: %s\n", denpa_net_create(&net, "1-4-2", NULL, NULL) == DENPA_OK ? "a new one" : "none");
      break;
    default: say(&err, DENPA_LANG_EN);
  }
  denpa_net_free(net);
  denpa_data_free(data); /* NULL: a constructor that failed leaves nothing behind */
  return 0;
}
