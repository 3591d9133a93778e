using Slipway.Demo.Scenes;
using Slipway.Imaging.Pictures;
using Xunit;

namespace Slipway.Demo.Tests.Scenes;

public sealed class SceneGeneratorTests
{
    private const int Size = 64;

    /// <summary>Many small scenes of any kind: their tags do not depend on the size.</summary>
    private static readonly IReadOnlyList<Scene> Many = [.. Enumerable.Range(0, 1500).Select(seed => SceneGenerator.Draw((ulong)seed, 8))];

    public static TheoryData<string> Backgrounds => [.. SceneGenerator.Backgrounds];

    public static TheoryData<string> Subjects => [.. SceneGenerator.Subjects];

    public sealed class TheVocabulary
    {
        [Fact]
        public void Is_sorted_lowercase_without_repeats_and_small()
        {
            Assert.Equal(SceneGenerator.AllTags.Distinct().Order(StringComparer.Ordinal), SceneGenerator.AllTags);
            Assert.All(SceneGenerator.AllTags, tag => Assert.Matches("^[a-z_()]+$", tag));
            Assert.InRange(SceneGenerator.AllTags.Count, 40, 60);
        }

        [Fact]
        public void Is_exactly_what_scenes_are_tagged_with() =>
            Assert.Equal(SceneGenerator.AllTags, Many.SelectMany(scene => scene.Tags).Distinct().Order(StringComparer.Ordinal));

        [Fact]
        public void Never_names_the_mascot() =>
            Assert.DoesNotContain(SceneGenerator.AllTags, tag => tag.Contains("sail", StringComparison.Ordinal));
    }

    public sealed class TheDrawMethod
    {
        [Fact]
        public void Draws_the_same_bytes_and_tags_for_the_same_seed()
        {
            for (var seed = 0UL; seed < 20; seed++)
            {
                var (first, second) = (SceneGenerator.Draw(seed, Size), SceneGenerator.Draw(seed, Size));
                Assert.Equal(first.Picture.Pixels, second.Picture.Pixels);
                Assert.Equal(first.Tags, second.Tags);
            }
        }

        [Fact]
        public void Draws_by_a_generator_of_its_own_whose_numbers_never_change()
        {
            // Backgrounds and subjects: computed apart, by a few lines of Python for xoshiro256** and splitmix64.
            Assert.Equal(
                ["beach", "sky", "day", "cloud", "ocean", "sand", "palm_tree", "tree", "no_subject", "scenery", "no_humans"],
                SceneGenerator.Draw(0, Size).Tags);
            Assert.Equal(
                ["desert", "sky", "day", "cloud", "sand", "cactus", "no_subject", "scenery", "no_humans"],
                SceneGenerator.Draw(1, Size).Tags);
            Assert.Equal(
                ["city", "sky", "night", "star_(sky)", "building", "window", "ghost", "white", "solo", "no_humans"],
                SceneGenerator.Draw(ulong.MaxValue, Size).Tags);
        }

        [Theory]
        [MemberData(nameof(Backgrounds), MemberType = typeof(SceneGeneratorTests))]
        public void Draws_other_bytes_for_other_seeds(string background) =>
            Assert.NotEqual(SceneGenerator.Draw(1, Size, background, "car").Picture.Pixels, SceneGenerator.Draw(2, Size, background, "car").Picture.Pixels);

        [Fact]
        public void Puts_a_subject_into_about_55_percent_and_takes_every_kind()
        {
            Assert.InRange(Many.Count(scene => scene.Subject is not null) / (double)Many.Count, 0.5, 0.6);
            Assert.Equal(SceneGenerator.Backgrounds, Many.Select(scene => scene.Background).Distinct().Order(StringComparer.Ordinal));
            Assert.Equal(SceneGenerator.Subjects, Many.Select(scene => scene.Subject).OfType<string>().Distinct().Order(StringComparer.Ordinal));
        }

        [Fact]
        public void Draws_opaque_squares_of_the_wanted_size()
        {
            var picture = SceneGenerator.Draw(3, 48).Picture;
            Assert.Equal((48, 48), (picture.Width, picture.Height));
            Assert.False(picture.HasAlpha);
        }

        [Fact]
        public void Draws_the_same_layout_at_every_size()
        {
            var small = SceneGenerator.Draw(5, Size, "farm", "car").Picture;
            var large = SceneGenerator.Draw(5, 2 * Size, "farm", "car").Picture;
            double sum = 0;
            for (var y = 0; y < Size; y++)
            {
                for (var x = 0; x < Size; x++)
                {
                    var corner = 4 * ((2 * y * 2 * Size) + (2 * x));
                    var mean = (large.Pixels[corner] + large.Pixels[corner + 4] + large.Pixels[corner + (8 * Size)] + large.Pixels[corner + (8 * Size) + 4]) / 4.0;
                    sum += Math.Abs(mean - small.Pixels[4 * ((y * Size) + x)]);
                }
            }

            // Antialiasing alone: far below what one moved tree would make.
            Assert.InRange(sum / (Size * Size), 0, 1.5);
        }

        [Theory]
        [InlineData("moor", null, "background 'moor'")]
        [InlineData("beach", "sail_kun", "subject 'sail_kun'")]
        public void Refuses_unknown_names_and_lists_the_known_ones(string background, string? subject, string expected)
        {
            var error = Assert.Throws<ArgumentException>(() => SceneGenerator.Draw(1, Size, background, subject));
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
            Assert.Contains(subject is null ? "white_background" : "snowman", error.Message, StringComparison.Ordinal);
        }
    }

    public sealed class ABackground
    {
        [Theory]
        [MemberData(nameof(Backgrounds), MemberType = typeof(SceneGeneratorTests))]
        public void Is_the_first_tag_and_has_no_subject(string background)
        {
            for (var seed = 0UL; seed < 30; seed++)
            {
                var tags = SceneGenerator.Draw(seed, 8, background, null).Tags;
                Assert.Equal(background, tags[0]);
                Assert.Equal(tags.Distinct(), tags);
                Assert.Contains("no_subject", tags);
                Assert.DoesNotContain("solo", tags);
                Assert.Contains(background == "white_background" ? "simple_background" : "scenery", tags);
            }
        }

        [Theory]
        [MemberData(nameof(Backgrounds), MemberType = typeof(SceneGeneratorTests))]
        public void Is_never_nearly_one_flat_colour_but_white(string background)
        {
            for (var seed = 0UL; seed < 30; seed++)
            {
                var share = ShareNearMedian(SceneGenerator.Draw(seed, Size, background, null).Picture);
                if (background == "white_background")
                    Assert.Equal(1, share);
                else
                    Assert.InRange(share, 0, 0.5);
            }
        }

        [Theory]
        [MemberData(nameof(Backgrounds), MemberType = typeof(SceneGeneratorTests))]
        public void Stays_the_same_behind_a_subject(string background)
        {
            var (empty, full) = (SceneGenerator.Draw(9, Size, background, null), SceneGenerator.Draw(9, Size, background, "robot"));
            // This robot does not reach the upper edge.
            Assert.Equal(empty.Picture.Pixels[..(4 * Size * 6)], full.Picture.Pixels[..(4 * Size * 6)]);
            Assert.Equal(empty.Tags.TakeWhile(tag => tag != "no_subject"), full.Tags.TakeWhile(tag => tag != "robot"));
        }
    }

    public sealed class ASubject
    {
        [Theory]
        [MemberData(nameof(Subjects), MemberType = typeof(SceneGeneratorTests))]
        public void Is_tagged_with_its_colour_and_stands_alone(string subject)
        {
            var tags = SceneGenerator.Draw(4, Size, "white_background", subject).Tags.ToList();
            var at = tags.IndexOf(subject);
            Assert.InRange(at, 1, tags.Count);
            Assert.Contains(tags[at + 1], (string[])["red", "orange", "yellow", "green", "blue", "purple", "pink", "white"]);
            Assert.Contains("solo", tags);
            Assert.DoesNotContain("no_subject", tags);
            Assert.DoesNotContain("scenery", tags);
        }

        [Theory]
        [MemberData(nameof(Subjects), MemberType = typeof(SceneGeneratorTests))]
        public void Can_be_seen_on_white(string subject)
        {
            for (var seed = 0UL; seed < 30; seed++)
                Assert.InRange(ShareNearMedian(SceneGenerator.Draw(seed, Size, "white_background", subject).Picture), 0.5, 0.985);
        }
    }

    public sealed class TheDrawToyMethod
    {
        [Fact]
        public void Draws_the_same_bytes_for_the_same_seed_and_others_for_another()
        {
            Assert.Equal(SceneGenerator.DrawToy(7, Size).Pixels, SceneGenerator.DrawToy(7, Size).Pixels);
            Assert.NotEqual(SceneGenerator.DrawToy(7, Size).Pixels, SceneGenerator.DrawToy(8, Size).Pixels);
        }
    }

    /// <summary>The share of the pixels whose channels are all within 8/255 of their medians.</summary>
    private static double ShareNearMedian(Picture picture)
    {
        var pixels = picture.Width * picture.Height;
        var medians = Enumerable.Range(0, 3)
            .Select(channel => Enumerable.Range(0, pixels).Select(i => (int)picture.Pixels[(4 * i) + channel]).Order().ElementAt(pixels / 2))
            .ToArray();
        var near = Enumerable.Range(0, pixels)
            .Count(i => medians.Index().All(median => Math.Abs(picture.Pixels[(4 * i) + median.Index] - median.Item) <= 8));
        return (double)near / pixels;
    }
}
