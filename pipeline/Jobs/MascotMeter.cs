using Slipway.Imaging.Compositing;
using Slipway.Imaging.Measuring;
using Slipway.Imaging.Pictures;

namespace Slipway.Pipeline.Jobs;

/// <summary>Looks for a sprite, once it is known from which score it is there.</summary>
internal sealed class MascotMeter
{
    private readonly MascotDetector _detector;
    private readonly MascotCalibration _calibration;

    /// <param name="sprite">The mascot.</param>
    /// <param name="options">How composites have it.</param>
    /// <param name="scenes">Pictures without it.</param>
    public MascotMeter(Picture sprite, CompositeOptions options, IReadOnlyList<Picture> scenes)
    {
        _detector = new MascotDetector(sprite, options);
        _calibration = MascotCalibration.Of(_detector, sprite, options, scenes);
    }

    /// <summary>What is known of the sprite.</summary>
    public MascotFigures Figures => new(_calibration.Threshold, _calibration.CanBeTold, _calibration.Reason);

    /// <summary>Where it is, if it is.</summary>
    public SeenMascot Find(Picture picture)
    {
        var match = _detector.Find(picture);
        bool? isPresent = _calibration.Threshold is { } threshold ? match.Score >= threshold : null;
        return new SeenMascot(isPresent, match, isPresent == false ? null : match.Foreground);
    }
}

/// <summary>What is seen of the mascot in a picture.</summary>
/// <param name="IsPresent">Whether it is there; null where that cannot be told.</param>
/// <param name="Match">Where it would be.</param>
/// <param name="Foreground">What is no background: its place where it is, or may be, there; else null.</param>
internal sealed record SeenMascot(bool? IsPresent, MascotMatch Match, bool[]? Foreground);
