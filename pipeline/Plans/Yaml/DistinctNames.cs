namespace Slipway.Pipeline.Plans.Yaml;

/// <summary>
/// Names of one place: files of one folder, targets, kinds. Each may be there once, also on file systems that ignore case or
/// compose accents; a second is reported with both places.
/// </summary>
internal sealed class DistinctNames(PlanProblems problems)
{
    private readonly Dictionary<string, (string Name, string Holder)> _taken = new(StringComparer.Ordinal);

    /// <summary>A name that is not the user's to give.</summary>
    /// <param name="name">The name.</param>
    /// <param name="holder">What has it, for the message.</param>
    public void Reserve(string name, string holder) => _taken.Add(PlanNames.Fold(name), (name, holder));

    /// <summary>A name of the plan's.</summary>
    /// <param name="name">The name.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="path">Its keys from the top of the plan.</param>
    public void Add(string name, Place place, string path)
    {
        var folded = PlanNames.Fold(name);
        if (_taken.TryGetValue(folded, out var other))
        {
            var alike = other.Name == name ? "" : " on file systems that ignore case or compose accents";
            problems.Add(place, path, $"has the name of {other.Holder}{alike}: `{name}`; give it another.");
        }
        else
        {
            _taken.Add(folded, (name, place.Line == 0 ? $"`{path}` of the {place.File}" : $"`{path}` in line {place.Line}"));
        }
    }
}
