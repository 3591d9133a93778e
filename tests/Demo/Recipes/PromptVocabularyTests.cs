using Slipway.Demo.Recipes;
using Slipway.Diffusion.Text;
using Slipway.Testing;
using Xunit;

namespace Slipway.Demo.Tests.Recipes;

/// <summary>The tokenizers of the embedded model, which were made of the words of its prompts.</summary>
public sealed class PromptVocabularyTests
{
    [Theory]
    [InlineData("tokenizer", "<|endoftext|>")]
    [InlineData("tokenizer_2", "!")]
    public void Comes_out_as_it_lies_in_the_repository(string role, string pad)
    {
        using var made = new TemporaryFolder();
        ClipVocabulary.Write(made.Path, Prompts.Words, pad);
        var kept = Path.Combine(Repository.Root, "datasets", "tiny-sdxl", role);
        Assert.All(["vocab.json", "merges.txt"], file => Assert.Equal(File.ReadAllText(Path.Combine(kept, file)), File.ReadAllText(made[file])));
    }
}
