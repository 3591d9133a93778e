using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Execution;

/// <summary>Writes its text, and what it was made of.</summary>
internal sealed record TextJob(string Text, IReadOnlyList<Input> Inputs) : IJob
{
    [NotInKey("It only watches.")]
    [System.Text.Json.Serialization.JsonIgnore]
    public Yard Yard { get; init; } = null!;

    [NotInKey("It only watches, or fails.")]
    [System.Text.Json.Serialization.JsonIgnore]
    public Action<JobIo> Work { get; init; } = _ => { };

    public JobKind Kind => new("Text", 1);

    public IReadOnlyList<string> Environment => [];

    public IReadOnlyList<JobOutput> Outputs => [new("image")];

    public void Run(JobIo io)
    {
        Yard.Note(Text);
        File.WriteAllText(io.Output("image"), string.Join(" of ", [Text, .. Inputs.Select(io.ReadText)]));
        Work(io);
    }
}
