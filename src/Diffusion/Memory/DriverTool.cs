using System.ComponentModel;
using System.Diagnostics;
using Slipway.Diffusion.Devices;

namespace Slipway.Diffusion.Memory;

/// <summary>NVIDIA's <c>nvidia-smi</c>: libtorch does not hand what it tells through TorchSharp, and nothing of CUDA is loaded for it.</summary>
internal static class DriverTool
{
    /// <summary>What it says of the card that this process computes on; null where there is none, or nobody can tell which it is.</summary>
    /// <param name="fields">What is asked, such as <c>name,memory.total</c>.</param>
    public static string? QueryOne(string fields) => Query($"{SeenCard.Fields},{fields}") is { } listing
        ? SeenCard.Of(listing, NativeEnvironment.Get(VisibleCard.Visible), NativeEnvironment.Get(VisibleCard.Order))
        : null;

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
