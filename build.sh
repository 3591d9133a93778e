#!/usr/bin/env bash
# Starts the build host; rebuilds it first when its sources changed. It can be called from anywhere, and through a link.
#   ./build.sh                  the whole story
#   ./build.sh --target=Test    the tests
#   ./build.sh --tree           all targets
# Without --config the plan is lora.pipeline.yaml in the caller's folder, else this clone's.
# TorchBackend=cuda ./build.sh … builds it for NVIDIA cards; UseCakeFrostingPackage=true takes Cake.Frosting itself.
#
# What is built goes by content, not by dates. As long as names, sizes, times and inodes are those of the last call, so are
# the contents; else the contents' hashes decide.
set -eu
script=$0
while [ -L "$script" ]; do
    to=$(readlink "$script")
    case $to in
        /*) script=$to ;;
        *) script=${script%/*}/$to ;;
    esac
done
case $script in
    */*) root=$(CDPATH='' cd -- "${script%/*}/" && pwd) ;;
    *) root=$PWD ;;
esac
bin="build/bin"
out="$bin/host"
built="$out/.built"       # what it was built from, and what the build gave: a hash each; then size and name of each file
seen="$out/.seen"         # the stamps of the sources when their contents were last looked at
whole="$out/.whole"       # the same of the host's files
compiled="$bin/.compiled" # hash and name of each source as the compiler has last seen it

fail() {
    echo "Error: $1" >&2
    exit 1
}

command -v dotnet >/dev/null || fail "'dotnet' is not on the PATH; install the .NET 10 SDK (https://dotnet.microsoft.com/download)."

# find with an action for each source.
sources() {
    find build pipeline src Directory.Build.props Directory.Build.targets Directory.Packages.props global.json .editorconfig \
        \( -name bin -o -name obj \) -prune -o -type f ! -name 'packages.*.lock.json' "$@"
}

# find with an action for each file of the host; names with a dot in front are this script's own.
outputs() {
    (cd "$out" && find . -type f ! -path './.*' "$@")
}

switches() {
    echo "${TorchBackend:-cpu} ${UseCakeFrostingPackage:-false}"
}

source_stamps() {
    switches
    case $OSTYPE in
        linux* | msys* | cygwin*) sources -printf '%p %s %T@ %C@ %i\n' ;;
        *) sources -exec stat -f '%N %z %Fm %Fc %i' {} + ;;
    esac
}

host_sizes() {
    case $OSTYPE in
        linux* | msys* | cygwin*) outputs -printf '%s %p\n' ;;
        *) outputs -exec stat -f '%z %N' {} + ;;
    esac | LC_ALL=C sort
}

# Without inodes and the times of their change: nobody writes here but this script, and a copy of the folder is as good.
host_stamps() {
    case $OSTYPE in
        linux* | msys* | cygwin*) outputs -printf '%p %s %T@\n' ;;
        *) outputs -exec stat -f '%N %z %Fm' {} + ;;
    esac
}

# libtorch is half a gigabyte: openssl takes the processor's own instructions for it, and is where the SDK's downloads need it.
sha="openssl dgst -sha256 -r"
command -v openssl >/dev/null || sha="sha256sum"
command -v "${sha%% *}" >/dev/null || sha="shasum -a 256"

# Of the files that a function finds: hash and name of each, in the hashes' order. openssl marks names with a star.
contents() {
    "$1" -exec $sha {} + | sed 's/^\([0-9a-f]*\) \*/\1  /' | LC_ALL=C sort
}

digest() {
    $sha | cut -d ' ' -f 1
}

built_from() {
    { switches; contents sources; } | digest
}

line() {
    sed -n "$2p" "$1"
}

# Remembers stamps, where they can be: a clone may be read-only.
remember() {
    { printf '%s\n' "$2" >"$1.$$" && mv -f "$1.$$" "$1"; } 2>/dev/null || rm -f "$1.$$" 2>/dev/null || :
}

is_remembered() {
    [ -f "$1" ] && [ "$2" = "$(<"$1")" ]
}

# The host is compiled for one framework, which an update of .NET can take away.
has_framework() {
    [ ! -f "$out/.framework" ] && return
    read -r framework <"$out/.framework"
    [ -d "$framework" ]
}

is_whole() {
    local stamps
    stamps=$(host_stamps)
    is_remembered "$whole" "$stamps" && return
    [ "$(contents outputs | digest)" = "$(line "$built" 2)" ] && remember "$whole" "$stamps"
}

is_current() {
    local stamps
    stamps=$(source_stamps)
    is_remembered "$seen" "$stamps" && return
    [ "$(built_from)" = "$(line "$built" 1)" ] && remember "$seen" "$stamps"
}

up_to_date() {
    [ -f "$built" ] && has_framework && is_current && is_whole
}

# The compiler goes by dates: what it made of a source with another content is taken away first, so that it is made again.
forget_changed() {
    local changed source folder
    if [ -f "$compiled" ]; then
        changed=$(contents sources | LC_ALL=C comm -3 "$compiled" - | sed 's/^[^ ]*  //' | LC_ALL=C sort -u)
    else
        changed="Directory.Build.props"
    fi
    while IFS= read -r source; do
        folder=${source%/*}
        while [ ! -f "$folder/obj/project.assets.json" ] && [ "$folder" != "${folder%/*}" ]; do
            folder=${folder%/*}
        done
        case $folder in
            '') ;;
            build | pipeline | src/*) rm -rf "$folder/obj/Published" ;;
            *) rm -rf build/obj/Published pipeline/obj/Published src/*/obj/Published build/obj/ReadyToRun ;;
        esac
        [ "$source" != build/Build.csproj ] || rm -rf build/obj/ReadyToRun
    done <<<"$changed"
}

# MSBuild and NuGet take these for something of their own.
refuse_folder() {
    case $root in
        *[\"*?\\\|:]* | *%[0-9A-Fa-f][0-9A-Fa-f]* | *'@('* | *$'\n'*)
            fail "the build tools cannot work in the folder '$root': move the clone to one without \" * ? \\ | : @( and % before two digits." ;;
    esac
}

rebuild() {
    local from stamps log made=0
    refuse_folder
    echo "Building the host (first run, or its sources changed) ..." >&2
    mkdir -p "$bin"
    stamps=$(source_stamps)
    from=$(built_from)
    contents sources >"$bin/.compiling"
    forget_changed
    rm -f "$compiled" # a build that is killed leaves halves
    rm -rf "$out.new"
    log=$(mktemp)
    # Compilers that run once gain nothing from being watched while they run.
    DOTNET_TieredPGO=0 dotnet publish build/Build.csproj -c Published -p:PublishDir=bin/host.new/ -v quiet --nologo >"$log" 2>&1 || made=$?
    mv -f "$bin/.compiling" "$compiled"
    if [ $made != 0 ]; then
        grep -E "error|warning" "$log" | sort -u >&2 || cat "$log" >&2
        rm -f "$log"
        fail "the host does not build; see above."
    fi
    rm -f "$log"
    # The new one takes the old one's place at once: nobody meets a half, and a program that still runs keeps its files.
    rm -rf "$out.old"
    [ ! -e "$out" ] || mv "$out" "$out.old"
    mv "$out.new" "$out"
    rm -rf "$out.old"
    remember "$whole" "$(host_stamps)"
    remember "$seen" "$stamps"
    { echo "$from"; contents outputs | digest; host_sizes; } >"$built.$$"
    mv -f "$built.$$" "$built"
}

# In a shell of its own: paths that the caller gives count from the caller's folder.
(
    cd "$root"
    if ! up_to_date; then
        if command -v flock >/dev/null; then
            mkdir -p "$bin"
            exec 9>"$bin/.lock"
            flock 9
            up_to_date || rebuild
        else
            rebuild
        fi
    fi
)
SLIPWAY_CLONE=$root exec dotnet "$root/$out/slipway.dll" "$@"
