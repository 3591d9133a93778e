using Slipway.Engine.Caching;

namespace Slipway.Engine.Execution;

/// <summary>A file that lies in its place.</summary>
/// <param name="Slot">Index of the declared output to which it belongs.</param>
/// <param name="RelativePath">Path relative to the workspace.</param>
/// <param name="Path">Full path.</param>
/// <param name="Hash">Hash of the content.</param>
public sealed record OutputFile(int Slot, string RelativePath, string Path, ContentHash Hash);
