"""machine.py: the machine in general terms, and running a command while its time and memory are taken."""
import json, os, re, subprocess, sys, time


def ask(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}).stdout
    except OSError:
        return ""


def compiler():
    """gcc calls itself by the name it was called by."""
    line = ask("cc", "--version").split("\n")[0]
    return re.sub("^cc ", "gcc ", line)


def describe():
    cpu = ask("lscpu")
    field = lambda name: (re.search(rf"^{name}:\s*(.*)$", cpu, re.M) or [None, "unknown"])[1]
    units = [u for u, flag in (("AVX2 with FMA", "avx2"), ("AVX-512", "avx512vl")) if flag in field("Flags").split()]
    caches = [row.split() for row in ask("lscpu", "--caches=NAME,ONE-SIZE").split("\n")[1:]]
    caches = [f"{name} {size.replace('K', ' KiB').replace('M', ' MiB')}" for name, size in filter(None, caches) if name in ("L1d", "L2", "L3")]
    virtual = ", a virtual machine" if "Hypervisor vendor" in cpu else ""
    return (f"{len(os.sched_getaffinity(0))} processors of {field('Architecture')}, {field('Model name')} (family {field('CPU family')}, model {field('Model')}){virtual}; "
            f"{', '.join(units) or 'no vector unit beyond the basic one'}; {', '.join(caches)}; {compiler()}; {time.strftime('%Y-%m-%d')}")


class Failed(Exception):
    pass


def run(command, threads=None):
    """(standard output, seconds of the whole process, its peak memory in bytes). Failed, with its last words, if it does not succeed."""
    env = dict(os.environ)
    if threads is not None:
        env.update(OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads), MKL_NUM_THREADS=str(threads))
    begun = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
    out, err = child.stdout.read(), child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begun
    if child.returncode != 0:
        last = err.decode(errors="replace").strip().split("\n")[-1]
        raise Failed(f"{os.path.basename(command[0])} ended with {child.returncode}: {last}")
    return out.decode(), seconds, usage.ru_maxrss * 1024


def run_json(command, threads=None):
    out, seconds, memory = run(command, threads)
    return json.loads(out), seconds, memory


def median(values):
    ordered, n = sorted(values), len(values)
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2


def say(words):
    print(words, file=sys.stderr, flush=True)


def duration(seconds):
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1e3:.3g} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.3g} µs"
