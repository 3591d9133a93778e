using Slipway.Engine.Execution;

namespace Slipway.Engine.Tests.Execution;

public sealed class CudaFactsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_drivers_files_name_the_cards()
    {
        Card("0000:3b:00.0", "Model: \t\t NVIDIA H200\nIRQ:   \t\t 143\nGPU UUID: \t GPU-1\n");
        Card("0000:5e:00.0", "Model: \t\t NVIDIA RTX A6000\n");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "0000:af:00.0"));
        Assert.Equal(["NVIDIA H200", "NVIDIA RTX A6000"], CudaFacts.CardsIn(_folder.Path));
        Assert.Empty(CudaFacts.CardsIn(Path.Combine(_folder.Path, "none")));
    }

    [Theory]
    [InlineData("", "card=none found")]
    [InlineData("NVIDIA H200", "card=NVIDIA H200")]
    [InlineData("NVIDIA H200|NVIDIA H200", "card=NVIDIA H200")]
    [InlineData("NVIDIA H200|NVIDIA RTX A6000", "card=NVIDIA H200, NVIDIA RTX A6000|CUDA_VISIBLE_DEVICES=1")]
    public void The_model_counts_and_among_several_the_choice(string cards, string expected)
    {
        var facts = new CudaFacts(cards.Split('|', StringSplitOptions.RemoveEmptyEntries), name => name == "CUDA_VISIBLE_DEVICES" ? " 1 " : null);
        Assert.Equal(expected, string.Join('|', facts.Entries.Select(entry => $"{entry.Role}={entry.Value}")));
    }

    [Fact]
    public void Both_variables_that_choose_among_cards_count() => Assert.Equal(
        ["card", "CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER"],
        new CudaFacts(["NVIDIA H200", "NVIDIA RTX A6000"], _ => "1").Entries.Select(entry => entry.Role));

    [Theory]
    [InlineData(1, null, "card=NVIDIA RTX A6000")]
    [InlineData(2, null, "card=NVIDIA H200, NVIDIA RTX A6000|card_number=2")]
    [InlineData(1, "1,0", "card=NVIDIA H200, NVIDIA RTX A6000|CUDA_VISIBLE_DEVICES=1,0|card_number=1")]
    public void A_card_that_the_plan_chooses_counts_alone_where_nobody_else_chooses(int number, string? visible, string expected)
    {
        var facts = new CudaFacts(["NVIDIA H200", "NVIDIA RTX A6000"], name => name == "CUDA_VISIBLE_DEVICES" ? visible : null) { Number = number };
        Assert.Equal(expected, string.Join('|', facts.Entries.Select(entry => $"{entry.Role}={entry.Value}")));
    }

    [Theory]
    [InlineData("NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 01:44:30 UTC 2024\nGCC version:  gcc 12\n", "550.54.14")]
    [InlineData("NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.124.06  Release Build\n", "570.124.06")]
    [InlineData("NVRM version: a module of 64 bits  550.54.14\n", "550.54.14")]
    [InlineData("NVRM version: none of 64 bits\n", null)]
    [InlineData("", null)]
    public void The_driver_says_its_version(string text, string? expected)
    {
        _folder.Write("version", text);
        Assert.Equal(expected, CudaFacts.DriverIn(Path.Combine(_folder.Path, "version")));
        Assert.Null(CudaFacts.DriverIn(Path.Combine(_folder.Path, "none")));
    }

    private void Card(string name, string information) => _folder.Write(Path.Combine(name, "information"), information);
}
