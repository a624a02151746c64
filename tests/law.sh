#!/bin/sh
# law.sh: the law between rooms (tests/law.table): includes, circles, banned calls, members and strings, process-wide state, that no compiler
# may contract a*b+c, and that no check of a script is passed over. First it proves on a made-up tree that it finds a breach of every kind.
#   tests/law.sh            needs $TMP; with $DENPA it also looks at that build's compile commands and library
. tests/kit.sh
table=tests/law.table

# code FILES...: prints FILE:LINE:CODE without comments, strings and characters. Includes keep their names; a comment `law: reason` leaves
# the mark @law@ on its line. Each string follows on a line of its own as FILE:LINE:@string@TEXT.
code() {
  awk '
    FNR == 1 { inside = 0 }
    {
      line = $0
      out = ""
      found = 0
      if (!inside && line ~ /^[ \t]*#[ \t]*include/) { sub(/[ \t]*\/[*\/].*$/, "", line); print FILENAME ":" FNR ":" line; next }
      while (line != "") {
        if (inside) {
          at = index(line, "*/")
          if (!at) break
          inside = 0
          line = substr(line, at + 2)
          out = out " "
          continue
        }
        if (!match(line, /["\047]|\/\*|\/\//)) { out = out line; break }
        out = out substr(line, 1, RSTART - 1)
        mark = substr(line, RSTART, 1)
        two = substr(line, RSTART, 2)
        rest = substr(line, RSTART + 1)
        if (two == "//") { if (line ~ /\/\/ law: ./) out = out " @law@"; break }
        if (two == "/*") {
          if (substr(line, RSTART) ~ /^\/\* law: [^*]/) out = out " @law@"
          inside = 1
          line = substr(line, RSTART + 2)
          continue
        }
        text = ""
        while (rest != "" && substr(rest, 1, 1) != mark) {
          step = substr(rest, 1, 1) == "\\" ? 2 : 1
          text = text substr(rest, 1, step)
          rest = substr(rest, step + 1)
        }
        if (mark == "\"") strings[++found] = text
        out = out mark mark
        line = substr(rest, 2)
      }
      if (out ~ /[^ \t]/) print FILENAME ":" FNR ":" out
      for (i = 1; i <= found; i++) print FILENAME ":" FNR ":@string@" strings[i] (out ~ /@law@/ ? "@law@" : "")
    }' "$@"
}

# breaches: every breach of the tree in the current folder, one a line as `KIND FILE:LINE: what`; excused lines begin with `excused`.
breaches() {
  [ "$(find include -type f | LC_ALL=C sort)" = include/denpa/denpa.h ] || echo "public include: <denpa/denpa.h> has to be the only public header"
  find src -name '*.[ch]' -o -name '*.inc' -o -name '*.def' | LC_ALL=C sort >"$TMP/files"
  code $(cat "$TMP/files") >"$TMP/code"
  awk -v table="$table" -v edges="$TMP/edges" -v rooms="$TMP/rooms" '
    BEGIN {
      library = " base kernel op net exec learn data file image "
      while ((getline line < table) > 0) {
        n = split(line, w, /[ \t]+/)
        if (w[1] == "room") {
          known[w[2]] = 1
          may[w[2], w[2]] = may[w[2], "base"] = 1
          for (i = 3; i <= n; i++) { may[w[2], w[i]] = 1; print w[2], w[i] > rooms }
        }
        if (w[1] == "generated") generated[w[2]] = 1
        if (w[1] == "ban") for (i = 6; i <= n; i++) if (w[i] ~ /^@/) ban_names(substr(w[i], 2)); else ban(w[i])
      }
      if (!length(table) || !("base" in known)) { print "table " table ": cannot be read"; exit }
    }
    # The word of the ban that stands in w. Calls, members and strings are banned apart.
    function ban(word, key) {
      key = (w[2] == "member" || w[2] == "string" ? w[2] : "call") " " word
      kinds[key] = w[2]; where[key] = w[3]; except[key] = w[4]; excusable[key] = w[5]
      if (key ~ /^call .*\*$/) begins[key] = substr(word, 1, length(word) - 1)
    }
    # The names of a list: X(name) of a macro, or the rows {.name = "name" of a table.
    function ban_names(path, line, name, count) {
      while ((getline line < path) > 0) {
        while (match(line, /X\([a-z_0-9]+\)/)) {
          name = substr(line, RSTART + 2, RLENGTH - 3)
          line = substr(line, RSTART + RLENGTH)
          if (name != "name") { ban(name); count++ }
        }
        if (match(line, /^ *\{\.name = "[^"]+"/)) { name = substr(line, RSTART, RLENGTH - 1); sub(/.*"/, "", name); ban(name); count++ }
      }
      close(path)
      if (!count) print "table " table ": no names in " path
    }
    function applies(key, room, file, n, i, files) {
      n = split(except[key], files, ",")
      for (i = 1; i <= n; i++) if (files[i] == file || (files[i] ~ /\*$/ && index(file, substr(files[i], 1, length(files[i]) - 1)) == 1)) return 0
      if (where[key] == "all") return 1
      if (where[key] == "library") return index(library, " " room " ") > 0
      if (where[key] ~ /^not:/) return index("," substr(where[key], 5) ",", "," room ",") == 0
      return index("," where[key] ",", "," room ",") > 0
    }
    function check(key, room, file, place, text) {
      if (!(key in kinds) || !applies(key, room, file)) return
      word_of = key
      sub(/^[a-z]* /, "", word_of)
      if (excusable[key] == "yes" && text ~ /@law@/) { print "excused " place ": " word_of; return }
      print kinds[key] " " place ": " word_of " is banned here"
    }
    {
      match($0, /^[^:]*:[0-9]+:/)
      place = substr($0, 1, RLENGTH - 1)
      text = substr($0, RLENGTH + 1)
      file = place
      sub(/:.*/, "", file)
      split(file, part, "/")
      room = part[2]
      if (!(room in known)) { if (!(room in told)) print "room " place ": src/" room " is not in the table"; told[room] = 1; next }
    }
    text ~ /^[ \t]*#[ \t]*include/ {
      if (match(text, /"[^"]*"/)) {
        name = substr(text, RSTART + 1, RLENGTH - 2)
        if (name in generated) next
        if (name ~ /\.\./ || name !~ /\//) { print "include " place ": \"" name "\" is not written \"room/file.h\""; next }
        split(name, target, "/")
        if (!((room, target[1]) in may)) print "include " place ": " room " may not use " target[1]
        print file, "src/" name > edges
      } else if (text ~ /<denpa\// && text !~ /<denpa\/denpa\.h>/) print "public " place ": <denpa/denpa.h> is the only public header"
      next
    }
    text ~ /^@string@/ {
      word = substr(text, 9)
      sub(/@law@$/, "", word)
      check("string " word, room, file, place, text)
      next
    }
    {
      rest = text
      before = ""
      while (match(rest, /[A-Za-z_][A-Za-z0-9_]*/)) {
        word = substr(rest, RSTART, RLENGTH)
        lead = before substr(rest, 1, RSTART - 1)
        rest = substr(rest, RSTART + RLENGTH)
        before = word
        if (lead ~ /(\.|->)[ \t]*$/) {
          check("member " word, room, file, place, text)
          continue
        }
        if (rest !~ /^[ \t]*\(/) continue # no call
        if (("call " word) in kinds) check("call " word, room, file, place, text)
        else for (b in begins) if (index(word, begins[b]) == 1) check(b, room, file, place, text)
      }
    }' "$TMP/code"
  # tsort complains about circles, and only about them.
  : >>"$TMP/edges"
  : >>"$TMP/rooms"
  tsort "$TMP/rooms" 2>&1 >/dev/null | sed -n 's/^tsort: .*loop:$/circle of rooms in the table/p'
  tsort "$TMP/edges" 2>&1 >/dev/null | sed 's/^tsort: /  /' | paste -sd ' ' | sed -n 's/.*loop:/circle of includes:/p'
  rm -f "$TMP/edges" "$TMP/rooms"
}

# contraction FILE: commands of compile_commands.json that compile src/ without -ffp-contract=off, or with a licence to be inexact.
contraction() {
  grep '"command":' "$1" | grep -E -- '-c [^ ]*/src/' | grep -vE '.*-ffp-contract=off' | sed 's/.*-c /contraction: /; s/",*$//'
  grep -E -- '-ffast-math|-Ofast|-funsafe-math|-fassociative-math|-ffp-contract=fast' "$1" | sed 's/.*-c /inexact: /; s/",*$//'
}

# state LIBRARY: variables of the library that can change and that the table does not name.
state() {
  objdump -t "$1" | awk -v table="$table" '
    BEGIN { while ((getline line < table) > 0) if (split(line, w, /[ \t]+/) > 2 && w[1] == "state") for (i = 3; i in w; i++) allowed[w[i]] = 1 }
    / O \.(data|bss|tdata|tbss)(\.|[ \t])/ && !/\.data\.rel\.ro/ { name = $NF; sub(/\.[0-9]+$/, "", name); if (!(name in allowed)) print "state: " name }
    / O \*COM\*/ { print "state: " $NF }'
}

# silent FILES...: checks of test scripts behind something that may fail without a word: `command && has NAME ...` says nothing at all where the
# command fails. What follows (`|| no NAME`), what only asks (if, can), and what has been told already ($bad) says it.
silent() {
  awk '
    function look(line) {
      if (line ~ /^[ \t]*if [^#]*; then ok [^;]*; fi/) print "silent " FILENAME ":" begins ": " line
      if (line ~ /^[ \t]*(#|if |elif |while |until |can |\[ \$bad )/) return
      if (line ~ /&& *(ok|has|lacks|same|between|empty|good|exits|refused|begun) / && line !~ /\|\| *(\{ *)?(no|bad=1|exit|return|skip|continue)( |$|;)/)
        print "silent " FILENAME ":" begins ": " line
    }
    FNR == 1 { whole = "" }
    whole == "" { begins = FNR }
    { whole = whole $0 }
    /(\|\||&&|\\)[ \t]*$/ { sub(/\\$/, "", whole); next }
    { look(whole); whole = "" }' "$@"
}

# ---- the test of the test -------------------------------------------------------------------------

# expect KIND FILE LINE [FILE LINE]: a made-up tree whose FILE holds LINE must show exactly one breach, of this KIND (- for none).
expect() {
  rm -rf "$TMP/tree"
  mkdir -p "$TMP/tree/include/denpa" "$TMP/tree/src" "$TMP/tree/tests" "$TMP/tree/$(dirname "$2")"
  { grep -v '^ban .*@' tests/law.table && cat "$TMP/made_up"; } >"$TMP/tree/tests/law.table" # names come from the lists of this tree
  : >"$TMP/tree/include/denpa/denpa.h"
  mkdir -p "$TMP/tree/src/op"
  printf '#define LIST(X) X(affine) \\\n  X(conv)\n#define X(name) dnp_##name\n' >"$TMP/tree/src/op/names.h"
  printf 'const row rows[] = {\n    {.name = "sgd", .lr = 1},\n    {.name = "adam",\n}; /* law: the table */\n' >"$TMP/tree/src/op/rows.c"
  printf '%s\n' "$3" >"$TMP/tree/$2"
  [ $# -lt 5 ] || printf '%s\n' "$5" >"$TMP/tree/$4"
  found=$(cd "$TMP/tree" && breaches)
  if [ "$1" = - ]; then
    [ -z "$found" ] && return
  else
    [ "$(printf '%s\n' "$found" | grep -c .)" -eq 1 ] && case $found in "$1 "*) return ;; esac
  fi
  no "law.sh on a made-up tree: $2: $3" "expected '$1', found '$found'"
}
# What the table takes from lists of names is proved with bans of the made-up tree's own.
cat >"$TMP/made_up" <<'END'
ban string not:op src/op/rows.c,src/book/book_* yes @src/op/names.h @src/op/rows.c
END
expect include src/file/a.c '#include "net/net.h"'
expect include src/kernel/a.c ' # include "data/data.h" /* why not */'
expect include src/learn/a.c '#include "cli/cli.h"'
expect include src/op/a.c '#include "../kernel/kernels.h"'
expect include src/op/a.c '#include "kernels.h"'
expect public src/op/a.c '#include <denpa/more.h>'
expect public include/denpa/more.h ''
expect room src/attic/a.c 'int x;'
expect circle src/op/a.h '#include "op/b.h"' src/op/b.h '#include "op/a.h"'
expect circle tests/law.table 'room base
room op net
room net op'
expect print src/base/a.c 'void f(void) { printf ("x"); }'
expect print src/file/a.c '/* printf */ int x; /* a
b */ puts("x");'
expect exit src/net/a.c 'if (x) abort();'
expect memory src/data/a.c 'char *x = strdup(y);'
expect memory src/data/a.c '#define NEW(n) malloc(n)'
expect excused src/file/a.c 'free(text); /* law: Jansson hands it over */'
expect memory src/file/a.c 'free(text); /* law: */'
expect exit src/file/a.c 'exit(1); /* law: not excusable */'
expect unsafe src/cli/a.c 'strcpy(a, b);'
expect file src/cli/a.c 'FILE *log = fopen(path, "we");'
expect file src/draw/a.c 'int page = open(path, O_CREAT);'
expect - src/base/write.c 'file = open(path, O_CREAT); rename(a, b);'
expect excused src/data/a.c 'FILE *table = fopen(path, "rbe"); /* law: reads */'
expect random src/book/a.c 'int x = rand();'
expect libm src/learn/a.c 'double x = 1 + exp(y);'
expect libm src/kernel/a.inc 'float x = tanhf(y);'
expect thread src/net/a.c 'pthread_create(&t, NULL, f, NULL);'
expect pool src/learn/a.c 'dnp_pool_run(pool);'
expect pool src/data/a.c 'dnp_pool_run(pool);'
expect - src/data/idx_folder.formats.c 'dnp_pool_run(pool);'
expect - src/exec/a.c 'dnp_pool_run(pool); snprintf(a, b, "printf(\"malloc(\");"); c = '"'\"'"'; /* free(x); */ x = sqrt(fma(a, b, c)); // exit(1)'
expect - src/net/a.c 'row->free(x); row.exp(x); dnp_exp(x); my_malloc(1); #define LIST "exit(1)" \'
expect - src/cli/a.c 'printf("x"); exit(1);'
for use in 'x = t->data;' 'x = t.grad[1];' 'x = tensor_of(a)-> data;' '*(float *)net->tensor[i].grad = 0;'; do
  expect member src/draw/a.c "$use"
  expect - src/exec/a.c "$use"
done
expect tensor src/draw/a.c 'x = dnp_tensor_place(t, i);'
expect - src/exec/a.c 'x = dnp_tensor_place(t, i);'
expect - src/file/a.c 'x = bytes->data;'
expect - src/draw/a.c 'int data = 1; x = t->database; y = data->rows; z = grad(a); /* t->data */ puts2("t->data");'
expect string src/draw/a.c 'if (strcmp(name, "conv") == 0) f();'
expect string src/draw/a.c 'static const char *const names[] = {"none", "adam"};'
expect - src/op/a.c 'name = "conv";'
expect - src/book/book_a.c 'how.optimizer = "adam";'
expect - src/draw/a.c 'x = "convolution"; y = "a conv"; z = "not\\"conv\\""; /* "conv" */ w = conv;'
expect excused src/draw/a.c 'x = "adam"; /* law: a format of another tool */'
expect - src/base/random_numpy.c 'x = log(y);'
expect - src/data/a.c '#include "kernel/kernels.h"
#include "base/status.h"
#include "data/b.h"
#include <denpa/denpa.h>
#include <stdio.h>'

mkdir -p "$TMP/self"
printf '%s\n' '"command": "cc -O3 -o a.o -c /p/src/base/a.c",' '"command": "cc -ffp-contract=off -Ofast -o b.o -c /p/src/base/b.c",' >"$TMP/self/commands"
[ "$(contraction "$TMP/self/commands" | wc -l)" -eq 2 ] || no "law.sh on made-up compile commands"
if command -v gcc >/dev/null && command -v objdump >/dev/null; then
  echo 'static int count; int f(void) { static int calls = 3; static const char *const names[] = {"a"}; return count++ + calls++ + *names[0]; } int open_to_all;' >"$TMP/self/a.c"
  gcc -O0 -fPIC -c -o "$TMP/self/a.o" "$TMP/self/a.c" && [ "$(state "$TMP/self/a.o" | LC_ALL=C sort | tr '\n' ' ')" = "state: calls state: count state: open_to_all " ] ||
    no "law.sh on made-up process-wide state"
fi
sed 's/AND/\&\&/g; s/; END/; fi/' >"$TMP/self/silent" <<'END' # so that this script itself has none of them
denpa info m >out AND has words 'loss' out
cmp a b AND ok equal
  [ -s out ] AND
    same both a b
if cmp a b; then ok equal; END
(cd away AND exits status 0 denpa)
END
sed 's/AND/\&\&/g; s/; END/; fi/' >"$TMP/self/said" <<'END' # so that this script itself has none of them
denpa info m >out AND has words 'loss' out || no words "$(cat out)"
cmp a b AND ok equal ||
  no equal
# cmp a b AND ok equal
if cmp a b; then ok equal; else no equal; END
can equal mnist AND same equal a b
if [ -s out ] AND has words 'loss' out; then :; END
has words 'loss' out
[ $bad -eq 0 ] AND ok all
END
[ "$(silent "$TMP/self/silent" | wc -l)" -eq 5 ] || no "law.sh on made-up checks that say nothing" "$(silent "$TMP/self/silent")"
[ -z "$(silent "$TMP/self/said")" ] || no "law.sh on made-up checks that say enough" "$(silent "$TMP/self/said")"
[ $bad -eq 0 ] && ok "the law finds a breach of every kind"

# ---- the tree ---------------------------------------------------------------------------------------

breaches >"$TMP/breaches"
grep '^excused ' "$TMP/breaches"
echo "$(grep -c '^excused ' "$TMP/breaches") lines are excused"
grep -v '^excused ' "$TMP/breaches" >"$TMP/guilty"
empty "rooms, includes and calls of $(wc -l <"$TMP/files") files" "$TMP/guilty"

silent tests/*.sh tests/*/*.sh >"$TMP/guilty"
empty "no check is passed over without a word" "$TMP/guilty"

commands=$build/compile_commands.json
if [ -f "$commands" ]; then
  contraction "$commands" >"$TMP/guilty"
  empty "no product is contracted" "$TMP/guilty"
else
  skip "no product is contracted" "there is no compile_commands.json beside the command"
fi
library=$build/libdenpa.a
if [ -f "$library" ] && command -v objdump >/dev/null; then
  state "$library" >"$TMP/guilty"
  empty "no process-wide state" "$TMP/guilty"
else
  skip "no process-wide state" "there is no library beside the command, or no objdump"
fi
exit $bad
