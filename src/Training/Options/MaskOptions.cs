namespace Slipway.Training.Options;

/// <summary>Which part of a picture its loss is of.</summary>
public sealed record MaskOptions
{
    /// <summary><c>masked_loss</c>: the loss is the mean over what the picture's mask marks, whatever its size (sd-scripts divides by the whole area).</summary>
    public bool MaskedLoss { get; init; }

    /// <summary><c>unmasked_weight</c> (OneTrainer): the least weight, which everything outside the mask has; 0 to 1.</summary>
    public double UnmaskedWeight { get; init; }

    /// <summary>
    /// <c>masked_prior_preservation_weight</c> (OneTrainer): weight of a second loss, a mean over what lies outside the mask, whose
    /// target is what the model predicts there without the LoRA; 0: none.
    /// </summary>
    public double MaskedPriorPreservationWeight { get; init; }

    /// <summary>Whether the model has to predict without the LoRA too.</summary>
    internal bool NeedsPrior => MaskedLoss && MaskedPriorPreservationWeight > 0;

    internal IEnumerable<string> Problems()
    {
        if (UnmaskedWeight is not (>= 0 and <= 1)) yield return $"unmasked_weight: {UnmaskedWeight}; use 0 to 1.";
        if (!(MaskedPriorPreservationWeight >= 0)) yield return $"masked_prior_preservation_weight: {MaskedPriorPreservationWeight}; use 0 or more.";
        if (!MaskedLoss && (UnmaskedWeight != 0 || MaskedPriorPreservationWeight != 0)) yield return "unmasked_weight, masked_prior_preservation_weight: belong to masked_loss, which is off.";
    }
}
