using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Diffusion.Modules;

/// <summary>
/// A row of numbers for each id. TorchSharp's own <c>Embedding</c> draws its values when it is made, at any size.
/// </summary>
internal sealed class TokenEmbedding : Module<Tensor, Tensor>
{
    private Parameter _weight;

    /// <param name="count">Number of ids.</param>
    /// <param name="channels">Length of a row.</param>
    public TokenEmbedding(int count, int channels)
        : base(nameof(TokenEmbedding))
    {
        _weight = Parameter(empty(count, channels, device: META));
        register_parameter("weight", _weight);
    }

    /// <summary>The rows of all ids, [ids, channels].</summary>
    public Parameter Weight
    {
        get => _weight;
        set
        {
            _weight.Dispose();
            _weight = (Parameter)value.DetachFromDisposeScope();
            ConditionallyRegisterParameter("weight", _weight);
        }
    }

    /// <param name="input">Ids [...], int64.</param>
    /// <returns>[..., channels].</returns>
    public override Tensor forward(Tensor input)
    {
        using var flat = input.flatten();
        using var rows = _weight.index_select(0, flat);
        return rows.view([.. input.shape, _weight.shape[1]]);
    }
}
