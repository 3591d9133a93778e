using System.Text.Json.Nodes;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Options;

/// <summary>Against what Python 3.11 prints.</summary>
public sealed class PythonTextTests
{
    [Theory]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(1, "1.0")]
    [InlineData(-3, "-3.0")]
    [InlineData(1e-4, "0.0001")]
    [InlineData(0.00012345, "0.00012345")]
    [InlineData(1e-5, "1e-05")]
    [InlineData(1.5e-10, "1.5e-10")]
    [InlineData(9.999999999999999e-5, "9.999999999999999e-05")]
    [InlineData(11.0 / 30, "0.36666666666666664")]
    [InlineData(0.1 + 0.2, "0.30000000000000004")]
    [InlineData(123456.75, "123456.75")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(1e16, "1e+16")]
    [InlineData(1.25e100, "1.25e+100")]
    [InlineData(5e-324, "5e-324")]
    public void Floats(double value, string expected) => Assert.Equal(expected, PythonText.Of(value));

    [Theory]
    [InlineData(2, "2")]
    [InlineData(0.1, "0.1")]
    [InlineData(0, "0")]
    public void Counts_or_shares(double value, string expected) => Assert.Equal(expected, PythonText.OfCountOrShare(value));

    [Fact]
    public void Json_has_spaces_and_nothing_but_ASCII() => Assert.Equal(
        """{"a \"b\"\\": [1, 2.0, "\u00e9\ud83d\ude00\u007f<>&'+", null, true], "\n": {}}""",
        PythonText.Json(new JsonObject { ["a \"b\"\\"] = new JsonArray(1, 2.0, "é😀\u007f<>&'+", null, true), ["\n"] = new JsonObject() }));
}
