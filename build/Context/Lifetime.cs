using System.Globalization;
using Cake.Core;
using Cake.Frosting;

namespace Slipway.Build.Context;

/// <summary>Ends every run of stages with a table: stage, version, items run and reused, time.</summary>
public sealed class Lifetime : FrostingLifetime<BuildContext>
{
    /// <inheritdoc/>
    public override void Setup(BuildContext context, ISetupContext info)
    {
    }

    /// <inheritdoc/>
    public override void Teardown(BuildContext context, ITeardownContext info)
    {
        if (context.Summaries.Count == 0)
        {
            return;
        }

        Console.WriteLine();
        Console.WriteLine($"{"Stage",-14}{"Version",-18}{"Run",6}{"Reused",8}{"Time",10}");
        foreach (var line in context.Summaries)
        {
            var time = line.Time.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);
            Console.WriteLine($"{line.Stage,-14}{line.Version,-18}{line.Run,6}{line.Reused,8}{time,8} s");
        }
    }
}
