using System.Buffers.Binary;
using Slipway.Engine.Caching;
using Slipway.Imaging.Pictures;

namespace Slipway.Pipeline.Commands.Snapshots;

/// <summary>What a run left, to be compared or taken over.</summary>
/// <param name="Plan">Name of the plan's file.</param>
/// <param name="Profile">Name of its profile.</param>
/// <param name="Class">What last bits depend on besides the plan: processor, libraries, threads, card.</param>
/// <param name="Settings">The plan's values by path.</param>
/// <param name="Inputs">Hashes of the files that the plan names, by what they are.</param>
/// <param name="Evaluation">Text of <c>evaluation.json</c>.</param>
/// <param name="Pictures">The sample pictures, and after them the grids.</param>
/// <param name="Stages">Labels of all stages.</param>
internal sealed record SnapshotResults(
    string Plan,
    string Profile,
    IReadOnlyDictionary<string, string> Class,
    IReadOnlyDictionary<string, string> Settings,
    IReadOnlyDictionary<string, string> Inputs,
    string Evaluation,
    IReadOnlyList<ResultPicture> Pictures,
    IReadOnlyList<string> Stages);

/// <summary>A picture that a run left.</summary>
/// <param name="Name">Its path in the folder of all outputs, without extension.</param>
/// <param name="Path">Full path.</param>
/// <param name="Version">Version, or <c>base</c>; null: a grid.</param>
/// <param name="Kind">Kind of background that the prompt asks for; null: a grid.</param>
/// <param name="Seed">Its seed; null: a grid.</param>
internal sealed record ResultPicture(string Name, string Path, string? Version = null, string? Kind = null, long? Seed = null)
{
    private const int SampleSide = 256;
    private const int GridSide = 1024;

    /// <summary>Longest side that is kept as it is, in pixels.</summary>
    public int KeptSide => SideOf(isGrid: Version is null);

    /// <summary>The picture as it would be kept.</summary>
    public Picture Load() => PictureComparison.Kept(Picture.Load(Path), isGrid: Version is null);

    /// <summary>Longest side that is kept as it is, in pixels.</summary>
    public static int SideOf(bool isGrid) => isGrid ? GridSide : SampleSide;

    /// <summary>Hash of a picture's size and pixels: what is packed otherwise, or says something else about itself, is the same picture.</summary>
    public static string PixelHash(Picture picture)
    {
        var bytes = new byte[8 + picture.Pixels.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, picture.Width);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), picture.Height);
        picture.Pixels.CopyTo(bytes.AsSpan(8));
        return ContentHash.Of(bytes).ToString();
    }
}
