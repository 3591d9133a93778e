namespace Cake.Frosting;

/// <summary>The task's name; without it, the class's.</summary>
/// <param name="name">The name.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TaskNameAttribute(string name) : Attribute
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;
}

/// <summary>What the task does, for <c>--description</c>.</summary>
/// <param name="description">A sentence.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TaskDescriptionAttribute(string description) : Attribute
{
    /// <summary>A sentence.</summary>
    public string Description { get; } = description;
}

/// <summary>A task that must run before this one.</summary>
/// <param name="task">Its class.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class IsDependentOnAttribute(Type task) : Attribute
{
    /// <summary>Its class.</summary>
    public Type Task { get; } = task;
}

/// <summary>A task that must run after this one.</summary>
/// <param name="task">Its class.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class IsDependeeOfAttribute(Type task) : Attribute
{
    /// <summary>Its class.</summary>
    public Type Task { get; } = task;
}

/// <summary>A failure of the task does not stop the run.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ContinueOnErrorAttribute : Attribute;
