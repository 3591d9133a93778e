using System.Text;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Text;
using Slipway.Training.Options;
using static TorchSharp.torch;

namespace Slipway.Training.Data;

/// <summary>
/// The conditioning of a batch's captions. While the text encoders are trained they run every time; otherwise they run
/// without gradients, and only once a caption where captions do not vary. What is encoded once waits in host memory, and beyond a measure
/// where embeddings are kept.
/// </summary>
internal sealed class TextConditioning : IDisposable
{
    // Three thousand captions of SDXL in half precision.
    private const long Usual = 1L << 30;
    private const string Kind = "text";
    private const string WeightedKind = "weighted text";

    private readonly PromptEncoder _encoder;
    private readonly SdxlModel _model;
    private readonly int _chunks;
    private readonly bool _isWeighted;
    private readonly Dictionary<string, Conditioning?> _cache = new(StringComparer.Ordinal);
    private readonly ITensorCache? _kept;
    private long _room;

    /// <param name="model">The model, whose text encoders are used.</param>
    /// <param name="images">All of the training.</param>
    /// <param name="options">The training's options.</param>
    /// <param name="kept">Embeddings that need not be computed again; null: none.</param>
    /// <param name="room">Bytes of embeddings that are held where they are kept.</param>
    public TextConditioning(SdxlModel model, IReadOnlyList<TrainingImage> images, TrainingOptions options, ITensorCache? kept = null, long room = Usual)
    {
        (_model, _kept, _room) = (model, kept, room);
        (_chunks, _isWeighted) = (options.Data.Chunks, options.Data.WeightedCaptions);
        _encoder = new PromptEncoder(model);
        IsTrained = options.TrainsText;
        if (IsTrained || !images.All(image => OptionsOf(image, options).IsFixed))
            return;
        using var inference = no_grad();
        foreach (var text in images.SelectMany(i => Caption.FixedTexts(i.Caption, OptionsOf(i, options))).Distinct(StringComparer.Ordinal))
            _cache[text] = Embed(text);
    }

    /// <summary>Whether the encoders are trained, so that what they give changes from step to step.</summary>
    public bool IsTrained { get; }

    /// <summary>Whether every caption has been encoded, and the encoders are not needed any more.</summary>
    public bool IsComplete => _cache.Count > 0;

    public Conditioning For(IReadOnlyList<string> captions)
    {
        if (IsTrained)
            return Encode(captions);
        using var inference = no_grad();
        if (_cache.Count == 0)
            return Encode(captions);
        using var scope = NewDisposeScope();
        Conditioning[] rows = [.. captions.Select(caption => _cache[caption] ?? FindOrEncode(caption))];
        return new Conditioning(
            cat([.. rows.Select(row => row.Context)]).to(_model.Device, non_blocking: true).MoveToOuterDisposeScope(),
            cat([.. rows.Select(row => row.Pooled)]).to(_model.Device, non_blocking: true).MoveToOuterDisposeScope());
    }

    private static CaptionOptions OptionsOf(TrainingImage image, TrainingOptions options) => image.Subset.Caption ?? options.Caption;

    /// <summary>The embedding to be held; null where it is kept elsewhere, and there is no room for it.</summary>
    private Conditioning? Embed(string text)
    {
        using var scope = NewDisposeScope();
        var embedded = FindOrEncode(text);
        var size = (embedded.Context.numel() * embedded.Context.element_size()) + (embedded.Pooled.numel() * embedded.Pooled.element_size());
        if (_kept is not null && size > _room)
            return null;
        _room -= size;
        return new Conditioning(embedded.Context.DetachFromDisposeScope(), embedded.Pooled.DetachFromDisposeScope());
    }

    /// <summary>On the CPU.</summary>
    private Conditioning FindOrEncode(string text)
    {
        var key = TensorKey.Compute(_isWeighted ? WeightedKind : Kind, [_chunks], Encoding.UTF8.GetBytes(text));
        if (_kept?.Find(ModelPart.TextEncoders, key) is [var context, var pooled])
            return new Conditioning(context, pooled);
        using var encoded = EncodeAll([text]);
        var embedded = new Conditioning(encoded.Context.cpu(), encoded.Pooled.cpu());
        _kept?.Keep(ModelPart.TextEncoders, key, [embedded.Context, embedded.Pooled]);
        return embedded;
    }

    // An image that repeats within a batch brings its caption along: equal captions are encoded once.
    private Conditioning Encode(IReadOnlyList<string> captions)
    {
        var distinct = captions.Distinct(StringComparer.Ordinal).ToList();
        if (distinct.Count == captions.Count)
            return EncodeAll(captions);
        using var encoded = EncodeAll(distinct);
        using var rows = tensor(captions.Select(c => (long)distinct.IndexOf(c)).ToArray()).to(encoded.Context.device, non_blocking: true);
        return new Conditioning(encoded.Context.index_select(0, rows), encoded.Pooled.index_select(0, rows));
    }

    private Conditioning EncodeAll(IReadOnlyList<string> captions) => _encoder.Encode([.. captions.Select(caption => _isWeighted ? Prompt.ParseCaption(caption) : Prompt.Literal(caption))], _chunks);

    public void Dispose()
    {
        foreach (var conditioning in _cache.Values)
            conditioning?.Dispose();
    }
}
