using System.Text.Json;
using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Jobs;

public sealed class JobJsonTests
{
    private static readonly FileRef Chart = new("in/chart.txt", "chart");
    private static readonly Ref Wind = new("Weather/today", "wind");
    private static readonly SetSailJob Sail = new(Chart, Wind, Sea.VeryRough) { Ports = [new("from", "Riga"), new("to", "Tallinn")], Crew = 3 };
    private static readonly JobNode Node = new("Sail v01", "001", Sail, ["artifacts/log.txt"]);

    [Fact]
    public void A_job_comes_back_from_its_text()
    {
        var read = JobJson.Read(Json().Write());
        var node = read.Node([typeof(string), typeof(SetSailJob)]);

        Assert.Equal(("Sail v01", "001", "Set sail", $"{ContentHash.Of("key")}"), (read.Stage, read.Label, read.Kind, read.Key));
        Assert.Equal(("Sail v01", "001"), (node.Stage, node.Label));
        Assert.Equal(Node.Paths, node.Paths);
        var sail = Assert.IsType<SetSailJob>(node.Job);
        Assert.Equal((Chart, Wind, Sea.VeryRough, 3, null), (sail.Chart, sail.Wind, sail.Weather, sail.Crew, sail.Note));
        Assert.Equal(Sail.Ports, sail.Ports);
    }

    [Fact]
    public void Its_inputs_are_named_with_what_is_in_them()
    {
        var read = JobJson.Read(Json().Write());

        Assert.Equal(
            [new JobJson.InputFile(Chart, "in/chart.txt", $"{ContentHash.Of("chart")}", null), new JobJson.InputFile(Wind, "artifacts/wind.txt", $"{ContentHash.Of("wind")}", "Weather")],
            read.Inputs);
    }

    [Fact]
    public void A_person_can_read_it()
    {
        var text = Json().Write();

        Assert.Contains("\n  \"stage\": \"Sail v01\",", text, StringComparison.Ordinal);
        Assert.Contains("\"weather\": \"very_rough\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("note", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_code_of_a_kind_and_a_salt_that_is_none_are_not_written()
    {
        Assert.DoesNotContain("\"kind\": {", Json().Write(), StringComparison.Ordinal);
        Assert.DoesNotContain("\"salt\"", Json().Write(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "This is no job as JSON: ")]
    [InlineData("[]", "This is no job as JSON: ")]
    [InlineData("null", "The job is empty.")]
    public void What_is_no_job_is_refused(string json, string message) =>
        Assert.StartsWith(message, Assert.Throws<InvalidDataException>(() => JobJson.Read(json)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("stage")]
    [InlineData("label")]
    [InlineData("kind")]
    [InlineData("key")]
    [InlineData("paths")]
    [InlineData("inputs")]
    [InlineData("record")]
    public void A_job_that_lacks_something_is_refused(string member)
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(Json().Write())!.AsObject();
        Assert.True(json.Remove(member));

        Assert.Equal("This is no job as JSON: something is missing.", Assert.Throws<InvalidDataException>(() => JobJson.Read(json.ToJsonString())).Message);
    }

    [Fact]
    public void A_job_that_was_changed_since_it_was_sealed_is_refused()
    {
        var json = Json().Sealed().Write();
        Assert.Equal("Sail v01", JobJson.Read(json).Stage);

        var e = Assert.Throws<InvalidDataException>(() => JobJson.Read(json.Replace("Sail v01", "Sail v02", StringComparison.Ordinal)));

        Assert.Equal("The job has other bytes than were written: take it anew from the cache where it was made.", e.Message);
    }

    [Fact]
    public void A_kind_that_is_not_known_is_named() =>
        Assert.Equal("There is no kind of job 'Set sail' here; another version of Slipway wrote it.", Assert.Throws<InvalidDataException>(() => Json().Node([typeof(string)])).Message);

    [Theory]
    [InlineData("""{"weather":"very_rough","ports":[["only one"]]}""", "A pair has two texts.")]
    [InlineData("""{"weather":"windless"}""", "")]
    public void A_record_that_cannot_be_read_is_named(string record, string why)
    {
        var message = Assert.Throws<InvalidDataException>(() => (Json() with { Record = JsonElement.Parse(record) }).Node([typeof(SetSailJob)])).Message;

        Assert.StartsWith($"The record of Sail v01, 001 cannot be read: {why}", message, StringComparison.Ordinal);
    }

    private static JobJson Json() => JobJson.From(Node, ContentHash.Of("key"), new Dictionary<Input, JobInput>
    {
        [Chart] = new("in/chart.txt", "/here/in/chart.txt", ContentHash.Of("chart")),
        [Wind] = new("artifacts/wind.txt", "/here/artifacts/wind.txt", ContentHash.Of("wind"), "Weather"),
    });

    private enum Sea
    {
        Calm,
        VeryRough,
    }

    private sealed record SetSailJob(FileRef Chart, Ref Wind, Sea Weather) : IJob
    {
        public int Crew { get; init; }

        public string? Note { get; init; }

        public IReadOnlyList<KeyValuePair<string, string>> Ports { get; init; } = [];

        public JobKind Kind => new("Set sail", 1);

        public IReadOnlyList<string> Environment => [];

        public IReadOnlyList<JobOutput> Outputs => [new("log")];

        public void Run(JobIo io) => throw new NotSupportedException();
    }
}
