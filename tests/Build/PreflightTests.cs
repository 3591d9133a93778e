namespace Slipway.Build.Tests;

[Trait("Tier", "slow")]
public sealed class PreflightTests : IDisposable
{
    private readonly Host _host = new Host().Furnished();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Says_what_would_be_learned_and_what_it_needs()
    {
        var (code, output, _) = await _host.RunAsync("--target=Preflight");
        Assert.Equal(0, code);
        Assert.Contains("  with_background: 100 pictures, 100 uses an epoch; 100 yet to be made", output, StringComparison.Ordinal);
        Assert.Matches(@"network: [\d,]+ parameters; memory: about \d+\.\d GiB \(weights", output);
        Assert.Contains("  time: not known until a version has been trained here\n", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_host["artifacts"]));
    }

    [Fact]
    public async Task What_is_wrong_ends_with_2()
    {
        Directory.CreateDirectory(_host["mine"]);
        await File.WriteAllTextAsync(
            _host["lora.pipeline.yaml"],
            (await File.ReadAllTextAsync(_host["lora.pipeline.yaml"], TestContext.Current.CancellationToken)).Replace("source: composites", "source: folder\n    folder: mine", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        var (code, _, error) = await _host.RunAsync("--target=Preflight", "--version=v03");
        Assert.Equal(2, code);
        Assert.Contains("Dataset `with_background`: ", error, StringComparison.Ordinal);
        Assert.Contains("holds no picture", error, StringComparison.Ordinal);
    }
}
