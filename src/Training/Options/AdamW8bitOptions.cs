namespace Slipway.Training.Options;

/// <summary>The constants of AdamW with moments in eight bits.</summary>
/// <param name="AdamW">AdamW's, which are its own too.</param>
internal sealed record AdamW8bitOptions(AdamWOptions AdamW);
