using System.Globalization;
using Slipway.Imaging.Compositing;
using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Measuring;

/// <summary>
/// From which score a sprite counts as present: measured on composites and on bare scenes that are drawn for it, with seeds of their own, before any
/// other picture is looked at. Half of the composites are blurred, noisy or off in colour, as a model's pictures are. Where both kinds have
/// scores in common, the sprite cannot be told from backgrounds by this measure, and nothing is said of its presence.
/// </summary>
/// <param name="Threshold">From which score the sprite is there; null where it cannot be told.</param>
/// <param name="Without">Score that all but a few of the bare scenes stay below.</param>
/// <param name="With">Score that all but a few of the composites reach.</param>
public sealed record MascotCalibration(double? Threshold, double Without, double With)
{
    /// <summary>Pictures of each kind that are drawn.</summary>
    public const int Pictures = 48;

    /// <summary>Most pictures without the sprite that are taken beside those.</summary>
    public const int Scenes = 96;

    /// <summary>Pictures of each kind that are left out at the end towards the other one, a share.</summary>
    public const double Outliers = 0.04;

    /// <summary>Least gap between both kinds.</summary>
    public const double LeastGap = 0.05;

    /// <summary>Where in the gap the threshold lies: nearer to the bare scenes, since a model draws the mascot less well than a composite shows it.</summary>
    public const double Place = 0.4;

    private const int Size = 96;
    private const ulong Seed = 0x6D6173636F74;

    /// <summary>Whether pictures with the sprite and pictures without it differ in the score.</summary>
    public bool CanBeTold => Threshold is not null;

    /// <summary>Why it cannot be told; null where it can.</summary>
    public string? Reason => CanBeTold
        ? null
        : string.Create(
            CultureInfo.InvariantCulture,
            $"This sprite cannot be told from backgrounds by this measure: on scenes drawn without it the score reaches {Without:F2}, on composites drawn with it it falls to {With:F2}.");

    /// <summary>Draws the pictures and measures them.</summary>
    /// <param name="detector">Of the sprite.</param>
    /// <param name="sprite">The sprite.</param>
    /// <param name="options">How composites have it.</param>
    /// <param name="scenes">Pictures without it of the kind that it will be looked for in, such as a plan's backgrounds; some of them, beside those that are drawn.</param>
    /// <exception cref="InvalidDataException">The sprite has no alpha, or nothing of it can be seen.</exception>
    public static MascotCalibration Of(MascotDetector detector, Picture sprite, CompositeOptions options, IReadOnlyList<Picture> scenes)
    {
        var compositor = new Compositor(sprite, "sprite");
        double Score(Picture picture) => detector.Find(picture).Score ?? -1;
        ulong At(int i, ulong kind) => Seed + ((ulong)i * 2) + kind;
        // Each is asked for when it is looked at: the list may decode it only then.
        int[] given = [.. Spread([.. Enumerable.Range(0, scenes.Count)], Scenes)];
        Picture Scene(int i) => i % 4 < 2 || given.Length == 0 ? MadeScene.Draw(Size, At(i, 1)) : scenes[given[i % given.Length]];
        var made = Enumerable.Range(0, Pictures).Select(i => Score(MadeScene.Draw(Size, At(i, 0)))).Order().ToArray();
        var real = given.Select(i => Score(scenes[i])).Order().ToArray();
        var with = Enumerable.Range(0, Pictures).Select(i => Score(Worn(compositor.Compose(Scene(i), options, At(i, 1)).Picture, i))).Order().ToArray();
        var (ofMade, ofReal) = (Between(made, with), Between(real.Length == 0 ? made : real, with));
        return ofReal.Without > ofMade.Without ? ofReal : ofMade;
    }

    /// <summary>At most so many of them, evenly spread.</summary>
    public static IEnumerable<T> Spread<T>(IReadOnlyList<T> all, int count) =>
        all.Count <= count ? all : Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Count / count)]);

    /// <summary>The threshold between scores of both kinds, each in ascending order.</summary>
    public static MascotCalibration Between(IReadOnlyList<double> without, IReadOnlyList<double> with)
    {
        var (low, high) = (without[(int)((without.Count - 1) * (1 - Outliers))], with[(int)Math.Ceiling((with.Count - 1) * Outliers)]);
        var gap = high - low;
        return new MascotCalibration(gap >= LeastGap ? Math.Round(low + (Place * gap), 4) : null, Math.Round(low, 4), Math.Round(high, 4));
    }

    /// <summary>Every other picture as a model would have drawn it: shrunk and grown again, and its channels shifted.</summary>
    private static Picture Worn(Picture picture, int number)
    {
        if (number % 2 == 0)
            return picture;
        var draws = new SeededDraws(Seed + 1_000_000 + (ulong)number);
        var small = draws.Between(0.4 * Size, 0.8 * Size) / picture.Height;
        var worn = picture.Resize(Math.Max(1, (int)(picture.Width * small)), Math.Max(1, (int)(picture.Height * small))).Resize(picture.Width, picture.Height);
        var (red, green, blue) = (draws.Between(-18, 18), draws.Between(-18, 18), draws.Between(-18, 18));
        for (var i = 0; i < worn.Pixels.Length; i++)
        {
            var shift = (i % 4) switch { 0 => red, 1 => green, 2 => blue, _ => 0 };
            worn.Pixels[i] = i % 4 == 3 ? worn.Pixels[i] : (byte)Math.Clamp(worn.Pixels[i] + shift, 0, 255);
        }

        return worn;
    }
}
