using System.Text.Json;
using Slipway.Engine.Files;

namespace Slipway.Engine.Tests.Files;

public sealed class ReadableJsonTests
{
    [Fact]
    public void A_document_has_a_member_a_line_and_letters_as_they_are() =>
        Assert.Equal("{\n  \"trigger_word\": \"船 <boat> é\"\n}", JsonSerializer.Serialize(new { TriggerWord = "船 <boat> é" }, ReadableJson.NewOptions()));
}
