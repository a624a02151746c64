#!/bin/sh
# install.sh: installs the build into an empty folder and uses it from there as a stranger would: pkg-config and find_package, shared
# and static, C and C++; and looks at what the libraries let be seen.
. tests/kit.sh
root=$TMP/usr

good "installs" cmake --install "$build" --prefix "$root"
[ $bad -eq 0 ] || exit 1
pc=$(find "$root" -name denpa.pc)
lib=$(dirname "$(dirname "$pc")")
mv "$root" "$TMP/moved" # an installed tree may be moved
lib=$TMP/moved${lib#"$root"}
root=$TMP/moved
export PKG_CONFIG_PATH="$lib/pkgconfig"

for file in include/denpa/denpa.h "${lib#"$root"/}/libdenpa.a" "${lib#"$root"/}/libdenpa.so" "${lib#"$root"/}/libdenpa.so.0" bin/denpa; do
  good "$file is there" test -s "$root/$file"
done
good "nothing else is a header" test "$(find "$root/include" -type f)" = "$root/include/denpa/denpa.h"
good "no installed text names the build's folder" sh -c '! grep -rIl -F -e "$1" -e "$2" "$3"' sh "$build" "$(pwd)" "$root"
good "the command runs" "$root/bin/denpa" --version

# The smallest program, and the example of the manual once it is there.
printf '%s\n' '#include <denpa/denpa.h>' '#include <stdio.h>' 'int main(void) {' '  return puts(denpa_status_name(DENPA_OK)) < 0;' '}' >"$TMP/least.c"
programs=$TMP/least.c
[ ! -f examples/embed.c ] || programs="$programs examples/embed.c"
for program in $programs; do
  name=$(basename "$program" .c)
  # shellcheck disable=SC2046,SC2086 # lists of words
  {
    good "$name: pkg-config, shared" gcc -std=c17 -Wall -Wextra $werror -o "$TMP/$name-shared" "$program" $(pkg-config --cflags --libs denpa) -Wl,-rpath,"$lib"
    good "$name: pkg-config, static" gcc -std=c17 -Wall -Wextra $werror -o "$TMP/$name-static" "$program" $(pkg-config --cflags denpa) \
      -Wl,-Bstatic -ldenpa -Wl,-Bdynamic -Wl,--as-needed $(pkg-config --static --libs denpa) -L"$lib"
  }
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
add_executable(shared app.c)
target_link_libraries(shared denpa::denpa_shared)
add_executable(static app.c)
target_link_libraries(static denpa::denpa_static)
END
  good "$name: find_package" cmake -S "$TMP/app-$name" -B "$TMP/app-$name/b" -G Ninja -DCMAKE_PREFIX_PATH="$root"
  good "$name: find_package, builds" cmake --build "$TMP/app-$name/b"
  good "$name: find_package, both run" sh -c 'cd "$1" && ./shared && ./static' sh "$TMP/app-$name/b"
done

if can "C++ accepts the header" g++; then
  good "C++ accepts the header" sh -c 'printf "%s\n" "#include <denpa/denpa.h>" "int main() { return denpa_status_name(DENPA_OK) == nullptr; }" >"$1/a.cc" &&
    g++ -std=c++17 -Wall -Wextra -Wpedantic $werror -o "$1/a-cc" "$1/a.cc" $(pkg-config --cflags --libs denpa) -Wl,-rpath,"$2" && "$1/a-cc"' sh "$TMP" "$lib"
fi

nm -D --defined-only "$lib/libdenpa.so" | awk '{ print $3 }' | grep -v '^denpa_' >"$TMP/exported"
good "the shared library shows denpa_ names only" sh -c '! cat "$1" | grep .' sh "$TMP/exported"
nm -g --defined-only "$lib/libdenpa.a" 2>/dev/null | awk 'NF == 3 { print $3 }' | grep -vE '^(denpa|dnp)_' >"$TMP/names"
good "the static library's names begin with denpa_ or dnp_" sh -c '! cat "$1" | grep .' sh "$TMP/names"
grep -oE 'denpa_[a-z0-9_]+ *\(' include/denpa/denpa.h | tr -d ' (' | sort -u >"$TMP/declared"
nm -D --defined-only "$lib/libdenpa.so" | awk '{ print $3 }' | sort -u >"$TMP/defined"
good "whatever is exported is declared in the header" sh -c '! comm -13 "$1" "$2" | grep .' sh "$TMP/declared" "$TMP/defined"
exit $bad
