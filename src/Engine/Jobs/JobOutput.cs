namespace Slipway.Engine.Jobs;

/// <summary>Something that a job writes.</summary>
/// <param name="Name">What the job calls it: <c>image</c>, <c>lora</c>. Where it is laid out is the graph's matter, and in no key.</param>
/// <param name="IsFolder">Whether it is a folder, all files of which are taken.</param>
public sealed record JobOutput(string Name, bool IsFolder = false)
{
    /// <summary>Whether an input's name is this output, or a file in this folder: <c>saves/x.safetensors</c>.</summary>
    internal bool Is(string output) => IsFolder ? output.StartsWith(Name + "/", StringComparison.Ordinal) : output == Name;
}
