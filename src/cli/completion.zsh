#compdef denpa
# zsh completion for denpa. `denpa generate completion zsh` writes it: this part, which knows how zsh asks, and behind
# it what comes from the tables of commands and options: _denpa_value, _denpa_argument, _denpa.

# Adds words; of several ch04/... their common ch04 until it is typed, of digits:600 nothing before the colon. Behind
# one that ends in a colon something has to follow.
_denpa_words() {
  local word
  local -a whole begun groups
  for word in ${=1}; do
    [[ $word == *:?* && $PREFIX != *:* ]] && continue
    if [[ $word == *: ]]; then begun+=($word); else whole+=($word); fi
  done
  if [[ $1 == */* && $PREFIX != */* ]]; then
    groups=(${(u)${(M)whole:#${PREFIX}*}%%/*})
    (( $#groups < 2 )) || whole=($groups)
  fi
  (( $#whole == 0 )) || compadd -- $whole
  (( $#begun == 0 )) || compadd -S '' -- $begun
}

# Adds folders, and the files whose names end as one of the words says: any file for `any`, none for `/`.
_denpa_files() {
  case $1 in
    any) _files ;;
    /) _files -/ ;;
    *) _files -g "(#i)*.(${1// /|})(-.)" ;;
  esac
}

# A file behind @.
_denpa_at() {
  compset -P @ && _files
}

# What stands at a place of a command, 0 for its first argument; $line is what _arguments has found there.
_denpa_here() {
  _denpa_argument "$1:$2:$line[1]"
}
