using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Training.Optimizers;

/// <summary>The common L2 norm of all gradients, which <c>max_grad_norm</c> limits.</summary>
public static class GradientNorm
{
    private const long Part = 1024;

    /// <summary>
    /// Scales all gradients so that their common norm is at most <paramref name="maxNorm"/> (0: as they are).
    /// </summary>
    /// <returns>The norm before.</returns>
    public static double Clip(FlatParameters parameters, double maxNorm)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using var norm = Of(parameters);
        var value = (double)norm.item<float>();
        Clip(parameters, value, maxNorm);
        return value;
    }

    /// <summary>The norm as a number in float32 on the gradients' device: reading it waits for all that is under way there.</summary>
    internal static Tensor Of(FlatParameters parameters)
    {
        using var inference = no_grad();
        return NormOf(parameters.Gradients);
    }

    /// <summary>The same, of a norm that is known.</summary>
    internal static void Clip(FlatParameters parameters, double norm, double maxNorm)
    {
        using var inference = no_grad();
        if (maxNorm > 0 && maxNorm / (norm + 1e-6) is < 1 and var factor)
        {
            using Scalar scale = factor;
            parameters.Gradients.mul_(scale);
        }
    }

    // Norms of norms: one sum over millions of squares in float32 loses digits, and whole per cents at SDXL's size.
    private static Tensor NormOf(Tensor values)
    {
        if (values.numel() <= Part)
            return values.norm();
        using var scope = NewDisposeScope();
        var whole = values.numel() / Part * Part;
        var norms = values.narrow(0, 0, whole).view(-1, Part).norm(1);
        var rest = values.narrow(0, whole, values.numel() - whole).norm().view(1);
        return NormOf(cat([norms, rest])).MoveToOuterDisposeScope();
    }
}
