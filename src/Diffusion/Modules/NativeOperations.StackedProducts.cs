using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Modules;

/// <content>The same of several layers with one input, whose branches lie behind one another in memory at equal distances: as one stack of matrices.</content>
public static partial class NativeOperations
{
    /// <summary>Whether the branches are such a stack.</summary>
    internal static bool AreStacked(ReadOnlySpan<LowRankTerms> terms) =>
        AreStacked(terms, term => term.Down) && AreStacked(terms, term => term.Up)
        && (terms[0].DownGradient is null || (AreStacked(terms, term => term.DownGradient!) && AreStacked(terms, term => term.UpGradient!)));

    /// <summary>What the layers give with their branches added, side by side, without a graph.</summary>
    /// <param name="input">x [..., in].</param>
    /// <param name="layers">Equally wide, without a bias.</param>
    /// <param name="terms">Their branches.</param>
    /// <param name="keepsNarrow">Whether <paramref name="narrow"/> is asked for.</param>
    /// <param name="narrow">x·downᵀ of each [layers, N, rank]; null where nobody asks.</param>
    /// <returns>[..., layers · out].</returns>
    internal static Tensor ProjectStacked(Tensor input, ReadOnlySpan<LinearLayer> layers, ReadOnlySpan<LowRankTerms> terms, bool keepsNarrow, out Tensor? narrow)
    {
        var (count, width) = (layers.Length, layers[0].Weight.shape[0]);
        var places = input.numel() / layers[0].Weight.shape[1];
        using var rows = Rows(input.Handle, layers[0].Weight.shape[1]);
        using var repeated = Repeated(rows.Handle, count, places, layers[0].Weight.shape[1]);
        using var downs = Stack(terms, term => term.Down);
        using var downsTurned = new Step(Transpose(downs.Handle, 1, 2));
        using var ups = Stack(terms, term => term.Up);
        using var upsTurned = new Step(Transpose(ups.Handle, 1, 2));
        var between = Checked(Products(repeated.Handle, downsTurned.Handle));
        narrow = keepsNarrow ? Tensor.UnsafeCreateTensor(between) : null;
        using var passing = new Passing(keepsNarrow ? 0 : between);
        var output = empty([.. input.shape[..^1], count * width], input.dtype, input.device);
        using var whole = Rows(output.Handle, count * width);
        for (var i = 0; i < count; i++)
        {
            using var part = new Step(Narrow(whole.Handle, 1, i * width, width));
            using var weight = Turned(layers[i].Weight.Handle);
            AddProductInPlace(part.Handle, rows.Handle, weight.Handle, 0, 1);
            CheckForErrors();
            KeepAlive(layers[i].Weight);
        }

        using var branches = new Step(Products(between, upsTurned.Handle));
        using var parts = Parts(whole.Handle, count, places, width);
        AddScaled(parts.Handle, branches.Handle, terms[0].Scale);
        KeepAlive(input, narrow!, output);
        KeepAlive(terms);
        return output;
    }

    /// <summary>The gradients of <see cref="ProjectStacked"/>; those of the branches are added where they belong.</summary>
    /// <param name="gradient">Of the result [..., layers · out].</param>
    /// <param name="input">x.</param>
    /// <param name="narrow">As it was given.</param>
    /// <param name="layers">As they were.</param>
    /// <param name="terms">As they were.</param>
    /// <param name="ofInput">Whether that of x is asked for.</param>
    /// <returns>That of x [..., in], or null.</returns>
    internal static Tensor? ProjectStackedBack(Tensor gradient, Tensor input, Tensor narrow, ReadOnlySpan<LinearLayer> layers, ReadOnlySpan<LowRankTerms> terms, bool ofInput)
    {
        var (count, places, width) = (layers.Length, narrow.shape[1], layers[0].Weight.shape[0]);
        using var rows = Rows(input.Handle, layers[0].Weight.shape[1]);
        using var repeated = Repeated(rows.Handle, count, places, layers[0].Weight.shape[1]);
        using var whole = Rows(gradient.Handle, count * width);
        using var rising = Parts(whole.Handle, count, places, width);
        using var risingTurned = new Step(Transpose(rising.Handle, 1, 2));
        using var ups = Stack(terms, term => term.Up);
        using var falling = new Step(Products(rising.Handle, ups.Handle));
        using var fallingTurned = new Step(Transpose(falling.Handle, 1, 2));
        AddProducts(terms, term => term.UpGradient!, risingTurned.Handle, narrow.Handle);
        AddProducts(terms, term => term.DownGradient!, fallingTurned.Handle, repeated.Handle);
        var found = ofInput ? GradientOfInput(whole.Handle, falling.Handle, layers, terms, input.shape) : null;
        KeepAlive(gradient, input, narrow);
        KeepAlive(terms);
        return found;
    }

    private static Tensor GradientOfInput(nint rising, nint falling, ReadOnlySpan<LinearLayer> layers, ReadOnlySpan<LowRankTerms> terms, long[] shape)
    {
        var width = layers[0].Weight.shape[0];
        using var first = new Step(Narrow(rising, 1, 0, width));
        using var found = new Step(Product(first.Handle, layers[0].Weight.Handle));
        for (var i = 1; i < layers.Length; i++)
        {
            using var part = new Step(Narrow(rising, 1, i * width, width));
            AddProductInPlace(found.Handle, part.Handle, layers[i].Weight.Handle, 1, 1);
            CheckForErrors();
        }

        using var downs = Stack(terms, term => term.Down);
        AddSumOfProducts(found.Handle, falling, downs.Handle, 1, (float)terms[0].Scale);
        CheckForErrors();
        foreach (var layer in layers)
            KeepAlive(layer.Weight);
        return Result(Shaped(found.Handle, shape, shape[^1]));
    }

    private static void AddProducts(ReadOnlySpan<LowRankTerms> terms, Func<LowRankTerms, Tensor> place, nint left, nint right)
    {
        using var sum = Stack(terms, place);
        using var products = new Step(Products(left, right));
        AddScaled(sum.Handle, products.Handle, terms[0].Scale);
    }

    private static void AddScaled(nint sum, nint addend, double scale)
    {
        using var factor = new Number(scale);
        AddInPlace(sum, addend, factor.Handle);
        CheckForErrors();
    }

    // [layers, ..] of what lies at equal distances in one storage.
    private static Step Stack(ReadOnlySpan<LowRankTerms> terms, Func<LowRankTerms, Tensor> member)
    {
        var (first, second) = (member(terms[0]), member(terms[1]));
        var (height, width) = (first.shape[0], first.shape[1]);
        return new(Strided(first.Handle, [terms.Length, height, width], 3, [second.storage_offset() - first.storage_offset(), width, 1], 3, first.storage_offset()));
    }

    private static bool AreStacked(ReadOnlySpan<LowRankTerms> terms, Func<LowRankTerms, Tensor> member)
    {
        var first = member(terms[0]);
        var (start, shape) = (Address(first.Handle), first.shape);
        var distance = Address(member(terms[1]).Handle) - start;
        if (distance < first.numel() * first.element_size())
            return false;
        for (var i = 1; i < terms.Length; i++)
        {
            var other = member(terms[i]);
            // In another storage the same offset would be another address.
            var isThere = Address(other.Handle) == start + (i * distance) && (other.storage_offset() - first.storage_offset()) * first.element_size() == i * distance;
            if (!isThere || terms[i].Scale != terms[0].Scale || !other.shape.AsSpan().SequenceEqual(shape))
                return false;
        }

        KeepAlive(terms);
        return true;
    }

    // [layers, N, in] of [N, in], without copies.
    private static Step Repeated(nint rows, long count, long places, long width)
    {
        using var one = new Step(View(rows, [1, places, width], 3));
        return new(Expand(one.Handle, [count, places, width], 3, 0));
    }

    // [layers, N, out] of [N, layers · out].
    private static Step Parts(nint rows, long count, long places, long width)
    {
        using var split = new Step(View(rows, [places, count, width], 3));
        return new(Transpose(split.Handle, 0, 1));
    }

    private static void KeepAlive(ReadOnlySpan<LowRankTerms> terms)
    {
        foreach (var term in terms)
            KeepAlive(term.Down, term.Up, term.DownGradient!, term.UpGradient!);
    }

    [LibraryImport(Library, EntryPoint = "THSTensor_data")]
    private static partial nint Address(nint tensor);

    [LibraryImport(Library, EntryPoint = "THSTensor_bmm")]
    private static partial nint Products(nint left, nint right);

    [LibraryImport(Library, EntryPoint = "THSTensor_addbmm_")]
    private static partial void AddSumOfProducts(nint sum, nint left, nint right, float beta, float alpha);

    [LibraryImport(Library, EntryPoint = "THSTensor_narrow")]
    private static partial nint Narrow(nint input, long axis, long start, long length);

    [LibraryImport(Library, EntryPoint = "THSTensor_expand")]
    private static partial nint Expand(nint input, [In] long[] shape, int length, byte isImplicit);

    [LibraryImport(Library, EntryPoint = "THSTensor_as_strided")]
    private static partial nint Strided(nint input, [In] long[] shape, int length, [In] long[] strides, int lengthOfStrides, long offset);
}
