"""peer_sklearn.py: scikit-learn's MLPClassifier; one epoch is one call of partial_fit. See peer.py."""
import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier

import peer

options = {"sgd": dict(solver="sgd", momentum=0, nesterovs_momentum=False), "adam": dict(solver="adam")}[peer.work["optimizer"]]
net = MLPClassifier(tuple(peer.widths[1:-1]), activation={"sigmoid": "logistic", "relu": "relu"}[peer.work["activation"]], alpha=0, batch_size=peer.work["batch"],
                    learning_rate_init=peer.work["lr"], shuffle=True, random_state=1, **options)
x, t = peer.pixels().astype(np.float32) / 255, peer.labels()
first = x[: peer.work["batch"]], t[: peer.work["batch"]]
peer.report(peer.timed(lambda: net.partial_fit(*first, classes=np.arange(peer.widths[-1])), lambda: net.partial_fit(x, t)), f"scikit-learn {sklearn.__version__}")
