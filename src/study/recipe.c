/* recipe.c: the recipes, and nothing but this table and two look-ups. The command line's parser and `--recipe list` read it. */
#include "study/recipe.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"

const dnp_train_recipe dnp_train_recipes[] = {
    {.name = "fast98",
     .what = DNP_N("MNIST to 98 % of the test digits as fast as possible, with one hidden layer of 128."),
     .data = "mnist", .accuracy = 0.98064, .low = 0.9802, .high = 0.9816, .seeds = 5,
     .option = {{"net", "784-128-10"}, {"act", "relu"}, {"init", "he"}, {"optimizer", "adam"}, {"lr", "0.008"}, {"schedule", "one-cycle"}, {"batch", "64"}, {"epochs", "4"}, {"evaluate", "test"}}},
    {0}};

/* Chosen on 30 splits each of four of scikit-learn's tables (tests/sklearn_witness.py): small first weights that decay a little cost nothing there and gain where rows are few. */
const dnp_train_recipe dnp_table_recipe = {
    .name = "table", .what = "", .data = "",
    .option = {{"net", "auto"}, {"act", "relu"}, {"init", "normal:0.05"}, {"optimizer", "adam"}, {"lr", "0.003"}, {"schedule", "linear"}, {"weight-decay", "0.005"}, {"batch", "32"}, {"epochs", "200"}, {"validation", "0.1"}, {"patience", "40"}}};

const dnp_train_recipe *dnp_train_recipe_find(const char *name) {
  for (const dnp_train_recipe *r = dnp_train_recipes; r->name != NULL; r++)
    if (strcmp(r->name, name) == 0) return r;
  return NULL;
}

const char *dnp_train_recipe_says(const dnp_train_recipe *recipe, const char *name) {
  for (size_t i = 0; i < DNP_RECIPE_OPTIONS && recipe->option[i].name != NULL; i++)
    if (strcmp(recipe->option[i].name, name) == 0) return recipe->option[i].value;
  return NULL;
}
