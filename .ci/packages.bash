# shellcheck shell=bash disable=SC2034,SC2154 # read by those who source this; `root` is theirs
# Sourced by `run` and `check`: what leakwatch needs from Debian, in one place, and how it gets there.

build_packages=(gcc libc6-dev meson ninja-build pkg-config
    libdw-dev libelf-dev libiberty-dev libjansson-dev libseccomp-dev libcriterion-dev libunwind-dev zlib1g-dev)
test_packages=(apache2-utils bash-completion chromium clang clang-format clang-tidy cmake fish g++ gdb gzip heaptrack jq libclang-rt-14-dev
    libjemalloc2 libmimalloc2.0 libtcmalloc-minimal4 libxml2-utils make mandoc musl-tools nginx-light protobuf-compiler python3-jsonschema
    python3-pytest redis-server redis-tools rt-tests shellcheck
    strace stress-ng valgrind zsh)

say()
{
    printf '%s\n' "== $*" >&2
}

# Prints those of the packages given that are not installed.
missing_packages()
{
    local installed

    installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null | sed -n 's/ installed$//p') || true
    comm -23 <(printf '%s\n' "$@" | sort -u) <(sort -u <<<"$installed")
}

# Runs a command as root, or fails if there is no way to become it without asking in the dark.
as_root()
{
    if ((EUID == 0)); then
        "$@"
    elif sudo -n true 2>/dev/null; then
        sudo -n "$@"
    elif [[ -t 0 ]] && command -v sudo >/dev/null; then
        sudo "$@"
    else
        return 126
    fi
}

apt_install()
{
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" </dev/null >/dev/null
}

# Installs those of the packages given that are missing. Package lists are fetched only if the installation fails without.
install_missing()
{
    local missing command

    command -v dpkg-query >/dev/null || { say "not a Debian system: these packages, or what they hold, must be there: $*"; return 0; }
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]} == 0)) && return 0
    command="apt-get install -y --no-install-recommends ${missing[*]}"
    as_root true || { printf 'leakwatch: packages are missing; as root: %s\n' "$command" >&2; return 1; }
    say "installing ${missing[*]}"
    apt_install "${missing[@]}" 2>/dev/null && return 0
    as_root apt-get update -qq </dev/null >/dev/null && apt_install "${missing[@]}" && return 0
    printf 'leakwatch: this failed: %s\n' "$command" >&2
    return 1
}

# configure DIRECTORY [MESON-OPTION...]: sets the build directory up unless it is.
configure()
{
    local build=$1
    shift

    [[ -f $build/build.ninja ]] && return 0
    say "configuring $build"
    mkdir -p "$(dirname "$build")"
    meson setup "$build" "$root" "$@" >"$build.log" 2>&1 && rm "$build.log" && return 0
    cat "$build.log" >&2
    return 1
}
