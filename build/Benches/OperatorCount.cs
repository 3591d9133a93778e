using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Slipway.Build.Benches;

/// <summary>
/// What libtorch is told to do as long as this lives, counted by the hook that its own profiler uses, on the calling thread: all operators that are dispatched, and
/// the kernels that a card is told to run for them.
/// </summary>
/// <remarks>
/// An operator with a kernel of its own is a launch, whatever operators the processor's version of it calls within: <c>addmm</c> is one, though here it copies the
/// bias first. An operator that changes a shape, takes memory without values, reads a property or is made of others is none, and what it calls is looked at: a <c>to</c>
/// that finds the type it is asked for launches nothing, another one is a <c>copy_</c>. <see cref="SeveralKernels"/> says what is more than one.
/// What cuBLAS and cuDNN make of one product is their affair. Operations on a few numbers that stay on the processor with a card too (timesteps, sizes) are counted as well.
/// </remarks>
internal sealed unsafe class OperatorCount : IDisposable
{
    private const string Node = "autograd::engine::evaluate_function";

    // ATen's code for CUDA in libtorch 2.10: moments, their products with the weights, the map; of a biased convolution the bias; of attention's gradient
    // what each row adds up to, the gradients, and those of the queries rounded.
    private static readonly Dictionary<string, int> SeveralKernels = new(StringComparer.Ordinal)
    {
        ["native_group_norm"] = 3, ["native_group_norm_backward"] = 4, ["convolution"] = 2, ["_scaled_dot_product_flash_attention_for_cpu_backward"] = 3,
    };

    private static readonly HashSet<string> OneKernel = new(
        [
            .. "mm bmm addmm addmm_ baddbmm copy_ cat index_select native_layer_norm native_layer_norm_backward _scaled_dot_product_flash_attention_for_cpu convolution_backward".Split(' '),
            .. "add add_ sub sub_ mul mul_ div div_ neg pow sqrt exp cos sin addcmul addcmul_ addcdiv addcdiv_ fill_ zero_ normal_ uniform_ sum mean linalg_vector_norm".Split(' '),
            .. "silu silu_ silu_backward gelu gelu_backward upsample_nearest2d upsample_nearest2d_backward".Split(' '),
        ],
        StringComparer.Ordinal);

    // Nothing is launched for these themselves.
    private static readonly HashSet<string> None = new(
        [
            .. "t transpose permute view reshape flatten unflatten expand expand_as as_strided narrow slice select split split_with_sizes chunk unbind squeeze unsqueeze alias detach detach_ lift_fresh".Split(' '),
            .. "view_as _unsafe_view _reshape_alias resolve_conj resolve_neg empty empty_like empty_strided resize_ resize_as_ set_ result_type requires_grad_ _nnpack_available".Split(' '),
            .. "to _to_copy contiguous clone linear matmul addbmm_ layer_norm group_norm conv2d scaled_dot_product_attention zeros zeros_like ones ones_like full full_like randn square norm item _local_scalar_dense is_nonzero".Split(' '),
        ],
        StringComparer.Ordinal);

    [ThreadStatic]
    private static OperatorCount? _current;

    private readonly Stack<bool> _isWithinKernel = new([false]);
    private readonly Dictionary<string, int> _launches = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _unknown = new(StringComparer.Ordinal);
    private readonly delegate* unmanaged<nint, nint> _nameOf = (delegate* unmanaged<nint, nint>)Find("_ZNK2at14RecordFunction4nameEv");
    private readonly ulong _handle;

    public OperatorCount()
    {
        _current = this;
        _handle = ((delegate* unmanaged<Callback, ulong>)Find("_ZN2at22addThreadLocalCallbackENS_22RecordFunctionCallbackE"))(new Callback
        {
            Start = &Start,
            End = &End,
            Probability = 1,
            Operators = 1,
        });
    }

    /// <summary>Whether this libtorch has the hook under the names by which it is called here: those of the Itanium ABI.</summary>
    public static bool IsKnown => OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(Library, "_ZN2at22addThreadLocalCallbackENS_22RecordFunctionCallbackE", out _);

    /// <summary>Operators dispatched.</summary>
    public long Dispatched { get; private set; }

    /// <summary>Kernels that a card is told to run.</summary>
    public long Launched => _launches.Values.Sum(count => (long)count);

    /// <summary>The same by operator, without <c>aten::</c>.</summary>
    public IReadOnlyDictionary<string, int> Launches => _launches;

    /// <summary>Operators that no table here has: each is taken for one kernel, which may be wrong.</summary>
    public IReadOnlyCollection<string> Unknown => _unknown;

    private static nint Library => NativeLibrary.Load("torch_cpu", typeof(torch).Assembly, null);

    /// <inheritdoc/>
    public void Dispose()
    {
        ((delegate* unmanaged<ulong, void>)Find("_ZN2at14removeCallbackEm"))(_handle);
        _current = null;
    }

    private static nint Find(string name) => NativeLibrary.GetExport(Library, name);

    // An empty unique_ptr is returned through the first argument.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Start(nint context, nint function)
    {
        *(nint*)context = 0;
        _current?.Begin(Marshal.PtrToStringUTF8(_current._nameOf(function))!);
        return context;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void End(nint function, nint context)
    {
        // What was begun before this lived ends without a place here.
        if (_current is { _isWithinKernel.Count: > 1 } count)
            count._isWithinKernel.Pop();
    }

    private void Begin(string name)
    {
        Dispatched++;
        var isWithin = _isWithinKernel.Peek();
        var kernels = isWithin ? 0 : Kernels(name);
        _isWithinKernel.Push(isWithin || kernels > 0);
        if (kernels > 0)
            CollectionsMarshal.GetValueRefOrAddDefault(_launches, Short(name), out _) += kernels;
    }

    private int Kernels(string name)
    {
        var operation = Short(name);
        if (name.StartsWith(Node, StringComparison.Ordinal) || None.Contains(operation))
            return 0;
        if (SeveralKernels.TryGetValue(operation, out var several))
            return several;
        if (!OneKernel.Contains(operation))
            _unknown.Add(operation);
        return 1;
    }

    private static string Short(string name) => name[(name.LastIndexOf(':') + 1)..];

    /// <summary><c>at::RecordFunctionCallback</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Callback
    {
        public delegate* unmanaged[Cdecl]<nint, nint, nint> Start;
        public delegate* unmanaged[Cdecl]<nint, nint, void> End;
        public double Probability;

        // Scopes, of which there are ten: operators are the first; then whether inputs, outputs and numbers are asked for.
        public byte Operators;
        public fixed byte Others[12];
    }
}
