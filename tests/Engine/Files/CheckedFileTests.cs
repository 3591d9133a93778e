using System.Text;
using Slipway.Engine.Files;

namespace Slipway.Engine.Tests.Files;

public sealed class CheckedFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Its_first_line_says_what_it_is_and_whose()
    {
        File("kind", "name").Write("abc"u8);

        Assert.Equal(
            "slipway.kind name ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\nabc",
            System.IO.File.ReadAllText(_folder["x"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("a\n\nb\n")]
    public void The_content_comes_back(string content)
    {
        File().Write(Encoding.UTF8.GetBytes(content));
        Assert.Equal((content, null), Read(File()));

        File().WriteUnflushed(Encoding.UTF8.GetBytes(content));
        Assert.Equal((content, null), Read(File()));
    }

    [Fact]
    public void A_missing_file_is_no_damage() => Assert.Equal((null, null), Read(File()));

    [Fact]
    public void Every_bit_of_every_byte_counts()
    {
        File().Write("abc"u8);
        var bytes = System.IO.File.ReadAllBytes(_folder["x"]);
        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            var changed = bytes.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            System.IO.File.WriteAllBytes(_folder["x"], changed);

            var (content, damage) = Read(File());

            Assert.Null(content);
            Assert.Equal(bit / 8 < "slipway.kind name ".Length ? "is not what belongs there" : "has other bytes than were written", damage);
        }
    }

    [Fact]
    public void Every_length_counts()
    {
        File().Write("abc"u8);
        var bytes = System.IO.File.ReadAllBytes(_folder["x"]);
        for (var length = 0; length < bytes.Length; length++)
        {
            System.IO.File.WriteAllBytes(_folder["x"], bytes[..length]);

            Assert.Equal((null, length == 0 ? "is empty" : length < bytes.Length - 3 ? "is cut off" : "has other bytes than were written"), Read(File()));
        }
    }

    [Theory]
    [InlineData("other", "name")]
    [InlineData("kind", "other")]
    public void Another_kinds_or_names_file_is_refused(string kind, string name)
    {
        File(kind, name).Write("abc"u8);

        Assert.Equal((null, "is not what belongs there"), Read(File("kind", "name")));
    }

    [Fact]
    public void What_is_no_file_is_damage_and_goes_out_of_the_way()
    {
        Directory.CreateDirectory(_folder["x"]);
        System.IO.File.WriteAllText(_folder["x/mine"], "mine");
        Assert.Equal((null, "is a folder"), Read(File()));

        File().Write("abc"u8);

        Assert.Equal(("abc", null), Read(File()));
        Assert.Equal("mine", System.IO.File.ReadAllText(Directory.GetFiles(_folder["tmp"], "mine", SearchOption.AllDirectories).Single()));
        File().Remove();
        Assert.Equal((null, null), Read(File()));
        File().Remove();
    }

    [Fact]
    public void What_the_system_does_not_give_is_no_damage_and_stays()
    {
        File().Write("abc"u8);
        using (new FileStream(_folder["x"], FileMode.Open, FileAccess.Read, FileShare.None))
        {
            Assert.Null(File().TryRead(out var flaw));
            Assert.False(flaw!.IsDamage);
            Assert.StartsWith("cannot be read: ", flaw.Text, StringComparison.Ordinal);
            Assert.Equal(flaw.Text, File().RemoveDamaged()?.Text);
        }

        Assert.Equal(("abc", null), Read(File()));
    }

    [Fact]
    public void A_link_is_damage_even_to_the_file_itself()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no links for everybody.");
        File().Write("abc"u8);
        System.IO.File.Move(_folder["x"], _folder["y"]);
        System.IO.File.CreateSymbolicLink(_folder["x"], "y");
        Assert.Equal((null, "is a link"), Read(File()));

        File().Write("new"u8);

        Assert.Equal(("new", null), Read(File()));
        Assert.EndsWith("abc", System.IO.File.ReadAllText(_folder["y"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_outside_of_the_caches_folder_is_put_aside()
    {
        _folder.Write("file", "mine");
        var path = _folder["file/cache/x"];

        Assert.ThrowsAny<IOException>(() => new CheckedFile(_folder["file/cache"], path, "kind", "name").Write("abc"u8));

        Assert.Equal("mine", System.IO.File.ReadAllText(_folder["file"]));
    }

    private CheckedFile File(string kind = "kind", string name = "name") => new(_folder.Path, _folder["x"], kind, name);

    private static (string? Content, string? Damage) Read(CheckedFile file)
    {
        var content = file.TryRead(out var flaw);
        Assert.True(flaw is null or { IsDamage: true }, flaw?.Text);
        return (content is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null, flaw?.Text);
    }
}
