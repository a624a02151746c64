# windows.py: what the command says in a window of COLUMNS is the same text as elsewhere, and no line is wider than the window. Called by windows.sh.
#   windows.py DENPA COLUMNS LANG <commands, one a line, arguments parted by tabs
# A line may be wider only if it has no place to be broken at: one word, or an argument in quotation marks.
import os, re, subprocess, sys, unicodedata

denpa, columns, lang = sys.argv[1], int(sys.argv[2]), sys.argv[3]
colour = re.compile("\033\\[[0-9;]*m")


def cells(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in colour.sub("", line))


def breakable(line):
    words = re.sub(r"'[^']*'", "'", colour.sub("", line)).rstrip("\\").split()
    # a command of help stays with its operands, an option with its value
    return len(words) > 1 and not (words[0] == "denpa" or words[0].startswith("-"))


def letters(text):
    text = colour.sub("", text).replace("\\\n", "\n")
    text = re.sub(r"(?m)^[ .:=+*#%@-]{28,}$", "", text)  # a picture, which is drawn smaller where there is no room
    text = re.sub(r"\d+\.\d\d (s|秒)", "", text)  # how long it took
    return re.sub(r"\s+|[#.]{3,}", "", text)  # bars are as long as there is room


bad = 0
for arguments in sys.stdin.read().split("\n"):
    if not arguments:
        continue
    command = [denpa, *arguments.split("\t"), "--lang", lang, "--color", "never"]
    plain = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    window = subprocess.run([sys.executable, "tests/terminal.py", str(columns), *command], capture_output=True, text=True).stdout
    name = "_".join(arguments.split("\t")).replace(os.environ["TMP"] + "/", "").replace("/", "_") + f"_{columns}_{lang}"
    wide = [line for line in window.split("\n") if cells(line) > columns and breakable(line)]
    longest = max(map(cells, window.split("\n")))
    same = letters(window) == letters(plain.stdout + plain.stderr)
    if wide or not same or (columns == 200 and "--help" in arguments and not 80 < longest <= 100):
        print("not ok", name, wide[:3], "" if same else "another text", longest)
        bad = 1
    else:
        print("ok", name)
sys.exit(bad)
