using Slipway.Imaging.Measuring;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Commands.Snapshots;
using Slipway.Testing.Snapshots;

namespace Slipway.EndToEnd.Tests;

/// <summary>
/// The grid that compares the versions, from the sprite and the embedded model on, against the one that was looked at; and all results of that small
/// plan against the accepted ones. After a change that is right, <c>SLIPWAY_WRITE=1</c> with this class accepts them anew.
/// </summary>
public sealed class SampleGridTests : IDisposable
{
    /// <summary>
    /// The same program rounds differently on another processor: other vector widths add in another order. The grid was
    /// made with AVX-512, with AVX2 and with SSE4 alone (ATEN_CPU_CAPABILITY, ONEDNN_MAX_CPU_ISA, MKL_ENABLE_INSTRUCTIONS):
    /// no channel was off by more than 2, and the similarity 0.99999. Twice that is allowed, and ten times the similarity's
    /// distance from 1, and a pixel in 2000 beyond that. A learning rate that is 1 % lower goes beyond it.
    /// </summary>
    private static readonly PictureTolerance OtherProcessors = new(0.9999, 4, 0.0005);

    private const string Accepted = "tests/Snapshots/small";

    private readonly Workspace _workspace = Workspace.New();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Versions_look_as_they_did()
    {
        _workspace.Edit(
            ("snapshots", Accepted),
            ("backgrounds.steps", "8"),
            ("versions.v01.max_train_steps", "12"),
            ("versions.v02.lr_warmup_steps", "2"),
            ("evaluation.prompts", "{ beach: \"sail_kun, beach\", night_sky: \"sail_kun, night_sky\", room: \"sail_kun, room\" }"),
            ("evaluation.sampler", "Euler"),
            ("evaluation.steps", "12"));

        var cancel = TestContext.Current.CancellationToken;
        using var pipeline = SlipwayPipeline.Open(_workspace["lora.pipeline.yaml"], new PipelineOptions(), new RecordingSink());
        if (Environment.GetEnvironmentVariable("SLIPWAY_WRITE") == "1")
        {
            await pipeline.AcceptAsync(cancel);
            if (Directory.Exists(Path.Combine(Repository.Root, Accepted)))
                Directory.Delete(Path.Combine(Repository.Root, Accepted), recursive: true);
            Repository.CopyFolder(_workspace[Accepted], Path.Combine(Repository.Root, Accepted));
        }
        else
        {
            Repository.CopyTo(Accepted, _workspace.Root);
        }

        var check = await pipeline.CheckAsync(cancel);

        Assert.True(check.Outcome == SnapshotOutcome.Same, string.Join('\n', [.. check.Lines(), check.Problem]));
        Snapshot.Match(Picture.Load(_workspace["artifacts/grids/versions.png"]), OtherProcessors);
    }
}
