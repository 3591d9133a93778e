namespace Slipway.Engine.Options;

/// <summary>A value as somebody wrote it, in a plan, on a command line or in another trainer's configuration.</summary>
public interface IWritten
{
    /// <summary>What it is, in the words of an error: <c>`0.5`</c>, <c>a list</c>, <c>empty</c>.</summary>
    string Kind { get; }
}

/// <summary>One text.</summary>
public interface IWrittenText : IWritten
{
    /// <summary>The text.</summary>
    string Text { get; }

    /// <summary>Whether it was written without quotes, so that it may be a number, a switch or null.</summary>
    bool IsPlain { get; }

    /// <summary>Whether it stands for no value: <c>null</c>, <c>~</c> or nothing at all.</summary>
    bool IsNull { get; }
}

/// <summary>Values one after another.</summary>
public interface IWrittenList : IWritten
{
    /// <summary>The values.</summary>
    IReadOnlyList<IWritten> Items { get; }
}

/// <summary>Values by name.</summary>
public interface IWrittenMap : IWritten
{
    /// <summary>Names and values, in the order in which they were written.</summary>
    IEnumerable<KeyValuePair<string, IWritten>> Pairs { get; }
}
