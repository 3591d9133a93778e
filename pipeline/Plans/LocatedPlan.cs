using Slipway.Diffusion.Checkpoints;
using Slipway.Engine.Caching;
using Slipway.Hub;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Pipeline.Plans.Versions;

namespace Slipway.Pipeline.Plans;

/// <summary>A plan whose files of the hub have their places on this machine. What is not there keeps its <c>hub:NAME</c>, so that who needs nothing of it can go on.</summary>
public static class LocatedPlan
{
    /// <summary>Reads a plan, and finds its files of the hub. The network is not asked.</summary>
    /// <inheritdoc cref="Plan.Load"/>
    public static Plan Load(string file, string? profile = null, IReadOnlyDictionary<string, string>? overrides = null) => Load(file, profile, overrides, null);

    /// <summary>The same with a cache that is not the environment's.</summary>
    internal static Plan Load(string file, string? profile, IReadOnlyDictionary<string, string>? overrides, HubSettings? settings)
    {
        var plan = Plan.Load(file, profile, overrides);
        var places = new Lazy<HubPlaces>(() => Places(file, settings));
        if (References(plan).Any(reference => HubPlan.NameIn(reference.Value) is not null))
            plan = Located(plan, places.Value);
        var model = Path.Combine(PlanPaths.Workspace(file), plan.BaseModel);
        return plan.Tokenizer is null && IsAlone(model) ? plan with { Tokenizer = places.Value.Vocabulary() } : plan;
    }

    /// <summary>Whether a path is a checkpoint in a single file that has neither tokenizers nor configurations beside it.</summary>
    internal static bool IsAlone(string path) => File.Exists(path) && !SdxlCheckpoint.HasCompanions(path);

    /// <summary>The vocabulary of a checkpoint in a single file that is not the plan's; null where it has its own, or none is there.</summary>
    /// <param name="path">Full path of the checkpoint.</param>
    /// <param name="workspace">Full path of the folder whose links count.</param>
    internal static string? Vocabulary(string path, string workspace) => IsAlone(path) ? new HubPlaces(new HubCache(HubSettings.Read().Cache), workspace, _ => null).Vocabulary() : null;

    /// <summary>The places of a plan's files.</summary>
    internal static HubPlaces Places(string file, HubSettings? settings = null)
    {
        var locked = new Lazy<LockFile>(() => new LockFile(PlanPaths.LockFile(file)));
        return new HubPlaces(new HubCache((settings ?? HubSettings.Read()).Cache), PlanPaths.Workspace(file), source => locked.Value.FindFile(source));
    }

    /// <summary>The values of a plan that may be a reference to the hub, by their keys.</summary>
    internal static IEnumerable<(string Key, string? Value)> References(Plan plan) =>
    [
        ("base_model", plan.BaseModel),
        ("tokenizer", plan.Tokenizer),
        ("vae", plan.Vae),
        ("tagger.model", plan.Tagger.Model),
        ("tagger.tags", plan.Tagger.Tags),
        ("evaluation.encoder.model", plan.Evaluation.Encoder?.Model),
        ("evaluation.encoder.config", plan.Evaluation.Encoder?.Config),
        .. plan.Versions.SelectMany(References),
    ];

    private static IEnumerable<(string Key, string? Value)> References(VersionPlan version) =>
    [
        ($"versions.{version.Name}.network_weights", version.Training.Network.Start.NetworkWeights),
        .. version.Training.Network.Start.BaseWeights.Select(file => ($"versions.{version.Name}.base_weights", (string?)file)),
    ];

    /// <summary>Says which files of the hub are not there.</summary>
    /// <exception cref="FileNotFoundException">Some are not: all of them, a line each.</exception>
    internal static void Require(Plan plan)
    {
        string[] missing =
        [
            .. from reference in References(plan).DistinctBy(reference => reference.Value, StringComparer.Ordinal)
               let name = HubPlan.NameIn(reference.Value)
               where name is not null
               let entry = plan.Hub.First(entry => entry.Name == name)
               select $"`{reference.Key}` is {entry.Repository}@{entry.Revision}/{entry.File ?? "…"} of the hub, which is not on this machine yet: ./build.sh --target=Fetch --profile={plan.Profile} brings it.",
        ];
        if (missing.Length > 0)
            throw new FileNotFoundException(string.Join('\n', missing));
    }

    private static Plan Located(Plan plan, HubPlaces places)
    {
        var model = HubPlan.NameIn(plan.BaseModel) is { } name ? plan.Hub.First(entry => entry.Name == name) : null;
        var entries = References(plan).Select(reference => HubPlan.NameIn(reference.Value)).OfType<string>().Distinct(StringComparer.Ordinal).Select(Entry);
        return plan with
        {
            BaseModel = Place(plan.BaseModel)!,
            // A snapshot's folder is called after its commit.
            BaseModelName = model is { File: null } ? model.Repository.Split('/')[1] : null,
            Tokenizer = Place(plan.Tokenizer),
            Vae = Place(plan.Vae),
            Versions = [.. plan.Versions.Select(Started)],
            Tagger = plan.Tagger with { Model = Place(plan.Tagger.Model)!, Tags = Place(plan.Tagger.Tags)! },
            Evaluation = plan.Evaluation.Encoder is not { } encoder ? plan.Evaluation : plan.Evaluation with { Encoder = encoder with { Model = Place(encoder.Model)!, Config = Place(encoder.Config) } },
            Fetched = [.. entries.SelectMany(entry => entry.Wanted).Select(wanted => (places.Find(wanted)!, places.Known(wanted))).Where(file => file.Item1 is not null)],
        };

        VersionPlan Started(VersionPlan version)
        {
            var start = version.Training.Network.Start;
            return References(version).All(reference => HubPlan.NameIn(reference.Value) is null) ? version : version with
            {
                Training = version.Training with
                {
                    Network = version.Training.Network with { Start = start with { NetworkWeights = Place(start.NetworkWeights), BaseWeights = [.. start.BaseWeights.Select(file => Place(file)!)] } },
                },
            };
        }

        HubPlan Entry(string entry) => plan.Hub.First(one => one.Name == entry);

        string? Place(string? value) => HubPlan.NameIn(value) is { } entry ? places.Find(Entry(entry)) ?? value : value;
    }
}
