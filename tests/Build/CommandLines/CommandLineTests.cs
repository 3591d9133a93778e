using System.IO.Enumeration;
using Slipway.Build.CommandLines;

namespace Slipway.Build.Tests.CommandLines;

[Trait("Tier", "slow")]
public sealed class CommandLineTests : IDisposable
{
    private readonly Host _host = new();

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("--target=Tag", "Backgrounds", "Composite", "Tag")]
    [InlineData("--Target=tag", "Backgrounds", "Composite", "Tag")]
    [InlineData("--target Gc", "Gc")]
    [InlineData("--target=Gc --dryrun=True", "Gc")]
    [InlineData("--target=Gc --DryRun=TRUE", "Gc")]
    [InlineData("--target=Gc --noop=true --exclusive=false", "Gc")]
    [InlineData("--target=Tag --exclusive=True", "Tag")]
    [InlineData("-t Gc", "Gc")]
    [InlineData("-t=Gc", "Gc")]
    [InlineData("--target=Gc --target=Verify", "Gc", "Verify")]
    [InlineData("--target=Tag --exclusive", "Tag")]
    [InlineData("--target=Tag --exclusive true", "Tag")]
    [InlineData("--target=Tag -e", "Tag")]
    [InlineData("--profile=sdxl", "Backgrounds", "Composite", "Tag", "Train", "Evaluate", "Default")]
    public async Task Says_which_tasks_run(string args, params string[] tasks)
    {
        var (code, output, _) = await _host.RunAsync([.. args.Split(' '), "--dryrun"]);

        Assert.Equal(0, code);
        Assert.Equal(
            tasks.Select((task, i) => $"{i + 1}. {task}"),
            output.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && char.IsAsciiDigit(line[0])));
    }

    [Theory]
    [InlineData("Train", "Error: 'Train' is no option; expected --name=value, such as --target=Train.")]
    [InlineData("--target=Gc v01", "Error: 'v01' is no option; expected --name=value, such as --target=Train.")]
    [InlineData("Train --target=Gc", "Error: 'Train' is no option; expected --name=value, such as --target=Train.")]
    [InlineData("-t=Gc Train", "Error: 'Train' is no option; expected --name=value, such as --target=Train.")]
    [InlineData("--verbosity=loud", "Error: --verbosity is 'loud'; expected quiet, minimal, normal, verbose or diagnostic.")]
    [InlineData("--dryrun=yes", "Error: `--dryrun=yes`: --dryrun is on or off; give it alone, or as --dryrun=true or --dryrun=false.")]
    [InlineData("--tree=1", "Error: `--tree=1`: --tree is on or off; *")]
    [InlineData("--target=Gc --dryrun yes", "Error: 'yes' is no option; expected --name=value, such as --target=Train.")]
    [InlineData("-v", "Error: `-v` needs a value, such as --verbosity=diagnostic.")]
    [InlineData("-v --target=Gc", "Error: `-v` needs a value, such as --verbosity=diagnostic.")]
    [InlineData("--target", "Error: `--target` needs a value, such as --target=Train.")]
    [InlineData("--config= --target=Status", "Error: `--config=` needs a value, such as --config=lora.pipeline.yaml.")]
    [InlineData("--target=Sample --seed", "Error: `--seed` needs a value, such as --seed=VALUE.")]
    [InlineData("--target=Trian --help", "Error: There is no target `Trian`; did you mean `Train`?")]
    [InlineData("--locked=1", "Error: `--locked=1`: --locked is on or off; *")]
    [InlineData("--target=Status --json=yes", "Error: `--json=yes`: --json is on or off; *")]
    [InlineData("--json", "Error: `--json` belongs to --target=Measure, Status, Compare, Explain, Bench.")]
    [InlineData("--target=Bench --json", "Error: --json is for --scenario=device; leave it out.")]
    [InlineData("--target=Bench --scenario=device --device=cudo", "Error: --device is 'cudo'; expected one of cpu, cuda, cuda:N.")]
    [InlineData("--help=", "Error: `--help=`: --help is on or off; *")]
    [InlineData("--help=noise_ofset", "Error: A plan has no option or section `noise_ofset`; did you mean `noise_offset`?")]
    [InlineData("--config=a.yaml --config=b.yaml", "Error: --config is given twice; give it once.")]
    [InlineData("--Config=a.yaml --config=b.yaml", "Error: --config is given twice; give it once.")]
    [InlineData("--profile=tiny --target=Gc --profile=tiny", "Error: --profile is given twice; give it once.")]
    [InlineData("-v=quiet --verbosity=normal", "Error: --verbosity is given twice; give it once.")]
    [InlineData("--target=Sample --seed=1 --prompt=x --seed=2", "Error: --seed is given twice; give it once.")]
    [InlineData("--target=Trian", "Error: There is no target `Trian`; did you mean `Train`?")]
    [InlineData("--taget=Train", "Error: There is no option `--taget`; did you mean *target`?")]
    public async Task Says_what_is_wrong_with_it(string args, string expected)
    {
        var (code, _, error) = await _host.RunAsync(args.Split(' '));

        Assert.Equal(2, code);
        Assert.True(FileSystemName.MatchesSimpleExpression(expected, error.Trim()), error);
    }

    [Theory]
    [InlineData("--target=Train --version")]
    [InlineData("--version=")]
    public async Task A_version_without_a_name_is_no_version(string args)
    {
        var (code, _, error) = await _host.RunAsync(args.Split(' '));

        Assert.Equal(2, code);
        Assert.Equal("Error: `--version` needs the name of a LoRA version, such as --version=v03; alone it prints Slipway's own.", error.Trim());
    }

    [Fact]
    public async Task Alone_version_prints_the_programs()
    {
        var (code, output, _) = await _host.RunAsync("--version");

        Assert.Equal(0, code);
        Assert.Matches(@"^Slipway \d+\.\d+\.\d+\n$", output);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public async Task Help_lists_targets_and_options_and_runs_nothing(string args)
    {
        var (code, output, _) = await _host.RunAsync(args.Split(' '));

        Assert.Equal(0, code);
        Assert.Contains("\n  Train         Trains the LoRA versions.\n", output, StringComparison.Ordinal);
        Assert.Contains("\n  --version=v03 ", output, StringComparison.Ordinal);
        Assert.DoesNotContain(output.Split('\n'), line => line.Length > 120);
    }

    /// <summary>Each with the options that the command line takes for it, and no other's.</summary>
    [Fact]
    public void Help_of_a_target_tells_its_options_alone()
    {
        foreach (var (target, description) in Help.Tasks)
        {
            var (text, own) = (Help.Of(target), CommandLine.OptionsOf(target));
            Assert.StartsWith($"{target}: {description}\n", text, StringComparison.Ordinal);
            Assert.All(own, option => Assert.Contains($"--{option}", text, StringComparison.Ordinal));
            var others = Help.Tasks.SelectMany(task => CommandLine.OptionsOf(task.Name)).Except(own).Append("tree");
            Assert.All(others, option => Assert.DoesNotMatch($@"--{option}(?![a-z-])", text));
        }
    }

    [Fact]
    public async Task Help_of_a_version_is_that_of_its_target()
    {
        await File.WriteAllTextAsync(_host["lora.pipeline.yaml"], "versions: { round: {} }\n", TestContext.Current.CancellationToken);

        var (code, output, _) = await _host.RunAsync("--target=Train-round", "--help");

        Assert.Equal(0, code);
        Assert.StartsWith("Train-round: Makes the LoRA round.\n  --profile=NAME ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("--version", output, StringComparison.Ordinal);
    }

    /// <summary>Nobody hears it, and it is an exit code all the same.</summary>
    [Theory]
    [InlineData("--target=Trian 2>/dev/full", 2)]
    [InlineData("--help >/dev/full", 2)]
    [InlineData("--help >/dev/full 2>/dev/full", 2)]
    public async Task What_takes_no_more_does_not_break_it(string args, int expected)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full.");

        using var process = HostProgram.Start("/bin/sh", _host.Workspace, ["-c", $"exec dotnet '{HostProgram.Path}' {args}"]);
        var (code, _, error) = await HostProgram.ResultAsync(process);

        Assert.Equal(expected, code);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help=noise_offset")]
    [InlineData("--target=Train --help=versions.noise_offset")]
    public async Task Help_with_a_name_says_what_that_option_means(string args)
    {
        var (code, output, _) = await _host.RunAsync(args.Split(' '));

        Assert.Equal(0, code);
        Assert.Equal("versions.NAME.noise_offset: a number of 0 or more; without it: `0`\n    Strength of one extra normal number for each channel of a picture, so that brightness is learned.\n", output);
    }

    [Fact]
    public async Task A_switch_in_any_case_deletes_nothing()
    {
        using var host = new Host().Furnished();
        Directory.CreateDirectory(host["artifacts"]);
        foreach (var value in new[] { "--dryrun=True", "--whatif=TRUE", "--tree=True", "--description=tRue", "--help=True" })
        {
            var (code, output, error) = await host.RunAsync("--target=Clean", value);
            Assert.Equal((0, ""), (code, error));
            Assert.DoesNotContain("files deleted", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Targets_are_known_for_versions_and_ensembles_of_all_profiles()
    {
        await File.WriteAllTextAsync(
            _host["lora.pipeline.yaml"],
            "versions: { round: {} }\nensembles: { both: {} }\nprofiles: { a: { versions: { square: {} } }, b: { versions: { round: {} }, ensembles: { all: {} } } }\n",
            TestContext.Current.CancellationToken);

        var (code, output, _) = await _host.RunAsync("--tree");

        Assert.Equal(0, code);
        Assert.Equal(["Train-all", "Train-both", "Train-round", "Train-square"], output.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("Train-", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    /// <summary>Whatever is wrong with the plan, its versions' targets say it as <c>Train</c> does.</summary>
    [Theory]
    [InlineData("name: boat\nname: again\nversions: { v01: {} }\n", "lora.pipeline.yaml:2:1: `name` is there twice, first in line 1; remove one.")]
    [InlineData("name: [boat\nversions: { v01: {} }\n", "lora.pipeline.yaml:")]
    [InlineData("versions: [v01]\n", "lora.pipeline.yaml:1:11: `versions` must be a mapping, but is a list.")]
    [InlineData("versions: { v01: {}, V01: {} }\n", "lora.pipeline.yaml:1:22: `versions.V01` has the name of `versions.v01` in line 1")]
    [InlineData(null, "does not exist; name one with --config=FILE.")]
    public async Task A_versions_target_says_what_is_wrong_with_the_plan(string? plan, string problem)
    {
        if (plan is not null)
            await File.WriteAllTextAsync(_host["lora.pipeline.yaml"], plan, TestContext.Current.CancellationToken);

        var all = await _host.RunAsync("--target=Train", "--exclusive");
        var one = await _host.RunAsync("--target=Train-v01", "--exclusive");

        Assert.Equal((2, 2), (all.Code, one.Code));
        Assert.Contains(problem, one.Error, StringComparison.Ordinal);
        Assert.Equal(all.Error, one.Error);
    }

    [Fact]
    public async Task The_tree_shows_a_target_for_each_version_of_the_plan()
    {
        await File.WriteAllTextAsync(_host["my.yaml"], "versions: { round: {}, square: {} }\n", TestContext.Current.CancellationToken);

        var (code, output, _) = await _host.RunAsync("--tree", "--config=my.yaml");

        Assert.Equal(0, code);
        Assert.Contains("Train-round", output, StringComparison.Ordinal);
        Assert.Contains("Train-square", output, StringComparison.Ordinal);
    }
}
