# texts.awk: awk -v name=NAME [-v out=HEADER] -f texts.awk NAME.txt
# Turns the long texts of a room into macros, for the C files that include NAME_txt.h and for xgettext (po/update.sh). NAME.txt:
#
#   What stands before the first section is for those who edit the file.
#   [section]
#   The lines of a paragraph are joined by blanks. DNP_TEXT_NAME_section is
#   this text as one literal, in the catalogue.
#
#   An empty line begins another paragraph: another literal, after a comma.
#
# DNP_TEXTS_NAME(X) lists the sections, so that C can check that each of them is somebody's.

function refuse(what) {
  print FILENAME ":" FNR ": " what > "/dev/stderr"
  failed = 1
  exit 1
}

function end_paragraph() {
  if (paragraph != "") body = body (body == "" ? "" : ", ") "DNP_N(\"" paragraph "\")"
  paragraph = ""
}

function end_section() {
  end_paragraph()
  if (section == "") return
  if (body == "") refuse("section [" section "] ends here and has no text")
  defines = defines "#define DNP_TEXT_" name "_" section " " body "\n"
  list = list " X(" section ")"
  body = ""
}

/^\[.*\]$/ {
  end_section()
  section = substr($0, 2, length($0) - 2)
  if (section !~ /^[A-Za-z_][A-Za-z0-9_]*$/) refuse("[" section "] is not a section: letters, digits and _ make an identifier of C")
  if (section in seen) refuse("[" section "] stands here for the second time")
  seen[section] = 1
  next
}

section == "" { next }

/^[ \t]*$/ { end_paragraph(); next }

{
  if ($0 ~ /^[ \t]|[ \t]$/) refuse("blanks at the beginning or the end of a line; take them away")
  gsub(/[\\"]/, "\\\\&")
  paragraph = paragraph (paragraph == "" ? "" : " ") $0
}

END {
  if (failed) exit 1
  end_section()
  if (section == "") refuse("there is no section; one begins with a line [name]")
  if (out == "") out = "/dev/stdout"
  printf "/* Generated from %s.txt; do not edit. */\n#include \"base/text.h\"\n\n%s#define DNP_TEXTS_%s(X)%s\n", name, defines, name, list > out
}
