namespace Slipway.Engine.Caching;

/// <summary>
/// All items of a stage in one record, under a key made of all their fingerprints: when everything is cached, one small
/// file is read instead of one for each item.
/// </summary>
/// <param name="Stage">Label of the stage.</param>
/// <param name="Items">The items in the stage's order.</param>
public sealed record StageManifest(string Stage, IReadOnlyList<StageManifest.Item> Items)
{
    /// <summary>An item, the key of its action, and the files that it gave.</summary>
    public sealed record Item(string Label, ContentHash Key, IReadOnlyList<ActionOutput> Outputs);
}
