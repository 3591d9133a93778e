using Slipway.Diffusion.Modules;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Diffusion.UNets;

/// <summary>
/// SDXL's denoising network (Podell et al. 2023): what noise is in these latents, given the timestep, the text
/// and the picture's sizes. State-dict keys are those of diffusers' <c>UNet2DConditionModel</c>.
/// </summary>
public sealed class UNet : Module<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "conv_in")] private readonly ConvolutionLayer _convIn;
    [ComponentName(Name = "time_embedding")] private readonly TimestepEmbedding _timeEmbedding;
    [ComponentName(Name = "add_embedding")] private readonly TimestepEmbedding _addEmbedding;
    [ComponentName(Name = "down_blocks")] private readonly ModuleList<DownBlock> _downBlocks;
    [ComponentName(Name = "mid_block")] private readonly MidBlock _midBlock;
    [ComponentName(Name = "up_blocks")] private readonly ModuleList<UpBlock> _upBlocks;
    [ComponentName(Name = "conv_norm_out")] private readonly GroupNorm _normOut;
    [ComponentName(Name = "conv_out")] private readonly ConvolutionLayer _convOut;
    private GradientCheckpoint? _gradientCheckpoint;

    /// <param name="configuration">The sizes.</param>
    public UNet(UNetConfiguration configuration)
        : base(nameof(UNet))
    {
        Configuration = configuration;
        var levels = configuration.BlockOutChannels;
        _convIn = Layers.Conv2d(configuration.InChannels, levels[0], 3, padding: 1);
        _timeEmbedding = new TimestepEmbedding(levels[0], configuration.TimeEmbedDim);
        _addEmbedding = new TimestepEmbedding(configuration.ProjectionClassEmbeddingsInputDim, configuration.TimeEmbedDim);
        _downBlocks = new ModuleList<DownBlock>(
            [.. Enumerable.Range(0, levels.Count).Select(level => new DownBlock(configuration, level))]);
        _midBlock = new MidBlock(configuration);
        _upBlocks = new ModuleList<UpBlock>(
            [.. Enumerable.Range(0, levels.Count).Reverse().Select(level => new UpBlock(configuration, level))]);
        _normOut = Layers.GroupNorm(configuration.NormNumGroups, levels[0], 1e-5);
        _convOut = Layers.Conv2d(levels[0], configuration.OutChannels, 3, padding: 1);
        RegisterComponents();
        Gradients = new();
    }

    /// <summary>The sizes.</summary>
    public UNetConfiguration Configuration { get; }

    /// <summary>Makes the nodes of the graph that are our own.</summary>
    internal OwnGradients Gradients
    {
        get;
        set
        {
            field = value;
            WeightedLayer.ShareGradients(this, value);
            if (GradientCheckpointing)
                GradientCheckpointing = true;
        }
    }

    /// <summary>
    /// Whether blocks keep their inner results for the backward pass after all, and only add gradients up as <see cref="GradientCheckpointing"/>
    /// does: its bits without computing anything twice. To be said before that is turned on.
    /// </summary>
    public bool KeepsInnerResults { get; set; }

    /// <summary>
    /// Whether the backward pass computes the inner results of residual and transformer blocks again instead of the
    /// forward pass keeping them (<see cref="GradientCheckpoint"/>): a third more time, a fraction of the memory.
    /// </summary>
    public bool GradientCheckpointing
    {
        get => _gradientCheckpoint is not null;
        set
        {
            _gradientCheckpoint = value ? new GradientCheckpoint { KeepsAll = KeepsInnerResults, Gradients = Gradients } : null;
            foreach (var module in modules())
            {
                if (module is ResnetBlock resnet)
                    resnet.GradientCheckpoint = _gradientCheckpoint;
                else if (module is TransformerBlock transformer)
                    transformer.GradientCheckpoint = _gradientCheckpoint;
            }
        }
    }

    /// <summary>
    /// The backward pass of a loss that was computed through this network: as <c>loss.backward()</c>, but what fails within a checkpointed block, or while a
    /// weight is brought that is not there, is thrown instead of ending the process.
    /// </summary>
    /// <param name="loss">One number.</param>
    public void Backward(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        Gradients.Backward(loss);
    }

    /// <remarks>
    /// Inputs may be of any floating-point type; they are taken in the norms' (linear layers and convolutions may hold their weights in less). In f16 and bf16 the sinusoidal embeddings
    /// are computed in f32 and then rounded, and norms and softmax sum in f32 within torch's kernels, as in the reference.
    /// </remarks>
    /// <param name="sample">Noisy latents [B, 4, h, w], scaled by the VAE's scaling factor.</param>
    /// <param name="timesteps">[B], 0–999; on whatever device.</param>
    /// <param name="context">Hidden states of both text encoders [B, 77, C].</param>
    /// <param name="pooled">Pooled text embedding of the second encoder [B, P].</param>
    /// <param name="timeIds">Original height and width, crop top and left, target height and width [B, 6], pixels; on whatever device.</param>
    /// <returns>The predicted noise (or velocity) [B, 4, h, w].</returns>
    public override Tensor forward(Tensor sample, Tensor timesteps, Tensor context, Tensor pooled, Tensor timeIds)
    {
        using var scope = NewDisposeScope();
        var precision = _normOut.weight!.dtype;
        var time = functional.silu(Embed(timesteps, pooled.to(precision), timeIds));
        var skips = new Stack<Tensor>();
        var hidden = _convIn.call(sample.to(precision));
        context = context.to(precision);
        skips.Push(hidden);
        foreach (var block in _downBlocks)
            hidden = block.Run(hidden, time, context, skips);

        hidden = _midBlock.Run(hidden, time, context);
        foreach (var block in _upBlocks)
            hidden = block.Run(hidden, time, context, skips);

        return _convOut.call(functional.silu(_normOut.call(hidden))).MoveToOuterDisposeScope();
    }

    private Tensor Embed(Tensor timesteps, Tensor pooled, Tensor timeIds)
    {
        var sizes = TimestepEmbedding.Sinusoid(timeIds.flatten(), Configuration.AdditionTimeEmbedDim)
            .view(timeIds.shape[0], -1).to(pooled.dtype, pooled.device, non_blocking: true);
        var time = TimestepEmbedding.Sinusoid(timesteps, Configuration.BlockOutChannels[0]).to(pooled.dtype, pooled.device, non_blocking: true);
        return _timeEmbedding.call(time) + _addEmbedding.call(cat([pooled, sizes], -1));
    }
}
