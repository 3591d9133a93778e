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
    public void What_is_not_there_or_cut_off_or_is_none_of_the_systems_matters_was_given()
    {
        Assert.All(
            (Exception[])[new FileNotFoundException(), new DirectoryNotFoundException(), new EndOfStreamException(), new InvalidDataException(), new FormatException()],
            exception => Assert.False(Flaw.IsUnreadable(exception)));
        Assert.True(new Flaw("is cut off").IsDamage);
    }
}
