"""said.py: runs the command, and prints what held and what did not (scripts/run-test.sh): `ok NAME`, `not ok NAME` with the reasons on standard error.
Cases named in expected_failures are known to fail: they print `skip`, and `not ok` once they pass."""
import contextlib
import json
import os
import subprocess
import sys

DENPA = os.environ["DENPA"]
HERE = os.path.dirname(os.path.abspath(__file__))


def denpa(*arguments, lang="en"):
    """exit status, standard output, standard error"""
    said = subprocess.run([DENPA, *map(str, arguments), "--lang", lang], capture_output=True, stdin=subprocess.DEVNULL, timeout=1200)
    return said.returncode, said.stdout.decode(), said.stderr.decode()


def text_of(*arguments, lang="en"):
    status, out, err = denpa(*arguments, lang=lang)
    assert status == 0, "status %d: denpa %s: %s" % (status, " ".join(map(str, arguments)), (err or out)[:500])
    return out


def once(pairs):
    assert len(dict(pairs)) == len(pairs), "a key stands twice"
    return dict(pairs)


def json_of(*arguments):
    return json.loads(text_of(*arguments, "--json"), object_pairs_hook=once)


class Said:
    def __init__(self):
        with open(HERE + "/expected_failures", encoding="utf-8") as file:
            lines = [line.split("#")[0].strip() for line in file]
        self.expected = {line for line in lines if line}
        self.bad = 0
        self.numbers = 0

    @contextlib.contextmanager
    def case(self, name):
        wrong, numbers = [], self.numbers
        try:
            yield lambda *what: wrong.append(" ".join(map(str, what)))
        except Exception as error:  # what a command says that cannot be read is wrong, too
            trace = error.__traceback__
            while trace.tb_next:
                trace = trace.tb_next
            wrong.append("%s: %s (%s:%d)" % (type(error).__name__, str(error)[:600], os.path.basename(trace.tb_frame.f_code.co_filename), trace.tb_lineno))
        if not wrong and name in self.expected:
            print("not ok %s now passes: remove it from expected_failures" % name)
            self.bad = 1
        elif not wrong:
            count = self.numbers - numbers
            print("ok %s%s" % (name, " (%d numbers)" % count if count else ""))
        elif name in self.expected:
            print("skip %s is known to fail: %s" % (name, wrong[0][:160].replace("\n", " ")))
        else:
            print("not ok %s" % name)
            print("  " + "\n  ".join(wrong[:8]) + ("\n  ... and %d more" % (len(wrong) - 8) if len(wrong) > 8 else ""), file=sys.stderr)
            self.bad = 1
        sys.stdout.flush()
