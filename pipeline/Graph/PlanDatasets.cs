using System.Globalization;
using Slipway.Engine.Jobs;
using Slipway.Imaging.Compositing;
using Slipway.Pipeline.Datasets;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Tagging.Captions;

namespace Slipway.Pipeline.Graph;

/// <summary>What the versions of a plan learn from, and what they are measured on: backgrounds, composites, tags, pictures of the class.</summary>
internal sealed class PlanDatasets(GraphDraft draft)
{
    /// <summary>What is made for validation alone has this for a version.</summary>
    public const string ForValidation = "validation";

    private readonly Dictionary<string, Dataset> _datasets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Exception> _broken = new(StringComparer.Ordinal);

    /// <summary>What versions are measured on; null: none is.</summary>
    public ValidationSet? Validation { get; private set; }

    /// <summary>Those that a version learns from.</summary>
    public IEnumerable<Dataset> Used => _datasets.Values.Where(dataset => draft.Plan.Versions.Any(version => version.Datasets.Any(one => one.Key == dataset.Plan.Key)));

    /// <summary>The dataset with this key.</summary>
    /// <exception cref="InvalidDataException">Something is wrong with its folder.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public Dataset Dataset(string key)
    {
        if (_broken.TryGetValue(key, out var problem))
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(problem);
        return _datasets[key];
    }

    /// <summary>What a version learns from, by dataset.</summary>
    /// <exception cref="InvalidDataException">Something is wrong with a folder of it.</exception>
    public IReadOnlyList<Dataset> Of(VersionPlan version) => [.. version.Datasets.Select(dataset => Dataset(dataset.Key))];

    /// <summary>Whether all that a version learns from can be read.</summary>
    public bool AreWhole(VersionPlan version) => !version.Datasets.Any(dataset => _broken.ContainsKey(dataset.Key));

    /// <summary>Adds the stages of all datasets, in the plan's order.</summary>
    public void Add()
    {
        var drawn = draft.Plan.Backgrounds.Drawn == 0 ? null : Drawn("Backgrounds", null, $"{draft.Artifacts}/backgrounds", draft.Plan.Backgrounds, isCaptioned: false);
        var backgrounds = new Lazy<IReadOnlyList<Background>>(() => [.. drawn is null ? [] : Made(drawn), .. Photos()]);
        var isFirst = true;
        foreach (var dataset in draft.Plan.Datasets)
        {
            try
            {
                // The first dataset of composites is the one that everybody has; others have their own folder and captions.
                _datasets[dataset.Key] = dataset.Source switch
                {
                    DatasetSource.Sprite => Flat(dataset),
                    DatasetSource.Regularisation => Class(Sized(dataset, draft.Plan.Regularisation!)),
                    DatasetSource.Composites => Composites(Sized(dataset, draft.Plan.Backgrounds), backgrounds.Value, isFirst ? null : dataset.Key, $"{draft.Artifacts}/dataset/{dataset.FolderName}", draft.Plan.Composites),
                    _ => FolderDataset.List(dataset, draft.Workspace) with { Profiles = draft.Plan.ColorProfiles },
                };
                isFirst &= dataset.Source != DatasetSource.Composites;
            }
            catch (Exception exception) when (exception is InvalidDataException or DirectoryNotFoundException)
            {
                _broken[dataset.Key] = exception;
            }
        }
    }

    // Pictures of several sizes are trained in buckets.
    private static DatasetPlan Sized(DatasetPlan dataset, BackgroundsPlan pictures) => pictures.Sizes.Count == 0 ? dataset : dataset with { Buckets = new BucketPlan() };

    /// <summary>What the sprite is put on.</summary>
    /// <param name="Label">Names what is made of it.</param>
    /// <param name="File">The picture.</param>
    /// <param name="Seed">Its part of the composite's seed: the same whichever others there are.</param>
    /// <param name="Size">What it is brought to; null: it has its size.</param>
    private sealed record Background(string Label, Input File, uint Seed, PictureSize? Size);

    private static IEnumerable<Background> Made(StageNode drawn) => drawn.Jobs.Select((job, i) => new Background(job.Label, job.Output("image"), (uint)i, null));

    private IEnumerable<Background> Photos()
    {
        var plan = draft.Plan.Backgrounds;
        if (plan.Folder is null)
            return [];
        var photos = PhotoFolder.List(plan.Folder, draft.Workspace).Choose(plan.Count, plan.Seed);
        return PhotoFolder.Labels(photos).Zip(photos, (label, photo) => new Background(label, new FileRef(photo.Path, "background"), photo.Number(plan.Seed), plan.SizeOf(photo.Number(plan.Seed), draft.Plan.Resolution)));
    }

    private StageNode Drawn(string name, string? version, string folder, BackgroundsPlan plan, bool isCaptioned)
    {
        var stage = StageNode.LabelOf(name, version);
        return draft.Add(new StageNode(name, version,
        [
            .. Enumerable.Range(0, plan.Drawn).Select(i => (Number: i, Size: plan.SizeOf(i / plan.Prompts.Count, draft.Plan.Resolution))).Select(one => new JobNode(
                stage,
                Number(one.Number),
                new DrawJob(draft.Model, draft.ModelName, plan.Prompts[one.Number % plan.Prompts.Count].Prompt, plan.Seed + one.Number, one.Size.Width, plan.Sampling with { BatchSize = 1 }, isCaptioned) { Height = one.Size.Height == one.Size.Width ? null : one.Size.Height, VaeName = draft.Plan.VaeName },
                isCaptioned ? [$"{folder}/{Number(one.Number)}.png", $"{folder}/{Number(one.Number)}.txt"] : [$"{folder}/{Number(one.Number)}.png"])),
        ]) { Weight = plan.Drawn * plan.Sampling.Steps, Memory = draft.ModelMemory });
    }

    private Dataset Flat(DatasetPlan plan)
    {
        var stage = StageNode.LabelOf("Composites", plan.Key);
        var scale = (draft.Plan.Composites.Options.MinScale + draft.Plan.Composites.Options.MaxScale) / 2;
        var path = $"{draft.Artifacts}/dataset/{plan.FolderName}/{draft.Plan.Name}";
        var job = new JobNode(stage, draft.Plan.Name, new FlatPictureJob(draft.Sprite, plan.Alpha, plan.Caption ?? draft.Plan.TriggerWord, scale, draft.Plan.Resolution) { Profiles = draft.Plan.ColorProfiles }, [$"{path}.png", $"{path}.txt"]);
        draft.Add(new StageNode("Composites", plan.Key, [job]));
        return new Dataset(plan, [new PictureFolder(plan.FolderName, plan.NumRepeats, [new PictureFile($"{draft.Plan.Name}.png", job.Output("image")) { Caption = job.Output("caption") }])])
        {
            Masks = MaskSource.FlatSprite,
            SpriteMask = new SpriteMask(draft.Sprite, new CompositeOptions(), scale),
        };
    }

    /// <summary>Pictures of the class. Nothing in them is the subject, and nothing is masked.</summary>
    private Dataset Class(DatasetPlan plan)
    {
        var stage = Drawn("Regularisation", plan.Key, $"{draft.Artifacts}/regularisation/{plan.FolderName}", draft.Plan.Regularisation!, isCaptioned: true);
        return new Dataset(plan, [new PictureFolder(plan.FolderName, plan.NumRepeats, [.. stage.Jobs.Select(job => new PictureFile($"{job.Label}.png", job.Output("image")) { Caption = job.Output(DrawJob.Caption) })])]);
    }

    private Dataset Composites(DatasetPlan plan, IReadOnlyList<Background> backgrounds, string? version, string folder, CompositesPlan composites)
    {
        var stage = StageNode.LabelOf("Composites", version);
        var pictures = draft.Add(new StageNode("Composites", version,
        [
            .. backgrounds.Select(background => new JobNode(
                stage, background.Label, new CompositeJob(draft.Sprite, background.File, CompositeJob.SeedOf(composites.Seed, background.Seed), composites.Options) { Profiles = draft.Plan.ColorProfiles, Size = background.Size }, [$"{folder}/{background.Label}.png"])),
        ]));
        var captions = Tags(plan.Caption, pictures, version, folder);
        return new Dataset(plan,
        [
            new PictureFolder(plan.FolderName, plan.NumRepeats,
            [
                .. pictures.Jobs.Zip(captions.Jobs, (picture, caption) => new PictureFile($"{picture.Label}.png", picture.Output("image"))
                {
                    Caption = caption.Output("caption"),
                    MaskSeed = ((CompositeJob)picture.Job).Seed,
                }),
            ]),
        ])
        {
            Masks = MaskSource.Sprite,
            SpriteMask = new SpriteMask(draft.Sprite, composites.Options, 0),
            Backgrounds = [.. backgrounds.Select(background => new NamedFile(background.Label, background.File))],
        };
    }

    private StageNode Tags(string? caption, StageNode pictures, string? version, string folder)
    {
        var stage = StageNode.LabelOf("Tags", version);
        var rules = new CaptionRules
        {
            GeneralThreshold = draft.Plan.Tags.GeneralThreshold,
            CharacterThreshold = draft.Plan.Tags.CharacterThreshold,
            RemoveUnderscore = draft.Plan.Tags.RemoveUnderscore,
            TriggerWord = draft.Plan.TriggerWord,
            Exclude = draft.Plan.Tags.Exclude,
            Replace = draft.Plan.Tags.Replace,
            Extra = draft.Plan.Tags.Extra,
        };
        return draft.Add(new StageNode("Tags", version,
        [
            .. pictures.Jobs.Select(picture => new JobNode(stage, picture.Label, new TagJob(picture.Output("image"), draft.Tagger, rules, caption), [$"{folder}/{picture.Label}.txt"])),
        ]));
    }

    /// <summary>Adds the stages of what versions are measured on, where one is.</summary>
    public void AddValidation()
    {
        if (draft.Plan.Validation is not { } plan || draft.Plan.Versions.All(version => version.Monitoring.Validation is null))
            return;
        var backgrounds = Drawn("Backgrounds", ForValidation, $"{draft.Artifacts}/validation/backgrounds", plan.Backgrounds, isCaptioned: false);
        var pictures = Composites(Sized(ValidationPlan.Dataset, plan.Backgrounds), [.. Made(backgrounds)], ForValidation, $"{draft.Artifacts}/validation/composites", plan.Composites);
        Validation = new ValidationSet(pictures.ForUse(draft.Plan.Resolution, masked: true), pictures.Backgrounds);
    }

    private static string Number(int index) => index.ToString("D3", CultureInfo.InvariantCulture);
}
