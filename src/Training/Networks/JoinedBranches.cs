using System.Text.RegularExpressions;
using Slipway.Diffusion.Modules;
using Slipway.Training.Networks.Adapters;
using static TorchSharp.torch;

namespace Slipway.Training.Networks;

/// <summary>
/// LoRA branches beside layers that are given one input, one after the other: queries, keys and values of self-attention, keys and values of cross-attention. All
/// downs are one product, and so are their gradients; the layer that is called first computes it for all. What the gradients of the input are added up in is the
/// product then, so that last bits are others than those of branches by themselves.
/// </summary>
internal sealed partial class JoinedBranches
{
    private readonly IReadOnlyList<LowRankChange> _changes;
    private Tensor? _input;
    private Tensor[] _narrow = [];
    private int _left;

    private JoinedBranches(IReadOnlyList<LowRankChange> changes) => _changes = changes;

    /// <summary>Joins those of a network that can be: low ranks beside linear layers, without dropout, DoRA's magnitudes or a core.</summary>
    public static void Join(IEnumerable<Adapter> adapters)
    {
        foreach (var group in adapters.Where(adapter => adapter.Joinable is not null).GroupBy(adapter => Input(adapter.Target.Path)).Where(group => group.Key is not null && group.Count() > 1))
        {
            var members = group.ToList();
            var joined = new JoinedBranches([.. members.Select(member => member.Joinable!)]);
            for (var i = 0; i < members.Count; i++)
                members[i].Joined = (joined, i);
        }
    }

    /// <summary>The output of a member's layer with its branch added.</summary>
    /// <param name="member">Its number.</param>
    /// <param name="output">[B, N, D].</param>
    /// <param name="input">[B, N, C], the same object for all members.</param>
    /// <param name="scale">What the branch is multiplied by.</param>
    /// <returns>The output itself, changed, where nothing asks for a gradient, and else a new tensor.</returns>
    public Tensor AddTo(int member, Tensor output, Tensor input, double scale)
    {
        if (!ReferenceEquals(input, _input))
            (_input, _narrow, _left) = (input, Compute(input), _changes.Count);
        var sum = _changes[member].AddWidened(output, _narrow[member], scale);
        if (--_left == 0)
            (_input, _narrow) = (null, []);
        return sum;
    }

    // What surrounds the layers, an attention's forward pass, disposes of them.
    private Tensor[] Compute(Tensor input)
    {
        using var scope = NewDisposeScope();
        var type = input.dtype;
        var parts = NativeOperations.Products(input, [.. _changes.Select(change => change.DownIn(type))]);
        return [.. parts.Select(part => part.MoveToOuterDisposeScope())];
    }

    /// <summary>What names the input of a layer, the same for all that share it; null: nobody else has it.</summary>
    private static string? Input(string path) => SharedInput().Match(path) is { Success: true } match ? match.Groups["place"].Value : null;

    [GeneratedRegex(@"^(?<place>.+\.(attn1\.to_(?=[qkv]$)|attn2\.to_(?=[kv]$)|self_attn\.(?=[qkv]_proj$)))", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex SharedInput();
}
