using System.Reflection;
using Cake.Cli;
using Cake.Common.Modules;
using Cake.Core;
using Cake.Core.Configuration;
using Cake.Core.Diagnostics;
using Cake.Core.IO;
using Cake.Core.Modules;
using Cake.Core.Scripting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spectre.Console;

namespace Cake.Frosting;

/// <summary>Finds the tasks, reads the command line and lets Cake's engine run what was asked for.</summary>
public sealed class CakeHost
{
    private const int Failed = -1;
    private readonly ServiceCollection _services = [];
    private readonly List<Assembly> _assemblies = [Assembly.GetEntryAssembly()!];

    /// <summary>Looks for tasks in another assembly too.</summary>
    public CakeHost AddAssembly(Assembly assembly)
    {
        _assemblies.Add(assembly);
        return this;
    }

    /// <summary>Adds services that tasks and the context may ask for.</summary>
    public CakeHost ConfigureServices(Action<IServiceCollection> services)
    {
        services(_services);
        return this;
    }

    /// <summary>Gives the tasks a context of this class.</summary>
    public CakeHost UseContext<TContext>()
        where TContext : class, IFrostingContext =>
        ConfigureServices(services => services.AddSingleton<IFrostingContext, TContext>());

    /// <summary>Runs something before the first and after the last task.</summary>
    public CakeHost UseLifetime<TLifetime>()
        where TLifetime : class, IFrostingLifetime =>
        ConfigureServices(services => services.AddSingleton<IFrostingLifetime, TLifetime>());

    /// <summary>Runs; 0 when all went well.</summary>
    public int Run(IEnumerable<string> args)
    {
        HostOptions options;
        try
        {
            options = HostOptions.Parse([.. args]);
        }
        catch (ArgumentException exception)
        {
            Console.Error.WriteLine($"Error: {exception.Message}");
            return Failed;
        }

        using var provider = Services(options).BuildServiceProvider();
        var log = provider.GetRequiredService<ICakeLog>();
        log.Verbosity = options.Verbosity;
        try
        {
            return Run(provider, options);
        }
        catch (Exception exception)
        {
            var inner = exception is AggregateException { InnerExceptions: [var single] } ? single : exception;
            log.Error("{0}", options.Verbosity == Verbosity.Diagnostic ? inner : inner.Message);
            return Failed;
        }
    }

    private static int Run(ServiceProvider provider, HostOptions options)
    {
        if (options.Version)
        {
            provider.GetRequiredService<VersionFeature>().Run(provider.GetRequiredService<IConsole>());
            return 0;
        }

        if (options.Info)
        {
            provider.GetRequiredService<InfoFeature>().Run(provider.GetRequiredService<IConsole>());
            return 0;
        }

        var environment = provider.GetRequiredService<ICakeEnvironment>();
        if (options.Working is { } working)
            environment.WorkingDirectory = new DirectoryPath(working).MakeAbsolute(environment);

        var context = provider.GetRequiredService<IFrostingContext>();
        var engine = provider.GetRequiredService<ICakeEngine>();
        foreach (var task in provider.GetServices<IFrostingTask>())
            TaskRegistration.Register(engine, task);

        if (provider.GetService<IFrostingLifetime>() is { } lifetime)
        {
            engine.RegisterSetupAction(info => lifetime.Setup(context, info));
            engine.RegisterTeardownAction(info => lifetime.Teardown(context, info));
        }

        var host = HostFor(provider, options);
        if (options.Exclusive)
            host.Settings.UseExclusiveTarget();

        host.RunTargetsAsync(options.Targets).GetAwaiter().GetResult();
        return 0;
    }

    private static IScriptHost HostFor(ServiceProvider provider, HostOptions options) =>
        options switch
        {
            { DryRun: true } => provider.GetRequiredService<DryRunScriptHost<IFrostingContext>>(),
            { Tree: true } => provider.GetRequiredService<TreeScriptHost>(),
            { Description: true } => provider.GetRequiredService<DescriptionScriptHost>(),
            _ => provider.GetRequiredService<BuildScriptHost<IFrostingContext>>(),
        };

    private ServiceCollection Services(HostOptions options)
    {
        _services.UseModule<CoreModule>();
        _services.UseModule<CommonModule>();
        _services.TryAddSingleton<ICakeLog, CakeBuildLog>();
        _services.AddSingleton<IConsole, CakeConsole>();
        _services.AddSingleton(_ => AnsiConsole.Console);
        _services.TryAddSingleton<ICakeReportPrinter, CakeReportPrinter>();
        _services.AddSingleton<ICakeConfiguration, NoConfiguration>();
        _services.AddSingleton<ICakeArguments>(new CakeArguments(options.Arguments));
        _services.AddSingleton<IVersionResolver, HostVersion>();
        _services.AddSingleton<VersionFeature>();
        _services.AddSingleton<InfoFeature>();
        _services.AddSingleton<BuildScriptHost<IFrostingContext>>();
        _services.AddSingleton<DryRunScriptHost<IFrostingContext>>();
        _services.AddSingleton<TreeScriptHost>();
        _services.AddSingleton<DescriptionScriptHost>();
        foreach (var task in _assemblies.Distinct().SelectMany(assembly => assembly.GetExportedTypes()).Where(IsTask))
            _services.AddSingleton(typeof(IFrostingTask), task);

        return _services;
    }

    private static bool IsTask(Type type) => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IFrostingTask));

    private sealed class NoConfiguration : ICakeConfiguration
    {
        public string? GetValue(string key) => null;
    }
}
