/* net_text.c: a network for a data set, and networks whose text is in a file ("@my.net"): one layer a line, and notes
 * behind '#'. Called by programs through denpa.h and by model.formats.c. */
#include <string.h>

#include "base/text.h"
#include "base/write.h"
#include "learn/learn.h"

#define MOST_BYTES 65536

/* Notes are left out, lines become parts of the list. `text` has room for twice its bytes. */
static void lines_to_list(const char *file, size_t size, char *text) {
  size_t length = 0;
  for (size_t at = 0; at < size;) {
    size_t end = at, stop;
    while (end < size && file[end] != '\n') end++;
    stop = at;
    while (stop < end && file[stop] != '#') stop++;
    while (stop > at && strchr(" \t\r,", file[stop - 1]) != NULL) stop--;
    while (at < stop && strchr(" \t", file[at]) != NULL) at++;
    if (stop > at && length > 0) {
      memcpy(text + length, ", ", 2);
      length += 2;
    }
    memcpy(text + length, file + at, stop - at);
    length += stop - at;
    at = end + 1;
  }
  text[length] = '\0';
}

denpa_status dnp_net_text_read(char **out, const char *net, denpa_error *err) {
  unsigned char *bytes;
  size_t size;
  if (net[0] != '@') return (*out = dnp_strdup(net, err)) != NULL ? DENPA_OK : DENPA_ERROR_MEMORY;
  DNP_TRY(dnp_read_file(net + 1, MOST_BYTES, &bytes, &size, err));
  denpa_status status = DNP_NEW(out, 2 * size + 1, err);
  if (status == DENPA_OK && memchr(bytes, '\0', size) != NULL)
    status = dnp_fail(
        err, DENPA_ERROR_FORMAT, "{1}: holds a NUL byte, so it is not the text of a network", dnp_s(net + 1));
  if (status == DENPA_OK) lines_to_list((const char *)bytes, size, *out);
  if (status == DENPA_OK && (*out)[0] == '\0')
    status = dnp_fail(err, DENPA_ERROR_SYNTAX,
        "{1}: there is no layer in this file; write one a line, from 'input' to 'dense'", dnp_s(net + 1));
  dnp_free(bytes);
  return status;
}

denpa_status denpa_net_create_for(
    denpa_net **out, const char *net, const denpa_data *data, const denpa_net_options *options, denpa_error *err) {
  char *text = NULL, *whole = NULL;
  DNP_REQUIRE(out, err);
  *out = NULL;
  DNP_REQUIRE(net, err);
  DNP_REQUIRE(data, err);
  denpa_status status = dnp_net_text_read(&text, net, err);
  if (status == DENPA_OK) status = dnp_net_text_complete(&whole, text, data->axes, data->shape, err);
  if (status == DENPA_OK) status = denpa_net_create(out, whole, options, err);
  if (text != NULL && net[0] == '@' && status != DENPA_ERROR_MEMORY) status = dnp_fail_in(err, status, net + 1);
  dnp_free(whole);
  dnp_free(text);
  return status;
}
