using Slipway.Training.Metrics;

namespace Slipway.Training.Validation;

/// <summary>Errors added up over places, and how many places there were; the subject's share of both.</summary>
internal sealed record RegionSums(double Error, double Places, double SubjectError, double SubjectPlaces)
{
    public static RegionSums operator +(RegionSums a, RegionSums b) =>
        new(a.Error + b.Error, a.Places + b.Places, a.SubjectError + b.SubjectError, a.SubjectPlaces + b.SubjectPlaces);

    public ValidationLosses Means() => new(Error / Places, SubjectError / SubjectPlaces, (Error - SubjectError) / (Places - SubjectPlaces));
}
