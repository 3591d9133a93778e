using Slipway.Imaging.Measuring;
using Slipway.Imaging.Pictures;

namespace Slipway.Pipeline.Commands.Snapshots;

/// <summary>
/// What another class of processor may make of pictures: other vector widths add in another order, and hundreds of steps of training carry the last bits
/// on. Measured on the 800 steps of the embedded default, with AMX and with AVX2 alone (ATEN_CPU_CAPABILITY, ONEDNN_MAX_CPU_ISA,
/// MKL_ENABLE_INSTRUCTIONS): without a LoRA no channel was off by more than 1; v01 and v02, which learn one picture, by more than 2; the pictures of
/// v03, which learns a hundred backgrounds, had a mean similarity of 0.931, and 0.64 the least of them. Twice the mean's distance from 1 is allowed, and 1.4 times
/// that of the least. A LoRA of half strength has means of 0.56 to 0.72, another seed 0.54 to 0.77, v02 in the place of v03 0.44. What looks as alike as v01 and v02 do
/// (0.996), or as the seeds of v01, is told apart by what it is nearest to.
/// </summary>
/// <param name="folder">Where the accepted pictures lie.</param>
/// <param name="manifest">What was accepted.</param>
internal sealed class OtherClassBounds(SnapshotFolder folder, SnapshotManifest manifest)
{
    private const double LeastMean = 0.86;
    private const double Least = 0.5;

    /// <summary>How many times nearer to another accepted picture than to its own one it must be, to count as the other.</summary>
    private const double Nearer = 4;

    private const int MostShift = 4;
    private const int Sampled = 3;

    private readonly Dictionary<string, Picture> _loaded = new(StringComparer.Ordinal);

    /// <summary>Whether a version's pictures are no more than another rounding of the accepted ones.</summary>
    /// <param name="pictures">Those that are not equal to the accepted ones.</param>
    /// <param name="all">How many pictures the version has.</param>
    public bool Allow(IReadOnlyList<DifferentPicture> pictures, int all) =>
        pictures.All(picture => picture.Found?.Ssim >= Least)
        && (all - pictures.Sum(picture => 1 - picture.Found!.Ssim)) / all is var mean && mean >= LeastMean
        && Impostor(pictures) is null;

    /// <summary>Whether a grid is no more than another rounding: its pictures may look otherwise, and nothing in it has moved.</summary>
    public bool AllowGrid(DifferentPicture grid) => grid.Found?.Ssim >= LeastMean && !IsShifted(grid);

    /// <summary>What a version's pictures show instead of their own; null: nothing else.</summary>
    public string? Impostor(IReadOnlyList<DifferentPicture> pictures)
    {
        if (pictures.Any(picture => picture.Found is null))
            return null;
        var own = pictures.Average(picture => 1 - picture.Found!.Ssim);
        var others = manifest.Pictures.Where(picture => !picture.IsGrid).ToLookup(picture => (picture.Version, picture.Kind, picture.Seed));
        foreach (var version in manifest.Pictures.Select(picture => picture.Version).OfType<string>().Distinct(StringComparer.Ordinal).Where(version => version != pictures[0].Accepted.Version))
        {
            if (pictures.All(picture => others[(version, picture.Accepted.Kind, picture.Accepted.Seed)].Any())
                && pictures.Average(picture => Distance(picture, others[(version, picture.Accepted.Kind, picture.Accepted.Seed)].First())) * Nearer < own)
                return $"{pictures.Count} of {pictures.Count} pictures show what was accepted of {version}";
        }

        var seeds = manifest.Pictures.Where(picture => !picture.IsGrid).ToLookup(picture => (picture.Version, picture.Kind));
        return pictures.All(picture => seeds[(picture.Accepted.Version, picture.Accepted.Kind)].Skip(1).Any())
            && pictures.Average(picture => seeds[(picture.Accepted.Version, picture.Accepted.Kind)].Where(other => other.Seed != picture.Accepted.Seed).Min(other => Distance(picture, other))) * Nearer < own
            ? $"{pictures.Count} of {pictures.Count} pictures show what was accepted of another seed"
            : null;
    }

    private double Distance(DifferentPicture picture, SnapshotPicture other) =>
        (picture.Size.Width, picture.Size.Height) == (other.Width, other.Height) ? 1 - Ssim.Of(Received(picture), Accepted(other)) : 1;

    /// <summary>Whether moving the grid by a few pixels brings it much nearer to the accepted one.</summary>
    private bool IsShifted(DifferentPicture grid)
    {
        var (received, accepted) = (Received(grid), Accepted(grid.Accepted));
        var still = Error(received, accepted, 0, 0);
        return Enumerable.Range(-MostShift, (2 * MostShift) + 1).Any(x => Enumerable.Range(-MostShift, (2 * MostShift) + 1).Any(y => Error(received, accepted, x, y) * 2 < still));
    }

    private static double Error(Picture first, Picture second, int right, int down)
    {
        var (sum, count) = (0.0, 0);
        for (var y = MostShift; y < first.Height - MostShift; y += Sampled)
        {
            for (var x = MostShift; x < first.Width - MostShift; x += Sampled)
            {
                for (var c = 0; c < 3; c++)
                    sum += Math.Abs(first.Pixels[(((y * first.Width) + x) * 4) + c] - second.Pixels[((((y + down) * first.Width) + x + right) * 4) + c]);
                count++;
            }
        }

        return sum / Math.Max(1, count);
    }

    private Picture Received(DifferentPicture picture) => Load($"received {picture.Accepted.Name}", picture.Received.Load);

    private Picture Accepted(SnapshotPicture picture) => Load(picture.Name, () => folder.Load(picture));

    private Picture Load(string name, Func<Picture> load) => _loaded.TryGetValue(name, out var picture) ? picture : _loaded[name] = load();
}
