using Slipway.Engine.Files;

namespace Slipway.Engine.Options;

/// <summary>Makes the options of a record: one call each, with its name, how it is got from a record, and the record with another value.</summary>
/// <typeparam name="T">The record.</typeparam>
public sealed class Declarations<T>
    where T : class, new()
{
    private readonly List<Func<T, IEnumerable<OptionProblem>>> _rules = [];

    /// <summary>The rules of the parts.</summary>
    internal IReadOnlyList<Func<T, IEnumerable<OptionProblem>>> Rules => _rules;

    /// <summary>A switch.</summary>
    public Option<T> Switch(string name, Func<T, bool> get, Func<T, bool, T> with) => Of(name, new Switch(), get, with);

    /// <summary>A switch that may be left open.</summary>
    public Option<T> Switch(string name, Func<T, bool?> get, Func<T, bool?, T> with) => Of(name, new OrNone<bool>(new Switch()), get, with);

    /// <summary>A whole number.</summary>
    public Option<T> Whole(string name, Func<T, int> get, Func<T, int, T> with, int min, int max = int.MaxValue) => Of(name, Int(min, max), get, with);

    /// <summary>A whole number, or none.</summary>
    public Option<T> Whole(string name, Func<T, int?> get, Func<T, int?, T> with, int min, int max = int.MaxValue) => Of(name, new OrNone<int>(Int(min, max)), get, with);

    /// <summary>A whole number of 64 bits.</summary>
    public Option<T> Whole(string name, Func<T, long> get, Func<T, long, T> with, long min, long max) => Of(name, new Whole(min, max), get, with);

    /// <summary>A whole number of 64 bits, or none.</summary>
    public Option<T> Whole(string name, Func<T, long?> get, Func<T, long?, T> with, long min, long max) => Of(name, new OrNone<long>(new Whole(min, max)), get, with);

    /// <summary>A number.</summary>
    public Option<T> Number(string name, Func<T, double> get, Func<T, double, T> with, double min = double.NegativeInfinity, double max = double.PositiveInfinity) =>
        Of(name, new Number(min, max), get, with);

    /// <summary>A number, or none.</summary>
    public Option<T> Number(string name, Func<T, double?> get, Func<T, double?, T> with, double min = double.NegativeInfinity, double max = double.PositiveInfinity) =>
        Of(name, new OrNone<double>(new Number(min, max)), get, with);

    /// <summary>A number above 0.</summary>
    public Option<T> Positive(string name, Func<T, double> get, Func<T, double, T> with) => Of(name, Options.Number.Positive, get, with);

    /// <summary>A number above 0, or none.</summary>
    public Option<T> Positive(string name, Func<T, double?> get, Func<T, double?, T> with) => Of(name, new OrNone<double>(Options.Number.Positive), get, with);

    /// <summary>One of a few words.</summary>
    public Option<T> Word(string name, Func<T, string> get, Func<T, string, T> with, IReadOnlyList<string> words) => Of(name, new Word(words), get, with);

    /// <summary>One of a few words that stand for an enumeration's values: <c>val_subject</c> for <c>ValSubject</c>.</summary>
    public Option<T> Word<TEnum>(string name, Func<T, TEnum> get, Func<T, TEnum, T> with)
        where TEnum : struct, Enum =>
        Of(name, EnumWords<TEnum>.Kind, get, with);

    /// <summary>One of an enumeration's values, or none.</summary>
    public Option<T> Word<TEnum>(string name, Func<T, TEnum?> get, Func<T, TEnum?, T> with)
        where TEnum : struct, Enum =>
        Of(name, new OrNone<TEnum>(EnumWords<TEnum>.Kind), get, with);

    /// <summary>A text.</summary>
    public Option<T> Text(string name, Func<T, string?> get, Func<T, string, T> with) => Of<string>(name, new Text(), get!, with);

    /// <summary>A path; <c>~</c> is the user's folder.</summary>
    public Option<T> Path(string name, Func<T, string?> get, Func<T, string, T> with) => Of<string>(name, new Text { Spelling = UserPath.Expand }, get!, with);

    /// <summary>A text that may be empty.</summary>
    public Option<T> TextOrEmpty(string name, Func<T, string> get, Func<T, string, T> with) => Of(name, new Text { MayBeEmpty = true }, get, with);

    /// <summary>A text, or an empty one for none.</summary>
    public Option<T> TextOrNone(string name, Func<T, string> get, Func<T, string, T> with) => Of(name, new Text { MayBeNone = true }, get, with);

    /// <summary>Texts.</summary>
    public Option<T> Texts(string name, Func<T, IReadOnlyList<string>> get, Func<T, IReadOnlyList<string>, T> with) => Of(name, new ListOf<string>(new Text { MayBeEmpty = true }, "a list of texts"), get, with);

    /// <summary>Texts by name.</summary>
    public Option<T> TextMap(string name, Func<T, IReadOnlyList<KeyValuePair<string, string>>> get, Func<T, IReadOnlyList<KeyValuePair<string, string>>, T> with) => Of(name, new TextMap(), get, with);

    /// <summary>Two numbers, the smaller first.</summary>
    public Option<T> FromTo(string name, Func<T, (double From, double To)> get, Func<T, (double From, double To), T> with, double min, double max) => Of(name, new FromTo(min, max), get, with);

    /// <summary>So many numbers, or none.</summary>
    public Option<T> Numbers(string name, Func<T, IReadOnlyList<double>?> get, Func<T, IReadOnlyList<double>?, T> with, int count, double min) =>
        Of(name, new Numbers<double>(count, new Number(min)), get, with);

    /// <summary>So many whole numbers, or none.</summary>
    public Option<T> Wholes(string name, Func<T, IReadOnlyList<int>?> get, Func<T, IReadOnlyList<int>?, T> with, int count, int min, int max) =>
        Of(name, new Numbers<int>(count, Int(min, max)), get, with);

    /// <summary>Any kind of values.</summary>
    public Option<T> Of<TValue>(string name, Kind<TValue> kind, Func<T, TValue> get, Func<T, TValue, T> with) => new Option<T, TValue>(kind, get, with) { Name = name };

    /// <summary>All options of a record that is a part of this one, with its rules.</summary>
    public IEnumerable<Option<T>> Part<TPart>(OptionTable<TPart> table, Func<T, TPart> get, Func<T, TPart, T> with)
        where TPart : class, new()
    {
        ArgumentNullException.ThrowIfNull(table);
        _rules.Add(whole => table.Rules(get(whole)));
        return table.Options.Select(option => new PartOption<T, TPart>(option, get, with) { Name = option.Name });
    }

    private static Mapped<long, int> Int(int min, int max) => new(new Whole(min, max), value => (int)value, value => value);
}
