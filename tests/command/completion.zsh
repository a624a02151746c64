# completion.zsh: for completion.sh: FOLDER FILE, with lines on standard input: what zsh offers where Tab is pressed behind each, with a bar
# behind each and sorted, a tab, and the line as it stands afterwards. A zsh with a terminal of its own loads the completion as a person's does
# (compinit, FILE as _denpa in FOLDER); compadd is listened to.
emulate -R zsh
zmodload zsh/zpty
export FUNCTIONS=$1 TELL=$1/told TERM=dumb
cat >$1/child <<'CHILD'
LC_COLLATE=C PS1= PS2= RPS1= LISTMAX=100000
unsetopt beep auto_list list_ambiguous prompt_sp
fpath=($FUNCTIONS $fpath)
autoload -Uz compinit && compinit -u -D
typeset -ga offered
compadd() {
  local -a options got
  zparseopts -E -a options O: A: D:
  if (( $#options == 0 )); then
    builtin compadd -O got "$@"
    offered+=("$got[@]")
  fi
  builtin compadd "$@"
}
tell() {
  print -rn -- "${(pj:|:)${(@ou)${(@Q)offered}}}${offered:+|}"$'\t'"$BUFFER" >$TELL.part
  mv $TELL.part $TELL
  offered=() BUFFER=
}
zle -N tell
bindkey -e
bindkey '^I' complete-word '^X^B' tell
: >$TELL
CHILD
await() { # the file, while what the terminal shows is thrown away
  local shown
  until [[ -e $TELL ]]; do
    zpty -rt denpa shown 2>/dev/null
    sleep 0.01
  done
}
rm -f $TELL
zpty denpa zsh -f -i
zpty -w denpa ". $1/child"
await
while IFS= read -r line; do
  rm -f $TELL
  zpty -w -n denpa "$line"$'\t\C-x\C-b'
  await
  print -r -- "$(<$TELL)"
done
zpty -d denpa
