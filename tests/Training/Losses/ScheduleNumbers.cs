using Slipway.Diffusion.Files;
using Slipway.Diffusion.Noise;

namespace Slipway.Training.Tests.Losses;

/// <summary>
/// golden/sched.safetensors: <c>train.*</c>, <c>op.*</c> and <c>loss.*</c> as sd-scripts 48d368fa computes them in float32,
/// with the random numbers that went in.
/// </summary>
public abstract class ScheduleNumbers : IDisposable
{
    /// <summary>Of float32: the operations are the same, in the same order.</summary>
    protected const double Tolerance = 1e-6;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly SafetensorsFile _numbers = SafetensorsFile.Open(Golden.Path("sched.safetensors"));

    protected static NoiseSchedule Schedule { get; } = new(new NoiseConfiguration());

    public void Dispose()
    {
        _numbers.Dispose();
        _scope.Dispose();
        GC.SuppressFinalize(this);
    }

    protected Tensor Read(string name) => _numbers.Read(name);
}
