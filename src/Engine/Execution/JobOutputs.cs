using System.Security.Cryptography;
using System.Text;
using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Execution;

/// <summary>Where the outputs of jobs lie: in a work folder while they run, in the workspace afterwards.</summary>
internal sealed class JobOutputs(Cache cache)
{
    /// <summary>Stores what a job has written.</summary>
    /// <exception cref="InvalidOperationException">A declared output is not there, or a file is there that is not declared.</exception>
    public List<ActionOutput> Store(JobNode node, JobFolders folders)
    {
        var outputs = new List<ActionOutput>();
        for (var slot = 0; slot < node.Job.Outputs.Count; slot++)
        {
            var declared = node.Job.Outputs[slot];
            var path = folders.Output(slot, declared.IsFolder);
            if (!declared.IsFolder && !File.Exists(path))
                throw new InvalidOperationException($"{node.Stage} did not write {node.Paths[slot]} of {node.Label}.");
            foreach (var file in FilesOf(path, declared.IsFolder))
                outputs.Add(new ActionOutput(slot, file.Below, cache.Content.PutFile(file.Path)));
        }

        RefuseOthers(node, folders.Work);
        return outputs;
    }

    /// <summary>Lays a job's files out in the workspace; false when one cannot be had from the store.</summary>
    public bool TryLayOut(JobNode node, IReadOnlyList<ActionOutput> outputs) =>
        Fits(node, outputs) && outputs.All(output => cache.TryLayOut(output.Blob, FullPath(node, output)));

    /// <summary>Whether <see cref="TryLayOut"/> would work, as far as can be said without reading blobs.</summary>
    public bool IsAvailable(JobNode node, IReadOnlyList<ActionOutput> outputs) =>
        Fits(node, outputs) && outputs.All(output =>
            cache.Content.Contains(output.Blob) || cache.Hasher.TryHash(FullPath(node, output)) == output.Blob.Hash);

    public OutputFile[] Files(JobNode node, IReadOnlyList<ActionOutput> outputs) =>
        [.. outputs.Select(output => new OutputFile(output.Slot, RelativePath(node, output), FullPath(node, output), output.Blob.Hash))];

    /// <summary>Hash over the content of all outputs, in order; names do not count.</summary>
    public static ContentHash HashOf(IEnumerable<OutputFile> files)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Fingerprint.Append(sha, "slipway.outputs.1"u8);
        foreach (var file in files)
            Fingerprint.Append(sha, Encoding.ASCII.GetBytes(file.Hash.ToString()));
        return new ContentHash(sha.GetHashAndReset());
    }

    private static IEnumerable<(string Path, string Below)> FilesOf(string path, bool isFolder) => !isFolder
        ? [(path, "")]
        : Directory.GetFiles(path, "*", SearchOption.AllDirectories)
            .Select(file => (file, Path.GetRelativePath(path, file).Replace('\\', '/')))
            .OrderBy(file => file.Item2, StringComparer.Ordinal);

    private static void RefuseOthers(JobNode node, string folder)
    {
        var others = Directory.GetFileSystemEntries(folder).Select(path => Path.GetFileName(path)!)
            .Except(Enumerable.Range(0, node.Job.Outputs.Count).Select(slot => $"{slot}")).Order(StringComparer.Ordinal).ToList();
        if (others.Count > 0)
            throw new InvalidOperationException($"{node.Stage} wrote {string.Join(", ", others)} beside the outputs of {node.Label}, and declares no such output.");
    }

    private static bool Fits(JobNode node, IReadOnlyList<ActionOutput> outputs) => ActionOutput.Fit(node.Paths, outputs);

    private static string RelativePath(JobNode node, ActionOutput output) => node.Paths[output.Slot] + output.Path;

    /// <summary>Where an output of a job belongs.</summary>
    public string FullPath(JobNode node, ActionOutput output) => Path.Combine(cache.Workspace, RelativePath(node, output));
}
