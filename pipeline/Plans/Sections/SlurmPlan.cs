using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Yaml;
using Slipway.Slurm;

namespace Slipway.Pipeline.Plans.Sections;

/// <summary>How jobs go to Slurm, as the plan says it.</summary>
internal static class SlurmPlan
{
    /// <summary>The key of the section.</summary>
    internal const string Key = "slurm";

    /// <summary>The key of what single kinds ask for, in it.</summary>
    internal const string KindsKey = "kinds";

    /// <summary>Reads the section.</summary>
    /// <param name="reader">The section.</param>
    /// <param name="kinds">Names of the kinds of jobs, as the plan has them.</param>
    internal static SlurmOptions Read(MappingReader reader, IReadOnlyList<string> kinds)
    {
        var options = reader.Read(SlurmOptions.Declared, new SlurmOptions());
        var own = new Dictionary<string, SlurmResources>(StringComparer.Ordinal);
        foreach (var (name, section) in reader.Sections(KindsKey))
        {
            if (!kinds.Contains(name, StringComparer.Ordinal))
                reader.Problem(KindsKey, $"names no kind of jobs: `{name}`; {NearestName.Hint(name, kinds)}");
            own[name] = section.Read(SlurmResources.Declared, new SlurmResources());
            section.Finish();
        }

        foreach (var name in options.Here.Where(name => !kinds.Contains(name, StringComparer.Ordinal)))
            reader.Problem("here", $"names no kind of jobs: `{name}`; {NearestName.Hint(name, kinds)}");
        reader.Finish();
        return options with { Kinds = own };
    }
}
