#!/bin/sh
# install.sh: installs the build into an empty folder, whose name has a blank and a Japanese letter, and uses it from there as a stranger
# would: pkg-config and find_package, shared and static, C and C++; and looks at what the libraries let be seen. (./install.sh itself:
# install_users.sh.)
. tests/kit.sh
root="$TMP/my 伝播"

good "installs" cmake --install "$build" --prefix "$root"
[ $bad -eq 0 ] || exit 1
pc=$(find "$root" -name denpa.pc)
lib=$(dirname "$(dirname "$pc")")
mv "$root" "$TMP/a moved 伝" # an installed tree may be moved
lib="$TMP/a moved 伝${lib#"$root"}"
root="$TMP/a moved 伝"
export PKG_CONFIG_PATH="$lib/pkgconfig"

for file in include/denpa/denpa.h "${lib#"$root"/}/libdenpa.a" "${lib#"$root"/}/libdenpa.so" "${lib#"$root"/}/libdenpa.so.0" bin/denpa; do
  good "$file is there" test -s "$root/$file"
done
good "nothing else is a header" test "$(find "$root/include" -type f)" = "$root/include/denpa/denpa.h"
good "no installed text names the build's folder" sh -c '! grep -rIl -F -e "$1" -e "$2" "$3"' sh "$build" "$(pwd)" "$root"
good "the command runs" "$root/bin/denpa" --version

# The smallest program, and the example of the manual once it is there.
printf '%s\n' '#include <denpa/denpa.h>' '#include <stdio.h>' 'int main(void) {' '  return puts(denpa_status_name(DENPA_OK)) < 0;' '}' >"$TMP/least.c"
# with FLAGS COMMAND...: what pkg-config says is for a shell to read, since paths may have blanks.
with() {
  with_flags=$1
  shift
  eval "\"\$@\" $with_flags"
}
shared=$(pkg-config --cflags --libs denpa)
static="$(pkg-config --cflags denpa) -Wl,-Bstatic -ldenpa -Wl,-Bdynamic -Wl,--as-needed $(pkg-config --static --libs denpa)"
programs=$TMP/least.c
[ ! -f examples/embed.c ] || programs="$programs examples/embed.c"
for program in $programs; do
  name=$(basename "$program" .c)
  # shellcheck disable=SC2086 # $werror is one word or none
  good "$name: pkg-config, shared" with "$shared" gcc -std=c17 -Wall -Wextra $werror -o "$TMP/$name-shared" "$program" -Wl,-rpath,"$lib"
  good "$name: pkg-config, static" with "$static" gcc -std=c17 -Wall -Wextra $werror -o "$TMP/$name-static" "$program" -L"$lib"
  good "$name: the shared one runs" sh -c 'cd "$1" && "./$2"' sh "$TMP" "$name-shared"
  good "$name: the static one runs" sh -c 'cd "$1" && "./$2"' sh "$TMP" "$name-static"
  good "$name: shared means libdenpa.so.0" sh -c 'readelf -d "$1" | grep -q "NEEDED.*libdenpa.so.0"' sh "$TMP/$name-shared"
  good "$name: static means no libdenpa.so" sh -c '! readelf -d "$1" | grep -q "NEEDED.*libdenpa"' sh "$TMP/$name-static"

  mkdir -p "$TMP/app-$name"
  cp "$program" "$TMP/app-$name/app.c"
  cat >"$TMP/app-$name/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.22)
project(app C)
find_package(denpa 0.1 REQUIRED COMPONENTS shared static)
find_package(denpa 0.1 REQUIRED) # another part of a large project may ask again
add_executable(plain app.c)
target_link_libraries(plain denpa::denpa)
add_executable(shared app.c)
target_link_libraries(shared denpa::denpa_shared)
add_executable(static app.c)
target_link_libraries(static denpa::denpa_static)
END
  good "$name: find_package" cmake -S "$TMP/app-$name" -B "$TMP/app-$name/b" -G Ninja -DCMAKE_PREFIX_PATH="$root"
  good "$name: find_package, builds" cmake --build "$TMP/app-$name/b"
  good "$name: find_package, all run" sh -c 'cd "$1" && ./plain && ./shared && ./static' sh "$TMP/app-$name/b"
  good "$name: denpa::denpa is the shared library" sh -c 'readelf -d "$1" | grep -q "NEEDED.*libdenpa.so.0"' sh "$TMP/app-$name/b/plain"
done

if can "C++ accepts the header" g++; then
  printf '%s\n' '#include <denpa/denpa.h>' 'int main() { return denpa_status_name(DENPA_OK) == nullptr; }' >"$TMP/a.cc"
  good "C++ accepts the header" with "$shared" g++ -std=c++17 -Wall -Wextra -Wpedantic $werror -o "$TMP/a-cc" "$TMP/a.cc" -Wl,-rpath,"$lib"
  good "C++ runs it" "$TMP/a-cc"
fi

nm -D --defined-only "$lib/libdenpa.so" | awk '{ print $3 }' | grep -v '^denpa_' >"$TMP/exported"
good "the shared library shows denpa_ names only" sh -c '! cat "$1" | grep .' sh "$TMP/exported"
nm -g --defined-only "$lib/libdenpa.a" 2>/dev/null | awk 'NF == 3 { print $3 }' | grep -vE '^(denpa|dnp)_' >"$TMP/names"
good "the static library's names begin with denpa_ or dnp_" sh -c '! cat "$1" | grep .' sh "$TMP/names"
grep -oE 'denpa_[a-z0-9_]+ *\(' include/denpa/denpa.h | tr -d ' (' | sort -u >"$TMP/declared"
nm -D --defined-only "$lib/libdenpa.so" | awk '{ print $3 }' | sort -u >"$TMP/defined"
good "whatever is exported is declared in the header" sh -c '! comm -13 "$1" "$2" | grep .' sh "$TMP/declared" "$TMP/defined"
exit $bad
