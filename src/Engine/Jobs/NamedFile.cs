namespace Slipway.Engine.Jobs;

/// <summary>A file of several, known by what it is and not by its path.</summary>
/// <param name="Name">What it is, such as <c>unet/weights</c>.</param>
/// <param name="File">The file.</param>
public sealed record NamedFile([property: NotInKey("It is the label, by which the key knows the file.")] string Name, Input File) : ILabelled
{
    /// <inheritdoc/>
    public string Label => Name;
}
