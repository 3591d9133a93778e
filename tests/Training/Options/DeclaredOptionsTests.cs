using System.Collections;
using System.Reflection;
using System.Text;
using Slipway.Engine.Options;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Options;

/// <summary>What every declaration has in common, found over all records that a training's options are made of.</summary>
public sealed class DeclaredOptionsTests
{
    private static readonly IReadOnlyList<Option<TrainingOptions>> Options = TrainingOptions.Declared.Options;

    /// <summary>A property that no option declares could not be set by a plan; one under another name would be called two things.</summary>
    [Fact]
    public void Every_setting_is_declared_once_under_its_own_name() =>
        Assert.Equal(Settings(typeof(TrainingOptions)).Select(property => Snake(property.Name)).Order(StringComparer.Ordinal), Options.Select(option => option.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_option_says_what_it_does_in_a_sentence_and_no_two_say_the_same()
    {
        Assert.All(Options, option => Assert.Matches(@"^[A-Z].*\.$", option.Says));
        Assert.Equal(Options.Count, Options.Select(option => option.Says).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Every_default_can_be_written_in_a_plan_and_is_allowed()
    {
        var defaults = new TrainingOptions();
        Assert.All(Options, option => Assert.Null(option.Refusal(defaults)));
        foreach (var option in Options.Where(option => option.Default.Length > 0))
        {
            var slips = new List<Slip>();
            Assert.True(option.IsDefault(option.Read(defaults, new WrittenText(option.Default, !option.IsText), slips)), option.Name);
            Assert.Empty(slips);
        }
    }

    [Fact]
    public void What_sd_scripts_has_for_a_default_can_be_imported()
    {
        foreach (var option in Options.Where(option => option.SdScripts is { Length: > 0 }))
        {
            var slips = new List<Slip>();
            option.Read(new TrainingOptions(), new WrittenText(option.SdScripts!, !option.IsText), slips);
            Assert.Empty(slips);
        }
    }

    [Fact]
    public void No_two_options_are_told_of_under_one_key() =>
        Assert.Distinct(Options.Select(option => option.Metadata?.Key).OfType<string>(), StringComparer.Ordinal);

    // Of parts their settings; a part may lie in a part.
    private static IEnumerable<PropertyInfo> Settings(Type record) => record.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite)
        .SelectMany(property => IsPart(property.PropertyType) ? Settings(property.PropertyType) : [property]);

    private static bool IsPart(Type type) => type.Namespace == typeof(TrainingOptions).Namespace && !type.IsEnum && !typeof(IEnumerable).IsAssignableFrom(type);

    private static string Snake(string name)
    {
        var snake = new StringBuilder();
        foreach (var letter in name)
            snake.Append(char.IsUpper(letter) && snake.Length > 0 ? "_" : "").Append(char.ToLowerInvariant(letter));
        return snake.ToString();
    }
}
