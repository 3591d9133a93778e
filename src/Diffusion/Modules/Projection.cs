using static TorchSharp.torch;

namespace Slipway.Diffusion.Modules;

/// <summary>
/// Linear layers with the low-rank branches hooked onto them as one node of the graph, whose gradients are added up by the products that compute them: on a card
/// a third of the kernels. Its last bits are its own. Where a branch does not offer its terms, or a weight rests elsewhere, the layer is called, and the hook adds the branch.
/// </summary>
internal static class Projection
{
    /// <summary>What one layer gives.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">[..., in].</param>
    /// <returns>[..., out].</returns>
    public static Tensor Of(LinearLayer layer, Tensor input) => Of(layer, input, areValuesRead: true);

    /// <summary>The same for whoever asks for gradients alone: the values may be anything.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">[..., in].</param>
    /// <returns>[..., out].</returns>
    public static Tensor GraphOf(LinearLayer layer, Tensor input) => Of(layer, input, areValuesRead: false);

    private static Tensor Of(LinearLayer layer, Tensor input, bool areValuesRead)
    {
        if (TermsOf(layer, input) is not { } terms)
            return layer.call(input);
        var isInGraph = AsksForGradient(terms);
        using var noGradient = no_grad();
        if (isInGraph && !areValuesRead)
            return InGraph(layer, empty([.. input.shape[..^1], layer.Weight.shape[0]], input.dtype, input.device), input, NativeOperations.Narrowed(input, terms), Back);
        var values = NativeOperations.Project(input, layer, terms, isInGraph, out var narrow);
        return narrow is null ? values : InGraph(layer, values, input, narrow, Back);

        Tensor? Back(IReadOnlyList<Tensor> kept, Tensor gradient, bool ofInput) => NativeOperations.ProjectBack(gradient, kept[0], kept[1], layer, terms, ofInput);
    }

    /// <summary>What several layers give of one input, side by side; null: they are to be called one after the other.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="input">[..., in].</param>
    /// <returns>[..., layers · out].</returns>
    public static Tensor? OfAll(LinearLayer[] layers, Tensor input)
    {
        if (StackOf(layers, input) is not { } terms)
            return null;
        var isInGraph = AsksForGradient(terms[0]);
        using var noGradient = no_grad();
        var values = NativeOperations.ProjectStacked(input, layers, terms, isInGraph, out var narrow);
        return narrow is null ? values : InGraph(layers[0], values, input, narrow, (kept, gradient, ofInput) => NativeOperations.ProjectStackedBack(gradient, kept[0], kept[1], layers, terms, ofInput));
    }

    private static Tensor InGraph(LinearLayer layer, Tensor values, Tensor input, Tensor narrow, Func<IReadOnlyList<Tensor>, Tensor, bool, Tensor?> backward)
    {
        using var kept = narrow;
        using var graph = enable_grad();
        var ofInput = input.requires_grad;
        // Dispose scopes are of the caller's thread; what libtorch is given belongs to none.
        return layer.Gradients!.Apply(values, [input, narrow], keepsInputs: true, (inputs, gradient) => [backward(inputs, gradient, ofInput)?.DetachFromDisposeScope(), null]);
    }

    private static LowRankTerms[]? StackOf(LinearLayer[] layers, Tensor input)
    {
        var terms = new LowRankTerms[layers.Length];
        for (var i = 0; i < layers.Length; i++)
        {
            if (layers[i].Bias is not null || TermsOf(layers[i], input) is not { } found)
                return null;
            terms[i] = found;
        }

        return NativeOperations.AreStacked(terms) ? terms : null;
    }

    private static LowRankTerms? TermsOf(LinearLayer layer, Tensor input)
    {
        if (layer is not { Branches: [var branch], IsResting: false, Gradients: not null } || RaisedPrecision.Applies(input) || layer.Weight.dtype != input.dtype)
            return null;
        return branch.Terms(input.dtype) is { } terms && (terms.DownGradient is not null || !is_grad_enabled()) ? terms : null;
    }

    private static bool AsksForGradient(LowRankTerms terms) => terms.DownGradient is not null && is_grad_enabled();
}
