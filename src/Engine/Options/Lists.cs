using System.Text.Json.Nodes;

namespace Slipway.Engine.Options;

/// <summary>A list of values of another kind.</summary>
/// <param name="Of">The values' kind.</param>
/// <param name="Words">What the list is, in words: <c>a list of texts</c>.</param>
public sealed record ListOf<TItem>(Kind<TItem> Of, string Words) : Kind<IReadOnlyList<TItem>>
{
    /// <summary>Whether one value alone is a list of one, and numbers with commas between in one text are a list.</summary>
    public bool MayBeOne { get; init; }

    /// <inheritdoc/>
    public override string Expected => Words;

    /// <inheritdoc/>
    public override bool TakesNothing => true;

    /// <inheritdoc/>
    public override bool TryRead(IWritten written, ICollection<Slip> slips, out IReadOnlyList<TItem> value)
    {
        var items = new List<TItem>();
        value = items;
        if (MayBeOne && written is not IWrittenList)
        {
            return written is IWrittenText { IsNull: false } text && !Of.IsText
                ? Parts(text).All(part => Add(part, written, slips, items))
                : Add(written, written, slips, items);
        }

        if (written is not IWrittenList list)
            return Refuse(written, slips);
        foreach (var item in list.Items)
        {
            if (item is not IWrittenText { IsNull: true } && Of.TryRead(item, [], out var read))
                items.Add(read);
            else
                slips.Add(new Slip(item, $"must be {Expected}, but has {item.Kind} in it{DecimalComma.Advice((item as IWrittenText)?.Text, IsOne)}."));
        }

        return true;
    }

    private static IEnumerable<IWritten> Parts(IWrittenText text) => text.Text.Split(',').Select(part => new WrittenText(part.Trim()));

    private bool Add(IWritten part, IWritten whole, ICollection<Slip> slips, List<TItem> items)
    {
        var isOne = Of.TryRead(part, [], out var item);
        if (isOne)
            items.Add(item);
        else
            slips.Add(new Slip(whole, $"must be {Of.Expected}, but is {whole.Kind}{(whole is IWrittenText text ? DecimalComma.Advice(text.Text, IsOne) : "")}."));
        return isOne;
    }

    private bool IsOne(string text) => Of.TryRead(new WrittenText(text), [], out _);

    /// <inheritdoc/>
    public override string Write(IReadOnlyList<TItem> value) => string.Join(Of.IsText ? '\n' : ',', value.Select(Of.Write));

    /// <inheritdoc/>
    public override bool Allows(IReadOnlyList<TItem> value) => value.All(Of.Allows);

    /// <inheritdoc/>
    public override bool AreEqual(IReadOnlyList<TItem> a, IReadOnlyList<TItem> b) => a.SequenceEqual(b);

    /// <inheritdoc/>
    public override JsonObject Schema()
    {
        var list = new JsonObject { ["type"] = "array", ["items"] = Of.Schema() };
        return MayBeOne ? new JsonObject { ["anyOf"] = new JsonArray(Of.Schema(), list) } : list;
    }
}

/// <summary>So many numbers, as a list or, as in sd-scripts' arguments, in one text with commas between; or none.</summary>
/// <param name="Count">How many.</param>
/// <param name="Of">The numbers' kind.</param>
public sealed record Numbers<TItem>(int Count, Kind<TItem> Of) : Kind<IReadOnlyList<TItem>?>
{
    /// <summary>A text that stands for a list; null: there is none.</summary>
    public Shorthand<TItem>? Shorthand { get; init; }

    /// <inheritdoc/>
    public override string Expected => $"{Count} {Plural(Of.Expected)}{(Shorthand is { } words ? $", or {words.Words}" : "")}";

    /// <inheritdoc/>
    public override bool TakesNothing => true;

    /// <inheritdoc/>
    public override bool TryRead(IWritten written, ICollection<Slip> slips, out IReadOnlyList<TItem>? value)
    {
        if (written is IWrittenText { IsNull: false } word && Shorthand?.IsMeant(word.Text) == true)
        {
            value = Shorthand.Read(word.Text);
            if (value is null)
                slips.Add(new Slip(written, $"must be {Count} numbers, or {Shorthand.Words}, but is {written.Kind}."));
            return value is not null;
        }

        IEnumerable<IWritten> items = written switch
        {
            IWrittenList list => list.Items,
            IWrittenText text => text.Text.Split(',').Select(part => new WrittenText(part.Trim())),
            _ => [],
        };
        var read = new List<TItem>();
        var wrong = new List<Slip>();
        foreach (var item in items)
        {
            if (Of.TryRead(item, wrong, out var number))
                read.Add(number);
        }

        value = read;
        return (wrong.Count == 0 && read.Count == Count) || Refuse(written, slips);
    }

    /// <inheritdoc/>
    public override string Write(IReadOnlyList<TItem>? value) => value is null ? "" : string.Join(',', value.Select(Of.Write));

    /// <inheritdoc/>
    public override bool Allows(IReadOnlyList<TItem>? value) => value is null || (value.Count == Count && value.All(Of.Allows));

    /// <inheritdoc/>
    public override bool AreEqual(IReadOnlyList<TItem>? a, IReadOnlyList<TItem>? b) => a is null || b is null ? a == b : a.SequenceEqual(b);

    /// <inheritdoc/>
    public override JsonObject Schema() => new()
    {
        ["anyOf"] = new JsonArray(
            new JsonObject { ["type"] = "array", ["items"] = Of.Schema(), ["minItems"] = Count, ["maxItems"] = Count },
            new JsonObject { ["type"] = new JsonArray("string", "number") }),
    };

    // "a whole number from 0 to 9": "whole numbers from 0 to 9".
    private static string Plural(string one) => one[2..].Replace("number", "numbers", StringComparison.Ordinal);
}

/// <summary>Texts that stand for lists.</summary>
/// <param name="Words">What they are, in words.</param>
/// <param name="IsMeant">Whether a text means to be one.</param>
/// <param name="Read">The list; null where the text is none after all.</param>
public sealed record Shorthand<TItem>(string Words, Func<string, bool> IsMeant, Func<string, IReadOnlyList<TItem>?> Read);

/// <summary>Two numbers, the smaller first.</summary>
/// <param name="Min">The least.</param>
/// <param name="Max">The greatest.</param>
public sealed record FromTo(double Min, double Max) : Kind<(double From, double To)>
{
    /// <inheritdoc/>
    public override string Expected => $"two numbers [from, to] {Number.Between(Min, Max)}, the smaller first";

    /// <inheritdoc/>
    public override bool TryRead(IWritten written, ICollection<Slip> slips, out (double From, double To) value)
    {
        value = default;
        return (written is IWrittenList { Items: [var first, var second] } && IsOne(first, second, out value)) || Refuse(written, slips, Advice(written));
    }

    // Between brackets [0,5, 0,7] is four numbers.
    private string Advice(IWritten written) =>
        written is IWrittenList { Items: [IWrittenText a, IWrittenText b, IWrittenText c, IWrittenText d] }
            && new WrittenText($"{a.Text}.{b.Text}") is var low && new WrittenText($"{c.Text}.{d.Text}") is var high && IsOne(low, high, out _)
            ? $"; write [{low.Text}, {high.Text}], with points"
            : "";

    private bool IsOne(IWritten first, IWritten second, out (double From, double To) value)
    {
        var number = new Number(Min, Max);
        var isOne = number.TryRead(first, [], out var from) & number.TryRead(second, [], out var to) && from <= to;
        value = (from, to);
        return isOne;
    }

    /// <inheritdoc/>
    public override string Write((double From, double To) value) => FormattableString.Invariant($"{value.From:R},{value.To:R}");

    /// <inheritdoc/>
    public override bool Allows((double From, double To) value) => value.From >= Min && value.To <= Max && value.From <= value.To;

    /// <inheritdoc/>
    public override JsonObject Schema() => new() { ["type"] = "array", ["items"] = new Number(Min, Max).Schema(), ["minItems"] = 2, ["maxItems"] = 2 };
}

/// <summary>Texts by name, in the order in which they were written.</summary>
public sealed record TextMap : Kind<IReadOnlyList<KeyValuePair<string, string>>>
{
    /// <inheritdoc/>
    public override string Expected => "a mapping";

    /// <inheritdoc/>
    public override bool TakesNothing => true;

    /// <inheritdoc/>
    public override bool TryRead(IWritten written, ICollection<Slip> slips, out IReadOnlyList<KeyValuePair<string, string>> value)
    {
        var texts = new List<KeyValuePair<string, string>>();
        value = texts;
        if (written is not IWrittenMap map)
            return Refuse(written, slips);
        foreach (var (name, item) in map.Pairs)
        {
            if (item is IWrittenText { IsNull: false } text)
                texts.Add(new KeyValuePair<string, string>(name, text.Text));
            else
                slips.Add(new Slip(item, $"must be a text, but is {item.Kind}.", name));
        }

        return true;
    }

    /// <inheritdoc/>
    public override string Write(IReadOnlyList<KeyValuePair<string, string>> value) => string.Join('\n', value.Select(pair => $"{pair.Key}: {pair.Value}"));

    /// <inheritdoc/>
    public override bool AreEqual(IReadOnlyList<KeyValuePair<string, string>> a, IReadOnlyList<KeyValuePair<string, string>> b) => a.SequenceEqual(b);

    /// <inheritdoc/>
    public override JsonObject Schema() => new() { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "string" } };
}
