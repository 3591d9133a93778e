using Slipway.Diffusion.Files;
using Slipway.Diffusion.UNets;

namespace Slipway.Training.Tests.Data;

/// <summary>golden/data/size_embedding.safetensors: sd-scripts' embedding of three pictures' sizes, as the UNet takes it.</summary>
public sealed class SizeEmbeddingTests
{
    [Fact]
    public void Six_numbers_in_the_references_order_give_the_references_embedding()
    {
        using var scope = NewDisposeScope();
        using var numbers = SafetensorsFile.Open(Golden.Path(Path.Combine("data", "size_embedding.safetensors")));
        var timeIds = cat([numbers.Read("size_emb.original_hw"), numbers.Read("size_emb.crop_top_left"), numbers.Read("size_emb.target_hw")], 1);
        var embedding = TimestepEmbedding.Sinusoid(timeIds.flatten(), 256).view(3, -1);
        Assert.InRange(Golden.MaxError(embedding, numbers.Read("size_emb.vector_1536")), 0, 1e-6);
    }
}
