using Slipway.Engine.Options;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Plans.Yaml;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Plans.Datasets;

/// <summary>Pictures to learn from: a subset, in sd-scripts' words.</summary>
public sealed record DatasetPlan
{
    // White and black first: who reads the list shall choose a colour.
    private static Kind<AlphaPolicy> Policies { get; } = new Mapped<string, AlphaPolicy>(
        new Word(["white", "black", "refuse"]), word => Enum.Parse<AlphaPolicy>(word, ignoreCase: true), policy => policy.ToString().ToLowerInvariant());

    /// <summary>Its options, but for those of a user's folder and of subsets.</summary>
    public static OptionTable<DatasetPlan> Declared { get; } = new(option =>
    [
        option.Word("source", o => o.Source, (o, v) => o with { Source = v }) with { Says = "Where the pictures come from.", IsRequired = true },
        option.Of("name", PlanNames.Kind, o => o.Name, (o, v) => o with { Name = v }) with { Says = "Name of the training folder, after the number of repeats.", Otherwise = "the plan's name and the dataset's key" },
        option.Whole("num_repeats", o => o.NumRepeats, (o, v) => o with { NumRepeats = v }, 1, 100_000) with { Says = "How often each picture is seen in an epoch." },
        option.Of("alpha", Policies, o => o.Alpha, (o, v) => o with { Alpha = v }) with { Says = "What becomes of transparency; the sprite needs a colour." },
        option.Text("caption", o => o.Caption, (o, v) => o with { Caption = v }) with { Says = "The caption of all pictures.", Otherwise = "from the tagger, or from the folder's files" },
        option.Switch("is_reg", o => o.IsReg, (o, v) => o with { IsReg = v }) with { Says = "Pictures of the class without the subject: seen as often as the others together.", Otherwise = "true for `source: regularisation`" },
    ]);

    /// <summary>Its key in the plan, by which versions name it.</summary>
    public string Key { get; init; } = "";

    /// <summary>Where the pictures come from.</summary>
    public DatasetSource Source { get; init; }

    /// <summary>Name of the training folder after the number of repeats.</summary>
    public string Name { get; init; } = "";

    /// <summary>How often each picture is seen in an epoch.</summary>
    public int NumRepeats { get; init; } = 1;

    /// <summary>What becomes of transparency.</summary>
    public AlphaPolicy Alpha { get; init; } = AlphaPolicy.Refuse;

    /// <summary>The caption of all pictures; null: from the tagger, or from the files of the user's folder.</summary>
    public string? Caption { get; init; }

    /// <summary><c>is_reg</c>: pictures of the class without the subject.</summary>
    public bool IsReg { get; init; }

    /// <summary>The user's folder; null for other sources.</summary>
    public FolderPlan? Folder { get; init; }

    /// <summary>At which sizes a user's pictures are trained; null for other sources, whose pictures have the plan's size.</summary>
    public BucketPlan? Buckets { get; init; }

    /// <summary>The options of <see cref="SubsetOptions"/> that are set here, as canonical text by their names; the others are as the version says.</summary>
    public IReadOnlyDictionary<string, string> Overrides { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>sd-scripts' folder name: <c>160_sail_kun</c>.</summary>
    public string FolderName => $"{NumRepeats}_{Name}";

    /// <summary>Whether it is known where the subject is in the pictures, or whether there is none.</summary>
    public bool HasMasks => Source != DatasetSource.Folder || IsReg || Folder!.HasMasks;

    internal static DatasetPlan Read(string key, MappingReader reader, string planName, int resolution)
    {
        var plan = reader.Read(Declared, new DatasetPlan { Key = key, Name = $"{planName}_{key}" });
        var overrides = reader.Given(SubsetOptions.Declared);
        plan = plan with
        {
            IsReg = reader.IsUnset("is_reg") ? plan.Source == DatasetSource.Regularisation : plan.IsReg,
            Folder = ReadFolder(reader),
            Buckets = plan.Source == DatasetSource.Folder ? BucketPlan.Read(reader, resolution) : null,
            Overrides = overrides,
        };
        Check(reader, plan);
        reader.Finish();
        return plan;
    }

    // Without the folder the other keys are known, and refused for other sources.
    private static FolderPlan? ReadFolder(MappingReader reader)
    {
        if (!reader.IsUnset("folder"))
            return reader.Read(FolderPlan.Declared, new FolderPlan());
        foreach (var option in FolderPlan.Declared.Options)
            reader.AlsoKnown(option.Name);
        return null;
    }

    private static void Check(MappingReader reader, DatasetPlan plan)
    {
        var isFolder = plan.Source == DatasetSource.Folder;
        if (isFolder != plan.Folder is not null)
            reader.Problem("folder", "must be given for `source: folder`, and only then.");
        foreach (var option in FolderPlan.Declared.Options.Where(option => !isFolder && option.Name != "folder" && !reader.IsUnset(option.Name)))
            reader.Problem(option.Name, "belongs to `source: folder`.");
        if (plan.Source == DatasetSource.Sprite && reader.IsUnset("alpha"))
            reader.Missing("alpha", Policies.Expected);
        else
            reader.Report(Rules(plan));
    }

    private static IEnumerable<OptionProblem> Rules(DatasetPlan plan)
    {
        if (plan is { Source: DatasetSource.Sprite, Alpha: AlphaPolicy.Refuse })
            yield return new("alpha", "must be white or black here: the sprite is transparent.");
        if (plan is { Folder.AlphaMask: true, Alpha: AlphaPolicy.Refuse })
            yield return new("alpha", "must be white or black with `alpha_mask`: what is transparent needs a colour.");
        if (plan is { IsReg: true, Source: DatasetSource.Sprite or DatasetSource.Composites })
            yield return new("is_reg", "is for pictures without the subject; these show the sprite.");
        if (plan is { Source: DatasetSource.Regularisation, Caption: not null })
            yield return new("caption", "is each picture's own prompt here; change `regularisation.prompts`.");
    }
}
