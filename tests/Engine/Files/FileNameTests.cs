using Slipway.Engine.Caching;
using Slipway.Engine.Files;

namespace Slipway.Engine.Tests.Files;

public sealed class FileNameTests
{
    [Theory]
    [InlineData("Train v03", "Train%20v03")]
    [InlineData("../x", "%2E%2E%2Fx")]
    [InlineData("a%20b", "a%2520b")]
    [InlineData("Züge", "Z%C3%BCge")]
    public void Names_stay_different_and_inside(string name, string expected) => Assert.Equal(expected, FileName.Of(name));
}
