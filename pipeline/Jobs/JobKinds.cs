namespace Slipway.Pipeline.Jobs;

/// <summary>The kinds of jobs.</summary>
internal static class JobKinds
{
    /// <summary>Their records.</summary>
    public static IReadOnlyList<Type> All { get; } =
        [typeof(DrawJob), typeof(CompositeJob), typeof(FlatPictureJob), typeof(TagJob), typeof(TrainJob), typeof(EnsembleJob), typeof(SamplesJob), typeof(EvaluateJob), typeof(GridJob), typeof(ReportJob)];

    /// <summary>Their names as a plan has them, such as <c>flat_picture</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(kind => string.Concat(kind.Name[..^"Job".Length].Select((letter, i) => char.IsUpper(letter) && i > 0 ? $"_{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}")))];
}
