using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;
using Slipway.Engine.Options;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Tagging.Captions;
using Slipway.Tagging.Tags;

namespace Slipway.Pipeline.Commands.Preflights;

/// <summary>Rules of <c>tags</c> that can do nothing.</summary>
internal static class TagRules
{
    /// <summary>Those whose tags the tagger sees in none of the pictures, a line a rule; none while not all pictures are tagged, or it is not known with what.</summary>
    /// <param name="plan">The rules.</param>
    /// <param name="jobs">The captions of the pictures.</param>
    /// <param name="list">Full path of the tagger's list.</param>
    /// <param name="find">Where inputs are, as far as they are made.</param>
    /// <param name="kept">Gives what was kept.</param>
    public static IEnumerable<string> WithoutPicture(TagsPlan plan, IReadOnlyList<TagJob> jobs, string list, Func<Input, JobInput> find, Func<ContentHash, string?> kept)
    {
        if ((plan.Exclude.Count == 0 && plan.Replace.Count == 0) || jobs.Count == 0 || !File.Exists(list))
            return [];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var job in jobs)
        {
            if (TagsOf(job, find, kept) is not { } tags)
                return [];
            seen.UnionWith(tags.Select(CaptionRules.Alike));
        }

        var known = TagVocabulary.Load(list).Tags.Select(tag => CaptionRules.Alike(tag.Name)).ToHashSet(StringComparer.Ordinal);
        return new[] { (Rule: "exclude", Tags: plan.Exclude), (Rule: "replace", Tags: [.. plan.Replace.Select(pair => pair.Key)]) }
            .Select(rule => (rule.Rule, Tags: rule.Tags.Distinct(StringComparer.Ordinal).Where(tag => known.Contains(CaptionRules.Alike(tag)) && !seen.Contains(CaptionRules.Alike(tag))).ToList()))
            .Where(rule => rule.Tags.Count > 0)
            .Select(rule => $"`tags.{rule.Rule}`: the tagger sees {string.Join(", ", rule.Tags)} in none of the {(jobs.Count == 1 ? "pictures" : FormattableString.Invariant($"{jobs.Count} pictures"))}");
    }

    private static string[]? TagsOf(TagJob job, Func<Input, JobInput> find, Func<ContentHash, string?> kept)
    {
        try
        {
            Input[] inputs = [job.Picture, job.Tagger.Tagger, job.Tagger.TaggerTags];
            return inputs.All(input => find(input).Hash is not null) && kept(job.KeyOfTags(input => find(input).Hash!.Value)) is { } path ? File.ReadAllLines(path) : null;
        }
        catch (IOException)
        {
            // Whoever needs the file says so.
            return null;
        }
    }

    /// <summary>Those that name no tag of the tagger, a line each.</summary>
    /// <param name="plan">The rules.</param>
    /// <param name="list">Full path of the tagger's list.</param>
    public static IEnumerable<string> WithoutTag(TagsPlan plan, string list)
    {
        if ((plan.Exclude.Count == 0 && plan.Replace.Count == 0) || !File.Exists(list))
            return [];
        string[] names = [.. TagVocabulary.Load(list).Tags.Select(tag => tag.Name)];
        var known = names.Select(CaptionRules.Alike).ToHashSet(StringComparer.Ordinal);
        return plan.Exclude.Select(tag => (Rule: "exclude", Tag: tag)).Concat(plan.Replace.Select(pair => (Rule: "replace", Tag: pair.Key)))
            .Where(rule => !known.Contains(CaptionRules.Alike(rule.Tag))).Distinct()
            .Select(rule => $"`tags.{rule.Rule}` names `{rule.Tag}`, which is no tag of the tagger; {NearestName.Hint(rule.Tag, names)}");
    }
}
