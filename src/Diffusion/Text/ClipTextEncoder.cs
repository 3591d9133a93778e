using Slipway.Diffusion.Modules;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Diffusion.Text;

/// <summary>What a text encoder says of a batch of token ids.</summary>
/// <param name="Penultimate">Input of the last layer, or of one before it (<see cref="ClipTextEncoder.ClipSkip"/>), without the final normalisation [B, 77, C]: SDXL's context.</param>
/// <param name="Pooled">Projected state of the first end token [B, P]; null where there is no projection.</param>
public sealed record EncodedText(Tensor Penultimate, Tensor? Pooled);

/// <summary>
/// CLIP's text transformer (Radford et al. 2021). State-dict keys are those of transformers'
/// <c>CLIPTextModel</c> / <c>CLIPTextModelWithProjection</c>.
/// </summary>
/// <remarks>
/// The text projection has Hugging Face's orientation, [out, in]. A single-file checkpoint stores it
/// transposed; a loader that copies it as it is (sd-scripts' does) computes another pooled embedding than the
/// model was trained with.
/// </remarks>
public sealed class ClipTextEncoder : Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "text_model")] private readonly TextModel _model;
    [ComponentName(Name = "text_projection")] private readonly LinearLayer? _projection;

    /// <param name="configuration">The sizes.</param>
    public ClipTextEncoder(ClipTextConfiguration configuration)
        : base(nameof(ClipTextEncoder))
    {
        Configuration = configuration;
        _model = new TextModel(configuration);
        _projection = configuration.WithProjection
            ? Layers.Linear(configuration.HiddenSize, configuration.ProjectionDim, hasBias: false)
            : null;
        RegisterComponents();
    }

    /// <summary>SDXL's own <see cref="ClipSkip"/>.</summary>
    public const int UsualClipSkip = 2;

    /// <summary>The sizes.</summary>
    public ClipTextConfiguration Configuration { get; }

    /// <summary>Which layer's output the context is, counted from the last, as web UIs count: 1 the last, 2 the penultimate, which is SDXL's own.</summary>
    /// <exception cref="InvalidDataException">There are not so many layers.</exception>
    public int ClipSkip
    {
        get;
        set => field = value >= 1 && value <= Configuration.NumHiddenLayers
            ? value
            : throw new InvalidDataException($"`clip_skip` is {value}, and a text encoder of the model has {Configuration.NumHiddenLayers} layers; expected a number from 1 to that.");
    } = UsualClipSkip;

    /// <summary>Hidden states and, where there is a projection, the pooled embedding.</summary>
    /// <param name="ids">Token ids [B, 77], int64.</param>
    /// <param name="endPositions">Position of the first end token of each row [B], int64.</param>
    public EncodedText Encode(Tensor ids, Tensor endPositions)
    {
        using var scope = NewDisposeScope();
        var (penultimate, last) = _model.Run(ids, ClipSkip, runLast: _projection is not null);
        if (_projection is null)
            return new EncodedText(penultimate.MoveToOuterDisposeScope(), null);

        var rows = arange(ids.shape[0], device: ids.device);
        var pooled = _projection.call(last!.index(TensorIndex.Tensor(rows), TensorIndex.Tensor(endPositions)));
        return new EncodedText(penultimate.MoveToOuterDisposeScope(), pooled.MoveToOuterDisposeScope());
    }

    /// <summary>The penultimate hidden states [B, 77, C].</summary>
    public override Tensor forward(Tensor input1, Tensor input2) => Encode(input1, input2).Penultimate;

    private sealed class TextModel : Module
    {
        [ComponentName(Name = "embeddings")] private readonly Embeddings _embeddings;
        [ComponentName(Name = "encoder")] private readonly LayerStack _encoder;
        [ComponentName(Name = "final_layer_norm")] private readonly LayerNorm _finalNorm;

        public TextModel(ClipTextConfiguration sizes)
            : base(nameof(TextModel))
        {
            _embeddings = new Embeddings(sizes);
            _encoder = new LayerStack(sizes);
            _finalNorm = Layers.LayerNorm(sizes.HiddenSize);
            RegisterComponents();
        }

        /// <summary>Layers behind the context's are run only where somebody reads the last.</summary>
        public (Tensor Context, Tensor? Last) Run(Tensor ids, int clipSkip, bool runLast)
        {
            var hidden = _embeddings.call(ids);
            var layers = _encoder.Layers;
            var run = layers.Count + 1 - clipSkip;
            for (var i = 0; i < run; i++)
                hidden = layers[i].call(hidden);
            var context = hidden;
            for (var i = run; runLast && i < layers.Count; i++)
                hidden = layers[i].call(hidden);
            return (context, runLast ? _finalNorm.call(hidden) : null);
        }
    }

    private sealed class Embeddings : Module<Tensor, Tensor>
    {
        [ComponentName(Name = "token_embedding")] private readonly TokenEmbedding _token;
        [ComponentName(Name = "position_embedding")] private readonly TokenEmbedding _position;

        public Embeddings(ClipTextConfiguration sizes)
            : base(nameof(Embeddings))
        {
            _token = new TokenEmbedding(sizes.VocabSize, sizes.HiddenSize);
            _position = new TokenEmbedding(sizes.MaxPositionEmbeddings, sizes.HiddenSize);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var positions = arange(input.shape[1], device: input.device);
            return (_token.call(input) + _position.call(positions)).MoveToOuterDisposeScope();
        }
    }

    private sealed class LayerStack : Module
    {
        [ComponentName(Name = "layers")] private readonly ModuleList<ClipLayer> _layers;

        public LayerStack(ClipTextConfiguration sizes)
            : base(nameof(LayerStack))
        {
            _layers = new ModuleList<ClipLayer>(
                [.. Enumerable.Range(0, sizes.NumHiddenLayers).Select(_ => new ClipLayer(sizes))]);
            RegisterComponents();
        }

        public ModuleList<ClipLayer> Layers => _layers;
    }
}
