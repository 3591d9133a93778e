// Placeholders so that the project compiles: whoever writes the real types (Checkpoints/, Text/ClipTokenizer.cs) deletes this file.
#pragma warning disable
using static TorchSharp.torch;
namespace Slipway.Diffusion;
public sealed class ClipTokenizer { public static ClipTokenizer Load(string folder) => throw new NotImplementedException(); public int[] Encode(string text) => throw new NotImplementedException(); public int EosId => 0; public int VocabularySize => 0; }
public sealed class SafetensorsFile : IDisposable { public static SafetensorsFile Open(string path) => throw new NotImplementedException(); public void Dispose() { } }
public static class SafetensorsWriter { public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata) => throw new NotImplementedException(); }
public static class StateDict { public static void Load(nn.Module module, SafetensorsFile file, string what) => throw new NotImplementedException(); }
