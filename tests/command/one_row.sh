#!/bin/sh
# one_row.sh: an optimizer, an activation, a setting and a subcommand more is a row each and nothing else: they are added to a copy of the
# tree, which is built, trains with them, and tells of them wherever it tells of the others. And a row without its other half does not
# compile.
. tests/kit.sh
needs full release
copy=$TMP/copy
mkdir "$copy"
tar -cf - CMakeLists.txt CMakePresets.json cmake docs include LICENSE po scripts src third_party tests/unit | tar -xf - -C "$copy"

# before PATTERN FILE: puts standard input before the first line that begins with PATTERN.
before() {
  cat >"$TMP/more"
  awk -v pattern="$1" -v more="$TMP/more" '
    !done && index($0, pattern) == 1 { while ((getline line < more) > 0) print line; done = 1 }
    { print }
    END { exit !done }' "$copy/$2" >"$TMP/changed" && mv "$TMP/changed" "$copy/$2" || no "the place in $2" "there is no line '$1'"
}

# ---- an optimizer: one file -------------------------------------------------------------------------------
before '/* ---- the table' src/learn/optimizer.c <<'EOF'
/* w := w - rate sign(g), but for gradients that are not above the floor. */
static bool signsgd(void *context, const dnp_kernels *kernels, size_t begin, size_t count, void *grad, void *value) {
  (void)begin;
  const dnp_optimizer_state *d = context;
  for (size_t i = 0; i < count; i++)
    if (kernels->dtype == DENPA_DTYPE_FLOAT32) {
      const float g = ((float *)grad)[i], rate = (float)d->rate;
      if (fabs((double)g) > d->settings.set.sign_floor) ((float *)value)[i] -= g > 0 ? rate : -rate;
    } else {
      const double g = ((double *)grad)[i];
      if (fabs(g) > d->settings.set.sign_floor) ((double *)value)[i] -= g > 0 ? d->rate : -d->rate;
    }
  return false; /* nothing is spoilt */
}
static double signsgd_first(const dnp_optimizer_settings *settings, double g, double w) {
  return (void)w, !(fabs(g) > settings->set.sign_floor) ? 0 : g > 0 ? settings->set.lr : -settings->set.lr;
}
static const dnp_update_words signsgd_words = {DNP_N("Every weight moves by the learning rate {1:.15g}.\n"),
    "{1} := {1} - {2} * sign(d{1})", {"    {1}[{2}]: {3} - {4} = {6}\n", "    {1}[{2}]: {3} + {4} = {6}\n"}, BY_CHANGES};

EOF
awk '/^#define OPTIMIZERS/ { hit = NR } { line[NR] = $0 } END {
  for (i = 1; i <= NR; i++) {
    if (i == hit - 1) print "    {.name = \"signsgd\", .lr = {0.002, 0}, .update = signsgd, .first = signsgd_first, .words = &signsgd_words,\n" \
      "        .numpy = \"def update(name, gradient, rate):\\n    params[name] -= rate * np.sign(gradient)\\n\"},"
    print line[i]
  } }' "$copy/src/learn/optimizer.c" >"$TMP/changed" && mv "$TMP/changed" "$copy/src/learn/optimizer.c"

# ---- a setting: its row, its member, its help ----------------------------------------------------------------
before 'SETTING(SCHEDULE,' src/learn/settings.def <<'EOF'
SETTING(SIGN_FLOOR, sign_floor, double, REAL, 0, 0,
    0, NONE, true,
    "sign_floor", CHANGED, DNP_N("floor of the gradient"), "0.001",
    "sign-floor", TRAIN | SEARCH, CLI_TRAINING, "NUMBER", "0")
EOF
before '  denpa_schedule schedule;' include/denpa/denpa.h <<'EOF'
  double sign_floor;
EOF
before '[SCHEDULE]' src/cli/options.txt <<'EOF'
[SIGN_FLOOR]
Gradients that are not above it move nothing.

EOF

# ---- an activation: one file and its name in the list -------------------------------------------------------
cat >"$copy/src/op/half.c" <<'EOF'
/* half.c: the activation a / 2. */
#include "op/row.h"

static void half_float(size_t count, const void *a, void *z) {
  for (size_t i = 0; i < count; i++) ((float *)z)[i] = ((const float *)a)[i] / 2;
}
static void half_double(size_t count, const void *a, void *z) {
  for (size_t i = 0; i < count; i++) ((double *)z)[i] = ((const double *)a)[i] / 2;
}
static void back_float(size_t count, const void *from, const void *dz, void *da) {
  (void)from, half_float(count, dz, da);
}
static void back_double(size_t count, const void *from, const void *dz, void *da) {
  (void)from, half_double(count, dz, da);
}
static void forward(const dnp_node *node, const dnp_slice *slice) {
  dnp_activation_forward(node, slice, node->kernels->dtype == DENPA_DTYPE_FLOAT32 ? half_float : half_double);
}
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  dnp_activation_backward(node, node->out, to, slice, node->kernels->dtype == DENPA_DTYPE_FLOAT32 ? back_float : back_double);
}
static double value(denpa_dtype dtype, double a, const double *arg) { return (void)dtype, (void)arg, a / 2; }
static double slope(denpa_dtype dtype, double z) { return (void)dtype, (void)z, 0.5; }
static const dnp_activation_rule rule = {.value = value, .value_form = "{1} / 2", .slope = slope, .slope_form = "1 / 2"};
static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  (void)slice;
  return dnp_activation_terms(node, which, element, &rule, recipe, terms, room);
}
const dnp_op dnp_op_half = {.name = "half", .word = "half", .formula = "Z[..] := A[..] / 2", .inputs = 1,
    .shape = dnp_shape_elementwise, .forward = forward, .backward = backward,
    .explanation = DNP_N("{1} is half of {2}."), .explanation_back = {DNP_N("{5} is half of {1}.")},
    .writing = {.forward = "{1} = {2} / 2", .back = {"{5} = {1} / 2"}},
    .numpy = {.value = "return a / 2\n", .slope = "return np.full_like(z, 0.5)\n"}, .terms = terms_of, .cases = dnp_cases_one};
EOF
sed -i 's/X(identity)/X(identity) X(half)/' "$copy/src/op/op.h"

# ---- a subcommand: its row, its text, its file --------------------------------------------------------------
before 'COMMAND(BOOK,' src/cli/commands.def <<'EOF'
COMMAND(GREET, greet, ARGUMENTS("[NAME]"), 0, 1,
    DNP_N("say hello"),
    EXAMPLES({"denpa greet", DNP_N("hello")}))
EOF
before '[book]' src/cli/commands.txt <<'EOF'
[greet]
Says hello to whoever it is.

EOF
cat >"$copy/src/cli/greet.c" <<'EOF'
/* greet.c: `denpa greet`: hello. */
#include "cli/cli.h"

int cli_greet(const cli_options *options, int argc, char **argv) {
  (void)options;
  printf("hello %s\n", argc > 0 ? argv[0] : "you");
  return CLI_DONE;
}
EOF

# ---- all of them ---------------------------------------------------------------------------------------------
[ $bad -eq 0 ] || exit 1
# The kernels know of none of these: their objects are the tested build's.
mkdir "$TMP/objects"
cp -r "$build/CMakeFiles/denpa_room_kernel.dir" "$TMP/objects"
if ! CMAKE_C_COMPILER_LAUNCHER="$root/tests/launcher.sh;$TMP/objects" cmake -S "$copy" -B "$copy/build" -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS=-O0 -DDENPA_TESTS=OFF >"$TMP/log" 2>&1 ||
  ! cmake --build "$copy/build" --target denpa >"$TMP/log" 2>&1; then
  no builds "$(grep -E -A4 'error:' "$TMP/log" | head -n 40)"
  exit 1
fi
ok builds
DENPA=$copy/build/denpa

cd "$TMP" || exit 1
good trains "$DENPA" train digits:300 --net 784-5-10 --act half --init he --optimizer signsgd --sign-floor 0.0001 --epochs 2 --quiet --out m.safetensors --run run
"$DENPA" info m.safetensors >info && "$DENPA" info m.safetensors --json >info.json
has info_optimizer 'signsgd' info
has info_learning_rate '0.002' info
has info_setting 'floor of the gradient' info
has json_setting '"sign_floor": "0.0001"' info.json
has metadata '"sign_floor":"0.0001"' m.safetensors
has options_json '"sign-floor": 0.0001' run/options.json
"$DENPA" train --help >help && "$DENPA" generate man train >man && "$DENPA" generate completion bash >bash
has help_optimizer 'adamw|signsgd' help
has help_default 'optimizer signsgd' help
has help_activation '|half|' help
has help_setting '--sign-floor NUMBER' help
has help_of_the_setting 'Gradients that are not above it move nothing.' help
has man_setting '*--sign-floor* _NUMBER_' man
has completion_optimizer 'adamw signsgd' bash
has completion_activation ' half ' bash
has completion_setting '--sign-floor' bash
refused no_optimizer 2 'signsgd' train digits:60 --optimizer signgsd
refused no_activation 2 '|half|' train digits:60 --act haf
refused setting_below_its_range 2 'at least 0' train digits:60 --sign-floor -1
exits step 0 "$DENPA" step digits:60 --optimizer signsgd --act half
has step_optimizer 'W1 := W1 - 0.002 * sign(dW1)' out
has step_activation '] / 2' out
exits why 0 "$DENPA" why m.safetensors 'W2[3,4]'
has why_optimizer 'signsgd' out
exits check 0 "$DENPA" check m.safetensors --samples 5
exits try 0 "$DENPA" search digits:60 --net 784-5-10 --try 'sign-floor=0|1e-5' --optimizer signsgd --epochs 1 --quiet
"$DENPA" train digits:60 --net 784-5-10 --act half --optimizer signsgd --steps 3 --quiet --evaluate none --out plain.safetensors
lacks setting_left_alone 'sign_floor' plain.safetensors
good export "$DENPA" export plain.safetensors --out plain.py --quiet
has export_optimizer 'np.sign(gradient)' plain.py
exits command 0 "$DENPA" greet people
has command_runs 'hello people' out
"$DENPA" --help >help && "$DENPA" help greet >greet
has command_in_help 'say hello' help
has command_has_help 'Says hello to whoever it is.' greet
has command_in_completion 'greet) words=' bash
cd "$root" || exit 1

# ---- the other half ------------------------------------------------------------------------------------------
compiles() { # SOURCE, in the copy
  cc -std=c17 -D_XOPEN_SOURCE=700 -fsyntax-only -I"$copy/include" -I"$copy/src" -I"$copy/build/generated" "$copy/$1"
}
good settings_compile compiles src/learn/settings.c
cp "$copy/include/denpa/denpa.h" "$TMP/denpa.h"
sed -i 's/^  denpa_compat compat;/&\n  int hidden;/' "$copy/include/denpa/denpa.h" # where there was room between two members
exits a_member_without_a_row 1 compiles src/learn/settings.c
grep -v '^  double sign_floor;' "$TMP/denpa.h" >"$copy/include/denpa/denpa.h"
exits a_row_without_a_member 1 compiles src/learn/settings.c
sed 's/^  double sign_floor;/  float sign_floor;/' "$TMP/denpa.h" >"$copy/include/denpa/denpa.h"
exits a_member_of_another_type 1 compiles src/learn/settings.c
sed -e '/^  double sign_floor;/d' -e 's/^  denpa_schedule schedule;.*/&\n  double sign_floor;/' "$TMP/denpa.h" >"$copy/include/denpa/denpa.h"
exits a_member_at_another_place 1 compiles src/learn/settings.c
cp "$TMP/denpa.h" "$copy/include/denpa/denpa.h"
sed -i 's/^COMMAND(GREET, greet/COMMAND(GREET, greeting/' "$copy/src/cli/commands.def"
exits a_command_without_its_text 1 compiles src/cli/commands.c
exit $bad
