using Slipway.Pipeline.Plans.Datasets;

namespace Slipway.Pipeline.Stages;

/// <summary>What pictures and captions are made for, and where they lie.</summary>
/// <param name="Label">Its name beside the stages'; null for the training's.</param>
/// <param name="Folder">Folder of the pictures, below that of all outputs.</param>
internal sealed record PictureSet(string? Label, string Folder)
{
    private const string ForValidation = "validation";

    /// <summary>The backgrounds of what versions learn from.</summary>
    public static PictureSet Backgrounds { get; } = new(null, "backgrounds");

    /// <summary>The backgrounds of what versions are measured on.</summary>
    public static PictureSet ValidationBackgrounds { get; } = new(ForValidation, "validation/backgrounds");

    /// <summary>Whether each gets its prompt as its caption.</summary>
    public bool IsCaptioned { get; private init; }

    /// <summary>What versions are measured on.</summary>
    public static PictureSet Validation { get; } = new(ForValidation, "validation/composites");

    /// <summary>What keeps versions from forgetting the class.</summary>
    /// <param name="dataset">Gives the folder.</param>
    public static PictureSet Regularisation(DatasetPlan dataset) => new(dataset.Key, $"regularisation/{dataset.FolderName}") { IsCaptioned = true };

    /// <summary>What versions learn from.</summary>
    /// <param name="dataset">Gives the folder.</param>
    /// <param name="label">Tells them from another dataset's; null for the plan's first.</param>
    public static PictureSet Of(DatasetPlan dataset, string? label) => new(label, $"dataset/{dataset.FolderName}");
}
