namespace Slipway.Diffusion.Sampling;

/// <summary>The samplers' names, as the web UIs call them. Asking for them loads no tensor library.</summary>
public static class SamplerNames
{
    internal const string Euler = "Euler";
    internal const string EulerKarras = "Euler Karras";
    internal const string Ddim = "DDIM";
    internal const string DpmPlusPlus2M = "DPM++ 2M";
    internal const string DpmPlusPlus2MKarras = "DPM++ 2M Karras";

    /// <summary>Where none is named.</summary>
    public const string EulerAncestral = "Euler a";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Euler, EulerKarras, EulerAncestral, Ddim, DpmPlusPlus2M, DpmPlusPlus2MKarras];
}
