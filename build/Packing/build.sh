#!/usr/bin/env bash
# Starts Slipway, which lies in this folder without its sources: the .NET 10 runtime is all it needs. It can be called from
# anywhere, and through a link. Without --config the plan is lora.pipeline.yaml in the caller's folder, else this folder's.
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
dotnet=dotnet
if ! command -v dotnet >/dev/null; then
    dotnet=${DOTNET_ROOT:-/usr/share/dotnet}/dotnet
    if [ ! -x "$dotnet" ]; then
        echo "Error: 'dotnet' is not on the PATH; install the .NET 10 runtime (https://dotnet.microsoft.com/download)." >&2
        exit 1
    fi
fi
SLIPWAY_CLONE=$root exec "$dotnet" "$root/host/slipway.dll" "$@"
