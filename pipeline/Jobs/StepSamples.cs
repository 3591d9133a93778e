using System.Globalization;
using Slipway.Diffusion.Files;
using Slipway.Engine.Jobs;

namespace Slipway.Pipeline.Jobs;

/// <summary>Pictures of a LoRA that a version saved on its way, of one seed.</summary>
/// <param name="Name">The version's name and when it was saved, as in the file's name.</param>
/// <param name="Version">Name of the version.</param>
/// <param name="Lora">The file, which says after which step it was saved.</param>
/// <param name="Pictures">A picture of each kind of background.</param>
public sealed record StepSamples([property: NotInKey("It is the label, by which the key knows the save.")] string Name, string Version, Input Lora, IReadOnlyList<NamedFile> Pictures) : ILabelled
{
    /// <inheritdoc/>
    public string Label => Name;

    /// <summary>A picture of each prompt without the trigger word.</summary>
    public IReadOnlyList<NamedFile> Untriggered { get; init; } = [];

    /// <summary>After how many optimizer steps a LoRA was saved, as its metadata says (<c>ss_steps</c>).</summary>
    /// <param name="path">Full path of the file.</param>
    /// <exception cref="InvalidDataException">It does not say.</exception>
    internal static int StepOf(string path)
    {
        using var file = SafetensorsFile.Open(path);
        return int.TryParse(file.Metadata.GetValueOrDefault("ss_steps"), NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? step
            : throw new InvalidDataException($"{Path.GetFileName(path)} does not say in `ss_steps` after which step it was saved.");
    }
}

/// <summary>What was measured on the pictures of a save.</summary>
/// <param name="Step">After how many optimizer steps it was saved.</param>
/// <param name="Measured">Under the version's name.</param>
internal sealed record MeasuredStep(int Step, MeasuredVersion Measured);
