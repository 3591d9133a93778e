using Mono.Cecil;
using Mono.Cecil.Cil;
using Xunit;

namespace Slipway.Native.Tests;

public static class MibcProfileTests
{
    private const string Pairs = "System.Collections.Generic.List`1<System.Collections.Generic.KeyValuePair`2<System.Object,System.Int32>>";
    private static readonly string[] Assemblies = [typeof(object).Assembly.Location, typeof(Enumerable).Assembly.Location];

    [Fact]
    public static void The_methods_of_a_line_are_in_the_group_of_the_assemblies_that_they_are_made_of()
    {
        var groups = Groups($"{Pairs} Add ToArray", "[System.Linq]System.Linq.Enumerable ToList::<System.Int64> Select::<System.Object,System.Int32[]>");

        Assert.Equal(["System.Linq;System.Private.CoreLib", "System.Private.CoreLib"], groups.Keys);
        Assert.Equal(
            [
                "System.Void System.Collections.Generic.List`1<System.Collections.Generic.KeyValuePair`2<System.Object,System.Int32>>::Add(!0)",
                "!0[] System.Collections.Generic.List`1<System.Collections.Generic.KeyValuePair`2<System.Object,System.Int32>>::ToArray()",
            ],
            groups["System.Private.CoreLib"].Select(method => method.FullName));
        // Both overloads of Select.
        Assert.Equal(3, groups["System.Linq;System.Private.CoreLib"].Count);
        Assert.All(groups["System.Linq;System.Private.CoreLib"].Skip(1), method => Assert.Equal(["System.Object", "System.Int32[]"], ((GenericInstanceMethod)method).GenericArguments.Select(type => type.FullName)));
    }

    [Fact]
    public static void Names_that_the_compiler_made_and_explicit_implementations_are_read_whole()
    {
        var groups = Groups(
            "System.Collections.Generic.List`1<System.Int64> System.Collections.Generic.IEnumerable<T>.GetEnumerator",
            "[System.Linq]System.Linq.Enumerable/<DistinctByIterator>d__67`2<System.Int32,System.Int32> MoveNext <>m__Finally1");

        Assert.Equal(["MoveNext", "<>m__Finally1"], groups["System.Linq;System.Private.CoreLib"].Select(method => method.Name));
        Assert.Equal("System.Collections.Generic.IEnumerable<T>.GetEnumerator", Assert.Single(groups["System.Private.CoreLib"]).Name);
    }

    [Theory]
    [InlineData($"{Pairs} Add Missing", $"{Pairs} Missing")]
    [InlineData("System.Collections.Generic.List`1<System.Missing> Add", "System.Collections.Generic.List`1<System.Missing> Add")]
    [InlineData("[Missing]System.Type Add", "[Missing]System.Type Add")]
    [InlineData("System.Collections.Generic.List`1<System.Int32,System.Int32> Add", "System.Collections.Generic.List`1<System.Int32,System.Int32> Add")]
    [InlineData("[System.Linq]System.Linq.Enumerable ToList", "[System.Linq]System.Linq.Enumerable ToList")]
    public static void What_the_assemblies_have_not_is_left_out_and_told(string line, string told)
    {
        using var profile = new MibcProfile(Assemblies);

        Assert.Equal([told], profile.Add(line));
    }

    [Theory]
    [InlineData("System.Int32", "Methods are expected")]
    [InlineData("System.Nullable`1<System.Int32 get_Value", "'>' is expected")]
    [InlineData("System.Nullable`1<> get_Value", "A type is expected")]
    [InlineData("[System.Linq", "']' is expected")]
    public static void A_line_that_is_none_is_refused(string line, string what)
    {
        using var profile = new MibcProfile(Assemblies);

        Assert.Contains(what, Assert.Throws<FormatException>(() => profile.Add(line)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public static void The_same_list_gives_the_same_bytes()
    {
        Assert.Equal(Written(), Written());

        static byte[] Written()
        {
            using var profile = new MibcProfile(Assemblies);
            profile.Add($"{Pairs} Add");
            return profile.Written();
        }
    }

    /// <summary>The profile's methods by the assemblies of their group, as crossgen2 reads them.</summary>
    private static SortedDictionary<string, List<MethodReference>> Groups(params string[] lines)
    {
        using var profile = new MibcProfile(Assemblies);
        Assert.All(lines, line => Assert.Empty(profile.Add(line)));
        var types = ModuleDefinition.ReadModule(new MemoryStream(profile.Written())).GetType("<Module>");
        var groups = new SortedDictionary<string, List<MethodReference>>(StringComparer.Ordinal);
        var assemblies = "";
        foreach (var instruction in types.Methods.Single(method => method.Name == "AssemblyDictionary").Body.Instructions)
        {
            if (instruction.OpCode == OpCodes.Ldstr)
                assemblies = (string)instruction.Operand;
            else if (instruction.OpCode == OpCodes.Ldtoken)
                groups.Add(assemblies, [.. ((MethodDefinition)instruction.Operand).Body.Instructions.Where(code => code.OpCode == OpCodes.Ldtoken).Select(code => (MethodReference)code.Operand)]);
        }

        return groups;
    }
}
