namespace Slipway.Diffusion.Tests.Checkpoints;

/// <summary>Files made by a reference program, beside the test program.</summary>
internal static class Golden
{
    public static string Path(string file) => System.IO.Path.Combine(AppContext.BaseDirectory, "golden", file);
}
