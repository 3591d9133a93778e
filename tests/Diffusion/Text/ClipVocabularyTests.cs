using Slipway.Diffusion.Text;
using Xunit;

namespace Slipway.Diffusion.Tests.Text;

public sealed class ClipVocabularyTests : IDisposable
{
    private static readonly string[] Words = ["palm_tree", "palm", "tree", "street", "abcd", "bcd", "abc", "ABC", "日本", "1girl"];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Holds_every_word_as_one_token()
    {
        ClipVocabulary.Write(_folder.Path, Words, "!");
        var tokenizer = ClipTokenizer.Load(_folder.Path);
        Assert.All(["palm", "tree", "street", "abcd", "bcd", "abc", "日本", "girl", "_"], word => Assert.Single(tokenizer.Tokenize(word)));
        Assert.Equal(3, tokenizer.Tokenize("palm_tree").Length);
    }

    [Fact]
    public void Holds_the_bytes_first_and_the_special_tokens_last()
    {
        var tokens = ClipVocabulary.Build(Words).Tokens;
        Assert.Equal(("!", "\"", "!</w>", "<|startoftext|>", "<|endoftext|>"), (tokens[0], tokens[1], tokens[256], tokens[^2], tokens[^1]));
        Assert.Equal(tokens.Count, tokens.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Does_not_depend_on_the_order_of_the_words()
    {
        ClipVocabulary.Write(_folder["a"], Words, "<|endoftext|>");
        ClipVocabulary.Write(_folder["b"], Words.Reverse(), "<|endoftext|>");
        foreach (var file in new[] { "vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json" })
            Assert.Equal(File.ReadAllText(Path.Combine(_folder["a"], file)), File.ReadAllText(Path.Combine(_folder["b"], file)));
    }

    [Fact]
    public void Splits_any_other_word_into_known_tokens()
    {
        ClipVocabulary.Write(_folder.Path, Words, "!");
        var tokenizer = ClipTokenizer.Load(_folder.Path);
        var vocabulary = ClipVocabulary.Build(Words).Tokens;
        Assert.Equal("streetpalm</w>", string.Concat(tokenizer.Tokenize("streetpalm").Select(id => vocabulary[id])));
    }

    [Fact]
    public void Refuses_a_padding_token_that_it_does_not_hold()
        => Assert.Contains("[PAD]", Assert.Throws<ArgumentException>(() => ClipVocabulary.Write(_folder.Path, Words, "[PAD]")).Message, StringComparison.Ordinal);
}
