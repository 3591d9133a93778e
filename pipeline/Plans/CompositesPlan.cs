using Slipway.Imaging.Compositing;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans;

/// <summary>How the sprite is put onto each background.</summary>
/// <param name="Seed">Composite i draws its place and size from this seed and i.</param>
/// <param name="Options">The ranges to draw from.</param>
public sealed record CompositesPlan(long Seed, CompositeOptions Options)
{
    internal static CompositesPlan Read(MappingReader reader, long seed)
    {
        var defaults = new CompositeOptions();
        var plan = new CompositesPlan(reader.Long("seed", seed, 0, uint.MaxValue), new CompositeOptions
        {
            FlipProbability = reader.Number("flip", defaults.FlipProbability, 0, 1),
            MaxRotation = reader.Number("rotation", defaults.MaxRotation, 0, 180),
            ShadowOpacity = reader.Number("shadow_opacity", defaults.ShadowOpacity, 0, 1),
            ShadowSoftness = reader.Number("shadow_softness", defaults.ShadowSoftness, 0, 1),
            Feather = reader.Number("feather", defaults.Feather, 0, 100),
            ToneMatch = reader.Number("tone_match", defaults.ToneMatch, 0, 1),
        });
        var scale = reader.Range("scale", (defaults.MinScale, defaults.MaxScale), 0.01, 2);
        var x = reader.Range("x", (defaults.MinX, defaults.MaxX), 0, 1);
        var y = reader.Range("y", (defaults.MinY, defaults.MaxY), 0, 1);
        reader.Finish();
        return plan with
        {
            Options = plan.Options with { MinScale = scale.From, MaxScale = scale.To, MinX = x.From, MaxX = x.To, MinY = y.From, MaxY = y.To },
        };
    }
}
