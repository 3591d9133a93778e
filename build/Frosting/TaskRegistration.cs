using System.Reflection;
using Cake.Core;

namespace Cake.Frosting;

/// <summary>Makes Cake's engine know a task class.</summary>
internal static class TaskRegistration
{
    public static void Register(ICakeEngine engine, IFrostingTask task)
    {
        var type = task.GetType();
        var builder = engine.RegisterTask(NameOf(type)).Does(task.RunAsync).WithCriteria(task.ShouldRun);
        if (type.GetCustomAttribute<TaskDescriptionAttribute>() is { } description)
            builder.Description(description.Description);

        foreach (var dependency in type.GetCustomAttributes<IsDependentOnAttribute>())
            builder.IsDependentOn(NameOf(dependency.Task));

        foreach (var dependee in type.GetCustomAttributes<IsDependeeOfAttribute>())
            builder.IsDependeeOf(NameOf(dependee.Task));

        if (type.GetCustomAttribute<ContinueOnErrorAttribute>() is not null)
            builder.ContinueOnError();
    }

    private static string NameOf(Type task) => task.GetCustomAttribute<TaskNameAttribute>()?.Name ?? task.Name;
}
