namespace Slipway.Engine.Caching;

/// <summary>Something that is not as it was written.</summary>
/// <param name="Kind">What sort of thing.</param>
/// <param name="Subject">The blob's or record's hash, or the path relative to the workspace.</param>
/// <param name="Text">One line: what it is, what is wrong, what was done or is to do.</param>
public sealed record Finding(FindingKind Kind, string Subject, string Text);

/// <summary>What sort of thing is not as it was written.</summary>
public enum FindingKind
{
    /// <summary>A blob that was damaged or missing, and is whole again.</summary>
    Healed,

    /// <summary>A blob that was damaged, and is gone now.</summary>
    Damaged,

    /// <summary>A blob that a record names and that is not there.</summary>
    Missing,

    /// <summary>A record, a list or a memory of the cache that was damaged.</summary>
    Record,

    /// <summary>An output that is not as it was laid out.</summary>
    Output,
}
