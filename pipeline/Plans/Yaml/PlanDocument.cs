using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Slipway.Pipeline.Plans.Yaml;

/// <summary>
/// A YAML file as nodes that know their places. Built from the parser's events: nothing is instantiated by name, tags
/// are refused, and neither size, depth nor aliases can make it large.
/// </summary>
internal sealed class PlanDocument
{
    private const int LargestFile = 1 << 20;
    private const int DeepestNode = 64;
    private const long MostNodes = 20_000;

    private readonly string _file;
    private readonly PlanProblems _problems;
    private readonly Parser _parser;
    private readonly Dictionary<AnchorName, PlanNode> _anchors = [];

    private PlanDocument(string file, string text, PlanProblems problems)
    {
        _file = file;
        _problems = problems;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>Reads a file; its top must be a mapping. Duplicate keys go to <paramref name="problems"/>.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="PlanException">It is no YAML, or more than a plan may be.</exception>
    public static MappingNode Read(string path, PlanProblems problems)
    {
        var file = Path.GetFileName(path);
        var length = new FileInfo(path) is { Exists: true } info
            ? info.Length
            : throw new FileNotFoundException($"The plan {path} does not exist; name one with --config=FILE.", path);
        if (length > LargestFile)
            throw new PlanException([$"{file}: the plan has {length} bytes; {LargestFile} are allowed."]);
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path));
            return new PlanDocument(file, text.TrimStart('\ufeff'), problems).ReadDocument();
        }
        catch (DecoderFallbackException)
        {
            throw new PlanException([$"{file}: the plan is not UTF-8 text; save it as UTF-8."]);
        }
        catch (YamlException e)
        {
            var place = new Place(file, (int)e.Start.Line, (int)e.Start.Column);
            throw new PlanException([$"{place}: {Sentence(e.InnerException?.Message ?? e.Message)}"]);
        }
    }

    private static string Sentence(string message) => message.TrimEnd('.').ReplaceLineEndings(" ") + ".";

    private MappingNode ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
            throw Fatal(new Place(_file, 1, 1), "the plan is empty.");
        var root = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
            throw Fatal(At(second), "a plan is one document; remove the second.");
        return root as MappingNode ?? throw Fatal(root.Place, $"a plan is a mapping of keys to values, but this is {root.Kind}.");
    }

    private PlanNode ReadNode(int depth)
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
            return _anchors.TryGetValue(alias.Value, out var known) ? known : throw Fatal(At(alias), $"the alias *{alias.Value} has no anchor before it.");
        var start = _parser.Consume<NodeEvent>();
        if (!start.Tag.IsEmpty && !start.Tag.IsNonSpecific)
            throw Fatal(At(start), $"tags such as {start.Tag} are not used in plans; remove it.");
        if (depth > DeepestNode)
            throw Fatal(At(start), $"more than {DeepestNode} levels deep.");
        PlanNode node = start switch
        {
            Scalar scalar => new ScalarNode(scalar.Value, scalar.Style == ScalarStyle.Plain, At(scalar)),
            SequenceStart => ReadSequence(At(start), depth),
            _ => ReadMapping(At(start), depth),
        };
        if (node.Weight > MostNodes)
            throw Fatal(node.Place, $"more than {MostNodes} values, aliases written out.");
        if (!start.Anchor.IsEmpty)
            _anchors[start.Anchor] = node;
        return node;
    }

    private SequenceNode ReadSequence(Place place, int depth)
    {
        var items = new List<PlanNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
            items.Add(ReadNode(depth + 1));
        return new SequenceNode(items, place);
    }

    private MappingNode ReadMapping(Place place, int depth)
    {
        var entries = new List<MappingNode.Entry>();
        var first = new Dictionary<string, Place>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode(depth + 1) as ScalarNode ?? throw Fatal(place, "a key must be a word.");
            var value = ReadNode(depth + 1);
            if (first.TryAdd(key.Text, key.Place))
                entries.Add(new MappingNode.Entry(key.Text, key.Place, value));
            else
                _problems.Add(key.Place, $"`{key.Text}` is there twice, first in line {first[key.Text].Line}; remove one.");
        }

        return new MappingNode(entries, place);
    }

    private Place At(ParsingEvent start) => new(_file, (int)start.Start.Line, (int)start.Start.Column);

    private static PlanException Fatal(Place place, string what) => new([$"{place}: {what}"]);
}
