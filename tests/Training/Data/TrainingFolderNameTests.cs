using System.Text.Json;
using Slipway.Training.Data;

namespace Slipway.Training.Tests.Data;

public sealed class TrainingFolderNameTests
{
    [Fact]
    public void Names_are_read_as_the_reference_does()
    {
        var rules = DataNumbers.Root.GetProperty("folder_rule").EnumerateObject().ToList();
        Assert.Equal(15, rules.Count);
        Assert.All(rules, rule => Assert.Equal(Expected(rule.Value), TrainingFolderName.Parse(rule.Name)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("_x")]
    [InlineData("+_x")]
    [InlineData("99999999999999999999_x")]
    public void What_is_no_number_or_too_large_a_one_is_no_training_folder(string name) => Assert.Null(TrainingFolderName.Parse(name));

    private static TrainingFolderName? Expected(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? null
        : new TrainingFolderName(value.GetProperty("num_repeats").GetInt32(), value.GetProperty("class_tokens").GetString()!);
}
