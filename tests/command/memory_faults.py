"""memory_faults.py DENPA LIBRARY FOLDER MODE: refuses memory to every subcommand, once at a time, the libraries' too.

For each case the command runs undisturbed, then once for each chosen allocation with that one refused (LIBRARY is refuse_memory.c). What is demanded:
status 0 with exactly the results of the undisturbed run (who asked could do without), or status 1 with a message; every file that the command writes is
then the old one or whole and the undisturbed run's, and no other file is left. Modes: a number K (K places of each case, spread evenly; "K+": there every later allocation is refused too), "places" (the first
and the last allocation of each place in the program that asks), "all" (each one), "onwards" (as places, but every later one is refused too).
Prints a line a case and each fault; the exit status is 1 if there was one. CASES= (a regular expression) chooses among the cases.
"""
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import zlib

denpa, library, folder, mode = sys.argv[1:5]
start, work, places_file = (os.path.join(folder, n) for n in ("start", "work", "places"))
environment = dict(os.environ, LANG="C.UTF-8", DENPA_LANG="en", MALLOC_PERTURB_="165")

# Name, arguments, and what they read (made once, by `prepare`). `old` files lie where results go, so that a damaged one is seen.
CASES = [
    ("train", "train digits:60 --net 784-6-10 --epochs 2 --out old.safetensors --log old.csv --json"),
    ("train-table", "train t.csv --target y --net auto --epochs 2 --out old.safetensors --json"),
    ("train-pictures", "train pictures --size 8 --net auto --epochs 1 --out old.safetensors"),
    ("train-run", "train digits:60 --net 784-6-10 --epochs 2 --record --run new --patience 3 --validation 0.2"),
    ("train-from", "train digits:60 --from m.safetensors --epochs 1 --out old.safetensors"),
    ("train-recipes", "train --recipe list --json"),
    ("resume", "resume stopped --epochs 4"),
    ("eval", "eval m.safetensors digits:60 --json"),
    ("eval-table", "eval tm.safetensors t.csv --json"),
    ("predict-picture", "predict m.safetensors p.pgm p.png --json"),
    ("predict-table", "predict tm.safetensors t.csv --out old.csv"),
    ("predict-table-json", "predict tm.safetensors t.csv --json --keep x"),
    ("step", "step digits:60 --net 784-6-10 --json"),
    ("step-page", "step digits:60 --net 784-6-10 --batch 5 --html old.html"),
    ("info", "info m.safetensors --json"),
    ("info-run", "info run"),
    ("card", "card run digits:60"),
    ("compare", "compare m.safetensors run digits:60 --json"),
    ("info-table", "info tm.safetensors --json"),
    ("info-text", "info tm.safetensors"),
    ("data-list", "data list --json"),
    ("data-show", "data show digits:60 0 --augment shift:1 --json"),
    ("data-show-table", "data show t.csv --json"),
    ("data-get", "data get digits:60 --out old.npz"),
    ("bench", "bench predict-1 --data digits:60 --repeat 1 --json"),
    ("watch", "watch run --json"),
    ("watch-page", "watch run --html old.html"),
    ("export", "export m.safetensors --to numpy --out old.py"),
    ("lab", "lab transpose --data digits:60 --json"),
    ("lab-page", "lab transpose --data digits:60 --html old.html"),
    ("lab-picture", "lab error m.safetensors --data digits:60 --svg old.svg"),
    ("lab-graph", "lab apples --ask"),
    ("explain", "explain m.safetensors digits:60 --json"),
    ("explain-page", "explain m.safetensors digits:60 --html old.html"),
    ("why", "why m.safetensors W1[409,3] digits:60 --json"),
    ("why-text", "why m.safetensors loss digits:60 --depth 3"),
    ("check", "check m.safetensors digits:60 --samples 2 --json"),
    ("plot", "plot run --json"),
    ("plot-svg", "plot run --what confusion --out old.svg"),
    ("plot-png", "plot run --what mistakes --out old.png"),
    ("plot-weights", "plot m.safetensors --what weights"),
    ("doctor", "doctor run --json"),
    ("doctor-frames", "doctor broken --json"),
    ("search", "search digits:60 --net 784-6-10 --trials 2 --epochs 1 --log old.csv --out old.svg --json"),
    ("book", "book ch04/gradient_1d --json"),
    ("help", "train --help"),
    ("generate", "generate completion bash"),
]


def run(arguments, inside, **extra):
    return subprocess.run([denpa] + arguments.split() + ["--threads", "1"] * needs_threads(arguments), cwd=inside, capture_output=True,
                          stdin=subprocess.DEVNULL, env=dict(environment, **extra), timeout=600)


def ranks_gone(log):
    return re.sub(rb"(?m)^(\d+),\d*,(?=[a-z])", rb"\1,,", log)


def needs_threads(arguments):
    return arguments.split()[0] in ("train", "eval", "predict", "step", "bench", "search", "resume")


def must(arguments):
    done = run(arguments, start)
    if done.returncode != 0:
        sys.exit("%s: %s" % (arguments, done.stderr.decode()))


def prepare():
    os.makedirs(start)
    with open(os.path.join(start, "t.csv"), "w") as out:
        out.write("x,colour of the house,y\n")
        for i in range(60):
            out.write("%d,%s,%s\n" % (i * 7 % 23, ("a very red one", "blue", "a green with a long name", "grey")[i * 5 % 4], ("yes", "no")[i * i % 3 % 2]))
    digit = bytes(230 if 8 <= x < 20 and 6 <= y < 22 and not (11 <= x < 17 and 9 <= y < 19) else 0 for y in range(28) for x in range(28))
    open(os.path.join(start, "p.pgm"), "wb").write(b"P5\n28 28\n255\n" + digit)
    rows = b"".join(b"\0" + digit[28 * y : 28 * y + 28] for y in range(28))
    with open(os.path.join(start, "p.png"), "wb") as out:
        out.write(b"\x89PNG\r\n\x1a\n")
        for kind, data in ((b"IHDR", struct.pack(">IIBBBBB", 28, 28, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")):
            out.write(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)))
    for name in ("one", "two"):
        os.makedirs(os.path.join(start, "pictures", name))
        for i in range(6):
            pixels = bytes((j * (i + 3) * len(name) + (name == "one") * 50) % 256 for j in range(64))
            open(os.path.join(start, "pictures", name, "%d.pgm" % i), "wb").write(b"P5\n8 8\n255\n" + pixels)
    must("train digits:60 --net 784-6-10 --epochs 1 --out m.safetensors --quiet")
    must("train t.csv --target y --net auto --epochs 1 --out tm.safetensors --quiet")
    must("train digits:60 --net 784-6-10 --epochs 2 --record --run run --quiet")
    must("train digits:60 --net 784-6-10 --epochs 2 --run stopped --quiet")
    shutil.copytree(os.path.join(start, "run"), os.path.join(start, "broken"))
    os.remove(os.path.join(start, "broken", "model.safetensors"))
    for name in ("old.safetensors", "old.csv", "old.html", "old.npz", "old.py", "old.svg", "old.png"):
        open(os.path.join(start, name), "w").write("the old one\n")


# What the clock says differs from run to run.
MASKS = [
    (re.compile(rb'((?:seconds|peak_|samples_per|flops_per|memory)[a-z_]*(?:"|&quot;): ?"?)[-0-9.e+]+'), rb"\1T"),
    (re.compile(rb"[0-9.]+ (seconds?|s|ms|us|MB)\b"), rb"T \1"),
    (re.compile(rb'(trainer\.sha256":")[0-9a-f]+'), rb"\1T"),  # of the seconds too
]


def masked(data):
    if data[8:9] == b"{":  # a header of another length behind its length
        end = 8 + int.from_bytes(data[:8], "little")
        data = data[8:end].rstrip() + data[end:]
    for mask, to in MASKS:
        data = mask.sub(to, data)
    head = data.split(b"\n", 1)[0].split(b",")
    times = [i for i, name in enumerate(head) if name.startswith(b"seconds")]
    if not times or not data.endswith(b"\n"):
        return data
    rows = [line.split(b",") for line in data.split(b"\n")]
    return b"\n".join(b",".join(b"T" if i in times else field for i, field in enumerate(row)) for row in rows)


def mark_of(path):
    """What tells whether somebody wrote the file since"""
    held = os.lstat(path)
    return held.st_ino, held.st_size, held.st_mtime_ns, held.st_ctime_ns


def files_of(folder):
    found = {}
    for at, _, files in os.walk(folder):
        for name in files:
            path = os.path.join(at, name)
            found[os.path.relpath(path, folder)] = mark_of(path)
    return found


copied, content = {}, {}  # the files that `fresh` put there, and what was in them, masked


def state():
    found = {}
    for name, mark in files_of(work).items():
        if copied.get(name) != mark:
            with open(os.path.join(work, name), "rb") as file:
                found[name] = masked(file.read())
        else:
            found[name] = content[name]
    return found


def fresh():
    """What was written since is as it was; the rest is not touched (to copy all of it takes longer than a command does)."""
    now = files_of(work)
    for name in now:
        if copied.get(name) != now[name]:
            os.remove(os.path.join(work, name))
    for at, _, files in os.walk(work, topdown=False):
        if not os.path.isdir(os.path.join(start, os.path.relpath(at, work))):
            os.rmdir(at)
    for at, _, files in os.walk(start):
        os.makedirs(os.path.join(work, os.path.relpath(at, start)), exist_ok=True)
        for name in (os.path.relpath(os.path.join(at, file), start) for file in files):
            if copied.get(name) is None or copied[name] != now.get(name):
                shutil.copy2(os.path.join(start, name), os.path.join(work, name))
                with open(os.path.join(work, name), "rb") as file:
                    content[name] = masked(file.read())
                copied[name] = mark_of(os.path.join(work, name))


class case:
    def __init__(self, name, arguments):
        self.name, self.arguments, self.faults, self.kinds = name, arguments, [], {}
        fresh()
        self.before = state()
        done = run(arguments, work, LD_PRELOAD=library, MEMORY_PLACES=places_file)
        self.good = done.returncode == 0
        if not self.good:
            print("not ok %s: undisturbed: status %d: %s" % (name, done.returncode, done.stderr.decode()[-300:]))
            return
        self.out, self.after = masked(done.stdout), state()
        self.places = [line.split() for line in open(places_file)]
        fresh()
        again = masked(run(arguments, work, LD_PRELOAD=library).stdout)
        files = state()
        unsteady = [name for name in self.after if files.get(name) != self.after[name]] + ["the output"] * (again != self.out)
        if unsteady:
            print("not ok %s: undisturbed runs differ in: %s" % (name, ", ".join(unsteady)))
            self.good = False

    def positions(self):
        count = len(self.places)
        if mode == "all":
            return range(1, count + 1)
        ends = {}
        for number, place in self.places:
            ends.setdefault(place, []).append(int(number))
        of_places = sorted({n for numbers in ends.values() for n in (numbers[0], numbers[-1])})
        if not mode.rstrip("+").isdigit():
            return of_places
        k = int(mode.rstrip("+"))
        return sorted({of_places[(2 * i + 1) * len(of_places) // (2 * k)] for i in range(k)})

    def fault(self, number, what, done):
        self.faults.append("  %s, allocation %d of %d: %s; %s" % (self.name, number, len(self.places), what, done.stderr.decode(errors="replace")[-300:].strip()))

    def try_one(self, number):
        fresh()
        done = run(self.arguments, work, LD_PRELOAD=library, MEMORY_REFUSED=str(number), MEMORY_ONWARDS="1" if mode == "onwards" or mode.endswith("+") else "0")
        after, told = state(), done.stderr.decode(errors="replace")
        kind = "status %d" % done.returncode
        if done.returncode < 0:
            kind = signal.Signals(-done.returncode).name
            self.fault(number, kind, done)
        elif done.returncode == 0:
            if masked(done.stdout) != self.out:
                self.fault(number, "status 0, but another output", done)
            warned = "Warning: " in told and "memory" in told  # a checkpoint that could not be saved: the next one will be
            for name in sorted(set(after) | set(self.after)):
                if after.get(name) != self.after.get(name) and not (warned and "/checkpoints/" in name):
                    self.fault(number, "status 0, but another " + name, done)
        elif done.returncode == 1:
            if "memory" not in told.lower() and "threads; ask for fewer" not in told:
                kind += " without the word memory"
                self.fault(number, kind, done)
            if re.search(r"denpa: (done|OK)\b", told):
                self.fault(number, "the message is 'done'", done)
            self.check_files(number, after, done)
        else:
            self.fault(number, kind, done)
        self.kinds[kind] = self.kinds.get(kind, 0) + 1

    def check_files(self, number, after, done):
        # a run that is to become longer: its model waits under another name, which is told
        run_model, earlier = "stopped/model.safetensors", "stopped/earlier-model.safetensors"
        moved = earlier in after and earlier in done.stderr.decode(errors="replace") + done.stdout.decode(errors="replace")
        if moved and run_model not in after:
            after = dict(after)
            after[run_model] = after.pop(earlier)
        for name, data in after.items():
            if name.startswith(("new/", "stopped/")):
                if os.path.basename(name) not in {os.path.basename(n) for n in self.after}:
                    self.fault(number, "left: " + name, done)
            elif name not in self.after:
                self.fault(number, "left: " + name, done)
            elif name == "old.csv" and ranks_gone(self.after[name]).startswith(ranks_gone(data)) and data.endswith(b"\n"):
                continue  # a log has the lines of what was trained; the ranks of trials come at the end of the search
            elif "of the others" in done.stderr.decode(errors="replace"):
                continue  # a search that lost a trial shows the others
            elif data not in (self.before.get(name), self.after[name]):
                self.fault(number, "half a file: " + name, done)
        for name in self.before:
            if name not in after:
                self.fault(number, "gone: " + name, done)


def main():
    if not os.path.isdir(start):
        prepare()
    wanted, bad, tried = os.environ.get("CASES", ""), False, 0
    for name, arguments in CASES:
        if not re.search(wanted, name):
            continue
        one = case(name, arguments)
        if not one.good:
            bad = True
            continue
        positions = one.positions()
        for number in positions:
            one.try_one(number)
        tried += len(positions)
        kinds = ", ".join("%d x %s" % (count, kind) for kind, count in sorted(one.kinds.items()))
        print("%s %s: %d of %d allocations refused (%s)" % ("not ok" if one.faults else "ok", name, len(positions), len(one.places), kinds))
        for line in one.faults:
            print(line, file=sys.stderr)
        sys.stdout.flush()
        bad = bad or bool(one.faults)
    print("  %d refusals" % tried)
    sys.exit(1 if bad else 0)


main()
