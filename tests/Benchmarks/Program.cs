using BenchmarkDotNet.Running;
using Slipway.Benchmarks.Startup;

// dotnet run -c Release --project tests/Benchmarks -- --filter '*'
// dotnet run -c Release --project tests/Benchmarks -- startup [--write]    what the published host compiles while it does nothing
if (args is ["startup", ..])
{
    StartupList.Run(args is [_, "--write"]);
    return;
}

// In this process: libtorch lies beside it, and a project made for the occasion would have to find it anew.
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run([.. args, "--inProcess"]);
