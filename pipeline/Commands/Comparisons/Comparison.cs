using Slipway.Pipeline.Commands.Snapshots;

namespace Slipway.Pipeline.Commands.Comparisons;

/// <summary>Two sets of results beside each other: old → new.</summary>
/// <param name="From">What the old one is called.</param>
/// <param name="To">What the new one is called.</param>
public sealed record Comparison(string From, string To)
{
    /// <summary>Settings and input files that differ.</summary>
    public IReadOnlyList<SettingChange> Settings { get; init; } = [];

    /// <summary>All measures, those that did not change too.</summary>
    public IReadOnlyList<MeasureChange> Measures { get; init; } = [];

    /// <summary>All sample pictures and grids, those that are the same too.</summary>
    public IReadOnlyList<PictureChange> Pictures { get; init; } = [];

    /// <summary>Stages that the lock file has with another result, or on one side alone.</summary>
    public IReadOnlyList<string> Stages { get; init; } = [];

    /// <summary>What could not be compared, a line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>A grid of both, relative to the workspace; null: there was nothing to draw.</summary>
    public string? Picture { get; init; }
}

/// <summary>A measure on both sides.</summary>
/// <param name="Version">The version; null where two versions are compared.</param>
/// <param name="Measure">Its name.</param>
/// <param name="From">The old value; null: it cannot be told, or is not there.</param>
/// <param name="To">The new value.</param>
public sealed record MeasureChange(string? Version, string Measure, double? From, double? To)
{
    /// <summary>Interval of 95 % of the old value; null: none is known.</summary>
    public (double Low, double High)? FromInterval { get; init; }

    /// <summary>Interval of 95 % of the new value; null: none is known.</summary>
    public (double Low, double High)? ToInterval { get; init; }

    /// <summary>Interval of 95 % of the difference, of a seeded bootstrap; null where there are fewer than two seeds.</summary>
    public (double Low, double High)? Interval { get; init; }

    /// <summary>The new value less the old one.</summary>
    public double? Difference => To - From is { } difference ? Math.Round(difference, 4) : null;

    /// <summary>Whether the difference is more than noise; null: that cannot be told.</summary>
    public bool? IsBeyondNoise =>
        Difference is null ? null
        : Difference == 0 ? false
        : Interval is { } interval ? interval.Low > 0 || interval.High < 0
        : FromInterval is { } before && ToInterval is { } after ? before.High < after.Low || after.High < before.Low
        : null;
}

/// <summary>A picture on both sides.</summary>
/// <param name="Name">Its path in the folder of all outputs, without extension.</param>
/// <param name="State"><c>same</c>, <c>different</c>, <c>new</c> or <c>removed</c>.</param>
/// <param name="Version">Its version; null: a grid, or two versions are compared.</param>
/// <param name="Kind">Kind of background; null: a grid.</param>
/// <param name="Seed">Its seed; null: a grid.</param>
/// <param name="Ssim">Structural similarity, where it is different and has the same size; null otherwise.</param>
public sealed record PictureChange(string Name, string State, string? Version, string? Kind, long? Seed, double? Ssim);
