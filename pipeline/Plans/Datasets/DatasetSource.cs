namespace Slipway.Pipeline.Plans.Datasets;

/// <summary>Where the pictures of a dataset come from.</summary>
public enum DatasetSource
{
    /// <summary>The sprite itself, on one colour.</summary>
    Sprite,

    /// <summary>The sprite on the backgrounds.</summary>
    Composites,

    /// <summary>Pictures of the class that the base model draws, to keep it from forgetting the class.</summary>
    Regularisation,

    /// <summary>A folder of the user's, with captions beside the pictures.</summary>
    Folder,
}
