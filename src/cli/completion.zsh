#compdef denpa
# zsh completion for denpa. `denpa generate completion zsh` writes it: this part, and behind it what comes from the
# tables of commands and options.

# The words, and folders and the files whose names end as one of the endings says: any file for `any`, folders only
# for `/`.
_denpa_offer() {
  local -a words
  words=(${=1})
  (( $#words )) && compadd -a words
  case $2 in
    '') ;;
    any) _files ;;
    /) _files -/ ;;
    *) _files -g "*.(${2// /|})(-.)" ;;
  esac
}

