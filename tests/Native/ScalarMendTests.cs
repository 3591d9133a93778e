using Mono.Cecil;
using Slipway.Testing;
using Xunit;

namespace Slipway.Native.Tests;

public static class ScalarMendTests
{
    /// <summary>TorchSharp's assembly as it lies in the package.</summary>
    private static byte[] Shipped => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "shipped", "TorchSharp.assembly"));

    [Fact]
    public static void The_assembly_in_this_programs_folder_is_the_mended_one()
        => Assert.Equal(ScalarMend.Mended(Shipped, "TorchSharp.dll"), File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "TorchSharp.dll")));

    [Fact]
    public static void Nothing_but_scalars_changes()
    {
        using var before = ModuleDefinition.ReadModule(new MemoryStream(Shipped));
        using var after = ModuleDefinition.ReadModule(new MemoryStream(ScalarMend.Mended(Shipped, "TorchSharp.dll")));

        Assert.Equal(Methods(before), Methods(after).Where(line => !line.StartsWith("System.Void TorchSharp.Scalar::.ctor", StringComparison.Ordinal) && !line.Contains("::KeepRecent", StringComparison.Ordinal)));
        Assert.Equal(before.Assembly.FullName, after.Assembly.FullName);

        static IEnumerable<string> Methods(ModuleDefinition module) => module.GetTypes().SelectMany(type => type.Methods)
            .Select(method => $"{method.FullName} {(method.HasBody ? string.Join(';', method.Body.Instructions) : "")}")
            .Where(line => !line.StartsWith("System.Void TorchSharp.Scalar::.ctor", StringComparison.Ordinal));
    }

    [Fact]
    public static void Another_assembly_or_a_mended_one_is_refused()
    {
        var mended = ScalarMend.Mended(Shipped, "TorchSharp.dll");

        Assert.Contains("has a field recent already", Assert.Throws<InvalidDataException>(() => ScalarMend.Mended(mended, "TorchSharp.dll")).Message, StringComparison.Ordinal);
        var other = File.ReadAllBytes(typeof(ScalarMend).Assembly.Location);
        Assert.Contains("other.dll is not the TorchSharp that is mended here: it has no type TorchSharp.Scalar", Assert.Throws<InvalidDataException>(() => ScalarMend.Mended(other, "other.dll")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public static void What_is_written_replaces_the_whole_file()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.dll"], "former");
        File.WriteAllBytes(folder["shipped.dll"], Shipped);

        ScalarMend.Write(folder["shipped.dll"], folder["a.dll"]);

        Assert.Equal(ScalarMend.Mended(Shipped, "a"), File.ReadAllBytes(folder["a.dll"]));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }
}
