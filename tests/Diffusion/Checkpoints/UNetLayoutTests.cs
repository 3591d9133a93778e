using Slipway.Diffusion.Checkpoints;
using Xunit;

namespace Slipway.Diffusion.Tests.Checkpoints;

public sealed class UNetLayoutTests
{
    // One resnet a level going down, two going up, three levels, transformers in the lower two.
    private static readonly string[] Paths =
    [
        "conv_in", "time_embedding.linear_1",
        .. new[] { 0, 1, 2 }.Select(level => $"down_blocks.{level}.resnets.0.conv1"),
        .. new[] { 1, 2 }.Select(level => $"down_blocks.{level}.attentions.0.proj_in"),
        .. new[] { 0, 1 }.Select(level => $"down_blocks.{level}.downsamplers.0.conv"),
        .. new[] { 0, 1, 2 }.SelectMany(level => new[] { 0, 1 }.Select(resnet => $"up_blocks.{level}.resnets.{resnet}.conv1")),
        .. new[] { 0, 1 }.SelectMany(level => new[] { 0, 1 }.Select(resnet => $"up_blocks.{level}.attentions.{resnet}.proj_in")),
        .. new[] { 0, 1 }.Select(level => $"up_blocks.{level}.upsamplers.0.conv"),
    ];

    [Theory]
    [InlineData("down_blocks.0.resnets.0.conv1", "input_blocks.1.0.in_layers.2")]
    [InlineData("down_blocks.0.downsamplers.0.conv", "input_blocks.2.0.op")]
    [InlineData("down_blocks.1.resnets.0.time_emb_proj", "input_blocks.3.0.emb_layers.1")]
    [InlineData("down_blocks.1.attentions.0.proj_in", "input_blocks.3.1.proj_in")]
    [InlineData("down_blocks.2.resnets.0.conv_shortcut", "input_blocks.5.0.skip_connection")]
    [InlineData("mid_block.resnets.1.conv2", "middle_block.2.out_layers.3")]
    [InlineData("mid_block.attentions.0.transformer_blocks.0.attn1.to_q", "middle_block.1.transformer_blocks.0.attn1.to_q")]
    [InlineData("up_blocks.0.resnets.1.conv2", "output_blocks.1.0.out_layers.3")]
    [InlineData("up_blocks.0.upsamplers.0.conv", "output_blocks.1.2.conv")]
    [InlineData("up_blocks.1.attentions.0.transformer_blocks.0.ff.net.0.proj", "output_blocks.2.1.transformer_blocks.0.ff.net.0.proj")]
    [InlineData("up_blocks.2.resnets.1.conv1", "output_blocks.5.0.in_layers.2")]
    [InlineData("conv_in", "input_blocks.0.0")]
    [InlineData("add_embedding.linear_2", "label_emb.0.2")]
    [InlineData("mid_block.resnets.0.norm2", "middle_block.0.out_layers.0")]
    public void Block_numbers_follow_from_the_modules_that_are_there(string module, string expected) =>
        Assert.Equal(expected, new UNetLayout(Paths.Append("down_blocks.0.resnets.0.conv1")).SingleFilePath(module));

    [Fact]
    public void An_upsampler_of_a_level_without_transformers_stands_in_their_place() =>
        Assert.Equal("output_blocks.1.1.conv", new UNetLayout(Paths.Where(p => !p.Contains("attentions", StringComparison.Ordinal))).SingleFilePath("up_blocks.0.upsamplers.0.conv"));

    [Fact]
    public void A_module_that_SDXL_does_not_have_has_no_place() =>
        Assert.Throws<ArgumentException>(() => new UNetLayout(Paths).SingleFilePath("class_embedding.linear_1"));
}
