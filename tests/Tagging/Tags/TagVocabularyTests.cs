using Slipway.Tagging.Tags;

namespace Slipway.Tagging.Tests.Tags;

public sealed class TagVocabularyTests : IDisposable
{
    private const string Header = "tag_id,name,category,count\n";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private IReadOnlyList<Tag> Read(string text) => TagVocabulary.Load(_folder.Write("tags.csv", text)).Tags;

    private void IsBad(string text, params string[] says)
    {
        var path = _folder.Write("tags.csv", text);
        var exception = Assert.Throws<InvalidDataException>(() => TagVocabulary.Load(path));
        Assert.StartsWith(path, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.All(says, part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Keeps_the_order_and_knows_the_categories()
        => Assert.Equal(
            [new Tag("general", TagCategory.Rating), new Tag("1girl", TagCategory.General), new Tag("hatsune_miku", TagCategory.Character)],
            Read(Header + "9999999,general,9,1\n470575,1girl,0,2\n1,hatsune_miku,4,3\n"));

    [Fact]
    public void Other_categories_count_as_general()
        => Assert.All(Read(Header + "1,artist,1,0\n2,copyright,3,0\n3,meta,5,0\n"), tag => Assert.Equal(TagCategory.General, tag.Category));

    [Fact]
    public void Columns_are_found_by_name_and_more_are_allowed()
        => Assert.Equal([new Tag("boat", TagCategory.Character)], Read("category,extra,name\n4,x,boat\n"));

    [Fact]
    public void A_quoted_name_may_hold_commas_quotes_and_line_breaks()
        => Assert.Equal(
            ["don't_say_\"lazy\"", "a,b", "two\nlines"],
            Read(Header + "1,\"don't_say_\"\"lazy\"\"\",0,1\n2,\"a,b\",0,1\n3,\"two\nlines\",0,1").Select(tag => tag.Name));

    [Theory]
    [InlineData("\uFEFFcategory,name\r\n0,sea\r\n0,boat\r\n")]
    [InlineData("tag_id,name,category,count\n\n1,sea,0,5\n2,boat,0,5")]
    public void Windows_line_ends_a_byte_order_mark_and_empty_lines_are_no_matter(string text)
        => Assert.Equal(["sea", "boat"], Read(text).Select(tag => tag.Name));

    [Fact]
    public void A_missing_list_is_named()
    {
        var exception = Assert.Throws<FileNotFoundException>(() => TagVocabulary.Load(_folder["none.csv"]));
        Assert.Contains(_folder["none.csv"], exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Header)]
    public void A_list_without_tags_is_an_error(string text) => IsBad(text, "no tag in it");

    [Fact]
    public void A_missing_column_is_named() => IsBad("tag_id,tag,category,count\n1,sea,0,5\n", ":1:", "no column 'name'", "tag_id,name,category,count");

    [Fact]
    public void A_line_with_too_few_fields_is_named() => IsBad(Header + "1,sea,0,5\n2,boat,0\n", ":3:", "3 fields; expected 4");

    [Fact]
    public void A_line_with_an_unquoted_comma_is_named() => IsBad(Header + "1,sea,boat,0,5\n", ":2:", "5 fields; expected 4");

    [Theory]
    [InlineData("general")]
    [InlineData("-1")]
    [InlineData("")]
    public void A_category_must_be_a_number(string category) => IsBad($"{Header}1,sea,{category},5\n", ":2:", $"'{category}' is no number");

    [Fact]
    public void A_quote_that_is_never_closed_is_an_error_and_swallows_no_tags()
        => IsBad(Header + "1,sea,0,5\n2,\"boat,0,5\n3,ship,0,5\n", "quote");
}
