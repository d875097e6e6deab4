#!/bin/bash
# usage: completions.sh LEAKWATCH BASH-COMPLETION ZSH-COMPLETION FISH-COMPLETION
# The completions name every option, bash and fish offer what they should, and zsh can read its own.
set -u
leakwatch=$1 bash_file=$2 zsh_file=$3 fish_file=$4
library=/usr/share/bash-completion/bash_completion
status=0

fail()
{
    echo "$1"
    status=1
}

for command in run trace attach libs limits show diff; do
    for option in $("$leakwatch" help "$command" | sed -nE 's/^  (-.)?,? *(--[a-z0-9-]+)?.*/\1 \2/p'); do
        sed -n "/^_leakwatch_$command()/,/^}/p" "$zsh_file" | grep -Eq -- "(^|[^a-z-])$option([^a-z-]|$)" ||
            fail "zsh: $command: $option is missing"
        case $option in
        --*) name="-l ${option#--}" ;;
        *) name="-s ${option#-}" ;;
        esac
        grep -Eq -- "-n '__leakwatch_in $command' .*$name " "$fish_file" || fail "fish: $command: $option is missing"
        grep -Eq -- "^    $command\) echo .* ${option}[=' ]" "$bash_file" || fail "bash: $command: $option is missing"
    done
done
if command -v zsh >/dev/null; then
    zsh -n "$zsh_file" || fail "zsh: syntax"
fi
bash -n "$bash_file" || fail "bash: syntax"

# expect_fish EXPECTED LINE
expect_fish()
{
    local got
    # shellcheck disable=SC2016
    got=$(fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$fish_file" "$2" | cut -f 1 | LC_ALL=C sort | tr '\n' ' ')
    [ "$got" = "${1:+$1 }" ] || fail "fish: '$2': expected '$1', got '$got'"
}

if command -v fish >/dev/null; then
    expect_fish "full no summary" "leakwatch --leak-check "
    expect_fish "--show-leak-kinds=definite,possible" "leakwatch --show-leak-kinds=definite,p"
    expect_fish "--follow-forks" "leakwatch -o x trace --foll"
    expect_fish "--recursive" "leakwatch libs -t --rec"
    expect_fish "always auto never" "leakwatch limits --color "
    expect_fish "libs limits" "leakwatch help li"
    expect_fish "" "leakwatch trace nothing-of-this-name --foll"
fi
[ -r "$library" ] || exit $((status ? status : 77))

# completes WORD...: what the shell offers for the last word, sorted, on one line
completes()
{
    # shellcheck disable=SC1090,SC2016
    BASH_COMPLETION_USER_DIR=/nonexistent bash --norc -c '
        source "$1"; source "$2"; shift 2
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*"
        COMP_LINE=${COMP_LINE// = /=} # as it was typed: readline splits words at "="
        COMP_POINT=${#COMP_LINE}
        compopt() { :; }
        _leakwatch leakwatch
        printf "%s\n" "${COMPREPLY[@]}" | LC_ALL=C sort | tr "\n" " "' - "$library" "$bash_file" "$@" 2>/dev/null
}

# expect EXPECTED WORD...
expect()
{
    local expected=$1 got
    shift
    got=$(completes "$@")
    [ "$got" = "$expected " ] || fail "bash: '$*': expected '$expected', got '$got'"
}

expect "--leak-check-on-exec= --leak-check=" leakwatch --leak-c
expect "full" leakwatch --leak-check = f
expect "full no summary" leakwatch --leak-check ""
expect "definite,possible" leakwatch --show-leak-kinds = definite,p
expect "no" leakwatch -q --trace-children = n
expect "--quiet" leakwatch run --qu
expect "--follow-forks" leakwatch trace --fo
expect "--quiet=" leakwatch trace -o x --qu
expect "abbrev raw verbose" leakwatch trace -X ""
expect "abbrev" leakwatch trace --const-print-style = a
expect "%file,%net" leakwatch trace --trace = %file,%ne
expect "trace-fds= trace=" leakwatch trace -e tr
expect "no" leakwatch trace -f --seccomp-bpf = n
expect "--recursive" leakwatch libs -t --rec
expect "--request=" leakwatch limits --req
expect "--show-leak-kinds=" leakwatch show --sho
expect "always auto never" leakwatch limits --color = ""
exit $status
