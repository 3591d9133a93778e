using Slipway.Diffusion.Model;

namespace Slipway.Training.Tests;

/// <summary>One small model for all tests of a class that leave it as it was.</summary>
public sealed class TinyModelFixture : IDisposable
{
    public SdxlModel Model { get; } = TinyModel.Create();

    public void Dispose() => Model.Dispose();
}
