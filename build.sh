#!/usr/bin/env bash
# Starts the build host; rebuilds it first when its sources changed. It can be called from anywhere, and through a link.
#   ./build.sh                  the whole story
#   ./build.sh --target=Test    the tests
#   ./build.sh --tree           all targets
# Without --config the plan is lora.pipeline.yaml in the caller's folder, else this clone's.
# TorchBackend=cuda ./build.sh … builds it for NVIDIA cards; UseCakeFrostingPackage=true takes Cake.Frosting itself.
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
out="build/bin/host"
stamp="$out/.built"

sources() {
    find build pipeline src Directory.Build.props Directory.Build.targets Directory.Packages.props global.json .editorconfig \
        \( -name bin -o -name obj \) -prune -o -type f "$@" -print
}

# What the host is built from: the switches, and the names of its sources.
made_of() {
    echo "${TorchBackend:-cpu} ${UseCakeFrostingPackage:-false}"
    sources | LC_ALL=C sort
}

# The host is compiled for one framework, which an update of .NET can take away.
has_framework() {
    [ ! -f "$out/.framework" ] && return
    read -r framework <"$out/.framework"
    [ -d "$framework" ]
}

up_to_date() {
    [ -f "$stamp" ] && has_framework && [ -z "$(sources -newer "$stamp" | head -n 1)" ] && [ "$(made_of)" = "$(cat "$stamp")" ]
}

rebuild() {
    if ! command -v dotnet >/dev/null; then
        echo "Error: 'dotnet' is not on the PATH; install the .NET 10 SDK (https://dotnet.microsoft.com/download)." >&2
        exit 1
    fi
    echo "Building the host (first run, or its sources changed) ..." >&2
    mkdir -p "$out"
    list=$(made_of)
    touch "$out/.building"
    log=$(mktemp)
    if ! dotnet publish build/Build.csproj -c Published -p:PublishDir="$root/$out/" -v quiet --nologo >"$log" 2>&1; then
        grep -E "error|warning" "$log" | sort -u >&2 || cat "$log" >&2
        rm -f "$log"
        echo "Error: the host does not build; see above." >&2
        exit 1
    fi
    rm -f "$log"
    printf '%s\n' "$list" >"$stamp"
    # Sources that were changed while the build ran are newer than the stamp.
    touch -r "$out/.building" "$stamp"
}

# In a shell of its own: paths that the caller gives count from the caller's folder.
(
    cd "$root"
    if ! up_to_date; then
        if command -v flock >/dev/null; then
            mkdir -p build/bin
            exec 9>build/bin/.lock
            flock 9
            up_to_date || rebuild
        else
            rebuild
        fi
    fi
)
SLIPWAY_CLONE=$root exec dotnet "$root/$out/slipway.dll" "$@"
