#!/bin/sh
# update.sh: brings po/ja.po up to date with the texts of the sources. Run it from anywhere after texts have changed, then
# translate what `msgattrib --untranslated po/ja.po` and `msgattrib --only-fuzzy po/ja.po` show.
#   po/update.sh              merges into po/ja.po
#   po/update.sh --pot FILE   only extracts the English texts into FILE
set -eu
cd "$(dirname "$0")/.."
pot=$(mktemp)
trap 'rm -rf "$pot" "$pot.list" "$pot.d"' EXIT

extract() { # FILES on standard input, keywords as arguments
  xgettext --files-from=- --language=C --from-code=UTF-8 --add-location=file --no-wrap --sort-by-file --package-name=denpa \
    --output="$pot" --keyword "$@"
}

: >"$pot.list"
find src -name '*.c' -o -name '*.h' -o -name '*.def' | LC_ALL=C sort >"$pot.list"
extract -kdnp_fail:3 -kdnp_fail_errno:2 -kdnp_t:1 -kDNP_N:1 -kdnp_say:3 -kdnp_say_in:4 -kput_say:3 -kdnp_page_say:2 -kdnp_page_say_string:2 -kcli_tell:2 -kdnp_render:4 -kREFUSE:3 -kRENDER:4 -kdnp_notes_say:2 -kdnp_notes_head:2 -kdnp_notes_number:4 -kdnp_notes_ask:3 -kdnp_notes_hint:2 -kdnp_figure_say:3 -kdnp_book_claim:3 <"$pot.list"
sed -i 's/charset=CHARSET/charset=UTF-8/' "$pot"

# Templates: @{text} wherever it stands, in rows of operations too. Each becomes a line of C in a file of the same name elsewhere.
for template in src/interop/export_numpy.py src/interop/export_forward.py $(grep -l '@{[^}]*}' src/op/*.c); do
  mkdir -p "$pot.d/$(dirname "$template")"
  grep -o '@{[^}]*}' "$template" | sed -e 's/"/\\"/g' -e 's/^@{\(.*\)}$/DNP_N("\1")/' >"$pot.d/$template"
  echo "$template" | extract --join-existing --directory="$pot.d" -kDNP_N:1
done

# Long texts: the C that the build makes of them, under their own names elsewhere.
for text in src/*/*.txt; do
  mkdir -p "$pot.d/$(dirname "$text")"
  awk -v name="$(basename "$text" .txt)" -f cmake/texts.awk "$text" >"$pot.d/$text"
  echo "$text" | extract --join-existing --directory="$pot.d" -kDNP_N:1
done

echo include/denpa/denpa.h | extract --join-existing -kROW:4 # the list of statuses

# No text is a printf format, and a date would change with every run.
sed -i -e '/^#, c-format$/d' -e '/^"POT-Creation-Date/d' "$pot"

if [ "${1-}" = --pot ]; then
  cp "$pot" "$2"
else
  msgmerge --quiet --update --backup=none --no-wrap --add-location=file --previous po/ja.po "$pot"
  msgattrib --no-obsolete --no-wrap --output-file=po/ja.po po/ja.po
  msgfmt --check-header --statistics -o /dev/null po/ja.po
fi
