#!/bin/sh
# hardening.sh: the command and the shared library are built as cmake/hardening.cmake says: a program that may lie anywhere, tables that
# nobody can write to once it runs, no executable stack, guards on the stack, checked copies. The test of the test: each check finds a
# program that was built without.
. tests/kit.sh
needs readelf gcc release

# What makes each of them visible in a file; each function prints a complaint, or nothing.
pie() { readelf -hW "$1" | grep -qE 'Type: +DYN' || echo "$1 lies at a fixed address"; }
relro() { readelf -lW "$1" | grep -q GNU_RELRO || echo "$1 has no RELRO"; }
now() { readelf -dW "$1" | grep -qE 'BIND_NOW|FLAGS_1.*NOW' || echo "$1 binds its symbols late, so that their table can be written to"; }
stack() { readelf -lW "$1" | grep -qE 'GNU_STACK.* RW +0x' || echo "$1 has a stack that can be executed"; }
segments() { ! readelf -lW "$1" | grep -E ' RWE ' || echo "$1 has memory that can be written and executed"; }
guards() { readelf -sW --dyn-syms "$1" | grep -q '__stack_chk_fail' || echo "$1 has no guards on its stack"; }
copies() { readelf -sW --dyn-syms "$1" | grep -qE 'UND __[a-z]+_chk@' || echo "$1 does not check its copies"; }
checks="pie relro now stack segments guards copies"

grep -q CMAKE_BUILD_TYPE "$build/CMakeCache.txt" 2>/dev/null || { skip hardening "this command has no build folder" && exit 77; }
for file in "$build/denpa" "$build/libdenpa.so"; do
  for check in $checks; do
    $check "$file" >"$TMP/complaint"
    empty "${check}_$(basename "$file")" "$TMP/complaint"
  done
done

# Each check can fail: one array, one copy into it, and nothing that protects either.
cat >"$TMP/bare.c" <<'END'
#include <string.h>
int main(int argc, char **argv) {
  char name[64];
  strcpy(name, argv[argc - 1]);
  return name[3];
}
END
good a_bare_program gcc -O1 -U_FORTIFY_SOURCE -fno-stack-protector -fno-pie -no-pie -Wl,-z,norelro -Wl,-z,lazy -Wl,-z,execstack \
  -o "$TMP/bare" "$TMP/bare.c"
for check in pie relro now stack segments guards copies; do
  [ -n "$($check "$TMP/bare")" ] && ok "${check}_can_fail" || no "${check}_can_fail"
done
exit $bad
