using System.Runtime.Intrinsics.X86;
using Slipway.Engine.Execution;

namespace Slipway.Engine.Tests.Execution;

public sealed class ProcessorFactsTests
{
    [Theory]
    [InlineData(0, 8)]
    [InlineData(3, 3)]
    [InlineData(16, 16)] // the plan's word is taken
    [InlineData(0, 5, "OMP_NUM_THREADS=5")]
    [InlineData(0, 4, "OMP_NUM_THREADS=4,2")] // of nested teams the outer one
    [InlineData(0, 5, "OMP_NUM_THREADS= 5 ")]
    [InlineData(0, 3, "OMP_NUM_THREADS=5", "MKL_NUM_THREADS=3")]
    [InlineData(0, 8, "OMP_NUM_THREADS=12")] // MKL takes no more than there are
    [InlineData(2, 2, "OMP_NUM_THREADS=5")]
    [InlineData(0, 8, "OMP_NUM_THREADS=all")]
    [InlineData(0, 8, "OMP_NUM_THREADS=0", "MKL_NUM_THREADS=-1")]
    [InlineData(0, 8, "OMP_NUM_THREADS=", "MKL_NUM_THREADS=")]
    [InlineData(0, 2, "OMP_THREAD_LIMIT=2")]
    [InlineData(4, 2, "OMP_THREAD_LIMIT=2")]
    public void Threads_are_those_that_the_plan_or_the_environment_asks_for(int planned, int threads, params string[] variables)
        => Assert.Equal(threads, Facts(8, variables).Threads(planned));

    [Fact]
    public void Everything_that_changes_sums_is_an_entry()
    {
        Assert.Equal(
            [("threads", "8"), ("processor", "AVX2"), ("processor_vendor", "AuthenticAMD")],
            Facts(8).Entries(0));
        Assert.Equal(
            [("threads", "1"), ("processor", "AVX2"), ("processor_vendor", "AuthenticAMD"), ("ATEN_CPU_CAPABILITY", "default"), ("DNNL_MAX_CPU_ISA", "AVX2"), ("MKL_CBWR", "COMPATIBLE")],
            Facts(8, "MKL_CBWR= COMPATIBLE", "DNNL_MAX_CPU_ISA=AVX2", "ATEN_CPU_CAPABILITY=default", "MKL_DEBUG_CPU_TYPE=", "HOME=/root").Entries(1));
    }

    [Theory]
    [InlineData("ATEN_CPU_CAPABILITY")]
    [InlineData("ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA", "ONEDNN_CPU_ISA_HINTS", "DNNL_CPU_ISA_HINTS", "ONEDNN_DEFAULT_FPMATH_MODE", "DNNL_DEFAULT_FPMATH_MODE")]
    [InlineData("MKL_ENABLE_INSTRUCTIONS", "MKL_CBWR", "MKL_DEBUG_CPU_TYPE", "MKL_DOMAIN_NUM_THREADS")]
    [InlineData("OPENBLAS_CORETYPE", "OMP_DYNAMIC", "GLIBC_TUNABLES")]
    [InlineData("NVIDIA_TF32_OVERRIDE", "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "CUBLAS_WORKSPACE_CONFIG")]
    public void Every_switch_of_a_library_is_an_entry_of_its_name(params string[] variables) =>
        Assert.All(variables, variable => Assert.Equal([(variable, "1")], Facts(1, $"{variable}=1").Switches));

    [Theory]
    [InlineData("AMX", true, true, true, true, false)]
    [InlineData("AVX-512 BF16", false, true, true, true, false)]
    [InlineData("AVX-512", false, false, true, true, false)]
    [InlineData("AVX2", false, false, false, true, false)]
    [InlineData("Advanced SIMD", false, false, false, false, true)]
    [InlineData("other", false, false, false, false, false)]
    public void The_widest_instructions_count(string expected, bool amx, bool bfloat16, bool avx512, bool avx2, bool simd) =>
        Assert.Equal(expected, ProcessorFacts.Widest(amx, bfloat16, avx512, avx2, simd));

    [Fact]
    public void Products_in_bf16_are_lacking_where_a_processor_of_x86_has_no_AVX512()
    {
        static ProcessorFacts With(string instructions) => new(8, instructions, "GenuineIntel", _ => null);

        Assert.True(With("AVX2").LacksBfloat16);
        Assert.Equal(X86Base.IsSupported, With("other").LacksBfloat16);
        Assert.All((string[])["AVX-512", "AVX-512 BF16", "AMX", "Advanced SIMD"], instructions => Assert.False(With(instructions).LacksBfloat16));
    }

    [Theory]
    [InlineData(true, "AuthenticAMD", 0, 0, 0, 0)] // a hypervisor that hides them
    [InlineData(true, "AuthenticAMD", 0x02C0003F, 63, 0, 0)]
    [InlineData(true, "AuthenticAMD", 0, 0, 0x03C0003F, 1023)]
    [InlineData(false, "AuthenticAMD", 0x02C0003F, 63, 0x03C0003F, 1023)] // 48 KiB and 1 MiB of a Zen 5
    [InlineData(false, "GenuineIntel", 0, 0, 0, 0)]
    public void Caches_are_hidden_where_an_AMD_processor_does_not_say_how_large_they_are(bool expected, string vendor, int firstLines, int firstSets, int secondLines, int secondSets) =>
        Assert.Equal(expected, ProcessorFacts.AreHidden(vendor, cache => cache == 0 ? (0x121, firstLines, firstSets, 0) : (0x143, secondLines, secondSets, 0)));

    [Fact]
    public void Without_oneDNN_other_sums_are_made_and_none_in_bf16()
    {
        var facts = new ProcessorFacts(8, "AVX-512 BF16", "AuthenticAMD", _ => null) { HidesCaches = true };

        Assert.Equal([("threads", "8"), ("processor", "AVX-512 BF16"), ("processor_vendor", "AuthenticAMD"), ("onednn", "off")], facts.Entries(0));
        Assert.True(facts.LacksBfloat16);
    }

    [Fact]
    public void This_machine_has_a_core_and_a_vendor()
    {
        var facts = ProcessorFacts.Read();
        Assert.InRange(facts.Cores, 1, Environment.ProcessorCount);
        Assert.Contains(facts.Instructions, new[] { "AMX", "AVX-512 BF16", "AVX-512", "AVX2", "Advanced SIMD", "other" });
        Assert.NotEqual("", facts.Vendor.Trim());
    }

    [Fact]
    public void The_vendor_is_the_one_that_the_system_names()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && X86Base.IsSupported, "Only Linux names it, and only of x86.");

        Assert.Contains($"vendor_id\t: {ProcessorFacts.Read().Vendor}", File.ReadLines("/proc/cpuinfo"));
    }

    [Fact]
    public void AMX_that_the_system_lists_is_found()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Avx512F.IsSupported, "Only Linux lists instructions, and AMX counts beside AVX-512 only.");
        Assert.SkipUnless(File.ReadLines("/proc/cpuinfo").First(line => line.StartsWith("flags", StringComparison.Ordinal)).Split(' ').Contains("amx_tile"), "This processor has none.");

        Assert.Equal("AMX", ProcessorFacts.Read().Instructions);
    }

    [Fact]
    public void A_core_has_the_processors_that_the_system_names()
    {
        Assert.SkipUnless(File.Exists("/sys/devices/system/cpu/cpu0/topology/thread_siblings_list"), "The system does not tell.");

        Assert.Contains(0, ProcessorCores.Numbers(ProcessorCores.SiblingsOf(0) ?? "none told"));
    }

    [Fact]
    public void This_process_may_use_some_processors_and_the_system_knows_their_cores()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells.");
        var allowed = ProcessorCores.Allowed();

        Assert.NotEmpty(allowed);
        Assert.Null(ProcessorCores.SiblingsOf(100_000));
        Assert.All(allowed, processor => Assert.Contains(processor, ProcessorCores.Numbers(ProcessorCores.SiblingsOf(processor) ?? $"{processor}")));
    }

    [Theory]
    [InlineData(16, 8, "0-15")] // eight cores of two threads
    [InlineData(4, 2, "0-1,8-9")]
    [InlineData(4, 2, "\t0-1, 8-9,")]
    [InlineData(4, 4, "0-3")]
    [InlineData(2, 2, "0-15")] // a control group has time for two
    [InlineData(6, 6, "")] // where nothing is known
    [InlineData(6, 6, "all")]
    public void Two_threads_of_a_core_count_once(int processors, int cores, string allowed)
        => Assert.Equal(cores, ProcessorCores.Count(processors, ProcessorCores.Numbers(allowed), processor => $"{processor % 8},{(processor % 8) + 8}"));

    [Fact]
    public void Where_no_siblings_are_known_each_processor_is_a_core()
        => Assert.Equal(3, ProcessorCores.Count(4, [0, 1, 7], _ => null));

    private static ProcessorFacts Facts(int cores, params string[] variables)
    {
        var set = variables.Select(variable => variable.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return new ProcessorFacts(cores, "AVX2", "AuthenticAMD", name => set.GetValueOrDefault(name));
    }
}
