using System.Runtime.InteropServices;
using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.Frosting;
using Microsoft.Extensions.DependencyInjection;
using Slipway.Build.CommandLines;
using Slipway.Build.Context;
using Slipway.Build.Display;
using Slipway.Pipeline.Plans.Reference;
using Slipway.Startup;

Precompiled.Load();

// Ctrl-C and SIGTERM ask the work to stop; it ends cleanly, and the next run goes on. A second one ends it at once.
using var stop = new CancellationTokenSource();
var exit = new ExitStatus();
var caller = Caller.Here();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, 130));
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, 143));

try
{
    return Run(CommandLine.Joined(args));
}
catch (IOException exception)
{
    // Standard output takes no more.
    Terminal.WriteError($"What there is to say cannot be written: {exception.Message}");
    return exit.CodeOf(exception);
}

int Run(string[] args)
{
    if (CommandLine.HelpTopic(args) is { } topic && OptionHelp.Find(topic) is { } meaning)
    {
        Console.Write(meaning);
        return 0;
    }

    var about = CommandLine.HelpTargets(args);
    if ((CommandLine.AsksForHelp(args) && about.Count == 0) || CommandLine.AsksForVersion(args))
    {
        Console.Write(CommandLine.AsksForHelp(args) ? Help.Text : $"{Help.Version}\n");
        return 0;
    }

    if (CommandLine.Problem(args, caller) is { } problem)
    {
        Terminal.WriteError(problem);
        return 2;
    }

    if (about.Count > 0)
    {
        Console.Write(string.Join('\n', about.Select(Help.Of)));
        return 0;
    }

    // Cake goes by the terminal's name alone, and would colour what goes into a file.
    if (Console.IsOutputRedirected)
        Environment.SetEnvironmentVariable("NO_COLOR", "1");
    var host = new CakeHost()
        .ConfigureServices(services => services.AddSingleton(caller).AddSingleton(exit).AddSingleton(stop).AddSingleton<ICakeLog, ErrorsLast>())
        .ConfigureServices(services => services.AddSingleton<CakeReportPrinter>().AddSingleton<Headings>().AddSingleton<ICakeReportPrinter>(provider => provider.GetRequiredService<Headings>()));
    if (CommandLine.AsksForDocument(args))
    {
        // Whatever else is said, by whomever, is not part of it.
        Console.SetOut(Console.Error);
        host.ConfigureServices(services => services.AddSingleton<ICakeReportPrinter, NoReport>());
    }

    var code = host
        .UseContext<BuildContext>()
        .UseLifetime<Lifetime>()
        .Run(CommandLine.ForCake(args));
    if (exit.Error is { } error)
        Terminal.WriteError(error);

    return exit.Code ?? (code == 0 ? 0 : 1);
}

void Stop(PosixSignalContext signal, int cancelled)
{
    signal.Cancel = !stop.IsCancellationRequested;
    if (!signal.Cancel && !Console.IsOutputRedirected)
    {
        Console.Write("\e[?25h"); // the live display hides the cursor
    }

    exit.Cancelled = cancelled;
    stop.Cancel();
}
