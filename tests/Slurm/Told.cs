using System.Collections.Concurrent;
using Slipway.Engine.Jobs;

namespace Slipway.Slurm.Tests;

/// <summary>What was said, in its order.</summary>
internal sealed class Told : IProgressSink
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines];

    public void Report(string stage, int done, int all, string? detail) => _lines.Enqueue($"{stage}: {done} of {all}, {detail}");

    public void End(string stage)
    {
    }

    public void Line(string text) => _lines.Enqueue(text);

    public void Warn(string text) => _lines.Enqueue($"warning: {text}");
}
