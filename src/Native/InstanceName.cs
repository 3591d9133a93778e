namespace Slipway.Native;

/// <summary>
/// The name of a type, as <see cref="InstantiationList"/> writes it: <c>[assembly]namespace.type/nested`1&lt;argument,argument&gt;[]</c>. A type of
/// System.Private.CoreLib has no assembly in front.
/// </summary>
/// <param name="Assembly">Name of its assembly.</param>
/// <param name="Type">Its full name, with <c>/</c> before a nested one's.</param>
/// <param name="Arguments">Its type arguments.</param>
/// <param name="Ranks">How often it is an array of that.</param>
internal sealed record InstanceName(string Assembly, string Type, IReadOnlyList<InstanceName> Arguments, int Ranks)
{
    /// <summary>The assembly that is not written.</summary>
    public const string CoreLibrary = "System.Private.CoreLib";

    /// <summary>Reads a name that begins at a place of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Its place; afterwards the one behind it.</param>
    /// <exception cref="FormatException">There is no name.</exception>
    public static InstanceName Read(string text, ref int at)
    {
        var assembly = CoreLibrary;
        if (at < text.Length && text[at] == '[')
        {
            assembly = text[(at + 1)..Behind(text, ']', at)];
            at += assembly.Length + 2;
        }

        var start = at;
        while (at < text.Length && !(text[at] is ',' or '>' or ' ' or '[' || (text[at] == '<' && !BeginsName(text, at, start))))
            at = text[at] == '<' ? Behind(text, '>', at) + 1 : at + 1;
        var type = text[start..at];
        if (type.Length == 0)
            throw new FormatException($"A type is expected at {start} of '{text}'.");
        var arguments = ReadArguments(text, ref at);
        var ranks = 0;
        for (; text.AsSpan(at).StartsWith("[]", StringComparison.Ordinal); at += 2)
            ranks++;
        return new InstanceName(assembly, type, arguments, ranks);
    }

    /// <summary>Reads type arguments between <c>&lt;</c> and <c>&gt;</c>; none where there is no <c>&lt;</c>.</summary>
    public static IReadOnlyList<InstanceName> ReadArguments(string text, ref int at)
    {
        var arguments = new List<InstanceName>();
        if (at >= text.Length || text[at] != '<')
            return arguments;
        do
        {
            at++;
            arguments.Add(Read(text, ref at));
        }
        while (at < text.Length && text[at] == ',');
        if (at >= text.Length || text[at] != '>')
            throw new FormatException($"'>' is expected at {at} of '{text}'.");
        at++;
        return arguments;
    }

    /// <summary>All assemblies that it is made of.</summary>
    public IEnumerable<string> Assemblies() => Arguments.SelectMany(argument => argument.Assemblies()).Prepend(Assembly);

    // The compiler's own names begin with <…>.
    private static bool BeginsName(string text, int at, int start) => at == start || text[at - 1] == '/';

    private static int Behind(string text, char end, int at) => text.IndexOf(end, at) is var found and >= 0 ? found : throw new FormatException($"'{end}' is expected behind {at} of '{text}'.");
}
