using System.Text;
using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// What a workspace has in a store that several share, under <c>workspaces/MACHINE-HASH/</c>: its history and the marks of its processes, so that the garbage
/// collection of every other one knows what it needs, on whichever machine it is.
/// </summary>
/// <param name="Folder">Full path of the folder.</param>
/// <param name="Workspace">Full path of the workspace, on its machine.</param>
/// <param name="Machine">Name of its machine.</param>
internal sealed record WorkspacePlace(string Folder, string Workspace, string Machine)
{
    private const string FolderName = "workspaces";
    private const string FileName = "workspace";
    private const int HashLength = 16;

    /// <summary>That of a workspace of this machine.</summary>
    public static WorkspacePlace Of(string store, string workspace) => new(
        Path.Combine(store, FolderName, $"{Files.FileName.Of(Environment.MachineName)}-{ContentHash.Of(workspace).ToString()[..HashLength]}"), workspace, Environment.MachineName);

    /// <summary>Those of all workspaces that have run with the store.</summary>
    public static IEnumerable<WorkspacePlace> All(string store)
    {
        var folder = Path.Combine(store, FolderName);
        foreach (var place in Directory.Exists(folder) ? Directory.GetDirectories(folder) : [])
        {
            var file = Path.Combine(place, FileName);
            var lines = File.Exists(file) ? StaleHandle.Retry(() => File.ReadAllLines(file)) : [];
            yield return lines is [var machine, var workspace, ..] ? new WorkspacePlace(place, workspace, machine) : new WorkspacePlace(place, "", "");
        }
    }

    /// <summary>Whether the workspace was on this machine and is there no longer.</summary>
    public bool IsGone => IsHere && !Directory.Exists(Workspace);

    /// <summary>Whether nobody knows if the workspace, which is another machine's, is there still, no run of it has written its history since, and none is at work that this machine can see.</summary>
    public bool IsForgotten(DateTime since) => !IsHere && LastUse < since && !new RunMarks(Folder).AnyAtWork;

    private bool IsHere => Machine == Environment.MachineName;

    /// <summary>When a run of it has last written its history.</summary>
    private DateTime LastUse => Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Select(File.GetLastWriteTimeUtc).DefaultIfEmpty(DateTime.MinValue).Max();

    /// <summary>Makes it the workspace's, with the history that the workspace had before it shared anything.</summary>
    /// <param name="root">Folder of the workspace's own cache.</param>
    /// <returns>Its folder.</returns>
    public string Take(string root)
    {
        var file = Path.Combine(Folder, FileName);
        if (File.Exists(file))
            return Folder;
        var history = Path.Combine(root, StageRecords.FolderName);
        foreach (var path in Directory.Exists(history) ? Directory.GetFiles(history, "*", SearchOption.AllDirectories) : [])
            AtomicFile.Write(Path.Combine(Folder, Path.GetRelativePath(root, path)), File.ReadAllBytes(path));

        AtomicFile.Write(file, Encoding.UTF8.GetBytes($"{Machine}\n{Workspace}\n"));
        return Folder;
    }
}
