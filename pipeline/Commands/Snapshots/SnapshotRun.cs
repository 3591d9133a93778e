using System.Text;
using Slipway.Engine.Caching;
using Slipway.Engine.Files;
using Slipway.Imaging.Measuring;
using Slipway.Imaging.Pictures;

namespace Slipway.Pipeline.Commands.Snapshots;

/// <summary>Checks results against a folder of accepted snapshots, and accepts them there.</summary>
/// <param name="folder">Full path of the folder.</param>
/// <param name="name">What people call it: its path relative to the workspace.</param>
internal sealed class SnapshotRun(string folder, string name)
{
    private readonly SnapshotFolder _folder = new(folder);

    /// <summary>Compares; writes what is not as accepted beside it as <c>*.received.*</c>, and removes what earlier checks wrote.</summary>
    public SnapshotCheck Check(SnapshotResults results)
    {
        _folder.RemoveReceived();
        var (check, pictures) = SnapshotComparison.Of(_folder, name, results);
        if (check.Outcome != SnapshotOutcome.Different)
            return check;
        _folder.IgnoreReceived();
        var figures = check.Findings.Any(finding => finding.Part == SnapshotPart.Measure) ? [WriteFigures(results)] : Array.Empty<(string, string)>();
        return check with { Pairs = [.. figures, .. pictures.Select(Write)] };
    }

    /// <summary>
    /// Takes results over. The manifest, which lists every file with its hash, is written last: whoever is cut off before leaves the old one, which
    /// names what is not whole.
    /// </summary>
    public SnapshotAcceptance Accept(SnapshotResults results)
    {
        if (results.Pictures.All(picture => picture.Version is null))
            throw new InvalidDataException("There is no sample picture to accept; give `evaluation` prompts and seeds.");
        var before = Readable()?.Pictures.ToDictionary(picture => picture.Name, StringComparer.Ordinal) ?? [];
        var evaluation = results.Evaluation.ReplaceLineEndings("\n");
        var oldEvaluation = File.Exists(_folder[SnapshotFolder.EvaluationName]) ? SnapshotFolder.HashOf(File.ReadAllText(_folder[SnapshotFolder.EvaluationName])) : null;
        var pictures = results.Pictures.Select(picture => Take(picture, before.GetValueOrDefault(picture.Name))).ToList();
        AtomicFile.Write(_folder[SnapshotFolder.EvaluationName], Encoding.UTF8.GetBytes(evaluation));
        var manifest = new SnapshotManifest(
            SnapshotManifest.Current, results.Plan, results.Profile, results.Class, results.Settings, results.Inputs, SnapshotFolder.HashOf(evaluation), pictures);
        AtomicFile.Write(_folder[SnapshotFolder.ManifestName], Encoding.UTF8.GetBytes(manifest.ToJson()));
        HashSet<string> kept = [SnapshotFolder.ManifestName, SnapshotFolder.EvaluationName, .. pictures.Select(picture => picture.File)];
        _folder.Remove([.. _folder.VerifiedFiles().Where(file => !kept.Contains(file))]);
        _folder.RemoveReceived();
        _folder.IgnoreReceived();
        return Told(before, pictures, oldEvaluation, manifest.Evaluation);
    }

    private SnapshotManifest? Readable()
    {
        try
        {
            return _folder.Manifest();
        }
        catch (InvalidDataException)
        {
            return null; // what is damaged is accepted anew
        }
    }

    // A picture that is as it was stays the file that it is, so that git sees no change.
    private SnapshotPicture Take(ResultPicture result, SnapshotPicture? before)
    {
        var picture = Picture.Load(result.Path);
        var hash = ResultPicture.PixelHash(picture);
        if (before?.Pixels == hash && _folder.Problem(before) is null)
            return before;
        var packed = KeptPicture.Of(picture, result.KeptSide);
        var file = SnapshotFolder.Verified(result.Name, packed.Extension);
        AtomicFile.Write(_folder[file], packed.Bytes);
        return new SnapshotPicture(result.Name, picture.Width, picture.Height, hash, file, ContentHash.Of(packed.Bytes).ToString()) { Version = result.Version, Kind = result.Kind, Seed = result.Seed };
    }

    private SnapshotAcceptance Told(Dictionary<string, SnapshotPicture> before, IReadOnlyList<SnapshotPicture> after, string? oldEvaluation, string evaluation)
    {
        List<string> added = [.. after.Where(picture => !before.ContainsKey(picture.Name)).Select(picture => picture.Name)];
        List<string> changed = [.. after.Where(picture => before.GetValueOrDefault(picture.Name) is { } old && old.Pixels != picture.Pixels).Select(picture => picture.Name)];
        List<string> removed = [.. before.Keys.Except(after.Select(picture => picture.Name), StringComparer.Ordinal)];
        if (oldEvaluation is null)
            added.Add("evaluation");
        else if (oldEvaluation != evaluation)
            changed.Add("evaluation");
        return new SnapshotAcceptance(name, added, changed, removed, after.Count + 1 - added.Count - changed.Count);
    }

    private (string Received, string Verified) WriteFigures(SnapshotResults results)
    {
        var received = _folder["evaluation.received.json"];
        AtomicFile.Write(received, Encoding.UTF8.GetBytes(results.Evaluation));
        return (received, _folder[SnapshotFolder.EvaluationName]);
    }

    private (string Received, string Verified) Write(DifferentPicture different)
    {
        var picture = Picture.Load(different.Received.Path);
        var packed = KeptPicture.Of(picture, different.Received.KeptSide);
        var received = _folder[SnapshotFolder.Received(different.Accepted.Name, packed.Extension)];
        AtomicFile.Write(received, packed.Bytes);
        if (different.Found is not null)
            PictureDifference.Draw(_folder.Load(different.Accepted), Picture.Decode(packed.Bytes, received)).SavePng(_folder[SnapshotFolder.Received($"{different.Accepted.Name}.difference", "png")]);
        return (received, _folder[different.Accepted.File]);
    }
}
