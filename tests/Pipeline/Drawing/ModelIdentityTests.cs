using Slipway.Engine.Caching;
using Slipway.Pipeline.Commands.Sampling;
using Slipway.Pipeline.Drawing;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Tests.Jobs;

namespace Slipway.Pipeline.Tests.Drawing;

public sealed class ModelIdentityTests
{
    private static readonly ModelIdentity Plain = new("sd_xl, base", ContentHash.Of("model"));

    [Fact]
    public void Another_autoencoder_and_clip_skip_are_told_as_AUTOMATIC1111_tells_them()
    {
        var vae = ContentHash.Of("vae");
        var told = Plain with { Vae = ("sdxl.vae.safetensors", vae), ClipSkip = 1 };
        Assert.Equal(
            [("Model hash", $"{ContentHash.Of("model")}"[..10]), ("Model", "sd_xl base"), ("VAE hash", $"{vae}"[..10]), ("VAE", "sdxl.vae.safetensors"), ("Clip skip", "1")],
            told.Settings.Select(setting => (setting.Key, setting.Value)));
        Assert.Equal(["Model hash", "Model"], Plain.Settings.Select(setting => setting.Key));
    }

    /// <summary>Such a folder is called after its commit.</summary>
    [Fact]
    public void A_picture_outside_the_graph_calls_a_model_of_the_hub_as_the_plan_s_pictures_do()
    {
        var folder = Path.Combine(Repository.Root, "datasets", "tiny-sdxl");
        using var workspace = new TemporaryFolder();
        var hasher = new FileHasher(workspace.Path, workspace["hashes"]);
        ModelIdentity Of(string? name) => SampleRun.Identity(folder, null, workspace.Path, Plans.PlanFile.LoadText(Plans.PlanFile.Good) with { BaseModelName = name }, hasher);
        Assert.Equal(("boats", "tiny-sdxl"), (Of("boats").Name, Of(null).Name));
        Assert.Equal(Of(null).Hash, Of("boats").Hash);
    }

    /// <summary>Pictures of other plans keep their keys and bytes.</summary>
    [Fact]
    public void Only_pictures_that_tell_more_have_another_code_version()
    {
        var (drawn, samples) = (Samples.Jobs.OfType<DrawJob>().First(), Samples.Jobs.OfType<SamplesJob>().First());
        Assert.Equal((2, 2), (drawn.Kind.CodeVersion, samples.Kind.CodeVersion));
        Assert.Equal(4, (drawn with { Model = drawn.Model with { Settings = new() { ClipSkip = 1 } } }).Kind.CodeVersion);
        Assert.Equal(2, (drawn with { Model = drawn.Model with { Settings = new() { ZeroTerminalSnr = true } } }).Kind.CodeVersion);
        var training = Samples.Jobs.OfType<TrainJob>().First() with { Watch = new() { SampleEvery = new() { SampleEveryNSteps = 1 } } };
        var told = training.Model with { Settings = new() { ClipSkip = 1 } };
        Assert.Equal((7, 11, 7), (training.Kind.CodeVersion, (training with { Model = told }).Kind.CodeVersion, (training with { Model = told, Watch = new() }).Kind.CodeVersion));
        Assert.Equal(4, (samples with { Model = samples.Model with { BaseModel = [.. samples.Model.BaseModel, samples.Model.BaseModel[0] with { Name = ModelUse.Vae }] } }).Kind.CodeVersion);
    }
}
