using static TorchSharp.torch;

namespace Slipway.Training.Data;

/// <summary>A part of the model that a training leaves as it is, and whose results can be kept for the next one.</summary>
public enum ModelPart
{
    /// <summary>The autoencoder.</summary>
    Vae,

    /// <summary>Both text encoders and their tokenizers.</summary>
    TextEncoders,
}

/// <summary>
/// Keeps what parts of the model computed, from one training to the next. Who implements it adds to the key what else
/// the result depends on: the part's weights, and everything about the machine that can change its bits.
/// </summary>
public interface ITensorCache
{
    /// <summary>What was kept, the caller's to dispose; null when nothing was, or it is damaged.</summary>
    /// <param name="part">What computed it.</param>
    /// <param name="key">Hash of what it was computed from.</param>
    IReadOnlyList<Tensor>? Find(ModelPart part, string key);

    /// <summary>Keeps a result for later trainings.</summary>
    /// <param name="part">What computed it.</param>
    /// <param name="key">Hash of what it was computed from.</param>
    /// <param name="tensors">They stay the caller's.</param>
    void Keep(ModelPart part, string key, IReadOnlyList<Tensor> tensors);
}
