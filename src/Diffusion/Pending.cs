// Placeholders so that the project compiles: whoever writes the real types (Checkpoints/, Text/ClipTokenizer.cs) deletes this file.
#pragma warning disable
using static TorchSharp.torch;
namespace Slipway.Diffusion;
public sealed class ClipTokenizer { public static ClipTokenizer Load(string folder) => throw new NotImplementedException(); public int[] Encode(string text) => throw new NotImplementedException(); public int EosId => 0; public int VocabularySize => 0; }
