using System.Globalization;
using System.Text.Json;
using Slipway.Diffusion.Text;

namespace Slipway.Diffusion.Tests.Text;

/// <summary>
/// Writes a tokenizer that knows a few words by the ids that CLIP's published vocabulary gives them, so that prompts
/// recorded with that vocabulary can be encoded without it. No text contains the tokens of the other ids.
/// </summary>
internal static class FewWords
{
    private const int Bos = 49406;

    private const string Known =
        """
        ( 263 ) 264 , 267 1 272 _ 318 a 320 anatomy 15376 at 536 background 5994 bad 2103 best 949 big 1205 blonde 10711
        blossoms 21916 blue 1746 cat 2368 cherry 7325 depth 10350 detailed 12609 dog 1929 escaped 18707 eyes 3095 field 1570
        front 2184 girl 1611 hair 2225 house 1212 in 530 long 1538 looking 1312 masterpiece 12066 of 539 on 525 photo 1125
        plain 10709 prompt 20198 quality 3027 red 736 school 1228 short 3005 sitting 4919 skirt 12386 solo 5797
        standing 2862 table 2175 text 4160 uniform 11075 viewer 15061 window 4879 wooden 9057 res 934 ated 943
        """;

    /// <summary>Tokens that do not end a word: of lowres and pleated.</summary>
    private static readonly (string Word, string Token, int Id)[] Beginnings = [("lowres", "low", 1049), ("pleated", "ple", 926)];

    /// <param name="folder">Made if it does not exist.</param>
    /// <param name="pad">The padding token.</param>
    public static void Write(string folder, string pad)
    {
        var ids = Known.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Chunk(2)
            .ToDictionary(pair => $"{pair[0]}</w>", pair => int.Parse(pair[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
        var vocabulary = ClipVocabulary.Build(ids.Keys.Select(token => token[..^4]));
        foreach (var (word, token, id) in Beginnings)
        {
            vocabulary = WithBeginning(vocabulary, folder, word, token.Length);
            ids[token] = id;
        }

        foreach (var (index, unit) in vocabulary.Tokens.Take(512).Index())
            ids[unit] = index;
        ids["<|startoftext|>"] = Bos;
        ids["<|endoftext|>"] = Bos + 1;
        var free = new Queue<int>(Enumerable.Range(0, Bos).Except(ids.Values));
        foreach (var token in vocabulary.Merges.Select(merge => merge.Left + merge.Right).Where(token => !ids.ContainsKey(token)).Distinct().ToList())
            ids[token] = free.Dequeue();
        while (free.TryDequeue(out var id))
            ids[$" {id}"] = id;
        vocabulary.Write(folder, pad);
        File.WriteAllText(Path.Combine(folder, "vocab.json"), JsonSerializer.Serialize(ids));
    }

    /// <summary>Merges the tokens that now make up the first letters of <paramref name="word"/>, after all other merges.</summary>
    private static ClipVocabulary WithBeginning(ClipVocabulary vocabulary, string folder, string word, int letters)
    {
        vocabulary.Write(folder, "!");
        string[] tokens = [.. ClipTokenizer.Load(folder).Tokenize(word).Select(id => vocabulary.Tokens[id])];
        var (merges, left) = (vocabulary.Merges.ToList(), tokens[0]);
        for (var i = 1; left.Length < letters; left += tokens[i++])
            merges.Add((left, tokens[i]));
        string[] known = [.. vocabulary.Tokens.SkipLast(2).Concat(merges.Select(merge => merge.Left + merge.Right)).Distinct(StringComparer.Ordinal)];
        return new ClipVocabulary([.. known, .. vocabulary.Tokens.TakeLast(2)], merges);
    }
}
