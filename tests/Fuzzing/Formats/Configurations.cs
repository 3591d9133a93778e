using Slipway.Engine.Jobs;
using Slipway.Pipeline.Commands.Exchange;
using Slipway.Pipeline.Plans;

namespace Slipway.Fuzzing.Formats;

/// <summary>Plans, and other trainers' configurations.</summary>
internal static class Configurations
{
    public static IEnumerable<Format> Formats { get; } =
    [
        new("plan", input => Plan.Load(ScratchFile.Write("plan.yaml", input))),
        new("arguments", input => Import(input, "arguments.txt")),
        new("gui-json", input => Import(input, "preset.json")),
        new("toml", input => Import(input, "configuration.toml")),
        new("sample-prompts-json", input => SamplePrompts.Read(ScratchFile.Write("prompts.json", input))),
        new("sample-prompts-toml", input => SamplePrompts.Read(ScratchFile.Write("prompts.toml", input))),
        new("sample-prompts-txt", input => SamplePrompts.Read(ScratchFile.Write("prompts.txt", input))),
        new("xmlora", input => Import(input, "preset.xmlora")),
    ];

    private static void Import(byte[] input, string name)
    {
        var path = ScratchFile.Write(name, input);
        ImportRun.Run(Path.GetDirectoryName(path)!, option => option == "from" ? [name] : [], version: null, profile: null, new Silence());
    }

    private sealed class Silence : IProgressSink
    {
        public void Report(string stage, int done, int all, string? detail)
        {
        }

        public void End(string stage)
        {
        }

        public void Line(string text)
        {
        }

        public void Warn(string text)
        {
        }
    }
}
