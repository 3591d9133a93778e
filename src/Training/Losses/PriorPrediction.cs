using Slipway.Diffusion.Model;
using Slipway.Training.Data;
using Slipway.Training.Networks;
using static TorchSharp.torch;

namespace Slipway.Training.Losses;

/// <summary>
/// What the model predicts without the LoRA that is trained: the target outside the masks (OneTrainer's masked prior
/// preservation). Without gradients.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="network">Is switched off meanwhile.</param>
/// <param name="text">Conditions of captions; encoded anew where the encoders are trained too.</param>
internal sealed class PriorPrediction(SdxlModel model, LoraNetwork network, TextConditioning text)
{
    /// <param name="noisy">[B, 4, h, w].</param>
    /// <param name="batch">Its timesteps and sizes.</param>
    /// <param name="captions">Of the batch.</param>
    /// <returns>[B, 4, h, w].</returns>
    public Tensor Of(Tensor noisy, MicroBatch batch, IReadOnlyList<string> captions)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var strength = network.Multiplier;
        network.Multiplier = 0;
        try
        {
            var conditioning = text.Of(captions);
            return model.UNet.call(noisy, batch.Timesteps, conditioning.Context, conditioning.Pooled, batch.TimeIds).MoveToOuterDisposeScope();
        }
        finally
        {
            network.Multiplier = strength;
        }
    }
}
