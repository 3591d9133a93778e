namespace Slipway.Engine.Options;

/// <summary>A value that an option cannot have, or cannot have beside the others.</summary>
/// <param name="Option">The option's name.</param>
/// <param name="What">What is wrong and what to do, as the rest of a sentence that begins with the name.</param>
/// <param name="IsLack">Whether something is missing: where not all is known, it may be given elsewhere.</param>
public sealed record OptionProblem(string Option, string What, bool IsLack = false)
{
    /// <summary>In one line: <c>huber_c: must be a number above 0, but is 0.</c></summary>
    public override string ToString() => $"{Option}: {What}";

    /// <exception cref="ArgumentException">There are problems: all of them, a line each.</exception>
    public static void ThrowIfAny(IEnumerable<OptionProblem> problems)
    {
        var lines = problems.Select(problem => problem.ToString()).Distinct(StringComparer.Ordinal).ToList();
        if (lines.Count > 0)
            throw new ArgumentException(string.Join('\n', lines));
    }
}
