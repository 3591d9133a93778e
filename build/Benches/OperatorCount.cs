using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Slipway.Build.Benches;

/// <summary>
/// What libtorch is told to do as long as this lives, counted by the hook that its own profiler uses, on the calling thread: all operators that are dispatched, and
/// of those the ones that compute, which on a card are launches. Views, and memory without values, are none; of operators that consist of others, the others are counted.
/// </summary>
internal sealed unsafe class OperatorCount : IDisposable
{
    // Changes of shape, and memory: nothing is launched for them.
    private static readonly HashSet<string> Free =
    [
        .. "t transpose permute view reshape flatten unflatten expand expand_as as_strided narrow slice select split split_with_sizes chunk unbind squeeze unsqueeze alias detach detach_ lift_fresh".Split(' '),
        .. "empty empty_like empty_strided resize_ set_ result_type requires_grad_ is_nonzero item _local_scalar_dense view_as _unsafe_view _reshape_alias resolve_conj resolve_neg".Split(' '),
    ];

    [ThreadStatic]
    private static OperatorCount? _current;

    private readonly Stack<long> _launchesBefore = new();
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

    /// <summary>Of those, the ones that compute.</summary>
    public long Launched { get; private set; }

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
        if (_current is { } count)
        {
            count.Dispatched++;
            count._launchesBefore.Push(count.Launched);
        }

        return context;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void End(nint function, nint context)
    {
        if (_current is not { } count || !count._launchesBefore.TryPop(out var before) || count.Launched > before)
            return;
        var name = Marshal.PtrToStringUTF8(count._nameOf(function))!;
        name = name[(name.LastIndexOf(':') + 1)..].TrimStart();
        if (Free.Contains(name) || IsNode(name))
            return;
        count.Launched++;
    }

    // A node of the graph that told nobody anything.
    private static bool IsNode(string name) => name.Contains("Backward", StringComparison.Ordinal) || name == "AccumulateGrad";

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
