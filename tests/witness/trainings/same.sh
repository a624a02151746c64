# same.sh: sourced by determinism_*.sh after the kit: the trainings of `settings`, each with one thread as the reference, and once more in
# another way: the model files have to be the same byte for byte.
needs release
. tests/witness/trainings/make.sh

# train COMMAND NAME FILE OPTIONS...
train() {
  command=$1 name=$2 file=$3
  shift 3
  rm -f "$TMP/$file"
  # shellcheck disable=SC2046 # options are words
  (cd "$TMP" && "$command" train $(options_of "$name") --evaluate none --quiet --progress none --out "$file" "$@") >"$TMP/out" 2>"$TMP/err" || { cat "$TMP/err" >&2; return 1; }
}

# all_same WHAT COMMAND OPTIONS...: every training of $names gives its reference, that of one thread, again.
all_same() {
  what=$1 with=$2 differ=0
  shift 2
  for name in $names; do
    [ -f "$TMP/$name.reference" ] || train "$DENPA" "$name" "$name.reference" --threads 1 || no "$name: training failed"
    train "$with" "$name" other "$@" && cmp -s "$TMP/$name.reference" "$TMP/other" || { no "$name: $what" && differ=1; }
  done
  [ "$(cat "$TMP"/*.reference | wc -c)" -gt 100000 ] || no "the model files are too small to be real"
  [ $differ = 1 ] || ok "$what, $(echo "$names" | wc -w) trainings: $(echo "$names" | head -n 3 | tr '\n' ' ')..."
}

# in_turn K N: $names is the K-th of N parts of the trainings, which take turns: together the parts are all of them. In ./test.sh --full each
# part is all of them.
all_names=$names
in_turn() {
  names=$(echo "$all_names" | awk -v k="$1" -v n="$2" -v full="${DENPA_FULL-}" 'full != "" || NR % n == k % n')
}

# other_build COMPILER FLAGS [OPTIONS OF CMAKE]: the command built by another compiler, at another level of optimisation.
other_build() {
  compiler=$1 flags=$2
  shift 2
  can "$compiler $flags" "$compiler" || return
  cmake -S . -B "$TMP/built" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER="$compiler" -DCMAKE_C_FLAGS_RELEASE="$flags" \
    -DDENPA_TESTS=OFF "$@" >"$TMP/log" 2>&1 && cmake --build "$TMP/built" --target denpa >>"$TMP/log" 2>&1 || {
    no "$compiler $flags $*: does not build" "$(tail -n 20 "$TMP/log")"
    return
  }
  all_same "$compiler $flags $*" "$TMP/built/denpa" --threads 2
}
