using System.ComponentModel;

namespace Slipway.Build.Tests;

/// <summary>
/// <c>build.sh</c> and <c>build.ps1</c>, in a folder that looks like the repository and builds in seconds. What is expected is their
/// standard error, where they tell of the build, and behind it the program's standard output.
/// </summary>
[Trait("Tier", "slow")]
public sealed class ScriptTests : IDisposable
{
    private const string Building = "Building the host (first run, or its sources changed) ...\n";
    private const string Program = "System.Console.Out.Write(string.Join('|', args) + \"\\n\"); return args.Length;\n";
    private readonly TemporaryFolder _folder = new();

    public ScriptTests()
    {
        foreach (var script in new[] { "build.sh", "build.ps1" })
            File.Copy(Path.Combine(Repository.Root, script), _folder[script]);
        foreach (var file in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
            _folder.Write(file, "<Project />\n");
        _folder.Write("global.json", "{}\n");
        _folder.Write(".editorconfig", "root = true\n");
        _folder.Write("pipeline/Stage.cs", "namespace Pipeline;\n");
        _folder.Write("src/Model.cs", "namespace Model;\n");
        _folder.Write("build/Program.cs", Program);
        _folder.Write(
            "build/Build.csproj",
            "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><OutputType>Exe</OutputType><AssemblyName>slipway</AssemblyName><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>\n");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sh")]
    [InlineData("ps1")]
    public async Task Builds_when_sources_changed_and_hands_arguments_and_exit_code_on(string script)
    {
        Assert.Equal((2, $"{Building}--target=Train|--version=v 03\n"), await RunAsync(script, "--target=Train", "--version=v 03"));
        Assert.Equal((0, "\n"), await RunAsync(script));

        File.Move(_folder["src/Model.cs"], _folder["src/Models.cs"]); // its time stays
        Assert.Equal((1, $"{Building}--tree\n"), await RunAsync(script, "--tree"));
        Assert.Equal((1, "--tree\n"), await RunAsync(script, "--tree"));

        _folder.Write("build/bin/host/.framework", $"{_folder["framework"]}\n"); // an update of .NET has taken it away
        Assert.Equal((1, $"{Building}--tree\n"), await RunAsync(script, "--tree"));
        Directory.CreateDirectory(_folder["framework"]);
        Assert.Equal((1, "--tree\n"), await RunAsync(script, "--tree"));

        _folder.Write("build/Program.cs", $"broken;\n{Program}");
        var (code, output) = await RunAsync(script, "--tree");
        Assert.Equal(1, code);
        Assert.StartsWith(Building, output, StringComparison.Ordinal);
        Assert.Contains("Program.cs(1,1): error CS", output, StringComparison.Ordinal);
        Assert.EndsWith("Error: the host does not build; see above.\n", output, StringComparison.Ordinal);
    }

    /// <summary>A release unpacked over another brings older dates, a clock that was wrong brings later ones.</summary>
    [Theory]
    [InlineData("sh")]
    [InlineData("ps1")]
    public async Task Goes_by_content_and_not_by_dates(string script)
    {
        Assert.Equal((0, $"{Building}\n"), await RunAsync(script));

        Write("return 40 + args.Length;", DateTime.UtcNow.AddYears(-20));
        Assert.Equal((40, $"{Building}\n"), await RunAsync(script));

        Write("return 40 + args.Length;", DateTime.UtcNow.AddYears(20));
        Assert.Equal((40, "\n"), await RunAsync(script));
        Assert.Equal((40, "\n"), await RunAsync(script));

        void Write(string end, DateTime at)
        {
            _folder.Write("build/Program.cs", Program.Replace("return args.Length;", end, StringComparison.Ordinal));
            File.SetLastWriteTimeUtc(_folder["build/Program.cs"], at);
        }
    }

    [Theory]
    [InlineData("sh")]
    [InlineData("ps1")]
    public async Task A_host_that_is_not_whole_is_made_again(string script)
    {
        Assert.Equal((0, $"{Building}\n"), await RunAsync(script));

        File.Delete(_folder["build/bin/host/slipway.runtimeconfig.json"]);
        Assert.Equal((0, $"{Building}\n"), await RunAsync(script));

        using (var file = File.OpenWrite(_folder["build/bin/host/slipway.dll"]))
            file.SetLength(file.Length / 2);
        Assert.Equal((0, $"{Building}\n"), await RunAsync(script));
        Assert.Equal((0, "\n"), await RunAsync(script));
    }

    [Theory]
    [InlineData("sh")]
    [InlineData("ps1")]
    public async Task Builds_in_a_folder_of_any_name_or_says_that_the_tools_cannot(string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows allows no such names.");
        using var elsewhere = new TemporaryFolder();
        var (odd, refused) = (elsewhere["it's a,b;c#d (e) [f] $g=& 日本語"], elsewhere["a%20b"]);
        Repository.CopyFolder(_folder.Path, odd);
        Repository.CopyFolder(_folder.Path, refused);

        Assert.Equal((1, $"{Building}x y\n"), await RunInAsync(odd, script, "x y"));
        Assert.Equal((1, "x y\n"), await RunInAsync(odd, script, "x y"));
        var (code, output) = await RunInAsync(refused, script);
        Assert.Equal(1, code);
        Assert.StartsWith($"Error: the build tools cannot work in the folder '{refused}': ", output, StringComparison.Ordinal);
    }

    /// <summary>The program tells where it stands, and which clone it was told.</summary>
    [Fact]
    public async Task Is_called_from_anywhere_and_through_links_and_leaves_the_caller_where_he_stands()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "build.sh is for systems with a POSIX shell.");
        _folder.Write("build/Program.cs", "System.Console.Out.Write($\"{System.IO.Directory.GetCurrentDirectory()} {System.Environment.GetEnvironmentVariable(\"SLIPWAY_CLONE\")} {string.Join('|', args)}\\n\"); return 0;\n");
        using var elsewhere = new TemporaryFolder();
        var user = Directory.CreateDirectory(elsewhere["a b"]).FullName;
        Directory.CreateDirectory(elsewhere["bin"]);
        File.CreateSymbolicLink(elsewhere["bin/second"], _folder["build.sh"]);
        File.CreateSymbolicLink(elsewhere["bin/slipway"], "second");
        var expected = $"{user} {_folder.Path} --out=x y\n";

        Assert.Equal((0, Building + expected), await StartAsync(user, _folder["build.sh"], "--out=x y"));
        Assert.Equal((0, expected), await StartAsync(user, "bash", Path.GetRelativePath(user, _folder["build.sh"]), "--out=x y"));
        Assert.Equal((0, expected), await StartAsync(user, elsewhere["bin/slipway"], "--out=x y"));
        Assert.Equal((0, expected), await StartAsync(user, "env", $"PATH={elsewhere["bin"]}:{Environment.GetEnvironmentVariable("PATH")}", "CDPATH=/usr", "slipway", "--out=x y"));
        Assert.Equal((0, $"{_folder.Path} {_folder.Path} \n"), await StartAsync(_folder.Path, "bash", "build.sh"));

        static async Task<(int Code, string Output)> StartAsync(string folder, string program, params string[] args)
        {
            var result = await HostProgram.ResultAsync(HostProgram.Start(program, folder, args));
            return (result.Code, result.Error + result.Output);
        }
    }

    [Fact]
    public async Task PowerShell_finds_the_clone_behind_links_too()
    {
        _folder.Write("build/Program.cs", "System.Console.Out.Write($\"{System.IO.Directory.GetCurrentDirectory()} {System.Environment.GetEnvironmentVariable(\"SLIPWAY_CLONE\")} {string.Join('|', args)}\\n\"); return 0;\n");
        using var elsewhere = new TemporaryFolder();
        File.CreateSymbolicLink(elsewhere["second.ps1"], _folder["build.ps1"]);
        File.CreateSymbolicLink(elsewhere["build.ps1"], "second.ps1");

        Assert.Equal((0, $"{Building}{_folder.Path} {_folder.Path} --out=x y\n"), await RunInAsync(elsewhere.Path, "ps1", "--out=x y"));
    }

    [Fact]
    public async Task Neither_builds_what_the_other_has_built()
    {
        Assert.Equal((0, $"{Building}\n"), await RunAsync("ps1"));
        Assert.Equal((0, "\n"), await RunAsync("sh"));

        _folder.Write("pipeline/Stage.cs", "namespace Pipelines;\n");
        Assert.Equal((0, $"{Building}\n"), await RunAsync("sh"));
        Assert.Equal((0, "\n"), await RunAsync("ps1"));
    }

    private Task<(int Code, string Output)> RunAsync(string script, params string[] args) => RunInAsync(_folder.Path, script, args);

    private async Task<(int Code, string Output)> RunInAsync(string clone, string script, params string[] args)
    {
        var isShell = script == "sh";
        Assert.SkipWhen(isShell && OperatingSystem.IsWindows(), "build.sh is for systems with a POSIX shell.");
        try
        {
            var process = isShell
                ? HostProgram.Start("bash", _folder.Path, [Path.Combine(clone, "build.sh"), .. args])
                : HostProgram.Start("pwsh", _folder.Path, ["-NoProfile", "-File", Path.Combine(clone, "build.ps1"), .. args]);
            var result = await HostProgram.ResultAsync(process);
            return (result.Code, result.Error.ReplaceLineEndings("\n") + result.Output.ReplaceLineEndings("\n"));
        }
        catch (Win32Exception) when (!isShell)
        {
            Assert.Skip("There is no pwsh on the PATH (`dotnet tool install --global PowerShell`).");
            throw;
        }
    }
}
