using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.Diffusion.Files;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Noise;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Diffusion.Vae;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Checkpoints;

/// <summary>
/// An SDXL model as diffusers lays it out: a folder a part, each with its <c>config.json</c> and weights, which are one
/// safetensors file or several with an index, in any precision (<c>model.safetensors</c>, else <c>model.fp16.safetensors</c>
/// or <c>model.bf16.safetensors</c>).
/// </summary>
/// <param name="folder">The model's folder.</param>
public sealed class DiffusersLayout(string folder)
{
    private const string NetworkFile = "diffusion_pytorch_model";
    private const string EncoderFile = "model";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Reads every part; sizes come from the configurations, weights from the safetensors files.</summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">Missing, unknown or mis-shaped tensors: those of all parts are listed.</exception>
    public SdxlModel Load(Device device, ScalarType precision) => Build(device, precision, fill: true);

    /// <summary>The same, without reading weights where they are not to be filled in; whether all are there is seen all the same.</summary>
    internal SdxlModel Build(Device device, ScalarType precision, bool fill)
    {
        RequireFolder();
        var (tokenizer1, tokenizer2) = (ClipTokenizer.Load(Path.Combine(folder, "tokenizer")), ClipTokenizer.Load(Path.Combine(folder, "tokenizer_2")));
        var schedule = new NoiseSchedule(ConfigurationFiles.Noise(Existing("scheduler", "scheduler_config.json")));
        var opened = new List<ITensorSource>();
        try
        {
            foreach (var (part, name) in new[] { ("text_encoder", EncoderFile), ("text_encoder_2", EncoderFile), ("unet", NetworkFile), ("vae", NetworkFile) })
                opened.Add(Open(part, name));
            var textEncoder1 = TextEncoder("text_encoder", opened[0], withProjection: false, precision);
            var textEncoder2 = TextEncoder("text_encoder_2", opened[1], withProjection: true, precision);
            var sizes = ConfigurationFiles.UNet(Existing("unet", "config.json"));
            UNetInput.Require(folder, sizes.InChannels, sizes.OutChannels);
            var unet = new ModelPart<UNet>(new UNet(sizes), "unet", precision, opened[2]);
            var vae = Vae(opened[3]);
            ModelPart.FillAll([textEncoder1, textEncoder2, unet, vae], fill ? device : null);
            return new SdxlModel
            {
                Tokenizer1 = tokenizer1,
                Tokenizer2 = tokenizer2,
                TextEncoder1 = textEncoder1.Network,
                TextEncoder2 = textEncoder2.Network,
                UNet = unet.Network,
                Vae = vae.Network,
                Schedule = schedule,
                Device = device,
                Precision = precision,
                Stored = new StoredWeights([textEncoder1, textEncoder2, unet, vae]),
            };
        }
        catch
        {
            opened.ForEach(source => source.Dispose());
            throw;
        }
    }

    /// <summary>Opens text encoders and UNet to read their weights one at a time.</summary>
    internal ModelWeights OpenWeights()
    {
        RequireFolder();
        var opened = new List<ITensorSource>();
        try
        {
            foreach (var (part, name) in new[] { ("text_encoder", EncoderFile), ("text_encoder_2", EncoderFile), ("unet", NetworkFile) })
                opened.Add(Open(part, name));
            return new ModelWeights(folder,
            [
                TextEncoder("text_encoder", opened[0], withProjection: false, ScalarType.Float32),
                TextEncoder("text_encoder_2", opened[1], withProjection: true, ScalarType.Float32),
                new ModelPart<UNet>(new UNet(ConfigurationFiles.UNet(Existing("unet", "config.json"))), "unet", ScalarType.Float32, opened[2]),
            ]);
        }
        catch
        {
            opened.ForEach(source => source.Dispose());
            throw;
        }
    }

    /// <summary>The files that <see cref="Load"/> reads, and nothing else that lies in the folder.</summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    public IReadOnlyList<ModelFile> Files()
    {
        RequireFolder();
        return
        [
            .. ClipTokenizer.Files(Path.Combine(folder, "tokenizer"), "tokenizer"),
            .. ClipTokenizer.Files(Path.Combine(folder, "tokenizer_2"), "tokenizer_2"),
            new ModelFile("scheduler/scheduler_config.json", Existing("scheduler", "scheduler_config.json")),
            .. PartFiles("text_encoder", EncoderFile),
            .. PartFiles("text_encoder_2", EncoderFile),
            .. PartFiles("unet", NetworkFile),
            .. PartFiles("vae", NetworkFile),
        ];
    }

    /// <summary>Writes every part in f16, atomically file by file; the tokenizers are the caller's to write.</summary>
    public void Save(SdxlModel model)
    {
        Write("unet", "config.json", ConfigurationContents.Of(model.UNet.Configuration));
        SaveVae(model.Vae);
        Write("text_encoder", "config.json", ConfigurationContents.Of(model.TextEncoder1.Configuration, model.Tokenizer1));
        Write("text_encoder_2", "config.json", ConfigurationContents.Of(model.TextEncoder2.Configuration, model.Tokenizer2));
        Write("scheduler", "scheduler_config.json", ConfigurationContents.Of(model.Schedule.Configuration));
        Write(".", "model_index.json", ConfigurationContents.Index());
        Save(model.UNet, "unet", NetworkFile);
        Save(model.TextEncoder1, "text_encoder", EncoderFile);
        Save(model.TextEncoder2, "text_encoder_2", EncoderFile);
    }

    /// <summary>Reads the autoencoder alone.</summary>
    public AutoencoderKL LoadVae(Device device)
    {
        using var weights = Open("vae", NetworkFile);
        var vae = Vae(weights);
        ModelPart.FillAll([vae], device);
        return vae.Network;
    }

    /// <summary>Writes the autoencoder alone, in f16.</summary>
    public void SaveVae(AutoencoderKL vae)
    {
        Write("vae", "config.json", ConfigurationContents.Of(vae.Configuration));
        Save(vae, "vae", NetworkFile);
    }

    private ModelPart<ClipTextEncoder> TextEncoder(string part, ITensorSource weights, bool withProjection, ScalarType precision) =>
        new(new ClipTextEncoder(ConfigurationFiles.Text(Existing(part, "config.json"), withProjection)), part, precision, weights);

    private ModelPart<AutoencoderKL> Vae(ITensorSource weights)
    {
        var network = new AutoencoderKL(ConfigurationFiles.Vae(Existing("vae", "config.json")));
        return new(network, "vae", ScalarType.Float32, weights, key => LocateVae(key, weights));
    }

    /// <summary>Before version 0.18 diffusers had other names for the attention's layers (<c>query</c> and so on); files that have them are still about.</summary>
    internal static TensorLocation LocateVae(string key, ITensorSource weights)
    {
        var former = key.Replace(".to_q.", ".query.", StringComparison.Ordinal).Replace(".to_k.", ".key.", StringComparison.Ordinal)
            .Replace(".to_v.", ".value.", StringComparison.Ordinal).Replace(".to_out.0.", ".proj_attn.", StringComparison.Ordinal);
        return new TensorLocation(!weights.Tensors.ContainsKey(key) && weights.Tensors.ContainsKey(former) ? former : key);
    }

    private void RequireFolder()
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"Model '{folder}' does not exist. Expected a folder in diffusers' layout (unet/, vae/, text_encoder/, …) or a checkpoint in a single .safetensors file.");
    }

    private string Existing(string part, string file)
    {
        var path = Path.Combine(folder, part, file);
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"Model '{folder}' has no '{part}/{file}'. Expected diffusers' layout.", path);
    }

    private ITensorSource Open(string part, string name)
    {
        var path = WeightsFile(part, name);
        return path.EndsWith(".json", StringComparison.Ordinal) ? ShardedSafetensors.Open(path) : SafetensorsFile.Open(path);
    }

    /// <summary>The part's weights, or the index of their shards, in the first form that is there.</summary>
    private string WeightsFile(string part, string name)
    {
        // diffusers writes model.fp16.safetensors.index.json or, before 0.31, model.safetensors.index.fp16.json.
        var candidates = new[] { "", ".fp16", ".bf16" }.SelectMany(variant => new[]
        {
            $"{name}{variant}.safetensors", $"{name}{variant}.safetensors.index.json", $"{name}.safetensors.index{variant}.json",
        });
        if (candidates.Select(file => Path.Combine(folder, part, file)).FirstOrDefault(File.Exists) is { } path)
            return path;
        var pickle = Path.Combine(folder, part, name == EncoderFile ? "pytorch_model.bin" : $"{name}.bin");
        throw File.Exists(pickle)
            ? SafetensorsFile.Pickle(pickle)
            : new FileNotFoundException($"Model '{folder}' has no '{part}/{name}.safetensors'.", Path.Combine(folder, part, name + ".safetensors"));
    }

    private IEnumerable<ModelFile> PartFiles(string part, string name)
    {
        yield return new ModelFile($"{part}/config.json", Existing(part, "config.json"));
        var weights = WeightsFile(part, name);
        yield return new ModelFile($"{part}/weights", weights);
        foreach (var (number, shard) in (weights.EndsWith(".json", StringComparison.Ordinal) ? ShardedSafetensors.Files(weights) : []).Index())
            yield return new ModelFile($"{part}/weights/{number}", shard);
    }

    private void Write(string part, string file, Dictionary<string, object> content)
    {
        Directory.CreateDirectory(Path.Combine(folder, part));
        File.WriteAllText(Path.Combine(folder, part, file), JsonSerializer.Serialize(content, Json) + "\n");
    }

    private void Save(nn.Module module, string part, string name) => StateDict.Save(module, Path.Combine(folder, part, name + ".safetensors"), SafetensorsWriter.Torch, ScalarType.Float16);
}
