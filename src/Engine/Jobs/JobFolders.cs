using Slipway.Engine.Caching;

namespace Slipway.Engine.Jobs;

/// <summary>The folders of a job that runs.</summary>
/// <param name="Work">Empty folder for the outputs.</param>
/// <param name="Checkpoints">What outlives a kill.</param>
/// <param name="Kept">Intermediate results.</param>
internal sealed record JobFolders(string Work, string Checkpoints, KeptFiles Kept)
{
    /// <summary>Where the output in a slot is written: names are the graph's matter, so the slot's number is its name.</summary>
    public string Output(int slot, bool isFolder)
    {
        var path = Path.Combine(Work, $"{slot}");
        if (isFolder)
            Directory.CreateDirectory(path);
        return path;
    }
}
