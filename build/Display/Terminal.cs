namespace Slipway.Build.Display;

/// <summary>How much of what is written a person sees at once.</summary>
internal static class Terminal
{
    private const int Prompt = 2; // rows that the shell takes afterwards

    /// <summary>Characters in a line of standard output; 0 where it is no terminal: programs and files get lines as they are.</summary>
    public static int Width => Console.IsOutputRedirected ? 0 : Size(() => Console.WindowWidth);

    /// <summary>The same of standard error.</summary>
    public static int ErrorWidth => Console.IsErrorRedirected ? 0 : Size(() => Console.WindowWidth);

    /// <summary>Writes what went wrong to standard error; on a terminal broken between words, and no more of it than one sees.</summary>
    public static void WriteError(string error)
    {
        try
        {
            foreach (var line in ErrorLines(error, ErrorWidth, Console.IsErrorRedirected ? 0 : Size(() => Console.WindowHeight)))
                Console.Error.WriteLine(line);
        }
        catch (IOException)
        {
            // Standard error takes no more: the exit code says it.
        }
    }

    /// <summary>The lines of an error as a terminal of a size takes them.</summary>
    /// <param name="error">What went wrong; a line for each problem.</param>
    /// <param name="width">Characters in a line; 0: any number.</param>
    /// <param name="height">Lines that can be seen; 0: any number.</param>
    public static IReadOnlyList<string> ErrorLines(string error, int width, int height)
    {
        var problems = $"Error: {error}".Split('\n').Select(problem => WordWrap.Lines(problem.TrimEnd('\r'), width).ToList()).ToList();
        var room = height - Prompt - 1;
        if (height <= 0 || problems.Sum(problem => problem.Count) <= room)
            return [.. problems.SelectMany(problem => problem)];
        var shown = 1;
        while (problems.Take(shown + 1).Sum(problem => problem.Count) <= room)
            shown++;
        var left = problems.Count - shown;
        return [.. problems.Take(shown).SelectMany(problem => problem), .. left == 0 ? [] : (IEnumerable<string>)[$"... and {left} more; `2> FILE` behind the command takes all."]];
    }

    // A terminal without a size says 0, or refuses.
    private static int Size(Func<int> of)
    {
        try
        {
            return Math.Max(0, of());
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
