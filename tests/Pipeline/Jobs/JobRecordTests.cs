using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Jobs;
using Slipway.Testing.Snapshots;

namespace Slipway.Pipeline.Tests.Jobs;

/// <summary>What must hold of every kind of job; the kinds are found, and a new one is tested as soon as it is there.</summary>
public sealed class JobRecordTests
{
    private static readonly Regex Place = new(@"\[\d+\]", RegexOptions.NonBacktracking);

    public static TheoryData<string> Classes => [.. Samples.Classes.Select(type => type.Name)];

    [Fact]
    public void There_is_a_sample_of_every_kind()
    {
        Assert.Equal(Samples.Classes, Samples.Jobs.Select(job => job.GetType()).Distinct().OrderBy(type => type.Name, StringComparer.Ordinal));
        Assert.Equal(Samples.Classes.Count, Samples.Jobs.Select(job => job.Kind.Name).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [MemberData(nameof(Classes))]
    public void Changing_any_member_changes_the_key_and_no_two_changes_give_one(string name)
    {
        var fingerprint = new JobFingerprint(Samples.Find, Samples.Facts);
        var problems = new List<string>();
        foreach (var job in Samples.Jobs.Where(job => job.GetType().Name == name))
        {
            var known = new Dictionary<ContentHash, string> { [KeyOf(job)] = "nothing" };
            foreach (var (path, counts, changed) in Members.Changes(job))
            {
                var key = KeyOf((IJob)changed);
                if (!counts)
                    problems.AddRange(key == known.First().Key ? [] : [$"{path} is declared not to count, and counts"]);
                else if (!known.TryAdd(key, path))
                    problems.Add($"{path} has the key of {known[key]}");
            }

            Assert.True(known.Count > 4, $"{name}: {known.Count} changes were tried.");
        }

        Assert.Equal([], problems);

        ContentHash KeyOf(IJob job) => new Fingerprint(fingerprint.Entries(job)).Key;
    }

    [Theory]
    [MemberData(nameof(Classes))]
    public void Every_record_can_be_a_key_and_holds_nothing_beside_its_members(string name)
    {
        var problems = new List<string>();
        foreach (var type in Members.Reachable(Samples.Classes.Single(type => type.Name == name)))
        {
            var members = Members.Of(type).Select(member => member.Name).ToHashSet(StringComparer.Ordinal);
            problems.AddRange(type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)
                .Select(field => field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name)
                .Where(field => !members.Contains(field) && field != nameof(IJob.Kind))
                .Select(field => $"{type.Name}.{field}"));
        }

        Assert.Equal([], problems);
        Assert.All(Samples.Jobs.Where(job => job.GetType().Name == name), job => Samples.KeyOf(job));
    }

    [Theory]
    [MemberData(nameof(Classes))]
    public void A_record_and_every_change_of_it_are_the_same_to_the_key_when_they_were_JSON(string name)
    {
        var problems = new List<string>();
        foreach (var job in Samples.Jobs.Where(job => job.GetType().Name == name).Select(job => (IJob)Members.Shortened(job)))
        {
            // Files to start from are members of the job itself; those of the options are empty in every job. A list's first and last elements are read alike.
            foreach (var (path, _, changed) in Members.Changes(job).Append(("nothing", true, job))
                .Where(change => !change.Path.StartsWith("Training.Network.Start.", StringComparison.Ordinal)).DistinctBy(change => Place.Replace(change.Path, "[]")))
            {
                var node = new JobNode("Stage", "label", (IJob)changed, []);
                var key = Samples.KeyOf(node.Job);
                var json = JobJson.From(node, key, JobFingerprint.InputsOf(node.Job).ToDictionary(input => input, Samples.Find)).Write();
                if (Samples.KeyOf(JobJson.Read(json).Node(JobKinds.All).Job) != key)
                    problems.Add(path);
            }
        }

        Assert.Equal([], problems);
    }

    [Fact]
    public void The_kinds_that_are_read_back_are_all_that_there_are() =>
        Assert.Equal(Samples.Classes, JobKinds.All.OrderBy(type => type.Name, StringComparer.Ordinal));

    [Fact]
    public void What_does_not_count_says_why() =>
        Assert.All(
            Samples.Classes.SelectMany(Members.Reachable).Distinct().SelectMany(Members.Of).Where(Members.IsLeftOut),
            member => Assert.True(member.GetCustomAttribute<NotInKeyAttribute>()!.Why.Length > 10, $"{member.DeclaringType!.Name}.{member.Name}"));

    /// <summary>
    /// A value that is its default is in no key. Where this text changes, the kinds that have the record need another code version, or
    /// their old results are taken for new ones.
    /// </summary>
    [Fact]
    public void Defaults_and_code_versions_are_as_they_were()
    {
        var text = new StringBuilder();
        foreach (var job in Samples.Jobs.DistinctBy(job => job.GetType()).OrderBy(job => job.Kind.Name, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"{job.Kind.Name}, code version {job.Kind.CodeVersion}: {string.Join(", ", Members.Reachable(job.GetType()).Select(type => type.Name).Order(StringComparer.Ordinal))}\n");
        foreach (var type in Samples.Classes.SelectMany(Members.Reachable).Distinct().OrderBy(type => type.Name, StringComparer.Ordinal))
        {
            text.Append('\n').Append(type.Name).Append('\n');
            var (made, parameters) = (Members.Make(type), type.GetConstructors().OrderByDescending(constructor => constructor.GetParameters().Length).First().GetParameters());
            foreach (var member in Members.Of(type).OrderBy(member => member.Name, StringComparer.Ordinal))
            {
                var isGiven = parameters.Any(parameter => parameter.Name == member.Name && !parameter.HasDefaultValue);
                text.Append(CultureInfo.InvariantCulture, $"  {member.Name} {(Members.IsLeftOut(member) ? "does not count" : isGiven ? "is given" : $"= {Text(member.GetValue(made))}")}\n");
            }
        }

        Snapshot.Match(text.ToString());
    }

    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(Text))}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        _ => $"{value.GetType().Name} with {string.Join(", ", Members.Of(value.GetType()).Where(member => member.PropertyType.IsValueType || member.PropertyType == typeof(string)).Select(member => $"{member.Name} {Text(member.GetValue(value))}"))}",
    };
}
