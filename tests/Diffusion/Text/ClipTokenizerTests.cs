using System.Text.Json;
using Slipway.Diffusion.Tests.Checkpoints;
using Xunit;

namespace Slipway.Diffusion.Tests.Text;

public static class ClipTokenizerTests
{
    /// <summary>
    /// The published vocabulary is not part of this repository: set SLIPWAY_CLIP_VOCAB to a folder with its vocab.json and merges.txt.
    /// golden/clip_prompts.json holds what openai/CLIP's simple_tokenizer.py (commit d05afc43, ftfy 6.1.1) makes of each text.
    /// </summary>
    public sealed class TheReference
    {
        private const string Variable = "SLIPWAY_CLIP_VOCAB";

        /// <summary>Needs ftfy's guess at the character set that a text was decoded with: not repaired here.</summary>
        private const string Misdecoded = "â€œmojibakeâ€\u009d";

        [Fact]
        public void Gives_the_same_tokens()
        {
            var folder = Environment.GetEnvironmentVariable(Variable);
            Assert.SkipWhen(folder is null, $"{Variable} is not set: no folder with CLIP's vocab.json and merges.txt.");
            var tokenizer = ClipTokenizer.Load(folder!);
            using var prompts = JsonDocument.Parse(File.ReadAllBytes(Golden.Path("clip_prompts.json")));
            var differences = prompts.RootElement.EnumerateArray()
                .Select(prompt => (Text: prompt.GetProperty("text").GetString()!, Ids: prompt.GetProperty("ids").Deserialize<int[]>()!))
                .Where(prompt => !tokenizer.Tokenize(prompt.Text).AsSpan().SequenceEqual(prompt.Ids.AsSpan(1..^1)))
                .Select(prompt => prompt.Text);
            Assert.Equal([Misdecoded], differences);
            Assert.Equal((49406, 49407, 49407, 49408), (tokenizer.BosId, tokenizer.EosId, tokenizer.PadId, tokenizer.VocabularySize));
        }
    }

    public sealed class ASmallVocabulary : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly ClipVocabulary _vocabulary = ClipVocabulary.Build(["sail_kun", "beach", "don't"]);

        public ASmallVocabulary() => _vocabulary.Write(_folder.Path, "!");

        public void Dispose() => _folder.Dispose();

        private string[] Tokens(string text) => [.. ClipTokenizer.Load(_folder.Path).Tokenize(text).Select(id => _vocabulary.Tokens[id])];

        [Theory]
        [InlineData("Sail_KUN,  beach", "sail</w> _</w> kun</w> ,</w> beach</w>")]
        [InlineData("don't", "don</w> 't</w>")]
        [InlineData("don’t", "don</w> 't</w>")]
        [InlineData("20", "2</w> 0</w>")]
        [InlineData("&amp;amp;", "&</w>")]
        [InlineData("kun ! kun", "kun</w> !</w> kun</w>")]
        [InlineData("<|endoftext|>kun", "<|endoftext|> kun</w>")]
        [InlineData("ｋｕｎ\u3000kun", "kun</w> kun</w>")]
        [InlineData("ku\u0000n", "kun</w>")]
        [InlineData("e\u0301", "Ã ©</w>")]
        [InlineData("\t\n ", "")]
        [InlineData("Ŀ ﬃ Ǆ", "Å Ģ</w> f f i</w> d Å ¾</w>")]
        public void Cuts_words_as_CLIP_does(string text, string tokens) => Assert.Equal(tokens.Split(' ', StringSplitOptions.RemoveEmptyEntries), Tokens(text));

        [Fact]
        public void A_lone_surrogate_becomes_the_replacement_character()
            => Assert.Equal(["ï", "¿", "½</w>"], Tokens("\ud800"));

        [Fact]
        public void Letters_beyond_the_basic_plane_are_letters()
            => Assert.Equal(8, Tokens("\U00020000\U00020001").Length);

        [Fact]
        public void Encodes_to_77_ids_with_the_configured_padding()
        {
            var tokenizer = ClipTokenizer.Load(_folder.Path);
            var ids = tokenizer.Encode("beach");
            Assert.Equal([tokenizer.BosId, tokenizer.Tokenize("beach")[0], tokenizer.EosId, 0], ids[..4]);
            Assert.Equal(77, ids.Length);
            Assert.All(ids[3..], id => Assert.Equal(0, id));
        }

        [Fact]
        public void Cuts_long_texts_after_75_tokens()
        {
            var tokenizer = ClipTokenizer.Load(_folder.Path);
            var ids = tokenizer.Encode(string.Join(' ', Enumerable.Repeat("beach", 80)));
            Assert.Equal([tokenizer.BosId, .. Enumerable.Repeat(tokenizer.Tokenize("beach")[0], 75), tokenizer.EosId], ids);
        }

        [Fact]
        public void Pads_with_the_end_token_where_nothing_else_is_said()
        {
            File.Delete(_folder["tokenizer_config.json"]);
            File.Delete(_folder["special_tokens_map.json"]);
            var tokenizer = ClipTokenizer.Load(_folder.Path);
            Assert.Equal(tokenizer.EosId, tokenizer.PadId);
        }

        [Fact]
        public void Takes_the_padding_token_in_its_long_form()
        {
            File.WriteAllText(_folder["tokenizer_config.json"], """{"pad_token":{"content":"beach</w>","lstrip":false}}""");
            Assert.Equal("beach</w>", _vocabulary.Tokens[ClipTokenizer.Load(_folder.Path).PadId]);
        }

        [Theory]
        [InlineData("vocab.json", "{", "vocab.json is damaged")]
        [InlineData("vocab.json", """{"a":0,"b":0}""", "do not have the ids 0 to 1")]
        [InlineData("vocab.json", """{"a":0}""", "lacks the token '!'")]
        [InlineData("vocab.json", "{}", "lacks the token '!'")]
        [InlineData("merges.txt", "#version: 0.2\ns a\nx y z", "line 2")]
        [InlineData("merges.txt", "#version: 0.2\nsail kun", "line 2")]
        [InlineData("tokenizer_config.json", """{"pad_token":"[PAD]"}""", "lacks the padding token '[PAD]'")]
        [InlineData("tokenizer_config.json", """{"pad_token":7}""", "tokenizer_config.json is damaged")]
        [InlineData("tokenizer_config.json", "[]", "tokenizer_config.json is damaged")]
        public void Names_what_is_wrong_with_its_files(string file, string content, string problem)
        {
            File.WriteAllText(_folder[file], content);
            Assert.Contains(problem, Assert.Throws<InvalidDataException>(() => ClipTokenizer.Load(_folder.Path)).Message, StringComparison.Ordinal);
        }

        [Theory]
        [InlineData("vocab.json")]
        [InlineData("merges.txt")]
        public void Names_a_missing_file(string file)
        {
            File.Delete(_folder[file]);
            Assert.Contains(file, Assert.Throws<FileNotFoundException>(() => ClipTokenizer.Load(_folder.Path)).Message, StringComparison.Ordinal);
        }

        [Fact]
        public void Refuses_what_no_person_writes_as_a_word()
            => Assert.Contains("5000 bytes", Assert.Throws<ArgumentException>(() => ClipTokenizer.Load(_folder.Path).Encode(new string('a', 5000))).Message, StringComparison.Ordinal);
    }
}
