namespace Slipway.Engine.Tests.Caching;

/// <summary>The time within which two changes of a file cannot be told apart.</summary>
internal static class ClockGrain
{
    /// <summary>Waits until the files written so far are older than it.</summary>
    public static void Pass() => Thread.Sleep(40);
}
