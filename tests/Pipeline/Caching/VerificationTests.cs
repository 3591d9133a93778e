using Slipway.Engine.Caching;

namespace Slipway.Pipeline.Tests.Caching;

public sealed class VerificationTests : IDisposable
{
    private readonly Yard _yard = new Yard().With("a", "b");

    public void Dispose() => _yard.Dispose();

    [Fact]
    public async Task A_sound_cache_is_sound()
    {
        await _yard.RunAsync();

        using var cache = new Cache(_yard.Root, _yard.Warnings.Add);
        var verification = Verification.Of(cache);

        Assert.True(verification.IsSound);
        Assert.Equal(4, verification.Blobs);
    }

    [Fact]
    public async Task Damaged_blobs_and_changed_outputs_are_named()
    {
        var (paint, _) = await _yard.RunAsync();
        using var cache = new Cache(_yard.Root, _yard.Warnings.Add);
        var hash = paint["a"].Files[0].Hash;
        File.Delete(cache.Content.PathOf(hash));
        File.WriteAllText(cache.Content.PathOf(hash), "rot");
        File.Delete(_yard["artifacts/frame/b.txt"]);

        var verification = Verification.Of(cache);

        Assert.Equal(
            [(FindingKind.Healed, $"{hash}"), (FindingKind.Output, "artifacts/frame/b.txt")],
            verification.Findings.Select(finding => (finding.Kind, finding.Subject)));
    }
}
