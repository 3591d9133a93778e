using Slipway.Pipeline.Jobs;

namespace Slipway.Pipeline.Tests.Jobs;

public sealed class PromptTextsTests
{
    [Theory]
    [InlineData("sail_kun, beach, ocean", "beach, ocean")]
    [InlineData("(sail_kun:1.2), beach", "beach")]
    [InlineData("beach, sail_kun", "beach")]
    [InlineData("a photo of sail_kun, beach", "a photo of , beach")]
    [InlineData("sail_kun_house, beach", "sail_kun_house, beach")]
    [InlineData("sail_kun", null)]
    public void A_prompt_without_the_trigger_word_is_otherwise_as_it_was(string prompt, string? without) => Assert.Equal(without, PromptTexts.Without(prompt, "sail_kun"));

    [Fact]
    public void Tags_are_those_that_taggers_write()
        => Assert.Equal(["night_sky", "beach", "sand"], PromptTexts.Tags("(night sky:1.2), [beach], ((sand)) <lora:x:0.8>"));
}
