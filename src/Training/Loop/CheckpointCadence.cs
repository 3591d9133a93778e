namespace Slipway.Training.Loop;

/// <summary>
/// When a training's state is saved: every so many steps, and less often only where writing takes longer than a second and more than a
/// fiftieth of the time. No byte of a result depends on it.
/// </summary>
/// <param name="everySteps">Number of steps between two checkpoints.</param>
/// <param name="clock">Measures how long writing takes.</param>
internal sealed class CheckpointCadence(int everySteps, TimeProvider clock)
{
    private const int TimesTheWriting = 50;

    private static readonly TimeSpan Unnoticed = TimeSpan.FromSeconds(1);

    private TimeSpan _writing;
    private long _written = clock.GetTimestamp();

    /// <summary>Whether a checkpoint is due after so many steps.</summary>
    public bool IsDue(int steps) =>
        steps % everySteps == 0 && (_writing <= Unnoticed || clock.GetElapsedTime(_written) >= TimesTheWriting * _writing);

    /// <summary>Writes one, and remembers how long it took.</summary>
    public void Write(Action save)
    {
        var start = clock.GetTimestamp();
        save();
        _written = clock.GetTimestamp();
        _writing = clock.GetElapsedTime(start, _written);
    }
}
