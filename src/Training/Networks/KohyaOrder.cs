using System.Globalization;

namespace Slipway.Training.Networks;

/// <summary>
/// The order in which sd-scripts makes its modules, of paths in the layout of its models (<c>input_blocks.4.1.proj_in</c>,
/// <c>text_model.encoder.layers.0.self_attn.k_proj</c>): blocks as they are run, the parts of each as they were declared there.
/// </summary>
internal sealed class KohyaOrder : IComparer<string>
{
    private static readonly string[] Declared =
    [
        "time_embed", "label_emb", "input_blocks", "middle_block", "output_blocks", "out",
        "in_layers", "emb_layers", "out_layers", "skip_connection", "op", "conv",
        "proj_in", "transformer_blocks", "proj_out", "attn1", "ff", "attn2", "to_q", "to_k", "to_v", "to_out", "net", "proj",
        "text_model", "text_projection", "encoder", "layers", "self_attn", "mlp", "k_proj", "v_proj", "q_proj", "out_proj", "fc1", "fc2",
    ];

    public static KohyaOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var pairs = (x ?? "").Split('.').Zip((y ?? "").Split('.'));
        return pairs.Select(pair => Rank(pair.First).CompareTo(Rank(pair.Second))).FirstOrDefault(order => order != 0);
    }

    private static int Rank(string part) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : Array.IndexOf(Declared, part) is >= 0 and var index ? index
        : throw new ArgumentException($"'{part}' is no part of a layer that LoRA is attached to.", nameof(part));
}
