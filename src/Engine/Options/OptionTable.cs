namespace Slipway.Engine.Options;

/// <summary>The options of a record. They are made when somebody first asks for them.</summary>
/// <typeparam name="T">The record: immutable, its defaults in its properties.</typeparam>
public sealed class OptionTable<T>
    where T : class, new()
{
    private readonly Lazy<(IReadOnlyList<Option<T>> Options, IReadOnlyList<Func<T, IEnumerable<OptionProblem>>> Rules)> _declared;
    private readonly Func<T, IEnumerable<OptionProblem>>? _rules;

    /// <param name="declare">Declares them.</param>
    /// <param name="rules">What does not go together in a record.</param>
    public OptionTable(Func<Declarations<T>, IEnumerable<Option<T>>> declare, Func<T, IEnumerable<OptionProblem>>? rules = null)
    {
        ArgumentNullException.ThrowIfNull(declare);
        _declared = new(() =>
        {
            var declarations = new Declarations<T>();
            return ([.. declare(declarations)], declarations.Rules);
        });
        _rules = rules;
    }

    /// <summary>All of them, in the order of their declaration.</summary>
    public IReadOnlyList<Option<T>> Options => _declared.Value.Options;

    /// <summary>The option with a name; null where there is none.</summary>
    public Option<T>? Find(string name) => Options.FirstOrDefault(option => option.Name == name);

    /// <summary>Everything that is wrong with a record: values that cannot be, and what does not go together. A value without influence is none of it.</summary>
    public IEnumerable<OptionProblem> Problems(T record) =>
    [
        .. Options.Select(option => option.Refusal(record) is { } what ? new OptionProblem(option.Name, what) : null).OfType<OptionProblem>(),
        .. Rules(record),
    ];

    /// <summary>What does not go together in a record or one of its parts.</summary>
    public IEnumerable<OptionProblem> Rules(T record) => [.. _declared.Value.Rules.SelectMany(rules => rules(record)), .. _rules?.Invoke(record) ?? []];

    /// <summary>A record with some values laid over its own.</summary>
    /// <param name="record">The record.</param>
    /// <param name="values">Canonical texts by name; names of other options are none of its business.</param>
    public T With(T record, IReadOnlyDictionary<string, string> values)
    {
        foreach (var option in Options)
        {
            if (values.TryGetValue(option.Name, out var text))
                record = option.Read(record, new WrittenText(text, IsPlain: !option.IsText), []);
        }

        return record;
    }
}
