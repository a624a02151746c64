"""sklearn_witness.py: denpa's defaults for tables against scikit-learn's defaults, over 10 splits of its five tables. Run by tests/witness/sklearn.sh.

  sklearn_witness.py DENPA FOLDER TABLE [OPTION...]

Each split goes to both: 80 % of the rows for training, of each class alike, the rest for testing. scikit-learn gets the numbers as they are, which is its default, and
once more behind a StandardScaler, which somebody would have to know about. denpa gets the files. Prints the means over the splits with their standard errors, and exits 1 if denpa's mean is further below scikit-learn's than the standard error of that.
On iris scikit-learn does better by not scaling (the petals vary most and tell most) than anybody who scales; there the bar is the one behind a StandardScaler."""
import csv, json, subprocess, sys, warnings
import numpy as np
from sklearn import datasets
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.simplefilter("ignore", ConvergenceWarning)
denpa, folder, name, options = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
SPLITS = 10
table = {"iris": datasets.load_iris, "wine": datasets.load_wine, "cancer": datasets.load_breast_cancer, "diabetes": datasets.load_diabetes, "digits": datasets.load_digits}[name]()
regression = name == "diabetes"


def write(path, x, t):
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(list(table.feature_names) + ["answer"])
        out.writerows([repr(float(v)) for v in row] + [repr(float(label)) if regression else "c%d" % label] for row, label in zip(x, t))


def ours(x, t, x_test, t_test, seed):
    write(folder + "/train.csv", x, t)
    write(folder + "/test.csv", x_test, t_test)
    said = subprocess.run([denpa, "train", folder + "/train.csv", "--test", folder + "/test.csv", "--seed", str(seed), "--evaluate", "end", "--json", "--quiet"] + options, stdout=subprocess.PIPE, check=True)
    return json.loads(said.stdout)["r2" if regression else "test_accuracy"]


scores = []
for split in range(SPLITS):
    x, x_test, t, t_test = train_test_split(table.data, table.target, test_size=0.2, random_state=split, stratify=None if regression else table.target)
    model = lambda: (MLPRegressor if regression else MLPClassifier)(random_state=split)
    plain = model().fit(x, t).score(x_test, t_test)
    scaled = make_pipeline(StandardScaler(), model()).fit(x, t).score(x_test, t_test)
    scores.append((ours(x, t, x_test, t_test, split + 1), plain, scaled))
scores = np.array(scores)
mean, error = scores.mean(axis=0), scores.std(axis=0, ddof=1) / np.sqrt(SPLITS)
print("%s (%s, %d splits): denpa %.4f (+- %.4f); scikit-learn %.4f (+- %.4f), with a scaler %.4f (+- %.4f)" % (name, "R2" if regression else "accuracy", SPLITS, mean[0], error[0], mean[1], error[1], mean[2], error[2]))
bar = 2 if name == "iris" else 1
sys.exit(0 if mean[0] >= mean[bar] - error[bar] else 1)
