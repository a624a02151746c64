#!/bin/sh
# examples.sh: the programs of examples/ as people build them, with the installed library and pkg-config; each runs and says what it should.
. tests/kit.sh
good "installs" cmake --install "$build" --prefix "$TMP/usr"
[ $bad -eq 0 ] || exit 1
PKG_CONFIG_PATH=$(dirname "$(find "$TMP/usr" -name denpa.pc)")
export PKG_CONFIG_PATH
lib=$(dirname "$PKG_CONFIG_PATH")
extra=
[ -z "$sanitized" ] || extra="-fsanitize=$sanitized"

# What a program has to say, as one line of what it prints.
says() {
  case $1 in
    embed) echo 'test sample 0: label 0, the network says 0' ;;
    own_loop) echo 'the same bits' ;;
    own_data) echo '1740 updates; more than 95% of the test points are on the right arm' ;;
    predict_threads) echo '8 threads, 100 answers each, 0 threads with other bits than the first' ;;
    memory) echo 'test loss before and after: the same bits' ;;
    graph) echo 'epoch 300: loss below 0.001' ;;
    table) echo '2 rooms of 50 square metres in Osaka: 670 by the rule, 100% of it by the network' ;;
  esac
}

for program in examples/*.c; do
  name=$(basename "$program" .c)
  [ -n "$(says "$name")" ] || { no "$name has no line in this script" && continue; }
  # shellcheck disable=SC2046,SC2086 # lists of words
  good "$name: compiles" cc -std=c17 -Wall -Wextra $werror $extra -o "$TMP/$name" "$program" $(pkg-config --cflags --libs denpa) \
    -Wl,-rpath,"$lib" -pthread -lm
  (cd "$TMP" && "./$name" >"$TMP/$name.out" 2>"$TMP/$name.err") || no "$name: runs" "$(cat "$TMP/$name.err")"
  if grep -qxF -e "$(says "$name")" "$TMP/$name.out"; then ok "$name: says what it should"; else no "$name: says what it should" "$(cat "$TMP/$name.out")"; fi
done

# Programs of before keep their names for one version, and a macro X of the program's own stays.
printf '%s\n' '#define X 7' '#define DENPA_OLD_NAMES' '#include <denpa/denpa.h>' 'int main(void) {' '  denpa_data *d;' \
  '  if (denpa_data_digits(&d, 6, 1, NULL) == DENPA_ARGUMENT || denpa_data_rows(d, DENPA_TEST) != 1) return 1;' \
  '  denpa_data_free(d);' '  return X - 7;' '}' >"$TMP/old.c"
# shellcheck disable=SC2046,SC2086
good "old names compile" cc -std=c17 -Wall -Wextra $werror $extra -o "$TMP/old" "$TMP/old.c" $(pkg-config --cflags --libs denpa) -Wl,-rpath,"$lib"
good "old names run" "$TMP/old"

# A table's model: the program's answer is the command's.
printf 'town,size,rooms\nOsaka,50,2\n' >"$TMP/new.csv"
printf '%s\n' '#include <denpa/denpa.h>' '#include <stdio.h>' 'int main(void) {' '  denpa_net *net; denpa_answer a;' \
  '  const denpa_field row[] = {{"town", "Osaka", 0}, {"size", NULL, 50}, {"rooms", NULL, 2}};' \
  '  if (denpa_net_load(&net, "rents.safetensors", NULL, NULL, NULL)) return 1;' \
  '  if (denpa_net_answer_fields(net, row, 3, &a, NULL, NULL)) return 1;' \
  '  denpa_net_free(net);' '  return printf("%.17g\n", a.number) < 0;' '}' >"$TMP/ask.c"
# shellcheck disable=SC2046,SC2086
good "a program that asks a table's model compiles" cc -std=c17 $extra -o "$TMP/ask" "$TMP/ask.c" $(pkg-config --cflags --libs denpa) -Wl,-rpath,"$lib"
good "a table's model is trained" sh -c 'cd "$1" && "$2" train rents.csv --epochs 20 --quiet --progress none --out rents.safetensors' sh "$TMP" "$DENPA"
(cd "$TMP" && "$DENPA" predict rents.safetensors new.csv | tail -n 1 && ./ask) >"$TMP/both" 2>&1
if "$python" -c 'import sys; a, b = map(float, open(sys.argv[1])); sys.exit(a != b)' "$TMP/both"; then ok "command and program say the same"; else no "command and program say the same" "$(cat "$TMP/both")"; fi
exit $bad
