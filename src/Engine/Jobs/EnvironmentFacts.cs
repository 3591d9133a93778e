using Slipway.Engine.Caching;

namespace Slipway.Engine.Jobs;

/// <summary>
/// Facts about machine and libraries that can change bytes and stand in no plan, in groups: a job names the groups that concern it.
/// They are found without loading any of the libraries.
/// </summary>
/// <param name="groups">By name of the group: roles and values, such as <c>libtorch</c> and <c>2.10.0</c>.</param>
public sealed class EnvironmentFacts(IReadOnlyDictionary<string, IReadOnlyList<KeyValuePair<string, string>>> groups)
{
    /// <summary>No facts at all.</summary>
    public static EnvironmentFacts None { get; } = new(new Dictionary<string, IReadOnlyList<KeyValuePair<string, string>>>(StringComparer.Ordinal));

    /// <summary>The entries of some groups, each role once.</summary>
    /// <exception cref="ArgumentException">A group is not known.</exception>
    public IEnumerable<FingerprintEntry> Entries(IEnumerable<string> names) =>
        names.SelectMany(Group).DistinctBy(fact => fact.Key).Select(fact => FingerprintEntry.Environment(fact.Key, fact.Value));

    /// <summary>The value of a fact in one of some groups.</summary>
    /// <exception cref="ArgumentException">None of them has it.</exception>
    public string Value(IEnumerable<string> names, string role) =>
        names.SelectMany(Group).FirstOrDefault(fact => fact.Key == role).Value
            ?? throw new ArgumentException($"The environment's groups that the job names hold no `{role}`.", nameof(role));

    /// <summary>These with another group, or with other facts in it.</summary>
    public EnvironmentFacts With(string name, params IReadOnlyList<KeyValuePair<string, string>> facts) =>
        new(new Dictionary<string, IReadOnlyList<KeyValuePair<string, string>>>(groups, StringComparer.Ordinal) { [name] = facts });

    /// <summary>The facts of a group: roles and values.</summary>
    /// <exception cref="ArgumentException">The group is not known.</exception>
    public IReadOnlyList<KeyValuePair<string, string>> Group(string name) =>
        groups.GetValueOrDefault(name) ?? throw new ArgumentException($"There is no group of facts `{name}` about the environment.", nameof(name));
}
