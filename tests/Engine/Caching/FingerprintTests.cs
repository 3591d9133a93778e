using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class FingerprintTests
{
    private static readonly FingerprintEntry Rate = FingerprintEntry.Parameter("learning_rate", "0.0001");
    private static readonly FingerprintEntry Steps = FingerprintEntry.Parameter("steps", "400");

    /// <summary>A key that changes makes everybody's cache useless: it must not change by accident.</summary>
    [Fact]
    public void The_key_of_known_entries_is_known() =>
        Assert.Equal("d2846f14", new Fingerprint([Rate, Steps]).Key.ToString()[..8]);

    /// <summary>What the roles take together, or one alone, does not fit into one buffer.</summary>
    [Fact]
    public void The_key_of_very_long_entries_is_the_hash_of_their_parts_whatever_is_gathered_of_them()
    {
        FingerprintEntry[] entries = [.. Enumerable.Range(0, 40).Select(i => FingerprintEntry.Parameter($"{i:00}{new string('r', i * i * 50)}", $"{i}"))];

        using var sha = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        Fingerprint.Append(sha, "slipway.fingerprint.2"u8);
        foreach (var entry in entries)
        {
            Fingerprint.Append(sha, [(byte)entry.Kind]);
            Fingerprint.Append(sha, System.Text.Encoding.UTF8.GetBytes(entry.Role));
            Fingerprint.Append(sha, Convert.FromHexString($"{entry.Hash}"));
        }

        Assert.Equal(Convert.ToHexStringLower(sha.GetHashAndReset()), $"{new Fingerprint(entries).Key}");
    }

    [Fact]
    public void The_order_of_the_entries_does_not_count() =>
        Assert.Equal(new Fingerprint([Rate, Steps]).Key, new Fingerprint([Steps, Rate]).Key);

    /// <summary>Members of groups, groups whose names begin alike, and roles that are no group: a thousand entries and more are sorted by their groups.</summary>
    [Theory]
    [InlineData(20)]
    [InlineData(400)]
    public void Entries_are_in_the_order_of_their_roles_however_many_there_are(int members)
    {
        string[] roles = ["image", "image-size", "images", .. Enumerable.Range(0, members).SelectMany(i => (string[])[$"image/{i:000}", $"caption/{i:000}", $"image.mask/{members - i}"])];
        FingerprintEntry[] entries = [.. roles.Select(role => FingerprintEntry.Parameter(role, role))];

        var fingerprint = new Fingerprint(entries);

        Assert.Equal(roles.Order(StringComparer.Ordinal), fingerprint.Entries.Select(entry => entry.Role));
        Assert.Equal(new Fingerprint(entries.Reverse()).Key, fingerprint.Key);
        Assert.Contains("two entries with the role caption/007", Assert.Throws<ArgumentException>(() => new Fingerprint([.. entries, FingerprintEntry.Parameter("caption/007", "")])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Descriptions_and_paths_do_not_count() =>
        Assert.Equal(new Fingerprint([Rate]).Key, new Fingerprint([Rate with { Description = "other", Source = "/elsewhere" }]).Key);

    [Fact]
    public void Roles_kinds_and_hashes_count()
    {
        ContentHash[] keys =
        [
            new Fingerprint([Rate]).Key,
            new Fingerprint([Rate with { Role = "rate" }]).Key,
            new Fingerprint([Rate with { Kind = EntryKind.File }]).Key,
            new Fingerprint([Rate with { Hash = ContentHash.Of("2") }]).Key,
            new Fingerprint([]).Key,
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void A_list_cannot_be_forged_by_its_separator() =>
        Assert.NotEqual(FingerprintEntry.Parameter("tags", ["a, b"]).Hash, FingerprintEntry.Parameter("tags", ["a", "b"]).Hash);

    [Fact]
    public void What_has_yet_to_be_made_has_no_key() =>
        Assert.StartsWith(
            "tags has yet to be produced by Tags v01.",
            Assert.Throws<ArgumentException>(() => new Fingerprint([Rate, FingerprintEntry.Pending("tags", "Tags v01")])).Message);

    [Fact]
    public void A_role_that_occurs_twice_is_an_error() =>
        Assert.StartsWith(
            "The fingerprint has two entries with the role steps.",
            Assert.Throws<ArgumentException>(() => new Fingerprint([Steps, Steps])).Message);
}
