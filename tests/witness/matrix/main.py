"""main.py KIND|pages: the matrix of every showing command over the networks of one kind (kinds.py) and 1, 16 and 17 rows: every number that the commands show, against
NumPy in float64 and exact sums, which read the model file, the exported data and what was printed, and nothing of denpa's. For tests/matrix_*.sh: $DENPA is
the command, the working folder is empty. Cases that are known to fail stand in expected_failures. Without DENPA_FULL each network is shown with one number of rows:
the networks take turns, so that every command shows all of its matrices of every network, and every number of rows of some."""
import json
import os
import re
import shutil
import sys

import numpy as np

import kinds
import pages
import passes
import showing
import sums
import why
from network import Network
from said import Said, denpa, json_of, text_of

ROWS = (1, 16, 17)
ORDER = [(kind, label) for kind, labels in kinds.KINDS.items() for label in labels]
cells = {"shown": 0, "folded": 0}


def rows_of(turn):
    return ROWS if os.environ.get("DENPA_FULL") else ROWS[turn % 3:][:1]


def pass_cases(said, label, run, net, data, rows, training):
    """explain and why, of this many samples"""
    split, mode, numbers = "train", ["--training"] if training else [], data.t["train"].dtype.kind == "f"
    name = "%s_%%s_%d%s" % (label, rows, "_training" if training else "")
    where = ["explain", run, "--split", split, "--batch", rows, *mode]
    v = net.passes(data.x[split][:rows], data.t[split][:rows], None, training, int(net.meta["steps"]) + 1)
    with said.case(name % "explain_json") as wrong:
        got = json_of(*where)
        passes.check_list(said, wrong, net, v, got["matrices"])
        if abs(got["loss"] - v["loss"].mean()) > passes.tolerance(net.dtype) * (1 + got["loss"]) or got["samples"] != rows:
            wrong("the loss of", got["samples"], "is", got["loss"], "and NumPy has", v["loss"].mean())
        if rows == 1:
            for a, b in zip(got["outputs"], v["y"][0]):
                showing.alike(said, wrong, "an output", a, b, passes.tolerance(net.dtype) * (1 + abs(b)))
            if len(got["outputs"]) != v["y"].shape[1] or got["label"] != (None if numbers else data.t[split][0]):
                wrong("there are", len(got["outputs"]), "outputs; the label is", got["label"])
        if rows == 1 and numbers:
            target = json.loads(net.meta["table"])["columns"][json.loads(net.meta["table"])["target"]]
            for what, told, scaled in (("answer", got["answer"], v["y"][0, 0]), ("right", got["right"], data.t[split][0].item())):
                showing.alike(said, wrong, what, told, scaled * target["deviation"] + target["mean"], 1e-5 * target["deviation"])
            showing.alike(said, wrong, "the target", got["targets"][0], data.t[split][0].item(), 0)
    for form, lang in (([], "en"), (["--markdown"], "en"), ([], "ja")):
        with said.case(name % ("explain_" + ("markdown" if form else "text") + ("" if lang == "en" else "_ja"))) as wrong:
            text = text_of(*where, *form, lang=lang)
            passes.check_text(said, wrong, net, v, re.sub(r"\(最小 (\S+)、最大 (\S+)、平均 (\S+)\)", r"(smallest \1, largest \2, mean \3)", text))
    with said.case(name % "explain_page") as wrong:
        page_case(said, wrong, "%s.html" % (name % "explain"), net, v, *where)
    if pages.NODE and rows == 1:
        with said.case(name % "explain_page_text") as wrong:
            pages.explained(said, wrong, "%s.html" % (name % "explain"), net, v, ["price"] if numbers else data.classes, "number" if numbers else "class")
        with said.case(name % "explain_page_ja_formula") as wrong:
            text_of(*where, "--html", "ja.html", lang="ja")
            formula = passes.page_data("ja.html")[0]["handed_back"]
            if not formula or formula.count("(") != formula.count(")") or (net.loss.split(":")[0] in ("mse", "mae", "huber", "bce") and v["y"].shape[1] > 1) != formula.endswith(" / (1 * %d)" % v["y"].shape[1]):
                wrong("the formula of what comes back is", formula)
    for lang in ("en",):
        why_cases(said, name, net, v, [run, "--split", split, "--batch", rows, *mode])


def page_case(said, wrong, path, net, v, *command):
    text_of(*command, "--html", path)
    shown, folded = passes.Page(said, wrong, path, net, v).check()
    cells["shown"] += shown
    cells["folded"] += folded


def why_cases(said, name, net, v, where):
    with said.case(name % "why_json") as wrong:
        w = why.Why(said, wrong, net, v, where)
        for matrix in v:
            if matrix in ("t",) or v[matrix].size == 0:
                continue
            some = why.some_cells(net, v, matrix)
            for cell in {1: some, 16: some[:1], 17: some[-1:]}[len(v["loss"])]:
                w.json(cell)
    with said.case(name % "why_text") as wrong:
        w = why.Why(said, wrong, net, v, where)
        for matrix in v:
            if matrix not in ("t",):
                w.text(why.some_cells(net, v, matrix)[-1], "en")
        for matrix in ("loss", *net.parameters):
            w.text(why.some_cells(net, v, matrix)[-1], "ja")
    with said.case(name % "why_refuses") as wrong:
        why.out_of_range(said, wrong, net, v, where)
    with said.case(name % "why_loss") as wrong:
        why.loss(said, wrong, net, v, where)


def step_cases(said, label, data, name, options, rows):
    """One update of the network as it begins: in training, and from the initial weights."""
    case = "%s_%%s_%d" % (label, rows)
    with said.case(case % "step_json") as wrong:
        got = json_of("step", name, *options, "--batch", rows, "--html", "step.html", "--out", "after.safetensors")
        text_of("train", name, *options, "--steps", 0, "--evaluate", "none", "--quiet", "--out", "before.safetensors")
        net, after = Network("before.safetensors"), Network("after.safetensors")
        training = net.norms or net.drops
        v = net.passes(data.x["train"][:rows], data.t["train"][:rows], None, training, 1)
        full, v = v, {key: value for key, value in v.items() if key not in ("dx", "dflat0")}  # an update does not need them, but the page shows them
        passes.check_list(said, wrong, net, v, got["matrices"])
        updates(said, wrong, got, net, after, v)
        running(said, wrong, net, after, v)
        for when, weights in (("before", net.weights()), ("after", after.weights())):
            for split in ("train", "test"):
                showing.check_score(said, wrong, when, net, got[when], data.x[split], data.t[split], (split + "_loss", split + "_accuracy"), weights=weights)
        change = -got["lr"] * sum((v["d" + n] ** 2).sum() for n in net.parameters)
        showing.alike(said, wrong, "the expected change", got["expected_change"], change, 1e-4 * abs(change))
        showing.alike(said, wrong, "the batch's loss", got["before"]["batch_loss"], v["loss"].mean(), passes.tolerance(net.dtype) * 10)
    with said.case(case % "step_text") as wrong:
        text = text_of("step", name, *options, "--batch", rows)
        passes.check_text(said, wrong, net, v, text)
        for matrix, index, before, gradient, result in re.findall(r"^    (\w+)\[([\d,]+)\]: (\S+) - \S+ \* \(?([^\s)]+)\)? = (\S+)$", text, re.M):
            at = tuple(int(i) for i in index.split(","))
            for what, number, wanted in (("before", before, net.tensors[matrix][at]), ("gradient", gradient, v["d" + matrix][at]), ("after", result, after.tensors[matrix][at])):
                near = passes.tolerance(net.dtype) * passes.scale_of(net, v, "d" + matrix) if what == "gradient" else 1e-7 * abs(wanted)
                showing.alike(said, wrong, "%s[%s] %s" % (matrix, index, what), float(number), wanted, near + 1e-12)
    with said.case(case % "step_page") as wrong:
        shown, folded = passes.Page(said, wrong, "step.html", net, full).check()
        cells["shown"] += shown
        cells["folded"] += folded


def updates(said, wrong, got, net, after, v):
    if [u["name"] for u in got["updates"]] != net.parameters:
        wrong("updates of", [u["name"] for u in got["updates"]])
    for u in got["updates"]:
        name, at = u["name"], tuple(u["index"])
        near = passes.tolerance(net.dtype) * passes.scale_of(net, v, "d" + name)
        showing.alike(said, wrong, name + "'s gradient", u["gradient"], v["d" + name][at], near)
        if abs(abs(u["gradient"]) - np.abs(v["d" + name]).max()) > near:
            wrong(name, "has a larger gradient than that of", at)
        moved = float(sums.fma(net.dtype, -float(np.dtype(net.dtype).type(got["lr"])), u["gradient"], u["before"]))
        if u["before"] != net.tensors[name][at] or u["after"] != after.tensors[name][at] or u["after"] != moved:
            wrong(name, "is said to go from", u["before"], "to", u["after"])
        off = np.abs(after.tensors[name] - (net.tensors[name] - got["lr"] * v["d" + name])).max()
        said.numbers += after.tensors[name].size
        if not off <= near * got["lr"] + 1e-7 * np.abs(net.tensors[name]).max():
            wrong(name, "is", off, "off after the update")


def running(said, wrong, net, after, v):
    """After an update the running means have moved a tenth of the way (docs/law-of-sums.md, "Over a whole batch")"""
    for name in after.tensors:
        base, number = re.match(r"([a-z]+)(\d+)$", name.lower()).groups()
        if base not in ("mean", "var"):
            continue
        centre, spread, a = v["centre" + number], v["spread" + number], v["a" + number]
        m = a.size // a.shape[1]
        batch = centre if base == "mean" else spread * (m / (m - 1) if m > 1 else 1)
        wanted = 0.9 * net.tensors[name].astype(np.float64) + 0.1 * batch
        said.numbers += wanted.size
        if not np.abs(after.tensors[name] - wanted).max() <= 10 * passes.tolerance(net.dtype) * (np.abs(wanted).max() + 0.1):
            wrong(name, "is", after.tensors[name], "after the update, and NumPy has", wanted)


def moment_case(said, label, run, net, frames, data):
    """A moment of a recorded run is explained with the weights of that frame."""
    step = sorted(frames)[len(frames) // 2]
    with said.case(label + "_explain_moment") as wrong:
        v = net.passes(data.x["test"][:3], data.t["test"][:3], frames[step])
        passes.check_list(said, wrong, net, v, json_of("explain", run, "--step", step, "--batch", 3)["matrices"])
        got = json_of("why", run, "loss", "--step", step, "--batch", 3)
        showing.alike(said, wrong, "the loss that why tells", got["value"], v["loss"].mean(), passes.tolerance(net.dtype) * (1 + got["value"]))


def names_cases(said, label, run, net, data, step):
    """Classes that have names are called by them, wherever a number of a class would stand."""
    names = data.classes
    right = names[data.t["train"][0]]
    with said.case(label + "_explain_names_classes") as wrong:
        text = text_of("explain", run, "--split", "train")
        for lang, said_text in (("en", text), ("ja", text_of("explain", run, "--split", "train", lang="ja"))):
            head = said_text.split("x[1,")[0]
            for name in names:
                if name not in head:
                    wrong("explain (%s) does not name the class" % lang, name)
        answer = names[int(net.losses(data.x["train"][:1], data.t["train"][:1])[0].argmax())]
        if not re.search(r"The network answers \S*%s" % re.escape(answer), text):
            wrong("explain does not say that the network answers", answer)
        if right not in text.split("\n")[0]:
            wrong("explain does not say that the sample belongs to", right)
        got = json_of("explain", run, "--split", "train")
        if right not in json.dumps(got, ensure_ascii=False).replace('\\"', '"').replace("\\\\", ""):
            wrong("explain --json does not name the class")
        if right not in text_of("why", run, "loss", "--split", "train").split("\n")[0]:
            wrong("why does not say that the sample belongs to", right)
    with said.case(label + "_pages_name_classes") as wrong:
        text_of("explain", run, "--html", "names.html")
        text_of("watch", run, "--html", "watched.html")
        for path, key in (("names.html", "data"), ("watched.html", "run")):
            with open(path, encoding="utf-8") as file:
                held = json.loads(re.search(r'<script type="application/json" id="%s">\n?(.*?)</script>' % key, file.read(), re.S).group(1))
            strings = []
            json.dumps(held, default=str)
            walk(held, strings)
            for name in names:
                if name not in strings:
                    wrong(path, "does not carry the name of class", name)
    with said.case(label + "_plots_name_classes") as wrong:
        for what in ("confusion", "mistakes"):
            text, strings = text_of("plot", run, "--what", what), []
            walk(json_of("plot", run, "--what", what), strings)
            text_of("plot", run, "--what", what, "--out", "names.svg", "--quiet")
            drawn = [t.text for t in showing.ET.parse("names.svg").getroot().iter(showing.SVG + "text")]
            y = net.losses(data.x["test"], data.t["test"])[0].argmax(1)
            shown = names if what == "confusion" else sorted({names[data.t["test"][i]] for i in np.flatnonzero(y != data.t["test"])})
            for name in shown:
                if name not in text:
                    wrong(what, "does not name the class", name, "in its text")
                if name not in strings:
                    wrong(what, "--json does not name the class", name)
                if not any(t and name in t for t in drawn):
                    wrong(what, "does not name the class", name, "in the SVG")
    if step:
        with said.case(label + "_step_names_classes") as wrong:
            if names[data.t["train"][0]] not in text_of(*step):
                wrong("step does not say that the first sample belongs to", right)


def walk(value, strings):
    if isinstance(value, dict):
        for item in value.values():
            walk(item, strings)
    elif isinstance(value, list):
        for item in value:
            walk(item, strings)
    elif isinstance(value, str):
        strings.append(value)


def picture_cases(said, label, run, data):
    """Coloured pictures are shown as pictures: 5 rows of 6 pixels in three colours."""
    pixels = data.raw["test"][0].reshape(3, 5, 6)
    with said.case(label + "_explain_shows_pictures") as wrong:
        text_of("explain", run, "--html", "picture.html")
        page, _ = passes.page_data("picture.html")
        x = [m for m in page["matrices"] if m["name"] == "x"][0]
        if not x["picture"] or (page["height"], page["width"]) != (5, 6):
            wrong("the page has no picture: height %d, width %d" % (page["height"], page["width"]))
        status, out, err = denpa("explain", run, "--color", "always")
        coloured = re.findall(r"\033\[(?:38|48);[25];[\d;]+m", out.split("Forward propagation")[0].split("%s" % data.classes[0])[0])
        if len(set(coloured)) < 3:
            wrong("the text has no coloured picture before the answers")
        cell = json_of("why", run, "x[0,1,2,3]" if "x[1,3" in text_of("explain", run) else "x[0,45]")
        if cell.get("pixel", {}).get("row") != 2 or cell.get("pixel", {}).get("column") != 3 or round(cell["value"] * 255) != pixels[1, 2, 3]:
            wrong("why does not say which pixel a number of the picture is:", cell.get("pixel"))
    with said.case(label + "_watch_shows_pictures") as wrong:
        text_of("watch", run, "--html", "watched.html")
        with open("watched.html", encoding="utf-8") as file:
            held = json.loads(re.search(r'<script type="application/json" id="run">(.*?)</script>', file.read(), re.S).group(1))
        if held["image"][-2:] != [5, 6] and held["image"][:2] != [5, 6]:
            wrong("the page has no pictures: image", held["image"])


def preflight_case(said):
    """Before a training, what is told about a class is told with its name."""
    with said.case("colour_preflight_names_classes") as wrong:
        for name, count in (("rare bird", 2), ("common crow", 70)):
            for i in range(count):
                kinds.os.makedirs("few/" + name, exist_ok=True)
                shutil.copyfile("colour/grass/%d.ppm" % (i % 35), "few/%s/%d.ppm" % (name, i))
        status, out, err = denpa("train", "few", "--epochs", 1, "--evaluate", "end")
        told = [line for line in (out + err).split("\n") if re.search(r"\b(label|class) \d", line)]
        if told or status != 0:
            wrong("train says", told or err)
        if "common crow" not in out + err:
            wrong("train does not name the class that has nearly all samples:", (out + err)[-600:])


def network_cases(said, kind, label, name, options, more):
    run, dtype, turn = label, "float64" if "float64" in options else "float32", ORDER.index((kind, label[len(kind) + 1:]))
    table = ["--validation", 0] if name.endswith(".csv") else []
    extra = [o for o in more if o not in ("--optimizer", "adam", "--lr", "0.01")] if table else []
    with said.case(label + "_train") as wrong:
        data = kinds.Data(name, extra, dtype)
        text_of("train", name, *options, *more, *table, "--epochs", 3, "--batch", 17, "--run", run, "--record", "--quiet")
        net, frames = Network(run + "/model.safetensors"), showing.read_frames(run)
        first = {n: t.astype(dtype) for n, t in frames[0].items()}
    classes = data.t["test"].dtype.kind != "f"
    for training in (False, True) if net.norms or net.drops else (False,):
        for rows in rows_of(turn + training):
            pass_cases(said, label, run, net, data, rows, training)
            with said.case("%s_check_%d%s" % (label, rows, "_training" if training else "")) as wrong:
                showing.check(said, wrong, run, net, data, rows, training)
    moment_case(said, label, run, net, frames, data)
    for rows in rows_of(turn):
        if classes and not table:
            step_cases(said, label, data, name, [*options, *extra], rows)
        for what in ("activations", "gradients"):
            with said.case("%s_plot_%s_%d" % (label, what, rows)) as wrong:
                showing.spread(said, wrong, run, net, data, what, rows)
    for what, function, arguments in (("eval", showing.evaluate, (run, net, data, (*rows_of(turn), None))), ("predict", showing.predict, (run, net, data)), ("info", showing.info, (run, net)),
                                      ("doctor", showing.doctor, (run, net, first, data)), ("plot_curves", showing.curves, (run, net, frames, data)),
                                      ("plot_weights", showing.weights, (run, net, data)), ("plot_surface", showing.surface, (run, net, frames, data, 17)),
                                      ("watch", showing.watch, (run, net, frames, data)), ("plot_confusion", showing.confusion, (run, net, data) if classes else None),
                                      ("predict_rows", showing.predict_table, (run, net, data) if table else None)):
        if arguments is not None:
            with said.case("%s_%s" % (label, what)) as wrong:
                function(said, wrong, *arguments)
    if pages.NODE:
        with said.case(label + "_watch_page_text") as wrong:
            pages.watched(said, wrong, "watch.html", net, frames, data)
    if data.classes and classes and kind in ("colour", "table"):
        names_cases(said, label, run, net, data, None if table else ["step", name, *options, "--batch", 1])


def write_pages():
    """Pages of every network for tests/browser/matrix.cjs, in this folder, with a list of them"""
    listed = []
    for kind, labels in kinds.KINDS.items():
        for label, (name, options, more) in labels.items():
            kinds.make_data(name)
            run, extra = "%s_%s" % (kind, label), [o for o in more if name.endswith(".csv") and o not in ("--validation", "0")]
            text_of("train", name, *options, *more, "--epochs", 1, "--batch", 17, "--run", run, "--record", "--quiet")
            data, training = kinds.Data(name, extra, "float32"), ["--training"] if kind.startswith(("normalisation", "dropout")) else []
            text_of("explain", run, "--html", run + "_1.html", "--quiet")
            text_of("explain", run, "--html", run + "_17.html", "--split", "train", "--batch", 17, *training, "--quiet", lang="ja")
            text_of("watch", run, "--html", run + "_watch.html", "--quiet")
            colours = data.raw["test"][0].reshape(3, -1).T.tolist() if name == "colour" and "conv" in options[1] else []
            names = data.classes or [] if data.t["test"].dtype.kind != "f" else []  # numbers have no classes
            for page, what, seen, said_names in (("1", "passes", colours, names), ("17", "passes", [], []), ("watch", "watch", colours, names)):
                listed.append({"name": run + "_" + page, "file": "%s_%s.html" % (run, page), "what": what, "colours": seen, "names": said_names})
            if not name.endswith(".csv"):
                text_of("step", name, *options, "--batch", 16, "--html", run + "_step.html", "--quiet")
                listed.append({"name": run + "_step", "file": run + "_step.html", "what": "passes", "colours": [], "names": []})
    for graph in ("rows", "pictures"):
        for rows in (1, 17):
            file = "%s_%d.html" % (graph, rows)
            if kinds.os.path.exists(file):  # of test_hand_graphs.c
                listed.append({"name": "hand_%s_%d" % (graph, rows), "file": file, "what": "passes", "colours": [], "names": []})
    with open("pages.json", "w", encoding="utf-8") as file:
        json.dump(listed, file)


def main(kind):
    if kind == "pages":
        return write_pages()
    said = Said()
    for name in sorted({case[0] for case in kinds.KINDS[kind].values()}):
        kinds.make_data(name)
    for label, (name, options, more) in kinds.KINDS[kind].items():
        network_cases(said, kind, "%s_%s" % (kind, label), name, options, more)
        if kind == "colour":
            with said.case("%s_%s_predict_files" % (kind, label)) as wrong:
                showing.predict_files(said, wrong, "%s_%s" % (kind, label), kinds.CLASSES[name])
            picture_cases(said, "%s_%s" % (kind, label), "%s_%s" % (kind, label), kinds.Data(name, [], "float32"))
    if kind == "colour":
        preflight_case(said)
    if not pages.NODE:
        print("skip %s_page_text nodejs is not installed" % kind)
    print("ok %s_cells: pages showed %d cells, %d of which were folded from their terms" % (kind, cells["shown"], cells["folded"]))
    sys.exit(said.bad)


main(sys.argv[1])
