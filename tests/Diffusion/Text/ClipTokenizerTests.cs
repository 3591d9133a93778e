using System.Text.Json;
using Slipway.Diffusion.Tests.Checkpoints;
using Slipway.Diffusion.Text;
using Xunit;

namespace Slipway.Diffusion.Tests.Text;

public static class ClipTokenizerTests
{
    /// <summary>
    /// The published vocabulary is not part of this repository: a folder with its vocab.json and merges.txt is looked
    /// for in ../shared/golden/tok/vocab beside it, or where SLIPWAY_CLIP_VOCAB says.
    /// </summary>
    public sealed class TheReference : IDisposable
    {
        private const string Variable = "SLIPWAY_CLIP_VOCAB";
        private readonly TemporaryFolder _folder = new();

        private static string Vocabulary => Environment.GetEnvironmentVariable(Variable) ?? Path.Combine(Repository.Root, "..", "shared", "golden", "tok", "vocab");

        public void Dispose() => _folder.Dispose();

        /// <summary>golden/clip_prompts.json: what openai/CLIP's simple_tokenizer.py (commit d05afc43, ftfy 6.1.1) makes of 66 texts.</summary>
        [Fact]
        public void Gives_the_same_tokens()
        {
            var tokenizer = Load("<|endoftext|>");
            using var prompts = JsonDocument.Parse(File.ReadAllBytes(Golden.Path("clip_prompts.json")));
            Assert.All(
                prompts.RootElement.EnumerateArray(),
                prompt => Assert.Equal(prompt.GetProperty("ids").Deserialize<int[]>()![1..^1], tokenizer.Tokenize(prompt.GetProperty("text").GetString()!)));
            Assert.Equal((49406, 49407, 49407, 49408), (tokenizer.BosId, tokenizer.EosId, tokenizer.PadId, tokenizer.VocabularySize));
        }

        /// <summary>golden/clip_chunks.json: sd-scripts' ids with max_token_length 150 and 225, for both tokenizers.</summary>
        [Fact]
        public void Cuts_the_same_chunks()
        {
            var (first, second) = (Load("<|endoftext|>"), Load("!"));
            using var chunks = JsonDocument.Parse(File.ReadAllBytes(Golden.Path("clip_chunks.json")));
            Assert.All(chunks.RootElement.GetProperty("chunked").EnumerateArray(), item =>
            {
                var (prompt, count) = (Prompt.Literal(item.GetProperty("text").GetString()!), item.GetProperty("length").GetInt32() / 75);
                Assert.Equal(item.GetProperty("first").Deserialize<int[][]>()!, TokenChunks.FromPrompt(first, prompt).Take(first, count).Ids);
                Assert.Equal(item.GetProperty("second").Deserialize<int[][]>()!, TokenChunks.FromPrompt(second, prompt).Take(second, count).Ids);
            });
        }

        /// <summary>golden/clip_chunks.json: sd-scripts' ids and weights of weighted prompts.</summary>
        [Fact]
        public void Weighs_the_same_tokens()
        {
            var tokenizer = Load("<|endoftext|>");
            using var chunks = JsonDocument.Parse(File.ReadAllBytes(Golden.Path("clip_chunks.json")));
            Assert.All(chunks.RootElement.GetProperty("weighted").EnumerateArray(), item =>
            {
                var (ids, weights) = (item.GetProperty("ids").Deserialize<int[]>()!, item.GetProperty("weights").Deserialize<float[]>()!);
                var made = TokenChunks.FromPrompt(tokenizer, Prompt.Parse(item.GetProperty("text").GetString()!));
                Assert.Equal(ids, made.Ids[0][..ids.Length]);
                Assert.Equal(weights, made.Weights[0][..ids.Length]);
                var caption = TokenChunks.FromPrompt(tokenizer, Prompt.ParseCaption(item.GetProperty("text").GetString()!));
                Assert.Equal(made.Ids[0], caption.Ids[0]);
                Assert.Equal(made.Weights[0], caption.Weights[0]);
            });
        }

        private ClipTokenizer Load(string pad)
        {
            Assert.SkipUnless(Directory.Exists(Vocabulary), $"CLIP's vocab.json and merges.txt are neither in {Path.GetFullPath(Vocabulary)} nor where {Variable} says.");
            foreach (var file in new[] { "vocab.json", "merges.txt" })
                File.Copy(Path.Combine(Vocabulary, file), _folder[file], overwrite: true);
            _folder.Write("special_tokens_map.json", JsonSerializer.Serialize(new { pad_token = pad }));
            return ClipTokenizer.Load(_folder.Path);
        }
    }

    /// <summary>The embedded model's own vocabulary, with the same machinery; always run.</summary>
    public sealed class TheEmbeddedVocabulary
    {
        private readonly ClipTokenizer _tokenizer = ClipTokenizer.Load(Path.Combine(Repository.Root, "datasets", "tiny-sdxl", "tokenizer"));

        [Fact]
        public void Knows_its_words_whole()
            => Assert.All(["beach", "ocean", "sand", "night", "forest", "mountain"], word => Assert.Single(_tokenizer.Tokenize(word)));

        [Fact]
        public void Cuts_after_every_75th_token()
        {
            var beach = _tokenizer.Tokenize("beach")[0];
            var chunks = TokenChunks.FromPrompt(_tokenizer, Prompt.Literal(string.Join(' ', Enumerable.Repeat("beach", 80)))).Take(_tokenizer, 3).Ids;
            Assert.Equal((int[])[_tokenizer.BosId, .. Enumerable.Repeat(beach, 75), _tokenizer.EosId], chunks[0]);
            Assert.Equal((int[])[_tokenizer.BosId, .. Enumerable.Repeat(beach, 5), _tokenizer.EosId, .. Enumerable.Repeat(_tokenizer.PadId, 70)], chunks[1]);
            Assert.Equal((int[])[_tokenizer.BosId, _tokenizer.EosId, .. Enumerable.Repeat(_tokenizer.PadId, 75)], chunks[2]);
        }

        [Fact]
        public void Weighs_tokens_of_text_alone()
        {
            var weights = TokenChunks.FromPrompt(_tokenizer, Prompt.Parse("(beach:1.5), [ocean]")).Weights[0];
            Assert.Equal((float[])[1f, 1.5f, 1f, (float)(1 / 1.1), .. Enumerable.Repeat(1f, 73)], weights);
        }
    }

    /// <summary>
    /// golden/cleaned_texts.json: texts, most of them decoded with a wrong character set, and what ftfy 6.1.1,
    /// <c>html.unescape</c> and <c>lower</c> make of them.
    /// </summary>
    public sealed class TheCleaning
    {
        [Fact]
        public void Is_that_of_ftfy()
        {
            using var texts = JsonDocument.Parse(File.ReadAllBytes(Golden.Path("cleaned_texts.json")));
            Assert.All(
                texts.RootElement.EnumerateArray(),
                item => Assert.Equal(item.GetProperty("clean").GetString(), ClipText.Clean(item.GetProperty("text").GetString()!)));
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
        [InlineData("海kun", "æ µ · kun</w>")]
        [InlineData("🙂🙂", "ð Ł Ļ Ĥ ð Ł Ļ Ĥ</w>")]
        [InlineData("a\u0001\u007Fb", "a b</w>")]
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
        public void Reads_a_word_of_ten_thousand_letters()
            => Assert.Equal(10_000, Tokens(new string('a', 10_000)).Length);

        [Fact]
        public void Refuses_what_no_person_writes_as_a_word()
            => Assert.Contains("20000 bytes", Assert.Throws<ArgumentException>(() => ClipTokenizer.Load(_folder.Path).Encode(new string('a', 20_000))).Message, StringComparison.Ordinal);
    }
}
