using Slipway.Diffusion.Files;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Noise;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Diffusion.Vae;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Checkpoints;

/// <summary>
/// An SDXL model in one safetensors file, laid out as <c>sd_xl_base_1.0.safetensors</c> is. Sizes come from the
/// shapes; what shapes cannot tell is SDXL's, unless a configuration in diffusers' layout beside the file says
/// otherwise (<c>unet/config.json</c>, …). Tokenizers are no part of such a file: they too are looked for beside it.
/// </summary>
/// <remarks>
/// Beside the file: in the folder that has its name (<c>model/</c> for <c>model.safetensors</c>), then in its own. A
/// model that predicts velocity says so by a tensor named <c>v_pred</c>, one whose last timestep holds nothing but noise
/// by <c>ztsnr</c>, as web UIs know them; these go before a <c>scheduler/scheduler_config.json</c> beside the file.
/// </remarks>
public sealed class SingleFileLayout
{
    private const string VelocityMarker = "v_pred";
    private const string ZeroTerminalSnrMarker = "ztsnr";

    /// <summary>Constants and markers that such a file may have, and no part of the model is filled with.</summary>
    private static readonly string[] Passengers =
    [
        SingleFileKeys.PositionIds,
        SingleFileKeys.LogitScale,
        VelocityMarker,
        ZeroTerminalSnrMarker,
    ];

    private readonly string _path;
    private readonly CompanionFiles _companions;
    private bool _withHeads = true;

    /// <param name="path">The checkpoint.</param>
    /// <param name="companions">Folder with the tokenizers and, where needed, configurations; null: beside the file.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public SingleFileLayout(string path, string? companions = null) => (_path, _companions) = (path, new CompanionFiles(path, companions));

    /// <summary>Reads every part.</summary>
    /// <exception cref="FileNotFoundException">There is no such file, or no tokenizer.</exception>
    /// <exception cref="InvalidDataException">It is no SDXL checkpoint: all missing, unknown and mis-shaped tensors are listed.</exception>
    public SdxlModel Load(Device device, ScalarType precision) => Build(device, precision, fill: true);

    /// <summary>The same, without reading weights where they are not to be filled in; whether all are there is seen all the same.</summary>
    /// <param name="device">The device that the weights are moved to.</param>
    /// <param name="precision">Precision of UNet and text encoders.</param>
    /// <param name="fill">Whether weights are read.</param>
    /// <param name="hasOtherVae">Whether another autoencoder takes the place of the file's, which then need not be there; its sizes are SDXL's, or those of a configuration beside the file.</param>
    internal SdxlModel Build(Device device, ScalarType precision, bool fill, bool hasOtherVae = false)
    {
        var file = SafetensorsFile.Open(_path);
        try
        {
            return Build(file, device, precision, fill, hasOtherVae);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private SdxlModel Build(SafetensorsFile file, Device device, ScalarType precision, bool fill, bool hasOtherVae)
    {
        var (tokenizer1, tokenizer2) = _companions.Tokenizers();
        RequireTextToImage(file);
        var (first, second) = (TextEncoder1(file, precision), TextEncoder2(file, precision));
        var (unet, vae) = (UNet(file, precision), Vae(file, ScalarType.Float32));
        var hasVae = file.Tensors.Keys.Any(name => name.StartsWith(SingleFileKeys.VaePrefix, StringComparison.Ordinal));
        IReadOnlyList<ModelPart> parts = hasVae ? [first, second, unet, vae] : [first, second, unet];
        Fill(file, [.. parts.Select(part => part.Weights)], fill ? device : null, hasVae || hasOtherVae ? [] : [$"missing: {SingleFileKeys.VaePrefix}*: the file has no autoencoder; name one (`vae: FILE` in the plan)"]);
        return new SdxlModel
        {
            Tokenizer1 = tokenizer1,
            Tokenizer2 = tokenizer2,
            TextEncoder1 = first.Network,
            TextEncoder2 = second.Network,
            UNet = unet.Network,
            Vae = vae.Network,
            Schedule = new NoiseSchedule(Noise(file)),
            Device = device,
            Precision = precision,
            Stored = new StoredWeights(parts),
            Assumptions = [.. Assumptions(first.Network.Configuration, second.Network.Configuration, unet.Network.Configuration)],
        };
    }

    /// <summary>The files that <see cref="Load"/> reads: the checkpoint and what is taken from beside it.</summary>
    /// <exception cref="FileNotFoundException">There is no such file, or no tokenizer.</exception>
    /// <exception cref="InvalidDataException">It is no safetensors file.</exception>
    public IReadOnlyList<ModelFile> Files()
    {
        // Only the header is read: what is no checkpoint at all should be told before anybody reads gigabytes of it.
        using (var file = SafetensorsFile.Open(_path))
            RequireTextToImage(file);
        return [new ModelFile("checkpoint", _path), .. _companions.Files()];
    }

    /// <summary>Reads the UNet alone.</summary>
    public UNet LoadUNet(Device device, ScalarType precision) => LoadPart(UNet, device, precision);

    /// <summary>Reads the first text encoder alone.</summary>
    public ClipTextEncoder LoadTextEncoder1(Device device, ScalarType precision) => LoadPart(TextEncoder1, device, precision);

    /// <summary>Reads the second text encoder alone.</summary>
    public ClipTextEncoder LoadTextEncoder2(Device device, ScalarType precision) => LoadPart(TextEncoder2, device, precision);

    /// <summary>Reads the autoencoder alone.</summary>
    public AutoencoderKL LoadVae(Device device) => LoadPart(Vae, device, ScalarType.Float32);

    /// <summary>
    /// Writes the model, atomically, with memory for one tensor more. Tokenizers, and configurations where shapes do not
    /// tell the sizes, are the caller's to write.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="type">Element type of the weights in the file.</param>
    public void Save(SdxlModel model, ScalarType type)
    {
        var tensors = SingleFileContent.FromModel(model.TextEncoder1, model.TextEncoder2, model.UNet, model.Vae, type);
        var noise = model.Schedule.Configuration;
        var markers = new[] { (VelocityMarker, model.Schedule.PredictsVelocity), (ZeroTerminalSnrMarker, noise.RescaleBetasZeroSnr) }
            .Where(marker => marker.Item2).Select(marker => PendingTensor.FromTensor(marker.Item1, empty(0)));
        SafetensorsWriter.WriteOneByOne(_path, [.. tensors, .. markers], SafetensorsWriter.Torch);
    }

    /// <summary>Opens text encoders and UNet to read their weights one at a time.</summary>
    internal ModelWeights OpenWeights()
    {
        var file = SafetensorsFile.Open(_path);
        try
        {
            // No weight's shape depends on the number of heads, which shapes alone do not always tell.
            _withHeads = false;
            return new ModelWeights(_path, [TextEncoder1(file, ScalarType.Float32), TextEncoder2(file, ScalarType.Float32), UNet(file, ScalarType.Float32)]);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private void RequireTextToImage(SafetensorsFile file)
    {
        var sizes = new SingleFileSizes(file.Tensors, withHeads: false).UNet(0);
        UNetInput.Require(_path, sizes.InChannels, sizes.OutChannels);
    }

    private T LoadPart<T>(Func<SafetensorsFile, ScalarType, ModelPart<T>> build, Device device, ScalarType precision)
        where T : nn.Module
    {
        using var file = SafetensorsFile.Open(_path);
        var part = build(file, precision);
        WeightAssignment.ThrowIfAny([.. part.Weights.Problems(file)], _path, part.Weights.What);
        part.Weights.Fill(file, device);
        return part.Network;
    }

    private void Fill(SafetensorsFile file, IReadOnlyList<WeightAssignment> parts, Device? device, IEnumerable<string> lacking)
    {
        List<string> problems =
        [
            .. parts.SelectMany(part => part.Problems(file)),
            .. lacking,
            .. ForeignTensors.Problems([.. file.Tensors.Keys]),
            .. WeightAssignment.Unknown(file, [.. parts.SelectMany(part => part.Names), .. Passengers, .. file.Tensors.Keys.Where(ForeignTensors.IsKnown)]),
        ];
        WeightAssignment.ThrowIfAny(problems, _path, "an SDXL model");
        foreach (var part in device is null ? [] : parts)
            part.Fill(file, device!);
    }

    private ModelPart<ClipTextEncoder> TextEncoder1(SafetensorsFile file, ScalarType precision)
    {
        var module = new ClipTextEncoder(Sizes(
            "text_encoder", path => ConfigurationFiles.Text(path, withProjection: false), () => new SingleFileSizes(file.Tensors, _withHeads).TextEncoder1()));
        return Assign(module, file, "text_encoder", SingleFileKeys.TextEncoder1, precision);
    }

    private ModelPart<ClipTextEncoder> TextEncoder2(SafetensorsFile file, ScalarType precision) =>
        Assign(new ClipTextEncoder(TextSizes2(file)), file, "text_encoder_2", SingleFileKeys.TextEncoder2, precision);

    private ModelPart<UNet> UNet(SafetensorsFile file, ScalarType precision)
    {
        var sizes = Sizes("unet", ConfigurationFiles.UNet, () => new SingleFileSizes(file.Tensors, _withHeads).UNet(TextSizes2(file).ProjectionDim));
        return Assign(new UNet(sizes), file, "unet", SingleFileKeys.UNet, precision);
    }

    private ModelPart<AutoencoderKL> Vae(SafetensorsFile file, ScalarType precision)
    {
        var sizes = Sizes("vae", ConfigurationFiles.Vae, () => new SingleFileSizes(file.Tensors, _withHeads).Vae());
        return Assign(new AutoencoderKL(sizes), file, "vae", SingleFileKeys.Vae, precision);
    }

    private ClipTextConfiguration TextSizes2(SafetensorsFile file) => Sizes(
        "text_encoder_2", path => ConfigurationFiles.Text(path, withProjection: true), () => new SingleFileSizes(file.Tensors, _withHeads).TextEncoder2());

    /// <summary>What is SDXL's for want of anything that tells, where the shapes are not SDXL's.</summary>
    private IEnumerable<string> Assumptions(ClipTextConfiguration first, ClipTextConfiguration second, UNetConfiguration unet)
    {
        string Line(string part, string what) => $"{_path}: its shapes are not SDXL's and do not tell {what}, so that SDXL's are taken; if that is wrong, put {part}/config.json into a folder named as the checkpoint is, beside it.";
        bool IsAssumed(string part, bool isSdxl) => !isSdxl && _companions.Find(part, "config.json") is null;
        if (IsAssumed("text_encoder", first.HiddenSize == new ClipTextConfiguration().HiddenSize))
            yield return Line("text_encoder", $"the first text encoder's heads ({first.NumAttentionHeads} of 64 channels)");
        if (IsAssumed("text_encoder_2", second.HiddenSize == ClipTextConfiguration.BigG.HiddenSize))
            yield return Line("text_encoder_2", $"the second text encoder's heads ({second.NumAttentionHeads} of 64 channels)");
        if (IsAssumed("unet", unet.BlockOutChannels.SequenceEqual(new UNetConfiguration().BlockOutChannels)))
            yield return Line("unet", $"the UNet's heads ({string.Join(", ", unet.AttentionHeads)} of 64 channels) and groups ({unet.NormNumGroups})");
    }

    private T Sizes<T>(string part, Func<string, T> read, Func<T> fromShapes)
    {
        if (_companions.Find(part, "config.json") is { } configuration)
            return read(configuration);
        try
        {
            return fromShapes();
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{_path}: {exception.Message}.", exception);
        }
    }

    private NoiseConfiguration Noise(SafetensorsFile file)
    {
        var noise = _companions.Find("scheduler", "scheduler_config.json") is { } configuration
            ? ConfigurationFiles.Noise(configuration)
            : new NoiseConfiguration();
        return noise with
        {
            PredictionType = file.Tensors.ContainsKey(VelocityMarker) ? NoiseConfiguration.Velocity : noise.PredictionType,
            RescaleBetasZeroSnr = file.Tensors.ContainsKey(ZeroTerminalSnrMarker) || noise.RescaleBetasZeroSnr,
        };
    }

    private static ModelPart<T> Assign<T>(
        T network, SafetensorsFile file, string what, Func<IEnumerable<string>, IReadOnlyDictionary<string, TensorLocation>> keys, ScalarType precision)
        where T : nn.Module
    {
        var locations = keys(network.state_dict().Keys);
        return new ModelPart<T>(network, what, precision, file, key => locations[key]);
    }
}
