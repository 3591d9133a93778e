using System.Globalization;
using System.Text.Json.Nodes;

namespace Slipway.Engine.Options;

/// <summary><c>true</c> or <c>false</c>.</summary>
public sealed record Switch : Kind<bool>
{
    /// <inheritdoc/>
    public override string Expected => "true or false";

    /// <inheritdoc/>
    public override bool TryRead(IWritten written, ICollection<Slip> slips, out bool value)
    {
        value = written is IWrittenText { Text: "true" };
        return written is IWrittenText { IsPlain: true, Text: "true" or "false" } || Refuse(written, slips);
    }

    /// <inheritdoc/>
    public override string Write(bool value) => value ? "true" : "false";

    /// <inheritdoc/>
    public override JsonObject Schema() => new() { ["type"] = "boolean" };
}

/// <summary><c>true</c>, <c>false</c>, or a word for whichever of them is better.</summary>
/// <param name="Word">The word, which is read as null.</param>
public sealed record SwitchOr(string Word) : Kind<bool?>
{
    /// <inheritdoc/>
    public override string Expected => $"true, false or {Word}";

    /// <inheritdoc/>
    public override bool TryRead(IWritten written, ICollection<Slip> slips, out bool? value)
    {
        value = null;
        if (written is IWrittenText text && text.Text == Word)
            return true;
        if (written is not IWrittenText { IsPlain: true, Text: "true" or "false" } flag)
            return Refuse(written, slips);
        value = flag.Text == "true";
        return true;
    }

    /// <inheritdoc/>
    public override string Write(bool? value) => value is { } flag ? new Switch().Write(flag) : Word;

    /// <inheritdoc/>
    public override JsonObject Schema() => new() { ["enum"] = new JsonArray(true, false, Word) };
}

/// <summary>A whole number.</summary>
/// <param name="Min">The least.</param>
/// <param name="Max">The greatest; none above <see cref="int.MaxValue"/> is said in words.</param>
public sealed record Whole(long Min, long Max = int.MaxValue) : Kind<long>
{
    /// <inheritdoc/>
    public override string Expected => $"a whole number {Number.Between(Min, Max)}";

    /// <inheritdoc/>
    public override bool TryRead(IWritten written, ICollection<Slip> slips, out long value)
    {
        value = 0;
        return (written is IWrittenText { IsPlain: true } text && IsOne(text.Text, out value)) || Refuse(written, slips, DecimalComma.Advice((written as IWrittenText)?.Text, pointed => IsOne(pointed, out _)));
    }

    private bool IsOne(string text, out long value) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && Allows(value);

    /// <inheritdoc/>
    public override string Write(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override bool Allows(long value) => value >= Min && value <= Max;

    /// <inheritdoc/>
    public override JsonObject Schema()
    {
        var schema = new JsonObject { ["type"] = "integer", ["minimum"] = Min };
        if (Max < int.MaxValue || (Max > int.MaxValue && Max < long.MaxValue))
            schema["maximum"] = Max;
        return schema;
    }
}

/// <summary>A finite number.</summary>
/// <param name="Min">The least.</param>
/// <param name="Max">The greatest.</param>
public sealed record Number(double Min = double.NegativeInfinity, double Max = double.PositiveInfinity) : Kind<double>
{
    /// <summary>Whether <see cref="Min"/> itself is too little.</summary>
    public bool IsAboveMin { get; init; }

    /// <summary>Any number above 0.</summary>
    public static Number Positive { get; } = new(0) { IsAboveMin = true };

    /// <inheritdoc/>
    public override string Expected => IsAboveMin
        ? FormattableString.Invariant($"a number above {Min}")
        : $"a number {Between(Min, Max)}".TrimEnd();

    /// <summary>A range in words.</summary>
    internal static string Between(double min, double max) => max is double.PositiveInfinity or int.MaxValue or long.MaxValue
        ? double.IsNegativeInfinity(min) ? "" : FormattableString.Invariant($"of {min} or more")
        : FormattableString.Invariant($"from {min} to {max}");

    /// <inheritdoc/>
    public override bool TryRead(IWritten written, ICollection<Slip> slips, out double value)
    {
        value = 0;
        return (written is IWrittenText { IsPlain: true } text && IsOne(text.Text, out value)) || Refuse(written, slips, DecimalComma.Advice((written as IWrittenText)?.Text, pointed => IsOne(pointed, out _)));
    }

    private bool IsOne(string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && Allows(value);

    /// <inheritdoc/>
    public override string Write(double value) => value.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override bool Allows(double value) => double.IsFinite(value) && (IsAboveMin ? value > Min : value >= Min) && value <= Max;

    /// <inheritdoc/>
    public override JsonObject Schema()
    {
        var schema = new JsonObject { ["type"] = "number" };
        if (double.IsFinite(Min))
            schema[IsAboveMin ? "exclusiveMinimum" : "minimum"] = Min;
        if (double.IsFinite(Max))
            schema["maximum"] = Max;
        return schema;
    }
}

/// <summary>One of a few words.</summary>
/// <param name="Words">The words.</param>
public sealed record Word(IReadOnlyList<string> Words) : Kind<string>
{
    /// <inheritdoc/>
    public override string Expected => $"one of {string.Join(", ", Words)}";

    /// <inheritdoc/>
    public override bool IsText => true;

    /// <inheritdoc/>
    public override bool TryRead(IWritten written, ICollection<Slip> slips, out string value)
    {
        value = written is IWrittenText text ? text.Text : "";
        return Allows(value) || Refuse(written, slips);
    }

    /// <inheritdoc/>
    public override string Write(string value) => value;

    /// <inheritdoc/>
    public override bool Allows(string value) => Words.Contains(value, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override JsonObject Schema() => new() { ["enum"] = new JsonArray([.. Words.Select(word => (JsonNode)word)]) };
}

/// <summary>A text.</summary>
public sealed record Text : Kind<string>
{
    /// <summary>Whether nothing but blanks is a text too, and blanks at the ends belong to it.</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>Whether an empty one is none.</summary>
    public bool MayBeNone { get; init; }

    /// <summary>What is wanted of it beyond being a text, in words, and whether a text is that; null: nothing.</summary>
    public (string Words, Func<string, bool> IsOne)? Rule { get; init; }

    /// <summary>Another spelling of a text, where one is usual.</summary>
    public Func<string, string>? Spelling { get; init; }

    /// <inheritdoc/>
    public override string Expected => Rule?.Words ?? "a text";

    /// <inheritdoc/>
    public override bool TakesNothing => MayBeEmpty || MayBeNone;

    /// <inheritdoc/>
    public override bool IsText => true;

    /// <inheritdoc/>
    public override bool TryRead(IWritten written, ICollection<Slip> slips, out string value)
    {
        value = written is IWrittenText { IsNull: false } text ? MayBeEmpty ? text.Text : text.Text.Trim() : "";
        if (written is not IWrittenText || !(MayBeEmpty || value.Length > 0) || Rule?.IsOne(value) == false)
            return Refuse(written, slips);
        value = Spelling?.Invoke(value) ?? value;
        return true;
    }

    /// <inheritdoc/>
    public override string Write(string value) => value;

    /// <inheritdoc/>
    public override JsonObject Schema() => new() { ["type"] = "string" };
}
