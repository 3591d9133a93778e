using Slipway.Imaging.Pictures;

namespace Slipway.Imaging.Measuring;

/// <summary>
/// How far two pictures are from each other: the mean absolute difference of all colour channels, 0 (equal) to 1 (black and white), of both at a
/// height of <see cref="Height"/> pixels, so that grain counts little. It knows colours and where they are; a motif that has moved is another
/// picture to it, and two beaches are as far apart as a beach and a desert of the same colours.
/// </summary>
public static class PictureDistance
{
    /// <summary>Height at which pictures are compared, in pixels.</summary>
    public const int Height = 64;

    /// <summary>A picture at that height, or as it is where it is smaller.</summary>
    public static Picture Small(Picture picture) => picture.Height <= Height
        ? picture
        : picture.Resize(Math.Max(1, (int)Math.Round((double)picture.Width * Height / picture.Height)), Height);

    /// <summary>The distance of two small pictures; the second is brought to the first one's size.</summary>
    /// <param name="first">A picture.</param>
    /// <param name="second">Another.</param>
    /// <param name="leftOut">Places of the first that do not count, row by row; null: all count.</param>
    /// <returns>0 to 1; null where no place counts.</returns>
    public static double? Between(Picture first, Picture second, bool[]? leftOut = null)
    {
        if ((second.Width, second.Height) != (first.Width, first.Height))
            second = second.Resize(first.Width, first.Height);
        long sum = 0;
        var counted = 0;
        for (var i = 0; i < first.Width * first.Height; i++)
        {
            if (leftOut?[i] == true)
                continue;
            counted++;
            for (var c = 0; c < 3; c++)
                sum += Math.Abs(first.Pixels[(i * 4) + c] - second.Pixels[(i * 4) + c]);
        }

        return counted == 0 ? null : sum / (counted * 3 * 255.0);
    }

    /// <summary>The mean distance of a small picture from others.</summary>
    /// <returns>0 to 1; null where there is no other.</returns>
    public static double? Mean(Picture picture, IReadOnlyCollection<Picture> others) => others.Count == 0 ? null : others.Average(other => Between(picture, other)!.Value);

    /// <summary>Places of a picture in the same picture at another size: where any of them is.</summary>
    /// <param name="places">Row by row.</param>
    /// <param name="width">Of the picture that they are of.</param>
    /// <param name="height">Likewise.</param>
    /// <param name="small">The same picture, no larger.</param>
    public static bool[] At(bool[] places, int width, int height, Picture small)
    {
        var target = new bool[small.Width * small.Height];
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i])
                target[((i / width) * small.Height / height * small.Width) + (i % width * small.Width / width)] = true;
        }

        return target;
    }

    /// <summary>How much nearer a picture is to its nearest of some others than another picture is: 0 where it is no nearer, 1 where it is one of them.</summary>
    /// <param name="picture">A small picture.</param>
    /// <param name="instead">What would be there otherwise.</param>
    /// <param name="others">Small pictures; at least one.</param>
    public static double Nearness(Picture picture, Picture instead, IReadOnlyList<Picture> others)
    {
        var (near, usual) = (others.Min(other => Between(picture, other)!.Value), others.Min(other => Between(instead, other)!.Value));
        return usual == 0 ? 0 : Math.Clamp(1 - (near / usual), 0, 1);
    }
}
