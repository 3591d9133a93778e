using System.Globalization;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Pipeline.Sampling;
using Slipway.Training.Data;
using Slipway.Training.Hooks;
using Slipway.Training.Validation;

namespace Slipway.Pipeline.Stages;

/// <summary>
/// What watches one training: measurements, early stopping, pictures. Writes, as far as they are asked for,
/// <c>logs/{version}/validation.json</c> and <c>logs/{version}/samples/</c>.
/// </summary>
internal sealed class TrainingMonitor : IDisposable
{
    private readonly StageContext _context;
    private readonly StageWork _work;
    private readonly VersionPlan _version;
    private readonly ValidationHook? _validation;
    private readonly SampleHook? _samples;

    /// <param name="context">Whom to tell.</param>
    /// <param name="work">Takes the files.</param>
    /// <param name="version">What is watched.</param>
    /// <param name="validation">The pictures to measure on; null where the version is not measured.</param>
    /// <param name="cancel">Looked at while pictures are prepared or drawn.</param>
    public TrainingMonitor(StageContext context, StageWork work, VersionPlan version, IReadOnlyList<TrainingImage>? validation, CancellationToken cancel)
    {
        (_context, _work, _version) = (context, work, version);
        var plan = version.Monitoring;
        if (plan.Validation is { } options)
            _validation = new ValidationHook(options, validation!, version.Training, plan.EarlyStopping, cancel);
        if (plan.Samples is { } interval)
            _samples = new SampleHook(context, version.Name, interval, Path.Combine(work.CheckpointFolder, "samples"), cancel);
    }

    /// <summary>The outputs of a version that is watched, beside those of every training.</summary>
    public static IEnumerable<string> Outputs(VersionPlan version)
    {
        if (version.Monitoring.Validation is not null)
            yield return $"logs/{version.Name}/validation.json";
        if (version.Monitoring.Samples is not null)
            yield return $"logs/{version.Name}/samples/";
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
        var slot = _work.Item.Outputs.Count - Outputs(_version).Count();
        if (_validation is not null)
        {
            var measured = KeptMeasurement.Of(_validation);
            File.WriteAllText(_work.PathOf(slot++), measured.ToJson());
            if (_version.Monitoring.EarlyStopping is not null)
                _context.Progress.Line(string.Create(CultureInfo.InvariantCulture, $"Train {_version.Name}: ended after step {measured.Steps}; ★ step {measured.KeptStep}, {measured.Describe()}"));
        }

        if (_samples is not null)
            _samples.CopyTo(Path.Combine(_work.Folder, _work.Item.Outputs[slot]));
    }

    public void Dispose() => _validation?.Dispose();
}
