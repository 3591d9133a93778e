using Slipway.Diffusion.Files;
using Slipway.Training.Networks.Adapters;
using Slipway.Training.Optimizers;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Optimizers;

/// <summary>
/// golden/optimizers/steps: twelve steps of each reference implementation in float32 (PyTorch 1.13's SGD, lion-pytorch, prodigyopt,
/// schedule_free; Adafactor after Hugging Face's code), with the same start, gradients and rates; the file says which versions.
/// Four parameters of a matrix, a zero matrix, a 3×3 kernel and a vector, two in each of two groups.
/// </summary>
internal sealed class ReferenceSteps : IDisposable
{
    private static readonly long[][] Shapes = [[3, 5], [4, 3], [2, 3, 3, 3], [6]];
    private readonly SafetensorsFile _file = SafetensorsFile.Open(Golden.Path(Path.Combine("optimizers", "steps.safetensors")));
    private readonly DisposeScope _scope = NewDisposeScope();

    public ReferenceSteps()
    {
        var start = _file.Read("init").split([.. Shapes.Select(shape => shape.Aggregate(1L, (a, b) => a * b))]);
        var parameters = start.Zip(Shapes, (values, shape) => new AdapterParameter("p", values.view(shape))).ToArray();
        Parameters = new FlatParameters([new ParameterGroup(LoraGroup.TextEncoder, 1, parameters[..2]), new ParameterGroup(LoraGroup.UNet, 1, parameters[2..])]);
        Gradients = _file.Read("gradients");
        Rates = _file.Read("rates").data<double>().ToArray();
    }

    public FlatParameters Parameters { get; }

    public Tensor Gradients { get; }

    /// <summary>Factors of the rates, from 0 up to 1 and down again.</summary>
    public IReadOnlyList<double> Rates { get; }

    public Tensor Expected(string name) => _file.Read(name);

    public void Dispose()
    {
        Parameters.Dispose();
        _scope.Dispose();
        _file.Dispose();
    }

    /// <summary>Takes all steps and compares the values after each.</summary>
    /// <param name="optimizer">Of <see cref="Parameters"/>.</param>
    /// <param name="name">Of the reference's run.</param>
    /// <param name="rates">Both groups' rates at a step.</param>
    /// <param name="after">Called after each step.</param>
    public void Require(IOptimizer optimizer, string name, Func<double, double[]> rates, Action<int>? after = null)
    {
        var expected = Expected(name);
        for (var step = 0; step < Rates.Count; step++)
        {
            Parameters.Gradients.copy_(Gradients[step]);
            optimizer.Step(rates(Rates[step]));
            Assert.InRange(Golden.RelativeError(Parameters.Values, expected[step]), 0, 5e-7);
            after?.Invoke(step);
        }
        Assert.InRange(Golden.RelativeError(expected[^1], expected[0]), 1e-5, 10);
    }
}
