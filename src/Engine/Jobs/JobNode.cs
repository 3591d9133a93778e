namespace Slipway.Engine.Jobs;

/// <summary>A job in its place in a graph.</summary>
/// <param name="Stage">Label of its stage, such as <c>Train v03</c>.</param>
/// <param name="Label">Its name within the stage, such as <c>003</c>; in no key.</param>
/// <param name="Job">The work.</param>
/// <param name="Paths">
/// Where its outputs are laid out, in the order of <see cref="IJob.Outputs"/>: relative to the workspace, with <c>/</c>; a folder's path
/// ends in <c>/</c>. In no key.
/// </param>
public sealed record JobNode(string Stage, string Label, IJob Job, IReadOnlyList<string> Paths)
{
    /// <summary>By what the graph and <see cref="Ref"/>s know it.</summary>
    public string Id { get; } = IdOf(Stage, Label);

    /// <summary>All inputs that the record names, each once, in the order of its members.</summary>
    public IReadOnlyList<Input> Inputs { get; } = JobFingerprint.InputsOf(Job);

    /// <summary>The id of a stage's item.</summary>
    public static string IdOf(string stage, string label) => $"{stage}/{label}";

    /// <summary>An output as another job's input.</summary>
    public Ref Output(string name) => new(Id, name);
}
