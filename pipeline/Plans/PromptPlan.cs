using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans;

/// <summary>What to draw, and the tag by which it is known.</summary>
/// <param name="Kind">The background's tag, such as <c>beach</c>.</param>
/// <param name="Prompt">The prompt.</param>
public sealed record PromptPlan(string Kind, string Prompt)
{
    /// <summary>The kind as part of a file's name; see <see cref="Engine.Files.FileName.OfTag"/>.</summary>
    public string FileName => Engine.Files.FileName.OfTag(Kind);

    internal static IReadOnlyList<PromptPlan> ReadAll(MappingReader reader)
    {
        PromptPlan[] prompts = [.. reader.TextMap("prompts").Select(entry => new PromptPlan(entry.Key, entry.Value))];
        if (reader.IsEmpty("prompts"))
            reader.Problem("prompts", "must name at least one kind of background and its prompt, such as `beach: beach, ocean, sand`.");
        return prompts;
    }
}
