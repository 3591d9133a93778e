#!/usr/bin/env bash
# Reads mutated files of a format under AFL++ until it has been told to stop: fuzz.sh FORMAT [SECONDS [FOLDER]]
set -eu
cd "$(dirname "$0")"
format=${1:?"which format? One of: $(ls Seeds | tr '\n' ' ')"}
seconds=${2:-60}
found=${3:-obj/found}/$format
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

mkdir -p "$found"
export AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1
exec afl-fuzz -i "Seeds/$format" -o "$found" -m none -t 5000 -V "$seconds" -- dotnet $program/Slipway.Fuzzing.dll "$format"
