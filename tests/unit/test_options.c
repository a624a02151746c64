/* test_options.c: the command line's parser. */
#include "options_tools.h"

static void test_defaults(void **state) {
  (void)state;
  result r;
  accepts(&r, "train");
  cli_options *o = &r.options;
  assert_ptr_equal(o->command, cli_command_find("train"));
  for (int i = 0; i < CLI_OPTIONS; i++) assert_false(cli_given(o, i));
  assert_string_equal(o->net, "784-50-10");
  assert_string_equal(o->act, "sigmoid");
  assert_string_equal(o->init, "normal:0.01");
  assert_string_equal(o->train.optimizer, "sgd");
  assert_true(cli_train_options(o).lr == 0.1);
  assert_int_equal(o->train.schedule, DENPA_SCHEDULE_CONSTANT);
  assert_null(o->recipe);
  assert_int_equal(o->train.batch, 100);
  assert_int_equal(o->train.epochs, 16);
  assert_true(o->train.steps == SIZE_MAX);
  assert_int_equal(o->train.seed, 1);
  assert_int_equal(o->train.sampling, DENPA_SAMPLING_SHUFFLE);
  assert_int_equal(o->train.update_order, DENPA_UPDATE_ORDER_GRADIENTS_FIRST);
  assert_string_equal(o->loss, "auto");
  assert_int_equal(o->train.evaluate, DENPA_EVALUATE_BOTH);
  assert_int_equal(o->dtype, DENPA_DTYPE_FLOAT32);
  assert_int_equal(o->threads, 0);
  assert_int_equal(o->cpu, CLI_CPU_AUTO);
  assert_int_equal(o->train.rng, DENPA_RNG_DENPA);
  assert_int_equal(o->samples, 0);
  assert_null(o->out);
  assert_null(o->run);
  assert_false(o->json || o->quiet || o->force || o->offline);
  assert_int_equal(r.count, 0);
}

static void test_defaults_of_one_command(void **state) {
  (void)state;
  result r;
  accepts(&r, "step");
  assert_int_equal(r.options.train.batch, 0);
  assert_int_equal(r.options.split, 0);
  accepts(&r, "step --batch 100");
  assert_int_equal(r.options.train.batch, 100);
  accepts(&r, "eval m");
  assert_int_equal(r.options.split, 1);
  accepts(&r, "eval m --split train");
  assert_int_equal(r.options.split, 0);
}

/* Defaults follow the optimizer and whose formulas are asked for, as the library's do. */
static void test_defaults_that_depend(void **state) {
  (void)state;
  static const char *const lines[] = {"train", "train --compat book", "step"};
  result r;
  for (int c = 0; c < 3; c++)
    for (size_t i = 0; dnp_optimizer_at(i) != NULL; i++) {
      const dnp_optimizer *o = dnp_optimizer_at(i);
      const bool book = c == 1;
      char line[80];
      snprintf(line, sizeof line, "%s --optimizer %s", lines[c], o->name);
      accepts(&r, line);
      const denpa_train_options t = cli_train_options(&r.options);
      if (!book || o->lr[1] > 0) assert_true(t.lr == o->lr[book]);
      if (o->beta2 > 0) assert_true(t.beta2 == o->beta2);
      if (o->epsilon[book] > 0) assert_true(t.epsilon == o->epsilon[book]);
      assert_true(t.weight_decay == o->decay);
      snprintf(line, sizeof line, "%s --lr 0.5 --optimizer %s", lines[c], o->name);
      accepts(&r, line);
      assert_true(r.options.train.lr == 0.5);
    }
  /* what help tells of them */
  char number[CLI_FALLBACK];
  cli_dependence with[CLI_DEPENDENCES];
  assert_string_equal(cli_fallback(CLI_OPTION_LR, NULL, number), "0.1");
  assert_int_equal(cli_dependences(CLI_OPTION_LR, with), 3);
  assert_string_equal(with[0].words, "momentum|nesterov|adagrad|rmsprop");
  assert_string_equal(with[0].fallback, "0.01");
  assert_string_equal(with[1].words, "adam|adamw");
  assert_string_equal(with[1].fallback, "0.001");
  assert_true(with[2].on == CLI_OPTION_COMPAT);
  assert_string_equal(cli_fallback(CLI_OPTION_EPSILON, NULL, number), "1e-8");
  assert_int_equal(cli_dependences(CLI_OPTION_EPSILON, with), 2);
  assert_string_equal(with[0].words, "adagrad");
  assert_string_equal(with[0].fallback, "1e-10");
  assert_string_equal(with[1].words, "book");
  assert_string_equal(with[1].fallback, "1e-7");
  assert_int_equal(cli_dependences(CLI_OPTION_MOMENTUM, with), 0);
}

/* What the library's options are by default, the command's are too. */
static void test_library_defaults(void **state) {
  (void)state;
  denpa_train_options t = denpa_train_options_default();
  result r;
  accepts(&r, "train");
  const denpa_train_options mine = cli_train_options(&r.options);
  const dnp_optimizer *optimizer = NULL;
  assert_int_equal(dnp_optimizer_find(t.optimizer, &optimizer, NULL), DENPA_OK);
  assert_string_equal(mine.optimizer, t.optimizer);
  dnp_settings_resolve(&t, optimizer);
  t.optimizer = mine.optimizer;
#define SETTING(id, member, ...) assert_true(mine.member == t.member);
#include "learn/settings.def"
#undef SETTING
  accepts(&r, "train --validation 0.1 --patience 3 --warmup 0.05 --clip 1e-3 --lr-decay-every 0.5 --weight-decay 0 "
              "--momentum 0 --class-weights balanced");
  assert_true(r.options.train.validation == 0.1 && r.options.train.patience == 3 && r.options.train.warmup == 0.05 &&
              r.options.train.clip == 1e-3 && r.options.train.lr_decay_every == 0.5 && r.options.train.momentum == 0);
  assert_string_equal(r.options.train.class_weights, "balanced");
}

static void test_recipe(void **state) {
  (void)state;
  result r;
  accepts(&r, "train --recipe fast98");
  cli_options *o = &r.options;
  assert_string_equal(o->recipe, "fast98");
  assert_string_equal(o->net, "784-128-10");
  assert_string_equal(o->act, "relu");
  assert_string_equal(o->init, "he");
  assert_string_equal(o->train.optimizer, "adam");
  assert_int_equal(o->train.schedule, DENPA_SCHEDULE_ONE_CYCLE);
  assert_int_equal(o->train.evaluate, DENPA_EVALUATE_TEST);
  assert_int_equal(o->train.seed, 1); /* the recipe leaves it alone */
  assert_false(cli_given(o, CLI_OPTION_NET));
  const double lr = o->train.lr;
  const size_t batch = o->train.batch;
  accepts(&r, "train --batch 50 --recipe fast98 --act tanh --seed 3"); /* what is given wins, before or after it */
  assert_int_equal(o->train.batch, 50);
  assert_string_equal(o->act, "tanh");
  assert_string_equal(o->net, "784-128-10");
  assert_int_equal(o->train.seed, 3);
  assert_true(o->train.lr == lr && batch != 50);
  accepts(&r, "train --recipe fast98 --steps 10"); /* --steps alone ends, as without a recipe */
  assert_int_equal(o->train.steps, 10);
  assert_true(o->train.epochs == SIZE_MAX);
  accepts(&r, "train --recipe list");
  assert_string_equal(o->net, "784-50-10");
  refuses("train --recipe fast97", "--recipe must be one of fast98|mlp99|fast99|deep99.5|best|list, not \"fast97\"");
  refuses("train --recipe", "--recipe needs a value: --recipe fast98|mlp99|fast99|deep99.5|best|list");
  refuses("step --recipe fast98", "--recipe has no meaning for \"denpa step\"; it belongs to: train");
}

/* The words after --recipe are the table's; what a recipe says can be typed, and was measured. */
static void test_recipes(void **state) {
  (void)state;
  char words[200] = "", all[DNP_WORDS];
  for (const dnp_train_recipe *recipe = dnp_train_recipes; recipe->name != NULL; recipe++) {
    snprintf(words + strlen(words), sizeof words - strlen(words), "%s|", recipe->name);
    assert_ptr_equal(dnp_train_recipe_find(recipe->name), recipe);
    assert_string_not_equal(recipe->what, dnp_translate(DENPA_LANG_JA, recipe->what));
    assert_true(recipe->low > 0 && recipe->low <= recipe->accuracy && recipe->accuracy <= recipe->high &&
                recipe->high < 1 && recipe->seeds > 0);
    int options = 0;
    for (; options < DNP_RECIPE_OPTIONS && recipe->option[options].name != NULL; options++) {
      result r = {0};
      char option[400], command[] = "train", program[] = "denpa", *argv[] = {program, command, option};
      const char *name = recipe->option[options].name;
      snprintf(option, sizeof option, "--%s=%s", name, recipe->option[options].value); /* one word, spaces and all */
      cli_foresee(&r.options, 3, argv);
      assert_int_equal(cli_parse(&r.options, 3, argv, r.positional, &r.count, &r.err), DENPA_OK);
      assert_string_equal(dnp_train_recipe_says(recipe, name), recipe->option[options].value); /* once each */
      assert_string_not_equal(name, "recipe");
    }
    assert_in_range(options, 1, DNP_RECIPE_OPTIONS - 1);
  }
  strcat(words, "list");
  assert_string_equal(words, cli_values(&cli_option_table[CLI_OPTION_RECIPE], all));
  assert_null(dnp_train_recipe_find("list"));
}

static void test_every_value(void **state) {
  (void)state;
  result r;
  accepts(&r, "train mnist --net 784-100-10 --act relu --init he --optimizer sgd --lr 0.25 --batch full --epochs 3");
  assert_string_equal(r.positional[0], "mnist");
  assert_string_equal(r.options.net, "784-100-10");
  assert_string_equal(r.options.act, "relu");
  assert_true(r.options.train.lr == 0.25);
  assert_int_equal(r.options.train.batch, 0);
  assert_int_equal(r.options.train.epochs, 3);
  accepts(&r, "train --act leaky-relu:0.02 --loss huber");
  assert_string_equal(r.options.act, "leaky-relu:0.02");
  assert_string_equal(r.options.loss, "huber");
  accepts(&r, "train --seed 18446744073709551615 --sampling replacement --update-order layer-by-layer --loss mse "
              "--evaluate none");
  assert_true(r.options.train.seed == UINT64_MAX);
  assert_int_equal(r.options.train.sampling, DENPA_SAMPLING_REPLACEMENT);
  assert_int_equal(r.options.train.update_order, DENPA_UPDATE_ORDER_LAYER_BY_LAYER);
  assert_string_equal(r.options.loss, "mse");
  assert_int_equal(r.options.train.evaluate, DENPA_EVALUATE_NONE);
  accepts(&r, "train --optimizer adam --schedule linear");
  assert_string_equal(r.options.train.optimizer, "adam");
  assert_int_equal(r.options.train.schedule, DENPA_SCHEDULE_LINEAR);
  accepts(&r, "train --schedule one-cycle");
  assert_int_equal(r.options.train.schedule, DENPA_SCHEDULE_ONE_CYCLE);
  accepts(&r, "train --dtype float64 --threads 1024 --cpu avx512 --rng numpy --seed 4294967295 --samples 1");
  assert_int_equal(r.options.dtype, DENPA_DTYPE_FLOAT64);
  assert_int_equal(r.options.threads, 1024);
  assert_int_equal(r.options.cpu, CLI_CPU_AVX512);
  assert_int_equal(r.options.train.rng, DENPA_RNG_NUMPY);
  accepts(&r, "train --out m --run d --force --log l --json --quiet --offline --color never --progress plain");
  assert_string_equal(r.options.out, "m");
  assert_string_equal(r.options.run, "d");
  assert_string_equal(r.options.log, "l");
  assert_true(r.options.force && r.options.json && r.options.quiet && r.options.offline);
  assert_int_equal(r.options.color, CLI_COLOR_NEVER);
  assert_int_equal(r.options.progress, CLI_PROGRESS_PLAIN);
  accepts(&r, "predict m a.png b.png --sample 7");
  assert_int_equal(r.options.sample, 7);
  assert_int_equal(r.count, 3);
}

static void test_forms(void **state) {
  (void)state;
  result r;
  accepts(&r, "train --lr=0.5 --lr 0.75 --net=3-2");
  assert_true(r.options.train.lr == 0.75); /* the last one wins */
  assert_string_equal(r.options.net, "3-2");
  accepts(&r, "--lr=0.5 train");
  assert_true(r.options.train.lr == 0.5);
  accepts(&r, "train -qf -o m");
  assert_true(r.options.quiet && r.options.force);
  assert_string_equal(r.options.out, "m");
  accepts(&r, "train -qom");
  assert_string_equal(r.options.out, "m");
  accepts(&r, "predict -- --sample -x");
  assert_int_equal(r.count, 2);
  assert_string_equal(r.positional[0], "--sample");
  accepts(&r, "eval -");
  assert_string_equal(r.positional[0], "-");
  accepts(&r, "train --out=--odd--");
  assert_string_equal(r.options.out, "--odd--");
}

static void test_steps_and_epochs(void **state) {
  (void)state;
  result r;
  accepts(&r, "train --steps 0");
  assert_int_equal(r.options.train.steps, 0);
  assert_true(r.options.train.epochs == SIZE_MAX);
  assert_true(cli_given(&r.options, CLI_OPTION_STEPS));
  assert_false(cli_given(&r.options, CLI_OPTION_EPOCHS));
  accepts(&r, "train --steps 10 --epochs 16");
  assert_int_equal(r.options.train.epochs, 16);
  assert_int_equal(r.options.train.steps, 10);
}

static const char *const wrong[] = {
    "--lr 0",
    "--lr -0.1",
    "--lr nan",
    "--lr inf",
    "--lr 1e999",
    "--lr 0.1x",
    "--lr ''",
    "--lr=",
    "--lr 0,1",
    "--batch 0",
    "--batch -1",
    "--batch 1.5",
    "--batch half",
    "--batch ful",
    "--batch 1e3",
    "--batch 99999999999999999999",
    "--epochs -1",
    "--epochs 2x",
    "--steps +1",
    "--steps ''",
    "--seed -1",
    "--seed 0x10",
    "--seed 18446744073709551616",
    "--threads 0",
    "--threads 1025",
    "--samples 0",
    "--dtype float16",
    "--dtype float",
    "--dtype ''",
    "--cpu sse",
    "--rng nump",
    "--sampling |",
    "--loss auto|mse",
    "--net ''",
    "--out ''",
    "--lang de",
    "--color yes",
    "--evaluate",
    "--lr",
    "--net --json",
    "--out -q",
    "--json=1",
    "--force=no",
    "--progress fancy",
    "--act sigmoidal",
    "--act relu:2",
    "--act elu:",
    "--act elu:x",
    "--loss huber:1:2",
    "--loss hube",
    "--label-smoothing 0",
    "--optimizer adamax",
    "--schedule cos",
    "--schedule one.cycle",
    "--recipe fast",
    "--momentum 1",
    "--momentum -0.1",
    "--beta1 1",
    "--beta2 nan",
    "--epsilon 0",
    "--weight-decay -1",
    "--weight-decay inf",
    "--clip 0",
    "--clip nan",
    "--lr-decay 0",
    "--lr-decay-every 0",
    "--warmup -1",
    "--validation 1",
    "--validation x",
    "--patience 1.5",
    "--compat torch",
    "--class-weights=",
};

static void test_wrong_values(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    char line[100], name[100];
    snprintf(line, sizeof line, "train %s", wrong[i]);
    snprintf(name, sizeof name, "%s", line + strlen("train "));
    name[strcspn(name, " =")] = '\0';
    refuses(line, name);
  }
  refuses("train --seed 4294967296 --rng numpy", "4294967295");
  refuses("train -o", "-o needs a value");
}

static void test_messages(void **state) {
  (void)state;
  refuses("train --threads 0", "--threads must be \"auto\" or a whole number from 1 to 1024, not \"0\"");
  refuses("train --lr -1", "--lr must be a finite number above 0, not \"-1\"");
  refuses("train --dtype int", "--dtype must be one of float32|float64, not \"int\"");
  refuses("train --epocs 3", "there is no option --epocs; did you mean --epochs?");
  refuses("train --learning-rate=3", "there is no option --learning-rate; did you mean --lr?");
  refuses("train --batch-size 3", "did you mean --batch?");
  refuses("train --lr-schedule linear", "did you mean --schedule?");
  refuses("train --xyzzy", "there is no option --xyzzy; denpa train --help shows those of train");
  refuses("--xyzzy", "there is no option --xyzzy; denpa --help");
  refuses("train -z", "there is no option -z");
  refuses("eval m --lr 1", "--lr has no meaning for \"denpa eval\"; it belongs to: train, step");
  refuses("--run x info m", "it belongs to: train");
  refuses("eval", "MODEL is missing: denpa eval MODEL [DATA]; for instance denpa eval m.safetensors");
  refuses("train mnist digits", "\"digits\" is one argument too many");
  refuses("tran", "did you mean \"denpa train\"?");
  refuses("predictions", "did you mean \"denpa predict\"?");
  refuses("frobnicate --lr 1", "there is no command \"frobnicate\"; denpa --help");
  refuses("784", "denpa train --net 784-50-10");
  refuses("784-50-10", "denpa train --net 784-50-10");
  refuses("train 784-50-10", "denpa train --net 784-50-10");
  refuses("''", "there is no command");
}

static void test_help_needs_no_arguments(void **state) {
  (void)state;
  result r;
  accepts(&r, "eval --help");
  assert_true(r.options.help && !r.options.brief);
  accepts(&r, "eval -h");
  assert_true(r.options.help && r.options.brief);
  accepts(&r, "--version");
  assert_true(r.options.version);
  accepts(&r, "help train");
  assert_null(r.options.command);
  assert_int_equal(r.count, 2);
  accepts(&r, "");
  assert_null(r.options.command);
  assert_int_equal(r.count, 0);
}

static void test_language(void **state) {
  (void)state;
  static const struct {
    const char *denpa, *all, *messages, *lang;
    denpa_lang expected;
  } cases[] = {
      {NULL, NULL, NULL, NULL, DENPA_LANG_EN}, {NULL, NULL, NULL, "ja_JP.UTF-8", DENPA_LANG_JA},
      {NULL, NULL, "C", "ja_JP.UTF-8", DENPA_LANG_EN}, {NULL, "ja", "C", "C", DENPA_LANG_JA},
      {"en", "ja_JP.UTF-8", NULL, NULL, DENPA_LANG_EN}, {"", "", "", "ja", DENPA_LANG_JA},
      {"ja", "C", NULL, NULL, DENPA_LANG_JA},
      {"de", NULL, NULL, "ja", DENPA_LANG_JA}, /* told, and then the locale decides */
  };
  result r;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    speak(cases[i].denpa, cases[i].all, cases[i].messages, cases[i].lang);
    accepts(&r, "train");
    assert_int_equal(r.options.lang, cases[i].expected);
    accepts(&r, "train --lang ja");
    assert_int_equal(r.options.lang, DENPA_LANG_JA);
    accepts(&r, "--lang=ja train --lang en");
    assert_int_equal(r.options.lang, DENPA_LANG_EN);
  }
  speak(NULL, NULL, NULL, NULL);
  refuses("train --lr x --lang ja", "--lr には 0 より大きい有限の数を指定してください");
  refuses("--lang ja tran", "「denpa train」のことでしょうか");
  speak("ja", NULL, NULL, NULL);
  refuses("train --lang fr", "--lang には en|ja のどれかを指定してください");
  refuses("train --batch 0 --lang en", "--batch must be");
  speak(NULL, NULL, NULL, NULL);
  parse(&r, "train --lr x --json");
  assert_true(r.options.json);
}

static void test_table(void **state) {
  (void)state;
  assert_true(CLI_OPTIONS <= CLI_MOST_OPTIONS);
  for (int i = 0; i < CLI_OPTIONS; i++) {
    char words[DNP_WORDS];
    const cli_option *o = &cli_option_table[i];
    assert_true(o->commands != 0 && (o->commands & ~(unsigned)CLI_ALL) == 0);
    assert_true((o->kind == CLI_FLAG) == (cli_values(o, words) == NULL));
    assert_true(strlen(o->name) < 32);
    assert_string_not_equal(o->help, dnp_translate(DENPA_LANG_JA, o->help));
    if (o->more != NULL) assert_string_not_equal(o->more, dnp_translate(DENPA_LANG_JA, o->more));
    for (int j = 0; j < i; j++) {
      assert_string_not_equal(o->name, cli_option_table[j].name);
      assert_true(o->letter == '\0' || o->letter != cli_option_table[j].letter);
      assert_true(o->member != cli_option_table[j].member);
    }
    /* every default can be typed */
    for (const cli_command *c = NULL; (c = cli_command_next(c, o->commands)) != NULL;) {
      result r;
      char line[128];
      char number[CLI_FALLBACK];
      if (cli_fallback(i, c, number) == NULL) continue;
      snprintf(line, sizeof line, c->least > 1 ? "%s x y --%s %s" : "%s x --%s %s", c->name, o->name,
          cli_fallback(i, c, number));
      accepts(&r, line);
    }
  }
}

/* Every text of the command can be found in the catalogue, and none that is not there. */
static void test_catalogue(void **state) {
  (void)state;
  assert_string_equal(dnp_translate(DENPA_LANG_JA, "not enough memory"), "メモリー不足");
  assert_string_equal(dnp_translate(DENPA_LANG_EN, "not enough memory"), "not enough memory");
  static const char *const absent[] = {"", "\x01", "zzzz", "not enough memor", "not enough memory ", "\xff\xff"};
  for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
    assert_ptr_equal(dnp_translate(DENPA_LANG_JA, absent[i]), absent[i]);
  for (const cli_command *c = NULL; (c = cli_command_next(c, CLI_ALL)) != NULL;) {
    assert_string_not_equal(c->summary, dnp_translate(DENPA_LANG_JA, c->summary));
    for (int i = 0; i < CLI_PARAGRAPHS && c->paragraph[i] != NULL; i++)
      assert_string_not_equal(c->paragraph[i], dnp_translate(DENPA_LANG_JA, c->paragraph[i]));
  }
}

/* No word that anybody could type makes the parser do anything but accept or refuse it (run this under a sanitizer). */
static void test_any_words(void **state) {
  (void)state;
  static const char *const words[] = {"train", "eval", "-", "--", "---", "-=", "--=", "--=x", "-o=", "-oo", "-hV",
      "-q-", "--lr", "--lang", "--lang=", "\xff", "-\xff", "--\xff=\xff", "9", "9-", "-9", "help", "generate", "--json",
      "''", "--net=--", "x"};
  enum { WORDS = sizeof words / sizeof *words };
  char longest[200];
  memset(longest, 'a', sizeof longest - 1);
  longest[sizeof longest - 1] = '\0';
  memcpy(longest, "--", 2);
  refuses(longest, "there is no option");
  for (int a = 0; a < WORDS; a++)
    for (int b = 0; b < WORDS; b++)
      for (int c = 0; c < WORDS; c++) {
        result r;
        char line[100];
        snprintf(line, sizeof line, "%s %s %s", words[a], words[b], words[c]);
        parse(&r, line);
        assert_true(r.status == DENPA_OK || (r.status == DENPA_ERROR_ARGUMENT && r.text[0] != '\0'));
        assert_true(r.count >= 0 && r.count <= 3);
      }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_defaults, english),
      cmocka_unit_test_setup(test_defaults_of_one_command, english),
      cmocka_unit_test_setup(test_defaults_that_depend, english),
      cmocka_unit_test_setup(test_library_defaults, english),
      cmocka_unit_test_setup(test_recipe, english),
      cmocka_unit_test_setup(test_recipes, english),
      cmocka_unit_test_setup(test_every_value, english),
      cmocka_unit_test_setup(test_forms, english),
      cmocka_unit_test_setup(test_steps_and_epochs, english),
      cmocka_unit_test_setup(test_wrong_values, english),
      cmocka_unit_test_setup(test_messages, english),
      cmocka_unit_test_setup(test_help_needs_no_arguments, english),
      cmocka_unit_test_setup(test_language, english),
      cmocka_unit_test_setup(test_table, english),
      cmocka_unit_test_setup(test_catalogue, english),
      cmocka_unit_test_setup(test_any_words, english),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
