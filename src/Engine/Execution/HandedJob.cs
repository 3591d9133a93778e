using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Execution;

/// <summary>A job that another process is to do.</summary>
/// <param name="Node">The job in its place in the graph.</param>
/// <param name="Key">Its key, by which the cache has its JSON, and its result when it is done.</param>
/// <param name="IsStored">Whether the store has its result: nothing else says that it is done.</param>
/// <param name="Memory">What it needs of the memory, in bytes; null: not known.</param>
public sealed record HandedJob(JobNode Node, ContentHash Key, Func<bool> IsStored, long? Memory);
