using Slipway.Engine.Caching;

namespace Slipway.Pipeline;

/// <summary>One result of a stage: what it depends on, and which files it gives.</summary>
/// <param name="Label">Its name within the stage, such as <c>003</c>; not part of the key.</param>
/// <param name="Entries">Everything that can change the bytes, except the stage's name and code version.</param>
/// <param name="Outputs">
/// Paths below the stage's output folder, with <c>/</c>. One that ends in <c>/</c> is a folder: all files in it are taken.
/// The names are not part of the key; where a name gets into the bytes, add it as a parameter.
/// </param>
public sealed record StageItem(string Label, IReadOnlyList<FingerprintEntry> Entries, IReadOnlyList<string> Outputs);
