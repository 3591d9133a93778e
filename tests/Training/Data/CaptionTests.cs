using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.Training.Data;
using Slipway.Training.Options;
using Slipway.Training.Randomness;

namespace Slipway.Training.Tests.Data;

public sealed class CaptionTests
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    private const string Six = "one, two,three , four,five,  six";

    public static TheoryData<int> References => [.. Enumerable.Range(0, DataNumbers.Root.GetProperty("captions").GetArrayLength())];

    /// <summary>The reference's texts from the reference's random numbers: every draw, and the order of the draws.</summary>
    [Theory]
    [MemberData(nameof(References))]
    public void From_the_references_draws_comes_the_references_text(int index)
    {
        var row = DataNumbers.Root.GetProperty("captions")[index];
        var options = JsonSerializer.Deserialize<CaptionOptions>(row.GetProperty("subset"), SnakeCase)!;
        var random = new PythonRandom(row.GetProperty("python_random_seed").GetUInt32());
        Assert.Equal(row.GetProperty("output").GetString(), Caption.Compose(row.GetProperty("input").GetString()!, options, random));
    }

    [Fact]
    public void Without_options_the_text_stays_as_it_is_written() => Assert.Equal("a, b,c", Compose("a, b,c", new CaptionOptions()));

    [Fact]
    public void Prefix_and_suffix_are_set_off_by_a_space() =>
        Assert.Equal("PRE a, b SUF", Compose("a, b", new CaptionOptions { CaptionPrefix = "PRE", CaptionSuffix = "SUF" }));

    [Fact]
    public void Shuffling_keeps_the_first_tags_in_place_and_loses_none()
    {
        var options = new CaptionOptions { ShuffleCaption = true, KeepTokens = 2 };
        var texts = Enumerable.Range(0, 50).Select(i => Compose(Six, options, i)).ToList();
        Assert.All(texts, text => Assert.StartsWith("one, two, ", text, StringComparison.Ordinal));
        Assert.All(texts, text => Assert.Equal(["five", "four", "one", "six", "three", "two"], text.Split(", ").Order(StringComparer.Ordinal)));
        Assert.True(texts.Distinct(StringComparer.Ordinal).Count() > 10);
    }

    [Fact]
    public void More_kept_tags_than_there_are_is_no_error() =>
        Assert.Equal("a, b", Compose("a,b", new CaptionOptions { ShuffleCaption = true, KeepTokens = 9 }));

    [Fact]
    public void Tag_dropout_spares_the_kept_tags_and_drops_at_its_rate()
    {
        var options = new CaptionOptions { CaptionTagDropoutRate = 0.25, KeepTokens = 1 };
        var counts = Enumerable.Range(0, 400).Select(i => Compose(Six, options, i).Split(", ")).ToList();
        Assert.All(counts, tags => Assert.Equal("one", tags[0]));
        Assert.InRange(counts.Average(tags => tags.Length - 1), 5 * 0.7, 5 * 0.8);
    }

    [Fact]
    public void Caption_dropout_leaves_nothing_at_its_rate()
    {
        var empty = Enumerable.Range(0, 400).Count(i => Compose("a", new CaptionOptions { CaptionDropoutRate = 0.1, CaptionPrefix = "PRE" }, i).Length == 0);
        Assert.InRange(empty, 20, 60);
    }

    [Fact]
    public void Every_second_epoch_has_no_captions()
    {
        var options = new CaptionOptions { CaptionDropoutEveryNEpochs = 2 };
        Assert.Equal(["a, b", "", "a, b", ""], Enumerable.Range(1, 4).Select(epoch => Caption.Compose("a, b", options, new SeedStream(1, "caption"), new CaptionMoment(epoch, 0, 10))));
    }

    /// <summary>Five free tags, from one of them at step 0: ⌊step·(5 − 1)/8⌋ + 1.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(0.5)]
    public void Tags_come_in_one_after_another(double steps)
    {
        var options = new CaptionOptions { TokenWarmupStep = steps, KeepTokens = 1 };
        var counts = new[] { 0, 1, 2, 4, 7, 8, 15 }.Select(step => Caption.Compose("kept, a, b, c, d, e", options, new SeedStream(1, "caption"), new CaptionMoment(1, step, 16)));
        Assert.Equal(["kept, a", "kept, a", "kept, a, b", "kept, a, b, c", "kept, a, b, c, d", "kept, a, b, c, d, e", "kept, a, b, c, d, e"], counts);
    }

    [Fact]
    public void Wildcards_choose_a_line_and_a_word_by_chance()
    {
        var texts = Enumerable.Range(0, 100).Select(i => Compose("a {red|blue} boat\nb", new CaptionOptions { EnableWildcard = true }, i)).ToList();
        Assert.Equal(["a blue boat", "a red boat", "b"], texts.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.InRange(texts.Count(text => text == "b"), 35, 65);
    }

    private static string Compose(string caption, CaptionOptions options, long index = 0) => Caption.Compose(caption, options, new SeedStream(1, "caption", index));
}
