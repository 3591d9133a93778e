using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Yaml;
using Slipway.Remote;

namespace Slipway.Pipeline.Plans.Sections;

/// <summary>Which cache a run shares with others. No key depends on it.</summary>
public sealed record CachePlan
{
    /// <summary>The key of the section.</summary>
    internal const string Key = "cache";

    /// <summary>Its options.</summary>
    public static OptionTable<CachePlan> Declared { get; } = new(
        option =>
        [
            option.Path("folder", o => o.Folder, (o, v) => o with { Folder = v }) with
            {
                Says = "A folder for blobs and records that several workspaces share, on one machine or on a network file system; `SLIPWAY_CACHE` comes before it.",
                Otherwise = "`.slipway` beside the plan",
            },
            // What is of the remote cache is not touched where a plan names none.
            option.Of<string?>("remote", new Text { Rule = ("an address that begins with `https://` or `http://`, without name and password", text => RemoteSettings.IsAddress(text)) }!, o => o.Remote, (o, v) => o with { Remote = v }) with
            {
                Says = "A cache on another machine, by Bazel's HTTP protocol: results that are there are not made here. `SLIPWAY_REMOTE_CACHE` comes before it; what opens it stands in the environment or in `.netrc` alone.",
                Otherwise = "none",
            },
            option.Switch("write", o => o.Writes, (o, v) => o with { Writes = v }) with { Says = "Whether results that are made here are given to the remote cache; `SLIPWAY_REMOTE_WRITE` (1 or 0) comes before it." },
        ]);

    /// <summary>The folder that workspaces share, full or relative to the plan's; null for none.</summary>
    public string? Folder { get; init; }

    /// <summary>The address of the remote cache; null for none.</summary>
    public string? Remote { get; init; }

    /// <summary>Whether results are given to it.</summary>
    public bool Writes { get; init; }

    internal static CachePlan Read(MappingReader top)
    {
        if (top.IsUnset(Key))
            return new CachePlan();
        var reader = top.Section(Key);
        var plan = reader.Read(Declared, new CachePlan());
        reader.Finish();
        return plan;
    }
}
