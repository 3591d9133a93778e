using Slipway.Imaging.Compositing;
using Slipway.Imaging.Measuring;
using Slipway.Imaging.Pictures;
using Slipway.Tagging.Encoders;

namespace Slipway.Pipeline.Jobs;

/// <summary>
/// Compares pictures in an encoder's embedding. The real pictures of DreamBooth's DINO and CLIP-I (Ruiz et al. 2022) are here the sprite on backgrounds, the
/// same ones for every version whatever it has learned from: with a picture on white among them a version that draws white pages would come out well.
/// </summary>
internal sealed class EmbeddingMeter : IDisposable
{
    /// <summary>How many real pictures there are at most.</summary>
    private const int RealPictures = 16;

    private const ulong Seed = 0x656D626564;
    private readonly ImageEncoder _encoder;
    private readonly IReadOnlyList<float[]> _real;

    /// <param name="encoder">The encoder, which is closed with this.</param>
    /// <param name="sprite">The mascot.</param>
    /// <param name="options">How composites have it.</param>
    /// <param name="scenes">Backgrounds to set it on; at least one.</param>
    public EmbeddingMeter(ImageEncoder encoder, Picture sprite, CompositeOptions options, IReadOnlyList<Picture> scenes)
    {
        var compositor = new Compositor(sprite, "sprite");
        _encoder = encoder;
        _real = encoder.Embed(MascotCalibration.Spread(scenes, RealPictures).Select((scene, i) => compositor.Compose(scene, options, Seed + (ulong)i).Picture));
    }

    /// <summary>The embeddings of pictures, and how like the mascot each is.</summary>
    public IReadOnlyList<EmbeddedPicture> Measure(IEnumerable<Picture> pictures) =>
        [.. _encoder.Embed(pictures).Select(embedding => new EmbeddedPicture(embedding, _real.Average(real => ImageEncoder.Cosine(embedding, real))))];

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();
}

/// <summary>A picture in an encoder's embedding.</summary>
/// <param name="Embedding">Of length 1.</param>
/// <param name="MascotSimilarity">Mean cosine with the real pictures, −1 to 1.</param>
internal sealed record EmbeddedPicture(float[] Embedding, double MascotSimilarity)
{
    /// <summary>How far two pictures are from each other, 0 to 1: (1 − cosine) / 2.</summary>
    public static double Drift(EmbeddedPicture a, EmbeddedPicture b) => (1 - ImageEncoder.Cosine(a.Embedding, b.Embedding)) / 2;

    /// <summary>Mean of 1 − cosine to other pictures, 0 to 2; null where there are none.</summary>
    public double? Diversity(IEnumerable<EmbeddedPicture> others) => others.Select(other => (double?)(1 - ImageEncoder.Cosine(Embedding, other.Embedding))).Average();
}
