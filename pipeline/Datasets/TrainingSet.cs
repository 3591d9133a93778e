using Slipway.Engine.Jobs;
using Slipway.Training.Data;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Datasets;

/// <summary>Everything that a version learns from.</summary>
internal static class TrainingSet
{
    /// <summary>The pictures of all subsets, with regularisation pictures as often as the others.</summary>
    /// <param name="subsets">In the order in which the version names them.</param>
    /// <param name="resolution">Side of a square of the greatest area, in pixels.</param>
    /// <param name="io">Gives the files.</param>
    /// <exception cref="InvalidDataException">What is wrong with pictures and masks, in all subsets.</exception>
    public static IReadOnlyList<TrainingImage> Read(IReadOnlyList<Subset> subsets, int resolution, JobIo io)
    {
        var problems = new List<string>();
        var images = new List<TrainingImage>();
        var room = new PictureRoom();
        foreach (var subset in subsets)
        {
            try
            {
                images.AddRange(Reader(subset, resolution, io, room).Read());
            }
            catch (InvalidDataException exception)
            {
                problems.Add(exception.Message);
            }
        }

        return problems.Count == 0 ? RegularisationImages.Arrange(images) : throw new InvalidDataException(string.Join("\n", problems));
    }

    /// <summary>Reads one subset.</summary>
    /// <param name="subset">The subset.</param>
    /// <param name="resolution">Side of a square of the greatest area, in pixels.</param>
    /// <param name="io">Gives the files.</param>
    /// <param name="room">How much is kept decoded; null: what a training keeps.</param>
    public static SubsetDecoder Reader(Subset subset, int resolution, JobIo io, PictureRoom? room = null) => new(subset, SubsetFiles.From(subset, io.PathOf, io.NameOf), resolution, room);

    /// <summary>The sizes that pictures are trained at: those of a user's folder where there is one.</summary>
    public static BucketOptions BucketOptions(IReadOnlyList<Subset> subsets, int resolution) =>
        (subsets.Select(subset => subset.Buckets).FirstOrDefault(buckets => buckets is not null) ?? BucketSizes.Square(resolution)).Options(resolution);
}
