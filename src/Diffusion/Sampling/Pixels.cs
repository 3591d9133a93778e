using static TorchSharp.torch;

namespace Slipway.Diffusion.Sampling;

/// <summary>Pictures as tensors [B, 3, H, W] in [−1, 1], and as bytes.</summary>
public static class Pixels
{
    /// <summary>[B, 3, H, W] in [−1, 1] → for each picture RGB bytes, row by row; rounded, clipped.</summary>
    public static IReadOnlyList<byte[]> ToRgb(Tensor images)
    {
        using var scope = NewDisposeScope();
        var bytes = ((images + 1) * 127.5).round().clamp(0, 255).to(ScalarType.Byte).permute(0, 2, 3, 1).contiguous().cpu();
        return [.. Enumerable.Range(0, (int)bytes.shape[0]).Select(i => bytes[i].data<byte>().ToArray())];
    }

    /// <summary>RGB bytes of pictures of one size → [B, 3, H, W] in [−1, 1], f32, on the CPU.</summary>
    public static Tensor FromRgb(IReadOnlyList<byte[]> pictures, int width, int height)
    {
        using var scope = NewDisposeScope();
        var all = new byte[pictures.Count * width * height * 3];
        for (var i = 0; i < pictures.Count; i++)
            pictures[i].CopyTo(all, i * width * height * 3);

        return ((tensor(all, [pictures.Count, height, width, 3]).to(ScalarType.Float32) / 127.5) - 1)
            .permute(0, 3, 1, 2).contiguous().MoveToOuterDisposeScope();
    }
}
