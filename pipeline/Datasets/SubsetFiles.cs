using Slipway.Engine.Jobs;
using Slipway.Imaging.Compositing;
using Slipway.Imaging.Pictures;
using Slipway.Training.Data;

namespace Slipway.Pipeline.Datasets;

/// <summary>The files of a subset that are there.</summary>
/// <param name="Files">In order.</param>
/// <param name="Pending">Pictures that have yet to be made, or to be captioned.</param>
internal sealed record SubsetFiles(IReadOnlyList<DatasetFile> Files, IReadOnlyList<(PictureFolder Folder, PictureFile Picture)> Pending)
{
    /// <param name="subset">The subset.</param>
    /// <param name="pathOf">Full path of an input; null while it has yet to be made.</param>
    /// <param name="nameOf">What messages call an input.</param>
    public static SubsetFiles From(Subset subset, Func<Input, string?> pathOf, Func<Input, string> nameOf)
    {
        var sprite = new Lazy<Compositor>(() => new Compositor(Picture.Load(pathOf(subset.SpriteMask!.Sprite)!), nameOf(subset.SpriteMask.Sprite)));
        var all = subset.Pictures.Select(one => (one.Folder, one.Picture, File: File(one.Folder, one.Picture, Mask(subset, one.Picture, sprite, pathOf), pathOf))).ToList();
        return new SubsetFiles([.. all.Select(one => one.File).OfType<DatasetFile>()], [.. all.Where(one => one.File is null).Select(one => (one.Folder, one.Picture))]);
    }

    private static DatasetFile? File(PictureFolder folder, PictureFile picture, Func<Picture, Picture>? mask, Func<Input, string?> pathOf)
    {
        if (pathOf(picture.Image) is not { } path)
            return null;
        var maskFile = picture.Mask is null ? null : pathOf(picture.Mask);
        if (picture.Caption is null)
            return new DatasetFile(path, () => picture.Text ?? "", folder.Name, folder.Repeats, picture.Name) { Mask = mask, MaskFile = maskFile };
        return pathOf(picture.Caption) is { } caption
            ? new DatasetFile(path, () => CaptionFile.Read(caption, mayBeEmpty: picture.Caption is Ref), folder.Name, folder.Repeats, picture.Name) { Mask = mask, MaskFile = maskFile }
            : null;
    }

    private static Func<Picture, Picture>? Mask(Subset subset, PictureFile file, Lazy<Compositor> sprite, Func<Input, string?> pathOf) => subset.Masks switch
    {
        MaskSource.Sprite => picture => Picture.FromGrey(picture.Width, picture.Height, sprite.Value.Mask(picture.Width, picture.Height, subset.SpriteMask!.Options, file.MaskSeed)),
        MaskSource.FlatSprite => picture => Picture.FromGrey(picture.Width, picture.Height, sprite.Value.MaskOnFlat(picture.Height, subset.SpriteMask!.Scale)),
        MaskSource.Alpha => picture => picture.AlphaAsGrey(),
        MaskSource.Files when file.Mask is { } mask => picture => Loaded(pathOf(mask)!, picture),
        _ => null,
    };

    private static Picture Loaded(string path, Picture picture)
    {
        var mask = Picture.Load(path, ColorProfiles.Ignore);
        DatasetFile.CheckMask(path, (mask.Width, mask.Height), (picture.Width, picture.Height));
        return mask.Flatten(0, 0, 0);
    }
}
