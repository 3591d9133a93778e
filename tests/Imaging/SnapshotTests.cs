using Slipway.Imaging.Measuring;
using Slipway.Imaging.Pictures;
using Slipway.Testing;
using Slipway.Testing.Snapshots;
using Xunit.Sdk;

namespace Slipway.Imaging.Tests;

/// <summary>The helper of all snapshot tests.</summary>
public sealed class SnapshotTests : IDisposable
{
    private static readonly PictureTolerance Exact = new(1, 0, 0);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lies_beside_its_test_under_Verifys_name()
    {
        var name = SnapshotName.Of("/elsewhere/tests/Imaging/GridTests.cs", "Looks_right", "small", "png");

        Assert.Equal(Path.Combine(Repository.Root, "tests", "Imaging", "GridTests.Looks_right_small.verified.png"), name.VerifiedPath);
        Assert.Equal("GridTests.Looks_right_small.received.png", name.Received);
        Assert.Equal("GridTests.Looks_right.verified.txt", SnapshotName.Of("C:\\src\\tests\\Imaging\\GridTests.cs", "Looks_right", null, "txt").Verified);
    }

    [Fact]
    public void A_new_text_fails_and_is_left_to_be_accepted()
    {
        var name = Name("txt");

        var failure = Assert.Throws<FailException>(() => Snapshot.Match("one\r\ntwo", name));

        Assert.Equal(
            $"Directory: {_folder.Path}\nNew:\n  - Received: T.M.received.txt\n    Verified: T.M.verified.txt\n\nFileContent:\n\nNew:\n\nReceived: T.M.received.txt\none\ntwo",
            failure.Message);
        File.Move(name.ReceivedPath, name.VerifiedPath);
        Snapshot.Match("one\ntwo", name);
    }

    [Fact]
    public void Another_text_fails_and_shows_both()
    {
        var name = Name("json");
        _folder.Write(name.Verified, "{ \"a\": 1 }");

        var failure = Assert.Throws<FailException>(() => Snapshot.Match("{ \"a\": 2 }", name));

        Assert.EndsWith("\nNotEqual:\n\nReceived: T.M.received.json\n{ \"a\": 2 }\nVerified: T.M.verified.json\n{ \"a\": 1 }", failure.Message, StringComparison.Ordinal);
        Assert.Equal("{ \"a\": 2 }", File.ReadAllText(name.ReceivedPath));
    }

    [Fact]
    public void What_was_received_before_goes_when_it_fits_again()
    {
        var name = Name("txt");
        _folder.Write(name.Verified, "one\r\n");
        _folder.Write(name.Received, "two\n");

        Snapshot.Match("one\n", name);

        Assert.False(File.Exists(name.ReceivedPath));
    }

    [Fact]
    public void A_new_picture_fails_and_can_be_accepted()
    {
        var name = Name("png");
        Assert.Throws<FailException>(() => Snapshot.Match(TestPictures.Colorful(20, 10), Exact, name));

        File.Move(name.ReceivedPath, name.VerifiedPath);

        Snapshot.Match(TestPictures.Colorful(20, 10), Exact, name);
    }

    [Fact]
    public void Another_picture_fails_and_says_by_how_much()
    {
        var name = Name("png");
        TestPictures.Flat(16, 16, 100, 100, 100).SavePng(name.VerifiedPath);
        var other = TestPictures.Of(16, 16, (x, y) => x == 3 && y == 4 ? (130, 100, 100, 255) : (100, 100, 100, 255));

        var failure = Assert.Throws<FailException>(() => Snapshot.Match(other, Exact, name));

        Assert.Contains("pixels off by more than 0: 0.391 %, expected 0.000 % or less\nlargest difference: 30", failure.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(name.ReceivedPath));
    }

    [Theory]
    [InlineData(3, 1, true)] // each channel a little off: within the tolerance of a channel
    [InlineData(4, 1, false)] // beyond it, everywhere
    [InlineData(90, 255, true)] // one pixel of 256, however far: within the share of pixels
    [InlineData(90, 100, false)] // two or three of them
    public void Pixels_may_be_off_a_little_or_be_few(int by, int every, bool same)
    {
        var tolerance = new PictureTolerance(0, 3, 1 / 256.0);
        var verified = TestPictures.Flat(16, 16, 100, 100, 100);
        var received = TestPictures.Of(16, 16, (x, y) => (((16 * y) + x + 1) % every == 0 ? 100 + by : 100, 100, 100, 255));

        Assert.Equal(same, tolerance.Difference(received, verified) is null);
    }

    [Fact]
    public void Pictures_of_another_size_differ()
        => Assert.Equal("size: 8×8, expected 8×9", Exact.Difference(TestPictures.Colorful(8, 8), TestPictures.Colorful(8, 9)));

    [Fact]
    public void Similarity_is_1_for_equal_pictures_and_falls_with_what_the_eye_sees()
    {
        var picture = TestPictures.Colorful(32, 32);
        Picture Changed(Func<int, int, int> by) => TestPictures.Of(32, 32, (x, y) =>
        {
            var (red, green, blue, alpha) = picture.At(x, y);
            var change = by(x, y);
            return (Math.Clamp(red + change, 0, 255), Math.Clamp(green + change, 0, 255), Math.Clamp(blue + change, 0, 255), alpha);
        });

        Assert.Equal(1, Ssim.Of(picture, picture), 12);
        var brighter = Ssim.Of(picture, Changed((_, _) => 10));
        var noisier = Ssim.Of(picture, Changed((x, y) => (x + y) % 2 == 0 ? 10 : -10));
        Assert.InRange(brighter, noisier, 0.9999); // the same change, once as brightness and once as noise
        Assert.True(Ssim.Of(TestPictures.Flat(16, 16, 100, 100, 100), TestPictures.Flat(16, 16, 0, 0, 0)) < 0.3);
    }

    private SnapshotName Name(string extension) => new(_folder.Path, "T.M", extension);
}
