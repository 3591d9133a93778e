#!/usr/bin/env bash
# Reads mutated files of a format under AFL++ for so many seconds: fuzz.sh FORMAT [SECONDS [FOLDER]]
# or of every format until there were so many of each, with a line a format: fuzz.sh all [INPUTS [FOLDER]]
set -eu
cd "$(dirname "$0")"
format=${1:?"which format? all, or one of: $(ls Seeds | tr '\n' ' ')"}
found=${3:-obj/found}
command -v afl-fuzz >/dev/null || { echo "There is no afl-fuzz; install Debian's package afl++." >&2; exit 1; }
[ -x obj/tools/sharpfuzz ] || dotnet tool install SharpFuzz.CommandLine --version 2.3.0 --tool-path obj/tools >&2

# A program of its own, whose libraries count which branches were taken.
program=obj/instrumented
if [ ! -e $program/done ] || [ bin/Release/net10.0/Slipway.Fuzzing.dll -nt $program/done ]; then
    rm -rf $program
    cp -r bin/Release/net10.0 $program
    for library in $program/Slipway.{Engine,Imaging,Tagging,Diffusion,Training,Remote,Pipeline}.dll $program/{YamlDotNet,Tomlyn,Google.Protobuf}.dll; do
        obj/tools/sharpfuzz "$library"
    done
    touch $program/done
fi

export AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1 AFL_AUTORESUME=1

fuzz() { # FORMAT LIMIT…
    mkdir -p "$found/$1"
    afl-fuzz -i "Seeds/$1" -o "$found/$1" -m none -t 5000 "${@:2}" -- dotnet $program/Slipway.Fuzzing.dll "$1"
}

[ "$format" = all ] || { fuzz "$format" -V "${2:-60}"; exit; }
for format in $(ls Seeds); do
    fuzz "$format" -E "${2:-60000}" >"$found.log" 2>&1 || { tail -n 5 "$found.log" >&2; exit 1; }
    sed -n "s/^execs_done *: */$format: /p; s/^saved_crashes *: */  crashes: /p; s/^saved_hangs *: */  hangs: /p" "$found/$format/default/fuzzer_stats" | tr '\n' ' '
    echo
done
