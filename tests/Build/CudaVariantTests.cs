using System.Text.RegularExpressions;

namespace Slipway.Build.Tests;

/// <summary>The variants for NVIDIA cards, restored on whatever system this is: what they ask for must exist.</summary>
[Trait("Tier", "slow")]
public sealed partial class CudaVariantTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CudaVariantTests()
    {
        string[] projects =
        [
            .. new[] { "src", "pipeline" }
                .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories))
                .Concat(Directory.EnumerateFiles(Repository.Root, "Directory.*"))
                .Select(file => Path.GetRelativePath(Repository.Root, file)),
        ];
        foreach (var project in projects)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[project])!);
            File.Copy(Path.Combine(Repository.Root, project), _folder[project]);
        }
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>libtorch for CUDA is on nuget.org and not on every feed: that it is missing is the only error that is allowed, anywhere.</summary>
    [Theory]
    [InlineData("linux")]
    [InlineData("win")]
    public async Task All_packages_but_the_CUDA_libtorch_are_to_be_had(string system)
    {
        var restore = HostProgram.Start("dotnet", _folder.Path, ["restore", "pipeline/Pipeline.csproj", "-p:TorchBackend=cuda", $"-p:TorchSystem={system}"]);
        var result = await HostProgram.ResultAsync(restore);

        var errors = result.Output.Split('\n').Where(line => line.Contains(": error ", StringComparison.Ordinal)).ToList();
        Assert.All(errors, error => Assert.Matches(OfLibtorch, error));
        Assert.Equal(errors.Count == 0, result.Code == 0);
        Assert.NotEmpty(Directory.GetFiles(_folder["src/Tagging/obj"], $"packages.cuda-{system}.lock.json"));
        Assert.All(Directory.EnumerateFiles(_folder.Path, "*.lock.json", SearchOption.AllDirectories), file => Assert.Contains("/obj/", file.Replace('\\', '/'), StringComparison.Ordinal));
    }

    [GeneratedRegex("NU1101: Unable to find package (TorchSharp|libtorch)-cuda-", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex OfLibtorch { get; }
}
