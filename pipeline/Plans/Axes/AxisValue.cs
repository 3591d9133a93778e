using System.Text.Json.Nodes;
using Slipway.Engine.Options;

namespace Slipway.Pipeline.Plans.Axes;

/// <summary>
/// How an axis is written: <c>seed: 1-4</c> as a mapping with one key, whose entries are a list or one text, or all of it as one text,
/// <c>"seed: 1-4"</c> or <c>seed=1-4</c>.
/// </summary>
internal sealed record AxisValue : Kind<GridAxis?>
{
    /// <inheritdoc/>
    public override string Expected => "an axis and its entries, such as `{ seed: 1-4 }` or `{ strength: 0.2-1.0 (+0.2) }`";

    /// <inheritdoc/>
    public override bool IsText => true;

    /// <inheritdoc/>
    public override bool TryRead(IWritten written, ICollection<Slip> slips, out GridAxis? value)
    {
        value = null;
        if (written is IWrittenText { IsNull: false } text)
        {
            var end = text.Text.AsSpan().IndexOfAny(':', '=');
            return end > 0 ? Read(written, text.Text[..end], new WrittenText(text.Text[(end + 1)..].Trim(), IsPlain: false), slips, out value) : Refuse(written, slips);
        }

        if (written is not IWrittenMap map || map.Pairs.ToList() is not [var pair])
            return Refuse(written, slips);
        return Read(pair.Value, pair.Key, pair.Value, slips, out value);
    }

    /// <inheritdoc/>
    public override string Write(GridAxis? value) => value?.ToString() ?? "";

    /// <inheritdoc/>
    public override JsonObject Schema()
    {
        var entries = new JsonObject { ["type"] = new JsonArray("string", "number", "array") };
        return new JsonObject
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["type"] = "string" },
                new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject(AxisKinds.Names.Select(name => KeyValuePair.Create(name, (JsonNode?)entries.DeepClone()))),
                    ["additionalProperties"] = false,
                    ["minProperties"] = 1,
                    ["maxProperties"] = 1,
                }),
        };
    }

    private static bool Read(IWritten place, string name, IWritten entries, ICollection<Slip> slips, out GridAxis? value)
    {
        value = null;
        if (AxisKinds.Find(name) is not { } kind)
        {
            slips.Add(new Slip(place, $"has `{name.Trim()}`, which is no kind of axis; {NearestName.Hint(name.Trim(), AxisKinds.Names)}"));
            return false;
        }

        string? wrong;
        GridAxis axis;
        switch (entries)
        {
            case IWrittenText { IsNull: false } text:
                wrong = GridAxis.Read(kind, text.Text, out axis);
                break;
            case IWrittenList list when list.Items.All(item => item is IWrittenText { IsNull: false }):
                wrong = GridAxis.Read(kind, [.. list.Items.Cast<IWrittenText>().Select(item => item.Text)], out axis);
                break;
            default:
                (wrong, axis) = (entries is IWrittenText ? "is empty" : $"must be entries, as a list or as one text with commas, but is {entries.Kind}", new GridAxis(kind, []));
                break;
        }

        if (wrong is not null)
            slips.Add(new Slip(entries is WrittenText ? place : entries, wrong.EndsWith('.') || wrong.EndsWith('?') ? wrong : $"{wrong}.", kind.Name()));
        value = wrong is null ? axis : null;
        return wrong is null;
    }
}
