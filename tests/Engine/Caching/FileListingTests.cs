using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class FileListingTests
{
    private static readonly ContentHash A = ContentHash.Of("a");
    private static readonly ContentHash B = ContentHash.Of("b");

    [Fact]
    public void The_order_in_which_files_are_given_does_not_count()
    {
        var listing = new FileListing([("b", B), ("a", A)]);

        Assert.Equal([("a", A), ("b", B)], listing.Files);
        Assert.Equal(new FileListing([("a", A), ("b", B)]).Hash, listing.Hash);
    }

    [Fact]
    public void Names_and_contents_count()
    {
        FileListing[] listings = [new([]), new([("a", A)]), new([("b", A)]), new([("a", B)]), new([("a", A), ("b", B)]), new([("a", B), ("b", A)])];

        Assert.Equal(listings.Length, listings.Select(listing => listing.Hash).Distinct().Count());
    }

    /// <summary>A key that changes makes everybody's cache useless: it must not change by accident.</summary>
    [Fact]
    public void The_hash_of_a_known_listing_is_known() =>
        Assert.Equal(ContentHash.Of([.. Convert.FromHexString($"{A}"), (byte)'a', 0]), new FileListing([("a", A)]).Hash);

    [Fact]
    public void It_comes_back_from_its_bytes()
    {
        var listing = new FileListing([("a", A), ("deep/帆.png", B), ("z", A)]);

        var read = FileListing.Parse(listing.ToBytes());

        Assert.Equal(listing.Files, read.Files);
        Assert.Equal(ContentHash.Of(listing.ToBytes()), read.Hash);
        Assert.Empty(FileListing.Parse([]).Files);
    }

    [Fact]
    public void What_is_cut_off_is_none()
    {
        var bytes = new FileListing([("a", A), ("b", B)]).ToBytes().ToArray();

        for (var length = 1; length < bytes.Length; length++)
        {
            if (length != 34)
                Assert.Throws<InvalidDataException>(() => FileListing.Parse(bytes.AsSpan(0, length)));
        }
    }

    [Fact]
    public void A_path_that_comes_twice_is_an_error() =>
        Assert.StartsWith("The listing has a twice.", Assert.Throws<ArgumentException>(() => new FileListing([("a", A), ("a", B)])).Message);
}
