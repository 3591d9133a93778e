namespace Slipway.Training.Options;

/// <summary>How a training folder is read; the names are sd-scripts' options.</summary>
public sealed record TrainingFolderOptions
{
    /// <summary>The caption of all pictures, whatever lies beside them; null: from files.</summary>
    public string? Caption { get; init; }

    /// <summary><c>class_tokens</c>: the caption of pictures that have none; null: that is an error.</summary>
    public string? ClassTokens { get; init; }

    /// <summary><c>caption_extension</c>, with its dot; null: <c>.txt</c> or <c>.caption</c>.</summary>
    public string? CaptionExtension { get; init; }

    /// <summary>Pictures without caption have the class tokens of their subfolder's name, or an empty caption.</summary>
    public bool AllowMissingCaptions { get; init; }

    /// <summary><c>conditioning_data_dir</c>: where the masks are, under the pictures' names; null: there are none.</summary>
    public string? MaskFolder { get; init; }
}
