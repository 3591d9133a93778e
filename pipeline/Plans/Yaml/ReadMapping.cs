namespace Slipway.Pipeline.Plans.Yaml;

/// <summary>A mapping of a plan after it was read.</summary>
/// <param name="Path">Its keys from the top of the plan; empty for the top.</param>
/// <param name="Place">Where it stands.</param>
/// <param name="Known">The keys that were asked for.</param>
/// <param name="Unknown">Its other keys, with their places.</param>
internal sealed record ReadMapping(string Path, Place Place, IReadOnlySet<string> Known, IReadOnlyList<(string Key, Place Place)> Unknown)
{
    /// <summary>A key's path from the top.</summary>
    public string PathOf(string key) => Path.Length == 0 ? key : $"{Path}.{key}";
}
