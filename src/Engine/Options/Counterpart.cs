namespace Slipway.Engine.Options;

/// <summary>Where sd-scripts takes an option from.</summary>
public enum Counterpart
{
    /// <summary>From nowhere: it is ours alone.</summary>
    None,

    /// <summary>From its command line or <c>config_file</c>, under the option's name.</summary>
    Argument,

    /// <summary>From <c>network_args</c>, under the option's name.</summary>
    NetworkArgument,

    /// <summary>From <c>network_args</c>, which LyCORIS' module knows and sd-scripts' own does not.</summary>
    LycorisArgument,

    /// <summary>From <c>optimizer_args</c>, under the name there.</summary>
    OptimizerArgument,
}
