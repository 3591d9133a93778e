using Slipway.Engine.Files;

namespace Slipway.Engine.Jobs;

/// <summary>
/// An output that is a folder, and that fills while its job runs. Until the job has ended it lies beside the checkpoints, where a kill
/// leaves it: what was written before a checkpoint is not written again.
/// </summary>
public sealed class GrowingFolder
{
    private readonly string _folder;
    private readonly Func<string> _output;

    internal GrowingFolder(string folder, Func<string> output)
    {
        (_folder, _output) = (folder, output);
        Directory.CreateDirectory(folder);
    }

    /// <summary>Full path of a file in it, as long as it grows.</summary>
    public string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>Whether there is such a file.</summary>
    public bool Has(string name) => File.Exists(PathOf(name));

    /// <summary>Brings the files to where the job's outputs are. What a kill has left half written begins with a dot, and stays.</summary>
    public void Finish()
    {
        var output = _output();
        foreach (var file in Directory.GetFiles(_folder).Where(file => !Path.GetFileName(file).StartsWith('.')))
            CopiedFile.Make(file, Path.Combine(output, Path.GetFileName(file)));
    }
}
