using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Slipway.EndToEnd.Tests;

/// <summary>The repository's plan with numbers that take seconds.</summary>
internal static class TinyPlan
{
    public const int TrainingSteps = 2;

    /// <summary>Three backgrounds, two steps of everything, one sample picture a version, one thread.</summary>
    public static string Text() => With(
        File.ReadAllText(Path.Combine(Repository.Root, "lora.pipeline.yaml")),
        ("default_profile", "tiny"),
        ("profiles.remedies", "{ inherits: tiny }"), // what tests change of versions is not meant for its
        ("profiles.tiny.device", "cpu"),
        ("profiles.tiny.threads", "1"),
        ("backgrounds.count", "3"),
        ("backgrounds.prompts", "{ beach: beach, forest: forest, desert: desert }"),
        ("backgrounds.steps", "2"),
        ("versions.v01.max_train_steps", $"{TrainingSteps}"),
        ("versions.v01.train_batch_size", "1"),
        ("versions.v01.network_dim", "4"),
        ("versions.v01.conv_dim", "4"),
        ("versions.v02.lr_warmup_steps", "1"),
        ("evaluation.prompts", "{ beach: \"sail_kun, beach\" }"),
        ("evaluation.seeds", "[11]"),
        ("evaluation.drift_seeds", "0"),
        ("evaluation.steps", "2"));

    /// <summary>Sets values, each in YAML, at paths of keys with dots between them. Comments go.</summary>
    public static string With(string text, params (string Path, string Value)[] changes)
    {
        var stream = Parse(text);
        foreach (var (path, value) in changes)
        {
            var keys = path.Split('.');
            var mapping = (YamlMappingNode)stream.Documents[0].RootNode;
            foreach (var key in keys[..^1])
            {
                if (!mapping.Children.TryGetValue(key, out var child))
                    mapping.Children.Add(key, child = new YamlMappingNode { Style = MappingStyle.Block });
                mapping = (YamlMappingNode)child;
            }

            mapping.Children[keys[^1]] = Parse(value).Documents[0].RootNode;
        }

        using var writer = new StringWriter { NewLine = "\n" };
        stream.Save(writer, assignAnchors: false);
        return writer.ToString();
    }

    private static YamlStream Parse(string text)
    {
        var stream = new YamlStream();
        using var reader = new StringReader(text);
        stream.Load(reader);
        return stream;
    }
}
