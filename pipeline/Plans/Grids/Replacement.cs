namespace Slipway.Pipeline.Plans.Grids;

/// <summary>
/// Search and replace in a prompt, of several axes at once, in one pass: what one axis has put in is not looked through for another, so that it is
/// the same whichever stands first. Only where an axis's text stands nowhere but inside that of another, it is replaced in what that one puts in.
/// </summary>
/// <param name="Searched">The texts that are looked for, of each axis.</param>
internal sealed record Replacement(IReadOnlyList<string> Searched)
{
    /// <summary>What of <paramref name="prompt"/> cannot be replaced, as the rest of a sentence, and the axis; null: everything can.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="entries">All entries of each axis.</param>
    public (int Axis, string What)? Problem(string prompt, IReadOnlyList<IReadOnlyList<string>> entries)
    {
        for (var axis = 0; axis < Searched.Count; axis++)
        {
            if (Searched.Take(axis).Contains(Searched[axis], StringComparer.Ordinal))
                return (axis, $"looks for `{Searched[axis]}`, as another axis does");
            if (!prompt.Contains(Searched[axis], StringComparison.Ordinal))
                return (axis, $"looks for `{Searched[axis]}`, which is not in the prompt `{prompt}`");
            if (Stands(prompt, axis))
                continue;
            if (Around(axis) is not { } around)
                return (axis, $"looks for `{Searched[axis]}`, which stands in the prompt `{prompt}` only across what another axis replaces");
            if (entries[around].FirstOrDefault(entry => !entry.Contains(Searched[axis], StringComparison.Ordinal)) is { } without)
                return (axis, $"looks for `{Searched[axis]}`, which stands in the prompt `{prompt}` only inside what another axis replaces, and not in that one's entry `{without}`");
        }

        return null;
    }

    /// <summary>The prompt of a cell.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="entries">The entry of each axis.</param>
    public string Of(string prompt, IReadOnlyList<string> entries)
    {
        var put = entries.ToArray();
        for (var axis = 0; axis < put.Length; axis++)
        {
            if (!Stands(prompt, axis) && Around(axis) is { } around)
                put[around] = put[around].Replace(Searched[axis], entries[axis], StringComparison.Ordinal);
        }

        return string.Concat(Parts(prompt).Select(part => part.Axis < 0 ? part.Text : put[part.Axis]));
    }

    private bool Stands(string prompt, int axis) => Parts(prompt).Any(part => part.Axis == axis);

    private int? Around(int axis)
    {
        for (var other = 0; other < Searched.Count; other++)
        {
            if (other != axis && Searched[other].Contains(Searched[axis], StringComparison.Ordinal))
                return other;
        }

        return null;
    }

    /// <summary>The prompt in parts; of texts that begin at one place the longest is taken.</summary>
    private IEnumerable<(string Text, int Axis)> Parts(string prompt)
    {
        var begun = 0;
        for (var at = 0; at < prompt.Length;)
        {
            var axis = -1;
            for (var i = 0; i < Searched.Count; i++)
            {
                if (prompt.AsSpan(at).StartsWith(Searched[i], StringComparison.Ordinal) && (axis < 0 || Searched[i].Length > Searched[axis].Length))
                    axis = i;
            }

            if (axis < 0)
            {
                at++;
                continue;
            }

            if (at > begun)
                yield return (prompt[begun..at], -1);
            yield return (Searched[axis], axis);
            begun = at += Searched[axis].Length;
        }

        if (begun < prompt.Length)
            yield return (prompt[begun..], -1);
    }
}
