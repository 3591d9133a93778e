using System.Text.Json.Nodes;
using Slipway.Engine.Options;

namespace Slipway.Pipeline.Plans.Sections;

/// <summary>Prompts by kind of background; each is a text, or a mapping of it and the size of its pictures: <c>{ prompt: …, size: 832x1216 }</c>.</summary>
internal sealed record PromptMap : Kind<IReadOnlyList<PromptPlan>>
{
    private const string PromptKey = "prompt";
    private const string SizeKey = "size";

    public override string Expected => "a mapping";

    public override bool TakesNothing => true;

    public override bool TryRead(IWritten written, ICollection<Slip> slips, out IReadOnlyList<PromptPlan> value)
    {
        var prompts = new List<PromptPlan>();
        value = prompts;
        if (written is not IWrittenMap map)
            return Refuse(written, slips);
        foreach (var (kind, item) in map.Pairs)
        {
            if (item is IWrittenText { IsNull: false } text)
                prompts.Add(new PromptPlan(kind, text.Text));
            else if (item is IWrittenMap parts)
                Add(kind, parts, slips, prompts);
            else
                slips.Add(new Slip(item, $"must be a text, or {{ {PromptKey}: a text, {SizeKey}: a size }}, but is {item.Kind}.", kind));
        }

        return true;
    }

    public override string Write(IReadOnlyList<PromptPlan> value) => string.Join('\n', value.Select(prompt => $"{prompt.Kind}: {prompt.Prompt}"));

    public override bool AreEqual(IReadOnlyList<PromptPlan> a, IReadOnlyList<PromptPlan> b) => a.SequenceEqual(b);

    public override JsonObject Schema() => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = new JsonObject
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["type"] = "string" },
                new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject { [PromptKey] = new JsonObject { ["type"] = "string" }, [SizeKey] = PictureSize.One.Schema() },
                    ["required"] = new JsonArray(PromptKey),
                    ["additionalProperties"] = false,
                }),
        },
    };

    private static void Add(string kind, IWrittenMap parts, ICollection<Slip> slips, List<PromptPlan> prompts)
    {
        var (prompt, size) = ((string?)null, (PictureSize?)null);
        var before = slips.Count;
        foreach (var (name, part) in parts.Pairs)
        {
            var place = $"{kind}.{name}";
            if (name == PromptKey && part is IWrittenText { IsNull: false } text)
                prompt = text.Text;
            else if (name == PromptKey)
                slips.Add(new Slip(part, $"must be a text, but is {part.Kind}.", place));
            else if (name != SizeKey)
                slips.Add(new Slip(part, $"is not known here; {NearestName.Hint(name, [PromptKey, SizeKey])}", place));
            else if (part is not IWrittenText { IsNull: true } && PictureSize.One.TryRead(part, [], out var found))
                size = found;
            else
                slips.Add(new Slip(part, $"must be {PictureSize.One.Expected}, but is {part.Kind}.", place));
        }

        if (prompt is not null)
            prompts.Add(new PromptPlan(kind, prompt) { Size = size });
        else if (slips.Count == before)
            slips.Add(new Slip(parts, $"has no `{PromptKey}`.", kind));
    }
}
