namespace Slipway.Imaging.Measuring;

/// <summary>Where a sprite was found best in a picture.</summary>
/// <param name="Score">Share of what the surroundings leave unexplained there that the sprite explains, −1 to 1; null where it has no place in the picture.</param>
/// <param name="Similarity">How like the sprite the picture is there, 0 to 1; see <see cref="SpriteTemplate.Similarity"/>. Null where it has no place.</param>
/// <param name="Foreground">True where the sprite would cover the picture, row by row, a pixel wider all around.</param>
public sealed record MascotMatch(double? Score, double? Similarity, bool[] Foreground);
