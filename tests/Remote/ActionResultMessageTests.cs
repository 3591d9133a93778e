using Slipway.Engine.Caching;

namespace Slipway.Remote.Tests;

public sealed class ActionResultMessageTests
{
    private static readonly ContentHash Key = ContentHash.Of("key");
    private static readonly ActionResult Result = new(
        "Train v01",
        "v01",
        [FingerprintEntry.Parameter("rank", "8")],
        [new ActionOutput(0, "", new Blob(ContentHash.Of("lora"), 4)), new ActionOutput(1, "deep/plot.png", new Blob(ContentHash.Of(""), 0)), new ActionOutput(2, "", new Blob(ContentHash.Of("log"), 300))],
        TimeSpan.FromSeconds(90));

    [Fact]
    public void A_result_comes_back_as_it_was()
    {
        var read = ActionResultMessage.Read(Key, ActionResultMessage.Write(Key, Result));

        Assert.Equal((Result.Stage, Result.Item, Result.Duration), (read.Stage, read.Item, read.Duration));
        Assert.Equal(Result.Outputs, read.Outputs);
        Assert.Equal(Result.Entries.Select(entry => (entry.Role, entry.Hash)), read.Entries.Select(entry => (entry.Role, entry.Hash)));
    }

    [Fact]
    public void Where_it_came_from_does_not_go_on_to_others()
    {
        var taken = Result with { From = "https://cache.example.org/slipway" };

        Assert.Equal(ActionResultMessage.Write(Key, Result), ActionResultMessage.Write(Key, taken));
        Assert.Null(ActionResultMessage.Read(Key, ActionResultMessage.Write(Key, taken)).From);
    }

    /// <summary>Field numbers of remote_execution.proto, v2: ActionResult.output_files = 2, .stdout_raw = 5; OutputFile.path = 1, .digest = 2; Digest.hash = 1, .size_bytes = 2.</summary>
    [Fact]
    public void A_server_that_checks_finds_the_blobs_in_it()
    {
        var message = Fields(ActionResultMessage.Write(Key, Result));

        Assert.Equal([2, 2, 2, 5], message.Select(field => field.Number));
        var files = message.Where(field => field.Number == 2).Select(field => Fields(field.Bytes)).ToList();
        Assert.Equal(["0", "1/deep/plot.png", "2"], files.Select(file => Text(file, 1)));
        var digests = files.Select(file => Fields(file.Single(field => field.Number == 2).Bytes)).ToList();
        Assert.Equal(Result.Outputs.Select(output => output.Blob.Hash.ToString()), digests.Select(digest => Text(digest, 1)));
        Assert.Equal([4, 0, 300], digests.Select(digest => digest.SingleOrDefault(field => field.Number == 2).Value));
    }

    [Fact]
    public void What_a_server_has_added_is_passed_over()
    {
        // execution_metadata = 9 with worker = 1, as bazel-remote adds it; and a number, 64 and 32 bits of fields that nobody knows.
        byte[] added = [.. ActionResultMessage.Write(Key, Result), 0x4a, 3, 0x0a, 1, (byte)'w', 0x20, 0x96, 0x01, 0x59, 1, 2, 3, 4, 5, 6, 7, 8, 0x65, 1, 2, 3, 4];

        Assert.Equal(Result.Outputs, ActionResultMessage.Read(Key, added).Outputs);
    }

    [Fact]
    public void Another_action_s_result_is_none() =>
        Assert.Equal("is not what belongs there", Assert.Throws<InvalidDataException>(() => ActionResultMessage.Read(ContentHash.Of("other"), ActionResultMessage.Write(Key, Result))).Message);

    [Fact]
    public void No_beginning_of_a_result_is_one()
    {
        var whole = ActionResultMessage.Write(Key, Result);

        Assert.All(Enumerable.Range(0, whole.Length), length => Assert.Throws<InvalidDataException>(() => ActionResultMessage.Read(Key, whole[..length])));
    }

    private static string Text(List<(int Number, long Value, byte[] Bytes)> fields, int number) => System.Text.Encoding.UTF8.GetString(fields.Single(field => field.Number == number).Bytes);

    /// <summary>Protocol Buffers, "Encoding": a tag (number × 8 + type), then a number or so many bytes.</summary>
    private static List<(int Number, long Value, byte[] Bytes)> Fields(byte[] message)
    {
        var (fields, at) = (new List<(int, long, byte[])>(), 0);
        while (at < message.Length)
        {
            var tag = Number();
            var value = Number();
            Assert.Contains(tag & 7, new long[] { 0, 2 });
            var length = (tag & 7) == 2 ? (int)value : 0;
            fields.Add(((int)(tag >> 3), length > 0 ? 0 : value, message[at..(at + length)]));
            at += length;
        }

        return fields;

        long Number()
        {
            var (number, shift) = (0L, 0);
            for (; ; shift += 7)
            {
                number |= (long)(message[at] & 127) << shift;
                if (message[at++] < 128)
                    return number;
            }
        }
    }
}
