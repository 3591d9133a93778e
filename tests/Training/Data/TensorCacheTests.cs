using Slipway.Diffusion.Model;
using Slipway.Training.Data;
using Slipway.Training.Loop;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Data;

/// <summary>What a second training takes from the first, by counting what is computed and kept.</summary>
[Trait("Tier", "slow")]
public sealed class TensorCacheTests : IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Network = new() { NetworkDim = 2, NetworkAlpha = 2 },
        Caption = new() { CaptionDropoutRate = 0.1 },
        TextEncoderLr = 0,
        MaxTrainSteps = 2,
    };

    private readonly SdxlModel _model = TinyModel.Create();
    private readonly Memory _memory = new();

    public void Dispose()
    {
        _memory.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void A_second_training_computes_nothing_and_trains_the_same()
    {
        TrainingImage[] images = [TinyModel.Image("a", "sail_kun"), TinyModel.Image("b", "sail_kun, sea", shade: 60)];
        var without = Train(Options, images, null);
        Assert.Equal(without, Train(Options, images, _memory));
        Assert.Equal((2, 3), _memory.Taken());
        Assert.Equal(without, Train(Options, images, _memory));
        Assert.Equal((0, 0), _memory.Taken());
    }

    [Fact]
    public void Another_picture_under_the_same_name_is_encoded_again_and_nothing_else_is()
    {
        TrainingImage[] images = [TinyModel.Image("a", "sail_kun"), TinyModel.Image("b", "sail_kun, sea")];
        Train(Options, images, _memory);
        Assert.Equal((1, 3), _memory.Taken());

        images[1] = images[1] with { Rgb = [.. images[1].Rgb.Select((value, i) => i == 0 ? (byte)(value ^ 1) : value)] };
        Train(Options, images, _memory);
        Assert.Equal((1, 0), _memory.Taken());

        images[0] = images[0] with { Caption = "sail_kun, beach" };
        Train(Options, images, _memory);
        Assert.Equal((0, 1), _memory.Taken());

        // Other repeats, names and seeds ask for nothing new.
        Train(Options with { Seed = 7 }, [images[1] with { Name = "z", Repeats = 5 }], _memory);
        Assert.Equal((0, 0), _memory.Taken());
    }

    [Fact]
    public void Mirrored_pictures_and_longer_captions_are_things_of_their_own()
    {
        TrainingImage[] images = [TinyModel.Image("a", "sail_kun")];
        Train(Options, images, _memory);
        _memory.Taken();
        Train(Options, [images[0] with { Subset = new() { FlipAug = true } }], _memory);
        Assert.Equal((1, 0), _memory.Taken());
        Train(Options with { Data = new() { MaxTokenLength = 150 } }, images, _memory);
        Assert.Equal((0, 2), _memory.Taken());
    }

    [Fact]
    public void Encoders_that_are_trained_keep_nothing()
    {
        Train(Options with { TextEncoderLr = 1e-3 }, [TinyModel.Image("a", "sail_kun")], _memory);
        Assert.Equal((1, 0), _memory.Taken());
    }

    /// <summary>What there is no room for waits where it is kept, and comes back the same; what somebody has removed there is computed again.</summary>
    [Fact]
    public void What_memory_has_no_room_for_is_read_again_where_it_is_kept()
    {
        using var scope = NewDisposeScope();
        TrainingImage[] images = [TinyModel.Image("a", "sail_kun") with { Subset = new() { FlipAug = true } }, TinyModel.Image("b", "sail_kun, sea", shade: 60)];
        string[] captions = ["sail_kun, sea", "sail_kun"];
        Variation[] variations = [new(true, null, null), Variation.None];
        using var held = new LatentCache(_model, images, 1);
        using var text = new TextConditioning(_model, images, Options);
        using var elsewhere = new LatentCache(_model, images, 1, _memory, room: 0);
        using var textElsewhere = new TextConditioning(_model, images, Options, _memory, room: 0);
        for (var i = 0; i < 2; i++)
        {
            Assert.True(held.Batch([0, 1], variations, 0).equal(elsewhere.Batch([0, 1], variations, 0)).all().item<bool>());
            Assert.True(text.For(captions).Context.equal(textElsewhere.For(captions).Context).all().item<bool>());
            Assert.True(text.For(captions).Pooled.equal(textElsewhere.For(captions).Pooled).all().item<bool>());
            _memory.Forget();
        }
    }

    /// <summary>Pictures that are decoded when they are looked at train as those that are held do.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void Pictures_that_are_decoded_when_they_are_needed_train_the_same(bool cached, bool masked)
    {
        var options = Options with { Data = new() { CacheLatents = cached }, Mask = new() { MaskedLoss = masked } };
        byte[] mask = [.. Enumerable.Range(0, 16 * 16).Select(i => (byte)i)];
        TrainingImage[] images = [TinyModel.Image("a", "sail_kun") with { Mask = masked ? mask : null, Subset = new() { FlipAug = true } }, TinyModel.Image("b", "sail_kun, sea", shade: 60)];
        var decoded = 0;
        DecodedPicture Decode(TrainingImage image)
        {
            decoded++;
            return image.Pixels();
        }

        TrainingImage[] apart = [.. images.Select(image => image with { Rgb = [], Mask = null, Source = new PictureSource([1], image.Mask is null ? null : true, () => Decode(image)) })];
        Assert.Equal(Train(options, images, null), Train(options, apart, null));
        Assert.InRange(decoded, 1, cached ? 5 : 10);
    }

    private List<double> Train(TrainingOptions options, TrainingImage[] images, ITensorCache? cache)
    {
        var losses = new List<double>();
        Trainer.Run(_model, options, images, new TrainingSinks { Tensors = cache, Progress = p => losses.Add(p.Metrics.Loss) }, TestContext.Current.CancellationToken).Dispose();
        return losses;
    }

    private sealed class Memory : ITensorCache, IDisposable
    {
        private readonly Dictionary<(ModelPart, string), Tensor[]> _kept = [];
        private readonly List<ModelPart> _computed = [];

        public IReadOnlyList<Tensor>? Find(ModelPart part, string key) => _kept.TryGetValue((part, key), out var tensors) ? [.. tensors.Select(tensor => tensor.clone())] : null;

        public void Keep(ModelPart part, string key, IReadOnlyList<Tensor> tensors)
        {
            _kept.Add((part, key), [.. tensors.Select(tensor => tensor.clone().DetachFromDisposeScope())]);
            _computed.Add(part);
        }

        /// <summary>How many latents and texts have been computed since the last time.</summary>
        public (int Latents, int Texts) Taken()
        {
            var counts = (_computed.Count(part => part == ModelPart.Vae), _computed.Count(part => part == ModelPart.TextEncoders));
            _computed.Clear();
            return counts;
        }

        public void Forget() => _kept.Clear();

        public void Dispose()
        {
            foreach (var tensor in _kept.Values.SelectMany(tensors => tensors))
                tensor.Dispose();
        }
    }
}
