using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;
using Slipway.Tagging;

namespace Slipway.Pipeline.Jobs;

/// <summary>A tagger that a job works with.</summary>
/// <param name="Tagger">Its ONNX file.</param>
/// <param name="TaggerTags">Its <c>selected_tags.csv</c>.</param>
/// <param name="TaggerDevice">What computes: <c>cpu</c> or <c>cuda</c>, whose sums differ in their last bits.</param>
public sealed record TaggerFiles(FileRef Tagger, FileRef TaggerTags, string TaggerDevice = "cpu")
{
    /// <summary>The groups of facts that its probabilities depend on.</summary>
    public IReadOnlyList<string> Environment => EnvironmentGroups.On(TaggerDevice, EnvironmentGroups.Onnx);

    /// <summary>The tagger, opened: the worker's own. On one thread, so that its sums do not depend on the machine's cores.</summary>
    public Tagger Open(JobIo io) => io.Live(
        ContentHash.Of($"tagger {io.HashOf(Tagger)} {io.HashOf(TaggerTags)} {TaggerDevice}"),
        () => new Tagger(io.PathOf(Tagger), io.PathOf(TaggerTags), threads: 1, TaggerDevice));
}
