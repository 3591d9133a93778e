namespace Slipway.Build.Display;

/// <summary>A question to whoever sits at the terminal.</summary>
internal static class Question
{
    /// <summary>Asks it.</summary>
    /// <returns>Whether the answer is yes; false where nobody can answer.</returns>
    public static bool Ask(string question)
    {
        if (Console.IsInputRedirected || Console.IsOutputRedirected)
            return false;
        Console.Write($"{question} [y/N] ");
        return Console.ReadLine()?.Trim().ToUpperInvariant() is "Y" or "YES";
    }
}
