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
    /// <param name="batch">The batch; its timesteps and sizes are used.</param>
    /// <param name="captions">The captions of the batch's pictures.</param>
    /// <returns>[B, 4, h, w].</returns>
    public Tensor Predict(Tensor noisy, MicroBatch batch, IReadOnlyList<string> captions)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var strength = network.Multiplier;
        network.Multiplier = 0;
        try
        {
            var conditioning = text.For(captions);
            return model.UNet.call(noisy, batch.Timesteps, conditioning.Context, conditioning.Pooled, batch.TimeIds).MoveToOuterDisposeScope();
        }
        finally
        {
            network.Multiplier = strength;
        }
    }
}
