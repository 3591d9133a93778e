namespace Slipway.Native;

/// <summary>
/// A list of methods of generic types, or generic methods, with their type arguments: a type a line, and its methods behind it. <c>System.Object</c> stands for
/// any class, since all of them share their code.
/// </summary>
internal static class InstantiationList
{
    /// <summary>Reads a line.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static (InstanceName Type, IReadOnlyList<(string Name, IReadOnlyList<InstanceName> Arguments)> Methods) Read(string line)
    {
        var at = 0;
        var type = InstanceName.Read(line, ref at);
        var methods = new List<(string, IReadOnlyList<InstanceName>)>();
        foreach (var written in line[at..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            methods.Add(Method(written));
        return methods.Count > 0 ? (type, methods) : throw new FormatException($"Methods are expected behind the type: '{line}'.");
    }

    // Explicit implementations have < and > in their names (System.Collections.Generic.IEnumerable<T>.GetEnumerator), and so have the compiler's methods (<Select>b__0): behind arguments there is nothing.
    private static (string Name, IReadOnlyList<InstanceName> Arguments) Method(string written)
    {
        var begin = written.LastIndexOf("::<", StringComparison.Ordinal);
        if (begin < 0)
            return (written, []);
        var at = begin + 2;
        return (written[..begin], InstanceName.ReadArguments(written, ref at));
    }
}
