using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>Which part of a picture its loss is of.</summary>
public sealed record MaskOptions
{
    /// <summary>Its options.</summary>
    public static OptionTable<MaskOptions> Declared { get; } = new(option =>
    [
        option.Switch("masked_loss", o => o.MaskedLoss, (o, v) => o with { MaskedLoss = v }) with
        {
            Says = "The loss is the mean over what the picture's mask marks, whatever its size.",
            SdScripts = "false",
        },
        option.Number("unmasked_weight", o => o.UnmaskedWeight, (o, v) => o with { UnmaskedWeight = v }, 0, 1) with
        {
            Says = "The least weight, which everything outside the mask has (OneTrainer).",
            Unfit = NeedsMasks,
        },
        option.Number("masked_prior_preservation_weight", o => o.MaskedPriorPreservationWeight, (o, v) => o with { MaskedPriorPreservationWeight = v }, 0) with
        {
            Says = "Weight of a second loss outside the mask, whose target is what the model predicts there without the LoRA (OneTrainer).",
            Unfit = NeedsMasks,
        },
    ]);

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

    private static string? NeedsMasks(MaskOptions options) => options.MaskedLoss ? null : "belongs to `masked_loss: true`.";
}
