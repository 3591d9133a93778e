# Starts the build host; rebuilds it first when its sources changed. It can be called from anywhere, and through a link.
#   ./build.ps1                  the whole story
#   ./build.ps1 --target=Test    the tests
#   ./build.ps1 --tree           all targets
# Without --config the plan is lora.pipeline.yaml in the caller's folder, else this clone's.
# TorchBackend=cuda in the environment builds it for NVIDIA cards; UseCakeFrostingPackage=true takes Cake.Frosting itself.
$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$script = Get-Item -Force $PSCommandPath
while ($script.LinkType -eq 'SymbolicLink') {
    $script = Get-Item -Force ([IO.Path]::GetFullPath([IO.Path]::Combine($script.DirectoryName, $script.Target)))
    $root = $script.DirectoryName
}
$out = Join-Path $root 'build/bin/host'
$stamp = Join-Path $out '.built'

function Get-Sources {
    Get-ChildItem ('build', 'pipeline', 'src' | ForEach-Object { Join-Path $root $_ }) -Recurse -File -Force | Where-Object { $_.FullName.Substring($root.Length) -notmatch '[\\/](bin|obj)[\\/]' }
    Get-Item -Force ('Directory.Build.props', 'Directory.Build.targets', 'Directory.Packages.props', 'global.json', '.editorconfig' | ForEach-Object { Join-Path $root $_ })
}

# What the host is built from: the switches, and the names of its sources; the same text as in build.sh.
function Get-MadeOf($sources) {
    $torch = if ($env:TorchBackend) { $env:TorchBackend } else { 'cpu' }
    $frosting = if ($env:UseCakeFrostingPackage) { $env:UseCakeFrostingPackage } else { 'false' }
    $names = [string[]]@($sources | ForEach-Object { $_.FullName.Substring($root.Length + 1).Replace('\', '/') })
    [Array]::Sort($names, [StringComparer]::Ordinal)
    return (@("$torch $frosting") + $names) -join "`n"
}

function Test-UpToDate {
    if (-not (Test-Path $stamp)) { return $false }
    # The host is compiled for one framework, which an update of .NET can take away.
    $framework = Get-Content (Join-Path $out '.framework') -TotalCount 1 -ErrorAction SilentlyContinue
    if ($framework -and -not (Test-Path $framework)) { return $false }
    $sources = Get-Sources
    $built = (Get-Item $stamp -Force).LastWriteTimeUtc
    if ($sources | Where-Object { $_.LastWriteTimeUtc -gt $built }) { return $false }
    return (Get-MadeOf $sources) -ceq ((Get-Content $stamp -Raw) -replace "`r", '').TrimEnd("`n")
}

# The lock that build.sh takes: one build at a time, and whoever waited finds it done.
function Lock-Build {
    New-Item -ItemType Directory -Force (Join-Path $root 'build/bin') | Out-Null
    while ($true) {
        try { return [IO.File]::Open((Join-Path $root 'build/bin/.lock'), 'OpenOrCreate', 'ReadWrite', 'None') }
        catch [IO.IOException] { Start-Sleep -Milliseconds 100 }
    }
}

function Build-Host {
    if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) {
        [Console]::Error.WriteLine("Error: 'dotnet' is not on the PATH; install the .NET 10 SDK (https://dotnet.microsoft.com/download).")
        exit 1
    }
    [Console]::Error.WriteLine('Building the host (first run, or its sources changed) ...')
    $started = [DateTime]::UtcNow
    $names = Get-MadeOf (Get-Sources)
    Push-Location $root # global.json says which SDK, and is looked for from here
    try { $log = dotnet publish build/Build.csproj -c Published "-p:PublishDir=$out/" -v quiet --nologo; $built = $LASTEXITCODE }
    finally { Pop-Location }
    if ($built -ne 0) {
        $log | Where-Object { $_ -match 'error|warning' } | Sort-Object -Unique | ForEach-Object { [Console]::Error.WriteLine($_) }
        [Console]::Error.WriteLine('Error: the host does not build; see above.')
        exit 1
    }
    [IO.File]::WriteAllText($stamp, "$names`n")
    # Sources that were changed while the build ran are newer than the stamp.
    (Get-Item $stamp -Force).LastWriteTimeUtc = $started
}

if (-not (Test-UpToDate)) {
    $lock = Lock-Build
    try { if (-not (Test-UpToDate)) { Build-Host } }
    finally { $lock.Dispose() }
}

$before = $env:SLIPWAY_CLONE
try {
    $env:SLIPWAY_CLONE = $root
    & dotnet (Join-Path $out 'slipway.dll') @args
    $code = $LASTEXITCODE
}
finally { $env:SLIPWAY_CLONE = $before }
exit $code
