/* network.c: see network.h. Writes names only; what a network is, is asked of src/learn. */
#include "draw/network.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "learn/learn.h"

#define MOST_TEXT (DNP_NETWORK_NAME - 16) /* room for quotation marks */

const char *dnp_network_name(const denpa_net *net, denpa_lang lang, char out[DNP_NETWORK_NAME]) {
  const char *text = denpa_net_text(net);
  char shown[MOST_TEXT];
  if (text[0] == '\0') { /* put together operation by operation */
    snprintf(out, DNP_NETWORK_NAME, "%s", dnp_translate(lang, DNP_N("(made by hand)")));
    return out;
  }
  const bool whole = strlen(text) < sizeof shown;
  snprintf(shown, sizeof shown, "%.*s%s", whole ? (int)sizeof shown : (int)sizeof shown - 4, text, whole ? "" : "...");
  if (dnp_net_text_listed(text))
    dnp_render(out, DNP_NETWORK_NAME, lang, "'{1}'", (const denpa_arg[]){dnp_s(shown), DNP_END});
  else
    snprintf(out, DNP_NETWORK_NAME, "%s", shown);
  return out;
}

/* Of so many cells the last third is kept for the end of the list, which says what comes out. */
const char *dnp_network_brief(const denpa_net *net, denpa_lang lang, size_t cells, char out[DNP_NETWORK_NAME]) {
  static const char left_out[] = ", ...";
  const size_t length = strlen(dnp_network_name(net, lang, out)), end = cells / 3;
  if (length <= cells || !dnp_net_text_listed(denpa_net_text(net))) return out;
  size_t head = cells - end - strlen(left_out);
  while (head > 0 && out[head] != ',') head--;
  const char *tail = strchr(out + length - end, ',');
  if (head == 0 || tail == NULL) return out;
  memmove(out + head + strlen(left_out), tail, strlen(tail) + 1);
  memcpy(out + head, left_out, sizeof left_out - 1); /* in the middle of the text */
  return out;
}

const char *dnp_network_kind(const denpa_net *net, denpa_lang lang, char out[DNP_NETWORK_KIND]) {
  const char *activation = denpa_net_activation(net), *loss = denpa_net_loss(net);
  if (activation[0] == '\0')
    snprintf(out, DNP_NETWORK_KIND, "%s", loss);
  else
    dnp_render(out, DNP_NETWORK_KIND, lang, "{1}, {2}", (const denpa_arg[]){dnp_s(activation), dnp_s(loss), DNP_END});
  return out;
}
