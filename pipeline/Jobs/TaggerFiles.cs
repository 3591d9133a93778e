using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;
using Slipway.Tagging;

namespace Slipway.Pipeline.Jobs;

/// <summary>A tagger that a job works with.</summary>
/// <param name="Tagger">Its ONNX file.</param>
/// <param name="TaggerTags">Its <c>selected_tags.csv</c>.</param>
public sealed record TaggerFiles(FileRef Tagger, FileRef TaggerTags)
{
    /// <summary>The tagger, opened: the worker's own. On one thread, so that its sums do not depend on the machine's cores.</summary>
    public Tagger Open(JobIo io) => io.Live(
        ContentHash.Of($"tagger {io.HashOf(Tagger)} {io.HashOf(TaggerTags)}"),
        () => new Tagger(io.PathOf(Tagger), io.PathOf(TaggerTags), threads: 1));
}
