using Slipway.Engine.Files;
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
    private readonly Scanner _scanner;
    private readonly Parser _parser;
    private readonly Dictionary<AnchorName, PlanNode> _anchors = [];

    private PlanDocument(string file, string text, PlanProblems problems)
    {
        _file = file;
        _problems = problems;
        _scanner = new Scanner(new StringReader(text));
        _parser = new Parser(_scanner);
    }

    /// <summary>Reads a file; its top must be a mapping. Duplicate keys go to <paramref name="problems"/>.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="PlanException">It is no YAML, or more than a plan may be.</exception>
    public static MappingNode Read(string path, PlanProblems problems)
    {
        var file = Path.GetFileName(path);
        var (type, _, length, _, _) = FileStatus.Of(path);
        if (type != FileType.File)
        {
            var way = type switch
            {
                FileType.Missing => "name one with --config=FILE",
                FileType.Folder => $"name a file with --config=FILE, such as {Path.Combine(path, PlanPaths.DefaultName)}",
                _ => "name a file with --config=FILE",
            };
            throw new FileNotFoundException($"The plan {path} {FileStatus.Describe(type)}; {way}.", path);
        }

        if (length > LargestFile)
            throw new PlanException([$"{file}: the plan has {length} bytes; {LargestFile} are allowed."]);
        var text = PlanText.Read(path);
        try
        {
            return new PlanDocument(file, text, problems).ReadKnown();
        }
        catch (YamlException e)
        {
            if (FindSlip(file, text.Split('\n')) is { } slip)
                throw new PlanException([slip]);
            var place = new Place(file, (int)e.Start.Line, (int)e.Start.Column);
            throw new PlanException([$"{place}: {Sentence(e.InnerException?.Message ?? e.Message)}"]);
        }
    }

    /// <summary>What makes most files no YAML, where the parser only tells of what it hits later or has begun before; null where there is none of it.</summary>
    private static string? FindSlip(string file, string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("<<<<<<< ", StringComparison.Ordinal) || lines[i].StartsWith(">>>>>>> ", StringComparison.Ordinal))
                return $"{new Place(file, i + 1, 1)}: git has left two states of the plan here; keep one, and remove the lines with <<<<<<<, ======= and >>>>>>>.";
            var indentation = lines[i].Length - lines[i].TrimStart(' ', '\t').Length;
            if (lines[i].IndexOf('\t') is var tab and >= 0 && tab < indentation && indentation < lines[i].TrimEnd().Length)
                return $"{new Place(file, i + 1, tab + 1)}: a tab stands where YAML wants spaces; indent with spaces.";
        }

        return null;
    }

    private static string Sentence(string message) => message.TrimEnd('.').ReplaceLineEndings(" ") + ".";

    /// <exception cref="PlanException">Also where the scanner itself stumbles, as it does over brackets that are not closed.</exception>
    private MappingNode ReadKnown()
    {
        try
        {
            return ReadDocument();
        }
        catch (Exception e) when (e is not PlanException and not YamlException and not OutOfMemoryException)
        {
            var at = _scanner.CurrentPosition;
            throw Fatal(new Place(_file, (int)at.Line, (int)at.Column), "this cannot be read as YAML; look for a bracket, a brace or a quote above that is not closed.");
        }
    }

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
            Scalar scalar when PlanText.Foreign(scalar.Value) is >= 0 and var at => throw Fatal(At(scalar), $"the character U+{(int)scalar.Value[at]:X4}, written by an escape, has no place in a plan; remove it."),
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
            var key = ReadKey(depth + 1);
            var value = ReadNode(depth + 1);
            if (first.TryAdd(key.Text, key.Place))
                entries.Add(new MappingNode.Entry(key.Text, key.Place, value));
            else
                _problems.Add(key.Place, $"`{key.Text}` is there twice, first in line {first[key.Text].Line}; remove one.");
        }

        return new MappingNode(entries, place);
    }

    private ScalarNode ReadKey(int depth)
    {
        var place = At(_parser.Current!);
        var key = ReadNode(depth) as ScalarNode ?? throw Fatal(place, "a key must be a word.");
        return key is { IsPlain: true, Text: "<<" }
            ? throw Fatal(key.Place, "`<<` does not merge here; `inherits: NAME` takes over the values of another version or profile, and an alias such as *name repeats a value as it is.")
            : key;
    }

    private Place At(ParsingEvent start) => new(_file, (int)start.Start.Line, (int)start.Start.Column);

    private static PlanException Fatal(Place place, string what) => new([$"{place}: {what}"]);
}
