using static TorchSharp.torch;

namespace Slipway.Diffusion.Modules;

/// <summary>Scaled dot-product attention of heads that lie side by side, in f32 where <see cref="RaisedPrecision"/> applies.</summary>
internal static class Attention
{
    /// <param name="query">[B, N, heads · d].</param>
    /// <param name="key">[B, M, heads · d].</param>
    /// <param name="value">[B, M, heads · d].</param>
    /// <param name="heads">Number of heads.</param>
    /// <param name="isCausal">Whether no position attends to those behind it.</param>
    /// <returns>[B, N, heads · d], in the query's element type.</returns>
    public static Tensor Apply(Tensor query, Tensor key, Tensor value, int heads, bool isCausal = false)
    {
        if (!RaisedPrecision.Applies(query))
            return NativeOperations.Attend(query, key, value, heads, isCausal);
        using var scope = NewDisposeScope();
        return NativeOperations.Attend(query.to(ScalarType.Float32), key.to(ScalarType.Float32), value.to(ScalarType.Float32), heads, isCausal).to(query.dtype).MoveToOuterDisposeScope();
    }
}
