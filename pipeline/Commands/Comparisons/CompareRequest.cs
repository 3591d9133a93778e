namespace Slipway.Pipeline.Commands.Comparisons;

/// <summary>What is compared with what: two versions of the plan, or the plan as it was with the plan as it is.</summary>
/// <param name="A">Name of a version, or <c>base</c>; null where <paramref name="With"/> is given.</param>
/// <param name="B">Name of another version; null where <paramref name="With"/> is given.</param>
/// <param name="With">A git revision, or a file with an evaluation; null where two versions are given.</param>
public sealed record CompareRequest(string? A, string? B, string? With)
{
    /// <summary>Options that only this target reads.</summary>
    public static IReadOnlyList<string> OptionNames { get; } = ["a", "b", "with", "markdown", "json"];

    /// <summary>Reads one.</summary>
    /// <param name="option">The value of an option; null where it is not given.</param>
    /// <exception cref="ArgumentException">Not what a comparison needs.</exception>
    public static CompareRequest Read(Func<string, string?> option)
    {
        ArgumentNullException.ThrowIfNull(option);
        var request = new CompareRequest(Given(option("a")), Given(option("b")), Given(option("with")));
        return request switch
        {
            { A: not null, B: not null, With: null } when request.A != request.B => request,
            { A: null, B: null, With: not null } => request,
            { A: not null, B: not null, With: null } => throw new ArgumentException($"--a and --b are both '{request.A}'; name two versions."),
            _ => throw new ArgumentException("Compare takes two versions, such as --a=v02 --b=v03, or --with=REVISION: a git revision whose accepted snapshots are compared with the results, or a file with an evaluation."),
        };
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
