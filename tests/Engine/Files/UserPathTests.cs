using Slipway.Engine.Files;

namespace Slipway.Engine.Tests.Files;

public sealed class UserPathTests
{
    [Theory]
    [InlineData("~", "/home/me")]
    [InlineData("~/pictures", "/home/me/pictures")]
    [InlineData("~other/pictures", "~other/pictures")]
    [InlineData("in/~", "in/~")]
    [InlineData("/data", "/data")]
    public void A_tilde_in_front_is_the_users_folder(string path, string expected) => Assert.Equal(expected, UserPath.Expand(path, "/home/me").Replace('\\', '/'));

    [Fact]
    public void Of_whoever_runs_it() => Assert.Equal(UserPath.Home, UserPath.Expand("~"));
}
