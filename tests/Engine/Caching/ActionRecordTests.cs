using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class ActionRecordTests
{
    private static readonly ContentHash Key = ContentHash.Of("key");
    private static readonly ActionResult Result = new("Paint", "a", [], [new ActionOutput(0, "", new Blob(ContentHash.Of("a"), 1))], TimeSpan.FromSeconds(1)) { From = "there" };

    [Fact]
    public void A_result_travels_without_where_it_came_from()
    {
        var read = ActionRecord.Read(Key, ActionRecord.Write(Key, Result));

        Assert.Equal(("Paint", "a", TimeSpan.FromSeconds(1), null), (read.Stage, read.Item, read.Duration, read.From));
        Assert.Equal(Result.Outputs, read.Outputs);
    }

    [Fact]
    public void Another_key_or_another_byte_is_refused()
    {
        var bytes = ActionRecord.Write(Key, Result);

        Assert.Throws<InvalidDataException>(() => ActionRecord.Read(ContentHash.Of("another"), bytes));
        bytes[^2] ^= 1;
        Assert.Equal("has other bytes than were written", Assert.Throws<InvalidDataException>(() => ActionRecord.Read(Key, bytes)).Message);
    }
}
