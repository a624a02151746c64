#!/bin/sh
# offline.sh: with the plug pulled. No real MNIST anywhere and no network: training starts on the built-in digits and says why. Where
# the kernel allows it the network is really gone (unshare -n); elsewhere --offline stands in for it.
. tests/kit.sh
unset DENPA_DATA
export XDG_CACHE_HOME="$TMP/empty" HOME="$TMP/nobody"
mkdir -p "$HOME"

unplugged=
if unshare -n true 2>/dev/null; then
  unplugged="unshare -n"
elif unshare -rn true 2>/dev/null; then
  unplugged="unshare -rn"
else
  skip "no network" "it cannot be taken away here; --offline is used instead"
fi

# trains WHAT OPTIONS...: a few steps; the digits have to be named, and a reason on standard error.
trains() {
  what=$1
  shift
  if ! $unplugged timeout $patience "$DENPA" train --epochs 1 --steps 5 --evaluate none --threads 1 --lang en --out "$TMP/m.safetensors" "$@" >"$TMP/out" 2>"$TMP/err"; then
    no "$what" "exit status: $(cat "$TMP/out" "$TMP/err")"
  elif [ ! -s "$TMP/m.safetensors" ]; then
    no "$what" "no model: $(cat "$TMP/out" "$TMP/err")"
  elif ! cat "$TMP/out" "$TMP/err" | grep -q digits; then
    no "$what" "it does not say that it trains on the digits: $(cat "$TMP/out" "$TMP/err")"
  elif ! cat "$TMP/out" "$TMP/err" | grep -i mnist | grep -qiE 'offline|network|download|connect|resolve'; then
    no "$what" "it does not say why not on MNIST: $(cat "$TMP/out" "$TMP/err")"
  else
    ok "$what"
    rm -f "$TMP/m.safetensors"
  fi
}
trains "--offline falls back to the digits" --offline
[ -z "$unplugged" ] || trains "no network falls back to the digits"

# What is said at each training has at most three lines of 80 columns, in both languages.
short() { # NAME FILE
  [ "$(grep -c 'MNIST' "$2")" -ge 1 ] && [ "$(wc -L <"$2")" -le 80 ] && [ "$(wc -l <"$2")" -le 3 ] && ok "$1" || no "$1" "$(cat "$2")"
}
for lang in en ja; do
  for options in "" --offline; do
    # shellcheck disable=SC2086 # nothing, or one word
    $unplugged timeout "$patience" "$DENPA" data show $options --lang $lang 2>&1 >"$TMP/out" | grep -v 'Downloading\|ダウンロードします(' >"$TMP/said"
    short "the reason is short: $lang $options" "$TMP/said"
  done
done

# That no mirror could be reached is remembered for an hour: one attempt, then none. It is asked for with 'data get'.
if [ -n "$unplugged" ]; then
  tries() { # NAME YES|NO ARGUMENTS...
    what=$1 expected=$2
    shift 2
    got=no
    $unplugged timeout "$patience" "$DENPA" "$@" --lang en >"$TMP/out" 2>&1
    ! grep -q 'Downloading' "$TMP/out" || got=yes
    [ $got = "$expected" ] && ok "$what" || no "$what" "$(cat "$TMP/out")"
  }
  mark="$XDG_CACHE_HOME/denpa/mnist/unreachable"
  rm -f "$mark"
  tries "the first time it asks the mirrors" yes data show
  [ -s "$mark" ] && ok "the failure is remembered" || no "the failure is remembered"
  tries "the second time it does not" no data show
  grep -q 'denpa data get mnist' "$TMP/out" && ok "it says how to try again" || no "it says how to try again" "$(cat "$TMP/out")"
  tries "'data get mnist' asks all the same" yes data get mnist
  touch -d '2 hours ago' "$mark"
  tries "after an hour it asks again" yes data show
  touch -d 'next year' "$mark"
  tries "a clock that was wrong does not count" yes data show
  # in a cache that others can write to, a link could name any file
  echo mine >"$TMP/mine"
  rm -f "$mark"
  ln -s "$TMP/mine" "$mark"
  tries "a link is not believed" yes data show
  touch -d '2 hours ago' "$TMP/mine"
  tries "a link to an old file neither" yes data show
  [ "$(cat "$TMP/mine")" = mine ] && [ -L "$mark" ] && ok "a link is not followed" || no "a link is not followed" "$(cat "$TMP/mine")"
  rm -f "$mark"
  ln -s "$TMP/nowhere" "$mark"
  tries "a link to nothing is not believed" yes data show
  [ ! -e "$TMP/nowhere" ] && ok "a link to nothing is not followed" || no "a link to nothing is not followed"
  rm -f "$mark"
  mkdir "$mark"
  tries "a folder is not believed" yes data show
  rmdir "$mark"
fi

# Asked for by name, MNIST is not silently replaced.
if $unplugged timeout $patience "$DENPA" train mnist --steps 5 --offline --lang en >"$TMP/out" 2>"$TMP/err"; then
  no "'train mnist' without MNIST fails and says so"
elif [ $? -ne 1 ] || ! grep -qi mnist "$TMP/err"; then
  no "'train mnist' without MNIST fails and says so" "exit status 1 and a message about MNIST: $(cat "$TMP/out" "$TMP/err")"
else
  ok "'train mnist' without MNIST fails and says so"
fi

# libcurl is loaded for a download and for nothing else: with one that cannot be loaded, all other commands run as ever.
mkdir "$TMP/broken"
touch "$TMP/broken/libcurl.so.4" "$TMP/broken/libcurl-gnutls.so.4"
good "a command that downloads nothing needs no libcurl" env LD_LIBRARY_PATH="$TMP/broken" "$DENPA" data show digits:60
exits "without libcurl there is no download" 1 env LD_LIBRARY_PATH="$TMP/broken" "$DENPA" data get mnist --lang en
has "it says what is missing" 'libcurl cannot be loaded (package libcurl4)' "$TMP/err"

# And in Japanese.
if $unplugged timeout $patience "$DENPA" train --steps 1 --evaluate none --offline --lang ja >"$TMP/out" 2>&1 && grep -q 'MNIST\|mnist' "$TMP/out" && LC_ALL=C grep -q "$(printf '\343\201')" "$TMP/out"; then
  ok "in Japanese"
else
  no "in Japanese" "$(cat "$TMP/out")"
fi
exit $bad
