using Slipway.Pipeline.Commands.Sampling;

namespace Slipway.Pipeline.Tests.Commands.Sampling;

public sealed class PromptEditingTests
{
    [Theory]
    [InlineData("a [cat:dog:0.5] on a hill", "[cat:dog:0.5]")]
    [InlineData("a [hat:10]", "[hat:10]")]
    [InlineData("[cow|horse]", "[cow|horse]")]
    [InlineData("a beach AND a boat", "AND")]
    [InlineData("[a:b:3], [c|d] AND e", "[a:b:3] [c|d] AND")]
    public void Is_found(string prompt, string parts) => Assert.Equal(parts, string.Join(' ', PromptEditing.In(prompt)));

    [Theory]
    [InlineData("a [word], (another:1.2)")]
    [InlineData(@"\[cat:dog:0.5\]")]
    [InlineData("sand and land, BRAND, ANDROID")]
    [InlineData("<lora:x:0.8> 16:9")]
    public void Nothing_else_is_taken_for_it(string prompt) => Assert.Empty(PromptEditing.In(prompt));
}
