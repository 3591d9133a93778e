namespace Slipway.Training.Tests;

/// <summary>Numbers of the reference implementation, kept beside the tests; each file says what made it.</summary>
internal static class Golden
{
    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "golden", name);

    /// <summary>Largest |actual − expected|, as a share of the largest |expected|.</summary>
    public static double RelativeError(Tensor actual, Tensor expected)
    {
        Assert.Equal(expected.shape, actual.shape);
        return MaxError(actual, expected) / expected.abs().max().to(ScalarType.Float64).item<double>();
    }

    /// <summary>Largest |actual − expected|.</summary>
    public static double MaxError(Tensor actual, Tensor expected)
    {
        Assert.Equal(expected.shape, actual.shape);
        return (actual.to(ScalarType.Float64) - expected.to(ScalarType.Float64)).abs().max().item<double>();
    }
}
