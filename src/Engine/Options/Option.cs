using System.Text.Json.Nodes;

namespace Slipway.Engine.Options;

/// <summary>
/// The declaration of an option: everything that is known of it but what it is good for. Reading, problems, metadata, exchange
/// with sd-scripts, the README's table and the editor's schema follow from it.
/// </summary>
/// <typeparam name="T">The record that has it.</typeparam>
public abstract record Option<T> : IOption
    where T : class
{
    /// <summary>Its key in a plan: sd-scripts' name, where sd-scripts has it.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, in one sentence.</summary>
    public string Says { get; init; } = "";

    /// <summary>sd-scripts' default, as text; empty: it has none; null: no option of its command line.</summary>
    public string? SdScripts { get; init; }

    /// <summary>Where sd-scripts takes it from.</summary>
    public Counterpart Counterpart
    {
        get => field is Counterpart.None && SdScripts is not null ? Counterpart.Argument : field;
        init;
    }

    /// <summary>How it is told of in a LoRA's metadata; null: not at all.</summary>
    public OptionMetadata? Metadata { get; init; }

    /// <summary>Whether it must be given.</summary>
    public bool IsRequired { get; init; }

    /// <summary>What holds where it is not given, in words, where that is no constant; empty: the default.</summary>
    public string Otherwise { get; init; } = "";

    /// <summary>What to write where one value is wanted and a list was given, as the end of a sentence; empty: that is not told.</summary>
    public string InsteadOfList { get; init; } = "";

    /// <summary>Why it would have no influence beside the record's other options, as the rest of a sentence; null: it has. Who writes it in a plan expects some.</summary>
    public Func<T, string?>? Unfit { get; init; }

    /// <summary>Whether it is told of among the arguments of a network; null: where it is not the default.</summary>
    public Func<T, bool>? IsTold { get; init; }

    /// <summary>What a value must be, in words.</summary>
    public abstract string Expected { get; }

    /// <summary>The default, as canonical text; empty: none.</summary>
    public abstract string Default { get; }

    /// <summary>Whether its text is to be put into quotes where numbers and texts are told apart.</summary>
    public abstract bool IsText { get; }

    /// <summary>Whether a written value counts as none, so that the default holds.</summary>
    public abstract bool IsUnset(IWritten written);

    /// <summary>The record with a written value, or as it was where the value is none.</summary>
    /// <param name="record">The record.</param>
    /// <param name="written">Not unset.</param>
    /// <param name="slips">Takes what is wrong.</param>
    public abstract T Read(T record, IWritten written, ICollection<Slip> slips);

    /// <summary>Its value as canonical text; empty: none.</summary>
    public abstract string Write(T record);

    /// <summary>Its value.</summary>
    public abstract object? Value(T record);

    /// <summary>Whether its value is the default.</summary>
    public abstract bool IsDefault(T record);

    /// <summary>Why its value is none; null where it is one.</summary>
    public abstract string? Refusal(T record);

    /// <summary>Its values as a JSON schema.</summary>
    public abstract JsonObject Schema();

    /// <summary>Why it would have no influence beside the record's other options; null: it has.</summary>
    public OptionProblem? Misfit(T record) => Unfit?.Invoke(record) is { } what ? new OptionProblem(Name, what, IsLack: true) : null;
}

/// <summary>An option of a record.</summary>
/// <param name="Kind">How its values are written, and which there are.</param>
/// <param name="Get">Its value.</param>
/// <param name="With">The record with another value.</param>
internal sealed record Option<T, TValue>(Kind<TValue> Kind, Func<T, TValue> Get, Func<T, TValue, T> With) : Option<T>
    where T : class, new()
{
    private readonly Lazy<TValue> _default = new(() => Get(new T()));

    public override string Expected => Kind.Expected;

    public override string Default => IsRequired || _default.Value is null ? "" : Kind.Write(_default.Value);

    public override bool IsText => Kind.IsText;

    public override bool IsUnset(IWritten written) =>
        written is IWrittenText { IsNull: true } text && !IsRequired && (text.Text.Length > 0 || Kind.TakesNothing || _default.Value is null);

    public override T Read(T record, IWritten written, ICollection<Slip> slips) =>
        Kind.TryRead(written, slips, out var value) ? With(record, value) : record;

    public override string Write(T record) => Get(record) is { } value ? Kind.Write(value) : "";

    public override object? Value(T record) => Get(record);

    public override bool IsDefault(T record) => Kind.AreEqual(Get(record), _default.Value);

    public override string? Refusal(T record) =>
        Get(record) is { } value && !Kind.Allows(value) ? $"must be {Expected}, but is `{Kind.Write(value)}`." : null;

    public override JsonObject Schema() => Kind.Schema();
}

/// <summary>An option of a record that is a part of another.</summary>
internal sealed record PartOption<T, TPart> : Option<T>
    where T : class
    where TPart : class
{
    private readonly Option<TPart> _option;
    private readonly Func<T, TPart> _get;
    private readonly Func<T, TPart, T> _with;

    public PartOption(Option<TPart> option, Func<T, TPart> get, Func<T, TPart, T> with)
    {
        (_option, _get, _with) = (option, get, with);
        (SdScripts, Counterpart, Metadata, IsRequired, Says, Otherwise) = (option.SdScripts, option.Counterpart, option.Metadata, option.IsRequired, option.Says, option.Otherwise);
        Unfit = option.Unfit is { } unfit ? record => unfit(get(record)) : null;
        IsTold = option.IsTold is { } isTold ? record => isTold(get(record)) : null;
    }

    public override string Expected => _option.Expected;

    public override string Default => _option.Default;

    public override bool IsText => _option.IsText;

    public override bool IsUnset(IWritten written) => _option.IsUnset(written);

    public override T Read(T record, IWritten written, ICollection<Slip> slips) => _with(record, _option.Read(_get(record), written, slips));

    public override string Write(T record) => _option.Write(_get(record));

    public override object? Value(T record) => _option.Value(_get(record));

    public override bool IsDefault(T record) => _option.IsDefault(_get(record));

    public override string? Refusal(T record) => _option.Refusal(_get(record));

    public override JsonObject Schema() => _option.Schema();
}
