namespace Slipway.Diffusion.Text;

/// <summary>Part of a prompt that has one weight.</summary>
/// <param name="Text">The text, white space at its ends included; its tokens are its own.</param>
/// <param name="Weight">How much its hidden states count; 1 is plain.</param>
/// <param name="StartsChunk">Whether <c>BREAK</c> stands before it.</param>
public sealed record PromptPiece(string Text, double Weight = 1, bool StartsChunk = false);
