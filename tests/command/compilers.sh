#!/bin/sh
# compilers.sh: every gcc and every clang on this machine (gcc-12, clang-19, ...) compiles every source of this build without a warning: gcc at two
# levels of optimisation and with the sanitizers, since what it warns of depends on them; clang's warnings do not. With only one of a kind
# there is nothing that `./test.sh --werror` does not do.
. tests/kit.sh
needs full python
[ -f "$build/compile_commands.json" ] || { skip compilers "this build has no compile_commands.json" && exit 77; }

cat >"$TMP/compile.py" <<'END'
import concurrent.futures, json, os, re, shlex, subprocess, sys
commands, compiler, options = json.load(open(sys.argv[1])), sys.argv[2], sys.argv[3:]

def complaints(entry):
    words = shlex.split(entry["command"])
    first = next(i for i, word in enumerate(words) if re.search(r"(^|/)(gcc|clang|cc)(-[0-9]+)?$", word)) # a launcher may stand before
    words = [word for word in words[first + 1:] if word != "-c" and not re.match(r"-(O.|fsanitize=|fno-sanitize)", word)]
    output = words.index("-o")
    del words[output:output + 2]
    done = subprocess.run([compiler] + words + options, cwd=entry["directory"], capture_output=True, text=True)
    return done.stderr if done.returncode else ""

with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    said = list(pool.map(complaints, commands))
print(len(commands))
sys.stderr.write("".join(said))
sys.exit(any(said) or not commands)
END

# clean COMPILER OPTIONS...
clean() {
  if $python "$TMP/compile.py" "$build/compile_commands.json" "$@" >"$TMP/files" 2>"$TMP/err"; then ok "$*: $(cat "$TMP/files") files"; else
    no "$*" "$(grep -E 'error:|warning:' "$TMP/err" | sort -u | head -n 40)" "$(head -n 5 "$TMP/err")"
  fi
}
# here KIND: those of this kind that are installed under a name with a version.
here() {
  n=9
  while [ $((n += 1)) -lt 40 ]; do
    command -v "$1-$n" >/dev/null && echo "$1-$n"
  done
}

# It can fail: a comparison of an unsigned number with a negative one.
printf '%s\n' 'int main(void) { return 1u > -1; }' >"$TMP/bad.c"
printf '[{"directory": "%s", "command": "cc -Wall -Wextra -Werror -c bad.c -o bad.o"}]' "$TMP" >"$TMP/bad.json"
exits "a warning is found" 1 $python "$TMP/compile.py" "$TMP/bad.json" gcc -fsyntax-only

for kind in gcc clang; do
  found=$(here $kind)
  if [ "$(echo "$found" | wc -w)" -lt 2 ]; then
    skip "$kind" "there is only one here: ${found:-$kind}"
    continue
  fi
  for compiler in $found; do
    if [ $kind = clang ]; then
      clean "$compiler" -Werror -fsyntax-only
      continue
    fi
    clean "$compiler" -Werror -O1 -S -o /dev/null
    clean "$compiler" -Werror -O3 -S -o /dev/null
    clean "$compiler" -Werror -O2 -fsanitize=address,undefined -S -o /dev/null
  done
done
exit $bad
