#!/bin/sh
# terminal.sh: on a terminal, sentences are broken between words at its width, in both languages; elsewhere each is one line. Tables and pictures are
# left as they are.
. tests/kit.sh
needs terminal
cat >"$TMP/term.py" <<'END'
# term.py COLUMNS COMMAND...: runs the command on a terminal of so many columns and prints what it wrote.
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    os.read(0, 1)  # until the width is set
    os.environ.pop("COLUMNS", None)
    os.execvp(sys.argv[2], sys.argv[2:])
settings = termios.tcgetattr(fd)
settings[3] &= ~termios.ECHO
termios.tcsetattr(fd, termios.TCSANOW, settings)
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, int(sys.argv[1]), 0, 0))
os.write(fd, b"\n")
said = b""
while True:
    try:
        part = os.read(fd, 65536)
    except OSError:
        break
    if not part:
        break
    said += part
os.waitpid(pid, 0)
sys.stdout.buffer.write(said.replace(b"\r\n", b"\n"))
END
cat >"$TMP/wide.py" <<'END'
# wide.py COLUMNS: the sentences of standard input that are wider; rows of tables (two blanks inside) and coloured lines are none, nor are formulas.
import sys, unicodedata
for line in sys.stdin:
    line = line.rstrip("\n")
    width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
    if width > int(sys.argv[1]) and "  " not in line.strip() and "\033" not in line and "\r" not in line and " " in line.strip() and " = " not in line:
        print(width, line)
END
model=$TMP/m.safetensors
"$DENPA" train digits:300 --net 784-8-10 --epochs 1 --quiet --out "$model" >/dev/null || no "a model is needed"
for columns in 60 80; do
  for lang in en ja; do
    {
      $python "$TMP/term.py" $columns "$DENPA" explain "$model" --lang $lang --color never
      $python "$TMP/term.py" $columns "$DENPA" why "$model" 'y[0]' --lang $lang --color never
      $python "$TMP/term.py" $columns "$DENPA" step digits:100 --lang $lang --color never
      $python "$TMP/term.py" $columns "$DENPA" check digits:20 --net 784-4-10 --lang $lang --color never --progress none
      $python "$TMP/term.py" $columns "$DENPA" doctor "$model" --lang $lang --color never --progress none
      $python "$TMP/term.py" $columns "$DENPA" predict docs/pictures/three.png "$model" --lang $lang
    } >"$TMP/said"
    [ "$(wc -l <"$TMP/said")" -gt 100 ] || no "something_is_said_${columns}_$lang" "$(head "$TMP/said")"
    # names of files are not broken
    $python "$TMP/wide.py" $columns <"$TMP/said" | grep -v '/' >"$TMP/wide"
    empty "sentences_of_${columns}_columns_$lang" "$TMP/wide"
  done
done
"$DENPA" explain "$model" --lang en >"$TMP/plain"
has a_file_gets_whole_sentences "how steeply the loss rises when an entry of W1 grows. The gradients go back along the same wires" "$TMP/plain"
exit $bad
