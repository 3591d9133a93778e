// The tests share the machine's cores with libtorch's own threads.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
