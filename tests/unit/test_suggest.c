/* test_suggest.c: what the command answers to words that it does not know, and words in another spelling. */
#include "options_tools.h"

/* Words of other tools, words that are near, and words that are near to nothing. */
static void test_suggestions(void **state) {
  (void)state;
  static const char *const lines[][2] = {
      {"train --l2 0.1", "did you mean --weight-decay?"},
      {"train --gpu", "there is no option --gpu: denpa computes with the processor alone"},
      {"train --device cuda", "with the processor alone; --threads N"},
      {"train --batch_size 3", "did you mean --batch?"},
      {"train --learning_rate=3", "there is no option --learning_rate; did you mean --lr?"},
      {"train --n-epochs 3", "did you mean --epochs?"},
      {"train --hidden 100", "did you mean --net?"},
      {"train --optim adam", "did you mean --optimizer?"},
      {"train --dropout 0.5", "dropout is a layer of --net"},
      {"train --val-split 0.1", "did you mean --validation?"},
      {"train --random_state 3", "did you mean --seed?"},
      {"train --adam", "did you mean --optimizer adam?"},
      {"train --ReLU", "did you mean --act relu?"},
      {"train --weight_decay 0.1", "did you mean --weight-decay?"},
      {"train --Epochs 3", "did you mean --epochs?"},
      {"train --data mnist", "--data has no meaning for \"denpa train\": the data set is given without an option"},
      {"eval m --batch-size 3", "--batch, which it may mean, belongs to: train, replay, step"},
      {"--learning-rate 3 eval m", "--lr, which it may mean, belongs to: train, replay, step"},
      {"eval m --epochs 3", "--epochs has no meaning for \"denpa eval\"; it belongs to: train, resume, replay, search"},
      {"train --l9", "denpa train --help shows"},
      {"train --qqq", "denpa train --help shows"},
      {"train -e 3", "there is no option -e; did you mean --epochs?"},
      {"-v", "there is no option -v; did you mean --version?"},
      {"Train", "did you mean \"denpa train\"?"},
      {"trian", "did you mean \"denpa train\"?"},
      {"qqq", "denpa --help shows what there is"},
      {"train --epochs-number 3", "did you mean --epochs?"},
      {"train --val 0.1", "did you mean --validation?"}, /* its first letters */
      {"train --schedul linear", "did you mean --schedule?"},
      {"train --schedule linaer", "did you mean linear?"},
  };
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) refuses(lines[i][0], lines[i][1]);
  for (size_t i = 0; i < sizeof foreign_words / sizeof *foreign_words; i++) {
    char simple[ROOM];
    simplify(foreign_words[i].typed, simple);
    assert_string_equal(simple, foreign_words[i].typed);
    assert_ptr_equal(foreign_of(foreign_words[i].typed), &foreign_words[i]); /* each stands there once */
    /* what is an option itself can only be noted, for the commands that do not take it */
    for (int k = 0; k < CLI_OPTIONS; k++)
      assert_true(foreign_words[i].note != NULL || strcmp(foreign_words[i].typed, cli_option_table[k].name) != 0);
    if (foreign_words[i].note != NULL)
      assert_string_not_equal(foreign_words[i].note, dnp_translate(DENPA_LANG_JA, foreign_words[i].note));
  }
}

/* Choices in whatever case; what is kept is spelled as it is listed. */
static void test_spelling(void **state) {
  (void)state;
  result r;
  accepts(&r, "train --act LeakyReLU:0.02 --loss Cross_Entropy --optimizer Adam --init He --sampling SHUFFLE "
              "--schedule OneCycle --dtype Float64 --compat None --rng NumPy --channels RGB --task Regression");
  const cli_options *o = &r.options;
  assert_string_equal(o->act, "leaky-relu:0.02");
  assert_string_equal(o->loss, "cross-entropy");
  assert_string_equal(o->train.optimizer, "adam");
  assert_string_equal(o->init, "he");
  assert_string_equal(o->channels, "rgb");
  assert_string_equal(o->task, "regression");
  assert_int_equal(o->train.schedule, DENPA_SCHEDULE_ONE_CYCLE);
  assert_int_equal(o->dtype, DENPA_DTYPE_FLOAT64);
  assert_int_equal(o->train.rng, DENPA_RNG_NUMPY);
  assert_string_equal(o->typed[CLI_OPTION_ACT], "leaky-relu:0.02"); /* what a run's options.json says */
  assert_string_equal(o->typed[CLI_OPTION_SCHEDULE], "one-cycle");
  accepts(&r, "train --init Normal:0.02 --act ReLU --lang EN");
  assert_string_equal(r.options.init, "normal:0.02");
  assert_string_equal(r.options.act, "relu");
  accepts(&r, "train --act tanh --init he");
  assert_int_equal(r.options.spellings, 0);
  refuses("train --act rel", "not \"rel\"; did you mean relu?");
  refuses("train --act leaky-rel:0.1", "not \"leaky-rel:0.1\"; did you mean leaky-relu?");
  refuses("train --act -", "softplus, not \"-\"");
  refuses("train --act relu:0.1", "--act must be one of");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_suggestions, english),
      cmocka_unit_test_setup(test_spelling, english),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
