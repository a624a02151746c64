/* recipe.c: the recipes, and nothing but this table and two look-ups. The command line's parser and `--recipe list`
 * read it. */
#include "search/recipe.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"

const dnp_train_recipe dnp_train_recipes[] = {
    {.name = "fast98",
        .what = DNP_N("MNIST to 98 % of the test digits as fast as possible, with one hidden layer of 128."),
        .data_name = "mnist",
        .accuracy = 0.98064,
        .low = 0.9802,
        .high = 0.9816,
        .seeds = 5,
        .seconds = 0.9,
        .option = {{"net", "784-128-10"}, {"act", "relu"}, {"init", "he"}, {"optimizer", "adam"}, {"lr", "0.008"},
            {"schedule", "one-cycle"}, {"batch", "64"}, {"epochs", "4"}, {"evaluate", "test"}}},
    {.name = "mlp99",
        .what = DNP_N("MNIST above 99 % with dense layers alone: every training digit is shifted, turned, scaled and "
                      "bent anew each time."),
        .data_name = "mnist",
        .accuracy = 0.99175,
        .low = 0.9913,
        .high = 0.9922,
        .seeds = 4,
        .seconds = 40,
        .option = {{"net", "784-512-256-10"}, {"act", "relu"}, {"init", "he"}, {"optimizer", "adam"}, {"lr", "0.002"},
            {"schedule", "one-cycle"}, {"batch", "64"}, {"epochs", "20"}, {"evaluate", "test"},
            {"augment", "shift:2,rotate:12,scale:0.12,elastic:1.2"}}},
    {.name = "fast99",
        .what = DNP_N("MNIST to 99 % as fast as possible: a network of two convolutions goes once through the data."),
        .data_name = "mnist",
        .accuracy = 0.99072,
        .low = 0.9898,
        .high = 0.9917,
        .seeds = 5,
        .seconds = 2.9,
        .option = {{"net", "conv 24 5x5, maxpool 2, relu, conv 32 3x3, maxpool 2, relu, dense 256, relu, dense 10"},
            {"init", "he"}, {"optimizer", "adam"}, {"lr", "0.004"}, {"schedule", "one-cycle"}, {"batch", "32"},
            {"epochs", "1"}, {"evaluate", "test"}}},
    {.name = "deep99.5",
        .what = DNP_N("MNIST to 99.5 %: three convolutions with batch normalisation and dropout, on digits that are "
                      "shifted, turned and scaled."),
        .data_name = "mnist",
        .accuracy = 0.99572,
        .low = 0.9952,
        .high = 0.9965,
        .seeds = 5,
        .seconds = 210,
        .option = {{"net", "conv 32 5x5, maxpool 2, batchnorm, relu, conv 64 3x3, batchnorm, relu, conv 64 3x3, "
                           "maxpool 2, batchnorm, relu, dense 128, relu, dropout 0.3, dense 10"},
            {"init", "he"}, {"optimizer", "adam"}, {"lr", "0.003"}, {"schedule", "one-cycle"}, {"batch", "64"},
            {"epochs", "10"}, {"evaluate", "test"}, {"augment", "shift:2,rotate:10,scale:0.1"}}},
    {.name = "best",
        .what = DNP_N(
            "As many of MNIST's test digits as we can: four convolutions, chosen with digits kept back from training."),
        .data_name = "mnist",
        .accuracy = 0.9960,
        .low = 0.9960,
        .high = 0.9960,
        .seeds = 1,
        .seconds = 690,
        .option =
            {{"net", "conv 32 3x3, batchnorm, relu, conv 32 3x3, maxpool 2, batchnorm, relu, conv 64 3x3, batchnorm, "
                     "relu, conv 64 3x3, maxpool 2, batchnorm, relu, dense 128, relu, dropout 0.3, dense 10"},
                {"init", "he"}, {"optimizer", "adam"}, {"lr", "0.003"}, {"schedule", "one-cycle"}, {"batch", "64"},
                {"epochs", "16"}, {"evaluate", "test"}, {"augment", "shift:2,rotate:10,scale:0.1"}}},
    {0}};

const dnp_train_recipe *dnp_train_recipe_find(const char *name) {
  for (const dnp_train_recipe *r = dnp_train_recipes; r->name != NULL; r++)
    if (strcmp(r->name, name) == 0) return r;
  return NULL;
}

const char *dnp_train_recipe_word(size_t index) {
  static const size_t recipes = sizeof dnp_train_recipes / sizeof *dnp_train_recipes - 1;
  return index < recipes ? dnp_train_recipes[index].name : index == recipes ? "list" : NULL;
}

const char *dnp_train_recipe_says(const dnp_train_recipe *recipe, const char *name) {
  for (size_t i = 0; i < DNP_RECIPE_OPTIONS && recipe->option[i].name != NULL; i++)
    if (strcmp(recipe->option[i].name, name) == 0) return recipe->option[i].value;
  return NULL;
}
