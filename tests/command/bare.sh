#!/bin/sh
# bare.sh: the library without formats (-DDENPA_FORMATS=OFF) needs the C library, its arithmetic and threads, and of the arithmetic only
# what gives the same bits everywhere. Built in $TMP: what asks for formats is compiled without them, and the other objects are the tested build's.
. tests/kit.sh
mkdir "$TMP/objects"
cp -r "$build"/CMakeFiles/denpa_room_*.dir "$TMP/objects"
grep -rlw DNP_FORMATS src include >"$TMP/asking"
good "formats are asked for in sources" grep -q '\.c$' "$TMP/asking"
grep -v '\.c$' "$TMP/asking" >"$TMP/headers"
empty "no header asks for formats, or every object may differ" "$TMP/headers"
while read -r file; do find "$TMP/objects" -path "*/$file.o" -delete; done <"$TMP/asking"

if ! CMAKE_C_COMPILER_LAUNCHER="$root/tests/launcher.sh;$TMP/objects" cmake -S . -B "$TMP/bare" -G Ninja -DCMAKE_C_COMPILER=gcc -DCMAKE_BUILD_TYPE=Release -DDENPA_FORMATS=OFF -DDENPA_TESTS=OFF -DDENPA_WERROR="${DENPA_WERROR-OFF}" >"$TMP/log" 2>&1 ||
  ! cmake --build "$TMP/bare" --target denpa_static >"$TMP/log" 2>&1; then
  no "the bare library builds" "$(tail -n 40 "$TMP/log")"
  exit 1
fi
ok "the bare library builds"

# Every object of it, linked against nothing else.
echo 'int main(void) { return 0; }' >"$TMP/main.c"
good "it needs no more than libc, libm and threads" gcc -o "$TMP/all" "$TMP/main.c" -Wl,--whole-archive "$TMP/bare/libdenpa.a" -Wl,--no-whole-archive -lm -pthread

# Programs are built on it, with the header as it lies in the sources, and say what they say with the whole library.
for program in first own_step; do
  awk -v file="<!-- file: examples/$program.c -->" '$0 == file { on = 1 } on && /^```$/ { if (text) exit; next } text { print } on && /^```text$/ { text = 1 }' \
    docs/library.md >"$TMP/$program.want"
  good "$program: compiles" gcc -std=c17 -Wall -Wextra $werror -Iinclude -o "$TMP/$program" "examples/$program.c" "$TMP/bare/libdenpa.a" -lm -pthread
  "$TMP/$program" >"$TMP/$program.got" 2>&1
  same "$program: the same answers" "$TMP/$program.want" "$TMP/$program.got"
  good "$program: says something" test -s "$TMP/$program.got"
done

# What it takes from libm: exactly rounded functions, the rounding mode's, and the logarithm of NumPy's normal numbers.
libm=$(gcc -print-file-name=libm.so.6)
nm -D --defined-only "$libm" | awk '{ sub(/@.*/, "", $3); print $3 }' | LC_ALL=C sort -u >"$TMP/libm"
nm -A -u "$TMP/bare/libdenpa.a" 2>/dev/null | sed 's/.*libdenpa\.a:\([^:]*\):.* U /\1 /' |
  awk -v libm="$TMP/libm" '
    BEGIN { while ((getline name < libm) > 0) is[name] = 1 }
    ($2 in is) && $2 !~ /^((sqrt|fma|floor|rint)f?|fe[a-z]+)$/ && !($1 == "random_numpy.c.o" && $2 == "log") { print $1 " calls " $2 }' >"$TMP/inexact"
[ -s "$TMP/libm" ] || echo "libm could not be read" >>"$TMP/inexact"
empty "no function of libm that may differ between machines" "$TMP/inexact"

# And nobody but memory.c calls the allocator.
nm -A -u "$TMP/bare/libdenpa.a" 2>/dev/null | sed 's/.*libdenpa\.a:\([^:]*\):.* U /\1 /' |
  awk '$2 ~ /^(malloc|calloc|realloc|aligned_alloc|posix_memalign|strdup)$/ && $1 != "memory.c.o" { print $1 " calls " $2 }' >"$TMP/allocators"
empty "only memory.c allocates" "$TMP/allocators"
exit $bad
