using Slipway.Engine.Options;

namespace Slipway.Engine.Tests.Options;

/// <summary>A record with an option of every kind.</summary>
internal sealed record Boat
{
    public static OptionTable<Boat> Table { get; } = new(
        option =>
        [
            option.Text("name", o => o.Name, (o, v) => o with { Name = v }) with { IsRequired = true },
            option.Switch("is_afloat", o => o.IsAfloat, (o, v) => o with { IsAfloat = v }),
            option.Switch("has_face", o => o.HasFace, (o, v) => o with { HasFace = v }),
            option.Whole("masts", o => o.Masts, (o, v) => o with { Masts = v }, 0, 5) with { Unfit = o => o.IsAfloat ? null : "is for boats that float." },
            option.Whole("crew", o => o.Crew, (o, v) => o with { Crew = v }, 1),
            option.Whole("seed", o => o.Seed, (o, v) => o with { Seed = v }, 0, uint.MaxValue),
            option.Number("draught", o => o.Draught, (o, v) => o with { Draught = v }, 0, 10),
            option.Number("heel", o => o.Heel, (o, v) => o with { Heel = v }),
            option.Positive("length", o => o.Length, (o, v) => o with { Length = v }),
            option.Word("rig", o => o.Rig, (o, v) => o with { Rig = v }, ["sloop", "ketch"]),
            option.Word("sea", o => o.Sea, (o, v) => o with { Sea = v }),
            option.TextOrEmpty("motto", o => o.Motto, (o, v) => o with { Motto = v }),
            option.Text("home", o => o.Home, (o, v) => o with { Home = v }),
            option.Texts("flags", o => o.Flags, (o, v) => o with { Flags = v }),
            option.TextMap("ports", o => o.Ports, (o, v) => o with { Ports = v }),
            option.FromTo("depth", o => o.Depth, (o, v) => o with { Depth = v }, 0, 1),
            option.Numbers("sails", o => o.Sails, (o, v) => o with { Sails = v }, 3, 0),
            option.Wholes("oars", o => o.Oars, (o, v) => o with { Oars = v }, 2, 0, 9),
            .. option.Part(Engine.Table, o => o.Motor, (o, v) => o with { Motor = v }),
        ],
        boat => boat is { Crew: not null, Masts: 0 } ? [new OptionProblem("crew", "has nothing to hoist; give `masts` too.", IsLack: true)] : []);

    public string Name { get; init; } = "";

    public bool IsAfloat { get; init; } = true;

    public bool? HasFace { get; init; }

    public int Masts { get; init; } = 1;

    public int? Crew { get; init; }

    public long Seed { get; init; } = 42;

    public double Draught { get; init; } = 0.5;

    public double? Heel { get; init; }

    public double Length { get; init; } = 7;

    public string Rig { get; init; } = "sloop";

    public Sea Sea { get; init; }

    public string Motto { get; init; } = "";

    public string? Home { get; init; }

    public IReadOnlyList<string> Flags { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Ports { get; init; } = [];

    public (double From, double To) Depth { get; init; } = (0.1, 0.2);

    public IReadOnlyList<double>? Sails { get; init; }

    public IReadOnlyList<int>? Oars { get; init; }

    public Engine Motor { get; init; } = new();
}

internal enum Sea
{
    Calm,
    VeryRough,
}

internal sealed record Engine
{
    public static OptionTable<Engine> Table { get; } = new(option =>
    [
        option.Positive("power", o => o.Power, (o, v) => o with { Power = v }) with { Says = "Kilowatts.", SdScripts = "3", Metadata = new("ss_power") },
    ]);

    public double? Power { get; init; }
}
