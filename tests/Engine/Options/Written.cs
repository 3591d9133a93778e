using Slipway.Engine.Options;

namespace Slipway.Engine.Tests.Options;

/// <summary>Written values that stand in no file.</summary>
internal static class Written
{
    /// <summary><c>[a, b]</c>: a list; <c>{a: b}</c>: a mapping; in quotes: no number and no null.</summary>
    public static IWritten Of(string text) => text switch
    {
        ['[', .. var items, ']'] => new List([.. items.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Of)]),
        ['{', .. var pairs, '}'] => new Map([.. pairs.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split(": ", 2)).Select(pair => KeyValuePair.Create(pair[0], Of(pair[1])))]),
        ['"', .. var quoted, '"'] => new WrittenText(quoted, IsPlain: false),
        _ => new WrittenText(text),
    };

    private sealed record List(IReadOnlyList<IWritten> Items) : IWrittenList
    {
        public string Kind => "a list";
    }

    private sealed record Map(IEnumerable<KeyValuePair<string, IWritten>> Pairs) : IWrittenMap
    {
        public string Kind => "a mapping";
    }
}
