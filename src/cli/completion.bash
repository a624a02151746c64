# bash completion for denpa. `denpa generate completion bash` writes it: this part, which knows how bash asks, behind
# it the functions that come from the tables of commands and options: _denpa_valued, _denpa_value, _denpa_argument,
# _denpa_options.

# Adds those of the words that begin as typed; of several ch04/... their common ch04 until it is typed, of digits:600
# nothing before the colon.
_denpa_words() {
  local IFS=$' \t\n' word group found=() groups=()
  for word in $1; do
    [[ $word == "$value"* ]] || continue
    [[ $word == *:?* && $value != *:* ]] && continue
    found+=("$word")
    group=${word%%/*}
    [[ " ${groups[*]} " == *" $group "* ]] || groups+=("$group")
  done
  [[ $value == */* ]] || ((${#groups[@]} < 2)) || found=("${groups[@]}")
  COMPREPLY+=("${found[@]}")
}

# Adds folders, and the files whose names end as one of the words says: any file for `any`, none for `/`.
_denpa_files() {
  local IFS=$' \t\n' typed=${value#[\"\']} file path name ending
  typed=${typed//\\/} # as bash will quote it again
  compopt -o filenames 2>/dev/null
  while IFS= read -r file; do
    name=${file##*/} path=$file
    [[ $name == .* && ${typed##*/} != .* ]] && continue
    [[ $path == "~/"* ]] && path=$HOME/${path#"~/"}
    [[ -e $path || -L $path || $path == "~"* ]] || continue # half of a name that has a newline
    if [[ -d $path || $1 == any ]]; then
      COMPREPLY+=("$file")
      continue
    fi
    for ending in $1; do
      [[ ${name,,} != *".$ending" ]] || COMPREPLY+=("$file")
    done
  done < <(compgen -f -- "$typed")
}

# A file behind @.
_denpa_at() {
  [[ $value == @* ]] || return
  value=${value#@} lead+=@
  _denpa_files any
}

_denpa() {
  local IFS=$' \t\n' words=() args=() rest=${COMP_LINE-} word last= option= command= current value lead head= i

  # What was typed without a blank between is one word, though bash takes it apart at = : and @.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ -n $rest ]]; then
      [[ $rest == [[:space:]]* ]] && last= || last=glued
      rest=${rest#"${rest%%[![:space:]]*}"}
      rest=${rest#"$word"}
    elif [[ -z ${COMP_LINE-} ]]; then
      [[ $word == [=:] || ${COMP_WORDS[i - 1]-} == [=:] ]] && last=glued || last=
    fi
    if ((i > 0)) && [[ $last == glued ]]; then
      words[${#words[@]} - 1]+=$word
    else
      words+=("$word")
    fi
  done

  current=${words[${#words[@]} - 1]} value=$current
  for word in "${words[@]:1:${#words[@]}-2}"; do
    if [[ -n $option ]]; then
      option=
    elif _denpa_valued "$word"; then
      option=$word
    elif [[ $word != -* ]]; then
      if [[ -z $command ]]; then command=$word; else args+=("$word"); fi
    fi
  done
  if [[ -z $option && $current == --*=* ]]; then
    option=${current%%=*} value=${current#*=}
  fi

  lead=${current%"$value"}

  COMPREPLY=()
  if [[ -n $option ]]; then
    _denpa_value "$option"
  elif [[ $current == -* ]]; then
    _denpa_options "$command"
  else
    i=${#args[@]}
    _denpa_argument "$command:$((i < 9 ? i : 9)):${args[0]-}"
  fi

  # bash replaces only what stands behind the last character at which it takes words apart. Two usage lines may have
  # offered the same.
  for ((i = ${#current}; i > 0; i--)); do
    word=${current:i-1:1}
    if [[ $word == [=:@] && ${COMP_WORDBREAKS-} == *"$word"* ]]; then
      head=${current:0:i}
      break
    fi
  done
  local -A seen=()
  for i in "${!COMPREPLY[@]}"; do
    word=$lead${COMPREPLY[i]}
    word=${word#"$head"}
    if [[ -n ${seen[x$word]-} ]]; then unset "COMPREPLY[i]"; else COMPREPLY[i]=$word seen[x$word]=1; fi
  done
  COMPREPLY=("${COMPREPLY[@]}")
  [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *[=:] ]] || compopt -o nospace 2>/dev/null
}
complete -F _denpa denpa
