using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Pipeline.Plans.Reference;

namespace Slipway.Pipeline.Tests.Plans.Reference;

/// <summary>
/// What is written down of the options follows from their declarations. After a change of those,
/// <c>SLIPWAY_WRITE=1 dotnet run --project tests/Pipeline -- -class "*GeneratedTextTests"</c> writes it anew.
/// </summary>
public sealed class GeneratedTextTests
{
    private const string Begin = "<!-- options: made from their declarations -->\n";
    private const string End = "<!-- /options -->";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static bool Writes => Environment.GetEnvironmentVariable("SLIPWAY_WRITE") == "1";

    private static string Readme => Path.Combine(Repository.Root, "README.md");

    private static string Schema => Path.Combine(Repository.Root, "docs", "lora.pipeline.schema.json");

    [Fact]
    public void The_README_s_table_of_options_is_up_to_date()
    {
        var text = File.ReadAllText(Readme);
        var (start, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        Check(Readme, text, text[..start] + PlanReference.Markdown + text[end..]);
    }

    [Fact]
    public void The_schema_of_the_plan_is_up_to_date() => Check(Schema, File.Exists(Schema) ? File.ReadAllText(Schema) : "", PlanSchema.Text);

    [Fact]
    public void The_shipped_plan_names_its_schema_and_has_no_key_that_is_not_in_it()
    {
        var plan = Path.Combine(Repository.Root, "lora.pipeline.yaml");
        Assert.Contains("\n# yaml-language-server: $schema=docs/lora.pipeline.schema.json\n", File.ReadAllText(plan), StringComparison.Ordinal);

        var part = JsonNode.Parse(PlanSchema.Text)!["$defs"]!["part"]!["properties"]!.AsObject();
        var top = File.ReadAllLines(plan).Where(line => line.Length > 0 && char.IsAsciiLetter(line[0])).Select(line => line.Split(':')[0]).ToList();
        Assert.NotEmpty(top);
        Assert.All(top.Except(["profiles", "default_profile"]), key => Assert.True(part.ContainsKey(key), key));
    }

    [Fact]
    public void The_schema_says_of_an_option_what_its_declaration_says()
    {
        var versions = JsonNode.Parse(PlanSchema.Text)!["$defs"]!["part"]!["properties"]!["versions"]!["additionalProperties"]!["properties"]!;
        Assert.Equal(
            """{"type":["number","null"],"exclusiveMinimum":0,"description":"Multiplies the threshold of the schedules `constant` and `exponential`.","default":1}""",
            versions["huber_scale"]!.ToJsonString(Readable));
        Assert.Equal("""["l2","l1","huber","smooth_l1",null]""", versions["loss_type"]!["enum"]!.ToJsonString());
        Assert.Equal("""["val","val_subject","val_background",null]""", versions["early_stopping"]!["properties"]!["metric"]!["enum"]!.ToJsonString());
    }

    private static void Check(string path, string found, string expected)
    {
        if (Writes && found != expected)
            File.WriteAllText(path, expected);
        else
            Assert.True(found == expected, $"{Path.GetFileName(path)} is stale: run SLIPWAY_WRITE=1 dotnet run --project tests/Pipeline -c Release -- -class \"*GeneratedTextTests\".");
    }
}
