using System.Runtime.InteropServices;

namespace Slipway.Engine.Caching;

/// <summary>The address of some bytes: their SHA-256 and their number.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Blob(ContentHash Hash, long Size);
