using System.Globalization;

namespace Slipway.Pipeline.Commands.Preflights;

/// <summary>What is about to be learned, and why it is not to be.</summary>
/// <param name="Lines">For people: pictures and captions by subset and bucket, tags, steps, parameters, memory.</param>
/// <param name="Problems">What has to be put right first; empty where everything may start.</param>
public sealed record Preflight(IReadOnlyList<string> Lines, IReadOnlyList<string> Problems)
{
    /// <summary>Bytes of its device's memory that each version needs at its peak; none where something is wrong.</summary>
    public IReadOnlyDictionary<string, long> Memory { get; init; } = new Dictionary<string, long>(StringComparer.Ordinal);

    /// <param name="versions">The versions that are looked at.</param>
    /// <param name="equal">Those that are to take equally many steps.</param>
    /// <param name="problems">Why some could not be looked at.</param>
    /// <param name="memory">Is asked where nothing else is wrong.</param>
    /// <param name="time">How long a version would take; likewise.</param>
    internal static Preflight From(IReadOnlyList<VersionPreflight> versions, IReadOnlyList<VersionPreflight> equal, IEnumerable<string> problems, MemoryPreflight memory, Func<string, TimeSpan?> time)
    {
        List<string> found = [.. problems.Concat(versions.SelectMany(version => version.Problems)).Distinct(StringComparer.Ordinal), .. UnequalSteps(equal)];
        if (found.Count > 0)
            return new Preflight([.. versions.SelectMany(PreflightText.Lines)], found);

        var needs = versions.Select(memory.Describe).ToList();
        return new Preflight(
            [.. versions.Zip(needs).SelectMany(pair => PreflightText.Lines(pair.First).Append(PreflightText.Time(time(pair.First.Version.Name))).Append(pair.Second.Line))],
            [.. needs.Select(need => need.Problem).OfType<string>()])
        {
            Memory = versions.Zip(needs).ToDictionary(pair => pair.First.Version.Name, pair => pair.Second.Bytes, StringComparer.Ordinal),
        };
    }

    private static IEnumerable<string> UnequalSteps(IReadOnlyList<VersionPreflight> versions)
    {
        if (versions.Select(version => version.Steps).Distinct().Count() > 1)
            yield return $"`checks.equal_optimizer_steps` does not hold: {string.Join(", ", versions.Select(version => string.Create(CultureInfo.InvariantCulture, $"{version.Version.Name} takes {version.Steps} steps")))}; change `max_train_steps` or `max_train_epochs`.";
    }
}
