using Slipway.Engine.Caching;
using Slipway.Engine.Options;
using Slipway.Hub;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans.Sections;

/// <summary>
/// A file, or several of one folder, on the Hugging Face Hub. Where the plan wants a path it can say <c>hub:NAME</c>: the file, or the folder that the files
/// lie in. <c>--target=Fetch</c> brings them into the hub's cache; nothing else asks the network.
/// </summary>
public sealed record HubPlan
{
    /// <summary>The key of the section, and what a reference to one of its entries begins with, before a colon.</summary>
    internal const string Key = "hub";

    private const string Prefix = "hub:";

    private static Kind<string> Relative { get; } = new Text { Rule = ("the path of a file in the repository", HubFile.IsPath) };

    /// <summary>Its options.</summary>
    public static OptionTable<HubPlan> Declared { get; } = new(
        option =>
        [
            option.Of("repository", new Text { Rule = ("a repository such as `stabilityai/stable-diffusion-xl-base-1.0`", HubFile.IsRepository) }, o => o.Repository, (o, v) => o with { Repository = v }) with
            {
                Says = "Owner and name.",
                IsRequired = true,
            },
            option.Of("revision", new Text { Rule = ("a commit, a branch or a tag", HubFile.IsRevision) }, o => o.Revision, (o, v) => o with { Revision = v }) with
            {
                Says = "A commit, which stands for the same bytes for ever; or a branch or tag, whose commit the lock file keeps from the first `Fetch` on.",
            },
            option.Of<string?>("file", Relative!, o => o.File, (o, v) => o with { File = v }) with { Says = "The file in the repository." },
            option.Of("files", new ListOf<string>(Relative, "a list of files in the repository"), o => o.Files, (o, v) => o with { Files = v }) with
            {
                Says = "Instead of `file`: several, such as those of a model in diffusers' layout; the reference stands for the folder that they lie in.",
            },
            option.Whole("size", o => o.Size, (o, v) => o with { Size = v }, 0, long.MaxValue) with { Says = "The file's bytes.", Otherwise = "as it comes at the first `Fetch`, by the lock file" },
            option.Of<string?>("sha256", new Text { Rule = ("64 hexadecimal digits", IsHash), Spelling = text => text.ToLowerInvariant() }!, o => o.Sha256, (o, v) => o with { Sha256 = v }) with
            {
                Says = "SHA-256 of the file's bytes: it is not used with others, and is found by it where it lies under another name.",
                Otherwise = "as it comes at the first `Fetch`, by the lock file",
            },
        ],
        Rules);

    /// <summary>Its name, by which the plan refers to it.</summary>
    public string Name { get; init; } = "";

    /// <summary>Owner and name.</summary>
    public string Repository { get; init; } = "";

    /// <summary>A commit, a branch or a tag.</summary>
    public string Revision { get; init; } = "main";

    /// <summary>The file; null where there are several.</summary>
    public string? File { get; init; }

    /// <summary>Several files.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>The file's bytes; null: not said.</summary>
    public long? Size { get; init; }

    /// <summary>SHA-256 of the file's bytes, 64 hexadecimal digits; null: not said.</summary>
    public string? Sha256 { get; init; }

    /// <summary>All of them, with what the plan says of their bytes.</summary>
    internal IReadOnlyList<WantedFile> Wanted => File is null
        ? [.. Files.Select(file => new WantedFile(new HubFile(Repository, Revision, file)))]
        : [new WantedFile(new HubFile(Repository, Revision, File), ContentHash.TryParse(Sha256, out var hash) ? hash : null, Size)];

    /// <summary>The name of the entry that a value refers to; null where it is a path.</summary>
    internal static string? NameIn(string? value) => value?.StartsWith(Prefix, StringComparison.Ordinal) == true ? value[Prefix.Length..] : null;

    internal static HubPlan Read(string name, MappingReader reader)
    {
        var plan = reader.Read(Declared, new HubPlan { Name = name });
        reader.Finish();
        return plan;
    }

    private static bool IsHash(string text) => ContentHash.TryParse(text, out _);

    private static IEnumerable<OptionProblem> Rules(HubPlan plan)
    {
        if (plan.File is null && plan.Files.Count == 0)
            yield return new("file", "is missing; give the path of a file in the repository, or several as `files`.", IsLack: true);
        if (plan.File is not null && plan.Files.Count > 0)
            yield return new("files", "is given beside `file`; give one of them.");
        if (plan.File is null && plan.Sha256 is not null)
            yield return new("sha256", "is that of one `file`; several are written down in the lock file.");
        if (plan.File is null && plan.Size is not null)
            yield return new("size", "is that of one `file`; several are written down in the lock file.");
    }
}
