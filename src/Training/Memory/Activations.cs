using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;

namespace Slipway.Training.Memory;

/// <summary>
/// What a forward pass of one picture keeps for the backward pass, in values: counted from the layers' formulas, operation by
/// operation, with a branch beside every linear layer of the transformers.
/// </summary>
/// <param name="sizes">The UNet's sizes.</param>
/// <param name="height">Height of the latents.</param>
/// <param name="width">Width of the latents.</param>
internal sealed class Activations(UNetConfiguration sizes, long height, long width)
{
    // Inputs of three norms, what they give, q, k, v and the results of two attentions, and eight, four and four channels for
    // one in the feed-forward part; beside them keys and values of the text hardly count.
    private const int OfTransformerBlock = 30;
    private const int AroundTransformer = 4;
    private const int KeyAndValue = 2;

    // Before each of the two convolutions: the norm's input, its result, and that of the activation.
    private const int OfConvolution = 3;
    private const int OfTextLayer = 25;

    /// <summary>Without gradient checkpointing, everything; with it, inputs of the blocks and everything of the largest.</summary>
    /// <param name="checkpointing">Whether inner results are computed again.</param>
    /// <param name="widths">What an inner result takes, in values: more where products are computed in a wider precision, and their factors kept in it.</param>
    /// <param name="tokens">Of a caption whose keys and values are kept where the rest is computed again; 0: they are not.</param>
    public long Kept(bool checkpointing, int widths = 1, long tokens = 0)
    {
        var blocks = Resnets().Concat(TransformerBlocks()).ToList();
        var around = Transformers().Sum(transformer => AroundTransformer * transformer.Channels * Positions(transformer.Level));
        var ofText = tokens * Transformers().Sum(transformer => KeyAndValue * transformer.Channels * sizes.TransformerLayersPerBlock[transformer.Level]);
        var inside = checkpointing ? blocks.Sum(block => block.Input) + ofText + (widths * blocks.Max(block => block.Inner)) : widths * blocks.Sum(block => block.Inner);
        return around + inside;
    }

    /// <summary>Values that the largest block needs at a time, beyond those that are kept.</summary>
    public long Work() => Resnets().Concat(TransformerBlocks()).Max(block => block.Inner);

    /// <summary>Values that a text encoder that is trained keeps for one caption.</summary>
    public static long OfText(ClipTextConfiguration text, int chunks) => (long)OfTextLayer * chunks * text.MaxPositionEmbeddings * text.HiddenSize * text.NumHiddenLayers;

    private IEnumerable<(long Input, long Inner)> TransformerBlocks() => Transformers().SelectMany(transformer => Enumerable.Repeat(
        (transformer.Channels * Positions(transformer.Level), OfTransformerBlock * transformer.Channels * Positions(transformer.Level)),
        sizes.TransformerLayersPerBlock[transformer.Level]));

    /// <summary>Those going down, those going up, and the one in the middle.</summary>
    private IEnumerable<(int Level, long Channels)> Transformers()
    {
        var last = sizes.BlockOutChannels.Count - 1;
        return Enumerable.Range(0, last + 1).Where(sizes.HasAttention)
            .SelectMany(level => Enumerable.Repeat((level, (long)sizes.BlockOutChannels[level]), (2 * sizes.LayersPerBlock) + 1))
            .Append((last, sizes.BlockOutChannels[last]));
    }

    private IEnumerable<(long Input, long Inner)> Resnets() => Places().Select(resnet =>
        (resnet.In * Positions(resnet.Level), OfConvolution * (resnet.In + resnet.Out) * Positions(resnet.Level)));

    private IEnumerable<(int Level, long In, long Out)> Places()
    {
        var channels = sizes.BlockOutChannels;
        var last = channels.Count - 1;
        for (var level = 0; level <= last; level++)
        {
            long own = channels[level];
            for (var i = 0; i < sizes.LayersPerBlock; i++)
                yield return (level, i == 0 ? channels[Math.Max(0, level - 1)] : own, own);
            for (var i = 0; i <= sizes.LayersPerBlock; i++)
                yield return (level, (i == 0 ? channels[Math.Min(level + 1, last)] : own) + (i == sizes.LayersPerBlock ? channels[Math.Max(level - 1, 0)] : own), own);
        }

        yield return (last, channels[last], channels[last]);
        yield return (last, channels[last], channels[last]);
    }

    private long Positions(int level) => Math.Max(1, height >> level) * Math.Max(1, width >> level);
}
