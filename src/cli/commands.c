/* commands.c: what each subcommand is called, takes and is for. Help, man pages and completion come from this table;
 * what a subcommand does stands in the file of its name. */
#include "cli/cli.h"

#include <string.h>

#include "base/text.h"

const cli_command cli_commands[] = {
    {"train", CLI_TRAIN, {"[DATA]"}, 0, 1, DNP_N("train a network on a data set"),
        {DNP_N("Trains a network by forward propagation and backpropagation and reports loss and accuracy after each "
               "epoch. Without options it trains the network "
               "784-50-10 with sigmoid, softmax and cross-entropy on handwritten digits."),
            DNP_N("DATA is mnist (downloaded once if it is not there yet), digits (built in: digits, digits:5000 or "
                  "digits:5000:7 for number of samples and seed), a "
                  "folder with IDX files, or a folder of pictures (PNG, PGM, PPM) with a sub-folder for each class. "
                  "Without DATA, mnist is used if it can be had, else digits; the program says which."),
            DNP_N("One seed gives one result, bit for bit, whatever the number of threads and the vector unit. With "
                  "neither --out nor --run nothing is saved."),
            DNP_N("DATA can also be a table (.csv, .tsv): the last column, or --target, is learned from the others; "
                  "numbers are scaled, categories become inputs of 0 and 1, missing "
                  "values are filled in, and the model remembers how. What may go wrong is told before the training.")},
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
        {DNP_N("Runs a trained network over a data set and prints its mean loss, its accuracy and the number of "
               "samples. MODEL is a model file or the folder of a run."),
            DNP_N("Without DATA, the data set named in the model is used."),
            DNP_N("For a network trained on a table, precision, recall, F1 and the confusion matrix are added, or for "
                  "numbers the root mean square error, the mean absolute error and R2. "
                  "A table given as DATA is used with all its rows.")},
        {{"denpa eval m.safetensors", DNP_N("score on the test data")},
            {"denpa eval m.safetensors --split train --samples 1000",
                DNP_N("score on the first 1000 training samples")},
            {"denpa eval runs/first digits", DNP_N("score on another data set")},
            {"denpa eval m.safetensors --weights float16", DNP_N("score with weights of half as many bits")}}},

    {"predict", CLI_PREDICT, {"MODEL [INPUT...]"}, 1, -1,
        DNP_N("ask a trained network about pictures or the rows of a table"),
        {DNP_N("Shows what a trained network takes each INPUT for, with the probability of every class. INPUT is a "
               "picture (PNG or PGM) of a digit, dark on light or light "
               "on dark; it is cropped, scaled and centred as MNIST's pictures are."),
            DNP_N("A network that was trained on a folder of pictures gets INPUT (PNG, PGM or PPM) as it got those: "
                  "resized, not centred. Its classes are called as the folders are."),
            DNP_N("With --sample K, sample K of the model's data set is shown instead of a picture."),
            DNP_N("For a network trained on a table, INPUT is a table with the same columns, in any order; the answers "
                  "are written as CSV, to standard output or to --out, a line for each row.")},
        {{"denpa predict m.safetensors three.png", DNP_N("classify a picture")},
            {"denpa predict m.safetensors --sample 0", DNP_N("classify the first test sample")},
            {"denpa predict price.safetensors new.csv --out answers.csv", DNP_N("answer every row of a table")}}},

    {"step", CLI_STEP, {"[DATA]"}, 0, 1, DNP_N("make one update and show every matrix of it"),
        {DNP_N("Makes a single update and shows its whole way: the forward pass (a1, z1, a2, y), the loss, the "
               "backward pass (dy, dW2, db2, dz1, da1, dW1, db1) with the shape "
               "of every product, and loss and accuracy before and after."),
            DNP_N("By default the batch is the full data set.")},
        {{"denpa step digits", DNP_N("one full-batch update of the default network")},
            {"denpa step mnist --update-order seed",
                DNP_N("update each layer before its gradient goes further back, and see the difference")}}},

    {"info", CLI_INFO, {"MODEL"}, 1, 1, DNP_N("show what is in a model file"),
        {DNP_N("Prints the network, the number of parameters, the number type, the options it was trained with, the "
               "name, shape and range of every tensor, and the SHA-256 of "
               "the weights. MODEL is a model file or the folder of a run.")},
        {{"denpa info m.safetensors", DNP_N("describe a model")}}},

    {"data", CLI_DATA, {"list", "get [DATA]", "show [DATA] [SAMPLE]"}, 1, 3, DNP_N("list, fetch and show data sets"),
        {DNP_N("list shows the data sets that denpa knows and where they lie; get fetches one and verifies it by "
               "SHA-256, and with --out writes it for NumPy; show prints a sample as a picture, with its label."),
            DNP_N("A folder of pictures has a sub-folder for each class, or folders train and test that have them; "
                  "else a fifth of each class is kept for testing. "
                  "A name such as photos:28x28:grey says size and channels; photos:28x28:grey:7 also the seed of the "
                  "split."),
            DNP_N("show describes a table (.csv, .tsv) by what each column holds and what would become of it.")},
        {{"denpa data list", DNP_N("what is there")}, {"denpa data get mnist", DNP_N("download MNIST")},
            {"denpa data show mnist 0", DNP_N("show the first training sample")},
            {"denpa data show mnist 0 --augment shift:2,rotate:15,elastic:1.4",
                DNP_N("show it changed at random, too")},
            {"denpa data show houses.csv", DNP_N("look at the columns of a table")}}},

    {"bench", CLI_BENCH, {"[WORK...]"}, 0, -1, DNP_N("time the standard works on this machine"),
        {DNP_N("Times one work after the other: an epoch of 784-50-10 with batch 100 (seed-epoch), one update of it "
               "with all samples (seed-full), an epoch of 784-128-10 with ReLU and "
               "Adam (adam-epoch), updates of two wide networks (wide-2048, wide-4096), and the answers of 784-50-10 "
               "to one sample and to 10,000 (predict-1, predict-10000). "
               "Without WORK, all of them."),
            DNP_N("Training is timed by its updates alone. FLOP are the useful ones, counted from the network's "
                  "widths: the products of the forward pass and of the gradients. The FMA peak "
                  "is what the same threads reach in registers with the same vector unit, taken before, between and "
                  "after the repeats; time and peak are medians, and share is the "
                  "speed reached over that peak. Memory is the most that the whole process has held so far: time a "
                  "work alone to see its own."),
            DNP_N(
                "Nothing is downloaded. On a busy machine all numbers are smaller, and shares mean more than times.")},
        {{"denpa bench", DNP_N("time everything")},
            {"denpa bench seed-epoch --repeat 20", DNP_N("time one work more often")},
            {"denpa bench predict-1 --threads 1 --json", DNP_N("time the answer to one sample, for a program")}}},

    {"watch", CLI_WATCH, {"RUN"}, 1, 1, DNP_N("watch how a recorded network learned"),
        {DNP_N("Shows how the weights, the answers and the accuracy of a network changed while it was trained. RUN is "
               "the folder of a training with --run and --record."),
            DNP_N("With --html, one page is written that works without a network: a slider over time, the weights of "
                  "the hidden units as pictures, curves, the confusion matrix, and "
                  "test digits whose answers change. Without it, the frames are replayed in the terminal; where there "
                  "is none, each is one line."),
            DNP_N("Losses and accuracies are computed anew from the weights of each frame.")},
        {{"denpa train --run runs/first --record", DNP_N("record a training")},
            {"denpa watch runs/first --html watch.html", DNP_N("make a page of it")},
            {"denpa watch runs/first", DNP_N("replay it in the terminal")}}},
    {"export", CLI_EXPORT, {"MODEL"}, 1, 1, DNP_N("write a network as a NumPy script that trains it again"),
        {DNP_N("Writes a Python script of this very network: forward propagation, backpropagation and the updates in "
               "plain NumPy, with the same initial weights and the same batches. "
               "It is made to be read and changed. MODEL is a model file or the folder of a run."),
            DNP_N("The script prints the columns of train --log and, with --model MODEL, compares its final weights "
                  "with the model's. With float64 the losses agree to 1e-9; with float32 they "
                  "agree in the first digits only, since NumPy adds in another order."),
            DNP_N("It reads MNIST by itself. Other data sets are written for it by data get DATA --out data.npz. "
                  "Without --out the script goes to standard output.")},
        {{"denpa export m.safetensors --to numpy --out m.py", DNP_N("write the script")},
            {"denpa data get digits:1200 --out data.npz", DNP_N("write a data set for NumPy")},
            {"python3 m.py data.npz --model m.safetensors", DNP_N("train again in NumPy, and compare")}}},

    {"lab", CLI_LAB, {"[LESSON]"}, 0, 1, DNP_N("short lessons whose numbers are computed while you read"),
        {DNP_N("Shows a lesson: matrices and their products, the transpose, least squares, why backpropagation begins "
               "with y - t, what the learning rate and the initial weights do, gates and "
               "XOR, and a graph forwards and backwards. Every number in a lesson is computed when it is shown."),
            DNP_N("Without LESSON, the list of lessons. Lessons that need data take mnist if it is here, else digits, "
                  "and say which; nothing is downloaded.")},
        {{"denpa lab", DNP_N("which lessons there are")}, {"denpa lab transpose", DNP_N("read one")},
            {"denpa lab least-squares --data digits --html squares.html", DNP_N("read one in the browser")}}},

    {"explain", CLI_EXPLAIN, {"MODEL [DATA]"}, 1, 2, DNP_N("show both passes of a trained network over one sample"),
        {DNP_N("Sends one sample through a trained network, forward and back, and shows every matrix with the product "
               "that made it, the sizes that must agree, what it means and its numbers. "
               "Nothing is changed. MODEL is a model file or the folder of a run; without DATA, the data set named in "
               "the model is used."),
            DNP_N("With --html FILE it is written as a page: click any number of any matrix to see the terms of its "
                  "sum, the way back from the loss to it, and what would change if it were nudged. "
                  "With --markdown it can be pasted into a chat.")},
        {{"denpa explain m.safetensors", DNP_N("explain the first test sample")},
            {"denpa explain m.safetensors --sample 7 --html seven.html", DNP_N("write a page about test sample 7")},
            {"denpa explain m.safetensors --sample 7 --markdown", DNP_N("the same as Markdown")}}},

    {"why", CLI_WHY, {"MODEL NAME [DATA]"}, 2, 3, DNP_N("say where one number comes from"),
        {DNP_N("Tells the whole story of one number: the terms of its sum, largest first, what these came from, the "
               "pixel behind them, its gradient, what a small change would do to the loss, and for a "
               "weight what the next update makes of it. The terms add up to the number bit for bit."),
            DNP_N("NAME is written as in the book, in quotation marks because of the brackets: W1[409,40] or b1[5] for "
                  "parameters, a1[0,40] (or a1[40], as one sample has one row), z1, y, loss for "
                  "values, dW2[3,7], db1[5], da1, dz1, dy for gradients. Indices count from 0."),
            DNP_N("With --batch N the gradient is that of N samples, beginning with --sample. With --step K, MODEL is "
                  "a recorded run, and the network is looked at as it was after update K.")},
        {{"denpa why m.safetensors 'W1[409,40]'", DNP_N("a weight: its gradient and its update")},
            {"denpa why m.safetensors 'dW2[3,7]' --sample 7", DNP_N("a gradient, for test sample 7")},
            {"denpa why m.safetensors loss --depth 8",
                DNP_N("the loss, and the largest terms all the way back to the pixels")}}},

    {"check", CLI_CHECK, {"MODEL [DATA]"}, 1, 2, DNP_N("check gradients, those of a network or your own"),
        {DNP_N("Compares the gradients of backpropagation with numerical ones (central differences), every parameter, "
               "in double precision, and shows for each matrix the entry where they differ most. "
               "Entries for which a ReLU opens or shuts within the step are told apart from errors. The exit status is "
               "1 when a gradient is wrong."),
            DNP_N("With --grads FILE your own gradients, from your own program, are compared with the right ones, and "
                  "if they are wrong the mistake is named: a missing division by the number of "
                  "samples, a transposed matrix, weights that were updated too early, and many more. They are those of "
                  "the mean loss over the first samples (--samples, 100 unless given) of the split."),
            DNP_N("MODEL is a model file or the folder of a run, or the parameters of your own program as .npz with "
                  "arrays named W1 b1 W2 b2. Without DATA, the data set named in the model is used.")},
        {{"denpa check m.safetensors", DNP_N("check every gradient on the first 100 test samples")},
            {"denpa check my-weights.npz mnist --act sigmoid --grads my-grads.npz",
                DNP_N("find the mistake in your own backpropagation")}}},

    {"plot", CLI_PLOT, {"RUN [DATA]", "MODEL [DATA]"}, 1, 2, DNP_N("draw curves, weights, mistakes and more"),
        {DNP_N("Draws a run or a model: as an SVG file with --out FILE.svg, as a PNG file (weights and mistakes, one "
               "pixel for each number), or in the terminal. The SVG carries its "
               "numbers along, so that it can be checked and restyled."),
            DNP_N("curves needs the folder of a run, or a log that --log wrote; everything else needs a model. Without "
                  "DATA, the data set named in the model is used. "
                  "The curves, the confusion matrix and the mistakes are about all samples; activations, gradients and "
                  "surface look at the first 1000 unless --samples says otherwise.")},
        {{"denpa plot runs/first", DNP_N("loss and accuracy in the terminal")},
            {"denpa plot runs/first --what weights --out weights.svg",
                DNP_N("what each unit of the first layer looks for")},
            {"denpa plot runs/first --what mistakes --samples 20 --out mistakes.png",
                DNP_N("the 20 mistakes that the network is surest of")},
            {"denpa plot runs/first --what confusion", DNP_N("which digit was taken for which")},
            {"denpa plot runs/first --what surface --out surface.svg",
                DNP_N("the loss around the way of the weights")}}},

    {"doctor", CLI_DOCTOR, {"RUN [DATA]", "MODEL [DATA]"}, 1, 2,
        DNP_N("say what went wrong with a training, and what to try"),
        {DNP_N("Looks at a trained network, at what it was before its first update and at its log, and names what went "
               "wrong: with the layer, the evidence in numbers and the remedy to try. "
               "All measurements of each layer follow. denpa train tells the first three findings at its end."),
            DNP_N("The network is measured on up to 256 samples spread over the training data. RUN is the folder of a "
                  "run; a MODEL alone says nothing about the course of the training. Without DATA, the data set named "
                  "in the model is used.")},
        {{"denpa doctor runs/first", DNP_N("examine a run")},
            {"denpa doctor m.safetensors --json", DNP_N("the findings and measurements for a program")}}},

    {"search", CLI_SEARCH, {"[DATA]"}, 0, 1, DNP_N("look for good options by trying many"),
        {DNP_N("Trains many networks, each with options drawn from what --try gives, several side by side, and "
               "compares them on training samples that were kept back (--validation). Every other option "
               "of train applies to all trials. The result is a table, pictures, and the command line of the best "
               "trial, which trains that very network again. Without --try, learning "
               "rate, network, activation and initial weights are tried as far as they are not given."),
            DNP_N("One seed gives one result, whatever the number of threads: what a trial draws depends on the seed "
                  "and its number alone. All trials have the same seed, so they are compared on "
                  "the same samples. A trial whose numbers are no longer finite stands in the table with its reason."),
            DNP_N("The test data are not looked at: a score that was chosen for being the best is too good to be true. "
                  "--final measures on them, once.")},
        {{"denpa search --trials 20 --epochs 5", DNP_N("20 networks on handwritten digits")},
            {"denpa search --try lr=0.001..1 --try 'act=relu|tanh' --out search.svg",
                DNP_N("two options, with a picture")},
            {"denpa search --method halving --trials 81 --epochs 27 --optimizer adam --final",
                DNP_N("many trials, of which few are trained to the end")}}},

    {"book", CLI_BOOK, {"[EXPERIMENT]"}, 0, 1, DNP_N("run the experiments of the book Deep Learning from Scratch"),
        {DNP_N("Runs an experiment of the book with the book's settings, and shows the numbers that the book prints "
               "beside those that denpa computes, whether they agree, and a picture. EXPERIMENT is "
               "named after the book's program, such as ch04/gradient_1d; ch04 stands for the whole chapter and all "
               "for everything. Without it, the list."),
            DNP_N("Numbers that are a matter of arithmetic have to be the book's own, exactly or within the distance "
                  "that is told. Numbers that depend on random weights have to lie in a band. The exit status is 1 if "
                  "one of these promises does not hold."),
            DNP_N("Experiments that learn use mnist; with --data digits or with fewer updates (--steps) they run as "
                  "well, but their bands are not claimed. The book's trained parameters are read from "
                  "the folder book in the folder that DENPA_DATA names.")},
        {{"denpa book", DNP_N("which experiments there are")}, {"denpa book ch04/gradient_1d", DNP_N("run one")},
            {"denpa book ch05 --json", DNP_N("run a chapter, for a program")},
            {"denpa book ch04/train_neuralnet --seeds 5 --out curves.svg",
                DNP_N("learn five times, and keep the picture")}}},

    {0}};

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
