namespace Slipway.Training.Options;

/// <summary>A part of the UNet that has a list of learning rates of its own.</summary>
internal enum UNetPart
{
    /// <summary>Embeddings, <c>conv_in</c>'s side of the lists, and the output layers.</summary>
    Ends,
    Down,
    Middle,
    Up,
}
