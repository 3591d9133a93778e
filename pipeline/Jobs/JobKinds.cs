namespace Slipway.Pipeline.Jobs;

/// <summary>The kinds of jobs.</summary>
internal static class JobKinds
{
    /// <summary>Their records.</summary>
    public static IReadOnlyList<Type> All { get; } =
        [typeof(DrawJob), typeof(CompositeJob), typeof(FlatPictureJob), typeof(TagJob), typeof(TrainJob), typeof(EnsembleJob), typeof(SamplesJob), typeof(EvaluateJob), typeof(GridJob), typeof(ReportJob)];
}
