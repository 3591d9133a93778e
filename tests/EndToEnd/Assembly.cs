// Tests in parallel would only take turns: each of them computes all the time.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
