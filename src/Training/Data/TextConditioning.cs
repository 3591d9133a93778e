using System.Text;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Text;
using Slipway.Training.Options;
using static TorchSharp.torch;

namespace Slipway.Training.Data;

/// <summary>
/// The conditioning of a batch's captions. While the text encoders are trained they run every time; otherwise they run
/// without gradients, and only once a caption where captions do not vary.
/// </summary>
internal sealed class TextConditioning : IDisposable
{
    private const string Kind = "text";
    private const string WeightedKind = "weighted text";

    private readonly PromptEncoder _encoder;
    private readonly SdxlModel _model;
    private readonly int _chunks;
    private readonly bool _isWeighted;
    private readonly Dictionary<string, Conditioning> _cache = new(StringComparer.Ordinal);

    /// <param name="model">The model, whose text encoders are used.</param>
    /// <param name="images">All of the training.</param>
    /// <param name="options">The training's options.</param>
    /// <param name="kept">Embeddings that need not be computed again; null: none.</param>
    public TextConditioning(SdxlModel model, IReadOnlyList<TrainingImage> images, TrainingOptions options, ITensorCache? kept = null)
    {
        (_model, _chunks, _isWeighted) = (model, options.Data.Chunks, options.Data.WeightedCaptions);
        _encoder = new PromptEncoder(model);
        IsTrained = options.TrainsText;
        if (IsTrained || !images.All(image => OptionsOf(image, options).IsFixed))
            return;
        using var inference = no_grad();
        foreach (var text in images.SelectMany(i => Caption.FixedTexts(i.Caption, OptionsOf(i, options))).Distinct(StringComparer.Ordinal))
            _cache[text] = Embed(text, kept);
    }

    /// <summary>Whether the encoders are trained, so that what they give changes from step to step.</summary>
    public bool IsTrained { get; }

    public Conditioning For(IReadOnlyList<string> captions)
    {
        if (IsTrained)
            return Encode(captions);
        using var inference = no_grad();
        return _cache.Count == 0
            ? Encode(captions)
            : new Conditioning(cat([.. captions.Select(c => _cache[c].Context)]), cat([.. captions.Select(c => _cache[c].Pooled)]));
    }

    private static CaptionOptions OptionsOf(TrainingImage image, TrainingOptions options) => image.Subset.Caption ?? options.Caption;

    private Conditioning Embed(string text, ITensorCache? kept)
    {
        using var scope = NewDisposeScope();
        var key = TensorKey.Compute(_isWeighted ? WeightedKind : Kind, [_chunks], Encoding.UTF8.GetBytes(text));
        var found = kept?.Find(ModelPart.TextEncoders, key) is [var context, var pooled]
            ? new Conditioning(context.to(_model.Device), pooled.to(_model.Device))
            : null;
        var embedded = found ?? EncodeAll([text]);
        if (found is null)
            kept?.Keep(ModelPart.TextEncoders, key, [embedded.Context, embedded.Pooled]);
        return new Conditioning(embedded.Context.DetachFromDisposeScope(), embedded.Pooled.DetachFromDisposeScope());
    }

    // An image that repeats within a batch brings its caption along: equal captions are encoded once.
    private Conditioning Encode(IReadOnlyList<string> captions)
    {
        var distinct = captions.Distinct(StringComparer.Ordinal).ToList();
        if (distinct.Count == captions.Count)
            return EncodeAll(captions);
        using var encoded = EncodeAll(distinct);
        using var rows = tensor(captions.Select(c => (long)distinct.IndexOf(c)).ToArray(), device: encoded.Context.device);
        return new Conditioning(encoded.Context.index_select(0, rows), encoded.Pooled.index_select(0, rows));
    }

    private Conditioning EncodeAll(IReadOnlyList<string> captions) => _encoder.Encode([.. captions.Select(caption => _isWeighted ? Prompt.ParseCaption(caption) : Prompt.Literal(caption))], _chunks);

    public void Dispose()
    {
        foreach (var conditioning in _cache.Values)
            conditioning.Dispose();
    }
}
