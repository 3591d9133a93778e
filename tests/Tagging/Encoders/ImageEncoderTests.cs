using Slipway.Imaging.Pictures;
using Slipway.Tagging.Encoders;

namespace Slipway.Tagging.Tests.Encoders;

/// <summary>With encoders whose embedding is a mean colour: red, green and blue are then at right angles.</summary>
public sealed class ImageEncoderTests : IDisposable
{
    private static readonly EncoderInput Form = new() { Size = (4, 4) };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, "last_hidden_state pooler_output image_embeds", 0.6, 0.8)] // CLIP with its projection
    [InlineData(false, "pooler_output last_hidden_state", 1, 0)] // DINO: the token of the class, which is the first row here
    [InlineData(true, "last_hidden_state pooler_output", -0.6, -0.8)] // CLIP without its projection
    [InlineData(false, "logits pooler_output", -0.6, -0.8)]
    public void The_embedding_is_chosen_by_the_names_of_what_an_encoder_gives(bool isClip, string outputs, double red, double green)
    {
        using var encoder = Encoder(Form with { IsClip = isClip }, 4, outputs.Split(' '));
        // Above red and the rest so that red to green is as 3 to 4.
        var embedding = Assert.Single(encoder.Embed([Rows((255, 0), (0, 255), (191, 255), (64, 170))]));

        Assert.Equal([red, green, 0], embedding.Select(value => (double)value), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Cosines_of_colours_are_those_of_their_angles_whatever_their_brightness()
    {
        using var encoder = Encoder(Form, null, "image_embeds");
        var found = encoder.Embed([Flat(255, 0), Flat(0, 255), Flat(51, 0), Flat(255, 255)]);

        Assert.Equal(0, ImageEncoder.Cosine(found[0], found[1]), 1e-6);
        Assert.Equal(1, ImageEncoder.Cosine(found[0], found[2]), 1e-6);
        Assert.Equal(Math.Sqrt(0.5), ImageEncoder.Cosine(found[0], found[3]), 1e-6);
    }

    [Fact]
    public void More_pictures_than_go_together_come_out_as_each_alone()
    {
        using var encoder = Encoder(Form, 4, "image_embeds");
        Picture[] pictures = [.. Enumerable.Range(0, 20).Select(i => Flat((byte)(10 * i), 200))];

        // Another batch size may add up in another order.
        Assert.All(pictures.Zip(encoder.Embed(pictures)), pair => Assert.Equal(1, ImageEncoder.Cosine(encoder.Embed([pair.First])[0], pair.Second), 1e-6));
    }

    [Fact]
    public void What_gives_no_embedding_is_refused_with_the_names_found()
    {
        var exception = Assert.Throws<InvalidDataException>(() => Encoder(Form, 4, "logits", "pixels"));
        Assert.EndsWith("gives logits, pixels; expected image_embeds, last_hidden_state or pooler_output, or one output [N, D] alone.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_exported_without_transformers_has_one_output_of_any_name()
    {
        using var encoder = Encoder(Form, 4, "output");

        Assert.Equal([1, 0, 0], encoder.Embed([Flat(80, 0)])[0]);
        Assert.Contains("gives pixels; expected", Assert.Throws<InvalidDataException>(() => Encoder(Form, 4, "pixels")).Message, StringComparison.Ordinal); // [N, 3, H, W]
        Assert.Contains("gives output, pixels; expected", Assert.Throws<InvalidDataException>(() => Encoder(Form, 4, "output", "pixels")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("image_embeds", false)]
    [InlineData("last_hidden_state", false)]
    [InlineData("pooler_output", true)]
    public void An_export_in_16_bits_gives_what_one_in_32_does(string output, bool isClip)
    {
        OnnxEncoder.WriteHalf(_folder["half/model.onnx"], 4, output);
        using var half = new ImageEncoder(_folder["half/model.onnx"], Form with { IsClip = isClip }, threads: 1);
        using var whole = Encoder(Form with { IsClip = isClip }, 4, output);
        var picture = Rows((255, 30), (10, 255), (191, 255), (64, 170));

        // Ten bits behind the point.
        Assert.Equal(whole.Embed([picture])[0], half.Embed([picture])[0], (a, b) => Math.Abs(a - b) < 1e-3f);
    }

    [Fact]
    public void An_encoder_of_another_size_than_its_settings_make_is_refused_with_both()
    {
        var exception = Assert.Throws<InvalidDataException>(() => Encoder(Form, 8, "image_embeds"));
        Assert.EndsWith("takes pictures of 8×8, and its settings make 4×4; is the preprocessor_config.json that of another model?", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Something_else_than_an_encoder_is_refused()
    {
        var tagger = Path.Combine(AppContext.BaseDirectory, "tagger", "model.onnx");
        Assert.Contains("expected one picture, pixel_values [N, 3, H, W]", Assert.Throws<InvalidDataException>(() => new ImageEncoder(tagger, Form)).Message, StringComparison.Ordinal);
        Assert.Contains("is no readable ONNX model", Assert.Throws<InvalidDataException>(() => new ImageEncoder(_folder.Write("text.onnx", "text"), Form)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => new ImageEncoder(_folder["none.onnx"], Form));
    }

    [Fact]
    public void An_embedding_without_length_is_an_error_and_no_number()
    {
        using var encoder = Encoder(Form, 4, "image_embeds");
        Assert.Contains("gives an embedding of length 0", Assert.Throws<InvalidDataException>(() => encoder.Embed([Flat(0, 0)])).Message, StringComparison.Ordinal);
    }

    private ImageEncoder Encoder(EncoderInput form, int? side, params string[] outputs)
    {
        var path = _folder["encoder/model.onnx"];
        OnnxEncoder.Write(path, side, outputs);
        return new ImageEncoder(path, form, threads: 1);
    }

    private static Picture Flat(byte red, byte green) => Rows((red, green), (red, green), (red, green), (red, green));

    /// <summary>Four rows of four pixels, each of some red and green.</summary>
    private static Picture Rows(params (int Red, int Green)[] rows) =>
        new(4, 4, [.. rows.SelectMany(row => Enumerable.Repeat(new[] { (byte)row.Red, (byte)row.Green, (byte)0, byte.MaxValue }, 4)).SelectMany(pixel => pixel)]);
}
