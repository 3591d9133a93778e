using SkiaSharp;

namespace Slipway.Demo.Drawing;

/// <summary>A subject's main colour and the tag that names it.</summary>
internal sealed record SubjectColor(string Tag, SKColor Color)
{
    private static readonly (string Tag, double Hue, double Saturation, double Value)[] Named =
    [
        ("red", 358, 0.82, 0.88), ("orange", 27, 0.85, 0.98), ("yellow", 50, 0.8, 1), ("green", 130, 0.65, 0.72),
        ("blue", 214, 0.75, 0.9), ("purple", 274, 0.6, 0.75), ("pink", 335, 0.42, 1), ("white", 220, 0.02, 0.98),
    ];

    public static IReadOnlyList<string> Tags { get; } = [.. Named.Select(named => named.Tag)];

    /// <summary>One of the colours called <paramref name="among"/> (all, if none is named), a little off its middle.</summary>
    public static SubjectColor Random(SeededRandom random, params IReadOnlyList<string> among)
    {
        var tag = random.Pick(among.Count == 0 ? Tags : among);
        var (_, hue, saturation, value) = Named.First(named => named.Tag == tag);
        var color = Ink.Hsv(
            hue + random.Between(-6, 6),
            Math.Min(1, saturation * random.Between(0.88, 1.1)),
            Math.Min(1, value * random.Between(0.92, 1.06)));
        return new SubjectColor(tag, color);
    }
}
