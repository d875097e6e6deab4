#!/bin/bash
# usage: completions.sh LEAKWATCH BASH-COMPLETION ZSH-COMPLETION
# The completions name every option, bash offers what it should, and zsh can read its own.
set -u
leakwatch=$1 bash_file=$2 zsh_file=$3
library=/usr/share/bash-completion/bash_completion
status=0

fail()
{
    echo "$1"
    status=1
}

for option in $("$leakwatch" --help | grep -Eo '^  (-.,|   ) --[a-z-]+' | grep -Eo -- '--[a-z-]+'); do
    grep -q -- "$option" "$zsh_file" || fail "zsh: $option is missing"
    grep -q -- "$option" "$bash_file" || fail "bash: $option is missing"
done
if command -v zsh >/dev/null; then
    zsh -n "$zsh_file" || fail "zsh: syntax"
fi
bash -n "$bash_file" || fail "bash: syntax"
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
exit $status
