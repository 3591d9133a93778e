using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans.Versions;

/// <summary>What a version says that is no option of its training.</summary>
internal sealed record VersionKeys
{
    /// <summary>Its options.</summary>
    public static OptionTable<VersionKeys> Declared { get; } = new(option =>
    [
        option.Of("dataset", new ListOf<string>(new Text(), "a text or a list of texts") { MayBeOne = true }, o => o.Dataset, (o, v) => o with { Dataset = v }) with
        {
            Says = "What it learns from: names of one or more datasets.",
            IsRequired = true,
        },
        option.TextOrNone(Inheritance.Key, o => o.Inherits, (o, v) => o with { Inherits = v }) with
        {
            Says = "A version whose settings hold where this one says nothing.",
        },
    ]);

    /// <summary>Names of datasets.</summary>
    public IReadOnlyList<string> Dataset { get; init; } = [];

    /// <summary>Name of a version; empty: none.</summary>
    public string Inherits { get; init; } = "";
}
