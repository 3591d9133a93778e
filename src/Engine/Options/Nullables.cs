using System.Text.Json.Nodes;

namespace Slipway.Engine.Options;

/// <summary>A value of another kind, or none.</summary>
public sealed record OrNone<TValue>(Kind<TValue> Of) : Kind<TValue?>
    where TValue : struct
{
    /// <inheritdoc/>
    public override string Expected => Of.Expected;

    /// <inheritdoc/>
    public override bool TakesNothing => true;

    /// <inheritdoc/>
    public override bool TryRead(IWritten written, ICollection<Slip> slips, out TValue? value)
    {
        value = null;
        if (written is IWrittenText { IsNull: true })
            return true;
        if (!Of.TryRead(written, slips, out var found))
            return false;
        value = found;
        return true;
    }

    /// <inheritdoc/>
    public override string Write(TValue? value) => value is { } given ? Of.Write(given) : "";

    /// <inheritdoc/>
    public override bool Allows(TValue? value) => value is not { } given || Of.Allows(given);

    /// <inheritdoc/>
    public override JsonObject Schema() => Of.Schema();
}

/// <summary>Values of another kind, one to one with their own: a number that is kept smaller, a word that stands for something.</summary>
/// <param name="As">How they are written.</param>
/// <param name="From">From what is written.</param>
/// <param name="To">To what is written.</param>
public sealed record Mapped<TWritten, TValue>(Kind<TWritten> As, Func<TWritten, TValue> From, Func<TValue, TWritten> To) : Kind<TValue>
{
    /// <inheritdoc/>
    public override string Expected => As.Expected;

    /// <inheritdoc/>
    public override bool TakesNothing => As.TakesNothing;

    /// <summary>Whether the words are numbers.</summary>
    public bool IsNumber { get; init; }

    /// <inheritdoc/>
    public override bool IsText => As.IsText && !IsNumber;

    /// <inheritdoc/>
    public override bool TryRead(IWritten written, ICollection<Slip> slips, out TValue value)
    {
        var isOne = As.TryRead(written, slips, out var found);
        value = isOne ? From(found) : default!;
        return isOne;
    }

    /// <inheritdoc/>
    public override string Write(TValue value) => As.Write(To(value));

    /// <inheritdoc/>
    public override bool Allows(TValue value) => As.Allows(To(value));

    /// <inheritdoc/>
    public override bool AreEqual(TValue a, TValue b) => As.AreEqual(To(a), To(b));

    /// <inheritdoc/>
    public override JsonObject Schema()
    {
        var schema = As.Schema();
        if (IsNumber && schema["enum"] is JsonArray words)
            schema["enum"] = new JsonArray([.. words.Select(word => JsonNode.Parse(word!.GetValue<string>()))]);
        return schema;
    }
}
