namespace Slipway.Build.Benches.Torture;

/// <summary>Files below <c>.slipway</c> that are harmed: the next run, or what <c>Verify</c> says to do, brings everything back to what it was.</summary>
internal sealed class Damages(TortureWorkspace workspace, Random random)
{
    private const string Verify = "--target=Verify";
    private const int Different = 3;

    private static readonly (string Name, Action<string, Random> Do)[] Harms =
    [
        ("a bit flipped", Flip),
        ("cut off", (file, random) => Cut(file, random.NextInt64(new FileInfo(file).Length + 1))),
        ("emptied", (file, _) => Cut(file, 0)),
        ("removed", (file, _) => File.Delete(file)),
        ("replaced by a folder", (file, _) => Replace(file, path => Directory.CreateDirectory(path))),
        ("replaced by a link", (file, _) => Replace(file, path => File.CreateSymbolicLink(path, "nowhere"))),
        ("replaced by another file's bytes", (file, _) => File.WriteAllText(file, "slipway.action of somebody else\n")),
    ];

    /// <summary>Harms so many files, one after the other.</summary>
    /// <returns>How many were harmed, and how many of these without a word about it, by the folder that they lay in.</returns>
    /// <exception cref="TortureException">A result was wrong, or an error stayed.</exception>
    public async Task<IReadOnlyDictionary<string, (int Harmed, int Silent)>> RunAsync(int count, CancellationToken cancel)
    {
        await workspace.MustRunAsync("nothing");
        var expected = workspace.Outputs;
        var counts = new SortedDictionary<string, (int Harmed, int Silent)>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            var (file, harm) = Choose();
            var kind = Path.GetRelativePath(workspace.Cache, file).Split('/')[0];
            var what = $"{Path.GetRelativePath(workspace.Root, file)} {harm.Name}";
            harm.Do(file, random);
            var said = await HealAsync(what);
            workspace.MustHave(expected, what);
            var isSilent = !said.Contains("damage", StringComparison.OrdinalIgnoreCase) && !said.Contains(Path.GetFileName(file), StringComparison.Ordinal) && !said.Contains(" to run, ", StringComparison.Ordinal);
            var (harmed, silent) = counts.GetValueOrDefault(kind);
            counts[kind] = (harmed + 1, silent + (isSilent ? 1 : 0));
        }

        return counts;
    }

    /// <summary>A file of a random folder first: of the store's files there are far more than of all others. What is a dead link since an earlier harm, and needed by nobody, is left.</summary>
    private (string File, (string Name, Action<string, Random> Do) Harm) Choose()
    {
        var kinds = workspace.Files(".slipway").Where(IsThere).GroupBy(file => Path.GetRelativePath(workspace.Cache, file).Split('/')[0], StringComparer.Ordinal).Select(kind => kind.ToArray()).ToArray();
        var files = kinds[random.Next(kinds.Length)];
        return (files[random.Next(files.Length)], Harms[random.Next(Harms.Length)]);
    }

    // A link that leads nowhere exists, as File.Exists has it.
    private static bool IsThere(string file) => File.ResolveLinkTarget(file, returnFinalTarget: true) is not { Exists: false };

    private async Task<string> HealAsync(string after)
    {
        var said = await workspace.MustRunAsync(after);
        var (code, verified) = await workspace.RunAsync(Verify);
        if (code == Different)
        {
            said += verified + await workspace.MustRunAsync(after);
            code = (await workspace.RunAsync(Verify)).Code;
        }

        return code == 0 ? said : throw new TortureException($"After {after} Verify ended with {code}: {verified}");
    }

    private static void Flip(string file, Random random)
    {
        using var stream = File.Open(file, FileMode.Open);
        if (stream.Length == 0)
            return;
        stream.Position = random.NextInt64(stream.Length);
        var value = stream.ReadByte();
        stream.Position--;
        stream.WriteByte((byte)(value ^ (1 << random.Next(8))));
    }

    private static void Cut(string file, long length)
    {
        using var stream = File.Open(file, FileMode.Open);
        stream.SetLength(length);
    }

    private static void Replace(string file, Action<string> with)
    {
        File.Delete(file);
        with(file);
    }
}
