using System.Runtime.InteropServices;

namespace Slipway.Engine.Caching;

/// <summary>A file in the workspace, and the content that was laid out there.</summary>
/// <param name="Path">Relative to the workspace, with <c>/</c>.</param>
/// <param name="Hash">The content.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LaidOutFile(string Path, ContentHash Hash);
