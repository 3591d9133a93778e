using Slipway.Engine.Files;

namespace Slipway.Engine.Tests.Files;

public sealed class FlawTests
{
    [Fact]
    public void What_the_system_does_not_give_is_no_damage()
    {
        Assert.True(Flaw.IsUnreadable(new IOException("Input/output error")));
        Assert.True(Flaw.IsUnreadable(new UnauthorizedAccessException()));
        Assert.False(Flaw.Unreadable(new IOException("Input/output error")).IsDamage);
    }

    [Fact]
    public void What_may_not_be_read_is_refused_as_such()
    {
        var e = Assert.IsType<UnauthorizedAccessException>(Flaw.Unreadable(new UnauthorizedAccessException("It is another's.")).Refusal("The list", "delete it"));

        Assert.Equal("The list cannot be read: It is another's.. It stays where it is, and is used when it can be read; delete it", e.Message);
    }

    [Fact]
    public void What_is_not_there_or_cut_off_or_is_none_of_the_systems_matters_was_given()
    {
        Assert.All(
            (Exception[])[new FileNotFoundException(), new DirectoryNotFoundException(), new EndOfStreamException(), new InvalidDataException(), new FormatException()],
            exception => Assert.False(Flaw.IsUnreadable(exception)));
        Assert.True(new Flaw("is cut off").IsDamage);
    }
}
