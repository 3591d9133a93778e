using Slipway.Imaging.Pictures;

namespace Slipway.Demo.Tests;

/// <summary>The mascot as it lies in the repository: the pixels that <see cref="Mascot"/> draws, which takes longer than reading them.</summary>
internal static class SpriteFile
{
    /// <summary>1024 × 1024, with alpha.</summary>
    public static Picture Load() => Picture.Load(Path.Combine(AppContext.BaseDirectory, "sail_kun.png"));
}
