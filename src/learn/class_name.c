/* class_name.c: what a class is called: the data's name for it, or else what the network remembers, or else its number.
 * Called wherever a class is shown. */
#include <stdio.h>

#include "base/text.h"
#include "learn/learn.h"

bool dnp_class_named(const denpa_net *net, const denpa_data *data, size_t number) {
  char name[DNP_CLASS_NAME];
  return denpa_data_class_name(data, number) != NULL ||
         (net != NULL && denpa_net_class_name(net, number, name, sizeof name) > 0);
}

const char *dnp_class_name(const denpa_net *net, const denpa_data *data, size_t number, char out[DNP_CLASS_NAME]) {
  const char *name = denpa_data_class_name(data, number);
  if (name != NULL)
    dnp_text_copy(out, DNP_CLASS_NAME, name);
  else if (net == NULL || denpa_net_class_name(net, number, out, DNP_CLASS_NAME) == 0)
    snprintf(out, DNP_CLASS_NAME, "%zu", number);
  return out;
}
