using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Tagging.Captions;
using Slipway.Tagging.Tags;

namespace Slipway.Pipeline.Commands.Preflights;

/// <summary>Rules of <c>tags</c> that can do nothing.</summary>
internal static class TagRules
{
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
