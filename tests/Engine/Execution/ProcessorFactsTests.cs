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

    [Fact]
    public void This_machine_has_a_core_and_a_vendor()
    {
        var facts = ProcessorFacts.Read();
        Assert.InRange(facts.Cores, 1, Environment.ProcessorCount);
        Assert.NotEqual("", facts.Instructions);
        Assert.NotEqual("", facts.Vendor.Trim());
    }

    [Theory]
    [InlineData(16, 8, "0-15")] // eight cores of two threads
    [InlineData(4, 2, "0-1,8-9")]
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
