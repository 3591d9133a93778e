using Slipway.Imaging.Pictures;
using Slipway.Testing;

namespace Slipway.Imaging.Tests.Pictures;

public sealed class PicturesOnDemandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Nothing is held: a file that changes is seen, and one that nobody asks for need not be there.</summary>
    [Fact]
    public void A_picture_is_decoded_each_time_it_is_asked_for()
    {
        var pictures = new PictureFiles([_folder["a.png"], _folder["gone.png"]]);
        TestPictures.Flat(4, 4, 1, 2, 3).SavePng(_folder["a.png"]);
        Assert.Equal((2, 1), (pictures.Count, pictures[0].Pixels[0]));
        TestPictures.Flat(4, 4, 200, 2, 3).SavePng(_folder["a.png"]);
        Assert.Equal(200, pictures[0].Pixels[0]);
        Assert.Equal([200], pictures.Take(1).Select(picture => picture.Pixels[0]));
        Assert.Throws<FileNotFoundException>(() => pictures[1]);
    }
}
