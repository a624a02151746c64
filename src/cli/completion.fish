# fish completion for denpa. `denpa generate completion fish` writes it: this part, which knows how fish asks, and
# behind it what comes from the tables of commands and options: _denpa_valued, _denpa_value, _denpa_argument, and what
# is offered where.

# What has been typed of a value or an argument, as it stands there.
function _denpa_typed
    string replace -r -- '^--[a-z0-9-]*=' '' (commandline -ct)
end

# Words; of several ch04/... their common ch04 until it is typed, of digits:600 nothing before the colon.
function _denpa_words
    set -l typed (_denpa_typed)
    set -l found
    for word in (string split ' ' -- $argv[1])
        string match -q -- '*:?*' $word; and not string match -q -- '*:*' $typed; and continue
        test "$typed" = (string sub -l (string length -- "$typed") -- $word); and set -a found $word
    end
    set -l groups (string replace -r '/.*' '' -- $found | sort -u)
    if not string match -q -- '*/*' $typed; and test (count $groups) -ge 2
        set found $groups
    end
    printf '%s\n' $found
end

# Paths as fish itself has them for what was typed: folders, and the files whose names end as one of the words says: any
# file for `any`, none for `/`. (Behind a : or = fish begins a path anew, which is none here.)
function _denpa_paths
    set -l endings '\.(?:'(string replace -a ' ' '|' -- $argv[1])')$'
    for path in (complete -C "'' $argv[2]" | string replace -r '\t.*' '')
        test -e (string replace -r '^~' $HOME -- $path); or continue
        if test "$argv[1]" = any; or string match -q -- '*/' $path; or string match -q -r -i -- $endings $path
            echo $path
        end
    end
end

function _denpa_files
    _denpa_paths $argv[1] (_denpa_typed)
end

# A file behind @.
function _denpa_at
    set -l typed (_denpa_typed)
    string match -q -- '@*' $typed; or return
    string replace -r '^' '@' -- (_denpa_paths any (string sub -s 2 -- $typed))
end

# COMMAND:PLACE:FIRST-ARGUMENT of what is being typed; nothing before the first colon: the command is.
function _denpa_place
    set -l option
    set -l command
    set -l args
    for word in (commandline -opc)[2..-1]
        if test -n "$option"
            set option
        else if _denpa_valued $word
            set option $word
        else if string match -q -- '-*' $word
            continue
        else if test -z "$command"
            set command $word
        else
            set -a args $word
        end
    end
    set -l place (count $args)
    test $place -le 9; or set place 9
    echo "$command:$place:$args[1]"
end

# Whether the command is one of these; a name of a command is asked for.
function _denpa_is
    contains -- (string replace -r ':.*' '' -- (_denpa_place)) $argv
end
function _denpa_asks_command
    string match -q -r -- '^:|^help:0:' (_denpa_place)
end
