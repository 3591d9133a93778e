using System.Globalization;
using Slipway.Engine.Jobs;
using Slipway.Training.Data;
using Slipway.Training.Hooks;
using Slipway.Training.Validation;

namespace Slipway.Pipeline.Jobs;

/// <summary>
/// What watches one training: measurements, early stopping, pictures. Writes, as far as they are asked for, <c>validation.json</c> and a
/// folder of samples.
/// </summary>
internal sealed class TrainingMonitor : IDisposable
{
    private readonly TrainJob _job;
    private readonly JobIo _io;
    private readonly ValidationHook? _validation;
    private readonly SampleHook? _samples;

    /// <param name="job">What is watched.</param>
    /// <param name="io">Takes the files.</param>
    /// <param name="validation">The pictures to measure on; null where the version is not measured.</param>
    public TrainingMonitor(TrainJob job, JobIo io, IReadOnlyList<TrainingImage>? validation)
    {
        (_job, _io) = (job, io);
        if (job.Watch.Validation is { } options)
            _validation = new ValidationHook(options, validation!, job.Training, job.Watch.EarlyStopping, io.Cancellation);
        if (job.Watch.SampleEvery is { } interval)
            _samples = new SampleHook(interval, job.Watch.Samples!, job.Model.Identity(io, job.ShownModelName, job.VaeName), io.Fact("slipway"), io.Growing("samples"), io);
    }

    /// <summary>To be called between the steps.</summary>
    public IReadOnlyList<ITrainingHook> Hooks => [.. new ITrainingHook?[] { _validation, _samples }.OfType<ITrainingHook>()];

    /// <summary>Whether figures have a measurement here and there.</summary>
    public bool Measures => _validation is not null;

    /// <summary>The pictures of a step, for the logs.</summary>
    public IEnumerable<string> PicturesOf(int step) => _samples?.PicturesOf(step) ?? [];

    /// <summary>The step whose weights a training that has ended was left with; null where that is its last.</summary>
    public int? KeptStep => _validation?.Kept?.Step;

    /// <summary>Writes the outputs of a training that has ended, and says where it was best.</summary>
    public void Finish()
    {
        if (_validation is not null)
        {
            var measured = KeptMeasurement.From(_validation);
            _io.WriteText("validation", measured.ToJson());
            if (_job.Watch.EarlyStopping is not null)
                _io.Line(string.Create(CultureInfo.InvariantCulture, $"{_io.Stage}: ended after step {measured.Steps}; ★ step {measured.KeptStep}, {measured.Describe()}"));
        }

        _samples?.Finish();
    }

    public void Dispose() => _validation?.Dispose();
}
