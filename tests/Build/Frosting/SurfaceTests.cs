using System.Reflection;
using Cake.Frosting;
using Slipway.Testing.Snapshots;

namespace Slipway.Build.Tests.Frosting;

/// <summary>
/// What <c>build/Frosting/</c> offers. Each line of the verified file was compared by hand with the source of Cake.Frosting
/// 6.0 (the newest that is public in full): the package has every one of them, by the same name and with the same
/// parameters, so tasks that compile here compile with it. There <c>UseContext</c> and <c>UseLifetime</c> are extensions
/// of <c>CakeHost</c>, and <c>FrostingLifetime</c>'s interface is split in two; neither shows in a call. Before a line
/// is added, look it up there.
/// </summary>
public sealed class SurfaceTests
{
    [Fact]
    public void Is_no_more_than_the_package_has()
    {
        Assert.SkipUnless(typeof(CakeHost).Assembly.GetName().Name == "slipway", "Built with the package itself.");

        Snapshot.Match(string.Join('\n', typeof(CakeHost).Assembly.GetExportedTypes()
            .Where(type => type.Namespace == "Cake.Frosting")
            .OrderBy(type => type.ToString(), StringComparer.Ordinal)
            .SelectMany(Lines)) + "\n");
    }

    private static IEnumerable<string> Lines(Type type)
    {
        const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        yield return $"{Kind(type)} {type}{(type.BaseType is { } parent && parent != typeof(object) ? $" : {parent}" : "")}";
        foreach (var member in type.GetMembers(Own).Where(IsVisible).Select(member => $"    {member}").Order(StringComparer.Ordinal))
        {
            yield return member;
        }
    }

    private static string Kind(Type type) => type.IsInterface ? "interface" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => method is { IsPublic: true } or { IsFamily: true } && !(method.IsSpecialName && method is MethodInfo),
        FieldInfo field => field.IsPublic || field.IsFamily,
        Type nested => nested.IsNestedPublic,
        _ => true,
    };
}
