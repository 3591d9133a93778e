using System.Text;
using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

/// <summary>Records lie in people's caches: what is written keeps its bytes, and what was written is read.</summary>
public sealed class ActionJsonTests
{
    // Half a letter is none: it is written as the sign for what cannot be read.
    private const string Odd = "帆<b> \"+'&\\/\t\ud83d";
    private const string OddRead = "帆<b> \"+'&\\/\t\ufffd";
    private const string OddWritten = """\u5E06\u003Cb\u003E \u0022\u002B\u0027\u0026\\/\t\uFFFD""";
    private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private const string Record =
        $$"""{"stage":"{{OddWritten}}","item":"⛵ 1","seconds":0.1234567,"from":"https://example.org/?a=1\u0026b=2","outputs":[{"slot":0,"path":"","hash":"{{Abc}}","size":9007199254740993},{"slot":2147483647,"path":"\u5E06/a.png","hash":"{{Abc}}","size":0}],"entries":[{"kind":0,"role":"code version","description":"3","hash":"{{Abc}}"},{"kind":1,"role":"tags","description":"{{OddWritten}}","hash":"{{Abc}}","items":["{{OddWritten}}",""]},{"kind":4,"role":"{{OddWritten}}","description":"","hash":"{{Abc}}","items":[]}]}""";

    private const string Manifest =
        $$"""{"stage":"{{OddWritten}}","items":[{"label":"{{OddWritten}}","key":"{{Abc}}","outputs":[{"slot":0,"path":"","hash":"{{Abc}}","size":1}]},{"label":"b","key":"{{Abc}}","outputs":[]}]}""";

    private static ContentHash Hash => ContentHash.Of("abc");

    [Fact]
    public void A_record_has_the_bytes_that_it_always_had() => Assert.Equal(Record.Replace("⛵", """\u26F5""", StringComparison.Ordinal), Text(ActionJson.Write(Result())));

    [Fact]
    public void A_record_made_here_and_without_outputs_has_no_more_than_it_must() =>
        Assert.Equal("""{"stage":"Paint","item":"a","seconds":86400,"outputs":[],"entries":[]}""", Text(ActionJson.Write(new ActionResult("Paint", "a", [], [], TimeSpan.FromDays(1)))));

    [Theory]
    [InlineData(1, "1E-07")]
    [InlineData(-15_000_000, "-1.5")]
    [InlineData(long.MaxValue, "922337203685.4775")]
    public void Seconds_are_written_as_short_as_they_can_be_read_again(long ticks, string seconds) =>
        Assert.Contains($"\"seconds\":{seconds},", Text(ActionJson.Write(new ActionResult("Paint", "a", [], [], TimeSpan.FromTicks(ticks)))), StringComparison.Ordinal);

    [Fact]
    public void A_manifest_has_the_bytes_that_it_always_had() =>
        Assert.Equal(
            Manifest,
            Text(ActionJson.Write(new StageManifest(Odd, [new StageManifest.Item(Odd, Hash, [new ActionOutput(0, "", new Blob(Hash, 1))]), new StageManifest.Item("b", Hash, [])]))));

    [Fact]
    public void What_was_written_is_read()
    {
        var (made, read) = (Result(), ActionJson.ReadResult(Encoding.UTF8.GetBytes(Record)));

        Assert.Equal((OddRead, made.Item, made.Duration, made.From), (read.Stage, read.Item, read.Duration, read.From));
        Assert.Equal(made.Outputs, read.Outputs);
        Assert.Equal(made.Entries.Select(entry => (entry.Kind, entry.Hash)), read.Entries.Select(entry => (entry.Kind, entry.Hash)));
        Assert.Equal(["code version", "tags", OddRead], read.Entries.Select(entry => entry.Role));
        Assert.Equal([null, [OddRead, ""], []], read.Entries.Select(entry => entry.Items));

        var manifest = ActionJson.ReadManifest(Encoding.UTF8.GetBytes(Manifest));
        Assert.Equal((OddRead, OddRead, Hash), (manifest.Stage, manifest.Items[0].Label, manifest.Items[0].Key));
        Assert.Equal([new ActionOutput(0, "", new Blob(Hash, 1))], manifest.Items[0].Outputs);
    }

    [Fact]
    public void Members_may_stand_in_any_order_and_beside_some_that_nobody_knows()
    {
        var read = ActionJson.ReadResult(Encoding.UTF8.GetBytes(
            $$"""{"later":{"a":[1]},"entries":[{"hash":"{{Abc}}","x":null,"description":"d","role":"r","kind":7}],"outputs":[{"size":1,"hash":"{{Abc.ToUpperInvariant()}}","path":"p","slot":1,"y":2}],"seconds":1.5e0,"item":"a","stage":"s"}"""));

        Assert.Equal(("s", "a", TimeSpan.FromSeconds(1.5), null), (read.Stage, read.Item, read.Duration, read.From));
        Assert.Equal(((EntryKind)7, "r", "d", Hash), (read.Entries[0].Kind, read.Entries[0].Role, read.Entries[0].Description, read.Entries[0].Hash!.Value));
        Assert.Equal(new ActionOutput(1, "p", new Blob(Hash, 1)), read.Outputs[0]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{} {}")]
    [InlineData("""{"stage":"s","item":"a","seconds":0,"outputs":[],"entries":[],}""")]
    [InlineData("""{"item":"a","seconds":0,"outputs":[],"entries":[]}""")]
    [InlineData("""{"Stage":"s","item":"a","seconds":0,"outputs":[],"entries":[]}""")]
    [InlineData("""{"stage":1,"item":"a","seconds":0,"outputs":[],"entries":[]}""")]
    [InlineData("""{"stage":"\ud83d","item":"a","seconds":0,"outputs":[],"entries":[]}""")]
    [InlineData("""{"stage":"s","item":"a","seconds":"0","outputs":[],"entries":[]}""")]
    [InlineData("""{"stage":"s","item":"a","seconds":null,"outputs":[],"entries":[]}""")]
    [InlineData("""{"stage":"s","item":"a","seconds":1e300,"outputs":[],"entries":[]}""")]
    [InlineData("""{"stage":"s","item":"a","seconds":0,"outputs":null,"entries":[]}""")]
    [InlineData("""{"stage":"s","item":"a","seconds":0,"outputs":{},"entries":[]}""")]
    [InlineData("""{"stage":"s","item":"a","seconds":0,"outputs":[null],"entries":[]}""")]
    [InlineData("""{"stage":"s","item":"a","seconds":0,"outputs":[],"entries":[null]}""")]
    [InlineData("""{"stage":"s","item":"a","seconds":0,"outputs":[],"entries":null}""")]
    [InlineData("""{"stage":"s","item":"a","seconds":0,"from":1,"outputs":[],"entries":[]}""")]
    [InlineData("""{"stage":"s","item":"a","seconds":0,"outputs":[{"slot":1.5,"path":"p","hash":"HASH","size":1}],"entries":[]}""")]
    [InlineData("""{"stage":"s","item":"a","seconds":0,"outputs":[{"slot":2147483648,"path":"p","hash":"HASH","size":1}],"entries":[]}""")]
    [InlineData("""{"stage":"s","item":"a","seconds":0,"outputs":[{"slot":0,"path":"p","hash":"HASH","size":1e30}],"entries":[]}""")]
    [InlineData("""{"stage":"s","item":"a","seconds":0,"outputs":[{"slot":0,"path":"p","hash":"HASH"}],"entries":[]}""")]
    [InlineData("""{"stage":"s","item":"a","seconds":0,"outputs":[{"slot":0,"path":null,"hash":"HASH","size":1}],"entries":[]}""")]
    [InlineData("""{"stage":"s","item":"a","seconds":0,"outputs":[{"slot":-1,"path":"p","hash":"HASH","size":1}],"entries":[]}""")]
    [InlineData("""{"stage":"s","item":"a","seconds":0,"outputs":[{"slot":0,"path":"p","hash":null,"size":1}],"entries":[]}""")]
    [InlineData("""{"stage":"s","item":"a","seconds":0,"outputs":[],"entries":[{"kind":"1","role":"r","description":"d","hash":"HASH"}]}""")]
    [InlineData("""{"stage":"s","item":"a","seconds":0,"outputs":[],"entries":[{"kind":1,"role":null,"description":"d","hash":"HASH"}]}""")]
    [InlineData("""{"stage":"s","item":"a","seconds":0,"outputs":[],"entries":[{"kind":1,"role":"r","description":"d","hash":1}]}""")]
    [InlineData("""{"stage":"s","item":"a","seconds":0,"outputs":[],"entries":[{"kind":1,"role":"r","description":"d","hash":"HASH","items":[1]}]}""")]
    public void Anything_else_is_refused_as_damaged(string json) =>
        Assert.Throws<InvalidDataException>(() => ActionJson.ReadResult(Encoding.UTF8.GetBytes(json.Replace("HASH", Abc, StringComparison.Ordinal))));

    [Fact]
    public void Bytes_that_are_no_text_are_refused_as_damaged()
    {
        byte[] json = [.. "{\"stage\":\""u8, 0xff, .. "\",\"items\":[]}"u8];
        Assert.Throws<InvalidDataException>(() => ActionJson.ReadManifest(json));
    }

    private static ActionResult Result() => new(
        Odd,
        "⛵ 1",
        [
            new FingerprintEntry(EntryKind.Code, "code version", "3", Hash) { Source = "never written" },
            new FingerprintEntry(EntryKind.Parameter, "tags", Odd, Hash) { Items = [Odd, ""] },
            new FingerprintEntry(EntryKind.Environment, Odd, "", Hash) { Items = [] },
        ],
        [new ActionOutput(0, "", new Blob(Hash, 9_007_199_254_740_993)), new ActionOutput(int.MaxValue, "帆/a.png", new Blob(Hash, 0))],
        TimeSpan.FromTicks(1_234_567))
    {
        From = "https://example.org/?a=1&b=2",
    };

    private static string Text(ReadOnlySpan<byte> json) => Encoding.UTF8.GetString(json);
}
