#!/bin/sh
# docs.sh: runs what the documentation shows, and compares what is printed.
#   docs.sh check FILE...     prints `ok FILE:LINE`, `not ok FILE:LINE`, `skip FILE:LINE` for each block; exit status 1 if one was not ok
#   docs.sh update FILE...    writes what the program prints now into the files; C on Japanese pages is changed by hand
#   docs.sh code FILE         prints what the page runs and shows as files, without the comments in it
# A block is run if the line before its fence says so:
#   <!-- run -->                  a shell block (```sh) or a Python block (```python, Debian's python3)
#   <!-- run: needs-mnist -->     only where real MNIST is (DENPA_DATA); needs-numpy: only where NumPy is
#   <!-- file: PATH -->           the block is that file of the project, word for word; on pages that end in .ja.md comments of C may be translated
#   <!-- write: NAME -->          the block is a file of the reader's
# If a ```text block follows, it is what is printed (standard error included, without progress). `<!-- show: 1..3 /^W1/..+2 last4..$ -->` before
# it says which lines are shown; what is left out becomes a line `...`. Seconds may differ, and sizes of pages. A file's blocks run one after the other, beginning in a folder in which docs/ and
# examples/ are the project's and blocks that are files lie under their names; a shell block goes on in the folder in which the one before it ended. C is compiled without a
# warning. Pages that end in .ja.md are run in Japanese. Needs: denpa on PATH. Called by tests/command/{readme,docs_en,docs_ja,examples,docs}.sh.
set -u

# For awk: a line of C without comments, one word a line. `comment` remembers from line to line that one is open.
bare='
  function bare(line, i, c, two, quote, kept) {
    for (i = 1; i <= length(line); i++) {
      two = substr(line, i, 2)
      c = substr(line, i, 1)
      if (comment) {
        if (two == "*/") { comment = 0; i++ }
      } else if (quote != "") {
        kept = kept c
        if (c == "\\") kept = kept substr(line, ++i, 1)
        else if (c == quote) quote = ""
      } else if (two == "/*") {
        comment = 1
        i++
      } else if (two == "//") {
        break
      } else {
        if (c == "\"" || c == "\047") quote = c
        kept = kept c
      }
    }
    gsub(/[ \t]+/, "\n", kept)
    sub(/^\n/, "", kept)
    sub(/\n$/, "", kept)
    return kept == "" ? "" : kept "\n"
  }'
without_comments() { awk "$bare"'{ printf "%s", bare($0) }' "$1"; }

action=${1-}
case $action in
  code)
    awk "$bare"'
      /^<!-- (run|file|write)/ { print; mark = 1; next }
      /^```$/ { inside = "" }
      inside == "c" { printf "%s", bare($0) }
      inside == "other" { sub(/ *# .*/, ""); print }
      /^```[a-z]/ && mark { inside = /^```(c|cpp)$/ ? "c" : "other"; comment = 0 }
      { mark = 0 }' "$2"
    exit
    ;;
  check | update) shift ;; *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;; esac
root=$(pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/denpa-docs.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
bad=0

# Progress is shown or not by how fast the machine is.
mkdir "$work/bin"
command -v denpa >/dev/null || { echo "docs.sh: there is no denpa on PATH" >&2; exit 1; } # its subcommands are names of other programs
printf '#!/bin/sh\ncase $1 in train | search | check | predict | eval | plot | watch | book) exec %s "$@" --progress none ;; *) exec %s "$@" ;; esac\n' "$(command -v denpa)" "$(command -v denpa)" >"$work/bin/denpa"
werror= # as in tests/kit.sh
[ "${DENPA_WERROR-}" != ON ] || werror=-Werror
printf '#!/bin/sh\nexec %s -std=c17 -Wall -Wextra %s "$@"\n' "$(command -v cc)" "$werror" >"$work/bin/cc"
printf '#!/bin/sh\nexec %s -Wall -Wextra %s "$@"\n' "$(command -v c++)" "$werror" >"$work/bin/c++"
chmod +x "$work"/bin/*
PATH=$work/bin:$PATH

# Cuts a page into blocks: N.code, N.want, and a line `N LINE KIND NEEDS FIRST LAST SHOW` each in `list`; FIRST and LAST are the lines of the text.
cut_into_blocks() {
  awk -v folder="$2" '
    function close_block() {
      if (n > 0) print n, at, kind, (needs == "" ? "-" : needs), first + 0, last + 0, show > (folder "/list")
    }
    inside == "code" && /^```$/ { inside = ""; wait = 1; if (kind == "file" || kind == "write") { first = at + 1; last = NR - 1 } next }
    inside == "want" && /^```$/ { inside = ""; last = NR - 1; next }
    inside == "other" && /^```$/ { inside = ""; next }
    inside == "code" { print > (folder "/" n ".code"); next }
    inside == "want" { print > (folder "/" n ".want"); next }
    inside == "other" { next }
    /^<!-- run(: [a-z -]*)? -->$/ { mark = "run"; words = $0; gsub(/^<!-- run:? ?| ?-->$/, "", words); gsub(/ /, ",", words); next }
    /^<!-- (file|write): .* -->$/ { mark = substr($2, 1, length($2) - 1); words = $3; next }
    /^<!-- show: .* -->$/ { lines = $0; gsub(/^<!-- show: | -->$/, "", lines); next }
    /^```text$/ && wait { inside = "want"; first = NR + 1; show = lines; printf "" > (folder "/" n ".want"); wait = 0; lines = ""; next }
    /^```/ && mark != "" {
      close_block()
      n++; at = NR; needs = words; first = last = 0; show = lines = ""; inside = "code"
      kind = mark == "run" ? substr($0, 4) : mark
      printf "" > (folder "/" n ".code")
      mark = ""
      next
    }
    /^```/ { inside = "other"; wait = 0; next }
    /[^ ]/ { wait = 0; mark = "" }
    END { close_block() }' "$1"
}

# The lines that are shown.
choose() {
  awk -v show="$1" '
    # The number of the line that a place means; `from` is where the range begins.
    function place(word, from, k) {
      if (word == "$") return NR
      if (word ~ /^last/) return NR - substr(word, 5) + 1
      if (word ~ /^[+]/) return from + substr(word, 2)
      if (word !~ /^\//) return word + 0
      word = substr(word, 2, length(word) - 2)
      for (k = 1; k <= NR; k++) if (line[k] ~ word) return k
      return NR + 1
    }
    { line[NR] = $0 }
    END {
      parts = split(show == "" ? "1..$" : show, part, " ")
      for (i = 1; i <= parts; i++) {
        split(part[i], range, "[.][.]")
        begin = place(range[1], 0)
        end = place(range[2], begin)
        for (k = begin; k <= end && k <= NR; k++) shown[k] = 1
      }
      for (k = 1; k <= NR; k++) {
        if (k in shown) print line[k]
        else if (k == 1 || (k - 1) in shown) print "..."
      }
    }'
}

# Times are nobody's promise; blanks at the end of a line cannot be seen.
plain() { sed -E 's/[0-9]+\.[0-9]+( ?)(s\b|秒)/*\1\2/g; s/("seconds[a-z_]*": ).*/\1*/; s/\([0-9.]+ [kM]B\)/(*)/g; s/ +$//'; }

# there NEED
there() {
  case $1 in
    needs-mnist) [ -n "${DENPA_DATA-}" ] && [ -d "${DENPA_DATA-}/mnist" ] ;;
    needs-numpy) /usr/bin/python3 -c 'import numpy' 2>/dev/null ;;
    *) echo "docs.sh: what is $1?" >&2 && exit 2 ;;
  esac
}

# run_block KIND CODE: a shell block says in `where` in which folder it ends; the next one goes on there
run_block() {
  case $1 in
    sh) sh -e -c '. "$1" && pwd >"$2"' docs "$2" "$blocks/where" ;;
    python) /usr/bin/python3 "$2" ;;
    *) echo "docs.sh: a block of $1 cannot be run" && return 1 ;;
  esac
}

no() {
  echo "not ok $1"
  shift
  "$@"
  bad=1
}

for page in "$@"; do
  blocks=$work/$(echo "$page" | tr / _)
  mkdir -p "$blocks/here"
  ln -s "$root/docs" "$root/examples" "$blocks/here/"
  case $page in *.ja.md) language=ja ;; *) language=en ;; esac
  : >"$blocks/list"
  echo "$blocks/here" >"$blocks/where"
  cut_into_blocks "$page" "$blocks"
  [ -s "$blocks/list" ] || echo "ok $page: nothing to run"
  : >"$blocks/new"
  while read -r n at kind needs first last show; do
    what=$page:$at
    if [ "$kind" = write ]; then
      cp "$blocks/$n.code" "$blocks/here/$needs"
      continue
    fi
    if [ "$kind" = file ]; then
      cp "$root/$needs" "$blocks/$n.got"
      cp "$blocks/$n.code" "$blocks/here/${needs##*/}"
      if cmp -s "$blocks/$n.code" "$blocks/$n.got"; then
        echo "ok $what"
      elif [ $language = ja ] && without_comments "$blocks/$n.code" >"$blocks/code" && without_comments "$blocks/$n.got" | cmp -s - "$blocks/code"; then
        echo "ok $what but for comments"
      elif [ "$action" = update ] && case $language-$needs in ja-*.c | ja-*.cc) false ;; esac; then # its comments are a person's
        cp "$blocks/$n.got" "$blocks/here/${needs##*/}"
        echo "ok $what, written anew"
        echo "$n $first $last" >>"$blocks/new"
      else
        no "$what: is not $needs" diff "$blocks/$n.code" "$blocks/$n.got"
      fi
      continue
    fi
    missing=
    for need in $(echo "$needs" | tr ',-' ' -' | sed 's/^-$//'); do there "$need" || missing=$need; done
    if [ -n "$missing" ]; then
      echo "skip $what $missing"
      continue
    fi
    (cd "$(cat "$blocks/where")" && DENPA_LANG=$language run_block "$kind" "$blocks/$n.code") >"$blocks/$n.all" 2>&1 </dev/null
    status=$?
    if [ "$status" -ne 0 ]; then
      no "$what: exit status $status" cat "$blocks/$n.all"
      continue
    fi
    if [ "$first" -eq 0 ]; then
      echo "ok $what"
      continue
    fi
    choose "$show" <"$blocks/$n.all" | sed 's/ *$//' >"$blocks/$n.got"
    plain <"$blocks/$n.got" >"$blocks/got"
    plain <"$blocks/$n.want" >"$blocks/want"
    if cmp -s "$blocks/got" "$blocks/want"; then
      echo "ok $what"
    elif [ "$action" = update ]; then
      echo "ok $what, written anew"
      echo "$n $first $last" >>"$blocks/new"
    else
      no "$what: prints something else (if that is right: sh scripts/docs.sh update $page)" diff "$blocks/want" "$blocks/got"
    fi
  done <"$blocks/list"
  if [ -s "$blocks/new" ]; then
    awk -v folder="$blocks" '
      BEGIN { while ((getline entry < (folder "/new")) > 0) { split(entry, f, " "); begin[f[2] - 1] = f[1]; end[f[1]] = f[3] } }
      NR <= skip { next }
      { print }
      NR in begin {
        file = folder "/" begin[NR] ".got"
        while ((getline line < file) > 0) print line
        skip = end[begin[NR]]
      }' "$page" >"$blocks/page" && cat "$blocks/page" >"$page"
  fi
done
exit $bad
