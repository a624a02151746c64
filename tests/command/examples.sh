#!/bin/sh
# examples.sh: the programs of docs/library.md as people build them, with the installed library: taken from both pages, compiled without a warning,
# run, and compared with what the pages show. Each program of examples/ stands there. And what else a program may rely on.
. tests/kit.sh
needs release
cmake --install "$build" --prefix "$TMP/usr" >"$TMP/log" 2>&1 || { no "installs" "$(cat "$TMP/log")" && exit 1; }
lib=$(dirname "$(find "$TMP/usr" -name libdenpa.so)")
export PATH="$TMP/usr/bin:$PATH" PKG_CONFIG_PATH="$lib/pkgconfig" LD_LIBRARY_PATH="$lib" CMAKE_PREFIX_PATH="$TMP/usr" CMAKE_GENERATOR=Ninja
sh scripts/docs.sh check docs/library.md docs/library.ja.md || bad=1
for program in examples/*.c examples/*.cc; do
  has "$program stands on the page" "<!-- file: $program -->" docs/library.md
done

# The manual page of the library, in both languages: each function of the header once, and no other.
grep -oE '^.*denpa_[a-z0-9_]+ *\(' include/denpa/denpa.h | grep '^DENPA_API' | grep -oE 'denpa_[a-z0-9_]+ *\(' | tr -d ' (' | sort >"$TMP/functions"
good "the header has functions" test "$(wc -l <"$TMP/functions")" -gt 80
for page in docs/man/libdenpa.3.scd docs/man/libdenpa.ja.3.scd; do
  sed -n '/^# \(FUNCTIONS\|関数\)$/,$p' "$page" | grep -oE '\*denpa_[a-z0-9_]+\*\(\)' | tr -d '*()' | sort >"$TMP/named"
  same "$page names the functions" "$TMP/functions" "$TMP/named"
done
if can "the page of the library is installed" scdoc; then
  for page in man3/libdenpa.3 ja/man3/libdenpa.3; do has "$page" 'denpa_net_predict' "$TMP/usr/share/man/$page"; done
fi

# built PROGRAM: $TMP/PROGRAM from $TMP/PROGRAM.c.
built() {
  # shellcheck disable=SC2046,SC2086 # lists of words
  good "$1 compiles" cc -std=c17 -Wall -Wextra $werror -o "$TMP/$1" "$TMP/$1.c" $(pkg-config --cflags --libs denpa)
}

# Programs of before keep their names for one version, and a macro X of the program's own stays.
printf '%s\n' '#define X 7' '#define DENPA_OLD_NAMES' '#include <denpa/denpa.h>' 'int main(void) {' '  denpa_data *d;' \
  '  if (denpa_data_digits(&d, 6, 1, NULL) == DENPA_ARGUMENT || denpa_data_rows(d, DENPA_TEST) != 1) return 1;' \
  '  denpa_data_free(d);' '  return X - 7;' '}' >"$TMP/old_names.c"
built old_names
good "old names run" "$TMP/old_names"

# A table's model: the program's answer is the command's.
printf 'town,size,rooms,rent\n' >"$TMP/rents.csv"
awk 'BEGIN { split("Kobe Osaka Kyoto", town, " "); for (i = 0; i < 240; i++) {
  size = 20 + i * 7 % 80; rooms = 1 + i % 4; print town[i % 3 + 1] "," size "," rooms "," 9 * size + 60 * rooms + 100 * (i % 3) } }' >>"$TMP/rents.csv"
printf 'town,size,rooms\nOsaka,50,2\n' >"$TMP/new.csv"
printf '%s\n' '#include <denpa/denpa.h>' '#include <stdio.h>' 'int main(void) {' '  denpa_net *net; denpa_answer a;' \
  '  const denpa_field row[] = {{"town", "Osaka", 0}, {"size", NULL, 50}, {"rooms", NULL, 2}};' \
  '  if (denpa_net_load(&net, "rents.safetensors", NULL, NULL, NULL)) return 1;' \
  '  if (denpa_net_answer_fields(net, row, 3, &a, NULL, NULL)) return 1;' \
  '  denpa_net_free(net);' '  return printf("%.17g\n", a.number) < 0;' '}' >"$TMP/ask.c"
built ask
good "a table's model is trained" sh -c 'cd "$1" && "$2" train rents.csv --epochs 20 --quiet --progress none --out rents.safetensors' sh "$TMP" "$DENPA"
(cd "$TMP" && "$DENPA" predict rents.safetensors new.csv | tail -n 1 && ./ask) >"$TMP/both" 2>&1
if "$python" -c 'import sys; a, b = map(float, open(sys.argv[1])); sys.exit(a != b)' "$TMP/both"; then ok "command and program say the same"; else no "command and program say the same" "$(cat "$TMP/both")"; fi

# A model that learned from a program's rows: the command says so, instead of looking for a file of the name that the program chose.
printf '%s\n' '#include <denpa/denpa.h>' 'int main(void) {' '  const float x[4][3] = {{0}, {1, 1, 1}, {0, 1, 0}, {1, 0, 1}};' '  const int32_t label[4] = {0, 1, 0, 1};' \
  '  const denpa_rows rows = {.rows = 4, .dtype = DENPA_DTYPE_FLOAT32, .x = x, .label = label};' '  denpa_data *data; denpa_net *net;' \
  '  return denpa_data_from_memory(&data, "mine", 3, 2, &rows, NULL, NULL) || denpa_net_create(&net, "3-4-2", NULL, NULL) ||' \
  '         denpa_train(net, data, NULL, NULL, NULL) || denpa_net_save(net, "mine.safetensors", NULL);' '}' >"$TMP/mine.c"
built mine
cd "$TMP" || exit 1
good "a program's rows are learned" ./mine
good "such a model is described" "$DENPA" info mine.safetensors
for command in eval check doctor; do
  refused "${command}_without_the_rows" 1 "learned from a program's own rows (\"mine\"), which are in no file; name data after the model" "$command" mine.safetensors
done
refused "tables_for_a_program's_model" 1 "learned from a program's own rows of 3 numbers, not from tables or pictures" predict mine.safetensors new.csv
exit $bad
