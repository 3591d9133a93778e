namespace Slipway.Build.Tests;

/// <summary>What is packed is told by what it needs: the script that starts it, and what it refuses. That it runs needs a build of minutes.</summary>
[Trait("Tier", "slow")]
public sealed class PackTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Error: --target=Pack needs --out=FOLDER.", "--target=Pack")]
    [InlineData("Error: 'there' is there already; name a folder that is not.", "--target=Pack", "--out=there")]
    [InlineData("Error: `--out` belongs to --target=*Pack.", "--target=Status", "--out=there")]
    public async Task Says_what_it_needs(string expected, params string[] args)
    {
        Directory.CreateDirectory(_folder["there"]);

        var (code, _, error) = await HostProgram.RunAsync(_folder.Path, args);

        Assert.Equal(2, code);
        Assert.True(System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(expected, error.Trim()), error);
        Assert.Empty(Directory.GetFileSystemEntries(_folder["there"]));
    }

    /// <summary>A stand-in for the runtime tells how it was called.</summary>
    [Theory]
    [InlineData("PATH={0}:{1}", "DOTNET_ROOT=/nowhere")]
    [InlineData("PATH={1}", "DOTNET_ROOT={0}")]
    public async Task A_packed_folder_is_called_from_anywhere_as_a_clone_is(string path, string root)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "build.sh is for systems with a POSIX shell.");
        var runtime = Path.GetDirectoryName(_folder.Write("runtime/dotnet", "#!/bin/sh\necho \"$SLIPWAY_CLONE $*\"\n"))!;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder["runtime/dotnet"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var tools = Directory.CreateDirectory(_folder["tools"]).FullName;
        foreach (var tool in new[] { "bash", "readlink" })
            File.CreateSymbolicLink(Path.Combine(tools, tool), new[] { "/usr/bin", "/bin" }.Select(folder => Path.Combine(folder, tool)).First(File.Exists));
        var packed = Directory.CreateDirectory(_folder["packed, it's"]).FullName;
        File.Copy(Path.Combine(Repository.Root, "build", "Packing", "build.sh"), Path.Combine(packed, "build.sh"));
        File.CreateSymbolicLink(_folder["slipway"], Path.Combine("packed, it's", "build.sh"));

        string[] variables = [.. new[] { path, root }.Select(variable => variable.Replace("{0}", runtime, StringComparison.Ordinal).Replace("{1}", tools, StringComparison.Ordinal))];
        var process = HostProgram.Start("env", _folder.Path, ["-i", .. variables, _folder["slipway"], "--target=Status"]);
        var (code, output, error) = await HostProgram.ResultAsync(process);

        Assert.Equal((0, ""), (code, error));
        Assert.Equal($"{packed} {packed}/host/slipway.dll --target=Status\n", output);
    }
}
