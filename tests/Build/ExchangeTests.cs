namespace Slipway.Build.Tests;

/// <summary><c>--target=Import</c> and <c>Export</c> for real.</summary>
[Trait("Tier", "slow")]
public sealed class ExchangeTests : IDisposable
{
    private readonly Host _host = new Host().Furnished();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task An_imported_version_is_printed_with_what_has_no_counterpart()
    {
        await File.WriteAllTextAsync(_host["train.sh"], "accelerate launch sdxl_train_network.py --train_data_dir=mine --network_dim=8 --max_train_steps=5 --full_bf16", TestContext.Current.CancellationToken);

        var (code, output, _) = await _host.RunAsync("--target=Import", "--from=train.sh", "--version=mine");

        Assert.Equal(0, code);
        Assert.Contains("\nversions:\n  mine:\n    dataset: mine_mine\n    network_dim: 8\n", output, StringComparison.Ordinal);
        Assert.Contains("\n# `full_bf16` (true) has no counterpart: the training will differ in it.\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_is_exported_and_named_with_how_to_train_it()
    {
        var (code, output, _) = await _host.RunAsync("--target=Export", "--version=v01", "--out=kohya");

        Assert.Equal(0, code);
        Assert.Contains($"kohya: sh {_host["kohya/train.sh"]} in sd-scripts' folder trains v01.", output, StringComparison.Ordinal);
        Assert.Equal("sail_kun", await File.ReadAllTextAsync(_host["kohya/img/160_sail_kun/sail_kun.txt"], TestContext.Current.CancellationToken));
        Assert.True(File.Exists(_host["kohya/img/160_sail_kun/sail_kun.png"]));
        Assert.Equal(2, (await _host.RunAsync("--target=Export", "--version=v01", "--out=kohya")).Code);
        Assert.Equal(2, (await _host.RunAsync("--target=Export", "--version=v01")).Code);
    }

    [Theory]
    [InlineData("--from=nowhere.toml", "does not exist; expected a preset of the param GUI (.xmlora)")]
    [InlineData("--out=lora.pipeline.yaml", "--target=Import needs --from=FILE")]
    [InlineData("--rank=3", "`--rank` belongs to --target=Merge, Extract, Resize.")]
    public async Task What_cannot_be_is_said(string option, string expected)
    {
        var (code, _, error) = await _host.RunAsync("--target=Import", option);

        Assert.Equal(2, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }
}
