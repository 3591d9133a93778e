using System.Text.Json.Nodes;

namespace Slipway.Engine.Options;

/// <summary>What can be told of an option without a record that has it.</summary>
public interface IOption
{
    /// <summary>Its key in a plan.</summary>
    string Name { get; }

    /// <summary>What it does, in one sentence.</summary>
    string Says { get; }

    /// <summary>What a value must be, in words.</summary>
    string Expected { get; }

    /// <summary>The default, as canonical text; empty: none.</summary>
    string Default { get; }

    /// <summary>Whether it must be given.</summary>
    bool IsRequired { get; }

    /// <summary>What holds where it is not given, in words, where that is no constant; empty: the default.</summary>
    string Otherwise { get; }

    /// <summary>Whether its text is to be put into quotes where numbers and texts are told apart.</summary>
    bool IsText { get; }

    /// <summary>sd-scripts' default, as text; empty: it has none; null: no option of its command line.</summary>
    string? SdScripts { get; }

    /// <summary>Where sd-scripts takes it from.</summary>
    Counterpart Counterpart { get; }

    /// <summary>Its values as a JSON schema.</summary>
    JsonObject Schema();
}
