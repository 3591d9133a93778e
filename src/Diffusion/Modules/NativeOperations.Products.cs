using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Modules;

/// <content>Products with low-rank branches, forwards and backwards, in as few kernels as libtorch has for them.</content>
public static partial class NativeOperations
{
    /// <summary>x·Wᵀ + b + scale · (x·downᵀ)·upᵀ, without a graph.</summary>
    /// <param name="input">x [..., in].</param>
    /// <param name="layer">W and b.</param>
    /// <param name="terms">The branch.</param>
    /// <param name="keepsNarrow">Whether <paramref name="narrow"/> is asked for.</param>
    /// <param name="narrow">x·downᵀ [N, rank], N being all places of x: what the gradient of up is made of; null where nobody asks.</param>
    /// <returns>[..., out].</returns>
    internal static Tensor Project(Tensor input, LinearLayer layer, LowRankTerms terms, bool keepsNarrow, out Tensor? narrow)
    {
        using var rows = Rows(input.Handle, layer.Weight.shape[1]);
        using var down = Turned(terms.Down.Handle);
        using var weight = Turned(layer.Weight.Handle);
        using var up = Turned(terms.Up.Handle);
        var between = Checked(Product(rows.Handle, down.Handle));
        narrow = keepsNarrow ? Tensor.UnsafeCreateTensor(between) : null;
        using var passing = new Passing(keepsNarrow ? 0 : between);
        using var sum = new Step(layer.Bias is { } bias ? AddProduct(bias.Handle, rows.Handle, weight.Handle, 1, 1) : Product(rows.Handle, weight.Handle));
        AddProductInPlace(sum.Handle, between, up.Handle, 1, (float)terms.Scale);
        CheckForErrors();
        var output = Result(Shaped(sum.Handle, input.shape, layer.Weight.shape[0]));
        KeepAlive(input, narrow!, layer.Weight, layer.Bias!, terms.Down, terms.Up);
        return output;
    }

    /// <summary>x·downᵀ [N, rank] alone, without a graph.</summary>
    /// <param name="input">x [..., in].</param>
    /// <param name="terms">The branch.</param>
    internal static Tensor Narrowed(Tensor input, LowRankTerms terms)
    {
        using var rows = Rows(input.Handle, terms.Down.shape[1]);
        using var down = Turned(terms.Down.Handle);
        var narrow = Result(Product(rows.Handle, down.Handle));
        KeepAlive(input, terms.Down);
        return narrow;
    }

    /// <summary>The gradients of <see cref="Project"/>; those of the branch are added where they belong.</summary>
    /// <param name="gradient">Of the result [..., out].</param>
    /// <param name="input">x.</param>
    /// <param name="narrow">As it was given.</param>
    /// <param name="layer">W.</param>
    /// <param name="terms">The branch.</param>
    /// <param name="ofInput">Whether that of x is asked for.</param>
    /// <returns>That of x [..., in], or null.</returns>
    internal static Tensor? ProjectBack(Tensor gradient, Tensor input, Tensor narrow, LinearLayer layer, LowRankTerms terms, bool ofInput)
    {
        using var rows = Rows(input.Handle, layer.Weight.shape[1]);
        using var rising = Rows(gradient.Handle, layer.Weight.shape[0]);
        using var risingTurned = Turned(rising.Handle);
        using var falling = new Step(Product(rising.Handle, terms.Up.Handle));
        using var fallingTurned = Turned(falling.Handle);
        var scale = (float)terms.Scale;
        AddProductInPlace(terms.UpGradient!.Handle, risingTurned.Handle, narrow.Handle, 1, scale);
        AddProductInPlace(terms.DownGradient!.Handle, fallingTurned.Handle, rows.Handle, 1, scale);
        CheckForErrors();
        Tensor? found = null;
        if (ofInput)
        {
            using var sum = new Step(Product(rising.Handle, layer.Weight.Handle));
            AddProductInPlace(sum.Handle, falling.Handle, terms.Down.Handle, 1, scale);
            CheckForErrors();
            found = Result(Shaped(sum.Handle, input.shape, input.shape[^1]));
        }

        KeepAlive(gradient, input, narrow, layer.Weight, terms.Down, terms.Up, terms.DownGradient, terms.UpGradient);
        return found;
    }

    private static Step Rows(nint tensor, long width) => new(Reshape(tensor, [-1, width], 2));

    // [N, width] as a tensor of another shape but for its last axis.
    private static nint Shaped(nint rows, long[] shape, long width)
    {
        long[] whole = [.. shape[..^1], width];
        return View(rows, whole, whole.Length);
    }

    private static Step Turned(nint matrix) => new(Transpose(matrix, 0, 1));

    [LibraryImport(Library, EntryPoint = "THSTensor_mm")]
    private static partial nint Product(nint left, nint right);

    [LibraryImport(Library, EntryPoint = "THSTensor_addmm")]
    private static partial nint AddProduct(nint sum, nint left, nint right, float beta, float alpha);

    [LibraryImport(Library, EntryPoint = "THSTensor_addmm_")]
    private static partial void AddProductInPlace(nint sum, nint left, nint right, float beta, float alpha);

    [LibraryImport(Library, EntryPoint = "THSTensor_reshape")]
    private static partial nint Reshape(nint input, [In] long[] shape, int length);

    // What is let go of where nobody keeps it; 0: somebody does.
    private readonly ref struct Passing(nint handle) : IDisposable
    {
        public void Dispose()
        {
            if (handle != 0)
                NativeOperations.Dispose(handle);
        }
    }
}
