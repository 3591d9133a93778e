using Slipway.Diffusion;
using static TorchSharp.torch;

namespace Slipway.Training;

/// <summary>
/// The conditioning of a batch's captions. While the text encoders are trained they run every time; otherwise they run
/// without gradients, and only once a caption where captions do not vary.
/// </summary>
internal sealed class TextConditioning : IDisposable
{
    private readonly PromptEncoder _encoder;
    private readonly bool _trained;
    private readonly Dictionary<string, Conditioning> _cache = new(StringComparer.Ordinal);

    public TextConditioning(SdxlModel model, IEnumerable<TrainingImage> images, CaptionOptions options, bool trained)
    {
        _encoder = new PromptEncoder(model);
        _trained = trained;
        if (trained || !options.IsFixed)
            return;
        using var inference = no_grad();
        foreach (var text in images.SelectMany(i => Caption.FixedTexts(i.Caption, options)).Distinct(StringComparer.Ordinal))
        {
            var encoded = _encoder.Encode([text]);
            _cache[text] = new Conditioning(encoded.Context.DetachFromDisposeScope(), encoded.Pooled.DetachFromDisposeScope());
        }
    }

    public Conditioning Of(IReadOnlyList<string> captions)
    {
        if (_trained)
            return Encode(captions);
        using var inference = no_grad();
        return _cache.Count == 0
            ? Encode(captions)
            : new Conditioning(cat([.. captions.Select(c => _cache[c].Context)]), cat([.. captions.Select(c => _cache[c].Pooled)]));
    }

    // An image that repeats within a batch brings its caption along: equal captions are encoded once.
    private Conditioning Encode(IReadOnlyList<string> captions)
    {
        var distinct = captions.Distinct(StringComparer.Ordinal).ToList();
        if (distinct.Count == captions.Count)
            return _encoder.Encode(captions);
        using var encoded = _encoder.Encode(distinct);
        using var rows = tensor(captions.Select(c => (long)distinct.IndexOf(c)).ToArray(), device: encoded.Context.device);
        return new Conditioning(encoded.Context.index_select(0, rows), encoded.Pooled.index_select(0, rows));
    }

    public void Dispose()
    {
        foreach (var conditioning in _cache.Values)
            conditioning.Dispose();
    }
}
