namespace Slipway.Engine.Caching;

/// <summary>What sort of thing an entry of a fingerprint stands for.</summary>
public enum EntryKind
{
    /// <summary>The stage's name or code version.</summary>
    Code,

    /// <summary>A value of the plan.</summary>
    Parameter,

    /// <summary>A file that the user provides.</summary>
    File,

    /// <summary>A file that an earlier stage wrote.</summary>
    Output,

    /// <summary>What can change the bytes without being named in the plan: library versions, device, threads.</summary>
    Environment,
}
