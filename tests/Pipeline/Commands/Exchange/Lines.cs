using Slipway.Engine.Jobs;

namespace Slipway.Pipeline.Tests.Commands.Exchange;

/// <summary>What was told, a line each.</summary>
internal sealed class Lines : IProgressSink
{
    public List<string> All { get; } = [];

    public void Report(string stage, int done, int all, string? detail)
    {
    }

    public void End(string stage)
    {
    }

    public void Line(string text) => All.Add(text);

    public void Warn(string text) => All.Add(text);
}
