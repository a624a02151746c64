/* recipes.c: the recipes of trainings (--recipe), listed and told. Called by train.c. */
#include <string.h>

#include "cli/shared.h"
#include "file/json.h"
#include "search/recipe.h"

/* "--net 784-128-10 --act relu": what the recipe says. */
static const char *recipe_line(const dnp_train_recipe *recipe, char *out, size_t size) {
  size_t length = 0;
  out[0] = '\0';
  for (size_t i = 0; i < DNP_RECIPE_OPTIONS && recipe->option[i].name != NULL && length < size; i++)
    length += (size_t)snprintf(out + length, size - length,
        strchr(recipe->option[i].value, ' ') != NULL ? "%s--%s '%s'" : "%s--%s %s", i > 0 ? " " : "",
        recipe->option[i].name, recipe->option[i].value);
  return out;
}

static json_t *recipe_json(const dnp_train_recipe *r, denpa_lang lang) {
  json_t *options = json_object();
  for (size_t i = 0; i < DNP_RECIPE_OPTIONS && r->option[i].name != NULL; i++)
    dnp_json_put(&options, r->option[i].name, json_string(r->option[i].value));
  return json_pack("{s:s,s:s,s:s,s:o,s:o,s:o,s:i,s:o,s:o}", "name", r->name, "description",
      dnp_translate(lang, r->what), "data", r->data_name, "test_accuracy", cli_real(r->accuracy), "smallest",
      cli_real(r->low), "largest", cli_real(r->high), "seeds", r->seeds, "seconds", cli_real(r->seconds), "options",
      options);
}

denpa_status cli_list_recipes(const cli_options *options, denpa_error *err) {
  const denpa_lang lang = cli_lang(options);
  char line[1024];
  json_t *list = json_array();
  for (const dnp_train_recipe *r = dnp_train_recipes; r->name != NULL; r++) {
    if (options->json)
      dnp_json_add(&list, recipe_json(r, lang));
    else
      dnp_say(stdout, lang,
          "{1}: {2}\n  {3}: accuracy on the test data {4:.4f} (mean of the seeds 1 to {5}; smallest {6:.4f}, largest "
          "{7:.4f}), about {8:.3g} seconds\n  {9}\n",
          dnp_s(r->name), dnp_t(r->what), dnp_s(r->data_name), dnp_d(r->accuracy), dnp_i(r->seeds), dnp_d(r->low),
          dnp_d(r->high), dnp_d(r->seconds), dnp_s(recipe_line(r, line, sizeof line)));
  }
  if (!options->json) return json_decref(list), DENPA_OK;
  return cli_print_json(json_pack("{s:o}", "recipes", list), err);
}

void cli_tell_recipe(const cli_options *options) {
  char line[1024];
  const dnp_train_recipe *recipe = options->recipe != NULL ? dnp_train_recipe_find(options->recipe) : NULL;
  if (recipe != NULL)
    cli_tell(options, "Recipe {1}: {2}. Options given besides it apply instead of its own.\n", dnp_s(recipe->name),
        dnp_s(recipe_line(recipe, line, sizeof line)));
}
