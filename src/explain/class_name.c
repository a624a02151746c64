/* class_name.c: what a class is called: the data's name for it, or else what the network remembers. Called by all of
 * src/explain and its subcommands. */
#include <string.h>

#include "explain/step.h"
#include "learn/learn.h"

bool dnp_class_named(const denpa_net *net, const denpa_data *data, size_t number) {
  char name[DNP_CLASS_NAME];
  return denpa_data_class_name(data, number) != NULL || denpa_net_class_name(net, number, name, sizeof name) > 0;
}

const char *dnp_class_name(const denpa_net *net, const denpa_data *data, size_t number, char out[DNP_CLASS_NAME]) {
  const char *name = denpa_data_class_name(data, number);
  if (name == NULL) {
    if (denpa_net_class_name(net, number, out, DNP_CLASS_NAME) == 0) snprintf(out, DNP_CLASS_NAME, "%zu", number);
    return out;
  }
  size_t kept = strlen(name) < DNP_CLASS_NAME ? strlen(name) : DNP_CLASS_NAME - 1;
  while (name[kept] != '\0' && kept > 0 && ((unsigned char)name[kept] & 0xC0) == 0x80) kept--; /* whole characters */
  memcpy(out, name, kept);
  out[kept] = '\0';
  return out;
}
