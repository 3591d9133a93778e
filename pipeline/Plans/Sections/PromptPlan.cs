using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans.Sections;

/// <summary>What to draw, and the tag by which it is known.</summary>
/// <param name="Kind">The background's tag, such as <c>beach</c>.</param>
/// <param name="Prompt">The prompt.</param>
public sealed record PromptPlan(string Kind, string Prompt)
{
    /// <summary>Size of its pictures; null: a square of the plan's resolution.</summary>
    public PictureSize? Size { get; init; }

    /// <summary>How they are written: prompts by kind.</summary>
    internal static Kind<IReadOnlyList<PromptPlan>> Kinds { get; } = new Mapped<IReadOnlyList<KeyValuePair<string, string>>, IReadOnlyList<PromptPlan>>(
        new TextMap(),
        texts => [.. texts.Select(text => new PromptPlan(text.Key, text.Value))],
        prompts => [.. prompts.Select(prompt => KeyValuePair.Create(prompt.Kind, prompt.Prompt))]);

    /// <summary>The kind as part of a file's name; see <see cref="Engine.Files.FileName.OfTag"/>.</summary>
    public string FileName => Engine.Files.FileName.OfTag(Kind);

    /// <summary>Reports a section that asks for nothing.</summary>
    internal static void Check(MappingReader reader)
    {
        if (reader.IsEmpty("prompts"))
            reader.Problem("prompts", "must name at least one kind of background and its prompt, such as `beach: beach, ocean, sand`.");
    }
}
