namespace Slipway.Tagging.Tags;

/// <summary>What a tagger says of one picture.</summary>
/// <param name="Vocabulary">The tags.</param>
/// <param name="Values">The probability of each, 0 to 1, in the same order.</param>
public sealed record TagProbabilities(TagVocabulary Vocabulary, IReadOnlyList<float> Values)
{
    /// <summary>The probability of a tag; 0 for one that the tagger does not know.</summary>
    public float this[string name] => Vocabulary.PlaceOf(name) is { } place && place < Values.Count ? Values[place] : 0;

    /// <summary>The tags of a category at or above a threshold, in the vocabulary's order.</summary>
    public IEnumerable<string> Above(TagCategory category, double threshold) =>
        Vocabulary.Tags.Zip(Values)
            .Where(pair => pair.First.Category == category && pair.Second >= threshold)
            .Select(pair => pair.First.Name);

    /// <summary>The tag of a category with the highest probability, the first of equal ones; none where the vocabulary has none.</summary>
    public IEnumerable<string> Likeliest(TagCategory category) =>
        Vocabulary.Tags.Zip(Values)
            .Where(pair => pair.First.Category == category)
            .OrderByDescending(pair => pair.Second)
            .Take(1)
            .Select(pair => pair.First.Name);
}
