using Slipway.Engine.Options;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Plans.Grids;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans;

/// <summary>Makes a <see cref="Plan"/> of a file, a profile and what the command line says.</summary>
internal sealed class PlanReader(string file)
{
    private PlanProblems _problems = new();
    private IReadOnlyList<ProfileNames> _names = [];

    public Plan Read(string? profile, IReadOnlyDictionary<string, string> overrides)
    {
        var document = PlanDocument.Read(file, _problems);
        var top = new MappingReader(document, "", _problems);
        var profiles = top.Sections("profiles").Select(section => section.Name).ToList();
        var chosen = profile ?? top.Text("default_profile");
        if (profiles.Count == 0)
            top.Problem("profiles", "must have at least one profile.");
        else if (!profiles.Contains(chosen) && (profile is not null || !top.IsUnset("default_profile")))
            _problems.Add(profile is null ? top.PlaceOf("default_profile") : Place.CommandLine, $"there is no profile `{chosen}`; {NearestName.Hint(chosen, profiles)}");
        NameChecks.CheckProfiles(top, _problems);
        Plan? plan = null;
        var ofFile = _problems;
        var found = new List<(string Name, PlanProblems Problems)>();
        // All are laid over the file first: what one lacks is looked for in the others.
        var merged = profiles.Select(name => (Name: name, Problems: _problems = new PlanProblems(), Node: Merge(document, name, overrides))).ToList();
        _names = [.. merged.Select(profile => ProfileNames.Read(profile.Name, profile.Node))];
        foreach (var (name, problems, node) in merged)
        {
            _problems = problems;
            var read = ReadProfile(name, node);
            if (name == chosen)
                plan = read;
            found.Add((name, _problems));
        }

        _problems = ofFile;
        // What every profile has is the file's; what only some have is said with their name.
        _problems.Add(PlanProblems.OfAll([.. found.Select(read => read.Problems)]));
        foreach (var own in found.Where(read => read.Name == chosen))
            _problems.Add(own.Problems, own.Name);
        // Without a profile the rest is still read for its own problems; what a profile would give is not missed.
        if (profiles.Count == 0)
            _ = ReadProfile("", document, isPartial: true);
        // What only another profile has stops nothing.
        var stops = _problems.Any;
        foreach (var (name, problems) in found)
            _problems.Add(problems, name);
        if (stops)
            _problems.ThrowIfAny();
        return plan! with { Profiles = profiles, NamesByProfile = _names, Warnings = _problems.Lines };
    }

    /// <summary>What a file says for one profile, with what versions inherit.</summary>
    /// <exception cref="PlanException">It is no plan, or has no such profile.</exception>
    public static MappingNode Merged(string file, string? profile, IReadOnlyDictionary<string, string> overrides)
    {
        var reader = new PlanReader(file);
        var document = PlanDocument.Read(file, reader._problems);
        var chosen = profile ?? (document["default_profile"] as ScalarNode)?.Text ?? "";
        if ((document["profiles"] as MappingNode)?[chosen] is not MappingNode)
            reader._problems.Add(document.Place, $"there is no profile `{chosen}`.");
        reader._problems.ThrowIfAny();
        var merged = reader.Merge(document, chosen, overrides);
        if (merged["versions"] is MappingNode versions)
            merged = merged.With("versions", Inheritance.Resolve(versions, reader._problems).Versions);
        reader._problems.ThrowIfAny();
        return merged;
    }

    /// <summary>A profile with what it inherits from others.</summary>
    private MappingNode Profile(MappingNode profiles, string name, IReadOnlyList<string> path)
    {
        var profile = (MappingNode)profiles[name]!;
        var own = profile.Without(Inheritance.Key);
        if (profile[Inheritance.Key] is not { } value)
            return own;
        var place = $"profiles.{name}.{Inheritance.Key}";
        if (value is ScalarNode { Text: var parent } && profiles[parent] is MappingNode && !path.Contains(parent) && parent != name)
            return Profile(profiles, parent, [.. path, name]).Under(own);
        _problems.Add(value.Place, place, "must be the name of another profile that does not inherit from this one.");
        return own;
    }

    private MappingNode Merge(MappingNode document, string profile, IReadOnlyDictionary<string, string> overrides)
    {
        var merged = document.Without("profiles", "default_profile").Under(Profile((MappingNode)document["profiles"]!, profile, []));
        foreach (var (path, value) in overrides)
            merged = merged.Under(Nest(path.Split('.'), value)) with { Place = merged.Place };
        return merged;
    }

    private static MappingNode Nest(ReadOnlySpan<string> path, string value)
    {
        PlanNode below = path.Length == 1 ? new ScalarNode(value, IsPlain: true, Place.CommandLine) : Nest(path[1..], value);
        return new MappingNode([new MappingNode.Entry(path[0], Place.CommandLine, below)], Place.CommandLine);
    }

    private Plan ReadProfile(string profile, MappingNode node, bool isPartial = false)
    {
        IReadOnlySet<string>? partial = null;
        if (node["versions"] is MappingNode written)
        {
            (var whole, partial) = Inheritance.Resolve(written, _problems);
            node = node.With("versions", whole);
        }

        var reader = new MappingReader(node, "", _problems) { IsPartial = isPartial };
        var plan = reader.Read(Plan.Declared, new Plan { Profile = profile, ArtifactsFolder = PlanPaths.DefaultArtifacts(file), SnapshotsFolder = PlanPaths.DefaultSnapshots(file) });
        var datasets = reader.Sections("datasets").Select(section => DatasetPlan.Read(section.Name, section.Reader, plan.Name, plan.Resolution)).ToList();
        var versions = reader.Sections("versions", partial).ToList();
        var backgrounds = BackgroundsPlan.Read(reader.Section("backgrounds"), plan.Seed, mayBeOwn: true);
        var composites = CompositesPlan.Read(reader.Section("composites"), plan.Seed);
        plan = plan with
        {
            Hub = [.. reader.Sections(HubPlan.Key).Select(section => HubPlan.Read(section.Name, section.Reader))],
            Tagger = TaggerPlan.Read(reader.Section("tagger")),
            Backgrounds = backgrounds,
            Composites = composites,
            Regularisation = reader.IsUnset("regularisation") ? null : BackgroundsPlan.Read(reader.Section("regularisation"), plan.Seed),
            Validation = ValidationPlan.Read(reader, backgrounds, composites),
            Tags = TagsPlan.Read(reader.Section("tags")),
            Datasets = datasets,
            // What lacks its inheritance is read for its own problems, and is nothing to compute with.
            Versions =
            [
                .. versions.Select(section => VersionReader.Read(section.Name, section.Reader, datasets, plan.Seed)).OfType<VersionPlan>()
                    .Where(version => partial?.Contains(version.Name) != true),
            ],
            Ensembles = [.. reader.Sections("ensembles").Select(section => EnsemblePlan.Read(section.Name, section.Reader, [.. versions.Select(version => version.Name)]))],
            Evaluation = EvaluationPlan.Read(reader.Section("evaluation")),
            Report = ReportPlan.Read(reader),
            Cache = CachePlan.Read(reader),
            Slurm = SlurmPlan.Read(reader.Section(SlurmPlan.Key), JobKinds.Names),
        };
        if (reader.IsEmpty("versions"))
            reader.Problem("versions", "must have at least one version.");
        foreach (var dataset in datasets.Where(dataset => dataset.Source == DatasetSource.Regularisation && plan.Regularisation is null))
            reader.Problem("datasets", $"has pictures of `source: regularisation` (`{dataset.Key}`), and nothing says which: give the plan a section `regularisation`.");
        foreach (var version in plan.Versions.Where(version => version.Monitoring.Validation is not null && plan.Validation is null))
            versions.Single(section => section.Name == version.Name).Reader.Problem("validate_every_n_steps", "needs pictures to measure on: give the plan a section `validation`.");
        CheckHub(reader, plan, versions.ToDictionary(section => section.Name, section => section.Reader, StringComparer.Ordinal));
        CheckGrids(reader, plan);
        NameChecks.Run(reader, datasets, _problems);
        var equal = PlanChecks.Run(reader.Section("checks"), plan, [.. versions.Select(version => version.Name)]);
        reader.AlsoKnown("profiles", "default_profile");
        reader.Finish();
        return plan with { EqualOptimizerSteps = equal };
    }

    private static void CheckHub(MappingReader reader, Plan plan, IReadOnlyDictionary<string, MappingReader> versions)
    {
        IReadOnlyList<string> names = [.. reader.KeysOf(HubPlan.Key).Select(entry => entry.Name)];
        Check(reader, "base_model", plan.BaseModel);
        Check(reader, "tokenizer", plan.Tokenizer);
        Check(reader, "vae", plan.Vae);
        Check(reader.Section("tagger"), "model", plan.Tagger.Model);
        Check(reader.Section("tagger"), "tags", plan.Tagger.Tags);
        if (plan.Evaluation.Encoder is { } encoder)
        {
            Check(reader.Section("evaluation").Section(EncoderPlan.Key), "model", encoder.Model);
            Check(reader.Section("evaluation").Section(EncoderPlan.Key), "config", encoder.Config);
        }

        foreach (var version in plan.Versions)
        {
            var start = version.Training.Network.Start;
            Check(versions[version.Name], "network_weights", start.NetworkWeights);
            foreach (var file in start.BaseWeights)
                Check(versions[version.Name], "base_weights", file);
        }

        void Check(MappingReader section, string key, string? value)
        {
            if (HubPlan.NameIn(value) is { } name && !names.Contains(name))
                section.Problem(key, $"names no entry of `{HubPlan.Key}`: `{name}`; {NearestName.Hint(name, names)}");
        }
    }

    private void CheckGrids(MappingReader reader, Plan plan)
    {
        var grids = reader.Section("evaluation").Sections("grids").ToDictionary(section => section.Name, section => section.Reader, StringComparer.Ordinal);
        foreach (var grid in plan.Evaluation.Grids)
        {
            var checks = new GridChecks(grid, plan.Evaluation)
            {
                Versions = plan.Versions,
                Names = [.. reader.KeysOf("versions").Select(version => version.Name), .. plan.Ensembles.Select(ensemble => ensemble.Name)],
                NamesByProfile = _names,
                StepsOf = version => version.OptimizerSteps(plan.Backgrounds.Known, plan.Regularisation?.Count ?? 0),
            };
            foreach (var (key, what) in checks.Run())
                grids[grid.Name].Problem(key, what);
        }
    }
}
