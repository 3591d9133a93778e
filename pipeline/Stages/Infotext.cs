using System.Globalization;
using Slipway.Diffusion;

namespace Slipway.Pipeline.Stages;

/// <summary>AUTOMATIC1111's text about how a picture was made, kept in the PNG chunk <c>parameters</c>.</summary>
internal static class Infotext
{
    public static Dictionary<string, string> Of(SamplingRequest request, SamplingOptions options, string model, string? lora)
    {
        var lines = new List<string> { lora is null ? request.Prompt : $"{request.Prompt} <lora:{lora}:1>" };
        if (request.NegativePrompt.Length > 0)
        {
            lines.Add($"Negative prompt: {request.NegativePrompt}");
        }

        lines.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"Steps: {options.Steps}, Sampler: {options.Sampler}, CFG scale: {options.Guidance}, Seed: {request.Seed}, Size: {request.Width}x{request.Height}, Model: {model}, Version: Slipway"));
        return new Dictionary<string, string>(StringComparer.Ordinal) { ["parameters"] = string.Join('\n', lines) };
    }
}
