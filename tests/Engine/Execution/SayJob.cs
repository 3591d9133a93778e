using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Execution;

/// <summary>Says its text and writes it, with the texts that it was made of. It can be done by another process: all that it is stands in its JSON.</summary>
internal sealed record SayJob(string Text, IReadOnlyList<Input> Inputs) : IJob
{
    /// <summary>The kinds that can be meant by a JSON.</summary>
    public static IReadOnlyList<Type> Kinds { get; } = [typeof(SayJob)];

    public JobKind Kind => new("Say", 1);

    public IReadOnlyList<string> Environment => Text.StartsWith("cpu", StringComparison.Ordinal) ? ["machine"] : [];

    public IReadOnlyList<JobOutput> Outputs => [new("image")];

    public void Run(JobIo io)
    {
        io.Line(Text);
        io.WriteText("image", string.Join(" of ", [Text, .. Inputs.Select(io.ReadText)]));
    }
}
