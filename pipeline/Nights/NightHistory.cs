using System.Text;
using Slipway.Engine.Caching;
using Slipway.Pipeline.Plans;

namespace Slipway.Pipeline.Nights;

/// <summary>The nights of a plan: <c>.slipway/nights/PLAN.jsonl</c>, a line each, to which each night adds one.</summary>
internal sealed class NightHistory
{
    /// <summary>So much of the end is read: some hundred nights.</summary>
    private const int Tail = 1 << 20;

    private readonly string _path;

    /// <param name="planFile">Full path of the plan.</param>
    public NightHistory(string planFile) => _path = Path.Combine(FolderOf(planFile), $"{PlanPaths.Stem(planFile)}.jsonl");

    /// <summary>Where nights of the plan's folder are kept.</summary>
    public static string FolderOf(string planFile) => Path.Combine(PlanPaths.Workspace(planFile), Cache.FolderName, "nights");

    /// <summary>The last nights, the latest last, and how many lines cannot be read. Those are passed over, and stay.</summary>
    public (IReadOnlyList<NightRecord> Nights, int Damaged) Read()
    {
        if (!File.Exists(_path))
            return ([], 0);
        using var stream = File.OpenRead(_path);
        var isCut = stream.Length > Tail;
        stream.Seek(isCut ? -Tail : 0, isCut ? SeekOrigin.End : SeekOrigin.Begin);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        if (isCut)
            reader.ReadLine(); // the rest of a line
        var nights = new List<NightRecord>();
        var damaged = 0;
        while (reader.ReadLine() is { } line)
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            if (NightRecord.TryParse(line) is { } night)
                nights.Add(night);
            else
                damaged++;
        }

        return (nights, damaged);
    }

    /// <summary>Adds a night. A line that a crash has cut off stays a line of its own.</summary>
    public void Add(NightRecord night)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        using var stream = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        var isCutOff = false;
        if (stream.Length > 0)
        {
            stream.Seek(-1, SeekOrigin.End);
            isCutOff = stream.ReadByte() != '\n';
        }

        stream.Seek(0, SeekOrigin.End);
        stream.Write(Encoding.UTF8.GetBytes($"{(isCutOff ? "\n" : "")}{night.ToJson()}\n"));
        stream.Flush(flushToDisk: true);
    }
}
