/* inputs.c: see inputs.h. How fields become inputs is src/data/table_inputs.c's; here it is told. */
#include "draw/inputs.h"

#include "base/text.h"

/* The column that makes the input; NULL: none does. *place: which of its inputs it is. */
static const dnp_column *column_of(const dnp_table *table, size_t input, size_t *place) {
  for (size_t k = 0; k < table->columns; k++) {
    const dnp_column *c = &table->column[k];
    *place = input - c->first;
    if (input >= c->first && *place < c->inputs) return c;
  }
  return NULL;
}

static bool tells_missing(const dnp_column *c, size_t place) { return c->indicator && place + 1 == c->inputs; }

const char *dnp_input_name(const dnp_table *table, size_t input, denpa_lang lang, char out[DNP_INPUT_NAME]) {
  size_t place;
  const dnp_column *c = column_of(table, input, &place);
  if (c == NULL)
    out[0] = '\0';
  else if (tells_missing(c, place))
    dnp_render(out, DNP_INPUT_NAME, lang, "{1} is missing", (const denpa_arg[]){dnp_s(c->name), DNP_END});
  else if (c->kind == DNP_COLUMN_CATEGORY)
    dnp_render(out, DNP_INPUT_NAME, lang, "{1} = {2}",
        (const denpa_arg[]){dnp_s(c->name), dnp_s(c->category[place]), DNP_END});
  else
    dnp_text_copy(out, DNP_INPUT_NAME, c->name);
  return out;
}

const char *dnp_input_field(const dnp_table *table, size_t input, const double *x, char out[DNP_INPUT_FIELD]) {
  size_t place;
  const dnp_column *c = column_of(table, input, &place);
  out[0] = '\0';
  if (c == NULL || c->kind != DNP_COLUMN_NUMBER || place > 0) return out;
  if (c->indicator && x[c->first + c->inputs - 1] > 0.5)
    dnp_text_copy(out, DNP_INPUT_FIELD, "?");
  else
    dnp_format_real(out, DNP_INPUT_FIELD, x[input] * c->deviation + c->mean, 6);
  return out;
}

const char *dnp_input_sentence(
    const dnp_table *table, size_t input, denpa_lang lang, const char *name, char out[DNP_INPUT_SENTENCE]) {
  size_t place;
  const dnp_column *c = column_of(table, input, &place);
  if (c == NULL)
    out[0] = '\0';
  else if (tells_missing(c, place))
    dnp_render(out, DNP_INPUT_SENTENCE, lang, "{1} is 1 where the column \"{2}\" is missing, else 0.",
        (const denpa_arg[]){dnp_s(name), dnp_s(c->name), DNP_END});
  else if (c->kind == DNP_COLUMN_CATEGORY)
    dnp_render(out, DNP_INPUT_SENTENCE, lang, "{1} is 1 where the column \"{2}\" is \"{3}\", else 0.",
        (const denpa_arg[]){dnp_s(name), dnp_s(c->name), dnp_s(c->category[place]), DNP_END});
  else
    dnp_render(out, DNP_INPUT_SENTENCE, lang,
        "{1} is the column \"{2}\", scaled: (value - {3:.6g}) / {4:.6g}, the mean and the deviation of its training "
        "rows.",
        (const denpa_arg[]){dnp_s(name), dnp_s(c->name), dnp_d(c->mean), dnp_d(c->deviation), DNP_END});
  return out;
}
