using System.ComponentModel;
using System.Diagnostics;

namespace Slipway.Diffusion.Memory;

/// <summary>NVIDIA's <c>nvidia-smi</c>: libtorch does not hand what it tells through TorchSharp, and nothing of CUDA is loaded for it.</summary>
internal static class DriverTool
{
    /// <summary>What it says of each card, a line each, numbers without units, behind commas; null where there is no driver.</summary>
    /// <param name="fields">What is asked, such as <c>name,memory.total</c>.</param>
    public static string? Query(string fields)
    {
        try
        {
            using var tool = Process.Start(new ProcessStartInfo("nvidia-smi", [$"--query-gpu={fields}", "--format=csv,noheader,nounits"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true });
            return tool?.StandardOutput.ReadToEnd();
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
