using System.Text.Json.Serialization;

namespace Slipway.Engine.Jobs;

/// <summary>A file that a job reads. In the job's key it counts by its content alone.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "from")]
[JsonDerivedType(typeof(FileRef), "file")]
[JsonDerivedType(typeof(Ref), "job")]
public abstract record Input;

/// <summary>
/// A file of the user's. Its path is no part of the key: where a name gets into the bytes, the job has a member of its own that
/// holds the name.
/// </summary>
/// <param name="Path">Relative to the workspace, with <c>/</c>.</param>
/// <param name="What">What it is, in the words of an error: <c>sprite</c>, <c>tagger</c>.</param>
public sealed record FileRef(string Path, string What = "file") : Input
{
    /// <summary>Of the path alone: what it is called in an error tells no two files apart.</summary>
    public override int GetHashCode() => Path.GetHashCode(StringComparison.Ordinal);
}

/// <summary>A file that another job of the graph writes.</summary>
/// <param name="Job">Id of the other job in its graph, see <see cref="JobNode.Id"/>.</param>
/// <param name="Output">Name of the output, see <see cref="JobOutput.Name"/>; of one that is a folder, its name, a slash and the file's in it.</param>
public sealed record Ref(string Job, string Output = "image") : Input;
