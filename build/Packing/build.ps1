# Starts Slipway, which lies in this folder without its sources: the .NET 10 runtime is all it needs.
# Without --config the plan is lora.pipeline.yaml in the caller's folder, else this folder's.
$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$script = Get-Item -Force $PSCommandPath
while ($script.LinkType -eq 'SymbolicLink') {
    $script = Get-Item -Force ([IO.Path]::GetFullPath([IO.Path]::Combine($script.DirectoryName, $script.Target)))
    $root = $script.DirectoryName
}
$before = $env:SLIPWAY_CLONE
try {
    $env:SLIPWAY_CLONE = $root
    & dotnet (Join-Path $root 'host/slipway.dll') @args
    $code = $LASTEXITCODE
}
finally { $env:SLIPWAY_CLONE = $before }
exit $code
