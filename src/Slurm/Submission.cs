using System.Text;
using Slipway.Engine.Caching;
using Slipway.Engine.Files;

namespace Slipway.Slurm;

/// <summary>What was given to Slurm at once, in a folder that driver and nodes share: a script, and for each task its keys, its report and its log.</summary>
/// <param name="Folder">Full path of the folder.</param>
internal sealed record Submission(string Folder)
{
    /// <summary>Its name, which the queue has in its comment.</summary>
    public string Name => Path.GetFileName(Folder);

    /// <summary>Full path of its script.</summary>
    public string Script => Path.Combine(Folder, "script");

    /// <summary>Full path of a task's keys, a line each.</summary>
    public string KeysOf(int index) => Path.Combine(Folder, $"{index}");

    /// <summary>Full path of what a task tells.</summary>
    public static string ReportOf(string keys) => keys + ".json";

    /// <summary>Full path of what a task's processes have written.</summary>
    public string LogOf(int index) => KeysOf(index) + ".log";

    /// <summary>A task's keys; none where they cannot be read.</summary>
    public IReadOnlyList<ContentHash> Keys(int index)
    {
        try
        {
            return [.. File.ReadLines(KeysOf(index)).Select(line => ContentHash.TryParse(line, out var key) ? key : (ContentHash?)null).OfType<ContentHash>()];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Writes keys and script.</summary>
    public void Write(IReadOnlyList<IReadOnlyList<ContentHash>> tasks, string script)
    {
        Directory.CreateDirectory(Folder);
        for (var i = 0; i < tasks.Count; i++)
            File.WriteAllText(KeysOf(i), string.Concat(tasks[i].Select(key => $"{key}\n")));
        AtomicFile.Write(Script, stream => stream.Write(Encoding.UTF8.GetBytes(script)), flush: false);
    }
}
