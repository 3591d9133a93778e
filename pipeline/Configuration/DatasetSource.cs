namespace Slipway.Pipeline.Configuration;

/// <summary>Where the pictures of a dataset come from.</summary>
public enum DatasetSource
{
    /// <summary>The sprite itself, on one colour.</summary>
    Sprite,

    /// <summary>The sprite on the backgrounds.</summary>
    Composites,

    /// <summary>A folder of the user's, with captions beside the pictures.</summary>
    Folder,
}
