using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// Which files each stage of each plan has laid out, and with which content. Only these are ever deleted or replaced
/// without a word, and only while their content is one that the cache knows: what a person has changed is kept beside.
/// </summary>
public sealed class LaidOutFiles
{
    private const string Kind = "laid-out.2";
    private readonly string _workspace;
    private readonly string _root;
    private readonly string _folder;
    private readonly string _plan;
    private readonly FileHasher _hasher;
    private readonly ContentStore _content;
    private readonly Action<string> _warn;
    private readonly Lock _gate = new();
    private HashSet<ContentHash>? _known;

    internal LaidOutFiles(string workspace, string root, string plan, FileHasher hasher, ContentStore content, Action<string> warn)
    {
        (_workspace, _root, _plan) = (workspace, root, plan);
        _folder = Path.Combine(root, "laid-out");
        (_hasher, _content, _warn) = (hasher, content, warn);
    }

    /// <summary>What a message about an edited output says about how to make the change last; empty for nothing.</summary>
    public string EditAdvice { get; set; } = "";

    /// <summary>Makes these the stage's files; those of its earlier run that are no longer among them are deleted.</summary>
    /// <param name="stage">Label of the stage.</param>
    /// <param name="key">Key of the stage's manifest; when it is the one of the last call, nothing needs to be done.</param>
    /// <param name="files">Paths relative to the workspace, and their content.</param>
    internal void Replace(string stage, ContentHash key, IEnumerable<(string Path, ContentHash Hash)> files)
    {
        var before = Read(_plan, FileName.Of(stage), FileOf(_plan, stage), out var flaw);
        // A list that the system does not give stays: it alone says which files may go, and a run that can read it takes them.
        if (before?.Key == key || flaw is { IsDamage: false })
            return;
        var now = files.Where(file => LaidOutList.IsOutput(file.Path)).Select(file => new LaidOutFile(file.Path, file.Hash)).ToList();
        var kept = now.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        var earlier = ReadEarlier(stage);
        var gone = (before?.Files ?? []).Concat(earlier?.Files ?? []).Where(file => !kept.Contains(file.Path)).ToList();
        if (gone.Count > 0)
            kept.UnionWith(OfOtherPlans().Keys);
        foreach (var file in gone.Where(file => !kept.Contains(file.Path)))
            Delete(file);
        FileOf(_plan, stage).WriteUnflushed(LaidOutList.Write(key, now)); // where a power cut spoils it, the next run makes it again
        if (earlier is not null)
            File.Delete(EarlierPath(stage));
    }

    /// <summary>Deletes everything that the plan's stages have laid out, nobody has edited since, and no other plan has laid out too.</summary>
    /// <returns>How many files were deleted.</returns>
    /// <exception cref="IOException">The system does not give a list: nothing was deleted.</exception>
    public int DeleteAll()
    {
        var deleted = 0;
        var others = OfOtherPlans();
        foreach (var (path, list) in Readable(Lists()).Where(list => list.List is null || list.List.Plan is null || list.List.Plan == _plan).ToList())
        {
            deleted += list?.Files.Count(file => !others.ContainsKey(file.Path) && Delete(file)) ?? 0;
            Obstacle.SetAside(_root, path);
        }

        return deleted;
    }

    /// <summary>
    /// The files, relative to the workspace, that a person has changed: their content is none that the cache knows. What
    /// is missing is no edit, and neither is what another profile or a run that was killed has laid out.
    /// </summary>
    public IReadOnlyList<string> FindEdited() =>
        Paths(Listed().Where(file => FileStatus.TypeAt(FullPath(file.Path)) != FileType.Missing && IsEdited(FullPath(file.Path), file.Hash)));

    /// <summary>What other plans have laid out in this workspace, by path.</summary>
    /// <exception cref="IOException">The system does not give a list.</exception>
    public IReadOnlyDictionary<string, (string Plan, ContentHash Hash)> OfOtherPlans()
    {
        var files = new Dictionary<string, (string, ContentHash)>(StringComparer.Ordinal);
        foreach (var (_, list) in Readable(Lists(plan => plan != _plan)).Where(list => list.List?.Plan is not null))
        {
            foreach (var (path, hash) in list!.Files)
                files[path] = (list.Plan!, hash);
        }

        return files;
    }

    /// <summary>All files that any stage of any plan has laid out.</summary>
    internal IEnumerable<LaidOutFile> Listed() => Lists().SelectMany(list => list.List?.Files ?? []);

    /// <summary>Removes the lists that are damaged; the next run makes them again.</summary>
    /// <returns>Whose they are, and what is wrong with each; those that the system does not give stay.</returns>
    internal IEnumerable<(string Name, Flaw Flaw)> RemoveDamaged() => !Directory.Exists(_folder)
        ? []
        : Directory.GetDirectories(_folder)
            .SelectMany(Directory.GetFileSystemEntries)
            .Where(IsVisible)
            .Order(StringComparer.Ordinal)
            .Select(path => (Name: Uri.UnescapeDataString(Path.GetFileName(path)), Flaw: FileOf(path).RemoveDamaged()))
            .Where(list => list.Flaw is not null)
            .Select(list => (list.Name, list.Flaw!));

    /// <summary>Puts a file that somebody has edited, and that is about to be replaced, beside its place.</summary>
    /// <param name="path">Full path of the output.</param>
    /// <param name="hash">The content that belongs there.</param>
    internal void KeepEdited(string path, ContentHash hash)
    {
        if (FileStatus.TypeAt(path) == FileType.Missing || !IsEdited(path, hash))
            return;
        var beside = FreeNameBeside(path);
        if (FileStatus.TypeAt(path) == FileType.Folder)
            Directory.Move(path, beside);
        else
            File.Move(path, beside);
        var advice = EditAdvice.Length > 0 ? $" {EditAdvice}" : "";
        _warn($"{Path.GetRelativePath(_workspace, path)} was edited, and it is an output: the edited one is now {Path.GetFileName(beside)}, and what belongs there was put back.{advice}");
    }

    private static string FreeNameBeside(string path)
    {
        var beside = $"{path}.edited";
        for (var number = 2; FileStatus.TypeAt(beside) != FileType.Missing; number++)
            beside = $"{path}.edited.{number}";
        return beside;
    }

    /// <summary>Whether there is anything whose loss somebody could regret.</summary>
    private bool IsEdited(string path, ContentHash hash) =>
        _hasher.TryHash(path) is not { } found || (found != hash && !_content.Contains(found) && !IsKnown(found));

    /// <summary>Whether any list names the content: its blob may have been collected.</summary>
    private bool IsKnown(ContentHash hash)
    {
        lock (_gate)
            return (_known ??= [.. Listed().Select(file => file.Hash)]).Contains(hash);
    }

    private bool Delete(LaidOutFile file)
    {
        var full = FullPath(file.Path);
        if (FileStatus.TypeAt(full) == FileType.Missing)
            return false;
        if (IsEdited(full, file.Hash))
        {
            _warn($"{file.Path} is no longer an output, but it was edited: it stays. Delete it when you do not need it.");
            return false;
        }

        File.Delete(full);
        DeleteEmptyFolders(Path.GetDirectoryName(full)!);
        return true;
    }

    private void DeleteEmptyFolders(string from)
    {
        for (var at = from; at.Length > _workspace.Length && Directory.Exists(at) && !Directory.EnumerateFileSystemEntries(at).Any(); at = Path.GetDirectoryName(at)!)
            Directory.Delete(at);
    }

    private LaidOutList? Read(string plan, string name, CheckedFile file, out Flaw? flaw)
    {
        if (file.TryRead(out flaw) is { } content)
            return LaidOutList.Parse(plan, content.Span);
        if (flaw is not null)
            _warn($"The list of the files that {Uri.UnescapeDataString(name)} has laid out {flaw}; {(flaw.IsDamage ? "it is made again" : "it stays as it is")}, and files that are no longer outputs stay where they are.");
        return null;
    }

    private static IEnumerable<(string Path, LaidOutList? List)> Readable(IEnumerable<(string Path, LaidOutList? List, Flaw? Flaw)> lists) => lists.Select(list => list.Flaw is null or { IsDamage: true }
        ? (list.Path, list.List)
        : throw list.Flaw.Refusal($"The list '{list.Path}' of what was laid out", "delete it, and files that are no longer outputs stay where they are"));

    /// <summary>The list that an earlier version of Slipway has left.</summary>
    private LaidOutList? ReadEarlier(string stage) => ReadEarlierFile(EarlierPath(stage));

    private static LaidOutList? ReadEarlierFile(string path) => FileStatus.TypeAt(path) == FileType.File
        ? LaidOutList.Parse(plan: null, File.ReadAllBytes(path))
        : null;

    private string EarlierPath(string stage) => Path.Combine(_folder, FileName.Of(stage));

    /// <summary>All lists; null where one cannot be read.</summary>
    /// <param name="isWanted">Which plans' lists to read; null: all.</param>
    private IEnumerable<(string Path, LaidOutList? List, Flaw? Flaw)> Lists(Func<string, bool>? isWanted = null)
    {
        if (!Directory.Exists(_folder))
            yield break;
        foreach (var path in Directory.GetFiles(_folder).Where(IsVisible).Order(StringComparer.Ordinal))
            yield return (path, ReadEarlierFile(path), null);
        foreach (var folder in Directory.GetDirectories(_folder).Order(StringComparer.Ordinal))
        {
            var plan = Uri.UnescapeDataString(Path.GetFileName(folder));
            if (isWanted?.Invoke(plan) == false)
                continue;
            foreach (var path in Directory.GetFileSystemEntries(folder).Where(IsVisible).Order(StringComparer.Ordinal))
            {
                var list = Read(plan, Path.GetFileName(path), FileOf(path), out var flaw);
                yield return (path, list, flaw);
            }
        }
    }

    private static bool IsVisible(string path) => !Path.GetFileName(path).StartsWith('.');

    private CheckedFile FileOf(string plan, string stage) => FileOf(Path.Combine(_folder, FileName.Of(plan), FileName.Of(stage)));

    private CheckedFile FileOf(string path) => new(_root, path, Kind, Path.GetRelativePath(_folder, path).Replace('\\', '/'));

    private string FullPath(string path) => Path.Combine(_workspace, path);

    private static List<string> Paths(IEnumerable<LaidOutFile> files) =>
        [.. files.Select(file => file.Path).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
