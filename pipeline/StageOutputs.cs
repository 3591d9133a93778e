using System.Security.Cryptography;
using System.Text;
using Slipway.Engine.Caching;

namespace Slipway.Pipeline;

/// <summary>Where the outputs of a stage lie: in the work folder while it runs, in the workspace afterwards.</summary>
internal sealed class StageOutputs(Cache cache, Stage stage)
{
    /// <summary>Stores what an item has written.</summary>
    /// <exception cref="InvalidOperationException">A declared output is not there.</exception>
    public List<ActionOutput> Store(StageWork work)
    {
        var outputs = new List<ActionOutput>();
        for (var slot = 0; slot < work.Item.Outputs.Count; slot++)
        {
            var path = Path.Combine(work.Folder, work.Item.Outputs[slot]);
            if (IsFolder(work.Item.Outputs[slot]) ? !Directory.Exists(path) : !File.Exists(path))
                throw new InvalidOperationException($"{stage.Label} did not write {work.Item.Outputs[slot]} of {work.Item.Label}.");
            foreach (var file in FilesOf(path))
                outputs.Add(new ActionOutput(slot, file.Below, cache.Content.PutFile(file.Path)));
        }

        return outputs;
    }

    /// <summary>Lays an item's files out in the workspace; false when one cannot be had from the store.</summary>
    public bool TryLayOut(StageItem item, IReadOnlyList<ActionOutput> outputs) =>
        Fits(item, outputs) && outputs.All(output => cache.TryLayOut(output.Blob, FullPath(item, output)));

    /// <summary>Whether <see cref="TryLayOut"/> would work, as far as can be said without reading blobs.</summary>
    public bool IsAvailable(StageItem item, IReadOnlyList<ActionOutput> outputs) =>
        Fits(item, outputs) && outputs.All(output =>
            cache.Content.Contains(output.Blob) || cache.Hasher.TryHash(FullPath(item, output)) == output.Blob.Hash);

    public OutputFile[] Files(StageItem item, IReadOnlyList<ActionOutput> outputs) =>
        [.. outputs.Select(output => new OutputFile(output.Slot, RelativePath(item, output), FullPath(item, output), output.Blob.Hash))];

    /// <summary>Hash over the content of all outputs, in order; names do not count.</summary>
    public static ContentHash HashOf(IEnumerable<OutputFile> files)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Fingerprint.Append(sha, "slipway.outputs.1"u8);
        foreach (var file in files)
            Fingerprint.Append(sha, Encoding.ASCII.GetBytes(file.Hash.ToString()));
        return new ContentHash(sha.GetHashAndReset());
    }

    private static bool IsFolder(string declared) => declared.EndsWith('/');

    private static IEnumerable<(string Path, string Below)> FilesOf(string path) => File.Exists(path)
        ? [(path, "")]
        : Directory.GetFiles(path, "*", SearchOption.AllDirectories)
            .Select(file => (file, Path.GetRelativePath(path, file).Replace('\\', '/')))
            .OrderBy(file => file.Item2, StringComparer.Ordinal);

    private static bool Fits(StageItem item, IReadOnlyList<ActionOutput> outputs) => ActionOutput.Fit(item.Outputs, outputs);

    private string RelativePath(StageItem item, ActionOutput output) => $"{stage.OutputFolder}/{item.Outputs[output.Slot]}{output.Path}";

    private string FullPath(StageItem item, ActionOutput output) => Path.Combine(cache.Workspace, RelativePath(item, output));
}
