namespace Slipway.Training.Metrics;

/// <summary>Mean squared errors of the prediction on the validation pictures, weighted by timestep as the training weights them.</summary>
/// <param name="Total">Over whole pictures: <c>loss/val</c>.</param>
/// <param name="Subject">Where the subject is: <c>loss/val_subject</c>; not a number where no picture has a mask.</param>
/// <param name="Background">Everywhere else: <c>loss/val_background</c>; not a number where no picture has a mask.</param>
public sealed record ValidationLosses(double Total, double Subject, double Background);
