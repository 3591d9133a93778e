using System.Globalization;

namespace Slipway.Diffusion.Devices;

/// <summary>Which of several NVIDIA cards this process sees: one alone, for whatever library. To be chosen before anything of CUDA is loaded.</summary>
public static class VisibleCard
{
    /// <summary>The variable that says which cards a process sees, in which order.</summary>
    internal const string Visible = "CUDA_VISIBLE_DEVICES";

    /// <summary>The variable that says how cards are counted.</summary>
    internal const string Order = "CUDA_DEVICE_ORDER";

    /// <summary>
    /// Chooses a card by its number, from 0: among those that <c>CUDA_VISIBLE_DEVICES</c> lets this process see, or among all in the order in which
    /// <c>nvidia-smi</c> lists them.
    /// </summary>
    /// <exception cref="ArgumentException">The variable names fewer cards.</exception>
    public static void Choose(int card)
    {
        var among = Environment.GetEnvironmentVariable(Visible);
        NativeEnvironment.Set(Visible, Of(card, among));
        if (string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(Order)))
            NativeEnvironment.Set(Order, "PCI_BUS_ID");
    }

    /// <summary>What the variable has to say for one card of those that it names.</summary>
    internal static string Of(int card, string? among)
    {
        if (string.IsNullOrWhiteSpace(among))
            return card.ToString(CultureInfo.InvariantCulture);
        var names = among.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return card < names.Length ? names[card] : throw new ArgumentException($"`device` is cuda:{card}, but {Visible}={among} lets this process see {names.Length}, counted from cuda:0.");
    }
}
