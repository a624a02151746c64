"""The examination of own_pictures.sh: prints a line for each kind of picture, and fails where an aim is missed."""
import gzip, io, json, os, string, subprocess, sys, tempfile
import numpy as np
from PIL import Image, ImageDraw, ImageFont

denpa = os.environ["DENPA"]
data = os.environ.get("DENPA_DATA", "")
mnist = data + "/mnist" if os.path.isdir(data + "/mnist") else None
tmp = tempfile.TemporaryDirectory()
failed = False

# What may be looked at while the way to tell is chosen, and what may not: it is run once for each way. Fonts by the names of Debian's packages.
PARTS = {
    "develop": {
        "seed": 2026, "mnist": (0, 4000), "drawn": "digits:30000:9",
        "fonts": "dejavu-core comic-neue dancingscript breip ecolier-court femkeklaver dkg-handwriting humor-sans kristi open-sans crosextra-caladea "
                 "courier-prime inconsolata averia-sans-gwf dosis lobstertwo oldstandard"},
    "blind": {
        "seed": 20261201, "mnist": (4000, 10000), "drawn": "digits:30000:1201",
        # as if written by hand; then printed, without and with serifs
        "fonts": "bwht klee rufscript seto yozvox-yozfont-standard-kana yusei-magic sjfonts tlwg-purisa-ttf tomsontalks kaushanscript "
                 "liberation2 lato cabin cantarell comfortaa crosextra-carlito hack quicksand roboto-unhinted tuffy "
                 "ebgaramond gnutypewriter goudybookletter linuxlibertine vollkorn urw-base35 tlwg-kinnari-ttf sil-gentium-basic"}}
part = PARTS[sys.argv[1] if len(sys.argv) > 1 else "develop"]
rng = np.random.RandomState(part["seed"])


def run(*args):
    return subprocess.run([denpa, "--lang", "en", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout


def ask(model, pictures):
    answers = []
    for begin in range(0, len(pictures), 500):
        names = []
        for k, p in enumerate(pictures[begin:begin + 500]):
            names.append("%s/%d.pgm" % (tmp.name, k))
            open(names[-1], "wb").write(b"P5 %d %d 255\n" % (p.shape[1], p.shape[0]) + np.clip(p + 0.5, 0, 255).astype(np.uint8).tobytes())
        # one more, so that there is always more than one, and one that cannot be read keeps no other waiting
        answers += json.loads(run("predict", model, *names, names[0], "--json"))["predictions"][:-1]
    return answers


def named(a):  # as blank, or as unlike
    return "error" in a or a["novelty"]["unlike"]


def tell(kind, hits, count, aim, least):
    global failed
    share = hits / count
    good = share >= aim if least else share < aim
    failed |= not good
    print("%-58s %5d of %5d = %5.1f %%  (aim: %s %g %%)%s" % (kind, hits, count, 100 * share, ">=" if least else "<", 100 * aim, "" if good else "  MISSED"), flush=True)


def page(side, grain, light):
    y, x = np.mgrid[:side, :side] / side
    p = np.full((side, side), rng.uniform(150, 250))
    if light == "shadow":
        a, b = rng.uniform(-1, 1, 2)
        p *= np.where(a * (x - 0.5) + b * (y - 0.5) > rng.uniform(-0.2, 0.2), rng.uniform(0.45, 0.8), 1)
    if light == "slope":
        p *= 1 - rng.uniform(0.1, 0.6) * x
    if light == "corners":
        p *= 1 - rng.uniform(0.2, 0.5) * 2 * ((x - 0.5) ** 2 + (y - 0.5) ** 2)
    return p, lambda g: g + rng.randn(side, side) * grain


lights = ["even", "shadow", "slope", "corners"]


def ruled(ink, squared):
    side, gap, k = len(ink), rng.randint(18, 40), rng.uniform(-0.015, 0.015)
    y, x = np.mgrid[:side, :side]
    on = (y + k * x) % gap < 2
    if squared:
        on |= (x - k * y) % gap < 2
    return np.maximum(ink, on * rng.uniform(0.15, 0.4))


def photograph(ink, light, grain, lines):
    p, grained = page(len(ink), grain, light)
    return grained(p * (1 - (ruled(ink, lines == "squared") if lines else ink)))


def large(picture, side=256):
    size = int(side * rng.uniform(0.5, 0.85))
    ink = np.zeros((side, side))
    top, left = rng.randint(0, side - size, 2)
    ink[top:top + size, left:left + size] = np.asarray(Image.fromarray(picture.reshape(28, 28)).resize((size, size), Image.BICUBIC)) / 255
    return ink * rng.uniform(0.6, 0.95)


def noise(k):
    side = [28, 40, 120, 200][k % 4]
    u = rng.rand(side, side)
    kinds = [u, np.clip(rng.randn(side, side) / 6 + 0.5, 0, 1), (u < 0.5) * 1.0, (u < 0.1) * 1.0, 0.2 + 0.6 * np.kron(rng.rand(10, 10), np.ones((side // 10 + 1,) * 2))[:side, :side],
             np.asarray(Image.fromarray((rng.rand(7, 7) * 255).astype(np.uint8)).resize((side, side), Image.BICUBIC)) / 255]
    return 255 * kinds[k % 6]


def faces(package):  # two of each package, so that no family counts for more
    listed = subprocess.run(["dpkg", "-L", package], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.split("\n")
    files = sorted(f for f in listed if f.endswith((".ttf", ".otf", ".ttc")))
    return sorted({files[0], files[-1]}) if files else []


def letters():
    packages = ["fonts-" + name for name in part["fonts"].split()]
    missing = [p for p in packages if not faces(p)]
    if missing:
        sys.exit("own_pictures.sh: these packages have to be installed first: " + " ".join(missing))
    for file in [f for p in packages for f in faces(p)]:
        for c in string.ascii_uppercase:
            for _ in range(2):
                im = Image.new("L", (200, 200), 255)
                ImageDraw.Draw(im).text((100, 100), c, font=ImageFont.truetype(file, 100), fill=0, anchor="mm")
                im = im.rotate(rng.uniform(-10, 10), resample=Image.BICUBIC, fillcolor=255)
                yield c, os.path.basename(file), np.asarray(im).astype(float)


def mnist_test():
    read = lambda name, at: np.frombuffer(gzip.open("%s/t10k-%s-ubyte.gz" % (mnist, name)).read(), np.uint8, -1, at)
    rows = slice(*part["mnist"])
    return read("images-idx3", 16).reshape(-1, 28, 28)[rows], read("labels-idx1", 8)[rows]


def drawn_test():  # the test rows of drawn digits
    file = tmp.name + "/drawn.npz"
    run("data", "get", part["drawn"], "--out", file)
    with np.load(file) as rows:
        return rows["x_test"].reshape(-1, 28, 28)[:3000], rows["t_test"][:3000]


font_letters = list(letters())
blanks = [photograph(np.zeros((256, 256)), lights[k % 4], [0, 3, 6][k % 3], [None, "ruled", "squared"][k // 4 % 3]) for k in range(480)]
noises = [noise(k) for k in range(480)]
for train in (["mnist"] if mnist else []) + ["digits"]:
    model = tmp.name + "/m.safetensors"
    run("train", train, "--act", "relu", "--init", "he", "--epochs", "6", "--evaluate", "none", "--quiet", "--out", model)
    print("trained on", train)
    x, label = mnist_test() if train == "mnist" else drawn_test()
    own = ask(model, list(x.astype(float)))
    tell("false alarms: digits that no training saw", sum(named(a) for a in own), len(own), 0.02, False)
    right = [k for k in range(480) if own[k]["answer"] == label[k]]
    shots = ask(model, [photograph(large(x[k]), lights[k % 4], [0, 3, 6][k % 3], [None, None, "ruled", "squared"][k // 4 % 4]) for k in right])
    tell("photographs: the answer is still right", sum(a.get("answer") == label[k] for k, a in zip(right, shots)), len(right), 0.9, True)
    tell("photographs: told as unlike, or as blank", sum(named(a) for a in shots), len(right), 0.05, False)
    all_named = []
    for kind, what in (("blank pages", blanks), ("noise", noises)):
        hits = [named(a) for a in ask(model, what)]
        all_named.append(np.mean(hits))
        tell(kind, sum(hits), len(hits), 0.9, True)
    hits = np.array([named(a) for a in ask(model, [p for _, _, p in font_letters])])
    of = np.array([c for c, _, _ in font_letters])
    digit_like = np.isin(of, list("OISZ"))
    all_named.append(hits.mean())
    tell("letters A-Z but O I S Z, which a digit may look like", hits[~digit_like].sum(), (~digit_like).sum(), 0.9, True)
    print("    each letter: " + " ".join("%s %d%%" % (c, 100 * hits[of == c].mean()) for c in string.ascii_uppercase))
    print("    all letters: %.1f %%; blank pages, noise and all letters, a third each: %.1f %%" % (100 * hits.mean(), 100 * np.mean(all_named)))
sys.exit(failed)
