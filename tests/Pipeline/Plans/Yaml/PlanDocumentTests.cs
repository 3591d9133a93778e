using System.Text;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Tests.Plans.Yaml;

public sealed class PlanDocumentTests
{
    [Theory]
    [InlineData("", "plan.yaml:1:1: the plan is empty.")]
    [InlineData("# only a comment\n", "plan.yaml:1:1: the plan is empty.")]
    [InlineData("- a\n- b\n", "plan.yaml:1:1: a plan is a mapping of keys to values, but this is a list.")]
    [InlineData("just words\n", "plan.yaml:1:1: a plan is a mapping of keys to values, but this is `just words`.")]
    [InlineData("name: a\n---\nname: b\n", "plan.yaml:2:1: a plan is one document; remove the second.")]
    [InlineData("name: !!python/object:os.system x\n", "plan.yaml:1:7: tags such as tag:yaml.org,2002:python/object:os.system are not used in plans; remove it.")]
    [InlineData("name: *nobody\n", "plan.yaml:1:7: the alias *nobody has no anchor before it.")]
    [InlineData("name: &a { me: *a }\n", "plan.yaml:1:16: the alias *a has no anchor before it.")]
    [InlineData("a: b\n? [a, b]\n: c\n", "plan.yaml:2:3: a key must be a word.")]
    [InlineData("name: [boat\nsprite: { a: b }\n", "plan.yaml:2:1: this cannot be read as YAML; look for a bracket, a brace or a quote above that is not closed.")]
    [InlineData("a: &a { b: c }\nd:\n  <<: *a\n", "plan.yaml:3:3: `<<` does not merge here; `inherits: NAME` takes over the values of another version or profile, and an alias such as *name repeats a value as it is.")]
    [InlineData("a: b\nc:\n  d: e\n\tf: g\n", "plan.yaml:4:1: a tab stands where YAML wants spaces; indent with spaces.")]
    [InlineData("a: b\n<<<<<<< HEAD\nseed: 1\n=======\nseed: 2\n>>>>>>> theirs\n", "plan.yaml:2:1: git has left two states of the plan here; keep one, and remove the lines with <<<<<<<, ======= and >>>>>>>.")]
    public void What_is_no_plan_is_said(string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<PlanException>(() => PlanFile.LoadText(text)).Message);

    [Theory]
    [InlineData("name: [1, 2\n")]
    [InlineData("name: \"never closed\n")]
    [InlineData("a: b: c\n")]
    [InlineData("name: @x\n")]
    public void Broken_yaml_is_one_line_with_its_place(string text)
    {
        var message = Assert.Throws<PlanException>(() => PlanFile.LoadText(text)).Message;

        Assert.Matches(@"^plan\.yaml:\d+:\d+: .+\.$", message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_billion_laughs_are_refused_quickly()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 20; i++)
            text.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");

        Assert.Equal("plan.yaml:5:5: more than 20000 values, aliases written out.", Assert.Throws<PlanException>(() => PlanFile.LoadText(text.ToString())).Message);
    }

    [Fact]
    public void A_deep_nest_is_refused() =>
        Assert.Equal(
            "plan.yaml:1:68: more than 64 levels deep.",
            Assert.Throws<PlanException>(() => PlanFile.LoadText("a: " + new string('[', 5000) + new string(']', 5000))).Message);

    /// <summary>Whatever the depth, the width or the number of aliases: an answer, and no abort.</summary>
    [Theory]
    [InlineData("a: ", "[", 100_000)]
    [InlineData("a: ", "{a: ", 100_000)]
    [InlineData("", "- ", 100_000)]
    [InlineData("", "? ", 100_000)]
    [InlineData("a: ", "!t ", 100_000)]
    [InlineData("a: \"", "\\u0041", 100_000)]
    [InlineData("a: [", "x, ", 10_000)]
    [InlineData("a: [", "{}, ", 10_000)]
    [InlineData("", "a: &a b\n", 10_000)]
    public void Much_of_anything_is_refused(string first, string again, int times) =>
        Assert.Throws<PlanException>(() => PlanFile.LoadText(first + string.Concat(Enumerable.Repeat(again, times))));

    [Fact]
    public void Aliases_as_keys_are_refused()
    {
        var text = new StringBuilder("a0: &a0 {x: 1}\n");
        for (var i = 1; i < 28; i++)
            text.Append($"a{i}: &a{i} {{? *a{i - 1} : *a{i - 1}, ? [*a{i - 1}] : 1}}\n");

        Assert.Equal("plan.yaml:2:12: a key must be a word.", Assert.Throws<PlanException>(() => PlanFile.LoadText(text.ToString())).Message);
    }

    /// <summary>A good plan with letters changed is a plan, or is refused with places; nothing else comes out of it.</summary>
    [Fact]
    public void A_slip_of_the_hand_is_answered_with_places()
    {
        const string Letters = "[]{}:,-?&*!|>'\"%@`#\n\t \\<=~0a.\0\u0085\ufeff";
        var random = new Random(1);
        for (var i = 0; i < 500; i++)
        {
            var text = new StringBuilder(PlanFile.Good);
            for (var slips = random.Next(1, 4); slips > 0; slips--)
            {
                var at = random.Next(text.Length);
                if (random.Next(3) > 0)
                    text.Remove(at, random.Next(2));
                text.Insert(at, Letters[random.Next(Letters.Length)]);
            }

            try
            {
                _ = PlanFile.LoadText(text.ToString());
            }
            catch (PlanException exception)
            {
                Assert.All(exception.Problems, problem => Assert.Matches(@"^plan\.yaml:\d+:\d+: ", problem));
            }
        }
    }

    [Fact]
    public void A_large_file_is_not_even_read() =>
        Assert.Equal(
            "plan.yaml: the plan has 1048577 bytes; 1048576 are allowed.",
            Assert.Throws<PlanException>(() => PlanFile.LoadText(new string('#', (1 << 20) + 1))).Message);

    [Theory]
    [InlineData(new byte[] { (byte)'n', 0xff, 0xfe, 0x00 }, 1, 2)]
    [InlineData(new byte[] { (byte)'#', 0xc3, 0xa9, (byte)'\n', (byte)'a', 0xe9, (byte)'\n' }, 2, 2)]
    [InlineData(new byte[] { 0xff, 0xfe, (byte)'n', 0x00 }, 1, 1)] // UTF-16
    public void Bytes_that_are_no_text_are_refused(byte[] bytes, int line, int column)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["plan.yaml"], bytes);

        Assert.Equal($"plan.yaml:{line}:{column}: the plan is not UTF-8 text; save it as UTF-8.", Assert.Throws<PlanException>(() => Plan.Load(folder["plan.yaml"])).Message);
    }

    /// <summary>The parser takes a zero for the end; nothing behind it would be read.</summary>
    [Theory]
    [InlineData('\0')]
    [InlineData('\a')]
    [InlineData('\u007f')]
    [InlineData('\u009f')]
    [InlineData('\uffff')]
    public void A_character_that_yaml_does_not_have_is_refused(char letter) =>
        Assert.Equal(
            $"plan.yaml:{PlanFile.Good.Count(c => c == '\n') + 1}:3: the character U+{(int)letter:X4} has no place in YAML; remove it.",
            Assert.Throws<PlanException>(() => PlanFile.LoadText($"{PlanFile.Good}# {letter}\nseed: again\n")).Message);

    /// <summary>It would end a path, or a line of a log.</summary>
    [Theory]
    [InlineData("\\0", "0000")]
    [InlineData("\\x1b", "001B")]
    [InlineData("\\uffff", "FFFF")]
    public void A_character_that_has_no_place_in_a_plan_is_refused_behind_an_escape_too(string escape, string code) =>
        Assert.Equal(
            $"plan.yaml:{PlanFile.Good.Count(c => c == '\n') + 1}:7: the character U+{code}, written by an escape, has no place in a plan; remove it.",
            Assert.Throws<PlanException>(() => PlanFile.LoadText($"{PlanFile.Good}salt: \"a{escape}b\"\n")).Message);

    [Fact]
    public void What_is_no_file_is_named_and_not_waited_for()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "There is no /dev/zero.");
        Assert.Equal("The plan /dev is a folder; name a file with --config=FILE, such as /dev/lora.pipeline.yaml.", Assert.Throws<FileNotFoundException>(() => Plan.Load("/dev")).Message);
        Assert.Equal("The plan /dev/zero is a named pipe, a socket or a device; name a file with --config=FILE.", Assert.Throws<FileNotFoundException>(() => Plan.Load("/dev/zero")).Message);
    }

    [Fact]
    public void A_missing_plan_is_named() =>
        Assert.Equal("The plan nowhere.yaml does not exist; name one with --config=FILE.", Assert.Throws<FileNotFoundException>(() => Plan.Load("nowhere.yaml")).Message);

    [Fact]
    public void A_small_alias_is_welcome()
    {
        var text = PlanFile.Good
            .Replace("prompts: { beach: sand and sea }", "prompts: &kinds { beach: sand and sea }", StringComparison.Ordinal)
            .Replace("prompts: { beach: boat_kun on sand }", "prompts: *kinds", StringComparison.Ordinal);

        Assert.Equal("sand and sea", PlanFile.LoadText(text).Evaluation.Prompts[0].Prompt);
    }
}
