namespace Slipway.Training.Tests;

/// <summary>Numbers of the reference implementation, kept beside the tests; each file says what made it.</summary>
internal static class Golden
{
    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "golden", name);
}
