namespace Slipway.Pipeline.Runs;

/// <summary>Where outputs belong: what of the user's stands in their way is said before anything runs.</summary>
/// <param name="workspace">Full path of the folder to which outputs are relative.</param>
/// <param name="artifacts">The folder of the outputs, relative to it.</param>
internal sealed class OutputPlaces(string workspace, string artifacts)
{
    /// <summary>Refuses a file where a folder belongs, and a folder where a file does.</summary>
    /// <param name="paths">Of all outputs, relative to the workspace; one that ends in <c>/</c> is a folder.</param>
    /// <exception cref="InvalidDataException">There is one.</exception>
    public void RequireFree(IEnumerable<string> paths)
    {
        var (files, folders) = (new List<string>(), new SortedSet<string>(StringComparer.Ordinal) { artifacts });
        foreach (var path in paths)
        {
            if (!path.EndsWith('/'))
                files.Add(path);
            for (var end = path.LastIndexOf('/'); end > 0 && folders.Add(path[..end]); end = path.LastIndexOf('/', end - 1))
            {
            }
        }

        if (folders.FirstOrDefault(folder => File.Exists(Path.Combine(workspace, folder))) is { } file)
            throw new InvalidDataException($"'{file}' is a file; {(file == artifacts ? "the folder of the outputs" : "a folder of outputs")} belongs there. Move the file away, or name another folder (`artifacts`).");
        if (files.Find(path => Directory.Exists(Path.Combine(workspace, path))) is { } found)
            throw new InvalidDataException($"'{found}' is a folder; a file of the outputs belongs there. Move the folder away, or name another folder (`artifacts`).");
    }
}
