using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Modules;

/// <summary>
/// Operations of which only the last result is wanted, one after the other without an object of .NET for each in between. They are the calls to TorchSharp's own
/// library that its methods make, and give the same bits; on a small model and on a card such objects are a good part of a step's time.
/// </summary>
public static partial class NativeOperations
{
    private const string Library = "LibTorchSharp";
    private const int MostParts = 8;

    [ThreadStatic]
    private static nint[]? _parts;

    /// <summary>output + scale · up(down(input)): a low-rank branch beside a linear layer.</summary>
    /// <param name="output">What the layer gives [..., out].</param>
    /// <param name="input">What it is given [..., in].</param>
    /// <param name="down">[rank, in].</param>
    /// <param name="up">[out, rank].</param>
    /// <param name="scale">What the branch is multiplied by.</param>
    /// <returns><paramref name="output"/> itself, changed, where nothing asks for a gradient, and else a new tensor.</returns>
    /// <exception cref="ExternalException">libtorch refuses the shapes, or has no memory left.</exception>
    public static Tensor AddLowRank(Tensor output, Tensor input, Tensor down, Tensor up, double scale)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(down);
        ArgumentNullException.ThrowIfNull(up);
        using var narrow = new Step(Linear(input.Handle, down.Handle, 0));
        var sum = AddWidened(output, narrow.Handle, up, scale);
        KeepAlive(input, down);
        return sum;
    }

    /// <summary>output + scale · up(narrow): the second half of such a branch.</summary>
    /// <param name="output">What the layer gives [..., out].</param>
    /// <param name="narrow">What down gives [..., rank].</param>
    /// <param name="up">[out, rank].</param>
    /// <param name="scale">What the branch is multiplied by.</param>
    /// <returns><paramref name="output"/> itself, changed, where nothing asks for a gradient, and else a new tensor.</returns>
    /// <exception cref="ExternalException">libtorch refuses the shapes, or has no memory left.</exception>
    public static Tensor AddWidened(Tensor output, Tensor narrow, Tensor up, double scale)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(narrow);
        ArgumentNullException.ThrowIfNull(up);
        var sum = AddWidened(output, narrow.Handle, up, scale);
        KeepAlive(narrow);
        return sum;
    }

    /// <summary>The products of one input with several weights, computed as one.</summary>
    /// <param name="input">[..., in].</param>
    /// <param name="weights">[out, in] each, at most eight.</param>
    /// <returns>[..., out] each: views of one tensor.</returns>
    /// <exception cref="ExternalException">libtorch refuses the shapes, or has no memory left.</exception>
    public static unsafe Tensor[] Products(Tensor input, params ReadOnlySpan<Tensor> weights)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(weights.Length, MostParts, nameof(weights));
        Span<nint> handles = stackalloc nint[weights.Length];
        Span<long> rows = stackalloc long[weights.Length];
        for (var i = 0; i < weights.Length; i++)
            (handles[i], rows[i]) = (weights[i].Handle, weights[i].shape[0]);
        using var joined = new Step(Join(handles, weights.Length, 0));
        using var product = new Step(Linear(input.Handle, joined.Handle, 0));
        Split(product.Handle, &Parts, rows, weights.Length, -1);
        CheckForErrors();
        var parts = new Tensor[weights.Length];
        for (var i = 0; i < parts.Length; i++)
            parts[i] = Result(_parts![i]);
        KeepAlive(weights);
        KeepAlive(input);
        return parts;
    }

    private static Tensor AddWidened(Tensor output, nint narrow, Tensor up, double scale)
    {
        using var factor = new Number(scale);
        using var branch = new Step(Linear(narrow, up.Handle, 0));
        // A graph would have to remember which part of which tensor was changed.
        var isInGraph = AsksForGradient(branch.Handle) != 0 || output.requires_grad;
        var sum = isInGraph ? Result(Add(output.Handle, branch.Handle, factor.Handle)) : output;
        if (!isInGraph)
        {
            AddInPlace(output.Handle, branch.Handle, factor.Handle);
            CheckForErrors();
        }

        KeepAlive(output, up);
        return sum;
    }

    /// <summary>Scaled dot-product attention, softmax(QKᵀ/√d)V (Vaswani et al. 2017), of heads that lie side by side.</summary>
    /// <param name="query">[B, N, heads · d].</param>
    /// <param name="key">[B, M, heads · d].</param>
    /// <param name="value">[B, M, heads · d].</param>
    /// <param name="heads">Number of heads.</param>
    /// <param name="isCausal">Whether no position attends to those behind it.</param>
    /// <returns>[B, N, heads · d].</returns>
    /// <exception cref="ExternalException">libtorch refuses the shapes, or has no memory left.</exception>
    internal static Tensor Attend(Tensor query, Tensor key, Tensor value, int heads, bool isCausal = false)
    {
        var joined = Attend(query.Handle, key.Handle, value.Handle, query.shape, key.shape[1], heads, isCausal);
        KeepAlive(query, key, value);
        return joined;
    }

    /// <summary>The same of a sequence over itself.</summary>
    /// <param name="all">Queries, keys and values side by side [B, N, 3 · heads · d].</param>
    /// <param name="heads">Number of heads.</param>
    /// <returns>[B, N, heads · d].</returns>
    internal static unsafe Tensor AttendWithin(Tensor all, int heads)
    {
        var shape = all.shape;
        Chunk(all.Handle, &Parts, 3, -1);
        CheckForErrors();
        using var query = new Step(_parts![0]);
        using var key = new Step(_parts[1]);
        using var value = new Step(_parts[2]);
        var joined = Attend(query.Handle, key.Handle, value.Handle, [shape[0], shape[1], shape[2] / 3], shape[1], heads, isCausal: false);
        KeepAlive(all);
        return joined;
    }

    /// <summary>The same over a context.</summary>
    /// <param name="query">[B, N, heads · d].</param>
    /// <param name="keysAndValues">Side by side [B, M, 2 · heads · d].</param>
    /// <param name="heads">Number of heads.</param>
    /// <returns>[B, N, heads · d].</returns>
    internal static unsafe Tensor AttendOver(Tensor query, Tensor keysAndValues, int heads)
    {
        Chunk(keysAndValues.Handle, &Parts, 2, -1);
        CheckForErrors();
        using var key = new Step(_parts![0]);
        using var value = new Step(_parts[1]);
        var joined = Attend(query.Handle, key.Handle, value.Handle, query.shape, keysAndValues.shape[1], heads, isCausal: false);
        KeepAlive(query, keysAndValues);
        return joined;
    }

    private static Tensor Attend(nint query, nint key, nint value, long[] shape, long places, int heads, bool isCausal)
    {
        long[] over = [shape[0], places, shape[2]];
        using var q = Heads(query, shape, heads);
        using var k = Heads(key, over, heads);
        using var v = Heads(value, over, heads);
        using var attended = new Step(ScaledDotProductAttention(q.Handle, k.Handle, v.Handle, 0, 0, isCausal ? (byte)1 : (byte)0));
        using var back = new Step(Transpose(attended.Handle, 1, 2));
        return Result(Flatten(back.Handle, 2, -1));
    }

    /// <summary>The gated GELU (Shazeer 2020): the first half of the last axis times the exact GELU of the second.</summary>
    /// <param name="input">[..., 2 · C].</param>
    /// <returns>[..., C].</returns>
    /// <exception cref="ArgumentException">The last axis has one value.</exception>
    /// <exception cref="ExternalException">It has an odd number of values, or libtorch has no memory left.</exception>
    internal static unsafe Tensor GatedGelu(Tensor input)
    {
        Chunk(input.Handle, &Parts, 2, -1);
        CheckForErrors();
        using var first = new Step(_parts![0]);
        if (_parts[1] == 0)
            throw new ArgumentException($"[{string.Join(", ", input.shape)}] has no two halves along its last axis.", nameof(input));
        using var second = new Step(_parts[1]);
        using var gate = new Step(Gelu(second.Handle));
        var product = Result(Multiply(first.Handle, gate.Handle));
        KeepAlive(input);
        return product;
    }

    private static Step Heads(nint sequence, long[] shape, int heads)
    {
        using var split = new Step(View(sequence, [shape[0], shape[1], heads, shape[2] / heads], 4));
        return new Step(Transpose(split.Handle, 1, 2));
    }

    // What nobody reads any more after its handle was read may be collected, and its memory freed, under a call that is reading it.
    private static void KeepAlive(params ReadOnlySpan<Tensor> tensors)
    {
        foreach (var tensor in tensors)
            GC.KeepAlive(tensor);
    }

    private static Tensor Result(nint handle) => Tensor.UnsafeCreateTensor(Checked(handle));

    private static nint Checked(nint handle)
    {
        if (handle == 0)
            CheckForErrors();
        return handle;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe nint Parts(nuint length)
    {
        _parts ??= GC.AllocateArray<nint>(MostParts, pinned: true);
        Array.Clear(_parts);
        return (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_parts));
    }

    [LibraryImport(Library, EntryPoint = "THSNN_functional_linear")]
    private static partial nint Linear(nint input, nint weight, nint bias);

    [LibraryImport(Library, EntryPoint = "THSTensor_add")]
    private static partial nint Add(nint left, nint right, nint alpha);

    [LibraryImport(Library, EntryPoint = "THSTensor_add_")]
    private static partial void AddInPlace(nint left, nint right, nint alpha);

    [LibraryImport(Library, EntryPoint = "THSTensor_requires_grad")]
    private static partial byte AsksForGradient(nint tensor);

    [LibraryImport(Library, EntryPoint = "THSTensor_mul")]
    private static partial nint Multiply(nint left, nint right);

    [LibraryImport(Library, EntryPoint = "THSTensor_gelu")]
    private static partial nint Gelu(nint input);

    [LibraryImport(Library, EntryPoint = "THSTensor_view")]
    private static partial nint View(nint input, [In] long[] shape, int length);

    [LibraryImport(Library, EntryPoint = "THSTensor_transpose")]
    private static partial nint Transpose(nint input, long first, long second);

    [LibraryImport(Library, EntryPoint = "THSTensor_flatten")]
    private static partial nint Flatten(nint input, long first, long last);

    [LibraryImport(Library, EntryPoint = "THSTensor_chunk")]
    private static unsafe partial void Chunk(nint input, delegate* unmanaged[Cdecl]<nuint, nint> allocate, long chunks, long axis);

    [LibraryImport(Library, EntryPoint = "THSTensor_cat")]
    private static partial nint Join(ReadOnlySpan<nint> tensors, int length, long axis);

    [LibraryImport(Library, EntryPoint = "THSTensor_split_with_sizes")]
    private static unsafe partial void Split(nint input, delegate* unmanaged[Cdecl]<nuint, nint> allocate, ReadOnlySpan<long> sizes, int length, long axis);

    [LibraryImport(Library, EntryPoint = "THSNN_scaled_dot_product_attention")]
    private static partial nint ScaledDotProductAttention(nint query, nint key, nint value, nint mask, double dropout, byte isCausal);

    [LibraryImport(Library, EntryPoint = "THSTensor_dispose")]
    private static partial void Dispose(nint tensor);

    [LibraryImport(Library, EntryPoint = "THSTorch_float64_to_scalar")]
    private static partial nint Scalar(double value);

    [LibraryImport(Library, EntryPoint = "THSTorch_dispose_scalar")]
    private static partial void DisposeScalar(nint scalar);

    private readonly ref struct Step(nint handle) : IDisposable
    {
        public nint Handle { get; } = Checked(handle);

        public void Dispose() => NativeOperations.Dispose(Handle);
    }

    private readonly ref struct Number(double value) : IDisposable
    {
        public nint Handle { get; } = Scalar(value);

        public void Dispose() => DisposeScalar(Handle);
    }
}
