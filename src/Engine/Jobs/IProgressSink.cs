namespace Slipway.Engine.Jobs;

/// <summary>Hears how far the work is, from several threads at once.</summary>
public interface IProgressSink
{
    /// <summary><paramref name="done"/> of <paramref name="all"/> are done.</summary>
    /// <param name="stage">Label of the stage.</param>
    /// <param name="done">Items or steps done.</param>
    /// <param name="all">All items or steps.</param>
    /// <param name="detail">Loss, rate, time left; null for none.</param>
    void Report(string stage, int done, int all, string? detail);

    /// <summary>The stage has come to its end, or will come no further.</summary>
    void End(string stage);

    /// <summary>A line for the user.</summary>
    void Line(string text);

    /// <summary>A line about something damaged or odd that does not stop the work.</summary>
    void Warn(string text);
}
