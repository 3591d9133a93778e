using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Slipway.Engine.Execution;

/// <summary>
/// What of a machine's processor and of the environment changes the last bits of sums, found without loading libtorch. Whoever
/// computes sets the number of threads that is found here, so that the key tells the number that is used.
/// </summary>
/// <param name="Cores">Cores that this process may use: those of its affinity mask, as far as its control group has time for them.</param>
/// <param name="Instructions">The widest instructions that libtorch, oneDNN and MKL would take, such as <c>AVX-512</c>.</param>
/// <param name="Vendor">Who made the processor, such as <c>GenuineIntel</c>: MKL takes other paths for each.</param>
/// <param name="Variables">The environment's variables by name; null for one that is not set.</param>
public sealed record ProcessorFacts(int Cores, string Instructions, string Vendor, Func<string, string?> Variables)
{
    private const string Avx2Name = "AVX2";
    private const string OtherName = "other";
    private const int Leaf = 7;
    private const int AmxBit = 24; // AMX-TILE in EDX of leaf 7
    private const int Bfloat16Bit = 5; // AVX512_BF16 in EAX of leaf 7, subleaf 1
    private const int AmdCachesLeaf = unchecked((int)0x8000001D);

    /// <summary>
    /// Variables that choose other instructions, another precision or another way to add than the machine's own: of ATen, oneDNN
    /// (under both of its names), MKL, OpenBLAS, OpenMP, the C library, and NVIDIA's libraries.
    /// </summary>
    private static readonly string[] SwitchNames =
    [
        "ATEN_CPU_CAPABILITY",
        "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA", "ONEDNN_CPU_ISA_HINTS", "DNNL_CPU_ISA_HINTS", "ONEDNN_DEFAULT_FPMATH_MODE", "DNNL_DEFAULT_FPMATH_MODE",
        "MKL_ENABLE_INSTRUCTIONS", "MKL_CBWR", "MKL_DEBUG_CPU_TYPE", "MKL_DOMAIN_NUM_THREADS",
        "OPENBLAS_CORETYPE", "OMP_DYNAMIC", "GLIBC_TUNABLES",
        "NVIDIA_TF32_OVERRIDE", "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "CUBLAS_WORKSPACE_CONFIG",
    ];

    /// <summary>
    /// Whether the processor does not say how large its caches are, as AMD's under a hypervisor that hides that. oneDNN takes them for a byte
    /// each then, cuts its work by that, and gives wrong convolutions of some shapes, forwards and backwards, and wrong products in bf16.
    /// </summary>
    public bool HidesCaches { get; init; }

    /// <summary>The facts of this machine and this process.</summary>
    public static ProcessorFacts Read()
    {
        var vendor = VendorOf();
        return new ProcessorFacts(
            ProcessorCores.Count(Environment.ProcessorCount, ProcessorCores.Allowed(), ProcessorCores.SiblingsOf),
            Widest(HasAmx(), HasBfloat16(), Avx512F.IsSupported, Avx2.IsSupported, AdvSimd.IsSupported),
            vendor,
            Environment.GetEnvironmentVariable)
        {
            HidesCaches = X86Base.IsSupported && AreHidden(vendor, cache => X86Base.CpuId(AmdCachesLeaf, cache)),
        };
    }

    /// <summary>
    /// Threads that a computation uses: the plan's number; where it is 0, what <c>MKL_NUM_THREADS</c> or else <c>OMP_NUM_THREADS</c> asks
    /// for, at most the cores, as libtorch takes them; else the cores. <c>OMP_THREAD_LIMIT</c> is above all of them.
    /// </summary>
    /// <param name="planned">The plan's <c>threads</c>; 0: as many as there are.</param>
    public int Threads(int planned)
    {
        var asked = planned > 0 ? planned : Math.Min(Cores, NumberOf("MKL_NUM_THREADS") ?? NumberOf("OMP_NUM_THREADS") ?? Cores);
        return Math.Min(asked, NumberOf("OMP_THREAD_LIMIT") ?? asked);
    }

    /// <summary>Role and value of everything that can change the bytes of what libtorch computes on the processor.</summary>
    /// <param name="planned">The plan's <c>threads</c>; 0: as many as there are.</param>
    public IReadOnlyList<(string Role, string Value)> Entries(int planned) =>
    [
        ("threads", Threads(planned).ToString(CultureInfo.InvariantCulture)),
        ("processor", Instructions),
        ("processor_vendor", Vendor),
        .. HidesCaches ? [("onednn", "off")] : Array.Empty<(string, string)>(),
        .. Switches,
    ];

    /// <summary>The switches that are set, by the names of their variables.</summary>
    public IEnumerable<(string Role, string Value)> Switches =>
        from name in SwitchNames
        let value = Variables(name)
        where !string.IsNullOrWhiteSpace(value)
        select (name, value.Trim());

    /// <summary>The first number of a variable such as <c>4,2</c>; null where there is none above 0: libtorch does not take it either.</summary>
    private int? NumberOf(string variable) =>
        int.TryParse(Variables(variable)?.Split(',')[0], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : null;

    /// <summary>Whether it is an x86 processor for which oneDNN has no products in bf16 (they take AVX-512, and are fast with its instructions for bf16), or wrong ones.</summary>
    public bool LacksBfloat16 => HidesCaches || Instructions is Avx2Name || (Instructions is OtherName && X86Base.IsSupported);

    /// <summary>Whether nothing is said of the data caches of the first two levels. Others than AMD's are asked in another way, and believed where they say nothing.</summary>
    /// <param name="vendor">Who made the processor.</param>
    /// <param name="cache">What CPUID says of a cache by its number: 0 is the first level's for data, 2 the second level's. EBX and ECX hold its measures, each less 1.</param>
    internal static bool AreHidden(string vendor, Func<int, (int Eax, int Ebx, int Ecx, int Edx)> cache) =>
        vendor == "AuthenticAMD" && ((int[])[0, 2]).Any(number => cache(number) is (_, 0, 0, _));

    /// <summary>The widest of the instructions that a processor has.</summary>
    internal static string Widest(bool amx, bool bfloat16, bool avx512, bool avx2, bool simd) =>
        amx ? "AMX"
        : bfloat16 ? "AVX-512 BF16"
        : avx512 ? "AVX-512"
        : avx2 ? Avx2Name
        : simd ? "Advanced SIMD"
        : OtherName;

    private static bool HasAmx() => Avx512F.IsSupported && (X86Base.CpuId(Leaf, 0).Edx >> AmxBit & 1) == 1;

    private static bool HasBfloat16() => Avx512F.IsSupported && (X86Base.CpuId(Leaf, 1).Eax >> Bfloat16Bit & 1) == 1;

    /// <summary>The twelve letters that an x86 processor answers with; elsewhere the architecture.</summary>
    private static string VendorOf()
    {
        if (!X86Base.IsSupported)
            return RuntimeInformation.ProcessArchitecture.ToString();
        var (_, ebx, ecx, edx) = X86Base.CpuId(0, 0);
        ReadOnlySpan<int> letters = [ebx, edx, ecx];
        return System.Text.Encoding.ASCII.GetString(MemoryMarshal.AsBytes(letters));
    }
}
