using Slipway.Engine.Caching;

namespace Slipway.Pipeline;

/// <summary>An item that has to run.</summary>
/// <param name="Item">The item.</param>
/// <param name="Fingerprint">Everything that the result depends on, and the key made of it.</param>
/// <param name="Folder">Empty folder; the outputs go there under their declared paths.</param>
/// <param name="CheckpointFolder">
/// Folder that is the same for the same fingerprint and outlives a kill; it is deleted when the result is stored.
/// </param>
public sealed record StageWork(StageItem Item, Fingerprint Fingerprint, string Folder, string CheckpointFolder)
{
    /// <summary>Where to write a declared output; its folder exists.</summary>
    public string PathOf(int output = 0)
    {
        var path = Path.Combine(Folder, Item.Outputs[output]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }
}
