using Slipway.Demo.Scenes;

namespace Slipway.Demo.Recipes;

/// <summary>
/// The captions that the embedded model learns from: the scene's tags, some left out, some out of order, now and
/// then a word that means nothing, so that an unknown word changes nothing.
/// </summary>
internal static class Prompts
{
    private const double Empty = 0.1;
    private const double Gibberish = 0.2;
    private const double Dropped = 0.25;

    /// <summary>A caption of a scene with these tags; the kind of background is always in it unless it is empty.</summary>
    public static string Caption(IReadOnlyList<string> tags, Random random)
    {
        if (random.NextDouble() < Empty)
            return string.Empty;

        var kept = tags.Where((_, index) => index == 0 || random.NextDouble() >= Dropped).ToList();
        if (random.NextDouble() < 0.5)
        {
            var shuffled = kept.ToArray();
            random.Shuffle(shuffled);
            kept = [.. shuffled];
        }

        if (random.NextDouble() < Gibberish)
            kept.Insert(random.Next(2) == 0 ? 0 : random.Next(kept.Count + 1), Word(random));

        return string.Join(", ", kept);
    }

    /// <summary>Every word that the vocabulary must hold as one token.</summary>
    public static IReadOnlyList<string> Words => [.. SceneGenerator.AllTags, "sail", "kun"];

    /// <summary>Two syllables or three, at times joined to two more: never a word of the drawn world.</summary>
    private static string Word(Random random)
    {
        const string consonants = "bcdfghjklmnprstvwyz";
        const string vowels = "aeiou";
        string Part() => string.Concat(Enumerable.Range(0, random.Next(1, 4))
            .Select(_ => $"{consonants[random.Next(consonants.Length)]}{vowels[random.Next(vowels.Length)]}"));
        return random.Next(3) switch
        {
            0 => Part(),
            1 => $"{Part()}_{Part()}",
            _ => random.Next(2) == 0 ? $"sail_{Part()}" : $"{Part()}_kun",
        };
    }
}
