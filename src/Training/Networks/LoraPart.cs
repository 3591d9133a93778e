namespace Slipway.Training;

/// <summary>What a tensor of a LoRA file is of its branch.</summary>
internal enum LoraPart
{
    Down,
    Up,

    /// <summary>LoCon's core tensor between the two (Tucker's decomposition).</summary>
    Mid,
    Alpha,

    /// <summary>DoRA's lengths.</summary>
    Magnitude,
}
