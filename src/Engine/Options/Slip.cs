namespace Slipway.Engine.Options;

/// <summary>What is wrong with a written value.</summary>
/// <param name="Written">The value, or the part of it that is wrong; a reader knows where it stands.</param>
/// <param name="What">What is wrong, as the rest of a sentence that begins with the option's name.</param>
/// <param name="Below">The part's name below the option's, where a mapping's value is wrong; else empty.</param>
public sealed record Slip(IWritten Written, string What, string Below = "");
