using Slipway.Engine.Caching;

namespace Slipway.Engine.Jobs;

/// <summary>Everything that a job may read and write. It knows no plan, no host, no clock.</summary>
public sealed class JobIo
{
    private readonly JobNode _node;
    private readonly IReadOnlyDictionary<Input, JobInput> _inputs;
    private readonly EnvironmentFacts _facts;
    private readonly LiveObject _live;
    private readonly IProgressSink _log;

    internal JobIo(JobNode node, Fingerprint fingerprint, IReadOnlyDictionary<Input, JobInput> inputs, EnvironmentFacts facts, JobFolders folders, LiveObject live, IProgressSink log, CancellationToken cancellation)
    {
        (_node, _inputs, _facts, _live, _log) = (node, inputs, facts, live, log);
        (Fingerprint, Folders, Cancellation) = (fingerprint, folders, cancellation);
    }

    /// <summary>Everything that the result depends on, and the key made of it.</summary>
    public Fingerprint Fingerprint { get; }

    /// <summary>Asks the job to stop, between items or steps.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>
    /// Folder that is the same for the same key and outlives a kill; it is deleted when the result is stored.
    /// </summary>
    public string CheckpointFolder => Folders.Checkpoints;

    /// <summary>Intermediate results that jobs share, by the key of what they were computed from.</summary>
    public KeptFiles Kept => Folders.Kept;

    /// <summary>Label of the job's stage, for what people read; in no byte of a result.</summary>
    public string Stage => _node.Stage;

    internal JobFolders Folders { get; }

    /// <summary>Full path of an input.</summary>
    /// <exception cref="InvalidOperationException">The job's record does not name it.</exception>
    public string PathOf(Input input) => Find(input).Source;

    /// <summary>What an input is called in messages: its path in the workspace.</summary>
    public string NameOf(Input input) => Find(input).Path;

    /// <summary>
    /// Full path of what lies in the same workspace as an input: the folder that it is in, under the path that the workspace has for it.
    /// </summary>
    public string BesideOf(FileRef input, string path) => PathOf(input) is var full && full.EndsWith(input.Path, StringComparison.Ordinal)
        ? Path.Combine(full[..^input.Path.Length], path)
        : throw new InvalidOperationException($"{full} does not lie where {input.Path} was expected.");

    /// <summary>Hash of an input's content.</summary>
    public ContentHash HashOf(Input input) => Find(input).Hash!.Value;

    /// <summary>An input's text, UTF-8.</summary>
    public string ReadText(Input input) => File.ReadAllText(PathOf(input));

    /// <summary>Writes a declared output that is a text, as UTF-8.</summary>
    /// <exception cref="InvalidOperationException">The job does not declare it.</exception>
    public void WriteText(string name, string text) => File.WriteAllText(Output(name), text);

    /// <summary>A declared output that is a folder and fills while the job runs.</summary>
    /// <exception cref="InvalidOperationException">The job does not declare it.</exception>
    public GrowingFolder Growing(string name)
    {
        Output(name);
        return new GrowingFolder(Path.Combine(CheckpointFolder, name), () => Output(name));
    }

    /// <summary>Full path of where a declared output has to be written; its folder exists, and where the output is a folder, it too.</summary>
    /// <exception cref="InvalidOperationException">The job does not declare it.</exception>
    public string Output(string name)
    {
        for (var slot = 0; slot < _node.Job.Outputs.Count; slot++)
        {
            if (_node.Job.Outputs[slot].Name == name)
                return Folders.Output(slot, _node.Job.Outputs[slot].IsFolder);
        }

        throw new InvalidOperationException($"{_node.Id} writes {name}, which it does not declare.");
    }

    /// <summary>A fact about the environment that is part of the job's key.</summary>
    public string Fact(string role) => _facts.Value(_node.Job.Environment, role);

    /// <summary>The facts of some of the groups that are part of the job's key.</summary>
    public IEnumerable<FingerprintEntry> FactsOf(IReadOnlyList<string> groups) => groups.Except(_node.Job.Environment).FirstOrDefault() is { } other
        ? throw new InvalidOperationException($"{_node.Id} asks for facts of {other}, which its kind does not name.")
        : _facts.Entries(groups);

    /// <summary>
    /// Something that is made with effort, such as a loaded model, and that the next job of the same worker may want too. It serves one
    /// job at a time.
    /// </summary>
    /// <param name="content">Key of everything that it is made of.</param>
    /// <param name="make">Makes it.</param>
    public T Live<T>(ContentHash content, Func<T> make)
        where T : class => _live.Get(content, make);

    /// <summary>Says how far the job is.</summary>
    public void Report(int done, int all, string? detail) => _log.Report(_node.Stage, done, all, detail);

    /// <summary>A line for the user.</summary>
    public void Line(string text) => _log.Line(text);

    /// <summary>A line about something odd.</summary>
    public void Warn(string text) => _log.Warn(text);

    private JobInput Find(Input input) => _inputs.GetValueOrDefault(input)
        ?? throw new InvalidOperationException($"{_node.Id} reads {input}, which its record does not name.");
}
