using System.Text;
using Slipway.Testing;
using Xunit;

namespace Slipway.Native.Tests;

public static class TorchSharpMendTests
{
    /// <summary>TorchSharp's library as it lies in the package.</summary>
    private static readonly string Shipped = Path.Combine(AppContext.BaseDirectory, "shipped", "LibTorchSharp.elf");

    private static byte[] Mended()
    {
        var bytes = File.ReadAllBytes(Shipped);
        TorchSharpMend.Apply(bytes, "lib.so");
        return bytes;
    }

    public sealed class TheLibrary
    {
        [Fact]
        public void Changes_in_a_few_bytes_of_four_places()
        {
            var changed = File.ReadAllBytes(Shipped).Zip(Mended()).Index().Where(pair => pair.Item.First != pair.Item.Second).Select(pair => pair.Index).ToList();
            // Weak flag; visibility, section and address of the symbol (one record of 24 bytes); its version.
            Assert.InRange(changed.Count, 4, 14);
            Assert.InRange(changed.Zip(changed.Skip(1)).Count(pair => pair.Second - pair.First > 24), 2, 2);
        }

        [Fact]
        public void Stays_as_it_is_when_mended_twice()
        {
            var twice = Mended();
            TorchSharpMend.Apply(twice, "lib.so");
            Assert.Equal(Mended(), twice);
        }

        [Fact]
        public void In_this_programs_folder_is_what_this_system_needs()
        {
            Assert.SkipUnless(OperatingSystem.IsLinux(), "Only the Linux library is ever mended.");
            var used = Directory.GetFiles(AppContext.BaseDirectory, "libLibTorchSharp.so", SearchOption.AllDirectories).Single();
            Assert.Equal(TorchSharpMend.IsNeeded() ? Mended() : File.ReadAllBytes(Shipped), File.ReadAllBytes(used));
        }
    }

    public sealed class OtherLibraries
    {
        [Theory]
        [InlineData("GLIBCXX_3.4.32", "GLIBCXX_3.4.29", "does not ask for GLIBCXX_3.4.32")]
        [InlineData("_ZSt21ios_base_library_initv", "_ZSt21ios_base_library_exitv", "has no symbol _ZSt21ios_base_library_initv")]
        [InlineData(".gnu.version_r", ".gnu.version_q", "has no section .gnu.version_r")]
        [InlineData(".fini", ".find", "has no section .fini")]
        public void Are_refused_by_what_they_lack(string present, string instead, string problem)
            => Assert.Contains(problem, Error(bytes => Replace(bytes, present, instead)), StringComparison.Ordinal);

        [Fact]
        public void Are_refused_where_a_second_symbol_needs_the_version()
            => Assert.Contains("needs GLIBCXX_3.4.32 too", Error(NeedTheVersionTwice), StringComparison.Ordinal);

        [Fact]
        public void Are_refused_on_another_architecture()
            => Assert.Contains("machine type is 183", Error(bytes => bytes[18] = 183), StringComparison.Ordinal);

        [Fact]
        public void Are_refused_when_they_are_no_ELF_files()
            => Assert.Contains("no 64-bit little-endian ELF file", Error(bytes => bytes[1] = 0), StringComparison.Ordinal);

        [Theory]
        [InlineData(0)]
        [InlineData(10)]
        [InlineData(64)]
        [InlineData(2_000_000)]
        public void Are_refused_when_they_are_truncated(int length)
            => Assert.Contains("lib.so", Assert.Throws<InvalidDataException>(() => TorchSharpMend.Apply(File.ReadAllBytes(Shipped)[..length], "lib.so")).Message, StringComparison.Ordinal);

        private static string Error(Action<byte[]> change)
        {
            var bytes = File.ReadAllBytes(Shipped);
            change(bytes);
            return Assert.Throws<InvalidDataException>(() => TorchSharpMend.Apply(bytes, "lib.so")).Message;
        }

        private static void Replace(byte[] bytes, string present, string instead)
        {
            var pattern = Encoding.ASCII.GetBytes(present + '\0');
            for (int at; (at = bytes.AsSpan().IndexOf(pattern)) >= 0;)
                Encoding.ASCII.GetBytes(instead, bytes.AsSpan(at));
        }

        /// <summary>The mend sets the marker's version to 1: where it does so, the old value is the version's number, and the symbol before is made to need it too.</summary>
        private static void NeedTheVersionTwice(byte[] bytes)
        {
            var mended = Mended();
            var marker = Enumerable.Range(0, bytes.Length).Where(at => bytes[at] != mended[at]).First(at => mended[at] == 1 && mended[at + 1] == 0);
            bytes[marker - 2] = bytes[marker];
        }
    }

    public sealed class TheWrittenFile : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public void Dispose() => _folder.Dispose();

        [Fact]
        public void Is_the_shipped_one_where_no_mend_is_needed()
        {
            TorchSharpMend.WriteLibrary(Shipped, _folder["obj/lib.so"], isNeeded: false);
            Assert.Equal(File.ReadAllBytes(Shipped), File.ReadAllBytes(_folder["obj/lib.so"]));
        }

        [Fact]
        public void Is_mended_where_needed_and_leaves_the_shipped_one_alone()
        {
            var shipped = File.ReadAllBytes(Shipped);
            TorchSharpMend.WriteLibrary(Shipped, _folder["lib.so"], isNeeded: true);
            Assert.Equal(Mended(), File.ReadAllBytes(_folder["lib.so"]));
            Assert.Equal(shipped, File.ReadAllBytes(Shipped));
            Assert.Single(Directory.GetFiles(_folder.Path));
        }

        [Fact]
        public void Takes_the_place_of_an_old_file_without_writing_into_it()
        {
            File.WriteAllText(_folder["lib.so"], "old");
            using var reader = new StreamReader(_folder["lib.so"]);
            TorchSharpMend.WriteLibrary(Shipped, _folder["lib.so"], isNeeded: true);
            Assert.Equal("old", reader.ReadToEnd());
        }
    }
}
