namespace Slipway.Pipeline.Datasets;

/// <summary>How many bytes of pictures a training keeps decoded; all others are decoded when they are needed.</summary>
/// <param name="bytes">The room at first.</param>
internal sealed class PictureRoom(long bytes)
{
    // About three hundred pictures of 1024×1024 pixels.
    private const long Usual = 1L << 30;
    private long _left = bytes;

    /// <summary>The room that a training has.</summary>
    public PictureRoom()
        : this(Usual)
    {
    }

    /// <summary>Takes some of it; false where it is not enough, and then nothing is taken.</summary>
    public bool Take(long size)
    {
        var fits = size <= _left;
        _left -= fits ? size : 0;
        return fits;
    }
}
