/* recipe.h: recipes: options of `denpa train` that are known to work well together, with what they reached. */
#ifndef DNP_SEARCH_RECIPE_H
#define DNP_SEARCH_RECIPE_H

#include <stddef.h>

#define DNP_RECIPE_OPTIONS 12

typedef struct dnp_recipe_option {
  const char *name, *value; /* as they would be typed: --name value */
} dnp_recipe_option;

typedef struct dnp_train_recipe {
  const char *name;
  const char *what;      /* one sentence, in the catalogue */
  const char *data_name; /* where it was measured: "mnist" */
  double accuracy;       /* share of the test samples, the mean over `seeds` seeds ... */
  double low, high;      /* ... and the smallest and the largest */
  /* of a seed, about, on the processors of bench/RESULTS.md: both of them for fast98 and fast99, one for the others */
  double seconds;
  int seeds;                                    /* 1 .. seeds */
  dnp_recipe_option option[DNP_RECIPE_OPTIONS]; /* name NULL after the last */
} dnp_train_recipe;

extern const dnp_train_recipe dnp_train_recipes[];               /* name NULL after the last */
const dnp_train_recipe *dnp_train_recipe_find(const char *name); /* NULL if there is none */
/* their names, and "list", which shows them; NULL behind the last */
const char *dnp_train_recipe_word(size_t index);
/* the value of an option; NULL if the recipe leaves it alone */
const char *dnp_train_recipe_says(const dnp_train_recipe *recipe, const char *name);

#endif
