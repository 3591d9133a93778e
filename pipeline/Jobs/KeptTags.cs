using System.Text;
using Slipway.Engine.Caching;

namespace Slipway.Pipeline.Jobs;

/// <summary>
/// The tags that a tagger sees in a picture, before any rule leaves one out: kept beside captions, which do not tell, so that rules can be held
/// against what occurs.
/// </summary>
internal static class KeptTags
{
    private const string Version = "1";

    /// <summary>Where the tags of a picture are kept.</summary>
    /// <param name="picture">The picture's content.</param>
    /// <param name="tagger">The tagger's.</param>
    /// <param name="list">Of its list of tags.</param>
    /// <param name="general">From which probability a general tag is taken.</param>
    /// <param name="character">From which probability a character's name is taken.</param>
    public static ContentHash KeyOf(ContentHash picture, ContentHash tagger, ContentHash list, double general, double character) =>
        ContentHash.Of(FormattableString.Invariant($"tags seen {Version} {picture} {tagger} {list} {general:R} {character:R}"));

    /// <summary>Keeps them, one a line.</summary>
    public static void Keep(KeptFiles files, ContentHash key, IEnumerable<string> tags) =>
        files.Keep(key, stream => stream.Write(Encoding.UTF8.GetBytes(string.Join('\n', tags))));
}
