using Slipway.Engine.Caching;

namespace Slipway.Pipeline.Runs;

/// <summary>How much of the cache may stay.</summary>
/// <param name="Limit">Bytes that it may have: where it has more, what ever fewer of the last runs need; null: any number.</param>
/// <param name="Age">Runs older than this go, but for the last of each stage; null: however old they are.</param>
/// <param name="IsPreview">Only says what would go.</param>
public sealed record GarbageRequest(long? Limit = null, TimeSpan? Age = null, bool IsPreview = false);

/// <summary>What a collection did.</summary>
/// <param name="Files">Files that went, or would go.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Left">Bytes that are left, or would be.</param>
/// <param name="Holds">What the cache holds afterwards, by kind, the largest first.</param>
public sealed record GarbageReport(int Files, long Bytes, long Left, IReadOnlyList<CachePart> Holds);
