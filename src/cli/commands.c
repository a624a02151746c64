/* commands.c: what each subcommand is called, takes and is for. Help, man pages and completion come from this table;
 * what a subcommand does stands in the file of its name. */
#include "cli/cli.h"

#include <string.h>

#include "base/text.h"
#include "commands_txt.h"

const cli_command cli_commands[] = {
    {"train", CLI_TRAIN, {"[DATA]"}, 0, 1, DNP_N("train a network on a data set"), {DNP_TEXT_commands_train},
        {{"denpa train", DNP_N("train the default network on handwritten digits")},
            {"denpa train --net 784-100-10 --act relu --init he --out m.safetensors",
                DNP_N("train another network and keep it")},
            {"denpa train --net 'conv 16 5x5, maxpool 2, relu, dense 10' --init he",
                DNP_N("train a convolution network")},
            {"denpa train --steps 600 --batch 100 --seed 0 --rng numpy",
                DNP_N("make 600 updates with the random numbers of a NumPy script")},
            {"denpa train --run runs/first", DNP_N("keep network, log and options in a folder")},
            {"denpa train photos --size 32 --augment shift:2,rotate:10", DNP_N("train on pictures of your own")},
            {"denpa train houses.csv --target price --out price.safetensors", DNP_N("learn a column of a table")}}},

    {"eval", CLI_EVAL, {"MODEL [DATA]"}, 1, 2, DNP_N("measure loss and accuracy of a trained network"),
        {DNP_TEXT_commands_eval},
        {{"denpa eval m.safetensors", DNP_N("score on the test data")},
            {"denpa eval m.safetensors --split train --samples 1000",
                DNP_N("score on the first 1000 training samples")},
            {"denpa eval runs/first digits", DNP_N("score on another data set")},
            {"denpa eval m.safetensors --weights float16", DNP_N("score with weights of half as many bits")}}},

    {"predict", CLI_PREDICT, {"MODEL [INPUT...]"}, 1, -1,
        DNP_N("ask a trained network about pictures or the rows of a table"), {DNP_TEXT_commands_predict},
        {{"denpa predict m.safetensors three.png", DNP_N("classify a picture")},
            {"denpa predict m.safetensors --sample 0", DNP_N("classify the first test sample")},
            {"denpa predict price.safetensors new.csv --out answers.csv", DNP_N("answer every row of a table")}}},

    {"step", CLI_STEP, {"[DATA]"}, 0, 1, DNP_N("make one update and show every matrix of it"), {DNP_TEXT_commands_step},
        {{"denpa step digits", DNP_N("one full-batch update of the default network")},
            {"denpa step mnist --update-order seed",
                DNP_N("update each layer before its gradient goes further back, and see the difference")}}},

    {"info", CLI_INFO, {"MODEL"}, 1, 1, DNP_N("show what is in a model file"), {DNP_TEXT_commands_info},
        {{"denpa info m.safetensors", DNP_N("describe a model")}}},

    {"data", CLI_DATA, {"list", "get [DATA]", "show [DATA] [SAMPLE]"}, 1, 3, DNP_N("list, fetch and show data sets"),
        {DNP_TEXT_commands_data},
        {{"denpa data list", DNP_N("what is there")}, {"denpa data get mnist", DNP_N("download MNIST")},
            {"denpa data show mnist 0", DNP_N("show the first training sample")},
            {"denpa data show mnist 0 --augment shift:2,rotate:15,elastic:1.4",
                DNP_N("show it changed at random, too")},
            {"denpa data show houses.csv", DNP_N("look at the columns of a table")}}},

    {"bench", CLI_BENCH, {"[WORK...]"}, 0, -1, DNP_N("time the standard works on this machine"),
        {DNP_TEXT_commands_bench},
        {{"denpa bench", DNP_N("time everything")},
            {"denpa bench seed-epoch --repeat 20", DNP_N("time one work more often")},
            {"denpa bench predict-1 --threads 1 --json", DNP_N("time the answer to one sample, for a program")}}},

    {"watch", CLI_WATCH, {"RUN"}, 1, 1, DNP_N("watch how a recorded network learned"), {DNP_TEXT_commands_watch},
        {{"denpa train --run runs/first --record", DNP_N("record a training")},
            {"denpa watch runs/first --html watch.html", DNP_N("make a page of it")},
            {"denpa watch runs/first", DNP_N("replay it in the terminal")}}},
    {"export", CLI_EXPORT, {"MODEL"}, 1, 1, DNP_N("write a network as a NumPy script that trains it again"),
        {DNP_TEXT_commands_export},
        {{"denpa export m.safetensors --to numpy --out m.py", DNP_N("write the script")},
            {"denpa data get digits:1200 --out data.npz", DNP_N("write a data set for NumPy")},
            {"python3 m.py data.npz --model m.safetensors", DNP_N("train again in NumPy, and compare")}}},

    {"lab", CLI_LAB, {"[LESSON]"}, 0, 1, DNP_N("short lessons whose numbers are computed while you read"),
        {DNP_TEXT_commands_lab},
        {{"denpa lab", DNP_N("which lessons there are")}, {"denpa lab transpose", DNP_N("read one")},
            {"denpa lab least-squares --data digits --html squares.html", DNP_N("read one in the browser")}}},

    {"explain", CLI_EXPLAIN, {"MODEL [DATA]"}, 1, 2, DNP_N("show both passes of a trained network over one sample"),
        {DNP_TEXT_commands_explain},
        {{"denpa explain m.safetensors", DNP_N("explain the first test sample")},
            {"denpa explain m.safetensors --sample 7 --html seven.html", DNP_N("write a page about test sample 7")},
            {"denpa explain m.safetensors --sample 7 --markdown", DNP_N("the same as Markdown")}}},

    {"why", CLI_WHY, {"MODEL NAME [DATA]"}, 2, 3, DNP_N("say where one number comes from"), {DNP_TEXT_commands_why},
        {{"denpa why m.safetensors 'W1[409,40]'", DNP_N("a weight: its gradient and its update")},
            {"denpa why m.safetensors 'dW2[3,7]' --sample 7", DNP_N("a gradient, for test sample 7")},
            {"denpa why m.safetensors loss --depth 8",
                DNP_N("the loss, and the largest terms all the way back to the pixels")}}},

    {"check", CLI_CHECK, {"MODEL [DATA]"}, 1, 2, DNP_N("check gradients, those of a network or your own"),
        {DNP_TEXT_commands_check},
        {{"denpa check m.safetensors", DNP_N("check every gradient on the first 100 test samples")},
            {"denpa check my-weights.npz mnist --act sigmoid --grads my-grads.npz",
                DNP_N("find the mistake in your own backpropagation")}}},

    {"plot", CLI_PLOT, {"RUN [DATA]", "MODEL [DATA]"}, 1, 2, DNP_N("draw curves, weights, mistakes and more"),
        {DNP_TEXT_commands_plot},
        {{"denpa plot runs/first", DNP_N("loss and accuracy in the terminal")},
            {"denpa plot runs/first --what weights --out weights.svg",
                DNP_N("what each unit of the first layer looks for")},
            {"denpa plot runs/first --what mistakes --samples 20 --out mistakes.png",
                DNP_N("the 20 mistakes that the network is surest of")},
            {"denpa plot runs/first --what confusion", DNP_N("which digit was taken for which")},
            {"denpa plot runs/first --what surface --out surface.svg",
                DNP_N("the loss around the way of the weights")}}},

    {"doctor", CLI_DOCTOR, {"RUN [DATA]", "MODEL [DATA]"}, 1, 2,
        DNP_N("say what went wrong with a training, and what to try"), {DNP_TEXT_commands_doctor},
        {{"denpa doctor runs/first", DNP_N("examine a run")},
            {"denpa doctor m.safetensors --json", DNP_N("the findings and measurements for a program")}}},

    {"search", CLI_SEARCH, {"[DATA]"}, 0, 1, DNP_N("look for good options by trying many"), {DNP_TEXT_commands_search},
        {{"denpa search --trials 20 --epochs 5", DNP_N("20 networks on handwritten digits")},
            {"denpa search --try lr=0.001..1 --try 'act=relu|tanh' --out search.svg",
                DNP_N("two options, with a picture")},
            {"denpa search --method halving --trials 81 --epochs 27 --optimizer adam --final",
                DNP_N("many trials, of which few are trained to the end")}}},

    {"book", CLI_BOOK, {"[EXPERIMENT]"}, 0, 1, DNP_N("run the experiments of the book Deep Learning from Scratch"),
        {DNP_TEXT_commands_book},
        {{"denpa book", DNP_N("which experiments there are")}, {"denpa book ch04/gradient_1d", DNP_N("run one")},
            {"denpa book ch05 --json", DNP_N("run a chapter, for a program")},
            {"denpa book ch04/train_neuralnet --seeds 5 --out curves.svg",
                DNP_N("learn five times, and keep the picture")}}},

    {0}};

/* A text without its command does not compile. */
#define X(name) sizeof &cli_##name != 0 &&
_Static_assert(DNP_TEXTS_commands(X) true, "commands.txt: each text has its command");
#undef X

const cli_example cli_first_examples[] = {{"denpa train", DNP_N("train the default network on handwritten digits")},
    {"denpa train --net 784-100-10 --act relu --init he --out m.safetensors",
        DNP_N("train another network and keep it")},
    {"denpa eval m.safetensors", DNP_N("score on the test data")},
    {"denpa step digits", DNP_N("one full-batch update of the default network")}, {0}};

const cli_command *cli_command_find(const char *name) {
  for (const cli_command *c = cli_commands; c->name != NULL; c++)
    if (strcmp(c->name, name) == 0) return c;
  return NULL;
}

const cli_command *cli_command_next(const cli_command *after, unsigned commands) {
  for (const cli_command *c = after != NULL ? after + 1 : cli_commands; c->name != NULL; c++)
    if ((c->bit & commands) != 0) return c;
  return NULL;
}
