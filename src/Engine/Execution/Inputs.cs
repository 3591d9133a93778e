using System.Runtime.ExceptionServices;
using Slipway.Engine.Caching;
using Slipway.Engine.Files;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Execution;

/// <summary>Finds inputs: the user's files in the workspace, other jobs' in what became of them.</summary>
/// <param name="cache">The workspace and its hashes.</param>
/// <param name="graph">Whose jobs they are.</param>
/// <param name="outcomes">What became of stages, by label.</param>
internal sealed class Inputs(Cache cache, JobGraph graph, IReadOnlyDictionary<string, StageOutcome> outcomes)
{
    private const int Many = 1000;

    private const int Named = 20;
    private readonly Dictionary<Input, JobInput> _found = [];

    // Of many files a key asks in the order in which they were looked at.
    private FileRef[] _looked = [];
    private JobInput?[] _lookedAt = [];
    private int _next;
    private bool _isKept = true;
    private readonly Dictionary<string, Dictionary<string, ItemOutcome>> _items = new(StringComparer.Ordinal);

    /// <summary>Where an input is, and its content.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public JobInput Find(Input input)
    {
        while (_next < _looked.Length && _lookedAt[_next] is null)
            _next++;
        if (_next < _looked.Length && ReferenceEquals(_looked[_next], input))
            return _lookedAt[_next++]!;
        KeepLooked();
        if (_found.TryGetValue(input, out var known))
            return known;
        var found = input is FileRef file ? OfUser(file) : OfJob((Ref)input);
        if (found.Hash is not null)
            _found[input] = found;
        return found;
    }

    /// <summary>Where inputs are, and their content.</summary>
    /// <exception cref="FileNotFoundException">Some are not there, or are no files: the first twenty of them, a line each.</exception>
    /// <exception cref="IOException">Some cannot be read: likewise.</exception>
    public IReadOnlyDictionary<Input, JobInput> Find(IReadOnlyList<Input> inputs)
    {
        var found = new Dictionary<Input, JobInput>(inputs.Count);
        var missing = new List<IOException>();
        foreach (var input in inputs)
        {
            try
            {
                found.Add(input, Find(input));
            }
            catch (IOException exception)
            {
                missing.Add(exception);
            }
        }

        if (missing.Count == 1)
            ExceptionDispatchInfo.Throw(missing[0]);
        return missing.Count == 0 ? found : throw AllOf(missing);
    }

    /// <summary>The first lines, and how many more there are: of a folder that was moved away nobody reads a thousand.</summary>
    public static IReadOnlyList<string> Shortened(IReadOnlyList<string> lines) => lines.Count <= Named ? lines : [.. lines.Take(Named), $"and {lines.Count - Named} more"];

    private static IOException AllOf(List<IOException> missing)
    {
        var text = string.Join('\n', Shortened([.. missing.Select(exception => exception.Message)]));
        return missing.OfType<FileNotFoundException>().FirstOrDefault() is { } first ? new FileNotFoundException(text, first.FileName, first) : new IOException(text, missing[0]);
    }

    /// <summary>Looks at many files of the user's on two threads, so that they are found at once afterwards. What cannot be looked at is left for <see cref="Find(Input)"/> to say.</summary>
    public void LookAt(IReadOnlyList<Input> inputs)
    {
        if (inputs.Count < Many)
            return;
        KeepLooked();
        var files = inputs.OfType<FileRef>().Where(file => _found.Count == 0 || !_found.ContainsKey(file)).ToArray();
        var found = new JobInput?[files.Length];
        var half = files.Length / 2;
        var first = Task.Run(() => LookAt(files.AsSpan(0, half), found.AsSpan(0, half)));
        LookAt(files.AsSpan(half), found.AsSpan(half));
        first.GetAwaiter().GetResult();
        (_looked, _lookedAt, _next, _isKept) = (files, found, 0, false);
    }

    // Who asks in order needs no dictionary of a hundred thousand files.
    private void KeepLooked()
    {
        if (_isKept)
            return;
        _found.EnsureCapacity(_found.Count + _looked.Length);
        for (var i = 0; i < _looked.Length; i++)
        {
            if (_lookedAt[i] is { } input)
                _found[_looked[i]] = input;
        }

        _isKept = true;
    }

    private void LookAt(ReadOnlySpan<FileRef> files, Span<JobInput?> found)
    {
        var near = 0;
        for (var i = 0; i < files.Length; i++)
        {
            var path = Path.Combine(cache.Workspace, files[i].Path);
            try
            {
                found[i] = cache.Hasher.TryHash(path, ref near) is { } hash ? new JobInput(files[i].Path, path, hash) : null;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                found[i] = null;
            }
        }
    }

    private JobInput OfUser(FileRef file)
    {
        var path = Path.Combine(cache.Workspace, file.Path);
        if (cache.Hasher.TryHash(path) is { } hash)
            return new JobInput(file.Path, path, hash);
        return Problem(file, cache.Workspace) is { } problem ? throw new FileNotFoundException(problem, path) : new JobInput(file.Path, path, cache.Hasher.Hash(path));
    }

    /// <summary>Why a file of the user's cannot be read, without reading it: a folder, a named pipe or a link that leads nowhere is named as such. Null: it is a file.</summary>
    /// <exception cref="IOException">The system does not say what it is.</exception>
    public static string? Problem(FileRef file, string workspace) => FileStatus.Of(Path.Combine(workspace, file.Path)).Type switch
    {
        FileType.File => null,
        FileType.Missing => $"The {file.What} '{file.Path}' does not exist; put it there, or name another in the plan.",
        var other => $"The {file.What} '{file.Path}' {FileStatus.Describe(other)}; a file is expected there.",
    };

    /// <summary>What is wrong with files of the user's, as <see cref="Problem"/> says it: the first twenty of them, a line each. Null: all are there.</summary>
    public static FileNotFoundException? Lacking(IEnumerable<FileRef> files, string workspace)
    {
        var problems = files.Select(file => (file.Path, Text: Problem(file, workspace))).Where(problem => problem.Text is not null).ToList();
        return problems.Count == 0 ? null : new FileNotFoundException(string.Join('\n', Shortened([.. problems.Select(problem => problem.Text!)])), Path.Combine(workspace, problems[0].Path));
    }

    private JobInput OfJob(Ref reference)
    {
        var node = graph.Job(reference.Job);
        var slot = node.Job.Outputs.TakeWhile(output => !output.Is(reference.Output)).Count();
        var output = node.Job.Outputs[slot];
        var path = output.IsFolder ? node.Paths[slot] + reference.Output[(output.Name.Length + 1)..] : node.Paths[slot];
        var made = ItemOf(node)?.Files;
        if (made?.FirstOrDefault(file => file.Slot == slot && (!output.IsFolder || file.RelativePath == path)) is { } file)
            return new JobInput(file.RelativePath, file.Path, file.Hash, node.Stage);
        return output.IsFolder && made is { Count: > 0 }
            ? throw new FileNotFoundException($"{node.Stage} made no '{path}'; it may have ended before.", path)
            : new JobInput(path, Path.Combine(cache.Workspace, path), null, node.Stage);
    }

    private ItemOutcome? ItemOf(JobNode node)
    {
        if (!outcomes.TryGetValue(node.Stage, out var outcome))
            return null;
        if (!_items.TryGetValue(node.Stage, out var items))
            _items[node.Stage] = items = outcome.Items.ToDictionary(item => item.Label, StringComparer.Ordinal);
        return items.GetValueOrDefault(node.Label);
    }
}
