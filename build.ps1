# Starts the build host; rebuilds it first when its sources changed.
#   ./build.ps1                  the whole story
#   ./build.ps1 --target=Test    the tests
#   ./build.ps1 --tree           all targets
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot
$out = Join-Path $PSScriptRoot 'build/bin/host'
$stamp = Join-Path $out '.built'

function Get-Sources {
    Get-ChildItem build, pipeline, src -Recurse -File | Where-Object { $_.FullName -notmatch '[\\/](bin|obj)[\\/]' }
    Get-Item Directory.Build.props, Directory.Build.targets, Directory.Packages.props, global.json, .editorconfig
}

# What the host is built from: the switches, and the names of its sources.
function Get-MadeOf {
    $torch = if ($env:TorchBackend) { $env:TorchBackend } else { 'cpu' }
    $frosting = if ($env:UseCakeFrostingPackage) { $env:UseCakeFrostingPackage } else { 'false' }
    return ((@("$torch $frosting") + (Get-Sources | ForEach-Object FullName | Sort-Object)) -join "`n")
}

function Test-UpToDate {
    if (-not (Test-Path $stamp)) { return $false }
    $sources = Get-Sources
    $built = (Get-Item $stamp -Force).LastWriteTimeUtc
    if ($sources | Where-Object { $_.LastWriteTimeUtc -gt $built }) { return $false }
    return (Get-MadeOf) -eq ((Get-Content $stamp -Raw) -replace "`r", '').TrimEnd("`n")
}

if (-not (Test-UpToDate)) {
    if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) {
        [Console]::Error.WriteLine("Error: 'dotnet' is not on the PATH; install the .NET 10 SDK (https://dotnet.microsoft.com/download).")
        exit 1
    }
    Write-Host 'Building the host (first run, or its sources changed) ...'
    $started = [DateTime]::UtcNow
    $names = Get-MadeOf
    $log = dotnet publish build/Build.csproj -c Release "-p:PublishDir=$out/" -v quiet --nologo
    if ($LASTEXITCODE -ne 0) {
        $log | Where-Object { $_ -match 'error|warning' } | Sort-Object -Unique | ForEach-Object { [Console]::Error.WriteLine($_) }
        [Console]::Error.WriteLine('Error: the host does not build; see above.')
        exit 1
    }
    Set-Content $stamp $names
    # Sources that were changed while the build ran are newer than the stamp.
    (Get-Item $stamp -Force).LastWriteTimeUtc = $started
}

& dotnet (Join-Path $out 'slipway.dll') @args
exit $LASTEXITCODE
