using Slipway.Engine.Jobs;

namespace Slipway.Engine.Execution;

/// <summary>Hears what a run does.</summary>
public interface IRunLog : IProgressSink
{
    /// <summary>Something has to run.</summary>
    /// <param name="stage">Label of the stage.</param>
    /// <param name="run">Items that run.</param>
    /// <param name="reused">Items that do not.</param>
    /// <param name="reasons">Why, a line each.</param>
    void Starting(string stage, int run, int reused, IReadOnlyList<string> reasons);

    /// <summary><paramref name="done"/> of the items that run are stored.</summary>
    void Stored(string stage, int done, int total);

    /// <summary>Another process, its id given where it is known, runs the stage.</summary>
    void Waiting(string stage, int? process);
}
