# Starts the build host; rebuilds it first when its sources changed. It can be called from anywhere, and through a link.
#   ./build.ps1                  the whole story
#   ./build.ps1 --target=Test    the tests
#   ./build.ps1 --tree           all targets
# Without --config the plan is lora.pipeline.yaml in the caller's folder, else this clone's.
# TorchBackend=cuda in the environment builds it for NVIDIA cards; UseCakeFrostingPackage=true takes Cake.Frosting itself.
#
# What is built goes by content, not by dates: the same hashes as build.sh's. Of the host's own files it looks at names and sizes.
$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$script = Get-Item -Force $PSCommandPath
while ($script.LinkType -eq 'SymbolicLink') {
    $script = Get-Item -Force ([IO.Path]::GetFullPath([IO.Path]::Combine($script.DirectoryName, $script.Target)))
    $root = $script.DirectoryName
}
$bin = Join-Path $root 'build/bin'
$out = Join-Path $bin 'host'
$built = Join-Path $out '.built'

function Get-Sources {
    Get-ChildItem -LiteralPath ('build', 'pipeline', 'src' | ForEach-Object { Join-Path $root $_ }) -Recurse -File -Force |
        Where-Object { $_.FullName.Substring($root.Length) -notmatch '[\\/](bin|obj)[\\/]' -and $_.Name -notlike 'packages.*.lock.json' }
    Get-Item -Force -LiteralPath ('Directory.Build.props', 'Directory.Build.targets', 'Directory.Packages.props', 'global.json', '.editorconfig' | ForEach-Object { Join-Path $root $_ })
}

function Get-Outputs {
    Get-ChildItem -LiteralPath $out -Recurse -File -Force | Where-Object { $_.FullName.Substring($out.Length + 1) -notlike '.*' }
}

# Hash and name of each file, in the hashes' order, as sha256sum writes it.
function Get-Contents($files, $folder, $prefix) {
    $lines = [string[]]@($files | ForEach-Object {
        $stream = [IO.File]::OpenRead($_.FullName)
        try { $hash = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($stream)).ToLowerInvariant() }
        finally { $stream.Dispose() }
        "$hash  $prefix$($_.FullName.Substring($folder.Length + 1).Replace('\', '/'))"
    })
    [Array]::Sort($lines, [StringComparer]::Ordinal)
    return $lines
}

function Get-Digest($lines) {
    $bytes = [Text.Encoding]::UTF8.GetBytes(($lines -join "`n") + "`n")
    return [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($bytes)).ToLowerInvariant()
}

function Get-BuiltFrom($contents) {
    $torch = if ($env:TorchBackend) { $env:TorchBackend } else { 'cpu' }
    $frosting = if ($env:UseCakeFrostingPackage) { $env:UseCakeFrostingPackage } else { 'false' }
    return Get-Digest (@("$torch $frosting") + $contents)
}

function Get-HostSizes {
    $lines = [string[]]@(Get-Outputs | ForEach-Object { "$($_.Length) ./$($_.FullName.Substring($out.Length + 1).Replace('\', '/'))" })
    [Array]::Sort($lines, [StringComparer]::Ordinal)
    return $lines
}

function Test-UpToDate {
    if (-not (Test-Path -LiteralPath $built)) { return $false }
    # The host is compiled for one framework, which an update of .NET can take away.
    $framework = Get-Content -LiteralPath (Join-Path $out '.framework') -TotalCount 1 -ErrorAction SilentlyContinue
    if ($framework -and -not (Test-Path -LiteralPath $framework)) { return $false }
    $known = [IO.File]::ReadAllLines($built)
    if ((($known | Select-Object -Skip 2) -join "`n") -cne ((Get-HostSizes) -join "`n")) { return $false }
    return (Get-BuiltFrom (Get-Contents (Get-Sources) $root '')) -ceq $known[0]
}

# The lock that build.sh takes: one build at a time, and whoever waited finds it done.
function Lock-Build {
    New-Item -ItemType Directory -Force $bin | Out-Null
    while ($true) {
        try { return [IO.File]::Open((Join-Path $bin '.lock'), 'OpenOrCreate', 'ReadWrite', 'None') }
        catch [IO.IOException] { Start-Sleep -Milliseconds 100 }
    }
}

function Build-Host {
    Confirm-Folder
    [Console]::Error.WriteLine('Building the host (first run, or its sources changed) ...')
    $contents = Get-Contents (Get-Sources) $root ''
    # The compiler goes by dates: what it made of other sources is taken away first.
    $compiled = Join-Path $bin '.compiled'
    $before = if (Test-Path -LiteralPath $compiled) { [IO.File]::ReadAllLines($compiled) } else { @() }
    if (($before -join "`n") -cne ($contents -join "`n")) {
        'build/obj/Published', 'build/obj/ReadyToRun', 'pipeline/obj/Published', 'src/*/obj/Published' |
            ForEach-Object { Get-Item -Force -Path (Join-Path ([WildcardPattern]::Escape($root)) $_) -ErrorAction SilentlyContinue } |
            Remove-Item -Recurse -Force
    }
    Remove-Item -LiteralPath $compiled -Force -ErrorAction SilentlyContinue
    if (Test-Path -LiteralPath "$out.new") { Remove-Item -LiteralPath "$out.new" -Recurse -Force }
    Push-Location -LiteralPath $root # global.json says which SDK, and is looked for from here
    $watched = $env:DOTNET_TieredPGO
    $env:DOTNET_TieredPGO = '0' # compilers that run once gain nothing from being watched while they run
    try { $log = dotnet publish build/Build.csproj -c Published '-p:PublishDir=bin/host.new/' -v quiet --nologo; $code = $LASTEXITCODE }
    finally { $env:DOTNET_TieredPGO = $watched; Pop-Location }
    [IO.File]::WriteAllText($compiled, ($contents -join "`n") + "`n")
    if ($code -ne 0) {
        $log | Where-Object { $_ -match 'error|warning' } | Sort-Object -Unique | ForEach-Object { [Console]::Error.WriteLine($_) }
        [Console]::Error.WriteLine('Error: the host does not build; see above.')
        exit 1
    }
    if (Test-Path -LiteralPath $out) { Remove-Item -LiteralPath $out -Recurse -Force }
    Move-Item -LiteralPath "$out.new" -Destination $out
    $lines = @((Get-BuiltFrom $contents), (Get-Digest (Get-Contents (Get-Outputs) $out './'))) + (Get-HostSizes)
    [IO.File]::WriteAllText($built, ($lines -join "`n") + "`n")
}

# MSBuild and NuGet take these for something of their own.
function Confirm-Folder {
    $name = [IO.Path]::GetRelativePath([IO.Path]::GetPathRoot($root), $root) # of C:\ the colon is none
    if ($name -match '["*?|:\n]|%[0-9A-Fa-f]{2}|@\(' -or ([IO.Path]::DirectorySeparatorChar -eq '/' -and $name.Contains('\'))) {
        [Console]::Error.WriteLine("Error: the build tools cannot work in the folder '$root': move the clone to one without `" * ? \ | : @( and % before two digits.")
        exit 1
    }
}

if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) {
    [Console]::Error.WriteLine("Error: 'dotnet' is not on the PATH; install the .NET 10 SDK (https://dotnet.microsoft.com/download).")
    exit 1
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
