namespace Slipway.Tagging.Captions;

/// <summary>Where a caption says how fit for whom the picture is.</summary>
public enum RatingPlace
{
    /// <summary>The rating stands nowhere.</summary>
    None,

    /// <summary>Before all other tags (<c>use_rating_tags</c>).</summary>
    First,

    /// <summary>Behind all other tags (<c>use_rating_tags_as_last_tag</c>).</summary>
    Last,
}
